package risk

import (
	"sync"

	"github.com/reevehq/reeve/internal/finding"
)

// factor is one row of the table.
type factor struct {
	// name is what the row is called in tests and in talk.
	name string
	// holds tells whether it applies.
	holds func(c *facts) bool
	// points move the score.
	points int
	// most is the level that the score may reach at most where the row holds; nothing for no bound.
	most finding.Severity
	// say is the sentence; "" is left out.
	say func(c *facts) string
}

// group is a question and its possible answers. Of several rows that hold, the strongest counts and all of them speak.
type group []factor

// nothing is no bound: above critical there is nothing to hold down. decisive is how much a row that holds the level down weighs in the order of sentences.
const (
	nothing  = finding.Critical + 1
	decisive = 1000
)

// table is the whole model, made once and never changed.
var table = sync.OnceValue(func() []group {
	return []group{
		{ // Is the package itself the attack? It is always 100 (see weigh).
			{"malicious", func(c *facts) bool { return c.threat.Malicious }, 0, nothing, sayMalicious},
		},
		{ // Can the faulty code be called?
			{"reachable", func(c *facts) bool { return c.reach == finding.Reachable }, +5, nothing, sayReach},
			{"imported", func(c *facts) bool { return c.reach == finding.Imported }, 0, nothing, sayReach},
			{"reach unknown", func(c *facts) bool { return c.reach == finding.ReachUnknown }, 0, nothing, sayReach},
			{"not reachable", func(c *facts) bool { return c.reach == finding.NotReachable }, 0, finding.Low, sayReach},
		},
		{ // Is it exploited?
			{"ransomware", func(c *facts) bool { return c.ransomware() }, +30, nothing, sayRansomware},
			{"known exploited", func(c *facts) bool { return c.known() }, +25, nothing, sayKnown},
			{"exploited", func(c *facts) bool { return c.exploit == "active" }, +25, nothing, sayActive},
			{"epss from 50 %", func(c *facts) bool { return c.epss >= 0.5 }, +20, nothing, sayEPSS},
			{"epss from 10 %", func(c *facts) bool { return c.epss >= 0.1 && c.epss < 0.5 }, +15, nothing, sayEPSS},
			{"exploit public", func(c *facts) bool { return c.exploit == "poc" }, +10, nothing, sayPublic},
			{"epss from 1 %", func(c *facts) bool { return c.epss >= 0.01 && c.epss < 0.1 }, 0, nothing, sayEPSS},
		},
		{ // Does anything say that it is not?
			{"epss below 1 %", func(c *facts) bool { return c.epss >= 0 && c.epss < 0.01 && !c.exploited() }, -5, nothing, sayEPSS},
		},
		{
			{"no exploit", func(c *facts) bool { return c.exploit == "none" && !c.exploited() }, -5, nothing, sayNoExploit},
		},
		{ // Can attacks run by themselves?
			{"automatable", func(c *facts) bool { return c.automatable == "yes" }, +5, nothing, sayAutomatable},
		},
		{ // Who can get at it? A flaw that is not attacked over the network is none the worse for the internet, and none the better without.
			{"open internet", func(c *facts) bool { return c.internet == "open" && c.overNetwork() && !c.hindered() }, +15, nothing, sayInternet},
			{"open internet, hindered", func(c *facts) bool { return c.internet == "open" && c.overNetwork() && c.hindered() }, +8, nothing, sayInternet},
			{"open internet, other vector", func(c *facts) bool { return c.internet == "open" && !c.overNetwork() }, 0, nothing, sayInternet},
			{"behind sign-in", func(c *facts) bool { return c.internet == "authenticated" }, 0, nothing, sayInternet},
			{"internal", func(c *facts) bool { return c.internet == "no" && c.overNetwork() }, -15, nothing, sayInternet},
			{"internal, other vector", func(c *facts) bool { return c.internet == "no" && !c.overNetwork() }, 0, nothing, sayInternet},
		},
		{ // Where does it run?
			{"production", func(c *facts) bool { return c.environment == "production" }, +5, nothing, sayEnvironment},
			{"staging", func(c *facts) bool { return c.environment == "staging" }, -10, nothing, sayEnvironment},
			{"development", func(c *facts) bool { return c.environment == "development" }, -15, finding.Medium, sayEnvironment},
		},
		{ // Does it run at all?
			{"running", func(c *facts) bool { return c.running == "yes" }, 0, nothing, sayRunning},
			{"not running", func(c *facts) bool { return c.running == "no" }, 0, finding.Low, sayRunning},
		},
		{ // What would an attacker get? Data and criticality say the same thing twice, as in CVSS' security requirements.
			{"sensitive data", func(c *facts) bool { return len(c.exposure.Data) > 0 }, +8, nothing, sayData},
			{"critical asset", func(c *facts) bool { return c.criticality == "critical" }, +8, nothing, sayCriticality},
			{"important asset", func(c *facts) bool { return c.criticality == "high" }, +4, nothing, sayCriticality},
			{"ordinary asset", func(c *facts) bool { return c.criticality == "medium" }, 0, nothing, sayCriticality},
			{"minor asset", func(c *facts) bool { return c.criticality == "low" }, -8, nothing, sayCriticality},
		},
		{
			{"privileged", func(c *facts) bool { return c.exposure.Privileged }, +8, nothing, sayPrivileged},
		},
		{ // Is it part of what is shipped?
			{"not shipped", func(c *facts) bool { return c.scope != "" }, 0, finding.Medium, sayScope},
		},
		{ // Is it sure?
			{"tentative", func(c *facts) bool { return c.confidence == finding.Tentative }, -5, nothing, sayTentative},
		},
	}
})
