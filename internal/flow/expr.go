package flow

import "github.com/reevehq/reeve/internal/syntax"

// expr follows an expression and gives what its value carries.
func (w *walk) expr(n *syntax.Node, s state) *taint {
	if n == nil {
		return nil
	}
	if w.steps--; w.steps <= 0 {
		return nil
	}
	place := placeOf(n)
	cleans, within := w.cleans(place)
	if within {
		w.clean++
	}
	sinks := w.sinks[place]
	w.open = append(w.open, sinks...)
	outer := w.sourced
	if w.whole(place) {
		w.sourced = w.source(n, nil, s) // every part of it is tainted too
	}
	t := w.value(n, s)
	w.sourced = outer
	t = w.source(n, join(t, w.carried[place]), s)
	if cleans || w.clean > 0 {
		t = nil
	}
	if within {
		w.clean--
	}
	w.cleanVariable(n, s)
	w.carry(place, t, s)
	w.arrive(t)
	for _, i := range sinks {
		w.open = w.open[:len(w.open)-1]
		w.reach(i, t)
	}
	return t
}

// whole tells that data comes from a place and from every part of it.
func (w *walk) whole(p Place) bool {
	for _, i := range w.sources[p] {
		if from := &w.question.Sources[i]; !from.Exact && !from.Only && from.Requires == nil {
			return true
		}
	}
	return false
}

// source adds what comes from a place.
func (w *walk) source(n *syntax.Node, t *taint, s state) *taint {
	place := placeOf(n)
	for _, i := range w.sources[place] {
		from := &w.question.Sources[i]
		if from.Requires != nil && !from.Requires(t.has()) {
			continue
		}
		own := join(&taint{Labels{from.Label: true}, &Step{Place: place}}, t)
		if from.Variable {
			w.assign(n, own, s)
		}
		if !from.Only {
			t = own
		}
	}
	if t == nil && w.sourced != nil {
		return w.sourced
	}
	return t
}

// cleans tells that a sanitizer makes what a place amounts to harmless, and whether also what stands in it.
func (w *walk) cleans(p Place) (whole, within bool) {
	for _, i := range w.sanitizers[p] {
		if s := &w.question.Sanitizers[i]; !s.Only {
			whole, within = true, within || !s.Exact
		}
	}
	return whole, within
}

// cleanVariable makes a variable harmless from here on.
func (w *walk) cleanVariable(n *syntax.Node, s state) {
	for _, i := range w.sanitizers[placeOf(n)] {
		if w.question.Sanitizers[i].Variable {
			w.assign(n, nil, s)
		}
	}
}

// carry brings taint on where a propagator says so.
func (w *walk) carry(p Place, t *taint, s state) {
	for _, i := range w.from[p] {
		g := &w.question.Propagators[i]
		if t == nil || g.Requires != nil && !g.Requires(t.has()) {
			continue
		}
		next := t
		if g.Label != "" {
			next = &taint{Labels{g.Label: true}, t.last}
		}
		w.carried[g.To] = join(w.carried[g.To], next)
		if to := w.nodes[g.To]; to != nil && g.Variable {
			w.assign(to, join(s.get(nameOf(to)), next), s)
		}
	}
}

// arrive tells the sinks around a value, which ask for any part of them.
func (w *walk) arrive(t *taint) {
	if t == nil {
		return
	}
	for _, i := range w.open {
		if !w.question.Sinks[i].Exact {
			w.reach(i, t)
		}
	}
}

// reach notes that taint arrives at a sink.
func (w *walk) reach(i int, t *taint) {
	sink := &w.question.Sinks[i]
	if t == nil || w.found[i] != nil || sink.Requires != nil && !sink.Requires(t.has()) {
		return
	}
	w.found[i] = t.at(sink.Place).last
}

