package reach

import (
	"context"
	"fmt"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/callgraph"
	"golang.org/x/tools/go/callgraph/vta"
	"golang.org/x/tools/go/ssa"
)

// goCalls is the call graph of a universe. Two graphs are kept apart:
//
//   - sure holds the calls that the code makes: calls of functions, calls through interfaces and function values as far as types are
//     known to flow there, and functions handed to functions whose source was not followed.
//   - likely also holds functions that are put where such code finds and calls them (an http.Handler, the fields of a cobra.Command).
//   - wide holds all that could be called at all: besides, whatever a function takes the address of, and every method of every value
//     that is made an interface, if any code calls a method of that name. What is not in it is not called (but for the limits, see limits).
type goCalls struct {
	u    *goUniverse
	prog *ssa.Program
	rel  map[*types.Package]bool
	// names are the methods that the packages without bodies may call; nil until they are asked for.
	names map[string]bool
	vta   *callgraph.Graph
	// sure, likely and wide lead from the programs, or from the exported functions of a library; offered from the exported functions
	// of a project that also has programs. offered is nil until it is asked for.
	sure, likely, wide, offered *goReached
	// refs are, for every function, who refers to it; made by excluded.
	refs map[*ssa.Function][]*ssa.Function
}

// goReached says, for each function that is reached, from where.
type goReached struct {
	by map[*ssa.Function]goHop
	// order is the order in which they were reached.
	order []*ssa.Function
}

// buildSSA makes the functions of the relevant packages. It gives an error where the library cannot cope with them.
func (u *goUniverse) buildSSA(ctx context.Context) (c *goCalls, err error) {
	defer func() {
		if r := recover(); r != nil {
			c, err = nil, fmt.Errorf("build the calls: %s", shorten(fmt.Sprint(r), 200))
		}
	}()
	if u.doubling() {
		return nil, errDoubling
	}
	c = &goCalls{u: u, prog: ssa.NewProgram(u.fset, ssa.InstantiateGenerics), rel: map[*types.Package]bool{}}
	made := map[*types.Package]bool{}
	var create func(p *types.Package)
	create = func(p *types.Package) {
		for _, i := range p.Imports() {
			if !made[i] {
				made[i] = true
				create(i)
				if !c.rel[i] {
					c.prog.CreatePackage(i, nil, nil, true)
				}
			}
		}
	}
	for _, pkg := range u.relevant {
		c.rel[u.checked[pkg].types] = true
	}
	var own []*ssa.Package
	for _, pkg := range u.relevant {
		ch := u.checked[pkg]
		create(ch.types)
		made[ch.types] = true
		own = append(own, c.prog.CreatePackage(ch.types, ch.files, ch.info, true))
		ch.files, ch.info = nil, nil
	}
	for _, p := range own {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p.Build()
	}
	return c, nil
}

// maxDoubling bounds the places where a generic function hands on a type that holds its own parameter several times: a chain of n of
// them makes a type of 2ⁿ parts.
const maxDoubling = 12

// doubling tells that there are more of them.
func (u *goUniverse) doubling() bool {
	n := 0
	for _, pkg := range u.relevant {
		for _, inst := range u.checked[pkg].info.Instances {
			for t := range inst.TypeArgs.Types() {
				seen := map[*types.TypeParam]int{}
				countParams(t, seen, 0)
				for _, times := range seen {
					if times > 1 {
						n++
						break
					}
				}
			}
		}
	}
	return n > maxDoubling
}

func countParams(t types.Type, seen map[*types.TypeParam]int, depth int) {
	if depth > 20 || len(seen) > 100 {
		return
	}
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		seen[t]++
	case *types.Named:
		for a := range t.TypeArgs().Types() {
			countParams(a, seen, depth+1)
		}
	case *types.Pointer:
		countParams(t.Elem(), seen, depth+1)
	case *types.Slice:
		countParams(t.Elem(), seen, depth+1)
	case *types.Array:
		countParams(t.Elem(), seen, depth+1)
	case *types.Map:
		countParams(t.Key(), seen, depth+1)
		countParams(t.Elem(), seen, depth+1)
	case *types.Struct:
		for v := range t.Fields() {
			countParams(v.Type(), seen, depth+1)
		}
	case *types.Signature:
		for v := range t.Params().Variables() {
			countParams(v.Type(), seen, depth+1)
		}
		for v := range t.Results().Variables() {
			countParams(v.Type(), seen, depth+1)
		}
	}
}

