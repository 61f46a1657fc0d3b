package lockfile

import (
	"bytes"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// readNugetConfig reads where packages come from (https://learn.microsoft.com/nuget/reference/nuget-config-file). Credentials are
// passed over. Without <clear/> the sources stand beside those of the machine.
func readNugetConfig(file string, data []byte) (*inventory.Document, error) {
	root, err := parseXML(data)
	if err != nil {
		return nil, err
	}
	if root.name != "configuration" {
		return nil, errorAt(root.line, "the root element is <%s>, not <configuration>", root.name)
	}
	doc := &inventory.Document{Path: file, Format: "nuget.config", Ecosystem: nuget, Role: inventory.Settings}
	disabled := map[string]bool{}
	for _, e := range root.at("disabledPackageSources").all("add") {
		disabled[e.attr("key")] = strings.EqualFold(e.attr("value"), "true")
	}
	patterns := map[string][]string{}
	for _, s := range root.at("packageSourceMapping").all("packageSource") {
		for _, p := range s.all("package") {
			if pattern := p.attr("pattern"); !badName(pattern) && pattern != "*" {
				patterns[s.attr("key")] = append(patterns[s.attr("key")], pattern)
			}
		}
	}
	extra := true
	if sources := root.child("packageSources"); sources != nil {
		for _, e := range sources.children {
			switch e.name {
			case "clear":
				doc.Registries, extra = nil, false
			case "add":
				if u := withoutUser(e.attr("value")); u != "" && !badName(u) && !disabled[e.attr("key")] {
					doc.Registries = append(doc.Registries, inventory.Registry{URL: u, Scope: strings.Join(patterns[e.attr("key")], " "), Line: e.line})
				}
			}
		}
	}
	for i := range doc.Registries {
		doc.Registries[i].Extra = extra
	}
	return doc, nil
}

// readPaketLock reads paket.lock (https://fsprojects.github.io/Paket/lock-file.html): groups of packages, indented under their source.
func readPaketLock(file string, data []byte) (*inventory.Document, error) {
	doc := &inventory.Document{Path: file, Format: "paket.lock", Ecosystem: nuget, Role: inventory.Lock}
	g := newNugetGraph(doc)
	group, section, remote, last := "Main", "", "", -1
	scope := inventory.Production
	err := eachLine(data, func(n int, raw []byte) error {
		indent := len(raw) - len(bytes.TrimLeft(raw, " "))
		text := strings.TrimSpace(string(raw))
		switch {
		case text == "":
		case indent == 0:
			last, section, remote = -1, "", ""
			if name, ok := strings.CutPrefix(text, "GROUP "); ok {
				group, scope = name, paketScope(name)
			} else if !strings.Contains(text, ":") {
				if section = text; strings.ToUpper(text) != text || strings.ContainsAny(text, " {}<>=") {
					return errorAt(n, "this is no part of a paket.lock")
				}
			}
		case strings.HasPrefix(text, "remote: "):
			remote = withoutUser(strings.TrimPrefix(text, "remote: "))
			if section == "NUGET" && !badName(remote) {
				doc.Registries = append(doc.Registries, inventory.Registry{URL: remote, Line: n})
			}
		case section != "NUGET":
			if indent == 4 && section != "" && strings.HasSuffix(text, ")") {
				unknown(doc, "line %d: %s of %s is source code, not a package", n, shorten(text), shorten(remote))
			}
		case indent == 4:
			name, version, ok := paketName(text)
			if !ok {
				return errorAt(n, "this is not \"name (version)\"")
			}
			last = g.add(group, nugetEntry{name: name, version: version, kind: "package", line: n})
			if last >= 0 {
				p := &doc.Packages[last]
				if p.Line == n {
					p.Scope = scope
					p.Origin = first(remote, "")
				} else if scope == inventory.Production {
					p.Scope = scope
				}
				if badVersion(p.Origin) {
					p.Origin = ""
				}
			}
		case indent == 6 && last >= 0:
			name, _, _ := strings.Cut(text, " ")
			g.edges = append(g.edges, nugetEdge{last, group, strings.ToLower(name)})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	g.connect()
	asked := make([]bool, len(doc.Packages))
	for i := range doc.Packages {
		for _, to := range doc.Packages[i].Requires {
			asked[to] = true
		}
	}
	for i := range doc.Packages { // what nobody else asks for, the project asks for
		doc.Packages[i].Direct = !asked[i]
	}
	return doc, nil
}

// paketName takes "Name (1.2) - restriction: …" apart.
func paketName(text string) (name, version string, ok bool) {
	name, rest, ok := strings.Cut(text, " (")
	version, _, closed := strings.Cut(rest, ")")
	return name, version, ok && closed && name != "" && version != "" && !strings.ContainsAny(version, " <>=~")
}

// paketScope goes by the group's name: Paket has no scopes of its own.
func paketScope(group string) inventory.Scope {
	switch strings.ToLower(group) {
	case "test", "tests":
		return inventory.Test
	case "build":
		return inventory.Build
	}
	return inventory.Production
}

// readPaket reads paket.dependencies: what is asked for.
func readPaket(file string, data []byte) (*inventory.Document, error) {
	doc := &inventory.Document{Path: file, Format: "paket.dependencies", Ecosystem: nuget, Role: inventory.Manifest}
	scope := inventory.Production
	err := eachLine(data, func(n int, raw []byte) error {
		fields := strings.Fields(string(raw))
		if len(fields) < 2 {
			return nil
		}
		switch strings.ToLower(fields[0]) {
		case "group":
			scope = paketScope(fields[1])
		case "source":
			if u := withoutUser(fields[1]); !badName(u) {
				doc.Registries = append(doc.Registries, inventory.Registry{URL: u, Line: n})
			}
		case "nuget":
			p := inventory.Package{Ecosystem: nuget, Name: fields[1], Scope: scope, Direct: true, Line: n}
			for _, f := range fields[2:] {
				if strings.Contains(f, ":") || strings.HasPrefix(f, "//") || strings.HasPrefix(f, "#") {
					break
				}
				p.Constraint = strings.TrimSpace(p.Constraint + " " + f)
			}
			if badName(p.Name) || badVersion(p.Constraint) {
				unknownName(doc, p.Name)
				return nil
			}
			if v := strings.TrimSpace(strings.TrimLeft(p.Constraint, "=")); v != "" && (v == p.Constraint || strings.HasPrefix(p.Constraint, "=")) && !strings.ContainsAny(v, " <>~*") {
				p.Version = v
			} else {
				unknown(doc, "line %d: the version of %s is not known without a lock file", n, p.Name)
			}
			doc.Packages = append(doc.Packages, p)
		}
		return nil
	})
	if len(doc.Packages) > 0 {
		unknown(doc, directOnly, "paket.dependencies")
	}
	return doc, err
}
