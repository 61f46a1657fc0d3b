package syntax

import (
	"strings"
	"testing"
)

func TestCSharp_declarations(t *testing.T) {
	check(t, CSharp,
		"using A.B; using static C.D; using E = F.G;", "(Import Module:(Name A.B))\n(Import Modifier:(Modifier static) Module:(Name C.D) Field:(Name *))\n(Import Module:(Name F.G) Name:(Name E))",
		"namespace A.B;", "(Package Name:(Name A.B))",
		"namespace A { class B {} }", "(Class namespace Name:(Name A) Body:(Block (Class class Name:(Name B) Body:(Block))))",
		"[A, B(c, D = 1)] public class E<T> : F<T>, IG {}", `(Class class Decorator:(Decorator Value:(Name A)) Decorator:(Decorator Value:(Call Callee:(Name B) (Name c) (Keyword D Value:(Number 1)))) Modifier:(Modifier public) Name:(Name E) TypeParams:(Params (Param Name:(Name T))) Bases:(Bases (Name F TypeArgs:(Name T)) (Name IG)) Body:(Block))`,
		"record R(int X, string Y = null);", "(Class record Name:(Name R) Params:(Params (Param Type:(Name int) Name:(Name X)) (Param Type:(Name string) Name:(Name Y) Value:(Null null))))",
		"enum E { A = 1, B }", "(Class enum Name:(Name E) Body:(Block (ExprStmt Value:(Assign! = Left:(Name A) Right:(Number 1))) (ExprStmt Value:(Assign! = Left:(Name B)))))",
		"class C { public string P { get; set; } = \"a\"; int Q => 5; int R { get { return 1; } set => x = value; } }",
		`(Class class Name:(Name C) Body:(Block (ExprStmt Value:(Assign! = Modifier:(Modifier public) Type:(Name string) Left:(Name P) Right:(String "a"))) (Func Result:(Name int) Name:(Name Q) Body:(Block (Return Value:(Number 5)))) (ExprStmt Value:(Assign! = Type:(Name int) Left:(Name R))) (Func Modifier:(Modifier get) Name:(Name R) Params:(Params) Body:(Block (Return Value:(Number 1)))) (Func Modifier:(Modifier set) Name:(Name R) Params:(Params (Param Name:(Name value))) Body:(Block (Return Value:(Assign = Left:(Name x) Right:(Name value)))))))`,
		"class C { C(int a, params string[] b) : base(a) { } }",
		"(Class class Name:(Name C) Body:(Block (Func constructor Name:(Name C) Params:(Params (Param Type:(Name int) Name:(Name a)) (Param ... Type:(Index [] Object:(Name string) (Empty)) Name:(Name b))) Body:(Block (ExprStmt Value:(Call Callee:(Name base) (Name a)))))))",
		"async Task<int> F([B] string? s, out int z) => G();", "(Func Modifier:(Modifier async) Result:(Name Task TypeArgs:(Name int)) Name:(Name F) Params:(Params (Param Decorator:(Decorator Value:(Name B)) Type:(Name string) Name:(Name s)) (Param Modifier:(Modifier out) Type:(Name int) Name:(Name z))) Body:(Block (Return Value:(Call Callee:(Name G)))))",
		"Foo f = new(1), g;", "(ExprStmt Value:(Assign! = Type:(Name Foo) Left:(Name f) Right:(New Callee:(Name Foo) (Number 1))))\n(ExprStmt Value:(Assign! = Type:(Name Foo) Left:(Name g)))",
		"#if A\nx();\n#else\ny();\n#endif\n", "(ExprStmt Value:(Call Callee:(Name x)))\n(ExprStmt Value:(Call Callee:(Name y)))",
	)
}

