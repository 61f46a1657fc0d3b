package ingest

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var cfnLintFormat = Format{
	Name: "cfn-lint", Title: "cfn-lint JSON", Tool: "cfn-lint",
	Nothing: []string{"[]"},
	Is:      func(h *Head) bool { return h.Array() && h.Has("Filename", "Level", "Rule.Id", "Location.Start") },
	Read: func(in *Input, h *Header, out Sink) error {
		return records(in.json(), h, func(m *cfnLintMatch) error {
			if strings.HasPrefix(m.Rule.ID, "E0000") {
				missed(h, "%s could not be parsed: %s", m.Filename, m.Message)
			}
			return m.emit(out)
		})
	},
}

// cfnLintMatch is one result of "cfn-lint --format json" (formatters/JsonFormatter).
type cfnLintMatch struct {
	Filename, Level, Message string
	Location                 struct {
		Start, End struct {
			Line   int `json:"LineNumber"`
			Column int `json:"ColumnNumber"`
		}
		Path list[string]
	}
	Rule struct {
		ID          string `json:"Id"`
		Title       string `json:"ShortDescription"`
		Description string
		Source      string
	}
}

func (m *cfnLintMatch) emit(out Sink) error {
	rule := finding.Rule{
		ID: m.Rule.ID, Engine: "iac", Title: titleOf(m.Rule.Title, m.Rule.ID), Why: m.Rule.Description, Severity: severityOf(m.Level), Confidence: finding.Firm,
		References: texts(m.Rule.Source),
	}
	l := &m.Location
	at := finding.Location{Path: rooted(m.Filename), Region: lines(l.Start.Line, l.End.Line)}
	if at.Region.StartLine > 0 {
		at.Region.StartColumn, at.Region.EndColumn = l.Start.Column, l.End.Column
	}
	if way := texts(l.Path...); len(way) > 1 { // "Resources", "Bucket", "Properties", …
		at.Logical = steps("resource", way[1])
		if way[0] != "Resources" {
			at.Logical = steps("resource", way[0]+"."+way[1])
		}
	}
	return emit(out, rule, found(rule, firstText(m.Message, rule.Title), at))
}
