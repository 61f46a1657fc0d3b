package ingest

import (
	"cmp"
	"fmt"

	"github.com/reevehq/reeve/internal/finding"
)

var burpJSONFormat = Format{
	Name: "burp-json", Title: "Burp Suite JSON (REST API and DAST)",
	Is: func(h *Head) bool {
		return h.Object() && (h.Has("issue_events", "scan_status") || h.Has("issues.issue_type", "issues.origin") || h.Has("Issues.issue_type", "Issues.origin"))
	},
	Read: readBurpJSON,
}

// readBurpJSON reads a scan of the REST API of Burp Suite Professional (GET /v0.1/scan/ID), and a list of issues as the GraphQL API of Burp Suite
// DAST (once Enterprise Edition) gives it.
func readBurpJSON(in *Input, out Sink) (Header, error) {
	h := Header{Tool: finding.Tool{Name: "Burp Suite"}}
	j := in.json()
	err := j.members(func(name string) error {
		switch name {
		case "scan_status":
			var status string
			err := j.into(&status)
			if status != "succeeded" && status != "" {
				missed(&h, "the scan is not done: its status is %s", status)
			}
			return err
		case "scan_metrics":
			var m struct {
				Waiting int `json:"audit_queue_items_waiting"`
				Errors  int `json:"audit_network_errors"`
			}
			err := j.value(&m)
			if m.Waiting > 0 {
				missed(&h, "%d places were not attacked yet", m.Waiting)
			}
			if m.Errors > 0 {
				missed(&h, "%d requests met network errors", m.Errors)
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
	return h, err
}

type burpIssueREST struct {
	Name, Origin, Path, Severity, Confidence, Description, Remediation, Caption text
	TypeIndex                                                                   text       `json:"type_index"`
	Background                                                                  text       `json:"issue_background"`
	RemediationBackground                                                       text       `json:"remediation_background"`
	References                                                                  list[text] `json:"references"`
	Classes                                                                     list[text] `json:"vulnerability_classifications"`
}

func (i *burpIssueREST) issue() burpIssue {
	return burpIssue{
		id: string(i.TypeIndex), name: string(i.Name), origin: string(i.Origin), path: string(i.Path), location: string(i.Caption),
		severity: string(i.Severity), confidence: string(i.Confidence), why: string(i.Background), detail: string(i.Description),
		fix: string(i.RemediationBackground), fixHere: string(i.Remediation), references: fmt.Sprint(texts(i.References)), classes: fmt.Sprint(texts(i.Classes)),
	}
}

type burpIssueDAST struct {
	IssueType struct {
		TypeIndex   text `json:"type_index"`
		Name        text
		Description text `json:"description_html"`
		Remediation text `json:"remediation_html"`
		References  text `json:"references_html"`
		Classes     text `json:"vulnerability_classifications_html"`
	} `json:"issue_type"`
	Description, Remediation, Severity, Confidence, Path, Origin text
	DescriptionHTML                                              text `json:"description_html"`
	RemediationHTML                                              text `json:"remediation_html"`
}

func (i *burpIssueDAST) issue() burpIssue {
	t := &i.IssueType
	return burpIssue{
		id: string(t.TypeIndex), name: string(cmp.Or(t.Name, "Issue without a name")), origin: string(i.Origin), path: string(i.Path), severity: string(i.Severity),
		confidence: string(i.Confidence), why: string(t.Description), fix: string(t.Remediation), references: string(t.References), classes: string(t.Classes),
		detail: string(cmp.Or(i.DescriptionHTML, i.Description)), fixHere: string(cmp.Or(i.RemediationHTML, i.Remediation)),
	}
}
