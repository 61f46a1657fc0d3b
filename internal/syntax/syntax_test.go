package syntax

import (
	"strings"
	"testing"
)

// lowered gives the statements of a file as they are dumped, a line each.
func lowered(t *testing.T, lang *Language, text string) string {
	t.Helper()
	tree, err := lang.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if tree.Errors > 0 {
		t.Errorf("%d errors in %q", tree.Errors, text)
	}
	var out []string
	for _, k := range tree.Root.Kids {
		out = append(out, k.String())
	}
	return strings.Join(out, "\n")
}

// check compares what sources are lowered to: pairs of a source and its dump.
func check(t *testing.T, lang *Language, pairs ...string) {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		want := strings.TrimSpace(strings.ReplaceAll(pairs[i+1], "\t", ""))
		if got := lowered(t, lang, pairs[i]); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", pairs[i], got, want)
		}
	}
}
