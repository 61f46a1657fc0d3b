package semgrep

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// show writes a formula in one line.
func show(f Formula) string {
	switch f := f.(type) {
	case Pattern:
		return strings.TrimSpace(f.Value)
	case Regex:
		return "/" + f.Value + "/"
	case Or:
		return "any(" + showAll(f.Of, ", ") + ")"
	case Inside:
		return "inside(" + show(f.Of) + ")"
	case Anywhere:
		return "anywhere(" + show(f.Of) + ")"
	case As:
		return "(" + show(f.Of) + " as " + f.Metavariable + ")"
	case And:
		parts := []string{}
		for _, of := range f.Positives {
			parts = append(parts, show(of))
		}
		for _, of := range f.Negatives {
			parts = append(parts, "not "+show(of))
		}
		for _, c := range f.Conditions {
			parts = append(parts, showCondition(c))
		}
		for _, focus := range f.Focus {
			parts = append(parts, "focus "+strings.Join(focus.Metavariables, "|"))
		}
		return "all(" + strings.Join(parts, ", ") + ")"
	}
	return "nothing"
}

func showAll(fs []Formula, between string) string {
	var all []string
	for _, f := range fs {
		all = append(all, show(f))
	}
	return strings.Join(all, between)
}

func showCondition(c Condition) string {
	switch c := c.(type) {
	case MetavariableRegex:
		return fmt.Sprintf("%s =~ %s %v", c.Metavariable, c.Regexp, c.ConstantPropagation)
	case MetavariablePattern:
		return fmt.Sprintf("%s ~ %s %s", c.Metavariable, c.Language, show(c.Formula))
	case MetavariableComparison:
		return fmt.Sprintf("%s: %s %d %v", c.Metavariable, c.Text.Value, c.Base, c.Strip)
	case MetavariableAnalysis:
		return fmt.Sprintf("%s is %s %s", c.Metavariable, c.Analyzer, c.Mode)
	case MetavariableType:
		var types []string
		for _, t := range c.Types {
			types = append(types, t.Value)
		}
		return fmt.Sprintf("%s: %s %s", c.Metavariable, types, c.Language)
	case MetavariableName:
		return fmt.Sprintf("%s from %s", c.Metavariable, c.Modules)
	}
	return "?"
}

func TestLoad_bothSyntaxesGiveOneTree(t *testing.T) {
	for _, c := range []struct{ name, old, fresh, want string }{
		{"pattern", `
    pattern: f($X)`, `
    match: f($X)`, "f($X)"},
		{"regex", `
    pattern-regex: a+`, `
    match: {regex: a+}`, "/a+/"},
		{"either", `
    pattern-either:
      - pattern: a
      - pattern-inside: b
      - pattern-either: [{pattern: c}, {pattern-regex: d}]
      - patterns: [{pattern: e}]`, `
    match:
      any: [a, {inside: b}, {any: [{pattern: c}, {regex: d}]}, {all: [e]}]`, "any(a, inside(b), any(c, /d/), all(e))"},
		{"and", `
    patterns:
      - pattern-not: c
      - pattern: a
      - pattern-inside: b
      - pattern-not-inside: d
      - pattern-not-regex: e
      - pattern-not: {pattern-either: [{pattern: f}, {pattern-inside: g}]}
      - focus-metavariable: $X
      - focus-metavariable: [$Y, $Z]`, `
    match:
      all: [{not: c}, a, {inside: b}, {not: {inside: d}}, {not: {regex: e}}, {not: {any: [f, {inside: g}]}}]
      where: [{focus: $X}, {focus: [$Y, $Z]}]`,
			"all(a, inside(b), not c, not inside(d), not /e/, not any(f, inside(g)), focus $X, focus $Y|$Z)"},
		{"conditions", `
    patterns:
      - pattern: $F($X, $Y)
      - metavariable-regex: {metavariable: $F, regex: 'a|b', constant-propagation: true}
      - metavariable-pattern: {metavariable: $X, language: js, patterns: [{pattern-not: h}]}
      - metavariable-comparison: {metavariable: $Y, comparison: $Y > 1, base: 8, strip: true}
      - metavariable-comparison: {comparison: $Y > 2}
      - metavariable-analysis: {analyzer: entropy_v2, metavariable: $X, options: {mode: strict}}
      - metavariable-analysis: {analyzer: redos, metavariable: $X}
      - metavariable-type: {metavariable: $X, types: [int, str], language: py}
      - metavariable-type: {metavariable: $X, type: int}
      - metavariable-name: {metavariable: $F, modules: [m, n]}`, `
    match:
      all: ['$F($X, $Y)']
      where:
        - {metavariable: $F, regex: 'a|b', constant-propagation: true}
        - {metavariable: $X, language: js, all: [{not: h}]}
        - {metavariable: $Y, comparison: $Y > 1, base: 8, strip: true}
        - {comparison: $Y > 2}
        - {analyzer: entropy_v2, metavariable: $X, options: {mode: strict}}
        - {analyzer: redos, metavariable: $X}
        - {metavariable: $X, types: [int, str], language: py}
        - {metavariable: $X, type: int}
        - {metavariable: $F, modules: [m, n]}`,
			"all($F($X, $Y), $F =~ a|b true, $X ~ javascript all(not h), $Y: $Y > 1 8 true, : $Y > 2 0 false, $X is entropy_v2 strict, " +
				"$X is redos default, $X: [int str] python, $X: [int] , $F from [m n])"},
		{"anywhere", `
    patterns: [{semgrep-internal-pattern-anywhere: a}, {pattern: b}]`, `
    match: {all: [{anywhere: a}, b]}`, "all(anywhere(a), b)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if have := show(load(t, rule(c.old)).Formula); have != c.want {
				t.Errorf("old: want %s\n     have %s", c.want, have)
			}
			if have := show(load(t, rule(c.fresh)).Formula); have != c.want {
				t.Errorf("new: want %s\n     have %s", c.want, have)
			}
		})
	}
}

