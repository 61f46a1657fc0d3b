package flow

import (
	"cmp"
	"slices"

	"github.com/reevehq/reeve/internal/wire"
)

// Kept goes over a graph and what is asked about it, to write them down when nothing more is to be asked or to read them again (package wire). What
// questions have in common is written once.
type Kept struct {
	Graph *Graph
	Asked []*Asked
	// Requires reads what a condition asks for that is written down.
	Requires func(asks string) (func(Labels) bool, error)
}

// Plain tells that a question can be written down.
func (a *Asked) Plain() bool {
	q := a.question
	return !slices.ContainsFunc(q.Sources, func(s Source) bool { return s.Requires != nil && s.Asks == "" }) &&
		!slices.ContainsFunc(q.Sinks, func(s Sink) bool { return s.Requires != nil && s.Asks == "" }) &&
		!slices.ContainsFunc(q.Propagators, func(p Propagator) bool { return p.Requires != nil && p.Asks == "" })
}

// Wire names all there is of it.
func (k *Kept) Wire(c *wire.Codec) {
	if c.Reading() {
		k.Graph = &Graph{file: &file{}}
	}
	k.Graph.wire(c)
	w := questions{Codec: c, graph: k.Graph, read: k.Requires, known: map[string]func(Labels) bool{}}
	wire.List(c, &k.Asked, func(a **Asked) {
		if c.Reading() {
			*a = &Asked{question: &Question{}}
		}
		w.asked(*a)
	})
}

// Fits tells of a graph that was read that it can be one of a text of that length.
func (g *Graph) Fits(length int) bool {
	return !slices.ContainsFunc(g.places, func(p Place) bool { return p.End > length })
}

// Fits tells of a question that was read that it can be one about a text of that length, with so many sinks.
func (a *Asked) Fits(length, sinks int) bool {
	outside := func(s Sink) bool { return s.Start < 0 || s.Start > s.End || s.End > length }
	return len(a.question.Sinks) == sinks && !slices.ContainsFunc(a.question.Sinks, outside)
}

// wire names the parts of a graph but for what only Ask needs.
func (g *Graph) wire(c *wire.Codec) {
	g.wirePlaces(c)
	wire.Numbers(c, &g.owners)
	wire.Numbers(c, &g.whats)
	if n := len(g.places); c.Reading() && (len(g.owners) != n || len(g.whats) != n || slices.ContainsFunc(g.whats, func(w What) bool { return w > Arrived })) {
		c.Fail()
		return
	}
	c.Flags(&g.objects, len(g.places))
	g.wireEdges(c)
	g.wireEarlier(c)
	c.Flag(&g.partial)
	g.file.wire(c, g)
}

func (g *Graph) wirePlaces(c *wire.Codec) {
	starts, sizes := make([]int, len(g.places)), make([]int, len(g.places))
	for i, p := range g.places {
		starts[i], sizes[i] = p.Start, p.End-p.Start
	}
	wire.Numbers(c, &starts)
	wire.Numbers(c, &sizes)
	if !c.Reading() {
		return
	}
	if len(starts) != len(sizes) {
		c.Fail()
		return
	}
	g.places = make([]Place, len(starts))
	for i := range starts {
		if g.places[i] = (Place{starts[i], starts[i] + sizes[i]}); starts[i] < 0 || sizes[i] < 0 || g.places[i].End < 0 {
			c.Fail()
			return
		}
	}
}

