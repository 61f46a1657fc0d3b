package ingest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// threatOf makes a threat of a base score, 0 for none, and of the vectors that a report gives in any order and writing.
func threatOf(score float64, vectors ...string) finding.Threat {
	var t finding.Threat
	for _, v := range vectors {
		v = cvssVector(v)
		if len(v) < 300 && strings.Contains(v, "/") && !slices.Contains(t.CVSS, v) && len(t.CVSS) < 16 {
			t.CVSS = append(t.CVSS, v)
		}
	}
	slices.SortStableFunc(t.CVSS, func(a, b string) int { return cmp.Compare(cvssRank(b), cvssRank(a)) })
	if score > 0 && score <= 10 {
		t.Score = &score
	}
	return t
}

// known is the threat, nil where nothing is known of it.
func known(t finding.Threat) *finding.Threat {
	if len(t.CVSS) == 0 && t.Score == nil && t.EPSS == nil && t.KEV == nil && t.Exploit == "" && !t.Malicious && t.Published.IsZero() {
		return nil
	}
	return &t
}

// cvssVector writes a vector as FIRST does: version 2 without prefix.
func cvssVector(s string) string {
	s = strings.Trim(s, "() \t\r\n")
	for _, prefix := range [...]string{"CVSS2#", "CVSS3#", "CVSS:2.0/"} {
		s = strings.TrimPrefix(s, prefix)
	}
	return s
}

// cvssRank orders vectors by version; 0 is what is none.
func cvssRank(vector string) int {
	for rank, prefix := range [...]string{"AV:", "CVSS:3.0/", "CVSS:3.1/", "CVSS:4.0/"} {
		if strings.HasPrefix(cvssVector(vector), prefix) {
			return rank + 1
		}
	}
	return 0
}

// epssOf gives an EPSS score, nil where there is none.
func epssOf(probability, percentile, date string) *finding.EPSS {
	p := decimal(probability)
	if p <= 0 || p > 1 {
		return nil
	}
	return &finding.EPSS{Probability: p, Percentile: min(decimal(percentile), 1), Date: date}
}
