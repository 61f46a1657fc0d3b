package decision

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// maxBecause bounds the sentences of a decision, and maxRules the rules that one names; the findings themselves say the rest.
const (
	maxBecause = 8
	maxRules   = 4
)

// reason is one cause that findings of several rules may share.
type reason struct {
	action  finding.Action
	because string
}

// summarise counts the verdicts and gives the answer for the whole.
func summarise(in *Input, extra []finding.Finding) finding.Decision {
	d := finding.Decision{Action: finding.Report}
	causes := map[reason]map[string]int{}
	for _, list := range [][]finding.Finding{in.Findings, extra} {
		for i := range list {
			count(&d, list[i].Verdict)
			if v := list[i].Verdict; v.Action >= finding.Warn {
				r := reason{v.Action, v.Because}
				if causes[r] == nil {
					causes[r] = map[string]int{}
				}
				causes[r][list[i].Rule]++
			}
			d.Action = max(d.Action, list[i].Verdict.Action)
		}
	}
	if !in.Complete {
		action := in.Policy.Incomplete
		if action < finding.Report {
			action = finding.Block // a policy that says nothing fails closed
		}
		d.Action = max(d.Action, action)
		d.Because = append(d.Because, incomplete(action))
	}
	d.Because = append(d.Because, sentences(causes)...)
	if len(d.Because) == 0 {
		d.Because = []string{quiet(&d)}
	}
	return d
}

func count(d *finding.Decision, v *finding.Verdict) {
	switch {
	case v.Action == finding.Waived:
		d.Waived++
	case !v.New:
		d.Old++
	case v.Action == finding.Block:
		d.Blocking++
	case v.Action == finding.Warn:
		d.Warning++
	default:
		d.Reported++
	}
}

func incomplete(a finding.Action) string {
	if a == finding.Block {
		return "reeve could not look at everything, and what was not seen is not known to be safe"
	}
	return fmt.Sprintf("reeve could not look at everything; gate.incomplete sets that to %s", a)
}

// sentences explains what blocks and what warns, worst first.
func sentences(causes map[reason]map[string]int) []string {
	sorted := slices.SortedFunc(maps.Keys(causes), func(a, b reason) int {
		return cmp.Or(cmp.Compare(b.action, a.action), cmp.Compare(total(causes[b]), total(causes[a])), cmp.Compare(a.because, b.because))
	})
	var out []string
	for i, r := range sorted {
		if i == maxBecause {
			return append(out, "and "+plural(len(sorted)-i, "further reason", "further reasons"))
		}
		verb := map[bool]string{true: "block", false: "warn"}[r.action == finding.Block]
		out = append(out, fmt.Sprintf("%s (%s): %s", plural(total(causes[r]), "new finding "+verb+"s", "new findings "+verb), counted(causes[r]), r.because))
	}
	return out
}

func total(rules map[string]int) int {
	sum := 0
	for _, n := range rules {
		sum += n
	}
	return sum
}

// counted names the rules with the most findings.
func counted(rules map[string]int) string {
	sorted := slices.SortedFunc(maps.Keys(rules), func(a, b string) int { return cmp.Or(cmp.Compare(rules[b], rules[a]), cmp.Compare(a, b)) })
	var parts []string
	for i, rule := range sorted {
		if i == maxRules {
			parts = append(parts, "and "+plural(len(sorted)-i, "more rule", "more rules"))
			break
		}
		if rules[rule] == 1 {
			parts = append(parts, rule)
		} else {
			parts = append(parts, fmt.Sprintf("%d of %s", rules[rule], rule))
		}
	}
	return strings.Join(parts, ", ")
}

// quiet explains an answer that neither blocks nor warns.
func quiet(d *finding.Decision) string {
	if d.Reported+d.Waived+d.Old == 0 {
		return "nothing was found"
	}
	return fmt.Sprintf("nothing new blocks or warns: %d new, %d waived, %d from before the change", d.Reported, d.Waived, d.Old)
}
