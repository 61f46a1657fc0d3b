package lockfile

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// yarnGraph joins what a yarn.lock says.
type yarnGraph struct {
	*yarnLock
	byDescriptor map[string]int // "name@range" → entry
	byResolution map[string]int // berry: "name@npm:1.0.0" → entry
	byName       map[string]int // name in descriptors → entry, -1 where there are several
	optional     [][]int        // edges that may be missing, by position
	whole        bool
	scratch      []byte
}

// finish makes packages of the entries and edges of the names. whole tells that the file ends with the end of a line.
func (l *yarnLock) finish(whole bool) error {
	g := &yarnGraph{yarnLock: l, whole: whole, byDescriptor: make(map[string]int, 2*len(l.entries)),
		byResolution: map[string]int{}, byName: make(map[string]int, len(l.entries))}
	for i := range l.entries {
		e := &l.entries[i]
		for _, descriptor := range e.descriptors {
			g.byDescriptor[descriptor] = i
			name, _ := splitAt(descriptor)
			if known, ok := g.byName[name]; ok && known != i {
				g.byName[name] = -1
			} else {
				g.byName[name] = i
			}
		}
		if l.berry {
			g.byResolution[e.resolution] = i
		}
	}
	l.doc.Packages = make([]inventory.Package, 0, len(l.entries))
	for i := range l.entries {
		g.add(&l.entries[i])
	}
	for i := range l.entries { // patched packages are the packages they patch
		if e := &l.entries[i]; e.position < 0 && l.berry {
			if base := g.patched(e.resolution); base >= 0 {
				e.position = l.entries[base].position
			}
		}
	}
	needed := make([]bool, len(l.doc.Packages))
	g.optional = make([][]int, len(l.doc.Packages))
	for i := range l.entries {
		if err := g.connect(&l.entries[i], needed); err != nil {
			return err
		}
	}
	if !l.berry { // what nobody else needs, the project must ask for
		for i := range l.doc.Packages {
			l.doc.Packages[i].Direct = !needed[i]
		}
	}
	g.markOptional()
	return nil
}

// add adds the package of an entry.
func (g *yarnGraph) add(e *yarnEntry) {
	pkg := &e.pkg
	pkg.Ecosystem = npm
	first, spec := splitAt(e.descriptors[0])
	pkg.Name = first
	if g.berry {
		if !g.describeBerry(e) {
			return
		}
		if pkg.Name != first {
			pkg.Alias = first
		}
	} else {
		describeClassic(pkg, spec)
	}
	if badName(pkg.Name) || badVersion(pkg.Version) {
		unknownName(g.doc, pkg.Name)
		return
	}
	e.position = len(g.doc.Packages)
	g.doc.Packages = append(g.doc.Packages, *pkg)
}

// describeClassic takes from a descriptor's range and the address what kind of package it is.
func describeClassic(pkg *inventory.Package, spec string) {
	if strings.HasPrefix(spec, "npm:") {
		askOther(pkg, spec[len("npm:"):])
		pkg.Constraint = ""
	}
	address, fragment, _ := strings.Cut(pkg.Origin, "#")
	if isHex(fragment, 40) && strings.HasSuffix(address, ".tgz") { // the hash of the archive, not a commit
		pkg.Origin = address
		if pkg.Integrity == "" {
			pkg.Integrity = "sha1:" + fragment
		}
	}
	pkg.Origin = withoutUser(pkg.Origin)
	if pkg.Origin == "" {
		var asked inventory.Package
		askNpm(&asked, pkg.Name, spec)
		if pkg.Origin = asked.Origin; strings.HasPrefix(spec, "link:") {
			pkg.Version = "" // yarn writes 0.0.0
		}
	}
}

// describeBerry takes from a resolution what kind of package an entry is. It returns false where it is none of its own.
func (g *yarnGraph) describeBerry(e *yarnEntry) bool {
	pkg := &e.pkg
	name, reference := splitAt(e.resolution)
	pkg.Name = name
	reference, parameters, _ := strings.Cut(reference, "::")
	scheme, rest, _ := strings.Cut(reference, ":")
	switch scheme {
	case "workspace":
		e.member = true
		if pkg.Version == "0.0.0-use.local" {
			pkg.Version = ""
		}
		if rest == "." {
			g.doc.Name, g.doc.Version = name, pkg.Version
			return false
		}
		g.doc.Members = append(g.doc.Members, rest)
		pkg.Origin, pkg.Direct = "link:"+rest, true
	case "patch":
		return g.patched(e.resolution) < 0
	case "npm":
		if values, err := url.ParseQuery(parameters); err == nil {
			pkg.Origin = withoutUser(values.Get("__archiveUrl"))
		}
	case "file", "link", "portal":
		path, _, _ := strings.Cut(rest, "#")
		pkg.Origin = "file:" + path
		if scheme == "link" {
			pkg.Version = ""
		}
	default:
		address := withoutUser(reference)
		if strings.Contains(address, "#commit=") {
			address = "git+" + strings.TrimPrefix(strings.Replace(address, "#commit=", "#", 1), "git+")
		}
		pkg.Origin = address
	}
	return true
}

