package ingest

import (
	"regexp"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/finding"
)

var quotedLiteral = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile("\"(?:[^\"\\\\\n]|\\\\.)+\"|'(?:[^'\\\\\n]|\\\\.)+'|`[^`]+`")
})

// literal gives the longest quoted text of some code, without its quotes; "" where there is none.
func literal(code string) string {
	longest := ""
	for _, q := range quotedLiteral().FindAllString(code, -1) {
		if q = q[1 : len(q)-1]; len(q) > len(longest) {
			longest = q
		}
	}
	return longest
}

// concealEverywhere is conceal, and masks the value in the flow, the fix and the rule's texts too. Where a report does not tell the value apart
// from the code around it, nobody can mask it: an empty value drops the code. One of less than four bytes would mask half of the text, so
// that it is masked between quotes only.
func concealEverywhere(rule *finding.Rule, f *finding.Finding, value string) {
	value = strings.TrimSpace(value)
	if len(value) < 4 {
		f.Location.Snippet, f.Flow, f.Fix, f.Also = "", nil, finding.Fix{}, nil
	}
	if value == "" {
		return
	}
	masked := finding.Mask(value)
	hide := func(s string) string { return strings.ReplaceAll(s, value, masked) }
	if len(value) < 4 {
		f.Secret, f.Evidence = finding.Conceal(value), masked
		hide = strings.NewReplacer("'"+value+"'", "'"+masked+"'", `"`+value+`"`, `"`+masked+`"`).Replace
		f.Message = hide(f.Message)
	} else {
		conceal(f, value)
	}
	rule.Title, rule.Why, rule.Fix = hide(rule.Title), hide(rule.Why), hide(rule.Fix)
	f.Fix.Text = hide(f.Fix.Text)
	for i := range f.Flow {
		f.Flow[i].Message, f.Flow[i].Location.Snippet = hide(f.Flow[i].Message), hide(f.Flow[i].Location.Snippet)
	}
	for i := range f.Fix.Edits {
		f.Fix.Edits[i].New = hide(f.Fix.Edits[i].New)
	}
	for i := range f.Location.Logical {
		f.Location.Logical[i].Name = hide(f.Location.Logical[i].Name)
	}
}

// secretCWE tells that a weakness is a secret in the code: 259 and 798 (hard-coded password, credentials), 321 (key), 547 (constant).
func secretCWE(cwe []int) bool {
	for _, n := range cwe {
		if n == 259 || n == 321 || n == 798 {
			return true
		}
	}
	return false
}
