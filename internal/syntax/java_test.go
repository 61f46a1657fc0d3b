package syntax

import "testing"

func TestJava_files(t *testing.T) {
	check(t, Java,
		`package a.b.c;`,
		`(Package Name:(Name a.b.c))`,
		`@A package x.y;`,
		`(Package Decorator:(Decorator Value:(Name A)) Name:(Name x.y))`,
		`import java.util.List; import static a.B.c; import a.b.*; import static a.B.*; import x;`,
		`(Import Module:(Name java.util.List))
		(Import Modifier:(Modifier static) Module:(Name a.B.c))
		(Import Module:(Name a.b) Field:(Name *))
		(Import Modifier:(Modifier static) Module:(Name a.B) Field:(Name *))
		(Import Module:(Name x))`,
		`open module a.b { requires transitive c; exports d to e; }`,
		`(Other module_declaration (Member . Object:(Name a) Field:(Name b)) (Other module_body (Other requires_module_directive (Other requires_modifier (Name transitive)) (Name c)) (Other exports_module_directive (Name d) (Name e))))`,
	)
}

func TestJava_classes(t *testing.T) {
	check(t, Java,
		`@Ann(value = "x", n = {1, 2}) @a.B @C("y") public final class A<T extends X & Y, U> extends B<T> implements C, d.E permits F { }`,
		`(Class class Decorator:(Decorator Value:(Call Callee:(Name Ann) (Keyword value Value:(String "x")) (Keyword n Value:(List (Number 1) (Number 2))))) Decorator:(Decorator Value:(Member . Object:(Name a) Field:(Name B))) Decorator:(Decorator Value:(Call Callee:(Name C) (String "y"))) Modifier:(Modifier public) Modifier:(Modifier final) Name:(Name A) TypeParams:(Params (Param Name:(Name T) Type:(Tuple & (Name X) (Name Y))) (Param Name:(Name U))) Bases:(Bases (Name B TypeArgs:(Name T)) (Name C) (Member . Object:(Name d) Field:(Name E))) Modifier:(Modifier permits (Name F)) Body:(Block))`,
		`interface I extends J, K { int X = 1; void f(); default int g() { return 1; } }`,
		`(Class interface Name:(Name I) Bases:(Bases (Name J) (Name K)) Body:(Block (ExprStmt Value:(Assign! = Type:(Name int) Left:(Name X) Right:(Number 1))) (Func Result:(Name void) Name:(Name f) Params:(Params)) (Func Modifier:(Modifier default) Result:(Name int) Name:(Name g) Params:(Params) Body:(Block (Return Value:(Number 1))))))`,
		`enum E implements I { A, @X B(1), C { void f() {} }; private int x; E() {} }`,
		`(Class enum Name:(Name E) Bases:(Bases (Name I)) Body:(Block (ExprStmt Value:(Assign! = Left:(Name A))) (ExprStmt Value:(Assign! = Decorator:(Decorator Value:(Name X)) Left:(Name B) Right:(New (Number 1)))) (ExprStmt Value:(Assign! = Left:(Name C) Right:(New Body:(Block (Func Result:(Name void) Name:(Name f) Params:(Params) Body:(Block)))))) (ExprStmt Value:(Assign! = Modifier:(Modifier private) Type:(Name int) Left:(Name x))) (Func constructor Name:(Name E) Params:(Params) Body:(Block))))`,
		`record R<T>(int a, String... b) implements I { R { check(); } static int z; }`,
		`(Class record Name:(Name R) TypeParams:(Params (Param Name:(Name T))) Params:(Params (Param Type:(Name int) Name:(Name a)) (Param ... Type:(Name String) Name:(Name b))) Bases:(Bases (Name I)) Body:(Block (Func constructor Name:(Name R) Body:(Block (ExprStmt Value:(Call Callee:(Name check))))) (ExprStmt Value:(Assign! = Modifier:(Modifier static) Type:(Name int) Left:(Name z)))))`,
		`@interface X { String value() default "a"; int[] n() default {}; }`,
		`(Class @interface Name:(Name X) Body:(Block (Func Result:(Name String) Name:(Name value) Params:(Params) Value:(String "a")) (Func Result:(Index [] Object:(Name int) (Empty)) Name:(Name n) Params:(Params) Value:(List))))`,
		`class A { static { x(); } { y(); } ; class B {} }`,
		`(Class class Name:(Name A) Body:(Block (Block Modifier:(Modifier static) (ExprStmt Value:(Call Callee:(Name x)))) (Block (ExprStmt Value:(Call Callee:(Name y)))) (Class class Name:(Name B) Body:(Block))))`,
	)
}

