package risk

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// explain gives the sentences, what weighs most first: what settles the matter, what moves the score, where it started, what was known and
// changed nothing, and what is not known.
func explain(c *facts, w weight) []string {
	held := slices.Clone(w.held)
	slices.SortStableFunc(held, func(a, b *factor) int { return pull(b) - pull(a) })
	var out []string
	add := func(sentence string) {
		if sentence != "" && !slices.Contains(out, sentence) {
			out = append(out, sentence)
		}
	}
	for _, f := range held {
		if pull(f) == 0 {
			add(sayStart(c))
		}
		add(f.say(c))
	}
	add(sayStart(c))
	add(sayUnknown(c))
	return out
}

// pull is how much a row weighs in the order of sentences.
func pull(f *factor) int {
	switch {
	case f.name == "malicious":
		return 2 * decisive
	case f.most != nothing:
		return decisive + int(nothing-f.most)
	}
	return max(f.points, -f.points)
}

func sayStart(c *facts) string {
	switch {
	case c.threat.Malicious && !c.vector.rated:
		return "" // malware has no score, and needs none
	case c.guessed:
		return "Nobody has published how bad it is: it is counted as " + unrated.String() + "."
	case !c.vector.rated && c.f.Threat != nil:
		return "No CVSS score is published; it is called " + c.f.Severity.String() + "."
	case !c.vector.rated:
		return "Its rule calls it " + c.f.Severity.String() + "."
	}
	s := "CVSS"
	if c.vector.version != "" {
		s += " " + c.vector.version
	}
	s += " gives it " + sayScore(c.vector)
	if how := sayVector(c.vector); how != "" {
		s += ": " + how
	}
	return s + "."
}

func sayScore(v vector) string { return fmt.Sprintf("%.1f of 10 (%s)", v.score, band(v.score)) }

// band is CVSS's own word for a score.
func band(score float64) finding.Severity { return Level(int(score*10 + 0.5)) }

func sayVector(v vector) string {
	how := map[string]string{"N": "attacked over the network", "A": "attacked from the neighbouring network", "L": "attacked from the machine itself", "P": "attacked by touching the machine"}[v.attack]
	if how == "" {
		return ""
	}
	if v.account {
		how += ", with an account"
	} else {
		how += ", without an account"
	}
	if v.help {
		how += ", with a user's help"
	}
	return how
}

func sayMalicious(c *facts) string {
	return "The package itself is the attack: whoever installed it has run it."
}

func sayReach(c *facts) string {
	r := c.f.Reach
	if r.Because != "" {
		return sentence(r.Because)
	}
	what := "The faulty code"
	if len(r.Symbols) > 0 {
		what = "The faulty function " + r.Symbols[0]
	}
	switch r.State {
	case finding.Reachable:
		if at := place(c.f.Flow); at != "" {
			return what + " is called from " + at + "."
		}
		return what + " is called."
	case finding.Imported:
		return "The package is loaded; whether the faulty code is called is not known."
	case finding.NotReachable:
		return what + " cannot be called: that is proved."
	}
	return "Whether the faulty code is called is not known."
}

// place is the last step of a flow that stands in a file, as path:line.
func place(flow []finding.Step) string {
	for _, step := range slices.Backward(flow) {
		if l := step.Location; l.Path != "" {
			if l.Region.StartLine > 0 {
				return l.Path + ":" + strconv.Itoa(l.Region.StartLine)
			}
			return l.Path
		}
	}
	return ""
}

// sentence ends a text as a sentence.
func sentence(s string) string {
	first, _, _ := strings.Cut(s, " ")
	if isWord(first) {
		s = strings.ToUpper(s[:1]) + s[1:]
	}
	if strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}

// isWord tells a word of a sentence from a name, which keeps its letters.
func isWord(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == ""
}

func sayKnown(c *facts) string {
	if added := c.threat.KEV.Added; added != "" {
		return "CISA has known it to be exploited since " + added + "."
	}
	return "CISA knows it to be exploited."
}

func sayRansomware(c *facts) string {
	return strings.TrimSuffix(sayKnown(c), ".") + ", by ransomware too."
}

func sayActive(*facts) string      { return "It is being exploited, as SSVC has it." }
func sayPublic(*facts) string      { return "A way to exploit it is public." }
func sayNoExploit(*facts) string   { return "No way to exploit it is known, as SSVC has it." }
func sayAutomatable(*facts) string { return "Attacks on it can be automated." }

func sayEPSS(c *facts) string {
	return "EPSS gives a " + percent(c.epss) + " chance of exploitation within 30 days."
}

// percent writes a probability with as many digits as say something.
func percent(p float64) string {
	switch p *= 100; {
	case p >= 99.5:
		return strconv.FormatFloat(p, 'f', 1, 64) + " %"
	case p >= 10:
		return strconv.FormatFloat(p, 'f', 0, 64) + " %"
	case p >= 1:
		return strconv.FormatFloat(p, 'f', 1, 64) + " %"
	}
	return strconv.FormatFloat(p, 'f', 2, 64) + " %"
}

func sayInternet(c *facts) string {
	who := "What it stands in"
	if w := c.exposure.Workload; w != "" {
		who = "It runs in " + w + ", which"
	}
	door := ""
	if len(c.exposure.Path) > 0 && c.exposure.Path[0].Message != "" && c.internet != "no" {
		door = ": " + strings.TrimSuffix(c.exposure.Path[0].Message, ".")
	}
	switch {
	case c.internet == "open" && !c.overNetwork():
		return who + " is open to the internet, but the flaw is not attacked over the network."
	case c.internet == "open" && c.hindered():
		return who + " is open to the internet without sign-in, though " + hindrance(c.vector) + door + "."
	case c.internet == "open":
		return who + " is open to the internet without sign-in" + door + "."
	case c.internet == "authenticated":
		return who + " can be reached from the internet after signing in" + door + "."
	}
	return who + " cannot be reached from the internet."
}

func hindrance(v vector) string {
	switch {
	case v.account && v.help:
		return "the attack needs an account and a user's help"
	case v.account:
		return "the attack needs an account"
	}
	return "the attack needs a user's help"
}

func sayEnvironment(c *facts) string { return "It runs in " + c.environment + "." }

func sayRunning(c *facts) string {
	if c.running == "no" {
		return "It is not running."
	}
	return "It is running."
}

func sayData(c *facts) string {
	return "Within its reach is sensitive data: " + strings.Join(c.exposure.Data, ", ") + "."
}

func sayCriticality(c *facts) string { return "The criticality of its asset is " + c.criticality + "." }

func sayPrivileged(*facts) string { return "It runs with rights over its host." }

func sayScope(c *facts) string {
	return "It is needed for " + c.scope + " only and is not part of what is shipped."
}

func sayTentative(*facts) string { return "It is not sure that the finding is right." }

// sayUnknown names what nobody said about the place.
func sayUnknown(c *facts) string {
	if c.threat.Malicious {
		return ""
	}
	var gaps []string
	if c.internet == "" {
		gaps = append(gaps, "who can get at it")
	}
	if c.environment == "" {
		gaps = append(gaps, "in which environment it runs")
	}
	if c.running == "" {
		gaps = append(gaps, "whether it is running")
	}
	switch len(gaps) {
	case 0:
		return ""
	case 3:
		return "Nothing is known about where it runs: it is counted as CVSS counts it, as if its attacker could get at it."
	}
	return "Not known, and so counted neither way: " + strings.Join(gaps, ", ") + "."
}
