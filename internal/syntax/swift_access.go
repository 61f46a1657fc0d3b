package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// swiftAccess lowers calls, objects and their parts, and closures; nil where it is nothing of that.
func swiftAccess(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "call_expression":
		return swiftCall(l, n)
	case "constructor_expression":
		call := l.node(Call, n, as(ACallee, l.one(n.Child("constructed_type"))))
		call.add(swiftSuffix(l, n.Of("constructor_suffix"))...)
		return call
	case "macro_invocation":
		name := n.Of("simple_identifier")
		callee := l.texted(Name, n, "#"+l.source(name))
		callee.End = name.End()
		return l.node(Call, n, append([]*Node{as(ACallee, callee)}, swiftSuffix(l, n.Of("call_suffix"))...)...)
	case "availability_condition", "selector_expression", "key_path_string_expression":
		word, _, _ := strings.Cut(l.source(n), "(")
		callee := l.texted(Name, n, strings.Join(strings.Fields(word), ""))
		callee.End = n.Start() + len(word)
		return l.node(Call, n, append([]*Node{as(ACallee, callee)}, l.each(n)...)...)
	case "navigation_expression":
		return swiftMember(l, n)
	case "key_path_expression":
		return swiftKeyPath(l, n)
	case "special_literal", "playground_literal":
		return l.name(n)
	case "value_argument":
		return swiftArgument(l, n)
	case "lambda_literal":
		return swiftClosure(l, n)
	}
	return nil
}

// swiftCall lowers a call, and with square brackets an element; "defer" is a Block.
func swiftCall(l *lowering, n treesitter.Node) *Node {
	callee, suffix := n.First(), n.Of("call_suffix")
	for c := range n.All() {
		if c.Type() == "nil" {
			callee = c
		}
		break
	}
	arguments := suffix.Of("value_arguments")
	if callee.Type() == "bang" && len(swiftArguments(l, arguments)) == 1 { // "!(a)" is a call to the grammar
		return l.texted(Unary, n, "!", as(AValue, swiftArguments(l, arguments)[0]))
	}
	optional := n.Has("?")
	if arguments.Has("[") {
		x := l.node(Index, n, append([]*Node{as(AnObject, l.one(callee))}, swiftArguments(l, arguments)...)...)
		if optional {
			x.Flags |= Optional
		}
		return lifted(x)
	}
	if closure := suffix.Of("lambda_literal"); l.source(callee) == "defer" && closure.Exists() && !arguments.Exists() {
		return marked(n, swiftBody(l, closure.Of("statements")), as(AModifier, l.texted(Modifier, callee, "defer")))
	}
	call := l.node(Call, n, as(ACallee, l.one(callee)))
	call.add(swiftSuffix(l, suffix)...)
	if optional {
		call.Flags |= Optional
	}
	return lifted(call)
}

// lifted puts the operator before what a call, member or element begins with before all of it, as the language does and the grammar does not: "!a.b".
func lifted(x *Node) *Node {
	if len(x.Kids) == 0 {
		return x
	}
	of := x.Kids[0]
	if of.Kind != Unary || of.Flags&Postfix != 0 || of.Text == `\` || of.Start != x.Start || (of.Role != AnObject && of.Role != ACallee) {
		return x
	}
	value := of.Kid(AValue)
	if value == nil {
		return x
	}
	x.Kids[0], x.Start = as(of.Role, value), value.Start
	of.Role, of.End, of.Kids = Each, x.End, []*Node{as(AValue, x)}
	return of
}

// swiftSuffix lowers the arguments of a call, with the closures behind it.
func swiftSuffix(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	var label treesitter.Node
	for c := range n.All() {
		switch {
		case c.Type() == "value_arguments":
			out = append(out, swiftArguments(l, c)...)
		case c.Field() == "name":
			label = c
		case c.Type() == "lambda_literal":
			x := l.one(c)
			if label.Exists() && x != nil {
				k := l.texted(Keyword, c, l.source(label), as(AValue, x))
				k.Start, x = label.Start(), k
			}
			label = treesitter.Node{}
			if x != nil {
				out = append(out, x)
			}
		}
	}
	return out
}

func swiftArguments(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	for c := range n.Children() {
		out = append(out, l.all(c)...)
	}
	return out
}

// swiftArgument lowers "a" and "label: a". A label alone, as in the name of a function, is a Name.
func swiftArgument(l *lowering, n treesitter.Node) *Node {
	label, value := n.Child("name"), n.Child("value")
	if !value.Exists() {
		parts := l.each(n)
		if len(parts) == 1 {
			return parts[0]
		}
		return l.name(n)
	}
	x := l.one(value)
	if !label.Exists() || x == nil || x.Text == ellipsisWord && l.source(label) == ellipsisWord {
		return x
	}
	return l.texted(Keyword, n, strings.Trim(l.source(label), "`"), as(AValue, x))
}

func swiftMember(l *lowering, n treesitter.Node) *Node {
	suffix := n.Child("suffix")
	field := suffix.Child("suffix")
	target := n.First()
	of := l.one(target)
	if target.Type() == "bang" { // "!.a"
		of = l.node(Empty, target)
		of.Start = of.End
	}
	m := l.texted(Member, n, ".", as(AnObject, of), as(AField, l.texted(Name, field, strings.Trim(l.source(field), "`"))))
	if n.Has("?") {
		m.Flags |= Optional
	}
	if target.Type() == "bang" {
		m.Start = target.End()
		return l.texted(Unary, n, "!", as(AValue, m))
	}
	return lifted(m)
}

// swiftKeyPath lowers "\A": what follows is a part of it. "\.a" is about something that is not said.
func swiftKeyPath(l *lowering, n treesitter.Node) *Node {
	of := l.one(n.First())
	if of == nil {
		of = l.node(Empty, n)
		of.Start = of.End
	}
	return l.texted(Unary, n, `\`, as(AValue, of))
}

// swiftClosure lowers { [captures] (a: A) -> B in … }. What it captures by another name is declared in front of its body.
func swiftClosure(l *lowering, n treesitter.Node) *Node {
	f := l.node(Func, n)
	f.Flags |= Arrow
	body := l.node(Block, n)
	body.Start = n.Start() + 1
	for c := range n.All() {
		if c.Type() == "}" {
			body.End = max(body.Start, c.Start())
		}
	}
	for c := range n.Children() {
		switch c.Type() {
		case "attribute":
			f.add(as(ADecorator, swiftAttribute(l, c)))
		case "capture_list":
			body.add(swiftCaptures(l, c)...)
		case "lambda_function_type":
			swiftSignature(l, c, f)
			if len(body.Kids) == 0 {
				body.Start = c.End()
			}
		case "statements":
			body.add(swiftStatements(l, c)...)
		}
	}
	f.add(as(ABody, body))
	return f
}

// swiftSignature adds the parameters and the result of a closure.
func swiftSignature(l *lowering, n treesitter.Node, f *Node) {
	for c := range n.Children() {
		switch c.Type() {
		case "lambda_function_type_parameters":
			params := l.node(Params, c)
			for p := range c.Children() {
				params.add(swiftParam(l, p))
			}
			f.add(as(SomeParams, params))
		case "throws":
		default:
			f.add(as(AResult, l.one(c)))
		}
	}
}

func swiftCaptures(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	for c := range n.Children() {
		name, value := c.Child("name"), c.Child("value")
		if !name.Exists() || !value.Exists() {
			continue
		}
		a := l.texted(Assign, c, "=", as(ALeft, l.one(name)), as(ARight, l.one(value)))
		a.Flags = Declares
		out = append(out, l.statement(c, a))
	}
	return out
}
