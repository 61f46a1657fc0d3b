package sbom

import (
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

const (
	maxPackages = 2_000_000
	maxEdges    = 20_000_000
	// maxSentences bounds what is said about one document.
	maxSentences = 100
	// maxLicence is the longest licence that is kept, in bytes; what is longer is its text.
	maxLicence = 4 << 10
	// maxWhere is how many files of one package are kept.
	maxWhere = 100
)

// The nodes of the graph that are no packages.
const (
	nodeUnknown int32 = -1 - iota
	nodeSubject
	nodeOther // a file, a service, the operating system
)

// link says how one package needs another.
type link uint8

// The links. All but linkRuntime say what the required one is needed for.
const (
	linkRuntime link = iota
	linkOptional
	linkDevelopment
	linkTest
	linkBuild
)

type edge struct {
	from, to int32 // ids
	link     link
}

// key stands for the name of a component inside its document, so that names need not be held. Two different names have the same
// key with a chance of 1 in 2^128, and nobody can choose them so, because the seeds are drawn anew each time.
type key [2]uint64

// builder collects what a document says, in whatever order it says it.
type builder struct {
	s        *SBOM
	seeds    [2]maphash.Seed
	ids      map[key]int32
	nodes    []int32 // by id: the position of a package, or one of the nodes above
	edges    []edge
	describe []int32 // ids that an SPDX document describes
	held     map[string]string
	nameless tally // packages without package URL
	foreign  map[string]int
	kinds    []string // of SPDX packages, by position; nil in CycloneDX
	// others are elements of SPDX that are no packages, by id: a document may be about a file or a device.
	others map[int32]Subject
	// settled are the packages, by position, whose scope the document itself tells.
	settled map[int32]bool
	scoped  bool // some edge is not linkRuntime
	missing int  // dependencies on what is not in the document
}

// tally counts, and keeps some examples.
type tally struct {
	n        int
	examples []string
}

func (t *tally) add(example string) {
	if t.n++; len(t.examples) < 3 {
		t.examples = append(t.examples, quote(example))
	}
}

// component is one component or package as a document states it.
type component struct {
	ref, kind, group, name, version, purl string
	licence, origin                       string
	scope                                 inventory.Scope
	optional                              bool
	hashes                                []hash
	properties                            []property
	files                                 []string
	// at is where it stands ("byte 12", "line 3").
	at string
}

// hash is a hash of a file: a lower-case name without dashes ("sha512"), and hex digits.
type hash struct{ algorithm, value string }

// property is a named value beside the fields of a format.
type property struct{ name, value string }

func newBuilder() *builder {
	return &builder{
		s: &SBOM{}, seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()},
		ids: map[key]int32{}, held: map[string]string{}, foreign: map[string]int{},
		others: map[int32]Subject{}, settled: map[int32]bool{},
	}
}

// id gives the number of a name inside the document.
func (b *builder) id(ref string) int32 {
	k := key{maphash.String(b.seeds[0], ref), maphash.String(b.seeds[1], ref)}
	id, known := b.ids[k]
	if !known {
		id = int32(len(b.nodes))
		b.ids[k] = id
		b.nodes = append(b.nodes, nodeUnknown)
	}
	return id
}

// hold keeps one copy of a text that stands often in a document.
func (b *builder) hold(s string) string {
	if kept, known := b.held[s]; known {
		return kept
	}
	if len(b.held) < 50_000 && len(s) < 200 {
		b.held[s] = s
	}
	return s
}

func (b *builder) unknown(format string, args ...any) {
	switch sentence := fmt.Sprintf(format, args...); {
	case len(b.s.Unknown) < maxSentences:
		b.s.Unknown = addNew(b.s.Unknown, sentence)
	case len(b.s.Unknown) == maxSentences:
		b.s.Unknown = append(b.s.Unknown, "more is left open than is listed here")
	}
}

// connect notes that one component needs another, both by their names inside the document.
func (b *builder) connect(from, to string, l link) error {
	if len(b.edges) >= maxEdges {
		return fmt.Errorf("more than %d dependencies", maxEdges)
	}
	b.edges = append(b.edges, edge{b.id(from), b.id(to), l})
	b.scoped = b.scoped || l != linkRuntime
	return nil
}

// noPackages are kinds of components that are no packages unless they have a package URL.
var noPackages = []string{"file", "operating-system", "data", "cryptographic-asset", "device"}

