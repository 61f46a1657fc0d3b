package ingest

import (
	"cmp"
	"fmt"
)

var burpJSONFormat = Format{
	Name: "burp-json", Title: "Burp Suite JSON (REST API and DAST)", Tool: "Burp Suite",
	Is: func(h *Head) bool {
		return h.Object() && (h.Has("issue_events", "scan_status") || h.Has("issues.issue_type", "issues.origin") || h.Has("Issues.issue_type", "Issues.origin"))
	},
	Read: readBurpJSON,
}

// readBurpJSON reads a scan of the REST API of Burp Suite Professional (GET /v0.1/scan/ID), and a list of issues as the GraphQL API of Burp Suite
// DAST (once Enterprise Edition) gives it.
func readBurpJSON(in *Input, h *Header, out Sink) error {
	j := in.json()
	return j.members(func(name string) error {
		switch name {
		case "scan_status":
			var status string
			err := j.value(&status)
			if status != "succeeded" && status != "" {
				missed(h, "the scan is not done: its status is %s", status)
			}
			return err
		case "scan_metrics":
			var m struct {
				Waiting int `json:"audit_queue_items_waiting"`
				Errors  int `json:"audit_network_errors"`
			}
			err := j.value(&m)
			if m.Waiting > 0 {
				missed(h, "%d places were not attacked yet", m.Waiting)
			}
			if m.Errors > 0 {
				missed(h, "%d requests met network errors", m.Errors)
			}
			return err
		case "issue_events":
			return each(j, func(e *struct{ Issue *burpIssueREST }) error {
				if e.Issue == nil {
					return nil
				}
				return e.Issue.issue().emit(out)
			})
		case "issues", "Issues":
			return each(j, func(i *burpIssueDAST) error { return i.issue().emit(out) })
		}
		return j.skip()
	})
}

type burpIssueREST struct {
	Name, Origin, Path, Severity, Confidence, Description, Remediation, Caption string
	TypeIndex                                                                   string       `json:"type_index"`
	Background                                                                  string       `json:"issue_background"`
	RemediationBackground                                                       string       `json:"remediation_background"`
	References                                                                  list[string] `json:"references"`
	Classes                                                                     list[string] `json:"vulnerability_classifications"`
}

func (i *burpIssueREST) issue() burpIssue {
	return burpIssue{
		id: i.TypeIndex, name: i.Name, origin: i.Origin, path: i.Path, location: i.Caption,
		severity: i.Severity, confidence: i.Confidence, why: i.Background, detail: i.Description,
		fix: i.RemediationBackground, fixHere: i.Remediation, references: fmt.Sprint(texts(i.References...)), classes: fmt.Sprint(texts(i.Classes...)),
	}
}

type burpIssueDAST struct {
	IssueType struct {
		TypeIndex   string `json:"type_index"`
		Name        string
		Description string `json:"description_html"`
		Remediation string `json:"remediation_html"`
		References  string `json:"references_html"`
		Classes     string `json:"vulnerability_classifications_html"`
	} `json:"issue_type"`
	Description, Remediation, Severity, Confidence, Path, Origin string
	DescriptionHTML                                              string `json:"description_html"`
	RemediationHTML                                              string `json:"remediation_html"`
}

func (i *burpIssueDAST) issue() burpIssue {
	t := &i.IssueType
	return burpIssue{
		id: t.TypeIndex, name: t.Name, origin: i.Origin, path: i.Path, severity: i.Severity,
		confidence: i.Confidence, why: t.Description, fix: t.Remediation, references: t.References, classes: t.Classes,
		detail: cmp.Or(i.DescriptionHTML, i.Description), fixHere: cmp.Or(i.RemediationHTML, i.Remediation),
	}
}
