package lockfile

import (
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// readCondaMeta reads conda-meta/NAME.json: one installed package of a Conda environment. The ecosystem is "conda"; OSV has none.
func readCondaMeta(file string, data []byte) (*inventory.Document, error) {
	doc := &inventory.Document{Path: file, Format: "conda-meta", Ecosystem: "conda", Role: inventory.Installed}
	p := inventory.Package{Ecosystem: "conda", Line: 1}
	r := newJSON(data)
	var hash, asked string
	err := r.document(func(key []byte) error {
		switch string(key) {
		case "name":
			return r.text(&p.Name)
		case "version":
			return r.text(&p.Version)
		case "license":
			return r.text(&p.Licence)
		case "url":
			return r.text(&p.Origin)
		case "subdir":
			return r.text(&p.Arch)
		case "sha256":
			return r.text(&hash)
		case "requested_spec":
			return r.text(&asked)
		}
		return r.skip()
	})
	if err != nil {
		return nil, err
	}
	p.Origin, p.Direct = withoutUser(p.Origin), asked != "" && asked != "None"
	if isHexHash(hash) {
		p.Integrity = "sha256:" + hash
	}
	if p.Name == "" && p.Version == "" {
		return nil, nil // other files lie there too
	}
	if badName(p.Name) || badName(p.Version) || badVersion(p.Origin) || badVersion(p.Licence) || badVersion(p.Arch) {
		unknownName(doc, p.Name)
		return doc, nil
	}
	doc.Packages = []inventory.Package{p}
	return doc, nil
}

// readCarton reads cpanfile.snapshot: distributions with the modules they provide and need. The ecosystem is "CPAN"; OSV has none.
func readCarton(file string, data []byte) (*inventory.Document, error) {
	doc := &inventory.Document{Path: file, Format: "cpanfile.snapshot", Ecosystem: "CPAN", Role: inventory.Lock}
	provides := map[string]int{}
	var needs [][]string
	section, started := "", false
	err := eachLine(data, func(n int, raw []byte) error {
		indent := len(raw) - len(strings.TrimLeft(string(raw), " "))
		text := strings.TrimSpace(string(raw))
		last := len(doc.Packages) - 1
		switch {
		case text == "" || text[0] == '#':
		case indent == 0:
			started = text == "DISTRIBUTIONS"
			if !started {
				return errorAt(n, "this is not DISTRIBUTIONS")
			}
		case !started:
			return errorAt(n, "this is not DISTRIBUTIONS")
		case indent == 2:
			section = "skipped"
			name, version, ok := cutDistribution(text)
			if !ok || badName(name) || badName(version) {
				unknownName(doc, text)
				return nil
			}
			section = ""
			doc.Packages = append(doc.Packages, inventory.Package{Ecosystem: "CPAN", Name: name, Version: version, Line: n})
			needs = append(needs, nil)
		case section == "skipped" || last < 0:
		case indent == 4:
			field, value, _ := strings.Cut(text, ":")
			section = field
			if value = strings.TrimSpace(value); field == "pathname" && value != "" && !badName(value) {
				doc.Packages[last].Origin = "https://cpan.metacpan.org/authors/id/" + value
			}
		case indent == 6 && section == "provides":
			module, _, _ := strings.Cut(text, " ")
			provides[module] = last
		case indent == 6 && section == "requirements":
			module, _, _ := strings.Cut(text, " ")
			needs[last] = append(needs[last], module)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i := range needs {
		seen := map[int]bool{i: true}
		for _, module := range needs[i] {
			if to, ok := provides[module]; ok && !seen[to] { // perl and its core modules are not listed
				seen[to] = true
				doc.Packages[i].Requires = append(doc.Packages[i].Requires, to)
			}
		}
	}
	return doc, nil
}

// cutDistribution takes "Foo-Bar-1.23" apart: the version begins at the last dash that a digit or "v" and a digit follow.
func cutDistribution(text string) (name, version string, ok bool) {
	for i := len(text) - 2; i > 0; i-- {
		rest := strings.TrimPrefix(text[i+1:], "v")
		if text[i] == '-' && rest != "" && rest[0] >= '0' && rest[0] <= '9' {
			return text[:i], text[i+1:], true
		}
	}
	return text, "", false
}
