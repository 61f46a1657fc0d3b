package decision

import (
	"fmt"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/target/ignore"
)

// Never is a threshold no severity reaches.
const Never = finding.Critical + 1

// Treat is what a policy says outright about a rule or a path.
type Treat int

// The treatments. Off passes over a finding: it stands in the report as waived and does nothing.
const (
	ByThreshold Treat = iota
	Off
	Report
	Warn
	Block
)

var treatNames = []string{"", "off", "report", "warn", "block"}

// Treats lists the names of the treatments a policy can state, strictest first.
func Treats() []string { return []string{"block", "warn", "report", "off"} }

// ParseTreat reads a treatment's name.
func ParseTreat(s string) (Treat, error) {
	for i, name := range treatNames[1:] {
		if name == s {
			return Treat(i + 1), nil
		}
	}
	return ByThreshold, fmt.Errorf("action %q: want one of %s", s, strings.Join(Treats(), ", "))
}

func (t Treat) String() string { return treatNames[t] }

func (t Treat) action() finding.Action {
	return [...]finding.Action{Off: finding.Waived, Report: finding.Report, Warn: finding.Warn, Block: finding.Block}[t]
}

// Policy says what blocks and what warns. Only new findings are asked about.
//
// A finding goes through it in this order: "off", for its rule or its path, ends it. A confidence below Confidence is only
// reported. Then the path's treatment decides, then the rule's, then the thresholds. A finding that stands in several
// places is judged by the place that is treated worst.
type Policy struct {
	// Block and Warn are the least severities that block and warn; Never switches one off.
	Block, Warn finding.Severity
	// Confidence is the least confidence with which anything blocks or warns.
	Confidence finding.Confidence
	// Rules treat rules by id or pattern ("generic-*"). An exact id speaks before a pattern, a pattern with more
	// literal characters before one with fewer; a tie goes to the stricter.
	Rules []RulePolicy
	// Paths treat places; the first that matches speaks.
	Paths []PathPolicy
	// Incomplete is what happens when not everything could be looked at.
	Incomplete finding.Action
}

// RulePolicy is what a policy says about the rules a pattern names.
type RulePolicy struct {
	Rule  string
	Treat Treat
}

// PathPolicy is what a policy says about the places a pattern names.
type PathPolicy struct {
	Match ignore.Glob
	// Treat decides outright; ByThreshold leaves it to the rest.
	Treat Treat
	// Cap is the most severe a finding here counts for the thresholds; Never caps nothing.
	Cap finding.Severity
}

// DefaultPolicy blocks on critical, warns on high, asks for medium confidence and fails closed.
func DefaultPolicy() Policy {
	return Policy{Block: finding.Critical, Warn: finding.High, Confidence: finding.Likely, Incomplete: finding.Block}
}

// judge gives the action for a new finding that no waiver covers: the worst of its places.
func (p *Policy) judge(f *finding.Finding) (finding.Action, string) {
	action, because := p.judgeAt(f, f.Location.Path)
	for _, also := range f.Also {
		a, b := p.judgeAt(f, also.Path)
		if a > action || a == action && b < because {
			action, because = a, b
		}
	}
	return action, because
}

func (p *Policy) judgeAt(f *finding.Finding, path string) (finding.Action, string) {
	rule, _ := p.ruleFor(f.Rule, f.Aliases...)
	place := p.pathFor(path)
	switch {
	case rule.Treat == Off:
		return finding.Waived, fmt.Sprintf("gate.rules switches %s off", rule.Rule)
	case place.Treat == Off:
		return finding.Waived, fmt.Sprintf("gate.paths switches %q off", place.Match)
	case f.Confidence < p.Confidence:
		return finding.Report, fmt.Sprintf("confidence (%s) is below gate.confidence (%s)", f.Confidence, p.Confidence)
	case place.Treat != ByThreshold:
		return place.Treat.action(), fmt.Sprintf("gate.paths sets %q to %s", place.Match, place.Treat)
	case rule.Treat != ByThreshold:
		return rule.Treat.action(), fmt.Sprintf("gate.rules sets %s to %s", rule.Rule, rule.Treat)
	}
	if f.Threat != nil && f.Threat.Malicious {
		return finding.Block, "a malicious package always blocks"
	}
	return p.judgeSeverity(f, place)
}

// judgeSeverity applies the thresholds to how urgent a finding is, capped by its place.
func (p *Policy) judgeSeverity(f *finding.Finding, place PathPolicy) (finding.Action, string) {
	severity := f.Urgency()
	counts := min(severity, place.Cap)
	says := "severity (" + severity.String() + ")"
	if f.Rank != nil {
		says = "rank (" + severity.String() + ")"
	}
	if counts < severity {
		says = fmt.Sprintf("severity (%s, counted as %s under %q)", severity, counts, place.Match)
	}
	switch {
	case counts >= p.Block:
		return finding.Block, fmt.Sprintf("%s reaches gate.block (%s)", says, p.Block)
	case counts >= p.Warn:
		return finding.Warn, fmt.Sprintf("%s reaches gate.warn (%s)", says, p.Warn)
	}
	return finding.Report, says + " reaches no threshold"
}

// ruleFor finds the policy of a rule under any of its names; false if none names it.
func (p *Policy) ruleFor(rule string, aliases ...string) (RulePolicy, bool) {
	var found RulePolicy
	best := -1
	for _, r := range p.Rules {
		rank, ok := matchNames(r.Rule, rule, aliases)
		if ok && (rank > best || rank == best && (r.Treat > found.Treat || r.Treat == found.Treat && r.Rule < found.Rule)) {
			best, found = rank, r
		}
	}
	return found, best >= 0
}

// Names tells whether the policy has a word of its own for a rule.
func (p *Policy) Names(rule string) bool {
	_, ok := p.ruleFor(rule)
	return ok
}

func (p *Policy) pathFor(path string) PathPolicy {
	for _, place := range p.Paths {
		if place.Match.Match(path) {
			return place
		}
	}
	return PathPolicy{Cap: Never}
}

// matchNames is matchRule for a rule that may have several names: the one that is matched most exactly counts.
func matchNames(pattern, rule string, aliases []string) (rank int, ok bool) {
	rank, ok = matchRule(pattern, rule)
	for _, alias := range aliases {
		if r, fits := matchRule(pattern, alias); fits && (!ok || r > rank) {
			rank, ok = r, true
		}
	}
	return rank, ok
}

// matchRule tells whether a pattern names a rule and how exactly: an exact id ranks above every pattern.
func matchRule(pattern, rule string) (rank int, ok bool) {
	if pattern == rule {
		return 1 << 30, true
	}
	if !strings.ContainsAny(pattern, "*?[") {
		return 0, false
	}
	glob, err := ignore.NewGlob(pattern)
	if err != nil || !glob.Match(rule) {
		return 0, false
	}
	return len(pattern) - strings.Count(pattern, "*") - strings.Count(pattern, "?"), true
}
