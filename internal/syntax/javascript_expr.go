package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// jsExpr lowers expressions and the patterns that take values apart; nil where it is none.
func jsExpr(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "identifier", "property_identifier", "private_property_identifier", "type_identifier", "statement_identifier":
		return jsName(l, n)
	case "this", "super", "undefined", "import", "predefined_type", "this_type":
		return l.name(n)
	case "member_expression", "nested_identifier", "nested_type_identifier":
		return jsMember(l, n)
	case "call_expression":
		return jsCall(l, n)
	case "string":
		return l.texted(String, n, jsText(l, n))
	case "template_string", "template_literal_type":
		return jsTemplate(l, n)
	case "number":
		return l.texted(Number, n, l.source(n))
	case "true", "false":
		return l.texted(Bool, n, n.Type())
	case "null":
		return l.texted(Null, n, "null")
	case "parenthesized_expression":
		return jsParenthesized(l, n)
	case "binary_expression":
		return jsGeneric(l.binary(n, l.source(n.Child("operator"))), n.Child("right"))
	case "assignment_expression", "augmented_assignment_expression", "assignment_pattern":
		return jsAssign(l, n)
	case "unary_expression", "update_expression":
		return jsUnary(l, n)
	case "ternary_expression":
		return l.node(Cond, n, as(ATest, l.one(n.Child("condition"))), as(AThen, l.one(n.Child("consequence"))), as(AnElse, l.one(n.Child("alternative"))))
	case "subscript_expression":
		i := l.node(Index, n, as(AnObject, l.one(n.Child("object"))), l.one(n.Child("index")))
		i.Flags = jsOptional(n)
		return i
	case "new_expression":
		return jsNew(l, n)
	case "await_expression":
		return l.node(Await, n, as(AValue, l.one(n.First())))
	case "yield_expression":
		return l.texted(Yield, n, l.source(n.Of("*")), as(AValue, l.one(n.First())))
	case "sequence_expression":
		return l.node(Tuple, n, l.each(n)...)
	case "arrow_function", "function_expression", "generator_function":
		return jsFunc(l, n)
	case "class":
		return jsClass(l, n, "class")
	case "regex":
		r := l.texted(Regexp, n, l.source(n.Child("pattern")))
		if flags := n.Child("flags"); flags.Exists() {
			r.add(as(AModifier, l.texted(Modifier, flags, l.source(flags))))
		}
		return r
	case "meta_property": // import.meta, new.target
		object, field, _ := strings.Cut(strings.Join(strings.Fields(l.source(n)), ""), ".")
		return l.texted(Member, n, ".", as(AnObject, l.texted(Name, n, object)), as(AField, l.texted(Name, n, field)))
	}
	if e := jsCollection(l, n); e != nil {
		return e
	}
	return jsxExpr(l, n)
}

// jsCollection lowers objects and arrays, and the patterns that look like them.
func jsCollection(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "object", "object_pattern":
		return l.node(Dict, n, l.each(n)...)
	case "array", "array_pattern":
		return jsArray(l, n)
	case "pair", "pair_pattern":
		return l.node(Pair, n, as(AKey, l.one(n.Child("key"))), as(AValue, l.one(n.Child("value"))))
	case "shorthand_property_identifier", "shorthand_property_identifier_pattern":
		return l.node(Pair, n, as(AKey, jsName(l, n)), as(AValue, jsName(l, n)))
	case "object_assignment_pattern":
		return jsDefaulted(l, n)
	case "computed_property_name": // an Index of nothing: the key is what the expression gives
		return l.node(Index, n, l.one(n.First()))
	case "spread_element", "rest_pattern", "rest_type":
		return l.texted(Spread, n, "...", as(AValue, l.one(n.First())))
	}
	return nil
}

