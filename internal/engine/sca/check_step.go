package sca

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// manifestOf is the format of the manifest whose wishes a lock file meets, "" where that is not compared.
func manifestOf(lock *inventory.Document) string {
	switch lock.Format {
	case "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock":
		return "package.json"
	case "Cargo.lock":
		return "Cargo.toml"
	case "composer.lock":
		return "composer.json"
	case "Gemfile.lock":
		return "Gemfile"
	case "poetry.lock", "uv.lock":
		return "pyproject.toml"
	case "Pipfile.lock":
		return "Pipfile"
	}
	return ""
}

// lockOutOfStep reports manifests that ask for what their lock file does not hold.
func lockOutOfStep(v *supplyView, _ *Supply, report func(fault)) {
	f := filesOf(v)
	own := ownNames(v.docs)
	c := coverOf(v, f)
	held := map[*inventory.Document]map[string][]*inventory.Package{}
	for _, d := range v.docs {
		if d.Role != inventory.Manifest || isSample(d.Path) {
			continue
		}
		for _, lock := range c.locksOf(d) {
			if held[lock] == nil {
				held[lock] = heldBy(lock)
			}
			w := wishes{f: f, lock: lock, manifest: d, has: held[lock], own: own}
			if missed := w.missed(); len(missed) > 0 {
				report(w.fault(missed))
			}
		}
	}
}

// locksOf gives the lock files that certainly stand for a manifest: those beside it, else those of the workspace it belongs to.
func (c *cover) locksOf(d *inventory.Document) []*inventory.Document {
	own := dirOf(d.Path)
	for dir := range outward(own) {
		var found []*inventory.Document
		for _, lock := range c.locks[dir] {
			if manifestOf(lock) == d.Format && (d.Format != "Gemfile" || path.Base(d.Path) == gemfileOf(lock.Path)) {
				found = append(found, lock)
			}
		}
		if len(found) == 0 {
			continue
		}
		if member, certain := c.spaces.holds(dir, d.Ecosystem, own); dir == own || member && certain {
			return found
		}
		return nil
	}
	return nil
}

// ownNames are the names of the target's own projects by ecosystem: they may ask for one another without a lock file.
func ownNames(docs []*inventory.Document) map[[2]string]bool {
	own := map[[2]string]bool{}
	for _, d := range docs {
		if d.Role == inventory.Manifest && d.Name != "" {
			own[[2]string{d.Ecosystem, d.Name}] = true
		}
	}
	return own
}

// heldBy gives the packages of a lock file by the names under which they may be asked for.
func heldBy(lock *inventory.Document) map[string][]*inventory.Package {
	has := make(map[string][]*inventory.Package, len(lock.Packages))
	for i := range lock.Packages {
		pkg := &lock.Packages[i]
		has[heldName(pkg.Ecosystem, pkg.Name)] = append(has[heldName(pkg.Ecosystem, pkg.Name)], pkg)
		if pkg.Alias != "" && pkg.Alias != pkg.Name {
			has[pkg.Alias] = append(has[pkg.Alias], pkg)
		}
	}
	return has
}

// heldName is a name as it is compared: Cargo takes hyphens and underscores for the same.
func heldName(ecosystem, name string) string {
	if ecosystem == "crates.io" {
		return strings.ReplaceAll(name, "_", "-")
	}
	return name
}

func gemfileOf(lock string) string {
	if base := path.Base(lock); base != "gems.locked" {
		return strings.TrimSuffix(base, ".lock")
	}
	return "gems.rb"
}

// wishes compares what one manifest asks for with what a lock file holds.
type wishes struct {
	f              *files
	lock, manifest *inventory.Document
	has            map[string][]*inventory.Package
	own            map[[2]string]bool
	text           []byte
	lines          [][]byte
	facts          npmFacts
	// overrides tells that something says another version is meant, program that the manifest may ask for things only at times.
	overrides, program bool
	// replaced are the packages that others stand in for; nil until it is asked.
	replaced map[string]bool
}

// miss is a wish that is not met.
type miss struct {
	pkg  *inventory.Package
	what string
}

// missed gives the wishes that are certainly not met, in the order of the manifest.
func (w *wishes) missed() []miss {
	if slices.ContainsFunc(w.lock.Unknown, func(u string) bool { return strings.Contains(u, "newer than what is known") }) {
		return nil
	}
	w.text = w.f.read(w.manifest.Path)
	if w.manifest.Format == "package.json" && json.Unmarshal(w.text, &w.facts) != nil {
		return nil
	}
	w.prepare()
	groups := map[string][]*inventory.Package{}
	for i := range w.manifest.Packages {
		pkg := &w.manifest.Packages[i]
		groups[pkg.Name] = append(groups[pkg.Name], pkg)
	}
	var out []miss
	for i := range w.manifest.Packages {
		pkg := &w.manifest.Packages[i]
		group := groups[pkg.Name]
		if group[0] != pkg {
			continue
		}
		if m, missed := w.judge(group); missed {
			out = append(out, m)
		}
	}
	slices.SortStableFunc(out, func(a, b miss) int { return cmp.Compare(a.pkg.Line, b.pkg.Line) })
	return out
}

// judge looks at the wishes for one name: where several stand, for different environments, one that is met is enough.
func (w *wishes) judge(group []*inventory.Package) (miss, bool) {
	pkg := group[0]
	held := w.has[heldName(pkg.Ecosystem, pkg.Name)]
	if len(held) == 0 && pkg.Alias != "" {
		held = w.has[pkg.Alias]
	}
	for _, one := range group {
		if isLocal(one) || w.passedOver(one) {
			return miss{}, false
		}
		if len(held) > 0 && w.met(one, held) {
			return miss{}, false
		}
	}
	if len(held) == 0 {
		return miss{pkg, clip(pkg.Name) + " is not in it"}, !w.excused(pkg)
	}
	var versions []string
	for _, h := range held {
		versions = append(versions, h.Version)
	}
	return miss{pkg, fmt.Sprintf("%s %s is asked for and %s is locked", clip(pkg.Name), clip(pkg.Constraint), clip(strings.Join(versions, ", ")))}, !w.overrides
}

