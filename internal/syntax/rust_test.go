package syntax

import (
	"strings"
	"testing"
)

func TestRust(t *testing.T) {
	check(t, Rust,
		"use std::{env, fs::File as F, io::*}; use a;", "(Import Module:(Name std) Field:(Name env))\n(Import Module:(Name std.fs) Name:(Name F) Field:(Name File))\n(Import Module:(Name std.io) Field:(Name *))\n(Import Module:(Name a))",
		"let mut x: u8 = f(1)?;", "(ExprStmt Value:(Assign! = Modifier:(Modifier mut) Left:(Name x) Type:(Name u8) Right:(Unary ? Value:(Call Callee:(Name f) (Number 1)))))",
		"let Some(a) = b else { return };", "(ExprStmt Value:(Assign! = Left:(Call Callee:(Name Some) (Name a)) Right:(Name b) Else:(Block (Return))))",
		"println!(\"a {}\", x); vec![1, a];", `(ExprStmt Value:(Call Callee:(Name println!) (String "a {}") (Name x)))
			(ExprStmt Value:(Call Callee:(Name vec!) (Number 1) (Name a)))`,
		"let s = format!(\"a {} {{b}} {x:?}\", y.z); let t = format!(\"a\");", `(ExprStmt Value:(Assign! = Left:(Name s) Right:(Template (String "a ") (Member . Object:(Name y) Field:(Name z)) (String " {b} ") (Name x))))
			(ExprStmt Value:(Assign! = Left:(Name t) Right:(String "a")))`,
		"fn f() { unsafe { *p = 1; } g().await }", "(Func Name:(Name f) Params:(Params) Body:(Block (With unsafe Body:(Block (ExprStmt Value:(Assign = Left:(Unary * Value:(Name p)) Right:(Number 1))))) (ExprStmt Value:(Await Value:(Call Callee:(Name g))))))",
		"match a { Some(x) if x > 1 => b(), 1 | 2 => {}, _ => return }", "(Switch Value:(Name a) (Case (Call Callee:(Name Some) (Name x)) Test:(Binary > Left:(Name x) Right:(Number 1)) Body:(Block (ExprStmt Value:(Call Callee:(Name b))))) (Case (Number 1) (Number 2) Body:(Block)) (Case Body:(Block (Return))))",
		"if let Some(y) = z { g() } else if a { h() }", "(If Test:(Assign! = Left:(Call Callee:(Name Some) (Name y)) Right:(Name z)) Then:(Block (ExprStmt Value:(Call Callee:(Name g)))) Else:(Block (If Test:(Name a) Then:(Block (ExprStmt Value:(Call Callee:(Name h)))))))",
		"let a = if b { c } else { d };", "(ExprStmt Value:(Assign! = Left:(Name a) Right:(Cond Test:(Name b) Then:(Name c) Else:(Name d))))",
		"a::b::<T>(|x| x + 1);", "(ExprStmt Value:(Call Callee:(Member . Object:(Name a) Field:(Name b) TypeArgs:(Name T)) (Func Params:(Params (Param Name:(Name x))) Body:(Block (Return Value:(Binary + Left:(Name x) Right:(Number 1)))))))",
		"pub struct S<T> { a: &'a str }", "(Class struct Modifier:(Modifier pub) Name:(Name S) TypeParams:(Params (Param Name:(Name T))) Body:(Block (ExprStmt Value:(Assign! = Left:(Name a) Type:(Unary & Value:(Name str))))))",
		"impl T for S { #[a(b)] pub async fn f(&self, x: u8) -> R { self.a } }", "(Class impl Name:(Name S) Bases:(Bases (Name T)) Body:(Block (Func Decorator:(Decorator Value:(Call Callee:(Name a) (Name b))) Modifier:(Modifier pub) Modifier:(Modifier async) Name:(Name f) Params:(Params (Param Name:(Name self)) (Param Name:(Name x) Type:(Name u8))) Result:(Name R) Body:(Block (ExprStmt Value:(Member . Object:(Name self) Field:(Name a)))))))",
		"S { a: 1, b, ..c };", "(ExprStmt Value:(New Callee:(Name S) (Pair Key:(Name a) Value:(Number 1)) (Pair Key:(Name b) Value:(Name b)) (Spread .. Value:(Name c))))",
		"'l: for i in 0..n { break 'l; } while a {} loop { continue; }", "(ForEach! Modifier:(Modifier 'l:) Left:(Name i) Right:(Slice (Number 0) (Name n)) Body:(Block (Break 'l)))\n(While Test:(Name a) Body:(Block))\n(While Body:(Block (Continue)))",
		"const A: u8 = 1; x as u8; &mut y; !z;", "(ExprStmt Value:(Assign! = Modifier:(Modifier const) Left:(Name A) Type:(Name u8) Right:(Number 1)))\n(ExprStmt Value:(Cast Value:(Name x) Type:(Name u8)))\n(ExprStmt Value:(Unary & Value:(Name y)))\n(ExprStmt Value:(Unary ! Value:(Name z)))",
	)
}

