package lockfile

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/reevehq/reeve/internal/inventory"
)

// hexNeed is one application that another needs.
type hexNeed struct {
	name     string
	optional bool
}

// hexLock joins the packages of a lock file.
type hexLock struct {
	doc   *inventory.Document
	by    map[string]int // application → position
	needs [][]hexNeed
}

func newHexLock(path, format string) *hexLock {
	doc := &inventory.Document{Path: path, Format: format, Ecosystem: hex, Role: inventory.Lock}
	return &hexLock{doc: doc, by: map[string]int{}}
}

// keep adds a package under the name of its application.
func (l *hexLock) keep(application string, pkg inventory.Package, needs []hexNeed) {
	pkg.Ecosystem = hex
	if pkg.Name == "" {
		pkg.Name = application
	}
	if pkg.Name != application {
		pkg.Alias = application
	}
	if badName(pkg.Name) || badVersion(pkg.Version) {
		unknownName(l.doc, pkg.Name)
		return
	}
	if at, ok := l.by[application]; ok {
		unknown(l.doc, "%.80q stands twice in the file; the last one holds", application)
		l.doc.Packages[at], l.needs[at] = pkg, needs
		return
	}
	l.by[application] = len(l.doc.Packages)
	l.doc.Packages = append(l.doc.Packages, pkg)
	l.needs = append(l.needs, needs)
}

// connect turns names into edges. Optional needs may be missing. infer marks as direct what nobody else needs.
func (l *hexLock) connect(infer bool) {
	needed := make([]bool, len(l.doc.Packages))
	for from := range l.doc.Packages {
		var own []int
		for _, need := range l.needs[from] {
			to, ok := l.by[need.name]
			if !ok {
				if !need.optional {
					unknownNeed(l.doc, from, need.name)
				}
				continue
			}
			own = append(own, to)
			needed[to] = needed[to] || to != from && !need.optional
		}
		slices.Sort(own)
		l.doc.Packages[from].Requires = slices.Compact(own)
	}
	for i := range needed {
		l.doc.Packages[i].Direct = l.doc.Packages[i].Direct || infer && !needed[i]
	}
}

// readMixLock reads mix.lock: a map of tuples like {:hex, :name, "1.0.0", "inner hash", [:mix], [needs], "hexpm", "outer hash"}.
// It does not say what the project asks for.
func readMixLock(path string, data []byte) (*inventory.Document, error) {
	if len(data) > maxYAML {
		return nil, errors.New("the file is too big to be what mix writes")
	}
	l := newHexLock(path, "mix.lock")
	r := &termReader{data: data, comment: '#', lines: lines{data: data}}
	root, err := r.read(0)
	if err != nil {
		return nil, err
	}
	if root.kind != '%' {
		return nil, errorAt(root.line, "a map is expected")
	}
	if r.next() != 0 || r.pos < len(data) {
		return nil, r.fail("%w", errLeftOver)
	}
	for i := range root.items {
		entry, application := &root.items[i], root.keys[i]
		pkg := inventory.Package{Line: entry.line}
		var needs []hexNeed
		switch entry.at(0).text {
		case "hex":
			pkg.Name, pkg.Version = entry.at(1).text, entry.at(2).text
			if pkg.Version == "" {
				return nil, errorAt(entry.line, "%.80q has no version", application)
			}
			needs = mixNeeds(entry.at(5))
			if repo := entry.at(6).text; repo != "hexpm" && repo != "" {
				pkg.Origin = "hex:" + repo
			}
			pkg.Integrity = firstHash(entry.at(7).text, entry.at(3).text)
		case "git":
			pkg.Origin = "git+" + strings.TrimPrefix(withoutUser(entry.at(1).text), "git+") + "#" + entry.at(2).text
		default:
			unknown(l.doc, "%.80q comes from %.80q, which is not known here", application, entry.at(0).text)
		}
		l.keep(application, pkg, needs)
	}
	l.connect(true)
	return l.doc, nil
}

// firstHash gives the first hash that is there, as sha256.
func firstHash(hashes ...string) string {
	for _, hash := range hashes {
		if hash != "" {
			return "sha256:" + strings.ToLower(hash)
		}
	}
	return ""
}

// mixNeeds reads a list of {:name, "~> 1.0", [hex: :name, optional: false]}.
func mixNeeds(list *term) []hexNeed {
	var needs []hexNeed
	for i := range list.items {
		need := &list.items[i]
		needs = append(needs, hexNeed{name: need.at(0).text, optional: need.at(2).value("optional").text == "true"})
	}
	return needs
}

