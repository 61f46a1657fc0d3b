package sca

import (
	"fmt"
	"path"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/inventory"
)

// isPublic tells of the hosts from which everybody may publish, by ecosystem.
func isPublic(ecosystem, host string) bool {
	known := map[string]string{
		"npm": "registry.npmjs.org registry.yarnpkg.com registry.npmmirror.com npm.jsr.io", "PyPI": "pypi.org files.pythonhosted.org pypi.python.org",
		"RubyGems": "rubygems.org index.rubygems.org", "crates.io": "index.crates.io static.crates.io", "Maven": "repo.maven.apache.org repo1.maven.org jcenter.bintray.com plugins.gradle.org",
		"NuGet": "api.nuget.org www.nuget.org nuget.org", "Packagist": "repo.packagist.org packagist.org", "Go": "proxy.golang.org", "Pub": "pub.dev pub.dartlang.org", "Hex": "repo.hex.pm hex.pm",
	}
	for name := range strings.FieldsSeq(known[ecosystem]) {
		if host == name {
			return true
		}
	}
	return false
}

// isInternal tells whether a name is one of the team's own. A "*" stands for any characters.
func isInternal(s *Supply, name string) bool {
	for _, pattern := range s.Internal {
		// path.Match keeps "*" from passing a slash; names have slashes of their own, so they are taken for another character.
		plain := strings.NewReplacer("/", "\x01", `\`, "\x02")
		if ok, err := path.Match(plain.Replace(pattern), plain.Replace(name)); ok && err == nil {
			return true
		}
	}
	return false
}

// dependencyConfusion reports names of the team's own that come from a public registry, or may: whoever registers the name there
// first is installed instead.
func dependencyConfusion(v *supplyView, s *Supply, report func(fault)) {
	if len(s.Internal) == 0 {
		return
	}
	own := ownNames(v.docs)
	c := confusion{supply: s, settings: byDir(v.docs, inventory.Settings), manifests: byDir(v.docs, inventory.Manifest)}
	for _, p := range v.projects {
		if isFixture(p.File) {
			continue
		}
		way, seen := waysOf(p), map[string]bool{}
		for i := range p.Packages {
			pkg := &p.Packages[i]
			if seen[pkg.Name] || isLocal(pkg) || own[[2]string{p.Ecosystem, pkg.Name}] || !isInternal(s, pkg.Name) {
				continue
			}
			why, confidence := c.danger(p, pkg)
			if why == "" {
				continue
			}
			seen[pkg.Name] = true
			report(fault{
				at: v.placeOf(p, i), identity: []string{p.Name, p.Ecosystem, pkg.Name}, confidence: sure(confidence), component: way.component(i),
				message: fmt.Sprintf("%s is a name of your own, and %s.", clip(pkg.Name), why),
				fix:     confusionFix(p.Ecosystem, pkg.Name),
			})
		}
	}
}

func confusionFix(ecosystem, name string) string {
	switch {
	case ecosystem == "npm" && strings.HasPrefix(name, "@"):
		scope, _, _ := strings.Cut(name, "/")
		return fmt.Sprintf("Write %s:registry=https://… with your own registry into .npmrc, write the lock file anew, and register the scope in the public registry so that nobody else can.", clip(scope))
	case ecosystem == "PyPI":
		return "Name your own index with index-url (one that also serves what is public) instead of extra-index-url, or install with --require-hashes; with uv or Poetry bind the package to its index (explicit)."
	}
	return "Bind the name to your own registry in the package manager's settings, write the lock file anew, and register the name in the public registry so that nobody else can."
}

// confusion knows where packages may come from in each folder.
type confusion struct {
	supply              *Supply
	settings, manifests map[string][]*inventory.Document
}

// danger says why a package may come from somebody else, "" where it does not.
func (c *confusion) danger(p *inventory.Project, pkg *inventory.Package) (string, finding.Confidence) {
	if a, ok := addressOf(pkg.Origin); ok {
		if isPublic(p.Ecosystem, a.server()) || a.server() == "github.com" && strings.Contains(a.path, "crates.io-index") {
			return fmt.Sprintf("%s takes it from the public registry %s", p.File, a.server()), finding.Firm
		}
		return "", 0
	}
	if pkg.Origin != "" || p.Role == inventory.Installed {
		return "", 0 // what is installed does not tell where it came from
	}
	switch p.Ecosystem {
	case "npm":
		return c.npm(p, pkg)
	case "PyPI":
		if extra := c.extra(dirOf(p.File)); extra != "" && pkg.Integrity == "" {
			return fmt.Sprintf("pip asks %s beside the main index and takes the highest version that any of them has", extra), finding.Firm
		}
	}
	return "", 0
}

// npm looks for a registry that the scope, or everything, is bound to.
func (c *confusion) npm(p *inventory.Project, pkg *inventory.Package) (string, finding.Confidence) {
	scope, _, scoped := strings.Cut(pkg.Name, "/")
	for dir := range outward(p.Dir) {
		for _, d := range c.settings[dir] {
			for _, r := range d.Registries {
				a, ok := addressOf(r.URL)
				if d.Ecosystem != "npm" || r.Scope != "" && (!scoped || r.Scope != scope) {
					continue
				}
				if !ok || !isPublic("npm", a.server()) {
					return "", 0
				}
			}
		}
	}
	// A setting of the user or of the build machine may bind it still.
	if scoped {
		return fmt.Sprintf("no .npmrc here binds the scope %s to your registry, so it is asked of the public one", clip(scope)), finding.Tentative
	}
	return "no .npmrc here names your registry, so it is asked of the public one", finding.Tentative
}

// extra gives the place that pip asks beside the main one in a folder, "" for none.
func (c *confusion) extra(dir string) string {
	for out := range outward(dir) {
		for _, d := range append(append([]*inventory.Document{}, c.settings[out]...), c.manifests[out]...) {
			if r := extraIndex(d); r != nil {
				return fmt.Sprintf("%s (%s)", clip(r.URL), d.Path)
			}
		}
	}
	return ""
}

// extraIndex gives the first place that a file of pip's tells it to ask beside the main one; nil for none.
func extraIndex(d *inventory.Document) *inventory.Registry {
	if d.Format != "requirements.txt" && d.Format != "pip.conf" {
		return nil
	}
	for i := range d.Registries {
		if r := &d.Registries[i]; r.Extra && r.Scope == "" && (strings.HasPrefix(r.URL, "https://") || strings.HasPrefix(r.URL, "http://")) && !isPublic("PyPI", hostOf(r.URL)) {
			return r
		}
	}
	return nil
}

func hostOf(text string) string {
	a, _ := addressOf(text)
	return a.server()
}

// extraIndexOpen reports files that let pip choose among several indexes and pin neither version nor content.
func extraIndexOpen(v *supplyView, _ *Supply, report func(fault)) {
	for _, d := range v.docs {
		extra := extraIndex(d)
		if extra == nil || isSample(d.Path) {
			continue
		}
		open, file := openRequirement(v.docs, d)
		if open == nil {
			continue
		}
		report(fault{
			at: place(d.Path, extra.Line), identity: []string{d.Path, hostOf(extra.URL)},
			message: fmt.Sprintf("%s lets pip ask %s beside the main index, and %s pins neither version nor hash of %s: pip takes the highest version that any of them has, whoever put it there.", d.Path, clip(extra.URL), file, clip(open.Name)),
			fix:     "Pin versions with hashes (pip-compile --generate-hashes) and install with --require-hashes; or name one index with index-url that serves everything; or use uv, which binds packages to an index.",
		})
	}
}

// openRequirement gives the first requirement that a setting holds for and that leaves open what is installed.
func openRequirement(docs []*inventory.Document, d *inventory.Document) (*inventory.Package, string) {
	for _, other := range docs {
		if other.Format != "requirements.txt" || other != d && (d.Format != "pip.conf" || !isWithin(dirOf(d.Path), other.Path)) {
			continue
		}
		for i := range other.Packages {
			if pkg := &other.Packages[i]; pkg.Version == "" && pkg.Origin == "" && pkg.Integrity == "" {
				return pkg, other.Path
			}
		}
	}
	return nil, ""
}
