package decision

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// ledger keeps what is known about each waiver while findings are judged.
type ledger struct {
	in      *Input
	waivers []entry
	inline  []entry
	// byPath are the numbers of the inline waivers of a file.
	byPath map[string][]int
}

// entry is how one waiver fares.
type entry struct {
	standing standing
	// wrong explains a standing other than holds.
	wrong string
	// used tells that the waiver means a finding, whether or not it holds.
	used bool
}

func newLedger(in *Input) *ledger {
	l := &ledger{
		in:      in,
		waivers: make([]entry, len(in.Waivers)),
		inline:  make([]entry, len(in.Inline)),
		byPath:  map[string][]int{},
	}
	for i := range in.Waivers {
		w := &in.Waivers[i]
		e := &l.waivers[i]
		e.standing, e.wrong = stand(w.Reason, w.Until, in.Now)
		if ambiguous(w, in.Findings) {
			e.standing, e.wrong = invalid, "its id fits more than one finding"
		}
	}
	for i := range in.Inline {
		w := &in.Inline[i]
		l.byPath[w.Path] = append(l.byPath[w.Path], i)
		e := &l.inline[i]
		switch {
		case w.Problem != "":
			e.standing, e.wrong = invalid, w.Problem
		case !w.Gitleaks:
			e.standing, e.wrong = stand(w.Reason, w.Until, in.Now)
		}
	}
	return l
}

// ambiguous tells whether a shortened id fits two findings. Waiving both would hide one that nobody looked at.
func ambiguous(w *Waiver, findings []finding.Finding) bool {
	if w.ID == "" {
		return false
	}
	var first finding.Fingerprint
	for i := range findings {
		if !w.names(&findings[i]) {
			continue
		}
		if first != "" && first != findings[i].Fingerprint {
			return true
		}
		first = findings[i].Fingerprint
	}
	return false
}

// waive tells whether a waiver lets the finding stand, and why. Where a waiver means it but does not hold, the
// sentence says what is wrong with the waiver.
func (l *ledger) waive(f *finding.Finding) (waived bool, because string) {
	var reasons, faults []string
	for i := range l.in.Waivers {
		w := &l.in.Waivers[i]
		if !w.names(f) {
			continue
		}
		e := &l.waivers[i]
		e.used = true
		if e.standing == holds {
			reasons = append(reasons, sentence(w.Reason, w.Until, w.Owner))
		} else {
			faults = append(faults, "a waiver does not hold: "+e.wrong)
		}
	}
	all, reason, fault := l.waiveInline(f)
	if all {
		reasons = append(reasons, reason)
	}
	if fault != "" {
		faults = append(faults, fault)
	}
	if len(reasons) > 0 {
		return true, slices.Min(reasons)
	}
	if len(faults) > 0 {
		return false, slices.Min(faults)
	}
	return false, ""
}

// waiveInline tells whether every file the finding stands in has a waiver beside one of the finding's places there.
// One place in a file is enough: the other places are the same lines in older commits, written before the waiver.
func (l *ledger) waiveInline(f *finding.Finding) (all bool, reason, fault string) {
	places := append([]finding.Location{f.Location}, f.Also...)
	covered := map[string]bool{}
	for i := range places {
		at := &places[i]
		covered[at.Path] = covered[at.Path] || false
		for _, n := range l.byPath[at.Path] {
			w, e := &l.in.Inline[n], &l.inline[n]
			if !w.covers(f, at) {
				continue
			}
			e.used = true
			if e.standing != holds {
				fault = least(fault, "the waiver in line "+strconv.Itoa(w.Line)+" does not hold: "+e.wrong)
				continue
			}
			covered[at.Path] = true
			reason = least(reason, inlineSentence(w))
		}
	}
	open := 0
	for _, c := range covered {
		if !c {
			open++
		}
	}
	if open > 0 && open < len(covered) && fault == "" {
		fault = "a waiver beside the code covers it in one file and not in " + plural(open, "other", "others")
	}
	return open == 0, reason, fault
}

func inlineSentence(w *Inline) string {
	if w.Gitleaks {
		return "waived: " + gitleaksMark
	}
	return sentence(w.Reason, w.Until, "")
}

// least gives the lesser text that is not empty, so that what is said does not depend on order.
func least(a, b string) string {
	if a == "" {
		return b
	}
	return min(a, b)
}

// findings reports the waivers that are expired, unused or invalid, each once, sorted.
func (l *ledger) findings(in *Input) []finding.Finding {
	var out []finding.Finding
	add := func(e *entry, subject, identity string, at finding.Location) {
		rule, text := l.fault(e)
		if rule == "" {
			return
		}
		facts := ruleTable[rule]
		out = append(out, finding.Finding{
			Fingerprint: finding.Identify(in.Key, Engine, rule, identity),
			Rule:        rule,
			Engine:      Engine,
			Message:     "The waiver for " + subject + " " + text + ".",
			Severity:    facts.Severity,
			Confidence:  facts.Confidence,
			Location:    at,
		})
	}
	for i := range in.Waivers {
		w := &in.Waivers[i]
		add(&l.waivers[i], w.subject(), w.subject(), w.Location)
	}
	for i := range in.Inline {
		w, e := &in.Inline[i], l.inline[i]
		if w.Gitleaks || !e.used && e.standing == invalid {
			continue // a mark that says little and stands at no finding is mostly text about marks
		}
		if !e.used {
			e.standing = holds // whatever its date: it is not needed
		}
		rules := strings.Join(w.Rules, ",")
		at := finding.Location{Path: w.Path, Region: finding.Region{StartLine: w.Line, EndLine: w.Line}}
		add(&e, strings.TrimSpace(rules+" beside the code"), "inline "+w.Path+" "+rules+" "+w.Reason, at)
	}
	slices.SortFunc(out, func(a, b finding.Finding) int {
		return cmp.Or(finding.Compare(a, b), cmp.Compare(a.Message, b.Message))
	})
	return finding.Merge(out)
}

// fault gives the rule a waiver breaks and the rest of the sentence about it; "" if it is in order.
func (l *ledger) fault(e *entry) (rule, text string) {
	switch {
	case e.standing == invalid:
		return WaiverInvalid, "does not hold: " + e.wrong
	case e.standing == expired:
		return WaiverExpired, "does not hold any more: " + e.wrong
	case !e.used && l.in.Whole && l.in.Complete:
		return WaiverUnused, "matches no finding"
	}
	return "", ""
}
