package match

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/syntax"
)

// found gives the lines on which a pattern matches, with what its metavariables stand for.
func found(t *testing.T, lang *syntax.Language, pattern, code string) string {
	t.Helper()
	p, err := lang.ParsePattern(pattern)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := lang.Parse([]byte(code))
	if err != nil || tree.Errors > 0 {
		t.Fatalf("%d errors in %q (%v)", tree.Errors, code, err)
	}
	var out []string
	if !NewFile(tree).Find(p, Names{}, Options{}, func(m Match) {
		if m.Named {
			return
		}
		text := fmt.Sprint(1 + strings.Count(code[:m.Start], "\n"))
		var names []string
		for name, b := range m.Env.All {
			value := b.Text
			if b.Nodes != nil {
				value = code[b.Start:b.End]
			}
			names = append(names, name+"="+value)
		}
		slices.Sort(names)
		out = append(out, strings.Join(append([]string{text}, names...), " "))
	}) {
		t.Errorf("%s: too much work", pattern)
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), "; ")
}

// What names hold: what is decided by the branches that were taken, what functions within give to them, what is final.
func TestFind_constants(t *testing.T) {
	for _, c := range []struct {
		name, pattern, code, want string
		language                  *syntax.Language
	}{
		{"one-of-two", `f("...")`, "if x:\n  a = 'b'\nelse:\n  a = 'c'\nf(a)\nif x:\n  a = g()\nf(a)", "5", syntax.Python},
		{"one-of-two-is-neither", `f("b")`, "if x:\n  a = 'b'\nelse:\n  a = 'c'\nf(a)", "", syntax.Python},
		{"both-the-same", `f("b")`, "if x:\n  a = 'b'\nelse:\n  a = 'b'\nf(a)", "5", syntax.Python},
		{"a-branch-that-leaves", `f("b")`, "a = 'b';\nif (x) {\n  g();\n} else {\n  a = h();\n  throw i;\n}\nf(a);", "8", syntax.JavaScript},
		{"given-in-a-condition", `f("b")`, "let a = 'b';\nif (x) {\n  if (g(a = 'c')) { h(); }\n}\nf(a);", "", syntax.JavaScript},
		{"given-in-one-of-three-branches", `f(true)`, "var a;\nif (x) { a = true; } else if (y) { a = true; }\nf(a);\nlet b;\nif (x) { b = true; } else if (y) { b = true; } else { b = true; }\nf(b);", "6", syntax.JavaScript},
		{"counted", `$X == 0`, "package p\nfunc f() {\n\tfor i := 0; i < n; {\n\t\tif i == 0 {\n\t\t}\n\t\ti = g(i)\n\t}\n\ta := 0\n\tb := a == 0\n}", "4 $X=i; 9 $X=a", syntax.Go},
		{"counted-is-not-constant", `$X == $X`, "package p\nfunc f() {\n\tfor i := 0; i < n; {\n\t\tif i == 0 {\n\t\t}\n\t\ti = g(i)\n\t}\n\ta := 0\n\tb := a == 0\n}", "9 $X=a", syntax.Go},
		{"fields-are-no-variables", "$X = $Y;\n$X = $Z;", "class A { a = false; b = false; f() { this.a = c; this.b = d; } }", "", syntax.JavaScript},
		{"assigned-are-no-constants", "$X = $Y;\n$X = $Z;", "let a = 0, b = 0;\na = c;\nb = d;", "", syntax.JavaScript},
		{"perhaps-given", `f("b")`, "let a = 'b';\nx && (a = g());\nf(a);", "", syntax.JavaScript},
		{"given-by-a-function-within", `$X == $X`, "let n = 0;\na.forEach(() => { n++; });\nif (n == 0) {}\nlet m = 0;\nif (m == 0) {}", "5 $X=m", syntax.JavaScript},
		{"field-that-a-method-gives", "class $C { ... T $X; ... $R $F(...) { ... $X = new T(); ... $X.g(); ... } ... }", "class A { int b; private T a; void f() { b = 1; a = new T(); a.g(); } }", "1 $C=A $F=f $R=void $X=a", syntax.Java},
		{"a-block-that-always-runs", `f("b")`, "class A { void g() { String a = c; synchronized (this) { a = \"b\"; }\n f(a); } }", "2", syntax.Java},
		{"choice", `f("...")`, "f(x ? 'a' : 'b');\nf(x ? 'a' : c);", "1", syntax.JavaScript},
		{"number-becomes-text", `f("a1")`, "f('a' + 1);", "1", syntax.JavaScript},
		{"number-stays-number", `f("...")`, "f('a' + 1)", "", syntax.Python},
		{"times", `f("...")`, "f('a' * n)\nf(b * n)", "1", syntax.Python},
		{"final-field", `f("a")`, "class A { private final String B = \"a\"; String c = \"a\"; void g() {\n f(this.B);\n f(this.c); } }", "2", syntax.Java},
		{"class-constant", `f("a")`, "<?php class A { const B = 'a'; function g() {\n f(self::B); } }", "2", syntax.PHP},
		{"made-of-constants", `f("...")`, "<?php\nf('a' . escapeshellarg('b'));\nf('a' . escapeshellarg($c));", "2", syntax.PHP},
		{"name-of-a-constant", `f("a")`, "A = 'a'\nB = A\ndef g\n  f(B)\nend", "4", syntax.Ruby},
		{"terraform-local", `a = "b"`, "locals {\n  x = \"b\"\n}\nvariable \"y\" {\n  default = \"b\"\n}\nresource \"c\" \"d\" {\n  a = local.x\n}\nresource \"c\" \"e\" {\n  a = var.y\n}", "11; 8", syntax.HCL},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := found(t, c.language, c.pattern, c.code); got != c.want {
				t.Errorf("%s in\n%s\ngot  %s\nwant %s", c.pattern, c.code, got, c.want)
			}
		})
	}
}

