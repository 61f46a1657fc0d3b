package lockfile

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// bunLock is a bun.lock while it is read.
type bunLock struct {
	json     *jsonReader
	doc      *inventory.Document
	members  []bunEntry
	entries  []bunEntry
	trusted  map[string]bool // the packages whose install scripts bun runs
	catalogs map[string]string
	byPath   map[string]int // an entry's key → entry
	byDir    map[string]int // a member's folder → position
	needs    int            // how many there are in all
	scratch  []byte
}

// bunEntry is a package, or a member of the workspace.
type bunEntry struct {
	path     string // the key: "a", or "a/b" for the b that only a gets; of a member its folder
	pkg      inventory.Package
	needs    []bunNeed
	position int
}

// bunNeed is one name that an entry asks for.
type bunNeed struct {
	name, spec string
	kind       needKind
	optional   bool
}

// readBunLock reads bun.lock, the text form of bun's lock file.
func readBunLock(path string, data []byte) (*inventory.Document, error) {
	l := &bunLock{json: newJSON(data), trusted: map[string]bool{}, catalogs: map[string]string{}, byPath: map[string]int{}, byDir: map[string]int{}}
	l.json.comments = true
	l.doc = &inventory.Document{Path: path, Format: "bun.lock", Ecosystem: npm, Role: inventory.Lock}
	version := 0
	err := l.json.document(func(key []byte) error {
		switch string(key) {
		case "lockfileVersion":
			return l.json.number(&version)
		case "workspaces":
			l.members = nil
			return l.json.object(l.member)
		case "trustedDependencies":
			return l.json.array(func(int) error {
				var name string
				err := l.json.text(&name)
				l.trusted[name] = true
				return err
			})
		case "catalog":
			return l.catalog("")
		case "catalogs":
			return l.json.object(func(key []byte) error { return l.catalog(string(key)) })
		case "packages":
			l.entries, l.byPath = nil, map[string]int{}
			return l.json.members(l.entry)
		}
		return l.json.skip()
	})
	if err != nil {
		return nil, err
	}
	if version > 1 {
		unknown(l.doc, "lockfileVersion %d is newer than what is known here (1); parts of it may have been missed", version)
	}
	l.finish()
	noteTwice(l.doc, l.json)
	return l.doc, nil
}

// readBunLockb answers for bun.lockb, the binary form of earlier versions, which is not read.
func readBunLockb(path string, _ []byte) (*inventory.Document, error) {
	doc := &inventory.Document{Path: path, Format: "bun.lockb", Ecosystem: npm, Role: inventory.Lock}
	unknown(doc, "bun.lockb is binary and is not read; bun install --save-text-lockfile writes the bun.lock that is")
	return doc, nil
}

func (l *bunLock) catalog(name string) error {
	return l.json.object(func(key []byte) error {
		var constraint string
		err := l.json.text(&constraint)
		l.catalogs[catalogKey(name, string(key))] = constraint
		return err
	})
}

// member reads one member of the workspace; "" is the project itself.
func (l *bunLock) member(key []byte) error {
	if len(l.members) >= maxPackages {
		return l.json.fail(errTooMany)
	}
	e := bunEntry{path: string(key), position: -1}
	e.pkg.Line = l.json.line()
	err := l.json.object(func(key []byte) error {
		switch string(key) {
		case "name":
			return l.json.text(&e.pkg.Name)
		case "version":
			return l.json.text(&e.pkg.Version)
		}
		return l.lists(&e, key)
	})
	l.members = append(l.members, e)
	return err
}

