package web

import "strings"

// vector is a CVSS vector and what each of its metrics says.
type vector struct {
	Text    string
	Version string
	Metrics []metric
}

// metric is one metric of a vector in words; Bad grades how much it helps an attacker: "worst", "bad" or "".
type metric struct{ Name, Value, Bad string }

// cvssNames are the base metrics of CVSS 2.0, 3.x and 4.0 by their short names (https://www.first.org/cvss).
func cvssName(short string) string {
	switch short {
	case "AV":
		return "Attacked"
	case "AC":
		return "Effort"
	case "AT":
		return "Needs"
	case "PR", "Au":
		return "Account"
	case "UI":
		return "User's help"
	case "S":
		return "Reaches"
	case "C", "VC":
		return "Secrets read"
	case "I", "VI":
		return "Data changed"
	case "A", "VA":
		return "Service lost"
	case "SC":
		return "Secrets read elsewhere"
	case "SI":
		return "Data changed elsewhere"
	case "SA":
		return "Service lost elsewhere"
	case "E":
		return "Exploit"
	}
	return ""
}

// cvssValue says what a metric's value means.
func cvssValue(name, value string) (text, bad string) {
	switch name + ":" + value {
	case "AV:N":
		return "over the network", "worst"
	case "AV:A":
		return "from the neighbouring network", "bad"
	case "AV:L":
		return "from the machine itself", ""
	case "AV:P":
		return "by touching the machine", ""
	case "AC:L":
		return "little", "worst"
	case "AC:M":
		return "some", "bad"
	case "AC:H":
		return "much", ""
	case "AT:N":
		return "nothing special", "worst"
	case "AT:P":
		return "certain conditions", ""
	case "PR:N", "Au:N":
		return "none", "worst"
	case "PR:L", "Au:S":
		return "any", "bad"
	case "PR:H", "Au:M":
		return "a powerful one", ""
	case "UI:N":
		return "not needed", "worst"
	case "UI:R", "UI:A":
		return "needed", ""
	case "UI:P":
		return "in passing", "bad"
	case "S:C":
		return "beyond the component", "worst"
	case "S:U":
		return "the component only", ""
	}
	switch value { // the impacts and the maturity share their letters
	case "H", "C":
		return "all of it", "worst"
	case "L", "P":
		if name == "E" {
			return "proof of concept", "bad"
		}
		return "some of it", "bad"
	case "N":
		return "none", ""
	case "A":
		return "used in attacks", "worst"
	}
	return value, ""
}

// maxVectors bounds the vectors that are explained.
const maxVectors = 4

// vectorsOf explains vectors. What is no metric is left out; the vector itself is shown beside it.
func vectorsOf(texts []string) []vector {
	var out []vector
	for _, text := range texts[:min(len(texts), maxVectors)] {
		v := vector{Text: clip(text, 200), Version: "2.0"}
		for part := range strings.SplitSeq(strings.Trim(text, "()"), "/") {
			name, value, _ := strings.Cut(part, ":")
			if name == "CVSS" {
				v.Version = clip(value, 8)
			}
			if label := cvssName(name); label != "" && len(value) == 1 {
				said, bad := cvssValue(name, value)
				v.Metrics = append(v.Metrics, metric{label, said, bad})
			}
		}
		out = append(out, v)
	}
	return out
}
