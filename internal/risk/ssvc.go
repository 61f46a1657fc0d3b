package risk

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// The questions of CISA's tree, each with its answers from the least to the worst (CISA SSVC Guide, November 2022).
var (
	exploitations = []string{"none", "poc", "active"}
	automations   = []string{"no", "yes"}
	impacts       = []string{"partial", "total"}
	missions      = []string{"low", "medium", "high"}
)

// The decisions, from the least to the most urgent.
var decisions = []string{"Track", "Track*", "Attend", "Act"}

// tree is CISA's table (CISA Coordinator 2.0.3, as CERT/CC publishes it): by exploitation, automatable, technical impact and mission, numbers of decisions.
var tree = [3][2][2][3]byte{
	{{{0, 0, 0}, {0, 0, 1}}, {{0, 0, 2}, {0, 0, 2}}},
	{{{0, 0, 1}, {0, 1, 2}}, {{0, 0, 2}, {0, 1, 2}}},
	{{{0, 0, 2}, {0, 2, 3}}, {{2, 2, 3}, {2, 3, 3}}},
}

// answers are those of the tree's four questions that are possible, as numbers from the least to the worst.
type answers [4][]int

// decide asks the tree about a flaw. It is nil for what is no flaw: a line of code, a secret, a package that is itself the attack.
//
// Exploitation is what SSVC data says, and active for what CISA lists as exploited. Technical impact is what SSVC data says, else it follows from
// CVSS (see technical). Mission and well-being follows from the asset's criticality and the data within reach (see mission). A question
// without an answer has all of them, and the decision is then the range of all that it could be.
func decide(c *facts) *finding.SSVC {
	if c.f.Threat == nil || c.threat.Malicious {
		return nil
	}
	s := &finding.SSVC{Exploitation: known(exploitations, c.exploit), Automatable: known(automations, c.automatable)}
	if c.threat.KEV != nil {
		s.Exploitation = "active"
	}
	var derived bool
	if s.TechnicalImpact = known(impacts, strings.ToLower(c.threat.TechnicalImpact)); s.TechnicalImpact == "" {
		s.TechnicalImpact = technical(c.text)
		derived = s.TechnicalImpact != ""
	}
	word, from := mission(c)
	s.Mission = word
	possible := answers{among(exploitations, s.Exploitation, 0), among(automations, s.Automatable, 0), among(impacts, s.TechnicalImpact, 0), among(missions, s.Mission, from)}
	least, most := possible.decisions()
	s.Least, s.Most = decisions[least], decisions[most]
	if least == most {
		s.Decision = s.Least
	}
	s.Missing = possible.missing()
	s.Because = saySSVC(s, derived, c.threat.KEV != nil)
	return s
}

// known gives a word that is an answer, "" for any other.
func known(words []string, word string) string {
	if slices.Contains(words, word) {
		return word
	}
	return ""
}

// among gives the possible answers: the known one, else all from a number on.
func among(words []string, word string, from int) []int {
	if i := slices.Index(words, word); i >= 0 {
		return []int{i}
	}
	out := make([]int, 0, len(words))
	for i := from; i < len(words); i++ {
		out = append(out, i)
	}
	return out
}

// decisions gives the least and the most urgent of the possible decisions. The tree is monotone, which a test makes sure of, so the extremes say it.
func (a *answers) decisions() (least, most int) {
	at := func(pick func([]int) int) int {
		return int(tree[pick(a[0])][pick(a[1])][pick(a[2])][pick(a[3])])
	}
	return at(func(of []int) int { return of[0] }), at(func(of []int) int { return of[len(of)-1] })
}

// missing names the unknown facts that could change the decision.
func (a *answers) missing() []string {
	questions := [...]string{
		"whether it is exploited", "whether attacks on it can be automated", "how much of the software an attacker gets", "how critical its asset is",
	}
	var out []string
	for i, question := range questions {
		if a.matters(i) {
			out = append(out, question)
		}
	}
	return out
}

// matters tells whether the answer to one question could change the decision, whatever the other answers.
func (a *answers) matters(question int) bool {
	lowest, highest := *a, *a
	lowest[question], highest[question] = a[question][:1], a[question][len(a[question])-1:]
	var decided [2][]byte
	for i, one := range []answers{lowest, highest} {
		for _, e := range one[0] {
			for _, auto := range one[1] {
				for _, impact := range one[2] {
					for _, m := range one[3] {
						decided[i] = append(decided[i], tree[e][auto][impact][m])
					}
				}
			}
		}
	}
	return !slices.Equal(decided[0], decided[1])
}

// technical is the technical impact that follows from a CVSS vector: total where confidentiality and integrity are lost altogether, or where one of
// them is and the other in part, without privileges; else partial. This is CERT/CC's table "CVSS v4 to Technical Impact" 1.0.0, read for
// the earlier versions by their own names of the same metrics.
func technical(text string) string {
	m := metricsOf(text)
	confidentiality, integrity, privileges := m.get("C"), m.get("I"), m.get("PR")
	switch {
	case m.version == "":
		return ""
	case m.version == "4.0":
		confidentiality, integrity = m.get("VC"), m.get("VI")
	case m.version == "2.0":
		inV3 := map[string]string{"C": "H", "P": "L"}
		confidentiality, integrity, privileges = inV3[confidentiality], inV3[integrity], m.get("Au")
	}
	both := confidentiality == "H" && integrity == "H"
	nearly := confidentiality == "H" && integrity == "L" || confidentiality == "L" && integrity == "H"
	if both || nearly && privileges == "N" {
		return "total"
	}
	return "partial"
}

// mission is the impact on mission and well-being: CISA's table of mission prevalence and public well-being. An asset of low criticality is minimal to
// the mission, one of medium criticality supports it, one of high or critical criticality is essential; sensitive data makes the harm to people
// material. Where the criticality is not known it is from, a number of an answer, upwards.
func mission(c *facts) (word string, from int) {
	sensitive := len(c.exposure.Data) > 0
	switch c.criticality {
	case "high", "critical":
		return "high", 2
	case "medium":
		return "medium", 1
	case "low":
		if sensitive {
			return "medium", 1
		}
		return "low", 0
	}
	if sensitive {
		return "", 1
	}
	return "", 0
}

// saySSVC explains a decision by the facts that are known.
func saySSVC(s *finding.SSVC, derived, listed bool) string {
	var because []string
	add := func(fact string, is bool) {
		if is {
			because = append(because, fact)
		}
	}
	add("CISA lists it as exploited", listed)
	add("it is being exploited", !listed && s.Exploitation == "active")
	add("a way to exploit it is public", s.Exploitation == "poc")
	add("no way to exploit it is known", s.Exploitation == "none")
	add("attacks can be automated", s.Automatable == "yes")
	add("attacks cannot be automated", s.Automatable == "no")
	how := ""
	if derived {
		how = " (as its CVSS vector has it)"
	}
	add("an attacker gets all of the software"+how, s.TechnicalImpact == "total")
	add("an attacker gets a part of the software"+how, s.TechnicalImpact == "partial")
	add("the impact on mission and well-being is "+s.Mission, s.Mission != "")
	head := "SSVC says " + s.Decision
	if s.Decision == "" {
		head = "SSVC says " + s.Least + " to " + s.Most
	}
	if len(because) > 0 {
		head += ": " + strings.Join(because, ", ")
	}
	head += "."
	if len(s.Missing) > 0 {
		head += " Not known: " + strings.Join(s.Missing, ", ") + "."
	}
	return head
}
