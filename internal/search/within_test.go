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

func TestSearch_whatIsAroundAMetavariable(t *testing.T) {
	symbolic := "options: {symbolic_propagation: true}\n"
	for name, c := range map[string]struct{ rule, code, want string }{
		"known-there":            {"patterns:\n- pattern: $A + $B\n- metavariable-pattern:\n    metavariable: $B\n    patterns:\n    - pattern: ...\n    - pattern-not: $A", "a + b\na + a", "1"},
		"what-a-name-stands-for": {symbolic + "patterns:\n- pattern: go($TO)\n- metavariable-pattern:\n    metavariable: $TO\n    pattern: request.$W", "a = request.url\ngo(a)\nb = safe(c)\ngo(b)", "2"},
		"constant":               {"patterns:\n- pattern: go($TO)\n- metavariable-regex:\n    metavariable: $TO\n    constant-propagation: true\n    regex: ^15$", "a = 5\ngo(3 * a)\ngo('15')\ngo(a)", "2 3"},
		"code-compared":          {"patterns:\n- pattern: move($A, $B)\n- metavariable-comparison:\n    comparison: $A == $B", "move(x.y, x.y)\nmove(x.y, x.z)\nmove([], [])\nmove(x, 1)", "1 3"},
		"entropy":                {"patterns:\n- pattern: key = \"$K\"\n- metavariable-analysis:\n    analyzer: entropy\n    metavariable: $K", "key = 'd3a4476" + "30194bd4b'\nkey = 'the_name_of_a_key'", "1"},
		"through-names":          {symbolic + "pattern: a(). ... .d()", "x = a()\ny = x.b()\ny.c.d()\ne.d()", "3"},
		"within-names":           {symbolic + "pattern: 'if <... a($X) ...>: ...'", "x = not a(1)\nif x and b:\n    c()\nif b:\n    c()", "2"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := lines(t, c.rule, c.code); got != c.want {
				t.Errorf("%s\nin\n%s\ngot %q, want %q", c.rule, c.code, got, c.want)
			}
		})
	}
}
