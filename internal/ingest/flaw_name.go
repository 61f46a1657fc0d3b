package ingest

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/finding"
)

// flawNames sorts the ids of one flaw so that the best known comes first (CVE, GHSA, then as given), each once. The first is the rule, the rest are aliases.
func flawNames(ids ...string) (rule string, aliases []string) {
	weight := func(id string) int {
		switch {
		case strings.HasPrefix(id, "CVE-"):
			return 0
		case strings.HasPrefix(id, "GHSA-"):
			return 1
		}
		return 2
	}
	var all []string
	for _, id := range ids {
		id = strings.TrimSpace(id)
		if up := strings.ToUpper(id); strings.HasPrefix(up, "CVE-") {
			id = up
		}
		if id != "" && !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	if len(all) == 0 {
		return "", nil
	}
	slices.SortStableFunc(all, func(a, b string) int { return weight(a) - weight(b) })
	return all[0], all[1:]
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

// apart sorts the names of a report's entry into flaws: two CVEs are never one. An entry of the tool's about several becomes one flaw for each,
// without the names that would make them one again; a CVE that claims another as its alias does not get it.
func apart(ids []string) [][]string {
	var cves, others []string
	for _, id := range ids {
		id = strings.TrimSpace(id)
		switch up := strings.ToUpper(id); {
		case id == "" || up == "N/A":
		case !strings.HasPrefix(up, "CVE-"):
			others = append(others, id)
		case !slices.Contains(cves, up):
			cves = append(cves, up)
		}
	}
	switch {
	case len(cves) > 1 && len(ids) > 0 && strings.HasPrefix(strings.ToUpper(ids[0]), "CVE-"):
		return [][]string{cves[:1]}
	case len(cves) > 1:
		var out [][]string
		for _, c := range cves {
			out = append(out, []string{c})
		}
		return out
	case len(cves)+len(others) == 0:
		return nil
	}
	return [][]string{append(cves, others...)}
}
