package advisory

import (
	"cmp"
	"slices"
	"strings"

	gocvss20 "github.com/pandatix/go-cvss/20"
	gocvss30 "github.com/pandatix/go-cvss/30"
	gocvss31 "github.com/pandatix/go-cvss/31"
	gocvss40 "github.com/pandatix/go-cvss/40"

	"github.com/reevehq/reeve/internal/finding"
)

// cvssScore gives the base score of a vector; false where it is not valid.
func cvssScore(vector string) (score float64, ok bool) {
	switch cvssVersion(vector) {
	case 40:
		if v, err := gocvss40.ParseVector(vector); err == nil {
			return v.Score(), true
		}
	case 31:
		if v, err := gocvss31.ParseVector(vector); err == nil {
			return v.BaseScore(), true
		}
	case 30:
		if v, err := gocvss30.ParseVector(vector); err == nil {
			return v.BaseScore(), true
		}
	case 20:
		if v, err := gocvss20.ParseVector(vector); err == nil {
			return v.BaseScore(), true
		}
	}
	return 0, false
}

// cvssVersion tells which version a vector is of, times ten; 0 for what is no vector.
func cvssVersion(vector string) int {
	switch {
	case strings.HasPrefix(vector, "CVSS:4.0/"):
		return 40
	case strings.HasPrefix(vector, "CVSS:3.1/"):
		return 31
	case strings.HasPrefix(vector, "CVSS:3.0/"):
		return 30
	case strings.HasPrefix(vector, "AV:"):
		return 20
	}
	return 0
}

// vectors gives the vectors among scores and, apart, the first word. Ubuntu and others publish words where OSV has vectors.
func vectors(scores []Score) (list []string, word string) {
	for _, s := range scores {
		switch v := strings.TrimPrefix(strings.Trim(s.Score, "()"), "CVSS:2.0/"); {
		case cvssVersion(v) > 0:
			list = append(list, v)
		case word == "":
			if _, ok := severityWord(s.Score); ok {
				word = s.Score
			}
		}
	}
	return list, word
}

// orderVectors puts the highest version first and takes doubles out; of one version, the first published stays first.
func orderVectors(list []string) []string {
	slices.SortStableFunc(list, func(a, b string) int { return cmp.Compare(cvssVersion(b), cvssVersion(a)) })
	var out []string
	for _, v := range list {
		if !slices.Contains(out, v) && len(out) < 16 {
			out = append(out, v)
		}
	}
	return out
}

// severityWord reads the words that databases use for severity; false where it is none of them, or says nothing ("unknown").
func severityWord(word string) (finding.Severity, bool) {
	switch strings.ToLower(word) {
	case "critical":
		return finding.Critical, true
	case "high", "important":
		return finding.High, true
	case "medium", "moderate":
		return finding.Medium, true
	case "low", "minor":
		return finding.Low, true
	case "negligible", "none", "info", "informational", "unimportant":
		return finding.Info, true
	}
	return finding.Info, false
}
