package semgrep

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// rule writes a rule file with one rule around what it matches; body is indented by four.
func rule(body string) string {
	return "rules:\n  - id: r\n    message: m\n    severity: ERROR\n    languages: [python]\n" + strings.Trim(body, "\n") + "\n"
}

// load reads a file that must have no problems, and one rule.
func load(t *testing.T, text string) Rule {
	t.Helper()
	f, err := Load("r.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range f.Problems {
		t.Errorf("problem: %v", p)
	}
	if len(f.Rules) != 1 {
		t.Fatalf("want one rule, have %d", len(f.Rules))
	}
	return f.Rules[0]
}

const full = `
rules:
  - id: no-shell
    languages: [py, python3, JS, tf]
    message: "$X runs in a shell"
    severity: WARNING
    min-version: 1.2.3
    max-version: 99.0.0
    version: 0.4.0
    fix: run($X)
    fix-regex: {regex: 'a(\d+)', replacement: 'b\1', count: 1}
    metadata:
      cwe: ["CWE-78: OS Command Injection", "cwe-77", 78, other]
      owasp: A03:2021 - Injection
      references: https://example.org/shell
      technology: [flask, django]
      subcategory: [vuln]
      category: security
      confidence: HIGH
      likelihood: LOW
      impact: MEDIUM
      since: 2024-01-02
    options:
      symbolic_propagation: true
      constant_propagation: false
      generic_ellipsis_max_span: 0
      generic_engine: aliengrep
    paths:
      include: ["*.py"]
      exclude: [tests/]
    pattern: shell($X)
`

func TestLoad_readsEveryFact(t *testing.T) {
	r := load(t, full)
	if diff := cmp.Diff([]Language{"python", "javascript", "terraform"}, r.Languages); diff != "" {
		t.Error(diff)
	}
	options := DefaultOptions()
	options.SymbolicPropagation, options.ConstantPropagation = true, false
	options.GenericEllipsisMaxSpan, options.GenericEngine = 0, "aliengrep"
	if diff := cmp.Diff(options, r.Options); diff != "" {
		t.Error(diff)
	}
	have := fmt.Sprint(r.ID, r.Line, r.Message, r.Severity, r.Severity.Level(), r.Mode, r.MinVersion, r.MaxVersion, r.Fix,
		r.FixRegex.Regex, r.FixRegex.Replacement, r.FixRegex.Count)
	if want := fmt.Sprint("no-shell", 3, "$X runs in a shell", "WARNING", "MEDIUM", "search", "1.2.3", "99.0.0", "run($X)", `a(\d+)`, `b\1`, 1); have != want {
		t.Errorf("want %s\nhave %s", want, have)
	}
	m := r.Metadata
	have = fmt.Sprintln(m.CWE(), m.OWASP(), m.References(), m.Technology(), m.Subcategory(), m.Category(), m.Confidence(), m.Likelihood(), m.Impact(), m["since"])
	if want := "[78 77] [A03:2021 - Injection] [https://example.org/shell] [flask django] [vuln] security HIGH LOW MEDIUM 2024-01-02\n"; have != want {
		t.Errorf("want %s\nhave %s", want, have)
	}
	if !r.Paths.Matches("a/b.py") || r.Paths.Matches("tests/b.py") || r.Paths.Matches("b.js") {
		t.Error("paths do not match as said")
	}
	if diff := cmp.Diff(Pattern{Text{"shell($X)", strings.Count(full, "\n"), 14}}, r.Formula); diff != "" {
		t.Error(diff)
	}
}

func TestLoad_readsJSON(t *testing.T) {
	r := load(t, `{"rules": [{"id": "j", "message": "m", "severity": "INFO", "languages": ["generic"],
		"patterns": [{"pattern": "a ... b"}, {"pattern-not-regex": "c\\d"}]}]}`)
	and, ok := r.Formula.(And)
	if !ok || len(and.Positives) != 1 || len(and.Negatives) != 1 {
		t.Errorf("want one positive and one negative, have %+v", r.Formula)
	}
}

