package identity

import (
	"cmp"
	"encoding/binary"
	"path"
	"slices"
)

// Follow matches what a source no longer sees with what it newly sees: lines that moved, files and functions with new names, edited code, hosts and
// projects that moved. Each candidate is in at most one pair; the pairs come in the order of Gone. The look must have been a whole one: of what was
// not looked at nothing is gone.
//
// What is seen again with the same Exact may be left out of both sides, unless it shares its Drift with something gone or fresh: of equal lines of
// code it can only be told together which is which, as one may have moved to where the other stood. Then the pairs say so.
//
// Keys are asked from the strongest to the weakest, and what has one key is paired one with one. Equal numbers of sightings with the same code in the
// same file are paired in the order of lines; where numbers differ, only those on equal lines. Code that stands elsewhere is the old one moved, unless
// something like it stands in the old place: then one of the two is a copy, which one cannot be told, and both are new.
//
// A fault that is mended while the same code appears in another file looks like a move and is taken for one.
func Follow(gone, fresh []Candidate) []Pair {
	f := &follower{gone: newSide(gone), fresh: newSide(fresh)}
	print := func(c *Candidate) uint64 { return c.Keys.Print }
	drift := func(c *Candidate) uint64 { return c.Keys.Drift }
	code := func(c *Candidate) uint64 { return c.Keys.Code }
	f.here(sameDrift, drift)
	f.here(sameExact, exactKey)
	f.here(samePrint, print)
	f.elsewhere(samePrint, print)
	f.elsewhere(sameDrift, drift)
	f.here(sameCode, code)
	f.contest()
	f.elsewhere(sameCode, code)
	f.edited()
	slices.SortFunc(f.pairs, func(a, b matched) int { return cmp.Compare(a.gone, b.gone) })
	return f.explain()
}

func exactKey(c *Candidate) uint64 { return binary.BigEndian.Uint64(c.Keys.Exact[:]) }

// how says by what two sightings were matched.
type how int

const (
	sameExact how = iota
	samePrint
	sameDrift
	sameCode
	sameSpot
)

// matched is a pair before it is explained.
type matched struct {
	gone, fresh int
	how         how
}

type follower struct {
	gone, fresh *side
	pairs       []matched
}

// take pairs two sightings. What the same code in the same place could not tell apart, no weaker key can.
func (f *follower) take(how how, i, j int) {
	a, b := &f.gone.all[i].Keys, &f.fresh.all[j].Keys
	if f.gone.done[i] || f.fresh.done[j] || how >= sameCode && a.Drift == b.Drift && a.Drift != 0 {
		return
	}
	f.gone.done[i], f.fresh.done[j] = true, true
	f.pairs = append(f.pairs, matched{gone: i, fresh: j, how: how})
}

// pairing says when sightings with one key may be paired in the order of lines.
func (f *follower) pairing(how how, g group) order {
	switch {
	case how == sameExact || how == samePrint: // many findings with one fingerprint: whatever it means, it tells them not apart
		return never
	case f.gone.all[g.gone[0]].Keys.Code&1 == 1 && f.fresh.all[g.fresh[0]].Keys.Code&1 == 1:
		return always
	}
	return shifted
}

// here pairs what has one key within one file.
func (f *follower) here(how how, key func(*Candidate) uint64) {
	groups(f.gone, f.fresh, key, func(g group) {
		byRoot(f.gone, f.fresh, g, func(g group) {
			align(f.gone, f.fresh, g, f.pairing(how, g), func(i, j int) { f.take(how, i, j) })
		})
	})
}

// elsewhere pairs what has one key in different files: first one with one; then what has several candidates by the way that most of the same file
// went, by the name of the file without its folder, and where all come from one file and go to one.
func (f *follower) elsewhere(how how, key func(*Candidate) uint64) {
	groups(f.gone, f.fresh, key, func(g group) {
		if len(g.gone) == 1 && len(g.fresh) == 1 && f.gone.roots[g.gone[0]] != f.fresh.roots[g.fresh[0]] {
			f.take(how, g.gone[0], g.fresh[0])
		}
	})
	went := f.went(key)
	way := func(root string, isGone bool) string {
		if isGone {
			return went[root]
		}
		return root
	}
	unless := func(name func(root string) string) func(string, bool) string {
		return func(root string, isGone bool) string {
			if isGone && went[root] != "" {
				return "" // its file went elsewhere
			}
			return name(root)
		}
	}
	groups(f.gone, f.fresh, key, func(g group) {
		for _, name := range []func(string, bool) string{way, unless(path.Base), unless(func(string) string { return "one" })} {
			f.couple(f.left(g), name, func(g group) {
				align(f.gone, f.fresh, g, f.pairing(how, g), func(i, j int) { f.take(how, i, j) })
			})
		}
	})
}

func (f *follower) left(g group) group { return group{f.gone.open(g.gone), f.fresh.open(g.fresh)} }

