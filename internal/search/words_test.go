package search

import (
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/semgrep"
)

func TestWords(t *testing.T) {
	o := semgrep.DefaultOptions()
	near, caseless, shell, cpp := o, o, o, o
	near.GenericEllipsisMaxSpan, caseless.GenericCaseless, shell.GenericCommentStyle, cpp.GenericCommentStyle = 0, true, "shell", "cpp"
	for name, c := range map[string]struct {
		options             semgrep.Options
		pattern, text, want string
	}{
		"blanks-do-not-matter": {o, "a: b", "x\na:b a :\nb", "a:b|a :\nb"},
		"one-word":             {o, "key = $V;", "key = 1; key = a b; key = /;", "key = 1;"},
		"same-word":            {o, "$A == $A", "a == b, c == c", "c == c"},
		"anything-between":     {o, "<b ... >", "<b x=1\ny=2> <i>", "<b x=1\ny=2>"},
		"not-too-far":          {o, "a ... b", "a" + strings.Repeat("\n", 11) + "b", ""},
		"twice-as-far":         {o, "a ... ... b", "a" + strings.Repeat("\n", 11) + "b", "a" + strings.Repeat("\n", 11) + "b"},
		"on-the-line":          {near, "a ... b", "a x b a\nb", "a x b"},
		"to-the-end":           {o, "<$TAG ...", "text <p class", "<p class"},
		"nothing":              {o, "", "a", ""},
		"case":                 {o, "From a", "FROM a\nFrom a", "From a"},
		"any-case":             {caseless, "from a", "FROM A", "FROM A"},
		"dollar":               {o, "$$A = $host", "$HOST = $host;", "$HOST = $host"},
		"dots":                 {o, "a ... z", "a $X ... z", "a $X ... z"},
		"many-words":           {o, "location $...L {", "location ~ /a/ {", "location ~ /a/ {"},
		"comments":             {shell, "a b", "a # x\nb", "a # x\nb"},
		"comments-of-c":        {cpp, "a b", "a /* x\n */ // y\nb", "a /* x\n */ // y\nb"},
		"brackets":             {o, "a[...] = b", "a[b[1]] = b; a[1]; c] = b", "a[b[1]] = b"},
		"block":                {o, "server {\n  ...\n  tls on;\n  ...\n}", "server {\n  x {\n    y;\n  }\n  tls on;\n  z;\n}\nserver {\n  x;\n}\ntls on;", "server {\n  x {\n    y;\n  }\n  tls on;\n  z;\n}"},
		"whole-block":          {o, "a:\n  b\nc", "a:\n  b\n  d\nc\na:\n  b\nc", "a:\n  b\nc"},
		"less-indented":        {o, "a ... c", "  a\n  b\nc", ""},
		"on-one-line":          {o, "rule { ... }", "rule {\n  a { }\n}", "rule {\n  a { }\n}"},
	} {
		var got []string
		found, whole := NewText(c.text).like(c.pattern, 0, len(c.text), &c.options)
		for _, r := range found {
			got = append(got, c.text[r.Start:r.End])
		}
		if strings.Join(got, "|") != c.want || !whole {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// What a metavariable stands for has no blanks around it; a part of a text is looked at without the rest.
func TestWords_within(t *testing.T) {
	o := semgrep.DefaultOptions()
	found, _ := NewText("a  b c  d").like("a $...X d", 0, 9, &o)
	if len(found) != 1 {
		t.Fatalf("%d are found", len(found))
	}
	if b, _ := found[0].Env.Get("$...X"); b.Text != "b c" {
		t.Errorf("$...X is %q", b.Text)
	}
	if found, _ := NewText("a b a b").like("a b", 2, 6, &o); len(found) != 0 {
		t.Errorf("%d are found in a part that holds none", len(found))
	}
}

// Work is bounded whatever the text is: what is left out is said.
func TestWords_bounds(t *testing.T) {
	o := semgrep.DefaultOptions()
	for name, c := range map[string]struct{ pattern, text string }{
		"one-line": {"a ... b ... c", "c " + strings.Repeat("a b ", 200_000)}, "any-words": {"$A ... $B ... $A ... $B ... q", strings.Repeat("x y q ", 100_000)},
		"brackets": {"f(... g(... x", strings.Repeat("f(g(", 100_000) + " x"}, "levels": {"a\n b\n  ...\n c", strings.Repeat("a\n b\n  d\n", 100_000) + "c"},
	} {
		if found, whole := NewText(c.text).like(c.pattern, 0, len(c.text), &o); whole && len(found) == 0 && name == "one-line" {
			t.Errorf("%s: all was looked at", name)
		}
	}
}

// FuzzWords looks for any pattern in any text.
func FuzzWords(f *testing.F) {
	for _, seed := range []string{"a ... b", "{ ... }", "a\n  $...X\nb", "$A $A", "... ...", "\t(\n ...)"} {
		f.Add(seed, "a x\n  b { c }\n\td (", false)
	}
	f.Fuzz(func(t *testing.T, pattern, text string, bare bool) {
		o := semgrep.DefaultOptions()
		if bare {
			o.GenericCommentStyle, o.GenericCaseless = "cpp", true
		}
		found, _ := NewText(text).like(pattern, 0, len(text), &o)
		for _, r := range found {
			if r.Start < 0 || r.End > len(text) || r.Start > r.End {
				t.Fatalf("%q in %q: from %d to %d", pattern, text, r.Start, r.End)
			}
		}
	})
}
