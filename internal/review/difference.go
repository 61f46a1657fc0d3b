package review

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/reevehq/reeve/internal/lockfile"
	"github.com/reevehq/reeve/internal/syntax"
)

// maxText is how long a file is that is compared, in bytes. Longer ones are written by programs.
const maxText = 4 << 20

// changed is a changed file, cut into pieces. A side that is not there has none.
type changed struct {
	path        string
	before, now *side
	// binary tells that it is no text.
	binary bool
	// broken says what the reader must know; "" for nothing.
	broken string
	// removed and added are the pieces that only one side has.
	removed, added []*piece
	raw            *File
}

// difference is what differs between two sets of files.
type difference struct {
	files []*changed
}

func (d *difference) add(f *File) {
	c := &changed{path: f.Path, raw: f, before: &side{path: f.Path, old: true, text: f.Before}, now: &side{path: f.Path, text: f.After}}
	d.files = append(d.files, c)
	if binary(f.Before) || binary(f.After) {
		c.binary = true
		return
	}
	if max(len(f.Before), len(f.After)) > maxText {
		c.binary, c.broken = true, fmt.Sprintf("%s was not compared: it is larger than 4 MB", f.Path)
		return
	}
	for _, s := range []*side{c.before, c.now} {
		s.packages = lockfile.Match(s.path) != nil
		s.parse()
	}
	if c.before.text != nil && c.now.text != nil && (c.before.tree == nil) != (c.now.tree == nil) {
		c.before.tree, c.now.tree = nil, nil // both sides must be read alike
	}
}

// beginning is how far from its start a file may say that a program wrote it, in bytes.
const beginning = 2048

// generated tells of a file that says that a program wrote it.
func (f *File) generated() bool {
	text := f.After
	if text == nil {
		text = f.Before
	}
	for line := range bytes.Lines(text[:min(len(text), beginning)]) {
		if bytes.Contains(line, []byte("Code generated")) && bytes.Contains(line, []byte("DO NOT EDIT")) || bytes.Contains(line, []byte("@"+"generated")) {
			return true
		}
	}
	return false
}

// binary tells of what git takes for no text.
func binary(text []byte) bool { return slices.Contains(text[:min(len(text), 8000)], 0) }

// parse reads a side as code, where it is any.
func (s *side) parse() {
	if s.language = syntax.Of(s.path, s.text); s.language == nil || s.text == nil {
		return
	}
	if tree, err := s.language.Parse(s.text); err == nil && (tree.Errors == 0 || !s.language.Data()) { // templates look like YAML and are none
		s.tree = tree
	}
}

// settle cuts all files and takes away what both sides have.
func (d *difference) settle() {
	whole, bare := d.forms(true), d.forms(false)
	for _, old := range []bool{true, false} {
		moved, renamed := shared(whole), shared(bare)
		for _, c := range d.files {
			s := c.now
			if old {
				s = c.before
			}
			switch {
			case c.binary || s.text == nil:
			case s.tree == nil:
				lines(s)
			default:
				(&outliner{side: s, moved: moved, renamed: renamed}).outline()
			}
		}
	}
	for _, c := range d.files {
		same := func(p *piece) bool { return p.same }
		c.removed = slices.DeleteFunc(slices.Clone(c.before.pieces), same)
		c.added = slices.DeleteFunc(slices.Clone(c.now.pieces), same)
		c.inPlace()
	}
	d.moved()
}

// forms counts the forms of functions on both sides, before and after.
func (d *difference) forms(named bool) [2]map[string]int {
	counts := [2]map[string]int{{}, {}}
	for _, c := range d.files {
		for i, s := range []*side{c.before, c.now} {
			if s.tree == nil {
				continue
			}
			s.tree.Root.Walk(func(n *syntax.Node) bool {
				if f, ok := form(n, named); ok {
					counts[i][f]++
				}
				return true
			})
		}
	}
	return counts
}

// shared is how often both sides have what they count.
func shared(counts [2]map[string]int) map[string]int {
	both := map[string]int{}
	for f, n := range counts[0] {
		if m := min(n, counts[1][f]); m > 0 {
			both[f] = m
		}
	}
	return both
}

