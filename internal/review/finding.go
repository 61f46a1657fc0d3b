package review

import (
	"fmt"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// Engine is the name under which reviews are findings.
const Engine = "review"

// Rule gives what is known about a kind as a rule: its checklist is what there is to do.
func (r *Review) Rule() finding.Rule {
	return finding.Rule{
		ID: Engine + "-" + r.ID, Engine: Engine, Title: "Review: " + r.Title, Why: r.Why, Severity: finding.Info, Confidence: finding.Firm,
		Fix: fmt.Sprintf("Look at it within %d hours and answer:\n\n- %s", r.Hours, strings.Join(r.Checklist, "\n- ")), Tags: []string{"review"},
	}
}

// Finding gives a kind that needs a review as a finding, so that it has a place in the register and a clock. It stays the same finding while the change
// says the same.
func (r *Review) Finding(asset finding.Asset) finding.Finding {
	f := finding.Finding{
		Fingerprint: finding.Identify(nil, Engine, r.ID, r.Digest), Rule: Engine + "-" + r.ID, Engine: Engine, Asset: asset,
		Severity: finding.Info, Confidence: finding.Firm,
		Message: fmt.Sprintf("%s: %d %s of a change wait for a person, who should look within %d hours.", r.Title, len(r.Places), ending(len(r.Places)), r.Hours),
		Facts:   []finding.Fact{{Name: "hours", Value: fmt.Sprint(r.Hours)}},
	}
	for i := range r.Places {
		p := &r.Places[i]
		l := finding.Location{Path: p.Path, Region: finding.Region{StartLine: p.Line}}
		if p.Function != "" {
			l.Logical = []finding.Logical{{Kind: "function", Name: p.Function}}
		}
		switch {
		case i == 0:
			f.Location = l
		case len(f.Also) < maxAlso:
			f.Also = append(f.Also, l)
		}
	}
	return f
}

// maxAlso is how many places a finding names beside its first.
const maxAlso = 50

func ending(n int) string {
	if n == 1 {
		return "place"
	}
	return "places"
}