// add takes a component of the list.
func (b *builder) add(c *component) error {
	if b.s.Components++; len(b.s.Packages) >= maxPackages {
		return fmt.Errorf("more than %d packages", maxPackages)
	}
	if c.kind == "operating-system" && c.purl == "" {
		b.system(c)
	}
	if c.purl == "" && (slices.Contains(noPackages, c.kind) || isTarget(c)) {
		b.place(c, nodeOther)
		return nil
	}
	p, err := b.packageOf(c)
	if err != nil {
		b.unknown("%s: %v; it was left out", c.at, err)
		b.place(c, nodeOther)
		return nil
	}
	at := len(b.s.Packages)
	b.s.Packages = append(b.s.Packages, p)
	if len(c.files) > 0 && len(b.s.Where) <= at {
		b.s.Where = append(b.s.Where, make([][]string, at+1-len(b.s.Where))...)
	}
	if len(c.files) > 0 {
		b.s.Where[at] = c.files
	}
	if slices.ContainsFunc(c.properties, func(p property) bool { return p.name == propScope }) {
		b.settled[int32(at)] = true
	}
	b.place(c, int32(at))
	return nil
}

// isTarget tells of Trivy's components for the files that it found packages in.
func isTarget(c *component) bool {
	for _, p := range c.properties {
		if p.name == "aquasecurity:trivy:Class" && c.purl == "" {
			return true
		}
	}
	return false
}

// place says which node a component's name inside the document stands for. The first one counts.
func (b *builder) place(c *component, node int32) {
	ref := c.ref
	if ref == "" {
		ref = c.purl
	}
	if ref == "" {
		return
	}
	switch id := b.id(ref); {
	case b.nodes[id] == nodeUnknown || node == nodeSubject:
		b.nodes[id] = node
	case c.ref != "" && b.nodes[id] != nodeSubject:
		b.unknown("%s: the name %s stands for two components; dependencies on it are taken to mean the first", c.at, quote(ref))
	}
}

// subject takes the component that the document is about.
func (b *builder) subject(c *component) {
	if p, err := b.packageOf(c); err == nil {
		b.s.Subject = Subject{Kind: strings.Clone(c.kind), Package: p}
	} else if c.name != "" || c.purl != "" {
		b.unknown("%s: what the document is about cannot be told: %v", c.at, err)
	}
	b.place(c, nodeSubject)
}

// packageOf makes a package of a component. The package URL is believed before the other fields.
func (b *builder) packageOf(c *component) (inventory.Package, error) {
	name := c.name
	if c.group != "" {
		name = c.group + "/" + c.name
	}
	p := inventory.Package{Name: name, Version: c.version}
	if c.purl != "" {
		named, err := FromPURL(c.purl)
		switch {
		case err == nil:
			p = named
			if p.Version == "" {
				p.Version = versionIn(purlType(p.Ecosystem), c.version)
			}
		case possible(name):
			b.unknown("%s: %v", c.at, err)
		default:
			return p, err
		}
	}
	if !possible(p.Name) {
		return p, fmt.Errorf("%s is no possible name of a package", quote(p.Name))
	}
	if p.Version != "" && !possible(p.Version) {
		return p, errors.New("its version is no possible version")
	}
	p.Ecosystem, p.Arch = b.hold(p.Ecosystem), b.hold(p.Arch)
	p.Version = b.hold(p.Version)
	p.Licence = b.hold(c.licence)
	p.Scope, p.Optional = c.scope, c.optional
	p.Origin = c.origin
	p.Integrity = integrity(p.Ecosystem, c.hashes)
	for _, property := range c.properties {
		property.apply(&p)
	}
	return p, nil
}

// system takes the operating system a document lists.
func (b *builder) system(c *component) {
	if b.s.Distribution.ID != "" || !possible(c.name) || c.version != "" && !possible(c.version) {
		return
	}
	d := inventory.Distribution{ID: strings.ToLower(c.name), VersionID: c.version, Name: strings.TrimSpace(c.name + " " + c.version)}
	for _, s := range systems() {
		if slices.Contains(s.ids, d.ID) {
			d.Ecosystem = s.osv
			if release := s.release(c.version); release != "" {
				d.Ecosystem += ":" + release
			}
			break
		}
	}
	for _, p := range c.properties {
		switch p.name {
		case propEcosystem:
			d.Ecosystem = p.value
		case propName:
			d.Name = p.value
		case propCodename:
			d.Codename = p.value
		}
	}
	b.s.Distribution = d
}

// addNew appends what is not there yet.
func addNew(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// sortedSet sorts numbers and drops double ones.
func sortedSet(list []int) []int {
	slices.Sort(list)
	return slices.Compact(list)
}
