package reach

import (
	"path"
	"slices"
	"strings"
)

// goTarget is a project as one platform builds it.
type goTarget struct{ dir, goos, goarch string }

// goTargetOf is linux/amd64, unless the faulty functions matter on other platforms only.
func goTargetOf(q Question) goTarget {
	dir, _ := join(q.Dir)
	var oses, arches [][]string
	for _, s := range q.Symbols {
		oses, arches = append(oses, s.GOOS), append(arches, s.GOARCH)
	}
	return goTarget{dir: dir, goos: chosen(oses, "linux", knownOS), goarch: chosen(arches, "amd64", knownArch)}
}

// chosen is usual, unless every list names only others: then it is the first of them.
func chosen(lists [][]string, usual, known string) string {
	first := ""
	for _, l := range lists {
		if len(l) == 0 || slices.Contains(l, usual) {
			return usual
		}
		for _, word := range l {
			if listed(known, word) && (first == "" || word < first) {
				first = word
			}
		}
	}
	if first == "" {
		return usual
	}
	return first
}

// goProject is one Go project as it would be built: its modules, and the packages seen so far.
type goProject struct {
	a    *Analysis
	t    goTarget
	cfg  goConfig
	mods *goModules
	// err says why nothing can be told about the project at all.
	err error
	b   *budget
	// packages are by resolved path; those whose source is missing have no folder.
	packages map[string]*goPackage
	// roots are the project's own packages, mains those that become programs.
	roots []*goPackage
	mains []*goPackage
	// order is the import closure of the roots, in the order of the walk; byMain are those in that of the programs.
	order  []*goPackage
	seen   map[*goPackage]bool
	byMain map[*goPackage]bool
	// tested tells by which test file a package is imported from the project's own tests.
	tested map[string]goPlace
}

// goPlace is a line of a file as it is shown.
type goPlace struct {
	path string
	line int
}

func (a *Analysis) goProject(t goTarget) *goProject {
	if p := a.golang[t]; p != nil {
		return p
	}
	a.open()
	p := &goProject{a: a, t: t, cfg: newGoConfig(t.goos, t.goarch, a.goVersion()), b: newBudget(a.o.Budget), packages: map[string]*goPackage{}, tested: map[string]goPlace{}, seen: map[*goPackage]bool{}}
	a.golang[t] = p
	p.mods, p.err = a.findGoModules(t.dir)
	if p.err == nil {
		p.err = p.findRoots()
	}
	if p.err == nil {
		p.err = p.close()
	}
	return p
}

// platform names the build.
func (p *goProject) platform() string { return p.t.goos + "/" + p.t.goarch }

// findRoots scans the project's own packages.
func (p *goProject) findRoots() error {
	t, base := p.a.tree, p.mods.dir
	var dirs []string
	for d := range t.files {
		if within(d, base) && p.isOwnFolder(d) {
			dirs = append(dirs, d)
		}
	}
	slices.Sort(dirs)
	for _, d := range dirs {
		if !slices.ContainsFunc(t.files[d], func(n string) bool { return strings.HasSuffix(n, ".go") }) {
			continue
		}
		pkg, err := p.scan(path.Join(p.mods.own.path, relative(d, base)), p.mods.own, p.mods.own.folder, relative(d, base))
		if err != nil {
			return err
		}
		if pkg == nil || !pkg.hasGo() {
			continue
		}
		if pkg.name == "main" {
			if isTest(path.Join(relative(d, base), "x.go")) {
				continue // an example's or a test's own program
			}
			p.mains = append(p.mains, pkg)
		}
		p.roots = append(p.roots, pkg)
	}
	return nil
}

// isOwnFolder tells whether the go command would look for packages of this module in d.
func (p *goProject) isOwnFolder(d string) bool {
	for d != p.mods.dir {
		if p.a.tree.has(path.Join(d, "go.mod")) || path.Join(p.mods.dir, "vendor") == d {
			return false
		}
		up, name := split(d)
		if name == "testdata" || name[0] == '_' || name[0] == '.' {
			return false
		}
		d = up
	}
	return true
}

// close walks the imports of the project's packages, breadth first, so that each package knows the shortest way to it.
func (p *goProject) close() error {
	p.byMain = map[*goPackage]bool{}
	if err := p.walk(p.mains, p.byMain); err != nil {
		return err
	}
	for pkg := range p.byMain {
		p.seen[pkg] = true
	}
	return p.walk(p.roots, p.seen)
}

