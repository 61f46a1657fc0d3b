package search

import "testing"

func TestSearch_conditionsBind(t *testing.T) {
	for name, c := range map[string]struct{ rule, code, want string }{
		"pattern": {"patterns:\n- pattern: send($MESSAGE)\n- metavariable-pattern:\n    metavariable: $MESSAGE\n    pattern: sign($KEY)\n- focus-metavariable: $KEY",
			"send(\n    sign(\n        key))\nsend(a)", "3"},
		"pattern-in-a-text": {"patterns:\n- pattern: run('$COMMAND')\n- metavariable-pattern:\n    metavariable: $COMMAND\n    language: bash\n    pattern: curl $URL\n- focus-metavariable: $URL",
			"run('''\n  cd /\n  curl http://a\n''')\nrun('cd /')", "3"},
		"each-for-itself": {"patterns:\n- pattern: f($X)\n- metavariable-pattern:\n    metavariable: $X\n    pattern: g($Y)\n- metavariable-pattern:\n    metavariable: $X\n    pattern: h($Y)",
			"f(a(g(1), h(2)))\nf(g(1))", "1"},
		"what-is-around-counts": {"patterns:\n- pattern: f($X, $Y)\n- metavariable-pattern:\n    metavariable: $Y\n    pattern: g($X)", "f(a, g(a))\nf(a, g(b))", "1"},
		"groups": {"patterns:\n- patterns:\n  - pattern: connect($A)\n  - metavariable-regex:\n      metavariable: $A\n      regex: '\"(?<HOST>\\w+):(?<PORT>\\d+)\"'\n- metavariable-comparison:\n    comparison: int($PORT) < 1024",
			"connect(\"a:80\")\nconnect(\"a:8080\")\nconnect(\"a\")", "1"},
		"expressions-number-their-own": {"patterns:\n- pattern-regex: a(\\d)b\\d\n- pattern-regex: a\\db(\\d)", "x = 'a1b2'", "1"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := lines(t, c.rule, c.code); got != c.want {
				t.Errorf("%s\nin\n%s\ngot %q, want %q", c.rule, c.code, got, c.want)
			}
		})
	}
}
