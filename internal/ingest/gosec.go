package ingest

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var gosecFormat = Format{
	Name: "gosec", Title: "gosec JSON", Tool: "gosec",
	Is: func(h *Head) bool {
		return h.Has("Issues.rule_id", "Issues.details") || h.Has("Golang errors", "Issues") || h.Has("Issues", "Stats.nosec")
	},
	Read: readGosec,
}

// readGosec reads what "gosec -fmt json" writes (gosec's report.go and issue.go).
func readGosec(in *Input, h *Header, out Sink) error {
	j := in.json()
	return j.members(func(name string) error {
		switch name {
		case "GosecVersion":
			err := j.value(&h.Tool.Version)
			if h.Tool.Version == "dev" {
				h.Tool.Version = ""
			}
			return err
		case "Golang errors":
			return j.members(func(file string) error {
				return each(j, func(e *struct{ Line, Error string }) error {
					missed(h, "%s:%s: %s", rooted(file), e.Line, e.Error)
					return nil
				})
			})
		case "Issues":
			return each(j, func(i *gosecIssue) error { return i.emit(out) })
		}
		return j.skip()
	})
}

type gosecIssue struct {
	Severity, Confidence, RuleID, Details, File, Code, Line, Column, Autofix string

	CWE          struct{ ID, URL string }
	NoSec        bool
	Suppressions []struct{ Kind, Justification string }
}

func (i *gosecIssue) emit(out Sink) error {
	id, details := i.RuleID, i.Details
	rule := finding.Rule{
		ID: id, Engine: "sast", Title: titleOf(details, id), Why: details,
		Severity: severityOf(i.Severity), Confidence: confidenceOf(i.Confidence), CWE: cwesIn(i.CWE.ID),
	}
	first, last, _ := strings.Cut(i.Line, "-")
	region := lines(integer(first), integer(last))
	region.StartColumn = integer(i.Column)
	f := finding.Finding{
		Severity: rule.Severity, Confidence: rule.Confidence, Message: oneLine(details, 500),
		Location: finding.Location{Path: rooted(i.File), Region: region, Snippet: unnumbered(i.Code, region)},
		Fix:      finding.Fix{Text: i.Autofix},
	}
	if id == "G101" { // hard-coded credentials
		rule.Engine = "secret"
		conceal(&rule, &f, literal(f.Location.Snippet))
	}
	if i.NoSec || len(i.Suppressions) > 0 {
		f.Verdict = waived(i.because())
	}
	return emit(out, rule, f)
}

func (i *gosecIssue) because() string {
	if len(i.Suppressions) == 0 || i.Suppressions[0].Kind == "inSource" {
		why := "suppressed by a comment in the code"
		if len(i.Suppressions) > 0 && i.Suppressions[0].Justification != "" {
			why += ": " + i.Suppressions[0].Justification
		}
		return why
	}
	return strings.TrimSuffix("suppressed by gosec's configuration: "+i.Suppressions[0].Justification, ": ")
}
