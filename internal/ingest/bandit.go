package ingest

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var banditFormat = Format{
	Name: "bandit", Title: "Bandit JSON", Tool: "Bandit",
	Is: func(h *Head) bool {
		return h.Has("generated_at", "metrics") && h.Contains(`"CONFIDENCE.`) || h.Has("generated_at", "metrics._totals") || h.Has("results.test_id", "results.issue_text")
	},
	Read: readBandit,
}

// readBandit reads what "bandit -f json" writes (bandit/formatters/json.py). Its metrics come before its results and are not needed.
func readBandit(in *Input, h *Header, out Sink) error {
	j := in.json()
	return j.members(func(name string) error {
		switch name {
		case "generated_at":
			return j.time(&h.At)
		case "errors":
			return each(j, func(e *struct{ Filename, Reason string }) error {
				missed(h, "%s: %s", rooted(e.Filename), e.Reason)
				return nil
			})
		case "results":
			return each(j, func(r *banditResult) error { return r.emit(out) })
		}
		return j.skip()
	})
}

type banditResult struct {
	Code, Filename                                                        string
	IssueConfidence, IssueSeverity, IssueText, MoreInfo, TestID, TestName string
	IssueCWE                                                              struct{ ID string }
	LineNumber, ColOffset, EndColOffset                                   string
	LineRange                                                             []string
}

func (r *banditResult) emit(out Sink) error {
	id, message := r.TestID, r.IssueText
	rule := finding.Rule{
		ID: id, Engine: "sast", Title: titleOf(sentence(r.TestName), message, id), Why: message,
		Severity: severityOf(r.IssueSeverity), Confidence: confidenceOf(r.IssueConfidence), CWE: cwesIn(r.IssueCWE.ID),
		References: texts(r.MoreInfo),
	}
	region := r.region()
	f := found(rule, message, finding.Location{Path: rooted(r.Filename), Region: region, Snippet: unnumbered(r.Code, region)})
	switch id {
	case "B105", "B106", "B107": // hard-coded passwords: the message is "Possible hardcoded password: 'value'"
		rule.Engine = "secret"
		rule.Why = "Possible hard-coded password."
		_, value, _ := strings.Cut(message, ": ")
		conceal(&rule, &f, strings.Trim(strings.TrimSpace(value), "'\""))
	}
	return emit(out, rule, f)
}

// region makes columns of Bandit's offsets, which count from 0 and came with 1.7.
func (r *banditResult) region() finding.Region {
	last := integer(r.LineNumber)
	for _, n := range r.LineRange {
		last = max(last, integer(n))
	}
	region := lines(integer(r.LineNumber), last)
	if r.ColOffset != "" && integer(r.EndColOffset) > 0 {
		region.StartColumn, region.EndColumn = integer(r.ColOffset)+1, integer(r.EndColOffset)+1
	}
	return region
}
