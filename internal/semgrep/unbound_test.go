package semgrep

import (
	"strings"
	"testing"
)

func TestRule_Unbound(t *testing.T) {
	for name, c := range map[string]struct{ patterns, want string }{
		"all":          {"[{pattern: $X.run($Y)}, {metavariable-regex: {metavariable: $X, regex: a}}]", ""},
		"none":         {"[{pattern: run($Y)}, {metavariable-regex: {metavariable: $X, regex: a}}]", "run($Y)"},
		"one of two":   {"[{pattern-either: [{pattern: $X.run($Y)}, {pattern: go($Y)}]}, {metavariable-regex: {metavariable: $X, regex: a}}]", "go($Y)"},
		"beside":       {"[{pattern: run($Y)}, {pattern-inside: 'f($X) ...'}, {metavariable-regex: {metavariable: $X, regex: a}}]", ""},
		"below":        {"[{pattern-either: [{patterns: [{pattern: go($Y)}, {pattern-inside: f($X)}]}, {pattern: run($X)}]}, {metavariable-type: {metavariable: $X, type: int}}]", ""},
		"spread":       {"[{pattern: run($...X)}, {metavariable-pattern: {metavariable: $...X, pattern: a}}]", ""},
		"by a group":   {"[{pattern-regex: 'a(?P<X>b)'}, {metavariable-regex: {metavariable: $X, regex: a}}]", ""},
		"by a pattern": {"[{pattern: run($Y)}, {metavariable-pattern: {metavariable: $Y, pattern: a($X)}}, {metavariable-regex: {metavariable: $X, regex: a}}]", ""},
	} {
		f, err := Load("a.yaml", []byte("rules:\n- {id: a, languages: [python], severity: ERROR, message: m, patterns: "+c.patterns+"}\n"))
		if err != nil || len(f.Rules) != 1 {
			t.Fatal(name, err, f.Problems)
		}
		got := strings.Join(f.Rules[0].Unbound(), "\n")
		if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
