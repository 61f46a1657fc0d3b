package lockfile

import (
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// readComposerJSON reads composer.json.
func readComposerJSON(path string, data []byte) (*inventory.Document, error) {
	doc := &inventory.Document{Path: path, Format: "composer.json", Ecosystem: packagist, Role: inventory.Manifest}
	r := newJSON(data)
	lists := map[inventory.Scope][]inventory.Package{}
	list := func(scope inventory.Scope) error {
		lists[scope] = nil
		return r.object(func(key []byte) error {
			if len(lists[scope]) >= maxPackages {
				return r.fail(errTooMany)
			}
			pkg := inventory.Package{Ecosystem: packagist, Name: composerName(string(key)), Scope: scope, Direct: true, Line: r.line()}
			err := r.text(&pkg.Constraint)
			switch {
			case badName(pkg.Name) || badVersion(pkg.Constraint):
				unknownName(doc, pkg.Name)
			case !isPlatform(pkg.Name):
				lists[scope] = append(lists[scope], pkg)
			}
			return err
		})
	}
	err := r.document(func(key []byte) error {
		switch string(key) {
		case "name":
			return r.text(&doc.Name)
		case "version":
			return r.text(&doc.Version)
		case "license":
			return readLicence(r, &doc.Licence)
		case "require":
			return list(inventory.Production)
		case "require-dev":
			return list(inventory.Development)
		case "repositories":
			return readComposerRepositories(r, doc)
		case "scripts":
			return readComposerScripts(r, doc)
		}
		return r.skip()
	})
	if err != nil {
		return nil, err
	}
	production := map[string]bool{}
	for _, pkg := range lists[inventory.Production] {
		production[pkg.Name] = true
	}
	doc.Packages = lists[inventory.Production]
	for _, pkg := range lists[inventory.Development] {
		if !production[pkg.Name] {
			doc.Packages = append(doc.Packages, pkg)
		}
	}
	noteTwice(doc, r)
	return doc, nil
}

// readComposerRepositories reads where packages come from: a list or an object of repositories. All but Packagist are asked beside it.
func readComposerRepositories(r *jsonReader, doc *inventory.Document) error {
	doc.Registries = nil
	without := false // packagist.org is switched off
	one := func(name string) error {
		var kind, address string
		r.kind()
		line := r.line()
		if name == "packagist" || name == "packagist.org" {
			without = without || r.kind() == 'f'
		}
		err := r.object(func(key []byte) error {
			switch string(key) {
			case "type":
				return r.short(&kind)
			case "url":
				return r.text(&address)
			case "packagist", "packagist.org":
				without = without || r.kind() == 'f'
			}
			return r.skip()
		})
		if kind == "composer" || kind == "artifact" {
			addRegistry(doc, address, "", line)
		}
		return err
	}
	var err error
	if r.kind() == '{' {
		err = r.object(func(key []byte) error { return one(string(key)) })
	} else {
		err = r.array(func(int) error { return one("") })
	}
	for i := range doc.Registries {
		doc.Registries[i].Extra = !without
	}
	return err
}

// readComposerScripts keeps the scripts that installing and updating run.
func readComposerScripts(r *jsonReader, doc *inventory.Document) error {
	doc.Scripts = nil
	return r.object(func(key []byte) error {
		name := string(key)
		event, found := strings.CutPrefix(name, "pre-")
		if !found {
			event, found = strings.CutPrefix(name, "post-")
		}
		switch event {
		case "install-cmd", "update-cmd", "autoload-dump", "package-install", "package-update", "root-package-install", "create-project-cmd":
		default:
			return r.skip()
		}
		if !found {
			return r.skip()
		}
		var all []string
		add := func(int) error {
			var script string
			err := r.text(&script)
			if script != "" {
				all = append(all, script)
			}
			return err
		}
		var err error
		if r.kind() == '[' {
			err = r.array(add)
		} else {
			err = add(0)
		}
		if len(all) > 0 {
			if doc.Scripts == nil {
				doc.Scripts = map[string]string{}
			}
			doc.Scripts[name] = strings.Join(all, "\n")
		}
		return err
	})
}
