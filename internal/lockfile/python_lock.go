package lockfile

import (
	"errors"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// lockedPackages gives the [[package]] or [[packages]] tables of a lock file; a file that has none must say by one of the marks
// that it is a lock file after all.
func lockedPackages(root *tomlTable, key string, marks ...string) ([]tomlValue, error) {
	v := root.find(key)
	if v == nil {
		for _, mark := range marks {
			if root.find(mark) != nil {
				return nil, nil
			}
		}
		return nil, errors.New("it lists no packages: " + errTruncated.Error() + " or no lock file")
	}
	if v.kind != tomlTables && v.kind != tomlArray {
		return nil, errorAt(v.line, "%s is no list", key)
	}
	for i := range v.items {
		if v.items[i].table == nil || v.items[i].table.str("name") == "" {
			return nil, errorAt(v.items[i].line, "a package has no name")
		}
	}
	return v.items, nil
}

// hashesOf joins the hashes of a list of files.
func hashesOf(files []tomlValue) string {
	var sums []string
	for i := range files {
		if t := files[i].dict(); t != nil {
			sums = appendSums(sums, t)
		}
	}
	return strings.Join(sums, " ")
}

// appendSums adds the hash of a file: a text, or a table by algorithm.
func appendSums(sums []string, t *tomlTable) []string {
	if sum := t.str("hash"); sum != "" {
		return append(sums, sum)
	}
	for _, e := range t.dict("hashes").all() {
		if sum := e.value.str(); sum != "" {
			sums = append(sums, e.key+":"+sum)
		}
	}
	return sums
}

// groupsScope gives what the groups of a package mean together: production, if it is needed in one group of it.
func groupsScope(groups []string) inventory.Scope {
	if len(groups) == 0 {
		return inventory.Production
	}
	scope := groupScope(groups[0])
	for _, group := range groups[1:] {
		switch s := groupScope(group); {
		case s == inventory.Production:
			return s
		case s != scope && scope != inventory.Production:
			scope = inventory.Development
		}
	}
	return scope
}

// readPoetryLock reads a poetry.lock. It knows who needs whom, but of what was asked for only what nobody else needs.
func readPoetryLock(path string, data []byte) (*inventory.Document, error) {
	root, err := readTOML(data)
	if err != nil {
		return nil, err
	}
	entries, err := lockedPackages(root, "package", "metadata")
	if err != nil {
		return nil, err
	}
	if root.dict("metadata") == nil {
		return nil, errors.New("it has no [metadata]: " + errTruncated.Error())
	}
	doc := &inventory.Document{Path: path, Format: "poetry.lock", Ecosystem: pyPI, Role: inventory.Lock}
	files := root.dict("metadata", "files") // lock files before version 2
	if files == nil {
		files = root.dict("metadata", "hashes")
	}
	tables := make([]*tomlTable, 0, len(entries))
	for i := range entries {
		t := entries[i].table
		groups := t.strings("groups")
		if len(groups) == 0 {
			groups = []string{t.str("category")}
		}
		p := inventory.Package{
			Ecosystem: pyPI, Name: normalPyName(t.str("name")), Version: t.str("version"), Optional: t.flag("optional"),
			Scope: groupsScope(groups), Line: entries[i].line,
		}
		if badName(p.Name) || badVersion(p.Version) {
			unknownName(doc, t.str("name"))
			continue
		}
		if p.Version == "" {
			return nil, errorAt(p.Line, "%q has no version", p.Name)
		}
		p.Integrity = hashesOf(t.list("files"))
		if p.Integrity == "" {
			p.Integrity = poetryHashes(files.find(t.str("name")))
		}
		p.Origin = poetryOrigin(t.dict("source"))
		doc.Packages = append(doc.Packages, p)
		tables = append(tables, t)
	}
	names := indexNames(doc.Packages)
	for i, t := range tables {
		for _, need := range t.dict("dependencies").all() {
			doc.Packages[i].Requires = append(doc.Packages[i].Requires, names.find(normalPyName(need.key), nil)...)
		}
	}
	tidyEdges(doc.Packages)
	unrequired(doc.Packages)
	return doc, nil
}

// poetryHashes reads the hashes that older lock files keep at their end, as tables of files or as bare sums.
func poetryHashes(v *tomlValue) string {
	if v == nil {
		return ""
	}
	if sums := hashesOf(v.items); sums != "" {
		return sums
	}
	var sums []string
	for i := range v.items {
		if sum := v.items[i].str(); sum != "" {
			sums = append(sums, "sha256:"+sum)
		}
	}
	return strings.Join(sums, " ")
}

func poetryOrigin(t *tomlTable) string {
	url := t.str("url")
	switch t.str("type") {
	case "git":
		ref := t.str("resolved_reference")
		if ref == "" {
			ref = t.str("reference")
		}
		return "git+" + withoutUser(url) + "@" + ref
	case "directory", "file":
		return "file:" + url
	case "":
		return ""
	}
	return withoutUser(url)
}

// readPDMLock reads a pdm.lock. A package asked for with extras stands there twice, and is one.
func readPDMLock(path string, data []byte) (*inventory.Document, error) {
	root, err := readTOML(data)
	if err != nil {
		return nil, err
	}
	entries, err := lockedPackages(root, "package", "metadata")
	if err != nil {
		return nil, err
	}
	doc := &inventory.Document{Path: path, Format: "pdm.lock", Ecosystem: pyPI, Role: inventory.Lock}
	at := map[string]int{}
	needs := make([][]tomlValue, 0, len(entries))
	files := root.dict("metadata", "files") // lock files before version 4.3
	for i := range entries {
		t := entries[i].table
		p := inventory.Package{
			Ecosystem: pyPI, Name: normalPyName(t.str("name")), Version: t.str("version"), Scope: groupsScope(t.strings("groups")),
			Integrity: hashesOf(t.list("files")), Origin: pyTableOrigin(t), Line: entries[i].line,
		}
		if badName(p.Name) || badVersion(p.Version) {
			unknownName(doc, t.str("name"))
			continue
		}
		if p.Integrity == "" {
			p.Integrity = poetryHashes(files.find(t.str("name") + " " + p.Version))
		}
		id := p.Name + "\x00" + p.Version
		n, twice := at[id]
		if !twice {
			n = len(doc.Packages)
			at[id] = n
			doc.Packages = append(doc.Packages, p)
			needs = append(needs, nil)
		}
		if q := &doc.Packages[n]; q.Scope != inventory.Production {
			q.Scope = p.Scope
		}
		needs[n] = append(needs[n], t.list("dependencies")...)
	}
	names := indexNames(doc.Packages)
	for i := range needs {
		for _, need := range needs[i] {
			r, err := parsePyRequirement(need.str())
			if err != nil {
				unknown(doc, "line %d: what %s needs cannot be read", need.line, doc.Packages[i].Name)
				continue
			}
			to := names.find(r.name, func(n int) bool { return r.version == "" || doc.Packages[n].Version == r.version })
			doc.Packages[i].Requires = append(doc.Packages[i].Requires, to...)
		}
	}
	tidyEdges(doc.Packages)
	unrequired(doc.Packages)
	return doc, nil
}

// readPylock reads a pylock.toml, the lock file of PEP 751.
func readPylock(path string, data []byte) (*inventory.Document, error) {
	root, err := readTOML(data)
	if err != nil {
		return nil, err
	}
	entries, err := lockedPackages(root, "packages", "lock-version")
	if err != nil {
		return nil, err
	}
	doc := &inventory.Document{Path: path, Format: "pylock.toml", Ecosystem: pyPI, Role: inventory.Lock}
	defaults := root.strings("default-groups")
	at := map[[3]string]int{}
	var needs [][]tomlValue
	for i := range entries {
		t := entries[i].table
		p := inventory.Package{Ecosystem: pyPI, Name: normalPyName(t.str("name")), Version: t.str("version"), Line: entries[i].line}
		if badName(p.Name) || badVersion(p.Version) {
			unknownName(doc, t.str("name"))
			continue
		}
		pylockPlace(&p, t)
		pylockMarker(&p, t.str("marker"), defaults)
		// What stands there once for each environment is one package.
		id := [3]string{p.Name, p.Version, p.Origin}
		n, twice := at[id]
		if !twice {
			n = len(doc.Packages)
			at[id] = n
			doc.Packages = append(doc.Packages, p)
			needs = append(needs, nil)
		}
		q := &doc.Packages[n]
		q.Optional = q.Optional && p.Optional
		if q.Scope != inventory.Production {
			q.Scope = p.Scope
		}
		needs[n] = append(needs[n], t.list("dependencies")...)
	}
	names := indexNames(doc.Packages)
	for i := range needs {
		for _, need := range needs[i] {
			version := need.dict().str("version")
			to := names.find(normalPyName(need.dict().str("name")), func(n int) bool { return version == "" || doc.Packages[n].Version == version })
			doc.Packages[i].Requires = append(doc.Packages[i].Requires, to...)
		}
	}
	tidyEdges(doc.Packages)
	unrequired(doc.Packages)
	return doc, nil
}

// pylockPlace reads where a package comes from and what its files hash to.
func pylockPlace(p *inventory.Package, t *tomlTable) {
	var sums []string
	for _, key := range []string{"archive", "sdist"} {
		if one := t.dict(key); one != nil {
			sums = appendSums(sums, one)
		}
	}
	for _, wheel := range t.list("wheels") {
		if one := wheel.dict(); one != nil {
			sums = appendSums(sums, one)
		}
	}
	p.Integrity = strings.Join(sums, " ")
	switch vcs, dir, archive := t.dict("vcs"), t.dict("directory"), t.dict("archive"); {
	case vcs != nil:
		where := vcs.str("url")
		if where == "" {
			where = vcs.str("path")
		}
		p.Origin = vcs.str("type") + "+" + withoutUser(where) + "@" + vcs.str("commit-id")
	case dir != nil:
		p.Origin = "file:" + dir.str("path")
	case archive != nil:
		p.Origin = pyTableOrigin(archive)
	default:
		p.Origin = withoutUser(t.str("index"))
	}
}

// pylockMarker reads what a marker says about extras and groups. Other markers, about systems and interpreters, are left to the installer.
func pylockMarker(p *inventory.Package, marker string, defaults []string) {
	if strings.Contains(marker, "in extras") {
		p.Optional = true
	}
	rest := marker
	var groups []string
	for {
		before, after, found := strings.Cut(rest, " in dependency_groups")
		if !found {
			break
		}
		name := strings.TrimRight(before, `"'`)
		groups = append(groups, name[strings.LastIndexAny(name, `"'`)+1:])
		rest = after
	}
	if len(groups) == 0 || strings.Contains(marker, "in extras") {
		return
	}
	if !slices.ContainsFunc(groups, func(g string) bool { return slices.Contains(defaults, g) && groupScope(g) == inventory.Production }) {
		p.Scope = groupsScope(groups)
	}
}
