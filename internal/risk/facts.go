package risk

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// facts are what the table asks about: a finding with its gaps made plain.
type facts struct {
	f *finding.Finding
	// start is the score before anything is known about the place, 0 to 100.
	start int
	// guessed tells that nobody published how bad the flaw is.
	guessed bool
	// vector is the first CVSS vector that is valid, text as it was published.
	vector vector
	text   string
	// epss is the probability, negative where there is none.
	epss                           float64
	threat                         finding.Threat
	exposure                       finding.Exposure
	reach                          finding.ReachState
	exploit, automatable           string
	internet, environment, running string
	criticality, scope             string
	confidence                     finding.Confidence
}

// unrated is the severity of a flaw of which nobody published how bad it is: the Go database, for one, publishes no scores. Counting it as nothing would be a guess.
const unrated = finding.Medium

// gather reads a finding.
func gather(f *finding.Finding) *facts {
	c := &facts{}
	c.read(f)
	return c
}

// read takes in a finding, in the place of what was read before.
func (c *facts) read(f *finding.Finding) {
	*c = facts{f: f, epss: -1, confidence: f.Confidence}
	if f.Threat != nil {
		c.threat = *f.Threat
	}
	if f.Exposure != nil {
		c.exposure = *f.Exposure
	}
	if f.Reach != nil {
		c.reach = f.Reach.State
	}
	if f.Component != nil {
		c.scope = f.Component.Scope
	}
	if e := c.threat.EPSS; e != nil && e.Probability >= 0 && e.Probability <= 1 {
		c.epss = e.Probability
	}
	c.exploit, c.automatable = strings.ToLower(c.threat.Exploit), strings.ToLower(c.threat.Automatable)
	c.internet, c.environment, c.running = c.exposure.Internet, c.exposure.Environment, c.exposure.Running
	c.criticality = strings.ToLower(c.exposure.Criticality)
	c.vector, c.text = firstVector(c.threat.CVSS)
	c.begin()
}

// begin finds the score to start from: the published one, else that of the vector, else the severity's.
func (c *facts) begin() {
	switch score := c.threat.Score; {
	case score != nil && *score >= 0 && *score <= 10:
		c.vector.score, c.vector.rated = *score, true
	case c.vector.rated:
	case c.f.Severity == finding.Info && c.f.Threat != nil:
		c.guessed = true
		c.start = int(unrated.Score() * 10)
		return
	default:
		c.start = int(c.f.Severity.Score() * 10)
		return
	}
	c.start = int(c.vector.score*10 + 0.5)
}

// known tells that CISA lists it, ransomware that extortionists use it.
func (c *facts) known() bool      { return c.threat.KEV != nil && !c.threat.KEV.Ransomware }
func (c *facts) ransomware() bool { return c.threat.KEV != nil && c.threat.KEV.Ransomware }

// exploited tells that there is evidence of attacks or of a way to make them.
func (c *facts) exploited() bool {
	return c.threat.KEV != nil || c.exploit == "active" || c.exploit == "poc" || c.epss >= 0.1
}

// overNetwork tells whether the flaw is attacked over a network; most are, so one without a vector is taken to be.
func (c *facts) overNetwork() bool { return c.vector.attack == "" || c.vector.attack == "N" }

// hindered tells whether an attacker needs an account or a user's help.
func (c *facts) hindered() bool { return c.vector.account || c.vector.help }
