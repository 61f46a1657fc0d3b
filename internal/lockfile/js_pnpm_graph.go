package lockfile

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// pnpmGraph joins what a pnpm-lock.yaml says.
type pnpmGraph struct {
	*pnpmLock
	whole   bool           // ends with the end of a line
	old     bool           // version 5 and before: peers stand after "_"
	byKey   map[string]int // key without peers → position in the document, -1 where left out
	byDir   map[string]int // an importer's folder → position, where a name links to it
	scratch []byte
	stored  int // how many packages come from entries; members of the workspace follow
	edges   [][]int
}

// finish makes packages of the entries and edges of the names. whole tells that the file ends with the end of a line.
func (l *pnpmLock) finish(whole bool) error {
	g := &pnpmGraph{pnpmLock: l, whole: whole, byKey: make(map[string]int, len(l.entries)), byDir: map[string]int{}}
	format, _, _ := strings.Cut(l.version, ".")
	major, err := strconv.Atoi(format)
	if err != nil {
		return fmt.Errorf("lockfileVersion %.80q is no number", l.version)
	}
	if major > 9 {
		unknown(l.doc, "lockfileVersion %s is newer than what is known here (9); parts of it may have been missed", l.version)
	}
	g.old = major < 6
	l.doc.Packages = make([]inventory.Package, 0, len(l.entries))
	for i := range l.entries {
		g.add(&l.entries[i], l.pkgs[i])
	}
	g.stored = len(l.doc.Packages)
	g.addMembers()
	g.edges = make([][]int, len(l.doc.Packages))
	if err := g.connect(major >= 9 || l.split); err != nil {
		return err
	}
	if err := g.ask(); err != nil {
		return err
	}
	for position, own := range g.edges {
		slices.Sort(own)
		if own = slices.Compact(own); len(own) > 0 {
			g.doc.Packages[position].Requires = own
		}
	}
	if major >= 9 {
		g.scopes()
	}
	return nil
}

// connect reads the edges, which stand in snapshots where the file has those.
func (g *pnpmGraph) connect(split bool) error {
	sources := g.entries
	if split {
		sources = g.snapshots
	}
	found, required := make([]bool, len(g.doc.Packages)), make([]bool, len(g.doc.Packages))
	for i := range sources {
		e := &sources[i]
		from, ok := g.byKey[g.plain(e.key)]
		if !ok {
			return fmt.Errorf("snapshot %.80q belongs to no package", e.key)
		}
		if from < 0 {
			continue
		}
		found[from], required[from] = true, required[from] || !e.optional
		var err error
		g.each(&e.needs, func(need *pnpmNeed) bool {
			to, ok := g.resolve(need.name, need.ref)
			if !ok {
				err = g.broken(e.key, need)
			} else if to >= 0 {
				g.edges[from] = append(g.edges[from], to)
			}
			return err == nil
		})
		if err != nil {
			return err
		}
	}
	for position := range g.stored {
		pkg := &g.doc.Packages[position]
		if !found[position] {
			return errorAt(pkg.Line, "%.80q has no snapshot: %w", pkg.Name, errTruncated)
		}
		pkg.Optional = !required[position]
	}
	return nil
}

// broken says that a file asks for what it does not have. pnpm refuses such files as well.
func (g *pnpmGraph) broken(from string, need *pnpmNeed) error {
	err := fmt.Errorf("%.80q asks for %.80q %.80q, which is not in the file", from, need.name, need.ref)
	if !g.whole {
		return fmt.Errorf("%w: %w", errTruncated, err)
	}
	return err
}

// plain gives a key or version without the peers it was resolved with.
func (g *pnpmGraph) plain(key string) string {
	if !g.old {
		if i := strings.IndexByte(key, '('); i > 0 {
			return key[:i]
		}
		return key
	}
	if i := strings.IndexByte(key[strings.LastIndexByte(key, '/')+1:], '_'); i > 0 {
		return key[:strings.LastIndexByte(key, '/')+1+i]
	}
	return key
}

// add adds the package of an entry; what differs only in its peers is one package.
func (g *pnpmGraph) add(e *pnpmEntry, pkg inventory.Package) {
	key := g.plain(e.key)
	if at, ok := g.byKey[key]; ok {
		if at >= 0 && pkg.Scope == inventory.Production {
			g.doc.Packages[at].Scope = inventory.Production
		}
		return
	}
	pkg.Ecosystem = npm
	name, version := g.nameAndVersion(key)
	if pkg.Name == "" {
		pkg.Name = name
	}
	if strings.ContainsAny(version, ":/") {
		if pkg.Origin == "" {
			pkg.Origin = withoutUser(version)
		}
		version = ""
	}
	if pkg.Version == "" {
		pkg.Version = version
	}
	g.byKey[key] = -1
	if badName(pkg.Name) || badVersion(pkg.Version) {
		unknownName(g.doc, pkg.Name)
		return
	}
	g.byKey[key] = len(g.doc.Packages)
	g.doc.Packages = append(g.doc.Packages, pkg)
}

