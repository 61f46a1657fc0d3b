package search

import (
	"strings"
	"testing"
)

func TestWords(t *testing.T) {
	for name, c := range map[string]struct{ pattern, text, want string }{
		"blanks-do-not-matter": {"a: b", "x\na:b a :\n b", "a:b|a :\n b"},
		"one-word":             {"key = $V;", "key = 1; key = a b;", "key = 1;"},
		"same-word":            {"$A == $A", "a == b, c == c", "c == c"},
		"anything-between":     {"<b ... >", "<b x=1\ny=2> <i>", "<b x=1\ny=2>"},
		"not-too-far":          {"a ... b", "a" + strings.Repeat("\n", 11) + "b", ""},
		"to-the-end":           {"<$TAG ...", "text <p class", "<p class"},
		"nothing":              {"", "a", ""},
	} {
		var got []string
		for _, r := range NewText(c.text).like(c.pattern) {
			got = append(got, c.text[r.Start:r.End])
		}
		if strings.Join(got, "|") != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}
