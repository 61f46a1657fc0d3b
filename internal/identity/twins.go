package identity

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
)

// Twins matches what a source newly sees with what other sources see in the same asset: the same tool on other branches by Exact, Print and Drift,
// other tools by Exact, Twin and Line. In a pair, Gone is the index of the known sighting whose finding the fresh one belongs to.
//
// All of fresh are of one source. Known are current sightings of other sources; findings that the fresh source sees already must not be among them.
// Several known sightings of one Finding count as one. A finding gets at most one fresh sighting, and a finding that the fresh source's tool sees
// on another branch is met by that tool's own keys only: what one tool tells apart stays apart.
func Twins(known, fresh []Candidate) []Pair {
	if len(known) == 0 || len(fresh) == 0 {
		return nil
	}
	t := &twinner{known: newSide(known), fresh: newSide(fresh), me: &fresh[0], taken: map[int64]bool{}, mine: map[int64]bool{}}
	for i := range known {
		t.sources = append(t.sources, known[i].Tool+"\x00"+known[i].Branch)
		if known[i].Tool == t.me.Tool {
			t.mine[t.finding(i)] = true
		}
	}
	for _, p := range t.phases() {
		t.meet(p)
	}
	slices.SortFunc(t.pairs, func(a, b Pair) int { return cmp.Compare(a.Fresh, b.Fresh) })
	return t.pairs
}

type twinner struct {
	known, fresh *side
	sources      []string   // of known: tool and branch
	me           *Candidate // any of fresh: who looks
	taken        map[int64]bool
	mine         map[int64]bool // findings that the same tool sees on another branch
	pairs        []Pair
}

// finding is the number of the finding that a known sighting belongs to; those with none get numbers of their own.
func (t *twinner) finding(i int) int64 {
	if n := t.known.all[i].Finding; n != 0 {
		return n
	}
	return -1 - int64(i)
}

// phase is one way to meet: a key, which known sightings it is asked of, what else both sides must say, and whether the order of lines may pair.
type phase struct {
	key func(*Candidate) uint64
	who func(i int) bool
	fit func(a, b *Candidate) bool
	how order
}

func (t *twinner) phases() []phase {
	all := func(*Candidate, *Candidate) bool { return true }
	places := func(a, b *Candidate) bool { return fits(a.Path, b.Path) }
	sameTool := func(i int) bool { return t.known.all[i].Tool == t.me.Tool }
	return []phase{
		{func(c *Candidate) uint64 { return c.Keys.Drift }, sameTool, all, always},
		{exactKey, func(int) bool { return true }, all, never},
		// Many fingerprints are hashes of a line, and equal in copies of a file.
		{func(c *Candidate) uint64 { return c.Keys.Print }, sameTool, func(a, b *Candidate) bool { return a.Path == b.Path }, never},
		{func(c *Candidate) uint64 { return c.Keys.Twin }, t.otherTool, places, always},
		// Where both show their code, the code has told already.
		{func(c *Candidate) uint64 { return c.Keys.Line }, t.sameText, func(a, b *Candidate) bool { return a.Keys.Twin == 0 || b.Keys.Twin == 0 }, never},
	}
}

func (t *twinner) otherTool(i int) bool { return !t.mine[t.finding(i)] }

// sameText: a line's number means something only where both looked at the same text.
func (t *twinner) sameText(i int) bool {
	c := &t.known.all[i]
	return t.otherTool(i) && c.Branch == t.me.Branch && (c.Commit == t.me.Commit || c.Commit == "" || t.me.Commit == "")
}

