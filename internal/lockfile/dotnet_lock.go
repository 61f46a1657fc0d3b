package lockfile

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// nugetEntry is one package of one target framework.
type nugetEntry struct {
	name, version, kind, requested, hash string
	needs                                []string
	line                                 int
}

// nugetGraph brings together the packages of several target frameworks.
type nugetGraph struct {
	doc *inventory.Document
	// at finds a package by its name in small letters and version, frame by framework and name.
	at    map[[2]string]int
	frame map[[2]string]int
	edges []nugetEdge
}

type nugetEdge struct {
	from      int
	framework string
	name      string
}

func newNugetGraph(doc *inventory.Document) *nugetGraph {
	return &nugetGraph{doc: doc, at: map[[2]string]int{}, frame: map[[2]string]int{}}
}

// add takes down an entry; it gives its position, -1 where it is no package.
func (g *nugetGraph) add(framework string, e nugetEntry) int {
	if badName(e.name) || badVersion(e.version) || badVersion(e.requested) {
		unknownName(g.doc, e.name)
		return -1
	}
	lower := strings.ToLower(e.name)
	i, ok := g.at[[2]string{lower, e.version}]
	if !ok {
		i = len(g.doc.Packages)
		g.at[[2]string{lower, e.version}] = i
		p := inventory.Package{Ecosystem: nuget, Name: e.name, Version: e.version, Line: e.line}
		if strings.EqualFold(e.kind, "project") {
			p.Origin = "link:" + e.name
		} else if e.version == "" {
			unknown(g.doc, "line %d: the version of %s is not stated", e.line, e.name)
		}
		if e.hash != "" && !badName(e.hash) {
			p.Integrity = "sha512-" + strings.TrimPrefix(e.hash, "sha512-")
		}
		g.doc.Packages = append(g.doc.Packages, p)
	}
	p := &g.doc.Packages[i]
	if strings.EqualFold(e.kind, "direct") {
		p.Direct, p.Constraint = true, first(p.Constraint, e.requested)
	}
	g.frame[[2]string{framework, lower}] = i
	for _, name := range e.needs {
		g.edges = append(g.edges, nugetEdge{i, framework, strings.ToLower(name)})
	}
	return i
}

// find gives the package that a name means in a framework. One for a runtime ("net8.0/linux-x64") holds only what differs.
func (g *nugetGraph) find(framework, lower string) (int, bool) {
	i, ok := g.frame[[2]string{framework, lower}]
	if base, _, cut := strings.Cut(framework, "/"); !ok && cut {
		i, ok = g.frame[[2]string{base, lower}]
	}
	return i, ok
}

// connect turns names into edges. A name that stands nowhere is said to be missing.
func (g *nugetGraph) connect() {
	for _, e := range g.edges {
		to, ok := g.find(e.framework, e.name)
		if !ok {
			unknown(g.doc, "%s needs %q for %s, which the file does not list", g.doc.Packages[e.from].Name, shorten(e.name), e.framework)
			continue
		}
		g.doc.Packages[e.from].Requires = append(g.doc.Packages[e.from].Requires, to)
	}
	for i := range g.doc.Packages {
		slices.Sort(g.doc.Packages[i].Requires)
		g.doc.Packages[i].Requires = slices.Compact(g.doc.Packages[i].Requires)
	}
}

// readNugetLock reads packages.lock.json of all versions.
func readNugetLock(file string, data []byte) (*inventory.Document, error) {
	doc := &inventory.Document{Path: file, Format: "packages.lock.json", Ecosystem: nuget, Role: inventory.Lock}
	g := newNugetGraph(doc)
	r := newJSON(data)
	found := false
	err := r.document(func(key []byte) error {
		if string(key) != "dependencies" {
			return r.skip()
		}
		found = true
		return r.object(func(key []byte) error {
			framework := string(key)
			return r.object(func(key []byte) error {
				e := nugetEntry{name: string(key), line: r.line()}
				if err := e.read(r); err != nil {
					return err
				}
				g.add(framework, e)
				return nil
			})
		})
	})
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, errorAt(1, "there is no \"dependencies\"")
	}
	g.connect()
	return doc, nil
}

// read reads the fields of an entry of packages.lock.json, project.assets.json or *.deps.json.
func (e *nugetEntry) read(r *jsonReader) error {
	return r.object(func(key []byte) error {
		switch string(key) {
		case "type":
			return r.text(&e.kind)
		case "requested":
			return r.text(&e.requested)
		case "resolved":
			return r.text(&e.version)
		case "contentHash", "sha512":
			return r.text(&e.hash)
		case "dependencies":
			return r.object(func(key []byte) error {
				e.needs = append(e.needs, string(key))
				return r.skip()
			})
		}
		return r.skip()
	})
}

// readPackagesConfig reads packages.config: everything that is used, without who asked for it.
func readPackagesConfig(file string, data []byte) (*inventory.Document, error) {
	root, err := parseXML(data)
	if err != nil {
		return nil, err
	}
	if root.name != "packages" {
		return nil, errorAt(root.line, "the root element is <%s>, not <packages>", root.name)
	}
	doc := &inventory.Document{Path: file, Format: "packages.config", Ecosystem: nuget, Role: inventory.Lock}
	for _, e := range root.all("package") {
		p := inventory.Package{Ecosystem: nuget, Name: e.attr("id"), Version: e.attr("version"), Constraint: e.attr("allowedVersions"), Line: e.line}
		if strings.EqualFold(e.attr("developmentDependency"), "true") {
			p.Scope = inventory.Development
		}
		if badName(p.Name) || badName(p.Version) || badVersion(p.Constraint) {
			unknownName(doc, p.Name)
			continue
		}
		doc.Packages = append(doc.Packages, p)
	}
	if len(doc.Packages) > 0 {
		unknown(doc, "packages.config does not say which package asks for which")
	}
	return doc, nil
}