// jsName makes a Name; an identifier may be written with escapes.
func jsName(l *lowering, n treesitter.Node) *Node {
	name := l.name(n)
	if strings.Contains(name.Text, `\`) {
		name.Text = jsUnescaped(name.Text)
	}
	return name
}

// jsMember lowers a.b, a?.b and, in types and names of namespaces, A.B.
func jsMember(l *lowering, n treesitter.Node) *Node {
	m := l.texted(Member, n, ".")
	for c := range n.Children() {
		switch c.Field() {
		case "object", "module":
			m.add(as(AnObject, l.one(c)))
		case "property", "name":
			m.add(as(AField, l.one(c)))
		case "optional_chain":
			m.Flags = Optional
		}
	}
	if n.Has("?.") {
		m.Flags = Optional
	}
	return m
}

// jsOptional tells whether a node is reached by "?.", which is a node to one grammar and a token to another.
func jsOptional(n treesitter.Node) Flags {
	if n.Has("optional_chain") || n.Has("?.") {
		return Optional
	}
	return 0
}

// jsCall lowers a call. A template that is tagged is the argument of its tag.
func jsCall(l *lowering, n treesitter.Node) *Node {
	call := l.node(Call, n, as(ACallee, l.one(n.Child("function"))))
	call.Flags = jsOptional(n)
	call.add(tsArgs(l, n)...)
	if args := n.Child("arguments"); args.Exists() && args.Type() == "arguments" {
		call.add(l.each(args)...)
	} else {
		call.add(l.one(args))
		call.Flags |= Braced
	}
	jsRequired(call)
	return call
}

// jsGeneric reads "f<T>(x)" as a call, which in JavaScript is two comparisons that nobody writes.
func jsGeneric(n *Node, right treesitter.Node) *Node {
	left := n.Kid(ALeft)
	if n.Text != ">" || !right.Exists() || right.Type() != "parenthesized_expression" || left == nil || left.Kind != Binary || left.Text != "<" || len(left.Kids) != 2 || len(n.Kids) != 2 {
		return n
	}
	call := &Node{Kind: Call, Kids: []*Node{as(ACallee, left.Kids[0]), as(TypeArgs, left.Kids[1])}, Start: n.Start, End: n.End}
	switch argument := as(Each, n.Kids[1]); argument.Kind {
	case Empty:
	case Tuple:
		call.add(argument.Kids...)
	default:
		call.add(argument)
	}
	return call
}

func jsNew(l *lowering, n treesitter.Node) *Node {
	made := l.node(New, n, as(ACallee, l.one(n.Child("constructor"))))
	made.add(tsArgs(l, n)...)
	made.add(l.each(n.Child("arguments"))...)
	return made
}

// jsParenthesized leaves parentheses out. With a type in them, which only patterns have, they are a Typed.
func jsParenthesized(l *lowering, n treesitter.Node) *Node {
	value := l.one(n.First())
	if made := n.Child("type"); made.Exists() {
		return l.node(Typed, n, as(AValue, value), as(AType, l.one(made)))
	}
	if value == nil {
		return l.node(Empty, n)
	}
	return value
}

func jsAssign(l *lowering, n treesitter.Node) *Node {
	operator := l.source(n.Child("operator"))
	if operator == "" {
		operator = "="
	}
	a := l.texted(Assign, n, operator, jsModifiers(l, n)...)
	if len(a.Kids) > 0 { // using x = y
		a.Flags = Declares
	}
	a.add(as(ALeft, l.one(n.Child("left"))), as(ARight, l.one(n.Child("right"))))
	return a
}

// jsDefaulted lowers {a = 1} to a: a = 1, of a pattern.
func jsDefaulted(l *lowering, n treesitter.Node) *Node {
	left, right := n.Child("left"), as(ARight, l.one(n.Child("right")))
	if !left.Exists() || left.Type() != "shorthand_property_identifier_pattern" {
		return l.texted(Assign, n, "=", as(ALeft, l.one(left)), right)
	}
	return l.node(Pair, n, as(AKey, jsName(l, left)), as(AValue, l.texted(Assign, n, "=", as(ALeft, jsName(l, left)), right)))
}

func jsUnary(l *lowering, n treesitter.Node) *Node {
	operator, value := n.Child("operator"), n.Child("argument")
	u := l.texted(Unary, n, l.source(operator), as(AValue, l.one(value)))
	if operator.Exists() && value.Exists() && operator.Start() > value.Start() {
		u.Flags = Postfix
	}
	return u
}

// jsArray lowers an array; what is left out between commas is Empty.
func jsArray(l *lowering, n treesitter.Node) *Node {
	list := l.node(List, n)
	filled := false
	for c := range n.All() {
		switch {
		case c.Type() == ",":
			if !filled {
				list.add(l.node(Empty, c))
			}
			filled = false
		case c.Named() && !c.Extra():
			list.add(l.all(c)...)
			filled = true
		}
	}
	return list
}
