package report

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/finding"
)

var cweName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)\bcwe[-_ ]?0*([1-9][0-9]{0,4})\b`) })

// secretWords mark tools and rules that find secrets, in lower case and without separators. A report of such a tool may
// hold the secret in the clear (gitleaks writes it as the snippet), so what it quotes is masked. To mask too much only
// costs a line of code.
var secretWords = []string{
	"secret", "credential", "passw", "pwd", "token", "apikey", "accesskey", "privatekey", "leak", "truffle", "kingfisher",
	"noseyparker", "titus", "cwe798", "cwe259", "cwe321", "cwe522", "cwe540",
}

// rule takes what another tool says about a rule. Its help becomes the advice.
func (f *foreignReader) rule(s *sarifRule, id string) finding.Rule {
	short, full := textOf(s.ShortDescription), textOf(s.FullDescription)
	r := finding.Rule{
		ID: id, Engine: strings.ToLower(cmp.Or(f.run.Tool.Driver.Name, "unknown")),
		Title:      cmp.Or(short, firstSentence(full), s.Name, id),
		Severity:   f.severity(s, &sarifResult{}),
		Confidence: foreignConfidence(s),
		Why:        full,
		CWE:        foreignCWE(s),
	}
	if s.Help != nil {
		r.Fix = cmp.Or(s.Help.Markdown, s.Help.Text)
	}
	if s.HelpURI != "" {
		r.References = []string{s.HelpURI}
	}
	if s.Properties != nil {
		r.Tags = slices.Clone(s.Properties.Tags)
	}
	return r
}

func firstSentence(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	if i := strings.Index(s, ". "); i > 0 {
		return s[:i]
	}
	return s
}

// severity takes the CVSS-like score of the result or its rule (GitHub's convention, with the bands of CVSS v4.0),
// else the level of the result or its rule; SARIF's default level is "warning".
func (f *foreignReader) severity(rule *sarifRule, s *sarifResult) finding.Severity {
	var score looseText
	if rule.Properties != nil {
		score = rule.Properties.SecuritySeverity
	}
	if s.Properties != nil {
		score = cmp.Or(s.Properties.SecuritySeverity, score)
	}
	if n, err := strconv.ParseFloat(string(score), 64); err == nil && n > 0 {
		return finding.SeverityOfScore(n)
	}
	level := s.Level
	if level == "" && rule.DefaultConfig != nil {
		level = rule.DefaultConfig.Level
	}
	if s.Kind == "informational" {
		level = "none"
	}
	switch level {
	case "error":
		return finding.High
	case "note":
		return finding.Low
	case "none":
		return finding.Info
	}
	return finding.Medium
}

// foreignConfidence takes a tool's precision. None of them is Certain, which is kept for what reeve proved.
func foreignConfidence(s *sarifRule) finding.Confidence {
	if s.Properties == nil {
		return finding.Likely
	}
	switch s.Properties.Precision {
	case "very-high", "high":
		return finding.Firm
	case "low":
		return finding.Tentative
	}
	return finding.Likely
}

// foreignCWE reads weakness numbers from tags ("external/cwe/cwe-079", "CWE-79: …") and from relationships.
func foreignCWE(s *sarifRule) []int {
	var texts []string
	if s.Properties != nil {
		texts = append(texts, s.Properties.Tags...)
	}
	for _, rel := range s.Relationships {
		id := rel.Target.ID
		if c := rel.Target.Component; c != nil && strings.EqualFold(c.Name, "cwe") && !cweName().MatchString(id) {
			id = "CWE-" + id
		}
		texts = append(texts, id)
	}
	var out []int
	for _, t := range texts {
		for _, m := range cweName().FindAllStringSubmatch(finding.Clip(t, 200), 5) {
			if n, err := strconv.Atoi(m[1]); err == nil && !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	return out
}

// quotesSecrets tells whether what this rule's results quote may be a secret in the clear.
func (f *foreignReader) quotesSecrets(rule *sarifRule) bool {
	about := []string{f.run.Tool.Driver.Name, rule.ID, rule.Name}
	if rule.Properties != nil {
		about = append(about, rule.Properties.Tags...)
	}
	plain := strings.NewReplacer("-", "", "_", "", " ", "", ".", "").Replace(strings.ToLower(strings.Join(about, "\n")))
	return slices.ContainsFunc(secretWords, func(word string) bool { return strings.Contains(plain, word) })
}