// value is what an expression amounts to.
func (w *walk) value(n *syntax.Node, s state) *taint {
	switch n.Kind {
	case syntax.Name:
		return s.get(n.Text)
	case syntax.Member:
		t := w.expr(n.Kid(syntax.AnObject), s)
		if name := nameOf(n); name != "" {
			if own, known := s[name]; known {
				return own
			}
		}
		return t
	case syntax.Func:
		w.function(n, s)
		return nil
	case syntax.Class, syntax.Block:
		w.statement(n, s)
		return nil
	case syntax.If, syntax.While, syntax.For, syntax.ForEach, syntax.Try, syntax.Switch, syntax.With:
		w.statement(n, s)
		return nil
	case syntax.ExprStmt, syntax.Return, syntax.Throw, syntax.Await, syntax.Yield, syntax.Cast, syntax.Spread, syntax.Keyword:
		return w.kids(n, s)
	case syntax.Assign:
		return w.assignment(n, s)
	case syntax.Cond:
		w.expr(n.Kid(syntax.ATest), s)
		return join(w.expr(n.Kid(syntax.AThen), s), w.expr(n.Kid(syntax.AnElse), s))
	case syntax.Binary:
		if w.question.Options.SafeComparisons && compares(n.Text) {
			around := w.open
			w.open = nil // what is compared goes no further, wherever that stands
			w.kids(n, s)
			w.open = around
			return nil
		}
		return w.kids(n, s)
	case syntax.Index:
		t := w.expr(n.Kid(syntax.AnObject), s)
		for k := range n.All(syntax.Each) {
			at := w.expr(k, s)
			if !w.question.Options.SafeIndexes {
				t = join(t, at)
			}
		}
		return t
	case syntax.Call, syntax.New:
		return w.call(n, s)
	case syntax.Comprehension:
		return w.comprehension(n, s)
	}
	return w.kids(n, s)
}

func compares(operator string) bool {
	switch operator {
	case "==", "!=", "===", "!==", "<", ">", "<=", ">=", "is", "is not", "in", "not in", "instanceof":
		return true
	}
	return false
}

// call follows a call: what it is called on, and with, goes into its result. What is called with tainted data may keep it: a list that is added to.
func (w *walk) call(n *syntax.Node, s state) *taint {
	callee := n.Kid(syntax.ACallee)
	t := w.expr(callee, s)
	var given *taint
	for _, k := range n.Kids {
		if k.Role == syntax.Each {
			given = join(given, w.expr(k, s))
		}
	}
	w.statement(n.Kid(syntax.ABody), s)
	if w.question.Options.SafeCalls {
		return nil
	}
	return join(t, given).at(placeOf(n))
}

func (w *walk) comprehension(n *syntax.Node, s state) *taint {
	inner := w.fork(s)
	for k := range n.All(syntax.Each) {
		if k.Kind == syntax.ForEach {
			w.assign(k.Kid(syntax.ALeft), w.expr(k.Kid(syntax.ARight), inner), inner)
			continue
		}
		w.expr(k.Kid(syntax.ATest), inner)
	}
	return w.expr(n.Kid(syntax.AValue), inner)
}

// assignment follows "a = b" and "a += b".
func (w *walk) assignment(n *syntax.Node, s state) *taint {
	left := n.Kid(syntax.ALeft)
	t := w.expr(n.Kid(syntax.ARight), s)
	for k := range n.All(syntax.ADecorator) {
		w.expr(k, s)
	}
	if n.Text != "=" {
		t = join(t, s.get(nameOf(left)))
	}
	if w.sourced != nil {
		t = join(t, w.sourced)
	}
	if left != nil && len(w.sinks)+len(w.sources) > 0 {
		t = w.target(left, t, s)
	}
	w.assign(left, t.at(placeOf(n)), s)
	return t
}

// target follows what is assigned to: it may be a sink ("location.href = x") or a source, and an index in it is evaluated.
func (w *walk) target(left *syntax.Node, t *taint, s state) *taint {
	for _, i := range w.sinks[placeOf(left)] {
		w.reach(i, t)
	}
	t = w.source(left, t, s)
	if left.Kind == syntax.Index || left.Kind == syntax.Member {
		w.expr(left.Kid(syntax.AnObject), s)
		for k := range left.All(syntax.Each) {
			w.expr(k, s)
		}
	}
	return t
}

// assign gives what stands on the left of an assignment a value.
func (w *walk) assign(left *syntax.Node, t *taint, s state) {
	if left == nil {
		return
	}
	switch left.Kind {
	case syntax.Name, syntax.Member:
		if name := nameOf(left); name != "" {
			s.set(name, t)
		}
	case syntax.Index: // one element of many
		if name := nameOf(left.Kid(syntax.AnObject)); name != "" && t != nil {
			s[name] = join(s.get(name), t)
		}
	case syntax.Assign:
		w.assign(left.Kid(syntax.ALeft), t, s)
	case syntax.Pair:
		w.assign(left.Kid(syntax.AValue), t, s)
	case syntax.Spread, syntax.Unary, syntax.Keyword, syntax.Cast:
		w.assign(left.Kid(syntax.AValue), t, s)
	case syntax.Tuple, syntax.List, syntax.Dict, syntax.Params:
		for _, k := range left.Kids {
			w.assign(k, t, s)
		}
	case syntax.Param:
		w.assign(left.Kid(syntax.AName), t, s)
	}
}

// nameOf is the dotted name of a variable or field, "" where it has none.
func nameOf(n *syntax.Node) string {
	if n == nil {
		return ""
	}
	name, _ := n.Dotted()
	return name
}
