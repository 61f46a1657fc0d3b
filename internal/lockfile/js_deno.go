package lockfile

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// denoLock is a deno.lock while it is read.
type denoLock struct {
	json       *jsonReader
	doc        *inventory.Document
	specifiers map[string]string // "npm:chalk@5" → "5.3.0" or, up to version 3, "npm:chalk@5.3.0"
	asked      []string          // specifiers that the project asks for
	needs      [][]string        // by position: what each package needs, as the file writes it
	byKey      map[string]int    // "npm:chalk@5.3.0" → position
	byName     map[string]int    // "npm:chalk" → position, -1 where there are several
	remote     int               // modules from plain addresses
}

// readDenoLock reads deno.lock of version 2 to 5: the packages from npm and JSR. Modules from plain addresses are counted only.
func readDenoLock(path string, data []byte) (*inventory.Document, error) {
	l := &denoLock{json: newJSON(data), specifiers: map[string]string{}, byKey: map[string]int{}, byName: map[string]int{}}
	l.doc = &inventory.Document{Path: path, Format: "deno.lock", Ecosystem: npm, Role: inventory.Lock}
	if err := l.json.document(l.member); err != nil {
		return nil, err
	}
	if l.remote > 0 {
		unknown(l.doc, "%d modules come from plain addresses; which versions they are is not said", l.remote)
	}
	l.connect()
	noteTwice(l.doc, l.json)
	return l.doc, nil
}

// member reads one member of the file; "packages" of version 3 holds the same members once more.
func (l *denoLock) member(key []byte) error {
	switch string(key) {
	case "specifiers":
		return l.specifier("")
	case "packages":
		return l.json.object(l.member)
	case "npm":
		return l.json.object(func(key []byte) error {
			switch string(key) { // version 2
			case "specifiers":
				return l.specifier("npm:")
			case "packages":
				return l.json.object(func(key []byte) error { return l.entry(npm, "npm:", key) })
			}
			return l.entry(npm, "npm:", key)
		})
	case "jsr":
		return l.json.object(func(key []byte) error { return l.entry(jsr, "jsr:", key) })
	case "remote":
		l.remote = 0
		return l.json.object(func([]byte) error { l.remote++; return l.json.skip() })
	case "workspace":
		return l.json.object(l.workspace)
	}
	return l.json.skip()
}

func (l *denoLock) specifier(scheme string) error {
	return l.json.object(func(key []byte) error {
		var to string
		err := l.json.text(&to)
		l.specifiers[scheme+string(key)] = to
		return err
	})
}

// workspace reads what the project and its members ask for.
func (l *denoLock) workspace(key []byte) error {
	switch string(key) {
	case "dependencies":
		return l.json.array(func(int) error {
			var specifier string
			err := l.json.text(&specifier)
			l.asked = append(l.asked, specifier)
			return err
		})
	case "packageJson":
		return l.json.object(l.workspace)
	case "members":
		return l.json.object(func(key []byte) error {
			l.doc.Members = append(l.doc.Members, strings.TrimPrefix(string(key), "./"))
			return l.json.object(l.workspace)
		})
	}
	return l.json.skip()
}

// entry reads one package. What it needs is a list of "name" or "name@version", or in version 3 an object with those as values.
func (l *denoLock) entry(ecosystem, scheme string, key []byte) error {
	if len(l.doc.Packages) >= maxPackages {
		return l.json.fail(errTooMany)
	}
	full := string(key)
	name, version := splitAt(full)
	version, _, _ = strings.Cut(version, "_") // what follows says which peers it was resolved with
	pkg := inventory.Package{Ecosystem: ecosystem, Name: name, Version: version, Line: l.json.line()}
	var needs []string
	need := func(int) error {
		var text string
		err := l.json.text(&text)
		if needs = append(needs, text); len(needs) > maxPackages {
			return l.json.fail(errTooMany)
		}
		return err
	}
	err := l.json.object(func(key []byte) error {
		switch string(key) {
		case "integrity":
			return l.json.text(&pkg.Integrity)
		case "tarball":
			err := l.json.text(&pkg.Origin)
			pkg.Origin = withoutUser(pkg.Origin)
			return err
		case "deprecated":
			return readDeprecated(l.json, &pkg.Deprecated)
		case "scripts":
			return l.json.flag(&pkg.InstallScript)
		case "dependencies", "optionalDependencies", "optionalPeers":
			if l.json.kind() == '{' {
				return l.json.object(func([]byte) error { return need(0) })
			}
			return l.json.array(need)
		}
		return l.json.skip()
	})
	if err != nil {
		return err
	}
	if badName(pkg.Name) || badVersion(pkg.Version) {
		unknownName(l.doc, pkg.Name)
		return nil
	}
	l.keep(scheme, full, pkg, needs)
	return nil
}

// keep adds a package under its key; what differs only in its peers is one package.
func (l *denoLock) keep(scheme, full string, pkg inventory.Package, needs []string) {
	plain := scheme + pkg.Name + "@" + pkg.Version
	at, ok := l.byKey[plain]
	if !ok {
		at = len(l.doc.Packages)
		l.byKey[plain] = at
		l.doc.Packages = append(l.doc.Packages, pkg)
		l.needs = append(l.needs, nil)
		if _, several := l.byName[scheme+pkg.Name]; several {
			l.byName[scheme+pkg.Name] = -1
		} else {
			l.byName[scheme+pkg.Name] = at
		}
	}
	l.byKey[scheme+full] = at
	l.needs[at] = append(l.needs[at], needs...)
}

// connect turns what packages need into edges, and marks what the project asks for.
func (l *denoLock) connect() {
	needed := make([]bool, len(l.doc.Packages))
	for from := range l.doc.Packages {
		scheme := "npm:"
		if l.doc.Packages[from].Ecosystem == jsr {
			scheme = "jsr:"
		}
		var own []int
		for _, need := range l.needs[from] {
			if to := l.find(scheme, need); to >= 0 {
				own = append(own, to)
				needed[to] = needed[to] || to != from
			}
		}
		slices.Sort(own)
		l.doc.Packages[from].Requires = slices.Compact(own)
	}
	for _, specifier := range l.asked {
		to := l.find("", specifier)
		if to < 0 {
			unknownNeed(l.doc, -1, specifier)
			continue
		}
		pkg := &l.doc.Packages[to]
		pkg.Direct = true
		_, constraint := splitAt(specifier[strings.IndexByte(specifier, ':')+1:])
		pkg.Constraint = constraint
	}
	if len(l.asked) > 0 {
		return
	}
	for specifier := range l.specifiers { // without a list, what the sources import is direct
		if to := l.find("", specifier); to >= 0 && !needed[to] {
			l.doc.Packages[to].Direct = true
		}
	}
}

// find gives the package that a need or specifier leads to, -1 for none.
func (l *denoLock) find(scheme, need string) int {
	if scheme == "" || strings.HasPrefix(need, "npm:") || strings.HasPrefix(need, "jsr:") {
		var ok bool
		if scheme, _, ok = strings.Cut(need, ":"); !ok {
			return -1
		}
		scheme += ":"
		need = need[len(scheme):]
	}
	name, _ := splitAt(need)
	for _, key := range []string{need, name + "@" + l.specifiers[scheme+need], strings.TrimPrefix(l.specifiers[scheme+need], scheme)} {
		if at, ok := l.byKey[scheme+key]; ok {
			return at
		}
	}
	if at, ok := l.byName[scheme+name]; ok {
		return at
	}
	return -1
}
