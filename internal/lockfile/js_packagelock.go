package lockfile

import (
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// needKind says in which list of a package.json a need stands.
type needKind uint8

const (
	needRequired needKind = iota
	needDevelopment
	needOptional
	needPeer
	needKinds
	needTool = needKinds // what a project's package manager itself needs (pnpm)
)

// npmNeed is one name that an entry asks for.
type npmNeed struct {
	name, spec int32 // numbers in the tree's names and in npmLock.specs
	next       int32 // the next of the same kind and entry, 0 for none
}

// npmEntry is one entry of package-lock.json. Its package is the one of npmLock.pkgs in the same position.
type npmEntry struct {
	path     string // only the name in version 1
	place    int32
	inModule bool             // stands in a node_modules folder
	link     bool             // is a link to another entry
	needs    [needKinds]int32 // the first of each kind in npmLock.needs, 0 for none
	position int              // of its package in the document, -1 where it is none
	target   int32            // the entry that a link leads to, -1 for none
}

// npmLock is a package-lock.json while it is read.
type npmLock struct {
	json    *jsonReader
	doc     *inventory.Document
	tree    *moduleTree
	entries []npmEntry
	pkgs    []inventory.Package
	needs   []npmNeed
	specs   []string
	// version is lockfileVersion; workspaces tells that the project has members.
	version    int
	workspaces bool
	modern     bool // has "packages", as from version 2 on
	// optional are the optional names of the entry optionalOf.
	optional   map[int32]bool
	optionalOf *npmEntry
}

// readPackageLock reads package-lock.json and npm-shrinkwrap.json of all versions.
func readPackageLock(path string, data []byte) (*inventory.Document, error) {
	l := &npmLock{json: newJSON(data)}
	l.doc = &inventory.Document{Path: path, Format: "package-lock.json", Ecosystem: npm, Role: inventory.Lock}
	l.reset(0)
	err := l.json.document(func(key []byte) error {
		switch string(key) {
		case "name":
			return l.json.text(&l.doc.Name)
		case "version":
			return l.json.text(&l.doc.Version)
		case "lockfileVersion":
			return l.json.number(&l.version)
		case "packages":
			l.reset(len(data) / 600)
			l.modern = true
			return l.json.members(l.packages)
		case "dependencies":
			if l.modern {
				return l.json.skip()
			}
			l.reset(len(data) / 300)
			return l.json.members(func(key []byte) error { return l.nested(0, key) })
		}
		return l.json.skip()
	})
	if err != nil {
		return nil, err
	}
	if l.version > 3 {
		unknown(l.doc, "lockfileVersion %d is newer than what is known here (3); parts of it may have been missed", l.version)
	}
	l.finish()
	noteTwice(l.doc, l.json)
	return l.doc, nil
}

// noteTwice notes the keys that stood twice.
func noteTwice(doc *inventory.Document, r *jsonReader) {
	for _, key := range r.twice {
		unknown(doc, "the key %.80q stands twice in the same object; the last one holds", key)
	}
}

// reset starts with nothing read, and room for some packages.
func (l *npmLock) reset(room int) {
	room = min(room, 1<<13) // more must prove itself
	l.tree = newModuleTree(room)
	l.entries = make([]npmEntry, 0, room)
	l.pkgs = make([]inventory.Package, 0, room)
	l.needs = make([]npmNeed, 1, 1+4*room)
	l.specs = []string{""}
	l.workspaces = false
}

// entry makes or finds the entry of a place, emptied; -1 for a place that is too deep.
func (l *npmLock) entry(place int32, key []byte) int32 {
	if place < 0 {
		unknown(l.doc, "%.80q stands too deep in folders and was left out", key)
		return -1
	}
	i := l.tree.holds[place]
	if i < 0 {
		i = int32(len(l.entries))
		l.tree.holds[place] = i
		l.entries = append(l.entries, npmEntry{})
		l.pkgs = append(l.pkgs, inventory.Package{})
	} else {
		l.json.standsTwice(key)
	}
	l.entries[i] = npmEntry{place: place, position: -1, target: -1}
	l.pkgs[i] = inventory.Package{Line: l.json.line()}
	return i
}

// packages reads one member of "packages": the key is a path.
func (l *npmLock) packages(key []byte) error {
	if len(l.entries) >= maxPackages {
		return l.json.fail(errTooMany)
	}
	path := string(key)
	place, inModule := l.tree.place(path)
	i := l.entry(place, key)
	if i < 0 {
		return l.json.skip()
	}
	l.entries[i].path, l.entries[i].inModule = path, inModule
	return l.json.object(func(key []byte) error { return l.member(i, key) })
}

// nested reads one member of "dependencies" in version 1: the key is a name, and what it has for itself stands in it.
func (l *npmLock) nested(parent int32, key []byte) error {
	if len(l.entries) >= maxPackages {
		return l.json.fail(errTooMany)
	}
	name := l.tree.number(key)
	place := l.tree.child(parent, name)
	i := l.entry(place, key)
	if i < 0 {
		return l.json.skip()
	}
	l.entries[i].path, l.entries[i].inModule = l.tree.names[name], true
	return l.json.object(func(key []byte) error {
		switch string(key) {
		case "requires":
			return l.list(i, needRequired)
		case "dependencies":
			return l.json.members(func(key []byte) error { return l.nested(place, key) })
		}
		return l.member(i, key)
	})
}

// member reads one member of an entry.
func (l *npmLock) member(i int32, key []byte) error {
	r, e, pkg := l.json, &l.entries[i], &l.pkgs[i]
	switch string(key) {
	case "name":
		return r.text(&pkg.Name)
	case "version":
		return r.short(&pkg.Version)
	case "resolved":
		return r.text(&pkg.Origin)
	case "integrity":
		return r.text(&pkg.Integrity)
	case "license":
		return readLicence(r, &pkg.Licence)
	case "deprecated":
		return readDeprecated(r, &pkg.Deprecated)
	case "hasInstallScript":
		return r.flag(&pkg.InstallScript)
	case "link":
		return r.flag(&e.link)
	case "dev":
		return l.scope(pkg)
	case "optional", "devOptional":
		var yes bool
		err := r.flag(&yes)
		pkg.Optional = pkg.Optional || yes
		return err
	case "dependencies":
		return l.list(i, needRequired)
	case "optionalDependencies":
		return l.list(i, needOptional)
	case "peerDependencies":
		return l.list(i, needPeer)
	case "devDependencies":
		if !e.inModule {
			return l.list(i, needDevelopment)
		}
	case "workspaces":
		if e.place == 0 {
			l.workspaces = true
			l.doc.Members = nil
			return readWorkspaces(r, l.doc)
		}
	}
	return r.skip()
}

// scope reads the flag that a package is there for development only.
func (l *npmLock) scope(pkg *inventory.Package) error {
	var yes bool
	err := l.json.flag(&yes)
	pkg.Scope = inventory.Production
	if yes {
		pkg.Scope = inventory.Development
	}
	return err
}

// list reads the names that an entry asks for. Where a list stands twice, the last one holds.
func (l *npmLock) list(i int32, kind needKind) error {
	e := &l.entries[i]
	e.needs[kind] = 0
	return l.json.object(func(key []byte) error {
		if len(l.needs) > maxNeeds {
			return l.json.fail(errTooMany)
		}
		need := npmNeed{name: l.tree.number(key), next: e.needs[kind]}
		if !e.inModule && l.json.kind() == '"' {
			need.spec = int32(len(l.specs))
			l.specs = append(l.specs, "")
			if err := l.json.short(&l.specs[need.spec]); err != nil {
				return err
			}
		} else if err := l.json.skip(); err != nil {
			return err
		}
		e.needs[kind] = int32(len(l.needs))
		l.needs = append(l.needs, need)
		return nil
	})
}

// readLicence reads a licence: an SPDX expression, or the older {"type": …}, or a list of either.
func readLicence(r *jsonReader, licence *string) error {
	*licence = ""
	switch r.kind() {
	case '{':
		return r.object(func(key []byte) error {
			if string(key) == "type" || string(key) == "name" && *licence == "" {
				return r.short(licence)
			}
			return r.skip()
		})
	case '[':
		var all []string
		err := r.array(func(int) error {
			var one string
			err := readLicence(r, &one)
			if one != "" {
				all = append(all, one)
			}
			return err
		})
		*licence = strings.Join(all, " OR ")
		return err
	}
	err := r.short(licence)
	*licence = strings.TrimSpace(*licence)
	return err
}

// readDeprecated reads what is said of a package that was given up: a sentence, or only true.
func readDeprecated(r *jsonReader, text *string) error {
	*text = ""
	if r.kind() == 't' {
		*text = "deprecated"
	}
	if r.kind() == '"' {
		return r.text(text)
	}
	return r.skip()
}
