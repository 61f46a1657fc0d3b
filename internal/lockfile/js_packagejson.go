package lockfile

import (
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// jsr is the registry of Deno's packages; OSV has no ecosystem of that name.
const jsr = "JSR"

// outsideModules tells that a file is not one of an installed package.
func outsideModules(path, _ string) bool { return !strings.Contains("/"+path, "/node_modules/") }

// isInstalled tells that a package.json is that of an installed package: "…/node_modules/name/package.json".
func isInstalled(path, _ string) bool {
	folder, found := strings.CutSuffix(path, "/package.json")
	i := strings.LastIndex("/"+folder, "/node_modules/")
	if !found || i < 0 {
		return false
	}
	name := folder[i+len("node_modules/"):]
	scope, rest, scoped := strings.Cut(name, "/")
	return name != "" && !strings.HasPrefix(name, ".") &&
		(!scoped && name[0] != '@' || scoped && scope != "" && scope[0] == '@' && rest != "" && !strings.Contains(rest, "/"))
}

// packageJSON is a package.json while it is read.
type packageJSON struct {
	json *jsonReader
	doc  *inventory.Document
	pkg  inventory.Package // what it says of its own package
	// lists are its dependencies by kind; optionalPeers are the peers that may be missing; catalogs are bun's.
	lists         [needKinds][]inventory.Package
	optionalPeers map[string]bool
	catalogs      map[string]string
}

// readPackageJSON reads the package.json of a project.
func readPackageJSON(path string, data []byte) (*inventory.Document, error) {
	p := &packageJSON{json: newJSON(data), catalogs: map[string]string{}}
	p.doc = &inventory.Document{Path: path, Format: "package.json", Ecosystem: npm, Role: inventory.Manifest}
	if err := p.json.document(p.member); err != nil {
		return nil, err
	}
	p.doc.Name, p.doc.Version, p.doc.Licence = p.pkg.Name, p.pkg.Version, p.pkg.Licence
	at := map[string]int{}
	for _, kind := range []needKind{needRequired, needOptional, needDevelopment, needPeer} {
		for _, pkg := range p.lists[kind] {
			p.ask(pkg, kind, at)
		}
	}
	if len(p.catalogs) > 0 {
		p.doc.Properties = p.catalogs
	}
	noteTwice(p.doc, p.json)
	return p.doc, nil
}

// ask adds one dependency. Where a name stands in several lists, production goes before development, and that before peers.
func (p *packageJSON) ask(pkg inventory.Package, kind needKind, at map[string]int) {
	key := pkg.Name
	if badName(key) {
		unknownName(p.doc, key)
		return
	}
	if badVersion(pkg.Constraint) {
		unknown(p.doc, "what is asked for under %.80q is no possible version", key)
		return
	}
	askNpm(&pkg, key, pkg.Constraint)
	if badName(pkg.Name) {
		unknownName(p.doc, pkg.Name)
		return
	}
	pkg.Direct = true
	if catalog, ok := strings.CutPrefix(pkg.Constraint, "catalog:"); ok {
		if constraint, ok := p.catalogs[catalogKey(catalog, key)]; ok {
			line := pkg.Line
			pkg = inventory.Package{Direct: true, Line: line}
			askNpm(&pkg, key, constraint)
		}
	}
	switch kind {
	case needDevelopment:
		pkg.Scope = inventory.Development
	case needOptional:
		pkg.Optional = true
	case needPeer:
		pkg.Optional = p.optionalPeers[key]
	}
	if i, ok := at[key]; ok {
		if kind == needOptional {
			p.doc.Packages[i].Optional = true
		}
		return
	}
	at[key] = len(p.doc.Packages)
	p.doc.Packages = append(p.doc.Packages, pkg)
}

// catalogKey is the property under which a catalog's entry is kept. The catalog without a name is "default".
func catalogKey(catalog, name string) string {
	if catalog == "" {
		catalog = "default"
	}
	return "catalog:" + catalog + ":" + name
}

// member reads one member of the file.
func (p *packageJSON) member(key []byte) error {
	r := p.json
	switch string(key) {
	case "name":
		return r.text(&p.pkg.Name)
	case "version":
		return r.text(&p.pkg.Version)
	case "license", "licenses":
		return readLicence(r, &p.pkg.Licence)
	case "dependencies":
		return p.list(needRequired)
	case "devDependencies":
		return p.list(needDevelopment)
	case "optionalDependencies":
		return p.list(needOptional)
	case "peerDependencies":
		return p.list(needPeer)
	case "peerDependenciesMeta":
		p.optionalPeers = map[string]bool{}
		return r.object(func(name []byte) error {
			return r.object(func(key []byte) error {
				if string(key) != "optional" {
					return r.skip()
				}
				var yes bool
				err := r.flag(&yes)
				p.optionalPeers[string(name)] = yes
				return err
			})
		})
	case "scripts":
		return p.scripts()
	case "workspaces":
		return p.workspaces()
	case "catalog":
		return p.catalog("")
	case "catalogs":
		return r.object(func(key []byte) error { return p.catalog(string(key)) })
	}
	return r.skip()
}

// list reads the names and constraints of one list.
func (p *packageJSON) list(kind needKind) error {
	list := p.lists[kind][:0]
	at := map[string]int{}
	err := p.json.object(func(key []byte) error {
		if len(list) >= maxPackages {
			return p.json.fail(errTooMany)
		}
		pkg := inventory.Package{Name: string(key), Line: p.json.line()}
		err := p.json.text(&pkg.Constraint)
		if i, ok := at[pkg.Name]; ok {
			list[i] = pkg
			return err
		}
		at[pkg.Name] = len(list)
		list = append(list, pkg)
		return err
	})
	p.lists[kind] = list
	return err
}

// scripts keeps the scripts that installing runs.
func (p *packageJSON) scripts() error {
	p.doc.Scripts = nil
	return p.json.object(func(key []byte) error {
		switch name := string(key); name {
		case "preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare", "prepublish":
			var script string
			if err := p.json.text(&script); err != nil {
				return err
			}
			if p.doc.Scripts == nil {
				p.doc.Scripts = map[string]string{}
			}
			p.doc.Scripts[name] = script
			return nil
		}
		return p.json.skip()
	})
}

// workspaces reads the patterns of members, and the catalogs that bun keeps beside them.
func (p *packageJSON) workspaces() error {
	p.doc.Members = nil
	if p.json.kind() != '{' {
		return readWorkspaces(p.json, p.doc)
	}
	return p.json.object(func(key []byte) error {
		switch string(key) {
		case "packages":
			return readWorkspaces(p.json, p.doc)
		case "catalog":
			return p.catalog("")
		case "catalogs":
			return p.json.object(func(key []byte) error { return p.catalog(string(key)) })
		}
		return p.json.skip()
	})
}

func (p *packageJSON) catalog(name string) error {
	return p.json.object(func(key []byte) error {
		var constraint string
		err := p.json.text(&constraint)
		p.catalogs[catalogKey(name, string(key))] = constraint
		return err
	})
}

// readWorkspaces reads the patterns of a workspace's members: a list, or an object with a list "packages".
func readWorkspaces(r *jsonReader, doc *inventory.Document) error {
	if r.kind() == '{' {
		return r.object(func(key []byte) error {
			if string(key) == "packages" && r.kind() == '[' {
				return readWorkspaces(r, doc)
			}
			return r.skip()
		})
	}
	doc.Members = nil
	return r.array(func(int) error {
		var pattern string
		err := r.text(&pattern)
		if pattern != "" {
			doc.Members = append(doc.Members, strings.TrimPrefix(pattern, "./"))
		}
		return err
	})
}

// readInstalledPackage reads the package.json of a package in a node_modules folder: the package itself.
func readInstalledPackage(path string, data []byte) (*inventory.Document, error) {
	p := &packageJSON{json: newJSON(data), catalogs: map[string]string{}}
	p.doc = &inventory.Document{Path: path, Format: "package.json", Ecosystem: npm, Role: inventory.Installed}
	line := 0
	err := p.json.document(func(key []byte) error {
		if string(key) == "deprecated" {
			return readDeprecated(p.json, &p.pkg.Deprecated)
		}
		if string(key) == "name" {
			line = p.json.line()
		}
		return p.member(key)
	})
	if err != nil {
		return nil, err
	}
	noteTwice(p.doc, p.json)
	doc := p.doc
	doc.Members, doc.Properties = nil, nil
	folder := moduleName(strings.TrimSuffix(path, "/package.json"))
	pkg := p.pkg
	pkg.Ecosystem, pkg.Line = npm, line
	switch {
	case pkg.Name == "":
		pkg.Name = folder
	case pkg.Name != folder:
		pkg.Alias = folder
	}
	for _, name := range []string{"preinstall", "install", "postinstall"} {
		pkg.InstallScript = pkg.InstallScript || doc.Scripts[name] != ""
	}
	if pkg.Version == "" {
		return doc, nil // a folder with a package.json of its own, as some packages have inside, and no package
	}
	if badName(pkg.Name) || badVersion(pkg.Version) {
		unknownName(doc, pkg.Name)
		return doc, nil
	}
	doc.Packages = []inventory.Package{pkg}
	return doc, nil
}
