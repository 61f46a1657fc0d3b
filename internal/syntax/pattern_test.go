package syntax

import "testing"

// patterned gives what a pattern is parsed to.
func patterned(t *testing.T, lang *Language, text string) string {
	t.Helper()
	p, err := lang.ParsePattern(text)
	if err != nil {
		return err.Error()
	}
	out := ""
	for i, n := range p.Nodes {
		if i > 0 {
			out += " ; "
		}
		out += n.String()
	}
	return out
}

func TestParsePattern_python(t *testing.T) {
	for text, want := range map[string]string{
		`$X`:                       "(Metavar $X)",
		`foo(..., $X, k=$V)`:       "(Call Callee:(Name foo) (Ellipsis) (Metavar $X) (Keyword k Value:(Metavar $V)))",
		`$X. ... .run("...")`:      `(Call Callee:(Member . Object:(Member . Object:(Metavar $X) Field:(Ellipsis)) Field:(Name run)) (String "..."))`,
		`<... $X ...>`:             "(Deep Value:(Metavar $X))",
		`f($...ARGS)`:              "(Call Callee:(Name f) (Ellipsis $...ARGS))",
		`{..., "a": $V, ...}`:      `(Dict (Ellipsis) (Pair Key:(String "a") Value:(Metavar $V)) (Ellipsis))`,
		"$X = 1\n...\nf($X)":       "(ExprStmt Value:(Assign = Left:(Metavar $X) Right:(Number 1))) ; (Ellipsis) ; (ExprStmt Value:(Call Callee:(Name f) (Metavar $X)))",
		"def $F(...):\n  ...":      "(Func Name:(Metavar $F) Params:(Params (Ellipsis)) Body:(Block (Ellipsis)))",
		`($X : str).format(...)`:   "(Call Callee:(Member . Object:(Typed Value:(Metavar $X) Type:(Name str)) Field:(Name format)) (Ellipsis))",
		`"=~/^a.*/"`:               `(String "=~/^a.*/")`,
		`import $X`:                "(Import Module:(Metavar $X))",
		`from $M import $N`:        "(Import Module:(Metavar $M) Field:(Metavar $N))",
		`f"...{$X}..."`:            `(Template (String "...") (Metavar $X) (String "..."))`,
		`with open($F) as $H: ...`: "(With (Assign = Left:(Metavar $H) Right:(Call Callee:(Name open) (Metavar $F))) Body:(Block (Ellipsis)))",
		`f(`:                       `pattern "f(": it is no code of this language: Python`,
	} {
		if got := patterned(t, Python, text); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", text, got, want)
		}
	}
}

func TestParsePattern_javaEllipses(t *testing.T) {
	for text, want := range map[string]string{
		"$T $F(..., $P, ...) { ... }":   "(Func Result:(Metavar $T) Name:(Metavar $F) Params:(Params (Ellipsis) (Param Type:(Ellipsis) Name:(Metavar $P)) (Ellipsis)) Body:(Block (Ellipsis)))",
		"f($A); ... g($A, ...);":        "(ExprStmt Value:(Call Callee:(Name f) (Metavar $A))) ; (Ellipsis) ; (ExprStmt Value:(Call Callee:(Name g) (Metavar $A) (Ellipsis)))",
		"String $Q = ... + $X + ...;":   "(ExprStmt Value:(Assign! = Type:(Name String) Left:(Metavar $Q) Right:(Binary + Left:(Binary + Left:(Ellipsis) Right:(Metavar $X)) Right:(Ellipsis))))",
		"$A = f();\n...\n$B. ... .g();": "(ExprStmt Value:(Assign = Left:(Metavar $A) Right:(Call Callee:(Name f)))) ; (Ellipsis) ; (ExprStmt Value:(Call Callee:(Member . Object:(Member . Object:(Metavar $B) Field:(Ellipsis)) Field:(Name g))))",
		"if ($X) { ... }":               "(If Test:(Metavar $X) Then:(Block (Ellipsis)))",
		"new A($X) { ... }":             "(New Callee:(Name A) (Metavar $X) Body:(Block (Ellipsis)))",
		"(List<$T> $L).add($X)":         "(Call Callee:(Member . Object:(Typed Value:(Metavar $L) Type:(Name List TypeArgs:(Metavar $T))) Field:(Name add)) (Metavar $X))",
	} {
		if got := patterned(t, Java, text); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", text, got, want)
		}
	}
}

func TestParsePattern_javascriptHoles(t *testing.T) {
	for text, want := range map[string]string{
		"f({...$X})":          "(Call Callee:(Name f) (Dict (Spread ... Value:(Metavar $X))))",
		"f({..., $X})":        "(Call Callee:(Name f) (Dict (Ellipsis) (Pair Key:(Metavar $X) Value:(Metavar $X))))",
		"<$E a=... />":        "(Element Name:(Metavar $E) (Attr Key:(Name a) Value:(Ellipsis)))",
		"$K: f($X)":           "(Pair Key:(Metavar $K) Value:(Call Callee:(Name f) (Metavar $X)))",
		"for (...) {\n...\n}": "(For Init:(Ellipsis) Body:(Block (Ellipsis)))",
	} {
		if got := patterned(t, JavaScript, text); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", text, got, want)
		}
	}
}
