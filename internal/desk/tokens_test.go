package desk_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/desk"
)

func FuzzReadSecret(f *testing.F) {
	for _, prefix := range []string{desk.TokenPrefix, desk.PassPrefix, desk.LinkPrefix} {
		f.Add(prefix, desk.NewSecret(prefix))
	}
	f.Add(desk.TokenPrefix, desk.TokenPrefix)
	f.Add("", strings.Repeat("0", 49))
	f.Fuzz(func(t *testing.T, prefix, text string) {
		digest, ok := desk.ReadSecret(prefix, text)
		if !ok {
			if digest != nil {
				t.Error("what is no token has a digest")
			}
			return
		}
		if len(digest) != 32 || len(text) != len(prefix)+49 || !strings.HasPrefix(text, prefix) {
			t.Errorf("%q is read as a token", text)
		}
		for i := len(prefix); i < len(text); i++ { // the check finds every single change
			if _, ok := desk.ReadSecret(prefix, text[:i]+string("01"[b2i(text[i] == '0')])+text[i+1:]); ok {
				t.Errorf("%q with another character at %d is read as a token", text, i)
			}
		}
	})
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestNewSecret_hasItsShape(t *testing.T) {
	shape := regexp.MustCompile(`^rv_[0-9A-Za-z]{49}$`)
	seen := map[string]bool{}
	for range 1000 {
		text := desk.NewSecret(desk.TokenPrefix)
		if _, ok := desk.ReadSecret(desk.TokenPrefix, text); !ok || !shape.MatchString(text) || seen[text] {
			t.Fatalf("%q is no token, or was made before", text)
		}
		seen[text] = true
	}
}

func TestLike_starsStandForAnything(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"acme/shop", "acme/shop", true}, {"acme/shop", "acme/shops", false}, {"acme/*", "acme/shop", true}, {"acme/*", "acme-evil/shop", false},
		{"acme/*", "xacme/shop", false}, {"*", "", true}, {"", "", true}, {"", "x", false}, {"a*b", "ab", true}, {"a*b", "a", false}, {"ab*ba", "aba", false},
		{"refs/heads/*", "refs/heads/release/1", true}, {"*/*", "a/b/c", true}, {"a**c", "abc", true}, {"a*b*c", "a-b-c", true}, {"a*b*c", "a-c-b", false},
		{"a.c", "abc", false}, {"[a]*", "[a]b", true},
	} {
		if got := desk.Like(c.pattern, c.text); got != c.want {
			t.Errorf("%q like %q: %v", c.text, c.pattern, got)
		}
	}
}
