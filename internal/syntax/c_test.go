package syntax

import (
	"strings"
	"testing"
)

func TestC(t *testing.T) {
	check(t, C,
		"#include <stdio.h>\n#include \"a/b.h\"\n", "(Import Module:(Name stdio.h))\n(Import Module:(Name a/b.h))",
		"#define A \"x\"\n#define B 1\n#define C(x) (x + 1)\n#define D\n", `(ExprStmt Value:(Assign! = Modifier:(Modifier define) Left:(Name A) Right:(String "x")))
			(ExprStmt Value:(Assign! = Modifier:(Modifier define) Left:(Name B) Right:(Number 1)))
			(Func Modifier:(Modifier define) Name:(Name C) Params:(Params (Param Name:(Name x))))
			(ExprStmt Value:(Assign! = Modifier:(Modifier define) Left:(Name D)))`,
		"static const char *a[2] = {\"x\", \"y\" \"z\"}, b;", `(ExprStmt Value:(Assign! = Modifier:(Modifier static) Modifier:(Modifier const) Type:(Index [] (Number 2) Object:(Unary * Value:(Name char))) Left:(Name a) Right:(List (String "x") (String "yz"))))
			(ExprStmt Value:(Assign! = Modifier:(Modifier static) Modifier:(Modifier const) Type:(Name char) Left:(Name b)))`,
		"int main(int argc, char **argv) { return 0; }", "(Func Result:(Name int) Name:(Name main) Params:(Params (Param Type:(Name int) Name:(Name argc)) (Param Type:(Unary * Value:(Unary * Value:(Name char))) Name:(Name argv))) Body:(Block (Return Value:(Number 0))))",
		"int f(void); void *g(int (*h)(char), ...);", "(Func Result:(Name int) Name:(Name f) Params:(Params))\n(Func Result:(Unary * Value:(Name void)) Name:(Name g) Params:(Params (Param Type:(Unary * Value:(Func Params:(Params (Param Type:(Name char))) Result:(Name int))) Name:(Name h)) (Param ...)))",
		"typedef struct S { int a; } S;", "(ExprStmt Value:(Assign! = Modifier:(Modifier typedef) Type:(Class struct Name:(Name S) Body:(Block (ExprStmt Value:(Assign! = Type:(Name int) Left:(Name a))))) Left:(Name S)))",
		"enum E { A, B = 2 };", "(Class enum Name:(Name E) Body:(Block (ExprStmt Value:(Assign! = Left:(Name A))) (ExprStmt Value:(Assign! = Left:(Name B) Right:(Number 2)))))",
		"void f() { a->b.c = *p; x = (char *)y; z = sizeof(int); w = &v[1]; i++; !j; }", `(Func Result:(Name void) Name:(Name f) Params:(Params) Body:(Block (ExprStmt Value:(Assign = Left:(Member . Object:(Member . Object:(Name a) Field:(Name b)) Field:(Name c)) Right:(Unary * Value:(Name p)))) (ExprStmt Value:(Assign = Left:(Name x) Right:(Cast Type:(Unary * Value:(Name char)) Value:(Name y)))) (ExprStmt Value:(Assign = Left:(Name z) Right:(Call Callee:(Name sizeof) (Name int)))) (ExprStmt Value:(Assign = Left:(Name w) Right:(Unary & Value:(Index Object:(Name v) (Number 1))))) (ExprStmt Value:(Unary ++ Value:(Name i))) (ExprStmt Value:(Unary ! Value:(Name j)))))`,
		"void f() { if (a) b(); else { c(); } while (1); do d(); while (e); for (int i = 0; i < n; i++) g(); }", `(Func Result:(Name void) Name:(Name f) Params:(Params) Body:(Block (If Test:(Name a) Then:(Block (ExprStmt Value:(Call Callee:(Name b)))) Else:(Block (ExprStmt Value:(Call Callee:(Name c))))) (While Test:(Number 1) Body:(Block)) (While do Body:(Block (ExprStmt Value:(Call Callee:(Name d)))) Test:(Name e)) (For Init:(ExprStmt Value:(Assign! = Type:(Name int) Left:(Name i) Right:(Number 0))) Test:(Binary < Left:(Name i) Right:(Name n)) Update:(ExprStmt Value:(Unary ++ Value:(Name i))) Body:(Block (ExprStmt Value:(Call Callee:(Name g)))))))`,
		"void f() { switch (a) { case 1: b(); break; default: c(); } goto l; l: d(); }", `(Func Result:(Name void) Name:(Name f) Params:(Params) Body:(Block (Switch Value:(Name a) (Case (Number 1) Body:(Block (ExprStmt Value:(Call Callee:(Name b))) (Break))) (Case Body:(Block (ExprStmt Value:(Call Callee:(Name c)))))) (Other goto Name:(Name l)) (ExprStmt Modifier:(Modifier l:) Value:(Call Callee:(Name d)))))`,
		"struct P p = {.a = 1, .b.c = 2}; char c = 'x', *d = NULL;", `(ExprStmt Value:(Assign! = Type:(Name P) Left:(Name p) Right:(Dict (Pair Key:(Name a) Value:(Number 1)) (Pair Key:(Member . Object:(Name b) Field:(Name c)) Value:(Number 2)))))
			(ExprStmt Value:(Assign! = Type:(Name char) Left:(Name c) Right:(String "x")))
			(ExprStmt Value:(Assign! = Type:(Unary * Value:(Name char)) Left:(Name d) Right:(Null NULL)))`,
		"#if A\nint a;\n#elif B\nint b;\n#else\nint c;\n#endif\n", "(ExprStmt Value:(Assign! = Type:(Name int) Left:(Name a)))\n(ExprStmt Value:(Assign! = Type:(Name int) Left:(Name b)))\n(ExprStmt Value:(Assign! = Type:(Name int) Left:(Name c)))",
	)
}

