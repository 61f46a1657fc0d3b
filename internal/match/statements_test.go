package match

import (
	"testing"

	"github.com/reevehq/reeve/internal/syntax"
)

// What stands behind an ellipsis: in blocks within, behind them, in functions, in what a with opens.
func TestFind_statements(t *testing.T) {
	for _, c := range []struct {
		name, pattern, code, want string
		language                  *syntax.Language
	}{
		{"within-and-behind", "$X = f()\n...\n$X.a = 1\n...\ng($X)", "x = f()\nif y:\n  x.a = 1\ng(x)", "1 $X=x", syntax.Python},
		{"in-a-function", "$X = f()\n...\ng($X)", "x = f()\ndef h():\n  return lambda: 1\ndef i():\n  g(x)", "1 $X=x", syntax.Python},
		{"open-end", "def $F():\n  ...\n  def $G():\n    ...", "def a():\n  def b():\n    c()\n  return b", "1 $F=a $G=b", syntax.Python},
		{"closed-end", "def $F():\n  a()", "def f():\n  a()\n  b()\ndef g():\n  a()", "4 $F=g", syntax.Python},
		{"with", "$F = open(...)\n...\n$F.read()\n...\nclose($F)", "with open(a) as f:\n  f.read()\nclose(f)", "1 $F=f", syntax.Python},
		{"two-in-order", "a()\n...\nb()\nc()", "a()\nif x:\n  b()\n  c()", "1", syntax.Python},
		{"behind-a-block", "a()\n...\nif x: ...\nc()", "a()\nif x:\n  b()\nc()", "1", syntax.Python},
		{"lambda", "a();\n...\nb();", "a();\nrun(function () { b(); });", "1", syntax.JavaScript},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := found(t, c.language, c.pattern, c.code); got != c.want {
				t.Errorf("%s in\n%s\ngot  %s\nwant %s", c.pattern, c.code, got, c.want)
			}
		})
	}
}

func TestFind_javascript(t *testing.T) {
	for _, c := range []struct{ name, pattern, code, want string }{
		{"part-of-a-module", `import "@a/b"`, "import x from '@a/b/c';\nimport y from '@a/bc';", "1"},
		{"what-is-required-is-imported", "import \"m\"", "const {a, b: c} = require('m');\nconst d = require('m');", "1; 2"},
		{"several-of-a-module", `import {a, b} from "m"`, "import {b, c, a} from 'm';\nimport {a} from 'm';\nimport {b} from 'm';", "1"},
		{"one-of-several", `import {..., a, ...} from "m"`, "import {b, a} from 'm';\nimport {b} from 'm';", "1"},
		{"required-parts-are-statements", "import {$X} from \"m\";\n...\nf($X);", "const {a} = require('m');\nf(a);", "1 $X=a"},
		{"spread", "<$X {...$P} />", "a = <B {...c} d={1} />;", "1 $P=c $X=B"},
		{"any-attribute", "<$X on={...} />", "a = <B on={c} />;\nb = <B off={c} />;", "1 $X=B"},
		{"any-attribute-without-braces", "<$X on=... />", "a = <B on=\"c\" />;", "1 $X=B"},
		{"regexp", "f(/$R/)", "f(/a.b/);\nf('a');", "1 $R=a.b"},
		{"regexp-any", "f(/.../)", "f(/a.b/);\nf('a');", "1"},
		{"pair", `secret: "$V"`, "f({\n  secret: 'a',\n  other: 'b'});", "2 $V=a"},
		{"template-is-no-string", "f(`...`)", "f(`a`);\nf(`a${b}`);\nf('a');", "1; 2"},
		{"string-is-a-template", "f(\"...\")", "f(`a`);\nf(`a${b}`);", "1"},
		{"any-for", "for (...) { ... }", "for (let i = 0; i < 1; i++) { f(); }\nwhile (a) { f(); }\nfor (const b of c) { f(); }", "1; 3"},
		{"type-arguments", "use($X)", "const a = use<boolean>(b);", "1 $X=b"},
		{"declared-again", "let $X = f();\n...\ng($X);", "let x = f();\n{ let x = 1; g(x); }\nlet y = f();\ng(y);", "3 $X=y"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := found(t, syntax.JavaScript, c.pattern, c.code); got != c.want {
				t.Errorf("%s in\n%s\ngot  %s\nwant %s", c.pattern, c.code, got, c.want)
			}
		})
	}
}

func TestFind_python_kinds(t *testing.T) {
	for _, c := range []struct{ name, pattern, code, want string }{
		{"any-set-or-map", "f({...})", "f({1, 2})\nf({'a': 1})\nf([1])", "1; 2"},
		{"side-by-side", `["..." "..."]`, "['a' 'b']\n['ab']\n['a' f'{b}']", "1; 3"},
		{"comparison-is-bool", "f(($X: bool))", "f(a != b)\nf(a + b)\nf(not a)", "1 $X=a != b; 3 $X=not a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := found(t, syntax.Python, c.pattern, c.code); got != c.want {
				t.Errorf("%s in\n%s\ngot  %s\nwant %s", c.pattern, c.code, got, c.want)
			}
		})
	}
}
