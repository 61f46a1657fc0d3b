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

// concealQuoted conceals a secret as a tool quotes it. What the tool itself has cut short or replaced is masked too, but not kept as a
// value: all secrets that are shown as "REDACTED" would become one.
func concealQuoted(f *finding.Finding, value string) {
	value = strings.TrimSpace(value)
	stars := strings.Trim(value, "*")
	switch {
	case value == "" || stars == "" || strings.HasPrefix(value, "REDACT"):
		return
	case strings.HasSuffix(value, "...") || strings.HasSuffix(value, "…") || strings.Contains(value, "****"):
		conceal(f, value)
		f.Secret = finding.Sensitive{}
	default:
		conceal(f, value)
	}
}

var secretWords = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)secret|passw|credential|token|api.?key|access.?key|private.?key|hard.?coded|sensitive`)
})

// quotesSecret tells whether the code that a check complains about may hold a secret in the open: then it is not shown.
func quotesSecret(title string) bool { return secretWords().MatchString(title) }