// inPlace takes away what both sides of a file have: where order matters, in the same order.
func (c *changed) inPlace() {
	c.removed, c.added = without(c.removed, c.added, func(p *piece) bool { return !p.ordered })
	groups := map[string][2][]*piece{}
	var owners []string
	for i, list := range [][]*piece{c.removed, c.added} {
		for _, p := range list {
			g, seen := groups[p.owner]
			if !seen {
				owners = append(owners, p.owner)
			}
			if p.ordered {
				g[i] = append(g[i], p)
			}
			groups[p.owner] = g
		}
	}
	gone := map[*piece]bool{}
	for _, owner := range owners {
		common(groups[owner][0], groups[owner][1], gone, owner != "")
	}
	kept := func(p *piece) bool { return gone[p] }
	c.removed, c.added = slices.DeleteFunc(c.removed, kept), slices.DeleteFunc(c.added, kept)
}

// maxCells bounds the work of comparing two sequences.
const maxCells = 4_000_000

// common marks the longest sequence that two lists have in common; of very long ones whatever they have. Where something only moved, a strict look takes all
// that lies between its places for changed: a check that comes after the work is another program.
func common(a, b []*piece, gone map[*piece]bool, strict bool) {
	take := func(i, j int) { gone[a[i]], gone[b[j]] = true, true }
	for len(a) > 0 && len(b) > 0 && a[0].text == b[0].text {
		take(0, 0)
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1].text == b[len(b)-1].text {
		take(len(a)-1, len(b)-1)
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a)*len(b) == 0 {
		return
	}
	if len(a)*len(b) > maxCells {
		left, right := without(a, b, func(*piece) bool { return true })
		for _, p := range slices.Concat(a, b) {
			gone[p] = true
		}
		for _, p := range slices.Concat(left, right) {
			delete(gone, p)
		}
		return
	}
	width := len(b) + 1
	longest := make([]int32, (len(a)+1)*width)
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			at := i*width + j
			if longest[at] = max(longest[at+1], longest[at+width]); a[i].text == b[j].text {
				longest[at] = longest[at+width+1] + 1
			}
		}
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		at := i*width + j
		switch {
		case a[i].text == b[j].text:
			take(i, j)
			i, j = i+1, j+1
		case longest[at+width] >= longest[at+1]:
			i++
		default:
			j++
		}
	}
	if !strict {
		return
	}
	left := map[string]bool{}
	for _, p := range a {
		left[p.text] = left[p.text] || !gone[p]
	}
	if slices.ContainsFunc(b, func(p *piece) bool { return !gone[p] && left[p.text] }) {
		for _, p := range slices.Concat(a, b) {
			delete(gone, p)
		}
	}
}

// without takes away what two lists have in common, whatever the order, among those that count.
func without(a, b []*piece, counts func(*piece) bool) (left, right []*piece) {
	type key struct{ owner, text string }
	have := [2]map[key]int{{}, {}}
	for i, list := range [][]*piece{a, b} {
		for _, p := range list {
			if counts(p) {
				have[i][key{p.owner, p.text}]++
			}
		}
	}
	for i, list := range [][]*piece{a, b} {
		other := map[key]int{}
		for k, n := range have[0] {
			other[k] = min(n, have[1][k])
		}
		rest := list[:0:0]
		for _, p := range list {
			if k := (key{p.owner, p.text}); counts(p) && other[k] > 0 {
				other[k]--
				continue
			}
			rest = append(rest, p)
		}
		if i == 0 {
			left = rest
		} else {
			right = rest
		}
	}
	return left, right
}

// moved takes away what went from one file to another.
func (d *difference) moved() {
	var removed, added []*piece
	for _, c := range d.files {
		removed, added = append(removed, c.removed...), append(added, c.added...)
	}
	// What stayed in its file was compared there.
	home := map[*side]*changed{}
	for _, c := range d.files {
		home[c.before], home[c.now] = c, c
	}
	type key struct{ owner, text string }
	arrived := map[key][]*piece{}
	for _, p := range added {
		arrived[key{p.owner, p.text}] = append(arrived[key{p.owner, p.text}], p)
	}
	gone := map[*piece]bool{}
	for _, p := range removed {
		k := key{p.owner, p.text}
		i := slices.IndexFunc(arrived[k], func(q *piece) bool { return home[q.file] != home[p.file] })
		if i >= 0 {
			gone[p], gone[arrived[k][i]] = true, true
			arrived[k] = slices.Delete(arrived[k], i, i+1)
		}
	}
	for _, c := range d.files {
		kept := func(p *piece) bool { return gone[p] }
		c.removed, c.added = slices.DeleteFunc(c.removed, kept), slices.DeleteFunc(c.added, kept)
	}
}
