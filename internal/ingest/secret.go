package ingest

import (
	"regexp"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/finding"
)

// hardCoded is CWE-798, use of hard-coded credentials: what every scanner for secrets looks for.
const hardCoded = 798

// secretRule is a rule of a scanner for secrets, few of which know severities.
func secretRule(id, title string, severity finding.Severity, confidence finding.Confidence) finding.Rule {
	return finding.Rule{
		ID: id, Engine: "secret", Title: titleOf(title, id), Severity: severity, Confidence: confidence, CWE: []int{hardCoded},
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

// conceal makes a value that a report quotes the finding's secret: it is masked wherever the finding or its rule repeats it. Where a report does
// not tell the value apart from the code around it, nobody can mask it: an empty value drops the code. One of less than four bytes would mask
// half of the text, so that it is masked between quotes only and the code is dropped.
func conceal(rule *finding.Rule, f *finding.Finding, value string) {
	value = strings.TrimSpace(value)
	if len(value) < 4 {
		f.Location.Snippet, f.Flow, f.Fix, f.Also = "", nil, finding.Fix{}, nil
	}
	if value == "" {
		return
	}
	masked := finding.Mask(value)
	f.Secret, f.Evidence = finding.Conceal(value), masked
	hide := strings.NewReplacer(value, masked)
	if len(value) < 4 {
		hide = strings.NewReplacer("'"+value+"'", "'"+masked+"'", `"`+value+`"`, `"`+masked+`"`)
	}
	for _, text := range []*string{&rule.Title, &rule.Why, &rule.Fix, &f.Message, &f.Location.Snippet, &f.Fix.Text} {
		*text = hide.Replace(*text)
	}
	for i := range f.Facts {
		f.Facts[i].Value = hide.Replace(f.Facts[i].Value)
	}
	for i := range f.Also {
		f.Also[i].Snippet = hide.Replace(f.Also[i].Snippet)
	}
	for i := range f.Flow {
		f.Flow[i].Message, f.Flow[i].Location.Snippet = hide.Replace(f.Flow[i].Message), hide.Replace(f.Flow[i].Location.Snippet)
	}
	for i := range f.Fix.Edits {
		f.Fix.Edits[i].New = hide.Replace(f.Fix.Edits[i].New)
	}
	for i := range f.Location.Logical {
		f.Location.Logical[i].Name = hide.Replace(f.Location.Logical[i].Name)
	}
}

// concealQuoted conceals a secret as a tool quotes it. What the tool itself has cut short or replaced is masked too, but not kept as a
// value: all secrets that are shown as "REDACTED" would become one.
func concealQuoted(rule *finding.Rule, f *finding.Finding, value string) {
	value = strings.TrimSpace(value)
	stars := strings.Trim(value, "*")
	switch {
	case value == "" || stars == "" || strings.HasPrefix(value, "REDACT"):
		return
	case strings.HasSuffix(value, "...") || strings.HasSuffix(value, "…") || strings.Contains(value, "****"):
		conceal(rule, f, value)
		f.Secret = finding.Sensitive{}
	default:
		conceal(rule, f, value)
	}
}

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

var secretWords = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)secret|passw|credential|token|api.?key|access.?key|private.?key|hard.?coded|sensitive`)
})

// quotesSecret tells whether the code that a check complains about may hold a secret in the open: then it is not shown.
func quotesSecret(title string) bool { return secretWords().MatchString(title) }

// credential finds what lets somebody in: the values of authorisation headers, cookies, tokens and passwords.
var credential = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(authorization["']?\s*[:=]\s*["']?(?:\w+\s+)?|cookie:\s*[^=;\s]+=|\b(?:basic|bearer)\s+|` +
		`[\w-]*(?:token|passw(?:or)?d|pwd|secret|api[-_]?key|sess(?:ion)?[-_]?id)["']?\s*[=:]\s*["']?)([^\s"'&;,<>]{4,})`)
})

// quoted is a piece of traffic as it may be shown: one short line, credentials masked.
func quoted(traffic string) string {
	line := oneLine(traffic, 2000)
	line = credential().ReplaceAllStringFunc(line, func(m string) string {
		part := credential().FindStringSubmatch(m)
		return part[1] + finding.Mask(part[2])
	})
	return oneLine(line, 300)
}
