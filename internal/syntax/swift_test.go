package syntax

import (
	"strings"
	"testing"
)

// needSwift leaves a test out where this build has no grammar of Swift.
func needSwift(t testing.TB) {
	t.Helper()
	if Swift.Absent() {
		t.Skip(ErrAbsent)
	}
}

func TestSwift(t *testing.T) {
	needSwift(t)
	check(t, Swift,
		"import Foundation\n@testable import App\nimport struct A.B\n",
		"(Import Module:(Name Foundation))\n(Import Decorator:(Decorator Value:(Name testable)) Module:(Name App))\n(Import Field:(Name B) Module:(Name A))",
		"@MainActor @objc(a:b:) public final class A<T: B>: C, D { }\nstruct S { }\nextension A.B: P { }\nactor C { }",
		"(Class class Decorator:(Decorator Value:(Name MainActor)) Decorator:(Decorator Value:(Call Callee:(Name objc))) Modifier:(Modifier public) Modifier:(Modifier final) Name:(Name A) TypeParams:(Params (Param Name:(Name T) Type:(Name B))) Bases:(Bases (Name C) (Name D)) Body:(Block))\n(Class class Modifier:(Modifier struct) Name:(Name S) Body:(Block))\n(Class class Modifier:(Modifier extension) Name:(Member . Object:(Name A) Field:(Name B)) Bases:(Bases (Name P)) Body:(Block))\n(Class class Modifier:(Modifier actor) Name:(Name C) Body:(Block))",
		"class A { @Published private(set) var x: Int? = 2, y = f(); static let k: [String: [Int]] = [:]; lazy var z = { 1 }() }",
		`(Class class Name:(Name A) Body:(Block (ExprStmt Value:(Assign! = Decorator:(Decorator Value:(Name Published)) Modifier:(Modifier "private(set)") Modifier:(Modifier var) Left:(Name x) Type:(Name Int) Right:(Number 2))) (ExprStmt Value:(Assign! = Decorator:(Decorator Value:(Name Published)) Modifier:(Modifier "private(set)") Modifier:(Modifier var) Left:(Name y) Right:(Call Callee:(Name f)))) (ExprStmt Value:(Assign! = Modifier:(Modifier static) Modifier:(Modifier let) Left:(Name k) Type:(Name Dictionary TypeArgs:(Name String) TypeArgs:(Index [] Object:(Name Int))) Right:(Dict))) (ExprStmt Value:(Assign! = Modifier:(Modifier lazy) Modifier:(Modifier var) Left:(Name z) Right:(Call Callee:(Func Body:(Block (ExprStmt Value:(Number 1)))))))))`,
		"var x: Int { y + 1 }\nvar z: Int { get { 1 } set { w = newValue } }\nvar r = 5 { didSet(old) { f(old) } }",
		"(ExprStmt Value:(Assign! = Modifier:(Modifier var) Left:(Name x) Type:(Name Int)))\n(Func Modifier:(Modifier get) Name:(Name x) Params:(Params) Body:(Block (ExprStmt Value:(Binary + Left:(Name y) Right:(Number 1)))))\n(ExprStmt Value:(Assign! = Modifier:(Modifier var) Left:(Name z) Type:(Name Int)))\n(Func Modifier:(Modifier get) Name:(Name z) Params:(Params) Body:(Block (ExprStmt Value:(Number 1))))\n(Func Modifier:(Modifier set) Name:(Name z) Params:(Params (Param Name:(Name newValue))) Body:(Block (ExprStmt Value:(Assign = Left:(Name w) Right:(Name newValue)))))\n(ExprStmt Value:(Assign! = Modifier:(Modifier var) Left:(Name r) Right:(Number 5)))\n(Func Modifier:(Modifier didSet) Name:(Name r) Params:(Params (Param Name:(Name old))) Body:(Block (ExprStmt Value:(Call Callee:(Name f) (Name old)))))",
		"func f<T>(_ a: Int, with b: inout String, rest: Any...) async throws -> T where T: P { return a }",
		"(Func Modifier:(Modifier async) Name:(Name f) TypeParams:(Params (Param Name:(Name T))) Params:(Params (Param Key:(Name _) Name:(Name a) Type:(Name Int)) (Param Key:(Name with) Modifier:(Modifier inout) Name:(Name b) Type:(Name String)) (Param ... Name:(Name rest) Type:(Name Any))) Result:(Name T) Body:(Block (Return Value:(Name a))))",
		`class A { convenience init?(a b: Int = 1) { self.init() }
 deinit { close() }
 subscript(i: Int) -> String { get { "a" } set { f(newValue) } } }`,
		`(Class class Name:(Name A) Body:(Block (Func Modifier:(Modifier convenience) Name:(Name init) Params:(Params (Param Key:(Name a) Name:(Name b) Type:(Name Int) Value:(Number 1))) Body:(Block (ExprStmt Value:(Call Callee:(Member . Object:(Name self) Field:(Name init)))))) (Func Name:(Name deinit) Params:(Params) Body:(Block (ExprStmt Value:(Call Callee:(Name close))))) (Func Modifier:(Modifier get) Name:(Name subscript) Params:(Params (Param Name:(Name i) Type:(Name Int))) Body:(Block (ExprStmt Value:(String "a"))) Result:(Name String)) (Func Modifier:(Modifier set) Name:(Name subscript) Params:(Params (Param Name:(Name newValue)) (Param Name:(Name i) Type:(Name Int))) Body:(Block (ExprStmt Value:(Call Callee:(Name f) (Name newValue)))))))`,
		`enum E: String { case a = "x", b; indirect case c(Int, y: String) }`,
		`(Class enum Name:(Name E) Bases:(Bases (Name String)) Body:(Block (ExprStmt Value:(Assign! = Modifier:(Modifier case) Left:(Name a) Right:(String "x"))) (ExprStmt Value:(Assign! = Modifier:(Modifier case) Left:(Name b))) (ExprStmt Value:(Assign! = Modifier:(Modifier case) Left:(Name c) Type:(Tuple (Name Int) (Param Name:(Name y) Type:(Name String)))))))`,
		"protocol P: Q { associatedtype U: V; var v: Int { get set }; func m(x: Int) -> Self; init() }\ntypealias X<T> = Y<T>",
		"(Class interface Name:(Name P) Bases:(Bases (Name Q)) Body:(Block (Class type Name:(Name U)) (ExprStmt Value:(Assign! = Modifier:(Modifier var) Left:(Name v) Type:(Name Int))) (Func Name:(Name m) Params:(Params (Param Name:(Name x) Type:(Name Int))) Result:(Name Self)) (Func Name:(Name init) Params:(Params))))\n(Class type Name:(Name X) TypeParams:(Params (Param Name:(Name T))) Value:(Name Y TypeArgs:(Name T)))",
		"func g() { guard let x = y, !z.a(b), case .some(let q) = w else { return } }",
		"(Func Name:(Name g) Params:(Params) Body:(Block (If Test:(Unary ! Value:(Binary && Left:(Binary && Left:(Assign! = Modifier:(Modifier let) Left:(Name x) Right:(Name y)) Right:(Unary ! Value:(Call Callee:(Member . Object:(Name z) Field:(Name a)) (Name b)))) Right:(Assign! = Left:(Call Callee:(Member . Object:(Empty) Field:(Name some)) (Param Name:(Name q))) Right:(Name w)))) Then:(Block (Return)))))",
		"func g() { if let a, let (b, c): (Int, Int) = d { e() } else if #available(iOS 13, *) { h() } else { i() } }",
		"(Func Name:(Name g) Params:(Params) Body:(Block (If Test:(Binary && Left:(Assign! = Modifier:(Modifier let) Left:(Name a) Right:(Name a)) Right:(Assign! = Type:(Tuple (Name Int) (Name Int)) Modifier:(Modifier let) Left:(Tuple (Name b) (Name c)) Right:(Name d))) Then:(Block (ExprStmt Value:(Call Callee:(Name e)))) Else:(Block (If Test:(Call Callee:(Name #available) (Name iOS) (Number 13)) Then:(Block (ExprStmt Value:(Call Callee:(Name h)))) Else:(Block (ExprStmt Value:(Call Callee:(Name i)))))))))",
		"func g() { switch v { case .a(let x, y: _) where x > 1, .b: f(); case let (p, q)?: g(); case 1...5, nil: break; case is T: h(); case let s as U: k(s); default: return } }",
		"(Func Name:(Name g) Params:(Params) Body:(Block (Switch Value:(Name v) (Case (Call Callee:(Member . Object:(Empty) Field:(Name a)) (Param Name:(Name x)) (Keyword y Value:(Name _))) Test:(Binary > Left:(Name x) Right:(Number 1)) (Member . Object:(Empty) Field:(Name b)) Body:(Block (ExprStmt Value:(Call Callee:(Name f))))) (Case (Tuple (Param Name:(Name p)) (Param Name:(Name q))) Body:(Block (ExprStmt Value:(Call Callee:(Name g))))) (Case (Binary ... Left:(Number 1) Right:(Number 5)) (Null nil) Body:(Block (Break))) (Case (Unary is Value:(Name T)) Body:(Block (ExprStmt Value:(Call Callee:(Name h))))) (Case (Cast Type:(Name U) Value:(Param Name:(Name s))) Body:(Block (ExprStmt Value:(Call Callee:(Name k) (Name s))))) (Case Body:(Block (Return))))))",
		"func g() { outer: for case let (i, e)? in xs where i > 1 { continue outer }\n while let l = n() { break }\n repeat { a += 1 } while a < 3 }",
		"(Func Name:(Name g) Params:(Params) Body:(Block (ForEach! Modifier:(Modifier outer:) Left:(Tuple (Param Name:(Name i)) (Param Name:(Name e))) Right:(Name xs) Body:(Block (If Test:(Unary ! Value:(Binary > Left:(Name i) Right:(Number 1))) Then:(Block (Continue))) (Continue outer))) (While Test:(Assign! = Modifier:(Modifier let) Left:(Name l) Right:(Call Callee:(Name n))) Body:(Block (Break))) (While do Body:(Block (ExprStmt Value:(Assign += Left:(Name a) Right:(Number 1)))) Test:(Binary < Left:(Name a) Right:(Number 3)))))",
		"func g() { do { try f() } catch let e as E { log(e) } catch .x { } catch { print(error) }\n do { throw a }\n defer { close() } }",
		"(Func Name:(Name g) Params:(Params) Body:(Block (Try Body:(Block (ExprStmt Value:(Call Callee:(Name f)))) (Catch Name:(Name e) Type:(Name E) Body:(Block (ExprStmt Value:(Call Callee:(Name log) (Name e))))) (Catch Type:(Member . Object:(Empty) Field:(Name x)) Body:(Block)) (Catch Body:(Block (ExprStmt Value:(Call Callee:(Name print) (Name error)))))) (Block (Throw Value:(Name a))) (Block Modifier:(Modifier defer) (ExprStmt Value:(Call Callee:(Name close))))))",
		`let s = "a \(b.c) d\n\u{41} \(raw: x) \(y, format: .z)"`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier let) Left:(Name s) Right:(Template (String "a ") (Member . Object:(Name b) Field:(Name c)) (String " d\nA ") (Keyword raw Value:(Name x)) (String " ") (Name y))))`,
		`let m = """
    one
      \(two)
    """
