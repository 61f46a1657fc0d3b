package installed

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// isNodeModule tells the package.json of an installed package: directly in node_modules/NAME or node_modules/@SCOPE/NAME.
func isNodeModule(file string) bool {
	above := path.Dir(path.Dir(file))
	if path.Base(above) == "node_modules" {
		return !strings.HasPrefix(path.Base(path.Dir(file)), "@")
	}
	return strings.HasPrefix(path.Base(above), "@") && path.Base(path.Dir(above)) == "node_modules"
}

// parseJSON reads JSON into v and says where it is damaged.
func parseJSON(data []byte, v any) error {
	err := json.Unmarshal(data, v)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("byte %d: %w", syntax.Offset, err)
	}
	return err
}

// textOf gives a JSON string, "" for anything else.
func textOf(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return ""
	}
	return text
}

// readNodeModule reads the package.json of a package that lies in node_modules; nil where it has no name or no version.
func readNodeModule(file string, data []byte) (*inventory.Document, error) {
	var fields map[string]json.RawMessage
	if err := parseJSON(data, &fields); err != nil {
		return nil, err
	}
	p := inventory.Package{Ecosystem: "npm", Name: textOf(fields["name"]), Version: textOf(fields["version"]), Line: 1}
	if p.Name == "" || p.Version == "" {
		return nil, nil
	}
	folder := path.Base(path.Dir(file))
	if scope := path.Base(path.Dir(path.Dir(file))); strings.HasPrefix(scope, "@") {
		folder = scope + "/" + folder
	}
	if folder != p.Name && !badName(folder) {
		p.Alias = folder
	}
	p.Licence = nodeLicence(fields)
	p.Integrity, p.Origin = textOf(fields["_integrity"]), textOf(fields["_resolved"])
	p.Deprecated = textOf(fields["deprecated"])
	if badValue(p.Integrity) {
		p.Integrity = ""
	}
	var scripts map[string]json.RawMessage
	if json.Unmarshal(fields["scripts"], &scripts) == nil {
		for _, name := range []string{"preinstall", "install", "postinstall"} {
			p.InstallScript = p.InstallScript || textOf(scripts[name]) != ""
		}
	}
	doc := &inventory.Document{Path: file, Format: "package.json", Ecosystem: "npm", Role: inventory.Installed}
	if valid(doc, &p) {
		doc.Packages = []inventory.Package{p}
	}
	return doc, nil
}

// nodeLicence reads license, and the older forms of it.
func nodeLicence(fields map[string]json.RawMessage) string {
	if text := textOf(fields["license"]); text != "" {
		return text
	}
	var one struct {
		Type json.RawMessage `json:"type"`
	}
	if json.Unmarshal(fields["license"], &one) == nil && textOf(one.Type) != "" {
		return textOf(one.Type)
	}
	var many []struct {
		Type json.RawMessage `json:"type"`
	}
	if json.Unmarshal(fields["licenses"], &many) != nil {
		return ""
	}
	var names []string
	for _, l := range many {
		if text := textOf(l.Type); text != "" {
			names = append(names, text)
		}
	}
	return strings.Join(names, " OR ") // "licenses" meant a choice
}