func TestCSharp_expressions(t *testing.T) {
	check(t, CSharp,
		`x = new T(1) { A = 2, ["k"] = v };`, `(ExprStmt Value:(Assign = Left:(Name x) Right:(New Callee:(Name T) (Number 1) (Dict (Assign = Left:(Name A) Right:(Number 2)) (Pair Key:(String "k") Value:(Name v))))))`,
		`x = new D { {"a", 1} };`, `(ExprStmt Value:(Assign = Left:(Name x) Right:(New Callee:(Name D) (Dict (Pair Key:(String "a") Value:(Number 1))))))`,
		"x = new { A = 1, b.C };", "(ExprStmt Value:(Assign = Left:(Name x) Right:(Dict (Pair Key:(Name A) Value:(Number 1)) (Pair Key:(Name C) Value:(Member . Object:(Name b) Field:(Name C))))))",
		"x = new int[2] { 1, 2 };", "(ExprStmt Value:(Assign = Left:(Name x) Right:(New [] Callee:(Name int) (Number 2) Value:(List (Number 1) (Number 2)))))",
		"x = [1, ..y];", "(ExprStmt Value:(Assign = Left:(Name x) Right:(List (Number 1) (Spread ... Value:(Name y)))))",
		`x = $"a{{ {y,10:N2}\n";`, `(ExprStmt Value:(Assign = Left:(Name x) Right:(Template (String "a{ ") (Name y) (String "\n"))))`,
		`x = @"a""\n" + """b""";`, `(ExprStmt Value:(Assign = Left:(Name x) Right:(Binary + Left:(String "a\"\\n") Right:(String "b"))))`,
		"x?.y.z<T>(1)?[2]!.w();", "(ExprStmt Value:(Call Callee:(Member . Object:(Index Object:(Call Callee:(Member . Object:(Member . Object:(Name x) Field:(Name y)) Field:(Name z) TypeArgs:(Name T)) (Number 1)) (Number 2)) Field:(Name w))))",
		"f(ref a, out var b, c: await d);", "(ExprStmt Value:(Call Callee:(Name f) (Unary ref Value:(Name a)) (Unary out Value:(Assign! = Left:(Name b))) (Keyword c Value:(Await Value:(Name d)))))",
		"x = async (a) => a; y = delegate { };", "(ExprStmt Value:(Assign = Left:(Name x) Right:(Func Modifier:(Modifier async) Params:(Params (Param Name:(Name a))) Body:(Block (Return Value:(Name a))))))\n(ExprStmt Value:(Assign = Left:(Name y) Right:(Func Body:(Block))))",
		"x = from c in cs where c.A let m = c.B select m;", "(ExprStmt Value:(Assign = Left:(Name x) Right:(Comprehension generator (ForEach! Left:(Name c) Right:(Name cs)) (If Test:(Member . Object:(Name c) Field:(Name A))) (ForEach! Left:(Name m) Right:(List (Member . Object:(Name c) Field:(Name B)))) Value:(Name m))))",
		"x = from a in b select c into d select e;", "(ExprStmt Value:(Assign = Left:(Name x) Right:(Comprehension generator (ForEach Left:(Name d) Right:(Comprehension generator (ForEach! Left:(Name a) Right:(Name b)) Value:(Name c))) Value:(Name e))))",
		"x = y switch { 1 => a, string s when b => c, _ => d };", "(ExprStmt Value:(Assign = Left:(Name x) Right:(Switch Value:(Name y) (Case (Number 1) Body:(Block (ExprStmt Value:(Name a)))) (Case (Param Type:(Name string) Name:(Name s)) Test:(Name b) Body:(Block (ExprStmt Value:(Name c)))) (Case Body:(Block (ExprStmt Value:(Name d)))))))",
		"x = (T)y; z = y as T; w = y is not null; v = a[1..^2];", "(ExprStmt Value:(Assign = Left:(Name x) Right:(Cast Type:(Name T) Value:(Name y))))\n(ExprStmt Value:(Assign = Left:(Name z) Right:(Cast Value:(Name y) Type:(Name T))))\n(ExprStmt Value:(Assign = Left:(Name w) Right:(Binary is Left:(Name y) Right:(Unary ! Value:(Null null)))))\n(ExprStmt Value:(Assign = Left:(Name v) Right:(Index Object:(Name a) (Slice (Number 1) (Unary ^ Value:(Number 2))))))",
	)
}

func TestCSharp_statements(t *testing.T) {
	check(t, CSharp,
		"using var a = b; using (var c = d) e();", "(ExprStmt Value:(Assign! = Modifier:(Modifier using) Left:(Name a) Right:(Name b)))\n(With (Assign! = Left:(Name c) Right:(Name d)) Body:(Block (ExprStmt Value:(Call Callee:(Name e)))))",
		"lock (this) {}", "(With synchronized (Name this) Body:(Block))",
		"foreach (var a in b) c();", "(ForEach! Left:(Name a) Right:(Name b) Body:(Block (ExprStmt Value:(Call Callee:(Name c)))))",
		"for (int i = 0; i < 1; i++) {}", "(For Init:(ExprStmt Value:(Assign! = Type:(Name int) Left:(Name i) Right:(Number 0))) Test:(Binary < Left:(Name i) Right:(Number 1)) Update:(ExprStmt Value:(Unary ++ Value:(Name i))) Body:(Block))",
		"switch (a) { case 1: case 2: b(); break; default: c(); break; }", "(Switch Value:(Name a) (Case (Number 1) Body:(Block)) (Case (Number 2) Body:(Block (ExprStmt Value:(Call Callee:(Name b))) (Break))) (Case Body:(Block (ExprStmt Value:(Call Callee:(Name c))) (Break))))",
		"try { } catch (E e) when (f) { } finally { }", "(Try Body:(Block) (Catch Type:(Name E) Name:(Name e) Test:(Name f) Body:(Block)) Finally:(Block))",
		"if (a) b(); else if (c) d();", "(If Test:(Name a) Then:(Block (ExprStmt Value:(Call Callee:(Name b)))) Else:(Block (If Test:(Name c) Then:(Block (ExprStmt Value:(Call Callee:(Name d)))))))",
		"yield return a; throw b;", "(ExprStmt Value:(Yield Value:(Name a)))\n(Throw Value:(Name b))",
	)
}

