package match

import (
	"testing"

	"github.com/reevehq/reeve/internal/syntax"
)

// What Swift lets people write in several ways, and what its patterns ask for.
func TestFind_swift(t *testing.T) {
	if syntax.Swift.Absent() {
		t.Skip(syntax.ErrAbsent)
	}
	for _, c := range []struct{ name, pattern, code, want string }{
		{"labels", `f($X, with: $Y)`, "f(1, with: 2)\nf(1, 2)\nf(with: 2, 1)", "1 $X=1 $Y=2; 3 $X=1 $Y=2"},
		{"any-label", `f($L: $X)`, "f(a: 1)\nf(1)", "1 $L=a $X=1"},
		{"extension-is-a-class", `class $C: P { ... }`, "struct A: P {}\nextension B: Q, P {}\nenum C: P {}", "1 $C=A; 2 $C=B"},
		{"struct-only", `struct $C { ... }`, "struct A {}\nclass B {}", "1 $C=A"},
		{"try", `$X = read()`, "let a = try read()\nlet b = try? read()", "1 $X=a"},
		{"optional", `$X.close()`, "a?.close()\nb!.close()\nc.close()", "1 $X=a; 2 $X=b; 3 $X=c"},
		{"asked-optional", `$X?.close()`, "a?.close()\nc.close()", "1 $X=a"},
		{"binding", `if let $X = read() { ... }`, "if let a = read() { f() }\nif b { f() }", "1 $X=a"},
		{"guard", `guard let $X = $Y else { ... }`, "guard let a = b else { return }", "1 $X=a $Y=b"},
		{"interpolated", `"a...\($X)..."`, "let s = \"a \\(b) c\"\nlet t = \"a\\(raw: d)\"\nlet u = \"c\\(d)\"", "1 $X=b; 2 $X=d"},
		{"interpolated-by-label", `"...\(raw: $X)..."`, "let s = \"a \\(b) c\"\nlet t = \"a\\(raw: d)\"", "2 $X=d"},
		{"closure-is-an-argument", `f($X, { ... })`, "f(1) { g() }\nf(1)", "1 $X=1"},
		{"closure-by-label", `f(done: { ... }, ...)`, "f(a) { b() } done: { g() }", "1"},
		{"member-of-what-is-expected", `$X.kind = .none`, "a.kind = .none\nb.kind = K.none", "1 $X=a"},
		{"parameter-without-its-label", `func $F(..., $X: T, ...) { ... }`, "func f(_ a: Int, with b: T) {}\nfunc g(c: U) {}", "1 $F=f $X=b"},
		{"parameter-by-its-label", `func $F(..., open $X: URL, ...) { ... }`, "func f(open a: URL) {}\nfunc f(close a: URL) {}", "1 $F=f $X=a"},
		{"type", `($X: Request).query`, "func f(r: Request, s: Session) { r.query; s.query }", "1 $X=r"},
		{"constant", `f("a")`, "let x = \"a\"\nf(x)\nf(y)", "2"},
		{"attribute", `@A(...)`, "@A(1) class B {}\n@C class D {}", "1"},
		{"case", `case .a($X): ...`, "switch v {\ncase .a(let x): f(x)\ncase .b: g()\n}", "2 $X=x"},
		{"operators", `$A == nil && $B`, "if a == nil && b > 1 {}", "1 $A=a $B=b > 1"},
		{"nothing-around", `!$X.ok`, "if !a.b.ok {}", "1 $X=a.b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := found(t, syntax.Swift, c.pattern, c.code); got != c.want {
				t.Errorf("%s in\n%s\ngot  %s\nwant %s", c.pattern, c.code, got, c.want)
			}
		})
	}
}
