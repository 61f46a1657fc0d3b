package match

import (
	"testing"

	"github.com/reevehq/reeve/internal/syntax"
)

// What the languages of configuration and of the shell let people write in several ways.
func TestFind_config(t *testing.T) {
	for _, c := range []struct {
		name, pattern, code, want string
		language                  *syntax.Language
	}{
		{"hcl-block", "resource \"a\" $N {\n...\nb = $B\n...\n}", "resource \"a\" \"x\" {\n  c = 1\n  b = 2\n}\nresource \"a\" \"y\" {\n  c = 1\n}", "1 $B=2 $N=\"x\"", syntax.HCL},
		{"hcl-order", "a {\nb = 1\nc = 2\n}", "a {\n  c = 2\n  d = 3\n  b = 1\n}", "1", syntax.HCL},
		{"hcl-inner-block", "a {\n...\nc {...}\n...\n}", "a {\n  b {\n    c {}\n  }\n}\na {\n  c = 1\n}", "1", syntax.HCL},
		{"hcl-inner-attribute", "a {\n...\nc = 1\n...\n}", "a {\n  b {\n    c = 1\n  }\n}", "", syntax.HCL},
		{"hcl-quoted-key", "{..., A = \"*\", ...}", "x = { \"A\" = \"*\", b = 1 }", "1", syntax.HCL},
		{"hcl-sequence", "a = $X\n...\nb = $X", "c {\n  a = 1\n  d = 2\n  b = 1\n}", "2 $X=1", syntax.HCL},
		{"yaml-pair", "$K: true", "a: true\nb:\n  - c: true\n    d: false", "1 $K=a; 3 $K=c", syntax.YAML},
		{"yaml-order", "a: $X\n...\nb: c", "- b: c\n  d: e\n  a: 1\n- a: 2", "1 $X=1", syntax.YAML},
		{"yaml-whole", "a:\n  b: $X", "a:\n  b: 1\n---\na:\n  b: 2\n  c: 3", "1 $X=1", syntax.YAML},
		{"yaml-item", "- a: $X\n  ...", "- b: 1\n- a: 2\n  c: 3", "2 $X=2", syntax.YAML},
		{"yaml-quoted", "a: b", "'a': \"b\"", "1", syntax.YAML},
		{"yaml-alias", "c: {b: 1}", "a: &x {b: 1}\nc: *x", "2", syntax.YAML},
		{"json-object", `{..., "a": $X, ...}`, "{\"b\": [{\"c\": 1, \"a\": 2}]}", "1 $X=2", syntax.JSON},
		{"docker-shell", "RUN a $X ...", "RUN b && a c d\nRUN e a c", "1 $X=c", syntax.Dockerfile},
		{"docker-anywhere", "RUN ... a $X ...", "RUN b && a c d\nRUN e a f", "1 $X=c; 2 $X=f", syntax.Dockerfile},
		{"docker-inner", "a update", "RUN b; a update\nRUN a update c", "1", syntax.Dockerfile},
		{"docker-image", "FROM $I:$T", "FROM a\nFROM --platform=b c:d AS e", "2 $I=c $T=d", syntax.Dockerfile},
		{"bash-words", "... a $X", "a b\nsudo -u c a d\na b c", "1 $X=b; 2 $X=d", syntax.Bash},
		{"bash-variable", "a ${$X}", "a $b\na ${c%d}\na \"$e\"\na f", "1 $X=$b; 2 $X=c", syntax.Bash},
		{"bash-substitution", "$(a ...)", "b=$(a c)\nd `a`\ne \"$(f)\"", "1; 2", syntax.Bash},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := found(t, c.language, c.pattern, c.code); got != c.want {
				t.Errorf("%s in\n%s\ngot  %s\nwant %s", c.pattern, c.code, got, c.want)
			}
		})
	}
}