// What is known to be of a type: fields, what operators and methods give, pointers, boxes.
func TestFind_types(t *testing.T) {
	for _, c := range []struct {
		name, pattern, code, want string
		language                  *syntax.Language
	}{
		{"field", "f((T $X))", "class A { T a; U b; void g() {\n f(this.a);\n f(this.b); } }", "2 $X=this.a", syntax.Java},
		{"inferred", "(T $X).f()", "class A { void g() { var a = new T(); var b = new U();\n a.f();\n b.f(); } }", "2 $X=a", syntax.Java},
		{"box", "f((int $X))", "class A { void g(Integer a, java.lang.Integer b, Long c) {\n f(a);\n f(b);\n f(c); } }", "2 $X=a; 3 $X=b", syntax.Java},
		{"operators", "f((boolean $X))", "class A { void g(boolean a) {\n f(b && c);\n f(a | d);\n f(1 | 2); } }", "2 $X=b && c; 3 $X=a | d", syntax.Java},
		{"methods", "f((String $X))", "class A { void g(List<String> a, List<B> b) {\n f(c.trim());\n f(a.get(0));\n f(b.get(0));\n f(d.size()); } }", "2 $X=c.trim(); 3 $X=a.get(0)", syntax.Java},
		{"choice", "f((T $X))", "class A { void g(T a) {\n f(b ? a : c); } }", "2 $X=b ? a : c", syntax.Java},
		{"type-itself", "(Digest $X).get(...)", "class A { void g() {\n Digest.get(1);\n Other.get(1); } }", "2 $X=Digest", syntax.Java},
		{"part-of-a-type", "(List<$T> $X).add(...)", "class A { List<B> a; void g(Set<B> c) {\n this.a.add(1);\n c.add(1); } }", "2 $T=B $X=this.a", syntax.Java},
		{"pointers", "($T *$X) == ($T *$Y)", "void f(int *a, int *b, char *c) {\n g(a == b);\n g(a == c);\n g(c == \"d\"); }", "2 $T=int $X=a $Y=b; 4 $T=char $X=c $Y=\"d\"", syntax.C},
		{"new-pointer", "($X : *T).f()", "package p\nfunc g() {\n\ta, b, c := &T{}, 1, 2\n\td := &T{}\n\te := new(T)\n\td.f()\n\te.f()\n\ta.f()\n}", "6 $X=d; 7 $X=e", syntax.Go},
		{"several-of-a-type", "f(($X : int))", "package p\nfunc g() {\n\tvar a, b int = h()\n\tf(b)\n}", "4 $X=b", syntax.Go},
		{"no-whole-number", "f($X: int)", "f(1)\nf(1.5)", "1 $X=1", syntax.Python},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := found(t, c.language, c.pattern, c.code); got != c.want {
				t.Errorf("%s in\n%s\ngot  %s\nwant %s", c.pattern, c.code, got, c.want)
			}
		})
	}
}

