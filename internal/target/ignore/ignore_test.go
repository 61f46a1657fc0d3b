package ignore

import (
	"fmt"
	"strings"
	"testing"
)

func TestPattern_match(t *testing.T) {
	tests := []struct {
		pattern, path string
		directory     bool
		want          bool
	}{
		{"*.md", "README.md", false, true},
		{"*.md", "docs/a/b.md", false, true},
		{"*.md", "b.mdx", false, false},
		{"docs/*.md", "docs/b.md", false, true},
		{"docs/*.md", "docs/a/b.md", false, false},
		{"docs/*.md", "x/docs/b.md", false, false},
		{"/todo", "todo", false, true},
		{"/todo", "a/todo", false, false},
		{"build/", "build", true, true},
		{"build/", "build", false, false},
		{"build/", "a/build", true, true},
		{"**/foo", "foo", false, true},
		{"**/foo", "a/b/foo", false, true},
		{"a/**", "a", true, false},
		{"a/**", "a/b/c", false, true},
		{"a/**/b", "a/b", false, true},
		{"a/**/b", "a/x/y/b", false, true},
		{"a/**/b", "a/x/y/c", false, false},
		{"a/**/b/**/c", "a/b/b/b/c/c", false, true},
		{"a**b", "a/b", false, false},
		{"x/a**b", "x/azzb", false, true},
		{"*a*b*c*", "xxaxxbxxcxx", false, true},
		{"*a*b*c*", "xxaxxcxxb", false, false},
		{"?.go", "a.go", false, true},
		{"?.go", ".go", false, false},
		{"[a-c]x", "bx", false, true},
		{"[!a-c]x", "bx", false, false},
		{"[^a-c]x", "dx", false, true},
		{"[]]", "]", false, true},
		{"[a-]", "-", false, true},
		{"[[:digit:]]", "7", false, true},
		{"[[:digit:]]", "x", false, false},
		{"[[:nonsense:]]", "n", false, false},
		{"[abc", "a", false, false},
		{`\*`, "*", false, true},
		{`\*`, "a", false, false},
		{`\#x`, "#x", false, true},
		{`\!x`, "!x", false, true},
		{`a\ `, "a ", false, true},
		{"a   ", "a", false, true},
		{"a\r", "a", false, true},
		{`x\`, "x", false, false},
		{"/**", "a", false, true},
		{"**", "a/b", false, true},
		{"a\xffb", "a\xffb", false, true},
	}
	for _, test := range tests {
		p, ok := Parse(test.pattern)
		if !ok {
			t.Errorf("Parse(%q) refused it", test.pattern)
			continue
		}
		if got := p.Match(test.path, test.directory); got != test.want {
			t.Errorf("%q against %q (directory %t): got %t, want %t", test.pattern, test.path, test.directory, got, test.want)
		}
	}
}

func TestParse_nothingToMatch(t *testing.T) {
	for _, line := range []string{"", "   ", "# comment", "\r", "/", "!", "!/"} {
		if _, ok := Parse(line); ok {
			t.Errorf("Parse(%q) made a pattern", line)
		}
	}
}

func TestScope_deeperAndLaterDecide(t *testing.T) {
	root := (*Scope)(nil).Within("", ParseFile([]byte("\xef\xbb\xbf*.log\r\n/out\n!keep.log\n")))
	sub := root.Within("sub/dir", ParseFile([]byte("keep.log\n!own.log\n/out\n")))
	tests := []struct {
		scope *Scope
		path  string
		want  bool
	}{
		{nil, "a.log", false},
		{root, "a.log", true},
		{root, "keep.log", false},
		{root, "out", true},
		{root, "sub/out", false},
		{sub, "sub/dir/keep.log", true},
		{sub, "sub/dir/own.log", false},
		{sub, "sub/dir/other.log", true},
		{sub, "sub/dir/out", true},
		{sub, "sub/dir/deep/out", false},
	}
	for _, test := range tests {
		if got := test.scope.Ignored(test.path, false); got != test.want {
			t.Errorf("Ignored(%q) = %t, want %t", test.path, got, test.want)
		}
	}
	if root.Within("x", nil) != root {
		t.Error("an empty list made a new scope")
	}
}

func TestGlob_matchesWhatIsBelow(t *testing.T) {
	tests := []struct {
		glob, path string
		want       bool
	}{
		{"vendor/", "vendor/a/b.go", true},
		{"vendor/", "x/vendor/b.go", true},
		{"vendor/", "vendor", false},
		{"test/**", "test/a/b.go", true},
		{"test", "test/a/b.go", true},
		{"/test", "x/test/b.go", false},
		{"*.pem", "keys/a.pem", true},
		{"**", "anything", true},
		{"**", "", false},
	}
	for _, test := range tests {
		g, err := NewGlob(test.glob)
		if err != nil {
			t.Fatal(err)
		}
		if got := g.Match(test.path); got != test.want {
			t.Errorf("%q against %q: got %t, want %t", test.glob, test.path, got, test.want)
		}
	}
	if (Glob{}).Match("a") {
		t.Error("the zero glob matches something")
	}
}

func TestNewGlob_refuses(t *testing.T) {
	for _, text := range []string{"", " ", "#x", "!x", "a[b", `a\`, "a\nb", "[[:x:]]", "a/b["} {
		if _, err := NewGlob(text); err == nil {
			t.Errorf("NewGlob(%q) took it", text)
		}
	}
}

// The classic patterns that make a backtracking matcher run for ever.
func TestPattern_hostilePatternsStayCheap(t *testing.T) {
	star := strings.Repeat("*a", 500) + "b"
	deep := strings.Repeat("**/a/", 200) + "b"
	p, _ := Parse(star)
	if p.Match(strings.Repeat("a", 5000), false) {
		t.Error("star pattern matches")
	}
	p, _ = Parse(deep)
	if p.Match(strings.Repeat("a/", 3000)+"c", false) {
		t.Error("deep pattern matches")
	}
}

func FuzzPattern(f *testing.F) {
	for _, seed := range []string{"*.md", "a/**/b", "[[:alpha:]-z]", `\`, "[", "[[:", "!/**/", "[]-a]"} {
		f.Add(seed, "a/b/c.md")
	}
	f.Fuzz(func(t *testing.T, pattern, path string) {
		p, ok := Parse(pattern)
		if !ok {
			return
		}
		if p.Match(path, false) && !p.Match(path, true) {
			t.Errorf("%q matches the file %q but not a directory of that name", pattern, path)
		}
		g, err := NewGlob(pattern)
		if err != nil {
			return
		}
		if first := g.Match(path); g.Match(path) != first {
			t.Errorf("%q matches %q one time and not the other", pattern, path)
		}
	})
}

func BenchmarkScope(b *testing.B) {
	var text strings.Builder
	for i := range 40 {
		fmt.Fprintf(&text, "name%d\n*.ext%d\n/dir%d/sub/*.x\n", i, i, i)
	}
	s := (*Scope)(nil).Within("", ParseFile([]byte(text.String())))
	b.ReportAllocs()
	for b.Loop() {
		if s.Ignored("src/internal/service/handler.go", false) {
			b.Fatal("ignored")
		}
	}
}
