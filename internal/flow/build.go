package flow

import (
	"github.com/reevehq/reeve/internal/syntax"
)

// maxSteps is how many expressions may be evaluated in one file, at least.
const maxSteps = 500_000

// maxStates is how many variables may be known at once.
const maxStates = 4_000

// builder makes the graph of a file.
type builder struct {
	draft
	steps int
	file  *file
	// nodes are those of expressions; reads those of variables where they are read.
	nodes map[*syntax.Node]node
	reads map[*syntax.Node]node
	// owner is the function in which the walk is, class that around it.
	owner int32
	class string
	// frames are the loops and switches around.
	frames []*frame
	// times counts how often names are given something in the whole file: what is given one constant once keeps it.
	times map[string]int
	// comparing tells that what is walked is compared.
	comparing bool
}

// frame is a loop or switch: after is what is known where it was left, again where its next round begins.
type frame struct {
	loop         bool
	after, again state
}

// Build makes the graph of a file.
func Build(tree *syntax.Tree) *Graph {
	b := &builder{
		steps: max(maxSteps, 30*len(tree.Text)), nodes: map[*syntax.Node]node{}, reads: map[*syntax.Node]node{}, times: map[string]int{},
		file: &file{language: tree.Language.Family(), classes: map[string]*class{}, imports: map[string]imported{}, fields: map[field]node{}},
	}
	b.file.funcs = []*function{{result: none, place: Place{0, len(tree.Text)}}}
	tree.Root.Walk(b.learn)
	b.block(tree.Root.Kids, state{})
	b.draft.Graph.partial = b.steps <= 0
	b.draft.Graph.file = b.file
	return b.finish()
}

// learn reads what the file says before it is walked: imports, classes with their fields, and how often names are given something.
func (b *builder) learn(n *syntax.Node) bool {
	switch n.Kind {
	case syntax.Import:
		b.file.importName(n)
	case syntax.Class:
		b.file.declare(n)
	case syntax.Assign:
		b.count(n.Kid(syntax.ALeft))
		b.file.required(n.Kid(syntax.ALeft), n.Kid(syntax.ARight))
	case syntax.ForEach:
		b.count(n.Kid(syntax.ALeft))
	case syntax.Param:
		b.count(n.Kid(syntax.AName))
	case syntax.Unary:
		if n.Text == "++" || n.Text == "--" {
			b.count(n.Kid(syntax.AValue))
			b.count(n.Kid(syntax.AValue))
		}
	}
	return true
}

func (b *builder) count(n *syntax.Node) {
	if name := nameOf(n); name != "" {
		b.times[name]++
	}
}

// declare learns a class: its name, what it is a kind of, and its fields.
func (f *file) declare(n *syntax.Node) {
	c := &class{name: typeName(n.Kid(syntax.AName)), own: map[string]bool{}}
	if c.name == "" {
		return
	}
	if bases := n.Kid(syntax.SomeBases); bases != nil {
		for _, k := range bases.Kids {
			if name := typeName(k); name != "" {
				c.bases = append(c.bases, name)
			}
		}
	}
	if body := n.Kid(syntax.ABody); body != nil {
		for _, k := range body.Kids {
			if value := k.Kid(syntax.AValue); k.Kind == syntax.ExprStmt && value != nil && value.Kind == syntax.Assign {
				if left := value.Kid(syntax.ALeft); left != nil && left.Kind == syntax.Name {
					c.own[left.Text] = true
				}
			}
		}
	}
	f.classes[c.name] = c
}

// block follows statements one after the other, and tells whether what comes behind them is reached.
func (b *builder) block(list []*syntax.Node, s state) bool {
	for i, n := range list {
		if b.statement(n, s) {
			continue
		}
		for _, n := range list[i+1:] {
			if n.Kind == syntax.Func || n.Kind == syntax.Class {
				b.statement(n, s) // what is only defined there may be called from elsewhere
			}
		}
		return false
	}
	return true
}

