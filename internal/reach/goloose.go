package reach

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"slices"

	"github.com/reevehq/reeve/internal/finding"
)

// goLoose is what can be told where sources are missing: which function names which other one. Calls through interfaces are not
// known, so what it does not find is not proven.
type goLoose struct {
	u *goUniverse
	// uses are what each function names, in the order of the source. Functions are known by their objects; a package stands for the
	// setting of its variables.
	uses map[any][]looseUse
	// at is where each function is declared.
	at map[any]token.Pos
	// order are all functions in the order of the packages and files.
	order []any
}

// looseUse is one name of a function in another one.
type looseUse struct {
	// to is the function, nil where its source is missing; then pkg and name tell it. A method whose type is not known has only a name.
	to        any
	pkg, name string
	pos       token.Pos
	called    bool
}

// loose collects what functions name.
func (u *goUniverse) loose() *goLoose {
	l := &goLoose{u: u, uses: map[any][]looseUse{}, at: map[any]token.Pos{}}
	for _, pkg := range u.relevant {
		c := u.checked[pkg]
		for _, file := range c.files {
			for _, d := range file.Decls {
				var from any = pkg
				if f, ok := d.(*ast.FuncDecl); ok && (f.Recv != nil || f.Name.Name != "init") {
					if o, ok := c.info.Defs[f.Name].(*types.Func); ok {
						from = o
						l.at[o] = f.Name.Pos()
					}
				}
				if !slices.Contains(l.order[max(0, len(l.order)-1):], from) {
					l.order = append(l.order, from)
				}
				l.collect(c, from, d)
			}
		}
	}
	return l
}

func (l *goLoose) collect(c *goChecked, from any, d ast.Decl) {
	called := map[ast.Expr]bool{}
	ast.Inspect(d, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			called[ast.Unparen(n.Fun)] = true
		case *ast.SelectorExpr:
			use := looseUse{name: n.Sel.Name, pos: n.Sel.Pos(), called: called[n]}
			if id, ok := n.X.(*ast.Ident); ok {
				if p, ok := c.info.Uses[id].(*types.PkgName); ok {
					use.pkg = p.Imported().Path()
				}
			}
			if f, ok := c.info.Uses[n.Sel].(*types.Func); ok {
				use.to = f.Origin()
			}
			l.uses[from] = append(l.uses[from], use)
			called[n.Sel] = called[n]
			return use.pkg == ""
		case *ast.Ident:
			if f, ok := c.info.Uses[n].(*types.Func); ok {
				l.uses[from] = append(l.uses[from], looseUse{to: f.Origin(), name: n.Name, pos: n.Pos(), called: called[n]})
			}
		}
		return true
	})
}

// matches tells whether a use names a faulty function.
func (l *goLoose) matches(q *goQuestion, use looseUse) bool {
	if f, ok := use.to.(*types.Func); ok && f.Pkg() != nil {
		names, faulty := l.faulty(q, f.Pkg().Path())
		return faulty && (len(names) == 0 || slices.Contains(names, methodSymbol(f)))
	}
	if use.to != nil || use.pkg == "" {
		return false
	}
	names, faulty := l.faulty(q, use.pkg)
	return faulty && (len(names) == 0 && use.called || slices.Contains(names, use.name))
}

func (l *goLoose) faulty(q *goQuestion, pkg string) ([]string, bool) {
	return q.symbols[pkg], slices.ContainsFunc(q.faulty, func(p *goPackage) bool { return p.path == pkg })
}

func methodSymbol(f *types.Func) string {
	r := f.Signature().Recv()
	if r == nil {
		return f.Name()
	}
	t := types.Unalias(r.Type())
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	if n, ok := t.(*types.Named); ok {
		return n.Obj().Name() + "." + f.Name()
	}
	return f.Name()
}

// looseHop is how a function was reached.
type looseHop struct {
	from any
	use  looseUse
}

