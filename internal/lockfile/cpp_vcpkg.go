package lockfile

import (
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// readVcpkg reads vcpkg.json. Which versions are built follows from the baseline, a commit of vcpkg's registry; only what
// overrides set is exact.
func readVcpkg(path string, data []byte) (*inventory.Document, error) {
	doc := &inventory.Document{Path: path, Format: "vcpkg.json", Ecosystem: vcpkg, Role: inventory.Manifest}
	r := newJSON(data)
	overrides := map[string]string{}
	baseline := ""
	err := r.document(func(key []byte) error {
		switch string(key) {
		case "name":
			return r.text(&doc.Name)
		case "version", "version-string", "version-semver", "version-date":
			return r.text(&doc.Version)
		case "license":
			return readLicence(r, &doc.Licence)
		case "builtin-baseline":
			return r.text(&baseline)
		case "dependencies":
			return r.array(func(int) error { return readVcpkgDependency(r, doc, false) })
		case "features":
			return r.object(func([]byte) error {
				return r.object(func(key []byte) error {
					if string(key) == "dependencies" {
						return r.array(func(int) error { return readVcpkgDependency(r, doc, true) })
					}
					return r.skip()
				})
			})
		case "overrides":
			return r.array(func(int) error { return readVcpkgOverride(r, overrides) })
		}
		return r.skip()
	})
	if err != nil {
		return nil, err
	}
	open := 0
	for i := range doc.Packages {
		pkg := &doc.Packages[i]
		if version := overrides[pkg.Name]; !badVersion(version) {
			pkg.Version = version
		}
		if pkg.Version == "" {
			open++
		}
	}
	if open > 0 {
		if baseline == "" {
			baseline = "of vcpkg-configuration.json or the registry"
		}
		unknown(doc, "the versions of %d packages follow from the baseline %.80s, which is not here", open, baseline)
	}
	noteTwice(doc, r)
	return doc, nil
}

// readVcpkgDependency reads a name, or an object with one.
func readVcpkgDependency(r *jsonReader, doc *inventory.Document, optional bool) error {
	if len(doc.Packages) >= maxPackages {
		return r.fail(errTooMany)
	}
	r.kind()
	pkg := inventory.Package{Ecosystem: vcpkg, Direct: true, Optional: optional, Line: r.line()}
	var err error
	if r.kind() == '"' {
		err = r.text(&pkg.Name)
	} else {
		err = r.object(func(key []byte) error {
			switch string(key) {
			case "name":
				return r.text(&pkg.Name)
			case "version>=":
				err := r.text(&pkg.Constraint)
				if pkg.Constraint != "" {
					pkg.Constraint = ">=" + pkg.Constraint
				}
				return err
			case "host":
				var host bool
				err := r.flag(&host)
				pkg.Scope = inventory.Production
				if host {
					pkg.Scope = inventory.Build
				}
				return err
			}
			return r.skip()
		})
	}
	if err == nil && (badName(pkg.Name) || badVersion(pkg.Constraint)) {
		unknownName(doc, pkg.Name)
		return nil
	}
	if pkg.Name != doc.Name { // features may ask for other features of the package itself
		doc.Packages = append(doc.Packages, pkg)
	}
	return err
}

func readVcpkgOverride(r *jsonReader, overrides map[string]string) error {
	var name, version string
	err := r.object(func(key []byte) error {
		switch string(key) {
		case "name":
			return r.text(&name)
		case "version", "version-string", "version-semver", "version-date":
			return r.text(&version)
		}
		return r.skip()
	})
	version, _, _ = strings.Cut(version, "#")
	if name != "" && version != "" {
		overrides[name] = version
	}
	return err
}

// readVcpkgConfiguration reads vcpkg-configuration.json: the registries.
func readVcpkgConfiguration(path string, data []byte) (*inventory.Document, error) {
	doc := &inventory.Document{Path: path, Format: "vcpkg-configuration.json", Ecosystem: vcpkg, Role: inventory.Settings}
	r := newJSON(data)
	registry := func(extra bool) error {
		r.kind()
		line := r.line()
		var address string
		var scopes []string
		err := r.object(func(key []byte) error {
			switch string(key) {
			case "repository", "path", "location":
				return r.text(&address)
			case "packages":
				scopes = nil
				return r.array(func(int) error {
					var scope string
					err := r.text(&scope)
					scopes = append(scopes, scope)
					return err
				})
			}
			return r.skip()
		})
		if len(scopes) == 0 {
			scopes = []string{""}
		}
		for _, scope := range scopes {
			if len(doc.Registries) < maxPackages && !badVersion(scope) {
				addRegistry(doc, address, scope, line)
				if n := len(doc.Registries); n > 0 {
					doc.Registries[n-1].Extra = extra && scope == ""
				}
			}
		}
		return err
	}
	err := r.document(func(key []byte) error {
		switch string(key) {
		case "default-registry":
			return registry(false)
		case "registries":
			return r.array(func(int) error { return registry(true) })
		}
		return r.skip()
	})
	if err != nil {
		return nil, err
	}
	noteTwice(doc, r)
	return doc, nil
}
