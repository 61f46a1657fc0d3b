package report

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

const (
	// githubTagLimit is how many tags a rule may have at GitHub; it shows the first ten.
	githubTagLimit = 20
	// githubTextLimit is how many characters of a description GitHub takes.
	githubTextLimit = 1024
	cweTagPrefix    = "external/cwe/cwe-"
)

// sarifRuleOf writes a rule the way GitHub code scanning shows it best. The texts that the standard's members cannot
// give back unchanged stand in the property bag as well.
func sarifRuleOf(r *finding.Rule) sarifRule {
	out := sarifRule{
		ID:               r.ID,
		Name:             pascalCase(r.ID),
		ShortDescription: &sarifText{Text: r.Title},
		FullDescription:  &sarifText{Text: finding.Clip(plainProse(r.Why), githubTextLimit), Markdown: finding.Clip(r.Why, githubTextLimit)},
		DefaultConfig:    &sarifConfiguration{Level: sarifLevel(r.Severity)},
		Help:             sarifHelp(r),
		HelpURI:          helpURI(r),
		Properties: &sarifRuleBag{
			Tags: sarifTags(r), Precision: looseText(sarifPrecision(r.Confidence)),
			SecuritySeverity: looseText(securitySeverity(r.Severity)), ProblemSeverity: looseText(problemSeverity(r.Severity)),
			Engine: r.Engine, Severity: &r.Severity, Confidence: &r.Confidence,
			Why: r.Why, Fix: r.Fix, Revoke: r.Revoke, Opens: r.Opens, References: r.References,
			CWE: r.CWE, OWASP: r.OWASP, Tagged: r.Tags, FalsePositives: r.FalsePositives, Since: r.Since,
		},
	}
	if r.Why == "" {
		out.FullDescription = &sarifText{Text: r.Title}
	}
	return out
}

// adviceOf gives a rule's texts under their headings, in the order people need them.
func adviceOf(r *finding.Rule) []advice {
	all := []advice{
		{"Why it matters", r.Why},
		{"What to do", r.Fix},
		{"How to revoke it", r.Revoke},
		{"What it opens", r.Opens},
		{"When it is no fault", r.FalsePositives},
	}
	return slices.DeleteFunc(all, func(a advice) bool { return strings.TrimSpace(a.text) == "" })
}

// advice is one text of a rule; text is Markdown.
type advice struct{ heading, text string }

func sarifHelp(r *finding.Rule) *sarifText {
	var plain, markdown strings.Builder
	for _, a := range adviceOf(r) {
		fmt.Fprintf(&plain, "%s\n%s\n\n", a.heading, plainProse(a.text))
		fmt.Fprintf(&markdown, "## %s\n\n%s\n\n", a.heading, strings.TrimSpace(a.text))
	}
	if refs := links(r); len(refs) > 0 {
		plain.WriteString("References\n")
		markdown.WriteString("## References\n\n")
		for _, ref := range refs {
			fmt.Fprintf(&plain, "- %s\n", ref)
			fmt.Fprintf(&markdown, "- <%s>\n", ref)
		}
	}
	if plain.Len() == 0 {
		return &sarifText{Text: r.Title}
	}
	return &sarifText{Text: strings.TrimSpace(plain.String()), Markdown: strings.TrimSpace(markdown.String())}
}

// links are the references that are web addresses; a team's rule may hold anything.
func links(r *finding.Rule) []string {
	var out []string
	for _, ref := range r.References {
		if webLink(ref) {
			out = append(out, ref)
		}
	}
	return out
}

// webLink takes https addresses that need no escaping anywhere, and nothing else.
func webLink(s string) bool { return strings.HasPrefix(s, "https://") && plainURL(s) }

// plainURL tells whether s is an absolute URL with a host and without credentials, in characters that every format
// takes as they are.
func plainURL(s string) bool {
	odd := func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("\"'<>\\^`{|}()[]", r) }
	if len(s) > 2000 || strings.ContainsFunc(s, odd) || strings.Contains(s, "##") {
		return false
	}
	u, err := url.Parse(s)
	return err == nil && u.Scheme != "" && u.Host != "" && u.User == nil
}

func helpURI(r *finding.Rule) string {
	if refs := links(r); len(refs) > 0 {
		return refs[0]
	}
	return homePage
}

// sarifTags puts first what GitHub acts on: "security" makes the alert a security alert, external/cwe/… its weakness.
// GitHub writes CWE numbers with at least three digits.
func sarifTags(r *finding.Rule) looseTexts {
	tags := []string{"security"}
	add := func(tag string) {
		if tag != "" && !slices.Contains(tags, tag) && len(tags) < githubTagLimit {
			tags = append(tags, tag)
		}
	}
	for _, n := range r.CWE {
		add(fmt.Sprintf("%s%03d", cweTagPrefix, n))
	}
	add(r.Engine)
	for _, t := range r.Tags {
		add(t)
	}
	for _, c := range r.OWASP {
		add("external/owasp/" + c)
	}
	return tags
}

// securitySeverity is the CVSS-like number that GitHub ranks security alerts by; it knows none for information.
func securitySeverity(s finding.Severity) string {
	if s == finding.Info {
		return ""
	}
	return strconv.FormatFloat(s.Score(), 'f', 1, 64)
}

func problemSeverity(s finding.Severity) string {
	if level := sarifLevel(s); level != "note" {
		return level
	}
	return "recommendation"
}

func sarifPrecision(c finding.Confidence) string {
	switch c {
	case finding.Certain:
		return "very-high"
	case finding.Firm:
		return "high"
	case finding.Likely:
		return "medium"
	}
	return "low"
}