func TestLoad_saysWhatIsWrong(t *testing.T) {
	pattern := "\n    pattern: a"
	for _, c := range []struct{ name, text, want string }{
		{"no id", "rules:\n  - {message: m, severity: INFO, languages: [go], pattern: a}", `r.yaml:2:5: the key "id" is missing`},
		{"no languages", "rules:\n  - {id: r, message: m, severity: INFO, pattern: a}", `2:5: rule "r": the key "languages" is missing`},
		{"language", strings.Replace(rule(pattern), "python", "klingon", 1), `5:17: rule "r": languages: unknown language "klingon"`},
		{"severity", strings.Replace(rule(pattern), "ERROR", "BAD", 1), `4:15: rule "r": severity: unknown word "BAD"; want one of CRITICAL`},
		{"nothing", rule(""), `2:5: rule "r": the rule says nothing to find`},
		{"two", rule("    pattern: a\n    pattern-regex: b"), `7:5: rule "r": the keys "pattern" and "pattern-regex" stand side by side`},
		{"join", rule("    mode: join\n    join: {}"), `join: want rules that are joined`},
		{"join of nothing", rule("    mode: join"), `mode join: the key "join" is missing`},
		{"join without its mode", rule("    join: {refs: [{rule: a.yaml, as: a}], on: ['a.$X == a.$Y']}" + pattern), `join needs "mode: join"`},
		{"join of a stranger", rule("    mode: join\n    join: {refs: [{rule: a.yaml, as: a}], on: ['a.$X == b.$Y']}"), `join: on: "b" is none of the rules`},
		{"recursive join", rule("    mode: join\n    join: {refs: [{rule: a.yaml, as: a}], on: ['a.$X --> a.$Y']}"), `recursive joins (-->) are not supported`},
		{"join operator", rule("    mode: join\n    join: {refs: [{rule: a.yaml, as: a}], on: ['a.$X ~ a.$Y']}"), `join: on: want NAME.$METAVARIABLE`},
		{"rule in a join", rule("    mode: join\n    join: {rules: [{id: a, languages: [go]}], on: ['a.$X == a.$Y']}"), `join: the rule says nothing to find`},
		{"extract without a language", rule("    mode: extract\n    extract: $X" + pattern), `the key "dest-language" is missing`},
		{"extract without its mode", rule("    dest-language: html" + pattern), `extract needs "mode: extract"`},
		{"transform", rule("    mode: extract\n    extract: $X\n    dest-language: html\n    transform: rot13" + pattern), `transform: unknown word "rot13"`},
		{"steps", rule("    steps: []\n" + pattern), `steps are not supported`},
		{"mode", rule("    mode: fast" + pattern), `unknown mode "fast"`},
		{"depends", rule("    r2c-internal-project-depends-on: {}" + pattern), `conditions on dependencies`},
		{"validators", rule("    validators: []" + pattern), `validators call hosts`},
		{"python", rule("    patterns:\n      - pattern: a\n      - pattern-where-python: b"), `running Python`},
		{"typo in formula", rule("    patterns:\n      - patern: a"), `7:9: rule "r": unknown key "patern" (do you mean "pattern"?)`},
		{"twice", rule("    pattern: a\n    pattern: b"), `key "pattern" is said twice, first in line 6`},
		{"typo in rule", rule("    pattern-sanitizer: []" + pattern), `6:5: rule "r": unknown key "pattern-sanitizer" (do you mean "pattern-sanitizers"?)`},
		{"condition beside pattern", rule("    pattern: a\n    metavariable-regex: {}"), `stand side by side; put both into one "patterns" list`},
		{"new syntax without match", rule("    all: [a]"), `key "all" belongs to the new syntax`},
		{"empty pattern", rule("    pattern: ''"), `pattern: the text is empty`},
		{"no text", rule("    pattern: [a]"), `pattern: want text, have a list`},
		{"empty list", rule("    patterns: []"), `patterns: the list is empty`},
		{"only negatives", rule("    patterns:\n      - pattern-not: a"), `only takes away`},
		{"not alone", rule("    pattern-either:\n      - pattern-not: a"), `pattern-not stands alone`},
		{"condition alone", rule("    pattern-either:\n      - metavariable-regex: {metavariable: $X, regex: a}"), `metavariable-regex stands alone`},
		{"two in an item", rule("    patterns:\n      - pattern: a\n        pattern-not: b"), `8:9: rule "r": key "pattern-not" has no place beside "pattern"`},
		{"mixed", rule("    patterns:\n      - any: [a]"), `belongs to the new syntax`},
		{"regex", rule("    pattern-regex: 'a('"), `pattern-regex: regular expression "a(": an opening parenthesis`},
		{"regex of PCRE", rule("    pattern-regex: '(?R)'"), `recursion is not supported`},
		{"metavariable", rule("    patterns:\n      - pattern: $x\n      - focus-metavariable: $x"), `"$x" is no metavariable`},
		{"min-version", rule("    min-version: 99.0.0" + pattern), `the rule is for Semgrep 99.0.0 and later`},
		{"max-version", rule("    max-version: 1.0.0" + pattern), `the rule is for Semgrep up to 1.0.0`},
		{"version", rule("    min-version: new" + pattern), `want a version like 1.38.0, have "new"`},
		{"merge", rule("    <<: {a: b}" + pattern), `merge keys (<<) are not supported`},
		{"option", rule("    options: {generic_engine: fast}" + pattern), `options: generic_engine: unknown word "fast"`},
		{"option's kind", rule("    options: {interfile: 1}" + pattern), `options: interfile: want true or false, have "1"`},
		{"paths", rule("    paths: {only: [a]}" + pattern), `paths: unknown key "only"`},
		{"glob", rule("    paths: {include: ['[a']}" + pattern), `a bracket is not closed`},
		{"negated glob", rule("    paths: {include: ['!a']}" + pattern), `begin with !`},
		{"fix-regex", rule("    fix-regex: {replacement: a}" + pattern), `the key "regex" is missing`},
		{"rule is text", "rules: [a]", `rule: want a mapping of keys, have "a"`},
		{"rules is text", "rules: a", `rules: want a list, have "a"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := Load("r.yaml", []byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			if len(f.Rules) != 0 || len(f.Problems) == 0 {
				t.Fatalf("want a problem and no rule, have %d rules", len(f.Rules))
			}
			var all []string
			for _, p := range f.Problems {
				all = append(all, p.Error())
			}
			if !strings.Contains(strings.Join(all, "\n"), c.want) {
				t.Errorf("want %s\nhave %s", c.want, strings.Join(all, "\n     "))
			}
		})
	}
}

func TestLoad_keepsTheRuleAndNamesWhatIsNotUsed(t *testing.T) {
	text := strings.Replace(rule("    author: me\n    options: {warp: true}\n    pattern: a"), "[python]", "[python, klingon]", 1) + "other: x\n"
	f, err := Load("r.yaml", []byte(text))
	if err != nil || len(f.Rules) != 1 {
		t.Fatalf("want the rule, have %d and %v: %v", len(f.Rules), err, f.Problems)
	}
	for i, want := range []string{`languages: unknown language "klingon"`, `unknown key "author"`, `unknown option "warp"`, `unknown key "other"`} {
		if p := f.Problems[i]; p.Kind != Unused || !strings.Contains(p.Text, want) {
			t.Errorf("want %s, have %v", want, p)
		}
	}
}

func TestLoad_oneFaultLeavesTheOthers(t *testing.T) {
	one := "  - {id: %s, message: m, severity: LOW, languages: [go], pattern: %s}\n"
	f, err := Load("r.yaml", fmt.Appendf(nil, "rules:\n"+one+one+one+one, "a", "x", "b", "[]", "c", "y", "a", "z"))
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Rules) != 2 || f.Rules[0].ID != "a" || f.Rules[1].ID != "c" {
		t.Errorf("want a and c, have %+v", f.Rules)
	}
	if len(f.Problems) != 2 || f.Problems[0].Rule != "b" || !strings.Contains(f.Problems[1].Error(), `5:5: rule "a": the id is used twice, first in line 2`) {
		t.Errorf("have %v", f.Problems)
	}
}

func TestLoad_refusesWhatIsNoRuleFile(t *testing.T) {
	bomb := "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c <= 'h'; c++ {
		bomb += fmt.Sprintf("%c: &%c [%s]\n", c, c, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*%c, ", c-1), 10), ", "))
	}
	for text, want := range map[string]string{
		"":                             "the file is empty",
		"a: b":                         `no top-level key "rules"`,
		"rules: [":                     "did not find expected",
		"rules: []\n---\nrules: []":    "more than one YAML document",
		bomb + "rules: *h":             "with aliases counted",
		"rules: &a [*a]":               "deeper than",
		strings.Repeat("[", 9000):      "read rules",
		strings.Repeat("#", maxFile+1): "larger than 8 MiB",
		"rules: " + strings.Repeat("[", 100) + strings.Repeat("]", 100): "deeper than",
	} {
		if f, err := Load("r.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) || len(f.Rules) > 0 {
			t.Errorf("%.40q: want an error with %q, have %v", text, want, err)
		}
	}
}

func TestLoad_aRuleOfAnotherVersionHasNoFaults(t *testing.T) {
	f, err := Load("r.yaml", []byte(rule("    min-version: 99.0.0\n    patterns: [{pattern-sideways: a}]")))
	if err != nil || len(f.Rules) != 0 || len(f.Problems) != 1 || f.Problems[0].Kind != Skipped {
		t.Errorf("want it skipped, have %v, %v", f.Problems, err)
	}
}

func TestLoad_putsAnchorsInTheirPlace(t *testing.T) {
	f, err := Load("r.yaml", []byte(rule("    patterns:\n      - &p {pattern: a}\n      - *p")))
	if err != nil || len(f.Rules) != 1 {
		t.Fatal(err, f.Problems)
	}
	if and := f.Rules[0].Formula.(And); len(and.Positives) != 2 {
		t.Errorf("want the pattern twice, have %+v", and)
	}
}

func TestLoadFS_findsRuleFiles(t *testing.T) {
	good := &fstest.MapFile{Data: []byte(rule("    pattern: a"))}
	fsys := fstest.MapFS{
		"a/r.yaml":         good,
		"a/r.py":           good,
		"a/r.test.yaml":    good,
		"a/r.fixed.yml":    good,
		"a/.hidden/r.yaml": good,
		"b/r.json":         {Data: []byte(`{"rules": [{"id": "j", "message": "m", "severity": "LOW", "languages": ["go"], "pattern": "a"}]}`)},
		"b/s.yml":          good,
		"b/data.yaml":      {Data: []byte("rulesets: 1")},
		"b/role.yaml":      {Data: []byte("apiVersion: v1\nkind: Role\nrules: [{verbs: [get]}]")},
		"b/template.yaml":  {Data: []byte("{{ if rules }}: [")},
		"b/torn.yaml":      {Data: []byte("rules:\n  - id: [")},
	}
	files, err := LoadFS(fsys, ".")
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for _, f := range files {
		have = append(have, fmt.Sprintf("%s %d %d", f.Name, len(f.Rules), len(f.Problems)))
	}
	if diff := cmp.Diff([]string{"a/r.yaml 1 0", "b/r.json 1 0", "b/s.yml 1 0", "b/torn.yaml 0 1"}, have); diff != "" {
		t.Error(diff)
	}
	if p := files[3].Problems[0].Error(); !strings.HasPrefix(p, "b/torn.yaml:1:1: line 3: ") && !strings.HasPrefix(p, "b/torn.yaml:1:1: line 2: ") {
		t.Errorf("have %s", p)
	}
	if _, err := LoadFS(fsys, "nowhere"); err == nil {
		t.Error("want an error for a folder that does not exist")
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(full)
	f.Add(rule("    match:\n      all: [a, {not: b}, {inside: c, as: $X}]\n      where: [{metavariable: $X, regex: '(?<=a)b'}, {comparison: $X < 1}, {focus: $X}]"))
	f.Add(rule("    mode: taint\n    pattern-sources: [{pattern: a, label: A, by-side-effect: only}]\n    pattern-sinks: [{pattern: b, requires: A and not B}]"))
	f.Add("rules: &a [*a]")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := Load("f.yaml", []byte(text))
		if err != nil {
			return
		}
		for _, p := range file.Problems {
			if p.Line < 1 || p.Column < 1 || p.Text == "" {
				t.Fatalf("problem without place: %+v", p)
			}
		}
		for _, r := range file.Rules {
			r.Paths.Matches("a/b.c")
			if r.ID == "" || len(r.Languages) == 0 || (r.Formula == nil) == (r.Taint == nil) {
				t.Fatalf("half a rule: %+v", r)
			}
			for _, f := range r.Formulas() {
				if f == nil {
					t.Fatalf("a formula is nil: %+v", r)
				}
				Walk(f, exercise)
			}
		}
	})
}

// exercise runs what a formula holds on a small text.
func exercise(f Formula, _ Language) {
	const text = "aab\n12"
	switch f := f.(type) {
	case Regex:
		f.Regexp.FindAll(text, 1000)
	case And:
		env := Env{
			Value: func(name string) (Value, bool) { return int64(len(name)), name != "$X" },
			Code:  func(name string) (string, bool) { return name, true },
		}
		for _, c := range f.Conditions {
			switch c := c.(type) {
			case MetavariableRegex:
				c.Regexp.Match(text, 1000)
			case MetavariableComparison:
				c.Holds(env)
			}
		}
	}
}
