package match

import (
	"testing"

	"github.com/reevehq/reeve/internal/syntax"
)

// What fields of classes hold that nobody else can change, and what functions change around them.
func TestFind_fields(t *testing.T) {
	for _, c := range []struct {
		name, code, want string
		language         *syntax.Language
	}{
		{"private", "class A { private int x = 5; int y = 5;\nvoid g() { f(x);\nf(this.x);\nf(y); } }", "2; 3", syntax.Java},
		{"assigned-in-a-method", "class A { private int x = 5;\nvoid g() { f(x); }\nvoid h() { x = 6; } }", "", syntax.Java},
		{"the-constructor", "class A { private int x; private int y; A() { this.x = 5; }\nvoid g() { f(x);\nf(y); } }", "2", syntax.Java},
		{"two-constructors", "class A { private int x; A() { this.x = 5; } A(int y) { }\nvoid g() { f(x); } }", "", syntax.Java},
		{"hash", "class A { #x = 5; y = 5;\ng() { f(this.#x);\nf(this.y) } }", "2", syntax.JavaScript},
		{"changed-by-a-function", "let x = 5, y = 5;\nfunction g() { x = 6; }\nfunction h() { f(x);\nf(y); }", "4", syntax.JavaScript},
		{"php", "<?php class A { private $x = 5;\nfunction g() { f($this->x); } }", "2", syntax.PHP},
	} {
		t.Run(c.name, func(t *testing.T) {
			pattern := "f(5)"
			if got := found(t, c.language, pattern, c.code); got != c.want {
				t.Errorf("%s in\n%s\ngot  %s\nwant %s", pattern, c.code, got, c.want)
			}
		})
	}
	for _, c := range []struct{ name, pattern, code, want string }{
		{"local", `a = "x"`, "locals {\n  b = \"x\"\n}\nc {\n  a = local.b\n}\nc {\n  a = local.d\n}", "5"},
		{"variable", `a = 5`, "variable \"b\" {\n  default = 5\n}\nc {\n  a = \"${var.b}\"\n}", "5"},
		{"number-in-quotes", `a = 5`, "c {\n  a = \"5\"\n  b = \"5\"\n}", "2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := found(t, syntax.HCL, c.pattern, c.code); got != c.want {
				t.Errorf("%s in\n%s\ngot  %s\nwant %s", c.pattern, c.code, got, c.want)
			}
		})
	}
}
