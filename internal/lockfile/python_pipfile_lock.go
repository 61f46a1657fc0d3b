package lockfile

import (
	"errors"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// pipfileLock reads one Pipfile.lock.
type pipfileLock struct {
	doc     *inventory.Document
	json    *jsonReader
	sources map[string]string // URLs by name
	index   map[int]string    // the source that a package names, by position
	at      map[string]int    // positions by name and version
	known   bool              // it has a list of packages
}

// readPipfileLock reads a Pipfile.lock. The file knows neither who needs whom nor what was asked for.
func readPipfileLock(path string, data []byte) (*inventory.Document, error) {
	l := &pipfileLock{
		doc:  &inventory.Document{Path: path, Format: "Pipfile.lock", Ecosystem: pyPI, Role: inventory.Lock},
		json: newJSON(data), sources: map[string]string{}, index: map[int]string{}, at: map[string]int{},
	}
	err := l.json.document(func(key []byte) error {
		section := string(key)
		if section == "_meta" {
			return l.meta()
		}
		l.known = true
		scope := groupScope(section)
		return l.json.object(func(name []byte) error { return l.pkg(string(name), scope) })
	})
	if err != nil {
		return nil, err
	}
	if !l.known {
		return nil, errors.New("it lists no packages: it is no Pipfile.lock")
	}
	for i, from := range l.index {
		if url := l.sources[from]; url != "" {
			l.doc.Packages[i].Origin = url
		}
	}
	for _, key := range l.json.twice {
		unknown(l.doc, "the key %q stands twice in one list; the last one counts", key)
	}
	return l.doc, nil
}

// meta reads where packages come from.
func (l *pipfileLock) meta() error {
	return l.json.object(func(key []byte) error {
		if string(key) != "sources" {
			return l.json.skip()
		}
		return l.json.array(func(i int) error {
			var name, url string
			l.json.kind()
			line := l.json.line()
			err := l.json.object(func(key []byte) error {
				switch string(key) {
				case "name":
					return l.json.text(&name)
				case "url":
					return l.json.text(&url)
				}
				return l.json.skip()
			})
			if url != "" {
				url = withoutUser(url)
				l.sources[name] = url
				l.doc.Registries = append(l.doc.Registries, inventory.Registry{URL: url, Extra: i > 0, Line: line})
			}
			return err
		})
	})
}

// pkg reads one package of a section.
func (l *pipfileLock) pkg(name string, scope inventory.Scope) error {
	p := inventory.Package{Ecosystem: pyPI, Name: normalPyName(name), Scope: scope, Line: l.json.line()}
	var index, git, ref, path, file, version string
	var sums []string
	fields := map[string]*string{"version": &version, "index": &index, "git": &git, "ref": &ref, "path": &path, "file": &file}
	err := l.json.object(func(key []byte) error {
		if field := fields[string(key)]; field != nil {
			return l.json.text(field)
		}
		if string(key) != "hashes" {
			return l.json.skip()
		}
		return l.json.array(func(int) error {
			var sum string
			err := l.json.text(&sum)
			if sum != "" {
				sums = append(sums, sum)
			}
			return err
		})
	})
	if err != nil {
		return err
	}
	p.Version, p.Integrity = strings.TrimLeft(version, "="), strings.Join(sums, " ")
	switch {
	case git != "":
		p.Origin = "git+" + withoutUser(strings.TrimPrefix(git, "git+"))
		if ref != "" {
			p.Origin += "@" + ref
		}
	case path == ".":
		return nil // the project itself
	case path != "":
		p.Origin = "file:" + path
	case file != "":
		p.Origin = pyPlace(file).origin
	}
	if badName(p.Name) || badVersion(p.Version) {
		unknownName(l.doc, name)
		return nil
	}
	if p.Version == "" && p.Origin == "" {
		unknown(l.doc, "%s has no version", p.Name)
	}
	id := p.Name + "\x00" + p.Version
	at, twice := l.at[id]
	if twice && l.doc.Packages[at].Scope != inventory.Production {
		l.doc.Packages[at].Scope = scope // what one section needs in production is needed there
	}
	if twice {
		return nil
	}
	at = len(l.doc.Packages)
	l.at[id] = at
	if index != "" && p.Origin == "" {
		l.index[at] = index
	}
	l.doc.Packages = append(l.doc.Packages, p)
	return nil
}
