package flow

import "github.com/reevehq/reeve/internal/syntax"

// value is the node of an expression.
func (b *builder) value(n *syntax.Node) node {
	v := b.standing(n, b.nodes)
	b.inside[v] = b.comparing
	return v
}

// standing is the node of what stands somewhere, among those of its kind.
func (b *builder) standing(n *syntax.Node, among map[*syntax.Node]node) node {
	v, ok := among[n]
	if !ok {
		v = b.add(placeOf(n), b.owner)
		among[n] = v
		b.values = append(b.values, v)
	}
	return v
}

// read is a variable where it is read: what comes to it there stays with it from there on.
func (b *builder) read(n *syntax.Node, name string, c *cell, s state) node {
	r, ok := b.reads[n]
	if !ok {
		r = b.add(placeOf(n), b.owner)
		b.reads[n] = r
		b.states = append(b.states, r)
		b.named[r] = name
	}
	v := b.value(n)
	b.remember(n, v, c, !ok)
	b.link(r, v, plain)
	if c == nil {
		s[name] = &cell{from: []node{r}}
		return v
	}
	for _, from := range c.from {
		if object, field := lastOf(name); object != "" && b.named[from] == object {
			b.load(from, r, partOf(field)) // where ways joined, in one of which only the object was known
			continue
		}
		b.flows(from, r)
		if held, given := b.holds[from]; given {
			b.holds[r] = held
		}
	}
	if c.shape != nil {
		for _, from := range c.everything() {
			b.link(from, v, plain)
		}
	}
	s[name] = &cell{from: []node{r}, value: c.value, shape: c.shape, kind: c.kind}
	return v
}

// flows links a variable where it was read or given something with where it is read next: that may be the same place, in the next round of a loop.
func (b *builder) flows(from, to node) {
	if from == to {
		b.from, b.to = append(b.from, from), append(b.to, edge{to: to})
		return
	}
	b.link(from, to, plain)
}

// expr follows an expression and gives the node of its value; none for what has none.
func (b *builder) expr(n *syntax.Node, s state) node {
	if n == nil {
		return none
	}
	if b.steps--; b.steps <= 0 {
		return none
	}
	switch n.Kind {
	case syntax.Name:
		return b.name(n, s)
	case syntax.Member:
		return b.member(n, s)
	case syntax.Func:
		return b.function(n, s)
	case syntax.Class, syntax.Block, syntax.If, syntax.While, syntax.For, syntax.ForEach, syntax.Try, syntax.Switch, syntax.With, syntax.Return, syntax.Throw,
		syntax.Break, syntax.Continue:
		return b.inner(n, s)
	case syntax.Assign:
		return b.assignment(n, s)
	case syntax.Cond:
		return b.conditional(n, s)
	case syntax.Binary:
		if compares(n.Text) {
			return b.comparison(n, s)
		}
		if b.grows(n) {
			return b.shifted(n, s)
		}
	case syntax.Unary:
		if n.Text == "++" || n.Text == "--" {
			return b.counted(n, s)
		}
	case syntax.Index:
		return b.element(n, s)
	case syntax.Dict:
		return b.literal(n, s)
	case syntax.Call, syntax.New:
		v := b.call(n, s)
		if f := b.file.funcs[b.owner]; f.constructor && b.above(n) {
			b.link(v, b.result(), plain)
		}
		return v
	case syntax.Comprehension:
		return b.comprehension(n, s)
	case syntax.Pair:
		return b.pair(n, s)
	case syntax.Yield:
		v := b.kids(n, s)
		b.link(v, b.result(), plain)
		return v
	}
	return b.kids(n, s)
}

// counted is a variable that is counted up or down: whatever it was, its value is not known.
func (b *builder) counted(n *syntax.Node, s state) node {
	v := b.kids(n, s)
	if name := nameOf(n.Kid(syntax.AValue)); s[name] != nil && s[name].value != nil {
		s[name] = &cell{from: s[name].from, kind: s[name].kind}
	}
	return v
}

// pair is a key with a value; a key that is a name is no variable.
func (b *builder) pair(n *syntax.Node, s state) node {
	v := b.value(n)
	if key := n.Kid(syntax.AKey); key != nil && (key.Kind != syntax.Name || b.file.language == "python") {
		b.link(b.expr(key, s), v, plain)
	}
	value := n.Kid(syntax.AValue)
	b.link(b.expr(value, s), v, plain)
	if value != nil && value.Kind == syntax.Func {
		b.bind(n.Kid(syntax.AKey), value)
	}
	return v
}

// kids follows everything in a node, which goes into it.
func (b *builder) kids(n *syntax.Node, s state) node {
	v := b.value(n)
	how := plain
	if n.Kind == syntax.Template || n.Kind == syntax.Binary && n.Text != "&&" && n.Text != "||" && n.Text != "??" && n.Text != "?:" {
		how = blended
	}
	for _, k := range n.Kids {
		if k.Kind == syntax.Block {
			b.statement(k, s)
			continue
		}
		b.link(b.expr(k, s), v, how)
	}
	return v
}

