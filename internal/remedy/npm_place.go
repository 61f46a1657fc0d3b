package remedy

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/remedy/registry"
)

// maxPlaced is how many packages one change may bring or move.
const maxPlaced = 300

// npmCame is what the registry said of a version that was put somewhere.
type npmCame struct {
	version *registry.NPMVersion
	// licence is written where the entry had one, or where the version's own document states one.
	licence json.RawMessage
}

// npmBuilder changes a tree as npm would: what is shallow first, then by path; each new package as high as it disturbs nobody; what is
// not needed any more goes before what is new comes.
type npmBuilder struct {
	tree *npmTree
	// before is the tree that this one is made of.
	before *npmTree
	ask    *npmAsk
	placed int
	// queue are the places of which not everything that they ask for is there yet.
	queue []string
}

// put gives a node another version, or makes a new one. What it needs comes with settle.
func (b *npmBuilder) put(ctx context.Context, at, name string, v *registry.NPMVersion) error {
	if b.placed++; b.placed > maxPlaced {
		return fmt.Errorf("more than %d packages would have to change", maxPlaced)
	}
	if v.Integrity == "" || v.Tarball == "" {
		return fmt.Errorf("the registry tells no hash of %s %s", name, v.Version)
	}
	if bundles := string(v.Fields["bundleDependencies"]); bundles != "" && bundles != "false" && bundles != "[]" {
		return fmt.Errorf("%s %s brings packages inside its own archive", name, v.Version)
	}
	n := b.tree.nodes[at]
	if n != nil && (n.bundled || n.link || b.holdsBundled(at)) {
		return fmt.Errorf("%s stands in the archive of another package, or holds such packages", at)
	}
	from := ""
	var old []string
	if n == nil {
		n = &npmNode{path: at}
		if stood := b.before.nodes[at]; stood != nil { // it went, and something comes back to its place
			n.was, n.flags = stood.was, stood.flags
		}
		b.tree.nodes[at] = n
	} else {
		from = n.version
		old = b.dropped(n, v)
	}
	came := &npmCame{version: v, licence: b.ask.licence(ctx, name, v)}
	*n = npmNode{path: at, was: n.was, flags: n.flags, name: name, version: v.Version, resolved: v.Tarball, came: came,
		deps: v.Dependencies, optional: v.Optional, peer: v.Peer, peerOptional: map[string]bool{}}
	for peer, meta := range v.PeerMeta {
		n.peerOptional[peer] = meta.Optional
	}
	if from != "" {
		b.prune(n, old)
	}
	b.dedupe(n)
	b.queue = append(b.queue, at)
	return nil
}

func (b *npmBuilder) holdsBundled(at string) bool {
	for p, n := range b.tree.nodes {
		if n.bundled && strings.HasPrefix(p, at+"/") {
			return true
		}
	}
	return false
}

// settle makes sure that everything that what was put asks for is there.
func (b *npmBuilder) settle(ctx context.Context) error {
	for len(b.queue) > 0 {
		slices.SortStableFunc(b.queue, func(x, y string) int {
			return cmp.Or(strings.Count(x, modules)-strings.Count(y, modules), collate(x, y))
		})
		n := b.tree.nodes[b.queue[0]]
		b.queue = b.queue[1:]
		if n == nil {
			continue
		}
		edges := b.tree.edges(n)
		slices.SortStableFunc(edges, func(x, y npmEdge) int { return collate(x.name, y.name) })
		for _, e := range edges {
			to := b.tree.to(e)
			switch {
			case to != nil && e.fits(to):
			case e.peer && to == nil && e.optional:
			case e.peer:
				return fmt.Errorf("%s %s wants %s %s beside it, which is not there", n.name, n.version, e.name, e.spec)
			default:
				if err := b.place(ctx, n.path, e); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// place finds a version for a need and the place npm gives it: the highest one where it stands in nobody's way.
func (b *npmBuilder) place(ctx context.Context, from string, e npmEdge) error {
	spec, name := npmAlias(e.spec)
	if name == "" {
		name = e.name
	}
	s, ok := npmSpan(spec)
	if !ok {
		return fmt.Errorf("%s is asked for as %q, which is no range of versions", e.name, e.spec)
	}
	v, err := b.ask.pick(ctx, name, s)
	if err != nil {
		return err
	}
	fresh := &npmNode{name: name, version: v.Version, came: &npmCame{}}
	best := ""
	for at, ok := from, true; ok; at, ok = b.tree.above(at) {
		place := child(at, e.name)
		if standing := b.tree.nodes[place]; standing != nil {
			if b.replaceable(standing, fresh) {
				best = place
			}
			break
		}
		if !b.free(at, from, e.name, fresh) {
			break
		}
		best = place
	}
	if best == "" {
		return fmt.Errorf("there is no place for %s %s", name, v.Version)
	}
	return b.put(ctx, best, name, v)
}

// replaceable tells whether everybody who gets a node would be content with another version of it.
func (b *npmBuilder) replaceable(standing, fresh *npmNode) bool {
	if standing.link || standing.own() || standing.bundled {
		return false
	}
	now, okNow := parseSemver(standing.version)
	next, okNext := parseSemver(fresh.version)
	if !okNow || !okNext || next.compare(now) < 0 {
		return false
	}
	b.tree.index()
	for _, e := range b.tree.in[standing.path] {
		if !e.fits(fresh) {
			return false
		}
	}
	return true
}

// free tells whether a package may stand below a node: neither that node nor anybody below it who now gets another one is disturbed.
func (b *npmBuilder) free(at, from, name string, fresh *npmNode) bool {
	if at != from {
		for _, e := range b.tree.edges(b.tree.nodes[at]) {
			if e.name == name && !e.peer && !e.fits(fresh) {
				return false
			}
		}
	}
	now := b.tree.resolve(at, name)
	if now == nil {
		return true
	}
	b.tree.index()
	for _, e := range b.tree.in[now.path] {
		below := at == "" || e.from == at || strings.HasPrefix(e.from, at+"/")
		if below && e.name == name && e.from != from && e.fits(now) && !e.fits(fresh) {
			return false
		}
	}
	return true
}

// finish takes away what nobody needs any more, and sets the flags of what is new.
func (b *npmBuilder) finish() error {
	before := b.before
	old, now := before.calculate(), b.tree.calculate()
	for _, p := range slices.Sorted(maps.Keys(b.tree.nodes)) {
		if now[p].extraneous && !old[p].extraneous {
			n := b.tree.nodes[p]
			if n.bundled {
				return fmt.Errorf("%s stands in the archive of another package and would go", p)
			}
			delete(b.tree.nodes, p)
		}
	}
	fresh := false
	for p, n := range b.tree.nodes {
		fresh = fresh || n.was == nil
		n.flags = pickFlags(n, old[p], now[p])
	}
	for p, n := range before.nodes {
		if fresh && !n.own() && !n.link && n.flags != old[p] {
			return fmt.Errorf("what the file says of %s (dev, optional or peer) cannot be explained, so new entries cannot be written as npm would", p)
		}
	}
	wrong := before.wrong()
	for _, what := range slices.Sorted(maps.Keys(b.tree.wrong())) {
		if !wrong[what] {
			return errors.New(what + ", which would not be met")
		}
	}
	return nil
}

// pickFlags changes only flags that follow from the change.
func pickFlags(n *npmNode, old, now npmFlags) npmFlags {
	if n.was == nil || n.flags == old {
		return now
	}
	return n.flags
}
