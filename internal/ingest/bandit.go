package ingest

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var banditFormat = Format{
	Name: "bandit", Title: "Bandit JSON",
	Is: func(h *Head) bool {
		return h.Has("generated_at", "metrics._totals") || h.Has("results.test_id", "results.issue_text")
	},
	Read: readBandit,
}

// readBandit reads what "bandit -f json" writes (bandit/formatters/json.py). Its metrics come before its results and are not needed.
func readBandit(in *Input, out Sink) (Header, error) {
	h := Header{Tool: finding.Tool{Name: "Bandit"}}
	j := in.json()
	err := j.members(func(name string) error {
		switch name {
		case "generated_at":
			var at text
			err := j.value(&at)
			h.At = timeOf(string(at))
			return err
		case "errors":
			return each(j, func(e *struct{ Filename, Reason text }) error {
				h.Partial = append(h.Partial, oneLine(rooted(string(e.Filename))+": "+string(e.Reason), 300))
				return nil
			})
		case "results":
			return each(j, func(r *banditResult) error { return r.emit(out) })
		}
		return j.skip()
	})
	return h, err
}

type banditResult struct {
	Code, Filename                                                        text
	IssueConfidence, IssueSeverity, IssueText, MoreInfo, TestID, TestName text
	IssueCWE                                                              struct{ ID text }
	LineNumber, ColOffset, EndColOffset                                   text
	LineRange                                                             []text
}

func (r *banditResult) emit(out Sink) error {
	id, message := string(r.TestID), string(r.IssueText)
	rule := finding.Rule{
		ID: id, Engine: "sast", Title: titleOf(sentence(string(r.TestName)), message, id), Why: message,
		Severity: severityOf(string(r.IssueSeverity)), Confidence: confidenceOf(string(r.IssueConfidence)), CWE: cwesIn(string(r.IssueCWE.ID)),
	}
	if r.MoreInfo != "" {
		rule.References = []string{string(r.MoreInfo)}
	}
	region := r.region()
	f := finding.Finding{
		Rule: id, Engine: rule.Engine, Severity: rule.Severity, Confidence: rule.Confidence, Message: oneLine(message, 500),
		Location: finding.Location{Path: rooted(string(r.Filename)), Region: region, Snippet: unnumbered(string(r.Code), region)},
	}
	switch id {
	case "B105", "B106", "B107": // hard-coded passwords: the message is "Possible hardcoded password: 'value'"
		rule.Engine, f.Engine = "secret", "secret"
		rule.Why = "Possible hard-coded password."
		_, value, _ := strings.Cut(message, ": ")
		concealEverywhere(&rule, &f, strings.Trim(strings.TrimSpace(value), "'\""))
	}
	return emit(out, rule, f)
}

// region makes columns of Bandit's offsets, which count from 0 and came with 1.7.
func (r *banditResult) region() finding.Region {
	last := number(string(r.LineNumber))
	for _, n := range r.LineRange {
		last = max(last, number(string(n)))
	}
	region := lines(number(string(r.LineNumber)), last)
	if r.ColOffset != "" && number(string(r.EndColOffset)) > 0 {
		region.StartColumn, region.EndColumn = number(string(r.ColOffset))+1, number(string(r.EndColOffset))+1
	}
	return region
}