let r = #"raw \#(x) \n"#
let e = ""`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier let) Left:(Name m) Right:(Template (String "one\n  ") (Name two))))
(ExprStmt Value:(Assign! = Modifier:(Modifier let) Left:(Name r) Right:(Template (String "raw ") (Name x) (String "\\n"))))
(ExprStmt Value:(Assign! = Modifier:(Modifier let) Left:(Name e) Right:(String)))`,
		"a?.b?[0]!.c(d: e, &f) { x in x + 1 } onFail: { $0.y }",
		"(ExprStmt Value:(Call Callee:(Member . Object:(Index Object:(Member . Object:(Name a) Field:(Name b)) (Number 0)) Field:(Name c)) (Keyword d Value:(Name e)) (Unary & Value:(Name f)) (Func Params:(Params (Param Name:(Name x))) Body:(Block (ExprStmt Value:(Binary + Left:(Name x) Right:(Number 1))))) (Keyword onFail Value:(Func Body:(Block (ExprStmt Value:(Member . Object:(Name $0) Field:(Name y))))))))",
		"let c = { [weak self, u = v] (a: Int, _ b: String) -> Bool in self?.f(); return true }",
		"(ExprStmt Value:(Assign! = Modifier:(Modifier let) Left:(Name c) Right:(Func Params:(Params (Param Name:(Name a) Type:(Name Int)) (Param Key:(Name _) Name:(Name b) Type:(Name String))) Result:(Name Bool) Body:(Block (ExprStmt Value:(Assign! = Left:(Name u) Right:(Name v))) (ExprStmt Value:(Call Callee:(Member . Object:(Name self) Field:(Name f)))) (Return Value:(Bool true))))))",
		`a > 1 && b == "c" || !d
-a + b * c
a ?? b ?? c == d
a ? b : c ? d : e
a & b | c << 1
0..<n`,
		`(ExprStmt Value:(Binary || Left:(Binary && Left:(Binary > Left:(Name a) Right:(Number 1)) Right:(Binary == Left:(Name b) Right:(String "c"))) Right:(Unary ! Value:(Name d))))
(ExprStmt Value:(Binary + Left:(Unary - Value:(Name a)) Right:(Binary * Left:(Name b) Right:(Name c))))
(ExprStmt Value:(Binary == Left:(Binary ?? Left:(Name a) Right:(Binary ?? Left:(Name b) Right:(Name c))) Right:(Name d)))
(ExprStmt Value:(Cond Test:(Name a) Then:(Name b) Else:(Cond Test:(Name c) Then:(Name d) Else:(Name e))))
(ExprStmt Value:(Binary | Left:(Binary & Left:(Name a) Right:(Name b)) Right:(Binary << Left:(Name c) Right:(Number 1))))
(ExprStmt Value:(Binary ..< Left:(Number 0) Right:(Name n)))`,
		"!a.b(c)\n!(a || b)\n-x[0].y\n\\.a.b\n\\A.b\nSet<Int>.make(a)",
		"(ExprStmt Value:(Unary ! Value:(Call Callee:(Member . Object:(Name a) Field:(Name b)) (Name c))))\n(ExprStmt Value:(Unary ! Value:(Binary || Left:(Name a) Right:(Name b))))\n(ExprStmt Value:(Unary - Value:(Member . Object:(Index Object:(Name x) (Number 0)) Field:(Name y))))\n(ExprStmt Value:(Member . Object:(Member . Object:(Unary \\ Value:(Empty)) Field:(Name a)) Field:(Name b)))\n(ExprStmt Value:(Member . Object:(Unary \\ Value:(Name A)) Field:(Name b)))\n(ExprStmt Value:(Call Callee:(Member . Object:(Name Set TypeArgs:(Name Int)) Field:(Name make)) (Name a)))",
		`let t = (1, name: "b")
let w = await try? f()
_ = try! g() as? [String: Any]
x is Y
f(())`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier let) Left:(Name t) Right:(Tuple (Number 1) (Keyword name Value:(String "b")))))
(ExprStmt Value:(Assign! = Modifier:(Modifier let) Left:(Name w) Right:(Await Value:(Unary try? Value:(Call Callee:(Name f))))))
(ExprStmt Value:(Assign = Left:(Name _) Right:(Cast Value:(Unary try! Value:(Call Callee:(Name g))) Type:(Name Dictionary TypeArgs:(Name String) TypeArgs:(Name Any)))))
(ExprStmt Value:(Binary is Left:(Name x) Right:(Name Y)))
(ExprStmt Value:(Call Callee:(Name f) (Tuple)))`,
		"x.y = .init(z: 1)\n(a, b) = (b, a)\na[1] += 2\nlet v = if a { 1 } else { 2 }",
		"(ExprStmt Value:(Assign = Left:(Member . Object:(Name x) Field:(Name y)) Right:(Call Callee:(Member . Object:(Empty) Field:(Name init)) (Keyword z Value:(Number 1)))))\n(ExprStmt Value:(Assign = Left:(Tuple (Name a) (Name b)) Right:(Tuple (Name b) (Name a))))\n(ExprStmt Value:(Assign += Left:(Index Object:(Name a) (Number 1)) Right:(Number 2)))\n(ExprStmt Value:(Assign! = Modifier:(Modifier let) Left:(Name v) Right:(Cond Test:(Name a) Then:(Number 1) Else:(Number 2))))",
		`let a = [Int](), b = Foo<Int>(x: 1), c = [1, 2], d = ["a": nil], e = #selector(f(_:)), g = #file`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier let) Left:(Name a) Right:(Call Callee:(List (Name Int)))))
