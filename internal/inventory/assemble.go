package inventory

import (
	"cmp"
	"path"
	"slices"
	"strings"
)

// Assemble reads the documents of a target together and gives its projects, sorted by folder, ecosystem and file.
// A lock file says which packages there are, its manifest which of them are asked for and what the project is called. A manifest
// below a workspace that is locked as a whole belongs to that workspace. It changes no document.
func Assemble(docs []*Document) []*Project {
	a := &assembly{byDir: map[place][]*Document{}}
	for _, d := range docs {
		if d != nil && !d.Gone && (d.Role == Manifest || d.Role == Lock) {
			at := a.placeOf(d)
			a.byDir[at] = append(a.byDir[at], d)
		}
	}
	var out []*Project
	for at, group := range a.byDir {
		slices.SortFunc(group, func(x, y *Document) int { return cmp.Compare(x.Path, y.Path) })
		out = append(out, a.projects(at, group)...)
	}
	out = append(out, installed(docs)...)
	slices.SortFunc(out, func(x, y *Project) int {
		return cmp.Or(cmp.Compare(x.Dir, y.Dir), cmp.Compare(x.Ecosystem, y.Ecosystem), cmp.Compare(x.File, y.File))
	})
	return out
}

// place is where a project stands: one folder may hold projects of several ecosystems, and of several tools of one.
type place struct{ dir, ecosystem, tool string }

// toolOf is the tool whose files have nothing to do with other tools' files of the same ecosystem in the same folder.
func toolOf(format string) string {
	switch format {
	case "requirements.txt", "constraints.txt":
		return "pip"
	case "pom.xml", "extensions.xml":
		return "maven"
	case "build.sbt":
		return "sbt"
	case "conda-lock.yml", "environment.yml":
		return "conda"
	}
	return ""
}

type assembly struct{ byDir map[place][]*Document }

// placeOf gives the project folder of a document.
func (a *assembly) placeOf(d *Document) place {
	dir := folder(d.Path)
	switch d.Format {
	case "vendor/modules.txt":
		dir = folder(dir)
	case "gradle/libs.versions.toml", "libs.versions.toml", "verification-metadata.xml":
		if path.Base(dir) == "gradle" {
			dir = folder(dir)
		}
	}
	return place{dir, d.Ecosystem, toolOf(d.Format)}
}

func folder(p string) string {
	if dir := path.Dir(p); dir != "." {
		return dir
	}
	return ""
}

// projects gives one project a lock file, or one for the manifests where there is no lock file.
func (a *assembly) projects(at place, group []*Document) []*Project {
	if at.tool == "pip" {
		return a.requirements(at, group)
	}
	var locks, manifests []*Document
	for _, d := range group {
		if d.Role == Lock && !isSupplement(d) {
			locks = append(locks, d)
		} else {
			manifests = append(manifests, d)
		}
	}
	if len(locks) == 0 {
		if a.locked(at, manifests) {
			return nil
		}
		if len(manifests) == 0 || !slices.ContainsFunc(manifests, func(d *Document) bool { return !isSupplement(d) }) {
			return nil
		}
		return []*Project{a.unlocked(at, manifests)}
	}
	var out []*Project
	for _, lock := range locks {
		p := begin(at, lock, manifests)
		p.Packages = slices.Clone(lock.Packages)
		p.markDirect(lock.Format, append(manifests, a.members(at, manifests)...))
		p.supplement(group)
		out = append(out, p)
	}
	return out
}

// requirements makes one project of all requirements files of a folder: each is installed by itself, none locks the others. It has
// the name of the project that a pyproject.toml beside them states.
func (a *assembly) requirements(at place, group []*Document) []*Project {
	if !slices.ContainsFunc(group, func(d *Document) bool { return !isSupplement(d) }) {
		return nil
	}
	p := a.unlocked(at, group)
	if !slices.ContainsFunc(group, func(d *Document) bool { return d.Role != Lock }) {
		p.Role = Lock
	}
	for _, d := range a.byDir[place{dir: at.dir, ecosystem: at.ecosystem}] {
		if d.Role == Manifest && d.Name != "" {
			p.Name = d.Name
		}
	}
	p.constrain(group)
	return []*Project{p}
}

// constrain gives packages that a requirements file leaves open the version that the constraints file has which it names.
func (p *Project) constrain(group []*Document) {
	named := map[string]bool{}
	for _, d := range group {
		for _, n := range d.Needs {
			named[n.Path] = true
		}
	}
	pinned := map[string]string{}
	for i := range p.Packages {
		if pkg := &p.Packages[i]; pkg.Version != "" {
			pinned[pkg.Name] = pkg.Version // "x==1.0", then "x[extra]": one package
		}
	}
	for _, d := range group {
		if d.Format == "constraints.txt" && named[d.Path] {
			for _, pkg := range d.Packages {
				if pinned[pkg.Name] == "" {
					pinned[pkg.Name] = pkg.Version
				}
			}
		}
	}
	for i := range p.Packages {
		if pkg := &p.Packages[i]; pkg.Version == "" {
			pkg.Version = pinned[pkg.Name]
		}
	}
}

