package syntax

import (
	"strings"
	"testing"
)

func TestJava_flags(t *testing.T) {
	checkFlags(t, Java, []flagged{
		{"int x;", Assign, Declares},
		{"x = 1;", Assign, 0},
		{"for (int x : y) {}", ForEach, Declares},
		{"try (var x = y) {}", Assign, Declares},
		{"x++;", Unary, Postfix},
		{"--x;", Unary, 0},
		{"x = () -> 1;", Func, Arrow},
		{"void f() {}", Func, 0},
		{"x = 'a';", String, Braced},
		{`x = "a";`, String, 0},
		{"x = A::b;", Member, Braced},
		{"x = a.b;", Member, 0},
		{"int[] x = {};", List, Braced},
		{"switch (x) { case 1 -> y(); }", Case, Arrow},
		{"switch (x) { case 1: y(); }", Case, 0},
	})
}

// Each node says where it stands, so that a finding can be shown.
func TestJava_places(t *testing.T) {
	checkPlaces(t, Java, "@A int a = 1, b[];\nint c;", []Kind{ExprStmt, Assign, Index},
		"ExprStmt: @A int a = 1", "Assign: @A int a = 1", "ExprStmt: @A int a = 1, b[];", "Assign: @A int a = 1, b[]", "Index: int a = 1, b[]", "ExprStmt: int c;", "Assign: int c")
	checkPlaces(t, Java, "a.b(c).d(); l: e();", []Kind{Member, ExprStmt}, "ExprStmt: a.b(c).d();", "Member: a.b(c).d", "Member: a.b", "ExprStmt: l: e();")
	checkPlaces(t, Java, "switch (a) { case b: case c: d(); e(); }", []Kind{Case, Block}, "Case: case b:", "Block: ", "Case: case c: d(); e();", "Block: d(); e();")
}

func TestJava_escapes(t *testing.T) {
	for written, want := range map[string]string{
		`\0\18\377\400`: "\x00\x018ÿ 0", `\uu0041\ud83d`: "A\ufffd", `\q\`: `\q\`, `\u00`: `\u00`, "a\\\nb": "ab", `\b\f\r`: "\b\f\r",
	} {
		if got := javaUnescape(written); got != want {
			t.Errorf("%q: got %q, want %q", written, got, want)
		}
	}
}

func TestParsePattern_java(t *testing.T) {
	for text, want := range map[string]string{
		`$X.foo(..., $Y);`: "(ExprStmt Value:(Call Callee:(Member . Object:(Metavar $X) Field:(Name foo)) (Ellipsis) (Metavar $Y)))",
		"$T $X = $F(...);\n...\n$X.close();": "(ExprStmt Value:(Assign! = Type:(Metavar $T) Left:(Metavar $X) Right:(Call Callee:(Metavar $F) (Ellipsis)))) ; " +
			"(Ellipsis) ; (ExprStmt Value:(Call Callee:(Member . Object:(Metavar $X) Field:(Name close))))",
		`$T $M(..., A $R, ...) { ... }`: "(Func Result:(Metavar $T) Name:(Metavar $M) Params:(Params (Ellipsis) (Param Type:(Name A) Name:(Metavar $R)) (Ellipsis)) " +
			"Body:(Block (Ellipsis)))",
		`class $C extends $B { ... $T $M(...) { ... } ... }`: "(Class class Name:(Metavar $C) Bases:(Bases (Metavar $B)) Body:(Block (Ellipsis) " +
			"(Func Result:(Metavar $T) Name:(Metavar $M) Params:(Params (Ellipsis)) Body:(Block (Ellipsis))) (Ellipsis)))",
		`@A(..., b = $X, ...)`:              "(Decorator Value:(Call Callee:(Name A) (Ellipsis) (Keyword b Value:(Metavar $X)) (Ellipsis)))",
		`try { ... } catch ($T $E) { ... }`: "(Try Body:(Block (Ellipsis)) (Catch Type:(Metavar $T) Name:(Metavar $E) Body:(Block (Ellipsis))))",
		`catch ($T $E) { ... }`:             "(Catch Type:(Metavar $T) Name:(Metavar $E) Body:(Block (Ellipsis)))",
		`for (...) { ... }`:                 "(For Init:(Ellipsis) Body:(Block (Ellipsis)))",
		`switch ($X) { ... case 1: f(); }`:  "(Switch Value:(Metavar $X) (Ellipsis) (Case (Number 1) Body:(Block (ExprStmt Value:(Call Callee:(Name f))))))",
		`void $M(...) throws ... { ... }`:   "(Func Result:(Name void) Name:(Metavar $M) Params:(Params (Ellipsis)) Modifier:(Modifier throws (Ellipsis)) Body:(Block (Ellipsis)))",
		`throw new $T(...);`:                "(Throw Value:(New Callee:(Metavar $T) (Ellipsis)))",
	} {
		if got := patterned(t, Java, text); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", text, got, want)
		}
	}
}

// What lies too deep is left out; nothing of it takes more of the stack than there is.
func TestJava_deep(t *testing.T) {
	for _, part := range []string{"(", "[", "{", "a(", "a.", "!", "a+", "a[", "a?", "a->", "new A(){{", "if(a)", "if(a);else ", "for(;;)", "switch(a){case b:", "l:", "@A(", "class A{", "A<", "(A)", "try{"} {
		checkDepth(t, Java, "x = "+strings.Repeat(part, 2000))
		checkDepth(t, Java, "class B { void f() {"+strings.Repeat(part, 2000))
	}
	checkDepth(t, Java, "try {} catch (A"+strings.Repeat("|A", 50_000)+" e) {}")
	checkDepth(t, Java, "int a"+strings.Repeat("[]", 50_000)+";")
}

// What is written once for many names is not lowered for each of them.
func TestJava_repeated(t *testing.T) {
	checkSize(t, Java, "@A({"+strings.Repeat("1,", 20_000)+"}) int a"+strings.Repeat(", a", 20_000)+";")
}

// FuzzJava parses anything as Java.
func FuzzJava(f *testing.F) {
	for _, seed := range []string{
		"@A package b.c; import static d.E.*; open module f { requires static g; }", "@A(b = {1, @C}) public sealed class D<E extends F & G> extends H implements I permits J { static {} {} ; K(L... m) throws N { o.<P>super(q); } }",
		"enum A implements B { @C D(1) { void e() {} }, F; int g[], h = 1; }", "record A(int... b) { A {} }", "@interface A { int[] b() default {1}; }", "class A { void f(@B A<C> this, int d[]) { } int g()[] {} }",
		"for (int i = 0, j[] = {1}; ; i++, --j) l: for (final A.B<?> c[] : d) continue l;", "switch (a) { case 1, 2 -> { yield 3; } case A b when c -> throw d; case E(F g, H(_)) -> i(); default -> j; }",
		"switch (a) { case 1: case 2: b(); default: }", "try (final A b = c; d; this.e) {} catch (F | G h) {} finally {}", "x = (A & B) () -> y instanceof C d ? new E[1][] : new F.G<>() {}.<H>i(J::new, int[]::clone, super::k);",
		"s = \"\"\"\n  a\\{b}\\\n  \"\\u0041\"\"\"; t = '\\'' + STR.\"\\{c}\\377\"; ", "A.super.b(); A.this.c = d.new E(); do ; while (f); synchronized (g) {} assert h : i;", "@A(", "class {",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) { checkSound(t, Java, text) })
}