func TestParsePattern_csharp(t *testing.T) {
	for text, want := range map[string]string{
		`(T $X).F(..., (string $Y))`:   "(Call Callee:(Member . Object:(Typed Value:(Metavar $X) Type:(Name T)) Field:(Name F)) (Ellipsis) (Typed Value:(Metavar $Y) Type:(Name string)))",
		`($T $X).F()`:                  "(Call Callee:(Member . Object:(Typed Value:(Metavar $X) Type:(Metavar $T)) Field:(Name F)))",
		`new A {...}`:                  "(New Callee:(Name A) (Ellipsis))",
		`$X. ... .F()`:                 "(Call Callee:(Member . Object:(Member . Object:(Metavar $X) Field:(Ellipsis)) Field:(Name F)))",
		`$X. ...;`:                     "(ExprStmt Value:(Member . Object:(Metavar $X) Field:(Ellipsis)))",
		`... <= $X`:                    "(Binary <= Left:(Ellipsis) Right:(Metavar $X))",
		`f($"...")`:                    `(Call Callee:(Name f) (Template (String "...")))`,
		`$A = $B`:                      "(Assign = Left:(Metavar $A) Right:(Metavar $B))",
		`"$X"`:                         `(String "$X")`,
		"T $X = ...;\n...\nA<$Y>($X);": "(ExprStmt Value:(Assign! = Type:(Name T) Left:(Metavar $X) Right:(Ellipsis))) ; (Ellipsis) ; (ExprStmt Value:(Call Callee:(Name A TypeArgs:(Metavar $Y)) (Metavar $X)))",
		"[$A]\npublic $T $M(..., string $X, ...) {\n  ...\n}": "(Func Decorator:(Decorator Value:(Metavar $A)) Modifier:(Modifier public) Result:(Metavar $T) Name:(Metavar $M) Params:(Params (Ellipsis) (Param Type:(Name string) Name:(Metavar $X)) (Ellipsis)) Body:(Block (Ellipsis)))",
		"class $C : B {\n  ...\n}\n":                          "(Class class Name:(Metavar $C) Bases:(Bases (Name B)) Body:(Block (Ellipsis)))",
		"using ($T $X = ...) { ... }":                         "(With (Assign! = Type:(Metavar $T) Left:(Metavar $X) Right:(Ellipsis)) Body:(Block (Ellipsis)))",
		"catch ($T $E) { ... }":                               "(Catch Type:(Metavar $T) Name:(Metavar $E) Body:(Block (Ellipsis)))",
		"using A.B;\n...":                                     "(Import Module:(Name A.B)) ; (Ellipsis)",
	} {
		if got := patterned(t, CSharp, text); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", text, got, want)
		}
	}
}

// What lies too deep is left out; nothing of it takes more of the stack than there is.
func TestCSharp_deep(t *testing.T) {
	for _, part := range []string{"(", "[", "{", "a(", "a.", "!", "a+", "a[", "a?", "a=>", "new A{", "if(a)", "for(;;)", "a switch{b=>", "l:", "[A(", "class A{", "A<", "(A)", "try{", "$\"{"} {
		checkDepth(t, CSharp, "x = "+strings.Repeat(part, 2000))
		checkDepth(t, CSharp, "class B { void f() {"+strings.Repeat(part, 2000))
	}
	checkDepth(t, CSharp, "x = from a in b select c"+strings.Repeat(" into a select c", 5_000)+";")
}

// What is written once for many names is not lowered for each of them.
func TestCSharp_repeated(t *testing.T) {
	checkSize(t, CSharp, "class C { [A("+strings.Repeat("1,", 20_000)+"1)] int a"+strings.Repeat(", a", 20_000)+"; }")
}

// FuzzCSharp parses anything as C#.
func FuzzCSharp(f *testing.F) {
	for _, seed := range []string{
		"global using A; using static B; [assembly: C] namespace D { extern alias E; }", "[A] sealed class B<in T> : C(1), D where T : class, new() { static B() {} ~B() {} event E F; int this[int i] => 1; public static B operator +(B a, B b) => a; public static implicit operator int(B a) { } }",
		"record struct R(int X) : Q(X); delegate T F<T>(params T[] a); enum E : byte { [A] B = 1, }", "x = from T a in b join c in d on e equals f into g orderby h descending group i by j into k select l;",
		"x = a is { B: > 1 and < 2 or not 3, C: [1, .., var d] } e ? $@\"\"\"\"{f}\" : $\"\"\"g{h}\"\"\";", "switch (a) { case (1, _): goto case 2; case B { } c when d: break; }", "unsafe { fixed (int* a = b) { *a = 1; } checked { } }",
		"await foreach (var (a, b) in c) { yield break; } await using (d) ;", "x = new() { A = { 1 }, [1] = 2 }; y = r with { A = 1 }; z = stackalloc int[] { 1 };", "#if A && B\nclass C {\n#else\nint d;\n#endif\n}", "(int a, var b) = (c, d: e); f(out _, ref this.g, in h); a ??= b!;",
		"[A(", "class {", "using", "x = (base.A, typeof(B<>), default, nameof(c), 1..);", "T f(string a = \"b\", [C] params int[] d) => throw e;",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) { checkSound(t, CSharp, text) })
}