func TestCPP(t *testing.T) {
	check(t, CPP,
		"class X : public Y { public: X(int b) : a(b) {} virtual int g() = 0; ~X(); int q = 1; };", `(Class class Name:(Name X) Bases:(Bases (Name Y)) Body:(Block (Func Name:(Name X) Params:(Params (Param Type:(Name int) Name:(Name b))) Body:(Block (ExprStmt Value:(Assign = Left:(Name a) Right:(Name b))))) (Func Modifier:(Modifier virtual) Result:(Name int) Name:(Name g) Params:(Params)) (Func Name:(Name ~X) Params:(Params)) (ExprStmt Value:(Assign! = Type:(Name int) Left:(Name q) Right:(Number 1)))))`,
		"template<class T> int A::B<T>::f(T &x) { return static_cast<int>(x); }", "(Func TypeParams:(Params (Param Name:(Name T))) Modifier:(Modifier A::B<T>) Result:(Name int) Name:(Name f) Params:(Params (Param Type:(Unary & Value:(Name T)) Name:(Name x))) Body:(Block (Return Value:(Cast static_cast Type:(Name int) Value:(Name x)))))",
		"namespace n { using a::b::c; using namespace std; using D = int; }", "(Class namespace Name:(Name n) Body:(Block (Import Module:(Name a.b) Field:(Name c)) (Import Module:(Name std) Field:(Name *)) (ExprStmt Value:(Assign! = Modifier:(Modifier typedef) Left:(Name D) Type:(Name int)))))",
		"void f() { std::string s(\"a\"); std::cout << s; auto z = new T[3]; delete[] z; auto w = new a::U(1); }", `(Func Result:(Name void) Name:(Name f) Params:(Params) Body:(Block (ExprStmt Value:(Assign! = Type:(Member . Object:(Name std) Field:(Name string)) Left:(Name s) Right:(String "a"))) (ExprStmt Value:(Binary << Left:(Member . Object:(Name std) Field:(Name cout)) Right:(Name s))) (ExprStmt Value:(Assign! = Left:(Name z) Right:(New [] Callee:(Name T) (Number 3)))) (ExprStmt Value:(Unary delete Value:(Name z))) (ExprStmt Value:(Assign! = Left:(Name w) Right:(New Callee:(Member . Object:(Name a) Field:(Name U)) (Number 1))))))`,
		"void f() { try { throw x; } catch (const E &e) {} for (auto &x : y) {} if (not a and b) ; auto l = [&](int a) { return a; }; }", `(Func Result:(Name void) Name:(Name f) Params:(Params) Body:(Block (Try Body:(Block (Throw Value:(Name x))) (Catch Type:(Unary & Value:(Name E)) Name:(Name e) Body:(Block))) (ForEach! Left:(Name x) Right:(Name y) Body:(Block)) (If Test:(Binary && Left:(Unary ! Value:(Name a)) Right:(Name b)) Then:(Block)) (ExprStmt Value:(Assign! = Left:(Name l) Right:(Func Params:(Params (Param Type:(Name int) Name:(Name a))) Body:(Block (Return Value:(Name a))))))))`,
	)
}

