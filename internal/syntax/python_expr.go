package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// pythonExpr lowers expressions; nil where it is none.
func pythonExpr(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "identifier", "dotted_name", "keyword_identifier":
		return pythonName(l, n)
	case "integer", "float":
		return l.texted(Number, n, l.source(n))
	case "true", "false":
		return l.texted(Bool, n, n.Type())
	case "none":
		return l.texted(Null, n, "None")
	case "ellipsis":
		return l.texted(Other, n, "...")
	case "string":
		return pythonString(l, n)
	case "concatenated_string":
		several := l.joined(n, l.each(n))
		several.Flags |= Postfix
		return several
	case "call":
		return l.node(Call, n, append([]*Node{as(ACallee, l.one(n.Child("function")))}, pythonArgs(l, n.Child("arguments"))...)...)
	case "keyword_argument":
		return l.texted(Keyword, n, l.source(n.Child("name")), as(AValue, l.one(n.Child("value"))))
	case "list_splat", "list_splat_pattern":
		return l.texted(Spread, n, "*", as(AValue, l.one(n.First())))
	case "dictionary_splat", "dictionary_splat_pattern":
		return l.texted(Spread, n, "**", as(AValue, l.one(n.First())))
	case "attribute":
		return l.member(n, n.Child("object"), n.Child("attribute"))
	case "subscript":
		return pythonIndex(l, n)
	case "slice":
		return pythonSlice(l, n)
	case "binary_operator":
		return l.binary(n, l.source(n.Child("operator")))
	case "boolean_operator":
		return l.binary(n, map[string]string{"and": "&&", "or": "||"}[l.source(n.Child("operator"))])
	case "comparison_operator":
		return pythonCompare(l, n)
	case "unary_operator":
		return l.texted(Unary, n, l.source(n.Child("operator")), as(AValue, l.one(n.Child("argument"))))
	case "not_operator":
		return l.texted(Unary, n, "!", as(AValue, l.one(n.Child("argument"))))
	case "parenthesized_expression", "as_pattern_target", "type", "parenthesized_list_splat":
		return l.one(n.First())
	case "as_pattern":
		return pythonAs(l, n)
	case "assignment", "augmented_assignment", "named_expression":
		return pythonAssign(l, n)
	case "conditional_expression":
		return pythonCond(l, n)
	case "lambda":
		return pythonLambda(l, n)
	case "await":
		return l.node(Await, n, as(AValue, l.one(n.First())))
	case "yield":
		return l.node(Yield, n, as(AValue, pythonList(l, n)))
	}
	return pythonCollection(l, n)
}

// pythonCollection lowers what holds several things.
func pythonCollection(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "list", "list_pattern":
		return l.node(List, n, l.each(n)...)
	case "tuple", "tuple_pattern", "expression_list", "pattern_list":
		return l.node(Tuple, n, l.each(n)...)
	case "set":
		return l.node(Set, n, l.each(n)...)
	case "dictionary":
		return l.node(Dict, n, l.each(n)...)
	case "pair":
		return l.node(Pair, n, as(AKey, l.one(n.Child("key"))), as(AValue, l.one(n.Child("value"))))
	case "list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression":
		return pythonComprehension(l, n)
	}
	return nil
}

// pythonName lowers a name; one with dots is a chain of Members.
func pythonName(l *lowering, n treesitter.Node) *Node {
	if n.Type() != "dotted_name" {
		return l.name(n)
	}
	var out *Node
	for c := range n.Children() {
		if out == nil {
			out = l.name(c)
			continue
		}
		out = l.texted(Member, n, ".", as(AnObject, out), as(AField, l.name(c)))
	}
	return out
}

func pythonArgs(l *lowering, n treesitter.Node) []*Node {
	if !n.Exists() {
		return nil
	}
	if n.Type() == "generator_expression" { // f(x for x in y)
		return l.all(n)
	}
	return l.each(n)
}

func pythonIndex(l *lowering, n treesitter.Node) *Node {
	i := l.node(Index, n, as(AnObject, l.one(n.Child("value"))))
	for c := range n.All() {
		if c.Field() == "subscript" {
			i.add(l.one(c))
		}
	}
	return i
}

// pythonSlice lowers a:b:c, where any may be missing.
func pythonSlice(l *lowering, n treesitter.Node) *Node {
	s := l.node(Slice, n)
	var last *Node
	for c := range n.All() {
		switch {
		case c.Type() == ":":
			if last == nil {
				last = l.node(Empty, c)
			}
			s.add(last)
			last = nil
		case !c.Extra():
			last = l.one(c)
		}
	}
	s.add(last)
	return s
}

