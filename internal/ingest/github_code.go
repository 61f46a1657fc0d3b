package ingest

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var githubCodeFormat = Format{
	Name: "github-code-scanning", Title: "GitHub code scanning alerts",
	Is: func(h *Head) bool { return h.Has("number", "state", "rule.id", "most_recent_instance") },
	Read: func(in *Input, out Sink) (Header, error) {
		h := Header{Tool: finding.Tool{Name: "GitHub code scanning"}}
		return h, records(in.json(), func(a *githubCode) error { return a.emit(out) })
	},
}

// githubCode is one alert of GitHub's REST API: /repos/OWNER/REPO/code-scanning/alerts, or that of an organisation.
type githubCode struct {
	githubAlert
	DismissedBy     githubUser `json:"dismissed_by"`
	DismissedReason text       `json:"dismissed_reason"`
	Comment         text       `json:"dismissed_comment"`

	Rule struct {
		ID, Name, Severity, Description, Help text
		Security                              text `json:"security_severity_level"`
		Full                                  text `json:"full_description"`
		HelpURI                               text `json:"help_uri"`
		Tags                                  list[text]
	}
	Tool     struct{ Name, Version text }
	Instance struct {
		Ref             text
		Commit          text `json:"commit_sha"`
		Message         struct{ Text text }
		Classifications list[text]
		Location        struct {
			Path        text
			StartLine   int `json:"start_line"`
			EndLine     int `json:"end_line"`
			StartColumn int `json:"start_column"`
			EndColumn   int `json:"end_column"`
		}
	} `json:"most_recent_instance"`
}

// emit emits the alert, unless it has been fixed.
func (a *githubCode) emit(out Sink) error {
	if a.State == "fixed" || a.State == "closed" {
		return nil
	}
	r := &a.Rule
	id, tags := firstText(string(r.ID), string(r.Name)), texts(r.Tags)
	rule := finding.Rule{
		ID: id, Engine: a.class(), Title: titleOf(string(r.Description), string(r.Name), id), Why: firstText(string(r.Full), string(r.Description)),
		Fix: string(r.Help), Severity: severityOf(firstText(string(r.Security), string(r.Severity))), Confidence: finding.Firm,
		CWE: cwesIn(tags...), Tags: tags, References: texts([]text{r.HelpURI}),
	}
	l := &a.Instance.Location
	at := finding.Location{Path: rooted(string(l.Path)), Commit: string(a.Instance.Commit), Region: lines(l.StartLine, l.EndLine)}
	if at.Region.StartLine > 0 {
		at.Region.StartColumn, at.Region.EndColumn = l.StartColumn, l.EndColumn
	}
	if at.Path == "" {
		at.Logical = steps("url", a.link())
	}
	f := found(rule, firstText(string(a.Instance.Message.Text), rule.Title), at)
	f.Asset, f.Fingerprint = a.repository(), finding.Fingerprint(a.link())
	f.Facts = factsOf("alert", a.link(), "tool", strings.TrimSpace(string(a.Tool.Name+" "+a.Tool.Version)), "ref", string(a.Instance.Ref),
		"code", strings.Join(texts(a.Instance.Classifications), ", "))
	if a.State == "dismissed" {
		f.Verdict = waived(judged(a.DismissedBy, a.DismissedReason, a.Comment))
	}
	return emit(out, rule, f)
}

// class tells by the tool that uploaded it what an alert is about: code scanning takes the results of any.
func (a *githubCode) class() string {
	tool, id := strings.ToLower(string(a.Tool.Name)), strings.ToUpper(string(a.Rule.ID))
	is := func(names ...string) bool {
		for _, n := range names {
			if strings.Contains(tool, n) {
				return true
			}
		}
		return false
	}
	switch {
	case strings.HasPrefix(id, "CVE-"), strings.HasPrefix(id, "GHSA-"), is("grype", "osv-scanner", "govulncheck", "snyk open source"):
		return "sca"
	case is("checkov", "kics", "tfsec", "terrascan", "kubesec", "kubescape", "kube", "polaris", "hadolint", "cfn", "trivy", "snyk iac"):
		return "iac"
	case is("gitleaks", "trufflehog", "secret"):
		return "secret"
	case is("scorecard", "zizmor", "actionlint"), strings.HasPrefix(id, "ACTIONS/"):
		return "pipeline"
	case is("zap", "nuclei", "stackhawk"):
		return "dast"
	}
	return "sast"
}
