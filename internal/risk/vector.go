package risk

import (
	"strings"

	cvss20 "github.com/pandatix/go-cvss/20"
	cvss30 "github.com/pandatix/go-cvss/30"
	cvss31 "github.com/pandatix/go-cvss/31"
	cvss40 "github.com/pandatix/go-cvss/40"
)

// vector is what matters of a CVSS vector of any version.
type vector struct {
	// version is CVSS's ("3.1"), "" where there is no valid vector.
	version string
	// rated tells that score, the base score from 0.0 to 10.0, is known.
	rated bool
	score float64
	// attack is the attack vector: N network, A adjacent network, L local, P physical; "" where it is not known.
	attack string
	// account tells that the attacker needs privileges, help that a user must do something.
	account, help bool
}

// firstVector reads the first vector that is valid, and gives its text.
func firstVector(vectors []string) (vector, string) {
	for _, text := range vectors {
		if v, ok := parseVector(text); ok {
			return v, text
		}
	}
	return vector{}, ""
}

func parseVector(text string) (vector, bool) {
	switch {
	case strings.HasPrefix(text, "CVSS:4.0/"):
		v, err := cvss40.ParseVector(text)
		if err != nil {
			return vector{}, false
		}
		return made("4.0", baseOf4(v), v.Get), true
	case strings.HasPrefix(text, "CVSS:3.1/"):
		v, err := cvss31.ParseVector(text)
		if err != nil {
			return vector{}, false
		}
		return made("3.1", v.BaseScore(), v.Get), true
	case strings.HasPrefix(text, "CVSS:3.0/"):
		v, err := cvss30.ParseVector(text)
		if err != nil {
			return vector{}, false
		}
		return made("3.0", v.BaseScore(), v.Get), true
	}
	v, err := cvss20.ParseVector(strings.TrimSuffix(strings.TrimPrefix(text, "("), ")"))
	if err != nil {
		return vector{}, false
	}
	out := vector{version: "2.0", rated: true, score: v.BaseScore()}
	out.attack = metric(v.Get, "AV")
	out.account = metric(v.Get, "Au") != "N"
	return out, true
}

// baseOf4 is the base score: in version 4.0 one score holds everything, so what is not of the base group is taken out first.
// Exploitation and environment are weighed by the table, from fresher sources.
func baseOf4(v *cvss40.CVSS40) float64 {
	only := *v
	for _, m := range [...]string{"E", "CR", "IR", "AR", "MAV", "MAC", "MAT", "MPR", "MUI", "MVC", "MVI", "MVA", "MSC", "MSI", "MSA"} {
		_ = only.Set(m, "X") // not defined: valid for each of them
	}
	return only.Score()
}

// made reads the metrics that versions 3 and 4 share.
func made(version string, score float64, get func(string) (string, error)) vector {
	return vector{
		version: version, rated: true, score: score,
		attack:  metric(get, "AV"),
		account: metric(get, "PR") != "N",
		help:    metric(get, "UI") != "N",
	}
}

func metric(get func(string) (string, error), name string) string {
	value, err := get(name)
	if err != nil {
		return ""
	}
	return value
}
