package syntax

import "testing"

func TestYAML_collections(t *testing.T) {
	check(t, YAML,
		`a: 1
"b": [c, {d: e, f}]
g:
- h
- i: j
  k:
`,
		`(Dict (Pair Key:(String "a") Value:(Number 1)) (Pair Key:(String "b") Value:(List (String "c") (Dict (Pair Key:(String "d") Value:(String "e")) (Pair Key:(String "f") Value:(Null null))))) (Pair Key:(String "g") Value:(List (String "h") (Dict (Pair Key:(String "i") Value:(String "j")) (Pair Key:(String "k") Value:(Null null))))))`,
		`- - a
  - b
-
`,
		`(List (List (String "a") (String "b")) (Null null))`,
		`a: b
---
- c
`,
		`(Dict (Pair Key:(String "a") Value:(String "b")))
(List (String "c"))`,
		`? a
: b
`,
		`(Dict (Pair Key:(String "a") Value:(String "b")))`,
		`{a: 1, 2: b}
`,
		`(Dict (Pair Key:(String "a") Value:(Number 1)) (Pair Key:(String "2") Value:(String "b")))`,
		`[a: b]
`,
		`(List (Dict (Pair Key:(String "a") Value:(String "b"))))`,
		`%YAML 1.2
---
a
`,
		`(String "a")`,
	)
}

func TestYAML_scalars(t *testing.T) {
	check(t, YAML,
		`[1, -2.5e3, 0x1f, true, FALSE, null, ~, 2001-01-01]
`,
		`(List (Number 1) (Number -2.5e3) (Number 0x1f) (Bool true) (Bool false) (Null null) (Null null) (String "2001-01-01"))`,
		`'it''s

  b'
`,
		`(String "it's\nb")`,
		`"a\tb\u0041\ud83d\ude00\x41\/\
  c"
`,
		`(String "a\tbA😀A/c")`,
		`a b
 c

 d
`,
		`(String "a b c\nd")`,
		`a: |
  b
    c

d: >-
  e
  f

  g
`,
		`(Dict (Pair Key:(String "a") Value:(String "b\n  c\n")) (Pair Key:(String "d") Value:(String "e f\ng")))`,
		`a: |+2
   b
`,
		`(Dict (Pair Key:(String "a") Value:(String " b\n")))`,
		`!!str 5
`,
		`(String "5")`,
		`!Ref a
`,
		`(Call Callee:(Name !Ref) (String "a"))`,
		`yes: no
`,
		`(Dict (Pair Key:(String "yes") Value:(String "no")))`,
	)
}

func TestYAML_anchors(t *testing.T) {
	check(t, YAML,
		`a: &x [1]
b: *x
c: *y
`,
		`(Dict (Pair Key:(String "a") Value:(List (Number 1))) (Pair Key:(String "b") Value:(List (Number 1))) (Pair Key:(String "c") Value:(Name *y)))`,
		`a: &x {b: 1, c: 2}
d:
  <<: *x
  c: 3
`,
		`(Dict (Pair Key:(String "a") Value:(Dict (Pair Key:(String "b") Value:(Number 1)) (Pair Key:(String "c") Value:(Number 2)))) (Pair Key:(String "d") Value:(Dict (Pair Key:(String "c") Value:(Number 3)) (Pair Key:(String "b") Value:(Number 1)))))`,
		`a: &x
  b: *x
`,
		`(Dict (Pair Key:(String "a") Value:(Dict (Pair Key:(String "b") Value:(Name *x)))))`,
	)
}

func TestParsePattern_yaml(t *testing.T) {
	for text, want := range map[string]string{
		"$KEY: $VALUE": "(Pair Key:(Metavar $KEY) Value:(Metavar $VALUE))",
		"a: ...":       `(Pair Key:(String "a") Value:(Ellipsis))`,
		`a:
  ...
  b: c
  ...`: `(Pair Key:(String "a") Value:(Dict (Ellipsis) (Pair Key:(String "b") Value:(String "c")) (Ellipsis)))`,
		`a:
  ...`: `(Pair Key:(String "a") Value:(Ellipsis))`,
		`a:
  ...
  - $X
  ...`: `(Pair Key:(String "a") Value:(List (Ellipsis) (Metavar $X) (Ellipsis)))`,
		`a:
  - ...
  - b: c`: `(Pair Key:(String "a") Value:(List (Ellipsis) (Dict (Pair Key:(String "b") Value:(String "c")))))`,
		`- a: $X
  ...`: `(Dict (Pair Key:(String "a") Value:(Metavar $X)) (Ellipsis))`,
		`- ...
  a:
    ...
    b: $X`: `(Dict (Ellipsis) (Pair Key:(String "a") Value:(Dict (Ellipsis) (Pair Key:(String "b") Value:(Metavar $X)))))`,
		"{a: ...}":       `(Pair Key:(String "a") Value:(Ellipsis))`,
		"{a: 1, b: 2}":   `(Dict (Pair Key:(String "a") Value:(Number 1)) (Pair Key:(String "b") Value:(Number 2)))`,
		"[..., $X, ...]": "(List (Ellipsis) (Metavar $X) (Ellipsis))",
		"a: [...]":       `(Pair Key:(String "a") Value:(List (Ellipsis)))`,
		`run: |
  ...
  b`: `(Pair Key:(String "run") Value:(String "...\nb\n"))`,
		`x: "...$X..."`:   `(Pair Key:(String "x") Value:(String "...$X..."))`,
		"a: <... $X ...>": `(Pair Key:(String "a") Value:(Deep Value:(Metavar $X)))`,
		`...
- a: $X
...
- b: $Y
...`: `(List (Ellipsis) (Dict (Pair Key:(String "a") Value:(Metavar $X))) (Ellipsis) (Dict (Pair Key:(String "b") Value:(Metavar $Y))) (Ellipsis))`,
	} {
		if got := patterned(t, YAML, text); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", text, got, want)
		}
	}
}
