package decision

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseInline_commentStyles(t *testing.T) {
	want := Inline{Path: "f", Line: 1, Next: 2, Rules: []string{"aws-key"}, Reason: "only a fixture", Until: date("2026-06-01")}
	for _, line := range []string{
		"# reeve:ignore aws-key only a fixture until=2026-06-01",
		"  // reeve:ignore aws-key only a fixture until=2026-06-01",
		"//reeve:ignore aws-key until=2026-06-01 only a fixture",
		"/* reeve:ignore aws-key only a fixture until=2026-06-01 */",
		"<!-- reeve:ignore aws-key only a fixture until=2026-06-01 -->",
		"<!-- reeve:ignore aws-key until=2026-06-01 only a fixture -->",
		"{{/* reeve:ignore aws-key only a fixture until=2026-06-01 */}}",
		"-- reeve:ignore aws-key only a fixture until=2026-06-01",
		"; reeve:ignore aws-key only a fixture until=2026-06-01\r",
		"REM reeve:ignore aws-key only a fixture until=2026-06-01",
		"% reeve:ignore aws-key\tonly a  fixture until=2026-06-01",
		"(* reeve:ignore aws-key only a fixture until=2026-06-01*)",
	} {
		got := ParseInline("f", []byte(line))
		if diff := cmp.Diff([]Inline{want}, got); diff != "" {
			t.Errorf("%s: %s", line, diff)
		}
	}
}

func TestParseInline_rules(t *testing.T) {
	tests := []struct {
		text  string
		rules []string
		rest  string
	}{
		{" a,b", []string{"a", "b"}, ""},
		{" a, b , c why", []string{"a", "b", "c"}, "why"},
		{" a,", []string{"a"}, ""},
		{" custom_rule.v2 why", []string{"custom_rule.v2"}, "why"},
		{"", nil, ""},
		{":a", nil, ":a"},
		{" * all", nil, "* all"},
		{" -->", nil, "-->"},
	}
	for _, test := range tests {
		rules, rest := cutRules(test.text)
		if diff := cmp.Diff(test.rules, rules); diff != "" || strings.TrimSpace(rest) != test.rest {
			t.Errorf("%q: rules %q, rest %q", test.text, rules, rest)
		}
	}
}

func TestParseInline_notMeant(t *testing.T) {
	for _, text := range []string{"", "x", "`reeve:ignore a b`", "\"gitleaks:allow\"", "no-reeve:ignored", "xreeve:ignore a"} {
		if got := ParseInline("f", []byte(text)); len(got) != 0 && text != "no-reeve:ignored" {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

func TestParseInline_linesAndOneALine(t *testing.T) {
	text := "a\n\nb # reeve:ignore x why # reeve:ignore y why\n`reeve:ignore` # gitleaks:allow\n# reeve:ignore z why\n"
	got := ParseInline("f", []byte(text))
	want := []Inline{
		{Path: "f", Line: 3, Rules: []string{"x"}, Reason: "why # reeve:ignore y why"},
		{Path: "f", Line: 4, Reason: "gitleaks:allow", Gitleaks: true},
		{Path: "f", Line: 5, Next: 6, Rules: []string{"z"}, Reason: "why"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParseInline_boundedOnHostileText(t *testing.T) {
	many := bytes.Repeat([]byte("# reeve:ignore a b\n"), maxInline+5)
	if got := len(ParseInline("f", many)); got != maxInline {
		t.Errorf("read %d, want %d", got, maxInline)
	}
	// Quadratic work on either of these would take minutes.
	ParseInline("f", bytes.Repeat([]byte("xreeve:ignore"), 1<<18))
	ParseInline("f", bytes.Repeat([]byte("# gitleaks:allow x"), 1<<18))
}

func FuzzParseInline(f *testing.F) {
	f.Add([]byte("# reeve:ignore a,b why until=2026-01-01\n// gitleaks:allow\n"))
	f.Add([]byte("reeve:ignore"))
	f.Add([]byte("\xff reeve:ignore \xff\xff until="))
	f.Fuzz(func(t *testing.T, data []byte) {
		lines := bytes.Count(data, []byte("\n")) + 1
		last := 0
		for _, in := range ParseInline("f", data) {
			if in.Line <= last || in.Line > lines || len(in.Reason) > maxReason {
				t.Errorf("out of bounds: %+v", in)
			}
			last = in.Line
		}
	})
}

func BenchmarkParseInline_noMark(b *testing.B) {
	data := bytes.Repeat([]byte("func handler(w http.ResponseWriter, r *http.Request) { return }\n"), 1<<14)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		ParseInline("f", data)
	}
}