// fits tells whether two tools may mean the same project by two paths: tools name it by its lock file, its manifest or its folder, from the root or from
// the folder they looked at, so one folder must end in the other. Names that are no paths fit everything.
func fits(a, b string) bool {
	if strings.Contains(a, "://") || strings.Contains(b, "://") {
		return true
	}
	x, y := folder(a), folder(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	return x == "" || x == y || strings.HasSuffix(y, "/"+x)
}

func folder(p string) string {
	dir := path.Dir("/" + strings.ReplaceAll(p, `\`, "/"))
	return strings.Trim(dir, "/")
}

// meet pairs fresh sightings with findings. One finding with one sighting is a match. Where there are several, each source is asked by itself: one
// that knows all of the findings may pair them in the order of lines, others only on equal lines. What is left is paired one with one within folders.
func (t *twinner) meet(p phase) {
	groups(t.known, t.fresh, p.key, func(g group) {
		g.gone = slices.DeleteFunc(g.gone, func(i int) bool {
			return t.taken[t.finding(i)] || !p.who(i) || len(g.fresh) == 1 && !p.fit(&t.known.all[i], &t.fresh.all[g.fresh[0]])
		})
		all := t.distinct(g.gone)
		switch {
		case len(all) == 0:
			return
		case len(all) == 1 && len(g.fresh) == 1:
			t.take(all[0], g.fresh[0], p)
			return
		}
		t.bySource(g, len(all), func(part group, whole bool) {
			take := func(i, j int) { t.take(i, j, p) }
			if whole {
				align(t.known, t.fresh, part, t.pairing(p.how, part), take)
			} else {
				sameLine(t.known, t.fresh, part, take)
			}
		})
		t.byFolder(g, func(i, j int) { t.take(i, j, p) })
	})
}

// byFolder pairs what stands alone in its folder on both sides, in files of different names.
func (t *twinner) byFolder(g group, take func(i, j int)) {
	one := func(s *side, list []int) bool { return s.roots[list[0]] == s.roots[list[len(list)-1]] }
	if one(t.known, g.gone) && one(t.fresh, g.fresh) && t.known.roots[g.gone[0]] == t.fresh.roots[g.fresh[0]] {
		return // all in one file: lines have told what can be told
	}
	folder := func(s *side, i int) string { return folder(s.all[i].Path) }
	rest := group{t.known.sorted(t.untaken(t.distinct(g.gone)), folder), t.fresh.sorted(g.fresh, folder)}
	by(t.known, t.fresh, rest, folder, func(part group) {
		if len(part.gone) == 1 && len(part.fresh) == 1 && t.known.roots[part.gone[0]] != t.fresh.roots[part.fresh[0]] {
			take(part.gone[0], part.fresh[0])
		}
	})
}

func (t *twinner) untaken(list []int) []int {
	return slices.DeleteFunc(slices.Clone(list), func(i int) bool { return t.taken[t.finding(i)] })
}

func (t *twinner) pairing(how order, g group) order {
	code := func(c *Candidate) bool { return c.Keys.Code&1 == 1 }
	if how == always && !(code(&t.known.all[g.gone[0]]) && code(&t.fresh.all[g.fresh[0]])) {
		return shifted
	}
	return how
}

// distinct lists one sighting for each finding, in the order given.
func (t *twinner) distinct(list []int) []int {
	seen := make(map[int64]bool, len(list))
	var out []int
	for _, i := range list {
		if n := t.finding(i); !seen[n] {
			seen[n] = true
			out = append(out, i)
		}
	}
	return out
}

// maxSources bounds how many sources are asked for the findings of one group, so that branches times findings stays bounded.
const maxSources = 64

// bySource calls each for what every known source has of a group in one file, with what is still open; whole tells that this source has all findings.
func (t *twinner) bySource(g group, findings int, each func(part group, whole bool)) {
	source := func(_ *side, i int) string { return t.sources[i] }
	list := t.known.sorted(g.gone, source)
	for sources := 0; len(list) > 0 && sources < maxSources; sources++ {
		n := t.known.same(list, source)
		one := t.distinct(list[:n])
		whole := len(one) == findings
		byRoot(t.known, t.fresh, group{t.untaken(one), t.fresh.open(g.fresh)}, func(part group) { each(part, whole) })
		list = list[n:]
	}
}

func (t *twinner) take(i, j int, p phase) {
	n := t.finding(i)
	if t.taken[n] || t.fresh.done[j] || !p.fit(&t.known.all[i], &t.fresh.all[j]) {
		return
	}
	t.taken[n], t.fresh.done[j] = true, true
	t.pairs = append(t.pairs, Pair{Gone: i, Fresh: j, Why: t.why(&t.known.all[i], &t.fresh.all[j])})
}

func (t *twinner) why(a, b *Candidate) string {
	tools := short(a.Tool) + " and " + short(b.Tool)
	switch {
	case a.Tool == b.Tool:
		return fmt.Sprintf("the same %s on branch %s%s", b.text(), short(a.Branch), moved(a, b))
	case b.Class == "secret":
		return tools + " found the same secret"
	case b.Class == "sca" && a.Rule == b.Rule:
		return fmt.Sprintf("%s both report %s", tools, short(b.Rule))
	case b.Class == "sca":
		return fmt.Sprintf("%s calls it %s, %s %s", short(a.Tool), short(a.Rule), short(b.Tool), short(b.Rule))
	case a.Keys.Line == b.Keys.Line && a.Keys.Line != 0 && a.Keys.Twin != b.Keys.Twin:
		return fmt.Sprintf("%s report the same kind of weakness on the same line, %d", tools, b.Line)
	case a.Keys.Line != 0 || b.Keys.Line != 0:
		return tools + " report the same kind of weakness in the same line of code"
	}
	return fmt.Sprintf("%s's %s and %s's %s say the same of the same thing", short(a.Tool), short(a.Rule), short(b.Tool), short(b.Rule))
}
