package report

import (
	"cmp"
	"slices"

	"github.com/reevehq/reeve/internal/finding"
)

// survey is what the formats for people start from: which findings need attention and which are only counted.
type survey struct {
	*finding.Result
	// shown are the findings to show, worst first; blocked ones before all others.
	shown []*finding.Finding
	// counts count what needs attention by severity; waived findings and those that stood before the change are
	// counted apart, shown or not.
	counts      map[finding.Severity]int
	waived, old int
	rules       map[string]*finding.Rule
}

// surveyOf sorts out a result; all asks to show also what is only counted.
func surveyOf(r *finding.Result, all bool) *survey {
	s := &survey{Result: r, counts: map[finding.Severity]int{}, rules: make(map[string]*finding.Rule, len(r.Rules))}
	for i := range r.Rules {
		s.rules[r.Rules[i].ID] = &r.Rules[i]
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		if !s.count(f) && !all {
			continue
		}
		s.shown = append(s.shown, f)
	}
	if !slices.IsSortedFunc(s.shown, worstFirst) {
		slices.SortStableFunc(s.shown, worstFirst)
	}
	return s
}

// count counts a finding and tells whether it needs attention.
func (s *survey) count(f *finding.Finding) bool {
	switch {
	case isWaived(f):
		s.waived++
	case isOld(s.Result, f):
		s.old++
	default:
		s.counts[f.Urgency()]++
		return true
	}
	return false
}

func worstFirst(a, b *finding.Finding) int {
	return cmp.Or(cmp.Compare(actionRank(b), actionRank(a)), cmp.Compare(b.Urgency(), a.Urgency()),
		cmp.Compare(score(b), score(a)), cmp.Compare(b.Severity, a.Severity),
		cmp.Compare(b.Confidence, a.Confidence), finding.CompareLocation(a.Location, b.Location),
		cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Fingerprint, b.Fingerprint))
}

func score(f *finding.Finding) int {
	if f.Rank == nil {
		return 0
	}
	return f.Rank.Score
}

// actionRank puts what blocks first, what stood before the change behind the rest, and what is waived last.
func actionRank(f *finding.Finding) int {
	switch v := f.Verdict; {
	case v == nil:
		return 2
	case v.Action == finding.Block:
		return 3
	case v.Action == finding.Waived:
		return 0
	case !v.New && v.Action == finding.Report:
		return 1
	}
	return 2
}

func isWaived(f *finding.Finding) bool { return f.Verdict != nil && f.Verdict.Action == finding.Waived }

// isOld tells that the finding stood before the change that was decided on.
func isOld(r *finding.Result, f *finding.Finding) bool {
	return r.Decision != nil && f.Verdict != nil && !f.Verdict.New && f.Verdict.Action < finding.Warn
}

// rule gives the rule of a finding, a bare one if the result lacks it.
func (s *survey) rule(f *finding.Finding) *finding.Rule {
	if r, ok := s.rules[f.Rule]; ok {
		return r
	}
	return &finding.Rule{ID: f.Rule, Engine: f.Engine, Title: f.Rule, Severity: f.Severity, Confidence: f.Confidence}
}

// The answers a result can give, for a banner.
const (
	answerBlocked    = "BLOCKED"
	answerIncomplete = "INCOMPLETE"
	answerPassed     = "PASSED"
	answerFound      = "FINDINGS"
	answerClean      = "NOTHING FOUND"
)

// answer is the one word for the result. What was not looked at never passes.
func (s *survey) answer() string {
	switch {
	case s.Decision != nil && s.Decision.Action == finding.Block:
		return answerBlocked
	case !s.Complete():
		return answerIncomplete
	case s.Decision != nil:
		return answerPassed
	case len(s.counts) > 0:
		return answerFound
	}
	return answerClean
}

// missing says in a sentence that the result is incomplete; "" if it is not.
func (s *survey) missing() string {
	n := len(s.Unread)
	for _, e := range s.Engines {
		if engineFailed(e) {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return "Incomplete: " + count(n, "thing was", "things were") + " not looked at."
}

// because gives the sentences that explain the answer, as the gate put them.
func (s *survey) because() []string {
	if s.Decision == nil {
		return nil
	}
	return s.Decision.Because
}

// tally counts what needs attention: "1 critical, 2 high"; "no findings" if there are none.
func (s *survey) tally() string {
	var parts []string
	for _, sev := range finding.Severities() {
		if n := s.counts[sev]; n > 0 {
			parts = append(parts, thousands(int64(n))+" "+sev.String())
		}
	}
	if len(parts) == 0 {
		return "no findings"
	}
	return upTo(len(parts), parts)
}

// asides tells what is only counted; "" if nothing.
func (s *survey) asides() string {
	var parts []string
	if s.waived > 0 {
		parts = append(parts, thousands(int64(s.waived))+" waived")
	}
	if s.old > 0 {
		parts = append(parts, thousands(int64(s.old))+" from before this change")
	}
	return upTo(2, parts)
}
