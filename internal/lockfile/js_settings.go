package lockfile

import (
	"bytes"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// readNpmrc reads .npmrc: which registries serve what. Tokens and passwords are passed over.
func readNpmrc(path string, data []byte) (*inventory.Document, error) {
	doc := &inventory.Document{Path: path, Format: ".npmrc", Ecosystem: npm, Role: inventory.Settings}
	section := false
	err := eachLine(data, func(n int, line []byte) error {
		text := bytes.TrimSpace(line)
		if len(text) == 0 || text[0] == ';' || text[0] == '#' {
			return nil
		}
		if text[0] == '[' {
			section = true
		}
		key, value, found := strings.Cut(string(text), "=")
		if !found || section {
			return nil
		}
		registrySetting(doc, strings.TrimSpace(key), strings.TrimSpace(value), n)
		return nil
	})
	return doc, err
}

// readYarnrc reads .yarnrc of Yarn 1: a key and a value a line, quoted or not.
func readYarnrc(path string, data []byte) (*inventory.Document, error) {
	doc := &inventory.Document{Path: path, Format: ".yarnrc", Ecosystem: npm, Role: inventory.Settings}
	err := eachLine(data, func(n int, line []byte) error {
		text := bytes.TrimSpace(line)
		if len(text) == 0 || text[0] == '#' {
			return nil
		}
		key, rest, err := classicText(n, text, " ")
		if err == nil {
			registrySetting(doc, string(key), string(bytes.TrimSpace(rest)), n)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return doc, nil
}

// registrySetting keeps a setting "registry" or "@scope:registry".
func registrySetting(doc *inventory.Document, key, value string, line int) {
	for _, quote := range []string{`"`, `'`} {
		if inner, ok := strings.CutPrefix(value, quote); ok {
			value = strings.TrimSuffix(inner, quote)
		}
	}
	scope, scoped := strings.CutSuffix(key, ":registry")
	switch {
	case key == "registry":
		addRegistry(doc, value, "", line)
	case scoped && strings.HasPrefix(scope, "@") && !badName(scope):
		addRegistry(doc, value, scope, line)
	}
}

// readYarnrcYAML reads .yarnrc.yml of Yarn 2 and later: registries and catalogs.
func readYarnrcYAML(path string, data []byte) (*inventory.Document, error) {
	var doc *inventory.Document
	err := readYAML(data, func(r *yamlReader) error {
		doc = &inventory.Document{Path: path, Format: ".yarnrc.yml", Ecosystem: npm, Role: inventory.Settings}
		err := r.mapping(-1, func(key []byte, value yamlValue) error {
			switch string(key) {
			case "npmRegistryServer":
				addRegistry(doc, string(value.text), "", r.keyLine())
			case "npmScopes":
				return r.members(value, func(key []byte, value yamlValue) error {
					scope := "@" + string(key)
					return r.members(value, func(key []byte, value yamlValue) error {
						if string(key) == "npmRegistryServer" {
							addRegistry(doc, string(value.text), scope, r.keyLine())
						}
						return nil
					})
				})
			case "catalog":
				return readCatalog(r, doc, "", value)
			case "catalogs":
				return r.members(value, func(key []byte, value yamlValue) error { return readCatalog(r, doc, string(key), value) })
			}
			return nil
		})
		noteTwiceYAML(doc, r)
		return err
	})
	if err != nil {
		return nil, err
	}
	return doc, nil
}
