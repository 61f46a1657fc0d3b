package risk

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// ExplainVector says each metric of a CVSS vector of any version in words, as "Attack vector: over the network", in the order of the vector.
// Metrics that are not defined (X, ND) are left out; a vector that is not valid gives nothing.
func ExplainVector(vector string) []string {
	m := metricsOf(vector)
	if m.version == "" {
		return nil
	}
	words := wordsOf(m.version)
	var out []string
	for _, pair := range m.pairs {
		metric, ok := words[pair[0]]
		if !ok || pair[1] == "X" || pair[1] == "ND" {
			continue
		}
		if value := metric.values[pair[1]]; value != "" {
			out = append(out, metric.name+": "+value)
		}
	}
	return out
}

// Fact is one thing that the world knows about a flaw, in words.
type Fact struct {
	// Name is what it is called ("EPSS"), Value what is known ("94 %"), Means what that says, one sentence.
	Name, Value, Means string
}

// ExplainThreat says in words what the world knows about a flaw. What is not known is left out.
func ExplainThreat(t *finding.Threat) []Fact {
	if t == nil {
		return nil
	}
	c := gather(&finding.Finding{Threat: t})
	var out []Fact
	add := func(is bool, name, value, means string) {
		if is {
			out = append(out, Fact{name, value, means})
		}
	}
	add(t.Malicious, "Malicious", "yes", sayMalicious(c))
	if c.vector.rated {
		add(true, "CVSS", sayScore(c.vector), sayStart(c))
	}
	if t.KEV != nil {
		means := sayKnown(c)
		if t.KEV.Ransomware {
			means = sayRansomware(c)
		}
		if t.KEV.Due != "" {
			means += " US agencies had to mend it by " + t.KEV.Due + "."
		}
		add(true, "KEV", "listed", means)
	}
	if c.epss >= 0 {
		means := sayEPSS(c)
		if p := t.EPSS.Percentile; p > 0 && p <= 1 {
			means += " That is more than " + percent(p) + " of all flaws have."
		}
		add(true, "EPSS", percent(c.epss), means)
	}
	for _, say := range []struct {
		word  string
		means func(*facts) string
	}{{"active", sayActive}, {"poc", sayPublic}, {"none", sayNoExploit}} {
		add(c.exploit == say.word, "Exploitation", say.word, say.means(c))
	}
	add(c.automatable == "yes", "Automatable", "yes", sayAutomatable(c))
	add(c.automatable == "no", "Automatable", "no", "Attacks on it cannot be automated, as SSVC has it.")
	impact := known(impacts, strings.ToLower(t.TechnicalImpact))
	add(impact == "total", "Technical impact", impact, "An attacker gets all of the software, as SSVC has it.")
	add(impact == "partial", "Technical impact", impact, "An attacker gets a part of the software, as SSVC has it.")
	return out
}

// ExplainDecision says what an SSVC decision asks for, in CISA's words made short; "" for what is none.
func ExplainDecision(decision string) string {
	return map[string]string{
		"Track":  "Nothing out of turn: mend it with the usual updates, and look again when more becomes known.",
		"Track*": "Mend it with the usual updates, but watch it closely: it may become urgent.",
		"Attend": "Needs the attention of those responsible: mend it sooner than with the usual updates.",
		"Act":    "Needs the leadership's attention: mend it as soon as possible.",
	}[decision]
}

// metricWords are the words for one metric.
type metricWords struct {
	name   string
	values map[string]string
}

// wordsOf gives the words for the metrics of a version, by their short names. The names are the specifications' (first.org/cvss).
func wordsOf(version string) map[string]metricWords {
	switch version {
	case "4.0":
		return wordsV4()
	case "2.0":
		return wordsV2()
	}
	return wordsV3()
}

// requirementWords are the words of the security requirements, which all versions have.
func requirementWords(out map[string]metricWords) {
	levels := map[string]string{"L": "low", "M": "medium", "H": "high"}
	out["CR"] = metricWords{"Need for confidentiality", levels}
	out["IR"] = metricWords{"Need for integrity", levels}
	out["AR"] = metricWords{"Need for availability", levels}
}

// modified adds the modified base metrics, which an environment's owners set.
func modified(out map[string]metricWords, names ...string) {
	for _, name := range names {
		base := out[name]
		out["M"+name] = metricWords{base.name + ", here", base.values}
	}
}