// isSupplement tells of files that only add to what others say: hashes, and what is vendored.
func isSupplement(d *Document) bool {
	switch d.Format {
	case "go.sum", "go.work.sum", "vendor/modules.txt", "libs.versions.toml", "constraints.txt":
		return true
	}
	return false
}

func begin(at place, main *Document, group []*Document) *Project {
	p := &Project{Dir: at.dir, Ecosystem: at.ecosystem, File: main.Path, Role: main.Role, Name: main.Name, Licence: main.Licence, Layer: main.Layer}
	p.Files = append(p.Files, main.Path)
	p.Unknown = append(p.Unknown, main.Unknown...)
	for _, d := range group {
		if d == main {
			continue
		}
		p.Files = append(p.Files, d.Path)
		if d.Role == Manifest && d.Name != "" {
			p.Name = d.Name
			p.Licence = cmp.Or(p.Licence, d.Licence)
		}
	}
	p.Name = cmp.Or(p.Name, at.dir, ".")
	return p
}

// unlocked makes a project of manifests alone: what they pin is known, what they leave open is said to be unknown.
func (a *assembly) unlocked(at place, manifests []*Document) *Project {
	main := manifests[slices.IndexFunc(manifests, func(d *Document) bool { return !isSupplement(d) })]
	p := begin(at, main, manifests)
	p.Role = Manifest
	for _, d := range manifests {
		if isSupplement(d) {
			continue
		}
		p.add(d)
		if d != main {
			p.Unknown = append(p.Unknown, d.Unknown...)
		}
	}
	p.supplement(manifests)
	return p
}

// add takes the packages of a document, with their edges moved to their new positions.
func (p *Project) add(d *Document) {
	shift := len(p.Packages)
	for _, pkg := range d.Packages {
		if d.Path != p.File {
			pkg.File = d.Path
		}
		if shift > 0 && len(pkg.Requires) > 0 {
			moved := make([]int, len(pkg.Requires))
			for i, n := range pkg.Requires {
				moved[i] = n + shift
			}
			pkg.Requires = moved
		}
		p.Packages = append(p.Packages, pkg)
	}
}

// supplement adds hashes and what is vendored.
func (p *Project) supplement(group []*Document) {
	for _, d := range group {
		if !isSupplement(d) || d.Path == p.File {
			continue
		}
		said := map[[2]string]*Package{}
		for i := range d.Packages {
			said[[2]string{d.Packages[i].Name, d.Packages[i].Version}] = &d.Packages[i]
		}
		for i := range p.Packages {
			pkg := &p.Packages[i]
			if s, ok := said[[2]string{pkg.Name, pkg.Version}]; ok {
				pkg.Integrity = cmp.Or(pkg.Integrity, s.Integrity)
				if s.Built != nil {
					pkg.Built = s.Built
				}
			}
		}
	}
}

// locked tells whether manifests belong to a workspace above that is locked as a whole.
func (a *assembly) locked(at place, manifests []*Document) bool {
	for dir := at.dir; dir != ""; {
		dir = folder(dir)
		above := a.byDir[place{dir, at.ecosystem, at.tool}]
		if !slices.ContainsFunc(above, func(d *Document) bool { return d.Role == Lock && !isSupplement(d) }) {
			continue
		}
		for _, d := range above {
			if slices.ContainsFunc(d.Members, func(pattern string) bool { return isMember(pattern, dir, at.dir) }) {
				return len(manifests) > 0
			}
		}
	}
	return false
}

// members are the manifests of a workspace's members.
func (a *assembly) members(at place, own []*Document) []*Document {
	var out []*Document
	var patterns []string
	for _, d := range a.byDir[at] {
		patterns = append(patterns, d.Members...)
	}
	if len(patterns) == 0 {
		return nil
	}
	for other, group := range a.byDir {
		if other.ecosystem != at.ecosystem || other.tool != at.tool || other.dir == at.dir {
			continue
		}
		if slices.ContainsFunc(patterns, func(pattern string) bool { return isMember(pattern, at.dir, other.dir) }) {
			out = append(out, group...)
		}
	}
	slices.SortFunc(out, func(x, y *Document) int { return cmp.Compare(x.Path, y.Path) })
	return out
}

// isMember matches a folder with a workspace's pattern: "packages/*", "libs/**", "tools", each relative to the workspace.
func isMember(pattern, root, dir string) bool {
	rest := dir
	if root != "" {
		var ok bool
		if rest, ok = strings.CutPrefix(dir, root+"/"); !ok {
			return false
		}
	}
	pattern = strings.Trim(path.Clean(strings.TrimPrefix(pattern, "./")), "/")
	if base, ok := strings.CutSuffix(pattern, "/**"); ok {
		return rest == base || strings.HasPrefix(rest, base+"/")
	}
	if pattern == "**" || pattern == "." {
		return pattern == "**"
	}
	ok, err := path.Match(pattern, rest)
	return err == nil && ok
}
