package risk

// wordsV3 are the metrics of CVSS 3.0 and 3.1.
func wordsV3() map[string]metricWords {
	impact := map[string]string{"H": "lost altogether", "L": "lost in part", "N": "not touched"}
	out := map[string]metricWords{
		"AV": {"Attack vector", map[string]string{"N": "over the network", "A": "from the neighbouring network", "L": "from the machine itself", "P": "by touching the machine"}},
		"AC": {"Attack complexity", map[string]string{"L": "works every time", "H": "needs conditions that the attacker cannot bring about"}},
		"PR": {"Privileges required", map[string]string{"N": "no account", "L": "an ordinary account", "H": "an administrator's account"}},
		"UI": {"User interaction", map[string]string{"N": "nobody has to do anything", "R": "somebody has to do something"}},
		"S":  {"Scope", map[string]string{"U": "stays within what is faulty", "C": "reaches beyond what is faulty"}},
		"C":  {"Confidentiality", impact}, "I": {"Integrity", impact}, "A": {"Availability", impact},
		"E":  {"Exploit code", map[string]string{"U": "none known", "P": "proof of concept", "F": "works in most cases", "H": "works everywhere, or is not needed"}},
		"RL": {"Remediation", map[string]string{"O": "the maker's fix", "T": "a temporary fix", "W": "a workaround", "U": "none"}},
		"RC": {"Report", map[string]string{"U": "not confirmed", "R": "plausible", "C": "confirmed"}},
	}
	requirementWords(out)
	modified(out, "AV", "AC", "PR", "UI", "S", "C", "I", "A")
	return out
}

// wordsV4 are the metrics of CVSS 4.0.
func wordsV4() map[string]metricWords {
	impact := map[string]string{"H": "lost altogether", "L": "lost in part", "N": "not touched"}
	beyond := map[string]string{"S": "people can be hurt", "H": "lost altogether", "L": "lost in part", "N": "not touched"}
	out := wordsV3()
	for _, gone := range []string{"S", "C", "I", "A", "RL", "RC", "MS", "MC", "MI", "MA"} {
		delete(out, gone)
	}
	out["AC"] = metricWords{"Attack complexity", map[string]string{"L": "no protection to get around", "H": "protections have to be got around"}}
	out["AT"] = metricWords{"Attack requirements", map[string]string{"N": "works on every installation", "P": "works on some installations only"}}
	out["UI"] = metricWords{"User interaction", map[string]string{"N": "nobody has to do anything", "P": "somebody has to use it as usual", "A": "somebody has to do something unusual"}}
	out["VC"], out["VI"], out["VA"] = metricWords{"Confidentiality", impact}, metricWords{"Integrity", impact}, metricWords{"Availability", impact}
	out["SC"] = metricWords{"Confidentiality of other systems", beyond}
	out["SI"] = metricWords{"Integrity of other systems", beyond}
	out["SA"] = metricWords{"Availability of other systems", beyond}
	out["E"] = metricWords{"Exploit", map[string]string{"A": "attacks are known", "P": "proof of concept", "U": "none known"}}
	modified(out, "AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA")
	out["S"] = metricWords{"Safety", map[string]string{"N": "nobody can be hurt", "P": "people can be hurt"}}
	out["AU"] = metricWords{"Attacks can be automated", map[string]string{"N": "no", "Y": "yes"}}
	out["R"] = metricWords{"Recovery", map[string]string{"A": "by itself", "U": "somebody has to do it", "I": "impossible"}}
	out["V"] = metricWords{"What one attack gains", map[string]string{"D": "a few resources", "C": "many resources"}}
	out["RE"] = metricWords{"Effort to respond", map[string]string{"L": "low", "M": "moderate", "H": "high"}}
	out["U"] = metricWords{"Urgency by its maker", map[string]string{"Clear": "none", "Green": "low", "Amber": "moderate", "Red": "highest"}}
	return out
}

// wordsV2 are the metrics of CVSS 2.0.
func wordsV2() map[string]metricWords {
	impact := map[string]string{"C": "lost altogether", "P": "lost in part", "N": "not touched"}
	out := map[string]metricWords{
		"AV": {"Access vector", map[string]string{"N": "over the network", "A": "from the neighbouring network", "L": "from the machine itself"}},
		"AC": {"Access complexity", map[string]string{"L": "works every time", "M": "needs some conditions", "H": "needs rare conditions"}},
		"Au": {"Authentication", map[string]string{"N": "no account", "S": "signing in once", "M": "signing in several times"}},
		"C":  {"Confidentiality", impact}, "I": {"Integrity", impact}, "A": {"Availability", impact},
		"E":   {"Exploit code", map[string]string{"U": "none known", "POC": "proof of concept", "F": "works in most cases", "H": "works everywhere, or is not needed"}},
		"RL":  {"Remediation", map[string]string{"OF": "the maker's fix", "TF": "a temporary fix", "W": "a workaround", "U": "none"}},
		"RC":  {"Report", map[string]string{"UC": "not confirmed", "UR": "not corroborated", "C": "confirmed"}},
		"CDP": {"Damage around it", map[string]string{"N": "none", "L": "low", "LM": "low to medium", "MH": "medium to high", "H": "high"}},
		"TD":  {"Systems that have it", map[string]string{"N": "none", "L": "few", "M": "some", "H": "most"}},
	}
	requirementWords(out)
	return out
}
