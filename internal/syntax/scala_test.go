package syntax

import (
	"strings"
	"testing"
)

func TestScala(t *testing.T) {
	check(t, Scala,
		"package a.b\nimport c.{D, E => F, _}\nimport g.H", "(Package Name:(Name a.b))\n(Import Module:(Name c.D))\n(Import Module:(Name c.E) Name:(Name F))\n(Import Module:(Name c) Field:(Name *))\n(Import Module:(Name g.H))",
		"@A(1) case class P[T](a: Int, b: T = c) extends Q(a) with R", "(Class class Decorator:(Decorator Value:(Call Callee:(Name A) (Number 1))) Modifier:(Modifier case) Name:(Name P) TypeParams:(Params (Param Name:(Name T))) Params:(Params (Param Name:(Name a) Type:(Name Int)) (Param Name:(Name b) Type:(Name T) Value:(Name c))) Bases:(Bases (Name Q) (Name R)))",
		"object O { implicit val x: Int = 1 }", "(Class object Name:(Name O) Body:(Block (ExprStmt Value:(Assign! = Modifier:(Modifier implicit) Modifier:(Modifier val) Type:(Name Int) Left:(Name x) Right:(Number 1)))))",
		"def f(a: A)(implicit b: B*): C[D] = a.b(c)", "(Func Name:(Name f) Params:(Params (Param Name:(Name a) Type:(Name A)) (Param ... Modifier:(Modifier implicit) Name:(Name b) Type:(Name B))) Result:(Name C TypeArgs:(Name D)) Body:(Block (Return Value:(Call Callee:(Member . Object:(Name a) Field:(Name b)) (Name c)))))",
		"def f = A { implicit r: R[B] =>\n  g()\n  h(r)\n}", "(Func Name:(Name f) Body:(Block (Return Value:(Call Callee:(Name A) (Func Params:(Params (Param Name:(Name r) Type:(Name R))) Body:(Block (ExprStmt Value:(Call Callee:(Name g))) (ExprStmt Value:(Call Callee:(Name h) (Name r)))))))))",
		"val s = s\"a$x ${y.z}\\n\"", `(ExprStmt Value:(Assign! = Modifier:(Modifier val) Left:(Name s) Right:(Template (String "a") (Name x) (String " ") (Member . Object:(Name y) Field:(Name z)) (String "\n"))))`,
		"val q = sql\"a $b\"", `(ExprStmt Value:(Assign! = Modifier:(Modifier val) Left:(Name q) Right:(Call Callee:(Name sql) (Template (String "a ") (Name b)))))`,
		"val c = for { a <- as; b = a.c if b } yield b", "(ExprStmt Value:(Assign! = Modifier:(Modifier val) Left:(Name c) Right:(Comprehension list (ForEach! Left:(Name a) Right:(Name as)) (ForEach! Left:(Name b) Right:(List (Member . Object:(Name a) Field:(Name c)))) (If Test:(Name b)) Value:(Name b))))",
		"for (a <- as if b; c <- d) e()", "(ForEach! Left:(Name a) Right:(Name as) Body:(Block (If Test:(Name b) Then:(Block (ForEach! Left:(Name c) Right:(Name d) Body:(Block (ExprStmt Value:(Call Callee:(Name e)))))))))",
		"x match { case F(a, _) if a => b(); c()\ncase e: T => d\ncase _ => f }", "(Switch Value:(Name x) (Case (Call Callee:(Name F) (Name a) (Name _)) Test:(Name a) Body:(Block (ExprStmt Value:(Call Callee:(Name b))) (ExprStmt Value:(Call Callee:(Name c))))) (Case (Param Name:(Name e) Type:(Name T)) Body:(Block (ExprStmt Value:(Name d)))) (Case Body:(Block (ExprStmt Value:(Name f)))))",
		"try { a } catch { case e: E => b } finally c", "(Try Body:(Block (ExprStmt Value:(Name a))) (Catch Name:(Name e) Type:(Name E) Body:(Block (ExprStmt Value:(Name b)))) Finally:(Block (ExprStmt Value:(Name c))))",
		"x += 1; a foo b; c :: d; e.!!", "(ExprStmt Value:(Assign += Left:(Name x) Right:(Number 1)))\n(ExprStmt Value:(Call Callee:(Member . Object:(Name a) Field:(Name foo)) (Name b)))\n(ExprStmt Value:(Binary :: Left:(Name c) Right:(Name d)))\n(ExprStmt Value:(Member . Object:(Name e) Field:(Name !!)))",
		"f(a = 1, b: _*)", "(ExprStmt Value:(Call Callee:(Name f) (Keyword a Value:(Number 1)) (Spread * Value:(Name b))))",
		"val y = if (a) b else { c }", "(ExprStmt Value:(Assign! = Modifier:(Modifier val) Left:(Name y) Right:(Cond Test:(Name a) Then:(Name b) Else:(Name c))))",
		"val n = new F(1) { def x = 1 }", "(ExprStmt Value:(Assign! = Modifier:(Modifier val) Left:(Name n) Right:(New Callee:(Name F) (Number 1) Body:(Block (Func Name:(Name x) Body:(Block (Return Value:(Number 1))))))))",
	)
}

