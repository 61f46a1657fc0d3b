package lockfile

import (
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// iniLine is a line of a value.
type iniLine struct {
	text string
	line int
}

// iniEntry is a key of an INI file as Python reads it, with the lines of its value; names are in small letters.
type iniEntry struct {
	section, key string
	values       []iniLine
	line         int
}

// text gives the value as one text.
func (e *iniEntry) text() string {
	var parts []string
	for _, v := range e.values {
		parts = append(parts, v.text)
	}
	return strings.Join(parts, " ")
}

// readINI reads an INI file: sections, "key = value" or "key: value", values that go on in indented lines, comments.
func readINI(data []byte) ([]iniEntry, error) {
	var entries []iniEntry
	section, open := "", false
	err := eachLine(data, func(n int, raw []byte) error {
		line := strings.TrimRight(string(raw), " \t\r")
		text := strings.TrimSpace(line)
		switch {
		case strings.ContainsRune(line, 0):
			return errorAt(n, "it is not text")
		case text == "" || text[0] == '#' || text[0] == ';':
		case line[0] == ' ' || line[0] == '\t':
			if open {
				last := &entries[len(entries)-1]
				last.values = append(last.values, iniLine{withoutINIComment(text), n})
			}
		case text[0] == '[':
			name, _, ok := strings.Cut(text[1:], "]")
			if !ok {
				return errorAt(n, "the name of a section does not end")
			}
			section, open = strings.ToLower(strings.TrimSpace(name)), false
		default:
			cut := strings.IndexAny(text, "=:")
			key, value := text, ""
			if cut >= 0 {
				key, value = strings.TrimSpace(text[:cut]), withoutINIComment(strings.TrimSpace(text[cut+1:]))
			}
			e := iniEntry{section: section, key: strings.ToLower(key), line: n}
			if value != "" {
				e.values = append(e.values, iniLine{value, n})
			}
			entries, open = append(entries, e), true
		}
		return nil
	})
	return entries, err
}

// withoutINIComment cuts what stands after " #" or " ;", which tools differ about and requirements never hold.
func withoutINIComment(text string) string {
	text, _ = cutPipComment(text)
	return strings.TrimSpace(text)
}

// readPipConf reads where pip is told to look for packages.
func readPipConf(path string, data []byte) (*inventory.Document, error) {
	entries, err := readINI(data)
	if err != nil {
		return nil, err
	}
	doc := &inventory.Document{Path: path, Format: "pip.conf", Ecosystem: pyPI, Role: inventory.Settings}
	for _, e := range entries {
		scope, extra := "", true
		switch strings.ReplaceAll(e.key, "_", "-") {
		case "index-url", "index":
			extra = false
		case "extra-index-url", "find-links":
		case "trusted-host":
			scope = "trusted-host"
		default:
			continue
		}
		for _, v := range e.values {
			for _, address := range strings.Fields(v.text) {
				doc.Registries = append(doc.Registries, inventory.Registry{URL: withoutUser(address), Scope: scope, Extra: extra, Line: v.line})
			}
		}
	}
	return doc, nil
}

// readSetupCfg reads the declarative part of a setuptools project.
func readSetupCfg(path string, data []byte) (*inventory.Document, error) {
	entries, err := readINI(data)
	if err != nil {
		return nil, err
	}
	p := &pyProject{doc: &inventory.Document{Path: path, Format: "setup.cfg", Ecosystem: pyPI, Role: inventory.Manifest}}
	for i := range entries {
		p.setupEntry(&entries[i])
	}
	return p.doc, nil
}

// setupEntry reads one key of a setup.cfg.
func (p *pyProject) setupEntry(e *iniEntry) {
	switch {
	case e.section == "metadata":
		text := e.text()
		if strings.Contains(text, "attr:") || strings.Contains(text, "file:") || badVersion(text) {
			return
		}
		switch e.key {
		case "name":
			p.doc.Name = text
		case "version":
			p.doc.Version = text
		case "license", "licence":
			p.doc.Licence = text
		}
	case e.section == "options" && e.key == "install_requires":
		p.setupList(e, pyClaim{})
	case e.section == "options" && e.key == "setup_requires":
		p.setupList(e, pyClaim{scope: inventory.Build})
	case e.section == "options" && e.key == "tests_require":
		p.setupList(e, pyClaim{scope: inventory.Test})
	case e.section == "options.extras_require":
		p.setupList(e, pyClaim{optional: true})
	}
}

// setupList reads requirements, one a line or with ";" between them, or the files that hold them.
func (p *pyProject) setupList(e *iniEntry, claim pyClaim) {
	for _, v := range e.values {
		if files, ok := strings.CutPrefix(v.text, "file:"); ok {
			for name := range strings.SplitSeq(files, ",") {
				p.need(v.line, strings.TrimSpace(name))
			}
			continue
		}
		claim.line = v.line
		if v.line != e.line || len(e.values) > 1 {
			p.require(v.text, claim)
			continue
		}
		// On the key's own line ";" separates requirements; a part with quotes is a marker of the one before.
		whole := ""
		for part := range strings.SplitSeq(v.text, ";") {
			if whole != "" && strings.ContainsAny(part, `"'`) {
				whole += ";" + part
				continue
			}
			p.require(whole, claim)
			whole = part
		}
		p.require(whole, claim)
	}
}
