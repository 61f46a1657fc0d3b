package reach

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"path"
	"slices"
	"strconv"
)

// goUniverse is the part of a project that can lead to the faulty packages, with its types: those packages and all that import them,
// directly or not, are checked with the bodies of their functions, all others without.
type goUniverse struct {
	p    *goProject
	fset *token.FileSet
	// relevant are the packages checked with bodies, in an order in which each comes after what it imports.
	relevant []*goPackage
	isRel    map[*goPackage]bool
	checked  map[*goPackage]*goChecked
	// lenient lets packages be checked although sources are missing; then nothing is proven by what is not found.
	lenient bool
	// flawed is the first relevant package that could not be checked wholly, and why.
	flawed string
}

// goChecked is one package with its types.
type goChecked struct {
	pkg   *goPackage
	types *types.Package
	files []*ast.File
	info  *types.Info
	// busy tells that it is being checked; errs are the first errors.
	busy bool
	errs []error
}

// newUniverse finds the packages that can lead to targets.
func newUniverse(p *goProject, targets map[*goPackage]bool, lenient bool) *goUniverse {
	u := &goUniverse{p: p, fset: token.NewFileSet(), isRel: map[*goPackage]bool{}, checked: map[*goPackage]*goChecked{}, lenient: lenient}
	importers := map[*goPackage][]*goPackage{}
	for _, pkg := range p.order {
		for _, to := range pkg.deps {
			importers[to] = append(importers[to], pkg)
		}
	}
	var queue []*goPackage
	for _, pkg := range p.order {
		if targets[pkg] {
			queue = append(queue, pkg)
			u.isRel[pkg] = true
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		for _, from := range importers[queue[0]] {
			if !u.isRel[from] {
				u.isRel[from] = true
				queue = append(queue, from)
			}
		}
	}
	return u
}

// check type-checks the relevant packages. The error is errBudget's or the context's.
func (u *goUniverse) check(ctx context.Context) error {
	// Packages that nothing else leads to come last in the order of the walk: checking them first checks all.
	for _, pkg := range u.p.order {
		if !u.isRel[pkg] {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := u.load(pkg, 0); err != nil {
			return err
		}
	}
	return nil
}

// maxChain bounds how many packages may import one another in a chain.
const maxChain = 2000

// load checks a package and, first, what it imports.
func (u *goUniverse) load(pkg *goPackage, depth int) (*goChecked, error) {
	if c := u.checked[pkg]; c != nil {
		if c.busy {
			return nil, fmt.Errorf("package %s imports itself", pkg.path)
		}
		return c, nil
	}
	c := &goChecked{pkg: pkg, busy: true}
	u.checked[pkg] = c
	defer func() { c.busy = false }()
	if pkg.missing() || depth > maxChain {
		c.types = types.NewPackage(pkg.path, pkg.name)
		c.types.MarkComplete()
		return c, nil
	}
	if err := u.parse(c); err != nil {
		return nil, err
	}
	full := u.isRel[pkg]
	var stop error
	conf := types.Config{
		FakeImportC:              true,
		IgnoreFuncBodies:         !full,
		DisableUnusedImportCheck: true,
		Sizes:                    types.SizesFor("gc", u.p.t.goarch),
		Importer: importFunc(func(imported string) (*types.Package, error) {
			if imported == "unsafe" {
				return types.Unsafe, nil
			}
			to, err := u.p.resolve(imported, pkg)
			if err != nil || to == nil {
				stop = err
				return nil, errNotHere
			}
			dep, err := u.load(to, depth+1)
			if err != nil {
				stop = err
				return nil, err
			}
			return dep.types, nil
		}),
		Error: func(err error) {
			if len(c.errs) < 10 {
				c.errs = append(c.errs, err)
			}
		},
	}
	if full {
		c.info = &types.Info{
			Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
			Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}, Scopes: map[ast.Node]*types.Scope{},
			Instances: map[*ast.Ident]types.Instance{}, FileVersions: map[*ast.File]string{},
		}
	}
	c.types, _ = conf.Check(pkg.path, u.fset, c.files, c.info)
	if stop != nil {
		return nil, stop
	}
	if full {
		u.relevant = append(u.relevant, pkg)
		u.note(c)
	} else {
		c.files = nil
	}
	return c, nil
}

// note remembers why a relevant package is not known wholly.
func (u *goUniverse) note(c *goChecked) {
	if u.flawed != "" {
		return
	}
	for _, f := range c.pkg.files {
		if f.excluded == "" && f.cgo {
			u.flawed = fmt.Sprintf("%s needs cgo, which is not analysed", path.Join(c.pkg.shown, f.name))
			return
		}
	}
	if len(c.errs) > 0 {
		u.flawed = "the code does not type-check: " + shorten(c.errs[0].Error(), 300)
	}
}

type importFunc func(string) (*types.Package, error)

func (f importFunc) Import(imported string) (*types.Package, error) { return f(imported) }

// parse parses the files of the build.
func (u *goUniverse) parse(c *goChecked) error {
	full := u.isRel[c.pkg]
	for _, f := range c.pkg.files {
		if f.excluded != "" && !(u.lenient && full && f.excluded == "cgo") {
			continue
		}
		data, err := c.pkg.folder.read(path.Join(c.pkg.dir, f.name))
		if err != nil {
			c.errs = append(c.errs, fmt.Errorf("read %q: %w", path.Join(c.pkg.shown, f.name), err))
			continue
		}
		times := 1
		if full {
			times = followed
		} else {
			data = stripBodies(data, nil, false)
		}
		if err := u.p.b.spend(len(data), times); err != nil {
			return err
		}
		file, err := parser.ParseFile(u.fset, path.Join(c.pkg.shown, f.name), data, parser.SkipObjectResolution)
		if err != nil {
			if list, ok := err.(scanner.ErrorList); ok && len(list) > 0 {
				err = list[0]
			}
			c.errs = append(c.errs, err)
		}
		if file == nil {
			continue
		}
		if !full {
			u.prune(c.pkg, file)
		}
		c.files = append(c.files, file)
	}
	return nil
}

// prune takes out the imports that only the bodies of functions used, so that they need not be checked.
func (u *goUniverse) prune(pkg *goPackage, file *ast.File) {
	used := map[string]bool{}
	for _, d := range file.Decls {
		ast.Inspect(d, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if id, ok := sel.X.(*ast.Ident); ok {
					used[id.Name] = true
				}
			}
			return true
		})
	}
	for _, d := range file.Decls {
		gen, ok := d.(*ast.GenDecl)
		if !ok || gen.Tok != token.IMPORT {
			continue
		}
		gen.Specs = slices.DeleteFunc(gen.Specs, func(s ast.Spec) bool {
			spec := s.(*ast.ImportSpec)
			if spec.Name != nil {
				return spec.Name.Name != "." && !used[spec.Name.Name]
			}
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil || imported == "C" || imported == "unsafe" {
				return false
			}
			to, err := u.p.resolve(imported, pkg)
			return err == nil && to != nil && !to.missing() && !used[to.name]
		})
	}
	file.Decls = slices.DeleteFunc(file.Decls, func(d ast.Decl) bool {
		gen, ok := d.(*ast.GenDecl)
		return ok && len(gen.Specs) == 0
	})
}
