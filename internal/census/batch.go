package census

import (
	"cmp"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/inventory"
)

// variant is one package in one version, as it is asked about and as it is shown.
type variant struct {
	// key is the package as advisories tell packages apart: its ecosystem without a release, and its normal name.
	key string
	// ecosystem, name and version are what the advisory database is asked for.
	ecosystem, name, version string
	// shownName and shownVersion are what the SBOM lists, where that differs: a distribution's package is asked for by its source.
	shownName, shownVersion string
}

// maxText bounds a name, a version and an id, in bytes.
const maxText = 512

// keyOf gives the key of a package.
func keyOf(ecosystem, name string) string {
	base, _, _ := strings.Cut(ecosystem, ":")
	return strings.ToLower(base) + "\x00" + advisory.NormalName(base, name)
}

// variantsOf gives the variants under which a package is found: that of its source, and its own where advisories may use either. They
// have no key yet.
func variantsOf(p *inventory.Package) (out [2]variant, n int) {
	if p.Ecosystem == "" || p.Name == "" || len(p.Ecosystem) > maxText || len(p.Name) > maxText || len(p.Version) > maxText ||
		strings.HasPrefix(p.Origin, "link:") || strings.HasPrefix(p.Origin, "file:") { // what stands beside the project is not from a registry
		return out, 0
	}
	v := variant{ecosystem: p.Ecosystem, name: p.Name, version: p.Version}
	if s := p.Source; s.Name != "" && len(s.Name) <= maxText && len(s.Version) <= maxText {
		if v.name = s.Name; s.Version != "" {
			v.version = s.Version
		}
		if v.name != p.Name || v.version != p.Version {
			v.shownName, v.shownVersion = p.Name, p.Version
		}
	}
	out[0], n = v, 1
	if v.name != p.Name && !strings.HasPrefix(p.Ecosystem, "Debian") && !strings.HasPrefix(p.Ecosystem, "Ubuntu") {
		out[1] = variant{ecosystem: p.Ecosystem, name: p.Name, version: p.Version}
		n = 2
	}
	return out, n
}

// batch gathers SBOMs in memory.
type batch struct {
	numbers map[string]uint32 // by id; those that are there no more are gone
	ids     []string
	gone    map[uint32]bool
	// variants are the numbers of variants without their key, which follows from the rest; list holds them whole.
	variants map[variant]uint32
	list     []variant
	hashes   []uint64 // of their keys
	entries  []entry
}

// entry says that an SBOM has a package: its number, shifted by one, with the last bit for one that it asks for itself.
type entry struct{ variant, sbom uint32 }

func newBatch() *batch {
	return &batch{numbers: map[string]uint32{}, gone: map[uint32]bool{}, variants: map[variant]uint32{}}
}

func (b *batch) full() bool {
	return len(b.entries) >= maxBatchEntries || len(b.list) >= maxBatchVariants
}

func (b *batch) add(id string, packages []inventory.Package) {
	b.remove(id)
	id = strings.Clone(id)
	number := uint32(len(b.ids))
	b.numbers[id] = number
	b.ids = append(b.ids, id)
	for i := range packages {
		found, n := variantsOf(&packages[i])
		for _, v := range found[:n] {
			at, known := b.variants[v]
			if !known {
				at = b.addVariant(v)
			}
			one := number << 1
			if packages[i].Direct {
				one |= 1
			}
			b.entries = append(b.entries, entry{at, one})
		}
	}
}

func (b *batch) addVariant(v variant) uint32 {
	v.ecosystem, v.name, v.version = strings.Clone(v.ecosystem), strings.Clone(v.name), strings.Clone(v.version)
	v.shownName, v.shownVersion = strings.Clone(v.shownName), strings.Clone(v.shownVersion)
	at := uint32(len(b.list))
	b.variants[v] = at
	v.key = keyOf(v.ecosystem, v.name)
	b.list = append(b.list, v)
	b.hashes = append(b.hashes, hashKey(v.key))
	return at
}

func (b *batch) remove(id string) {
	if number, ok := b.numbers[id]; ok {
		b.gone[number] = true
		delete(b.numbers, id)
	}
}

// sorted gives the ids that count, sorted, and what the batch holds of each key, in the order of a segment.
func (b *batch) sorted() (ids []string, blocks func(yield func(*block) bool)) {
	for id := range b.numbers {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	place := make([]uint32, len(b.ids))
	for i, id := range ids {
		place[b.numbers[id]] = uint32(i)
	}
	entries := b.entries[:0]
	for _, e := range b.entries {
		if number := e.sbom >> 1; !b.gone[number] {
			entries = append(entries, entry{e.variant, place[number]<<1 | e.sbom&1})
		}
	}
	entries, from := byVariant(entries, len(b.list))
	order := make([]uint32, len(b.list))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(x, y uint32) int {
		if c := cmp.Compare(b.hashes[x], b.hashes[y]); c != 0 {
			return c
		}
		return compareVariants(&b.list[x], &b.list[y])
	})
	return ids, func(yield func(*block) bool) {
		for len(order) > 0 {
			one := &block{key: b.list[order[0]].key}
			for len(order) > 0 && b.list[order[0]].key == one.key {
				n := order[0]
				order = order[1:]
				if list := entries[from[n]:from[n+1]]; len(list) > 0 {
					one.holders = append(one.holders, holders{variant: b.list[n], sboms: postings(list)})
				}
			}
			if len(one.holders) > 0 && !yield(one) {
				return
			}
		}
	}
}

// byVariant sorts entries by variant and tells where those of each begin.
func byVariant(entries []entry, variants int) (sorted []entry, from []int) {
	from = make([]int, variants+1)
	for _, e := range entries {
		from[e.variant+1]++
	}
	for i := range variants {
		from[i+1] += from[i]
	}
	at := slices.Clone(from)
	sorted = make([]entry, len(entries))
	for _, e := range entries {
		sorted[at[e.variant]] = e
		at[e.variant]++
	}
	for i := range variants {
		if list := sorted[from[i]:from[i+1]]; len(list) > 1 {
			slices.SortFunc(list, func(x, y entry) int { return cmp.Compare(x.sbom, y.sbom) })
		}
	}
	return sorted, from
}

// postings gives the SBOMs of entries, each once; what one asks for itself anywhere, it asks for itself.
func postings(list []entry) []uint32 {
	out := make([]uint32, 0, len(list))
	for _, e := range list {
		if last := len(out) - 1; last >= 0 && out[last]>>1 == e.sbom>>1 {
			out[last] |= e.sbom & 1
			continue
		}
		out = append(out, e.sbom)
	}
	return out
}
