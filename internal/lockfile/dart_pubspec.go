package lockfile

import (
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// readPubspecLock reads pubspec.lock. It does not say which package needs which.
func readPubspecLock(path string, data []byte) (*inventory.Document, error) {
	var doc *inventory.Document
	err := readYAML(data, func(r *yamlReader) error {
		doc = &inventory.Document{Path: path, Format: "pubspec.lock", Ecosystem: pub, Role: inventory.Lock}
		defer noteTwiceYAML(doc, r)
		return r.mapping(-1, func(key []byte, value yamlValue) error {
			if string(key) != "packages" {
				return nil
			}
			return r.members(value, func(key []byte, value yamlValue) error { return readPub(r, doc, string(key), value) })
		})
	})
	if err != nil {
		return nil, err
	}
	return doc, nil
}

// pubPlace is where a Dart package comes from.
type pubPlace struct {
	source string // hosted, git, path, sdk
	url, ref, path,
	name, hash string
}

// origin gives the place as an origin; "" for the usual registry.
func (p *pubPlace) origin() string {
	switch p.source {
	case "git":
		origin := "git+" + strings.TrimPrefix(withoutUser(p.url), "git+")
		if p.ref != "" {
			origin += "#" + p.ref
		}
		return origin
	case "path":
		return "file:" + p.path
	case "sdk":
		return "sdk:" + p.name
	case "hosted":
		return withoutUser(p.url)
	}
	return ""
}

// readPub reads one package of pubspec.lock.
func readPub(r *yamlReader, doc *inventory.Document, key string, value yamlValue) error {
	if len(doc.Packages) >= maxPackages {
		return r.fail(errTooMany)
	}
	pkg := inventory.Package{Ecosystem: pub, Name: key, Line: r.keyLine()}
	var place pubPlace
	err := r.members(value, func(key []byte, value yamlValue) error {
		text := string(value.text)
		switch string(key) {
		case "dependency":
			pkg.Direct = strings.HasPrefix(text, "direct")
			if text == "direct dev" {
				pkg.Scope = inventory.Development
			}
		case "source":
			place.source = text
		case "version":
			pkg.Version = text
		case "description":
			place.name = text // of an SDK: "flutter"
			if value.kind != 's' {
				return r.members(value, place.member)
			}
		}
		return nil
	})
	pkg.Origin, pkg.Integrity = place.origin(), place.hash
	if place.source == "hosted" && place.name != "" && place.name != key {
		pkg.Name, pkg.Alias = place.name, key
	}
	if place.source == "sdk" {
		pkg.Version = "" // 0.0.0 stands there: the version is the SDK's
	}
	if badName(pkg.Name) || badVersion(pkg.Version) {
		unknownName(doc, pkg.Name)
		return err
	}
	doc.Packages = append(doc.Packages, pkg)
	return err
}

func (p *pubPlace) member(key []byte, value yamlValue) error {
	text := string(value.text)
	switch string(key) {
	case "name":
		p.name = text
	case "url":
		p.url = text
	case "sha256":
		if text != "" {
			p.hash = "sha256:" + text
		}
	case "resolved-ref":
		p.ref = text
	case "path":
		p.path = text
	}
	return nil
}

// readPubspec reads pubspec.yaml. Overrides are for the project's own use and are passed over.
func readPubspec(path string, data []byte) (*inventory.Document, error) {
	var doc *inventory.Document
	err := readYAML(data, func(r *yamlReader) error {
		doc = &inventory.Document{Path: path, Format: "pubspec.yaml", Ecosystem: pub, Role: inventory.Manifest}
		defer noteTwiceYAML(doc, r)
		list := func(value yamlValue, scope inventory.Scope) error {
			return r.members(value, func(key []byte, value yamlValue) error { return askPub(r, doc, string(key), value, scope) })
		}
		return r.mapping(-1, func(key []byte, value yamlValue) error {
			switch string(key) {
			case "name":
				doc.Name = string(value.text)
			case "version":
				doc.Version = string(value.text)
			case "dependencies":
				return list(value, inventory.Production)
			case "dev_dependencies":
				return list(value, inventory.Development)
			case "workspace":
				return r.items(value, func(text []byte) { doc.Members = append(doc.Members, strings.TrimPrefix(string(text), "./")) })
			}
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return doc, nil
}

// askPub reads one dependency of pubspec.yaml: a constraint, nothing, or where it comes from.
func askPub(r *yamlReader, doc *inventory.Document, name string, value yamlValue, scope inventory.Scope) error {
	if len(doc.Packages) >= maxPackages {
		return r.fail(errTooMany)
	}
	pkg := inventory.Package{Ecosystem: pub, Name: name, Scope: scope, Direct: true, Line: r.keyLine()}
	if value.kind == 's' {
		pkg.Constraint = string(value.text)
	}
	place := pubPlace{}
	err := r.members(value, func(key []byte, value yamlValue) error {
		text := string(value.text)
		switch string(key) {
		case "version":
			pkg.Constraint = text
		case "path":
			place.source, place.path = "path", text
		case "sdk":
			place.source, place.name = "sdk", text
		case "hosted":
			place.source, place.url = "hosted", text
			if value.kind != 's' {
				return r.members(value, place.member)
			}
		case "git":
			place.source, place.url = "git", text
			return r.members(value, func(key []byte, value yamlValue) error {
				switch string(key) {
				case "url":
					place.url = string(value.text)
				case "ref":
					place.ref = string(value.text)
				}
				return nil
			})
		}
		return nil
	})
	pkg.Origin = place.origin()
	if place.source == "hosted" && place.name != "" && place.name != name {
		pkg.Name, pkg.Alias = place.name, name
	}
	if badName(pkg.Name) || badVersion(pkg.Constraint) {
		unknownName(doc, pkg.Name)
		return err
	}
	doc.Packages = append(doc.Packages, pkg)
	return err
}
