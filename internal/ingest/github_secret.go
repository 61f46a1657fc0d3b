package ingest

import (
	"github.com/reevehq/reeve/internal/finding"
)

var githubSecretFormat = Format{
	Name: "github-secret-scanning", Title: "GitHub secret scanning alerts", Tool: "GitHub secret scanning",
	Nothing: []string{"[]"},
	Is:      func(h *Head) bool { return h.Has("number", "secret_type", "state") },
	Read: func(in *Input, h *Header, out Sink) error {
		return records(in.json(), h, func(a *githubSecret) error { return a.emit(out) })
	},
}

// githubSecret is one alert of GitHub's REST API: /repos/OWNER/REPO/secret-scanning/alerts, or that of an organisation or enterprise.
type githubSecret struct {
	githubAlert
	Type        string     `json:"secret_type"`
	TypeName    string     `json:"secret_type_display_name"`
	Resolution  string     `json:"resolution"`
	ResolvedBy  githubUser `json:"resolved_by"`
	Comment     string     `json:"resolution_comment"`
	PublicLeak  bool       `json:"publicly_leaked"`
	Bypassed    bool       `json:"push_protection_bypassed"`
	CreatedAt   string     `json:"created_at"`
	MultiRepo   bool       `json:"multi_repo"`
	MoreThanOne bool       `json:"has_more_locations"`

	Secret, Validity string

	First struct {
		Path        string
		Blob        string `json:"blob_sha"`
		Commit      string `json:"commit_sha"`
		StartLine   int    `json:"start_line"`
		EndLine     int    `json:"end_line"`
		StartColumn int    `json:"start_column"`
		EndColumn   int    `json:"end_column"`
		// What a place outside of files has instead.
		Issue          string `json:"issue_title_url"`
		IssueBody      string `json:"issue_body_url"`
		IssueComment   string `json:"issue_comment_url"`
		PullBody       string `json:"pull_request_body_url"`
		PullComment    string `json:"pull_request_comment_url"`
		DiscussionBody string `json:"discussion_body_url"`
	} `json:"first_location_detected"`
}

// emit emits the alert, unless its secret has been revoked or its pattern is gone.
func (a *githubSecret) emit(out Sink) error {
	switch a.Resolution {
	case "revoked", "pattern_edited", "pattern_deleted":
		return nil
	}
	rule := secretRule(a.Type, firstText(a.TypeName, a.Type), finding.High, finding.Firm)
	at := finding.Location{
		Path: rooted(a.First.Path), Commit: a.First.Commit, Blob: a.First.Blob, Region: lines(a.First.StartLine, a.First.EndLine),
	}
	if at.Region.StartLine > 0 && a.First.EndColumn >= a.First.StartColumn {
		at.Region.StartColumn, at.Region.EndColumn = a.First.StartColumn, a.First.EndColumn
	}
	if at.Path == "" { // older exports do not say where, newer ones name an issue or a discussion
		l := &a.First
		at.Logical = steps("url", firstText(texts(l.Issue, l.IssueBody, l.IssueComment, l.PullBody, l.PullComment, l.DiscussionBody, a.link())...))
	}
	f := found(rule, "Secret of kind "+rule.Title, at)
	f.Asset = a.repository()
	f.Facts = factsOf("alert", a.link(), "date", commitTime(a.CreatedAt), "validity", a.Validity, "publicly leaked", yes(a.PublicLeak),
		"push protection bypassed", yes(a.Bypassed), "in several repositories", yes(a.MultiRepo), "more places", yes(a.MoreThanOne))
	switch a.Validity {
	case "active":
		f.Severity, f.Confidence = finding.Critical, finding.Certain
		f.Facts = append(f.Facts, factsOf("verified", "yes")...)
	case "inactive":
		f.Severity = finding.Medium
		f.Facts = append(f.Facts, factsOf("verified", "no")...)
	}
	if a.State == "resolved" {
		f.Verdict = waived(judged(a.ResolvedBy, a.Resolution, a.Comment))
	}
	if concealQuoted(&rule, &f, a.Secret); f.Secret.Reveal() == "" { // hide_secret=true: only the alert itself tells which secret it is
		f.Fingerprint = finding.Fingerprint(a.link())
	}
	return emit(out, rule, f)
}

// yes is "yes" or nothing.
func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}