func TestParsePattern_rust(t *testing.T) {
	for text, want := range map[string]string{
		`std::env::args()`:                             "(Call Callee:(Member . Object:(Member . Object:(Name std) Field:(Name env)) Field:(Name args)))",
		`A::b(). ... .c(true)`:                         "(Call Callee:(Member . Object:(Member . Object:(Call Callee:(Member . Object:(Name A) Field:(Name b))) Field:(Ellipsis)) Field:(Name c)) (Bool true))",
		`unsafe { ... }`:                               "(With unsafe Body:(Block (Ellipsis)))",
		`println!("...", $X)`:                          `(Call Callee:(Name println!) (String "...") (Metavar $X))`,
		"let $C = f();\n...\n$C.g();":                  "(ExprStmt Value:(Assign! = Left:(Metavar $C) Right:(Call Callee:(Name f)))) ; (Ellipsis) ; (ExprStmt Value:(Call Callee:(Member . Object:(Metavar $C) Field:(Name g))))",
		`fn $F(..., $X: $T, ...) -> $R { ... }`:        "(Func Name:(Metavar $F) Params:(Params (Ellipsis) (Param Name:(Metavar $X) Type:(Metavar $T)) (Ellipsis)) Result:(Metavar $R) Body:(Block (Ellipsis)))",
		`($X : T).f()`:                                 "(Call Callee:(Member . Object:(Typed Value:(Metavar $X) Type:(Name T)) Field:(Name f)))",
		`S { ..., a: true, ... }`:                      "(New Callee:(Name S) (Ellipsis) (Pair Key:(Name a) Value:(Bool true)) (Ellipsis))",
		"impl $T for $S {\n  ...\n  fn f() { ... }\n}": "(Class impl Name:(Metavar $S) Bases:(Bases (Metavar $T)) Body:(Block (Ellipsis) (Func Name:(Name f) Params:(Params) Body:(Block (Ellipsis)))))",
	} {
		if got := patterned(t, Rust, text); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", text, got, want)
		}
	}
}

// What lies too deep is left out; nothing of it takes more of the stack than there is.
func TestRust_deep(t *testing.T) {
	for _, part := range []string{"(", "[", "{", "a(", "a.", "!", "a+", "&", "a[", "f!(", "f![", "|a|", "if a {", "match a{b=>", "loop{", "unsafe{", "A{b:", "A::<", "impl A{", "mod a{", "use a::{", "#[a("} {
		checkDepth(t, Rust, "let x = "+strings.Repeat(part, 2000))
		checkDepth(t, Rust, "fn f() {"+strings.Repeat(part, 2000))
	}
	checkDepth(t, Rust, "use "+strings.Repeat("a::{", 2000)+strings.Repeat("}", 2000)+";")
	checkDepth(t, Rust, "fn f() { match a { b"+strings.Repeat("|b", 50_000)+" => c } }")
}

// The path of a module is not written again for each of many names where it is long.
func TestRust_repeated(t *testing.T) {
	tree, err := Rust.Parse([]byte("use " + strings.Repeat("a::", 10_000) + "{b" + strings.Repeat(", b", 10_000) + "};"))
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	tree.Root.Walk(func(n *Node) bool { total += len(n.Text); return true })
	if total > 1<<20 {
		t.Errorf("%d bytes of names", total)
	}
}

// FuzzRust parses anything as Rust.
func FuzzRust(f *testing.F) {
	for _, seed := range []string{
		"use a::{self, b::{c, *}, d as _}; extern crate e as g;", "#![a] #[b(c = \"d\")] pub(crate) enum E<'a, T: B = C, const N: usize> where T: D { A(u8), #[x] B { c: u8 }, C = 1 }", "trait A: B + ?Sized { type C<T>: D; const E: u8; fn f(self: &Self, _: u8, ...); }",
		"unsafe extern \"C\" fn f<'a>(&mut self, mut a: [u8; 2], (b, c): (&'a dyn D, impl Fn(u8) -> !)) -> *const u8 {}", "let (a, ref b, [c, .., d @ 1..=2], E { f, g: h, .. }, &mut i, J(k)) = l else { panic!() };", "'a: loop { break 'a 1; } async move { yield a?.await }; const { 1 }",
		"if let A(b) = c && d && let e = f {} else {}", "format!(\"{} {a:>1$} {0} {{\", b, c = d); a!{b => c} d![e; f];", "macro_rules! a { ($b:expr) => { $b }; }", "x = ..; y = 1..; z = r#\"a\"#; w = b'\\n' as <A as B>::C; v = |&a, b: C| -> D { e };", "f!(", "use a::{", "impl", "match a {", "a!(b, _, c => d); e!(f)",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) { checkSound(t, Rust, text) })
}
