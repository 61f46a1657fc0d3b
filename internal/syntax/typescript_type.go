package syntax

import (
	"github.com/reevehq/reeve/internal/treesitter"
)

// tsType lowers types to the expressions that they look like; nil where it is none.
func tsType(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "type_annotation", "omitting_type_annotation", "adding_type_annotation", "opting_type_annotation", "type_predicate_annotation", "asserts_annotation",
		"parenthesized_type", "literal_type":
		return tsOnly(l, n)
	case "existential_type":
		return l.name(n)
	case "array_type": // T[] is Array<T>
		return l.node(Index, n, as(AnObject, l.texted(Name, n, "Array")), as(TypeArgs, l.one(n.First())))
	case "tuple_type":
		return tsTuple(l, n)
	case "union_type":
		return tsBinary(l, n, "|")
	case "intersection_type":
		return tsBinary(l, n, "&")
	case "object_type":
		return tsObject(l, n)
	case "lookup_type":
		return tsLookup(l, n)
	case "type_query":
		return tsUnary(l, n, "typeof")
	case "index_type_query":
		return tsUnary(l, n, "keyof")
	case "readonly_type":
		return tsUnary(l, n, "readonly")
	case "asserts":
		return tsUnary(l, n, "asserts")
	case "infer_type":
		return tsUnary(l, n, "infer")
	case "flow_maybe_type":
		return tsUnary(l, n, "?")
	case "optional_type":
		u := tsUnary(l, n, "?")
		u.Flags = Postfix
		return u
	case "conditional_type":
		left, right := n.Child("left"), n.Child("right")
		test := l.texted(Binary, n, "extends", as(ALeft, l.one(left)), as(ARight, l.one(right)))
		return l.node(Cond, n, as(ATest, test), as(AThen, l.one(n.Child("consequence"))), as(AnElse, l.one(n.Child("alternative"))))
	case "type_predicate":
		return l.texted(Binary, n, "is", as(ALeft, l.one(n.Child("name"))), as(ARight, l.one(n.Child("type"))))
	}
	return nil
}

// tsOnly lowers what holds one type and nothing else; the type may be a word.
func tsOnly(l *lowering, n treesitter.Node) *Node {
	if only := l.one(n.First()); only != nil {
		return only
	}
	return l.texted(Name, n, l.source(n.Of("const")))
}

// tsUnary lowers a type behind a word; a second type is a constraint.
func tsUnary(l *lowering, n treesitter.Node, operator string) *Node {
	u := l.texted(Unary, n, operator)
	for c := range n.Children() {
		if u.Kid(AValue) == nil {
			u.add(as(AValue, l.one(c)))
		} else {
			u.add(as(AType, l.one(c)))
		}
	}
	return u
}

// tsBinary lowers "A | B"; the first operator of a list may have nothing before it, and then is none.
func tsBinary(l *lowering, n treesitter.Node, operator string) *Node {
	parts := l.each(n)
	if len(parts) != 2 {
		if len(parts) == 1 {
			return parts[0]
		}
		return l.node(Tuple, n, parts...)
	}
	return l.texted(Binary, n, operator, as(ALeft, parts[0]), as(ARight, parts[1]))
}

// tsTuple lowers "[A, name: B]": a type with a name is a Param.
func tsTuple(l *lowering, n treesitter.Node) *Node {
	t := l.node(Tuple, n)
	for c := range n.Children() {
		if c.Type() == "required_parameter" || c.Type() == "optional_parameter" {
			t.add(jsParam(l, c))
		} else {
			t.add(l.all(c)...)
		}
	}
	return t
}

// tsObject lowers the type of an object to a Dict: its properties are Pairs of a name and a type, its methods Funcs.
func tsObject(l *lowering, n treesitter.Node) *Node {
	d := l.node(Dict, n)
	for _, member := range l.each(n) {
		a := member.Kid(AValue)
		if member.Kind != ExprStmt || a == nil || a.Kind != Assign {
			d.add(member)
			continue
		}
		a.Kind, a.Text, a.Flags, a.Role = Pair, "", 0, Each
		as(AKey, a.Kid(ALeft))
		as(AValue, a.Kid(AType))
		d.add(a)
	}
	return d
}

// tsLookup lowers "T[K]".
func tsLookup(l *lowering, n treesitter.Node) *Node {
	parts := l.each(n)
	if len(parts) > 0 {
		parts[0].Role = AnObject
	}
	return l.node(Index, n, parts...)
}
