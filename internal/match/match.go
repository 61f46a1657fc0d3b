// Package match finds where code looks like a pattern.
//
// A pattern is a tree with holes (package syntax); matching walks both trees side by side and gives every way in which the holes can be filled. What
// languages let people write in several ways is taken for the same: the order of keyword arguments, names under which something was imported,
// variables that hold a constant. The package is pure. It must not know rules, paths or findings, and its work is bounded by steps, not by time.
package match

import (
	"github.com/reevehq/reeve/internal/syntax"
)

// Binding is what a metavariable stands for.
type Binding struct {
	// Nodes are what was found: one, or any number for "$...X". They are nil where it is a part of a text.
	Nodes []*syntax.Node
	// Text is the content of a String, where the metavariable stands in quotes.
	Text string
	// Start and End are its place in the file, in bytes.
	Start, End int
}

// Env is what the metavariables stand for. It is never changed; nil has none.
type Env struct {
	name  string
	value Binding
	rest  *Env
}

// Get gives what a metavariable stands for.
func (e *Env) Get(name string) (Binding, bool) {
	for ; e != nil; e = e.rest {
		if e.name == name {
			return e.value, true
		}
	}
	return Binding{}, false
}

// With adds a metavariable.
func (e *Env) With(name string, value Binding) *Env { return &Env{name, value, e} }

// All gives all metavariables, the one bound last first.
func (e *Env) All(yield func(string, Binding) bool) {
	for ; e != nil; e = e.rest {
		if !yield(e.name, e.value) {
			return
		}
	}
}

// Match is one place that looks like a pattern, and one way to fill its holes.
type Match struct {
	Start, End int
	Env        *Env
	// Node is the node that matches, the first of several statements.
	Node *syntax.Node
	// Named tells that it is no expression though the pattern is one: the name of something, or a statement. It is only meant where just that is looked at.
	Named bool
}

// Options change what is taken for the same, as Semgrep's options of these names do.
type Options struct {
	// NoConstants turns off that a variable stands for the constant that it holds (constant_propagation: false).
	NoConstants bool
	// NoDeep turns off that an expression as a statement may stand anywhere within a statement (implicit_deep_exprstmt: false).
	NoDeep bool
	// Symbolic lets an expression stand for a variable that holds it (symbolic_propagation: true).
	Symbolic bool
	// Names lets, if Symbolic, also a name by itself be found for the expression that it stands for.
	Names bool
	// NoVardef turns off that an assignment also means a declaration (vardef_assign: false).
	NoVardef bool
	// NoArrow turns off that an arrow function is a function (arrow_is_function: false), NoLet that let and const are var (let_is_var: false).
	NoArrow, NoLet bool
	// NoAttribute turns off that an expression may be a decorator (attr_expr: false); DecoratorsInOrder asks for decorators in their order
	// (decorators_order_matters: true).
	NoAttribute, DecoratorsInOrder bool
	// NoMore turns off that an object may have more keys than a pattern names (implicit_ellipsis: false), NoMoreAttributes that an element may have more
	// attributes (xml_attrs_implicit_ellipsis: false).
	NoMore, NoMoreAttributes bool
	// Singletons turns off that an element without children means any children (xml_singleton_loose_matching: false).
	Singletons bool
	// NoLast turns off that what a function ends with is what it returns, in languages in which it is (implicit_return: false).
	NoLast bool
	// NoChains turns off that it does not matter how && || | & ^ are bracketed, and in which order the operands of the last three stand (ac_matching: false).
	NoChains bool
	// AnyOrder lets the operands of && and || stand in any order too (commutative_boolop: true), Symmetric those of == and != (symmetric_eq: true).
	AnyOrder, Symmetric bool
}

// maxSteps is how many pairs of nodes one pattern may compare in one file, at least; larger files may take more.
const maxSteps = 2_000_000

// File is a file that patterns are looked for in, by one goroutine.
type File struct {
	Tree  *syntax.Tree
	facts *facts
	index *index
}

// NewFile learns what a file says about its names.
func NewFile(tree *syntax.Tree) *File {
	facts := learn(tree)
	return &File{Tree: tree, facts: facts, index: newIndex(tree, facts)}
}

// Callee is the metavariable of a pattern that is a call that stands for the name of what is called, "" where there is none.
func Callee(p *syntax.Pattern) string {
	if len(p.Nodes) != 1 || p.Nodes[0].Kind != syntax.Call && p.Nodes[0].Kind != syntax.New {
		return ""
	}
	return lastOf(p.Nodes[0].Kid(syntax.ACallee), syntax.Metavar)
}

// Names are what something called can be: one of a List, or what Allows says of its name; anything where both are nil.
type Names struct {
	List   []string
	Allows func(*syntax.Node) bool
}

