package lockfile

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// outsideVendor tells that a file is not one of an installed package ("vendor/vendor-name/package/…").
func outsideVendor(path, _ string) bool {
	i := strings.LastIndex("/"+path, "/vendor/")
	return i < 0 || strings.Count(path[i:], "/") < 3
}

// isComposerInstalled tells that a file is Composer's list of what it installed.
func isComposerInstalled(path, _ string) bool {
	return path == "vendor/composer/installed.json" || strings.HasSuffix(path, "/vendor/composer/installed.json")
}

// composerLock is a composer.lock or installed.json while it is read.
type composerLock struct {
	json  *jsonReader
	doc   *inventory.Document
	needs [][]string       // by position: the names each package requires
	by    map[string][]int // name → the packages that have, provide or replace it
	dev   map[string]bool  // installed.json: the packages that are there for development
	seen  map[string]int   // name → position
}

func newComposerLock(path, format string, role inventory.Role, data []byte) *composerLock {
	l := &composerLock{json: newJSON(data), by: map[string][]int{}, seen: map[string]int{}}
	l.doc = &inventory.Document{Path: path, Format: format, Ecosystem: packagist, Role: role}
	return l
}

// readComposerLock reads composer.lock.
func readComposerLock(path string, data []byte) (*inventory.Document, error) {
	l := newComposerLock(path, "composer.lock", inventory.Lock, data)
	err := l.json.document(func(key []byte) error {
		switch string(key) {
		case "packages":
			return l.json.array(func(int) error { return l.entry(inventory.Production) })
		case "packages-dev":
			return l.json.array(func(int) error { return l.entry(inventory.Development) })
		}
		return l.json.skip()
	})
	if err != nil {
		return nil, err
	}
	l.connect(true)
	noteTwice(l.doc, l.json)
	return l.doc, nil
}

// readComposerInstalled reads vendor/composer/installed.json: an object with packages, or before Composer 2 only the list.
func readComposerInstalled(path string, data []byte) (*inventory.Document, error) {
	l := newComposerLock(path, "installed.json", inventory.Installed, data)
	list := func() error {
		return l.json.array(func(int) error { return l.entry(inventory.Production) })
	}
	var err error
	if l.json.kind() == '[' {
		if err = list(); err == nil && (l.json.kind() != 0 || l.json.pos < len(data)) {
			err = l.json.fail(errLeftOver)
		}
	} else {
		err = l.json.document(func(key []byte) error {
			switch string(key) {
			case "packages":
				return list()
			case "dev-package-names":
				l.dev = map[string]bool{}
				return l.json.array(func(int) error {
					var name string
					err := l.json.text(&name)
					l.dev[composerName(name)] = true
					return err
				})
			}
			return l.json.skip()
		})
	}
	if err != nil {
		return nil, err
	}
	for i := range l.doc.Packages {
		if l.dev[l.doc.Packages[i].Name] {
			l.doc.Packages[i].Scope = inventory.Development
		}
	}
	l.connect(true)
	noteTwice(l.doc, l.json)
	return l.doc, nil
}