func TestLoad_newSyntaxAlone(t *testing.T) {
	for body, want := range map[string]string{
		"{pattern: a, as: $A}":                                                        "(a as $A)",
		"{all: [{pattern: a, as: $A}, {any: [b, c], as: $B}]}":                        "all((a as $A), (any(b, c) as $B))",
		"{any: [a, b], where: [{focus: $X}]}":                                         "all(any(a, b), focus $X)",
		"{pattern: a, where: [{metavariable: $X, pattern: b}], as: $A}":               "(all(a, $X ~  b) as $A)",
		"{pattern: a, where: [{metavariable: $X, any: [b, c]}]}":                      "all(a, $X ~  any(b, c))",
		"{pattern: a, where: [{metavariable: $X, not: b}]}":                           "all(a, $X ~  all(not b))",
		"{pattern: a, where: [{metavariable: $X, patterns: [{pattern: b}]}]}":         "all(a, $X ~  all(b))",
		"{pattern: a, where: [{metavariable: $X, pattern: b, where: [{focus: $Y}]}]}": "all(a, $X ~  all(b, focus $Y))",
	} {
		if have := show(load(t, rule("    match: "+body)).Formula); have != want {
			t.Errorf("%s\nwant %s\nhave %s", body, want, have)
		}
	}
}

func TestLoad_faultsInFormulas(t *testing.T) {
	for body, want := range map[string]string{
		"match: {not: a}":                                                    "not stands alone",
		"match: {all: [{not: a}]}":                                           "only takes away",
		"match: {all: [{not: a, where: []}, b]}":                             `key "where" has no place beside "not"`,
		"match: {pattern: a, any: [b]}":                                      "stand side by side",
		"match: {pattern-either: [a]}":                                       "belongs to the old syntax",
		"match: {pattern: a, fix: [b]}":                                      "fix: want text, have a list",
		"match: {pattern: a, as: x}":                                         `"x" is no metavariable`,
		"match: {pattern: a, where: [{metavariable: $X}]}":                   "want focus, comparison",
		"match: {pattern: a, where: [a]}":                                    "want a mapping",
		"match: {where: [{focus: $X}]}":                                      "want one of pattern, all",
		"match: {pattern: a, colour: b}":                                     `unknown key "colour"`,
		"patterns: [{pattern: a}, {metavariable-regex: {regex: a}}]":         `the key "metavariable" is missing`,
		"patterns: [{pattern: a}, {metavariable-regex: {metavariable: $X}}]": `the key "regex" is missing`,
		"patterns: [{pattern: a}, {metavariable-regex: {metavariable: $X, regex: a, flags: i}}]":                                             `unknown key "flags"`,
		"patterns: [{pattern: a}, {metavariable-pattern: {metavariable: $X}}]":                                                               `the key "pattern" is missing`,
		"patterns: [{pattern: a}, {metavariable-pattern: {metavariable: $X, pattern: a, pattern-regex: b}}]":                                 "stand side by side",
		"patterns: [{pattern: a}, {metavariable-pattern: {metavariable: $X, language: klingon, pattern: a}}]":                                "unknown language",
		"patterns: [{pattern: a}, {metavariable-pattern: {metavariable: $X, patterns: [{pattern-inside: {patterns: [{pattern-not: b}]}}]}}]": "only takes away",
		"patterns: [{pattern: a}, {metavariable-comparison: {metavariable: $X}}]":                                                            `the key "comparison" is missing`,
		"patterns: [{pattern: a}, {metavariable-comparison: {comparison: $X >}}]":                                                            "the expression ends",
		"patterns: [{pattern: a}, {metavariable-comparison: {comparison: $X > 1, strip: true}}]":                                             `the key "metavariable" is missing`,
		"patterns: [{pattern: a}, {metavariable-comparison: {comparison: $X > 1, metavariable: $X, base: 1}}]":                               "want 2 to 36",
		"patterns: [{pattern: a}, {metavariable-analysis: {metavariable: $X, analyzer: luck}}]":                                              `unknown analyzer "luck"`,
		"patterns: [{pattern: a}, {metavariable-analysis: {metavariable: $X, analyzer: entropy, options: {speed: 1}}}]":                      "want mode",
		"patterns: [{pattern: a}, {metavariable-type: {metavariable: $X}}]":                                                                  `the key "type" is missing`,
		"patterns: [{pattern: a}, {metavariable-name: {metavariable: $X}}]":                                                                  `the key "module" is missing`,
		"pattern-sources: [{pattern: a}]": `needs "mode: taint"`,
	} {
		f, err := Load("r.yaml", []byte(rule("    "+body)))
		if err != nil || len(f.Rules) != 0 || len(f.Problems) == 0 || !strings.Contains(fmt.Sprint(f.Problems), want) {
			t.Errorf("%s\nwant %s\nhave %v, %v", body, want, f.Problems, err)
		}
	}
}

