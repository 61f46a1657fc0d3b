package reach

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// goModule is one module of a build.
type goModule struct {
	path, version string
	// main tells that it is one of the project's own.
	main bool
	// folder holds its source, nil where it is not here; shown is how paths in it begin when they are shown.
	folder goFolder
	shown  string
	// why says what would bring the source, where it is not here.
	why string
}

// goModules are the modules of a build: what go.mod, go.work and vendor/modules.txt say.
type goModules struct {
	// dir is the folder of the project's go.mod; own is its module.
	dir string
	own *goModule
	// all are ordered by path, longest first, so that the first that fits is the one that holds a package.
	all []*goModule
	// vendor holds the packages of other modules, nil where it does not; listed are the packages that vendor/modules.txt names, by
	// module, and vendorDir is its folder.
	vendor    goFolder
	vendorDir string
	listed    map[string][]string
	// gap says what go.mod leaves open, "" where it tells all versions.
	gap string
}

// findGoModules reads what stands in or above dir. The error says which file is missing or damaged.
func (a *Analysis) findGoModules(dir string) (*goModules, error) {
	t := a.tree
	home := dir
	for !t.has(path.Join(home, "go.mod")) {
		if home == "" {
			return nil, fmt.Errorf("no go.mod stands in or above folder %q", orRoot(dir))
		}
		home, _ = split(home)
	}
	m := &goModules{dir: home}
	mains, work, err := a.workspace(home)
	if err != nil {
		return nil, err
	}
	var files []*modfile.File
	for _, d := range mains {
		f, err := t.goMod(path.Join(d, "go.mod"))
		if err != nil {
			return nil, err
		}
		own := &goModule{path: f.Module.Mod.Path, main: true, folder: goTree{t: t, base: d}, shown: d}
		if d == home {
			m.own = own
		}
		m.all = append(m.all, own)
		files = append(files, f)
		if f.Go == nil || goMinor(f.Go.Version) < 17 {
			m.gap = path.Join(d, "go.mod") + " is older than Go 1.17 and does not tell the versions of all modules"
		}
	}
	a.required(m, mains, files, work)
	vendorHome := home
	if work != nil {
		vendorHome = work.dir
	}
	m.readVendor(t, path.Join(vendorHome, "vendor"))
	slices.SortStableFunc(m.all, func(x, y *goModule) int {
		if len(x.path) != len(y.path) {
			return len(y.path) - len(x.path)
		}
		return strings.Compare(x.path, y.path)
	})
	return m, nil
}

func orRoot(dir string) string {
	if dir == "" {
		return "."
	}
	return dir
}

func (t *tree) goMod(p string) (*modfile.File, error) {
	data, err := t.read(p)
	if err != nil {
		return nil, fmt.Errorf("read %q: %w", p, err)
	}
	f, err := modfile.ParseLax(p, data, nil)
	if err != nil {
		return nil, fmt.Errorf("parse %q: %w", p, err)
	}
	if f.Module == nil || f.Module.Mod.Path == "" {
		return nil, fmt.Errorf("%q names no module", p)
	}
	// ParseLax passes replace over, which is only for the main module: read it strictly where that is possible.
	if strict, err := modfile.Parse(p, data, nil); err == nil {
		return strict, nil
	}
	return f, nil
}

// workFile is a go.work.
type workFile struct {
	dir  string
	file *modfile.WorkFile
}

// workspace gives the folders of all main modules, and the go.work that names them if there is one that names home.
func (a *Analysis) workspace(home string) ([]string, *workFile, error) {
	t := a.tree
	for dir := home; ; dir, _ = split(dir) {
		p := path.Join(dir, "go.work")
		if !t.has(p) {
			if dir == "" {
				return []string{home}, nil, nil
			}
			continue
		}
		data, err := t.read(p)
		if err != nil {
			return nil, nil, fmt.Errorf("read %q: %w", p, err)
		}
		w, err := modfile.ParseWork(p, data, nil)
		if err != nil {
			return nil, nil, fmt.Errorf("parse %q: %w", p, err)
		}
		var dirs []string
		for _, use := range w.Use {
			if d, ok := join(dir, use.Path); ok && t.has(path.Join(d, "go.mod")) && !slices.Contains(dirs, d) {
				dirs = append(dirs, d)
			}
		}
		if !slices.Contains(dirs, home) {
			return []string{home}, nil, nil
		}
		return dirs, &workFile{dir: dir, file: w}, nil
	}
}