// What functions end with is returned, and expressions are not looked for in names.
func TestFind_returned(t *testing.T) {
	for _, c := range []struct {
		name, pattern, code, want string
		language                  *syntax.Language
	}{
		{"ruby", "return $X", "def f\n  a\n  if b\n    c(1)\n  else\n    d = 2\n  end\nend\ng(3)", "4 $X=c(1); 6 $X=d = 2", syntax.Ruby},
		{"ruby-behind-others", "a = $X\n...\nreturn a", "def f\n  a = 1\n  a\nend", "2 $X=1", syntax.Ruby},
		{"rust", "return $X", "fn f() -> u8 {\n  match a {\n    0 => 1,\n    _ => { return 2; }\n  }\n}", "3 $X=1; 4 $X=2", syntax.Rust},
		{"javascript-returns-nothing", "return $X", "function f() { a(); }", "", syntax.JavaScript},
		{"statements-are-no-expressions", "$X", "while (a)\n{ b; }", "1 $X=a; 2 $X=b", syntax.JavaScript},
		{"names-are-no-expressions", "f", "function f() {}\ng(f);", "2", syntax.JavaScript},
		{"imports-are-no-expressions", "a.b", "import a.b\nf(a.b)", "2", syntax.Python},
		{"numbers", "f(8)", "void g() {\n f(8);\n f(0x8);\n f(010);\n f(9); }", "2; 3; 4", syntax.C},
		{"rust-attributes", "#[$A]\nfn $F() { ... }", "#[test]\nfn f() { g(); }\nfn h() {}", "1 $A=test $F=f", syntax.Rust},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := found(t, c.language, c.pattern, c.code); got != c.want {
				t.Errorf("%s in\n%s\ngot  %s\nwant %s", c.pattern, c.code, got, c.want)
			}
		})
	}
}

