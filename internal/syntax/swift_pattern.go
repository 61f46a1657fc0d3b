package syntax

import "github.com/reevehq/reeve/internal/treesitter"

// A pattern takes a value apart. What it binds ("let x") is a Param, so that it is told apart from what it only compares with; where all names are bound, as
// on the left of a declaration, they are Names. The parts of a pattern stand side by side in the grammar's tree, in the condition of an if without a node
// around them.

// swiftPattern lowers a pattern; bound tells that its names are bound by what stands around it.
func swiftPattern(l *lowering, n treesitter.Node, bound bool) *Node {
	if !n.Exists() {
		return nil
	}
	if n.Type() != "pattern" {
		return l.one(n)
	}
	var parts []treesitter.Node
	for c := range n.All() {
		if !c.Extra() && c.Type() != "case" {
			parts = append(parts, c)
		}
	}
	if l.depth++; l.depth > maxDepth {
		l.depth--
		return l.texted(Other, n, "too deep")
	}
	p := swiftParts(l, parts, bound)
	l.depth--
	return p
}

// swiftParts lowers the parts of a pattern.
func swiftParts(l *lowering, parts []treesitter.Node, bound bool) *Node {
	if len(parts) > 0 && parts[0].Type() == "value_binding_pattern" {
		parts, bound = parts[1:], true
	}
	if len(parts) == 0 {
		return nil
	}
	first, last := parts[0], parts[len(parts)-1]
	spanning := func(p *Node) *Node {
		if p != nil {
			p.Start, p.End = first.Start(), max(p.End, last.End())
		}
		return p
	}
	if first.Type() == "is" {
		return spanning(l.texted(Unary, first, "is", as(AValue, l.one(last))))
	}
	for i, c := range parts {
		if c.Type() == "as" && i > 0 {
			return spanning(l.node(Cast, first, as(AType, l.one(last)), as(AValue, swiftParts(l, parts[:i], bound))))
		}
	}
	if first.Type() == "(" {
		return spanning(l.node(Tuple, first, swiftItems(l, parts[1:], bound)...))
	}
	name, rest := swiftCaseName(l, parts, bound)
	if len(rest) > 0 && rest[0].Type() == "(" && name != nil {
		if name.Kind == Param {
			name = as(Each, name.Kid(AName))
		}
		return spanning(l.node(Call, first, append([]*Node{as(ACallee, name)}, swiftItems(l, rest[1:], bound)...)...))
	}
	return name
}

// swiftCaseName lowers what a pattern begins with: ".a", "A.b", a name, any expression.
func swiftCaseName(l *lowering, parts []treesitter.Node, bound bool) (name *Node, rest []treesitter.Node) {
	dot := treesitter.Node{}
	for i, c := range parts {
		switch kind := c.Type(); {
		case kind == ".":
			dot = c
		case kind == "?" || kind == "!":
		case kind == "(" && i > 0:
			return name, parts[i:]
		case dot.Exists():
			object := name
			if object == nil {
				object = l.node(Empty, dot)
				object.End = object.Start
			}
			m := l.texted(Member, c, ".", as(AnObject, object), as(AField, l.name(c)))
			m.Start = object.Start
			name, dot = m, treesitter.Node{}
		case kind == "simple_identifier" && bound && !swiftHole(l, c):
			name = l.node(Param, c, as(AName, l.one(c)))
		case kind == "pattern":
			name = swiftPattern(l, c, bound)
		case name == nil:
			name = l.one(c)
		}
	}
	return name, nil
}

// swiftHole tells of a name that it stands for an ellipsis of a pattern of ours.
func swiftHole(l *lowering, n treesitter.Node) bool { return l.source(n) == ellipsisWord }

// swiftItems lowers the items of a tuple in a pattern, up to the bracket that closes it: with a label each is a Keyword.
func swiftItems(l *lowering, parts []treesitter.Node, bound bool) []*Node {
	var out []*Node
	var label treesitter.Node
	for i, c := range parts {
		switch {
		case c.Type() == ")":
			return out
		case c.Type() == "simple_identifier" && i+1 < len(parts) && parts[i+1].Type() == ":":
			label = c
		case c.Named() || c.Type() == "nil":
			item := swiftPattern(l, c, bound)
			if label.Exists() && item != nil && item.Text != ellipsisWord {
				k := l.texted(Keyword, c, l.source(label), as(AValue, item))
				k.Start, item = label.Start(), k
			}
			label = treesitter.Node{}
			if item != nil {
				out = append(out, item)
			}
		}
	}
	return out
}

// swiftCondition lowers the conditions of an if, a guard or a loop: joined by "&&", and what they bind as declarations.
func swiftCondition(l *lowering, n treesitter.Node) *Node {
	var out *Node
	var parts []treesitter.Node
	depth := 0
	end := func() {
		one := swiftBinding(l, parts)
		parts = nil
		switch {
		case one == nil:
		case out == nil:
			out = one
		default:
			both := l.texted(Binary, n, "&&", as(ALeft, out), as(ARight, one))
			both.Start, both.End = out.Start, one.End
			out = both
		}
	}
	for c := range n.All() {
		field := c.Field()
		switch {
		case c.Extra():
			continue
		case field != "condition" && field != "bound_identifier" && c.Type() != ",":
			continue
		case c.Type() == "(":
			depth++
		case c.Type() == ")":
			depth--
		case c.Type() == "," && depth == 0:
			end()
			continue
		}
		parts = append(parts, c)
	}
	end()
	return out
}

// swiftBinding lowers one condition: "let x = y", "let x", "case .a(let x) = y", or an expression.
func swiftBinding(l *lowering, parts []treesitter.Node) *Node {
	if len(parts) == 0 {
		return nil
	}
	first, last := parts[0], parts[len(parts)-1]
	matches := first.Type() == "case"
	if matches {
		parts = parts[1:]
	} else if first.Type() != "value_binding_pattern" {
		return l.one(last)
	}
	a := l.texted(Assign, first, "=")
	a.Flags, a.End = Declares, last.End()
	given := len(parts)
	for i, c := range parts {
		if c.Type() == "=" {
			given = i
			break
		}
	}
	left := parts[:given]
	for i, c := range left {
		if c.Type() == "type_annotation" {
			a.add(as(AType, l.one(c)))
			left = left[:i]
			break
		}
	}
	var name *Node
	if matches {
		name = swiftParts(l, left, false)
	} else {
		a.add(as(AModifier, l.texted(Modifier, left[0], l.source(left[0]))))
		name = swiftParts(l, left[1:], false)
	}
	a.add(as(ALeft, name))
	switch {
	case given+1 < len(parts):
		a.add(as(ARight, l.one(parts[given+1])))
	case name != nil && !matches:
		a.add(as(ARight, l.one(left[1])))
	}
	return a
}
