package search

import "testing"

func TestSearch_options(t *testing.T) {
	symbolic := "options: {symbolic_propagation: true}\n"
	for name, c := range map[string]struct{ rule, code, want string }{
		"symbolic":                      {symbolic + "pattern: make(...).run($X)", "a = make(1)\nb = a\nb.run(c)\nd.run(c)", "3"},
		"symbolic-argument":             {symbolic + "pattern: use(key(\"...\"))", "k = key('a')\nuse(k)\nk = other()\nuse(k)", "2"},
		"symbolic-in-a-block":           {symbolic + "pattern: use(key())", "if a:\n    k = key()\nuse(k)", ""},
		"not-symbolic":                  {"pattern: make(...).run($X)", "a = make(1)\na.run(c)", ""},
		"focus-is-a-part":               {"patterns:\n- pattern: run($X, $Y)\n- focus-metavariable: $Y\n- pattern: '\"...\"'", "run(a, 'b')\nrun('a', b)", "1"},
		"known-from-around":             {"patterns:\n- pattern-inside: |\n    def $F(..., $P, ...):\n        ...\n- pattern-not-inside: ok(...)\n- pattern: $P", "def f(a, b):\n    c(\n        a)\n    ok(a)\n    d()", "3"},
		"metavariable-is-an-expression": {"patterns:\n- pattern: $X\n- pattern-not: a", "import b\ndef f(a):\n    return a\nclass C:\n    def g(b): return a\nd.e", "6 6"},
		"known-from-around-either": {"patterns:\n- pattern-inside: |\n    $X = read()\n    ...\n- pattern-either:\n  - pattern: $X\n  - pattern: other",
			"a = read()\nf(\n    a,\n    other)\n", "1 3 4"},
		"holds-what-is-known": {"patterns:\n- pattern-inside: |\n    $X = read()\n    ...\n- pattern: use(...)\n- pattern: <... $X ...>", "a = read()\nuse(f(a))\nuse(b)", "2 2 2"},
		"redos":               {"patterns:\n- pattern: compile(\"$R\")\n- metavariable-analysis:\n    analyzer: redos\n    metavariable: $R", "compile('^(a+)+$')\ncompile('^a+$')", "1"},
		"one-word":            {"patterns:\n- pattern: run($X)\n- metavariable-pattern:\n    metavariable: $X\n    language: generic\n    pattern: <$T ...", "run('<a href>')\nrun('</a>')", "1"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := lines(t, c.rule, c.code); got != c.want {
				t.Errorf("%s\nin\n%s\ngot %q, want %q", c.rule, c.code, got, c.want)
			}
		})
	}
}

func TestFollow_options(t *testing.T) {
	unify := "mode: taint\noptions: {taint_unify_mvars: true}\npattern-sources:\n- patterns:\n  - pattern: read($K)\npattern-sinks:\n- patterns:\n  - pattern: write($K, $V)\n  - focus-metavariable: $V\n"
	for name, c := range map[string]struct{ rule, code, want string }{
		"same-metavariable": {unify, "a = read(k)\nwrite(k, a)\nwrite(m, a)", "2"},
		"each-its-own":      {unify, "a = read(k)\nb = read(m)\nwrite(m, a)\nwrite(m, b)", "4"},
		"safe-numbers": {"options: {taint_assume_safe_numbers: true}\n" + followed, "def f():\n    a: int = request.args.get('a')\n    run(a)\n    b = request.args.get('b')\n    run(b)",
			"5"},
		"labels-of-one-metavariable": {"mode: taint\npattern-sources:\n- pattern: read()\n  label: IN\npattern-sinks:\n- pattern: write($A, $B)\n  requires:\n  - $A: IN\n", "a = read()\nwrite(a, 1)\nwrite(1, a)", "2"},
		"label-of-the-whole": {"mode: taint\npattern-sources:\n- pattern: read()\n  label: IN\n- pattern: '\"safe\" + $X'\n  label: OK\n  requires: IN\npattern-sinks:\n- pattern: write(...)\n  requires: IN and not OK\n",
			"a = read()\nwrite('safe' + a)\nwrite(a)", "3"},
		"focus-is-exact":     {"mode: taint\npattern-sources:\n- pattern: o\npattern-sinks:\n- patterns:\n  - pattern: run($X)\n  - focus-metavariable: $X\npattern-sanitizers:\n- pattern: clean(...)\n", "run(clean(o))\nrun(o)", "2"},
		"function-sanitizes": {followed + "- pattern: |\n    def $F(...):\n        ...\n        check()\n        ...\n", "def f():\n    run(request.args.get('a'))\n    check()\ndef g():\n    run(request.args.get('a'))", "5"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := lines(t, c.rule, c.code); got != c.want {
				t.Errorf("%s\nin\n%s\ngot %q, want %q", c.rule, c.code, got, c.want)
			}
		})
	}
}
