package match

import "github.com/reevehq/reeve/internal/syntax"

// index says where in a file nodes of a kind are, so that a pattern is compared with what can look like it and with nothing else.
type index struct {
	// all are the nodes of the file in preorder; kinds those of each kind.
	all   []*syntax.Node
	kinds [][]*syntax.Node
	// calls are the Calls and News by the last name of what they call, as it is written and as it was imported.
	calls map[string][]*syntax.Node
}

func newIndex(tree *syntax.Tree, facts *facts) *index {
	x := &index{kinds: make([][]*syntax.Node, syntax.Kinds), calls: map[string][]*syntax.Node{}}
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

func (x *index) call(n *syntax.Node, facts *facts) {
	callee := n.Kid(syntax.ACallee)
	name := lastName(callee)
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

// lastName is the last name of what is called, "" where it is none.
func lastName(callee *syntax.Node) string {
	if callee == nil {
		return ""
	}
	if callee.Kind == syntax.Member {
		callee = callee.Kid(syntax.AField)
	}
	if callee == nil || callee.Kind != syntax.Name {
		return ""
	}
	return callee.Text
}

// candidates are the nodes that can look like an expression of a pattern, in any order that is that of the file for each kind.
func (x *index) candidates(p *syntax.Node) [][]*syntax.Node {
	switch p.Kind {
	case syntax.Metavar, syntax.Ellipsis, syntax.Deep:
		return [][]*syntax.Node{x.all}
	case syntax.Typed: // what can be known to have a type
		return [][]*syntax.Node{x.kinds[syntax.Name], x.kinds[syntax.New], x.kinds[syntax.Cast], x.kinds[syntax.String], x.kinds[syntax.Template], x.kinds[syntax.Number], x.kinds[syntax.Bool]}
	case syntax.String, syntax.Number, syntax.Bool: // or what holds a constant
		return [][]*syntax.Node{x.kinds[p.Kind], x.kinds[syntax.Name], x.kinds[syntax.Binary], x.kinds[syntax.Template]}
	case syntax.Name, syntax.Member:
		if field := p.Kid(syntax.AField); field != nil && field.Kind == syntax.Ellipsis {
			return [][]*syntax.Node{x.all}
		}
		return [][]*syntax.Node{x.kinds[syntax.Name], x.kinds[syntax.Member]}
	case syntax.Call, syntax.New:
		if name := lastName(p.Kid(syntax.ACallee)); name != "" {
			return [][]*syntax.Node{x.calls[name]}
		}
	}
	return [][]*syntax.Node{x.kinds[p.Kind]}
}
