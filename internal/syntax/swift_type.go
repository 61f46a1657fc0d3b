package syntax

import "github.com/reevehq/reeve/internal/treesitter"

// swiftType lowers types; nil where it is none. T? is T with Flag Optional, "some T" and "any T" are T.
func swiftType(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "user_type":
		return swiftUser(l, n)
	case "optional_type":
		of := l.one(n.Child("wrapped"))
		if of != nil {
			of.Flags |= Optional
		}
		return of
	case "type_annotation", "opaque_type", "existential_type", "suppressed_constraint", "type_pack_expansion", "type_parameter_pack":
		return swiftLast(l, n)
	case "array_type":
		return l.texted(Index, n, "[]", as(AnObject, swiftLast(l, n)))
	case "dictionary_type":
		name := l.texted(Name, n, "Dictionary")
		name.add(javaTypeArgs(l, n)...)
		return name
	case "tuple_type":
		return swiftTupleType(l, n)
	case "protocol_composition_type":
		return javaUnion(l, n, "&")
	case "function_type":
		return swiftFunctionType(l, n)
	}
	return nil
}

// swiftLast lowers the last node in a node: the type, behind what is said of it.
func swiftLast(l *lowering, n treesitter.Node) *Node {
	var last treesitter.Node
	for c := range n.Children() {
		last = c
	}
	return l.one(last)
}

// swiftUser lowers A.B<C>.
func swiftUser(l *lowering, n treesitter.Node) *Node {
	var out *Node
	for c := range n.Children() {
		switch {
		case c.Type() == "type_arguments":
			if out != nil {
				out.add(javaTypeArgs(l, c)...)
				out.End = c.End()
			}
		case out == nil:
			out = l.one(c)
		default:
			m := l.texted(Member, c, ".", as(AnObject, out), as(AField, l.one(c)))
			m.Start = out.Start
			out = m
		}
	}
	return out
}

// swiftTupleType lowers (A, b: B); what has brackets alone is itself.
func swiftTupleType(l *lowering, n treesitter.Node) *Node {
	t := l.node(Tuple, n)
	for c := range n.Children() {
		t.add(swiftTypeItem(l, c))
	}
	if len(t.Kids) == 1 && t.Kids[0].Kind != Param {
		return t.Kids[0]
	}
	return t
}

// swiftTypeItem lowers an item of a tuple's type: with a name it is a Param.
func swiftTypeItem(l *lowering, n treesitter.Node) *Node {
	if n.Type() != "tuple_type_item" {
		return l.one(n)
	}
	kind := swiftLast(l, n)
	if name := n.Of("simple_identifier"); name.Exists() {
		return l.node(Param, n, as(AName, l.one(name)), as(AType, kind))
	}
	return kind
}

// swiftFunctionType lowers (A) -> B to a Func without a body.
func swiftFunctionType(l *lowering, n treesitter.Node) *Node {
	f := l.node(Func, n)
	given := n.Child("params")
	params := l.node(Params, given)
	for c := range given.Children() {
		item := swiftTypeItem(l, c)
		if item != nil && item.Kind != Param {
			item = l.node(Param, c, as(AType, item))
		}
		params.add(item)
	}
	f.add(as(SomeParams, params))
	if result := swiftBehind(n, "->"); result.Exists() {
		f.add(as(AResult, l.one(result)))
	}
	return f
}

// swiftTypeParams lowers <A, B: C>.
func swiftTypeParams(l *lowering, n treesitter.Node) *Node {
	params := l.node(Params, n)
	for c := range n.Children() {
		if c.Type() != "type_parameter" {
			continue
		}
		p := l.node(Param, c)
		for part := range c.Children() {
			switch {
			case part.Type() == "type_modifiers" || part.Type() == "type_parameter_modifiers":
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
