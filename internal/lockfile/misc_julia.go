package lockfile

import (
	"github.com/reevehq/reeve/internal/inventory"
)

// readJulia reads Manifest.toml of both formats (https://pkgdocs.julialang.org/v1/toml-files/); nil for another file of that name.
func readJulia(file string, data []byte) (*inventory.Document, error) {
	root, err := readTOML(data)
	if err != nil {
		return nil, err
	}
	entries := root.all()
	if root.find("julia_version") != nil || root.find("manifest_format") != nil {
		entries = root.dict("deps").all()
		if format := root.find("manifest_format"); format == nil || format.text == "1.0" || root.dict("deps") == nil {
			entries = root.all()
		}
	} else if len(entries) > 0 && entries[0].value.kind != tomlTables {
		return nil, nil
	}
	doc := &inventory.Document{Path: file, Format: "Manifest.toml", Ecosystem: "Julia", Role: inventory.Lock}
	at := map[string]int{}
	byUUID := map[string]int{}
	var tables []*tomlTable
	bundled := 0
	for _, e := range entries {
		if e.value.kind != tomlTables {
			continue
		}
		for i := range e.value.items {
			t := e.value.items[i].table
			p := inventory.Package{Ecosystem: "Julia", Name: e.key, Version: t.str("version"), Line: e.value.items[i].line}
			if hash := t.str("git-tree-sha1"); hash != "" {
				p.Integrity = "git-tree-sha1:" + hash
			}
			if u := t.str("repo-url"); u != "" {
				p.Origin = "git+" + withoutUser(u) + "#" + first(t.str("repo-rev"), "HEAD")
			} else if folder := t.str("path"); folder != "" {
				p.Origin = "file:" + folder
			}
			if badName(p.Name) || badVersion(p.Version) || badVersion(p.Origin) || badVersion(p.Integrity) {
				unknownName(doc, p.Name)
				continue
			}
			if p.Version == "" && p.Integrity == "" && p.Origin == "" {
				bundled++
			}
			at[p.Name] = len(doc.Packages)
			byUUID[t.str("uuid")] = len(doc.Packages)
			doc.Packages = append(doc.Packages, p)
			tables = append(tables, t)
		}
	}
	for i, t := range tables {
		for _, need := range t.strings("deps") {
			if to, ok := at[need]; ok {
				doc.Packages[i].Requires = append(doc.Packages[i].Requires, to)
			}
		}
		for _, need := range t.dict("deps").all() {
			if to, ok := byUUID[need.value.str()]; ok {
				doc.Packages[i].Requires = append(doc.Packages[i].Requires, to)
			}
		}
	}
	if bundled > 0 {
		unknown(doc, "%d packages come with Julia %s itself and have no version of their own", bundled, shorten(root.str("julia_version")))
	}
	return doc, nil
}
