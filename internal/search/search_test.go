package search

import (
	"fmt"
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/semgrep"
	"github.com/reevehq/reeve/internal/syntax"
)

// lines gives the lines on which a rule finds something, from its parts in YAML.
func lines(t *testing.T, parts, code string) string {
	t.Helper()
	text := "rules:\n- id: test\n  languages: [python]\n  severity: ERROR\n  message: found\n  " + strings.ReplaceAll(strings.TrimSpace(parts), "\n", "\n  ") + "\n"
	file, err := semgrep.Load("test.yaml", []byte(text))
	if err != nil || len(file.Rules) != 1 {
		t.Fatalf("%v %v in\n%s", err, file.Problems, text)
	}
	rule, err := Compile(&file.Rules[0], syntax.Python)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := syntax.Python.Parse([]byte(code))
	if err != nil || tree.Errors > 0 {
		t.Fatalf("%d errors (%v) in\n%s", tree.Errors, err, code)
	}
	found, complete := rule.Find(NewFile(tree))
	if !complete {
		t.Error("it took too much work")
	}
	var out []string
	for _, r := range found {
		out = append(out, fmt.Sprint(lineAt(code, r.Start)))
	}
	return strings.Join(out, " ")
}

func TestSearch(t *testing.T) {
	for name, c := range map[string]struct{ rule, code, want string }{
		"either":                {"pattern-either:\n- pattern: eval(...)\n- pattern: exec(...)", "eval(a)\nrun(a)\nexec(b)", "1 3"},
		"and":                   {"patterns:\n- pattern: run($X)\n- pattern: $F(secret)", "run(secret)\nrun(a)\ncall(secret)", "1"},
		"not":                   {"patterns:\n- pattern: run($X)\n- pattern-not: run(\"...\")", "run(a)\nrun('a')", "1"},
		"not-of-one-value":      {"patterns:\n- pattern: run($X)\n- pattern-not: run(\"a\")", "run('b')\nrun('a')", "1"},
		"not-of-the-same-range": {"patterns:\n- pattern: |\n    $F = make($X)\n    ...\n    $F()\n- pattern-not: |\n    $F = make('...')\n    ...\n    $F()", "a = make('b')\na()\na = make(c)\na()", "3"},
		"not-to-the-end":        {"patterns:\n- pattern: |\n    a = make($X)\n    ...\n    run()\n- pattern-not: |\n    a = make('...')\n    ...", "a = make('b')\nrun()\nc()\na = make(d)\nrun()", "4"},
		"not-either":            {"patterns:\n- pattern: run($X)\n- pattern-not:\n    pattern-either:\n    - pattern: run(a)\n    - pattern-inside: ok(...)", "run(a)\nrun(b)\nok(run(c))", "2"},
		"inside":                {"patterns:\n- pattern: run($X)\n- pattern-inside: |\n    def $F(..., $X, ...):\n        ...", "def f(a):\n    run(a)\n    run(b)\nrun(a)", "2"},
		"not-inside":            {"patterns:\n- pattern: run($X)\n- pattern-not-inside: |\n    if allowed($X):\n        ...", "if allowed(a):\n    run(a)\n    run(b)", "3"},
		"two-insides": {"patterns:\n- pattern-inside: |\n    class $C:\n        ...\n- pattern-inside: |\n    def $M(...):\n        ...\n- pattern: run()",
			"class A:\n    def f(self):\n        run()\ndef g():\n    run()", "3"},
		"regex":                      {"pattern-regex: pass(word|phrase)\\s*=", "password = 1\nx = 2", "1"},
		"metavariable-regex":         {"patterns:\n- pattern: $F(...)\n- metavariable-regex:\n    metavariable: $F\n    regex: ^(md5|sha1)$", "md5(a)\nmd5sum(a)\nsha1(a)", "1 3"},
		"metavariable-regex-of-text": {"patterns:\n- pattern: run(\"$T\")\n- metavariable-regex:\n    metavariable: $T\n    regex: '^http:'", "run('http://a')\nrun('https://a')", "1"},
		"metavariable-comparison":    {"patterns:\n- pattern: chmod($F, $M)\n- metavariable-comparison:\n    comparison: $M >= 0o700", "chmod(a, 0o777)\nchmod(a, 0o600)", "1"},
		"metavariable-pattern": {"patterns:\n- pattern: run($X)\n- metavariable-pattern:\n    metavariable: $X\n    patterns:\n    - pattern: $A + $B\n    - pattern-not: '\"...\" + $B'",
			"run(a + b)\nrun('x' + b)\nrun(a)", "1"},
		"focus":                {"patterns:\n- pattern: |\n    def $F(...):\n        ...\n        return $X\n- focus-metavariable: $X", "def f():\n    x = 1\n    return y", "3"},
		"constant":             {"pattern: run(\"=~/^rm /\")", "a = 'rm '\nb = a + '-rf'\nrun(b)\ndef f(b):\n    run(b)", "3"},
		"constant-changed":     {"pattern: run(\"...\")", "a = 'x'\nif b:\n    a = read()\nrun(a)", ""},
		"import-in-a-function": {"pattern: os.system(...)", "def f():\n    from os import system\n    system(a)\ndef g():\n    system(a)", "3"},
		"with":                 {"patterns:\n- pattern: |\n    $F = open(...)\n    ...\n    $F.read()", "with open(a) as f:\n    f.read()", "1"},
		"class-members":        {"pattern: |\n    class $C(...):\n        def save(self):\n            ...", "class A:\n    x = 1\n    def load(self): pass\n    def save(self): pass\nclass B:\n    pass", "1"},
		"each-range-once":      {"pattern: f(..., $X, ...)", "f(a, b, c)", "1"},
		"import-of-a-part":     {"pattern: import xml", "import xml\nfrom xml.etree import ElementTree\nimport xmlrpc", "1 2"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := lines(t, c.rule, c.code); got != c.want {
				t.Errorf("%s\nin\n%s\ngot %q, want %q", c.rule, c.code, got, c.want)
			}
		})
	}
}

