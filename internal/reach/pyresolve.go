package reach

import (
	"path"
	"slices"
	"strings"
)

// pyPackages finds the files that an import of Python leads to.
type pyPackages struct {
	p *scriptProject
	// roots are the folders that modules are looked for in: the project's own, then those of installed packages.
	roots     []string
	installed []string
}

func (p *scriptProject) pyPackages() *pyPackages {
	if p.py != nil {
		return p.py
	}
	y := &pyPackages{p: p}
	p.py = y
	for dir := range p.a.tree.files {
		if _, name := split(dir); within(dir, p.dir) && (name == "site-packages" || name == "dist-packages") {
			y.installed = append(y.installed, dir)
		}
	}
	slices.Sort(y.installed)
	y.roots = append([]string{p.dir, path.Join(p.dir, "src"), path.Join(p.dir, "lib")}, y.installed...)
	return y
}

func (y *pyPackages) here() bool { return len(y.installed) > 0 }

// started is not known for Python: see notLoaded.
func (y *pyPackages) started() []arrivalAt { return nil }

// names are the modules of an installed distribution, as its top_level.txt or RECORD lists them.
func (y *pyPackages) names(dist string) []string {
	t := y.p.a.tree
	for _, root := range y.installed {
		for _, folder := range t.folders[root] {
			name, ok := strings.CutSuffix(folder, ".dist-info")
			if !ok {
				continue
			}
			name, _, _ = strings.Cut(name, "-")
			if normalPython(name) != dist {
				continue
			}
			if data, err := t.readIf(path.Join(root, folder, "top_level.txt")); err == nil {
				return strings.Fields(string(data))
			}
			if data, err := t.readIf(path.Join(root, folder, "RECORD")); err == nil {
				return recorded(string(data))
			}
		}
	}
	return nil
}

// normalPython is a distribution's name as PEP 503 writes it.
func normalPython(name string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '-' || r == '_' || r == '.' }), "-")
}

// recorded are the modules among the files of a RECORD.
func recorded(record string) []string {
	var names []string
	for line := range strings.Lines(record) {
		file, _, _ := strings.Cut(line, ",")
		first, rest, inside := strings.Cut(file, "/")
		switch {
		case inside && strings.HasSuffix(rest, ".py") && first != ".." && !strings.Contains(first, "."):
			names = append(names, first)
		case !inside && strings.HasSuffix(first, ".py"):
			names = append(names, strings.TrimSuffix(first, ".py"))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (y *pyPackages) resolve(file string, l load) resolved {
	dir, _ := split(file)
	parts := strings.Split(l.name, ".")
	if l.relative > 0 {
		for range l.relative - 1 {
			dir, _ = split(dir)
		}
		if l.name == "" {
			return resolved{files: y.module(dir, nil)}
		}
		return resolved{files: y.module(dir, parts)}
	}
	if l.name == "" {
		return resolved{}
	}
	roots := append([]string{dir}, y.roots...)
	for up := dir; up != y.p.dir && within(up, y.p.dir) && up != ""; {
		up, _ = split(up)
		roots = append(roots, up)
	}
	for _, root := range roots {
		if files := y.module(root, parts); len(files) > 0 {
			return resolved{files: files}
		}
	}
	if pythonLib()[parts[0]] {
		return resolved{}
	}
	for _, root := range roots {
		if y.p.a.tree.hasFolder(path.Join(root, parts[0])) {
			return resolved{} // a namespace, or a compiled module in it
		}
	}
	return resolved{missing: "the code of " + parts[0] + ", which " + file + " imports, is not here"}
}

// module are the files that run when a module under root is imported: its own, and those of the packages around it.
func (y *pyPackages) module(root string, parts []string) []string {
	t := y.p.a.tree
	var files []string
	at := root
	if len(parts) == 0 {
		parts = []string{""}
	}
	for _, part := range parts {
		at = path.Join(at, part)
		switch {
		case t.has(path.Join(at, "__init__.py")):
			files = append(files, path.Join(at, "__init__.py"))
		case t.has(at + ".py"):
			return append(files, at+".py")
		case !t.hasFolder(at):
			return files
		}
	}
	return files
}
