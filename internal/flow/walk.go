package flow

import "github.com/reevehq/reeve/internal/syntax"

// walk is one file being followed.
type walk struct {
	question *Question
	steps    int
	// found are the sinks at which something arrived, with how.
	found map[int]*Step

	sources, sinks, sanitizers map[Place][]int
	from, to                   map[Place][]int
	// nodes are what stands where propagators lead to.
	nodes map[Place]*syntax.Node
	// carried is what propagators have brought to a place.
	carried map[Place]*taint
	// open are the sinks within which the walk is; clean counts the sanitizers, tainted those of sources.
	open    []int
	clean   int
	sourced *taint
}

// index sorts the places of the question.
func (w *walk) index(root *syntax.Node) {
	q := w.question
	w.sources, w.sinks, w.sanitizers = map[Place][]int{}, map[Place][]int{}, map[Place][]int{}
	w.from, w.to, w.nodes, w.carried = map[Place][]int{}, map[Place][]int{}, map[Place]*syntax.Node{}, map[Place]*taint{}
	for i, s := range q.Sources {
		w.sources[s.Place] = append(w.sources[s.Place], i)
	}
	for i, s := range q.Sinks {
		w.sinks[s.Place] = append(w.sinks[s.Place], i)
	}
	for i, s := range q.Sanitizers {
		if s.Yields && len(w.sources[s.Place])+len(w.sinks[s.Place]) > 0 {
			continue
		}
		w.sanitizers[s.Place] = append(w.sanitizers[s.Place], i)
	}
	for i, p := range q.Propagators {
		w.from[p.From] = append(w.from[p.From], i)
		w.to[p.To] = append(w.to[p.To], i)
	}
	if len(w.to) == 0 {
		return
	}
	root.Walk(func(n *syntax.Node) bool {
		if _, wanted := w.to[placeOf(n)]; wanted && w.nodes[placeOf(n)] == nil {
			w.nodes[placeOf(n)] = n
		}
		return true
	})
}

// block follows statements one after the other.
func (w *walk) block(list []*syntax.Node, s state) {
	for _, n := range list {
		w.statement(n, s)
	}
}

// statement follows one statement and changes the state.
func (w *walk) statement(n *syntax.Node, s state) {
	if n == nil || w.steps <= 0 {
		return
	}
	switch n.Kind {
	case syntax.Block:
		w.block(n.Kids, s)
	case syntax.If:
		w.statement(n.Kid(syntax.AnInit), s)
		w.expr(n.Kid(syntax.ATest), s)
		other := w.fork(s)
		w.statement(n.Kid(syntax.AThen), s)
		w.statement(n.Kid(syntax.AnElse), other)
		s.merge(other)
	case syntax.While, syntax.For, syntax.ForEach:
		w.loop(n, s)
	case syntax.Switch:
		w.expr(n.Kid(syntax.AValue), s)
		before := w.fork(s)
		for _, k := range n.Kids {
			if k.Kind == syntax.Case {
				one := w.fork(before)
				w.statement(k.Kid(syntax.ABody), one)
				s.merge(one)
			}
		}
	case syntax.Try:
		w.try(n, s)
	case syntax.With:
		for _, k := range n.Kids {
			if k.Kind == syntax.Block {
				w.statement(k, s)
			} else {
				w.expr(k, s)
			}
		}
	case syntax.Class:
		w.kids(n, s)
	default:
		w.expr(n, s)
	}
}

// kids follows everything in a node.
func (w *walk) kids(n *syntax.Node, s state) *taint {
	var all *taint
	for _, k := range n.Kids {
		if k.Kind == syntax.Block {
			w.statement(k, s)
			continue
		}
		all = join(all, w.expr(k, s))
	}
	return all
}

// loop walks the body twice, so that what its end brings reaches its beginning.
func (w *walk) loop(n *syntax.Node, s state) {
	w.statement(n.Kid(syntax.AnInit), s)
	before := w.fork(s)
	for range 2 {
		w.expr(n.Kid(syntax.ATest), s)
		if over := n.Kid(syntax.ARight); over != nil {
			w.assign(n.Kid(syntax.ALeft), w.expr(over, s), s)
		}
		w.statement(n.Kid(syntax.ABody), s)
		w.statement(n.Kid(syntax.AnUpdate), s)
	}
	s.merge(before)
	w.statement(n.Kid(syntax.AnElse), s)
}

func (w *walk) try(n *syntax.Node, s state) {
	w.statement(n.Kid(syntax.AnInit), s)
	before := w.fork(s)
	w.statement(n.Kid(syntax.ABody), s)
	before.merge(s)
	w.statement(n.Kid(syntax.AnElse), s)
	for _, k := range n.Kids {
		if k.Kind == syntax.Catch {
			one := w.fork(before)
			w.statement(k.Kid(syntax.ABody), one)
			s.merge(one)
		}
	}
	w.statement(n.Kid(syntax.AFinally), s)
}

// function follows a function where it is defined: it sees the variables around it, and changes its own.
func (w *walk) function(n *syntax.Node, s state) {
	inner := w.fork(s)
	if params := n.Kid(syntax.SomeParams); params != nil {
		for _, p := range params.Kids {
			w.param(p, inner)
		}
	}
	for k := range n.All(syntax.ADecorator) {
		w.expr(k, s)
	}
	w.statement(n.Kid(syntax.ABody), inner)
}

// param gives a parameter what the question says about it; what it was called with is not known.
func (w *walk) param(p *syntax.Node, s state) {
	name := p.Kid(syntax.AName)
	if name == nil {
		name = p
	}
	t := join(w.source(p, nil, s), w.source(name, nil, s))
	w.expr(p.Kid(syntax.AValue), s)
	w.assign(name, t, s)
}
