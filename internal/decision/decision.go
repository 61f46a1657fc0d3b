// Package decision turns findings into an answer: block, warn or report, each with the sentence that explains it.
//
// It knows thresholds, waivers and what stood before a change; the merge gate and the webhook both ask it.
// It is pure: it does no I/O, reads no clock (the time is a value) and its answer does not depend on the order of what it is given.
package decision

import (
	"fmt"
	"time"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/vex"
)

// Input is everything a decision depends on.
type Input struct {
	// Findings are judged in place: each gets its Verdict.
	Findings []finding.Finding
	// Base holds what stood before the change. Nil means there is no before: everything is new.
	Base   map[finding.Fingerprint]bool
	Policy Policy
	// Waivers are those of the configuration, Inline those written beside the code.
	Waivers []Waiver
	Inline  []Inline
	// Excuses are what VEX documents say: a flaw that is stated not to affect a component, or to be fixed in it, is waived.
	Excuses vex.Set
	// Now is the moment by which waivers expire.
	Now time.Time
	// Complete tells that everything was looked at (see finding.Result.Complete), on both sides of a change.
	Complete bool
	// Whole tells that the findings are those of a whole target and not only of a change.
	// Only then can a waiver that matches nothing be called unused.
	Whole bool
	// Key makes the identities of the findings about waivers.
	Key finding.Key
}

// Decide judges every finding of the input and the waivers themselves. It sets the Verdict of each finding and returns
// the answer for the whole together with further findings: waivers that are expired, unused or invalid (see Rules).
func Decide(in Input) (finding.Decision, []finding.Finding) {
	ledger := newLedger(&in)
	for i := range in.Findings {
		f := &in.Findings[i]
		f.Verdict = judge(&in, ledger, f)
	}
	extra := ledger.findings(&in)
	for i := range extra {
		extra[i].Verdict = judgeOwn(&in, &extra[i])
	}
	return summarise(&in, extra), extra
}

// judge decides about one finding of an engine.
func judge(in *Input, l *ledger, f *finding.Finding) *finding.Verdict {
	isNew := !in.Base[f.Fingerprint]
	waived, because := l.waive(f)
	if !waived {
		if excuse := excused(in, f); excuse != "" {
			waived, because = true, excuse
		}
	}
	switch {
	case waived:
		return &finding.Verdict{Action: finding.Waived, New: isNew, Because: because}
	case !isNew:
		return &finding.Verdict{Action: finding.Report, Because: "it stood before this change"}
	}
	action, why := in.Policy.judge(f)
	if because != "" && action > finding.Waived {
		why += "; " + because
	}
	return &finding.Verdict{Action: action, New: true, Because: why}
}

// judgeOwn decides about a finding on a waiver. Thresholds alone never make one block: whoever adds a waiver
// must not be stopped for it, unless gate.rules says so by name.
func judgeOwn(in *Input, f *finding.Finding) *finding.Verdict {
	v := &finding.Verdict{Action: finding.Report, New: !in.Base[f.Fingerprint], Because: "it stood before this change"}
	if !v.New {
		return v
	}
	v.Action, v.Because = in.Policy.judge(f)
	if v.Action == finding.Block && !in.Policy.Names(f.Rule) {
		v.Action, v.Because = finding.Warn, "a fault of a waiver warns; only gate.rules can make it block"
	}
	return v
}

// Fingerprints gives what stood in a saved result, as Base for the next decision.
func Fingerprints(r *finding.Result) map[finding.Fingerprint]bool {
	base := make(map[finding.Fingerprint]bool, len(r.Findings))
	for i := range r.Findings {
		base[r.Findings[i].Fingerprint] = true
	}
	return base
}

// Regrade gives findings the severities a team has set for rules; the most exact pattern speaks (see Policy.Rules).
// It is called before Decide and before findings are sorted.
func Regrade(findings []finding.Finding, severities map[string]finding.Severity) {
	for i := range findings {
		best := -1
		for pattern, severity := range severities {
			rank, ok := matchNames(pattern, findings[i].Rule, findings[i].Aliases)
			if !ok || rank < best || rank == best && severity < findings[i].Severity {
				continue
			}
			best, findings[i].Severity = rank, severity
		}
	}
}

func day(t time.Time) string { return t.Format(time.DateOnly) }

func plural(n int, one, many string) string {
	if n == 1 {
		return fmt.Sprintf("1 %s", one)
	}
	return fmt.Sprintf("%d %s", n, many)
}
