package ingest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/report"
)

// sarifRule is a rule of another tool's SARIF log as the conventions want it.
type sarifRule struct {
	finding.Rule
	// flaws are the names of the flaw in a package that the rule is about, nil for others.
	flaws []string
}

func (s *savedSink) foreignRule(from *report.Foreign) *sarifRule {
	if r := s.foreign[from.Rule]; r != nil {
		return r
	}
	if len(s.foreign) >= maxTold {
		clear(s.foreign)
	}
	r := &sarifRule{Rule: *from.Rule}
	r.Engine = sarifClass(from.Tool.Name, from.Rule)
	if strings.HasPrefix(r.Title, "Semgrep Finding: ") { // the id again
		r.Title = cmp.Or(r.Why, r.Title)
	}
	r.Title = titleOf(r.Title, r.ID)
	r.Confidence = confidenceOf(from.Precision)
	if r.Engine == "sca" {
		r.flaws = sarifFlaws(from)
	}
	s.foreign[from.Rule] = r
	return r
}

// foreignFinding makes of another tool's result what the conventions want.
func (s *savedSink) foreignFinding(f *finding.Finding, from *report.Foreign) error {
	rule := s.foreignRule(from)
	f.Location.Path = rooted(f.Location.Path)
	for i := range f.Also {
		f.Also[i].Path = rooted(f.Also[i].Path)
	}
	for i := range f.Flow {
		f.Flow[i].Location.Path = rooted(f.Flow[i].Location.Path)
		f.Flow[i].Message = oneLine(f.Flow[i].Message, 500)
	}
	f.Location.Logical = slices.DeleteFunc(f.Location.Logical, func(l finding.Logical) bool { return l.Kind == "" && l.Name == "" })
	for i := range f.Location.Logical {
		f.Location.Logical[i].Kind = cmp.Or(f.Location.Logical[i].Kind, "member")
	}
	if rule.Engine == "sca" || rule.Engine == "image" {
		if w, ok := sarifFlaw(rule, f, from); ok {
			return w.emit(s.out)
		}
	}
	if f.Location.Path == "" && len(f.Location.Logical) == 0 {
		s.placeless++
		f.Location.Logical = steps("module", cmp.Or(from.Tool.Name, "unknown"))
	}
	f.Confidence = rule.Confidence
	f.Message = sarifMessage(f.Message, from)
	if !from.Identity {
		f.Fingerprint = ""
	}
	if quote := from.Quote.Reveal(); rule.Engine == "secret" && quote != "" {
		f.Evidence = f.Location.Snippet
		concealQuoted(&rule.Rule, f, quote)
		f.Evidence = finding.Mask(quote)
	}
	return emit(s.out, rule.Rule, *f)
}

// sarifMessage makes one sentence of a result's text. Trivy writes a form: the line that says something is its Message or Check.
func sarifMessage(text string, from *report.Foreign) string {
	form := formOf(text)
	switch {
	case form["message"] != "" && form["artifact"] != "":
		text = form["message"]
	case (form["match"] != "" || form["pkgname"] != "") && form["artifact"] != "":
		text = from.Rule.Title
	}
	return oneLine(cmp.Or(strings.TrimSpace(text), from.Rule.Title, from.Rule.ID), 500)
}

// formOf reads a text of lines "Name: value", names in lower case; what is no such line is passed over.
func formOf(text string) map[string]string {
	if !strings.Contains(text, "\n") {
		return nil
	}
	out := map[string]string{}
	for line := range strings.Lines(text) {
		name, value, found := strings.Cut(line, ":")
		name = strings.ToLower(strings.Trim(name, " \t*-"))
		if _, twice := out[name]; found && !twice && len(name) < 30 && len(out) < 50 {
			out[name] = strings.TrimSpace(value)
		}
	}
	return out
}

// sarifTools are the tools whose results are not about source code, by class: parts of their names, letters and digits only.
const sarifTools = `sast: snykcode
secret: gitleaks trufflehog detectsecrets kingfisher noseyparker titus ggshield gitguardian secretlint whispers talisman jfrogsecrets n0s1
pipeline: zizmor actionlint octoscan poutine scorecard legitify
iac: checkov kics tfsec terrascan snykiac snykinfrastructure kubelinter kubescape kubescore hadolint cfnlint cfnnag tflint regula psrule templateanalyzer conftest terraformcompliance polaris datree
image: dockle
sca: grype anchore osvscanner snyk dependencycheck dependencytrack dependabot govulncheck dockerscout clair pipaudit cargoaudit cargodeny npmaudit blackduck xray mend nancy ossindex syft safety auditjs bundleraudit
dast: zaproxy owaspzap nuclei burp stackhawk nikto wapiti dastardly mapi schemathesis
cloud: prowler scoutsuite cloudsploit steampipe powerpipe`

// sarifClass tells what a rule is about, by its tool, its tags and its id.
func sarifClass(tool string, r *finding.Rule) string {
	tagged := func(tag string) bool {
		return slices.ContainsFunc(r.Tags, func(t string) bool { return strings.EqualFold(t, tag) })
	}
	plain := plainName(tool)
	for line := range strings.Lines(sarifTools) {
		class, words, _ := strings.Cut(line, ":")
		for _, w := range strings.Fields(words) {
			if strings.Contains(plain, w) {
				return class
			}
		}
	}
	switch {
	case tagged("misconfiguration"):
		return "iac"
	case tagged("secret") && plain == "trivy":
		return "secret"
	case tagged("license") || tagged("licence"):
		return "licence"
	case flawName().MatchString(r.ID), tagged("vulnerability") && plain == "trivy":
		return "sca"
	case strings.HasPrefix(r.ID, "actions/"): // CodeQL's rules about GitHub Actions
		return "pipeline"
	}
	if strings.Contains(r.ID, "secrets.") || strings.Contains(r.ID, "detected-") && slices.Contains(r.CWE, hardCoded) { // Semgrep's rules about secrets
		return "secret"
	}
	return "sast"
}

func plainName(s string) string {
	return strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			return c
		}
		return -1
	}, strings.ToLower(s))
}
