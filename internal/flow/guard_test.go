package flow

import (
	"testing"

	"github.com/reevehq/reeve/internal/syntax"
)

// TestSense holds where what a call says of a text makes it harmless: where it is true, or where it is not.
func TestSense(t *testing.T) {
	for _, c := range []struct {
		code     string
		language *syntax.Language
		want     answers
	}{
		{`known.has(x)`, syntax.JavaScript, yes},
		{`x.includes("..")`, syntax.JavaScript, no},
		{`x.startsWith("/album/")`, syntax.JavaScript, yes},
		{`x.startsWith("../")`, syntax.JavaScript, no},
		{`x.startsWith(folder)`, syntax.JavaScript, yes},
		{`path.isAbsolute(x)`, syntax.JavaScript, no},
		{`os.path.isabs(x)`, syntax.Python, no},
		{`x.startswith("..")`, syntax.Python, no},
		{`x.start_with?("..")`, syntax.Ruby, no},
	} {
		tree, err := c.language.Parse([]byte(c.code + "\n"))
		if err != nil {
			t.Fatal(err)
		}
		var call *syntax.Node
		tree.Root.Walk(func(n *syntax.Node) bool {
			if n.Kind == syntax.Call && call == nil {
				call = n
			}
			return call == nil
		})
		if got := sense(call); got != c.want {
			t.Errorf("sense of %s: got %d, want %d", c.code, got, c.want)
		}
	}
}
