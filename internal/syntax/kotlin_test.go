package syntax

import (
	"strings"
	"testing"
)

func TestKotlin(t *testing.T) {
	check(t, Kotlin,
		"package a.b\nimport c.d.*\nimport e.F as G\n", "(Package Name:(Name a.b))\n(Import Module:(Name c.d) Field:(Name *))\n(Import Module:(Name e.F) Name:(Name G))",
		"@A @B(x = 1) data class P(val a: String, var b: Int? = 2) : Q(a), R", "(Class class Decorator:(Decorator Value:(Name A)) Decorator:(Decorator Value:(Call Callee:(Name B) (Keyword x Value:(Number 1)))) Modifier:(Modifier data) Name:(Name P) Params:(Params (Param Modifier:(Modifier val) Name:(Name a) Type:(Name String)) (Param Modifier:(Modifier var) Name:(Name b) Type:(Name Int) Value:(Number 2))) Bases:(Bases (Name Q) (Name R)))",
		"fun <T> String.f(vararg x: T): T? = x", "(Func TypeParams:(Params (Param Name:(Name T))) Modifier:(Modifier receiver (Name String)) Name:(Name f) Params:(Params (Param ... Modifier:(Modifier vararg) Name:(Name x) Type:(Name T))) Result:(Name T) Body:(Block (Return Value:(Name x))))",
		"class A { companion object { const val X = 1 }\n init { f() }\n constructor(a: Int) : this(\"x\") { g() }\n}",
		`(Class class Name:(Name A) Body:(Block (Class object Modifier:(Modifier companion) Body:(Block (ExprStmt Value:(Assign! = Modifier:(Modifier const) Modifier:(Modifier val) Left:(Name X) Right:(Number 1))))) (Block Modifier:(Modifier init) (ExprStmt Value:(Call Callee:(Name f)))) (Func constructor Params:(Params (Param Name:(Name a) Type:(Name Int))) Body:(Block (ExprStmt Value:(Call Callee:(Name this) (String "x"))) (ExprStmt Value:(Call Callee:(Name g)))))))`,
		"val s = \"a$x ${y.z}\\n\"", `(ExprStmt Value:(Assign! = Modifier:(Modifier val) Left:(Name s) Right:(Template (String "a") (Name x) (String " ") (Member . Object:(Name y) Field:(Name z)) (String "\n"))))`,
		"f(a, name = b) { x -> x }", "(ExprStmt Value:(Call Callee:(Call Callee:(Name f) (Name a) (Keyword name Value:(Name b))) (Func Params:(Params (Param Name:(Name x))) Body:(Block (ExprStmt Value:(Name x))))))",
		"x?.y!!.z ?: return", "(ExprStmt Value:(Binary ?: Left:(Member . Object:(Member . Object:(Name x) Field:(Name y)) Field:(Name z)) Right:(Return)))",
		"val c = if (a) b else if (d) e else { f() }", "(ExprStmt Value:(Assign! = Modifier:(Modifier val) Left:(Name c) Right:(Cond Test:(Name a) Then:(Name b) Else:(Cond Test:(Name d) Then:(Name e) Else:(Call Callee:(Name f))))))",
		"if (a) b() else { c() }", "(If Test:(Name a) Then:(Block (ExprStmt Value:(Call Callee:(Name b)))) Else:(Block (ExprStmt Value:(Call Callee:(Name c)))))",
		"when (val k = f()) { 1, 2 -> a(); !is T -> b(); else -> c() }", `(Switch Value:(Assign! = Left:(Name k) Right:(Call Callee:(Name f))) (Case (Number 1) (Number 2) Body:(Block (ExprStmt Value:(Call Callee:(Name a))))) (Case (Unary "not is" Value:(Name T)) Body:(Block (ExprStmt Value:(Call Callee:(Name b))))) (Case Body:(Block (ExprStmt Value:(Call Callee:(Name c))))))`,
		"for ((i, v) in xs) { continue }", "(ForEach! Left:(Tuple (Name i) (Name v)) Right:(Name xs) Body:(Block (Continue)))",
		"try { a() } catch (e: E) { b() } finally { c() }", "(Try Body:(Block (ExprStmt Value:(Call Callee:(Name a)))) (Catch Name:(Name e) Type:(Name E) Body:(Block (ExprStmt Value:(Call Callee:(Name b))))) Finally:(Block (ExprStmt Value:(Call Callee:(Name c)))))",
		"val o = object : T(1) { fun f() {}\n}", "(ExprStmt Value:(Assign! = Modifier:(Modifier val) Left:(Name o) Right:(New Callee:(Name T) (Number 1) Body:(Block (Func Name:(Name f) Params:(Params) Body:(Block))))))",
		"a to b; x as? Y; String::class", "(ExprStmt Value:(Call Callee:(Member . Object:(Name a) Field:(Name to)) (Name b)))\n(ExprStmt Value:(Cast Value:(Name x) Type:(Name Y)))\n(ExprStmt Value:(Member . Object:(Name String) Field:(Name class)))",
		"val z by lazy { 1 }", "(ExprStmt Value:(Assign! by Modifier:(Modifier val) Left:(Name z) Right:(Call Callee:(Name lazy) (Func Body:(Block (ExprStmt Value:(Number 1)))))))",
		"fun f() { o@ while (true) { break@o } }", "(Func Name:(Name f) Params:(Params) Body:(Block (While Modifier:(Modifier o:) Test:(Bool true) Body:(Block (Break o)))))",
	)
}

