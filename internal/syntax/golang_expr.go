package syntax

import (
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// goExpr lowers expressions; nil where it is none.
func goExpr(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "identifier", "blank_identifier", "iota":
		return l.name(n)
	case "int_literal", "float_literal", "imaginary_literal":
		return l.texted(Number, n, l.source(n))
	case "interpreted_string_literal", "raw_string_literal":
		return goString(l, n)
	case "rune_literal":
		s := goString(l, n)
		s.Flags |= Braced
		return s
	case "true", "false":
		return l.texted(Bool, n, n.Type())
	case "nil":
		return l.texted(Null, n, "nil")
	case "parenthesized_expression", "literal_element":
		return l.one(n.First())
	case "expression_list":
		return goList(l, n)
	case "selector_expression":
		return l.member(n, n.Child("operand"), n.Child("field"))
	case "call_expression":
		return goCall(l, n)
	case "variadic_argument":
		return l.texted(Spread, n, "...", as(AValue, l.one(n.First())))
	case "index_expression":
		return l.node(Index, n, as(AnObject, l.one(n.Child("operand"))), l.one(n.Child("index")))
	case "slice_expression":
		return goSlice(l, n)
	case "type_assertion_expression":
		return l.texted(Cast, n, ".", as(AValue, l.one(n.Child("operand"))), as(AType, l.one(n.Child("type"))))
	case "type_conversion_expression":
		return goConversion(l, n)
	case "type_instantiation_expression":
		return goTypes(l, n)
	case "unary_expression":
		return l.texted(Unary, n, l.source(n.Child("operator")), as(AValue, l.one(n.Child("operand"))))
	case "binary_expression":
		return l.binary(n, l.source(n.Child("operator")))
	case "composite_literal":
		return l.node(New, n, append([]*Node{as(ACallee, l.one(n.Child("type")))}, l.each(n.Child("body"))...)...)
	case "literal_value": // within another one: its type is left out
		return l.node(New, n, l.each(n)...)
	case "keyed_element":
		return l.node(Pair, n, as(AKey, l.one(n.Child("key"))), as(AValue, l.one(n.Child("value"))))
	case "func_literal":
		f := goFunc(l, n)
		f.Flags |= Arrow
		return f
	}
	return nil
}

// goList lowers what stands on a side of an assignment or behind return: one value or a Tuple.
func goList(l *lowering, n treesitter.Node) *Node {
	parts := l.each(n)
	if len(parts) == 1 {
		return parts[0]
	}
	return l.node(Tuple, n, parts...)
}

// goCall lowers a call; a function with type arguments is an Index.
func goCall(l *lowering, n treesitter.Node) *Node {
	callee := goInstance(l, n, l.one(n.Child("function")), n.Child("type_arguments"))
	return l.node(Call, n, append([]*Node{as(ACallee, callee)}, l.each(n.Child("arguments"))...)...)
}

// goConversion lowers []byte(s) and the like. T(s) is a Call, also where the grammar takes T for a type: nothing tells a type from a function.
func goConversion(l *lowering, n treesitter.Node) *Node {
	kind, value := l.one(n.Child("type")), l.one(n.Child("operand"))
	switch n.Child("type").Type() {
	case "type_identifier", "qualified_type", "generic_type":
		return l.node(Call, n, as(ACallee, kind), value)
	}
	return l.node(Cast, n, as(AType, kind), as(AValue, value))
}

// goTypes lowers F[A, B] where nothing tells whether it is a call of it.
func goTypes(l *lowering, n treesitter.Node) *Node {
	of := n.Child("type")
	i := l.node(Index, n, as(AnObject, l.one(of)))
	for c := range n.Children() {
		if c != of {
			i.add(l.all(c)...)
		}
	}
	return i
}

// goSlice lowers a[i:j:k].
func goSlice(l *lowering, n treesitter.Node) *Node {
	bound := func(field string) *Node {
		if c := n.Child(field); c.Exists() {
			return l.one(c)
		}
		return l.node(Empty, n.Of(":"))
	}
	s := l.node(Slice, n, bound("start"), bound("end"))
	if open, end := n.Of("["), n.Of("]"); open.Exists() && end.Exists() {
		s.Start, s.End = open.End(), end.Start()
	}
	if n.Child("capacity").Exists() {
		s.add(bound("capacity"))
	}
	return l.node(Index, n, as(AnObject, l.one(n.Child("operand"))), s)
}

// goString lowers strings and runes.
func goString(l *lowering, n treesitter.Node) *Node {
	source := l.source(n)
	if text, err := strconv.Unquote(source); err == nil {
		return l.texted(String, n, text)
	}
	return l.texted(String, n, strings.Trim(source, "\"`'"))
}