// met tells whether a package that is held satisfies a wish, or whether that cannot be decided.
func (w *wishes) met(wish *inventory.Package, held []*inventory.Package) bool {
	if wish.Origin != "" || wish.Constraint == "" {
		return true
	}
	s, ok := spanOf(wish.Ecosystem, wish.Constraint)
	if !ok {
		return true
	}
	return slices.ContainsFunc(held, func(h *inventory.Package) bool {
		if h.Version == "" || isLocal(h) || strings.HasPrefix(h.Origin, "git+") {
			return true
		}
		in, decided := s.allows(h.Version)
		return in || !decided
	})
}

// passedOver tells of wishes that a lock file need not meet.
func (w *wishes) passedOver(pkg *inventory.Package) bool {
	if _, peer := w.facts.Peers[pkg.Name]; peer {
		return true
	}
	return pkg.Ecosystem != w.manifest.Ecosystem || pkg.Scope == inventory.Build && pkg.Ecosystem == "PyPI" || w.own[[2]string{pkg.Ecosystem, pkg.Name}] || pkg.Name == w.lock.Name
}

// prepare reads what holds for all wishes of a manifest.
func (w *wishes) prepare() {
	w.lines = bytes.Split(w.text, []byte{'\n'})
	switch w.manifest.Format {
	case "package.json":
		root := dirOf(w.lock.Path)
		var facts npmFacts
		_ = json.Unmarshal(w.f.read(path.Join(root, "package.json")), &facts)
		w.overrides = w.facts.overrides() || facts.overrides() || bytes.Contains(w.f.read(path.Join(root, "pnpm-workspace.yaml")), []byte("overrides"))
	case "pyproject.toml", "Pipfile":
		w.overrides = bytes.Contains(w.text, []byte("override-dependencies"))
		w.program = w.text == nil || bytes.Contains(w.text, []byte("[tool.hatch.envs")) || bytes.Contains(w.text, []byte("environments ="))
	case "Gemfile":
		// A Gemfile is a program: gems may stand in a branch that is not taken.
		w.program = w.text == nil || slices.ContainsFunc([]string{"if ", "unless ", "case ", "else", "elsif "}, func(word string) bool { return hasLine(w.text, word) })
	}
}

// overrides tells whether a package.json puts other versions in place of those that are asked for.
func (n *npmFacts) overrides() bool { return len(n.Overrides)+len(n.Resolutions)+len(n.Pnpm) > 0 }

// excused tells whether a package may be missing from a lock file that is in step.
func (w *wishes) excused(pkg *inventory.Package) bool {
	line := ""
	if pkg.Line > 0 && pkg.Line <= len(w.lines) {
		line = string(w.lines[pkg.Line-1])
	}
	switch w.manifest.Format {
	case "package.json":
		return pkg.Optional || w.overrides
	case "composer.json":
		return w.isReplaced(pkg.Name)
	case "Gemfile":
		return w.program || strings.Contains(line, " if ") || strings.Contains(line, " unless ")
	case "pyproject.toml", "Pipfile":
		// A wish for another Python or system is not met, and rightly.
		return w.program || strings.ContainsAny(line, ";{")
	}
	return false
}

// isReplaced tells whether a package that is locked stands in for one that is not (Composer's replace and provide).
func (w *wishes) isReplaced(name string) bool {
	if w.replaced == nil {
		text := w.f.read(w.lock.Path)
		if text == nil {
			return true
		}
		w.replaced = replacedBy(text)
	}
	return w.replaced[strings.ToLower(name)]
}

func replacedBy(lock []byte) map[string]bool {
	type list map[string]json.RawMessage
	type entry struct {
		Replace list `json:"replace"`
		Provide list `json:"provide"`
	}
	var said struct {
		Packages    []entry `json:"packages"`
		PackagesDev []entry `json:"packages-dev"`
	}
	// PHP writes an empty object as a list, which is an error here; all else is read in spite of it.
	_ = json.Unmarshal(lock, &said)
	names := map[string]bool{}
	for _, e := range append(said.Packages, said.PackagesDev...) {
		for _, other := range []list{e.Replace, e.Provide} {
			for name := range other {
				names[strings.ToLower(name)] = true
			}
		}
	}
	return names
}

func (w *wishes) fault(missed []miss) fault {
	var what []string
	for _, m := range missed {
		what = append(what, m.what)
	}
	command := map[string]string{
		"package-lock.json": "npm install", "yarn.lock": "yarn install", "pnpm-lock.yaml": "pnpm install", "bun.lock": "bun install", "Cargo.lock": "cargo update --workspace",
		"composer.lock": "composer update", "Gemfile.lock": "bundle lock", "poetry.lock": "poetry lock", "uv.lock": "uv lock", "Pipfile.lock": "pipenv lock",
	}[w.lock.Format]
	return fault{
		at: place(w.manifest.Path, missed[0].pkg.Line), identity: []string{nameOf(w.manifest), w.lock.Format},
		message: fmt.Sprintf("%s is out of step with %s: %s.", w.lock.Path, w.manifest.Path, listed(what)),
		fix:     "Run " + command + ", look at what changes, and commit " + path.Base(w.lock.Path) + " with the manifest.",
	}
}
