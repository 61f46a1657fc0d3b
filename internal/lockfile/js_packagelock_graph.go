package lockfile

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// finish turns the entries into the document's packages and the names they ask for into edges.
func (l *npmLock) finish() {
	for i := range l.entries {
		if l.entries[i].link {
			l.entries[i].target = l.target(i)
		}
	}
	n := 0
	for i := range l.entries {
		e := &l.entries[i]
		if e.place == 0 {
			l.root(&l.pkgs[i])
		} else if e.target < 0 && l.describe(e, &l.pkgs[i]) {
			e.position = n
			if n != i {
				l.pkgs[n] = l.pkgs[i]
			}
			n++
		}
	}
	l.doc.Packages = l.pkgs[:n:n]
	needed := l.connect()
	if l.modern {
		return
	}
	for i := range l.entries { // version 1 does not say what the project asks for; what nobody else needs, it must be
		if e := &l.entries[i]; e.position >= 0 && l.tree.parents[e.place] == 0 {
			l.doc.Packages[e.position].Direct = !needed[e.position]
		}
	}
}

// connect sets what each package requires and what the project asks for, and tells which packages are needed by another.
func (l *npmLock) connect() []bool {
	needed := make([]bool, len(l.doc.Packages))
	edges := make([]int, 0, len(l.needs)) // one array for all, so that each package costs no allocation of its own
	for i := range l.entries {
		e := &l.entries[i]
		if e.place == 0 || e.position >= 0 && strings.HasPrefix(l.doc.Packages[e.position].Origin, "link:") {
			l.ask(e)
		}
		if e.position < 0 {
			continue
		}
		start := len(edges)
		edges = l.edges(e, edges)
		own := edges[start:]
		slices.Sort(own)
		own = slices.Compact(own)
		edges = edges[:start+len(own)]
		if len(own) > 0 {
			l.doc.Packages[e.position].Requires = own[:len(own):len(own)]
		}
		for _, to := range own {
			needed[to] = needed[to] || to != e.position
		}
	}
	return needed
}

// root takes over what the project says of itself.
func (l *npmLock) root(pkg *inventory.Package) {
	if pkg.Name != "" {
		l.doc.Name = pkg.Name
	}
	if pkg.Version != "" {
		l.doc.Version = pkg.Version
	}
	l.doc.Licence = pkg.Licence
}

// target gives the entry that a link leads to, and gives that its name; -1 where it is not in the file.
func (l *npmLock) target(i int) int32 {
	place, _ := l.tree.place(l.pkgs[i].Origin)
	if place < 0 || place == l.entries[i].place {
		return -1
	}
	to := l.tree.holds[place]
	if to < 0 || l.entries[to].link {
		return -1
	}
	if l.pkgs[to].Name == "" && place != 0 {
		l.pkgs[to].Name = moduleName(l.entries[i].path)
	}
	return to
}

// describe completes an entry's package. It returns false where the entry is none.
func (l *npmLock) describe(e *npmEntry, pkg *inventory.Package) bool {
	pkg.Ecosystem = npm
	known := moduleName(e.path)
	switch {
	case e.link:
		pkg.Origin = "file:" + pkg.Origin
	case !e.inModule && l.workspaces && !strings.HasPrefix(e.path, "../"):
		pkg.Origin = "link:" + e.path
	case !e.inModule:
		pkg.Origin = "file:" + e.path
	default:
		pkg.Origin = withoutUser(pkg.Origin)
	}
	if pkg.Name == "" {
		pkg.Name = known
	} else if e.inModule && pkg.Name != known {
		pkg.Alias = known
	}
	if !l.modern {
		oldVersion(pkg)
	}
	if badName(pkg.Name) {
		unknownName(l.doc, pkg.Name)
		return false
	}
	if badVersion(pkg.Version) {
		unknown(l.doc, "the version of %.80q is no possible version", pkg.Name)
		pkg.Version = ""
	}
	return true
}

// oldVersion takes apart what version 1 writes as a version: another name, a folder, a repository or an archive.
func oldVersion(pkg *inventory.Package) {
	if strings.IndexByte(pkg.Version, ':') < 0 {
		return
	}
	var asked inventory.Package
	askNpm(&asked, pkg.Name, pkg.Version)
	if asked.Origin != "" {
		pkg.Version, pkg.Origin = "", asked.Origin
		return
	}
	pkg.Name, pkg.Alias, pkg.Version = asked.Name, asked.Alias, asked.Constraint
}

// ask marks what the project or a member of its workspace asks for itself.
func (l *npmLock) ask(e *npmEntry) {
	if e.position >= 0 {
		l.doc.Packages[e.position].Direct = true
	}
	for kind := range needKinds {
		for n := e.needs[kind]; n != 0; n = l.needs[n].next {
			need := &l.needs[n]
			to := l.resolve(e, need.name)
			if to < 0 {
				if e.place == 0 {
					l.missing(e, need.name, kind)
				}
				continue
			}
			pkg := &l.doc.Packages[to]
			pkg.Direct = true
			if e.place == 0 && kind != needPeer || pkg.Constraint == "" {
				var asked inventory.Package
				askNpm(&asked, l.tree.names[need.name], l.specs[need.spec])
				pkg.Constraint = asked.Constraint
			}
		}
	}
}

// edges appends the packages that an entry's names really get.
func (l *npmLock) edges(e *npmEntry, edges []int) []int {
	for kind := range needKinds {
		for n := e.needs[kind]; n != 0; n = l.needs[n].next {
			if to := l.resolve(e, l.needs[n].name); to >= 0 {
				edges = append(edges, to)
			} else {
				l.missing(e, l.needs[n].name, kind)
			}
		}
	}
	return edges
}

// resolve gives the package that an entry gets under a name, -1 for none.
func (l *npmLock) resolve(e *npmEntry, name int32) int {
	to := l.tree.find(e.place, name)
	if to < 0 {
		return -1
	}
	if target := l.entries[to].target; target >= 0 {
		to = target
	}
	return l.entries[to].position
}

// missing notes a name that must be there and is not. Optional and peer packages may be missing.
func (l *npmLock) missing(e *npmEntry, name int32, kind needKind) {
	if kind == needOptional || kind == needPeer {
		return
	}
	if l.optionalOf != e {
		l.optionalOf, l.optional = e, map[int32]bool{}
		for n := e.needs[needOptional]; n != 0; n = l.needs[n].next {
			l.optional[l.needs[n].name] = true
		}
	}
	if l.optional[name] {
		return
	}
	unknownNeed(l.doc, e.position, l.tree.names[name])
}

// unknownNeed notes that a package, or the project where the position is negative, asks for one that the file does not have.
func unknownNeed(doc *inventory.Document, position int, name string) {
	if position < 0 {
		unknown(doc, "the project asks for %.80q, which is not in the file", name)
		return
	}
	unknown(doc, "%.80q asks for %.80q, which is not in the file", doc.Packages[position].Name, name)
}