// couple calls each for two files of a group that get the same name, where exactly one on each side gets it.
func (f *follower) couple(g group, name func(root string, gone bool) string, each func(group)) {
	old := f.gone.named(g.gone, func(root string) string { return name(root, true) })
	now := f.fresh.named(g.fresh, func(root string) string { return name(root, false) })
	for len(old) > 0 && len(now) > 0 {
		n, m := runOf(old), runOf(now)
		switch x, y := old[0].name, now[0].name; {
		case x < y:
			old = old[n:]
		case x > y:
			now = now[m:]
		default:
			if n == 1 && m == 1 && x != "" && old[0].root != now[0].root {
				each(group{old[0].list, now[0].list})
			}
			old, now = old[n:], now[m:]
		}
	}
}

// file is the candidates of one root under a name.
type file struct {
	name, root string
	list       []int
}

// named splits a list, sorted by root, into files and sorts them by the name they get.
func (s *side) named(list []int, name func(root string) string) []file {
	var out []file
	for len(list) > 0 {
		n, root := s.same(list, (*side).root), s.roots[list[0]]
		out = append(out, file{name(root), root, list[:n]})
		list = list[n:]
	}
	slices.SortStableFunc(out, func(a, b file) int { return cmp.Compare(a.name, b.name) })
	return out
}

func runOf(list []file) int {
	n := 1
	for n < len(list) && list[n].name == list[0].name {
		n++
	}
	return n
}

// way is a file's way from one root to another.
type way struct{ from, to string }

// went tells of each file where most of it went: every finding that was followed into another file speaks for that way, and what may have gone several
// ways speaks for each of them in part. A way is believed where it is the best for both of its ends, and twice as good as any other.
func (f *follower) went(key func(*Candidate) uint64) map[string]string {
	const whole, most = 1 << 10, 64
	weight := map[way]int{}
	for _, p := range f.pairs {
		if w := (way{f.gone.roots[p.gone], f.fresh.roots[p.fresh]}); w.from != w.to {
			weight[w] += whole
		}
	}
	same := func(root string) string { return root }
	groups(f.gone, f.fresh, key, func(g group) {
		old, now := f.gone.named(g.gone, same), f.fresh.named(g.fresh, same)
		if len(old)*len(now) > most {
			return // says nothing
		}
		for _, a := range old {
			for _, b := range now {
				if a.root != b.root {
					weight[way{a.root, b.root}] += whole / (len(old) * len(now))
				}
			}
		}
	})
	return believed(weight)
}

func believed(weight map[way]int) map[string]string {
	type best struct{ first, second int }
	from, to := map[string]best{}, map[string]best{}
	add := func(b best, n int) best {
		if n > b.first {
			return best{n, b.first}
		}
		return best{b.first, max(b.second, n)}
	}
	for w, n := range weight {
		from[w.from], to[w.to] = add(from[w.from], n), add(to[w.to], n)
	}
	out := map[string]string{}
	for w, n := range weight {
		if a, b := from[w.from], to[w.to]; n == a.first && n == b.first && n >= 2*a.second && n >= 2*b.second {
			out[w.from] = w.to
		}
	}
	return out
}

// contest withdraws candidates of which it cannot be told whether they moved or were copied: the code now stands elsewhere, and something like it
// still stands in the old place; or the code came to a place where something like it stood before.
func (f *follower) contest() {
	spotOfGone, spotOfFresh := map[int]int{}, map[int]int{}
	groups(f.gone, f.fresh, func(c *Candidate) uint64 { return c.Keys.Spot }, func(g group) {
		if len(g.gone) == 1 && len(g.fresh) == 1 {
			spotOfGone[g.gone[0]], spotOfFresh[g.fresh[0]] = g.fresh[0], g.gone[0]
		}
	})
	var withdrawn [][2]int
	groups(f.gone, f.fresh, func(c *Candidate) uint64 { return c.Keys.Code }, func(g group) {
		if len(g.gone) != 1 || len(g.fresh) != 1 {
			return
		}
		i, j := g.gone[0], g.fresh[0]
		if k, ok := spotOfGone[i]; ok && k != j && f.alike(i, k) >= similarEnough {
			withdrawn = append(withdrawn, [2]int{i, j}, [2]int{i, k})
		}
		if k, ok := spotOfFresh[j]; ok && k != i && f.alike(k, j) >= similarEnough {
			withdrawn = append(withdrawn, [2]int{i, j}, [2]int{k, j})
		}
	})
	for _, w := range withdrawn {
		f.gone.done[w[0]], f.fresh.done[w[1]] = true, true
	}
}

// edited pairs what stands in the same function or resource with other code, one with one, where the code is still similar.
func (f *follower) edited() {
	groups(f.gone, f.fresh, func(c *Candidate) uint64 { return c.Keys.Spot }, func(g group) {
		if len(g.gone) != 1 || len(g.fresh) != 1 {
			return
		}
		i, j := g.gone[0], g.fresh[0]
		if alike := f.alike(i, j); alike >= similarEnough {
			f.take(sameSpot, i, j)
		}
	})
}

func (f *follower) alike(i, j int) float64 {
	return alike(f.gone.all[i].load(), f.fresh.all[j].load())
}