func (p *goProject) walk(from []*goPackage, seen map[*goPackage]bool) error {
	queue := slices.Clone(from)
	for _, pkg := range from {
		seen[pkg] = true
	}
	for len(queue) > 0 {
		pkg := queue[0]
		queue = queue[1:]
		if pkg.deps == nil {
			p.order = append(p.order, pkg)
			pkg.deps = []*goPackage{}
			for _, path := range pkg.imported() {
				to, err := p.resolve(path, pkg)
				if err != nil {
					return err
				}
				if to != nil {
					pkg.deps = append(pkg.deps, to)
				}
			}
		}
		for _, to := range pkg.deps {
			if !seen[to] {
				seen[to] = true
				if to.from == nil && to.deps == nil {
					to.from = pkg
				}
				queue = append(queue, to)
			}
		}
	}
	return nil
}

// resolve finds the package that an import means. It is nil for the packages that have no source ("C", "unsafe").
func (p *goProject) resolve(imported string, from *goPackage) (*goPackage, error) {
	if imported == "C" || imported == "unsafe" {
		return nil, nil
	}
	first, _, _ := strings.Cut(imported, "/")
	if from != nil && from.std {
		if strings.Contains(first, ".") {
			return p.standardOrMissing("vendor/" + imported)
		}
		return p.standardOrMissing(imported)
	}
	if pkg, ok := p.packages[imported]; ok {
		return pkg, nil
	}
	for _, m := range p.mods.all {
		if !m.main || !within(imported, m.path) {
			continue
		}
		if pkg, err := p.scan(imported, m, m.folder, relative(imported, m.path)); pkg != nil || err != nil {
			return pkg, err
		}
	}
	if !strings.Contains(first, ".") {
		if pkg, err := p.standardOrMissing(imported); pkg != nil && !pkg.missing() || err != nil {
			return pkg, err
		}
	}
	return p.external(imported, first)
}

// external finds a package of another module.
func (p *goProject) external(imported, first string) (*goPackage, error) {
	var holder *goModule
	for _, m := range p.mods.all {
		if m.main || !within(imported, m.path) {
			continue
		}
		if holder == nil {
			holder = m
		}
		if p.mods.vendor != nil {
			if !slices.Contains(p.mods.listed[m.path], imported) {
				continue
			}
			if pkg, err := p.scanShown(goRead{imported, m, p.mods.vendor, imported}, path.Join(p.mods.vendorDir, imported)); pkg != nil || err != nil {
				return pkg, err
			}
			continue
		}
		if m.folder == nil {
			continue
		}
		if pkg, err := p.scan(imported, m, m.folder, relative(imported, m.path)); pkg != nil || err != nil {
			return pkg, err
		}
	}
	pkg := &goPackage{path: imported, name: guessName(imported), module: holder, std: holder == nil && !strings.Contains(first, ".")}
	p.packages[imported] = pkg
	return pkg, nil
}

// standardOrMissing is a package of the standard library; without its source it is one that is missing.
func (p *goProject) standardOrMissing(imported string) (*goPackage, error) {
	pkg, err := p.standard(imported)
	if pkg == nil && err == nil {
		pkg = p.packages[imported]
		if pkg == nil {
			pkg = &goPackage{path: imported, name: guessName(imported), std: true}
			if p.a.std == nil {
				p.packages[imported] = pkg
			}
		}
	}
	return pkg, err
}

func (p *goProject) standard(imported string) (*goPackage, error) {
	if pkg, ok := p.packages[imported]; ok && pkg.std {
		return pkg, nil
	}
	if p.a.std == nil {
		return nil, nil
	}
	return p.scanShown(goRead{path: imported, folder: p.a.std, dir: imported}, path.Join("std", imported))
}

// guessName is the name that a package of this path most likely has.
func guessName(imported string) string {
	dir, name := split(imported)
	if len(name) > 1 && name[0] == 'v' && strings.Trim(name[1:], "0123456789") == "" && dir != "" {
		_, name = split(dir)
	}
	name, _, _ = strings.Cut(name, ".v")
	name = strings.TrimSuffix(strings.TrimPrefix(name, "go-"), "-go")
	return strings.ReplaceAll(name, "-", "_")
}
