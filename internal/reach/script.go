package reach

import (
	"path"
	"slices"
	"strings"
)

// language is how the code of an ecosystem is read.
type language struct {
	name string
	// isSource tells by its path whether a file is code, scan what it says.
	isSource func(p string) bool
	scan     func(data []byte) *unit
	// aside are folders that hold the code of others.
	aside []string
	// locks are lock files: a folder inside the project that has its own is another project.
	locks []string
	// owned tells whether a loaded name belongs to a package that is known by these names.
	owned func(names []string, load, full string) bool
	// bare tells that functions are called without brackets.
	bare bool
}

// languageOf gives the language of an ecosystem, nil where there is none.
func languageOf(ecosystem string) *language {
	switch ecosystem {
	case "npm":
		return &language{name: "JavaScript", isSource: isJS, scan: scanJS, owned: ownedJS, aside: []string{"node_modules", "bower_components", "jspm_packages", ".yarn", ".next", ".nuxt", ".git"},
			locks: []string{"package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb", "npm-shrinkwrap.json"}}
	case "PyPI":
		return &language{name: "Python", isSource: isPython, scan: scanPython, owned: ownedDotted, aside: []string{"site-packages", "dist-packages", ".venv", "venv", ".tox", ".nox", "node_modules", ".git", "__pypackages__"},
			locks: []string{"poetry.lock", "uv.lock", "Pipfile.lock", "pdm.lock"}}
	case "Maven":
		return &language{name: "Java", isSource: isJava, scan: scanJava, owned: ownedDotted, aside: []string{"node_modules", ".git", ".gradle"}}
	case "RubyGems":
		return &language{name: "Ruby", isSource: isRuby, scan: scanRuby, owned: ownedRuby, bare: true, aside: []string{"vendor", "node_modules", ".git", ".bundle"}, locks: []string{"Gemfile.lock"}}
	case "Packagist":
		return &language{name: "PHP", isSource: isPHP, scan: scanPHP, owned: ownedDotted, aside: []string{"vendor", "node_modules", ".git"}, locks: []string{"composer.lock"}}
	case "crates.io":
		return &language{name: "Rust", isSource: isRust, scan: scanRust, owned: ownedDotted, aside: []string{"vendor", "target", ".git"}, locks: []string{"Cargo.lock"}}
	case "NuGet":
		return &language{name: "C#", isSource: isCSharp, scan: scanCSharp, owned: ownedDotted, aside: []string{"node_modules", "packages", "obj", "bin", ".git"}, locks: []string{"packages.lock.json"}}
	}
	return nil
}

func isPython(p string) bool {
	ext := path.Ext(p)
	return ext == ".py" || ext == ".pyw"
}

func ownedJS(names []string, load, _ string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return load == n || strings.HasPrefix(load, n+"/") })
}

func ownedDotted(names []string, _, full string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return full == n || strings.HasPrefix(full, n+".") })
}

// ownedRuby knows what is required by its path ("rack/utils") and constants by their letters ("Rack::Utils" of rack or rack-utils).
func ownedRuby(names []string, load, full string) bool {
	for _, n := range names {
		if load == n || load == strings.ReplaceAll(n, "-", "/") || strings.HasPrefix(load, n+"/") {
			return true
		}
		plain := strings.ToLower(strings.NewReplacer("-", "", "_", "", "/", "").Replace(n))
		var so strings.Builder
		for part := range strings.SplitSeq(full, ".") {
			if part == "" || part[0] < 'A' || part[0] > 'Z' {
				break
			}
			so.WriteString(strings.ToLower(part))
			if so.String() == plain {
				return true
			}
		}
	}
	return false
}

type scriptKey struct{ dir, language string }

// scriptProject is the code of one project in one language.
type scriptProject struct {
	a    *Analysis
	lang *language
	dir  string
	// files are the project's own source files, tests left out; tests are those.
	files, tests []string
	b            *budget
	units        map[string]*unit
	// others tells of the folders seen so far whether they belong to another project, or hold the code of others.
	others map[string]bool
	// unread is the first source file that could not be read, and why.
	unread string
	js     *jsPackages
	py     *pyPackages
}

func (a *Analysis) scriptProject(dir string, lang *language) *scriptProject {
	key := scriptKey{dir, lang.name}
	if p := a.scripts[key]; p != nil {
		return p
	}
	a.tree.build()
	p := &scriptProject{a: a, lang: lang, dir: dir, b: newBudget(a.o.Budget), units: map[string]*unit{}, others: map[string]bool{}}
	a.scripts[key] = p
	for _, f := range a.tree.under(dir) {
		if !lang.isSource(f) {
			continue
		}
		folder, _ := split(f)
		if p.elsewhere(folder, p.others) {
			continue
		}
		if isTest(relative(f, dir)) {
			p.tests = append(p.tests, f)
		} else {
			p.files = append(p.files, f)
		}
	}
	return p
}

// elsewhere tells whether a folder inside the project is no part of it.
func (p *scriptProject) elsewhere(folder string, known map[string]bool) bool {
	if folder == p.dir || !within(folder, p.dir) {
		return false
	}
	if e, ok := known[folder]; ok {
		return e
	}
	up, name := split(folder)
	e := slices.Contains(p.lang.aside, name) || p.elsewhere(up, known) || slices.ContainsFunc(p.lang.locks, func(l string) bool { return p.a.tree.has(path.Join(folder, l)) }) ||
		p.a.tree.has(path.Join(folder, "pyvenv.cfg"))
	known[folder] = e
	return e
}

// maxScript is the size in bytes above which a file is not looked at as a script.
const maxScript = 4 << 20

// unit scans a file, once. It is nil where that is not possible.
func (p *scriptProject) unit(file string) (*unit, error) {
	if u, ok := p.units[file]; ok {
		return u, nil
	}
	data, err := p.a.tree.read(file)
	if err == nil && len(data) > maxScript {
		err = errTooBig
	}
	if err != nil {
		p.units[file] = nil
		if p.unread == "" {
			p.unread = file + " cannot be read: " + err.Error()
		}
		return nil, nil
	}
	if err := p.b.spend(len(data), followed/4); err != nil {
		return nil, err
	}
	switch path.Ext(file) {
	case ".vue", ".svelte":
		data = []byte(masked(string(data), "<script", "</script"))
	case ".astro":
		data = []byte(masked(string(data), "---", "---"))
	case ".erb":
		data = []byte(masked(string(data), "<%", "%>"))
	}
	u := p.lang.scan(data)
	p.units[file] = u
	return u, nil
}
