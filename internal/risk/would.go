package risk

import (
	"slices"

	"github.com/reevehq/reeve/internal/finding"
)

// maxWould is how many sentences say what would change a rank. Where the place was asked about, what its owners need only say comes on top of them.
const maxWould = 3

// lever is the question that people answer, and no file: how critical the asset is.
const lever = "criticality"

// variant is a fact that could be otherwise.
type variant struct {
	// question groups the variants of one fact, of which one is told.
	question string
	// applies tells whether the fact is unknown, or weighs, so that it is worth asking.
	applies func(c *facts) bool
	change  func(f *finding.Finding)
	// words finish "It would be high …".
	words string
}

func variants() []variant {
	reach := func(s finding.ReachState) func(*finding.Finding) {
		return func(f *finding.Finding) { f.Reach.State = s }
	}
	in := func(states ...finding.ReachState) func(*facts) bool {
		return func(c *facts) bool { return slices.Contains(states, c.reach) }
	}
	return []variant{
		{"reach", in(finding.NotReachable), reach(finding.Imported), "if the faulty code could be called"},
		{"reach", in(finding.ReachUnknown, finding.Imported), reach(finding.Reachable), "if the faulty code were found to be called"},
		{"reach", in(finding.ReachUnknown, finding.Imported), reach(finding.NotReachable), "if it were proved that the faulty code cannot be called"},
		{"reach", in(finding.Reachable), reach(finding.NotReachable), "if the faulty code were no longer called"},
		{"internet", func(c *facts) bool { return c.internet != "open" }, func(f *finding.Finding) { f.Exposure.Internet = "open" }, "if it were open to the internet without sign-in"},
		{"internet", func(c *facts) bool { return c.internet == "open" }, func(f *finding.Finding) { f.Exposure.Internet = "authenticated" }, "if the internet could only get at it after signing in"},
		{"internet", func(c *facts) bool { return c.internet != "no" }, func(f *finding.Finding) { f.Exposure.Internet = "no" }, "if nothing on the internet could get at it"},
		{"running", func(c *facts) bool { return c.running == "no" }, func(f *finding.Finding) { f.Exposure.Running = "yes" }, "if it were running"},
		{"running", func(c *facts) bool { return c.running == "" }, func(f *finding.Finding) { f.Exposure.Running = "no" }, "if it were known not to run"},
		{"environment", func(c *facts) bool { return c.environment != "production" }, func(f *finding.Finding) { f.Exposure.Environment = "production" }, "if it ran in production"},
		{"environment", func(c *facts) bool { return c.environment == "" }, func(f *finding.Finding) { f.Exposure.Environment = "development" }, "if it ran in development only"},
		{"scope", func(c *facts) bool { return c.scope != "" }, func(f *finding.Finding) { f.Component.Scope = "" }, "if it were part of what is shipped"},
		{"exploitation", func(c *facts) bool { return c.f.Threat != nil && c.threat.KEV == nil && c.exploit != "active" },
			func(f *finding.Finding) { f.Threat.Exploit = "active" }, "if it were known to be exploited"},
		{"data", func(c *facts) bool { return len(c.exposure.Data) == 0 }, func(f *finding.Finding) { f.Exposure.Data = []string{"personal"} }, "if personal data were within its reach"},
		{lever, func(c *facts) bool { return c.criticality != "critical" }, func(f *finding.Finding) { f.Exposure.Criticality = "critical" }, "if its asset were known to be critical"},
		{lever, func(c *facts) bool { return c.criticality != "low" }, func(f *finding.Finding) { f.Exposure.Criticality = "low" }, "if its asset were known to be of low criticality"},
	}
}

// would ranks the finding again with one fact changed, and tells which changes would move its level.
func would(f *finding.Finding, now weight) []string {
	type change struct {
		variant
		weight
	}
	var changes []change
	c, rows := gather(f), table()
	for _, v := range variants() {
		if !v.applies(c) {
			continue
		}
		other := copyOf(f)
		v.change(other)
		if w := weigh(gather(other), rows); w.level != now.level {
			changes = append(changes, change{v, w})
		}
	}
	slices.SortStableFunc(changes, func(a, b change) int {
		if d := distance(int(b.level), int(now.level)) - distance(int(a.level), int(now.level)); d != 0 {
			return d
		}
		if up := b.score > now.score; up != (a.score > now.score) { // of two as large, the warning comes first
			if up {
				return 1
			}
			return -1
		}
		return distance(b.score, now.score) - distance(a.score, now.score)
	})
	var out []string
	told, left := map[string]bool{}, maxWould
	for _, ch := range changes {
		if told[ch.question] || left == 0 && (ch.question != lever || f.Exposure == nil) {
			continue
		}
		if ch.question != lever {
			left--
		}
		told[ch.question] = true
		out = append(out, "It would be "+ch.level.String()+" "+ch.words+".")
	}
	return out
}

func distance(a, b int) int { return max(a-b, b-a) }

// copyOf copies a finding so far that its facts can be changed; gaps are filled with empty facts.
func copyOf(f *finding.Finding) *finding.Finding {
	other := *f
	other.Exposure, other.Reach, other.Component = filled(f.Exposure), filled(f.Reach), filled(f.Component)
	if f.Threat != nil {
		other.Threat = filled(f.Threat)
	}
	return &other
}

func filled[T any](p *T) *T {
	var v T
	if p != nil {
		v = *p
	}
	return &v
}