// Find gives all matches of a pattern, in the order of the file; where names are given, those whose Callee is one of these: others may be left out. It
// returns false where that took too much work, and some may be missing.
func (f *File) Find(p *syntax.Pattern, callees Names, o Options, found func(Match)) bool {
	m := &matcher{file: f, options: o, steps: max(maxSteps, 40*len(f.index.all))}
	if len(p.Nodes) == 1 && p.Nodes[0].Kind != syntax.ExprStmt {
		lists := f.index.candidates(p.Nodes[0], callees, o)
		if o.Symbolic && o.Names {
			lists = append(lists, f.index.kinds[syntax.Name])
		}
		for _, list := range lists {
			for _, n := range list {
				if n.Kind == syntax.ExprStmt && p.Nodes[0].Kind != syntax.Return || n.Kind == syntax.File || p.Nodes[0].Kind == syntax.Typed && (f.facts.declared[n] || n.Role == syntax.AName) {
					continue // its expression comes by itself; what is declared is none
				}
				if o.NoAttribute && f.index.parent(n) != nil && f.index.parent(n).Kind == syntax.Decorator {
					continue
				}
				if p.Nodes[0].Role == syntax.AFinally && n.Role != syntax.AFinally {
					continue
				}
				if callees.Allows != nil && !callees.Allows(nameCalled(p.Nodes[0], n)) {
					continue
				}
				named := f.names(p.Nodes[0], n)
				m.node(p.Nodes[0], n, nil, func(e *Env) { found(Match{n.Start, n.End, e, n, named}) })
			}
		}
		return m.steps > 0
	}
	for _, kind := range holders(p.Language) {
		for _, n := range f.index.kinds[kind] {
			m.sequences(p.Nodes, f.index.listOf(n), found)
		}
	}
	return m.steps > 0
}

// sequences finds the statements of a pattern in a list, from each of them on.
func (m *matcher) sequences(p []*syntax.Node, in list, found func(Match)) {
	all := m.file.index.statements
	if in.from == in.to {
		return
	}
	span := &syntax.Node{Start: all[in.from].node.Start, End: max(in.last.End, all[in.to-1].node.End)}
	for _, one := range p {
		if !m.calledIn(one, span) {
			return
		}
	}
	for at := in.from; at < in.to && m.steps > 0; at = all[at].next {
		first := all[at].node
		m.statements(run{pattern: p, list: in, at: at}, nil, nil, func(e *Env, last *syntax.Node) {
			if last == nil {
				last = first
			}
			found(Match{Start: first.Start, End: max(first.End, last.End), Env: e, Node: first})
		})
		if p[0].Kind == syntax.Ellipsis {
			return // it takes all that comes before
		}
	}
}

// matcher is one search.
type matcher struct {
	file    *File
	options Options
	steps   int
	// callees are the names of what statements of the pattern call.
	callees map[*syntax.Node][]string
	// symbols counts the names around what is compared that stand for expressions.
	symbols int
	// chains are what operators of the pattern join.
	chains map[*syntax.Node][]*syntax.Node
}

// yes goes on with what is bound so far.
type yes func(*Env)

// bind lets a metavariable stand for a node, or compares it with what it stands for already.
func (m *matcher) bind(name string, t *syntax.Node, e *Env, then yes) {
	if t.Kind == syntax.ExprStmt {
		t = t.Kid(syntax.AValue)
	}
	if t.Kind == syntax.Keyword { // its value is what may be meant
		return
	}
	if name == "$_" {
		then(e)
		return
	}
	known, bound := e.Get(name)
	switch {
	case !bound:
		then(e.With(name, Binding{Nodes: []*syntax.Node{t}, Start: t.Start, End: t.End}))
	case known.Nodes == nil:
		if t.Kind == syntax.String && t.Text == known.Text || t.Kind == syntax.Name && t.Text == known.Text {
			then(e)
		}
	case len(known.Nodes) == 1 && m.equal(known.Nodes[0], t):
		then(e)
	}
}

// equal tells whether two nodes are the same code.
func (m *matcher) equal(a, b *syntax.Node) bool {
	if m.steps--; m.steps <= 0 {
		return false
	}
	if a.Kind == syntax.Name && b.Kind == syntax.Name && a.Text == b.Text && !m.file.facts.sameVariable(a, b) {
		return false
	}
	if a.Kind != b.Kind || a.Text != b.Text || len(a.Kids) != len(b.Kids) {
		if m.sameConstant(a, b) || m.file.sameKey(a, b) {
			return true
		}
		return (a.Kind == syntax.Member) != (b.Kind == syntax.Member) && m.file.facts.same(a, b)
	}
	for i := range a.Kids {
		if a.Kids[i].Role != b.Kids[i].Role || !m.equal(a.Kids[i], b.Kids[i]) {
			return false
		}
	}
	return true
}

// sameConstant tells whether two nodes stand for the same constant.
func (m *matcher) sameConstant(a, b *syntax.Node) bool {
	if m.options.NoConstants || a.Kind != syntax.Name && b.Kind != syntax.Name {
		return false
	}
	a, b = m.file.facts.valueOf(a), m.file.facts.valueOf(b)
	return literal(a) && a.Kind == b.Kind && a.Text == b.Text && (a.Flags|b.Flags)&someText == 0
}

// Same tells whether two metavariables stand for the same code, or for the same text.
func (f *File) Same(a, b Binding) bool {
	if len(a.Nodes) != len(b.Nodes) {
		one, other := a.plain(), b.plain()
		return one != "" && one == other
	}
	m := &matcher{file: f, steps: maxSteps}
	for i := range a.Nodes {
		if !m.equal(a.Nodes[i], b.Nodes[i]) {
			return false
		}
	}
	return len(a.Nodes) > 0 || a.Text == b.Text
}

// plain is the text of a name or string, or of a part of one.
func (b Binding) plain() string {
	if len(b.Nodes) == 1 && (b.Nodes[0].Kind == syntax.Name || b.Nodes[0].Kind == syntax.String) {
		return b.Nodes[0].Text
	}
	return b.Text
}
