package flow

import (
	"strings"

	"github.com/reevehq/reeve/internal/syntax"
)

// assignment follows "a = b" and "a += b".
func (b *builder) assignment(n *syntax.Node, s state) node {
	left, right := n.Kid(syntax.ALeft), n.Kid(syntax.ARight)
	v := b.value(n)
	for k := range n.All(syntax.ADecorator) {
		b.expr(k, s)
	}
	given := b.expr(right, s)
	if right != nil && right.Kind == syntax.Func {
		b.bind(left, right)
	}
	b.link(given, v, plain)
	from := []node{v}
	c := &cell{}
	if n.Text == "=" || n.Text == ":=" {
		c.value, c.kind = b.known(right, s), b.kindOf(n.Kid(syntax.AType), right, s)
		c.shape = b.shapeOf(right, s)
	} else if left != nil && left.Kind != syntax.Name {
		b.expr(left, s) // what it is goes into what it becomes
	} else if old := s[nameOf(left)]; old != nil {
		from = union(from, old.everything())
	}
	if n.Flags&syntax.Declares != 0 && b.owner != 0 && !b.declaring {
		b.locals[nameOf(left)] = true
	}
	if right == nil { // a declaration
		if left != nil && left.Kind == syntax.Name {
			s.set(left.Text, c)
		}
		return v
	}
	if n.Flags&syntax.Declares != 0 && b.owner != 0 && left != nil && left.Kind == syntax.Name && s[left.Text] == nil {
		s[left.Text] = &cell{} // a variable of the function, whatever fields there are
	}
	switch {
	case b.apart(left, right, v, s):
	case left != nil && left.Kind == syntax.Call && n.Flags&syntax.Declares == 0: // Scala's "a(0) = b"
		b.kids(left, s)
		b.keep(nameOf(left.Kid(syntax.ACallee)), from, s)
	default:
		b.give(left, from, c, s)
	}
	return v
}

// bind gives a function the name of the variable that it is given to.
func (b *builder) bind(left, fn *syntax.Node) {
	for _, f := range b.file.funcs {
		if f.name == "" && f.place == placeOf(fn) {
			var of string
			of, f.name = lastOf(nameOf(left))
			if class, ok := strings.CutSuffix(of, ".prototype"); ok {
				_, f.class = lastOf(class)
			}
		}
	}
}

// kindOf is the type of what is declared or made, "" where it is not known. What is made is of just that type, whatever it is declared as.
func (b *builder) kindOf(declared, right *syntax.Node, s state) string {
	if right != nil && right.Kind == syntax.New {
		if made := typeName(right.Kid(syntax.ACallee)); made != "" {
			return made
		}
	}
	if declared != nil {
		if name := typeName(declared); name != "" && name != "var" && name != "auto" && name != "let" {
			return name
		}
	}
	return b.typed(right, s)
}

// give gives what stands on the left of an assignment a value.
func (b *builder) give(left *syntax.Node, from []node, c *cell, s state) {
	if left == nil {
		return
	}
	if c == nil {
		c = &cell{}
	}
	switch left.Kind {
	case syntax.Name, syntax.Member:
		b.giveName(left, from, c, s)
	case syntax.Index:
		b.giveElement(left, from, s)
	case syntax.Assign:
		if given := b.expr(left.Kid(syntax.ARight), s); given != none { // where there is nothing else
			from = append([]node{given}, from...)
		}
		b.give(left.Kid(syntax.ALeft), from, nil, s)
	case syntax.Pair:
		at := b.value(left)
		for _, n := range from {
			b.load(n, at, b.keyOf(left, s))
		}
		b.give(left.Kid(syntax.AValue), []node{at}, nil, s)
	case syntax.Spread, syntax.Unary, syntax.Keyword, syntax.Cast:
		b.give(left.Kid(syntax.AValue), from, nil, s)
	case syntax.Tuple, syntax.List, syntax.Dict, syntax.Params:
		for _, k := range left.Kids {
			b.give(k, from, nil, s)
		}
	case syntax.Param:
		b.give(left.Kid(syntax.AName), from, nil, s)
	default:
		b.giveOther(left, from, s)
	}
}