func TestParsePattern_scala(t *testing.T) {
	for text, want := range map[string]string{
		"def $F(..., $X: $T, ...) = A.b(...) {\n  ...\n}": "(Func Name:(Metavar $F) Params:(Params (Ellipsis) (Param Name:(Metavar $X) Type:(Metavar $T)) (Ellipsis)) Body:(Block (Return Value:(Call Callee:(Call Callee:(Member . Object:(Name A) Field:(Name b)) (Ellipsis)) (Ellipsis)))))",
		"A {\n  $R: B[$T] =>\n    ...\n}":                 "(Call Callee:(Name A) (Func Params:(Params (Param Name:(Metavar $R) Type:(Name B))) Body:(Block (Ellipsis))))",
		`s"..."`:                                          `(Template (String "..."))`,
		"$DECL $X = \"...\"":                              `(Assign = Left:(Metavar $X) Right:(String "..."))`,
		"import a.$B\n...":                                "(Import Module:(Name a) Field:(Metavar $B)) ; (Ellipsis)",
		`$X.!`:                                            "(Member . Object:(Metavar $X) Field:(Name !))",
		"class $C(..., $X: T, ...) {\n  ...\n}":           "(Class class Name:(Metavar $C) Params:(Params (Ellipsis) (Param Name:(Metavar $X) Type:(Name T)) (Ellipsis)) Body:(Block (Ellipsis)))",
		`"$X".format(...)`:                                `(Call Callee:(Member . Object:(String "$X") Field:(Name format)) (Ellipsis))`,
	} {
		if got := patterned(t, Scala, text); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", text, got, want)
		}
	}
}

// What lies too deep is left out; nothing of it takes more of the stack than there is.
func TestScala_deep(t *testing.T) {
	for _, part := range []string{"(", "{", "a(", "a.", "!", "a+", "a=>", "new A{", "if(a)", "if(a) b else ", "a match{case b=>", "class A{", "A[", "try{", "s\"${", "for(a<-b)"} {
		checkDepth(t, Scala, "val x = "+strings.Repeat(part, 1000))
		checkDepth(t, Scala, "def f = {"+strings.Repeat(part, 1000))
	}
}

// What is written once for many names is not lowered for each of them.
func TestScala_repeated(t *testing.T) {
	checkSize(t, Scala, "val a"+strings.Repeat(", a", 2_000)+" = List("+strings.Repeat("1, ", 2_000)+"1)")
}

// FuzzScala parses anything as Scala.
func FuzzScala(f *testing.F) {
	for _, seed := range []string{
		"package a { import b._, c.{d => e} ; import f.* }", "@A sealed abstract class B[+C <: D](val e: F)(implicit g: H) extends I(1)(2) with J { self: K => }", "enum E[T] { case A, B; case C(d: Int) }", "given x: Ord[Int] = y; extension (a: A) def b = c",
		"val (a, B(c, _*), d @ E()) = f; var g, h: I; type J[K] = L with M { def n: O }", "a { implicit b: C[D] => e; f }; g { case h: I => j }; k { l => m }", "for { (a, b) <- c; if d; e = f } { g }; for a <- b yield c",
		"x match { case 1 | 2 => case a :: b if c => d case s\"e$f\" => }", "try a catch { case _: B => } finally c; throw new D(e) with F", "s\"a$b ${c} $$\" + raw\"\\n\" + \"\"\"d\"\"\" + 'e' + f\"${g}%d\"", "a.b[C](d: _*)(e = f) op g h; -i; j toList", "def f[A: B](a: => A, b: C*)(using d: D): (A, B) => C = ???",
		"import", "class {", "{ a: B[ =>", "${", "'{ a } ; ${ b }",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) { checkSound(t, Scala, text) })
}