func TestParsePattern_kotlin(t *testing.T) {
	for text, want := range map[string]string{
		"fun $F(..., $X: T, ...): R {\n  ...\n  $X.foo(...)\n}":  "(Func Name:(Metavar $F) Params:(Params (Ellipsis) (Param Name:(Metavar $X) Type:(Name T)) (Ellipsis)) Result:(Name R) Body:(Block (Ellipsis) (ExprStmt Value:(Call Callee:(Member . Object:(Metavar $X) Field:(Name foo)) (Ellipsis)))))",
		"class $C : B {\n  ...\n  fun $F(...) { ... }\n  ...\n}": "(Class class Name:(Metavar $C) Bases:(Bases (Name B)) Body:(Block (Ellipsis) (Func Name:(Metavar $F) Params:(Params (Ellipsis)) Body:(Block (Ellipsis))) (Ellipsis)))",
		`($X: java.io.File).delete()`:                            "(Call Callee:(Member . Object:(Typed Value:(Metavar $X) Type:(Member . Object:(Member . Object:(Name java) Field:(Name io)) Field:(Name File))) Field:(Name delete)))",
		"val $X = $Y.f(...)\n...\n$X.g()":                        "(ExprStmt Value:(Assign! = Modifier:(Modifier val) Left:(Metavar $X) Right:(Call Callee:(Member . Object:(Metavar $Y) Field:(Name f)) (Ellipsis)))) ; (Ellipsis) ; (ExprStmt Value:(Call Callee:(Member . Object:(Metavar $X) Field:(Name g))))",
		`"...${$X}..."`:                                          `(Template (String "...") (Metavar $X) (String "..."))`,
		`@A(...)`:                                                "(Decorator Value:(Call Callee:(Name A) (Ellipsis)))",
		`catch ($E: $T) { ... }`:                                 "(Catch Name:(Metavar $E) Type:(Metavar $T) Body:(Block (Ellipsis)))",
		`$X to "..."`:                                            `(Call Callee:(Member . Object:(Metavar $X) Field:(Name to)) (String "..."))`,
	} {
		if got := patterned(t, Kotlin, text); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", text, got, want)
		}
	}
}

// What lies too deep is left out; nothing of it takes more of the stack than there is.
func TestKotlin_deep(t *testing.T) {
	for _, part := range []string{"(", "[", "{", "a(", "a.", "!", "a+", "a[", "{a->", "object:A{", "if(a)", "if(a) b else ", "when(a){b->", "l@ ", "@A(", "class A{", "A<", "try{", "\"${"} {
		checkDepth(t, Kotlin, "val x = "+strings.Repeat(part, 2000))
		checkDepth(t, Kotlin, "fun f() {"+strings.Repeat(part, 2000))
	}
}

// FuzzKotlin parses anything as Kotlin.
func FuzzKotlin(f *testing.F) {
	for _, seed := range []string{
		"@file:[A B] package a import b", "enum class E(val v: Int) { @A B(1), C { }; fun f() {} }", "class A<in T : B> private constructor(@C vararg val d: E = f) : G by h, I<J>(k) where T : L", "var x: Int get() = 1; private set(v) { field = v }",
		"val (a, b) = c; d[e, f] += g; h++; -i; j!!; k ?: l", "val f = fun A.(b: B): C { return@x d }; val g: suspend A.(b: C) -> D? = ::e", "when { a in b, !in c -> d\n is E -> if (f) g\n else -> throw h }",
		"\"a$b ${c} \\u0041 $ $1\" + \"\"\"d$e${f}\"\"\" + '\\n'", "typealias A<T> = (B) -> C<*, out D>", "do a() while (b) ; o@ for (@A c: D in e) break@o", "try { } finally { }; object { }; super<A>@B.c(); this@D", "fun interface A { companion object B : C }", "@A(", "class {", "fun (",
		"a b c d e", "{ (a, b), c: D -> }",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) { checkSound(t, Kotlin, text) })
}
