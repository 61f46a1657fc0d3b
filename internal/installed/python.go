package installed

import (
	"path"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// isPythonMetadata tells the metadata of an installed distribution.
func isPythonMetadata(file string) bool {
	dir, base := path.Base(path.Dir(file)), path.Base(file)
	if base == "METADATA" {
		return strings.HasSuffix(dir, ".dist-info")
	}
	return strings.HasSuffix(dir, ".egg-info") || dir == "EGG-INFO"
}

// readPython reads core metadata (https://packaging.python.org/specifications/core-metadata/) up to the description; nil where a
// file of that name holds none.
func readPython(file string, data []byte) (*inventory.Document, error) {
	p := inventory.Package{Ecosystem: "PyPI", Line: 1}
	licence, expression, classifier := "", "", ""
	ended := false
	err := eachLine(data, func(_ int, line string) error {
		if line == "" {
			ended = true
		}
		key, value, ok := strings.Cut(line, ":")
		if ended || !ok || line[0] == ' ' || line[0] == '\t' {
			return nil // the description, or a field that goes on
		}
		value = strings.TrimSpace(value)
		switch strings.ToLower(key) {
		case "name":
			p.Name = first(p.Name, value)
		case "version":
			p.Version = first(p.Version, value)
		case "license-expression":
			expression = value
		case "license":
			licence = value
		case "classifier":
			if strings.HasPrefix(value, "License :: ") {
				_, name, _ := cutLast(value, ":: ")
				classifier = first(classifier, name)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if p.Name == "" && p.Version == "" {
		return nil, nil
	}
	doc := &inventory.Document{Path: file, Format: "Python metadata", Ecosystem: "PyPI", Role: inventory.Installed}
	if p.Name == "" || p.Version == "" {
		return nil, errorAt(1, "the metadata has no name or no version")
	}
	p.Name = normalised(p.Name)
	if strings.EqualFold(licence, "unknown") {
		licence = ""
	}
	p.Licence = first(expression, licence, classifier)
	if valid(doc, &p) {
		doc.Packages = []inventory.Package{p}
	}
	return doc, nil
}

// first gives the first text that is not empty.
func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// normalised gives a name as PyPI compares it (PEP 503).
func normalised(name string) string {
	var out strings.Builder
	dash := false
	for _, r := range strings.ToLower(name) {
		if r == '-' || r == '_' || r == '.' {
			dash = true
			continue
		}
		if dash {
			out.WriteByte('-')
			dash = false
		}
		out.WriteRune(r)
	}
	if dash {
		out.WriteByte('-')
	}
	return out.String()
}
