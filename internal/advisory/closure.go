package advisory

import (
	"slices"
	"strings"
)

// naming is what a record says about names.
type naming struct {
	id                string
	aliases, upstream []string
}

// maxKeys bounds the flaws of one record that it does not name itself.
const maxKeys = 256

// closure finds out which flaws records speak of, by name.
//
//   - A record that names CVEs, as itself, as aliases or as upstream, speaks of each of them and of nothing else.
//   - A MAL- record speaks of itself.
//   - Any other record speaks of the CVEs of the records that it shares a name with, or else of those that these share one with,
//     and so on: of the nearest ones; of MAL- records in the same way, where there is no CVE as near.
//   - What is then left passes on what its upstream records speak of.
//   - Of the rest, those that share names are one flaw, under the name of the best database among all their names.
//
// So two CVEs, and two MAL- records, never become one. Every record is looked at once for each of its names.
type closure struct {
	records []naming
	// keys are, by record, the names of the flaws it speaks of, sorted.
	keys [][]string
	// bearers are the records that bear a name which is no CVE, as their id or as an alias.
	bearers map[string][]int32
}

// closeAliases gives, by record, the names of the flaws it speaks of. No list is empty.
func closeAliases(records []naming) [][]string {
	c := &closure{records: records, keys: make([][]string, len(records)), bearers: make(map[string][]int32, len(records)*2)}
	for i := range records {
		c.keys[i] = ownKeys(&records[i])
		for name := range records[i].own() {
			c.bearers[name] = append(c.bearers[name], int32(i))
		}
	}
	c.spread()
	c.passOn()
	c.join()
	return c.keys
}

// own goes through the names of a record that are no CVE.
func (n *naming) own() func(func(string) bool) {
	return func(yield func(string) bool) {
		if cveOf(n.id) == "" && !yield(n.id) {
			return
		}
		for _, a := range n.aliases {
			if cveOf(a) == "" && a != n.id && !yield(a) {
				return
			}
		}
	}
}

// ownKeys are the flaws that a record names itself.
func ownKeys(n *naming) []string {
	if isMalicious(n.id) {
		return []string{n.id}
	}
	var keys []string
	for _, list := range [...][]string{{n.id}, n.aliases, n.upstream} {
		for _, name := range list {
			if cve := cveOf(name); cve != "" {
				keys = append(keys, cve)
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func isMalicious(id string) bool { return strings.HasPrefix(id, "MAL-") }

// spread hands the flaws of records on along shared names, one step for all records at a time.
func (c *closure) spread() {
	var edge []int32
	for i := range c.records {
		if len(c.keys[i]) > 0 {
			edge = append(edge, int32(i))
		}
	}
	seen := make(map[string]bool, len(c.bearers))
	for len(edge) > 0 {
		reached := map[string][]string{}
		for _, i := range edge {
			for name := range c.records[i].own() {
				if !seen[name] && len(c.bearers[name]) > 1 {
					reached[name] = union(reached[name], c.keys[i])
				}
			}
		}
		edge = edge[:0]
		fresh := map[int32][]string{}
		for name, keys := range reached {
			seen[name] = true
			for _, i := range c.bearers[name] {
				if len(c.keys[i]) == 0 {
					fresh[i] = union(fresh[i], keys)
				}
			}
		}
		for i, keys := range fresh {
			c.keys[i] = nearest(keys)
			edge = append(edge, i)
		}
		slices.Sort(edge)
	}
}

// nearest prefers CVEs to malicious packages.
func nearest(keys []string) []string {
	cves := slices.DeleteFunc(slices.Clone(keys), isMalicious)
	if len(cves) > 0 {
		keys = cves
	}
	return keys[:min(len(keys), maxKeys)]
}

// union joins two sorted lists without doubles.
func union(a, b []string) []string {
	if len(a) == 0 {
		return b
	}
	out := make([]string, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch c := strings.Compare(a[0], b[0]); {
		case c < 0:
			out, a = append(out, a[0]), a[1:]
		case c > 0:
			out, b = append(out, b[0]), b[1:]
		default:
			out, a, b = append(out, a[0]), a[1:], b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// passOn gives records that say nothing but what they pass on the flaws of their upstream records.
func (c *closure) passOn() {
	passed := map[int][]string{}
	for i := range c.records {
		if len(c.keys[i]) > 0 {
			continue
		}
		var keys []string
		for _, name := range c.records[i].upstream {
			for _, up := range c.bearers[name] {
				if len(keys) < maxKeys {
					keys = union(keys, c.keys[up])
				}
			}
		}
		if keys = slices.DeleteFunc(slices.Clone(keys), isMalicious); len(keys) > 0 {
			passed[i] = keys[:min(len(keys), maxKeys)]
		}
	}
	for i, keys := range passed {
		c.keys[i] = keys
	}
}

// join makes one flaw of the records left that share names.
func (c *closure) join() {
	best := map[int32]string{} // by the first record of a group
	group := make([]int32, len(c.records))
	for i := range group {
		group[i] = int32(i)
	}
	first := map[string]int32{} // by name, the first record left that bears it
	find := func(i int32) int32 {
		for group[i] != i {
			group[i] = group[group[i]]
			i = group[i]
		}
		return i
	}
	for i := range c.records {
		if len(c.keys[i]) > 0 {
			continue
		}
		for name := range c.records[i].own() {
			j, ok := first[name]
			if !ok {
				first[name] = int32(i)
				continue
			}
			x, y := find(int32(i)), find(j)
			group[max(x, y)] = min(x, y)
		}
	}
	for i := range c.records {
		if len(c.keys[i]) > 0 {
			continue
		}
		g := find(int32(i))
		for name := range c.records[i].own() {
			if old, ok := best[g]; !ok || betterName(name, old) {
				best[g] = name
			}
		}
	}
	for i := range c.records {
		if len(c.keys[i]) == 0 {
			c.keys[i] = []string{best[find(int32(i))]}
		}
	}
}

// betterName tells which of two names people use.
func betterName(a, b string) bool {
	x, y := nameRank(a), nameRank(b)
	return x < y || x == y && a < b
}

func nameRank(name string) int {
	prefix, _, _ := strings.Cut(name, "-")
	switch prefix {
	case "GHSA":
		return 0
	case "GO", "PYSEC", "RUSTSEC", "HSEC", "RSEC", "JLSEC", "EEF", "PSF", "BIT":
		return 1
	case "GLAD", "RETIREJS", "RUBYSEC", "FOP", "SNYK", "VIGILANCE":
		return 3
	}
	return 2
}