func TestCompile_namesThePatternThatIsNone(t *testing.T) {
	file, err := semgrep.Load("test.yaml", []byte("rules:\n- id: test\n  languages: [python]\n  severity: ERROR\n  message: found\n  pattern: 'f('\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Compile(&file.Rules[0], syntax.Python); err == nil || !strings.Contains(err.Error(), `rule "test", line 6: pattern "f("`) {
		t.Errorf("got %v", err)
	}
}

func TestJudge(t *testing.T) {
	text := "# ruleid: a\nf()\n# ok: a\ng()\n# todoruleid: a\nh()\n"
	v := Judge("a", []Range{{Start: strings.Index(text, "g()")}, {Start: strings.Index(text, "h()")}}, text)
	if fmt.Sprint(v.Missed, v.Extra, v.Promised, v.Agrees()) != "[2] [4] 1 false" {
		t.Errorf("%+v", v)
	}
}

func FuzzSearch(f *testing.F) {
	f.Add("$X = f(...)\n...\ng($X)", "a = f(1)\nif b:\n    g(a)\n")
	f.Add(`"=~/a.*/"`, "x = 'ab'")
	f.Fuzz(func(t *testing.T, pattern, code string) {
		rule, err := Compile(&semgrep.Rule{Formula: semgrep.Pattern{Text: semgrep.Text{Value: pattern}}, Options: semgrep.DefaultOptions()}, syntax.Python)
		if err != nil {
			return
		}
		tree, err := syntax.Python.Parse([]byte(code))
		if err != nil {
			return
		}
		found, _ := rule.Search(NewFile(tree))
		for _, r := range found {
			if r.Start < 0 || r.End > len(code) || r.Start > r.End {
				t.Fatalf("%d-%d of %d bytes", r.Start, r.End, len(code))
			}
		}
	})
}
