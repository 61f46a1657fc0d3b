package lockfile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// cargoManifest reads one Cargo.toml.
type cargoManifest struct {
	doc *inventory.Document
	// shared is [workspace.dependencies] of the same file.
	shared *tomlTable
	// elsewhere are dependencies whose version stands in the workspace's file.
	elsewhere []string
}

// readCargoManifest reads a Cargo.toml: what it asks for, its workspace's members, and what it says for them
// (Properties "workspace:NAME" = constraint).
func readCargoManifest(path string, data []byte) (*inventory.Document, error) {
	root, err := readTOML(data)
	if err != nil {
		return nil, err
	}
	m := &cargoManifest{
		doc:    &inventory.Document{Path: path, Format: "Cargo.toml", Ecosystem: cratesIO, Role: inventory.Manifest},
		shared: root.dict("workspace", "dependencies"),
	}
	m.project(root)
	m.tables(root)
	for _, e := range root.dict("target").all() {
		m.tables(e.value.dict())
	}
	for _, e := range m.shared.all() {
		if m.doc.Properties == nil {
			m.doc.Properties = map[string]string{}
		}
		m.doc.Properties["workspace:"+e.key] = constraintOf(&e.value)
	}
	if n := len(m.elsewhere); n > 0 {
		slices.Sort(m.elsewhere)
		names := strings.Join(m.elsewhere[:min(n, 5)], ", ")
		if n > 5 {
			names += fmt.Sprintf(" and %d more", n-5)
		}
		unknown(m.doc, "what is asked for of %s stands in the workspace's Cargo.toml", names)
	}
	return m.doc, nil
}

func (m *cargoManifest) project(root *tomlTable) {
	own, shared := root.dict("package"), root.dict("workspace", "package")
	if own == nil {
		own = root.dict("project") // its old name
	}
	said := func(key string) string {
		v := own.find(key)
		if v != nil && v.kind == tomlDict && v.table.flag("workspace") {
			return shared.str(key)
		}
		return v.str()
	}
	m.doc.Name, m.doc.Version, m.doc.Licence = own.str("name"), said("version"), said("license")
	if m.doc.Licence == "" && shared != nil && own == nil {
		m.doc.Licence = shared.str("license")
	}
	workspace := root.dict("workspace")
	m.doc.Members = workspace.strings("members")
	for _, left := range workspace.strings("exclude") {
		m.doc.Members = append(m.doc.Members, "!"+left)
	}
}

// tables reads the three tables of dependencies, with the spellings Cargo takes.
func (m *cargoManifest) tables(t *tomlTable) {
	for _, kind := range []struct {
		key   string
		scope inventory.Scope
	}{
		{"dependencies", inventory.Production},
		{"dev-dependencies", inventory.Development}, {"dev_dependencies", inventory.Development},
		{"build-dependencies", inventory.Build}, {"build_dependencies", inventory.Build},
	} {
		for _, e := range t.dict(kind.key).all() {
			m.dependency(e, kind.scope)
		}
	}
}

func (m *cargoManifest) dependency(e tomlEntry, scope inventory.Scope) {
	said := e.value
	table := said.dict()
	p := inventory.Package{Ecosystem: cratesIO, Name: e.key, Scope: scope, Direct: true, Optional: table.flag("optional"), Line: e.value.line}
	if table.flag("workspace") {
		shared := m.shared.find(e.key)
		if shared == nil {
			m.elsewhere = append(m.elsewhere, e.key)
		} else {
			said, table = *shared, shared.dict()
		}
	}
	p.Constraint = constraintOf(&said)
	if real := table.str("package"); real != "" {
		p.Name, p.Alias = real, e.key
	}
	switch {
	case table.str("git") != "":
		p.Origin = "git+" + withoutUser(table.str("git"))
		for _, key := range []string{"branch", "tag", "rev"} {
			if v := table.str(key); v != "" {
				p.Origin += "?" + key + "=" + v
			}
		}
	case table.str("path") != "":
		p.Origin = "file:" + table.str("path")
	case table.str("registry") != "":
		p.Origin = "registry:" + table.str("registry")
	case table.str("registry-index") != "":
		p.Origin = withoutUser(table.str("registry-index"))
	}
	if badName(p.Name) || badVersion(p.Constraint) {
		unknownName(m.doc, p.Name)
		return
	}
	// "=1.2.3" names one version.
	if exact, ok := strings.CutPrefix(p.Constraint, "="); ok && p.Origin == "" {
		if exact = strings.TrimSpace(exact); strings.Count(exact, ".") >= 2 && !strings.ContainsAny(exact, ",*<>=~^ ") {
			p.Version = exact
		}
	}
	m.doc.Packages = append(m.doc.Packages, p)
}

// constraintOf gives the version that a dependency's text or table asks for.
func constraintOf(v *tomlValue) string {
	if v.kind == tomlDict {
		return v.table.str("version")
	}
	return v.str()
}

// readCargoConfig reads where crates come from.
func readCargoConfig(path string, data []byte) (*inventory.Document, error) {
	root, err := readTOML(data)
	if err != nil {
		return nil, err
	}
	doc := &inventory.Document{Path: path, Format: ".cargo/config.toml", Ecosystem: cratesIO, Role: inventory.Settings}
	main := "crates-io"
	if next := root.dict("source", main).str("replace-with"); next != "" {
		main = next
	}
	for _, e := range root.dict("source").all() {
		for _, key := range []string{"registry", "local-registry", "directory", "git"} {
			if v := e.value.dict().find(key); v.str() != "" {
				doc.Registries = append(doc.Registries, inventory.Registry{URL: withoutUser(v.text), Extra: e.key != main, Line: v.line})
			}
		}
	}
	for _, e := range root.dict("registries").all() {
		if v := e.value.dict().find("index"); v.str() != "" {
			doc.Registries = append(doc.Registries, inventory.Registry{URL: withoutUser(v.text), Scope: e.key, Extra: true, Line: v.line})
		}
	}
	return doc, nil
}
