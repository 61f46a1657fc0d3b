package syntax

import (
	"strings"
	"unicode/utf8"

	"github.com/reevehq/reeve/internal/treesitter"
)

// kotlinExpr lowers expressions; nil where it is none.
func kotlinExpr(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "identifier":
		return kotlinWord(l, n)
	case "this_expression", "super_expression":
		word, _, _ := strings.Cut(l.source(n), "@")
		word, _, _ = strings.Cut(word, "<")
		return l.texted(Name, n, word)
	case "number_literal", "float_literal":
		return l.texted(Number, n, l.source(n))
	case "string_literal", "multiline_string_literal", "character_literal":
		return kotlinString(l, n)
	case "parenthesized_expression":
		return l.one(n.First())
	case "assignment":
		return l.texted(Assign, n, l.source(n.Child("operator")), as(ALeft, l.one(n.Child("left"))), as(ARight, l.one(n.Child("right"))))
	case "binary_expression":
		return l.binary(n, l.source(n.Child("operator")))
	case "in_expression":
		return l.binary(n, kotlinNot(n, "in"))
	case "is_expression":
		return l.binary(n, kotlinNot(n, "is"))
	case "range_test":
		return l.texted(Unary, n, kotlinNot(n, "in"), as(AValue, l.one(n.First())))
	case "type_test":
		return l.texted(Unary, n, kotlinNot(n, "is"), as(AValue, l.one(n.First())))
	case "as_expression":
		return l.node(Cast, n, as(AValue, l.one(n.Child("left"))), as(AType, l.one(n.Child("right"))))
	case "unary_expression":
		return kotlinUnary(l, n)
	case "annotated_expression":
		return kotlinAnnotated(l, n)
	case "spread_expression":
		return l.texted(Spread, n, "*", as(AValue, l.one(n.First())))
	case "infix_expression":
		return kotlinInfix(l, n)
	case "range_expression":
		operator := ".."
		if n.Has("..<") {
			operator = "..<"
		}
		parts := l.each(n)
		if len(parts) != 2 {
			return nil
		}
		return l.texted(Binary, n, operator, as(ALeft, parts[0]), as(ARight, parts[1]))
	case "collection_literal":
		return l.node(List, n, l.each(n)...)
	case "lambda_literal", "anonymous_function":
		return kotlinLambda(l, n)
	case "multi_variable_declaration":
		return kotlinTuple(l, n)
	case "object_literal":
		return kotlinObject(l, n)
	}
	return kotlinAccess(l, n)
}

// kotlinWord lowers a name, and the words that the grammar takes for names.
func kotlinWord(l *lowering, n treesitter.Node) *Node {
	switch word := l.source(n); word {
	case "true", "false":
		return l.texted(Bool, n, word)
	case "null":
		return l.texted(Null, n, word)
	case "break":
		return l.node(Break, n)
	case "continue":
		return l.node(Continue, n)
	default:
		return l.texted(Name, n, strings.Trim(word, "`"))
	}
}

// kotlinNot is an operator, or that with "not" before it where it is written with "!".
func kotlinNot(n treesitter.Node, operator string) string {
	if n.Has("!" + operator) {
		return "not " + operator
	}
	return operator
}

// kotlinAccess lowers calls, objects and their parts.
func kotlinAccess(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "call_expression":
		return kotlinCall(l, n)
	case "value_argument":
		return kotlinArgument(l, n)
	case "annotated_lambda":
		return l.one(n.Of("lambda_literal"))
	case "navigation_expression":
		return kotlinMember(l, n)
	case "callable_reference":
		return kotlinReference(l, n)
	case "index_expression":
		parts := l.each(n)
		if len(parts) > 0 {
			parts[0].Role = AnObject
		}
		return l.node(Index, n, parts...)
	}
	return nil
}

// kotlinCall lowers a call; a lambda behind it is its last argument.
func kotlinCall(l *lowering, n treesitter.Node) *Node {
	call := l.node(Call, n)
	for c := range n.Children() {
		switch c.Type() {
		case "type_arguments":
			call.add(javaTypeArgs(l, c)...)
		case "value_arguments":
			call.add(l.each(c)...)
		case "annotated_lambda":
			call.add(l.one(c))
		default:
			call.add(as(ACallee, l.one(c)))
		}
	}
	return call
}

