package reach

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"strconv"
)

// mentions tells whether a file that the build leaves out uses one of the names.
func (p *goProject) mentions(pkg *goPackage, f goFile, names goNames) (string, error) {
	data, err := pkg.folder.read(path.Join(pkg.dir, f.name))
	if err != nil {
		return fmt.Sprintf("file %s cannot be read", path.Join(pkg.shown, f.name)), nil
	}
	if err := p.b.spend(len(data), 2); err != nil {
		return "", err
	}
	fset := token.NewFileSet()
	file, _ := parser.ParseFile(fset, f.name, data, parser.SkipObjectResolution)
	if file == nil {
		return "", nil
	}
	local := map[string]string{}
	for _, spec := range file.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		name := ""
		if spec.Name != nil {
			name = spec.Name.Name
		} else if to, err := p.resolve(imported, pkg); err == nil && to != nil {
			name = to.name
		}
		local[name] = imported
	}
	m := &mentioning{p: p, pkg: pkg, f: f, names: names, local: local, selected: map[*ast.Ident]bool{file.Name: true}}
	ast.Inspect(file, m.visit)
	hit := m.hit
	if hit == nil {
		return "", nil
	}
	return fmt.Sprintf("%s:%d, which is built for %s only, mentions %s", path.Join(pkg.shown, f.name), fset.Position(hit.Pos()).Line, f.excluded, hit.Name), nil
}

// mentioning looks for names in one file.
type mentioning struct {
	p     *goProject
	pkg   *goPackage
	f     goFile
	names goNames
	// local are the imports of the file, by the name they have there.
	local map[string]string
	// selected are identifiers that were looked at already, or that declare something.
	selected map[*ast.Ident]bool
	hit      *ast.Ident
}

func (m *mentioning) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.SelectorExpr:
		m.selected[n.Sel] = true
		if id, ok := n.X.(*ast.Ident); ok && m.local[id.Name] != "" {
			if m.names.functions[m.local[id.Name]][n.Sel.Name] {
				m.hit = n.Sel
			}
		} else if declaring := m.names.methods[n.Sel.Name]; declaring != nil && m.p.sees(m.pkg, m.f, declaring) {
			m.hit = n.Sel
		}
	case *ast.FuncDecl:
		m.selected[n.Name] = true
	case *ast.CompositeLit:
		m.makes(n.Type)
	case *ast.CallExpr:
		m.makes(n.Fun)
		if id, ok := n.Fun.(*ast.Ident); ok && id.Name == "new" && len(n.Args) == 1 {
			m.makes(n.Args[0])
		}
	case *ast.ValueSpec:
		m.makes(n.Type)
	case *ast.Ident:
		if m.names.functions[m.pkg.path][n.Name] && !m.selected[n] {
			m.hit = n
		}
	}
	return m.hit == nil
}

// makes looks at a type of which a value is made.
func (m *mentioning) makes(t ast.Expr) {
	switch t := t.(type) {
	case *ast.Ident:
		if m.names.types[m.pkg.path][t.Name] {
			m.hit = t
		}
	case *ast.SelectorExpr:
		if id, ok := t.X.(*ast.Ident); ok && m.names.types[m.local[id.Name]][t.Sel.Name] {
			m.hit = t.Sel
		}
	case *ast.ParenExpr:
		m.makes(t.X)
	case *ast.IndexExpr:
		m.makes(t.X)
	case *ast.ArrayType:
		m.makes(t.Elt)
	case *ast.MapType:
		m.makes(t.Value)
	}
}
