package risk

import (
	"testing"

	"github.com/reevehq/reeve/internal/finding"
)

// axis is one kind of knowledge, its values from the least to the most dangerous. What is unknown stands between what is known to be harmless and what is known to be harmful.
type axis struct {
	name   string
	values int
	set    func(f *finding.Finding, value int)
}

func axes() []axis {
	return []axis{
		{"internet", 4, func(f *finding.Finding, v int) {
			f.Exposure.Internet = [...]string{"no", "", "authenticated", "open"}[v]
		}},
		{"environment", 4, func(f *finding.Finding, v int) {
			f.Exposure.Environment = [...]string{"development", "staging", "", "production"}[v]
		}},
		{"running", 3, func(f *finding.Finding, v int) { f.Exposure.Running = [...]string{"no", "", "yes"}[v] }},
		{"reach", 4, func(f *finding.Finding, v int) {
			f.Reach.State = [...]finding.ReachState{finding.NotReachable, finding.ReachUnknown, finding.Imported, finding.Reachable}[v]
		}},
		{"epss", 5, func(f *finding.Finding, v int) {
			f.Threat.EPSS = [...]*finding.EPSS{{Probability: 0.001}, nil, {Probability: 0.02}, {Probability: 0.2}, {Probability: 0.9}}[v]
		}},
		{"exploit", 4, func(f *finding.Finding, v int) { f.Threat.Exploit = [...]string{"none", "", "poc", "active"}[v] }},
		{"kev", 3, func(f *finding.Finding, v int) {
			f.Threat.KEV = [...]*finding.KEV{nil, {Added: "2024-01-01"}, {Added: "2024-01-01", Ransomware: true}}[v]
		}},
		{"automatable", 2, func(f *finding.Finding, v int) { f.Threat.Automatable = [...]string{"no", "yes"}[v] }},
		{"criticality", 5, func(f *finding.Finding, v int) {
			f.Exposure.Criticality = [...]string{"low", "", "medium", "high", "critical"}[v]
		}},
		{"data", 2, func(f *finding.Finding, v int) { f.Exposure.Data = [][]string{nil, {"health"}}[v] }},
		{"scope", 2, func(f *finding.Finding, v int) { f.Component.Scope = [...]string{"test", ""}[v] }},
		{"privileged", 2, func(f *finding.Finding, v int) { f.Exposure.Privileged = v == 1 }},
		{"confidence", 2, func(f *finding.Finding, v int) { f.Confidence = finding.Confidence(v) }},
	}
}

// Over every combination of what can be known: one fact more dangerous never gives a lower score. The last two axes only add points, and are combined
// with the context but not with every kind of exploitation, to stay within seconds.
func TestRank_moreDangerNeverLowers(t *testing.T) {
	all := axes()
	monotone(t, network10, all[:len(all)-2])
	monotone(t, network98, append(all[len(all)-6:], all[:4]...))
	for _, text := range []string{account65, local55, ""} {
		monotone(t, text, all[:7])
	}
}

func monotone(t *testing.T, text string, all []axis) {
	t.Helper()
	rows, total := table(), 1
	for _, a := range all {
		total *= a.values
	}
	f := &finding.Finding{Severity: finding.Low, Exposure: &finding.Exposure{}, Reach: &finding.Reachability{}, Component: &finding.Component{}, Threat: scored(text)}
	base, scores := gather(f), make([]int8, total)
	for n := range total {
		rest := n
		for _, a := range all {
			a.set(f, rest%a.values)
			rest /= a.values
		}
		scores[n] = int8(weigh(regather(base, f), rows).score)
		step, rest := 1, n
		for _, a := range all {
			if v := rest % a.values; v > 0 && scores[n-step] > scores[n] {
				t.Fatalf("%q: raising %s lowers %d to %d at %d", text, a.name, scores[n-step], scores[n], n)
			}
			rest /= a.values
			step *= a.values
		}
	}
}

// regather reads a finding whose vector was read before, so that millions of combinations take seconds.
func regather(base *facts, f *finding.Finding) *facts {
	c := *base
	c.threat, c.exposure = *f.Threat, *f.Exposure
	c.epss = -1
	if f.Threat.EPSS != nil {
		c.epss = f.Threat.EPSS.Probability
	}
	c.exploit, c.automatable = f.Threat.Exploit, f.Threat.Automatable
	c.internet, c.environment, c.running = f.Exposure.Internet, f.Exposure.Environment, f.Exposure.Running
	c.criticality = f.Exposure.Criticality
	c.reach, c.scope, c.confidence = f.Reach.State, f.Component.Scope, f.Confidence
	return &c
}

// A higher CVSS score never ranks lower, whatever the context holds the level to.
func TestRank_worseScoreNeverLowers(t *testing.T) {
	for _, reach := range []finding.ReachState{finding.NotReachable, finding.ReachUnknown, finding.Reachable} {
		for _, internet := range []string{"no", "", "open"} {
			for _, environment := range []string{"development", "staging", "", "production"} {
				last := -1
				for tenths := range 101 {
					score := float64(tenths) / 10
					f := flaw(&finding.Threat{Score: &score})
					f.Reach = &finding.Reachability{State: reach}
					f.Exposure = &finding.Exposure{Internet: internet, Environment: environment}
					got := Rank(f).Score
					if got < last {
						t.Fatalf("%s, %q, %q: %.1f ranks %d, below %d", reach, internet, environment, score, got, last)
					}
					last = got
				}
			}
		}
	}
}

func BenchmarkRank(b *testing.B) {
	f := flaw(scored(network98))
	f.Exposure = open()
	b.ReportAllocs()
	for b.Loop() {
		Rank(f)
	}
}