func TestFind_python(t *testing.T) {
	for _, c := range []struct{ name, pattern, code, want string }{
		{"call", `eval($X)`, "eval(a)\nprint(eval(b), c)\nx.eval(d)", "1 $X=a; 2 $X=b"},
		{"arguments", `f(..., $X, ...)`, "f(1, 2)\nf()", "1 $X=1; 1 $X=2"},
		{"arguments-in-order", `f($A, ..., $B)`, "f(1)\nf(1, 2, 3)", "2 $A=1 $B=3"},
		{"keyword", `f(..., shell=True, ...)`, "f(a, shell=True)\nf(shell=True, b=1)\nf(shell=False)\nf(a, b=2, shell=True)", "1; 2; 4"},
		{"keyword-any", `f($X, $K=$V)`, "f(1, a=2)", "1 $K=a $V=2 $X=1"},
		{"all-arguments", `f($...ARGS)`, "f(1, b)\nf()", "1 $...ARGS=1, b; 2 $...ARGS="},
		{"unify", `$X == $X`, "a == a\na == b\na.b[1] == a.b[1]", "1 $X=a; 3 $X=a.b[1]"},
		{"string", `f("...")`, "f('a')\nf(a)\nf(f'{a}')", "1"},
		{"string-metavariable", `f("$X")`, "f('abc')", "1 $X=abc"},
		{"string-part", `f("$A-...")`, "f('a-b')\nf('ab')", "1 $A=a"},
		{"string-regexp", `f("=~/^a.c/")`, "f('abcd')\nf('xabc')", "1"},
		{"constant", `f("...")`, "x = 'a'\nf(x)\ny = 'b'\ny = g()\nf(y)", "2"},
		{"constant-in-loop", `f("...")`, "x = 'a'\ny = 'b'\nfor i in z:\n  f(x)\n  f(y)\n  y = g()\n  y = 'c'\n  f(y)\nf(x)", "4; 8; 9"},
		{"constant-number", `f(86400)`, "m = 60\nh = 60 * m\nf(24 * h)\nf(h - 1)\nf(24 * g)", "3"},
		{"constant-template", `f("a60")`, "m = 60\nf(f'a{m}')\nf(f'a{n}')", "2"},
		{"constant-whichever", `f("...")`, "a = b and 'c' or 'd'\nf(a)\nf('e' if b else 'g')\nf(b or 'c')", "2; 3"},
		{"constant-long", `f("...")`, "f('a' + 'b' + 'c' + 'd' + 'e' + 'g' + 'h' + 'i' + 'j' + 'k' + 'l')", "1"},
		{"import", `flask.request.args.get(...)`, "from flask import request as r\nr.args.get('a')\nrequest.args.get('b')", "2"},
		{"module", `subprocess.$F(...)`, "import subprocess as sp\nsp.call(a)\nos.call(a)", "2 $F=call"},
		{"import-two-ways", "import a.b", "import a.b\nfrom a import b\nfrom a import c, b as d\nfrom .a import b", "1; 2; 3"},
		{"import-from-two-ways", "from a.b import c", "import a.b.c\nfrom a.b import c\nimport a.b", "1; 2"},
		{"import-wild", "a.x(...)", "from a import *\nx(1)\ndef f(x):\n  x(2)", "2"},
		{"bitwise", "A | B | $X", "B | c | A\nA | B\nA | (d | B)", "1 $X=c; 3 $X=d"},
		{"many-operands", "$A & $B & $C & $D", "a & b & c & d & e & f", "1 $A=a $B=b $C=c $D=d"},
		{"bracketed", "a and ... and d", "a and (b and (c and d))\na and d\nd and a", "1; 2"},
		{"metavariable-takes-several", "a and $X and d", "a and b and c and d", "1 $X=b and c"},
		{"more-summands", "f(a + ...)", "f(a + b + c)\nf(b + a)", "1"},
		{"decorator-without-arguments", "@$D\ndef f(): ...", "@a\ndef f(): pass\n@b()\ndef f(): pass\n@c(1)\ndef f(): pass", "1 $D=a; 3 $D=b"},
		{"decorator-of-any-arguments", "@a(...)\ndef f(): ...", "@a\ndef f(): pass\n@a(1)\ndef f(): pass", "1; 3"},
		{"whole-body", "if x:\n  $S\nelse:\n  $S", "if x:\n  a()\n  b()\nelse:\n  a()\n  b()", "1 $S=a()\n  b()"},
		{"more-is-caught", "try: ...\nexcept A: ...", "try: f()\nexcept B: pass\nexcept A: pass", "1"},
		{"chain", `$X. ... .run(...)`, "a.b(1).c[0].run()\nrun()\na.run()", "1 $X=a; 1 $X=a.b; 1 $X=a.b(1); 1 $X=a.b(1).c; 1 $X=a.b(1).c[0]; 3 $X=a"},
		{"deep", `if <... $X == None ...>: ...`, "if a and b == None: pass\nif a: pass", "1 $X=b"},
		{"statements", "$X = f()\n...\ng($X)", "def h():\n  a = f()\n  b = 1\n  if b:\n    return g(a)\n  g(b)", "2 $X=a"},
		{"statements-in-order", "g($X)\n...\n$X = f()", "a = f()\ng(a)", ""},
		{"function", "def $F(..., $P, ...):\n  ...\n  return $P", "def a(x, y):\n  z()\n  return y\ndef b(x):\n  return 1", "1 $F=a $P=y"},
		{"decorator", "@app.route(...)\ndef $F(...): ...", "@app.route('/')\n@auth\ndef a(): pass\n@auth\ndef b(): pass", "1 $F=a"},
		{"class", "class $C(Base): ...", "class A(Base, Other):\n  x = 1\nclass B: pass", "1 $C=A"},
		{"dict", `{..., "a": $V, ...}`, "{'b': 1, 'a': 2}\n{'b': 1}", "1 $V=2"},
		{"dict-exact", `{"a": $V}`, "{'b': 1, 'a': 2}\n{'a': 3}", "2 $V=3"},
		{"typed", `($X : str).format(...)`, "def f(a: str, b):\n  a.format(1)\n  b.format(2)\n'x'.format(3)", "2 $X=a; 4 $X='x'"},
		{"return", `return $X`, "def f():\n  return a\n  return", "2 $X=a"},
		{"not-less", `f()`, "f(1)\nf()", "2"},
		{"try", "try: ...\nexcept $E: ...", "try:\n  a()\nexcept E as e:\n  b()\nfinally:\n  c()", "1 $E=E"},
		{"with", "with open($F) as $H: ...", "with open(a) as b:\n  pass", "1 $F=a $H=b"},
		{"augmented", `$X += "..."`, "a += 'b'\na = 'b'", "1 $X=a"},
		{"any-template", `g(f"...")`, "g(f'a {b}')\ng(f'a')\ng('a')", "1; 2"},
		{"template-without-anything-in-it", `g("...")`, "g(f'a {b}')\ng(f'a')", "2"},
		{"template", `f"...{$X}..."`, "f'a {b} c'", "1 $X=b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := found(t, syntax.Python, c.pattern, c.code); got != c.want {
				t.Errorf("%s in\n%s\ngot  %s\nwant %s", c.pattern, c.code, got, c.want)
			}
		})
	}
}

// Patterns with many ellipses must end, whatever they are looked for in.
func TestFind_endsOnHostileCode(t *testing.T) {
	p, err := syntax.Python.ParsePattern(`f(..., $A, ..., $B, ..., $C, ..., $D, ..., $A, ...)`)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := syntax.Python.Parse([]byte("f(" + strings.Repeat("a, b, c, d, ", 500) + "e)"))
	if err != nil {
		t.Fatal(err)
	}
	if NewFile(tree).Find(p, Names{}, Options{}, func(Match) {}) {
		t.Error("a search that takes far too much work says that it is complete")
	}
}