// inner follows a statement where an expression stands: in languages where it amounts to its last value.
func (b *builder) inner(n *syntax.Node, s state) node {
	v := b.value(n)
	b.statement(n, s)
	last := n
	for last != nil && (last.Kind == syntax.Block || last.Kind == syntax.ExprStmt) && len(last.Kids) > 0 {
		last = last.Kids[len(last.Kids)-1]
	}
	switch {
	case last == nil || last == n && n.Kind != syntax.If && n.Kind != syntax.Switch && n.Kind != syntax.Try:
	case last.Kind == syntax.If:
		for _, role := range []syntax.Role{syntax.AThen, syntax.AnElse} {
			b.link(b.amounts(last.Kid(role)), v, plain)
		}
	case last.Kind == syntax.Switch || last.Kind == syntax.Try:
		b.link(b.amounts(last.Kid(syntax.ABody)), v, plain)
		for _, k := range last.Kids {
			b.link(b.amounts(k.Kid(syntax.ABody)), v, plain)
		}
	default:
		if of, ok := b.nodes[last]; ok {
			b.link(of, v, plain)
		}
	}
	return v
}

// amounts is the node of what a block amounts to, none where it was not followed.
func (b *builder) amounts(n *syntax.Node) node {
	for n != nil && (n.Kind == syntax.Block || n.Kind == syntax.ExprStmt) && len(n.Kids) > 0 {
		n = n.Kids[len(n.Kids)-1]
	}
	if v, ok := b.nodes[n]; ok && n != nil {
		return v
	}
	return none
}

// name is a variable that is read. A name of which nothing is known may be a field of the class around.
func (b *builder) name(n *syntax.Node, s state) node {
	c := s[n.Text]
	if c == nil && b.isField(n.Text) {
		v := b.read(n, n.Text, nil, s)
		b.link(b.fieldOf(b.declarer(n.Text), n.Text), b.reads[n], plain)
		b.load(b.self(), b.reads[n], partOf(n.Text))
		return v
	}
	v := b.read(n, n.Text, c, s)
	if c == nil && selves(n.Text) && b.class != "" {
		b.link(b.self(), b.reads[n], plain)
	}
	b.parts(n.Text, v, s)
	if c == nil {
		b.word(n, b.reads[n], s)
		b.takesVariable(n)
	}
	return v
}

func (b *builder) conditional(n *syntax.Node, s state) node {
	v := b.value(n)
	test := n.Kid(syntax.ATest)
	c := b.known(test, s)
	other := b.test(test, s)
	if c == nil || c.kind != 'b' || c.number == 1 {
		b.link(b.expr(n.Kid(syntax.AThen), s), v, plain)
	}
	if c == nil || c.kind != 'b' || c.number == 0 {
		b.link(b.expr(n.Kid(syntax.AnElse), other), v, plain)
	}
	s.merge(other)
	return v
}

// comparison gives the outcome of a comparison, in which what is compared is not contained.
func (b *builder) comparison(n *syntax.Node, s state) node {
	v := b.value(n)
	outer := b.comparing
	b.comparing = true
	for _, k := range n.Kids {
		b.link(b.expr(k, s), v, compared)
	}
	b.comparing = outer
	b.typeTest(n, s)
	return v
}

func compares(operator string) bool {
	switch operator {
	case "==", "!=", "===", "!==", "<", ">", "<=", ">=", "is", "is not", "in", "not in", "instanceof", "=~", "<=>":
		return true
	}
	return false
}

// element is an element of something.
func (b *builder) element(n *syntax.Node, s state) node {
	v := b.value(n)
	object := n.Kid(syntax.AnObject)
	holder := s[nameOf(object)]
	if path := pathOf(n); path != "" && (holder == nil || holder.shape == nil) && len(s) < maxStates/4 {
		return b.elementAt(n, path, s)
	}
	of := b.looked(object, s)
	fixed := b.isTable(object)
	var key *constant
	field := whole
	for k := range n.All(syntax.Each) {
		if at := b.expr(k, s); !fixed {
			b.link(at, v, index)
		}
		key, field = b.known(k, s), b.textOf(k, s)
	}
	if holder != nil && holder.shape != nil && key != nil {
		if !holder.shape.list && key.kind == 's' {
			return b.held(n, holder, key.text)
		}
		if holder.shape.list && key.kind == 'i' && key.number >= 0 && key.number < int64(len(holder.shape.order)) {
			for _, from := range holder.shape.order[key.number] {
				b.link(from, v, plain)
			}
			return v
		}
	}
	b.pick(of, v, key, field)
	return v
}

// pick gives an element what a collection holds under a key.
func (b *builder) pick(of, to node, key *constant, field part) {
	if key != nil && key.kind == 'i' {
		b.link(of, to, plain) // an element of a list has what a list of such has
	} else {
		b.load(of, to, field)
	}
}

func (b *builder) comprehension(n *syntax.Node, s state) node {
	v := b.value(n)
	inner := b.fork(s)
	for k := range n.All(syntax.Each) {
		if k.Kind == syntax.ForEach {
			b.give(k.Kid(syntax.ALeft), []node{b.expr(k.Kid(syntax.ARight), inner)}, nil, inner)
			continue
		}
		b.expr(k.Kid(syntax.ATest), inner)
	}
	b.link(b.expr(n.Kid(syntax.AValue), inner), v, plain)
	return v
}
