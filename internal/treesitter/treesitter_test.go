package treesitter

import (
	"errors"
	"strings"
	"testing"
	"unsafe"
)

// The layout of a node in C and in Go must be one, and the functions' declarations must be those of the library: a tree that is right says both.
func TestParse(t *testing.T) {
	if size := unsafe.Sizeof(flat{}); size != 24 {
		t.Fatalf("a node has %d bytes in Go, 24 in C", size)
	}
	tree, err := Python().Parse([]byte("def f(a):\n    # note\n    return a + 1\n"))
	if err != nil {
		t.Fatal(err)
	}
	root := tree.Root()
	f := root.First()
	if root.Type() != "module" || f.Type() != "function_definition" || string(f.Child("name").Text()) != "f" || f.Child("name").Field() != "name" {
		t.Errorf("root %q, first %q %q", root.Type(), f.Type(), f.Text())
	}
	body := f.Child("body")
	if got := string(body.First().Text()); got != "return a + 1" || body.Parent() != f || root.Parent().Exists() {
		t.Errorf("the body begins with %q", got)
	}
	sum := body.First().First()
	if sum.Type() != "binary_operator" || sum.Child("operator").Type() != "+" || sum.Child("operator").Named() || !sum.Has("+") || sum.Child("nothing").Exists() {
		t.Errorf("sum: %q", sum.Type())
	}
	comments := 0
	for c := range f.All() {
		if c.Extra() {
			comments++
		}
	}
	if comments != 1 || tree.Errors() != 0 {
		t.Errorf("%d comments, %d errors", comments, tree.Errors())
	}
}

func TestParse_bounds(t *testing.T) {
	if _, err := Python().Parse(make([]byte, MaxSize+1)); !errors.Is(err, ErrTooLong) {
		t.Errorf("a text that is too long: %v", err)
	}
	for _, text := range []string{strings.Repeat("A<", 50_000), strings.Repeat("a<b,", 20_000)} { // types or comparisons: both are followed
		if _, err := Java().Parse([]byte(text)); err != nil && !errors.Is(err, ErrTooLong) {
			t.Error(err)
		}
	}
	for name, text := range map[string]string{
		"brackets": strings.Repeat("(", 200_000), "pairs": strings.Repeat("{[", 50_000) + strings.Repeat("]}", 50_000), "one-line": strings.Repeat("a=1;", 200_000),
		"open-pairs": strings.Repeat("{a:", 1_000_000), "assignments": strings.Repeat("a=", 1_000_000), "signs": strings.Repeat("!", 2_000_000), "sum": strings.Repeat("1+", 500_000),
	} {
		if _, err := JavaScript().Parse([]byte(text)); err != nil && !errors.Is(err, ErrTooLong) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("a = (1"), byte(0))
	f.Add([]byte("class A { \"\\u"), byte(1))
	f.Fuzz(func(t *testing.T, text []byte, which byte) {
		grammars := []*Grammar{Go(), Java(), JavaScript(), Python(), TypeScript(), TSX(), C(), CPP(), HTML(), Rust(), YAML(), Scala(), Ruby(), PHP(), CSharp(), Kotlin(), HCL(), Bash(), Swift()}
		tree, err := grammars[int(which)%len(grammars)].Parse(text)
		if err != nil {
			return
		}
		var walk func(n Node, depth int) int
		walk = func(n Node, depth int) int {
			count := 1
			for c := range n.All() {
				if c.Start() < n.Start() || c.End() > n.End() || c.Parent() != n {
					t.Fatalf("%s %d-%d is not within %s %d-%d", c.Type(), c.Start(), c.End(), n.Type(), n.Start(), n.End())
				}
				if depth < 10_000 {
					count += walk(c, depth+1)
				}
			}
			return count
		}
		if n := walk(tree.Root(), 0); n != tree.Len() {
			t.Fatalf("%d of %d nodes are found", n, tree.Len())
		}
	})
}

func BenchmarkParse(b *testing.B) {
	text := []byte(strings.Repeat("def f(a, b=1):\n    if a and b:\n        return {'k': [a, b], **c}.get(a.b.c(d))\n", 2000))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := Python().Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}
