package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// javaExpr lowers expressions; nil where it is none.
func javaExpr(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "identifier", "this", "super":
		return l.name(n)
	case "scoped_identifier":
		return l.member(n, n.Child("scope"), n.Child("name"))
	case "decimal_integer_literal", "hex_integer_literal", "octal_integer_literal", "binary_integer_literal",
		"decimal_floating_point_literal", "hex_floating_point_literal":
		return l.texted(Number, n, l.source(n))
	case "true", "false":
		return l.texted(Bool, n, n.Type())
	case "null_literal":
		return l.texted(Null, n, "null")
	case "string_literal":
		return javaString(l, n)
	case "character_literal":
		c := l.texted(String, n, javaUnescape(strings.TrimSuffix(strings.TrimPrefix(l.source(n), "'"), "'")))
		c.Flags |= Braced
		return c
	case "parenthesized_expression":
		return l.one(n.First())
	case "assignment_expression":
		return l.texted(Assign, n, l.source(n.Child("operator")), as(ALeft, l.one(n.Child("left"))), as(ARight, l.one(n.Child("right"))))
	case "binary_expression":
		return l.binary(n, l.source(n.Child("operator")))
	case "instanceof_expression":
		return javaInstanceof(l, n)
	case "ternary_expression":
		return l.node(Cond, n, as(ATest, l.one(n.Child("condition"))), as(AThen, l.one(n.Child("consequence"))), as(AnElse, l.one(n.Child("alternative"))))
	case "unary_expression":
		return l.texted(Unary, n, l.source(n.Child("operator")), as(AValue, l.one(n.Child("operand"))))
	case "update_expression":
		return javaUpdate(l, n)
	case "cast_expression":
		return javaCast(l, n)
	case "lambda_expression":
		return javaLambda(l, n)
	case "switch_expression":
		return javaSwitch(l, n)
	case "class_literal":
		return l.texted(Member, n, ".", as(AnObject, l.one(n.First())), as(AField, l.name(n.Of("class"))))
	case "marker_annotation", "annotation":
		return javaAnnotation(l, n)
	case "pattern", "underscore_pattern", "type_pattern", "record_pattern", "record_pattern_component":
		return javaPattern(l, n)
	}
	return javaAccess(l, n)
}

// javaAccess lowers calls, objects and their parts.
func javaAccess(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "method_invocation":
		return l.node(Call, n, append([]*Node{as(ACallee, javaMethod(l, n))}, l.each(n.Child("arguments"))...)...)
	case "field_access":
		return l.texted(Member, n, ".", as(AnObject, javaObject(l, n)), as(AField, l.name(n.Child("field"))))
	case "array_access":
		return l.node(Index, n, as(AnObject, l.one(n.Child("array"))), l.one(n.Child("index")))
	case "method_reference":
		return javaReference(l, n)
	case "object_creation_expression":
		return javaNew(l, n)
	case "array_creation_expression":
		return javaNewArray(l, n)
	case "array_initializer", "element_value_array_initializer":
		list := l.node(List, n, l.each(n)...)
		list.Flags |= Braced
		return list
	case "element_value_pair":
		key := n.Child("key")
		if l.source(key) == ellipsisWord {
			return l.name(key)
		}
		return l.texted(Keyword, n, l.source(key), as(AValue, l.one(n.Child("value"))))
	case "template_expression":
		return l.node(Call, n, as(ACallee, l.one(n.Child("template_processor"))), l.one(n.Child("template_argument")))
	}
	return nil
}

// javaObject is what a method or field is of; "A.super" stands before some.
func javaObject(l *lowering, n treesitter.Node) *Node {
	first := n.Child("object")
	object := l.one(first)
	for c := range n.Children() {
		if c.Type() == "super" && c != first && object != nil {
			outer := l.texted(Member, first, ".", as(AnObject, object), as(AField, l.name(c)))
			outer.End = c.End()
			return outer
		}
	}
	return object
}

// javaMethod lowers what is called: a Name or a Member.
func javaMethod(l *lowering, n treesitter.Node) *Node {
	name, object := n.Child("name"), javaObject(l, n)
	if object == nil {
		return l.name(name)
	}
	m := l.texted(Member, n, ".", as(AnObject, object))
	m.add(javaTypeArgs(l, n.Child("type_arguments"))...)
	m.add(as(AField, l.name(name)))
	m.End = max(name.End(), object.End)
	return m
}

