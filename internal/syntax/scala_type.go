package syntax

import "github.com/reevehq/reeve/internal/treesitter"

// scalaType lowers types; nil where it is none. Arguments of types are in the node of the type.
func scalaType(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "type_identifier":
		return l.name(n)
	case "stable_type_identifier", "stable_identifier", "projected_type":
		return scalaStable(l, n)
	case "singleton_type":
		return l.one(n.First())
	case "generic_type":
		of := l.one(n.Child("type"))
		if of != nil {
			of.End = n.End()
			of.add(javaTypeArgs(l, n.Child("type_arguments"))...)
		}
		return of
	case "annotated_type", "literal_type":
		return l.one(n.First())
	case "lazy_parameter_type", "repeated_parameter_type":
		return l.one(n.Child("type"))
	case "compound_type":
		return l.texted(Tuple, n, "with", l.each(n)...)
	case "infix_type":
		return l.binary(n, l.source(n.Child("operator")))
	case "tuple_type", "named_tuple_type":
		return l.node(Tuple, n, l.each(n)...)
	case "name_and_type":
		return l.node(Param, n, as(AName, l.one(n.Child("name"))), as(AType, l.one(n.Child("type"))))
	case "structural_type", "refinement":
		return l.node(Block, n, l.each(n)...)
	case "function_type":
		f := l.node(Func, n)
		params := l.node(Params, n)
		for p := range n.Child("parameter_types").Children() {
			params.add(l.node(Param, p, as(AType, l.one(p))))
		}
		f.add(as(SomeParams, params), as(AResult, l.one(n.Child("return_type"))))
		return f
	}
	return nil
}

// scalaStable lowers a.B to a Member.
func scalaStable(l *lowering, n treesitter.Node) *Node {
	var out *Node
	for c := range n.Children() {
		if out == nil {
			out = l.one(c)
			continue
		}
		object := out
		out = l.texted(Member, n, ".", as(AnObject, object), as(AField, l.one(c)))
		out.End = c.End()
	}
	return out
}

func scalaTypeParams(l *lowering, n treesitter.Node) *Node {
	if !n.Exists() {
		return nil
	}
	params := l.node(Params, n)
	for c := range n.Children() {
		switch {
		case c.Field() == "name":
			params.add(l.node(Param, c, as(AName, l.one(c))))
		case c.Type() == "covariant_type_parameter" || c.Type() == "contravariant_type_parameter":
			params.add(l.node(Param, c, as(AName, l.one(c.Child("name")))))
		}
	}
	return params
}
