package syntax

import (
	"errors"
	"strings"
	"testing"
)

func TestJavaScript_flags(t *testing.T) {
	for _, c := range []struct {
		text string
		kind Kind
		want Flags
	}{
		{"a?.b", Member, Optional},
		{"a.b", Member, 0},
		{"a?.[0]", Index, Optional},
		{"a[0]", Index, 0},
		{"a?.()", Call, Optional},
		{"a()", Call, 0},
		{"a++", Unary, Postfix},
		{"++a", Unary, 0},
		{"() => 1", Func, Arrow},
		{"(function () {})", Func, 0},
		{"let a", Assign, Declares},
		{"using a = b", Assign, Declares},
		{"a = 1", Assign, 0},
	} {
		for _, lang := range []*Language{JavaScript, TypeScript, TSX} {
			tree, err := lang.Parse([]byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			found := false
			tree.Root.Walk(func(n *Node) bool {
				if n.Kind == c.kind {
					found = true
					if n.Flags != c.want {
						t.Errorf("%s in %s: flags %b, want %b", c.text, lang.Title, n.Flags, c.want)
					}
				}
				return !found
			})
			if !found {
				t.Errorf("%s in %s: no %s", c.text, lang.Title, c.kind)
			}
		}
	}
}

// Each node says where it stands, so that a finding can be shown.
func TestJavaScript_places(t *testing.T) {
	const text = "@d export const a = 1, b = `x${c}`;\nl: f(<a> y </a>)"
	tree, err := JavaScript.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	tree.Root.Walk(func(n *Node) bool {
		if n.Kind == String || n.Kind == ExprStmt || n.Kind == Assign || n.Kind == Element {
			got = append(got, n.Kind.String()+": "+text[n.Start:n.End])
		}
		return true
	})
	want := []string{
		"ExprStmt: @d export const a = 1", "Assign: @d export const a = 1",
		"ExprStmt: @d export const a = 1, b = `x${c}`;", "Assign: @d export const a = 1, b = `x${c}`", "String: x",
		"ExprStmt: l: f(<a> y </a>)", "Element: <a> y </a>", "String:  y ",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestParsePattern_javascript(t *testing.T) {
	for text, want := range map[string]string{
		`$X`:                     "(Metavar $X)",
		`{a: $X}`:                "(Dict (Pair Key:(Name a) Value:(Metavar $X)))",
		`"a": $X`:                `(Pair Key:(String "a") Value:(Metavar $X))`,
		`{..., a: $X, ...}`:      "(Dict (Ellipsis) (Pair Key:(Name a) Value:(Metavar $X)) (Ellipsis))",
		`function (...) { ... }`: "(Func Params:(Params (Ellipsis)) Body:(Block (Ellipsis)))",
		`$M(...) { ... }`:        "(Func Name:(Metavar $M) Params:(Params (Ellipsis)) Body:(Block (Ellipsis)))",
		`f((a, ...) => { ... g($X); ... })`: "(Call Callee:(Name f) (Func Params:(Params (Param Name:(Name a)) (Ellipsis)) " +
			"Body:(Block (Ellipsis) (ExprStmt Value:(Call Callee:(Name g) (Metavar $X))) (Ellipsis))))",
		`if ($X) { ... } else return`:   "(If Test:(Metavar $X) Then:(Block (Ellipsis)) Else:(Block (Return)))",
		`switch ($X) { ... case 1: f }`: "(Switch Value:(Metavar $X) (Ellipsis) (Case (Number 1) Body:(Block (ExprStmt Value:(Name f)))))",
		`class $C extends $D { ... }`:   "(Class class Name:(Metavar $C) Bases:(Bases (Metavar $D)) Body:(Block (Ellipsis)))",
		`import $X from '$M'`:           "(Import Field:(Name default) Name:(Metavar $X) Module:(Metavar $M))",
		"`...${$X}...`":                 `(Template (String "...") (Metavar $X) (String "..."))`,
		`<$E ... a={$X}>...</$E>`:       "(Element Name:(Metavar $E) (Ellipsis) (Attr Key:(Name a) Value:(Metavar $X)) (Ellipsis))",
		"const $X = require('$M');\n...\n$X.f()": `(ExprStmt Value:(Assign! = Modifier:(Modifier const) Left:(Metavar $X) Right:(Call Callee:(Name require) (String "$M")))) ; ` +
			"(Ellipsis) ; (ExprStmt Value:(Call Callee:(Member . Object:(Metavar $X) Field:(Name f))))",
	} {
		for _, lang := range []*Language{JavaScript, TSX} {
			if got := patterned(t, lang, text); got != want {
				t.Errorf("%s in %s:\ngot  %s\nwant %s", text, lang.Title, got, want)
			}
		}
	}
}

// What lies too deep is left out; nothing of it takes long, or more of the stack than there is.
func TestJavaScript_deep(t *testing.T) {
	for _, c := range []struct {
		lang  *Language
		part  string
		times int
	}{
		{JavaScript, "[", 100_000}, {JavaScript, "(", 100_000}, {JavaScript, "{", 100_000}, {TypeScript, "[", 100_000},
		{JavaScript, "!", 20_000}, {JavaScript, "`${", 20_000}, {JavaScript, "a=>", 20_000}, {JavaScript, "a.", 20_000}, {JavaScript, "a+", 20_000},
		{JavaScript, "<a>", 20_000}, {JavaScript, "x:", 20_000}, {JavaScript, "{a:", 20_000}, {TypeScript, "<A>", 20_000}, {TypeScript, "type A=B<", 20_000}, {TSX, "<a>{", 20_000},
	} {
		tree, err := c.lang.Parse([]byte(strings.Repeat(c.part, c.times)))
		if err != nil {
			if !errors.Is(err, ErrTooLong) {
				t.Fatal(err)
			}
			continue
		}
		if d := depth(tree.Root); d > 8*maxDepth {
			t.Errorf("%q in %s: %d deep", c.part, c.lang.Title, d)
		}
	}
}

func depth(n *Node) int {
	deepest := 0
	for _, k := range n.Kids {
		deepest = max(deepest, depth(k))
	}
	return deepest + 1
}

// Strings of nothing but escapes are read in one go.
func TestJavaScript_escapes(t *testing.T) {
	tree, err := JavaScript.Parse([]byte("'" + strings.Repeat(`\n`, 100_000) + "'"))
	if err != nil {
		t.Fatal(err)
	}
	if got := len(tree.Root.Kids[0].Kid(AValue).Text); got != 100_000 {
		t.Errorf("%d bytes, want 100000", got)
	}
}

// FuzzJavaScript parses anything in each grammar: every node must stand in the file, and within its parent.
func FuzzJavaScript(f *testing.F) {
	for _, seed := range []string{
		"@a export class A extends B { static #x = 1; get [y]() {} static {} }", "const {a, b: [c = 1, , ...d]} = `x${`y`}z`", "a: for await (const x of y) { break a }",
		"<A.B c='&lt;' {...d}>x {/**/} <></></A.B>", "export {a as default, b as c} from 'm'; import d, * as e from 'n'", "switch (a) { case b: default: c }", "'\\u{110000}\\ud800'",
		"abstract class A<T> { constructor(private a?: B<C>[]) {} @D() e!: F }", "declare module 'a' { export = b }", "type A = {readonly [K in B as `${C}`]?: D}", "x as any!; <T>y; (z: T)",
		"enum A { B, 'C' = 1 }", "let x = <T,>(a: T): a is T => a; export as namespace y", "\\u0061\\u{62}\\u", "[,,a,]; ({a = 1})",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, lang := range []*Language{JavaScript, TypeScript, TSX} {
			tree, err := lang.Parse(text)
			if err != nil {
				if !errors.Is(err, ErrTooLong) {
					t.Fatal(err)
				}
				continue
			}
			if tree.Root.Start < 0 || tree.Root.End > len(text) {
				t.Fatalf("%s: file from %d to %d of %d", lang.Title, tree.Root.Start, tree.Root.End, len(text))
			}
			tree.Root.Walk(func(n *Node) bool {
				if n.Start > n.End {
					t.Fatalf("%s: %s from %d to %d", lang.Title, n, n.Start, n.End)
				}
				for _, k := range n.Kids {
					if k.Start < n.Start || k.End > n.End {
						t.Fatalf("%s: %s from %d to %d has %s from %d to %d", lang.Title, n, n.Start, n.End, k, k.Start, k.End)
					}
				}
				return true
			})
		}
	})
}