func (g *Graph) wireEdges(c *wire.Codec) {
	to, kinds, parts := make([]node, len(g.edges)), make([]kind, len(g.edges)), make([]part, len(g.edges))
	for i, e := range g.edges {
		to[i], kinds[i], parts[i] = e.to, e.kind, e.part
	}
	wire.Numbers(c, &g.first)
	wire.Numbers(c, &to)
	wire.Numbers(c, &kinds)
	wire.Numbers(c, &parts)
	if !c.Reading() {
		return
	}
	n := len(g.first) - 1
	if len(kinds) != len(to) || len(parts) != len(to) || n != len(g.places) || g.first[0] != 0 || int(g.first[n]) != len(to) || !slices.IsSorted(g.first) {
		c.Fail()
		return
	}
	g.edges = make([]edge, len(to))
	for i := range to {
		g.edges[i] = edge{to[i], kinds[i], parts[i]}
		g.check(c, to[i])
	}
}

// check fails what is read where a node is none of the graph.
func (g *Graph) check(c *wire.Codec, n node) {
	if c.Reading() && (n < none || int(n) >= len(g.places)) {
		c.Fail()
	}
}

// node names a node, which may be none.
func (g *Graph) node(c *wire.Codec, n *node) {
	wire.Number(c, n)
	g.check(c, *n)
}

// nodes names a list of nodes.
func (g *Graph) nodes(c *wire.Codec, list *[]node) {
	wire.Numbers(c, list)
	for _, n := range *list {
		g.check(c, n)
	}
}

// nodesBy names nodes by names.
func (g *Graph) nodesBy(c *wire.Codec, m *map[string]node) {
	wire.Map(c, m, func(n *node) { g.node(c, n) })
}

func (g *Graph) wireEarlier(c *wire.Codec) {
	wire.Keyed(c, &g.earlier, cmp.Compare[node], func(n *node) { g.node(c, n) }, func(list *[]node) { g.nodes(c, list) })
}

// wire names what a file says for who links it with others.
func (f *file) wire(c *wire.Codec, g *Graph) {
	wire.Text(c, &f.language)
	wire.List(c, &f.funcs, func(v **function) { fill(c, v).wire(c, g) })
	if c.Reading() && len(f.funcs) == 0 {
		c.Fail()
	}
	for _, owner := range g.owners {
		if c.Reading() && int(owner) >= len(f.funcs) {
			c.Fail()
		}
	}
	wire.List(c, &f.calls, func(v **call) { fill(c, v).wire(c, g) })
	wire.Map(c, &f.classes, func(v **class) { fill(c, v).wire(c) })
	wire.Map(c, &f.imports, func(v *imported) {
		wire.Text(c, &v.module)
		wire.Text(c, &v.name)
	})
	f.wireFields(c, g)
	wire.List(c, &f.shares.includes, func(v *string) { wire.Text(c, v) })
	g.nodesBy(c, &f.shares.gives)
	g.nodesBy(c, &f.shares.leaves)
	g.nodesBy(c, &f.shares.takes)
}

// fill makes what is read into.
func fill[T any](c *wire.Codec, v **T) *T {
	if c.Reading() {
		*v = new(T)
	}
	return *v
}

func (f *file) wireFields(c *wire.Codec, g *Graph) {
	order := func(a, b field) int { return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(a.name, b.name)) }
	wire.Keyed(c, &f.fields, order, func(k *field) {
		wire.Text(c, &k.class)
		wire.Text(c, &k.name)
	}, func(n *node) { g.node(c, n) })
}

func (f *function) wire(c *wire.Codec, g *Graph) {
	wire.Text(c, &f.name)
	wire.Text(c, &f.class)
	c.Flag(&f.constructor)
	wire.List(c, &f.params, func(v *param) {
		wire.Text(c, &v.name)
		g.node(c, &v.node)
		c.Flag(&v.rest)
	})
	g.node(c, &f.result)
	g.node(c, &f.self)
	c.Flag(&f.bodied)
	g.nodesBy(c, &f.positions)
	c.Flag(&f.whole)
	wire.List(c, &f.named, func(v *string) { wire.Text(c, v) })
	wire.Text(c, &f.returns)
	wire.Number(c, &f.place.Start)
	wire.Number(c, &f.place.End)
}