// patched gives the entry that a patched package is made from, -1 where there is none.
func (g *yarnGraph) patched(resolution string) int {
	for range 4 { // patches of patches
		_, reference := splitAt(resolution)
		inner, ok := strings.CutPrefix(reference, "patch:")
		if !ok {
			return -1
		}
		inner, _, _ = strings.Cut(inner, "#")
		plain, err := url.PathUnescape(inner)
		if err != nil {
			return -1
		}
		if i, ok := g.byResolution[plain]; ok && !strings.Contains(plain, "@patch:") {
			return i
		}
		resolution = plain
	}
	return -1
}

// connect reads the edges of an entry; those of the project and its members mark what is direct.
func (g *yarnGraph) connect(e *yarnEntry, needed []bool) error {
	if e.position < 0 && !e.member {
		return nil
	}
	var required, optional []int
	for i := e.from; i < e.to; i++ {
		need := &g.needs[i]
		to, err := g.resolve(e, need)
		if err != nil {
			return err
		}
		if to < 0 {
			continue
		}
		if e.member {
			g.direct(&g.doc.Packages[to], need)
		}
		needed[to] = needed[to] || to != e.position
		if need.optional {
			optional = append(optional, to)
		} else {
			required = append(required, to)
		}
	}
	if e.position < 0 {
		return nil
	}
	slices.Sort(required)
	optional = slices.DeleteFunc(optional, func(to int) bool { _, both := slices.BinarySearch(required, to); return both })
	own := append(append(g.doc.Packages[e.position].Requires, required...), optional...)
	optional = append(g.optional[e.position], optional...)
	slices.Sort(optional)
	g.optional[e.position] = optional
	slices.Sort(own)
	g.doc.Packages[e.position].Requires = slices.Compact(own)
	return nil
}

func (g *yarnGraph) direct(pkg *inventory.Package, need *yarnNeed) {
	pkg.Direct = true
	if pkg.Constraint == "" {
		var asked inventory.Package
		askNpm(&asked, need.name, need.spec)
		pkg.Constraint = asked.Constraint
	}
}

// resolve gives the package that an entry gets for a name, -1 for none.
func (g *yarnGraph) resolve(e *yarnEntry, need *yarnNeed) (int, error) {
	for _, between := range []string{"@", "@npm:"} {
		g.scratch = append(append(append(g.scratch[:0], need.name...), between...), need.spec...)
		if to, ok := g.byDescriptor[string(g.scratch)]; ok {
			return g.entries[to].position, nil
		}
	}
	to, ok := g.byName[need.name]
	switch {
	case ok && to >= 0: // the project's resolutions replaced the range
		return g.entries[to].position, nil
	case ok:
		unknown(g.doc, "which version of %.80q %.80q gets is not said in the file", need.name, e.pkg.Name)
	case need.optional:
	case !g.whole:
		return -1, fmt.Errorf("%w: %.80q asks for %.80q, which is not in the file", errTruncated, e.pkg.Name, need.name)
	default:
		unknownNeed(g.doc, e.position, need.name)
	}
	return -1, nil
}

// markOptional marks what is reached only over needs that may be missing.
func (g *yarnGraph) markOptional() {
	packages := g.doc.Packages
	required, reached := make([]bool, len(packages)), make([]bool, len(packages))
	direct := func(reach func(int)) {
		for i := range packages {
			if packages[i].Direct && !g.berry {
				reach(i)
			}
		}
		for i := range g.entries {
			if e := &g.entries[i]; e.member {
				for _, need := range g.needs[e.from:e.to] {
					if to, err := g.resolve(e, &need); err == nil && to >= 0 && !need.optional {
						reach(to)
					}
				}
			}
		}
	}
	walk(packages, required, direct, func(from, to int) bool { _, may := slices.BinarySearch(g.optional[from], to); return !may })
	walk(packages, reached, func(reach func(int)) {
		for from := range packages {
			if required[from] || packages[from].Direct {
				for _, to := range g.optional[from] {
					reach(to)
				}
			}
		}
		for i := range packages {
			if packages[i].Direct && !required[i] {
				reach(i)
			}
		}
	}, func(int, int) bool { return true })
	for i := range packages {
		packages[i].Optional = reached[i] && !required[i] && !strings.HasPrefix(packages[i].Origin, "link:")
	}
}

// walk marks in seen what is reached from the starts over the edges that are let through.
func walk(packages []inventory.Package, seen []bool, starts func(reach func(int)), through func(from, to int) bool) {
	var queue []int
	reach := func(to int) {
		if !seen[to] {
			seen[to] = true
			queue = append(queue, to)
		}
	}
	starts(reach)
	for len(queue) > 0 {
		from := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		for _, to := range packages[from].Requires {
			if through(from, to) {
				reach(to)
			}
		}
	}
}
