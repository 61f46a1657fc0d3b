package syntax

import "testing"

// checkGo is check for lines of Go.
func checkGo(t *testing.T, pairs ...string) {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		pairs[i] += "\n"
	}
	check(t, Go, pairs...)
}

func TestGo_files(t *testing.T) {
	checkGo(t,
		`package main`,
		`(Package Name:(Name main))`,
		`import "fmt"`,
		`(Import Module:(Name fmt))`,
		"import (\n\tm \"crypto/md5\"\n\t. \"x/y\"\n\t_ `z`\n)",
		`(Import Name:(Name m) Module:(Name crypto/md5))
		(Import Name:(Name .) Module:(Name x/y))
		(Import Name:(Name _) Module:(Name z))`,
		`import ()`,
		``,
	)
}

func TestGo_variables(t *testing.T) {
	checkGo(t,
		`x := f()`,
		`(ExprStmt Value:(Assign! = Left:(Name x) Right:(Call Callee:(Name f))))`,
		`x, err := f(); y, z = 1, 2`,
		`(ExprStmt Value:(Assign! = Left:(Tuple (Name x) (Name err)) Right:(Call Callee:(Name f))))
		(ExprStmt Value:(Assign = Left:(Tuple (Name y) (Name z)) Right:(Tuple (Number 1) (Number 2))))`,
		`x &^= 3`,
		`(ExprStmt Value:(Assign &^= Left:(Name x) Right:(Number 3)))`,
		`var x, y T = f()`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier var) Left:(Tuple (Name x) (Name y)) Type:(Name T) Right:(Call Callee:(Name f))))`,
		`var x, y = 1, 2`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier var) Left:(Tuple (Name x) (Name y)) Right:(Tuple (Number 1) (Number 2))))`,
		`var (
	a = 1
	b, c string
)`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier var) Left:(Name a) Right:(Number 1)))
		(ExprStmt Value:(Assign! = Modifier:(Modifier var) Left:(Tuple (Name b) (Name c)) Type:(Name string)))`,
		`const (
	A = iota
	B
	C, D = 1, 2
)`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier const) Left:(Name A) Right:(Name iota)))
		(ExprStmt Value:(Assign! = Modifier:(Modifier const) Left:(Name B)))
		(ExprStmt Value:(Assign! = Modifier:(Modifier const) Left:(Tuple (Name C) (Name D)) Right:(Tuple (Number 1) (Number 2))))`,
		`x.y[i]++; *p--`,
		`(ExprStmt Value:(Unary ++ Value:(Index Object:(Member . Object:(Name x) Field:(Name y)) (Name i))))
		(ExprStmt Value:(Unary -- Value:(Unary * Value:(Name p))))`,
	)
}

func TestGo_functions(t *testing.T) {
	checkGo(t,
		`func (s *Server) Serve(w http.ResponseWriter, a, b int, opts ...Option) (int, error) { return 1, nil }`,
		`(Func Object:(Param Name:(Name s) Type:(Unary * Value:(Name Server))) Name:(Name Serve) Params:(Params (Param Name:(Name w) Type:(Member . Object:(Name http) Field:(Name ResponseWriter))) (Param Name:(Name a) Type:(Name int)) (Param Name:(Name b) Type:(Name int)) (Param ... Name:(Name opts) Type:(Name Option))) Result:(Tuple (Name int) (Name error)) Body:(Block (Return Value:(Tuple (Number 1) (Null nil)))))`,
		`func f[T any](T, ...int) (err error) {}`,
		`(Func Name:(Name f) TypeParams:(Params (Param Name:(Name T) Type:(Name any))) Params:(Params (Param Type:(Name T)) (Param ... Type:(Name int))) Result:(Param Name:(Name err) Type:(Name error)) Body:(Block))`,
		`func f() (error) {}`,
		`(Func Name:(Name f) Params:(Params) Result:(Name error) Body:(Block))`,
		`func (T) g() () { return }`,
		`(Func Object:(Param Type:(Name T)) Name:(Name g) Params:(Params) Body:(Block (Return)))`,
		`func extern(x int) (n, m int)`,
		`(Func Name:(Name extern) Params:(Params (Param Name:(Name x) Type:(Name int))) Result:(Tuple (Param Name:(Name n) Type:(Name int)) (Param Name:(Name m) Type:(Name int))))`,
		`a = func(x int) int { return x }`,
		`(ExprStmt Value:(Assign = Left:(Name a) Right:(Func Params:(Params (Param Name:(Name x) Type:(Name int))) Result:(Name int) Body:(Block (Return Value:(Name x))))))`,
	)
}

