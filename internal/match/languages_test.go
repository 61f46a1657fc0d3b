package match

import (
	"testing"

	"github.com/reevehq/reeve/internal/syntax"
)

// What each language lets people write in several ways.
func TestFind_languages(t *testing.T) {
	for _, c := range []struct {
		name, pattern, code, want string
		language                  *syntax.Language
	}{
		{"js-declaration", `$X = read()`, "const a = read();\nlet b = 1;\nc = read();", "1 $X=a; 3 $X=c", syntax.JavaScript},
		{"js-var-is-any", "var $X = read();", "const a = read();\nc = read();", "1 $X=a", syntax.JavaScript},
		{"js-object-may-have-more", `f({a: $V})`, "f({b: 1, a: 2});\nf({b: 1});", "1 $V=2", syntax.JavaScript},
		{"js-require", `child_process.exec(...)`, "const cp = require('child_process');\ncp.exec(a);\nexec(a);", "2", syntax.JavaScript},
		{"js-required-parts", `child_process.exec(...)`, "const {exec} = require('child_process');\nexec(a);", "2", syntax.JavaScript},
		{"js-arrow", "function (...) { ... return $X; }", "const f = (a) => a + 1;", "1 $X=a + 1", syntax.JavaScript},
		{"js-template", "`...${$X}...`", "a = `x ${b} y`;", "1 $X=b", syntax.JavaScript},
		{"js-folded", `eval("...")`, "const a = 'x';\nconst b = `${a}y`;\neval(b + a);\neval(c);", "3", syntax.JavaScript},
		{"jsx", "<a href={$X} />", "b = <a id=\"x\" href={c}>text</a>;", "1 $X=c", syntax.JavaScript},
		{"ts-typed", "function $F(..., $X: string, ...) { ... }", "function f(a: number, b: string) { g(); }", "1 $F=f $X=b", syntax.TypeScript},
		{"java-typed", `(Runtime $R).exec(...)`, "class A { void f(Runtime r, B b) {\n r.exec(a);\n b.exec(a); } }", "2 $R=r", syntax.Java},
		{"java-method", "$M(..., @RequestParam $T $P, ...) { ... }", "class A {\n void f(int a, @RequestParam String b) { g(); }\n void h(String b) { g(); } }", "2 $M=f $P=b $T=String", syntax.Java},
		{"java-import", `new java.util.Random()`, "import java.util.Random;\nclass A { Random r = new Random();\n B b = new B(); }", "2", syntax.Java},
		{"java-class-members", "class $C implements Remote { void run() { ... } }", "class A implements Remote, B {\n int x; void run() { a(); } void stop() {} }", "1 $C=A", syntax.Java},
		{"go-assignment", "$X, err := open(...)", "package p\nfunc f() {\n\ta, err := open(b)\n\tc, err := read(b)\n}", "3 $X=a", syntax.Go},
		{"go-method", `func $F(..., $W io.Writer, ...) { ... }`, "package p\nfunc (r T) m(w io.Writer) error { return nil }\nfunc f(w io.Writer) {}", "2 $F=m $W=w; 3 $F=f $W=w", syntax.Go},
		{"go-import", `import "$P"`, "package p\nimport (\n\t\"fmt\"\n\tx \"math/rand\"\n)", "2 $P=\"fmt\"; 2 $P=\"math/rand\"", syntax.Go},
		{"go-import-regexp", `import "=~/^math/"`, "package p\nimport (\n\t\"fmt\"\n\tx \"math/rand\"\n)", "2", syntax.Go},
		{"java-import-part", "import a.b.$X;", "import a.b.C;\nimport a.c.D;", "1 $X=a.b.C", syntax.Java},
		{"java-import-wild", "new a.b.C()", "import a.b.*;\nclass D { void f() {\n new C();\n new E(); } }", "3", syntax.Java},
		{"go-literal", `tls.Config{..., InsecureSkipVerify: true, ...}`, "package p\nvar a = &tls.Config{MinVersion: 1, InsecureSkipVerify: true}\nvar b = tls.Config{}", "2", syntax.Go},
		{"go-raw-string", "f(\"a\")", "package p\nvar x = f(`a`)", "2", syntax.Go},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := found(t, c.language, c.pattern, c.code); got != c.want {
				t.Errorf("%s in\n%s\ngot  %s\nwant %s", c.pattern, c.code, got, c.want)
			}
		})
	}
}
