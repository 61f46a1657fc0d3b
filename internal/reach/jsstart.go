package reach

import (
	"maps"
	"path"
	"slices"
	"strings"
)

// started are the files that commands of installed packages begin with, where the project's scripts and container files name them.
func (j *jsPackages) started() []arrivalAt {
	t := j.p.a.tree
	var texts [][]byte
	var files []string
	for _, f := range t.under(j.p.dir) {
		_, name := split(f)
		if strings.Contains("/"+f, "/node_modules/") || !(name == "package.json" || name == "Procfile" || name == "Makefile" || strings.HasPrefix(name, "Dockerfile") || strings.HasSuffix(name, ".sh")) {
			continue
		}
		data, err := t.read(f)
		if err != nil || len(data) > maxSettings {
			continue
		}
		if name == "package.json" {
			data = []byte(strings.Join(leaves(j.scriptsOf(f), nil), "\n"))
		}
		texts, files = append(texts, data), append(files, f)
	}
	var out []arrivalAt
	for _, pkg := range slices.Sorted(maps.Keys(j.folders)) {
		for _, folder := range j.folders[pkg] {
			m := j.manifest(folder)
			if m == nil || m.Bin == nil || !strings.Contains("/"+folder, "/node_modules/") {
				continue
			}
			commands, _ := m.Bin.(map[string]any)
			if commands == nil {
				commands = map[string]any{path.Base(pkg): m.Bin}
			}
			for _, command := range slices.Sorted(maps.Keys(commands)) {
				i := slices.IndexFunc(texts, func(text []byte) bool { return hasWord(text, command) })
				if i < 0 {
					continue
				}
				for _, leaf := range leaves(commands[command], nil) {
					if p, ok := join(folder, leaf); ok && within(p, folder) && t.has(p) {
						out = append(out, arrivalAt{p, arrival{from: files[i], line: 1, name: command, command: true}})
					}
				}
			}
		}
	}
	return out
}

func (j *jsPackages) scriptsOf(file string) any {
	dir, _ := split(file)
	if m := j.manifest(dir); m != nil {
		return m.Scripts
	}
	return nil
}
