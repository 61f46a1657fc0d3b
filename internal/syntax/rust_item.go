package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// rustItem lowers declarations; nil where it is none.
func rustItem(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "function_item", "function_signature_item":
		f := l.node(Func, n, rustModifiers(l, n)...)
		f.add(as(AName, l.name(n.Child("name"))), as(TypeParams, rustTypeParams(l, n.Child("type_parameters"))), as(SomeParams, rustParams(l, n.Child("parameters"))),
			as(AResult, l.one(n.Child("return_type"))), as(ABody, l.one(n.Child("body"))))
		return f
	case "struct_item", "union_item", "enum_item", "trait_item", "mod_item", "impl_item":
		return rustClass(l, n)
	case "const_item", "static_item":
		a := l.texted(Assign, n, "=", rustModifiers(l, n)...)
		a.add(as(AModifier, l.texted(Modifier, n, strings.TrimSuffix(n.Type(), "_item"))))
		a.add(as(ALeft, l.name(n.Child("name"))), as(AType, l.one(n.Child("type"))), as(ARight, l.one(n.Child("value"))))
		a.Flags = Declares
		return l.statement(n, a)
	case "type_item", "associated_type":
		a := l.texted(Assign, n, "=", as(AModifier, l.texted(Modifier, n, "typedef")), as(ALeft, l.name(n.Child("name"))), as(AType, l.one(n.Child("type"))))
		a.Flags = Declares
		return l.statement(n, a)
	case "field_declaration":
		a := l.texted(Assign, n, "=", rustModifiers(l, n)...)
		a.add(as(ALeft, l.name(n.Child("name"))), as(AType, l.one(n.Child("type"))))
		a.Flags = Declares
		return l.statement(n, a)
	case "enum_variant":
		a := l.texted(Assign, n, "=", as(ALeft, l.name(n.Child("name"))), as(ARight, l.one(n.Child("value"))), as(ABody, l.one(n.Child("body"))))
		a.Flags = Declares
		return l.statement(n, a)
	case "foreign_mod_item":
		return l.texted(Class, n, "extern", as(ABody, l.one(n.Child("body"))))
	case "extern_crate_declaration":
		return l.node(Import, n, as(AModule, l.name(n.Child("name"))), as(AName, l.name(n.Child("alias"))))
	}
	return nil
}

// rustClass lowers types and modules; an impl is a class of its type's name, and its trait is what it extends.
func rustClass(l *lowering, n treesitter.Node) *Node {
	c := l.texted(Class, n, strings.TrimSuffix(n.Type(), "_item"), rustModifiers(l, n)...)
	name := n.Child("name")
	if !name.Exists() {
		name = n.Child("type")
	}
	c.add(as(AName, l.one(name)), as(TypeParams, rustTypeParams(l, n.Child("type_parameters"))))
	for _, field := range []string{"trait", "bounds"} {
		if of := n.Child(field); of.Exists() {
			bases := l.node(Bases, of)
			if of.Type() == "trait_bounds" {
				bases.add(l.each(of)...)
			} else {
				bases.add(l.one(of))
			}
			c.add(as(SomeBases, bases))
		}
	}
	c.add(as(ABody, l.one(n.Child("body"))))
	return c
}

// rustModifiers gives the words before a declaration.
func rustModifiers(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	for c := range n.All() {
		switch c.Type() {
		case "visibility_modifier", "mutable_specifier", "unsafe", "async":
			out = append(out, as(AModifier, l.texted(Modifier, c, l.source(c))))
		case "function_modifiers":
			for w := range c.All() {
				out = append(out, as(AModifier, l.texted(Modifier, w, l.source(w))))
			}
		}
	}
	return out
}

func rustTypeParams(l *lowering, n treesitter.Node) *Node {
	if !n.Exists() {
		return nil
	}
	params := l.node(Params, n)
	for c := range n.Children() {
		name := c.Child("name")
		if !name.Exists() {
			name = c
		}
		params.add(l.node(Param, c, as(AName, l.name(name))))
	}
	return params
}