// lists reads the lists of names that an entry asks for.
func (l *bunLock) lists(e *bunEntry, key []byte) error {
	var kind needKind
	switch string(key) {
	case "dependencies":
		kind = needRequired
	case "devDependencies":
		kind = needDevelopment
	case "optionalDependencies":
		kind = needOptional
	case "peerDependencies":
		kind = needPeer
	default:
		return l.json.skip()
	}
	return l.json.object(func(key []byte) error {
		if l.needs++; l.needs > maxNeeds {
			return l.json.fail(errTooMany)
		}
		need := bunNeed{name: string(key), kind: kind, optional: kind == needOptional || kind == needPeer}
		err := l.json.short(&need.spec)
		e.needs = append(e.needs, need)
		return err
	})
}

// entry reads one package: ["name@version", registry, {lists}, integrity], shorter for what does not come from a registry.
func (l *bunLock) entry(key []byte) error {
	if len(l.entries) >= maxPackages {
		return l.json.fail(errTooMany)
	}
	e := bunEntry{path: string(key), position: -1}
	e.pkg.Line = l.json.line()
	var resolution string
	err := l.json.array(func(i int) error {
		switch kind := l.json.kind(); {
		case i == 0:
			return l.json.text(&resolution)
		case kind == '{':
			return l.json.object(func(key []byte) error { return l.lists(&e, key) })
		case kind == '"' && i == 1:
			return l.json.text(&e.pkg.Origin)
		case kind == '"':
			return l.json.text(&e.pkg.Integrity)
		}
		return l.json.skip()
	})
	if err != nil {
		return err
	}
	e.describe(resolution)
	if i, ok := l.byPath[e.path]; ok {
		l.json.standsTwice(key)
		l.entries[i] = e
		return nil
	}
	l.byPath[e.path] = len(l.entries)
	l.entries = append(l.entries, e)
	return nil
}

// describe takes from a resolution what kind of package an entry is.
func (e *bunEntry) describe(resolution string) {
	pkg := &e.pkg
	pkg.Ecosystem = npm
	name, version := splitAt(resolution)
	pkg.Name = name
	pkg.InstallScript = false
	if scheme, rest, found := strings.Cut(version, ":"); found {
		pkg.Origin, pkg.Integrity = "", ""
		switch scheme {
		case "workspace":
			pkg.Origin = "link:" + rest
		case "file", "link", "root":
			pkg.Origin = "file:" + rest
		default:
			var asked inventory.Package
			askNpm(&asked, name, version)
			pkg.Origin = asked.Origin
		}
	} else {
		pkg.Version = version
		pkg.Origin = withoutUser(pkg.Origin)
	}
	if known := e.known(); known != name {
		pkg.Alias = known
	}
}

// known is the name under which an entry is known where it is used: the last part of its path.
func (e *bunEntry) known() string {
	slash := strings.LastIndexByte(e.path, '/')
	if slash > 0 {
		if before := strings.LastIndexByte(e.path[:slash], '/'); e.path[before+1] == '@' {
			slash = before
		}
	}
	return e.path[slash+1:]
}

// finish turns entries into packages and names into edges.
func (l *bunLock) finish() {
	for i := range l.entries {
		e := &l.entries[i]
		pkg := &e.pkg
		pkg.InstallScript = l.trusted[pkg.Name] || l.trusted[pkg.Alias]
		dir, member := strings.CutPrefix(pkg.Origin, "link:")
		if badName(pkg.Name) || badVersion(pkg.Version) {
			unknownName(l.doc, pkg.Name)
			continue
		}
		if at, ok := l.byDir[dir]; ok && member {
			e.position = at
			continue
		}
		e.position = len(l.doc.Packages)
		if member {
			pkg.Direct = true
			l.byDir[dir] = e.position
		}
		l.doc.Packages = append(l.doc.Packages, *pkg)
	}
	for i := range l.members {
		l.ask(&l.members[i])
	}
	for i := range l.entries {
		e := &l.entries[i]
		if e.position < 0 {
			continue
		}
		for _, need := range e.needs {
			l.connect(e.position, e.path, need)
		}
	}
	for i := range l.doc.Packages {
		own := l.doc.Packages[i].Requires
		slices.Sort(own)
		l.doc.Packages[i].Requires = slices.Compact(own)
	}
	l.scopes()
}