// composerName gives a package's name as Packagist writes it.
func composerName(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// isPlatform tells that a name stands for PHP itself, an extension or a library of the machine, and for no package.
func isPlatform(name string) bool { return !strings.Contains(name, "/") }

// entry reads one package.
func (l *composerLock) entry(scope inventory.Scope) error {
	r := l.json
	if len(l.doc.Packages) >= maxPackages {
		return r.fail(errTooMany)
	}
	r.kind()
	pkg := inventory.Package{Ecosystem: packagist, Scope: scope, Line: r.line()}
	var needs, provides []string
	var kind, dist string
	names := func(list *[]string) error {
		*list = nil
		return r.object(func(key []byte) error {
			if *list = append(*list, composerName(string(key))); len(*list) > maxPackages {
				return r.fail(errTooMany)
			}
			return r.skip()
		})
	}
	err := r.object(func(key []byte) error {
		switch string(key) {
		case "name":
			return r.text(&pkg.Name)
		case "version":
			return r.short(&pkg.Version)
		case "license":
			return readLicence(r, &pkg.Licence)
		case "type":
			return r.short(&kind)
		case "source":
			return readComposerSource(r, &pkg.Origin, nil)
		case "dist":
			return readComposerSource(r, &dist, &pkg.Integrity)
		case "abandoned":
			return readAbandoned(r, &pkg.Deprecated)
		case "require":
			return names(&needs)
		case "provide", "replace":
			var more []string
			err := names(&more)
			provides = append(provides, more...)
			return err
		}
		return r.skip()
	})
	if err != nil {
		return err
	}
	pkg.Name = composerName(pkg.Name)
	if dist != "" {
		pkg.Origin = dist
	}
	pkg.InstallScript = kind == "composer-plugin" || kind == "composer-installer"
	l.keep(pkg, needs, provides)
	return nil
}

// keep adds a package. One that stands twice keeps its first place, and what was said last.
func (l *composerLock) keep(pkg inventory.Package, needs, provides []string) {
	if badName(pkg.Name) || badVersion(pkg.Version) {
		unknownName(l.doc, pkg.Name)
		return
	}
	if i, ok := l.seen[pkg.Name]; ok {
		unknown(l.doc, "%.80q stands twice in the file; the last one holds", pkg.Name)
		l.doc.Packages[i], l.needs[i] = pkg, needs
		return
	}
	at := len(l.doc.Packages)
	l.seen[pkg.Name] = at
	l.doc.Packages = append(l.doc.Packages, pkg)
	l.needs = append(l.needs, needs)
	for _, name := range provides {
		if name != pkg.Name && !isPlatform(name) {
			l.by[name] = append(l.by[name], at)
		}
	}
}

// readComposerSource reads where a package comes from, and for archives their hash.
func readComposerSource(r *jsonReader, origin, hash *string) error {
	var kind, address, reference string
	err := r.object(func(key []byte) error {
		switch string(key) {
		case "type":
			return r.short(&kind)
		case "url":
			return r.text(&address)
		case "reference":
			return r.text(&reference)
		case "shasum":
			if hash != nil {
				return r.text(hash)
			}
		}
		return r.skip()
	})
	if hash != nil && *hash != "" {
		*hash = "sha1:" + *hash
	}
	switch {
	case address == "":
		*origin = ""
	case kind == "path":
		*origin = "file:" + address
	case hash != nil:
		*origin = withoutUser(address)
	default:
		*origin = kind + "+" + withoutUser(address)
		if reference != "" {
			*origin += "#" + reference
		}
	}
	return err
}

// readAbandoned reads what to use instead of a package that was given up, or only that it was.
func readAbandoned(r *jsonReader, text *string) error {
	*text = ""
	switch r.kind() {
	case 't':
		*text = "abandoned"
	case '"':
		err := r.text(text)
		if *text != "" {
			*text = "abandoned, use " + *text
		}
		return err
	}
	return r.skip()
}

// connect turns names into edges. The file does not say what the project asks for: what nobody else needs, it must be.
func (l *composerLock) connect(infer bool) {
	needed := make([]bool, len(l.doc.Packages))
	for from := range l.doc.Packages {
		var own []int
		for _, name := range l.needs[from] {
			if isPlatform(name) {
				continue
			}
			if to, ok := l.seen[name]; ok {
				own = append(own, to)
			} else if providers := l.by[name]; len(providers) > 0 {
				own = append(own, providers[:min(len(providers), 16)]...)
			} else {
				unknownNeed(l.doc, from, name)
			}
		}
		slices.Sort(own)
		own = slices.Compact(own)
		for _, to := range own {
			needed[to] = needed[to] || to != from
		}
		l.doc.Packages[from].Requires = own
	}
	for i := range needed {
		l.doc.Packages[i].Direct = infer && !needed[i]
	}
}
