package flow

import (
	"cmp"
	"slices"
)

// node is a value in a graph.
type node int32

// none is no node.
const none node = -1

// kind says how a value goes into another.
type kind uint8

const (
	// plain: it is, or becomes a part of, the other.
	plain kind = iota
	// argument and receiver go into the result of a call of which nothing is known.
	argument
	receiver
	// index goes into what it is the index of; compared into the result of a comparison.
	index
	compared
	// store: it becomes a part of the other; load: a part of it is the other.
	store
	load
	// others: the other is it but for a part that is another now.
	others
	// blended: the other is made of it, as a text of what stands in it, and has not its parts.
	blended
	// handed: what a method is called on is what a function gets that is handed to it.
	handed
	// called: it is the function that gives back the other.
	called
)

type edge struct {
	to   node
	kind kind
	// part is what is stored or loaded; of an argument what it is stored as, of a receiver what is loaded from it, where that is known.
	part part
}

// Graph is what the values of a file are made of.
type Graph struct {
	// places are those of the nodes; owners the functions in which they are.
	places []Place
	owners []int32
	whats  []What
	// inside tells of what is compared, of which only the outcome goes on.
	inside []bool
	// objects tells of what only a part is looked at.
	objects []bool
	// first says where the edges of a node begin in edges.
	first []int32
	edges []edge
	// values are the nodes that stand for expressions, by their places; states those of variables where they are read or given something.
	values, states []node

	// earlier are, of a part that was read or given something before, the nodes from which it comes; of a part that is new it has none.
	earlier map[node][]node
	file    *file
	partial bool
	// chosen is what was found of places that many rules ask about, by the lists of those places.
	chosen map[any]any
	// calls are those of the file by their nodes, once somebody has asked for them.
	calls []*call
}

// Complete tells that all of the file was followed.
func (g *Graph) Complete() bool { return !g.partial }

// outgoing are the edges of a node.
func (g *Graph) outgoing(n node) []edge { return g.edges[g.first[n]:g.first[n+1]] }

// at are the nodes of a list that stand at a place.
func (g *Graph) at(list []node, p Place) []node {
	lo, _ := slices.BinarySearchFunc(list, p, func(n node, p Place) int { return compare(g.places[n], p) })
	hi := lo
	for hi < len(list) && g.places[list[hi]] == p {
		hi++
	}
	return list[lo:hi]
}

// within gives the values in a place that belong to the function in which what stands there begins; of a function, those that are in it.
func (g *Graph) within(p Place, yield func(node)) {
	lo, _ := slices.BinarySearchFunc(g.values, p.Start, func(n node, start int) int { return cmp.Compare(g.places[n].Start, start) })
	owner := g.functionAt(p)
	for _, n := range g.values[lo:] {
		at := g.places[n]
		if at.Start >= p.End {
			return
		}
		if at.End > p.End {
			continue
		}
		if owner < 0 {
			owner = g.owners[n]
		}
		if g.owners[n] == owner {
			yield(n)
		}
	}
}

// functionAt is the number of the function that stands at a place, -1 for none.
func (g *Graph) functionAt(p Place) int32 {
	for i, f := range g.file.funcs {
		if i > 0 && f.place == p {
			return int32(i)
		}
	}
	return -1
}

// compare orders places as they stand in the file, the outer before the inner.
func compare(a, b Place) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End)) }

// draft is a graph that is being built.
type draft struct {
	Graph
	from []node
	to   []edge
}

func (d *draft) add(p Place, owner int32) node {
	d.places = append(d.places, p)
	d.owners = append(d.owners, owner)
	d.whats = append(d.whats, Through)
	d.inside = append(d.inside, false)
	d.objects = append(d.objects, false)
	return node(len(d.places) - 1)
}

func (d *draft) link(from, to node, k kind) { d.join(from, edge{to: to, kind: k}) }

func (d *draft) join(from node, e edge) {
	if from != none && e.to != none && from != e.to {
		d.from = append(d.from, from)
		d.to = append(d.to, e)
	}
}

// finish sorts the edges by where they begin, each once.
func (d *draft) finish() *Graph {
	g := d.Graph
	order := d.byBeginning()
	g.first = make([]int32, len(g.places)+1)
	g.edges = make([]edge, 0, len(order))
	last := int32(-1)
	for _, i := range order {
		if last >= 0 && d.from[i] == d.from[last] && d.to[i].to == d.to[last].to && (d.to[i].part == whole || d.to[i] == d.to[last]) {
			continue // the plainest comes first
		}
		last = i
		g.edges = append(g.edges, d.to[i])
		g.first[d.from[i]+1]++
	}
	for i := range g.places {
		g.first[i+1] += g.first[i]
	}
	for _, list := range [][]node{g.values, g.states} {
		slices.SortFunc(list, func(a, b node) int { return cmp.Or(compare(g.places[a], g.places[b]), cmp.Compare(a, b)) })
	}
	g.states = slices.Compact(g.states)
	g.places, g.owners, g.whats, g.edges = slices.Clip(g.places), slices.Clip(g.owners), slices.Clip(g.whats), slices.Clip(g.edges)
	g.inside, g.objects = slices.Clip(g.inside), slices.Clip(g.objects)
	return &g
}

// byBeginning are the numbers of the edges, sorted by where they begin and then by what they are: first told apart by their beginnings, of which each has few.
func (d *draft) byBeginning() []int32 {
	ends := make([]int32, len(d.places)+1)
	for _, from := range d.from {
		ends[from+1]++
	}
	for i := range d.places {
		ends[i+1] += ends[i]
	}
	order := make([]int32, len(d.from))
	at := slices.Clone(ends)
	for i, from := range d.from {
		order[at[from]] = int32(i)
		at[from]++
	}
	for i := range d.places {
		slices.SortFunc(order[ends[i]:ends[i+1]], func(a, b int32) int {
			x, y := d.to[a], d.to[b]
			return cmp.Or(cmp.Compare(x.to, y.to), cmp.Compare(x.kind, y.kind), cmp.Compare(x.part, y.part))
		})
	}
	return order
}