// walkCalls finds what is reached from the entries.
func (c *goCalls) walkCalls(ctx context.Context) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("follow the calls: %s", shorten(fmt.Sprint(r), 200))
		}
	}()
	entries := c.programs()
	if len(c.u.p.mains) == 0 {
		entries = c.exported()
	}
	if c.wide, err = c.walkWide(ctx, entries); err != nil {
		return err
	}
	reached := map[*ssa.Function]bool{}
	for f := range c.wide.by {
		reached[f] = true
	}
	c.vta = vta.CallGraph(reached, vta.CallGraph(reached, nil))
	if c.sure, err = c.walkSure(ctx, entries, false); err != nil {
		return err
	}
	c.likely, err = c.walkSure(ctx, entries, true)
	return err
}

// goEntry is where a call path may begin, and the sentence that says so.
type goEntry struct {
	fn  *ssa.Function
	why string
}

// programs are the starts of the project's programs.
func (c *goCalls) programs() []goEntry {
	var out []goEntry
	for _, pkg := range c.u.p.mains {
		if p := c.ssaOf(pkg); p != nil {
			if f := p.Func("main"); f != nil {
				out = append(out, goEntry{f, "the program starts here"})
			}
			out = append(out, goEntry{p.Func("init"), "the program starts by setting the variables of its packages"})
		}
	}
	return out
}

func (c *goCalls) ssaOf(pkg *goPackage) *ssa.Package {
	ch := c.u.checked[pkg]
	if ch == nil || ch.types == nil || !c.rel[ch.types] {
		return nil
	}
	return c.prog.Package(ch.types)
}

// exported are the functions that other modules can call.
func (c *goCalls) exported() []goEntry {
	var out []goEntry
	for _, pkg := range c.u.p.roots {
		p := c.ssaOf(pkg)
		if p == nil || pkg.name == "main" || isInternal(pkg.path) {
			continue
		}
		var found []*ssa.Function
		for _, m := range p.Members {
			switch m := m.(type) {
			case *ssa.Function:
				if m.Object() != nil && m.Object().Exported() {
					found = append(found, m)
					for v := range m.Signature.Results().Variables() {
						found = append(found, c.methodsOf(v.Type())...)
					}
				}
			case *ssa.Type:
				if m.Object().Exported() {
					found = append(found, c.methodsOf(m.Type())...)
				}
			}
		}
		slices.SortFunc(found, func(a, b *ssa.Function) int { return int(a.Pos()) - int(b.Pos()) })
		for _, f := range found {
			out = append(out, goEntry{f, "other modules can call it"})
		}
		out = append(out, goEntry{p.Func("init"), "a program that loads the package starts by setting its variables"})
	}
	return out
}

func isInternal(imported string) bool {
	return strings.Contains("/"+imported+"/", "/internal/")
}

// methodsOf are the exported methods of a type and of pointers to it that have source here.
func (c *goCalls) methodsOf(t types.Type) []*ssa.Function {
	if types.IsInterface(t) {
		return nil
	}
	var out []*ssa.Function
	if _, ok := types.Unalias(t).(*types.Named); ok {
		t = types.NewPointer(t)
	}
	set := c.prog.MethodSets.MethodSet(t)
	for sel := range set.Methods() {
		if sel.Obj().Exported() && c.rel[sel.Obj().Pkg()] {
			if f := c.prog.MethodValue(sel); f != nil {
				out = append(out, f)
			}
		}
	}
	return out
}

// opaque tells that the function's body is not here.
func (c *goCalls) opaque(f *ssa.Function) bool { return len(f.Blocks) == 0 }

// packageOf is the package that declares a function, nil for those that belong to none.
func packageOf(f *ssa.Function) *types.Package {
	for f.Parent() != nil {
		f = f.Parent()
	}
	if o := f.Origin(); o != nil {
		f = o
	}
	if f.Pkg != nil {
		return f.Pkg.Pkg
	}
	if o := f.Object(); o != nil {
		return o.Pkg()
	}
	return nil
}