func TestGo_classes(t *testing.T) {
	checkGo(t,
		"type T struct {\n\tA, B int `json:\"a\"`\n\thttp.Handler\n\t*pkg.Base[int] \"tag\"\n}",
		`(Class struct Name:(Name T) Body:(Block (ExprStmt Value:(Assign! = Left:(Tuple (Name A) (Name B)) Type:(Name int) Key:(String "json:\"a\""))) (ExprStmt Value:(Assign! = Left:(Name Handler) Type:(Member . Object:(Name http) Field:(Name Handler)))) (ExprStmt Value:(Assign! = Left:(Name Base) Type:(Unary * Value:(Index Object:(Member . Object:(Name pkg) Field:(Name Base)) (Name int))) Key:(String "tag")))))`,
		`type I[K comparable, V int | ~string] interface {
	Do(x int) error
	io.Reader
	int | string
}`,
		`(Class interface Name:(Name I) TypeParams:(Params (Param Name:(Name K) Type:(Name comparable)) (Param Name:(Name V) Type:(Tuple | (Name int) (Unary ~ Value:(Name string))))) Body:(Block (Func Name:(Name Do) Params:(Params (Param Name:(Name x) Type:(Name int))) Result:(Name error)) (ExprStmt Value:(Assign! = Left:(Name Reader) Type:(Member . Object:(Name io) Field:(Name Reader)))) (ExprStmt Value:(Assign! = Type:(Tuple | (Name int) (Name string))))))`,
		`type ( X = Y; M map[string][]int )`,
		`(Class type Name:(Name X) Type:(Name Y))
		(Class type Name:(Name M) Type:(Index map Key:(Name string) Value:(Index [] (Empty) Object:(Name int))))`,
		`type A[T any] = B`,
		`(Class type Name:(Name A) TypeParams:(Params (Param Name:(Name T) Type:(Name any))) Type:(Name B))`,
		`var x struct{ y int }`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier var) Left:(Name x) Type:(Class struct Body:(Block (ExprStmt Value:(Assign! = Left:(Name y) Type:(Name int)))))))`,
	)
}

func TestGo_types(t *testing.T) {
	checkGo(t,
		`var f func(int, ...string) (string, error)`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier var) Left:(Name f) Type:(Func Params:(Params (Param Type:(Name int)) (Param ... Type:(Name string))) Result:(Tuple (Name string) (Name error)))))`,
		`var c <-chan int`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier var) Left:(Name c) Type:(Unary <-chan Value:(Name int))))`,
		`var c chan<- struct{}`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier var) Left:(Name c) Type:(Unary chan<- Value:(Class struct Body:(Block)))))`,
		`var c chan (*T)`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier var) Left:(Name c) Type:(Unary chan Value:(Unary * Value:(Name T)))))`,
		`var a [3]int`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier var) Left:(Name a) Type:(Index [] (Number 3) Object:(Name int))))`,
		`var m map[a.B][]*T`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier var) Left:(Name m) Type:(Index map Key:(Member . Object:(Name a) Field:(Name B)) Value:(Index [] (Empty) Object:(Unary * Value:(Name T))))))`,
		`var _ I = (*T)(nil)`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier var) Left:(Name _) Type:(Name I) Right:(Call Callee:(Unary * Value:(Name T)) (Null nil))))`,
	)
}

func TestGo_statements(t *testing.T) {
	checkGo(t,
		`ch <- v`,
		`(ExprStmt Value:(Binary <- Left:(Name ch) Right:(Name v)))`,
		`v, ok := <-ch`,
		`(ExprStmt Value:(Assign! = Left:(Tuple (Name v) (Name ok)) Right:(Unary <- Value:(Name ch))))`,
		`go func() { x() }()`,
		`(ExprStmt Value:(Unary go Value:(Call Callee:(Func Params:(Params) Body:(Block (ExprStmt Value:(Call Callee:(Name x))))))))`,
		`defer f.Close()`,
		`(ExprStmt Value:(Unary defer Value:(Call Callee:(Member . Object:(Name f) Field:(Name Close)))))`,
		`L:
	for { continue L; break }`,
		`(While Modifier:(Modifier L:) Body:(Block (Continue L) (Break)))`,
		`func f() { L: }`,
		`(Func Name:(Name f) Params:(Params) Body:(Block (Block Modifier:(Modifier L:))))`,
		`goto L`,
		`(Other goto Name:(Name L))`,
		`{ a(); b() }`,
		`(Block (ExprStmt Value:(Call Callee:(Name a))) (ExprStmt Value:(Call Callee:(Name b))))`,
		`if x { a() }`,
		`(If Test:(Name x) Then:(Block (ExprStmt Value:(Call Callee:(Name a)))))`,
		`if x := f(); x != nil { a() } else if y { b() } else { c() }`,
		`(If Init:(ExprStmt Value:(Assign! = Left:(Name x) Right:(Call Callee:(Name f)))) Test:(Binary != Left:(Name x) Right:(Null nil)) Then:(Block (ExprStmt Value:(Call Callee:(Name a)))) Else:(Block (If Test:(Name y) Then:(Block (ExprStmt Value:(Call Callee:(Name b)))) Else:(Block (ExprStmt Value:(Call Callee:(Name c)))))))`,
		`func f() { return; return x }`,
		`(Func Name:(Name f) Params:(Params) Body:(Block (Return) (Return Value:(Name x))))`,
	)
}

