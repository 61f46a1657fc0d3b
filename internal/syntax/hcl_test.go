package syntax

import "testing"

func TestHCL_blocks(t *testing.T) {
	check(t, HCL,
		`resource "aws_x" "a" {
  b = 1
  c {
    d = true
  }
}
`,
		`(New Callee:(Name resource) (String "aws_x") (String "a") Body:(Dict (Pair Key:(Name b) Value:(Number 1)) (New Callee:(Name c) Body:(Dict (Pair Key:(Name d) Value:(Bool true))))))`,
		`data aws_x a {}
`,
		`(New Callee:(Name data) (String "aws_x") (String "a") Body:(Dict))`,
		`locals {
  a = null
}
`,
		"(New Callee:(Name locals) Body:(Dict (Pair Key:(Name a) Value:(Null null))))",
		`a = "x"
b = 1.5e3
`,
		`(Pair Key:(Name a) Value:(String "x"))
(Pair Key:(Name b) Value:(Number 1.5e3))`,
	)
}

func TestHCL_expressions(t *testing.T) {
	check(t, HCL,
		`a = [1, "b", c.d[0].e]
`,
		`(Pair Key:(Name a) Value:(List (Number 1) (String "b") (Member . Object:(Index Object:(Member . Object:(Name c) Field:(Name d)) (Number 0)) Field:(Name e))))`,
		`a = { b = 1, "c" : 2, "d e" = 3, (f) = 4 }
`,
		`(Pair Key:(Name a) Value:(Dict (Pair Key:(Name b) Value:(Number 1)) (Pair Key:(Name c) Value:(Number 2)) (Pair Key:(String "d e") Value:(Number 3)) (Pair Key:(Index (Name f)) Value:(Number 4))))`,
		`a = b(1, c...)
`,
		"(Pair Key:(Name a) Value:(Call Callee:(Name b) (Number 1) (Spread ... Value:(Name c))))",
		`a = p::q(1)
`,
		"(Pair Key:(Name a) Value:(Call Callee:(Name p::q) (Number 1)))",
		`a = b ? c : d
`,
		"(Pair Key:(Name a) Value:(Cond Test:(Name b) Then:(Name c) Else:(Name d)))",
		`a = !b.c && d.e >= -1
`,
		"(Pair Key:(Name a) Value:(Binary && Left:(Unary ! Value:(Member . Object:(Name b) Field:(Name c))) Right:(Binary >= Left:(Member . Object:(Name d) Field:(Name e)) Right:(Unary - Value:(Number 1)))))",
		`a = (b + c) * 2
`,
		"(Pair Key:(Name a) Value:(Binary * Left:(Binary + Left:(Name b) Right:(Name c)) Right:(Number 2)))",
		`a = [for v in b : upper(v) if v != c]
`,
		"(Pair Key:(Name a) Value:(Comprehension list Value:(Call Callee:(Name upper) (Name v)) (ForEach Left:(Name v) Right:(Name b)) (If Test:(Binary != Left:(Name v) Right:(Name c)))))",
		`a = {for k, v in b : k => v...}
`,
		"(Pair Key:(Name a) Value:(Comprehension dict Value:(Pair Key:(Name k) Value:(Name v)) (ForEach Left:(Tuple (Name k) (Name v)) Right:(Name b))))",
		`a = b.*.c
`,
		"(Pair Key:(Name a) Value:(Member . Object:(Index Object:(Name b) (Name *)) Field:(Name c)))",
		`a = b[*].c
`,
		"(Pair Key:(Name a) Value:(Member . Object:(Index Object:(Name b) (Name *)) Field:(Name c)))",
		`a = b.0
`,
		"(Pair Key:(Name a) Value:(Index Object:(Name b) (Number 0)))",
	)
}

func TestHCL_strings(t *testing.T) {
	check(t, HCL,
		`a = "b-${c.d}-e"
`,
		`(Pair Key:(Name a) Value:(Template (String "b-") (Member . Object:(Name c) Field:(Name d)) (String "-e")))`,
		`a = "${b}"
`,
		"(Pair Key:(Name a) Value:(Name b))",
		`a = "\"\n\u0041 $${b} %%{c}"
`,
		`(Pair Key:(Name a) Value:(String "\"\nA ${b} %{c}"))`,
		`a = <<EOT
  b
  ${c}
EOT
`,
		`(Pair Key:(Name a) Value:(Template (String "  b\n  ") (Name c) (String "\n")))`,
		`a = <<-EOT
    b
      c
  EOT
`,
		`(Pair Key:(Name a) Value:(String "b\n  c\n"))`,
		`a = "%{ if b }c%{ else }d${e}%{ endif }"
`,
		`(Pair Key:(Name a) Value:(Cond Test:(Name b) Then:(String "c") Else:(Template (String "d") (Name e))))`,
		`a = "%{ for k, v in b }c%{ endfor }"
`,
		`(Pair Key:(Name a) Value:(Comprehension generator Value:(String "c") (ForEach Left:(Tuple (Name k) (Name v)) Right:(Name b))))`,
	)
}

func TestParsePattern_hcl(t *testing.T) {
	for text, want := range map[string]string{
		`resource "aws_x" $NAME {
  ...
  a = ...
  ...
  b {
    ...
  }
}`: `(New Callee:(Name resource) (String "aws_x") (Metavar $NAME) Body:(Dict (Ellipsis) (Pair Key:(Name a) Value:(Ellipsis)) (Ellipsis) (New Callee:(Name b) Body:(Dict (Ellipsis)))))`,
		`resource "..." "..." {...}`: `(New Callee:(Name resource) (String "...") (String "...") Body:(Dict (Ellipsis)))`,
		"resource":                   "(Name resource)",
		"$TYPE $A $B { ... }":        "(New Callee:(Metavar $TYPE) (Metavar $A) (Metavar $B) Body:(Dict (Ellipsis)))",
		`[..., "*", ...]`:            `(List (Ellipsis) (String "*") (Ellipsis))`,
		"{..., A = $X, ...}":         "(Dict (Ellipsis) (Pair Key:(Name A) Value:(Metavar $X)) (Ellipsis))",
		`{ "..." = "..." }`:          `(Dict (Pair Key:(Metavar $_) Value:(String "...")))`,
		`a = jsonencode({... B = [..., {..., C = "*"}, ...] ...})`: `(Pair Key:(Name a) Value:(Call Callee:(Name jsonencode) (Dict (Ellipsis) (Pair Key:(Name B) Value:(List (Ellipsis) (Dict (Ellipsis) (Pair Key:(Name C) Value:(String "*"))) (Ellipsis))) (Ellipsis))))`,
		`a = "$X"`:       `(Pair Key:(Name a) Value:(String "$X"))`,
		`a = "...$X..."`: `(Pair Key:(Name a) Value:(String "...$X..."))`,
		`a = 1
...
b = $B`: "(Pair Key:(Name a) Value:(Number 1)) ; (Ellipsis) ; (Pair Key:(Name b) Value:(Metavar $B))",
		"$F(...)": "(Call Callee:(Metavar $F) (Ellipsis))",
	} {
		if got := patterned(t, HCL, text); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", text, got, want)
		}
	}
}