// kotlinArgument lowers "a", "name = a" and "*a".
func kotlinArgument(l *lowering, n treesitter.Node) *Node {
	var parts []treesitter.Node
	for c := range n.Children() {
		parts = append(parts, c)
	}
	if len(parts) == 0 {
		return nil
	}
	value := l.one(parts[len(parts)-1])
	if star := n.Of("*"); star.Exists() && value != nil {
		value = l.texted(Spread, n, "*", as(AValue, value))
		value.Start = star.Start()
	}
	if len(parts) == 2 && n.Has("=") {
		return l.texted(Keyword, n, l.source(parts[0]), as(AValue, value))
	}
	return value
}

func kotlinMember(l *lowering, n treesitter.Node) *Node {
	m := l.texted(Member, n, ".")
	for c := range n.Children() {
		if m.Kid(AnObject) == nil {
			m.add(as(AnObject, l.one(c)))
		} else {
			m.add(as(AField, l.texted(Name, c, strings.Trim(l.source(c), "`"))))
		}
	}
	switch {
	case n.Has("?."):
		m.Flags |= Optional
	case n.Has("::"):
		m.Flags |= Braced
	}
	return m
}

// kotlinReference lowers A::b and ::b.
func kotlinReference(l *lowering, n treesitter.Node) *Node {
	var parts []*Node
	for c := range n.All() {
		if c.Named() && !c.Extra() || c.Type() == "class" {
			parts = append(parts, l.texted(Name, c, l.source(c)))
			if c.Type() != "class" && c.Type() != "identifier" {
				parts[len(parts)-1] = l.one(c)
			}
		}
	}
	if len(parts) != 2 {
		return javaTogether(l, parts)
	}
	m := l.texted(Member, n, ".", as(AnObject, parts[0]), as(AField, parts[1]))
	m.Flags |= Braced
	return m
}

// kotlinInfix lowers "a to b" to the call of a.to(b) that it is.
func kotlinInfix(l *lowering, n treesitter.Node) *Node {
	var parts []treesitter.Node
	for c := range n.Children() {
		parts = append(parts, c)
	}
	if len(parts) != 3 {
		return nil
	}
	return l.infix(n, parts[0], parts[1], parts[2])
}

// infix lowers "a operator b" to the call of a.operator(b).
func (l *lowering) infix(n, left, operator, right treesitter.Node) *Node {
	of := l.texted(Member, left, ".", as(AnObject, l.one(left)), as(AField, l.name(operator)))
	of.End = operator.End()
	return l.node(Call, n, as(ACallee, of), l.one(right))
}

// kotlinUnary lowers operators with one operand; "x!!" only says that x is not null.
func kotlinUnary(l *lowering, n treesitter.Node) *Node {
	operator, value := n.Child("operator"), l.one(n.Child("argument"))
	if l.source(operator) == "!!" {
		return value
	}
	u := l.texted(Unary, n, l.source(operator), as(AValue, value))
	if operator.Start() > n.Start() {
		u.Flags |= Postfix
	}
	return u
}

// kotlinAnnotated leaves out what stands before an expression. An annotation that stands alone, as in a pattern, is one with its argument in brackets.
func kotlinAnnotated(l *lowering, n treesitter.Node) *Node {
	annotation := n.Of("annotation")
	for c := range n.Children() {
		if c.Type() == "annotation" {
			continue
		}
		out := l.one(c)
		if kind := annotation.Of("user_type"); c.Type() == "parenthesized_expression" && kind.Exists() && kind.End() == c.Start() {
			return l.node(Decorator, n, as(AValue, l.node(Call, n, as(ACallee, l.one(kind)), out)))
		}
		return out
	}
	return nil
}

