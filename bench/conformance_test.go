package main

import (
	"bytes"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/syntax"
)

func TestPatterns_linesBehindComments(t *testing.T) {
	tests := fstest.MapFS{
		"patterns/python/call.sgrep":       {Data: []byte("f($X)\n")},
		"patterns/python/call.py":          {Data: []byte("# ERROR: yes\nf(1)\ng(2)\n# MATCH:\nf\n\nf(3)\n")},
		"patterns/POLYGLOT/text.sgrep":     {Data: []byte("f(\"...\")")},
		"patterns/js/text.js":              {Data: []byte("// ERROR:\nf('a');\nf(b);\n")},
		"patterns/js/broken.sgrep":         {Data: []byte("f(")},
		"patterns/js/broken.js":            {Data: []byte("f();\n")},
		"patterns/js/alone.js":             {Data: []byte("// ERROR:\nf();\n")},
		"patterns/generic/words.sgrep":     {Data: []byte("a ... b")},
		"patterns/generic/words.generic":   {Data: []byte("ERROR:\na c b\n")},
		"patterns/ocaml/not_read.ml":       {Data: []byte("(* ERROR: *)\nf 1\n")},
		"patterns/python/of_another.go":    {Data: []byte("package p\n")},
		"patterns/python/of_another.sgrep": {Data: []byte("p")},
	}
	var told bytes.Buffer
	s, tallies := &session{differences: &told}, map[string]*patternTally{}
	for name := range tests {
		if err := s.pattern(tests, name, tallies); err != nil {
			t.Fatal(err)
		}
	}
	for _, one := range tallies {
		one.took = 0
	}
	want := map[string]*patternTally{
		"Python":     {tests: 1, lines: 1, promised: 2, extra: 1},
		"JavaScript": {tests: 2, agree: 1, unread: 1, lines: 1, promised: 1},
		"generic":    {tests: 1, agree: 1, lines: 1, promised: 1},
	}
	if diff := cmp.Diff(want, tallies, cmp.AllowUnexported(patternTally{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, line := range []string{"patterns/python/call.py: not read false, missed [5], extra [7]\n", "patterns/js/broken.js: not read true, missed [], extra []\n"} {
		if !strings.Contains(told.String(), line) {
			t.Errorf("got %q, want %q in it", told.String(), line)
		}
	}
}

func TestPatterns_onlyWhereTheyAreNamed(t *testing.T) {
	t.Setenv("BENCH_SEMGREP_TESTS", "")
	var page bytes.Buffer
	if err := (&session{out: &page}).patterns(); err != nil || page.Len() > 0 {
		t.Errorf("%v, wrote %q", err, page.String())
	}
}

func TestPatternFolder(t *testing.T) {
	for folder, want := range map[string]bool{"js": true, "ts": true, "javascript": true, "python": false, "nothing": false} {
		if got := patternFolder(folder, syntax.TSX); got != want {
			t.Errorf("%s: got %v", folder, got)
		}
	}
}
