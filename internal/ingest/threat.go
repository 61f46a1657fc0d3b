package ingest

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/finding"
)

// publishedThreat makes a threat of a base score and the vectors that a report gives, highest version first; nil where it gives none.
func publishedThreat(score *float64, vectors ...string) *finding.Threat {
	var known []string
	for _, v := range vectors {
		v = strings.Trim(strings.TrimSpace(v), "()")
		if v != "" && len(v) < 300 && strings.Contains(v, "/") && !slices.Contains(known, v) {
			known = append(known, v)
		}
	}
	slices.SortStableFunc(known, func(a, b string) int { return strings.Compare(vectorVersion(b), vectorVersion(a)) })
	if score != nil && (*score <= 0 || *score > 10) {
		score = nil
	}
	if score == nil && known == nil {
		return nil
	}
	return &finding.Threat{CVSS: known, Score: score}
}

// vectorVersion is the version a vector names; those of CVSS v2 name none.
func vectorVersion(vector string) string {
	version, _, _ := strings.Cut(strings.TrimPrefix(vector, "CVSS:"), "/")
	if version == vector || !strings.HasPrefix(vector, "CVSS:") {
		return "2.0"
	}
	return version
}

// sameFlaw tells which of the ids that a tool puts together are names of one flaw. Two CVEs never are: where a tool's check stands for several, it
// keeps its own id, and they are only related.
func sameFlaw(own string, others ...string) (rule string, aliases, related []string) {
	var names []string
	cves := cveIn(append([]string{own}, others...)...)
	for _, o := range others {
		if o = strings.TrimSpace(o); !slices.Contains(cves, strings.ToUpper(o)) {
			names = append(names, o)
		}
	}
	own = strings.TrimSpace(own)
	switch up := strings.ToUpper(own); {
	case slices.Contains(cves, up):
		rule, aliases = flawNames(append([]string{up}, names...)...)
		related = slices.DeleteFunc(cves, func(id string) bool { return id == up })
	case len(cves) == 1:
		rule, aliases = flawNames(append([]string{cves[0], own}, names...)...)
	case own == "" && len(cves) > 0:
		rule, aliases = flawNames(append([]string{cves[0]}, names...)...)
		related = cves[1:]
	default:
		names = append([]string{own}, names...)
		rule, aliases = flawNames(names...)
		related = cves
	}
	return rule, aliases, related
}

// nameFlaws says of a finding, whose rule is a check of a tool, which flaws it is about: the one other name, or several as a fact.
func nameFlaws(f *finding.Finding, rule string, cves []string) {
	cves = slices.DeleteFunc(cves, func(id string) bool { return id == rule })
	if len(cves) == 1 {
		f.Aliases = append(f.Aliases, cves[0])
		return
	}
	f.Facts = append(f.Facts, factsOf("flaws", strings.Join(cves, ", "))...)
}

var cvePattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)\bCVE-[0-9]{4}-[0-9]{4,10}\b`) })

// cveIn reads the ids of the CVE list out of texts, each once.
func cveIn(texts ...string) []string {
	var out []string
	for _, t := range texts {
		for _, id := range cvePattern().FindAllString(t, 50) {
			if id = strings.ToUpper(id); !slices.Contains(out, id) && len(out) < 200 {
				out = append(out, id)
			}
		}
	}
	return out
}
