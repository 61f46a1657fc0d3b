package syntax

import (
	"errors"
	"strings"
	"testing"
)

func TestYAML_places(t *testing.T) {
	checkPlaces(t, YAML, "a:\n  - b: c\n    d: [e]\nf: g\n", []Kind{Dict, Pair, List}, "Dict: a:\n  - b: c\n    d: [e]\nf: g\n", "Pair: a:\n  - b: c\n    d: [e]",
		"List: - b: c\n    d: [e]", "Dict: b: c\n    d: [e]", "Pair: b: c", "Pair: d: [e]", "List: [e]", "Pair: f: g")
}

func TestYAML_deep(t *testing.T) {
	for _, part := range []string{"- ", "[", "{a: ", "? ", "&a ", "!a ", "a: [", "\"", "|\n ", "-\n", "a - ", "a: - ", "] - ", "{- ", ": ", "a: b: ", "? : - ", "- |\n", "}\n- ", "\"a\" - ", "- ]"} {
		checkDepth(t, YAML, strings.Repeat(part, 2000))
		checkDepth(t, JSON, strings.Repeat(part, 2000))
		stairs, broken := "", ""
		for i := range 300 {
			stairs += strings.Repeat(" ", i) + part + "\n"
			broken += "]" + strings.Repeat(" ", i) + part + "}\n"
		}
		checkDepth(t, YAML, stairs)
		checkDepth(t, YAML, broken)
	}
}

// Aliases of aliases stand for more than fits in any memory: from some number on they are only names.
func TestYAML_aliases(t *testing.T) {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x]\n")
	for i := range 40 {
		b.WriteString(strings.ReplaceAll("aN: &aN [*aM, *aM]\n", "N", string(rune('A'+i))))
		text := strings.ReplaceAll(b.String(), "aM", "a"+string(rune('A'+i-1)))
		if i == 0 {
			text = strings.ReplaceAll(b.String(), "aM", "a0")
		}
		b.Reset()
		b.WriteString(text)
	}
	if nodes := walked(t, YAML, b.String()); nodes > 3*maxAliased {
		t.Errorf("%d nodes", nodes)
	}
	if nodes := walked(t, YAML, "a: &a {"+strings.Repeat("b: c, ", 1000)+"}\n"+strings.Repeat("d:\n  <<: *a\n", 1000)); nodes > 3*maxAliased {
		t.Errorf("%d nodes of merged mappings", nodes)
	}
}

func walked(t *testing.T, lang *Language, text string) (nodes int) {
	t.Helper()
	tree, err := lang.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	tree.Root.Walk(func(*Node) bool { nodes++; return true })
	return nodes
}

// checkWithin parses anything: every node must stand in the file, though what an alias stands for is elsewhere.
func checkWithin(t *testing.T, lang *Language, text []byte) {
	tree, err := lang.Parse(text)
	if err != nil {
		if !errors.Is(err, ErrTooLong) {
			t.Fatal(err)
		}
		return
	}
	nodes := 0
	tree.Root.Walk(func(n *Node) bool {
		if nodes++; n.Start < 0 || n.Start > n.End || n.End > len(text) {
			t.Fatalf("%s from %d to %d of %d", n, n.Start, n.End, len(text))
		}
		return true
	})
	if nodes > 3*maxAliased+4*len(text) {
		t.Fatalf("%d nodes of %d bytes", nodes, len(text))
	}
}

// FuzzYAML parses anything as YAML and as JSON.
func FuzzYAML(f *testing.F) {
	for _, seed := range []string{
		"a: &b [c, {d: e}]\nf: *b\ng:\n  <<: *b\n", "- |+2\n   a\n- >-\n  b\n\n  c\n", "\"a\\x41\\ud83d\\ude00\\\n  b\": 'c''d'\n", "%YAML 1.2\n---\n? a\n: !!str 1\n...\n",
		"{\"a\": [1, true, null], // b\n\t\"c\": /* d */ {}}", "a: <... $X ...>", "/*", "\"\\", "a: |9", "&a *a", "'", ">",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		checkWithin(t, YAML, text)
		checkWithin(t, JSON, text)
	})
}