// statement follows one statement and changes the state. False where it does not go on behind it.
func (b *builder) statement(n *syntax.Node, s state) bool {
	if n == nil || b.steps <= 0 {
		return true
	}
	switch n.Kind {
	case syntax.Block:
		return b.block(n.Kids, s)
	case syntax.If:
		return b.branch(n, s)
	case syntax.While, syntax.For, syntax.ForEach:
		b.loop(n, s)
	case syntax.Switch:
		return b.choice(n, s)
	case syntax.Try:
		return b.try(n, s)
	case syntax.With:
		for _, k := range n.Kids {
			if k.Kind == syntax.Block {
				return b.statement(k, s)
			}
			b.expr(k, s)
		}
	case syntax.Class:
		b.inClass(n, s)
	case syntax.Return:
		v := b.expr(n.Kid(syntax.AValue), s)
		b.link(v, b.result(), plain)
		for _, k := range n.Kids {
			if k.Role != syntax.AValue {
				b.link(b.expr(k, s), b.result(), plain)
			}
		}
		return false
	case syntax.Throw:
		b.kids(n, s)
		return false
	case syntax.Break, syntax.Continue:
		b.leave(n.Kind == syntax.Continue, s)
		return false
	default:
		b.expr(n, s)
		return !ends(n.Kid(syntax.AValue))
	}
	return true
}

// result is what the function gives back.
func (b *builder) result() node {
	f := b.file.funcs[b.owner]
	if f.result == none {
		f.result = b.add(f.place, b.owner)
		b.whats[f.result] = Returned
	}
	return f.result
}

// leave takes what is known to where a loop or switch goes on.
func (b *builder) leave(again bool, s state) {
	for i := len(b.frames) - 1; i >= 0; i-- {
		f := b.frames[i]
		switch {
		case again && !f.loop:
			continue
		case again:
			f.again = b.both(f.again, s)
		default:
			f.after = b.both(f.after, s)
		}
		return
	}
}

// both joins two states, either of which may be that of a place that is not reached.
func (b *builder) both(a, s state) state {
	if a == nil {
		return b.fork(s)
	}
	b.steps -= len(s) / 8
	a.merge(s)
	return a
}

// fork gives a copy for another way through the code. It counts as work, as there may be many variables.
func (b *builder) fork(s state) state {
	b.steps -= len(s) / 8
	out := make(state, len(s))
	if len(s) > maxStates {
		b.steps = 0
	}
	for name, c := range s {
		out[name] = c
	}
	return out
}

// become makes a state another.
func (s state) become(o state) {
	clear(s)
	for name, c := range o {
		s[name] = c
	}
}

// branch follows both ways, or the one that a constant leaves.
func (b *builder) branch(n *syntax.Node, s state) bool {
	b.statement(n.Kid(syntax.AnInit), s)
	before := b.fork(s)
	b.expr(n.Kid(syntax.ATest), s)
	if c := b.known(n.Kid(syntax.ATest), s); c != nil && c.kind == 'b' {
		if c.number == 1 {
			return b.statement(n.Kid(syntax.AThen), s)
		}
		return b.statement(n.Kid(syntax.AnElse), s)
	}
	other := b.fork(s)
	switch sense(n.Kid(syntax.ATest)) { // what a test says of a variable holds where it holds
	case yes:
		other.recall(before)
	case no:
		s.recall(before)
	}
	on := b.statement(n.Kid(syntax.AThen), s)
	switch otherOn := b.statement(n.Kid(syntax.AnElse), other); {
	case on && otherOn:
		s.merge(other)
	case otherOn:
		s.become(other)
	case !on:
		return false
	}
	return true
}

// loop walks the body twice, so that what its end brings reaches its beginning.
func (b *builder) loop(n *syntax.Node, s state) {
	b.statement(n.Kid(syntax.AnInit), s)
	before := b.fork(s)
	f := &frame{loop: true}
	b.frames = append(b.frames, f)
	for range 2 {
		b.expr(n.Kid(syntax.ATest), s)
		if over := n.Kid(syntax.ARight); over != nil {
			v := b.expr(over, s)
			b.give(n.Kid(syntax.ALeft), []node{v}, nil, s)
		}
		on := b.statement(n.Kid(syntax.ABody), s)
		if f.again != nil {
			if on {
				f.again.merge(s)
			}
			s.become(f.again)
			f.again = nil
		}
		b.statement(n.Kid(syntax.AnUpdate), s)
		s.merge(before)
	}
	b.frames = b.frames[:len(b.frames)-1]
	if f.after != nil {
		s.merge(f.after)
	}
	b.statement(n.Kid(syntax.AnElse), s)
}