// giveOther gives a pattern what it takes apart, and what else may stand on the left what it is given.
func (b *builder) giveOther(left *syntax.Node, from []node, s state) {
	switch left.Kind {
	case syntax.Call, syntax.New, syntax.Binary, syntax.Other:
		if b.takesApart(left) {
			b.take(left, from, s)
			return
		}
	}
	v := b.kids(left, s)
	for _, n := range from {
		b.link(n, v, plain)
	}
}

// giveName gives a variable or field a value.
func (b *builder) giveName(left *syntax.Node, from []node, c *cell, s state) {
	v := b.value(left)
	b.whats[v] = Assigned
	for _, n := range from {
		b.link(n, v, plain)
	}
	b.states = append(b.states, v)
	object := left.Kid(syntax.AnObject)
	if object != nil {
		b.looked(object, s)
		held := b.hold(left, from)
		if b.file.funcs[b.owner].constructor && selves(nameOf(object)) {
			b.store(held, b.result(), partOf(left.Kid(syntax.AField).Text))
		}
		if class := b.classOf(object, s); class != "" {
			b.link(v, b.fieldOf(class, left.Kid(syntax.AField).Text), plain)
		}
	}
	b.keepType(left, c.kind)
	name := nameOf(left)
	if name == "" {
		b.into(left, v, s)
		return
	}
	b.named[v] = name
	if object == nil && (b.declaring && b.class != "" || (s[name] == nil || b.isOwn(name) || !b.locals[name]) && b.isField(name)) {
		class := b.class
		if above := b.declarer(name); above != "" {
			class = above
		}
		b.link(v, b.fieldOf(class, name), plain)
		if b.file.funcs[b.owner].constructor {
			b.store(b.hold(left, from), b.result(), partOf(name))
		}
	}
	s.set(name, &cell{from: []node{v}, value: c.value, shape: c.shape, kind: c.kind})
}

// giveElement gives an element of a collection a value.
func (b *builder) giveElement(left *syntax.Node, from []node, s state) {
	object := left.Kid(syntax.AnObject)
	name := nameOf(object)
	old := s[name]
	b.expr(object, s)
	var key *constant
	appends := true
	at := b.located(left)
	for k := range left.All(syntax.Each) {
		b.link(b.expr(k, s), at, index)
		key, appends = b.known(k, s), k.Kind == syntax.Empty
	}
	v := b.value(left)
	b.whats[v] = Assigned
	for _, n := range from {
		b.link(n, v, plain)
	}
	if name == "" {
		b.into(object, v, s)
		if path := pathOf(left); path != "" && len(s) < maxStates/4 {
			s[path] = &cell{from: []node{v}}
		}
		return
	}
	if appends { // $list[] = $one
		b.keep(name, []node{v}, s)
		return
	}
	b.put(name, old, key, []node{v}, s)
	if path := pathOf(left); path != "" && (old == nil || old.shape == nil) && len(s) < maxStates/4 {
		s[path] = &cell{from: []node{v}}
	}
}

// located is the place of an element that is given a value, which the index says.
func (b *builder) located(left *syntax.Node) node { return b.standing(left, b.reads) }

// put gives the collection of a name a part, under a key that is known or not.
func (b *builder) put(name string, old *cell, key *constant, parts []node, s state) {
	now := s[name] // as it was read just now
	if now == nil {
		now = &cell{}
	}
	to, how, field := b.add(Place{}, b.owner), edge{kind: store}, whole
	switch {
	case key != nil && key.kind == 's':
		field = partOf(key.text)
		how.part = field
	case key != nil && key.kind == 'i':
		how.kind = plain
	}
	how.to = to
	for _, from := range parts {
		b.join(from, how)
	}
	for _, from := range now.everything() {
		if field == whole {
			b.link(from, to, plain)
		} else {
			b.join(from, edge{to, others, field})
		}
	}
	c := &cell{from: []node{to}, kind: now.kind}
	if old != nil && old.shape != nil && field != whole && !old.shape.list {
		c.shape = old.shape.with(key.text, parts)
	}
	s.set(name, c)
}
