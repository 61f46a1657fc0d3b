package sbom

import (
	"maps"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// finish resolves what could only be told at the end of the document.
func (b *builder) finish() *SBOM {
	b.describeSubject()
	b.resolve()
	b.release()
	b.sayUnknown()
	if b.s.Where != nil && len(b.s.Where) < len(b.s.Packages) {
		b.s.Where = append(b.s.Where, make([][]string, len(b.s.Packages)-len(b.s.Where))...)
	}
	return b.s
}

// describeSubject makes the one package that an SPDX document describes its subject. Where it describes several, each is one that
// the document itself asks for.
func (b *builder) describeSubject() {
	slices.Sort(b.describe)
	b.describe = slices.Compact(b.describe)
	var described []int32
	for _, id := range b.describe {
		if _, other := b.others[id]; b.nodes[id] >= 0 || other {
			described = append(described, id)
		}
	}
	if len(described) != 1 {
		described = slices.DeleteFunc(described, func(id int32) bool { return b.nodes[id] < 0 })
		for _, id := range described {
			b.s.Packages[b.nodes[id]].Direct = true
		}
		return
	}
	at := b.nodes[described[0]]
	if at < 0 {
		b.s.Subject = b.others[described[0]]
		b.nodes[described[0]] = nodeSubject
		return
	}
	b.s.Subject = Subject{Package: b.s.Packages[at]}
	if int(at) < len(b.kinds) {
		b.s.Subject.Kind = b.kinds[at]
	}
	b.s.Packages = slices.Delete(b.s.Packages, int(at), int(at)+1)
	settled := map[int32]bool{}
	for position := range b.settled {
		if position > at {
			position--
		}
		settled[position] = true
	}
	b.settled = settled
	if int(at) < len(b.s.Where) {
		b.s.Where = slices.Delete(b.s.Where, int(at), int(at)+1)
	}
	for id, node := range b.nodes {
		switch {
		case node == at:
			b.nodes[id] = nodeSubject
		case node > at:
			b.nodes[id]--
		}
	}
}

// resolve turns the edges between names into edges between packages.
func (b *builder) resolve() {
	slices.SortFunc(b.edges, func(x, y edge) int {
		if x.from != y.from {
			return int(x.from) - int(y.from)
		}
		if x.to != y.to {
			return int(x.to) - int(y.to)
		}
		return int(x.link) - int(y.link)
	})
	b.edges = slices.CompactFunc(b.edges, func(x, y edge) bool { return x.from == y.from && x.to == y.to })
	all := make([]int, 0, len(b.edges))
	for first := 0; first < len(b.edges); {
		last := first
		for last < len(b.edges) && b.edges[last].from == b.edges[first].from {
			last++
		}
		all = b.requires(b.edges[first:last], all)
		first = last
	}
	b.markDirect()
	if b.scoped {
		b.inherit()
	}
}

// requires gives one package its edges, taken from the end of all.
func (b *builder) requires(edges []edge, all []int) []int {
	from := b.nodes[edges[0].from]
	begin := len(all)
	for _, e := range edges {
		to := b.nodes[e.to]
		if to == nodeUnknown || from == nodeUnknown {
			b.missing++
		}
		if from >= 0 && to >= 0 && from != to {
			all = append(all, int(to))
		}
	}
	if from >= 0 && len(all) > begin {
		b.s.Packages[from].Requires = sortedSet(all[begin:len(all):len(all)])
	}
	return all
}

// outgoing gives the edges of an id. Edges are sorted.
func (b *builder) outgoing(id int32) []edge {
	first, _ := slices.BinarySearchFunc(b.edges, id, func(e edge, id int32) int { return int(e.from) - int(id) })
	last := first
	for last < len(b.edges) && b.edges[last].from == id {
		last++
	}
	return b.edges[first:last]
}

// roots are the ids of the subject.
func (b *builder) roots() []int32 {
	var roots []int32
	for id, node := range b.nodes {
		if node == nodeSubject {
			roots = append(roots, int32(id))
		}
	}
	return roots
}

// tops are the packages that nothing requires.
func (b *builder) tops() []int32 {
	required := make([]bool, len(b.nodes))
	for _, e := range b.edges {
		required[e.to] = true
	}
	var tops []int32
	for id, node := range b.nodes {
		if node >= 0 && !required[id] {
			tops = append(tops, int32(id))
		}
	}
	return tops
}

// markDirect marks what the subject requires, also by way of what is no package: a lock file, the operating system.
func (b *builder) markDirect() {
	seen := map[int32]bool{}
	queue := b.roots()
	for len(queue) > 0 {
		id := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		for _, e := range b.outgoing(id) {
			switch node := b.nodes[e.to]; {
			case node >= 0:
				b.s.Packages[node].Direct = true
				if e.link == linkOptional {
					b.s.Packages[node].Optional = true
				}
			case node == nodeOther && !seen[e.to]:
				seen[e.to] = true
				queue = append(queue, e.to)
			}
		}
	}
}

// inherit gives packages their scope by how they are needed: what can be reached from the subject without an edge for development,
// test or build is for production, the rest is for what the first such edge on the way says.
func (b *builder) inherit() {
	const unseen = 255
	reached := make([]link, len(b.nodes))
	for i := range reached {
		reached[i] = unseen
	}
	spread := func(queue []int32) {
		for len(queue) > 0 {
			id := queue[0]
			queue = queue[1:]
			for _, e := range b.outgoing(id) {
				if scopeOf(e.link) == inventory.Production && reached[e.to] == unseen {
					reached[e.to] = reached[id]
					queue = append(queue, e.to)
				}
			}
		}
	}
	roots := b.roots()
	if len(roots) == 0 {
		roots = b.tops()
	}
	for _, id := range roots {
		reached[id] = linkRuntime
	}
	spread(roots)
	for _, l := range []link{linkDevelopment, linkTest, linkBuild} {
		var begin []int32
		for _, e := range b.edges {
			if e.link == l && reached[e.to] == unseen {
				reached[e.to] = l
				begin = append(begin, e.to)
			}
		}
		spread(begin)
	}
	for id, node := range b.nodes {
		if node >= 0 && reached[id] != unseen && !b.settled[node] && b.s.Packages[node].Scope == inventory.Production {
			b.s.Packages[node].Scope = scopeOf(reached[id])
		}
	}
}

func scopeOf(l link) inventory.Scope {
	switch l {
	case linkDevelopment:
		return inventory.Development
	case linkTest:
		return inventory.Test
	case linkBuild:
		return inventory.Build
	}
	return inventory.Production
}

// release gives packages of a distribution its release, where only the document says it, and the document its distribution, where
// only the packages say it.
func (b *builder) release() {
	distribution, known := b.s.Distribution.Ecosystem, b.s.Distribution.ID != ""
	name, _, _ := strings.Cut(distribution, ":")
	stated, _, _ := systemOf(distribution)
	for i := range b.s.Packages {
		p := &b.s.Packages[i]
		s, release, isSystem := systemOf(p.Ecosystem)
		if !isSystem {
			listed := slices.ContainsFunc(languages(), func(l [2]string) bool { return l[1] == p.Ecosystem })
			if !listed || slices.Contains(unlisted(), p.Ecosystem) {
				b.foreign[p.Ecosystem]++
			}
			continue
		}
		if stated.osv != "" && release == "" && (p.Ecosystem == name || s.ids == nil && s.purl == stated.purl) {
			p.Ecosystem = b.s.Distribution.Ecosystem
			continue
		}
		switch {
		case known || s.ids == nil:
		case distribution == "":
			distribution = p.Ecosystem
			b.s.Distribution = inventory.Distribution{
				ID: s.namespace, VersionID: strings.TrimPrefix(s.distro(release), s.ids[0]+"-"), Name: strings.TrimSuffix(s.osv+" "+release, " "), Ecosystem: p.Ecosystem,
			}
		case distribution != p.Ecosystem:
			known, b.s.Distribution = true, inventory.Distribution{} // packages of several
		}
		if s.ids == nil || slices.Contains(unlisted(), s.osv) {
			b.foreign[p.Ecosystem]++
		}
	}
}

// unlisted are the ecosystems with a name of their own that OSV has no advisories for.
func unlisted() []string {
	return []string{"Fedora", "Amazon Linux", "Oracle Linux", "CentOS", "CocoaPods"}
}

// sayUnknown says in sentences what was counted.
func (b *builder) sayUnknown() {
	for i := range b.s.Packages {
		if b.s.Packages[i].Ecosystem == "" {
			b.nameless.add(b.s.Packages[i].Name)
		}
	}
	if n := b.nameless.n; n > 0 {
		b.unknown("%s without a package URL that names an ecosystem, so no advisory can be matched: %s%s",
			count(n, "component is", "components are"), strings.Join(b.nameless.examples, ", "), more(n-len(b.nameless.examples)))
	}
	for _, ecosystem := range slices.Sorted(maps.Keys(b.foreign)) {
		b.unknown("%s of %s, for which OSV has no advisories", count(b.foreign[ecosystem], "package is", "packages are"), quote(ecosystem))
	}
	if b.missing > 0 && b.s.Format == "CycloneDX" {
		b.unknown("%s what the document does not list", count(b.missing, "dependency names", "dependencies name"))
	}
}
