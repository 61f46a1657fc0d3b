package search

import (
	"fmt"
	"strings"
	"testing"
)

func TestAnnotations(t *testing.T) {
	text := "# ruleid: a\nf()\n# ok: a, b\n# ruleid: c\ng()\nx = 1 # ruleid: d\n  // todoruleid:e\nh()\n{/* ruleid: f.g */}\n<b/>\n# see the ok: sign\ni()\n# deepruleid: a\nj()\n# ruleid: deepok: a\nk()"
	var out []string
	for _, a := range Annotations(text) {
		out = append(out, fmt.Sprintf("%d %s %v %v", a.Line, a.Rule, a.Found, a.Todo))
	}
	want := "2 a true false; 5 a false false; 5 b false false; 5 c true false; 8 e true true; 10 f.g true false; 12 sign false false; 14 a true true; 16 a true true"
	if got := strings.Join(out, "; "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
