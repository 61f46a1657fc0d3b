package inventory

import (
	"cmp"
	"slices"
	"strings"
)

// installed makes projects of what is there after installation: one for the distribution's packages, one for each place
// where a language keeps its packages (a node_modules, a site-packages, a jar, a program).
func installed(docs []*Document) []*Project {
	distribution := distributionOf(docs)
	var out []*Project
	byRoot := map[place]*Project{}
	for _, d := range docs {
		if d == nil || d.Gone || d.Role != Installed || len(d.Packages) == 0 || listsFiles(d) {
			continue
		}
		at := place{dir: installedRoot(d), ecosystem: d.Ecosystem}
		if isSystem(d) {
			at = place{ecosystem: systemEcosystem(d, distribution)}
		}
		p := byRoot[at]
		if p == nil {
			p = &Project{Name: cmp.Or(at.dir, distribution.Name, "system packages"), Dir: at.dir, Ecosystem: at.ecosystem, File: d.Path, Role: Installed, Layer: d.Layer}
			if !isSystem(d) {
				p.Name = cmp.Or(d.Name, at.dir, ".")
			}
			byRoot[at] = p
			out = append(out, p)
		}
		p.Files = append(p.Files, d.Path)
		p.Unknown = append(p.Unknown, d.Unknown...)
		begin := len(p.Packages)
		p.add(d)
		for i := begin; i < len(p.Packages); i++ {
			p.Packages[i].Layer = cmp.Or(p.Packages[i].Layer, d.Layer)
			if isSystem(d) {
				p.Packages[i].Ecosystem = at.ecosystem
			}
		}
	}
	attribute(out, docs)
	for _, p := range out {
		if slices.Contains(systemFormats, p.Ecosystem) {
			p.Unknown = append(p.Unknown, "the distribution is not known (no os-release), so its advisories cannot be chosen")
		}
	}
	return out
}

// listsFiles tells of a document that only says which files a package owns.
func listsFiles(d *Document) bool {
	return len(d.Packages) == 1 && d.Packages[0].Version == "" && len(d.Packages[0].Files) > 0
}

// systemFormats are the ecosystems under which readers give the packages of a distribution that they cannot know.
var systemFormats = []string{"dpkg", "apk", "rpm"}

func isSystem(d *Document) bool { return slices.Contains(systemFormats, d.Ecosystem) }

// distributionOf is what the uppermost os-release says.
func distributionOf(docs []*Document) Distribution {
	var best Distribution
	layer := -1
	for _, d := range docs {
		if d != nil && !d.Gone && d.Distribution.ID != "" && d.Layer >= layer {
			best, layer = d.Distribution, d.Layer
		}
	}
	return best
}

func systemEcosystem(d *Document, distribution Distribution) string {
	return cmp.Or(distribution.Ecosystem, d.Ecosystem)
}

// keepers are the folders in which languages keep what is installed.
var keepers = []string{"node_modules", "site-packages", "dist-packages", "specifications"}

// installedRoot is the folder, archive or program that a document's packages are installed in.
func installedRoot(d *Document) string {
	if outer, _, ok := strings.Cut(d.Path, "!/"); ok {
		return outer
	}
	steps := strings.Split(d.Path, "/")
	for i, step := range steps {
		if slices.Contains(keepers, step) {
			return strings.Join(steps[:i+1], "/")
		}
	}
	return d.Path
}

// attribute finds the layer that brought each package of a distribution: its database is written anew in every layer that
// installs something, so it is the lowest layer from which on every version of the database has the package in this version.
func attribute(projects []*Project, docs []*Document) {
	versions := map[string][]*Document{}
	for _, d := range docs {
		if d != nil && d.Layer > 0 && isSystem(d) {
			versions[d.Path] = append(versions[d.Path], d)
		}
	}
	since := map[[3]string]int{} // file, name, version
	for file, list := range versions {
		slices.SortFunc(list, func(a, b *Document) int { return cmp.Compare(b.Layer, a.Layer) })
		for n, d := range list {
			for i := range d.Packages {
				key := [3]string{file, d.Packages[i].Name, d.Packages[i].Version}
				if n == 0 || since[key] == list[n-1].Layer {
					since[key] = d.Layer
				}
			}
		}
	}
	for _, p := range projects {
		for i := range p.Packages {
			pkg := &p.Packages[i]
			if layer, ok := since[[3]string{cmp.Or(pkg.File, p.File), pkg.Name, pkg.Version}]; ok {
				pkg.Layer = layer
			}
		}
	}
}
