package reach

import (
	"context"
	"go/types"
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"
)

// wideWalk finds what could be called at all, without knowing what packages without bodies do. Such a package can call a function
// only where it is handed its address, and a method only where a value of its type is made an interface or goes into a type
// parameter, and where the method's name stands in the package's source.
type wideWalk struct {
	c *goCalls
	// made are the types that were made interfaces, to *madeType; inOrder are the same in the order in which that happened.
	made    typeutil.Map
	inOrder []*madeType
	// called are the names of methods that were called through interfaces.
	called map[string]bool
	// late are methods that can be called now that their names are.
	late []goEdge
}

// madeType is a type made an interface, where that was done first, and its methods not called yet.
type madeType struct {
	hop     goHop
	pending []*types.Selection
}

// edges are the functions that f could lead to.
func (w *wideWalk) edges(f *ssa.Function) []goEdge {
	var out []goEdge
	for _, b := range f.Blocks {
		for _, instr := range b.Instrs {
			out = w.instruction(f, instr, out)
		}
	}
	return out
}

func (w *wideWalk) instruction(f *ssa.Function, instr ssa.Instruction, out []goEdge) []goEdge {
	var callee ssa.Value
	if call, ok := instr.(ssa.CallInstruction); ok {
		common := call.Common()
		if common.IsInvoke() {
			w.call(f, common.Method.Name())
		} else {
			callee = common.Value
		}
	}
	var buf [8]*ssa.Value
	for _, op := range instr.Operands(buf[:0]) {
		fn, ok := (*op).(*ssa.Function)
		if !ok {
			continue
		}
		hop := goHop{from: f, pos: instr.Pos(), how: "takes up"}
		if callee == *op {
			hop.how = "calls"
		} else if _, closure := instr.(*ssa.MakeClosure); closure {
			hop.how = "makes"
		}
		out = append(out, goEdge{fn, hop})
		if w.c.opaque(fn) {
			for _, t := range fn.TypeArgs() {
				out = w.make(f, instr, t, out)
			}
		}
	}
	if m, ok := instr.(*ssa.MakeInterface); ok {
		out = w.make(f, instr, m.X.Type(), out)
	}
	return out
}

// call notes that a method of this name is called through an interface.
func (w *wideWalk) call(f *ssa.Function, name string) {
	if w.called[name] {
		return
	}
	w.called[name] = true
	if w.c.names[name] {
		return // as good as called already
	}
	for _, m := range w.inOrder {
		m.pending = slices.DeleteFunc(m.pending, func(sel *types.Selection) bool {
			if sel.Obj().Name() != name {
				return false
			}
			w.late = w.method(sel, m.hop, w.late)
			return true
		})
	}
}

// make notes that values of a type, and of all types in it that reflection gets at, can be had as interfaces.
func (w *wideWalk) make(f *ssa.Function, instr ssa.Instruction, t types.Type, out []goEdge) []goEdge {
	for _, t := range w.parts(t, nil) {
		if w.made.At(t) != nil {
			continue
		}
		m := &madeType{hop: goHop{from: f, pos: instr.Pos(), how: "makes values of " + typeName(t) + " available, with the method"}}
		w.made.Set(t, m)
		w.inOrder = append(w.inOrder, m)
		set := w.c.prog.MethodSets.MethodSet(t)
		for sel := range set.Methods() {
			if !w.c.rel[sel.Obj().Pkg()] {
				continue
			}
			if name := sel.Obj().Name(); w.c.names[name] || w.called[name] {
				out = w.method(sel, m.hop, out)
			} else {
				m.pending = append(m.pending, sel)
			}
		}
	}
	return out
}

func (w *wideWalk) method(sel *types.Selection, hop goHop, out []goEdge) []goEdge {
	if f := w.c.prog.MethodValue(sel); f != nil {
		out = append(out, goEdge{f, hop})
	}
	return out
}

// maxParts bounds the types that one type consists of.
const maxParts = 200