func TestJava_fields(t *testing.T) {
	check(t, Java,
		`class A { @Autowired private static final int a = 1, b[]; }`,
		`(Class class Name:(Name A) Body:(Block (ExprStmt Value:(Assign! = Decorator:(Decorator Value:(Name Autowired)) Modifier:(Modifier private) Modifier:(Modifier static) Modifier:(Modifier final) Type:(Name int) Left:(Name a) Right:(Number 1))) (ExprStmt Value:(Assign! = Decorator:(Decorator Value:(Name Autowired)) Modifier:(Modifier private) Modifier:(Modifier static) Modifier:(Modifier final) Type:(Index [] Object:(Name int) (Empty)) Left:(Name b)))))`,
		`int x = 1, y;`,
		`(ExprStmt Value:(Assign! = Type:(Name int) Left:(Name x) Right:(Number 1)))
		(ExprStmt Value:(Assign! = Type:(Name int) Left:(Name y)))`,
		`final var z = new ArrayList<>();`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier final) Type:(Name var) Left:(Name z) Right:(New Callee:(Name ArrayList))))`,
		`int[] a = {1, 2}, b[];`,
		`(ExprStmt Value:(Assign! = Type:(Index [] Object:(Name int) (Empty)) Left:(Name a) Right:(List (Number 1) (Number 2))))
		(ExprStmt Value:(Assign! = Type:(Index [] Object:(Name int) (Empty) (Empty)) Left:(Name b)))`,
	)
}

func TestJava_methods(t *testing.T) {
	check(t, Java,
		`public <T> List<T> f(final @NotNull Map<String, ? extends T> m, int[] a, int b[], String... rest) throws IOException { return null; }`,
		`(Func Modifier:(Modifier public) TypeParams:(Params (Param Name:(Name T))) Result:(Name List TypeArgs:(Name T)) Name:(Name f) Params:(Params (Param Modifier:(Modifier final) Decorator:(Decorator Value:(Name NotNull)) Type:(Name Map TypeArgs:(Name String) TypeArgs:(Name "? extends" Type:(Name T))) Name:(Name m)) (Param Type:(Index [] Object:(Name int) (Empty)) Name:(Name a)) (Param Type:(Index [] Object:(Name int) (Empty)) Name:(Name b)) (Param ... Type:(Name String) Name:(Name rest))) Modifier:(Modifier throws (Name IOException)) Body:(Block (Return Value:(Null null))))`,
		`class A { A(int x) throws E, F { super(x); this.a = x; } <T> A() { this(1); } A(B o) { o.super(2); } }`,
		`(Class class Name:(Name A) Body:(Block (Func constructor Name:(Name A) Params:(Params (Param Type:(Name int) Name:(Name x))) Modifier:(Modifier throws (Name E) (Name F)) Body:(Block (ExprStmt Value:(Call Callee:(Name super) (Name x))) (ExprStmt Value:(Assign = Left:(Member . Object:(Name this) Field:(Name a)) Right:(Name x))))) (Func constructor TypeParams:(Params (Param Name:(Name T))) Name:(Name A) Params:(Params) Body:(Block (ExprStmt Value:(Call Callee:(Name this) (Number 1))))) (Func constructor Name:(Name A) Params:(Params (Param Type:(Name B) Name:(Name o))) Body:(Block (ExprStmt Value:(Call Callee:(Member . Object:(Name o) Field:(Name super)) (Number 2)))))))`,
		`abstract class A { abstract void f(A this, int x); int g()[] { } }`,
		`(Class class Modifier:(Modifier abstract) Name:(Name A) Body:(Block (Func Modifier:(Modifier abstract) Result:(Name void) Name:(Name f) Params:(Params (Param Type:(Name int) Name:(Name x)))) (Func Result:(Index [] Object:(Name int) (Empty)) Name:(Name g) Params:(Params) Body:(Block))))`,
		`@RequestMapping({"/a", "/b"}) @X(@Y(1)) void f() {}`,
		`(Func Decorator:(Decorator Value:(Call Callee:(Name RequestMapping) (List (String "/a") (String "/b")))) Decorator:(Decorator Value:(Call Callee:(Name X) (Decorator Value:(Call Callee:(Name Y) (Number 1))))) Result:(Name void) Name:(Name f) Params:(Params) Body:(Block))`,
	)
}

func TestJava_types(t *testing.T) {
	check(t, Java,
		`List<@NonNull String> x;`,
		`(ExprStmt Value:(Assign! = Type:(Name List TypeArgs:(Name String Decorator:(Decorator Value:(Name NonNull)))) Left:(Name x)))`,
		`java.util.List<String>[][] x;`,
		`(ExprStmt Value:(Assign! = Type:(Index [] Object:(Member . Object:(Member . Object:(Name java) Field:(Name util)) Field:(Name List) TypeArgs:(Name String)) (Empty) (Empty)) Left:(Name x)))`,
		`Outer<A>.Inner<? super B> x;`,
		`(ExprStmt Value:(Assign! = Type:(Member . Object:(Name Outer TypeArgs:(Name A)) Field:(Name Inner) TypeArgs:(Name "? super" Type:(Name B))) Left:(Name x)))`,
		`Class<?> c = Foo.class; Object d = int[].class;`,
		`(ExprStmt Value:(Assign! = Type:(Name Class TypeArgs:(Name ?)) Left:(Name c) Right:(Member . Object:(Name Foo) Field:(Name class))))
		(ExprStmt Value:(Assign! = Type:(Name Object) Left:(Name d) Right:(Member . Object:(Index [] Object:(Name int) (Empty)) Field:(Name class))))`,
	)
}

func TestJava_calls(t *testing.T) {
	check(t, Java,
		`foo(a, b.c(d), this.e, super.f());`,
		`(ExprStmt Value:(Call Callee:(Name foo) (Name a) (Call Callee:(Member . Object:(Name b) Field:(Name c)) (Name d)) (Member . Object:(Name this) Field:(Name e)) (Call Callee:(Member . Object:(Name super) Field:(Name f)))))`,
		`A.super.f(); A.super.x = 1; A.this.y();`,
		`(ExprStmt Value:(Call Callee:(Member . Object:(Member . Object:(Name A) Field:(Name super)) Field:(Name f))))
		(ExprStmt Value:(Assign = Left:(Member . Object:(Member . Object:(Name A) Field:(Name super)) Field:(Name x)) Right:(Number 1)))
		(ExprStmt Value:(Call Callee:(Member . Object:(Member . Object:(Name A) Field:(Name this)) Field:(Name y))))`,
		`Foo.<String>bar(x).z();`,
		`(ExprStmt Value:(Call Callee:(Member . Object:(Call Callee:(Member . Object:(Name Foo) TypeArgs:(Name String) Field:(Name bar)) (Name x)) Field:(Name z))))`,
		`new Foo<A>(1) { int q; void r() {} }; o.new Inner();`,
		`(ExprStmt Value:(New Callee:(Name Foo TypeArgs:(Name A)) (Number 1) Body:(Block (ExprStmt Value:(Assign! = Type:(Name int) Left:(Name q))) (Func Result:(Name void) Name:(Name r) Params:(Params) Body:(Block)))))
		(ExprStmt Value:(New Object:(Name o) Callee:(Name Inner)))`,
		`x = new int[3][]; y = new int[][]{{1}, {2}};`,
		`(ExprStmt Value:(Assign = Left:(Name x) Right:(New [] Callee:(Name int) (Number 3) (Empty))))
		(ExprStmt Value:(Assign = Left:(Name y) Right:(New [] Callee:(Name int) (Empty) (Empty) Value:(List (List (Number 1)) (List (Number 2))))))`,
		`f(A::b, this::c, A::new, int[]::new, List<String>::<X>size, super::x);`,
		`(ExprStmt Value:(Call Callee:(Name f) (Member . Object:(Name A) Field:(Name b)) (Member . Object:(Name this) Field:(Name c)) (Member . Object:(Name A) Field:(Name new)) (Member . Object:(Index [] Object:(Name int) (Empty)) Field:(Name new)) (Member . Object:(Name List TypeArgs:(Name String)) TypeArgs:(Name X) Field:(Name size)) (Member . Object:(Name super) Field:(Name x))))`,
	)
}

func TestJava_expressions(t *testing.T) {
	check(t, Java,
		`x = a ? b : c; y >>>= 1; i++; --j; b = !c && ~d == -(e % 2);`,
		`(ExprStmt Value:(Assign = Left:(Name x) Right:(Cond Test:(Name a) Then:(Name b) Else:(Name c))))
		(ExprStmt Value:(Assign >>>= Left:(Name y) Right:(Number 1)))
		(ExprStmt Value:(Unary ++ Value:(Name i)))
		(ExprStmt Value:(Unary -- Value:(Name j)))
		(ExprStmt Value:(Assign = Left:(Name b) Right:(Binary && Left:(Unary ! Value:(Name c)) Right:(Binary == Left:(Unary ~ Value:(Name d)) Right:(Unary - Value:(Binary % Left:(Name e) Right:(Number 2)))))))`,
		`x = (String) y; z = (A & B) () -> 1;`,
		`(ExprStmt Value:(Assign = Left:(Name x) Right:(Cast Type:(Name String) Value:(Name y))))
		(ExprStmt Value:(Assign = Left:(Name z) Right:(Cast Type:(Tuple & (Name A) (Name B)) Value:(Func Params:(Params) Body:(Block (Return Value:(Number 1)))))))`,
		`x[1][i] = 0x1FL + 1.5f + 07 + 0b1 + 1_000;`,
		`(ExprStmt Value:(Assign = Left:(Index Object:(Index Object:(Name x) (Number 1)) (Name i)) Right:(Binary + Left:(Binary + Left:(Binary + Left:(Binary + Left:(Number 0x1FL) Right:(Number 1.5f)) Right:(Number 07)) Right:(Number 0b1)) Right:(Number 1_000))))`,
		`f(true, false, null);`,
		`(ExprStmt Value:(Call Callee:(Name f) (Bool true) (Bool false) (Null null)))`,
		`f(x -> x + 1, (a, b) -> { return a; }, (int c) -> c, () -> g());`,
		`(ExprStmt Value:(Call Callee:(Name f) (Func Params:(Params (Param Name:(Name x))) Body:(Block (Return Value:(Binary + Left:(Name x) Right:(Number 1))))) (Func Params:(Params (Param Name:(Name a)) (Param Name:(Name b))) Body:(Block (Return Value:(Name a)))) (Func Params:(Params (Param Type:(Name int) Name:(Name c))) Body:(Block (Return Value:(Name c)))) (Func Params:(Params) Body:(Block (Return Value:(Call Callee:(Name g)))))))`,
		`b = x instanceof String; c = x instanceof final String s; d = x instanceof P(int a, Q(var b));`,
		`(ExprStmt Value:(Assign = Left:(Name b) Right:(Binary instanceof Left:(Name x) Right:(Name String))))
		(ExprStmt Value:(Assign = Left:(Name c) Right:(Binary instanceof Left:(Name x) Right:(Param Type:(Name String) Name:(Name s)))))
		(ExprStmt Value:(Assign = Left:(Name d) Right:(Binary instanceof Left:(Name x) Right:(Other record_pattern Type:(Name P) (Param Type:(Name int) Name:(Name a)) (Other record_pattern Type:(Name Q) (Param Type:(Name var) Name:(Name b)))))))`,
	)
}

func TestJava_statements(t *testing.T) {
	check(t, Java,
		`if (a) b(); else if (c) { d(); } else ;`,
		`(If Test:(Name a) Then:(Block (ExprStmt Value:(Call Callee:(Name b)))) Else:(Block (If Test:(Name c) Then:(Block (ExprStmt Value:(Call Callee:(Name d)))) Else:(Block))))`,
		`while (x) { y(); } do z(); while (a);`,
		`(While Test:(Name x) Body:(Block (ExprStmt Value:(Call Callee:(Name y)))))
		(While do Body:(Block (ExprStmt Value:(Call Callee:(Name z)))) Test:(Name a))`,
		`throw new X("a");`,
		`(Throw Value:(New Callee:(Name X) (String "a")))`,
		`synchronized (lock) { a(); }`,
		`(With synchronized (Name lock) Body:(Block (ExprStmt Value:(Call Callee:(Name a)))))`,
		`assert a : "b"; assert c;`,
		`(Other assert (Name a) (String "b"))
		(Other assert (Name c))`,
		`L: for (;;) { break L; } continue; return; return x;`,
		`(For Modifier:(Modifier L:) Body:(Block (Break L)))
		(Continue)
		(Return)
		(Return Value:(Name x))`,
		`;`,
		``,
		`{ int x; }`,
		`(Block (ExprStmt Value:(Assign! = Type:(Name int) Left:(Name x))))`,
	)
}

func TestJava_loops(t *testing.T) {
	check(t, Java,
		`for (int i = 0, j = 1; i < 10; i++, --j) {}`,
		`(For Init:(Block (ExprStmt Value:(Assign! = Type:(Name int) Left:(Name i) Right:(Number 0))) (ExprStmt Value:(Assign! = Type:(Name int) Left:(Name j) Right:(Number 1)))) Test:(Binary < Left:(Name i) Right:(Number 10)) Update:(Block (ExprStmt Value:(Unary ++ Value:(Name i))) (ExprStmt Value:(Unary -- Value:(Name j)))) Body:(Block))`,
		`for (i = 0, j = 2;;) x();`,
		`(For Init:(Block (ExprStmt Value:(Assign = Left:(Name i) Right:(Number 0))) (ExprStmt Value:(Assign = Left:(Name j) Right:(Number 2)))) Body:(Block (ExprStmt Value:(Call Callee:(Name x)))))`,
		`for (int i = 0;;) ;`,
		`(For Init:(ExprStmt Value:(Assign! = Type:(Name int) Left:(Name i) Right:(Number 0))) Body:(Block))`,
		`for (final String s : list) { f(s); } for (var e[] : x) ;`,
		`(ForEach! Modifier:(Modifier final) Type:(Name String) Left:(Name s) Right:(Name list) Body:(Block (ExprStmt Value:(Call Callee:(Name f) (Name s)))))
		(ForEach! Type:(Index [] Object:(Name var) (Empty)) Left:(Name e) Right:(Name x) Body:(Block))`,
	)
}

func TestJava_switches(t *testing.T) {
	check(t, Java,
		`switch (x) { case 1: case 2: a(); break; case 3: default: b(); }`,
		`(Switch Value:(Name x) (Case (Number 1) Body:(Block)) (Case (Number 2) Body:(Block (ExprStmt Value:(Call Callee:(Name a))) (Break))) (Case (Number 3) Body:(Block)) (Case Body:(Block (ExprStmt Value:(Call Callee:(Name b))))))`,
		`switch (x) { case 1, 2 -> a(); case String s when s.isEmpty() -> { b(); } case Point(int p, Q(var q)) -> throw e; default -> c(); }`,
		`(Switch Value:(Name x) (Case (Number 1) (Number 2) Body:(Block (ExprStmt Value:(Call Callee:(Name a))))) (Case (Param Type:(Name String) Name:(Name s)) Test:(Call Callee:(Member . Object:(Name s) Field:(Name isEmpty))) Body:(Block (ExprStmt Value:(Call Callee:(Name b))))) (Case (Other record_pattern Type:(Name Point) (Param Type:(Name int) Name:(Name p)) (Other record_pattern Type:(Name Q) (Param Type:(Name var) Name:(Name q)))) Body:(Block (Throw Value:(Name e)))) (Case Body:(Block (ExprStmt Value:(Call Callee:(Name c))))))`,
		`int v = switch (x) { case A -> 1; default -> { yield 2; } };`,
		`(ExprStmt Value:(Assign! = Type:(Name int) Left:(Name v) Right:(Switch Value:(Name x) (Case (Name A) Body:(Block (ExprStmt Value:(Number 1)))) (Case Body:(Block (ExprStmt Value:(Yield Value:(Number 2))))))))`,
	)
}

func TestJava_tries(t *testing.T) {
	check(t, Java,
		`try (final var a = f(); b; this.c) { x(); } catch (final IOException | A.B e) { y(); } finally { z(); }`,
		`(Try Init:(Block (ExprStmt Value:(Assign! = Modifier:(Modifier final) Type:(Name var) Left:(Name a) Right:(Call Callee:(Name f)))) (ExprStmt Value:(Name b)) (ExprStmt Value:(Member . Object:(Name this) Field:(Name c)))) Body:(Block (ExprStmt Value:(Call Callee:(Name x)))) (Catch Modifier:(Modifier final) Type:(Tuple | (Name IOException) (Member . Object:(Name A) Field:(Name B))) Name:(Name e) Body:(Block (ExprStmt Value:(Call Callee:(Name y))))) Finally:(Block (ExprStmt Value:(Call Callee:(Name z)))))`,
		`try { a(); } catch (E e) {}`,
		`(Try Body:(Block (ExprStmt Value:(Call Callee:(Name a)))) (Catch Type:(Name E) Name:(Name e) Body:(Block)))`,
	)
}

func TestJava_strings(t *testing.T) {
	check(t, Java,
		`s = "a\tb\s\"\\\101\u00e9\uD83D\uDE00";`,
		`(ExprStmt Value:(Assign = Left:(Name s) Right:(String "a\tb \"\\Aé😀")))`,
		`s = 'c' + '\n' + '\'' + '\u0041';`,
		`(ExprStmt Value:(Assign = Left:(Name s) Right:(Binary + Left:(Binary + Left:(Binary + Left:(String "c") Right:(String "\n")) Right:(String "'")) Right:(String "A"))))`,
		`s = """
    a
      b \
    c\tq "x" \"""
    """;`,
		`(ExprStmt Value:(Assign = Left:(Name s) Right:(String "a\n  b c\tq \"x\" \"\"\"\n")))`,
		`s = """
    a

  b""";`,
		`(ExprStmt Value:(Assign = Left:(Name s) Right:(String "  a\n\nb")))`,
		`s = "" + """
  """;`,
		`(ExprStmt Value:(Assign = Left:(Name s) Right:(Binary + Left:(String) Right:(String))))`,
		`s = STR."a\{x}b";`,
		`(ExprStmt Value:(Assign = Left:(Name s) Right:(Call Callee:(Name STR) (Template (String "a") (Name x) (String "b")))))`,
	)
}
