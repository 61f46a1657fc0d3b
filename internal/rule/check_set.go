package rule

import (
	"maps"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// LookSet finds what is in a whole target of several files, by path.
type LookSet func(files map[string][]byte) []finding.Finding

// set is one target among the cases: the files below one folder of bad/ or good/.
type set struct {
	name  string
	bad   bool
	cases []Case
}

// setsOf groups cases by the first folder below bad/ and good/; the paths of the files then begin below that folder.
func setsOf(cases []Case) []set {
	index := map[string]int{}
	var out []set
	for _, k := range cases {
		folder, rest, ok := strings.Cut(k.Path, "/")
		if !ok {
			folder, rest = "", k.Path
		}
		name := goodFolder + folder
		if k.Bad {
			name = badFolder + folder
		}
		i, known := index[name]
		if !known {
			i = len(out)
			index[name] = i
			out = append(out, set{name: name, bad: k.Bad})
		}
		k.Path = rest
		out[i].cases = append(out[i].cases, k)
	}
	return out
}

// checkSets runs cases each of which is a target of several files: bad/NAME/FILE… must be found in, good/NAME/FILE… not.
func (c *checker) checkSets(cases []Case) {
	sets := setsOf(cases)
	bad := len(slices.DeleteFunc(slices.Clone(sets), func(s set) bool { return !s.bad }))
	if bad < leastBad {
		c.add("", 0, "the cases have no folder under bad/: want at least one target in which something must be found")
	}
	if good := len(sets) - bad; good < leastGood {
		c.add("", 0, "the cases have %d folders under good/: want at least %d, one near miss and one realistic neighbour", good, leastGood)
	}
	for _, s := range sets {
		c.checkSet(s)
	}
}

func (c *checker) checkSet(s set) {
	files := map[string][]byte{}
	filled := map[string]Filled{}
	own := false
	for _, k := range s.cases {
		f, err := k.Fill(c.rule.ID, c.trial.Mint)
		if err != nil {
			c.add(s.name, 0, "%v", err)
			return
		}
		files[k.Path], filled[k.Path] = f.Data, f
		own = own || slices.ContainsFunc(k.Marks, func(m Mark) bool { return m.Rule == c.rule.ID })
	}
	switch {
	case s.bad && !own:
		c.add(s.name, 0, "no line of its files is marked \"want: %s\"", c.rule.ID)
	case !s.bad && own:
		c.add(s.name, 0, "it is under good/ and marked \"want: %s\"", c.rule.ID)
	}
	found := byPath(c.trial.LookSet(files))
	for _, path := range slices.Sorted(maps.Keys(files)) {
		for _, p := range Compare(filled[path], found[path]) {
			c.add(s.name+"/"+path, p.Line, "%s", p.What)
		}
		delete(found, path)
	}
	for _, path := range slices.Sorted(maps.Keys(found)) {
		c.add(s.name, 0, "%s is found at %q, which is none of its files", found[path][0].Rule, path)
	}
	if c.trial.WithoutSet == nil || !s.bad {
		return
	}
	for _, f := range c.trial.WithoutSet(files) {
		if f.Rule == c.rule.ID {
			c.add(s.name, 0, "%s is still found without the rule: another rule speaks in its name", f.Rule)
		}
	}
}

// byPath gives each place of each finding as a finding of its own, by path.
func byPath(findings []finding.Finding) map[string][]finding.Finding {
	out := map[string][]finding.Finding{}
	for _, f := range findings {
		for _, l := range append([]finding.Location{f.Location}, f.Also...) {
			one := f
			one.Location, one.Also = l, nil
			out[l.Path] = append(out[l.Path], one)
		}
	}
	return out
}
