package flow

import (
	"maps"

	"github.com/reevehq/reeve/internal/syntax"
)

// function follows a function where it is defined: it sees the variables around it, and changes its own.
func (b *builder) function(n *syntax.Node, s state) node {
	v := b.value(n)
	for k := range n.All(syntax.ADecorator) {
		b.expr(k, s)
	}
	f := &function{class: b.class, result: none, self: none, place: placeOf(n), returns: resultType(n.Kid(syntax.AResult))}
	if name := n.Kid(syntax.AName); name != nil {
		_, f.name = lastOf(nameOf(name))
		if !b.isField(f.name) && b.file.language != "ruby" { // there a name alone calls it
			s[f.name] = &cell{from: []node{v}}
		}
	}
	f.constructor = n.Text == "constructor" || b.class != "" && constructs(f.name, b.class)
	class := b.class
	if b.builds(n, f.name) {
		b.class, f.class, f.constructor = f.name, f.name, true
	}
	outer, frames, jumps, thrown, declaring := b.owner, b.frames, b.jumps, b.thrown, b.declaring
	b.owner, b.frames, b.jumps, b.thrown, b.declaring = int32(len(b.file.funcs)), nil, nil, none, false
	locals := b.locals
	b.locals = map[string]bool{}
	maps.Copy(b.locals, locals)
	b.file.funcs = append(b.file.funcs, f)
	inner := b.enter(s)
	if params := n.Kid(syntax.SomeParams); params != nil {
		for _, p := range params.Kids {
			b.param(p, f, inner)
		}
	}
	b.implies(n, f, inner)
	b.receiverOf(n, inner)
	f.named = namesOf(n.Kid(syntax.AResult))
	if body := n.Kid(syntax.ABody); body != nil {
		f.bodied = true
		b.body(body, inner)
	}
	if c := b.file.classes[f.class]; c != nil && c.own[f.name] && f.result != none && b.file.language == "swift" { // the getter of a property
		b.link(f.result, b.fieldOf(f.class, f.name), plain)
	}
	b.locals = locals
	b.owner, b.frames, b.jumps, b.thrown, b.declaring, b.class = outer, frames, jumps, thrown, declaring, class
	return v
}

// body follows a body; where a language gives back the last value without saying so, that is its result.
func (b *builder) body(body *syntax.Node, s state) {
	on := b.statement(body, s)
	switch b.file.language {
	case "ruby", "rust", "scala", "kotlin", "swift":
		if last := b.amounts(body); on && last != none {
			b.link(last, b.result(), plain)
			b.returns(lastIn(body), s)
			b.together(lastIn(body))
		}
	}
}

// enter is what a function knows of the variables around it: a constant that may change until the function runs is none.
func (b *builder) enter(s state) state {
	inner := b.fork(s)
	for name, c := range inner {
		if c.shape != nil || c.value != nil && b.times[name] != 1 {
			inner[name] = &cell{from: c.everything(), kind: c.kind}
		}
	}
	return inner
}

// receiverOf gives the object on which a method of Go is called its type.
func (b *builder) receiverOf(n *syntax.Node, s state) {
	r := n.Kid(syntax.AnObject)
	if r == nil {
		return
	}
	f := b.file.funcs[b.owner]
	r.Walk(func(p *syntax.Node) bool {
		if p.Kind != syntax.Param {
			return true
		}
		f.class = typeName(p.Kid(syntax.AType))
		if name := p.Kid(syntax.AName); name != nil {
			b.give(name, nil, &cell{kind: f.class}, s)
			f.self = b.value(name)
		}
		return false
	})
}

// implies gives a function the parameters that its language does not ask to be written: Kotlin's and Ruby's "it", the first three of Swift's "$0", and what
// the cases are asked about that alone are in a function of Scala's.
func (b *builder) implies(n *syntax.Node, f *function, s state) {
	if params := n.Kid(syntax.SomeParams); params != nil && len(params.Kids) > 0 || n.Kid(syntax.AName) != nil {
		return
	}
	var names []string
	switch b.file.language {
	case "kotlin", "ruby":
		names = []string{"it"}
	case "scala":
		names = []string{implied}
	case "swift":
		names = []string{"$0", "$1", "$2"}
	}
	for _, name := range names {
		at := b.add(f.place, b.owner)
		b.whats[at] = Entered
		f.params = append(f.params, param{name: name, node: at})
		s.set(name, &cell{from: []node{at}})
	}
}

// param is a parameter: what it was called with is not known here.
func (b *builder) param(p *syntax.Node, f *function, s state) {
	at := b.value(p)
	name := p.Kid(syntax.AName)
	b.link(b.expr(p.Kid(syntax.AValue), s), at, plain)
	for k := range p.All(syntax.ADecorator) {
		b.expr(k, s)
	}
	one := param{node: at, rest: p.Text != ""}
	b.whats[at] = Entered
	if name == nil && p.Kind == syntax.Name {
		name = p
	}
	if name != nil {
		one.name = nameOf(name)
	}
	b.locals[one.name] = true
	if label := p.Kid(syntax.AKey); label != nil { // callers know it by that
		one.name = label.Text
	}
	f.params = append(f.params, one)
	switch {
	case name == p:
		s.set(p.Text, &cell{from: []node{at}})
	case name != nil:
		b.give(name, []node{at}, &cell{kind: typeName(p.Kid(syntax.AType))}, s)
	default: // a pattern of names
		for _, k := range p.Kids {
			b.give(k, []node{at}, nil, s)
		}
	}
}

