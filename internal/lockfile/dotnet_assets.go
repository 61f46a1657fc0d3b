package lockfile

import (
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// assets is a project.assets.json or *.deps.json while it is read.
type assets struct {
	json *jsonReader
	doc  *inventory.Document
	// libraries hold kind and hash by "Name/1.2".
	libraries map[string]nugetEntry
	// targets hold the entries of each target framework in the order of the file; frameworks is the order of these.
	targets    map[string][]nugetEntry
	frameworks []string
	// asked are direct dependencies by framework; development tells those that stay out of what is published.
	asked       map[string][]string
	development map[string]bool
	runtime     string
}

func newAssets(doc *inventory.Document, data []byte) *assets {
	return &assets{json: newJSON(data), doc: doc, libraries: map[string]nugetEntry{}, targets: map[string][]nugetEntry{}, asked: map[string][]string{}, development: map[string]bool{}}
}

// members reads an object of entries, named "Name/1.2".
func (a *assets) members(do func(key string, e nugetEntry)) error {
	return a.json.object(func(key []byte) error {
		e := nugetEntry{line: a.json.line()}
		name := string(key)
		if err := e.read(a.json); err != nil {
			return err
		}
		e.name, e.version, _ = strings.Cut(name, "/")
		do(name, e)
		return nil
	})
}

func (a *assets) member(key []byte) error {
	r := a.json
	switch string(key) {
	case "targets":
		return r.object(func(key []byte) error {
			framework := string(key)
			if _, seen := a.targets[framework]; !seen {
				a.frameworks = append(a.frameworks, framework)
			}
			a.targets[framework] = nil
			return a.members(func(_ string, e nugetEntry) { a.targets[framework] = append(a.targets[framework], e) })
		})
	case "libraries":
		return a.members(func(key string, e nugetEntry) { a.libraries[key] = e })
	case "runtimeTarget":
		return r.object(func(key []byte) error {
			if string(key) == "name" {
				return r.text(&a.runtime)
			}
			return r.skip()
		})
	case "project":
		return r.object(a.project)
	}
	return r.skip()
}

// project reads what project.assets.json says of the project itself.
func (a *assets) project(key []byte) error {
	r := a.json
	switch string(key) {
	case "version":
		return r.text(&a.doc.Version)
	case "restore":
		return r.object(func(key []byte) error {
			switch string(key) {
			case "projectName":
				return r.text(&a.doc.Name)
			case "sources":
				return r.object(func(key []byte) error {
					if u := withoutUser(string(key)); !badName(u) {
						a.doc.Registries = append(a.doc.Registries, inventory.Registry{URL: u, Line: r.line()})
					}
					return r.skip()
				})
			}
			return r.skip()
		})
	case "frameworks":
		return r.object(func(key []byte) error {
			framework := string(key)
			return r.object(func(key []byte) error {
				if string(key) != "dependencies" {
					return r.skip()
				}
				return r.object(func(key []byte) error { return a.direct(framework, string(key)) })
			})
		})
	}
	return r.skip()
}

// direct reads one dependency that the project itself asks for.
func (a *assets) direct(framework, name string) error {
	r := a.json
	a.asked[framework] = append(a.asked[framework], name)
	return r.object(func(key []byte) error {
		if string(key) != "suppressParent" {
			return r.skip()
		}
		var parts string
		err := r.text(&parts)
		if strings.EqualFold(parts, "All") {
			a.development[strings.ToLower(name)] = true
		}
		return err
	})
}

// readAssets reads obj/project.assets.json: what NuGet resolved for a project.
func readAssets(file string, data []byte) (*inventory.Document, error) {
	doc := &inventory.Document{Path: file, Format: "project.assets.json", Ecosystem: nuget, Role: inventory.Lock}
	a := newAssets(doc, data)
	if err := a.json.document(a.member); err != nil {
		return nil, err
	}
	if len(a.frameworks) == 0 {
		return nil, errorAt(1, "there are no \"targets\"")
	}
	if badVersion(doc.Name) || badVersion(doc.Version) {
		doc.Name, doc.Version = "", ""
	}
	g := newNugetGraph(doc)
	for _, framework := range a.frameworks {
		for _, e := range a.targets[framework] {
			e.hash = a.libraries[e.name+"/"+e.version].hash
			g.add(framework, e)
		}
	}
	g.connect()
	for _, framework := range a.frameworks {
		short, _, _ := strings.Cut(framework, "/")
		for _, name := range append(a.asked[short], a.asked[shortFramework(short)]...) {
			if i, ok := g.find(framework, strings.ToLower(name)); ok {
				doc.Packages[i].Direct = true
				if a.development[strings.ToLower(name)] {
					doc.Packages[i].Scope = inventory.Development
				}
			}
		}
	}
	spreadDevelopment(doc)
	return doc, nil
}

// shortFramework gives the short name of a framework written long: ".NETCoreApp,Version=v6.0" is net6.0.
func shortFramework(framework string) string {
	kind, version, _ := strings.Cut(framework, ",Version=v")
	switch kind {
	case ".NETCoreApp":
		if major, _, _ := strings.Cut(version, "."); len(major) > 1 || major >= "5" {
			return "net" + version
		}
		return "netcoreapp" + version
	case ".NETStandard":
		return "netstandard" + version
	case ".NETFramework":
		return "net" + strings.ReplaceAll(version, ".", "")
	}
	return framework
}

// spreadDevelopment gives what only development needs that scope too.
func spreadDevelopment(doc *inventory.Document) {
	needed := make([]bool, len(doc.Packages))
	private := make([]bool, len(doc.Packages))
	mark := func(scope inventory.Scope, marks []bool) {
		var queue []int
		for i := range doc.Packages {
			if p := &doc.Packages[i]; p.Direct && p.Scope == scope {
				marks[i] = true
				queue = append(queue, i)
			}
		}
		for len(queue) > 0 {
			next := queue[len(queue)-1]
			queue = queue[:len(queue)-1]
			for _, to := range doc.Packages[next].Requires {
				if !marks[to] {
					marks[to] = true
					queue = append(queue, to)
				}
			}
		}
	}
	mark(inventory.Production, needed)
	mark(inventory.Development, private)
	for i := range doc.Packages {
		if private[i] && !needed[i] {
			doc.Packages[i].Scope = inventory.Development
		} else if needed[i] {
			doc.Packages[i].Scope = inventory.Production
		}
	}
}

// readDeps reads *.deps.json: what lies beside a published .NET program.
func readDeps(file string, data []byte) (*inventory.Document, error) {
	doc := &inventory.Document{Path: file, Format: "deps.json", Ecosystem: nuget, Role: inventory.Installed}
	a := newAssets(doc, data)
	if err := a.json.document(a.member); err != nil {
		return nil, err
	}
	if a.runtime == "" || a.targets[a.runtime] == nil && len(a.libraries) > 0 {
		return nil, errorAt(1, "there is no \"runtimeTarget\" with a target of its name")
	}
	g := newNugetGraph(doc)
	own := -1
	for _, e := range a.targets[a.runtime] {
		library := a.libraries[e.name+"/"+e.version]
		e.kind, e.hash = library.kind, library.hash
		if e.kind == "reference" {
			unknown(doc, "%s is an assembly without a package", shorten(e.name))
			continue
		}
		if e.kind == "runtimepack" {
			e.name = strings.TrimPrefix(e.name, "runtimepack.")
		}
		at := g.add(a.runtime, e)
		if own < 0 && e.kind == "project" && at >= 0 {
			own = at
			doc.Name, doc.Version = e.name, e.version
		}
	}
	for i := range g.edges {
		g.edges[i].name = strings.TrimPrefix(g.edges[i].name, "runtimepack.")
	}
	g.connect()
	if own >= 0 {
		removeOwn(doc, own)
	}
	return doc, nil
}

// removeOwn takes the program itself out of its packages; what it needs is direct.
func removeOwn(doc *inventory.Document, own int) {
	for _, to := range doc.Packages[own].Requires {
		doc.Packages[to].Direct = true
	}
	doc.Packages = append(doc.Packages[:own], doc.Packages[own+1:]...)
	for i := range doc.Packages {
		kept := doc.Packages[i].Requires[:0]
		for _, to := range doc.Packages[i].Requires {
			switch {
			case to > own:
				kept = append(kept, to-1)
			case to < own:
				kept = append(kept, to)
			}
		}
		if doc.Packages[i].Requires = kept; len(kept) == 0 {
			doc.Packages[i].Requires = nil
		}
	}
}
