package remedy

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/lockfile"
)

// cargoManifests are the Cargo.toml files of a project.
type cargoManifests struct {
	j *job
	// changed are new contents by path.
	changed map[string][]byte
}

func (m *cargoManifests) read(p string) ([]byte, error) {
	if data, ok := m.changed[p]; ok {
		return data, nil
	}
	return m.j.w.read(p)
}

// allow makes sure that one of the project's own crates takes a version of another crate, and changes what it asks for where it would not.
func (m *cargoManifests) allow(own, name string, now semver, version string) error {
	target, _ := parseSemver(version)
	found := false
	for _, file := range m.j.manifests("Cargo.toml") {
		data, err := m.read(file)
		if err != nil {
			continue
		}
		doc, err := lockfile.Read(file, data)
		if err != nil || doc == nil || doc.Name != own {
			continue
		}
		for i := range doc.Packages {
			pkg := &doc.Packages[i]
			s, ok := cargoSpan(pkg.Constraint)
			if pkg.Name != name || ok && !s.allows(now) {
				continue
			}
			if !ok {
				return fmt.Errorf("%s asks for %s as %q, which cannot be read", file, name, pkg.Constraint)
			}
			found = true
			if s.allows(target) {
				continue
			}
			if err := m.ask(file, pkg, version); err != nil {
				return err
			}
		}
	}
	if !found {
		return fmt.Errorf("where %s asks for %s was not found", own, name)
	}
	return nil
}

// ask changes what a manifest asks for; where it leaves that to its workspace, the workspace's.
func (m *cargoManifests) ask(file string, pkg *inventory.Package, version string) error {
	known := firstText(pkg.Alias, pkg.Name)
	want := cargoReq(pkg.Constraint, version)
	files := []string{file}
	for _, dir := range parents(path.Dir(file))[1:] {
		if p := path.Join(dir, "Cargo.toml"); p != file && m.j.w.has(p) {
			files = append(files, p)
		}
	}
	if root := m.j.beside("Cargo.toml"); !slices.Contains(files, root) {
		files = append(files, root)
	}
	for i, p := range files {
		data, err := m.read(p)
		if err != nil {
			continue
		}
		list := cargoSites(data, known, pkg.Constraint, i > 0)
		if len(list) == 0 {
			continue
		}
		for k := range list {
			list[k].text = want
		}
		if data, err = applySplices(data, list); err != nil {
			return err
		}
		m.changed[p] = data
		return nil
	}
	return fmt.Errorf("where %s asks for %s could not be changed", file, known)
}

// cargoReq asks for another version in the manner of what was asked for.
func cargoReq(old, version string) string {
	version, _, _ = strings.Cut(version, "+")
	text := strings.TrimSpace(old)
	n := len(text) - len(strings.TrimLeft(text, "^~="))
	if op := text[:n]; !strings.ContainsAny(text[n:], ",<>*") {
		return op + version
	}
	return version
}

// cargoSites finds the places in a Cargo.toml where a dependency states the version that is asked for. shared looks at what a workspace
// states for its members.
func cargoSites(data []byte, name, constraint string, shared bool) []splice {
	var out []splice
	section, at := "", 0
	for line := range strings.Lines(string(data)) {
		start := at
		at += len(line)
		trimmed := strings.TrimSpace(line)
		if strings.HasPrefix(trimmed, "[") {
			if end := strings.IndexByte(trimmed, ']'); end > 0 {
				section = strings.ReplaceAll(strings.Trim(trimmed[:end], "[] "), " ", "")
			}
			continue
		}
		key, _, ok := strings.Cut(line, "=")
		if !ok || strings.HasPrefix(trimmed, "#") {
			continue
		}
		bare := strings.Trim(strings.TrimSpace(key), `"'`)
		own, table := cargoSection(section, name)
		if strings.HasPrefix(section, "workspace.") != shared || !own {
			continue
		}
		from := start + len(key) + 1
		value := line[len(key)+1:]
		switch {
		case table && bare == "version", !table && bare == name+".version":
		case !table && bare == name && strings.HasPrefix(strings.TrimSpace(value), "{"):
			i := strings.Index(value, "version")
			if i < 0 {
				continue
			}
			from += i + len("version")
			value = value[i+len("version"):]
		case !table && bare == name:
		default:
			continue
		}
		if i, n := quoted(value); n >= 0 && value[i:i+n] == constraint {
			out = append(out, splice{start: from + i, end: from + i + n})
		}
	}
	return out
}

// cargoSection tells whether a section holds dependencies (own), and whether it is that of one dependency alone (table).
func cargoSection(section, name string) (own, table bool) {
	section = strings.ReplaceAll(strings.ReplaceAll(section, `"`, ""), "'", "")
	ends := []string{"dependencies", "dev-dependencies", "build-dependencies", "dev_dependencies", "build_dependencies"}
	for _, end := range ends {
		if section == end || strings.HasSuffix(section, "."+end) {
			return true, false
		}
		if section == end+"."+name || strings.HasSuffix(section, "."+end+"."+name) {
			return true, true
		}
	}
	return false, false
}

// quoted gives the place and length of the first quoted text, without its quotes; the length is -1 where there is none.
func quoted(text string) (start, length int) {
	start = strings.IndexAny(text, `"'`)
	if start < 0 || strings.Contains(text[:start], "#") {
		return 0, -1
	}
	length = strings.IndexByte(text[start+1:], text[start])
	return start + 1, length
}

// files are the changed manifests.
func (m *cargoManifests) files() map[string][]byte { return maps.Clone(m.changed) }

// raiseDirect changes what a manifest asks for of a crate, wherever it says so itself.
func (m *cargoManifests) raiseDirect(file, name, version string) error {
	data, err := m.read(file)
	if err != nil {
		return nil // members that were not read ask for nothing
	}
	doc, err := lockfile.Read(file, data)
	if err != nil || doc == nil {
		return err
	}
	for i := range doc.Packages {
		if pkg := &doc.Packages[i]; pkg.Name == name && pkg.Constraint != "" && cargoReq(pkg.Constraint, version) != pkg.Constraint {
			if err := m.ask(file, pkg, version); err != nil {
				return err
			}
		}
	}
	return nil
}

// words are all quoted texts of the manifests, and what follows a slash in them: every feature that they could name is among them.
func (m *cargoManifests) words() []string {
	var out []string
	for _, file := range m.j.manifests("Cargo.toml") {
		data, err := m.read(file)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(data)) {
			for {
				i, n := quoted(line)
				if n < 0 {
					break
				}
				word := line[i : i+n]
				_, feature, _ := strings.Cut(word, "/")
				out = append(out, word, feature)
				line = line[i+n+1:]
			}
		}
	}
	return out
}