func (v *call) wire(c *wire.Codec, g *Graph) {
	g.node(c, &v.node)
	wire.Text(c, &v.name)
	wire.Text(c, &v.path)
	g.node(c, &v.receiver)
	wire.Text(c, &v.kind)
	c.Flag(&v.self)
	wire.Text(c, &v.class)
	c.Flag(&v.creates)
	wire.Number(c, &v.gives)
	g.nodesBy(c, &v.positions)
	wire.List(c, &v.arguments, func(a *given) {
		g.node(c, &a.node)
		wire.Text(c, &a.keyword)
		c.Flag(&a.spread)
	})
}

func (v *class) wire(c *wire.Codec) {
	wire.Text(c, &v.name)
	wire.List(c, &v.bases, func(s *string) { wire.Text(c, s) })
	wire.Map(c, &v.own, func(b *bool) { c.Flag(b) })
	wire.List(c, &v.asks, func(s *string) { wire.Text(c, s) })
	wire.Map(c, &v.types, func(s *string) { wire.Text(c, s) })
}

// questions are those about one graph, with the lists that they have in common.
type questions struct {
	*wire.Codec
	graph *Graph
	// read reads conditions, known are those that were read.
	read        func(string) (func(Labels) bool, error)
	known       map[string]func(Labels) bool
	sources     wire.Pool[Source]
	propagators wire.Pool[Propagator]
	marks       wire.Pool[marked]
	clean       wire.Pool[node]
	carriers    wire.Pool[carrier]
}

// asked names what is needed to answer a question.
func (w *questions) asked(a *Asked) {
	q, c := a.question, w.Codec
	w.sources.List(c, &q.Sources, func(s *Source) {
		wire.Text(c, &s.Label)
		c.Flag(&s.Only)
		w.requires(&s.Asks, &s.Requires)
	})
	wire.List(c, &q.Sinks, func(s *Sink) {
		wire.Number(c, &s.Start)
		wire.Number(c, &s.End)
		w.requires(&s.Asks, &s.Requires)
	})
	w.propagators.List(c, &q.Propagators, func(p *Propagator) {
		wire.Text(c, &p.Label)
		w.requires(&p.Asks, &p.Requires)
	})
	for i := range q.Sources {
		a.relabels = a.relabels || q.Sources[i].Requires != nil
	}
	for _, option := range []*bool{&q.Options.SafeCalls, &q.Options.SafeIndexes, &q.Options.SafeComparisons, &q.Options.AssignedOnly, &q.Options.AtSource} {
		c.Flag(option)
	}
	w.marked(&a.sources, len(q.Sources))
	w.marked(&a.sinks, len(q.Sinks))
	w.clean.List(c, &a.clean, func(n *node) { w.graph.node(c, n) })
	w.carriers.List(c, &a.carriers, func(v *carrier) {
		w.graph.node(c, &v.from)
		w.graph.node(c, &v.to)
		wire.Number(c, &v.propagator)
		w.within(v.propagator, len(q.Propagators))
	})
}

// requires names a condition.
func (w *questions) requires(asks *string, holds *func(Labels) bool) {
	if wire.Text(w.Codec, asks); !w.Reading() || *asks == "" {
		return
	}
	known, ok := w.known[*asks]
	if !ok {
		var err error
		if known, err = w.read(*asks); err != nil {
			w.Fail()
		}
		w.known[*asks] = known
	}
	*holds = known
}

func (w *questions) marked(list *[]marked, n int) {
	w.marks.List(w.Codec, list, func(m *marked) {
		w.graph.node(w.Codec, &m.node)
		wire.Number(w.Codec, &m.of)
	})
	for _, m := range *list {
		w.within(m.of, n)
		w.within(int32(m.node), len(w.graph.places))
	}
}

// within fails what is read where a number is none of a list.
func (w *questions) within(i int32, n int) {
	if w.Reading() && (i < 0 || int(i) >= n) {
		w.Fail()
	}
}
