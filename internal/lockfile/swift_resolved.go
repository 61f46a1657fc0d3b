package lockfile

import (
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// swiftPin is one package of Package.resolved.
type swiftPin struct {
	identity, name, kind, location string
	branch, revision, version      string
	line                           int
}

// readPackageResolved reads Package.resolved, version 1 to 3. It does not say which package needs which, nor which are direct.
func readPackageResolved(path string, data []byte) (*inventory.Document, error) {
	doc := &inventory.Document{Path: path, Format: "Package.resolved", Ecosystem: swiftURL, Role: inventory.Lock}
	r := newJSON(data)
	version := 0
	var pins []swiftPin
	var member func(key []byte) error
	member = func(key []byte) error {
		switch string(key) {
		case "version":
			return r.number(&version)
		case "object": // version 1
			return r.object(func(key []byte) error {
				if string(key) == "pins" {
					return member(key)
				}
				return r.skip()
			})
		case "pins":
			pins = nil
			return r.array(func(int) error {
				if len(pins) >= maxPackages {
					return r.fail(errTooMany)
				}
				pin, err := readSwiftPin(r)
				pins = append(pins, pin)
				return err
			})
		}
		return r.skip()
	}
	if err := r.document(member); err != nil {
		return nil, err
	}
	if version > 3 {
		unknown(doc, "version %d is newer than what is known here (3); parts of it may have been missed", version)
	}
	for i := range pins {
		pins[i].add(doc)
	}
	noteTwice(doc, r)
	return doc, nil
}

func readSwiftPin(r *jsonReader) (pin swiftPin, err error) {
	r.kind()
	pin.line = r.line()
	return pin, r.object(func(key []byte) error {
		switch string(key) {
		case "identity":
			return r.text(&pin.identity)
		case "package":
			return r.text(&pin.name)
		case "kind":
			return r.text(&pin.kind)
		case "location", "repositoryURL":
			return r.text(&pin.location)
		case "state":
			return r.object(func(key []byte) error {
				switch string(key) {
				case "branch":
					return r.text(&pin.branch)
				case "revision":
					return r.text(&pin.revision)
				case "version":
					return r.text(&pin.version)
				}
				return r.skip()
			})
		}
		return r.skip()
	})
}

// add adds a pin's package.
func (pin *swiftPin) add(doc *inventory.Document) {
	pkg := inventory.Package{Ecosystem: swiftURL, Version: pin.version, Constraint: pin.branch, Integrity: pin.revision, Line: pin.line}
	pkg.Name = repositoryName(pin.location)
	switch {
	case pin.kind == "registry" || pin.location == "": // named "scope.name" in a registry
		pkg.Name = pin.identity
		if pkg.Name == "" {
			pkg.Name = pin.name
		}
	case pin.kind == "localSourceControl" || isFolder(pin.location) || strings.HasPrefix(pin.location, "file:"):
		pkg.Origin = "file:" + strings.TrimPrefix(pin.location, "file:")
		if pkg.Name = pin.identity; pkg.Name == "" {
			pkg.Name = pin.name
		}
	default:
		pkg.Origin = "git+" + withoutUser(pin.location)
		if pin.revision != "" {
			pkg.Origin += "#" + pin.revision
		}
	}
	if badName(pkg.Name) || badVersion(pkg.Version) || badVersion(pkg.Constraint) {
		unknownName(doc, pkg.Name)
		return
	}
	if pkg.Version == "" {
		unknown(doc, "%.80q is pinned to a revision and no version", pkg.Name)
	}
	doc.Packages = append(doc.Packages, pkg)
}

// repositoryName gives a repository's address as OSV names Swift packages: without scheme, user and ".git".
func repositoryName(address string) string {
	name := strings.TrimSpace(address)
	scheme, rest, found := strings.Cut(name, "://")
	if found && !strings.ContainsAny(scheme, "/@:") {
		name = rest
	} else if user, path, ok := strings.Cut(name, ":"); ok && strings.Contains(user, "@") { // git@host:owner/name.git
		name = user + "/" + strings.TrimPrefix(path, "/")
	}
	host, path, _ := strings.Cut(name, "/")
	host = strings.ToLower(host[strings.LastIndexByte(host, '@')+1:])
	path = strings.TrimSuffix(strings.Trim(path, "/"), ".git")
	if path == "" {
		return host
	}
	return host + "/" + path
}
