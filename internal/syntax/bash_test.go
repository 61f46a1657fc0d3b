package syntax

import "testing"

func TestBash_commands(t *testing.T) {
	check(t, Bash,
		`a -b "c d" 'e' $f
`,
		`(ExprStmt Value:(Call Callee:(Name a) (String "-b") (String "c d") (String "e") (Name f)))`,
		`A=1 b c
`,
		`(ExprStmt Value:(Call (Keyword A Value:(Number 1)) Callee:(Name b) (String "c")))`,
		`a | b | c
`,
		"(ExprStmt Value:(Binary | Left:(Binary | Left:(Call Callee:(Name a)) Right:(Call Callee:(Name b))) Right:(Call Callee:(Name c))))",
		`a && b || ! c
`,
		"(ExprStmt Value:(Binary || Left:(Binary && Left:(Call Callee:(Name a)) Right:(Call Callee:(Name b))) Right:(Unary ! Value:(Call Callee:(Name c)))))",
		`a > b 2>&1 < c
`,
		`(ExprStmt Value:(Binary < Left:(Binary 2>& Left:(Binary > Left:(Call Callee:(Name a)) Right:(String "b")) Right:(Number 1)) Right:(String "c")))`,
		`a <<< "$b"
`,
		"(ExprStmt Value:(Binary <<< Left:(Call Callee:(Name a)) Right:(Template (Name b))))",
		`a <<EOT | b
c $d
EOT
`,
		`(ExprStmt Value:(Binary | Left:(Binary << Left:(Call Callee:(Name a)) Right:(Template (String "c ") (Name d) (String "\n"))) Right:(Call Callee:(Name b))))`,
		"a $(b; c) `d` <(e)\n",
		`(ExprStmt Value:(Call Callee:(Name a) (Unary "$()" Value:(Block (ExprStmt Value:(Call Callee:(Name b))) (ExprStmt Value:(Call Callee:(Name c))))) (Unary "$()" Value:(Call Callee:(Name d))) (Unary "<()" Value:(Call Callee:(Name e)))))`,
		`$(< a)
`,
		`(ExprStmt Value:(Call Callee:(Unary "$()" Value:(Unary < Value:(String "a")))))`,
		`$a b
`,
		`(ExprStmt Value:(Call Callee:(Template split (Name a)) (String "b")))`,
		`unset a
`,
		"(ExprStmt Value:(Call Callee:(Name unset) (Name a)))",
		`( a; b )
`,
		"(Block (ExprStmt Value:(Call Callee:(Name a))) (ExprStmt Value:(Call Callee:(Name b))))",
		`{ a; }
`,
		"(Block (ExprStmt Value:(Call Callee:(Name a))))",
		`{ export a; }
`,
		"(Block (ExprStmt Value:(Call Callee:(Name export) (Name a))))",
		`a=$(b)
`,
		`(ExprStmt Value:(Assign = Left:(Name a) Right:(Unary "$()" Value:(Call Callee:(Name b)))))`,
	)
}

func TestBash_variables(t *testing.T) {
	check(t, Bash,
		`a=1 
`,
		"(ExprStmt Value:(Assign = Left:(Name a) Right:(Number 1)))",
		`a+=b
`,
		`(ExprStmt Value:(Assign += Left:(Name a) Right:(String "b")))`,
		`a=
`,
		"(ExprStmt Value:(Assign = Left:(Name a) Right:(String)))",
		`a=(1 b)
`,
		`(ExprStmt Value:(Assign = Left:(Name a) Right:(List (Number 1) (String "b"))))`,
		`a[0]=1
`,
		"(ExprStmt Value:(Assign = Left:(Index Object:(Name a) (Number 0)) Right:(Number 1)))",
		`export A=1 B
`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier export) Left:(Name A) Right:(Number 1)))
(ExprStmt Value:(Call Callee:(Name export) (Name B)))`,
		`local a=b
`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier local) Left:(Name a) Right:(String "b")))`,
		`echo "a$b c${d:-e}" f$g"h$i" ${#j} ${k[1]} ${!l}
`,
		`(ExprStmt Value:(Call Callee:(Name echo) (Template (String "a") (Name b) (String " c") (Binary :- Left:(Name d) Right:(String "e"))) (Template split (String "f") (Name g) (Template (String "h") (Name i))) (Unary # Value:(Name j)) (Index Object:(Name k) (Number 1)) (Unary ! Value:(Name l))))`,
		`echo $'a\n\x41' a\ b "\$a"
`,
		`(ExprStmt Value:(Call Callee:(Name echo) (String "a\nA") (String "a b") (String "$a")))`,
		`echo $((a + 1)) $1 $@
`,
		"(ExprStmt Value:(Call Callee:(Name echo) (Binary + Left:(Name a) Right:(Number 1)) (Name 1) (Name @)))",
	)
}