func TestGo_loops(t *testing.T) {
	checkGo(t,
		`for { break L }`,
		`(While Body:(Block (Break L)))`,
		`for x { }`,
		`(While Test:(Name x) Body:(Block))`,
		`for i := 0; i < 10; i++ { }`,
		`(For Init:(ExprStmt Value:(Assign! = Left:(Name i) Right:(Number 0))) Test:(Binary < Left:(Name i) Right:(Number 10)) Update:(ExprStmt Value:(Unary ++ Value:(Name i))) Body:(Block))`,
		`for ;; {}`,
		`(For Body:(Block))`,
		`for k, v := range m { }`,
		`(ForEach! Left:(Tuple (Name k) (Name v)) Right:(Name m) Body:(Block))`,
		`for range ch { }`,
		`(ForEach Right:(Name ch) Body:(Block))`,
		`for i = range 10 { }`,
		`(ForEach Left:(Name i) Right:(Number 10) Body:(Block))`,
	)
}

func TestGo_switches(t *testing.T) {
	checkGo(t,
		`switch x := y; x { case 1, 2: f(); fallthrough; case 3: default: g() }`,
		`(Switch Init:(ExprStmt Value:(Assign! = Left:(Name x) Right:(Name y))) Value:(Name x) (Case (Number 1) (Number 2) Body:(Block (ExprStmt Value:(Call Callee:(Name f))) (Other fallthrough))) (Case (Number 3) Body:(Block)) (Case Body:(Block (ExprStmt Value:(Call Callee:(Name g))))))`,
		`switch { case a > b: }`,
		`(Switch (Case (Binary > Left:(Name a) Right:(Name b)) Body:(Block)))`,
		`switch v := x.(type) { case int, *T: f(v); case nil: default: }`,
		`(Switch type Value:(Assign! = Left:(Name v) Right:(Name x)) (Case (Name int) (Unary * Value:(Name T)) Body:(Block (ExprStmt Value:(Call Callee:(Name f) (Name v))))) (Case (Null nil) Body:(Block)) (Case Body:(Block)))`,
		`switch x := f(); x.(type) {}`,
		`(Switch type Init:(ExprStmt Value:(Assign! = Left:(Name x) Right:(Call Callee:(Name f)))) Value:(Name x))`,
		`select { case x := <-ch: f(x); case ch <- 1: case <-done: default: }`,
		`(Switch select (Case (ExprStmt Value:(Assign! = Left:(Name x) Right:(Unary <- Value:(Name ch)))) Body:(Block (ExprStmt Value:(Call Callee:(Name f) (Name x))))) (Case (ExprStmt Value:(Binary <- Left:(Name ch) Right:(Number 1))) Body:(Block)) (Case (ExprStmt Value:(Unary <- Value:(Name done))) Body:(Block)) (Case Body:(Block)))`,
	)
}

func TestGo_calls(t *testing.T) {
	checkGo(t,
		`f(a, b...)`,
		`(ExprStmt Value:(Call Callee:(Name f) (Name a) (Spread ... Value:(Name b))))`,
		`make(map[string]int, 3)`,
		`(ExprStmt Value:(Call Callee:(Name make) (Index map Key:(Name string) Value:(Name int)) (Number 3)))`,
		`new(T)`,
		`(ExprStmt Value:(Call Callee:(Name new) (Name T)))`,
		`fmt.Println("a")`,
		`(ExprStmt Value:(Call Callee:(Member . Object:(Name fmt) Field:(Name Println)) (String "a")))`,
		`string(x)`,
		`(ExprStmt Value:(Call Callee:(Name string) (Name x)))`,
		`f[int](x)`,
		`(ExprStmt Value:(Call Callee:(Index Object:(Name f) (Name int)) (Name x)))`,
		`f[int, string](x)`,
		`(ExprStmt Value:(Call Callee:(Index Object:(Name f) (Name int) (Name string)) (Name x)))`,
		`pkg.F[[]int](x)`,
		`(ExprStmt Value:(Call Callee:(Index Object:(Member . Object:(Name pkg) Field:(Name F)) (Index [] (Empty) Object:(Name int))) (Name x)))`,
		`[]byte(x)`,
		`(ExprStmt Value:(Cast Type:(Index [] (Empty) Object:(Name byte)) Value:(Name x)))`,
		`(*T)(x)`,
		`(ExprStmt Value:(Call Callee:(Unary * Value:(Name T)) (Name x)))`,
		`x.(T).y`,
		`(ExprStmt Value:(Member . Object:(Cast . Value:(Name x) Type:(Name T)) Field:(Name y)))`,
	)
}

