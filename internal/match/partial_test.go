package match

import (
	"testing"

	"github.com/reevehq/reeve/internal/syntax"
)

// Patterns that are a part of a statement.
func TestFind_partsOfStatements(t *testing.T) {
	for _, c := range []struct {
		name, pattern, code, want string
		language                  *syntax.Language
	}{
		{"class", "class $C", "class A {\n  f() {}\n}\nclass B extends A {}", "1 $C=A; 4 $C=B", syntax.JavaScript},
		{"class-with-base", "class $C extends A", "class A {\n  f() {}\n}\nclass B extends A { g() {} }", "4 $C=B", syntax.JavaScript},
		{"function", "function f(..., $X)", "function f(a, b) { g(); }\nfunction h(a) {}", "1 $X=b", syntax.JavaScript},
		{"condition", "if ($X > 1)", "if (a > 1) { b(); } else c();\nif (a < 1) {}", "1 $X=a", syntax.JavaScript},
		{"try", "try { ... }", "try { a(); } catch (e) { b(); }", "1", syntax.JavaScript},
		{"catch", "catch ($E) { ... }", "try { a(); }\ncatch (e) { b(); }\nfinally { c(); }", "2 $E=e", syntax.JavaScript},
		{"finally", "finally { ... }", "try { a(); }\ncatch (e) { b(); }\nfinally { c(); }", "3", syntax.JavaScript},
		{"case", "case 2: ...", "switch (a) {\n  case 1: b();\n  case 2: c();\n}", "3", syntax.JavaScript},
		{"decorated", "@$D $F(): string", "class A {\n  @d\n  f(): string { return a; }\n}", "2 $D=d $F=f", syntax.TypeScript},
		{"java-annotated", "@A class $C", "@A\nclass B { int x; }\nclass D {}", "1 $C=B", syntax.Java},
		{"java-method", "void $F(...)", "class A {\n void f(int a) { g(); }\n int h() { return 1; } }", "2 $F=f", syntax.Java},
		{"java-try", "try { ... }", "class A { void f() {\n try { g(); } catch (E e) { h(); } } }", "2", syntax.Java},
		{"java-finally", "finally { ... }", "class A { void f() {\n try { g(); }\n finally { h(); } } }", "3", syntax.Java},
		{"java-super", "super(...)", "class A { A() {\n super(1); } }", "2", syntax.Java},
		{"java-type-parameters", "class A<...> { ... }", "class A<T> { int x; }", "1", syntax.Java},
		{"go-function", "func $F(..., $P *T) error", "package p\nfunc f(a int, b *T) error { return nil }", "2 $F=f $P=b", syntax.Go},
		{"go-condition", "if $X == nil", "package p\nfunc f() {\n\tif a == nil {\n\t\tg()\n\t}\n}", "3 $X=a", syntax.Go},
		{"python-function", "def $F(..., $P)", "def f(a, b):\n  g()\ndef h(): pass", "1 $F=f $P=b", syntax.Python},
		{"python-condition", "if $X:", "if a:\n  b()\n  c()", "1 $X=a", syntax.Python},
		{"python-handler", "except $E: ...", "try:\n  a()\nexcept B:\n  c()", "3 $E=B", syntax.Python},
		{"python-decorator", "@$D(..., $X)", "@a(1, 2)\ndef f(): pass\n@b\ndef g(): pass", "1 $D=a $X=2", syntax.Python},
		{"php-condition", "if ($X > 1)", "<?php\nif ($a > 1) { b(); }", "2 $X=$a", syntax.PHP},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := found(t, c.language, c.pattern, c.code); got != c.want {
				t.Errorf("%s in\n%s\ngot  %s\nwant %s", c.pattern, c.code, got, c.want)
			}
		})
	}
}