func TestBash_statements(t *testing.T) {
	check(t, Bash,
		`if a; then b; elif c; then d; else e; fi
`,
		"(If Test:(Call Callee:(Name a)) Then:(Block (ExprStmt Value:(Call Callee:(Name b)))) Else:(Block (If Test:(Call Callee:(Name c)) Then:(Block (ExprStmt Value:(Call Callee:(Name d)))) Else:(Block (ExprStmt Value:(Call Callee:(Name e)))))))",
		`if [ -f "$a" ] && [[ $b == c ]]; then d; fi
`,
		`(If Test:(Binary && Left:(Unary -f Value:(Template (Name a))) Right:(Binary == Left:(Name b) Right:(String "c"))) Then:(Block (ExprStmt Value:(Call Callee:(Name d)))))`,
		`while a; do b; done
`,
		"(While Test:(Call Callee:(Name a)) Body:(Block (ExprStmt Value:(Call Callee:(Name b)))))",
		`until a; do b; done
`,
		"(While Test:(Unary ! Value:(Call Callee:(Name a))) Body:(Block (ExprStmt Value:(Call Callee:(Name b)))))",
		`for a in b $c; do d; done
`,
		`(ForEach Left:(Name a) Right:(List (String "b") (Name c)) Body:(Block (ExprStmt Value:(Call Callee:(Name d)))))`,
		`for ((i = 0; i < 3; i++)); do a; done
`,
		"(For Init:(Assign = Left:(Name i) Right:(Number 0)) Test:(Binary < Left:(Name i) Right:(Number 3)) Update:(Unary ++ Value:(Name i)) Body:(Block (ExprStmt Value:(Call Callee:(Name a)))))",
		`case $a in b|c) d;; *) e; esac
`,
		`(Switch Value:(Name a) (Case (String "b") (String "c") Body:(Block (ExprStmt Value:(Call Callee:(Name d))))) (Case (String "*") Body:(Block (ExprStmt Value:(Call Callee:(Name e))))))`,
		`f() { local a=1; return 1; }
`,
		"(Func Name:(Name f) Params:(Params) Body:(Block (ExprStmt Value:(Assign! = Modifier:(Modifier local) Left:(Name a) Right:(Number 1))) (ExprStmt Value:(Return Value:(Number 1)))))",
		`function f { break; }
`,
		"(Func Name:(Name f) Params:(Params) Body:(Block (ExprStmt Value:(Break))))",
		`# a
b | c

# d
e > f
`,
		`(ExprStmt Value:(Binary | Left:(Call Callee:(Name b)) Right:(Call Callee:(Name c))))
(ExprStmt Value:(Binary > Left:(Call Callee:(Name e)) Right:(String "f")))`,
	)
}

func TestParsePattern_bash(t *testing.T) {
	for text, want := range map[string]string{
		"a $X ...":            "(Call Callee:(Name a) (Metavar $X) (Ellipsis))",
		"... a ...":           `(Call Callee:(Ellipsis) (String "a") (Ellipsis))`,
		"a | ...":             "(Binary | Left:(Call Callee:(Name a)) Right:(Ellipsis))",
		"... | a $X":          "(Binary | Left:(Ellipsis) Right:(Call Callee:(Name a) (Metavar $X)))",
		"${$X}":               "(Metavar $X)",
		"... ${$X} ...":       "(Call Callee:(Ellipsis) (Metavar $X) (Ellipsis))",
		"... ...${$X}... ...": `(Call Callee:(Ellipsis) (Template split (String "...") (Metavar $X) (String "...")) (Ellipsis))`,
		"$(a ...)":            `(Unary "$()" Value:(Call Callee:(Name a) (Ellipsis)))`,
		"`a ...`":             `(Unary "$()" Value:(Call Callee:(Name a) (Ellipsis)))`,
		"A=...":               "(Assign = Left:(Name A) Right:(Ellipsis))",
		`$A=<... b ...>
...
eval <... $A ...>`: "(ExprStmt Value:(Assign = Left:(Metavar $A) Right:(Deep Value:(String \"b\")))) ; (Ellipsis) ; (ExprStmt Value:(Call Callee:(Name eval) (Deep Value:(Metavar $A))))",
		`for $X in $L; do
  ...
done`: "(ForEach Left:(Metavar $X) Right:(Metavar $L) Body:(Block (Ellipsis)))",
		`if ...; then
  ...
  a $X
fi`: "(If Test:(Ellipsis) Then:(Block (Ellipsis) (ExprStmt Value:(Call Callee:(Name a) (Metavar $X)))))",
		`a "$X"`: `(Call Callee:(Name a) (String "$X"))`,
		`$F() {
  ...
}`: "(Func Name:(Metavar $F) Params:(Params) Body:(Block (Ellipsis)))",
	} {
		if got := patterned(t, Bash, text); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", text, got, want)
		}
	}
}
