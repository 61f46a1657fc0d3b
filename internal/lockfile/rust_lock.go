package lockfile

import (
	"errors"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// crate is a [[package]] of a Cargo.lock.
type crate struct {
	name, version, source string
	requires              []tomlValue
	// at is its position among the document's packages; -1 for the crates of the project itself.
	at int
}

// cargoLock reads one Cargo.lock.
type cargoLock struct {
	doc    *inventory.Document
	crates []crate
	byName map[string][]int
}

// readCargoLock reads a Cargo.lock of any version, 1 to 4. Crates without a source are the project's own: they are no
// packages, but what they ask for is direct.
func readCargoLock(path string, data []byte) (*inventory.Document, error) {
	root, err := readTOML(data)
	if err != nil {
		return nil, err
	}
	l := &cargoLock{
		doc:    &inventory.Document{Path: path, Format: "Cargo.lock", Ecosystem: cratesIO, Role: inventory.Lock},
		byName: map[string][]int{},
	}
	packages := root.find("package")
	if packages == nil && root.find("version") == nil && root.find("root") == nil {
		return nil, errors.New("it has no [[package]] and no version: it is no Cargo.lock")
	}
	if packages != nil && packages.kind != tomlTables && packages.kind != tomlArray {
		return nil, errorAt(packages.line, "package is not a list of packages")
	}
	if err := l.read(root); err != nil {
		return nil, err
	}
	l.link()
	l.own()
	return l.doc, nil
}

func (l *cargoLock) read(root *tomlTable) error {
	sums := map[string]string{}
	for _, e := range root.dict("metadata").all() {
		if id, ok := strings.CutPrefix(e.key, "checksum "); ok {
			sums[id] = e.value.str()
		}
	}
	entries := root.list("package")
	if own := root.find("root"); own != nil && own.kind == tomlDict {
		entries = append([]tomlValue{*own}, entries...)
	}
	for i := range entries {
		t, line := entries[i].table, entries[i].line
		c := crate{name: t.str("name"), version: t.str("version"), source: t.str("source"), requires: t.list("dependencies"), at: -1}
		if badName(c.name) || badName(c.version) {
			if c.name == "" || c.version == "" {
				return errorAt(line, "a package has no name or no version")
			}
			unknownName(l.doc, c.name+" "+c.version)
			continue
		}
		if replaced := t.str("replace"); replaced != "" {
			// An entry that another one replaces is not built: what asks for it gets the other.
			c.requires = []tomlValue{{kind: tomlString, line: line, text: replaced}}
		} else if c.source != "" {
			c.at = len(l.doc.Packages)
			sum := t.str("checksum")
			if sum == "" {
				sum = sums[c.name+" "+c.version+" ("+c.source+")"]
			}
			if sum != "" && sum != "<none>" {
				sum = "sha256:" + sum
			} else {
				sum = ""
			}
			l.doc.Packages = append(l.doc.Packages, inventory.Package{
				Ecosystem: cratesIO, Name: c.name, Version: c.version, Integrity: sum, Origin: withoutUser(c.source), Line: line,
			})
		}
		l.byName[c.name] = append(l.byName[c.name], len(l.crates))
		l.crates = append(l.crates, c)
	}
	return nil
}

// link turns the texts "name", "name version" and "name version (source)" into edges.
func (l *cargoLock) link() {
	for i := range l.crates {
		c := &l.crates[i]
		for _, need := range c.requires {
			name, rest, _ := strings.Cut(need.str(), " ")
			version, source, _ := strings.Cut(rest, " ")
			source = strings.TrimSuffix(strings.TrimPrefix(source, "("), ")")
			to := l.find(name, version, source)
			if to < 0 {
				if badName(name) {
					unknownName(l.doc, name)
					continue
				}
				unknown(l.doc, "%s needs %s, which the file does not hold", c.name, need.str())
				continue
			}
			if l.crates[to].at < 0 {
				to = l.replacement(to)
			}
			switch target := l.crates[to].at; {
			case target < 0: // a crate of the project
			case c.at < 0:
				l.doc.Packages[target].Direct = l.doc.Packages[target].Direct || c.source == ""
			default:
				l.doc.Packages[c.at].Requires = append(l.doc.Packages[c.at].Requires, target)
			}
		}
	}
	tidyEdges(l.doc.Packages)
}

// find gives the crate that a text means, -1 where there is none.
func (l *cargoLock) find(name, version, source string) int {
	candidates := l.byName[name]
	for _, i := range candidates[:min(len(candidates), 200)] {
		c := &l.crates[i]
		if (version == "" || c.version == version) && (source == "" || sameSource(c.source, source)) {
			return i
		}
	}
	return -1
}

// replacement follows an entry that is replaced to what replaces it.
func (l *cargoLock) replacement(i int) int {
	if c := &l.crates[i]; c.source != "" && len(c.requires) == 1 {
		name, rest, _ := strings.Cut(c.requires[0].str(), " ")
		version, source, _ := strings.Cut(rest, " ")
		if to := l.find(name, version, strings.Trim(source, "()")); to >= 0 {
			return to
		}
	}
	return i
}

// sameSource compares sources; the commit of a git source may be left out.
func sameSource(a, b string) bool {
	a, _, _ = strings.Cut(a, "#")
	b, _, _ = strings.Cut(b, "#")
	return a == b
}

// own names the project where the file holds just one crate of its own.
func (l *cargoLock) own() {
	found := -1
	for i := range l.crates {
		if l.crates[i].source != "" {
			continue
		}
		if found >= 0 {
			return
		}
		found = i
	}
	if found >= 0 {
		l.doc.Name, l.doc.Version = l.crates[found].name, l.crates[found].version
	}
}
