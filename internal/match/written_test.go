package match

import (
	"testing"

	"github.com/reevehq/reeve/internal/syntax"
)

// What means the same in a language and is written in two ways, and what looks the same and is not.
func TestFind_writtenInTwoWays(t *testing.T) {
	for _, c := range []struct {
		name, pattern, code, want string
		language                  *syntax.Language
	}{
		{"keys", "f({a: 1})", "f({'a': 1});\nf({a: 1});\nf({b: 1});", "1; 2", syntax.JavaScript},
		{"the-same-key-twice", "{..., $K: $A, ..., $K: $B, ...}", "x = {a: 1, 'a': 2};\ny = {a: 1, b: 2};\nz = {1: 1, 0x1: 2};", "1 $A=1 $B=2 $K=a; 1 $A=2 $B=1 $K='a'; 3 $A=1 $B=2 $K=1; 3 $A=2 $B=1 $K=0x1", syntax.JavaScript},
		{"pair-of-an-object", "a: { ... }", "x = {\n  a: { b: 1 },\n  c: { d: 1 } };", "2", syntax.JavaScript},
		{"whole-numbers", "f(1)", "f(1.0);\nf(0x1);\nf(2);", "1; 2", syntax.JavaScript},
		{"optional-only", "a?.b", "x = a?.b;\ny = a.b;", "1", syntax.JavaScript},
		{"tag-is-no-call", "f(`...`)", "f(`a`);\nf`a`;", "1", syntax.JavaScript},
		{"tag", "f`...`", "f(`a`);\nf`a`;", "2", syntax.JavaScript},
		{"flags", "/.../g", "a = /b/;\nc = /d/g;", "2", syntax.JavaScript},
		{"parts-of-a-template", "`$...A${$X}$...B`", "a = `b${c}d`;", "1 $...A=b $...B=d $X=c", syntax.JavaScript},
		{"lambda-is-no-declaration", "function () { ... }", "function f() {}\nx = function () { a(); };", "2", syntax.JavaScript},
		{"caught-without-a-name", "try { ... } catch ($E) { ... }", "try { a(); } catch { b(); }", "1", syntax.JavaScript},
		{"blocks-are-no-expressions", "2;\n...\n4;", "3;\n{ 2; 4; }\n5;\n4;", "2", syntax.JavaScript},
		{"type-is-no-object", "{..., $K: $V, ...}", "let a: {b: number} = {c: 1};", "1 $K=c $V=1", syntax.TypeScript},
		{"list-that-is-made", "[...]", "a = [b for b in c]\nd = {e for e in f}", "1", syntax.Python},
		{"one-of-what-is-caught", "try: ...\nexcept (..., A, ...): ...", "try: f()\nexcept A: pass\ntry: f()\nexcept (B, A): pass\ntry: f()\nexcept B: pass", "1; 3", syntax.Python},
		{"methods-of-one-name", "class $A:\n  def $F(...): ...\n...\nclass $B:\n  def $F(...): ...", "class A:\n  def f(self): a()\nclass B:\n  def f(self): b()", "1 $A=A $B=B $F=f", syntax.Python},
		{"assigned-is-not-read", `"b"`, "a = 'b'\na = c", "1", syntax.Python},
		{"commands", `"a" b`, "a b\na \"b\"\n'a' b\nb a", "1; 2; 3", syntax.Bash},
		{"word", "a", "a\nb a\n$a b", "1; 2", syntax.Bash},
		{"block-behind-arguments", "f($X)", "f(1) do |x| g end\nf(2, 3)\nf(->(x) { 4 })", "1 $X=1; 3 $X=->(x) { 4 }", syntax.Ruby},
		{"several-at-once", "a = 1", "a, b = 1, 2\nb, a = 1, 2", "1", syntax.Ruby},
		{"changed-in-place", `f("...")`, "a = 'b'\nf(a)\na << c\nf(a)", "2", syntax.Ruby},
		{"any-loop", "for ... { ... }", "package p\nfunc f() {\n\tfor i := 0; i < 1; i++ {}\n\tfor a := range b {}\n\tfor {\n\t}\n}", "3; 4; 5", syntax.Go},
		{"fields-in-any-order", "T{..., a: 1, ..., b: 2, ...}", "package p\nvar x = T{b: 2, c: 3, a: 1}", "2", syntax.Go},
		{"name-of-a-package", "rand.Intn(...)", "package p\nimport r \"math/rand\"\nvar x = r.Intn(1)", "3", syntax.Go},
		{"version-of-a-package", "echo.New()", "package p\nimport e \"github.com/labstack/echo/v4\"\nvar x = e.New()", "3", syntax.Go},
		{"imported-is-another", "import $P \"a/log\"\n...\n$P.F()", "package p\nimport log \"a/log\"\nfunc f() {\n\tvar log error\n\tlog.F()\n}\nfunc g() {\n\tlog.F()\n}", "2 $P=log", syntax.Go},
		{"case-of-anything", "switch $X {\ncase ...\ncase 2: ...\n}", "package p\nfunc f() {\n\tswitch a {\n\tcase 1:\n\t\tb()\n\tcase 2:\n\t\tc()\n\t}\n}", "3 $X=a", syntax.Go},
		{"elements-without-a-type", "{..., a: $V, ...}", "package p\nvar x = []*T{\n\t{a: 1},\n\t{b: 1},\n}", "3 $V=1", syntax.Go},
		{"any-number-of-arguments", "void $F($T... $X) { ... }", "class A { void f(int... a) { b(); }\n void g(int a) { b(); } }", "1 $F=f $T=int $X=a", syntax.Java},
		{"named-ellipsis-as-a-statement", "a();\n$...S\nb();", "class A { void f() { a(); c(); d(); b(); } }", "1 $...S=c(); d();", syntax.Java},
		{"statement-that-is-a-metavariable", "if ($E) { $S; }", "if (a) { b(); }", "1 $E=a $S=b()", syntax.CSharp},
		{"for-of-anything", "for(...) { ... }", "void f() {\n for (int i = 0; i < 1; i++) { g(); } }", "2", syntax.CPP},
		{"list-with-keys", "$X = [...];", "<?php\n$a = ['b' => 1];", "2 $X=$a", syntax.PHP},
		{"user-without-group", "USER root", "FROM a\nUSER root:b\nUSER c", "2", syntax.Dockerfile},
		{"part-of-what-is-mounted", "RUN --mount=type=$T ...", "FROM a\nRUN --mount=target=/b,type=secret c\nRUN --mount=target=/b c", "2 $T=secret", syntax.Dockerfile},
		{"one-of-the-labels", "LABEL $K=$V", "FROM a\nLABEL b=c d=e", "2 $K=b $V=c; 2 $K=d $V=e", syntax.Dockerfile},
		{"argument-without-a-value", "ARG $X", "ARG a\nARG b=1", "1 $X=a", syntax.Dockerfile},
		{"number-within", `"a": <... 42 ...>`, `{"a": {"b": [42]}}`, "1", syntax.JSON},
		{"name-of-an-element", "<$X a=\"1\"></$X>", "<b a=\"1\"></b>\n<b a=\"2\"></b>", "1 $X=b", syntax.HTML},
		{"attribute-without-braces", "<a href=$X />", "b = <a href={c} />;", "1 $X=c", syntax.JavaScript},
		{"module-that-is-a-metavariable", "import a from $X;", "import a from 'b';", "1 $X='b'", syntax.JavaScript},
		{"ellipsis-before-brackets", "a();\n...\n(<... $X.b(...) ...>);", "a();\nlet d = c.b(1);", "1 $X=c", syntax.JavaScript},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := found(t, c.language, c.pattern, c.code); got != c.want {
				t.Errorf("%s in\n%s\ngot  %s\nwant %s", c.pattern, c.code, got, c.want)
			}
		})
	}
}
