package search

import (
	"testing"

	"github.com/reevehq/reeve/internal/semgrep"
	"github.com/reevehq/reeve/internal/syntax"
)

func TestNeeds_areWrittenAndRead(t *testing.T) {
	pattern := func(text string) semgrep.Formula { return semgrep.Pattern{Text: semgrep.Text{Value: text}} }
	either := semgrep.Or{Of: []semgrep.Formula{pattern("Exec.Run($X, a(...))"), pattern("system($X)")}}
	c := &Compiler{}
	for _, one := range []struct {
		formula     semgrep.Formula
		want        string
		meets, lack string
	}{
		{either, "Exec Run a|system", "x = SYSTEM(y)", "exec.walk(a)"},
		{semgrep.And{Positives: []semgrep.Formula{either, semgrep.Inside{Of: pattern("handler(...)")}}}, "Exec Run a|system;handler", "handler(system)", "system(1)"},
		{pattern("$F($X)"), "", "", "\x00"},
	} {
		n := c.needs(one.formula, syntax.Python)
		text := n.String()
		if text != one.want {
			t.Errorf("needs %q, want %q", text, one.want)
		}
		read, err := ParseNeeds(text)
		if err != nil || read.String() != text {
			t.Fatalf("read %q: %q, %v", text, read, err)
		}
		if !read.Met(WordsOf(one.meets)) || one.want != "" && read.Met(WordsOf(one.lack)) {
			t.Errorf("needs %q: met by %q and not by %q, wanted so: is not", text, one.meets, one.lack)
		}
	}
	never := TaintNeeds{Others: Needs{{}}}
	read, err := ParseTaintNeeds(never.String())
	if err != nil || read.Others.Met(WordsOf("anything")) || !read.Sinks.Met(WordsOf("anything")) {
		t.Errorf("read %q: %q, %v", never, read, err)
	}
	for _, bad := range []string{"a||b", ";", "a"} {
		if _, err := ParseTaintNeeds(bad); err == nil {
			t.Errorf("%q is no needs of data, and was read", bad)
		}
	}
}
