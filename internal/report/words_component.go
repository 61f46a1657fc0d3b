package report

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// fact is one thing known about a finding, for the formats for people.
type fact struct{ label, text string }

// contextOf gives what is known about a finding's component, flaw and place, what matters most first.
func contextOf(f *finding.Finding) []fact {
	var out []fact
	add := func(label, text string) {
		if text != "" {
			out = append(out, fact{label, text})
		}
	}
	if f.Rank != nil {
		add("rank", rankLine(f.Rank))
		for _, sentence := range f.Rank.Because {
			add("because", sentence)
		}
		for _, sentence := range f.Rank.Would {
			add("but", sentence)
		}
		if s := f.Rank.SSVC; s != nil {
			add("ssvc", s.Because)
		}
		if e := f.Rank.Environmental; e != nil {
			add("cvss env", strconv.FormatFloat(e.Score, 'f', 1, 64)+" of 10 ("+e.Vector+"). "+e.Because)
		}
	}
	if f.Reach != nil && f.Rank == nil {
		add("reach", string(f.Reach.State)+": "+f.Reach.Because)
	}
	if c := f.Component; c != nil {
		add("why here", chain(c))
		add("fixed in", strings.Join(c.Fixed, ", "))
		if c.Scope != "" {
			add("scope", c.Scope)
		}
	}
	add("known as", strings.Join(f.Aliases, ", "))
	if f.Threat != nil {
		add("cvss", strings.Join(f.Threat.CVSS, " "))
	}
	return out
}

func rankLine(r *finding.Rank) string {
	return strconv.Itoa(r.Score) + " of 100 (" + r.Level.String() + ")"
}

// maxChain bounds the packages of a chain that are named.
const maxChain = 6

// chain tells through which packages a component came in.
func chain(c *finding.Component) string {
	if len(c.Why) == 0 {
		return ""
	}
	why := c.Why
	if len(why) > maxChain {
		why = append(append([]string{}, why[:maxChain-2]...), "…", why[len(why)-1])
	}
	if c.Project != "" {
		why = append([]string{c.Project}, why...)
	}
	return strings.Join(why, " → ")
}

// headline is what a finding is called: a flaw by its package, its id and its title, everything else by its rule's title.
func headline(f *finding.Finding, rule *finding.Rule) string {
	title := cmp.Or(rule.Title, f.Rule)
	if !isFlaw(f) {
		return title
	}
	name := f.Component.Name + " " + f.Component.Version + ": " + f.Rule
	if title != f.Rule {
		name += ", " + title
	}
	return name
}