// javaConstructorCall lowers this(…) and super(…).
func javaConstructorCall(l *lowering, n treesitter.Node) *Node {
	callee := l.name(n.Child("constructor"))
	if object := l.one(n.Child("object")); object != nil {
		of := l.texted(Member, n, ".", as(AnObject, object), as(AField, callee))
		of.End = callee.End
		callee = of
	}
	return l.node(Call, n, append([]*Node{as(ACallee, callee)}, l.each(n.Child("arguments"))...)...)
}

// javaReference lowers A::b to a Member with Flag Braced, A::new to one of the field new.
func javaReference(l *lowering, n treesitter.Node) *Node {
	m := l.texted(Member, n, ".")
	m.Flags |= Braced
	for c := range n.All() {
		switch {
		case c.Extra() || c.Type() == "::":
		case c.Type() == "type_arguments":
			m.add(javaTypeArgs(l, c)...)
		case m.Kid(AnObject) == nil:
			m.add(as(AnObject, l.one(c)))
		default:
			m.add(as(AField, l.name(c)))
		}
	}
	return m
}

// javaNew lowers new T(…) {…}; the Object is what an inner class is made in: o.new T().
func javaNew(l *lowering, n treesitter.Node) *Node {
	made, within := l.node(New, n), true
	for c := range n.All() {
		switch {
		case c.Extra():
		case c.Type() == "new":
			within = false
		case c.Field() == "type":
			made.add(as(ACallee, l.one(c)))
		case c.Type() == "type_arguments":
			made.add(javaTypeArgs(l, c)...)
		case c.Field() == "arguments":
			made.add(l.each(c)...)
		case c.Type() == "class_body":
			made.add(as(ABody, l.one(c)))
		case within && c.Named():
			made.add(as(AnObject, l.one(c)))
		}
	}
	return made
}

// javaNewArray lowers new T[n][] and new T[]{…} to a New with the text "[]": each is a length or Empty, Value what is in it.
func javaNewArray(l *lowering, n treesitter.Node) *Node {
	made := l.texted(New, n, "[]", as(ACallee, l.one(n.Child("type"))))
	for c := range n.Children() {
		switch c.Type() {
		case "dimensions_expr":
			made.add(l.each(c)...)
		case "dimensions":
			made.add(javaBrackets(l, c)...)
		case "array_initializer":
			made.add(as(AValue, l.one(c)))
		}
	}
	return made
}

// javaInstanceof lowers x instanceof T; where it names what it finds, the right side is a Param.
func javaInstanceof(l *lowering, n treesitter.Node) *Node {
	kind, name := n.Child("right"), n.Child("name")
	right := l.one(kind)
	switch pattern := n.Child("pattern"); {
	case pattern.Exists():
		right = l.one(pattern)
	case name.Exists():
		right = l.node(Param, kind, as(AType, right), as(AName, l.name(name)))
		right.End = name.End()
	}
	return l.texted(Binary, n, "instanceof", as(ALeft, l.one(n.Child("left"))), as(ARight, right))
}

// javaUpdate lowers i++ and ++i.
func javaUpdate(l *lowering, n treesitter.Node) *Node {
	operator := "++"
	word := n.Of(operator)
	if !word.Exists() {
		operator = "--"
		word = n.Of(operator)
	}
	u := l.texted(Unary, n, operator, as(AValue, l.one(n.First())))
	if word.Start() > n.Start() {
		u.Flags |= Postfix
	}
	return u
}

// javaCast lowers (T) x; (A & B) x has a Tuple of types.
func javaCast(l *lowering, n treesitter.Node) *Node {
	var kinds []*Node
	for c := range n.Children() {
		if c.Field() == "type" {
			kinds = append(kinds, l.all(c)...)
		}
	}
	value := as(AValue, l.one(n.Child("value")))
	if len(kinds) == 1 {
		return l.node(Cast, n, as(AType, kinds[0]), value)
	}
	return l.node(Cast, n, as(AType, l.texted(Tuple, n, "&", kinds...)), value)
}

func javaLambda(l *lowering, n treesitter.Node) *Node {
	body := n.Child("body")
	f := l.node(Func, n, as(SomeParams, javaParams(l, n.Child("parameters"))))
	f.Flags |= Arrow
	if body.Type() == "block" {
		f.add(as(ABody, javaBlock(l, body)))
	} else if value := l.one(body); value != nil {
		f.add(as(ABody, l.node(Block, body, l.node(Return, body, as(AValue, value)))))
	}
	return f
}
