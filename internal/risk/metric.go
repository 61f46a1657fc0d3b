package risk

import "strings"

// metrics are those of one valid CVSS vector, in the order in which they stand there.
type metrics struct {
	// version is CVSS's ("3.1"), "" where there is no valid vector.
	version string
	pairs   [][2]string
}

// metricsOf reads a vector of any version. It has none where the vector is not valid.
func metricsOf(text string) metrics {
	v, ok := parseVector(text)
	if !ok {
		return metrics{}
	}
	m := metrics{version: v.version}
	for part := range strings.SplitSeq(strings.Trim(text, "()"), "/") {
		if name, value, _ := strings.Cut(part, ":"); name != "CVSS" {
			m.pairs = append(m.pairs, [2]string{name, value})
		}
	}
	return m
}

// get gives the value of a metric, "" where the vector does not have it.
func (m metrics) get(name string) string {
	for _, pair := range m.pairs {
		if pair[0] == name {
			return pair[1]
		}
	}
	return ""
}

// base is the vector of version 3 or 4 without all that is not its base group; "" for other versions.
func (m metrics) base() string {
	var names []string
	switch m.version {
	case "4.0":
		names = []string{"AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"}
	case "3.0", "3.1":
		names = []string{"AV", "AC", "PR", "UI", "S", "C", "I", "A"}
	default:
		return ""
	}
	text := "CVSS:" + m.version
	for _, name := range names {
		text += "/" + name + ":" + m.get(name)
	}
	return text
}