func TestLoad_textsKnowWhereTheyStand(t *testing.T) {
	text := rule(`
    patterns:
      - pattern: plain($X)
      - pattern: "quoted"
      - pattern: |
          block(
            $X)
      - pattern: >-

          folded
      - pattern-inside: |2
          indented
      - pattern-regex: 'r'`)
	lines := strings.Split(text, "\n")
	want := map[string]string{}
	var have []string
	Walk(load(t, text).Formula, func(f Formula, _ Language) {
		var at Text
		switch f := f.(type) {
		case Pattern:
			at = f.Text
		case Regex:
			at = f.Text
		default:
			return
		}
		first := strings.Split(strings.TrimLeft(at.Value, " \n"), "\n")[0]
		have = append(have, first)
		if at.Line <= 0 || at.Line > len(lines) {
			t.Fatalf("%q stands in line %d", first, at.Line)
		}
		want[first] = lines[at.Line-1][min(at.Column-1, len(lines[at.Line-1])):]
	})
	if diff := cmp.Diff([]string{"plain($X)", "quoted", "block(", "folded", "indented", "r"}, have); diff != "" {
		t.Fatal(diff)
	}
	for first, there := range want {
		if !strings.HasPrefix(strings.TrimLeft(there, " "), first) && first != "folded" {
			t.Errorf("%q is said to stand where %q stands", first, there)
		}
	}
}

const tainted = `
    mode: taint
    pattern-sources:
      - pattern: get(...)
      - patterns: [{pattern: 'fill($X)'}, {focus-metavariable: $X}]
        by-side-effect: only
        exact: true
        control: true
        label: A
        requires: B and not C
    pattern-sinks:
      - pattern: run(...)
      - pattern-either: [{pattern: 'eval($X)'}, {pattern: 'exec($X)'}]
        requires: A
        exact: true
        at-exit: true
      - pattern: $O.go($X)
        requires:
          - $O: A
          - $X: B or C
    pattern-sanitizers:
      - pattern: clean(...)
        by-side-effect: true
        exact: true
        not_conflicting: true
    pattern-propagators:
      - pattern: $A.add($B)
        from: $B
        to: $A
      - pattern: $A.put($B)
        from: $B
        to: $A
        by-side-effect: false
        label: D
        replace-labels: [A, B]
        requires: A
`

