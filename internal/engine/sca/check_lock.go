package sca

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/inventory"
)

// npmLocks are the lock files of each package manager that reads package.json.
func npmLocks() map[string][]string {
	return map[string][]string{
		"npm": {"package-lock.json", "npm-shrinkwrap.json"}, "yarn": {"yarn.lock"}, "pnpm": {"pnpm-lock.yaml"},
		"bun": {"bun.lock", "bun.lockb"}, "deno": {"deno.lock"},
	}
}

// lockNames are the lock files that hold what a manifest asks for, by the manifest's format.
func lockNames(format string) []string {
	switch format {
	case "package.json":
		var all []string
		for _, names := range npmLocks() {
			all = append(all, names...)
		}
		return append(all, "common/config/rush/pnpm-lock.yaml")
	case "pyproject.toml":
		return []string{"poetry.lock", "uv.lock", "pdm.lock", "pylock.toml", "requirements.txt", "Pipfile.lock"}
	case "Pipfile":
		return []string{"Pipfile.lock"}
	case "Cargo.toml":
		return []string{"Cargo.lock"}
	case "composer.json":
		return []string{"composer.lock"}
	case "Gemfile":
		return []string{"Gemfile.lock", "gems.locked"}
	}
	return nil
}

// lockMissing reports applications of which no lock file says what they are built from.
func lockMissing(v *supplyView, _ *Supply, report func(fault)) {
	f := filesOf(v)
	c := coverOf(v, f)
	for _, d := range v.docs {
		if d.Role != inventory.Manifest || isSample(d.Path) || len(lockNames(d.Format)) == 0 {
			continue
		}
		asked := 0
		for i := range d.Packages {
			if !isLocal(&d.Packages[i]) && d.Packages[i].Scope != inventory.Build {
				asked++
			}
		}
		if asked == 0 || c.isLocked(d) {
			continue
		}
		confidence, ok := c.application(d)
		if !ok {
			continue
		}
		what := fmt.Sprintf("%s asks for %s, and no lock file says which versions they are: every build may get others, and nothing tells whether they were changed on the way.", d.Path, many(asked, "package"))
		report(fault{at: place(d.Path, 0), identity: []string{nameOf(d), d.Format}, message: what, fix: lockFix(d.Format), confidence: sure(confidence)})
	}
}

func lockFix(format string) string {
	command := map[string]string{
		"package.json": "npm install --package-lock-only (or yarn, pnpm, bun)", "pyproject.toml": "poetry lock, uv lock or pdm lock", "Pipfile": "pipenv lock",
		"Cargo.toml": "cargo generate-lockfile", "composer.json": "composer update --no-install", "Gemfile": "bundle lock",
	}[format]
	return "Run " + command + ", commit the lock file, and build with the command that refuses to change it (npm ci, uv sync --locked, cargo build --locked, bundle install with BUNDLE_FROZEN)."
}

// byDir groups the documents of a role by folder.
func byDir(docs []*inventory.Document, role inventory.Role) map[string][]*inventory.Document {
	out := map[string][]*inventory.Document{}
	for _, d := range docs {
		if d.Role == role {
			out[dirOf(d.Path)] = append(out[dirOf(d.Path)], d)
		}
	}
	return out
}

// cover knows which lock files stand for which manifests.
type cover struct {
	files  *files
	locks  map[string][]*inventory.Document
	spaces workspaces
	names  map[string]map[string]bool // of the packages that are locked, by folder
	gems   map[string]bool            // folders with a gemspec
}

func coverOf(v *supplyView, f *files) *cover {
	c := &cover{files: f, locks: byDir(v.docs, inventory.Lock), spaces: workspacesOf(v.docs), names: map[string]map[string]bool{}, gems: map[string]bool{}}
	for _, file := range f.paths {
		if strings.HasSuffix(file, ".gemspec") {
			c.gems[dirOf(file)] = true
		}
	}
	return c
}

// isLocked tells whether a lock file holds what a manifest asks for: one beside it, that of the workspace it belongs to, or one
// further out that has all its packages. A lock file that could not be read is there all the same.
func (c *cover) isLocked(d *inventory.Document) bool {
	own := dirOf(d.Path)
	for dir := range outward(own) {
		if dir != own && (d.Format == "Gemfile" || d.Format == "composer.json" || d.Format == "Pipfile") {
			return false // these look for a lock file beside them only
		}
		for _, name := range lockNames(d.Format) {
			if !c.files.has(path.Join(dir, name)) {
				continue
			}
			if dir == own || d.Format != "package.json" || c.files.has(path.Join(dir, "rush.json")) {
				return true
			}
			if member, certain := c.spaces.holds(dir, d.Ecosystem, own); member || !certain || c.holdsAll(dir, d) {
				return true
			}
		}
	}
	return false
}

