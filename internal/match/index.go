package match

import (
	"cmp"
	"slices"

	"github.com/reevehq/reeve/internal/syntax"
)

// index says where in a file nodes of a kind are, so that a pattern is compared with what can look like it and with nothing else.
type index struct {
	// all are the nodes of the file in preorder; kinds those of each kind.
	all   []*syntax.Node
	kinds [][]*syntax.Node
	// statements are those of the file in preorder; lists say which of them those of a node are.
	statements []statement
	holders    []syntax.Kind
	lists      map[*syntax.Node]list
	// calls are the Calls and News by the last name of what they call, as it is written and as it was imported.
	calls map[string][]*syntax.Node
	// spelled are the Names and Strings by their texts, parents the nodes around nodes; both are nil until they are asked for.
	spelled map[string][]*syntax.Node
	parents map[*syntax.Node]*syntax.Node
	// named are the Names and Members by their last names, as they are written and as they were imported; nil until they are asked for.
	named map[string][]*syntax.Node
	// last are the expressions that functions end with and so return; nil until it is asked for.
	last map[*syntax.Node]bool
	// types says what has which type; nil until it is asked for.
	types *types
	facts *facts
	// language is that of the file.
	language *syntax.Language
}

// statement is a statement; next is the place of the one that stands behind it and all that is within it.
type statement struct {
	node *syntax.Node
	next int
}

// list is the part of all statements that is those of a block, with those within them; last is its last.
type list struct {
	from, to int
	last     *syntax.Node
}

func newIndex(tree *syntax.Tree, facts *facts) *index {
	x := &index{facts: facts, language: tree.Language, kinds: make([][]*syntax.Node, syntax.Kinds), lists: map[*syntax.Node]list{}, calls: map[string][]*syntax.Node{}}
	x.holders = holders(tree.Language)
	x.enlist(tree.Root)
	tree.Root.Walk(func(n *syntax.Node) bool {
		x.all = append(x.all, n)
		x.kinds[n.Kind] = append(x.kinds[n.Kind], n)
		if n.Kind == syntax.Call || n.Kind == syntax.New {
			x.call(n, facts)
		}
		return true
	})
	return x
}

// enlist notes the statements of a node, and of those within it.
func (x *index) enlist(n *syntax.Node) {
	if !slices.Contains(x.holders, n.Kind) {
		for _, k := range n.Kids {
			x.enlist(k)
		}
		return
	}
	l := list{from: len(x.statements)}
	for _, k := range n.Kids {
		for _, imports := range required(k) {
			x.kinds[syntax.Import] = append(x.kinds[syntax.Import], imports)
			x.statements = append(x.statements, statement{imports, len(x.statements) + 1})
		}
		at := len(x.statements)
		x.statements = append(x.statements, statement{node: k})
		if k.Kind == syntax.With {
			x.opened(k)
		}
		x.enlist(k)
		x.statements[at].next = len(x.statements)
		l.last = k
	}
	l.to = len(x.statements)
	x.lists[n] = l
}

// opened notes what a With opens as statements before its body.
func (x *index) opened(with *syntax.Node) {
	for k := range with.All(syntax.Each) {
		value := *k
		value.Role = syntax.AValue
		opens := &syntax.Node{Kind: syntax.ExprStmt, Kids: []*syntax.Node{&value}, Start: k.Start, End: k.End}
		x.statements = append(x.statements, statement{opens, len(x.statements) + 1})
	}
}

// listOf gives the statements of a node; one that is not in the file is noted when it is asked for.
func (x *index) listOf(n *syntax.Node) list {
	if l, ok := x.lists[n]; ok {
		return l
	}
	x.enlist(n)
	return x.lists[n]
}

func (x *index) call(n *syntax.Node, facts *facts) {
	callee := n.Kid(syntax.ACallee)
	name := lastName(callee)
	if name == "" && callee != nil && callee.Kind == syntax.String && x.language == syntax.Bash {
		name = callee.Text
	}
	if module, ok := callee.Requires(); ok { // require("m")(...)
		name = module
	}
	if name == "" {
		return
	}
	x.calls[name] = append(x.calls[name], n)
	if callee.Kind != syntax.Name {
		return
	}
	if long := facts.longName(callee); long != nil {
		if other := lastName(long); other != name {
			x.calls[other] = append(x.calls[other], n)
		}
	}
}

