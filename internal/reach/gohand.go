package reach

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// handedOver adds the functions that f hands to functions without bodies, which are there to call them.
func (c *goCalls) handedOver(f *ssa.Function, out []goEdge) []goEdge {
	for _, b := range f.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(ssa.CallInstruction); ok {
				out = c.arguments(call, out)
			}
		}
	}
	return out
}

// putAway adds the functions that f puts where code without bodies finds and calls them: fields of its structs, its variables,
// entries of its maps, and the methods of interfaces that it declares.
func (c *goCalls) putAway(f *ssa.Function, out []goEdge) []goEdge {
	for _, b := range f.Blocks {
		for _, instr := range b.Instrs {
			switch i := instr.(type) {
			case *ssa.MakeInterface:
				out = c.asInterface(i, out)
			case *ssa.Store:
				if what := c.foreignPlace(i.Addr); what != "" {
					out = c.hand(i.Val, i.Pos(), ", which is put where "+what+" finds it", out)
				}
			case *ssa.MapUpdate:
				if n, ok := types.Unalias(i.Map.Type()).(*types.Named); ok && c.foreign(n.Obj()) {
					out = c.hand(i.Value, i.Pos(), ", which is put into a "+typeName(n), out)
				}
			}
		}
	}
	return out
}

// foreignInit tells the setting of variables of another module: what it puts away (a sync.Pool's New) waits for a use that need not come.
func (c *goCalls) foreignInit(f *ssa.Function) bool {
	pkg := c.packageNamed(packageOf(f))
	return f.Name() == "init" && f.Synthetic != "" && pkg != nil && !pkg.own()
}

// foreign tells that an object is declared in a package without bodies.
func (c *goCalls) foreign(o types.Object) bool { return o.Pkg() != nil && !c.rel[o.Pkg()] }

// arguments are the functions among the arguments of a call into a package without bodies.
func (c *goCalls) arguments(call ssa.CallInstruction, out []goEdge) []goEdge {
	common := call.Common()
	what := ""
	switch callee := common.StaticCallee(); {
	case callee != nil && c.opaque(callee) && !c.rel[packageOf(callee)]:
		what = functionName(callee)
	case common.IsInvoke() && c.foreign(common.Method):
		what = typeName(common.Value.Type()) + "." + common.Method.Name()
	default:
		return out
	}
	for _, arg := range common.Args {
		out = c.hand(arg, call.Pos(), ", which is handed to "+what+" to be called", out)
	}
	return out
}

// foreignPlace names the field or variable of a package without bodies that an address is; "" for all others.
func (c *goCalls) foreignPlace(addr ssa.Value) string {
	switch a := addr.(type) {
	case *ssa.Global:
		if a.Object() != nil && c.foreign(a.Object()) { // init guards have none
			return a.Pkg.Pkg.Path()
		}
	case *ssa.FieldAddr:
		p, ok := a.X.Type().Underlying().(*types.Pointer)
		if !ok {
			return ""
		}
		if n, ok := types.Unalias(p.Elem()).(*types.Named); ok && c.foreign(n.Obj()) {
			if s, ok := n.Underlying().(*types.Struct); ok {
				return typeName(n) + "." + s.Field(a.Field).Name()
			}
		}
	}
	return ""
}

// hand adds the functions that a value is known to be.
func (c *goCalls) hand(v ssa.Value, pos token.Pos, then string, out []goEdge) []goEdge {
	for _, f := range functionsIn(v, 0, nil) {
		out = append(out, goEdge{f, goHop{pos: pos, how: "gives away", then: then}})
	}
	return out
}

// functionsIn follows a value back, inside one function, to the functions that it is or holds.
func functionsIn(v ssa.Value, depth int, out []*ssa.Function) []*ssa.Function {
	if depth > 6 || len(out) > 200 {
		return out
	}
	switch v := v.(type) {
	case *ssa.Function:
		return append(out, v)
	case *ssa.MakeClosure:
		if f, ok := v.Fn.(*ssa.Function); ok {
			return append(out, f)
		}
	case *ssa.ChangeType:
		return functionsIn(v.X, depth+1, out)
	case *ssa.MakeInterface:
		if _, ok := v.X.Type().Underlying().(*types.Signature); ok {
			return functionsIn(v.X, depth+1, out)
		}
	case *ssa.Phi:
		for _, e := range v.Edges {
			out = functionsIn(e, depth+1, out)
		}
	case *ssa.Slice: // the arguments of a variadic function
		if a, ok := v.X.(*ssa.Alloc); ok {
			return stored(a, depth, out)
		}
	}
	return out
}

// stored are the functions stored into the elements of an array.
func stored(a *ssa.Alloc, depth int, out []*ssa.Function) []*ssa.Function {
	for _, r := range *a.Referrers() {
		index, ok := r.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		for _, r := range *index.Referrers() {
			if s, ok := r.(*ssa.Store); ok && s.Addr == index {
				out = functionsIn(s.Val, depth+1, out)
			}
		}
	}
	return out
}

// asInterface are the methods of a value that is made an interface of a package without bodies, which exists to call them.
func (c *goCalls) asInterface(m *ssa.MakeInterface, out []goEdge) []goEdge {
	n, ok := types.Unalias(m.Type()).(*types.Named)
	if !ok || !c.foreign(n.Obj()) {
		return out
	}
	i, ok := n.Underlying().(*types.Interface)
	if !ok {
		return out
	}
	set := c.prog.MethodSets.MethodSet(m.X.Type())
	for method := range i.Methods() {
		sel := set.Lookup(method.Pkg(), method.Name())
		if sel == nil || !c.rel[sel.Obj().Pkg()] {
			continue
		}
		if f := c.prog.MethodValue(sel); f != nil {
			out = append(out, goEdge{f, goHop{pos: m.Pos(), how: "makes", then: " a " + typeName(n) + ", which is there to be called"}})
		}
	}
	return out
}
