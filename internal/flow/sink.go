package flow

import (
	"cmp"
	"slices"
)

// arriving gives the nodes of a sink at which data must not arrive.
func (g *Graph) arriving(s *Sink, yield func(node)) {
	if !s.Exact || s.Given && g.defines(s.Place) {
		g.within(s.Place, yield)
		return
	}
	found := g.at(g.values, s.Place)
	for _, n := range found {
		if yield(n); s.Given && !g.given(n, yield) {
			g.within(s.Place, yield)
		}
	}
	if len(found) == 0 && s.Given {
		g.outermost(s.Place, func(n node) {
			yield(n)
			g.given(n, yield)
		})
	}
}

// defines tells that a function with a name stands at a place.
func (g *Graph) defines(p Place) bool {
	i := g.functionAt(p)
	return i >= 0 && g.file.funcs[i].name != ""
}

// given gives what a call is given and made on. False where that is nothing, and the call has only a block.
func (g *Graph) given(n node, yield func(node)) bool {
	some := true
	lo, _ := slices.BinarySearchFunc(g.called(), n, func(c *call, n node) int { return cmp.Compare(c.node, n) })
	for _, c := range g.called()[lo:] {
		if c.node != n {
			break
		}
		some = c.receiver != none || len(c.arguments) > 0
		if c.receiver != none {
			yield(c.receiver)
		}
		for _, one := range c.arguments {
			if one.node != none {
				yield(one.node)
			}
		}
	}
	return some
}

// called are the calls of the file by their nodes.
func (g *Graph) called() []*call {
	if g.calls == nil {
		g.calls = slices.Clone(g.file.calls)
		slices.SortStableFunc(g.calls, func(a, b *call) int { return cmp.Compare(a.node, b.node) })
	}
	return g.calls
}

// outermost gives the values in a place that stand in no other value there: those of what a statement says.
func (g *Graph) outermost(p Place, yield func(node)) {
	last := Place{-1, -1}
	g.within(p, func(n node) {
		at := g.places[n]
		if at == last || at.Start >= last.End {
			last = at
			yield(n)
		}
	})
}