// called tells whether something of a name is called in a node.
func (x *index) called(name string, in *syntax.Node) bool {
	all := x.calls[name]
	at, _ := slices.BinarySearchFunc(all, in.Start, func(n *syntax.Node, start int) int { return cmp.Compare(n.Start, start) })
	return at < len(all) && all[at].Start < in.End
}

// lastName is the last name of what is called, "" where it is none.
func lastName(callee *syntax.Node) string { return lastOf(callee, syntax.Name) }

// lastOf is the text of what is called, or of its field, if that is of a kind; "" where it is not.
func lastOf(callee *syntax.Node, kind syntax.Kind) string {
	if callee != nil && callee.Kind == syntax.Member {
		callee = callee.Kid(syntax.AField)
	}
	if callee == nil || callee.Kind != kind {
		return ""
	}
	return callee.Text
}

// candidates are the nodes that can look like an expression of a pattern, in any order that is that of the file for each kind; callees are the names that
// something called can have.
func (x *index) candidates(p *syntax.Node, callees Names, o Options) [][]*syntax.Node {
	switch p.Kind {
	case syntax.Metavar, syntax.Ellipsis, syntax.Deep:
		return [][]*syntax.Node{x.all}
	case syntax.Return:
		return [][]*syntax.Node{x.kinds[syntax.Return], x.lasts()}
	case syntax.Typed:
		return x.ofType(p.Kid(syntax.AType))
	case syntax.String, syntax.Number, syntax.Bool: // or what holds a constant
		out := [][]*syntax.Node{x.kinds[p.Kind], x.kinds[syntax.Name], x.kinds[syntax.Binary], x.kinds[syntax.Template]}
		if x.language == syntax.HCL || x.language == syntax.Java || x.language == syntax.PHP { // a field that keeps its value
			out = append(out, x.kinds[syntax.Member])
		}
		return out
	case syntax.Name, syntax.Member:
		if field := p.Kid(syntax.AField); field != nil && field.Kind == syntax.Ellipsis {
			return [][]*syntax.Node{x.all}
		}
		if !o.Symbolic {
			return x.namesOf(p)
		}
		return [][]*syntax.Node{x.kinds[syntax.Name], x.kinds[syntax.Member]}
	case syntax.List:
		if hasEllipsis(p.Kids) && len(p.Kids) == 1 {
			return [][]*syntax.Node{x.kinds[syntax.List], x.kinds[syntax.Dict], x.kinds[syntax.Comprehension]}
		}
	case syntax.Regexp:
		return [][]*syntax.Node{x.kinds[syntax.Regexp], x.kinds[syntax.Name], x.calls["new"]}
	case syntax.While:
		if test := p.Kid(syntax.ATest); test != nil && test.Kind == syntax.Ellipsis {
			return [][]*syntax.Node{x.kinds[syntax.While], x.kinds[syntax.For], x.kinds[syntax.ForEach]}
		}
	case syntax.For:
		if anyFor(p) {
			return [][]*syntax.Node{x.kinds[syntax.For], x.kinds[syntax.ForEach]}
		}
	case syntax.Set:
		if anything(p) {
			return [][]*syntax.Node{x.kinds[syntax.Set], x.kinds[syntax.Dict]}
		}
	case syntax.Call, syntax.New:
		if name := lastName(p.Kid(syntax.ACallee)); name != "" {
			return [][]*syntax.Node{x.calls[name]}
		}
		if callees.List != nil {
			var out [][]*syntax.Node
			for _, name := range callees.List {
				out = append(out, x.calls[name])
			}
			return out
		}
		if callee := p.Kid(syntax.ACallee); p.Kind == syntax.Call && callee != nil && callee.Kind == syntax.Member && !o.Symbolic {
			if members, typed := x.fieldsOf(callee); typed {
				return [][]*syntax.Node{x.callsOf(members)}
			}
		}
	}
	return [][]*syntax.Node{x.kinds[p.Kind]}
}
