package syntax

import (
	"errors"
	"strings"
	"testing"
)

func TestGo_flags(t *testing.T) {
	checkFlags(t, Go, []flagged{
		{"x := 1\n", Assign, Declares},
		{"x = 1\n", Assign, 0},
		{"var x int\n", Assign, Declares},
		{"for range x {}\n", ForEach, 0},
		{"for y := range x {}\n", ForEach, Declares},
		{"x++\n", Unary, Postfix},
		{"x = -y\n", Unary, 0},
		{"x = func() {}\n", Func, Arrow},
		{"func f() {}\n", Func, 0},
		{"x = 'a'\n", String, Braced},
		{"x = \"a\"\n", String, 0},
	})
}

type flagged struct {
	text string
	kind Kind
	want Flags
}

// checkFlags compares the flags of the first node of a kind.
func checkFlags(t *testing.T, lang *Language, cases []flagged) {
	t.Helper()
	for _, c := range cases {
		tree, err := lang.Parse([]byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		found := false
		tree.Root.Walk(func(n *Node) bool {
			if n.Kind == c.kind && !found {
				found = true
				if n.Flags != c.want {
					t.Errorf("%q: flags %b, want %b", c.text, n.Flags, c.want)
				}
			}
			return !found
		})
		if !found {
			t.Errorf("%q: no %s", c.text, c.kind)
		}
	}
}

// checkPlaces compares what the nodes of some kinds cover.
func checkPlaces(t *testing.T, lang *Language, text string, kinds []Kind, want ...string) {
	t.Helper()
	tree, err := lang.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	tree.Root.Walk(func(n *Node) bool {
		for _, k := range kinds {
			if n.Kind == k {
				got = append(got, k.String()+": "+text[n.Start:n.End])
			}
		}
		return true
	})
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Each node says where it stands, so that a finding can be shown.
func TestGo_places(t *testing.T) {
	checkPlaces(t, Go, "import \"a\"\nimport (\n\tx \"b\"\n)\nvar y = z[1:2]\nvar (\n\tv int\n)\n", []Kind{Import, ExprStmt, Slice},
		`Import: import "a"`, "Import: import (\n\tx \"b\"", "ExprStmt: var y = z[1:2]", "Slice: 1:2", "ExprStmt: v int")
	checkPlaces(t, Go, "switch a := b.(type) { case c: d(); e() }\n", []Kind{Assign, Case, Block}, "Assign: a := b", "Case: case c: d(); e()", "Block: d(); e()")
}

func TestParsePattern_go(t *testing.T) {
	for text, want := range map[string]string{
		`$X.foo(..., $Y)`:            "(Call Callee:(Member . Object:(Metavar $X) Field:(Name foo)) (Ellipsis) (Metavar $Y))",
		`$X, ... := $F(...)`:         "(Assign! = Left:(Tuple (Metavar $X) (Ellipsis)) Right:(Call Callee:(Metavar $F) (Ellipsis)))",
		`defer $X.Close()`:           "(Unary defer Value:(Call Callee:(Member . Object:(Metavar $X) Field:(Name Close))))",
		"import \"a\"\n...\na.B()":   "(Import Module:(Name a)) ; (Ellipsis) ; (ExprStmt Value:(Call Callee:(Member . Object:(Name a) Field:(Name B))))",
		"import (\n...\n\"a\"\n...)": "(Ellipsis) ; (Import Module:(Name a)) ; (Ellipsis)",
		`func $F(..., $W http.ResponseWriter, ...) { ... }`: "(Func Name:(Metavar $F) Params:(Params (Ellipsis) " +
			"(Param Name:(Metavar $W) Type:(Member . Object:(Name http) Field:(Name ResponseWriter))) (Ellipsis)) Body:(Block (Ellipsis)))",
		`func (...) $F(...) (..., error) { ... }`: "(Func Object:(Ellipsis) Name:(Metavar $F) Params:(Params (Ellipsis)) Result:(Tuple (Ellipsis) (Name error)) Body:(Block (Ellipsis)))",
		`tls.Config{..., A: true, ...}`:           "(New Callee:(Member . Object:(Name tls) Field:(Name Config)) (Ellipsis) (Pair Key:(Name A) Value:(Bool true)) (Ellipsis))",
		"type $T struct {\n...\n$F string\n}":     "(Class struct Name:(Metavar $T) Body:(Block (Ellipsis) (ExprStmt Value:(Assign! = Left:(Metavar $F) Type:(Name string)))))",
		`if ... { ... } else { ... }`:             "(If Test:(Ellipsis) Then:(Block (Ellipsis)) Else:(Block (Ellipsis)))",
		`switch $X { ... case $Y: f() }`:          "(Switch Value:(Metavar $X) (Ellipsis) (Case (Metavar $Y) Body:(Block (ExprStmt Value:(Call Callee:(Name f))))))",
		`($X : *http.Request).FormValue($Y)`: "(Call Callee:(Member . Object:(Typed Value:(Metavar $X) Type:(Unary * Value:(Member . Object:(Name http) Field:(Name Request)))) " +
			"Field:(Name FormValue)) (Metavar $Y))",
		`go func(...) { ... }()`:    "(Unary go Value:(Call Callee:(Func Params:(Params (Ellipsis)) Body:(Block (Ellipsis)))))",
		`[]byte("...")`:             `(Cast Type:(Index [] (Empty) Object:(Name byte)) Value:(String "..."))`,
		`$X. ... .Foo()`:            "(Call Callee:(Member . Object:(Member . Object:(Metavar $X) Field:(Ellipsis)) Field:(Name Foo)))",
		`f(<... $X ...>, $...MORE)`: "(Call Callee:(Name f) (Deep Value:(Metavar $X)) (Ellipsis $...MORE))",
		`return ..., $ERR`:          "(Return Value:(Tuple (Ellipsis) (Metavar $ERR)))",
	} {
		if got := patterned(t, Go, text); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", text, got, want)
		}
	}
}

// What lies too deep is left out; nothing of it takes more of the stack than there is.
func TestGo_deep(t *testing.T) {
	for _, part := range []string{"(", "[", "{", "a(", "a.", "!", "a+", "*", "a[", "[]", "T{", "{{", "func(){", "if a {", "for {", "switch {case a:", "l:\n", "chan ", "map[a]", "if a {} else ", "struct{a ", "func(a "} {
		checkDepth(t, Go, "var x = "+strings.Repeat(part, 2000))
		checkDepth(t, Go, "func f() {"+strings.Repeat(part, 2000))
	}
	checkDepth(t, Go, "type a interface { b"+strings.Repeat("|b", 50_000)+"}\n")
}

func checkDepth(t *testing.T, lang *Language, text string) {
	t.Helper()
	tree, err := lang.Parse([]byte(text))
	if err != nil {
		if !errors.Is(err, ErrTooLong) {
			t.Fatal(err)
		}
		return
	}
	if d := depth(tree.Root); d > 8*maxDepth {
		t.Errorf("%.30q: %d deep", text, d)
	}
}

// What is written once for many names is not lowered for each of them.
func TestGo_repeated(t *testing.T) {
	names := "a" + strings.Repeat(", a", 20_000)
	checkSize(t, Go, "func f("+names+" struct{"+strings.Repeat("b int;", 20_000)+"}) {}\n")
}

// checkSize compares the size of a tree with that of its text.
func checkSize(t *testing.T, lang *Language, text string) {
	t.Helper()
	tree, err := lang.Parse([]byte(text))
	if err != nil || tree.Errors > 0 {
		t.Fatal(tree, err)
	}
	nodes := 0
	tree.Root.Walk(func(*Node) bool { nodes++; return true })
	if nodes > 2*len(text) {
		t.Errorf("%d nodes of %d bytes", nodes, len(text))
	}
}

// checkSound parses anything: every node must stand in the file, and within its parent.
func checkSound(t *testing.T, lang *Language, text []byte) {
	tree, err := lang.Parse(text)
	if err != nil {
		if !errors.Is(err, ErrTooLong) {
			t.Fatal(err)
		}
		return
	}
	if tree.Root.Start < 0 || tree.Root.End > len(text) {
		t.Fatalf("file from %d to %d of %d", tree.Root.Start, tree.Root.End, len(text))
	}
	tree.Root.Walk(func(n *Node) bool {
		if n.Start > n.End {
			t.Fatalf("%s from %d to %d", n, n.Start, n.End)
		}
		for _, k := range n.Kids {
			if k.Start < n.Start || k.End > n.End {
				t.Fatalf("%s from %d to %d has %s from %d to %d", n, n.Start, n.End, k, k.Start, k.End)
			}
		}
		return true
	})
}

// FuzzGo parses anything as Go.
func FuzzGo(f *testing.F) {
	for _, seed := range []string{
		"package a\nimport (\n. \"b\"\n_ `c`\n)\nconst (\nA = iota\nB\n)", "var x, y T = f[int](z...), a[:1:2]", "type T[K any] struct { A, B int `t`; *c.D; E }",
		"type I interface { ~int | string; F(a, b int, ...c) (d error); io.Reader }", "func (t *T) f(a, b int, c ...d) (int, error) { return g[h, i](j), nil }",
		"l:\nfor i := 0; ; i++ { for range x { continue l } }", "switch x := y.(type) { case nil, *T: fallthrough; default: }", "select { case a := <-b: case c <- d: case <-e: }",
		"x := []T{{A: 1}, 2: {}}; y := &map[string][...]int{'a': {1}}", "if x := <-y; x.(T) != \"\\xff\" { defer func() { go z() }() } else if a {} else { goto l }", "chan<- (<-chan int)(nil)", "l:", "func(",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) { checkSound(t, Go, text) })
}
