package lockfile

import (
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// uvPackage is a [[package]] of a uv.lock.
type uvPackage struct {
	table *tomlTable
	name  string
	// at is its position among the document's packages, -1 for the members of the workspace.
	at int
}

// uvLock reads one uv.lock.
type uvLock struct {
	doc     *inventory.Document
	entries []uvPackage
	names   nameIndex
	asked   []asked
	wanted  []tomlValue // what the members' own manifests ask for
}

// readUVLock reads a uv.lock. The workspace's members are no packages; what they ask for is direct, with the scope it is asked for.
func readUVLock(path string, data []byte) (*inventory.Document, error) {
	root, err := readTOML(data)
	if err != nil {
		return nil, err
	}
	entries, err := lockedPackages(root, "package", "requires-python", "version")
	if err != nil {
		return nil, err
	}
	l := &uvLock{doc: &inventory.Document{Path: path, Format: "uv.lock", Ecosystem: pyPI, Role: inventory.Lock}}
	members := map[string]bool{}
	for _, name := range root.dict("manifest").strings("members") {
		members[normalPyName(name)] = true
	}
	for i := range entries {
		l.entry(&entries[i], members)
	}
	l.names = indexNames(l.doc.Packages)
	for i := range l.entries {
		l.link(&l.entries[i])
	}
	tidyEdges(l.doc.Packages)
	spread(l.doc.Packages, l.asked)
	l.constrain()
	return l.doc, nil
}

// entry reads one package.
func (l *uvLock) entry(v *tomlValue, members map[string]bool) {
	t := v.table
	e := uvPackage{table: t, name: normalPyName(t.str("name")), at: -1}
	p := inventory.Package{Ecosystem: pyPI, Name: e.name, Version: t.str("version"), Line: v.line}
	if badName(e.name) || badVersion(p.Version) {
		unknownName(l.doc, t.str("name"))
		return
	}
	origin, local := uvOrigin(t.dict("source"))
	if local && (origin == "file:." || members[e.name] || t.dict("source").str("virtual") != "") {
		if origin == "file:." || len(members) == 1 {
			l.doc.Name, l.doc.Version = t.str("name"), p.Version
		}
		l.entries = append(l.entries, e)
		return
	}
	p.Origin = origin
	var sums []string
	if sdist := t.dict("sdist"); sdist != nil {
		sums = appendSums(sums, sdist)
	}
	for _, wheel := range t.list("wheels") {
		if one := wheel.dict(); one != nil {
			sums = appendSums(sums, one)
		}
	}
	p.Integrity = strings.Join(sums, " ")
	e.at = len(l.doc.Packages)
	l.doc.Packages = append(l.doc.Packages, p)
	l.entries = append(l.entries, e)
}

// uvOrigin reads a source; local tells that it is a folder.
func uvOrigin(t *tomlTable) (origin string, local bool) {
	for _, key := range []string{"virtual", "editable", "directory"} {
		if v := t.str(key); v != "" {
			return "file:" + v, true
		}
	}
	if v := t.str("registry"); v != "" {
		return withoutUser(v), false
	}
	if v := t.str("git"); v != "" {
		return "git+" + withoutUser(v), false
	}
	return pyTableOrigin(t), false
}

// link reads what a package needs: edges of packages, and what is asked for by members.
func (l *uvLock) link(e *uvPackage) {
	if e.at >= 0 {
		p := &l.doc.Packages[e.at]
		p.Requires = append(p.Requires, l.find(e.table.list("dependencies"))...)
		for _, extra := range e.table.dict("optional-dependencies").all() {
			// They stand in the file only where somebody asks for the extra.
			p.Requires = append(p.Requires, l.find(extra.value.items)...)
		}
		return
	}
	l.ask(e.table.list("dependencies"), inventory.Production, false)
	for _, extra := range e.table.dict("optional-dependencies").all() {
		l.ask(extra.value.items, inventory.Production, true)
	}
	groups := e.table.dict("dev-dependencies")
	if groups == nil {
		groups = e.table.dict("dependency-groups")
	}
	for _, group := range groups.all() {
		l.ask(group.value.items, groupScope(group.key), false)
	}
	metadata := e.table.dict("metadata")
	if metadata == nil {
		return
	}
	l.wanted = append(l.wanted, metadata.list("requires-dist")...)
	for _, key := range []string{"requires-dev", "dependency-groups"} {
		for _, group := range metadata.dict(key).all() {
			l.wanted = append(l.wanted, group.value.items...)
		}
	}
}

// constrain gives direct packages the constraint with which the first member asks for them.
func (l *uvLock) constrain() {
	for i := range l.wanted {
		want := l.wanted[i].dict()
		specifier := want.str("specifier")
		if specifier == "" || badVersion(specifier) {
			continue
		}
		for _, n := range l.names.find(normalPyName(want.str("name")), nil) {
			if p := &l.doc.Packages[n]; p.Direct && p.Constraint == "" {
				p.Constraint = specifier
			}
		}
	}
}

func (l *uvLock) ask(needs []tomlValue, scope inventory.Scope, optional bool) {
	for _, i := range l.find(needs) {
		l.asked = append(l.asked, asked{i, scope, optional})
	}
}

// find gives the packages that entries of a list mean: by name, and by version where a name stands for several.
func (l *uvLock) find(needs []tomlValue) []int {
	var found []int
	for i := range needs {
		t := needs[i].dict()
		version := t.str("version")
		found = append(found, l.names.find(normalPyName(t.str("name")), func(n int) bool {
			return version == "" || l.doc.Packages[n].Version == version
		})...)
	}
	return found
}