// holdsAll tells whether the lock files of a folder have every package that a manifest asks for, or cannot be asked.
func (c *cover) holdsAll(dir string, d *inventory.Document) bool {
	if len(c.locks[dir]) == 0 {
		return true
	}
	has := c.names[dir]
	if has == nil {
		has = map[string]bool{}
		for _, lock := range c.locks[dir] {
			for i := range lock.Packages {
				has[lock.Packages[i].Name] = true
			}
		}
		c.names[dir] = has
	}
	for i := range d.Packages {
		if pkg := &d.Packages[i]; !isLocal(pkg) && !has[pkg.Name] && !pkg.Optional {
			return false
		}
	}
	return true
}

// application tells whether a manifest is that of something that is built and run, and how sure that is. Of libraries it is
// those who use them that lock.
func (c *cover) application(d *inventory.Document) (finding.Confidence, bool) {
	dir, f := dirOf(d.Path), c.files
	text := f.read(d.Path)
	switch d.Format {
	case "package.json":
		return npmApplication(dir, text, f)
	case "Pipfile":
		return finding.Firm, true
	case "pyproject.toml":
		return pythonApplication(text)
	case "Cargo.toml":
		library := f.has(path.Join(dir, "src/lib.rs")) || hasLine(text, "[lib]")
		program := f.has(path.Join(dir, "src/main.rs")) || hasLine(text, "[[bin]]")
		if library {
			return finding.Tentative, program
		}
		return finding.Firm, program
	case "composer.json":
		var said struct {
			Type string `json:"type"`
		}
		if json.Unmarshal(text, &said) != nil {
			return 0, false
		}
		if said.Type == "project" || d.Name == "" {
			return finding.Firm, true
		}
		return finding.Tentative, said.Type == ""
	case "Gemfile":
		base := path.Base(d.Path)
		return finding.Firm, !c.gems[dir] && (base == "Gemfile" || base == "gems.rb")
	}
	return 0, false
}

// npmFacts are what a package.json says beside its packages.
type npmFacts struct {
	Private       json.RawMessage            `json:"private"`
	Main          json.RawMessage            `json:"main"`
	Module        json.RawMessage            `json:"module"`
	Exports       json.RawMessage            `json:"exports"`
	Files         json.RawMessage            `json:"files"`
	Types         json.RawMessage            `json:"types"`
	Bin           json.RawMessage            `json:"bin"`
	PublishConfig json.RawMessage            `json:"publishConfig"`
	Peers         map[string]json.RawMessage `json:"peerDependencies"`
	Overrides     json.RawMessage            `json:"overrides"`
	Resolutions   json.RawMessage            `json:"resolutions"`
	Pnpm          json.RawMessage            `json:"pnpm"`
	Manager       string                     `json:"packageManager"`
}

// published tells of a package that others install.
func (n *npmFacts) published() bool {
	return string(n.Private) != "true" && (n.Main != nil || n.Module != nil || n.Exports != nil || n.Files != nil || n.Types != nil || n.Bin != nil || n.PublishConfig != nil)
}

// npmApplication judges a package.json. A library that says it wants no lock file has none on purpose.
func npmApplication(dir string, text []byte, f *files) (finding.Confidence, bool) {
	var facts npmFacts
	if text == nil || json.Unmarshal(text, &facts) != nil {
		return finding.Tentative, text == nil
	}
	switch {
	case string(facts.Private) == "true":
		return finding.Firm, true
	case !facts.published():
		return finding.Likely, true
	}
	for out := range outward(dir) {
		settings := bytes.ReplaceAll(f.read(path.Join(out, ".npmrc")), []byte(" "), nil)
		if hasLine(settings, "package-lock=false") || hasLine(settings, "lockfile=false") {
			return 0, false
		}
		ignored := f.read(path.Join(out, ".gitignore"))
		for _, names := range npmLocks() {
			for _, name := range names {
				if hasLine(ignored, name) || hasLine(ignored, "/"+name) {
					return 0, false
				}
			}
		}
	}
	return finding.Tentative, true
}

// pythonApplication judges a pyproject.toml: only projects of a tool that locks are asked for a lock file.
func pythonApplication(text []byte) (finding.Confidence, bool) {
	if !hasLine(text, "[tool.poetry") && !hasLine(text, "[tool.uv") && !hasLine(text, "[tool.pdm") {
		return 0, false
	}
	plain := bytes.ReplaceAll(text, []byte(" "), nil)
	if hasLine(plain, "package-mode=false") || hasLine(plain, "package=false") || hasLine(plain, "distribution=false") || !hasLine(text, "[build-system]") {
		return finding.Firm, true
	}
	return finding.Tentative, true
}
