package semgrep

import (
	"errors"
	"regexp/syntax"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/semgrep/pcre"
)

func TestRegexp_anchoring(t *testing.T) {
	for _, c := range []struct {
		source string
		where  Anchoring
		text   string
		want   bool
	}{
		{"b", Unanchored, "ab", true},
		{"b", Anchored, "ab", false},
		{"a", Anchored, "ab", true},
		{"a|b", Anchored, "cb", false},
		{"(?=b)", Anchored, "ab", false},
		{"(?=a)", Anchored, "ab", true},
		{"^b$", Multiline, "a\nb\nc", true},
		{"^b$", Unanchored, "a\nb\nc", false},
		{"^(?!a)b$", Multiline, "a\nb\nc", true},
		{"a$", Anchored, "a\n", true},
		{"a$", Anchored, "a\nb", false},
		{`a\z`, Anchored, "a\n", false},
		{"(?i)A", Anchored, "a", true},
		{".*b", Anchored, "a\nb", false},
		{`a\vb`, Anchored, "a\nb", true},
		{"(?s).*b", Anchored, "a\nb", true},
	} {
		re, err := CompileRegexp(c.source, c.where)
		if err != nil {
			t.Errorf("%s: %v", c.source, err)
			continue
		}
		if have, err := re.Match(c.text, 1000); err != nil || have != c.want {
			t.Errorf("%s on %q: want %v, have %v, %v", c.source, c.text, c.want, have, err)
		}
	}
}

func TestRegexp_bindsGroups(t *testing.T) {
	for _, source := range []string{`gem "(?P<NAME>\w+)"(, "(.*)")?(x)?`, `gem "(?P<NAME>\w++)"(, "(.*)")?(x)?`} {
		re, err := CompileRegexp(source, Multiline)
		if err != nil {
			t.Fatal(err)
		}
		text := "é gem \"a\", \"1\"\ngem \"b\""
		ms, err := re.FindAll(text, 1000)
		if err != nil || len(ms) != 2 || re.NumGroups() != 4 {
			t.Fatalf("%s: have %v, %v", source, ms, err)
		}
		have := map[string]string{}
		for name, at := range re.Metavariables(ms[0]) {
			have[name] = text[at.Start:at.End]
		}
		if diff := cmp.Diff(map[string]string{"$1": "a", "$NAME": "a", "$2": `, "1"`, "$3": "1"}, have); diff != "" {
			t.Errorf("%s: %s", source, diff)
		}
		if diff := cmp.Diff(map[string]Span{"$1": {21, 22}, "$NAME": {21, 22}}, re.Metavariables(ms[1])); diff != "" {
			t.Errorf("%s: %s", source, diff)
		}
	}
}

func TestRegexp_isBoundBySteps(t *testing.T) {
	re, err := CompileRegexp(`(a+)+(?=c)`, Unanchored)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := re.FindAll(strings.Repeat("a", 50), 100_000); !errors.Is(err, pcre.ErrSteps) {
		t.Errorf("want ErrSteps, have %v", err)
	}
}

func TestRegexp_required(t *testing.T) {
	for source, want := range map[string]string{
		`^a(bc+d|e)fgh$`:                        "fgh",
		`(?i)["'][\s\S]*https?://(reset|verif)`: "://",
		`(?:select){2,}x`:                       "select",
		`a|b`:                                   "",
		`(abc)?d*`:                              "",
		`(?i)token`:                             "",
	} {
		parsed, err := syntax.Parse(source, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		if got := required(parsed); got != want {
			t.Errorf("%s requires %q, want %q", source, got, want)
		}
	}
	r, err := CompileRegexp(`(?i)k://`, Unanchored)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{"\u212a://": true, "K://": true, "k:/": false} { // the sign of Kelvin is a k
		if got, err := r.Match(text, 100); got != want || err != nil {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}
