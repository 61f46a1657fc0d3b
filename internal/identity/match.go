package identity

import (
	"cmp"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// Candidate is a sighting offered for matching.
type Candidate struct {
	Keys Keys
	// Class is Finding.Engine, Rule is Finding.Rule, Path is Place of the finding; Line and Column are those of its region, 0 where it has none.
	Class  string
	Rule   string
	Path   string
	Line   int
	Column int
	// Tool, Branch and Commit say who looked at what, for Twins; a commit may be unknown.
	Tool   string
	Branch string
	Commit string
	// Finding numbers the finding that a known sighting belongs to, for Twins; 0 is one of its own.
	Finding int64
	// Load gives the whole finding, where code must be compared or a name be told. It is called for few candidates; nil and a nil answer are
	// taken as "not similar".
	Load func() *finding.Finding
}

// Pair says that Fresh (an index) is Gone (an index) seen again, and why, in one sentence people read. Outside text in it is not escaped.
type Pair struct {
	Gone, Fresh int
	Why         string
}

// load gives the whole finding, or nil.
func (c *Candidate) load() *finding.Finding {
	if c.Load == nil {
		return nil
	}
	return c.Load()
}

// root is what moves as a whole: the file, or the host of a page.
func (c *Candidate) root() string {
	if strings.Contains(c.Path, "://") {
		host, _, _ := splitURL(c.Path)
		return host
	}
	return c.Path
}

// side is the candidates of one side of a matching, and which of them are spoken for.
type side struct {
	all   []Candidate
	done  []bool
	roots []string
	order []int // by place: root, line, column
}

func newSide(all []Candidate) *side {
	s := &side{all: all, done: make([]bool, len(all)), roots: make([]string, len(all)), order: make([]int, len(all))}
	for i := range all {
		s.roots[i], s.order[i] = all[i].root(), i
	}
	slices.SortFunc(s.order, func(i, j int) int {
		a, b := &all[i], &all[j]
		return cmp.Or(strings.Compare(s.roots[i], s.roots[j]), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(i, j))
	})
	return s
}

// group is what both sides have under one key, in the order of place.
type group struct{ gone, fresh []int }

// keyed is a candidate under the key of a phase; place is where it stands in the order of its side.
type keyed struct {
	key   uint64
	place int
}

// groups calls each for every key that both sides have, in the order of keys; only for candidates that are not done when groups is called. The lists of
// a group are valid within the call.
func groups(gone, fresh *side, key func(*Candidate) uint64, each func(group)) {
	a, b := gone.under(key), fresh.under(key)
	var g group
	for len(a) > 0 && len(b) > 0 {
		switch k := a[0].key; {
		case k < b[0].key:
			a = a[run(a):]
		case k > b[0].key:
			b = b[run(b):]
		default:
			n, m := run(a), run(b)
			g = group{gone.placed(g.gone, a[:n]), fresh.placed(g.fresh, b[:m])}
			each(g)
			a, b = a[n:], b[m:]
		}
	}
}

// under lists what is not done by key, and under each key by place.
func (s *side) under(key func(*Candidate) uint64) []keyed {
	out := make([]keyed, 0, len(s.all))
	for place, i := range s.order {
		if s.done[i] {
			continue
		}
		if k := key(&s.all[i]); k != 0 {
			out = append(out, keyed{k, place})
		}
	}
	slices.SortFunc(out, func(a, b keyed) int {
		switch {
		case a.key < b.key:
			return -1
		case a.key > b.key:
			return 1
		}
		return a.place - b.place
	})
	return out
}

// placed lists the candidates of a run, in place of another list.
func (s *side) placed(out []int, list []keyed) []int {
	out = out[:0]
	for _, k := range list {
		out = append(out, s.order[k.place])
	}
	return out
}

// run is how many at the beginning of a list have the same key.
func run(list []keyed) int {
	n := 1
	for n < len(list) && list[n].key == list[0].key {
		n++
	}
	return n
}

// order says when equal numbers of sightings with one key in one place are paired in the order of lines.
type order int

const (
	never   order = iota // nothing that is known here tells them apart
	shifted              // only where all moved by the same number of lines
	always               // their code is identical: also where they moved by different numbers, unless some stand where others stood
)

// align pairs sightings with one key in one place: one with one, as many as there are in the order of lines, else by equal lines.
func align(gone, fresh *side, g group, how order, take func(i, j int)) {
	n, m := len(g.gone), len(g.fresh)
	switch {
	case n == 0 || m == 0:
	case n == 1 && m == 1:
		take(g.gone[0], g.fresh[0])
	case n == m && how >= shifted && inOrder(gone, g.gone) && inOrder(fresh, g.fresh) &&
		(shift(gone, fresh, g) || how == always && !meet(gone, fresh, g)):
		for i := range g.gone {
			take(g.gone[i], g.fresh[i])
		}
	default:
		sameLine(gone, fresh, g, take)
	}
}

// meet tells whether any two stand on the same line.
func meet(gone, fresh *side, g group) bool {
	for a, b := g.gone, g.fresh; len(a) > 0 && len(b) > 0; {
		switch x, y := gone.all[a[0]].Line, fresh.all[b[0]].Line; {
		case x == y:
			return true
		case x < y:
			a = a[1:]
		default:
			b = b[1:]
		}
	}
	return false
}

// inOrder tells whether positions tell all sightings of a list apart.
func inOrder(s *side, list []int) bool {
	for k := 1; k < len(list); k++ {
		a, b := &s.all[list[k-1]], &s.all[list[k]]
		if a.Line == b.Line && a.Column == b.Column {
			return false
		}
	}
	return s.all[list[0]].Line > 0
}

// shift tells whether all sightings moved by the same number of lines.
func shift(gone, fresh *side, g group) bool {
	by := fresh.all[g.fresh[0]].Line - gone.all[g.gone[0]].Line
	for k := range g.gone {
		if fresh.all[g.fresh[k]].Line-gone.all[g.gone[k]].Line != by {
			return false
		}
	}
	return true
}

// sameLine pairs those that stand on a line where no other of their side stands.
func sameLine(gone, fresh *side, g group, take func(i, j int)) {
	a, b := gone.alone(g.gone), fresh.alone(g.fresh)
	for len(a) > 0 && len(b) > 0 {
		switch x, y := gone.all[a[0]].Line, fresh.all[b[0]].Line; {
		case x < y:
			a = a[1:]
		case x > y:
			b = b[1:]
		default:
			take(a[0], b[0])
			a, b = a[1:], b[1:]
		}
	}
}

// alone lists what has a line for itself.
func (s *side) alone(list []int) []int {
	var out []int
	for k, i := range list {
		line := s.all[i].Line
		if line > 0 && (k == 0 || s.all[list[k-1]].Line != line) && (k+1 == len(list) || s.all[list[k+1]].Line != line) {
			out = append(out, i)
		}
	}
	return out
}

// byRoot calls each for the parts of a group that have a root in common.
func byRoot(gone, fresh *side, g group, each func(group)) {
	by(gone, fresh, g, (*side).root, each)
}

func (s *side) root(i int) string { return s.roots[i] }

// by calls each for the parts of a group that have a name in common. Both lists are sorted by it.
func by(gone, fresh *side, g group, name func(*side, int) string, each func(group)) {
	for len(g.gone) > 0 && len(g.fresh) > 0 {
		n, m := gone.same(g.gone, name), fresh.same(g.fresh, name)
		switch order := strings.Compare(name(gone, g.gone[0]), name(fresh, g.fresh[0])); {
		case order < 0:
			g.gone = g.gone[n:]
		case order > 0:
			g.fresh = g.fresh[m:]
		default:
			each(group{g.gone[:n], g.fresh[:m]})
			g.gone, g.fresh = g.gone[n:], g.fresh[m:]
		}
	}
}

// same is how many at the beginning of a list share a name.
func (s *side) same(list []int, name func(*side, int) string) int {
	first, n := name(s, list[0]), 1
	for n < len(list) && name(s, list[n]) == first {
		n++
	}
	return n
}

// sorted lists what is not done in the order of a name.
func (s *side) sorted(list []int, name func(*side, int) string) []int {
	out := s.open(list)
	slices.SortStableFunc(out, func(i, j int) int { return strings.Compare(name(s, i), name(s, j)) })
	return out
}

// open lists what is not done.
func (s *side) open(list []int) []int {
	return slices.DeleteFunc(slices.Clone(list), func(i int) bool { return s.done[i] })
}
