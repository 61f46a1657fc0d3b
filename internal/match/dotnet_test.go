package match

import (
	"testing"

	"github.com/reevehq/reeve/internal/syntax"
)

// What C#, Kotlin and Scala let people write in several ways, and what their patterns ask for.
func TestFind_dotnetAndJVM(t *testing.T) {
	for _, c := range []struct {
		name, pattern, code, want string
		language                  *syntax.Language
	}{
		{"cs-type-is-metavariable", `($T $X).F()`, "A a = b;\na.F();\nc.F();", "2 $T=A $X=a", syntax.CSharp},
		{"cs-type-made", `(A $X).F()`, "var a = new A();\na.F();", "2 $X=a", syntax.CSharp},
		{"cs-typed-is-a-declaration-with-a-value", `(string $X)`, "string a = b;\nf(a);", "1 $X=a; 2 $X=a", syntax.CSharp},
		{"cs-initializer", "new A {...}", "x = new A { B = 1 };\ny = new C();", "1", syntax.CSharp},
		{"cs-within-initializer", "B = $V;\n...\nf();", "x = new A { B = c };\nf();", "1 $V=c", syntax.CSharp},
		{"cs-made-by-type", "new A(...)", "A a = new(1);", "1", syntax.CSharp},
		{"cs-using-statement", "$X = open();\n...\n$X.F();", "using (var a = open()) { a.F(); }", "1 $X=a", syntax.CSharp},
		{"cs-using", "using A.B;\n...\nf();", "using A.B.C;\nf();", "1", syntax.CSharp},
		{"cs-template-only", `f($"...")`, "f(\"a\");\nf($\"a{b}\");", "2", syntax.CSharp},
		{"cs-deep-is-an-expression", "<... a == $X ...>", "if (a == b) { c(); }\nd();", "1 $X=b", syntax.CSharp},
		{"kt-declaration", `$X = read()`, "val a = read()\nvar b = 1", "1 $X=a", syntax.Kotlin},
		{"kt-lambda-is-an-argument", `f(..., { ... })`, "f(1) { g() }\n", "", syntax.Kotlin},
		{"kt-named", `f(b = $X)`, "f(b = 1)\nf(2)", "1 $X=1", syntax.Kotlin},
		{"kt-infix", `a.to($X)`, "val p = a to b", "1 $X=b", syntax.Kotlin},
		{"scala-import", "import a.$X\n...\nf()", "import a.b.C\nf()", "1 $X=a.b.C", syntax.Scala},
		{"scala-other-variable", "$X = read()\n...\n$X.close()", "def f() = {\n val a = read()\n a.close()\n}", "2 $X=a", syntax.Scala},
		{"scala-interpolator", `sql"..."`, "val a = sql\"b $c\"\nval d = s\"b $c\"", "1", syntax.Scala},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := found(t, c.language, c.pattern, c.code); got != c.want {
				t.Errorf("%s in\n%s\ngot  %s\nwant %s", c.pattern, c.code, got, c.want)
			}
		})
	}
}

// Variables of one name in two functions are two: what holds for one says nothing about the other.
func TestFind_otherVariable(t *testing.T) {
	tree, err := syntax.Python.Parse([]byte("def f():\n  a = 1\n  g(a)\ndef h():\n  a = 2\n  g(a)\n"))
	if err != nil {
		t.Fatal(err)
	}
	f := NewFile(tree)
	var uses []Binding
	p, err := syntax.Python.ParsePattern("g($X)")
	if err != nil {
		t.Fatal(err)
	}
	f.Find(p, Names{}, Options{}, func(m Match) {
		b, _ := m.Env.Get("$X")
		uses = append(uses, b)
	})
	if len(uses) != 2 || f.Same(uses[0], uses[1]) || !f.Same(uses[0], uses[0]) {
		t.Errorf("%d uses, the same: %v", len(uses), len(uses) == 2 && f.Same(uses[0], uses[1]))
	}
}
