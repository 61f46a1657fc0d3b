package remedy

import (
	"maps"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/remedy/registry"
)

// dropped are the places that a node got what it asks for from, under names that its next version does not ask for any more.
func (b *npmBuilder) dropped(n *npmNode, next *registry.NPMVersion) []string {
	var out []string
	for _, e := range b.tree.edges(n) {
		asks := false
		for _, list := range []map[string]string{next.Dependencies, next.Optional, next.Peer} {
			_, named := list[e.name]
			asks = asks || named
		}
		if to := b.tree.to(e); to != nil && !asks && !to.own() {
			out = append(out, to.path)
		}
	}
	return out
}

// prune takes away what only the old version of a node needed: what it asked for and does not any more, and what stands where its new
// version asks for another.
func (b *npmBuilder) prune(n *npmNode, old []string) {
	b.tree.index()
	junk := map[string]bool{}
	for _, e := range b.tree.edges(n) {
		if to := b.tree.to(e); to != nil && !e.fits(to) && !to.own() {
			junk[to.path] = true
		}
	}
	valid := func(e npmEdge) bool { to := b.tree.to(e); return to != nil && e.fits(to) }
	for _, p := range old {
		for dep := range b.gather([]string{p}, func(e npmEdge) bool { to := b.tree.to(e); return to != nil && to.path != p && valid(e) }) {
			junk[dep] = true
		}
	}
	own := func(e npmEdge) bool {
		to := b.tree.to(e)
		return e.from != n.path && to != nil && to.path != n.path && valid(e)
	}
	for p := range b.gather(slices.Collect(maps.Keys(junk)), own) {
		b.drop(p)
	}
}

// gather gives the places that can be reached from a set over the needs that count, without those that somebody outside needs.
func (b *npmBuilder) gather(from []string, counts func(npmEdge) bool) map[string]bool {
	set := map[string]bool{}
	queue := slices.Clone(from)
	for len(queue) > 0 {
		p := queue[0]
		queue = queue[1:]
		n := b.tree.nodes[p]
		if n == nil || set[p] || n.own() {
			continue
		}
		set[p] = true
		for _, e := range b.tree.edges(n) {
			if to := b.tree.to(e); to != nil && !set[to.path] && counts(e) {
				queue = append(queue, to.path)
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for p := range set {
			for _, e := range b.tree.in[p] {
				if !set[e.from] && counts(e) {
					delete(set, p)
					changed = true
					break
				}
			}
		}
	}
	return set
}

// drop takes a place and all that stands below it away.
func (b *npmBuilder) drop(at string) {
	for _, p := range slices.Sorted(maps.Keys(b.tree.nodes)) {
		if p != at && !strings.HasPrefix(p, at+"/") {
			continue
		}
		delete(b.tree.nodes, p)
	}
}

// dedupe takes away what stands deeper than a node that was just put, and can be done by it.
func (b *npmBuilder) dedupe(n *npmNode) {
	top, _ := b.tree.above(n.path)
	prefix := top + "/"
	if top == "" {
		prefix = ""
	}
	for _, p := range slices.SortedFunc(maps.Keys(b.tree.nodes), collate) {
		other := b.tree.nodes[p]
		if other == nil || other == n || npmName(p) != npmName(n.path) || !strings.HasPrefix(p, prefix) || other.own() || other.link {
			continue
		}
		b.tree.index()
		if b.spare(other) {
			gone := b.gather([]string{p}, func(e npmEdge) bool { to := b.tree.to(e); return to != nil && to.path != p && e.fits(to) })
			for q := range gone {
				b.drop(q)
			}
		}
	}
}

// spare tells whether who gets a node could as well get the one above it.
func (b *npmBuilder) spare(n *npmNode) bool {
	up, _ := b.tree.above(n.path)
	further, ok := b.tree.above(up)
	if !ok || n.bundled || b.holdsBundled(n.path) {
		return false
	}
	other := b.tree.resolve(further, npmName(n.path))
	if other == nil {
		return false
	}
	if other.name == n.name && other.version == n.version {
		return true
	}
	mine, okMine := parseSemver(n.version)
	its, okIts := parseSemver(other.version)
	if !okMine || !okIts || its.compare(mine) < 0 {
		return false
	}
	for _, e := range b.tree.in[n.path] {
		if !e.fits(other) {
			return false
		}
	}
	return true
}
