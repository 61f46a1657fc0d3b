package gate

import (
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/vex"
)

// Statements say of each flaw of a result whether it affects, with the proof: what was proven not to be reachable does not,
// what was found to be reached does, and of the rest nobody knows yet. What VEX documents have said before is said again.
func Statements(r *finding.Result, author string, now time.Time) []vex.Statement {
	var out []vex.Statement
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Threat == nil || f.Component == nil {
			continue
		}
		s := vex.Statement{
			Flaws: append([]string{f.Rule}, f.Aliases...), Products: []vex.Product{{ID: f.Component.PURL}},
			Status: vex.UnderInvestigation, Author: author, At: now,
		}
		if f.Reach != nil {
			state(&s, f)
		}
		if ground, ok := strings.CutPrefix(because(f), "VEX: not affected: "); ok {
			s.Status, s.Impact = vex.NotAffected, ground
		}
		out = append(out, s)
	}
	return out
}

func because(f *finding.Finding) string {
	if f.Verdict == nil {
		return ""
	}
	return f.Verdict.Because
}

// state says what reachability proves.
func state(s *vex.Statement, f *finding.Finding) {
	switch f.Reach.State {
	case finding.NotReachable:
		s.Status, s.Justification, s.Impact = vex.NotAffected, vex.CodeNotInExecutePath, f.Reach.Because
	case finding.Reachable:
		s.Status, s.Action = vex.Affected, f.Fix.Text
	default:
		s.Impact = f.Reach.Because
	}
	for _, step := range f.Flow {
		place := step.Location.Path
		s.Proof = append(s.Proof, place+": "+step.Message)
	}
}