(ExprStmt Value:(Assign! = Modifier:(Modifier let) Left:(Name b) Right:(Call Callee:(Name Foo TypeArgs:(Name Int)) (Keyword x Value:(Number 1)))))
(ExprStmt Value:(Assign! = Modifier:(Modifier let) Left:(Name c) Right:(List (Number 1) (Number 2))))
(ExprStmt Value:(Assign! = Modifier:(Modifier let) Left:(Name d) Right:(Dict (Pair Key:(String "a") Value:(Null nil)))))
(ExprStmt Value:(Assign! = Modifier:(Modifier let) Left:(Name e) Right:(Call Callee:(Name #selector) (Call Callee:(Name f) (Name _)))))
(ExprStmt Value:(Assign! = Modifier:(Modifier let) Left:(Name g) Right:(Name #file)))`,
		"class A {\n#if DEBUG\n  var a = 1\n#else\n  var a = 2\n#endif\n}\nfunc f() throws(E) { a() ; b() }\nif let x = try? await f(a) { g() }",
		"(Class class Name:(Name A) Body:(Block (ExprStmt Value:(Assign! = Modifier:(Modifier var) Left:(Name a) Right:(Number 1))) (ExprStmt Value:(Assign! = Modifier:(Modifier var) Left:(Name a) Right:(Number 2)))))\n(Func Name:(Name f) Params:(Params) Body:(Block (ExprStmt Value:(Call Callee:(Name a))) (ExprStmt Value:(Call Callee:(Name b)))))\n(If Test:(Assign! = Modifier:(Modifier let) Left:(Name x) Right:(Await Value:(Call Callee:(Name f) (Name a)))) Then:(Block (ExprStmt Value:(Call Callee:(Name g)))))",
		"let f: (Int, a: String) throws -> Void = g\nlet o: (any P & Q)? = nil",
		"(ExprStmt Value:(Assign! = Modifier:(Modifier let) Left:(Name f) Type:(Func Params:(Params (Param Type:(Name Int)) (Param Name:(Name a) Type:(Name String))) Result:(Name Void)) Right:(Name g)))\n(ExprStmt Value:(Assign! = Modifier:(Modifier let) Left:(Name o) Type:(Tuple & (Name P) (Name Q)) Right:(Null nil)))",
	)
}

func TestParsePattern_swift(t *testing.T) {
	needSwift(t)
	for text, want := range map[string]string{
		"class $C: B {\n  ...\n  func $F(..., $X: T, ...) -> R { ... }\n  ...\n}": "(Class class Name:(Metavar $C) Bases:(Bases (Name B)) Body:(Block (Ellipsis) (Func Name:(Metavar $F) Params:(Params (Ellipsis) (Param Name:(Metavar $X) Type:(Name T)) (Ellipsis)) Result:(Name R) Body:(Block (Ellipsis))) (Ellipsis)))",
		"let $X = $Y.f(...)\n...\n$X.g()":                                         "(ExprStmt Value:(Assign! = Modifier:(Modifier let) Left:(Metavar $X) Right:(Call Callee:(Member . Object:(Metavar $Y) Field:(Name f)) (Ellipsis)))) ; (Ellipsis) ; (ExprStmt Value:(Call Callee:(Member . Object:(Metavar $X) Field:(Name g))))",
		`"...\($X)..."`:                                                           `(Template (String "...") (Metavar $X) (String "..."))`,
		"($X: WKWebView).load($R)":                                                "(Call Callee:(Member . Object:(Typed Value:(Metavar $X) Type:(Name WKWebView)) Field:(Name load)) (Metavar $R))",
		"f($L: $V, ...)":                                                          "(Call Callee:(Name f) (Keyword $L Value:(Metavar $V)) (Ellipsis))",
		"if let $X = $Y { ... }":                                                  "(If Test:(Assign! = Modifier:(Modifier let) Left:(Metavar $X) Right:(Metavar $Y)) Then:(Block (Ellipsis)))",
		"guard let $X = $Y else { ... }":                                          "(If Test:(Unary ! Value:(Assign! = Modifier:(Modifier let) Left:(Metavar $X) Right:(Metavar $Y))) Then:(Block (Ellipsis)))",
		"$X?.a($...ARGS)":                                                         "(Call Callee:(Member . Object:(Metavar $X) Field:(Name a)) (Ellipsis $...ARGS))",
		"@A(...)":                                                                 "(Decorator Value:(Call Callee:(Name A) (Ellipsis)))",
		"case .$X(let $Y, ...): ...":                                              "(Case (Call Callee:(Member . Object:(Empty) Field:(Metavar $X)) (Param Name:(Metavar $Y)) (Ellipsis)) Body:(Block (Ellipsis)))",
		"catch let $E as $T { ... }":                                              "(Catch Name:(Metavar $E) Type:(Metavar $T) Body:(Block (Ellipsis)))",
		"$X { $Y in ... }":                                                        "(Call Callee:(Metavar $X) (Func Params:(Params (Param Name:(Metavar $Y))) Body:(Block (Ellipsis))))",
		`[..., "a": $V, ...]`:                                                     `(Dict (Ellipsis) (Pair Key:(String "a") Value:(Metavar $V)) (Ellipsis))`,
		"$S.$P = .a":                                                              "(Assign = Left:(Member . Object:(Metavar $S) Field:(Metavar $P)) Right:(Member . Object:(Empty) Field:(Name a)))",
		"\\$X.a":                                                                  "(Member . Object:(Unary \\ Value:(Metavar $X)) Field:(Name a))",
		"return $X":                                                               "(Return Value:(Metavar $X))",
		"throw $E":                                                                "(Throw Value:(Metavar $E))",
		"try! $X":                                                                 "(Unary try! Value:(Metavar $X))",
		"<... $X ...>":                                                            "(Deep Value:(Metavar $X))",
		"switch $X {\n case $A: ...\n default: ...\n}": "(Switch Value:(Metavar $X) (Case (Metavar $A) Body:(Block (Ellipsis))) (Case Body:(Block (Ellipsis))))",
		"enum $E { ... }":                       "(Class enum Name:(Metavar $E) Body:(Block (Ellipsis)))",
		"protocol $P { ... }":                   "(Class interface Name:(Metavar $P) Body:(Block (Ellipsis)))",
		"public init(..., $X: $T, ...) { ... }": "(Func Modifier:(Modifier public) Name:(Name init) Params:(Params (Ellipsis) (Param Name:(Metavar $X) Type:(Metavar $T)) (Ellipsis)) Body:(Block (Ellipsis)))",
		"import $M":                             "(Import Module:(Metavar $M))",
		"func $F(...) { ... }":                  "(Func Name:(Metavar $F) Params:(Params (Ellipsis)) Body:(Block (Ellipsis)))",
		"$F(...) { $X in ... }":                 "(Call Callee:(Metavar $F) (Ellipsis) (Func Params:(Params (Param Name:(Metavar $X))) Body:(Block (Ellipsis))))",
		"defer { ... }":                         "(Block Modifier:(Modifier defer) (Ellipsis))",
		"do { ... } catch { ... }":              "(Try Body:(Block (Ellipsis)) (Catch Body:(Block (Ellipsis))))",
		"for $X in $Y { ... }":                  "(ForEach! Left:(Metavar $X) Right:(Metavar $Y) Body:(Block (Ellipsis)))",
		"{ (..., $C, ...) in ... }":             "(Func Params:(Params (Ellipsis) (Param Name:(Metavar $C)) (Ellipsis)) Body:(Block (Ellipsis)))",
		"$A ?? $B":                              "(Binary ?? Left:(Metavar $A) Right:(Metavar $B))",
		"$X as! $T":                             "(Cast Value:(Metavar $X) Type:(Metavar $T))",
		"var $V: $T { ... }":                    "(ExprStmt Value:(Assign! = Modifier:(Modifier var) Left:(Metavar $V) Type:(Metavar $T))) ; (Func Modifier:(Modifier get) Name:(Metavar $V) Params:(Params) Body:(Block (Ellipsis)))",
	} {
		if got := patterned(t, Swift, text); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", text, got, want)
		}
	}
}

// What lies too deep is left out; nothing of it takes more of the stack than there is.
func TestSwift_deep(t *testing.T) {
	needSwift(t)
	for _, part := range []string{"(", "[", "{", "a(", "a.", "!", "-", "a+", "a??", "a?b:", "a ? b : ", "a[", "{a in ", "if a {", "if a {} else ", "switch a { case .b(", "case let (", "a as ", "try ", "await ", "@A(", "class A{", "func f(){", "A<", "do{", "\"\\(", "\\.a[", "#a(", "()->", "#if a\n"} {
		checkDepth(t, Swift, "let x = "+strings.Repeat(part, 2000))
		checkDepth(t, Swift, "func f() {"+strings.Repeat(part, 2000))
	}
}

// FuzzSwift parses anything as Swift.
func FuzzSwift(f *testing.F) {
	needSwift(f)
	for _, seed := range []string{
		"@A(b: 1, *) import struct C.D", "class A<each T>: B where T == C { static func +(l: A, r: A) -> A {} }", "enum E { case a(b: C = 1, D), e = 2 }", "var x: A { get async throws { } nonmutating set(v) { } _modify { } willSet { } }",
		"if case .a(let b, let c)?, let d: E = f, #unavailable(g 1), h {} else if i {}", "guard let self else { return nil }", "for await case let (a, b)? in c where d {}", "switch (a, b) { case (.c, is D), (let e as F, _) where g: h\n @unknown default: i }",
		"\"a\\(b, c: d)\\(e: \"f\")\\u{1F600}\"", "\"\"\"\n  a\\(b)\n  \"\"\"", "##\"a\\##(b)c\"##", "#\"\"\"\na\\#(b)\n\"\"\"#", "a?.b![c]?.d { $0 } e: { f in }", "{ [weak self, a = b] (c: inout D!) async throws -> E in }",
		"a < b, c > (d); A<B>.c.d(e); -a.b + !c(d) ?? e ? f : g", "\\.a.b[0]?.c; \\A<B>.c; #selector(a(_:b:)); #keyPath(c); #d { e }", "do throws(A) { try? await b() } catch let c as D where e, .f {} ; throw g", "let a: (B, c: D) throws -> E.F<G>.Type? = (), (h, i) = j",
		"#if A\n.b()\n#elseif C\n#endif\nunsafe d; consume e", "actor A { subscript<T>(_ b: C...) -> D { e } ; init?() { } ; deinit { } }", "macro a() = #externalMacro(module: \"b\", type: \"c\")", "precedencegroup A { higherThan: B } infix operator <=>: A", "a ... ; ...b ; [...] ; sorted(by: <)",
		"({{})", "@A(", "class {", "func (", "case .", "\"\\(", "#\"",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) { checkSound(t, Swift, text) })
}