// answer answers from names; gap says what is missing.
func (l *goLoose) answer(q *goQuestion, gap string) Answer {
	by := map[any]looseHop{}
	queue := l.entries()
	for _, e := range queue {
		by[e] = looseHop{}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		from := queue[0]
		for _, use := range l.uses[from] {
			if l.matches(q, use) && l.outside(q, from) {
				if len(q.Symbols) == 0 {
					return answer(finding.Imported, l.steps(by, from, use), "the advisory names no faulty function; of the package, %s calls %s (%s, so other ways are not known)", l.name(from), l.useName(use), gap)
				}
				return answer(finding.Reachable, l.steps(by, from, use), "%s calls %s (%s, so other ways are not known)", l.name(from), l.useName(use), gap)
			}
			if _, seen := by[use.to]; use.to != nil && !seen {
				by[use.to] = looseHop{from, use}
				queue = append(queue, use.to)
			}
		}
	}
	for _, from := range l.order {
		for _, use := range l.uses[from] {
			if l.matches(q, use) && l.outside(q, from) {
				steps := append(l.u.p.importSteps(l.packageOf(from)), l.step(from, use))
				return answer(finding.Imported, steps, "%s calls %s, and whether it runs is not known: %s", l.name(from), l.useName(use), gap)
			}
		}
	}
	faulty := q.faulty[0]
	steps := l.u.p.importSteps(faulty)
	importer := faulty.path
	if faulty.from != nil {
		importer = faulty.from.path
	}
	return answer(finding.Imported, steps, "package %s imports %s, and whether %s is called is not known: %s", importer, faulty.path, q.what(), gap)
}

// outside tells that a function does not itself belong to a faulty package.
func (l *goLoose) outside(q *goQuestion, from any) bool { return !q.wants(l.packageOf(from)) }

func (l *goLoose) packageOf(from any) *goPackage {
	switch f := from.(type) {
	case *goPackage:
		return f
	case *types.Func:
		if f.Pkg() != nil {
			if p := l.u.p.packages[f.Pkg().Path()]; p != nil {
				return p
			}
		}
	}
	return &goPackage{}
}

// entries are where programs start, or the exported functions of a library.
func (l *goLoose) entries() []any {
	var out []any
	p := l.u.p
	loaded := p.byMain
	if len(p.mains) == 0 {
		loaded = p.seen
	}
	for _, from := range l.order {
		pkg := l.packageOf(from)
		f, _ := from.(*types.Func)
		switch {
		case f == nil:
			if loaded[pkg] {
				out = append(out, from)
			}
		case len(p.mains) > 0:
			if f.Name() == "main" && f.Signature().Recv() == nil && slices.Contains(p.mains, pkg) {
				out = append(out, from)
			}
		case f.Exported() && slices.Contains(p.roots, pkg) && !isInternal(pkg.path):
			out = append(out, from)
		}
	}
	return out
}

func (l *goLoose) name(from any) string {
	pkg := l.packageOf(from)
	if f, ok := from.(*types.Func); ok {
		if pkg.name == "main" && f.Name() != "main" {
			return guessName(pkg.path) + "." + methodSymbol(f)
		}
		return pkg.name + "." + methodSymbol(f)
	}
	return "package " + pkg.path
}

func (l *goLoose) useName(use looseUse) string {
	if f, ok := use.to.(*types.Func); ok && f.Pkg() != nil {
		return l.name(f)
	}
	return guessName(use.pkg) + "." + use.name
}

func (l *goLoose) step(from any, use looseUse) finding.Step {
	verb := "calls"
	if !use.called {
		verb = "takes up"
	}
	at := l.u.fset.Position(use.pos)
	return finding.Step{
		Location: goPlace{at.Filename, at.Line}.location(),
		Message:  fmt.Sprintf("%s %s %s", l.name(from), verb, l.useName(use)),
	}
}

func (l *goLoose) steps(by map[any]looseHop, from any, use looseUse) []finding.Step {
	steps := []finding.Step{l.step(from, use)}
	for hop := by[from]; hop.from != nil; hop = by[from] {
		steps = append(steps, l.step(hop.from, hop.use))
		from = hop.from
	}
	place := goPlace{path: l.packageOf(from).shown}
	message := l.name(from) + " sets its variables when the program starts"
	if f, ok := from.(*types.Func); ok {
		at := l.u.fset.Position(l.at[f])
		place = goPlace{at.Filename, at.Line}
		message = l.name(f) + ": the program starts here"
		if f.Name() != "main" {
			message = l.name(f) + ": other modules can call it"
		}
	} else if pkg := l.packageOf(from); len(pkg.files) > 0 {
		place.path = path.Join(pkg.shown, pkg.files[0].name)
	}
	steps = append(steps, finding.Step{Location: place.location(), Message: message})
	slices.Reverse(steps)
	return steps
}
