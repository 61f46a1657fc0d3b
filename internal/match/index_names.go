package match

import "github.com/reevehq/reeve/internal/syntax"

// namesOf are the Names and Members that can look like one of a pattern.
func (x *index) namesOf(p *syntax.Node) [][]*syntax.Node {
	if members, typed := x.fieldsOf(p); typed {
		return [][]*syntax.Node{members}
	}
	last := lastName(p)
	if p.Kind == syntax.Name {
		last = p.Text
	}
	if last == "" {
		return [][]*syntax.Node{x.kinds[syntax.Name], x.kinds[syntax.Member]}
	}
	if x.named == nil {
		x.learnNames()
	}
	return [][]*syntax.Node{x.named[afterDot(last)]}
}

// learnNames notes what has which last name.
func (x *index) learnNames() {
	x.named = map[string][]*syntax.Node{}
	for _, kind := range []syntax.Kind{syntax.Name, syntax.Member} {
		for _, n := range x.kinds[kind] {
			name := afterDot(lastName(n))
			x.named[name] = append(x.named[name], n)
			if dotted, ok := n.Dotted(); ok {
				if full := afterDot(x.facts.full(dotted, n.Start)); full != name {
					x.named[full] = append(x.named[full], n)
				}
			}
		}
	}
}

// fieldsOf are the Members that can look like one of a pattern that looks at any field of what has a type; false where it says none.
func (x *index) fieldsOf(p *syntax.Node) ([]*syntax.Node, bool) {
	object := p.Kid(syntax.AnObject)
	if p.Kind != syntax.Member || object == nil || object.Kind != syntax.Typed {
		return nil, false
	}
	var out []*syntax.Node
	for _, list := range x.ofType(object.Kid(syntax.AType)) {
		for _, n := range list {
			if around := x.parent(n); around != nil && around.Kind == syntax.Member && around.Kid(syntax.AnObject) == n {
				out = append(out, around)
			}
		}
	}
	return out, true
}

// callsOf are the Calls of some Members.
func (x *index) callsOf(members []*syntax.Node) []*syntax.Node {
	var out []*syntax.Node
	for _, n := range members {
		if around := x.parent(n); around != nil && around.Kind == syntax.Call && around.Kid(syntax.ACallee) == n {
			out = append(out, around)
		}
	}
	return out
}

// nameCalled is what a metavariable of a pattern that calls something stands for in a call: its callee, or the field that is called of an object.
func nameCalled(p, n *syntax.Node) *syntax.Node {
	callee := n.Kid(syntax.ACallee)
	if callee == nil {
		return n
	}
	if field := callee.Kid(syntax.AField); p.Kid(syntax.ACallee).Kind == syntax.Member && callee.Kind == syntax.Member && field != nil {
		return field
	}
	return callee
}