// kotlinLambda lowers { a, b -> … } and fun(a: A): B { … }.
func kotlinLambda(l *lowering, n treesitter.Node) *Node {
	if n.Type() == "anonymous_function" {
		f := kotlinFunc(l, n, "")
		f.Flags |= Arrow
		return f
	}
	f := l.node(Func, n)
	f.Flags |= Arrow
	body := l.node(Block, n)
	body.Start = n.Start() + 1
	if l.text[n.End()-1] == '}' {
		body.End = max(body.Start, n.End()-1)
	}
	for c := range n.Children() {
		if c.Type() != "lambda_parameters" {
			body.add(l.all(c)...)
			continue
		}
		params := l.node(Params, c)
		for p := range c.Children() {
			one := l.node(Param, p)
			if p.Type() == "variable_declaration" {
				kotlinNamed(l, p, one)
				as(AName, one.Kid(ALeft))
			} else {
				one.add(as(AName, l.one(p)))
			}
			params.add(one)
		}
		f.add(as(SomeParams, params))
		body.Start = c.End()
	}
	f.add(as(ABody, body))
	return f
}

func kotlinTuple(l *lowering, n treesitter.Node) *Node {
	t := l.node(Tuple, n)
	for c := range n.Children() {
		if c.Type() == "variable_declaration" {
			t.add(l.one(kotlinName(c)))
		}
	}
	return t
}

// kotlinObject lowers object : T(…) { … } to a New with a Body, as an anonymous class is.
func kotlinObject(l *lowering, n treesitter.Node) *Node {
	made := l.node(New, n)
	if first := n.Of("delegation_specifiers").First().First(); first.Exists() {
		kind := first
		if first.Type() == "constructor_invocation" {
			kind = first.First()
			made.add(as(ACallee, l.one(kind)))
			made.add(l.each(first.Of("value_arguments"))...)
		} else {
			made.add(as(ACallee, l.one(kind)))
		}
	}
	made.add(as(ABody, l.one(n.Of("class_body"))))
	return made
}

// kotlinString lowers strings and characters: a Template where expressions stand in one.
func kotlinString(l *lowering, n treesitter.Node) *Node {
	t := l.node(Template, n)
	for c := range n.Children() {
		switch c.Type() {
		case "interpolation":
			t.add(l.one(c.First()))
		case "escape_sequence":
			t.add(l.texted(String, c, unescape(l.source(c), `bnrt'"\$`)))
		default:
			t.add(kotlinDollar(l, c, t)...)
		}
	}
	if n.Type() == "character_literal" {
		s := l.texted(String, n, strings.Trim(l.source(n), "'"))
		if len(t.Kids) == 1 {
			s.Text = t.Kids[0].Text
		}
		s.Flags |= Braced
		return s
	}
	return l.pieced(n, t)
}

// kotlinDollar lowers a piece of text: behind a dollar sign, which the grammar takes for a piece of its own, it begins with a name.
func kotlinDollar(l *lowering, n treesitter.Node, before *Node) []*Node {
	text := l.source(n)
	end := 0
	for end < len(text) && (isWord(text[end]) || text[end] == '_' || text[end] >= utf8.RuneSelf) {
		end++
	}
	last := len(before.Kids) - 1
	if last < 0 || end == 0 || text[0] >= '0' && text[0] <= '9' || before.Kids[last].Kind != String || before.Kids[last].Text != "$" || l.text[before.Kids[last].Start] != '$' {
		return []*Node{l.texted(String, n, text)}
	}
	before.Kids = before.Kids[:last]
	name, rest := l.texted(Name, n, text[:end]), l.texted(String, n, text[end:])
	name.End = n.Start() + end
	if rest.Start = name.End; rest.Text == "" {
		return []*Node{name}
	}
	return []*Node{name, rest}
}

// pieced joins the texts of a Template that stand side by side; it is a String where there is nothing else.
func (l *lowering) pieced(n treesitter.Node, t *Node) *Node {
	var out []*Node
	for _, k := range t.Kids {
		if last := len(out) - 1; k.Kind == String && last >= 0 && out[last].Kind == String && out[last].End == k.Start {
			out[last].Text += k.Text
			out[last].End = k.End
			continue
		}
		out = append(out, k)
	}
	if len(out) == 0 {
		return l.texted(String, n, "")
	}
	if len(out) == 1 && out[0].Kind == String {
		out[0].Start, out[0].End = n.Start(), n.End()
		return out[0]
	}
	t.Kids = out
	return t
}
