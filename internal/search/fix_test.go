package search

import (
	"testing"

	"github.com/reevehq/reeve/internal/semgrep"
	"github.com/reevehq/reeve/internal/syntax"
)

func TestFile_Fix(t *testing.T) {
	for name, c := range map[string]struct{ pattern, fix, code, want string }{
		"plain":                 {"f($X)", "g($X, 1)", "f(a)", "g(a, 1)"},
		"operand":               {"f($X)", "g($X * 2)", "f(a + b)", "g((a + b) * 2)"},
		"argument":              {"f($X)", "g($X, $X)", "f(a + b)", "g(a + b, a + b)"},
		"field":                 {"f($X)", "$X.g()", "f(a or b)", "(a or b).g()"},
		"within-an-operator":    {"f($X)", "$X + 1", "b = f(a) * 2", "(a + 1)"},
		"within-a-call":         {"f($X)", "$X + 1", "g(f(a))", "a + 1"},
		"string-as-it-was":      {`f("$X")`, `g("$X")`, `f('a"b')`, `g('a"b')`},
		"part-of-a-string":      {`f("a$X")`, `g("$X")`, `f('ab')`, `g("b")`},
		"no-arguments-before":   {"f($...A, 1, $...B)", "g($...A, 2, $...B)", "f(1, b)", "g(2, b)"},
		"no-arguments-behind":   {"f($...A, 1, $...B)", "g($...A, 2, $...B)", "f(a, 1)", "g(a, 2)"},
		"no-arguments":          {"f($...A)", "g(1, $...A)", "f()", "g(1)"},
		"indented":              {"f($X)", "g($X)\nif $X:\n  h()", "if a:\n    f(b)", "g(b)\n    if b:\n      h()"},
		"what-has-a-name":       {"f($...A, k=1, $...B)", "g($...A, $...B)", "f(a, k=1, m=2)", "g(a, m=2)"},
		"not-a-metavariable":    {"f($X)", "g('$5')", "f(a)", "g('$5')"},
		"comparison-and-lambda": {"f($X)", "$X == 1", "f(lambda: 2)", "(lambda: 2) == 1"},
	} {
		t.Run(name, func(t *testing.T) {
			rule, err := Compile(&semgrep.Rule{Formula: semgrep.Pattern{Text: semgrep.Text{Value: c.pattern}}, Options: semgrep.DefaultOptions()}, syntax.Python)
			if err != nil {
				t.Fatal(err)
			}
			tree, err := syntax.Python.Parse([]byte(c.code))
			if err != nil {
				t.Fatal(err)
			}
			file := NewFile(tree)
			found, _ := rule.Search(file)
			if len(found) != 1 {
				t.Fatalf("found %d", len(found))
			}
			if got := file.Fix(c.fix, &found[0]); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