// required adds the modules that are asked for, in the highest version that is, and follows replacements.
func (a *Analysis) required(m *goModules, dirs []string, files []*modfile.File, work *workFile) {
	versions := map[string]string{}
	type replacement struct {
		dir string
		r   *modfile.Replace
	}
	var replaced []replacement
	for i, f := range files {
		for _, r := range f.Require {
			if old, ok := versions[r.Mod.Path]; !ok || semver.Compare(r.Mod.Version, old) > 0 {
				versions[r.Mod.Path] = r.Mod.Version
			}
		}
		for _, r := range f.Replace {
			replaced = append(replaced, replacement{dirs[i], r})
		}
	}
	if work != nil {
		for _, r := range work.file.Replace {
			replaced = append([]replacement{{work.dir, r}}, replaced...)
		}
	}
	for p, v := range versions {
		if slices.ContainsFunc(m.all, func(o *goModule) bool { return o.main && o.path == p }) {
			continue
		}
		mod := &goModule{path: p, version: v}
		for _, r := range replaced {
			if r.r.Old.Path != p || r.r.Old.Version != "" && r.r.Old.Version != v {
				continue
			}
			a.locateReplaced(mod, r.dir, r.r.New)
			break
		}
		if mod.folder == nil && mod.why == "" {
			a.locate(mod, module.Version{Path: p, Version: v})
		}
		m.all = append(m.all, mod)
	}
}

// locateReplaced finds a module where a replace directive says.
func (a *Analysis) locateReplaced(mod *goModule, dir string, to module.Version) {
	if to.Version != "" {
		a.locate(mod, to)
		return
	}
	d, ok := join(dir, to.Path)
	if !ok || path.IsAbs(to.Path) || !a.tree.hasFolder(d) {
		mod.why = fmt.Sprintf("go.mod takes it from folder %q, which is not in the target", to.Path)
		return
	}
	mod.folder, mod.shown = goTree{t: a.tree, base: d}, d
}

// locate finds a module in the module caches.
func (a *Analysis) locate(mod *goModule, v module.Version) {
	mod.shown = v.Path + "@" + v.Version
	mod.why = "go mod download or go mod vendor brings it"
	escaped, err := module.EscapePath(v.Path)
	if err != nil {
		mod.why = "its path is not a module's"
		return
	}
	version, err := module.EscapeVersion(v.Version)
	if err != nil {
		mod.why = "its version is not a module's"
		return
	}
	for _, cache := range a.modules {
		d := cache.at(escaped + "@" + version)
		if _, ok := d.list(""); ok {
			mod.folder, mod.why = d, ""
			return
		}
	}
}

// readVendor reads vendor/modules.txt.
func (m *goModules) readVendor(t *tree, dir string) {
	data, err := t.readIf(path.Join(dir, "modules.txt"))
	if err != nil {
		return
	}
	m.vendor, m.vendorDir, m.listed = goTree{t: t, base: dir}, dir, map[string][]string{}
	current := ""
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "# "):
			current = ""
			if words := strings.Fields(line); len(words) >= 2 {
				current = words[1]
				if m.listed[current] == nil {
					m.listed[current] = []string{}
				}
			}
		case line != "" && !strings.HasPrefix(line, "#") && current != "":
			m.listed[current] = append(m.listed[current], line)
		}
	}
}

func (t *tree) readIf(p string) ([]byte, error) {
	if !t.has(p) {
		return nil, errNotHere
	}
	return t.read(p)
}
