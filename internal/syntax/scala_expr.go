package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// scalaExpr lowers expressions; nil where it is none.
func scalaExpr(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "identifier", "operator_identifier", "wildcard":
		return l.texted(Name, n, strings.Trim(l.source(n), "`"))
	case "integer_literal", "floating_point_literal":
		return l.texted(Number, n, l.source(n))
	case "boolean_literal":
		return l.texted(Bool, n, l.source(n))
	case "null_literal":
		return l.texted(Null, n, "null")
	case "string", "character_literal", "interpolated_string_expression":
		return scalaString(l, n)
	case "unit":
		return l.node(Tuple, n)
	case "tuple_expression", "tuple_pattern", "named_tuple_pattern", "identifiers":
		return l.node(Tuple, n, l.each(n)...)
	case "parenthesized_expression":
		return l.one(n.First())
	case "assignment_expression":
		return scalaAssign(l, n)
	case "infix_expression":
		return scalaInfix(l, n)
	case "postfix_expression":
		return scalaPostfix(l, n)
	case "prefix_expression":
		operator := treesitter.Node{}
		for c := range n.All() {
			operator = c
			break
		}
		return l.texted(Unary, n, l.source(operator), as(AValue, l.one(n.First())))
	case "ascription_expression":
		return scalaAscription(l, n)
	case "lambda_expression":
		return scalaLambda(l, n)
	case "call_expression":
		return scalaCall(l, n)
	case "generic_function":
		of := l.one(n.Child("function"))
		if of != nil {
			of.End = n.End()
			of.add(javaTypeArgs(l, n.Child("type_arguments"))...)
		}
		return of
	case "field_expression":
		return l.texted(Member, n, ".", as(AnObject, l.one(n.Child("value"))), as(AField, l.one(n.Child("field"))))
	case "instance_expression":
		return scalaNew(l, n)
	}
	return scalaPattern(l, n)
}

// scalaPattern lowers what takes values apart: "x: T" is a Param, "T(a, b)" a Call as it looks.
func scalaPattern(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "typed_pattern":
		return l.node(Param, n, as(AName, l.one(n.Child("pattern"))), as(AType, l.one(n.Child("type"))))
	case "case_class_pattern":
		call := l.node(Call, n)
		for c := range n.Children() {
			if c.Field() == "type" {
				call.add(as(ACallee, l.one(c)))
			} else {
				call.add(l.one(c))
			}
		}
		return call
	case "named_pattern":
		parts := l.each(n)
		if len(parts) != 2 {
			return nil
		}
		return l.texted(Keyword, n, parts[0].Text, as(AValue, parts[1]))
	case "infix_pattern":
		return l.binary(n, l.source(n.Child("operator")))
	case "alternative_pattern":
		parts := l.each(n)
		if len(parts) != 2 {
			return nil
		}
		return l.texted(Binary, n, "||", as(ALeft, parts[0]), as(ARight, parts[1]))
	case "capture_pattern":
		return l.texted(Binary, n, "@", as(ALeft, l.one(n.Child("name"))), as(ARight, l.one(n.Child("pattern"))))
	case "repeat_pattern":
		return l.texted(Spread, n, "*", as(AValue, l.one(n.Child("pattern"))))
	}
	return nil
}

// scalaAssign lowers "a = b"; among arguments that is one with a name.
func scalaAssign(l *lowering, n treesitter.Node) *Node {
	left, right := n.Child("left"), l.one(n.Child("right"))
	if n.Parent().Type() == "arguments" && left.Type() == "identifier" {
		return l.texted(Keyword, n, l.source(left), as(AValue, right))
	}
	return l.texted(Assign, n, "=", as(ALeft, l.one(left)), as(ARight, right))
}

// scalaInfix lowers "a op b": a Binary, an Assign where op ends with "=" and does not compare, or for a word the call of a.op(b) that it is.
func scalaInfix(l *lowering, n treesitter.Node) *Node {
	left, operator, right := n.Child("left"), n.Child("operator"), n.Child("right")
	word := l.source(operator)
	switch {
	case !right.Exists():
		return nil
	case operator.Type() == "identifier":
		return l.infix(n, left, operator, right)
	case len(word) > 1 && strings.HasSuffix(word, "=") && !strings.ContainsAny(word[:1], "=!<>:"):
		return l.texted(Assign, n, word, as(ALeft, l.one(left)), as(ARight, l.one(right)))
	}
	return l.binary(n, word)
}

// scalaPostfix lowers "a op" to the a.op that it is.
func scalaPostfix(l *lowering, n treesitter.Node) *Node {
	parts := l.each(n)
	if len(parts) != 2 {
		return nil
	}
	return l.texted(Member, n, ".", as(AnObject, parts[0]), as(AField, parts[1]))
}

// scalaAscription lowers "x: T" to a Cast and "x: _*" to a Spread.
func scalaAscription(l *lowering, n treesitter.Node) *Node {
	var parts []treesitter.Node
	for c := range n.Children() {
		parts = append(parts, c)
	}
	if len(parts) != 2 {
		return nil
	}
	value := l.one(parts[0])
	switch parts[1].Type() {
	case "annotation":
		return value
	case "repeated_parameter_type":
		return l.texted(Spread, n, "*", as(AValue, value))
	}
	return l.node(Cast, n, as(AValue, value), as(AType, l.one(parts[1])))
}

