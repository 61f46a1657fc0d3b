package reach

import (
	"cmp"
	"context"
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// goHop is one hop of a call path: who calls, where, and how that is said.
type goHop struct {
	from *ssa.Function
	pos  token.Pos
	// how is what stands between the two names: "calls".
	how string
	// then is what follows the second name: ", which net/http may call".
	then string
}

// goEdge is a hop to a function.
type goEdge struct {
	to *ssa.Function
	goHop
}

// walk goes breadth first, so that each function is reached by a shortest path; edges must be in a fixed order.
func walk(ctx context.Context, entries []goEntry, edges func(*ssa.Function) []goEdge) (*goReached, error) {
	r := &goReached{by: map[*ssa.Function]goHop{}}
	for _, e := range entries {
		if _, ok := r.by[e.fn]; !ok {
			r.by[e.fn] = goHop{how: e.why}
			r.order = append(r.order, e.fn)
		}
	}
	for i := 0; i < len(r.order); i++ {
		if i%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for _, e := range edges(r.order[i]) {
			if _, ok := r.by[e.to]; !ok {
				e.from = r.order[i]
				r.by[e.to] = e.goHop
				r.order = append(r.order, e.to)
			}
		}
	}
	return r, nil
}

// walkSure follows the calls that the code makes; with likely also to what is put where other code finds it.
func (c *goCalls) walkSure(ctx context.Context, entries []goEntry, likely bool) (*goReached, error) {
	return walk(ctx, entries, func(f *ssa.Function) []goEdge {
		edges := c.handedOver(f, c.calls(f))
		if likely && !c.foreignInit(f) {
			edges = c.putAway(f, edges)
		}
		slices.SortStableFunc(edges, func(a, b goEdge) int {
			return cmp.Or(cmp.Compare(a.pos, b.pos), cmp.Compare(a.to.Pos(), b.to.Pos()), cmp.Compare(a.to.String(), b.to.String()))
		})
		return edges
	})
}

// calls are the calls of one function as far as types are known to flow to them.
func (c *goCalls) calls(f *ssa.Function) []goEdge {
	node := c.vta.Nodes[f]
	if node == nil {
		return nil
	}
	var out []goEdge
	for _, e := range node.Out {
		hop := goHop{pos: e.Pos(), how: "calls"}
		if e.Site != nil {
			if common := e.Site.Common(); common.IsInvoke() {
				hop.how = "calls, through " + typeName(common.Value.Type()) + "." + common.Method.Name() + ","
			} else if common.StaticCallee() == nil {
				hop.how = "calls, through a function value,"
			}
		}
		out = append(out, goEdge{e.Callee.Func, hop})
	}
	return out
}

// walkWide follows all that could be called at all.
func (c *goCalls) walkWide(ctx context.Context, entries []goEntry) (*goReached, error) {
	w := &wideWalk{c: c, called: map[string]bool{}}
	if err := c.needNames(ctx); err != nil {
		return nil, err
	}
	r, err := walk(ctx, entries, w.edges)
	for err == nil && len(w.late) > 0 {
		// Methods whose names were only called after their types had been made.
		late := w.late
		w.late = nil
		more := make([]goEntry, 0, len(late))
		for _, e := range late {
			if _, ok := r.by[e.to]; !ok {
				r.by[e.to] = e.goHop
				r.order = append(r.order, e.to)
				more = append(more, goEntry{fn: e.to})
			}
		}
		err = r.extend(ctx, more, w.edges)
	}
	return r, err
}

// extend goes on from functions that are already in r.
func (r *goReached) extend(ctx context.Context, from []goEntry, edges func(*ssa.Function) []goEdge) error {
	more, err := walk(ctx, from, func(f *ssa.Function) []goEdge {
		return slices.DeleteFunc(edges(f), func(e goEdge) bool { _, ok := r.by[e.to]; return ok })
	})
	if err != nil {
		return err
	}
	for _, f := range more.order[len(from):] {
		r.by[f] = more.by[f]
		r.order = append(r.order, f)
	}
	return nil
}