// choice follows the cases of a switch, or the one that a constant leaves.
func (b *builder) choice(n *syntax.Node, s state) bool {
	value := n.Kid(syntax.AValue)
	b.expr(value, s)
	chosen := b.chosen(n, b.known(value, s), s)
	before := b.fork(s)
	f := &frame{}
	b.frames = append(b.frames, f)
	var last state // what falls through from the case above
	var out state
	complete := false
	for _, k := range n.Kids {
		if k.Kind != syntax.Case {
			continue
		}
		complete = complete || k.Kid(syntax.Each) == nil
		if chosen != nil && k != chosen && last == nil {
			continue
		}
		one := b.fork(before)
		if last != nil && b.falls() {
			if one.merge(last); chosen != nil && k != chosen {
				one = last
			}
		}
		for p := range k.All(syntax.Each) {
			b.expr(p, one)
		}
		last = nil
		if b.statement(k.Kid(syntax.ABody), one) {
			if last = one; !b.falls() {
				out = b.both(out, one)
			}
		}
		if chosen != nil && !b.falls() {
			break
		}
	}
	b.frames = b.frames[:len(b.frames)-1]
	for _, other := range []state{last, f.after} {
		if other != nil {
			out = b.both(out, other)
		}
	}
	if chosen == nil && !complete {
		out = b.both(out, before)
	}
	if out == nil {
		return false
	}
	s.become(out)
	return true
}

// chosen is the case that a constant leads to, nil where that is not known.
func (b *builder) chosen(n *syntax.Node, value *constant, s state) *syntax.Node {
	if value == nil {
		return nil
	}
	var rest *syntax.Node
	for _, k := range n.Kids {
		if k.Kind != syntax.Case {
			continue
		}
		none := true
		for p := range k.All(syntax.Each) {
			none = false
			c := b.known(p, s)
			if c == nil {
				return nil
			}
			if *c == *value {
				return k
			}
		}
		if none {
			rest = k
		}
	}
	return rest
}

// falls tells that a case goes on in the next one unless it is left.
func (b *builder) falls() bool {
	switch b.file.language {
	case "java", "javascript", "c", "cpp", "php":
		return true
	}
	return false
}

func (b *builder) try(n *syntax.Node, s state) bool {
	b.statement(n.Kid(syntax.AnInit), s)
	before := b.fork(s)
	on := b.statement(n.Kid(syntax.ABody), s)
	before.merge(s)
	if on {
		on = b.statement(n.Kid(syntax.AnElse), s)
	}
	for _, k := range n.Kids {
		if k.Kind != syntax.Catch {
			continue
		}
		one := b.fork(before)
		switch caught := b.statement(k.Kid(syntax.ABody), one); {
		case caught && on:
			s.merge(one)
		case caught:
			s.become(one)
			on = true
		}
	}
	if last := n.Kid(syntax.AFinally); last != nil {
		if !on {
			s.merge(before)
		}
		return b.statement(last, s) && on
	}
	return on
}

// inClass follows what is in a class.
func (b *builder) inClass(n *syntax.Node, s state) {
	outer := b.class
	if name := typeName(n.Kid(syntax.AName)); name != "" {
		b.class = name
	}
	for k := range n.All(syntax.ADecorator) {
		b.expr(k, s)
	}
	inner := b.fork(s)
	if body := n.Kid(syntax.ABody); body != nil {
		b.members(body.Kids, inner)
	}
	b.class = outer
}

// members follows what is declared in a class: its fields first, which its methods then know as fields.
func (b *builder) members(list []*syntax.Node, s state) {
	isFunc := func(n *syntax.Node) bool { return n.Kind == syntax.Func || n.Kind == syntax.Class }
	for _, n := range list {
		if !isFunc(n) {
			b.statement(n, s)
		}
	}
	if c := b.file.classes[b.class]; c != nil {
		for name := range c.own {
			if known := s[name]; known == nil || known.value == nil || b.times[name] != 1 {
				delete(s, name)
			}
		}
	}
	for _, n := range list {
		if isFunc(n) {
			b.statement(n, s)
		}
	}
}