// scalaLambda lowers "x => …".
func scalaLambda(l *lowering, n treesitter.Node) *Node {
	f := l.node(Func, n)
	f.Flags |= Arrow
	params := l.node(Params, n)
	arrow := n.Of("=>")
	if !arrow.Exists() {
		arrow = n.Of("?=>")
	}
	var body treesitter.Node
	for c := range n.Children() {
		switch {
		case c.Type() == "type_parameters":
		case arrow.Exists() && c.Start() > arrow.Start():
			body = c
		case c.Type() == "bindings":
			for p := range c.Children() {
				params.add(scalaParam(l, p))
			}
		case c.Field() == "parameters":
			params.add(scalaParam(l, c))
		}
	}
	params.End = arrow.Start()
	f.add(as(SomeParams, params))
	block := scalaBlock(l, body)
	if block != nil && body.Type() != "block" && body.Type() != "indented_block" {
		for i, k := range block.Kids {
			if k.Kind < Block && k.Kind != Other {
				block.Kids[i] = l.node(Return, body, as(AValue, k))
			}
		}
	}
	f.add(as(ABody, block))
	return f
}

// scalaParam lowers a parameter of a lambda, and gives it the type that scalaBlank took out.
func scalaParam(l *lowering, n treesitter.Node) *Node {
	if n.Type() == "binding" {
		name := n.Child("name")
		if !name.Exists() {
			name = n.First()
		}
		return l.node(Param, n, as(AName, l.one(name)), as(AType, l.one(n.Child("type"))))
	}
	p := l.node(Param, n, as(AName, l.one(n)))
	rest := l.text[n.End():n.Parent().End()]
	kind, found := strings.CutPrefix(strings.TrimLeft(rest, " \t\n"), ":")
	if end := strings.IndexAny(kind, "[=\n"); found && end > 0 && strings.TrimSpace(kind[:end]) != "" {
		of := l.texted(Name, n, strings.TrimSpace(kind[:end]))
		of.Start = n.End()
		of.End = n.End() + len(rest) - len(kind) + end
		p.End = of.End
		p.add(as(AType, of))
	}
	return p
}

// scalaCall lowers a call. What stands in curly brackets is its argument: a function, or code that runs when it is asked for, which is a function too.
func scalaCall(l *lowering, n treesitter.Node) *Node {
	function := l.one(n.Child("function"))
	if body := n.Child("arguments"); function != nil && function.Kind == New && body.Type() == "block" { // new A(…) { … }
		function.add(as(ABody, scalaBlock(l, body)))
		function.End = n.End()
		return function
	}
	call := l.node(Call, n, as(ACallee, function))
	switch arguments := n.Child("arguments"); arguments.Type() {
	case "block", "case_block", "colon_argument":
		call.add(scalaByName(l, arguments))
	default:
		call.add(l.each(arguments)...)
	}
	return call
}

func scalaByName(l *lowering, n treesitter.Node) *Node {
	var only treesitter.Node
	count := 0
	for c := range n.Children() {
		only = c
		count++
	}
	if count == 1 && (only.Type() == "lambda_expression" || l.source(only) == ellipsisWord) { // what is only an ellipsis is any argument
		x := l.one(only)
		if x != nil && x.Kind == ExprStmt {
			return as(Each, x.Kid(AValue))
		}
		return x
	}
	f := l.node(Func, n)
	f.Flags |= Arrow
	if n.Type() == "case_block" {
		f.add(as(ABody, l.node(Block, n, l.one(n))))
	} else {
		f.add(as(ABody, l.node(Block, n, l.each(n)...)))
	}
	return f
}

func scalaNew(l *lowering, n treesitter.Node) *Node {
	made := l.node(New, n)
	for c := range n.Children() {
		switch {
		case c.Type() == "template_body":
			made.add(as(ABody, l.one(c)))
		case c.Type() == "arguments":
			made.add(l.each(c)...)
		case made.Kid(ACallee) == nil:
			made.add(as(ACallee, l.one(c)))
		}
	}
	return made
}

// scalaString lowers strings. s"…", f"…" and raw"…" are Templates; any other word before the quotes is called with one.
func scalaString(l *lowering, n treesitter.Node) *Node {
	source := l.source(n)
	switch n.Type() {
	case "character_literal":
		c := l.texted(String, n, javaUnescape(strings.Trim(source, "'")))
		c.Flags |= Braced
		return c
	case "string":
		if strings.HasPrefix(source, `"""`) && len(source) >= 6 {
			return l.texted(String, n, source[3:len(source)-3])
		}
		return l.texted(String, n, javaUnescape(strings.TrimSuffix(strings.TrimPrefix(source, `"`), `"`)))
	}
	word, quoted := n.Child("interpolator"), n.Of("interpolated_string")
	if !quoted.Exists() {
		return l.texted(String, n, source)
	}
	t := scalaTemplate(l, quoted)
	switch l.source(word) {
	case "s", "f", "raw":
		t.Start = n.Start()
		return t
	}
	return l.node(Call, n, as(ACallee, l.one(word)), t)
}

func scalaTemplate(l *lowering, n treesitter.Node) *Node {
	t := l.node(Template, n)
	quotes := 1
	if strings.HasPrefix(l.source(n), `"""`) {
		quotes = 3
	}
	at := min(n.Start()+quotes, n.End())
	text := func(end int) {
		if end > at {
			s := l.texted(String, n, l.text[at:end])
			if quotes == 1 {
				s.Text = javaUnescape(s.Text)
			}
			s.Start, s.End = at, end
			t.add(s)
		}
	}
	for c := range n.Children() {
		if c.Type() == "interpolation" && c.Start() >= at {
			text(c.Start())
			value := l.one(c.First())
			if value != nil && value.Kind == Block {
				value = worth(value)
			}
			t.add(value)
			at = c.End()
		}
	}
	text(max(at, n.End()-quotes))
	return t
}
