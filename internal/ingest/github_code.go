package ingest

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var githubCodeFormat = Format{
	Name: "github-code-scanning", Title: "GitHub code scanning alerts", Tool: "GitHub code scanning",
	Nothing: []string{"[]"},
	Is:      func(h *Head) bool { return h.Has("number", "state", "rule.id", "most_recent_instance") },
	Read: func(in *Input, h *Header, out Sink) error {
		return records(in.json(), h, func(a *githubCode) error { return a.emit(out) })
	},
}

// githubCode is one alert of GitHub's REST API: /repos/OWNER/REPO/code-scanning/alerts, or that of an organisation.
type githubCode struct {
	githubAlert
	DismissedBy     githubUser `json:"dismissed_by"`
	DismissedReason string     `json:"dismissed_reason"`
	Comment         string     `json:"dismissed_comment"`

	Rule struct {
		ID, Name, Severity, Description, Help string
		Security                              string `json:"security_severity_level"`
		Full                                  string `json:"full_description"`
		HelpURI                               string `json:"help_uri"`
		Tags                                  list[string]
	}
	Tool     struct{ Name, Version string }
	Instance struct {
		Ref             string
		Commit          string `json:"commit_sha"`
		Message         struct{ Text string }
		Classifications list[string]
		Location        struct {
			Path        string
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
	id, tags := firstText(r.ID, r.Name), texts(r.Tags...)
	rule := finding.Rule{
		ID: id, Engine: a.class(), Title: titleOf(r.Description, r.Name, id), Why: firstText(r.Full, r.Description),
		Fix: r.Help, Severity: severityOf(firstText(r.Security, r.Severity)), Confidence: finding.Firm,
		CWE: cwesIn(tags...), Tags: tags, References: texts(r.HelpURI),
	}
	l := &a.Instance.Location
	at := finding.Location{Path: rooted(l.Path), Commit: a.Instance.Commit, Region: lines(l.StartLine, l.EndLine)}
	if at.Region.StartLine > 0 {
		at.Region.StartColumn, at.Region.EndColumn = l.StartColumn, l.EndColumn
	}
	if at.Path == "" {
		at.Logical = steps("url", a.link())
	}
	f := found(rule, firstText(a.Instance.Message.Text, rule.Title), at)
	f.Asset, f.Fingerprint = a.repository(), finding.Fingerprint(a.link())
	f.Facts = factsOf("alert", a.link(), "tool", strings.TrimSpace(a.Tool.Name+" "+a.Tool.Version), "ref", a.Instance.Ref,
		"code", strings.Join(texts(a.Instance.Classifications...), ", "))
	if a.State == "dismissed" {
		f.Verdict = waived(judged(a.DismissedBy, a.DismissedReason, a.Comment))
	}
	return emit(out, rule, f)
}

// class tells by the tool that uploaded it what an alert is about: code scanning takes the results of any.
func (a *githubCode) class() string {
	tool, id := strings.ToLower(a.Tool.Name), strings.ToUpper(a.Rule.ID)
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