// call follows a call. What it is called on, and with, goes into its result, unless its function turns out to be known.
func (b *builder) call(n *syntax.Node, s state) node {
	v := b.value(n)
	b.whats[v] = Returned
	callee := n.Kid(syntax.ACallee)
	c := &call{node: v, class: b.class, receiver: none, creates: n.Kind == syntax.New}
	var object *syntax.Node
	var before *cell
	if callee != nil {
		if callee.Kind == syntax.Member {
			object = callee.Kid(syntax.AnObject)
			before = s[nameOf(object)]
		}
		c.gives = b.gives(n, s)
		b.callee(c, callee, s)
	}
	var functions []*syntax.Node
	for _, k := range n.Kids {
		if k.Role == syntax.AValue { // the elements of a new array
			b.link(b.expr(k, s), v, plain)
		}
		if k.Role != syntax.Each {
			continue
		}
		g := b.argument(k, s)
		c.arguments = append(c.arguments, g)
		b.join(g.node, b.given(n, k, v, s))
		if k.Kind == syntax.Func {
			functions = append(functions, k)
		}
	}
	if body := n.Kid(syntax.ABody); body != nil {
		b.block(body.Kids, b.fork(s))
	}
	b.file.calls = append(b.file.calls, c)
	b.includesFile(c, n, s)
	for _, fn := range functions {
		b.callback(c, fn)
	}
	if callee != nil && callee.Kind == syntax.Func {
		b.atOnce(c, callee)
	}
	if object != nil && b.looksUp(c, object) {
		b.cut(c)
		for _, g := range c.arguments[min(1, len(c.arguments)):] {
			b.link(g.node, v, plain)
		}
	} else if object != nil && nameOf(object) != "" {
		b.collection(c, n, object, before, s)
		b.changes(c, nameOf(object), before, s)
	} else if root := grown(object); root != "" && grows(c.name, len(c.arguments)) {
		for _, g := range c.arguments {
			b.keep(root, []node{g.node}, s)
		}
	}
	b.fills(c, n, s)
	return v
}

func (b *builder) argument(k *syntax.Node, s state) given {
	g := given{}
	switch k.Kind {
	case syntax.Keyword:
		g.keyword = k.Text
	case syntax.Spread:
		g.spread = true
	}
	g.node = b.expr(k, s)
	return g
}

// callee learns what is called.
func (b *builder) callee(c *call, callee *syntax.Node, s state) {
	name := nameOf(callee)
	c.path, c.name = lastOf(name)
	if name == "" && callee.Kind == syntax.Member {
		if field := callee.Kid(syntax.AField); field != nil {
			c.name = field.Text
		}
	}
	if callee.Kind != syntax.Member {
		b.link(b.expr(callee, s), c.node, called)
		return
	}
	object := callee.Kid(syntax.AnObject)
	called := b.value(callee)
	c.receiver = b.expr(object, s)
	b.link(c.receiver, called, plain)
	if known, own := s.get(name); own && known != nil {
		for _, from := range known.from {
			b.link(from, called, plain)
		}
	}
	b.join(called, edge{c.node, receiver, c.gives})
	c.kind = b.typed(object, s)
	c.self = isSelf(object)
}

// atOnce follows the call of a function where it is written.
func (b *builder) atOnce(c *call, fn *syntax.Node) {
	b.cut(c)
	for _, f := range b.file.funcs {
		if f.place != placeOf(fn) {
			continue
		}
		for i, g := range c.arguments[:min(len(c.arguments), len(f.params))] {
			b.link(g.node, f.params[i].node, plain)
		}
		b.link(f.result, c.node, plain)
	}
}

// callback gives a function that is handed over what its caller has: the elements of a list, the answer of a request.
func (b *builder) callback(c *call, fn *syntax.Node) {
	for _, f := range b.file.funcs {
		if f.place != placeOf(fn) {
			continue
		}
		for _, p := range f.params {
			b.link(c.receiver, p.node, handed)
			if goesThrough(c) {
				for _, g := range c.arguments {
					b.link(g.node, p.node, handed)
				}
			}
		}
		b.link(f.result, c.node, argument)
	}
}

// goesThrough tells of a call that it hands the elements of what it is given to a function that it is given too.
func goesThrough(c *call) bool {
	switch c.path {
	case "":
		switch c.name {
		case "map", "filter", "reduce", "array_map", "array_filter", "array_walk", "array_reduce", "usort", "uasort", "uksort":
			return c.receiver == none
		}
	case "_", "lodash", "$", "jQuery", "R", "underscore":
		return true
	}
	return false
}
