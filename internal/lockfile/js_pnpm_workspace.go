package lockfile

import (
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// readPnpmWorkspace reads pnpm-workspace.yaml: the members of the workspace, and the catalogs that their manifests refer to.
func readPnpmWorkspace(path string, data []byte) (*inventory.Document, error) {
	var doc *inventory.Document
	err := readYAML(data, func(r *yamlReader) error {
		doc = &inventory.Document{Path: path, Format: "pnpm-workspace.yaml", Ecosystem: npm, Role: inventory.Settings}
		err := r.mapping(-1, func(key []byte, value yamlValue) error {
			switch string(key) {
			case "packages":
				return r.items(value, func(text []byte) { doc.Members = append(doc.Members, strings.TrimPrefix(string(text), "./")) })
			case "catalog":
				return readCatalog(r, doc, "", value)
			case "catalogs":
				return r.members(value, func(key []byte, value yamlValue) error { return readCatalog(r, doc, string(key), value) })
			case "registry":
				addRegistry(doc, string(value.text), "", r.keyLine())
			case "registries":
				return r.members(value, func(key []byte, value yamlValue) error {
					scope := string(key)
					if scope == "default" {
						scope = ""
					}
					addRegistry(doc, string(value.text), scope, r.keyLine())
					return nil
				})
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

// readCatalog keeps the constraints of one catalog as properties.
func readCatalog(r *yamlReader, doc *inventory.Document, catalog string, value yamlValue) error {
	return r.members(value, func(key []byte, value yamlValue) error {
		if value.kind == 's' {
			if doc.Properties == nil {
				doc.Properties = map[string]string{}
			}
			doc.Properties[catalogKey(catalog, string(key))] = string(value.text)
		}
		return nil
	})
}

// addRegistry notes where packages come from, without user and password.
func addRegistry(doc *inventory.Document, address, scope string, line int) {
	if address = strings.TrimSpace(address); address == "" {
		return
	}
	if badName(address) && len(address) <= maxName || len(address) > maxPath {
		unknown(doc, "the registry in line %d is no possible address", line)
		return
	}
	doc.Registries = append(doc.Registries, inventory.Registry{URL: withoutUser(address), Scope: scope, Line: line})
}
