package syntax

import "testing"

func TestJSON(t *testing.T) {
	check(t, JSON,
		`{"a": [1, -2.5e3, true, null, "\u0041\/"], "b": {}}
`,
		`(Dict (Pair Key:(String "a") Value:(List (Number 1) (Number -2.5e3) (Bool true) (Null null) (String "A/"))) (Pair Key:(String "b") Value:(Dict)))`,
		"// a\n{\n\t\"b\": \"// c\", /* d\n e */ \"f\": 1\n}\n",
		`(Dict (Pair Key:(String "b") Value:(String "// c")) (Pair Key:(String "f") Value:(Number 1)))`,
	)
}

func TestParsePattern_json(t *testing.T) {
	for text, want := range map[string]string{
		`"a": "$X"`:                              `(Pair Key:(String "a") Value:(String "$X"))`,
		`"a": {..., "b": [..., "*", ...], ...},`: `(Pair Key:(String "a") Value:(Dict (Ellipsis) (Pair Key:(String "b") Value:(List (Ellipsis) (String "*") (Ellipsis))) (Ellipsis)))`,
		`{"a": 1}`:                               `(Dict (Pair Key:(String "a") Value:(Number 1)))`,
		`{..., "a": $X, ...}`:                    `(Dict (Ellipsis) (Pair Key:(String "a") Value:(Metavar $X)) (Ellipsis))`,
		`$A: {
  "b": 1,
  ...,
}`: `(Pair Key:(Metavar $A) Value:(Dict (Pair Key:(String "b") Value:(Number 1)) (Ellipsis)))`,
		`"$X"`: `(String "$X")`,
	} {
		if got := patterned(t, JSON, text); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", text, got, want)
		}
	}
}
