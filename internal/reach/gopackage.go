package reach

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
)

// goPackage is one package: what its files import, and no more.
type goPackage struct {
	path, name string
	// module is nil for the standard library and where no module is known to hold it.
	module *goModule
	std    bool
	// folder and dir tell where the files are, shown how they are shown. folder is nil where the source is missing.
	folder     goFolder
	dir, shown string
	files      []goFile
	// assembly are the files of the build that are not Go.
	assembly []goFile
	// from is the package through which it was first met, nil for the project's own.
	from *goPackage
	// deps are the packages it imports in this build, nil until the walk has come by.
	deps []*goPackage
}

// goFile is one file of a package.
type goFile struct {
	name    string
	imports []goImport
	// excluded says which constraint leaves it out of the build, "" where it is in; never tells that no build has it.
	excluded string
	never    bool
	// cgo tells that it needs cgo; size is in bytes.
	cgo  bool
	size int
	// linkname is the line of a go:linkname directive, 0 where there is none.
	linkname int
}

// goImport is one import of a file.
type goImport struct {
	path, name string
	line       int
}

func (g *goPackage) missing() bool { return g.folder == nil }

// own tells that it belongs to the target's own modules.
func (g *goPackage) own() bool { return g.module != nil && g.module.main }

// hasGo tells that the build has a file of it.
func (g *goPackage) hasGo() bool {
	return slices.ContainsFunc(g.files, func(f goFile) bool { return f.excluded == "" })
}

// imported are the paths its files import in this build, sorted.
func (g *goPackage) imported() []string {
	var out []string
	for _, f := range g.files {
		if f.excluded != "" {
			continue
		}
		for _, i := range f.imports {
			out = append(out, i.path)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// importPlace is where it imports the package that other is.
func (p *goProject) importPlace(pkg, other *goPackage) goPlace {
	for _, f := range pkg.files {
		if f.excluded != "" {
			continue
		}
		for _, i := range f.imports {
			if to, err := p.resolve(i.path, pkg); err == nil && to == other {
				return goPlace{path.Join(pkg.shown, f.name), i.line}
			}
		}
	}
	return goPlace{path: pkg.shown}
}

// goRead is a package to be read: its path, its module, and the folder its files are in.
type goRead struct {
	path   string
	module *goModule
	folder goFolder
	dir    string
}

// scan reads the heads of a package's files; nil where the folder has no Go file.
func (p *goProject) scan(imported string, m *goModule, folder goFolder, dir string) (*goPackage, error) {
	return p.scanShown(goRead{imported, m, folder, dir}, path.Join(m.shown, dir))
}

func (p *goProject) scanShown(r goRead, shown string) (*goPackage, error) {
	if pkg, ok := p.packages[r.path]; ok {
		return pkg, nil
	}
	names, _ := r.folder.list(r.dir)
	pkg := &goPackage{path: r.path, module: r.module, std: r.module == nil, folder: r.folder, dir: r.dir, shown: shown}
	fset := token.NewFileSet()
	for _, name := range names {
		if name[0] == '_' || name[0] == '.' {
			continue
		}
		if strings.HasSuffix(name, ".s") {
			if ok, _ := p.cfg.matchName(name); ok {
				pkg.assembly = append(pkg.assembly, goFile{name: name})
			}
		}
		if !strings.HasSuffix(name, ".go") {
			continue
		}
		if err := p.scanFile(pkg, fset, name); err != nil {
			return nil, err
		}
	}
	if len(pkg.files) == 0 {
		return nil, nil
	}
	pkg.settle()
	p.packages[r.path] = pkg
	return pkg, nil
}

// maxHead is how much of a file is parsed for its imports, in bytes.
const maxHead = 64 << 10

func (p *goProject) scanFile(pkg *goPackage, fset *token.FileSet, name string) error {
	data, err := pkg.folder.read(path.Join(pkg.dir, name))
	if err != nil {
		pkg.files = append(pkg.files, goFile{name: name, excluded: "it cannot be read"})
		return nil
	}
	if err := p.b.spend(min(len(data), maxHead), 1); err != nil {
		return err
	}
	file, err := parser.ParseFile(fset, name, data, parser.ImportsOnly|parser.SkipObjectResolution)
	if file == nil || file.Name == nil || err != nil && len(file.Imports) == 0 && file.Name.Name == "_" {
		return nil
	}
	f := goFile{name: name, size: len(data)}
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		i := goImport{path: imported, line: fset.Position(spec.Pos()).Line}
		if spec.Name != nil {
			i.name = spec.Name.Name
		}
		f.cgo = f.cgo || imported == "C"
		f.imports = append(f.imports, i)
	}
	if strings.HasSuffix(name, "_test.go") {
		if pkg.own() {
			for _, i := range f.imports {
				if _, ok := p.tested[i.path]; !ok {
					p.tested[i.path] = goPlace{path.Join(pkg.shown, name), i.line}
				}
			}
		}
		return nil
	}
	f.linkname = lineOf(data, "\n//go:linkname ")
	ok, why, never := p.cfg.match(name, data)
	switch {
	case !ok:
		f.excluded, f.never = why, never
	case f.cgo:
		f.excluded = "cgo"
	}
	if f.excluded == "" || pkg.name == "" {
		pkg.name = packageName(pkg, file, f)
	}
	pkg.files = append(pkg.files, f)
	return nil
}

// packageName is the name in a file that the build has, before that of any other.
func packageName(pkg *goPackage, file *ast.File, f goFile) string {
	if pkg.name != "" && f.excluded != "" || file.Name.Name == "documentation" && pkg.name != "" {
		return pkg.name
	}
	return file.Name.Name
}

// settle lets the files that need cgo in where nothing else is left of the package.
func (g *goPackage) settle() {
	if g.hasGo() {
		return
	}
	for i := range g.files {
		if g.files[i].excluded == "cgo" {
			g.files[i].excluded = ""
		}
	}
}

// lineOf is the line of the first place where text (which begins with a line break) stands, 0 where it does not.
func lineOf(data []byte, text string) int {
	i := bytes.Index(data, []byte(text))
	if i < 0 {
		return 0
	}
	return bytes.Count(data[:i], []byte("\n")) + 2
}
