package ingest

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/report"
)

// reeveFormat is what "reeve scan --format json", jsonl and sarif write. It comes back as it went.
var reeveFormat = Format{
	Name: "reeve", Title: "reeve's result (JSON, JSON Lines, SARIF)", Tool: "reeve",
	Is: func(h *Head) bool {
		return h.Object() && (h.Text("schema") == finding.SchemaV1 || h.Text("runs.properties.reeve/schema") == finding.SchemaV1 ||
			h.Text("runs.tool.driver.name") == "reeve")
	},
	Read: readReeve,
}

// sarifFormat is the Static Analysis Results Interchange Format 2.1.0 (OASIS), of any tool.
var sarifFormat = Format{
	Name: "sarif", Title: "SARIF 2.1.0", Tool: "unknown",
	Is: func(h *Head) bool {
		return h.Object() && (h.Has("runs") && (h.Text("version") == "2.1.0" || h.Has("$schema")) || h.Has("runs.tool.driver") || h.Has("runs.results.ruleId"))
	},
	Read: readSARIF,
}

// readReeve reads a result of reeve's. An engine that did not run, or not to its end, proves nothing about what it would have found.
func readReeve(in *Input, h *Header, out Sink) error {
	saved, err := readSaved(in, h, out)
	if err != nil {
		return err
	}
	for _, e := range saved.Engines {
		if e.State == "ok" {
			h.Covers = append(h.Covers, e.Name)
		}
	}
	if d := saved.Decision; d != nil {
		h.Covers = append(h.Covers, "gate")
		if d.Base != "" { // of a change, and not of all that is there
			h.Decision = d
			for _, t := range saved.Times {
				h.Took += t.Took
			}
			missed(h, "only what changed between %s and %s was looked at", d.Base, d.Head)
		}
	}
	return nil
}

func readSARIF(in *Input, h *Header, out Sink) error {
	_, err := readSaved(in, h, out)
	return err
}

// readSaved reads what package report reads: results of reeve, and SARIF, which reeve writes too.
func readSaved(in *Input, h *Header, out Sink) (*report.Saved, error) {
	s := savedSink{out: out, told: map[string]bool{}, foreign: map[*finding.Rule]*sarifRule{}}
	saved, err := report.Stream(ownBounds{in}, &s)
	var bad *report.ReadError
	if errors.As(err, &bad) {
		return nil, &Error{Offset: bad.Offset, Err: bad.Err}
	}
	if err != nil {
		return nil, err
	}
	saved.Tool.Name = cmp.Or(saved.Tool.Name, h.Tool.Name)
	h.Tool, h.At = saved.Tool, saved.At
	tellPartial(h, &saved.Result)
	if len(saved.Assets) == 1 {
		h.Asset = saved.Assets[0]
	}
	for _, n := range saved.Notes {
		out.Note(oneLine(n, 300))
	}
	if s.placeless > 0 {
		out.Note(fmt.Sprintf("results without a place: %d", s.placeless))
	}
	return saved, nil
}

// ownBounds hands out the bytes to a reader that counts for itself how long one value may be.
type ownBounds struct{ in *Input }

func (b ownBounds) Read(p []byte) (int, error) {
	b.in.progress()
	return b.in.Read(p)
}

// tellPartial gives the reasons why a result is not complete.
func tellPartial(h *Header, r *finding.Result) {
	for _, e := range r.Engines {
		if e.State != "ok" && e.State != "skipped" {
			missed(h, "%s %s: %s", e.Name, e.State, cmp.Or(e.Why, "no reason given"))
		}
	}
	for _, u := range r.Unread {
		missed(h, "%s: %s", u.What, u.Why)
	}
}

// savedSink hands on what report reads.
type savedSink struct {
	out Sink
	// told are reeve's rules that were handed on.
	told map[string]bool
	// foreign are the rules of other tools as the conventions want them.
	foreign   map[*finding.Rule]*sarifRule
	placeless int
}

// maxTold bounds how many rules are remembered; beyond it they are handed on again.
const maxTold = 1 << 16

// Rule is one of reeve's.
func (s *savedSink) Rule(r finding.Rule) error {
	if len(s.told) >= maxTold {
		clear(s.told)
	}
	s.told[r.ID] = true
	cleanRule(&r)
	if err := s.out.Rule(r); err != nil {
		return &sinkError{err}
	}
	return nil
}

// Finding is one of reeve's, or of another tool's log.
func (s *savedSink) Finding(f finding.Finding, from *report.Foreign) error {
	if from != nil {
		return s.foreignFinding(&f, from)
	}
	if !s.told[f.Rule] {
		if err := s.Rule(new(finding.Result).RuleOf(&f)); err != nil {
			return err
		}
	}
	cleanFinding(&f)
	if err := s.out.Finding(f); err != nil {
		return &sinkError{err}
	}
	return nil
}
