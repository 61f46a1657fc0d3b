package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// cExpr lowers expressions; nil where it is none.
func cExpr(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "identifier", "field_identifier", "statement_identifier", "namespace_identifier", "this", "preproc_defined":
		return l.name(n)
	case "number_literal":
		return l.texted(Number, n, l.source(n))
	case "string_literal", "raw_string_literal", "char_literal", "system_lib_string":
		return cString(l, n)
	case "concatenated_string":
		return cJoined(l, n)
	case "true", "false":
		return l.texted(Bool, n, n.Type())
	case "null":
		return l.texted(Null, n, l.source(n))
	case "parenthesized_expression":
		return l.one(n.First())
	case "assignment_expression":
		return l.texted(Assign, n, l.source(n.Child("operator")), as(ALeft, l.one(n.Child("left"))), as(ARight, l.one(n.Child("right"))))
	case "binary_expression":
		return l.binary(n, cOperator(l.source(n.Child("operator"))))
	case "comma_expression":
		return l.texted(Other, n, ",", l.one(n.Child("left")), l.one(n.Child("right")))
	case "unary_expression", "pointer_expression":
		return l.texted(Unary, n, cOperator(l.source(n.Child("operator"))), as(AValue, l.one(n.Child("argument"))))
	case "update_expression":
		u := l.texted(Unary, n, l.source(n.Child("operator")), as(AValue, l.one(n.Child("argument"))))
		if n.Child("operator").Start() > n.Child("argument").Start() {
			u.Flags |= Postfix
		}
		return u
	case "cast_expression":
		return l.node(Cast, n, as(AType, l.one(n.Child("type"))), as(AValue, l.one(n.Child("value"))))
	case "conditional_expression":
		return l.node(Cond, n, as(ATest, l.one(n.Child("condition"))), as(AThen, l.one(n.Child("consequence"))), as(AnElse, l.one(n.Child("alternative"))))
	case "call_expression":
		return cCall(l, n)
	case "field_expression":
		return cField(l, n)
	case "subscript_expression":
		i := l.node(Index, n, as(AnObject, l.one(n.Child("argument"))))
		i.add(l.one(n.Child("index")))
		i.add(l.each(n.Child("indices"))...)
		return i
	case "sizeof_expression", "alignof_expression", "offsetof_expression":
		return l.node(Call, n, append([]*Node{as(ACallee, cWord(l, n))}, l.each(n)...)...)
	case "compound_literal_expression":
		return l.node(New, n, append([]*Node{as(ACallee, l.one(n.Child("type")))}, l.each(n.Child("value"))...)...)
	case "initializer_list":
		return cList(l, n)
	case "initializer_pair":
		return cPair(l, n)
	case "field_designator":
		return l.one(n.First())
	case "subscript_designator":
		return l.node(Index, n, l.each(n)...)
	}
	return nil
}

// cOperator gives the usual sign of an operator that is written as a word.
func cOperator(operator string) string {
	switch operator {
	case "and":
		return "&&"
	case "or":
		return "||"
	case "not":
		return "!"
	}
	return operator
}

// cWord is the word that something begins with: sizeof.
func cWord(l *lowering, n treesitter.Node) *Node {
	for c := range n.All() {
		if !c.Named() {
			return l.name(c)
		}
	}
	return nil
}

// cCall lowers a call; static_cast<T>(x) and its like are casts.
func cCall(l *lowering, n treesitter.Node) *Node {
	callee := n.Child("function")
	arguments := l.each(n.Child("arguments"))
	if callee.Type() == "template_function" && strings.HasSuffix(l.source(callee.Child("name")), "_cast") && len(arguments) == 1 {
		if kinds := l.each(callee.Child("arguments")); len(kinds) == 1 {
			return l.texted(Cast, n, l.source(callee.Child("name")), as(AType, kinds[0]), as(AValue, arguments[0]))
		}
	}
	return l.node(Call, n, append([]*Node{as(ACallee, l.one(callee))}, arguments...)...)
}

// cField lowers a.b and a->b, with arguments of types.
func cField(l *lowering, n treesitter.Node) *Node {
	field := n.Child("field")
	m := l.texted(Member, n, ".", as(AnObject, l.one(n.Child("argument"))))
	if field.Type() == "template_method" {
		m.add(as(AField, l.name(field.Child("name"))))
		m.add(javaTypeArgs(l, field.Child("arguments"))...)
		return m
	}
	m.add(as(AField, l.one(field)))
	return m
}

// cList lowers what stands in braces: a Dict where its parts have names.
func cList(l *lowering, n treesitter.Node) *Node {
	list := l.node(List, n, l.each(n)...)
	list.Flags |= Braced
	for _, k := range list.Kids {
		if k.Kind == Pair {
			list.Kind = Dict
		}
	}
	return list
}

// cPair lowers ".a = b" and "[1] = b" to a Pair; ".a.b = c" has a Member for its key.
func cPair(l *lowering, n treesitter.Node) *Node {
	var key *Node
	value := n.Child("value")
	for c := range n.Children() {
		if c == value {
			continue
		}
		part := l.one(c)
		switch {
		case key == nil || part == nil:
			key = part
		case part.Kind == Index:
			part.Kids = append([]*Node{as(AnObject, key)}, part.Kids...)
			part.Start, key = key.Start, part
		default:
			at := key
			key = l.texted(Member, c, ".", as(AnObject, at), as(AField, part))
			key.Start = at.Start
		}
	}
	return l.node(Pair, n, as(AKey, key), as(AValue, l.one(value)))
}

// cString lowers strings and characters, whatever letters they are of.
func cString(l *lowering, n treesitter.Node) *Node {
	source := l.source(n)
	if n.Type() == "system_lib_string" {
		return l.texted(String, n, strings.Trim(source, "<>"))
	}
	if n.Type() == "raw_string_literal" {
		return l.texted(String, n, l.source(n.Of("raw_string_content")))
	}
	var b strings.Builder
	for c := range n.All() {
		switch c.Type() {
		case "escape_sequence":
			b.WriteString(unescape(l.source(c), "abfnrtv0\\'\"?"))
		case "string_content", "character":
			b.WriteString(l.source(c))
		}
	}
	s := l.texted(String, n, b.String())
	if n.Type() == "char_literal" {
		s.Flags |= Braced
	}
	return s
}

// cJoined lowers strings that stand side by side: with macros among them they are a Template.
func cJoined(l *lowering, n treesitter.Node) *Node {
	var parts []*Node
	for c := range n.Children() {
		parts = append(parts, l.all(c)...)
	}
	return l.joined(n, parts)
}
