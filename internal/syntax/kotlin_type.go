package syntax

import "github.com/reevehq/reeve/internal/treesitter"

// kotlinType lowers types; nil where it is none. Arguments of types are in the node of the type, T? is T with Flag Optional.
func kotlinType(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "user_type":
		return kotlinUser(l, n)
	case "nullable_type":
		of := kotlinOnly(l, n)
		if of != nil {
			of.Flags |= Optional
		}
		return of
	case "parenthesized_type", "type_projection":
		if of := kotlinOnly(l, n); of != nil {
			return of
		}
		return l.name(n)
	case "non_nullable_type":
		return javaUnion(l, n, "&")
	case "function_type":
		return kotlinFunctionType(l, n)
	}
	return nil
}

// kotlinOnly lowers the type in a node, without what stands before it.
func kotlinOnly(l *lowering, n treesitter.Node) *Node {
	var out *Node
	for c := range n.Children() {
		if c.Type() != "type_modifiers" && c.Type() != "variance_modifier" {
			out = l.one(c)
		}
	}
	return out
}

// kotlinUser lowers a.B<C>.
func kotlinUser(l *lowering, n treesitter.Node) *Node {
	var out *Node
	for c := range n.Children() {
		switch {
		case c.Type() == "type_modifiers":
		case c.Type() == "type_arguments" && out != nil:
			out.add(javaTypeArgs(l, c)...)
			out.End = c.End()
		case out == nil:
			out = l.one(c)
		default:
			object := out
			out = l.texted(Member, c, ".", as(AnObject, object), as(AField, l.one(c)))
			out.Start = object.Start
		}
	}
	return out
}

// kotlinFunctionType lowers (A) -> B to a Func without a body.
func kotlinFunctionType(l *lowering, n treesitter.Node) *Node {
	f := l.node(Func, n)
	params := l.node(Params, n)
	for c := range n.Children() {
		switch {
		case c.Type() == "type_modifiers":
		case c.Type() == "function_type_parameters":
			params.Start, params.End = c.Start(), c.End()
			for p := range c.Children() {
				if p.Type() == "parameter" {
					params.add(kotlinParam(l, p, nil))
				} else {
					params.add(l.node(Param, p, as(AType, l.one(p))))
				}
			}
			f.add(as(SomeParams, params))
		case len(f.Kids) == 0:
			f.add(as(AModifier, l.texted(Modifier, c, "receiver", l.one(c))))
		default:
			f.add(as(AResult, l.one(c)))
		}
	}
	return f
}

func kotlinTypeParams(l *lowering, n treesitter.Node) *Node {
	params := l.node(Params, n)
	for c := range n.Children() {
		p := l.node(Param, c)
		for part := range c.Children() {
			switch {
			case part.Type() == "type_parameter_modifiers":
			case p.Kid(AName) == nil:
				p.add(as(AName, l.one(part)))
			default:
				p.add(as(AType, l.one(part)))
			}
		}
		params.add(p)
	}
	return params
}