func TestParsePattern_c(t *testing.T) {
	for text, want := range map[string]string{
		`atoi(...)`:                      "(Call Callee:(Name atoi) (Ellipsis))",
		`(*$X).$F`:                       "(Member . Object:(Unary * Value:(Metavar $X)) Field:(Metavar $F))",
		`$X->$F`:                         "(Member . Object:(Metavar $X) Field:(Metavar $F))",
		`(char *$X) == (char *$Y)`:       "(Binary == Left:(Typed Value:(Metavar $X) Type:(Unary * Value:(Name char))) Right:(Typed Value:(Metavar $Y) Type:(Unary * Value:(Name char))))",
		"f($X);\n...\n$F($X);":           "(ExprStmt Value:(Call Callee:(Name f) (Metavar $X))) ; (Ellipsis) ; (ExprStmt Value:(Call Callee:(Metavar $F) (Metavar $X)))",
		`$T $F(..., char *$X) { ... }`:   "(Func Result:(Metavar $T) Name:(Metavar $F) Params:(Params (Ellipsis) (Param Type:(Unary * Value:(Name char)) Name:(Metavar $X))) Body:(Block (Ellipsis)))",
		`{ ... $X = 1; ... }`:            "(Block (Ellipsis) (ExprStmt Value:(Assign = Left:(Metavar $X) Right:(Number 1))) (Ellipsis))",
		`char $A[$N];`:                   "(ExprStmt Value:(Assign! = Type:(Index [] (Metavar $N) Object:(Name char)) Left:(Metavar $A)))",
		`switch ($X) { case $Y: ... }`:   "(Switch Value:(Metavar $X) (Case (Metavar $Y) Body:(Block (Ellipsis))))",
		`f(..., <... $X->$F ...>, ...);`: "(ExprStmt Value:(Call Callee:(Name f) (Ellipsis) (Deep Value:(Member . Object:(Metavar $X) Field:(Metavar $F))) (Ellipsis)))",
	} {
		if got := patterned(t, C, text); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", text, got, want)
		}
	}
}

// What lies too deep is left out; nothing of it takes more of the stack than there is.
func TestC_deep(t *testing.T) {
	for _, part := range []string{"(", "[", "{", "a(", "a.", "a->", "!", "a+", "*", "a[", "a?", "if(a)", "for(;;)", "l:", "case 1:", "struct A{", "A<", "a::", "(A)", "int (*", "[](){", "new A(", "template<class T> ", "namespace a{"} {
		for _, lang := range []*Language{C, CPP} {
			checkDepth(t, lang, "int x = "+strings.Repeat(part, 2000))
			checkDepth(t, lang, "void f() {"+strings.Repeat(part, 2000))
		}
	}
}

// What is written once for many names is not lowered for each of them.
func TestC_repeated(t *testing.T) {
	checkSize(t, C, "struct {"+strings.Repeat("int b;", 10_000)+"} a"+strings.Repeat(", a", 10_000)+";")
}

var cSeeds = []string{
	"#include <a>\n#define A(x) x\n#if A\nint a = 1;\n#endif\n", "int (*f(int (*a)(void), ...))[2], *b[3][4], c : 2;", "struct A { int a : 1; union { char b; }; } *c = &(struct A){.a = 1, [2] = 3};", "a: switch (b) { case 1 ... 2: default: ; }",
	"class A final : public B<C>, virtual D { friend class E; operator int() const; A() = default; static constexpr auto x = 1; };", "template<typename... T> requires X<T> auto f(T&&... a) -> decltype(a) { co_await b; co_return c; }", "auto [a, b] = c; x = ::d::e<f>::g(h...); throw;", "try { } catch (...) { } delete[] a; new (b) C[2]{1};",
	"f(\"a\" B \"c\" L'd' R\"x(e)x\" 1_km);", "using enum A; using B = C; namespace a::b = c; extern \"C\" { int d; }", "typedef", "int a(", "a->", "(*", "{.a", "[](",
}

// FuzzC parses anything as C.
func FuzzC(f *testing.F) {
	for _, seed := range cSeeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) { checkSound(t, C, text) })
}

// FuzzCPP parses anything as C++.
func FuzzCPP(f *testing.F) {
	for _, seed := range cSeeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) { checkSound(t, CPP, text) })
}