func TestLoad_readsTaint(t *testing.T) {
	r := load(t, rule(tainted))
	if r.Mode != ModeTaint || r.Formula != nil {
		t.Errorf("want a taint rule, have %+v", r)
	}
	taint := r.Taint
	has := func(labels string) func(string) bool {
		return func(l string) bool { return strings.Contains(labels, l) }
	}
	var have []string
	for _, s := range taint.Sources {
		have = append(have, fmt.Sprint("source ", show(s.Formula), s.Exact, s.SideEffect, s.Control, " ", s.Label, " ",
			s.Requires == nil || s.Requires.Holds(has("B")), s.Requires != nil && s.Requires.Holds(has("BC"))))
	}
	for _, s := range taint.Sinks {
		line := fmt.Sprint("sink ", show(s.Formula), s.Exact, s.AtExit)
		if s.Requires != nil {
			line += fmt.Sprint(" ", s.Requires.Labels(), s.Requires.Holds(has(DefaultLabel)))
		}
		for _, of := range s.RequiresOf {
			line += fmt.Sprint(" ", of.Metavariable, of.Requires.Labels(), of.Requires.Holds(has("C")))
		}
		have = append(have, line)
	}
	for _, s := range taint.Sanitizers {
		have = append(have, fmt.Sprint("sanitizer ", show(s.Formula), s.Exact, s.SideEffect, s.NotConflicting))
	}
	for _, p := range taint.Propagators {
		have = append(have, fmt.Sprint("propagator ", show(p.Formula), p.From, p.To, p.SideEffect, " ", p.Label, p.ReplaceLabels, p.Requires != nil))
	}
	want := []string{
		"source get(...)false 0 false __SOURCE__ true false",
		"source all(fill($X), focus $X)true 2 true A true false",
		"sink run(...)true false [__SOURCE__] true",
		"sink any(eval($X), exec($X))true true [A] false",
		"sink $O.go($X)true false $O[A] false $X[B C] true",
		"sanitizer clean(...)true 1 true",
		"propagator $A.add($B)$B$A1 [] false",
		"propagator $A.put($B)$B$A0 D[A B] true",
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Error(diff)
	}
}

func TestLoad_readsTaintOfTheNewSyntax(t *testing.T) {
	r := load(t, rule(`
    taint:
      sources: [input(), {pattern: b, label: B}]
      sinks: [{any: [eval(...), run(...)], requires: B}]
      propagators: [{pattern: $X = $Y, from: $Y, to: $X}]
      sanitizers: [clean(...)]`))
	have := show(r.Taint.Sources[0].Formula) + show(r.Taint.Sinks[0].Formula) + show(r.Taint.Propagators[0].Formula) + show(r.Taint.Sanitizers[0].Formula)
	if want := "input()any(eval(...), run(...))$X = $Yclean(...)"; have != want || r.Mode != ModeTaint {
		t.Errorf("want %s, have %s in mode %s", want, have, r.Mode)
	}
}

func TestLoad_faultsInTaint(t *testing.T) {
	both := "\n    pattern-sources: [{pattern: a}]\n    pattern-sinks: [{pattern: b}]"
	for body, want := range map[string]string{
		"mode: taint": "needs pattern-sources",
		"mode: taint\n    pattern-sources: [{pattern: a}]":                                                           "needs pattern-sinks",
		"mode: taint\n    pattern: a" + both:                                                                         `key "pattern" has no place in mode taint`,
		"taint: {sources: [a], sinks: [b], colour: c}":                                                               `unknown key "colour"`,
		"taint: {sources: [a], sinks: [b]}\n    pattern: c":                                                          "keep one of the two",
		"mode: taint\n    pattern-sources: [{pattern: a, colour: b}]\n    pattern-sinks: [{pattern: b}]":             `key "colour" has no place`,
		"mode: taint\n    pattern-sources: [{label: a}]\n    pattern-sinks: [{pattern: b}]":                          "want one of pattern",
		"mode: taint\n    pattern-sources: [{pattern: a, label: 'a b'}]\n    pattern-sinks: [{pattern: b}]":          "is no label",
		"mode: taint\n    pattern-sources: [{pattern: a, requires: 1 + 2}]\n    pattern-sinks: [{pattern: b}]":       "is no label",
		"mode: taint\n    pattern-sources: [{pattern: a, by-side-effect: maybe}]\n    pattern-sinks: [{pattern: b}]": "by-side-effect: want true or false",
		"mode: taint" + both + "\n    pattern-propagators: [{pattern: a, from: $X}]":                                 `needs "from" and "to"`,
		"mode: taint" + both + "\n    pattern-propagators: [{pattern: a, from: $X, to: y}]":                          "is no metavariable",
	} {
		f, err := Load("r.yaml", []byte(rule("    "+body)))
		if err != nil || len(f.Rules) != 0 || !strings.Contains(fmt.Sprint(f.Problems), want) {
			t.Errorf("%s\nwant %s\nhave %v, %v", body, want, f.Problems, err)
		}
	}
}