func TestGo_expressions(t *testing.T) {
	checkGo(t,
		`x = !a && -b == ^c || *p + (<-q)`,
		`(ExprStmt Value:(Assign = Left:(Name x) Right:(Binary || Left:(Binary && Left:(Unary ! Value:(Name a)) Right:(Binary == Left:(Unary - Value:(Name b)) Right:(Unary ^ Value:(Name c)))) Right:(Binary + Left:(Unary * Value:(Name p)) Right:(Unary <- Value:(Name q))))))`,
		`a[1], b = a[1:], a[:2:3]`,
		`(ExprStmt Value:(Assign = Left:(Tuple (Index Object:(Name a) (Number 1)) (Name b)) Right:(Tuple (Index Object:(Name a) (Slice (Number 1) (Empty))) (Index Object:(Name a) (Slice (Empty) (Number 2) (Number 3))))))`,
		`f(g[a], h[a, b])`,
		`(ExprStmt Value:(Call Callee:(Name f) (Index Object:(Name g) (Name a)) (Index Object:(Name h) (Name a) (Name b))))`,
		`x = 0x1F + 1.5e3 + 2i`,
		`(ExprStmt Value:(Assign = Left:(Name x) Right:(Binary + Left:(Binary + Left:(Number 0x1F) Right:(Number 1.5e3)) Right:(Number 2i))))`,
		`x = true != false`,
		`(ExprStmt Value:(Assign = Left:(Name x) Right:(Binary != Left:(Bool true) Right:(Bool false))))`,
	)
}

func TestGo_literals(t *testing.T) {
	checkGo(t,
		`p := &T{A: 1, "b": x, 2: {1, 2}}`,
		`(ExprStmt Value:(Assign! = Left:(Name p) Right:(Unary & Value:(New Callee:(Name T) (Pair Key:(Name A) Value:(Number 1)) (Pair Key:(String "b") Value:(Name x)) (Pair Key:(Number 2) Value:(New (Number 1) (Number 2)))))))`,
		`q := []T{{A: 1}, {}}`,
		`(ExprStmt Value:(Assign! = Left:(Name q) Right:(New Callee:(Index [] (Empty) Object:(Name T)) (New (Pair Key:(Name A) Value:(Number 1))) (New))))`,
		`q := map[string]int{"a": 1}`,
		`(ExprStmt Value:(Assign! = Left:(Name q) Right:(New Callee:(Index map Key:(Name string) Value:(Name int)) (Pair Key:(String "a") Value:(Number 1)))))`,
		`q := [...]string{"a"}`,
		`(ExprStmt Value:(Assign! = Left:(Name q) Right:(New Callee:(Index [] (Spread ...) Object:(Name string)) (String "a"))))`,
		`q := [2]a.B{c}`,
		`(ExprStmt Value:(Assign! = Left:(Name q) Right:(New Callee:(Index [] (Number 2) Object:(Member . Object:(Name a) Field:(Name B))) (Name c))))`,
		`x := G[int]{y}`,
		`(ExprStmt Value:(Assign! = Left:(Name x) Right:(New Callee:(Index Object:(Name G) (Name int)) (Name y))))`,
	)
}

func TestGo_strings(t *testing.T) {
	checkGo(t,
		`x = "a\tb\"\xff\u00e9\101"`,
		`(ExprStmt Value:(Assign = Left:(Name x) Right:(String "a\tb\"\xfféA")))`,
		"x = `raw\\n\"`",
		`(ExprStmt Value:(Assign = Left:(Name x) Right:(String "raw\\n\"")))`,
		`x = 'a' + '\n' + '\x41'`,
		`(ExprStmt Value:(Assign = Left:(Name x) Right:(Binary + Left:(Binary + Left:(String "a") Right:(String "\n")) Right:(String "A"))))`,
	)
}
