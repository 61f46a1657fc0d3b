package ingest

import (
	"fmt"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var gosecFormat = Format{
	Name: "gosec", Title: "gosec JSON",
	Is: func(h *Head) bool {
		return h.Has("Issues.rule_id", "Issues.details") || h.Has("Golang errors", "Issues") || h.Has("Issues", "Stats.nosec")
	},
	Read: readGosec,
}

// readGosec reads what "gosec -fmt json" writes (gosec's report.go and issue.go).
func readGosec(in *Input, out Sink) (Header, error) {
	h := Header{Tool: finding.Tool{Name: "gosec"}}
	j := in.json()
	err := j.members(func(name string) error {
		switch name {
		case "GosecVersion":
			err := j.value(&h.Tool.Version)
			if h.Tool.Version == "dev" {
				h.Tool.Version = ""
			}
			return err
		case "Golang errors":
			return j.members(func(file string) error {
				return each(j, func(e *struct{ Line, Error text }) error {
					h.Partial = append(h.Partial, oneLine(fmt.Sprintf("%s:%s: %s", rooted(file), e.Line, e.Error), 300))
					return nil
				})
			})
		case "Issues":
			return each(j, func(i *gosecIssue) error { return i.emit(out) })
		}
		return j.skip()
	})
	return h, err
}

type gosecIssue struct {
	Severity, Confidence, RuleID, Details, File, Code, Line, Column, Autofix text

	CWE          struct{ ID, URL text }
	NoSec        bool
	Suppressions []struct{ Kind, Justification text }
}

func (i *gosecIssue) emit(out Sink) error {
	id, details := string(i.RuleID), string(i.Details)
	rule := finding.Rule{
		ID: id, Engine: "sast", Title: titleOf(details, id), Why: details,
		Severity: severityOf(string(i.Severity)), Confidence: confidenceOf(string(i.Confidence)), CWE: cwesIn(string(i.CWE.ID)),
	}
	first, last, _ := strings.Cut(string(i.Line), "-")
	region := lines(number(first), number(last))
	region.StartColumn = number(string(i.Column))
	f := finding.Finding{
		Rule: id, Engine: rule.Engine, Severity: rule.Severity, Confidence: rule.Confidence, Message: oneLine(details, 500),
		Location: finding.Location{Path: rooted(string(i.File)), Region: region, Snippet: unnumbered(string(i.Code), region)},
		Fix:      finding.Fix{Text: string(i.Autofix)},
	}
	if id == "G101" { // hard-coded credentials
		rule.Engine, f.Engine = "secret", "secret"
		concealEverywhere(&rule, &f, literal(f.Location.Snippet))
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
			why += ": " + string(i.Suppressions[0].Justification)
		}
		return why
	}
	return strings.TrimSuffix("suppressed by gosec's configuration: "+string(i.Suppressions[0].Justification), ": ")
}