// readRebarLock reads rebar.lock: a list of {<<"name">>, {pkg, <<"package">>, <<"1.0.0">>}, level}, where level 0 is what the
// project asks for, and a list of hashes.
func readRebarLock(path string, data []byte) (*inventory.Document, error) {
	if len(data) > maxYAML {
		return nil, errors.New("the file is too big to be what rebar writes")
	}
	l := newHexLock(path, "rebar.lock")
	r := &termReader{data: data, comment: '%', lines: lines{data: data}}
	var roots []term
	for r.next() != 0 {
		root, err := r.read(0)
		if err != nil {
			return nil, err
		}
		roots = append(roots, root)
		if r.next() != '.' {
			return nil, r.fail("a full stop is expected")
		}
		r.pos++
	}
	if len(roots) == 0 {
		return nil, fmt.Errorf("a list is expected: %w", errTruncated)
	}
	list := &roots[0]
	if list.kind == '{' { // {"1.2.0", [...]}
		list = list.at(1)
	}
	if list.kind != '[' {
		return nil, errorAt(roots[0].line, "a list is expected")
	}
	hashes := map[string]string{}
	for _, root := range roots[1:] {
		for i := range root.items { // pkg_hash_ext stands after pkg_hash and is the hash of the archive
			for j := range root.items[i].at(1).items {
				pair := root.items[i].at(1).at(j)
				hashes[pair.at(0).text] = pair.at(1).text
			}
		}
	}
	for i := range list.items {
		entry := &list.items[i]
		application, source := entry.at(0).text, entry.at(1)
		pkg := inventory.Package{Line: entry.line, Direct: entry.at(2).text == "0", Integrity: firstHash(hashes[application])}
		switch kind := source.at(0).text; kind {
		case "pkg":
			pkg.Name, pkg.Version = source.at(1).text, source.at(2).text
		case "git", "git_subdir", "hg":
			pkg.Origin = strings.TrimSuffix(kind, "_subdir") + "+" + withoutUser(source.at(1).text) + "#" + source.at(2).at(1).text
		default:
			unknown(l.doc, "%.80q comes from %.80q, which is not known here", application, kind)
		}
		l.keep(application, pkg, nil)
	}
	return l.doc, nil
}

// gleamManifest is Gleam's manifest.toml.
type gleamManifest struct {
	Packages []struct {
		Name          string   `toml:"name"`
		Version       string   `toml:"version"`
		Requirements  []string `toml:"requirements"`
		OTPApp        string   `toml:"otp_app"`
		Source        string   `toml:"source"`
		OuterChecksum string   `toml:"outer_checksum"`
		Repo          string   `toml:"repo"`
		Commit        string   `toml:"commit"`
		Path          string   `toml:"path"`
	} `toml:"packages"`
	Requirements map[string]any `toml:"requirements"`
}

// readGleamManifest reads manifest.toml where it is Gleam's lock file; any other file of that name is nothing.
func readGleamManifest(path string, data []byte) (*inventory.Document, error) {
	if !strings.Contains(string(data[:min(len(data), 1<<16)]), "gleam") { // "This file was generated by Gleam", build_tools = ["gleam"]
		return nil, nil
	}
	if len(data) > maxYAML {
		return nil, errors.New("the file is too big to be what Gleam writes")
	}
	var m gleamManifest
	if err := toml.Unmarshal(data, &m); err != nil {
		var where *toml.DecodeError
		if errors.As(err, &where) {
			line, _ := where.Position()
			return nil, &lineError{line, err}
		}
		return nil, err
	}
	l := newHexLock(path, "manifest.toml")
	for i := range m.Packages {
		p := &m.Packages[i]
		pkg := inventory.Package{Name: p.Name, Version: p.Version, Integrity: firstHash(p.OuterChecksum)}
		switch p.Source {
		case "git":
			pkg.Origin = "git+" + withoutUser(p.Repo) + "#" + p.Commit
		case "local":
			pkg.Origin = "file:" + p.Path
		}
		var needs []hexNeed
		for _, name := range p.Requirements {
			needs = append(needs, hexNeed{name: name})
		}
		if asked, ok := m.Requirements[p.Name]; ok {
			pkg.Direct = true
			pkg.Constraint, _ = asked.(string)
			if table, ok := asked.(map[string]any); ok {
				pkg.Constraint, _ = table["version"].(string)
			}
		}
		l.keep(p.Name, pkg, needs)
	}
	l.connect(false)
	return l.doc, nil
}
