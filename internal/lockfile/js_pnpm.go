package lockfile

import (
	"bytes"
	"errors"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// pnpmLock is a pnpm-lock.yaml while it is read.
type pnpmLock struct {
	doc       *inventory.Document
	yaml      *yamlReader
	firstLine int    // lines before the part of the file that is read
	version   string // lockfileVersion
	importers []pnpmImporter
	entries   []pnpmEntry
	pkgs      []inventory.Package // those of entries
	snapshots []pnpmEntry         // from version 9 on: what entries need
	split     bool                // has snapshots
	needs     []pnpmNeed
	catalogs  map[string]string
	texts     map[string]string
	twice     []string
}

// pnpmImporter is the project, or a member of its workspace.
type pnpmImporter struct {
	dir        string
	line       int
	needs      pnpmNeeds
	specifiers map[string]string
}

// pnpmEntry is an entry of packages or snapshots.
type pnpmEntry struct {
	key      string
	needs    pnpmNeeds
	optional bool
}

// pnpmNeed is one name that an importer or entry asks for, and which version it gets.
type pnpmNeed struct {
	name, ref, specifier string
	kind                 needKind
}

// pnpmNeeds are the parts of pnpmLock.needs that belong to one importer or entry, by kind.
type pnpmNeeds [needKinds + 1]struct{ from, to int }

// each calls do for every need of an importer or entry, until it says no.
func (l *pnpmLock) each(needs *pnpmNeeds, do func(need *pnpmNeed) bool) {
	for _, part := range needs {
		for i := part.from; i < part.to; i++ {
			if !do(&l.needs[i]) {
				return
			}
		}
	}
}

// readPnpmLock reads pnpm-lock.yaml with lockfileVersion 5, 6 and 9.
func readPnpmLock(path string, data []byte) (*inventory.Document, error) {
	var l *pnpmLock
	fresh := func() {
		room := min(len(data)/300, 1<<13) // more must prove itself
		l = &pnpmLock{texts: make(map[string]string, room), catalogs: map[string]string{}, needs: make([]pnpmNeed, 0, 4*room),
			entries: make([]pnpmEntry, 0, room), pkgs: make([]inventory.Package, 0, room)}
		l.doc = &inventory.Document{Path: path, Format: "pnpm-lock.yaml", Ecosystem: npm, Role: inventory.Lock}
	}
	fresh()
	var parts [][]byte // the tools of the project itself may stand in a document of their own before the project's
	for rest := data; len(rest) > 0; {
		part, after, found := bytes.Cut(rest, []byte("\n---\n"))
		if start := bytes.TrimSpace(part); found && (len(start) == 0 || start[0] == '%') { // what stands before the only document
			part, after = rest, nil
		}
		parts = append(parts, part)
		rest = after
	}
	line := 0
	for _, part := range parts {
		kept, firstLine := *l, line
		err := readYAML(part, func(r *yamlReader) error {
			*l = kept // what an earlier attempt read is forgotten
			l.yaml, l.firstLine = r, firstLine
			err := r.mapping(-1, l.member)
			l.twice = append(l.twice, r.twice...)
			return err
		})
		if err != nil {
			return nil, err
		}
		line += bytes.Count(part, []byte{'\n'}) + 2
	}
	if l.version == "" {
		return nil, errors.New("lockfileVersion is missing")
	}
	if err := l.finish(len(data) > 0 && data[len(data)-1] == '\n'); err != nil {
		return nil, err
	}
	for _, key := range l.twice {
		unknown(l.doc, "the key %.80q stands twice in the same mapping", key)
	}
	return l.doc, nil
}

// text keeps a text once.
func (l *pnpmLock) text(b []byte) string {
	if known, ok := l.texts[string(b)]; ok {
		return known
	}
	text := string(b)
	if len(text) < 100 {
		l.texts[text] = text
	}
	return text
}

// line is the line of the key just read: the reader is at the next one.
func (l *pnpmLock) line() int { return l.firstLine + l.yaml.keyLine() }

// member reads one member of the file.
func (l *pnpmLock) member(key []byte, value yamlValue) error {
	switch string(key) {
	case "lockfileVersion":
		l.version = string(value.text)
	case "importers":
		return l.yaml.members(value, func(key []byte, value yamlValue) error {
			if len(key) > maxName {
				unknown(l.doc, "the importer in line %d has no possible path and was left out", l.line())
				return nil
			}
			l.importers = append(l.importers, pnpmImporter{dir: string(key), line: l.line()})
			i := len(l.importers) - 1
			return l.yaml.members(value, func(key []byte, value yamlValue) error { return l.importer(i, key, value) })
		})
	case "dependencies", "devDependencies", "optionalDependencies", "specifiers":
		if len(l.importers) == 0 || l.importers[0].dir != "." {
			l.importers = append([]pnpmImporter{{dir: "."}}, l.importers...)
		}
		return l.importer(0, key, value)
	case "catalogs":
		return l.yaml.members(value, l.catalog)
	case "packages":
		return l.yaml.members(value, l.entry)
	case "snapshots":
		l.split = true
		return l.yaml.members(value, l.snapshot)
	}
	return nil
}

func (l *pnpmLock) catalog(key []byte, value yamlValue) error {
	catalog := string(key)
	return l.yaml.members(value, func(key []byte, value yamlValue) error {
		name := string(key)
		return l.yaml.members(value, func(key []byte, value yamlValue) error {
			if string(key) == "specifier" {
				l.catalogs[catalogKey(catalog, name)] = string(value.text)
			}
			return nil
		})
	})
}

// importer reads one member of an importer.
func (l *pnpmLock) importer(i int, key []byte, value yamlValue) error {
	var kind needKind
	switch string(key) {
	case "dependencies":
		kind = needRequired
	case "optionalDependencies":
		kind = needOptional
	case "devDependencies":
		kind = needDevelopment
	case "configDependencies", "packageManagerDependencies":
		kind = needTool
	case "specifiers":
		l.importers[i].specifiers = map[string]string{}
		return l.yaml.members(value, func(key []byte, value yamlValue) error {
			l.importers[i].specifiers[string(key)] = string(value.text)
			return nil
		})
	default:
		return nil
	}
	return l.list(&l.importers[i].needs, value, kind)
}

// list reads the names of one list and the versions they get.
func (l *pnpmLock) list(needs *pnpmNeeds, value yamlValue, kind needKind) error {
	needs[kind].from = len(l.needs)
	err := l.yaml.members(value, func(key []byte, value yamlValue) error {
		if len(l.needs) >= maxNeeds {
			return l.yaml.fail(errTooMany)
		}
		need := pnpmNeed{name: l.text(key), kind: kind}
		if value.kind == 's' {
			need.ref = l.text(value.text)
		}
		err := l.yaml.members(value, func(key []byte, value yamlValue) error {
			switch string(key) {
			case "specifier":
				need.specifier = l.text(value.text)
			case "version":
				need.ref = l.text(value.text)
			}
			return nil
		})
		l.needs = append(l.needs, need)
		return err
	})
	needs[kind].to = len(l.needs)
	return err
}

// entry reads one member of packages.
func (l *pnpmLock) entry(key []byte, value yamlValue) error {
	if len(l.entries) >= maxPackages {
		return l.yaml.fail(errTooMany)
	}
	e := pnpmEntry{key: string(key)}
	pkg := inventory.Package{Line: l.line()}
	err := l.yaml.members(value, func(key []byte, value yamlValue) error {
		switch string(key) {
		case "name":
			pkg.Name = string(value.text)
		case "version":
			pkg.Version = string(value.text)
		case "resolution":
			return l.resolution(&pkg, value)
		case "deprecated":
			if pkg.Deprecated = string(value.text); pkg.Deprecated == "" || pkg.Deprecated == "true" {
				pkg.Deprecated = "deprecated"
			}
		case "requiresBuild":
			pkg.InstallScript = string(value.text) == "true"
		case "dev":
			if string(value.text) == "true" {
				pkg.Scope = inventory.Development
			}
		}
		return l.needsOf(&e, key, value)
	})
	l.entries, l.pkgs = append(l.entries, e), append(l.pkgs, pkg)
	return err
}

// needsOf reads those members that packages had up to version 6 and snapshots have since.
func (l *pnpmLock) needsOf(e *pnpmEntry, key []byte, value yamlValue) (err error) {
	switch string(key) {
	case "optional":
		e.optional = string(value.text) == "true"
	case "dependencies":
		err = l.list(&e.needs, value, needRequired)
	case "optionalDependencies":
		err = l.list(&e.needs, value, needOptional)
	}
	return err
}

// snapshot reads one member of snapshots.
func (l *pnpmLock) snapshot(key []byte, value yamlValue) error {
	if len(l.snapshots) >= maxPackages {
		return l.yaml.fail(errTooMany)
	}
	e := pnpmEntry{key: string(key)}
	err := l.yaml.members(value, func(key []byte, value yamlValue) error { return l.needsOf(&e, key, value) })
	l.snapshots = append(l.snapshots, e)
	return err
}

// resolution reads where an entry comes from.
func (l *pnpmLock) resolution(pkg *inventory.Package, value yamlValue) error {
	var kind, directory, repo, commit, tarball string
	err := l.yaml.members(value, func(key []byte, value yamlValue) error {
		switch string(key) {
		case "integrity":
			pkg.Integrity = string(value.text)
		case "tarball":
			tarball = string(value.text)
		case "type":
			kind = string(value.text)
		case "directory":
			directory = string(value.text)
		case "repo":
			repo = string(value.text)
		case "commit":
			commit = string(value.text)
		}
		return nil
	})
	switch {
	case directory != "":
		pkg.Origin = "file:" + directory
	case repo != "" && (kind == "git" || commit != ""):
		pkg.Origin = "git+" + strings.TrimPrefix(withoutUser(repo), "git+") + "#" + commit
	default:
		pkg.Origin = withoutUser(tarball)
	}
	return err
}
