package flow

import (
	"cmp"
	"slices"
)

// Asked is a question about a file, with the nodes that it is about. It is never changed.
type Asked struct {
	question *Question
	// sources and sinks are nodes with the numbers of what they are, clean the nodes that are harmless; each sorted by node.
	sources, sinks []marked
	clean          []node
	carriers       []carrier
	// relabels tells that some source needs labels.
	relabels bool
}

// marked is a node with the number of the place that it is of.
type marked struct {
	node node
	of   int32
}

// carrier is where a propagator leads from and to.
type carrier struct {
	from, to   node
	propagator int32
}

// Ask finds the nodes of a graph that a question is about. Questions that share a list of places share what is found of it.
func (g *Graph) Ask(q *Question) *Asked {
	a := &Asked{question: &Question{Sources: q.Sources, Sinks: q.Sinks, Propagators: q.Propagators, Options: q.Options}}
	a.sources = shared(g, q.Sources, func(s *Source, yield func(node)) {
		g.choose(s.Place, choice{exact: s.Exact || s.Requires != nil, variable: s.Variable, only: s.Only}, yield)
	})
	a.relabels = slices.ContainsFunc(q.Sources, func(s Source) bool { return s.Requires != nil })
	for i := range q.Sinks {
		g.arriving(&q.Sinks[i], func(n node) {
			if !g.inside[n] || !q.Options.SafeComparisons {
				a.sinks = append(a.sinks, marked{n, int32(i)})
			}
		})
	}
	byNode(a.sinks)
	a.sinks = slices.Compact(a.sinks)
	a.clean = g.clean(q)
	a.carriers = once(g, q.Propagators, func() []carrier { return g.carriers(q.Propagators) })
	return a
}

// shared finds the nodes of a list of places, once for all who ask with the same list.
func shared[T any](g *Graph, list []T, choose func(*T, func(node))) []marked {
	return once(g, list, func() []marked {
		var out []marked
		for i := range list {
			choose(&list[i], func(n node) { out = append(out, marked{n, int32(i)}) })
		}
		byNode(out)
		return out
	})
}

// once finds something of a list, once for all who ask with the same list.
func once[T, R any](g *Graph, list []T, find func() []R) []R {
	if len(list) == 0 {
		return nil
	}
	if known, ok := g.chosen[&list[0]]; ok {
		return known.([]R)
	}
	if g.chosen == nil {
		g.chosen = map[any]any{}
	}
	found := slices.Clip(find())
	g.chosen[&list[0]] = found
	return found
}

// clean are the nodes that sanitizers make harmless.
func (g *Graph) clean(q *Question) []node {
	find := func() []node {
		var out []node
		for i := range q.Sanitizers {
			c := &q.Sanitizers[i]
			if c.Yields && taken(q, c.Place) {
				continue
			}
			g.choose(c.Place, choice{exact: c.Exact, variable: c.Variable, only: c.Only}, func(n node) { out = append(out, n) })
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	if slices.ContainsFunc(q.Sanitizers, func(s Sanitizer) bool { return s.Yields }) {
		return find() // what it is depends on the rest of the question
	}
	return once(g, q.Sanitizers, find)
}

// carriers are the nodes between which propagators lead, by where they begin.
func (g *Graph) carriers(all []Propagator) []carrier {
	var out []carrier
	for i := range all {
		c := &all[i]
		for _, from := range g.at(g.values, c.From) {
			g.choose(c.To, choice{exact: true, variable: c.Variable}, func(to node) { out = append(out, carrier{from, to, int32(i)}) })
		}
	}
	slices.SortStableFunc(out, func(a, b carrier) int { return cmp.Compare(a.from, b.from) })
	return out
}

func byNode(list []marked) {
	slices.SortStableFunc(list, func(a, b marked) int { return cmp.Compare(a.node, b.node) })
}

// taken tells that a source or sink stands at a place.
func taken(q *Question, p Place) bool {
	return slices.ContainsFunc(q.Sources, func(s Source) bool { return s.Place == p }) || slices.ContainsFunc(q.Sinks, func(s Sink) bool { return s.Place == p })
}

// of are the entries of a node.
func of(list []marked, n node) []marked {
	lo, found := slices.BinarySearchFunc(list, n, func(m marked, n node) int { return cmp.Compare(m.node, n) })
	if !found {
		return nil
	}
	hi := lo
	for hi < len(list) && list[hi].node == n {
		hi++
	}
	return list[lo:hi]
}

func (a *Asked) isClean(n node) bool {
	_, found := slices.BinarySearch(a.clean, n)
	return found
}

// carriersFrom are the propagators that lead from a node.
func (a *Asked) carriersFrom(n node) []carrier {
	lo, found := slices.BinarySearchFunc(a.carriers, n, func(c carrier, n node) int { return cmp.Compare(c.from, n) })
	if !found {
		return nil
	}
	hi := lo
	for hi < len(a.carriers) && a.carriers[hi].from == n {
		hi++
	}
	return a.carriers[lo:hi]
}

// choice says which nodes of a place are meant.
type choice struct{ exact, variable, only bool }

// choose gives the nodes of a place: what it amounts to, what stands in it, and the variable that stands there from there on.
func (g *Graph) choose(p Place, c choice, yield func(node)) {
	switch {
	case c.only:
	case c.exact:
		for _, n := range g.at(g.values, p) {
			yield(n)
		}
	default:
		g.within(p, yield)
	}
	if !c.variable {
		return
	}
	for _, n := range g.at(g.states, p) {
		if !c.only {
			yield(n)
			continue
		}
		for _, e := range g.outgoing(n) { // from there on, and not there
			if e.to == n || g.places[e.to] != p {
				yield(e.to)
			}
		}
	}
}

// Empty tells that the question is about nothing in its file.
func (a *Asked) Empty() bool {
	return len(a.sources)+len(a.sinks)+len(a.clean)+len(a.carriers) == 0
}

// HasSources tells whether data comes from the file.
func (a *Asked) HasSources() bool { return len(a.sources) > 0 }

// HasSinks tells whether there is a place in the file where data must not arrive.
func (a *Asked) HasSinks() bool { return len(a.sinks) > 0 }

// Forget lets go of what only Ask needs, when all is asked.
func (g *Graph) Forget() { g.chosen, g.states, g.values, g.calls, g.inside = nil, nil, nil, nil, nil }
