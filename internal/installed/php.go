package installed

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// composerPackage is one entry of installed.json.
type composerPackage struct {
	Name    string                     `json:"name"`
	Version string                     `json:"version"`
	Type    string                     `json:"type"`
	License json.RawMessage            `json:"license"`
	Require map[string]json.RawMessage `json:"require"`
	Source  struct {
		URL       string `json:"url"`
		Reference string `json:"reference"`
	} `json:"source"`
	Dist struct {
		Type   string `json:"type"`
		URL    string `json:"url"`
		Shasum string `json:"shasum"`
	} `json:"dist"`
	Abandoned json.RawMessage `json:"abandoned"`
}

// readComposer reads vendor/composer/installed.json of Composer 1 (a list) and 2 (an object).
func readComposer(file string, data []byte) (*inventory.Document, error) {
	var all struct {
		Packages    []composerPackage `json:"packages"`
		Development []string          `json:"dev-package-names"`
	}
	var err error
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("[")) {
		err = parseJSON(data, &all.Packages)
	} else {
		err = parseJSON(data, &all)
	}
	if err != nil {
		return nil, err
	}
	doc := &inventory.Document{Path: file, Format: "installed.json", Ecosystem: "Packagist", Role: inventory.Installed}
	development := map[string]bool{}
	for _, name := range all.Development {
		development[name] = true
	}
	at := map[string]int{}
	var kept []*composerPackage
	for i := range all.Packages {
		c := &all.Packages[i]
		p := inventory.Package{Ecosystem: "Packagist", Name: c.Name, Version: c.Version, Origin: first(c.Dist.URL, c.Source.URL)}
		if p.Version == "" {
			return nil, errorAt(1, "package %q has no version", shorten(p.Name))
		}
		if c.Dist.Type == "path" {
			p.Origin = "file:" + c.Dist.URL
		}
		if development[p.Name] {
			p.Scope = inventory.Development
		}
		if c.Dist.Shasum != "" && !badName(c.Dist.Shasum) {
			p.Integrity = "sha1:" + c.Dist.Shasum
		}
		p.Licence = composerLicence(c.License)
		if text := textOf(c.Abandoned); text != "" {
			p.Deprecated = "abandoned, use " + text
		} else if string(c.Abandoned) == "true" {
			p.Deprecated = "abandoned"
		}
		if valid(doc, &p) {
			at[strings.ToLower(p.Name)] = len(doc.Packages)
			doc.Packages = append(doc.Packages, p)
			kept = append(kept, c)
		}
	}
	for i, c := range kept {
		for _, name := range slices.Sorted(maps.Keys(c.Require)) {
			if to, ok := at[strings.ToLower(name)]; ok && to != i { // PHP itself and its extensions are not listed
				doc.Packages[i].Requires = append(doc.Packages[i].Requires, to)
			}
		}
	}
	return doc, nil
}

// composerLicence reads a licence or a list of them, which is a choice.
func composerLicence(raw json.RawMessage) string {
	if text := textOf(raw); text != "" {
		return text
	}
	var many []string
	if json.Unmarshal(raw, &many) != nil {
		return ""
	}
	return strings.Join(many, " OR ")
}