// ask marks what the project or a member of its workspace asks for.
func (l *bunLock) ask(e *bunEntry) {
	from := -1
	if e.path == "" {
		l.doc.Name, l.doc.Version = e.pkg.Name, e.pkg.Version
	} else {
		l.doc.Members = append(l.doc.Members, e.path)
		if at, ok := l.byDir[e.path]; ok {
			from = at
			l.doc.Packages[at].Version = e.pkg.Version
		}
	}
	for _, need := range e.needs {
		to := l.connect(from, e.pkg.Name, need)
		if to < 0 {
			continue
		}
		pkg := &l.doc.Packages[to]
		pkg.Direct = true
		if pkg.Constraint == "" {
			spec := need.spec
			if catalog, ok := strings.CutPrefix(spec, "catalog:"); ok && l.catalogs[catalogKey(catalog, need.name)] != "" {
				spec = l.catalogs[catalogKey(catalog, need.name)]
			}
			var asked inventory.Package
			askNpm(&asked, need.name, spec)
			pkg.Constraint = asked.Constraint
		}
	}
}

// connect adds the edge of one name, as seen from a path, and gives the package it gets; -1 for none.
func (l *bunLock) connect(from int, path string, need bunNeed) int {
	to := l.find(path, need.name)
	switch {
	case to < 0 && !need.optional:
		unknownNeed(l.doc, from, need.name)
	case to >= 0 && from >= 0:
		l.doc.Packages[from].Requires = append(l.doc.Packages[from].Requires, to)
	}
	return to
}

// find looks a name up from a path, as from "a/b" in "a/b/name", "a/name", "name".
func (l *bunLock) find(path, name string) int {
	if len(path) > maxName || strings.Count(path, "/") > maxPlaces {
		path = ""
	}
	for path != "" {
		l.scratch = append(append(append(l.scratch[:0], path...), '/'), name...)
		if i, ok := l.byPath[string(l.scratch)]; ok {
			return l.entries[i].position
		}
		path = path[:max(strings.LastIndexByte(path, '/'), 0)]
	}
	if i, ok := l.byPath[name]; ok {
		return l.entries[i].position
	}
	return -1
}

// scopes works out what is there for development only, and what is optional: the file does not say.
func (l *bunLock) scopes() {
	packages := l.doc.Packages
	optional := make([][]int, len(packages))
	for i := range l.entries {
		e := &l.entries[i]
		if e.position < 0 {
			continue
		}
		for _, need := range e.needs {
			if to := l.find(e.path, need.name); need.kind == needOptional && to >= 0 {
				optional[e.position] = append(optional[e.position], to)
			}
		}
		slices.Sort(optional[e.position])
	}
	starts := func(kinds ...needKind) func(func(int)) {
		return func(reach func(int)) {
			for i := range l.members {
				e := &l.members[i]
				for _, need := range e.needs {
					if to := l.find(e.pkg.Name, need.name); to >= 0 && slices.Contains(kinds, need.kind) {
						reach(to)
					}
				}
			}
		}
	}
	everywhere := func(int, int) bool { return true }
	production, development, required := make([]bool, len(packages)), make([]bool, len(packages)), make([]bool, len(packages))
	walk(packages, production, starts(needRequired, needOptional, needPeer), everywhere)
	walk(packages, development, starts(needDevelopment), everywhere)
	walk(packages, required, starts(needRequired, needDevelopment, needPeer), func(from, to int) bool {
		_, may := slices.BinarySearch(optional[from], to)
		return !may
	})
	for i := range packages {
		if strings.HasPrefix(packages[i].Origin, "link:") {
			continue
		}
		if development[i] && !production[i] {
			packages[i].Scope = inventory.Development
		}
		packages[i].Optional = !required[i] && (production[i] || development[i])
	}
}
