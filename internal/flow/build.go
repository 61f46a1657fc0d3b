package flow

import (
	"maps"

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
	// thrown is what is caught that is thrown here, none where no catch of the function is around.
	thrown node
	// jumps are what is known where the function jumps to labels that come later.
	jumps map[string]state
	// named are the variables of which nodes are states; fields the names of the fields that are given something, by the variables of which they are.
	named map[node]string
	// holds are what fields hold, by the nodes of where they were given it or are read later.
	holds  map[node]node
	fields map[string][]string
	noted  map[string]bool
	// times counts how often names are given something in the whole file: what is given one constant once keeps it.
	times map[string]int
	// locals are the variables that the function declares, and those around it.
	locals map[string]bool
	// taken are the parts of what calls give back, by their positions.
	taken map[node]map[string]node
	// fixed are the names that stand for collections of constants, tables those of them that are maps.
	fixed, tables map[string]bool
	// comparing tells that what is walked is compared, declaring that it stands in a class and in no function there.
	comparing, declaring bool
}

// frame is a loop or switch: after is what is known where it was left, again where its next round begins.
type frame struct {
	loop         bool
	label        string
	after, again state
}

// Build makes the graph of a file.
func Build(tree *syntax.Tree) *Graph {
	b := &builder{
		thrown: none, steps: max(maxSteps, 30*len(tree.Text)), nodes: map[*syntax.Node]node{}, reads: map[*syntax.Node]node{}, times: map[string]int{},
		named: map[node]string{}, holds: map[node]node{}, fields: map[string][]string{}, noted: map[string]bool{},
		taken: map[node]map[string]node{}, fixed: map[string]bool{}, tables: map[string]bool{},
		file: &file{language: tree.Language.Family(), classes: map[string]*class{}, imports: map[string]imported{}, fields: map[field]node{}},
	}
	b.file.funcs = []*function{{result: none, self: none, place: Place{0, len(tree.Text)}}}
	tree.Root.Walk(b.learn)
	s := state{}
	b.block(tree.Root.Kids, s)
	if b.file.language == "php" {
		b.share(&b.file.shares.leaves, s)
	}
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
		b.learnFixed(n.Kid(syntax.ALeft), n.Kid(syntax.ARight))
	case syntax.Call:
		b.learnGrown(n.Kid(syntax.ACallee))
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
		if b.times[name] == 1 && n.Kind == syntax.Member {
			b.hasField(name)
		}
	}
}

// hasField notes of a dotted name which fields the names before it have.
func (b *builder) hasField(name string) {
	for object, field := lastOf(name); object != "" && !b.noted[name]; object, field = lastOf(name) {
		b.noted[name] = true
		b.fields[object] = append(b.fields[object], field)
		name = object
	}
}

// declare learns a class: its name, what it is a kind of, and its fields.
func (f *file) declare(n *syntax.Node) {
	c := &class{name: typeName(n.Kid(syntax.AName)), own: map[string]bool{}, types: map[string]string{}}
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
		if f.language == "go" && n.Text == "interface" {
			c.asks = methodNames(body)
		}
		for _, k := range body.Kids {
			if value := k.Kid(syntax.AValue); k.Kind == syntax.ExprStmt && value != nil && value.Kind == syntax.Assign {
				left := value.Kid(syntax.ALeft)
				if left != nil && left.Kind == syntax.Name {
					c.own[left.Text] = true
				}
				c.declareField(left, typeName(value.Kid(syntax.AType)))
			}
		}
	}
	if params := n.Kid(syntax.SomeParams); params != nil { // of a constructor that stands at the name
		for _, k := range params.Kids {
			c.declareField(k.Kid(syntax.AName), typeName(k.Kid(syntax.AType)))
		}
	}
	f.classes[c.name] = c
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
		return b.loop(n, s)
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
		b.returns(n.Kid(syntax.AValue), s)
		b.together(n.Kid(syntax.AValue))
		if len(n.Kids) == 0 {
			b.nakedReturn(s)
		}
		for _, k := range n.Kids {
			if k.Role != syntax.AValue {
				b.link(b.expr(k, s), b.result(), plain)
			}
		}
		return false
	case syntax.Throw:
		b.link(b.kids(n, s), b.thrown, plain)
		return false
	case syntax.Break, syntax.Continue:
		b.leave(n.Kind == syntax.Continue, n.Text, s)
		return false
	case syntax.Other:
		if n.Text == "goto" {
			b.jump(n, s)
			return false
		}
		b.expr(n, s)
	default:
		b.expr(n, s)
		return !b.ends(n.Kid(syntax.AValue))
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
	if len(s) > maxStates {
		b.steps = 0
	}
	return maps.Clone(s)
}

// become makes a state another.
func (s state) become(o state) {
	clear(s)
	maps.Copy(s, o)
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
	outer := b.declaring
	b.declaring = true
	for _, n := range list {
		if !isFunc(n) {
			b.statement(n, s)
		}
	}
	b.declaring = outer
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