// parts are the types with methods that values of t hold.
func (w *wideWalk) parts(t types.Type, seen []types.Type) []types.Type {
	var out []types.Type
	queue := []types.Type{t}
	for ; len(queue) > 0 && len(seen) < maxParts; queue = queue[1:] {
		t := types.Unalias(queue[0])
		if slices.ContainsFunc(seen, func(s types.Type) bool { return types.Identical(s, t) }) {
			continue
		}
		seen = append(seen, t)
		if n, ok := t.(*types.Named); ok && !types.IsInterface(n) {
			if n.TypeParams().Len() > n.TypeArgs().Len() {
				continue
			}
			if w.made.At(t) == nil {
				out = append(out, n, types.NewPointer(n))
			}
		}
		switch u := t.Underlying().(type) {
		case *types.Pointer:
			queue = append(queue, u.Elem())
		case *types.Slice:
			queue = append(queue, u.Elem())
		case *types.Array:
			queue = append(queue, u.Elem())
		case *types.Chan:
			queue = append(queue, u.Elem())
		case *types.Map:
			queue = append(queue, u.Key(), u.Elem())
		case *types.Struct:
			if n := types.NewPointer(t); u.NumFields() > 0 && hasEmbedded(u) && w.made.At(n) == nil {
				out = append(out, n)
			}
			for v := range u.Fields() {
				queue = append(queue, v.Type())
			}
		}
	}
	return out
}

func hasEmbedded(s *types.Struct) bool {
	for v := range s.Fields() {
		if v.Embedded() {
			return true
		}
	}
	return false
}

// needNames reads the names of methods that the packages without bodies may call, and those that templates may.
func (c *goCalls) needNames(ctx context.Context) error {
	if c.names != nil {
		return nil
	}
	c.names = map[string]bool{}
	templates := false
	for _, pkg := range c.u.p.order {
		if err := ctx.Err(); err != nil {
			return err
		}
		templates = templates || pkg.path == "text/template" || pkg.path == "html/template"
		if !c.u.isRel[pkg] {
			if err := c.namesOf(pkg, false); err != nil {
				return err
			}
		}
	}
	if !templates {
		return nil
	}
	for _, pkg := range c.u.p.order {
		if !pkg.std {
			if err := c.templateNames(pkg); err != nil {
				return err
			}
		}
	}
	return c.templateFiles()
}

func (c *goCalls) namesOf(pkg *goPackage, texts bool) error {
	for _, f := range pkg.files {
		if f.excluded != "" {
			continue
		}
		data, err := pkg.folder.read(path.Join(pkg.dir, f.name))
		if err != nil {
			return err
		}
		if err := c.u.p.b.spend(len(data), 1); err != nil {
			return err
		}
		namesIn(data, c.names, texts)
	}
	return nil
}

// templateNames takes down the methods named in the templates inside a package's string literals.
func (c *goCalls) templateNames(pkg *goPackage) error {
	for _, f := range pkg.files {
		if f.excluded != "" {
			continue
		}
		data, err := pkg.folder.read(path.Join(pkg.dir, f.name))
		if err != nil {
			return err
		}
		if i := strings.Index(string(data), "{{"); i < 0 {
			continue
		}
		if err := c.u.p.b.spend(len(data), 1); err != nil {
			return err
		}
		templateText(data, c.names)
	}
	return nil
}

// templateFiles takes down the methods named in the files of the target that may be templates.
func (c *goCalls) templateFiles() error {
	for _, p := range c.u.p.a.tree.under(c.u.p.mods.dir) {
		switch path.Ext(p) {
		case ".tmpl", ".tpl", ".gohtml", ".gotmpl", ".html", ".htm", ".txt", ".xml", ".yaml", ".yml", ".md", ".sql", ".tex", ".gotxt":
		default:
			continue
		}
		data, err := c.u.p.a.tree.read(p)
		if err != nil {
			continue
		}
		if err := c.u.p.b.spend(len(data), 1); err != nil {
			return err
		}
		templateText(data, c.names)
	}
	return nil
}

// templateText takes down the names after dots between "{{" and "}}".
func templateText(data []byte, names map[string]bool) {
	text := string(data)
	for {
		i := strings.Index(text, "{{")
		if i < 0 {
			return
		}
		text = text[i+2:]
		end := strings.Index(text, "}}")
		if end < 0 {
			end = len(text)
		}
		for _, part := range strings.Split(text[:end], ".")[1:] {
			n := 0
			for n < len(part) && isWord(part[n]) {
				n++
			}
			if n > 0 {
				names[part[:n]] = true
			}
		}
		text = text[end:]
	}
}