// nameAndVersion takes a key apart: "/@s/a/1.0.0" and "host/a/1.0.0" in version 5, "/@s/a@1.0.0" in 6, "@s/a@1.0.0" in 9.
func (g *pnpmGraph) nameAndVersion(key string) (name, version string) {
	if !g.old {
		return splitAt(strings.TrimPrefix(key, "/"))
	}
	slash := strings.LastIndexByte(key, '/')
	if slash < 0 {
		return key, ""
	}
	name, version = key[:slash], key[slash+1:]
	first := strings.LastIndexByte(name, '/')
	if first >= 0 {
		if scope := strings.LastIndexByte(name[:first], '/'); strings.HasPrefix(name[scope+1:], "@") {
			first = scope
		}
	}
	return name[first+1:], version
}

// resolve gives the package that a name and version lead to; -1 where it was left out or is a folder that is not in the file.
func (g *pnpmGraph) resolve(name, ref string) (at int, ok bool) {
	if strings.HasPrefix(ref, "link:") {
		return -1, true
	}
	ref = g.plain(ref)
	if at, ok := g.byKey[ref]; ok {
		return at, true
	}
	for _, form := range []struct{ before, between string }{{"", "@"}, {"/", "@"}, {"/", "/"}} {
		g.scratch = append(append(append(append(g.scratch[:0], form.before...), name...), form.between...), ref...)
		if at, ok := g.byKey[string(g.scratch)]; ok {
			return at, true
		}
	}
	return -1, false
}

// addMembers adds those members of the workspace that others know by name.
func (g *pnpmGraph) addMembers() {
	lines := map[string]int{}
	for i := range g.importers {
		if dir := g.importers[i].dir; dir != "." {
			g.doc.Members = append(g.doc.Members, dir)
		}
		lines[path.Clean(g.importers[i].dir)] = g.importers[i].line
	}
	for i := range g.importers {
		importer := &g.importers[i]
		g.each(&importer.needs, func(need *pnpmNeed) bool {
			target, ok := strings.CutPrefix(need.ref, "link:")
			if !ok || badName(need.name) || len(target) > maxName {
				return true
			}
			dir := path.Join(importer.dir, target)
			if _, ok := g.byDir[dir]; ok {
				return true
			}
			pkg := inventory.Package{Ecosystem: npm, Name: need.name, Origin: "file:" + dir, Line: lines[dir]}
			if _, ok := lines[dir]; ok {
				pkg.Origin = "link:" + dir
			}
			g.byDir[dir] = len(g.doc.Packages)
			g.doc.Packages = append(g.doc.Packages, pkg)
			return true
		})
	}
}

// target gives the package that an importer gets.
func (g *pnpmGraph) target(importer *pnpmImporter, need *pnpmNeed) (at int, ok bool) {
	dir, link := strings.CutPrefix(need.ref, "link:")
	if !link {
		return g.resolve(need.name, need.ref)
	}
	if at, ok := g.byDir[path.Join(importer.dir, dir)]; ok {
		return at, true
	}
	return -1, true
}

// ask marks what the project and its members ask for.
func (g *pnpmGraph) ask() (err error) {
	for i := range g.importers {
		importer := &g.importers[i]
		self, known := g.byDir[path.Clean(importer.dir)]
		g.each(&importer.needs, func(need *pnpmNeed) bool {
			to, ok := g.target(importer, need)
			if !ok {
				err = g.broken(importer.dir, need)
			} else if to >= 0 {
				if known && to != self {
					g.edges[self] = append(g.edges[self], to)
				}
				g.direct(&g.doc.Packages[to], importer, need)
			}
			return err == nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// direct marks one package that an importer asks for.
func (g *pnpmGraph) direct(pkg *inventory.Package, importer *pnpmImporter, need *pnpmNeed) {
	pkg.Direct = true
	if pkg.Name != need.name {
		pkg.Alias = need.name
	}
	specifier := need.specifier
	if specifier == "" {
		specifier = importer.specifiers[need.name]
	}
	if catalog, ok := strings.CutPrefix(specifier, "catalog:"); ok {
		if constraint, ok := g.catalogs[catalogKey(catalog, need.name)]; ok {
			specifier = constraint
		}
	}
	if pkg.Constraint == "" && specifier != "" {
		var asked inventory.Package
		askNpm(&asked, need.name, specifier)
		pkg.Constraint = asked.Constraint
	}
}

// scopes works out what is there for development only, which files from version 9 on do not say.
func (g *pnpmGraph) scopes() {
	for _, pass := range []struct {
		scope inventory.Scope
		kinds []needKind
	}{{inventory.Build, []needKind{needTool}}, {inventory.Development, []needKind{needDevelopment}}, {inventory.Production, []needKind{needRequired, needOptional}}} {
		seen := make([]bool, len(g.doc.Packages))
		var queue []int
		reach := func(to int) {
			if to >= 0 && to < g.stored && !seen[to] {
				seen[to], g.doc.Packages[to].Scope = true, pass.scope
				queue = append(queue, to)
			}
		}
		for i := range g.importers {
			importer := &g.importers[i]
			g.each(&importer.needs, func(need *pnpmNeed) bool {
				if slices.Contains(pass.kinds, need.kind) {
					to, _ := g.target(importer, need)
					reach(to)
				}
				return true
			})
		}
		for len(queue) > 0 {
			next := queue[len(queue)-1]
			queue = queue[:len(queue)-1]
			for _, to := range g.doc.Packages[next].Requires {
				reach(to)
			}
		}
	}
}