// rustParams lowers the parameters of functions and closures.
func rustParams(l *lowering, n treesitter.Node) *Node {
	if !n.Exists() {
		return nil
	}
	params := l.node(Params, n)
	for c := range n.Children() {
		switch c.Type() {
		case "parameter":
			params.add(l.node(Param, c, as(AName, l.one(c.Child("pattern"))), as(AType, l.one(c.Child("type")))))
		case "self_parameter":
			params.add(l.node(Param, c, as(AName, l.name(c.Of("self")))))
		case "variadic_parameter":
			params.add(l.texted(Param, c, "..."))
		case "attribute_item":
		default:
			params.add(l.node(Param, c, as(AName, l.one(c))))
		}
	}
	return params
}

// rustType lowers types; nil where it is none. Arguments of types are in the node of the type; &T is a Unary "&", *T a Unary "*", [T] an Index "[]".
func rustType(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "type_identifier", "primitive_type":
		return l.name(n)
	case "generic_type", "generic_type_with_turbofish", "generic_pattern":
		of := l.one(n.First())
		if of != nil {
			of.End = n.End()
			of.add(javaTypeArgs(l, n.Child("type_arguments"))...)
		}
		return of
	case "reference_type":
		return l.texted(Unary, n, "&", as(AValue, l.one(n.Child("type"))))
	case "pointer_type":
		return l.texted(Unary, n, "*", as(AValue, l.one(n.Child("type"))))
	case "array_type":
		length := l.one(n.Child("length"))
		if length == nil {
			length = l.node(Empty, n.Of("["))
		}
		return l.texted(Index, n, "[]", as(AnObject, l.one(n.Child("element"))), length)
	case "tuple_type", "unit_type":
		return l.node(Tuple, n, l.each(n)...)
	case "function_type":
		return l.node(Func, n, as(SomeParams, rustParams(l, n.Child("parameters"))), as(AResult, l.one(n.Child("return_type"))))
	case "dynamic_type", "abstract_type":
		return l.one(n.Child("trait"))
	case "bracketed_type":
		return l.one(n.First())
	}
	return nil
}

// rustPattern lowers what takes values apart; nil where it does not. A(b) is a Call as it is among expressions, A{b} a New.
func rustPattern(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "mut_pattern", "ref_pattern":
		return l.one(cLast(n))
	case "captured_pattern":
		return l.texted(Binary, n, "@", as(ALeft, l.one(n.First())), as(ARight, l.one(cLast(n))))
	case "reference_pattern":
		return l.texted(Unary, n, "&", as(AValue, l.one(cLast(n))))
	case "or_pattern":
		parts := l.each(n)
		if len(parts) != 2 {
			return nil
		}
		return l.texted(Binary, n, "|", as(ALeft, parts[0]), as(ARight, parts[1]))
	case "tuple_pattern":
		return l.node(Tuple, n, l.each(n)...)
	case "slice_pattern":
		return l.node(List, n, l.each(n)...)
	case "tuple_struct_pattern":
		kind := n.Child("type")
		call := l.node(Call, n, as(ACallee, l.one(kind)))
		for c := range n.Children() {
			if c != kind {
				call.add(l.all(c)...)
			}
		}
		return call
	case "struct_pattern":
		kind := n.Child("type")
		made := l.node(New, n, as(ACallee, l.one(kind)))
		for c := range n.Children() {
			if c != kind {
				made.add(l.all(c)...)
			}
		}
		return made
	case "field_pattern":
		name := n.Child("name")
		value := l.one(n.Child("pattern"))
		if value == nil {
			value = l.name(name)
		}
		return l.node(Pair, n, as(AKey, l.name(name)), as(AValue, value))
	case "remaining_field_pattern":
		return l.texted(Spread, n, "..")
	case "range_pattern":
		return l.node(Slice, n, l.each(n)...)
	}
	return nil
}