// pythonCompare lowers a < b < c to a < b && b < c.
func pythonCompare(l *lowering, n treesitter.Node) *Node {
	var operands []*Node
	var operators []string
	for c := range n.All() {
		switch {
		case c.Extra():
		case c.Field() == "operators":
			operators = append(operators, strings.Join(strings.Fields(l.source(c)), " "))
		default:
			operands = append(operands, l.one(c))
		}
	}
	if len(operands) < 2 || len(operators) != len(operands)-1 {
		return l.node(Tuple, n, operands...)
	}
	var out *Node
	for i, operator := range operators {
		left, right := *operands[i], *operands[i+1]
		left.Role, right.Role = ALeft, ARight
		one := l.texted(Binary, n, operator, &left, &right)
		if out != nil {
			one = l.texted(Binary, n, "&&", as(ALeft, out), as(ARight, one))
		}
		out = one
	}
	return out
}

func pythonAssign(l *lowering, n treesitter.Node) *Node {
	left, right, operator := n.Child("left"), n.Child("right"), "="
	switch n.Type() {
	case "augmented_assignment":
		operator = l.source(n.Child("operator"))
	case "named_expression":
		left, right = n.Child("name"), n.Child("value")
	}
	return l.texted(Assign, n, operator, as(ALeft, l.one(left)), as(AType, l.one(n.Child("type"))), as(ARight, l.one(right)))
}

// pythonCond lowers "a if b else c".
func pythonCond(l *lowering, n treesitter.Node) *Node {
	parts := l.each(n)
	if len(parts) != 3 {
		return l.node(Tuple, n, parts...)
	}
	return l.node(Cond, n, as(AThen, parts[0]), as(ATest, parts[1]), as(AnElse, parts[2]))
}

func pythonLambda(l *lowering, n treesitter.Node) *Node {
	body := n.Child("body")
	f := l.node(Func, n, as(SomeParams, pythonParams(l, n.Child("parameters"))))
	if f.Kid(SomeParams) == nil {
		f.add(as(SomeParams, l.node(Params, n)))
	}
	if body.Exists() {
		f.add(as(ABody, l.node(Block, body, l.node(Return, body, as(AValue, l.one(body))))))
	}
	f.Flags |= Arrow
	return f
}

func pythonComprehension(l *lowering, n treesitter.Node) *Node {
	kind := map[string]string{"list_comprehension": "list", "set_comprehension": "set", "dictionary_comprehension": "dict", "generator_expression": "generator"}[n.Type()]
	c := l.texted(Comprehension, n, kind, as(AValue, l.one(n.Child("body"))))
	for part := range n.Children() {
		switch part.Type() {
		case "for_in_clause":
			c.add(l.node(ForEach, part, as(ALeft, l.one(part.Child("left"))), as(ARight, l.one(part.Child("right")))))
		case "if_clause":
			c.add(l.node(If, part, as(ATest, l.one(part.First()))))
		}
	}
	return c
}

// pythonString lowers a string: a Template where expressions may stand in it.
func pythonString(l *lowering, n treesitter.Node) *Node {
	prefix := strings.ToLower(l.source(n.Of("string_start")))
	raw := strings.Contains(strings.TrimRight(prefix, `"'`), "r")
	var parts []*Node
	var text strings.Builder
	var last treesitter.Node // of the text
	end := func() {
		if text.Len() > 0 {
			parts = append(parts, l.texted(String, last, text.String()))
			text.Reset()
		}
	}
	for c := range n.Children() {
		switch c.Type() {
		case "string_content":
			last = c
			l.pieces(c, func(piece string, escape bool) {
				if escape && !raw {
					piece = unescape(piece, pythonEscapes)
				}
				text.WriteString(piece)
			})
		case "interpolation":
			end()
			if e := l.one(c.Child("expression")); e != nil {
				parts = append(parts, e)
			}
		}
	}
	end()
	switch {
	case strings.Contains(strings.TrimRight(prefix, `"'`), "f"):
		return l.node(Template, n, parts...)
	case len(parts) == 0:
		return l.texted(String, n, "")
	case len(parts) == 1 && parts[0].Kind == String:
		parts[0].Start, parts[0].End = n.Start(), n.End()
		return parts[0]
	}
	return l.node(Template, n, parts...)
}

const pythonEscapes = `abfnrtv\'"`
