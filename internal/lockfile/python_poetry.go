package lockfile

import (
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// poetry reads [tool.poetry].
func (p *pyProject) poetry(t *tomlTable) {
	if t == nil {
		return
	}
	if p.doc.Name == "" {
		p.doc.Name, p.doc.Licence = t.str("name"), t.str("license")
	}
	if p.doc.Version == "" {
		p.doc.Version = t.str("version")
	}
	sources := p.poetrySources(t)
	known := map[string]int{}
	for i := range p.doc.Packages {
		if q := &p.doc.Packages[i]; q.Scope == inventory.Production {
			known[q.Name] = i
		}
	}
	for _, e := range t.dict("dependencies").all() {
		// Beside [project] this table only says where a package comes from.
		if i, twice := known[normalPyName(e.key)]; twice {
			if origin := pyTableOrigin(e.value.dict()); origin != "" {
				p.doc.Packages[i].Origin = origin
			}
			continue
		}
		p.poetryDependency(e, pyClaim{}, sources)
	}
	for _, e := range t.dict("dev-dependencies").all() {
		p.poetryDependency(e, pyClaim{scope: inventory.Development}, sources)
	}
	for _, group := range t.dict("group").all() {
		claim := pyClaim{scope: groupScope(group.key), optional: group.value.dict().flag("optional")}
		for _, e := range group.value.dict().dict("dependencies").all() {
			p.poetryDependency(e, claim, sources)
		}
	}
}

// pySource is a named place that single packages may be taken from.
type pySource struct {
	url      string
	explicit bool
}

// poetrySources reads [[tool.poetry.source]].
func (p *pyProject) poetrySources(t *tomlTable) map[string]pySource {
	named := map[string]pySource{}
	for _, v := range t.list("source") {
		s := v.dict()
		url := withoutUser(s.str("url"))
		if url == "" && strings.EqualFold(s.str("name"), "pypi") {
			url = "https://pypi.org/simple"
		}
		if url == "" {
			continue
		}
		priority := s.str("priority")
		named[s.str("name")] = pySource{url, priority == "explicit"}
		if priority == "explicit" {
			continue
		}
		extra := priority == "supplemental" || priority == "secondary" || s.flag("secondary")
		p.doc.Registries = append(p.doc.Registries, inventory.Registry{URL: url, Extra: extra, Line: v.line})
	}
	return named
}

// poetryDependency reads one entry: a text, a table, or a list of tables for different environments.
func (p *pyProject) poetryDependency(e tomlEntry, claim pyClaim, sources map[string]pySource) {
	if e.key == "python" {
		return
	}
	if items := e.value.items; len(items) > 0 {
		for i := range items {
			if items[i].table != nil {
				p.poetryDependency(tomlEntry{e.key, items[i]}, claim, sources)
			}
		}
		return
	}
	t := e.value.dict()
	claim.line = e.value.line
	claim.optional = claim.optional || t.flag("optional")
	p.namedDependency(e, claim, sources)
}

// namedDependency adds a package that is written as a key with a constraint or table, as Poetry and Pipenv do.
func (p *pyProject) namedDependency(e tomlEntry, claim pyClaim, sources map[string]pySource) {
	t := e.value.dict()
	name := normalPyName(e.key)
	if badName(name) {
		unknownName(p.doc, e.key)
		return
	}
	pkg := inventory.Package{Name: name, Constraint: constraintOf(&e.value), Origin: pyTableOrigin(t)}
	if pkg.Origin == "file:." {
		return // the project itself
	}
	if badVersion(pkg.Constraint) {
		unknownName(p.doc, e.key+" "+pkg.Constraint)
		return
	}
	pkg.Version = exactPy(pkg.Constraint)
	from := t.str("source")
	if from == "" {
		from = t.str("index")
	}
	if s, ok := sources[from]; ok && from != "" {
		pkg.Origin = s.url
		if s.explicit {
			p.doc.Registries = append(p.doc.Registries, inventory.Registry{URL: s.url, Scope: name, Extra: true, Line: claim.line})
		}
	}
	p.add(pkg, claim)
}

// exactPy gives the one version that a constraint allows, "" where it allows others. A bare version is exact, too.
func exactPy(constraint string) string {
	version := strings.TrimSpace(strings.TrimLeft(constraint, "="))
	if version == "" || version[0] < '0' || version[0] > '9' || strings.ContainsAny(version, "<>=!~^*, |") {
		return ""
	}
	return version
}

// readPipfile reads a Pipfile.
func readPipfile(path string, data []byte) (*inventory.Document, error) {
	root, err := readTOML(data)
	if err != nil {
		return nil, err
	}
	p := &pyProject{doc: &inventory.Document{Path: path, Format: "Pipfile", Ecosystem: pyPI, Role: inventory.Manifest}}
	sources := map[string]pySource{}
	for i, v := range root.list("source") {
		if url := withoutUser(v.dict().str("url")); url != "" {
			// Pipenv looks in the first place only; in the others where a package names them.
			sources[v.dict().str("name")] = pySource{url, i > 0}
			if i == 0 {
				p.doc.Registries = append(p.doc.Registries, inventory.Registry{URL: url, Line: v.line})
			}
		}
	}
	for _, table := range root.all() {
		claim := pyClaim{}
		switch table.key {
		case "source", "requires", "scripts", "pipenv":
			continue
		case "packages":
		case "dev-packages":
			claim.scope = inventory.Development
		default:
			claim.scope = groupScope(table.key)
		}
		for _, e := range table.value.dict().all() {
			claim.line = e.value.line
			p.namedDependency(e, claim, sources)
		}
	}
	return p.doc, nil
}
