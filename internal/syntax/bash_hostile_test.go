package syntax

import (
	"strings"
	"testing"
)

func TestBash_flags(t *testing.T) {
	checkFlags(t, Bash, []flagged{
		{"export a=1\n", Assign, Declares},
		{"a=1\n", Assign, 0},
		{"echo ${a:-b}\n", Binary, Braced},
		{"((a++))\n", Unary, Postfix},
	})
}

func TestBash_places(t *testing.T) {
	checkPlaces(t, Bash, "a \"b $c\" | d > e\nif f; then g; fi\n", []Kind{Call, Binary, Template, If, Block},
		"Binary: a \"b $c\" | d > e", "Binary: a \"b $c\" | d", "Call: a \"b $c\"", "Template: \"b $c\"", "Call: d", "If: if f; then g; fi", "Call: f", "Block:  g; ", "Call: g")
}

// A sign that begins a comment elsewhere begins none in a text, in a heredoc and in a word.
func TestBash_comments(t *testing.T) {
	check(t, Bash,
		"a '\n# b' \"\n# c\" d#e $# # f'\ng\n",
		`(ExprStmt Value:(Call Callee:(Name a) (String "\n# b") (String "\n# c") (String "d#e") (Name #)))
		(ExprStmt Value:(Call Callee:(Name g)))`,
		"a <<'EOT'\n# b\nEOT\n# c\nd <<< e # f\n",
		`(ExprStmt Value:(Binary << Left:(Call Callee:(Name a)) Right:(String "# b\n")))
		(ExprStmt Value:(Binary <<< Left:(Call Callee:(Name d)) Right:(String "e")))`,
	)
}

func TestBash_deep(t *testing.T) {
	for _, part := range []string{"(", "{ ", "$(", "`", "\"$(", "${a:-", "$((", "a|", "a &&", "! ", "if a; then ", "while ", "f() {", "case a in b) ", "a <<A\n", "a=(", "<(", "[[ ! "} {
		checkDepth(t, Bash, strings.Repeat(part, 2000))
		checkDepth(t, Bash, "a "+strings.Repeat(part, 2000))
	}
}

// FuzzBash parses anything as Bash.
func FuzzBash(f *testing.F) {
	for _, seed := range []string{
		"A=1 a -b \"c $d ${e:-f}\" 'g' $h\"i\" `j` $(k; l) <(m)", "a <<-EOT | b > c 2>&1\n\td $e\n\tEOT\n", "if [ -f a ] && [[ $b =~ c ]]; then d; elif e; then f; else g; fi",
		"for a in b c; do d; done; for ((i=0; i<1; i++)); do e; done; until f; do g; done", "case $a in b|c) d;; *) e;; esac", "f() { local a=1 b; return $?; }", "export A=(1 2) B",
		"echo ${#a} ${a[@]} ${!b} ${c%d*} $((a ? 1 : b++)) $'\\x41\\u0042'", "# a\nb '# c'\n", "cat <<", "${", "$(", "\"",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) { checkSound(t, Bash, text) })
}
