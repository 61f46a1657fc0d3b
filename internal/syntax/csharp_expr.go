package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// csharpExpr lowers expressions; nil where it is none.
func csharpExpr(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "identifier", "this", "base", "discard", "implicit_parameter":
		return l.texted(Name, n, strings.TrimPrefix(l.source(n), "@"))
	case "integer_literal", "real_literal":
		return l.texted(Number, n, l.source(n))
	case "boolean_literal":
		return l.texted(Bool, n, l.source(n))
	case "null_literal":
		return l.texted(Null, n, "null")
	case "string_literal", "verbatim_string_literal", "raw_string_literal", "character_literal", "interpolated_string_expression":
		return csharpString(l, n)
	case "parenthesized_expression", "checked_expression", "constant_pattern", "parenthesized_pattern", "expression_element", "arrow_expression_clause":
		return csharpValue(l, n)
	case "assignment_expression":
		return l.texted(Assign, n, l.source(n.Child("operator")), as(ALeft, l.one(n.Child("left"))), as(ARight, l.one(n.Child("right"))))
	case "binary_expression", "is_expression":
		return l.binary(n, l.source(n.Child("operator")))
	case "is_pattern_expression":
		return l.texted(Binary, n, "is", as(ALeft, l.one(n.Child("expression"))), as(ARight, l.one(n.Child("pattern"))))
	case "as_expression":
		return l.node(Cast, n, as(AValue, l.one(n.Child("left"))), as(AType, l.one(n.Child("right"))))
	case "cast_expression":
		return l.node(Cast, n, as(AType, l.one(n.Child("type"))), as(AValue, l.one(n.Child("value"))))
	case "conditional_expression":
		return l.node(Cond, n, as(ATest, l.one(n.Child("condition"))), as(AThen, l.one(n.Child("consequence"))), as(AnElse, l.one(n.Child("alternative"))))
	case "prefix_unary_expression", "postfix_unary_expression":
		return csharpUnary(l, n)
	case "ref_expression":
		return l.texted(Unary, n, "ref", as(AValue, csharpValue(l, n)))
	case "await_expression":
		return l.node(Await, n, as(AValue, csharpValue(l, n)))
	case "throw_expression":
		return l.node(Throw, n, as(AValue, csharpValue(l, n)))
	case "lambda_expression", "anonymous_method_expression":
		return csharpLambda(l, n)
	case "switch_expression":
		return csharpSwitchExpr(l, n)
	case "query_expression":
		return csharpQuery(l, n)
	case "tuple_expression", "tuple_pattern", "parenthesized_variable_designation":
		return l.node(Tuple, n, csharpOperands(l, n)...)
	case "declaration_expression":
		a := l.texted(Assign, n, "=", as(AType, csharpTyped(l, n.Child("type"))), as(ALeft, l.name(n.Child("name"))))
		a.Flags = Declares
		return a
	}
	if x := csharpMake(l, n); x != nil {
		return x
	}
	return csharpAccess(l, n)
}

// csharpAccess lowers calls, objects and their parts.
func csharpAccess(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "invocation_expression":
		return l.node(Call, n, append([]*Node{as(ACallee, l.one(n.Child("function")))}, l.each(n.Child("arguments"))...)...)
	case "argument":
		return csharpArgument(l, n)
	case "attribute_argument":
		if name := n.Child("name"); name.Exists() {
			return l.texted(Keyword, n, l.source(name), as(AValue, csharpValue(l, n)))
		}
		return csharpValue(l, n)
	case "member_access_expression":
		return csharpMember(l, n, l.one(n.Child("expression")), n.Child("name"))
	case "qualified_name":
		return csharpMember(l, n, l.one(n.Child("qualifier")), n.Child("name"))
	case "alias_qualified_name":
		return csharpMember(l, n, l.one(n.Child("alias")), n.Child("name"))
	case "conditional_access_expression":
		return csharpOptional(l, n)
	case "element_access_expression":
		return l.node(Index, n, append([]*Node{as(AnObject, l.one(n.Child("expression")))}, l.each(n.Child("subscript"))...)...)
	case "element_binding_expression":
		return l.node(Index, n, l.each(n)...)
	case "range_expression":
		return csharpRange(l, n)
	case "typeof_expression", "sizeof_expression", "default_expression":
		kind := n.Child("type")
		word := strings.TrimSuffix(n.Type(), "_expression")
		if !kind.Exists() {
			return l.texted(Name, n, word)
		}
		return l.node(Call, n, as(ACallee, l.name(n.Of(word))), l.one(kind))
	}
	return nil
}

// csharpMember lowers a.B and a.B<T>: arguments of types are in the Member.
func csharpMember(l *lowering, n treesitter.Node, object *Node, name treesitter.Node) *Node {
	m := l.texted(Member, n, ".", as(AnObject, object))
	if name.Type() == "generic_name" {
		m.add(as(AField, l.one(name.First())))
		m.add(javaTypeArgs(l, name.Of("type_argument_list"))...)
		return m
	}
	m.add(as(AField, l.one(name)))
	return m
}

// csharpOptional lowers a?.b and a?[b].
func csharpOptional(l *lowering, n treesitter.Node) *Node {
	object := l.one(n.Child("condition"))
	var out *Node
	if binding := n.Of("member_binding_expression"); binding.Exists() {
		out = csharpMember(l, n, object, binding.Child("name"))
	} else {
		out = l.node(Index, n, append([]*Node{as(AnObject, object)}, l.each(n.Of("element_binding_expression"))...)...)
	}
	out.Flags |= Optional
	return out
}

// csharpArgument lowers an argument; ref, out and in are operators.
func csharpArgument(l *lowering, n treesitter.Node) *Node {
	value := csharpValue(l, n)
	for _, word := range []string{"ref", "out", "in"} {
		if w := n.Of(word); w.Exists() && value != nil {
			value = l.texted(Unary, n, word, as(AValue, value))
			value.Start = w.Start()
		}
	}
	if name := n.Child("name"); name.Exists() {
		return l.texted(Keyword, n, l.source(name), as(AValue, value))
	}
	return value
}

// csharpUnary lowers operators with one operand; "x!" only says that x is not null.
func csharpUnary(l *lowering, n treesitter.Node) *Node {
	var operator, operand treesitter.Node
	for c := range n.All() {
		switch {
		case c.Extra():
		case c.Named() || c.Type() == "this" || c.Type() == "base":
			operand = c
		default:
			operator = c
		}
	}
	value := l.one(operand)
	u := l.texted(Unary, n, l.source(operator), as(AValue, value))
	if n.Type() == "postfix_unary_expression" {
		if u.Text == "!" {
			return as(Each, value)
		}
		u.Flags |= Postfix
	}
	return u
}

// csharpRange lowers "a..b": a Slice with Empty where a bound is left out.
func csharpRange(l *lowering, n treesitter.Node) *Node {
	s := l.node(Slice, n)
	dots := n.Of("..")
	var from, to *Node
	for c := range n.All() {
		switch {
		case c.Extra() || c == dots:
		case c.Start() < dots.Start():
			from = l.one(c)
		default:
			to = l.one(c)
		}
	}
	for _, bound := range []*Node{from, to} {
		if bound == nil {
			bound = l.node(Empty, dots)
		}
		s.add(bound)
	}
	return s
}

func csharpLambda(l *lowering, n treesitter.Node) *Node {
	f := l.node(Func, n, csharpModifiers(l, n)...)
	f.Flags |= Arrow
	f.add(as(AResult, l.one(n.Child("type"))), as(SomeParams, csharpParams(l, n.Child("parameters"))))
	body := n.Child("body")
	if !body.Exists() {
		body = n.Of("block")
	}
	f.add(as(ABody, csharpBody(l, body)))
	return f
}

// csharpMake lowers what makes objects, arrays and lists; nil where it is nothing of that.
func csharpMake(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "object_creation_expression", "implicit_object_creation_expression":
		made := l.node(New, n, as(ACallee, l.one(n.Child("type"))))
		made.add(l.each(n.Of("argument_list"))...)
		made.add(csharpInitializer(l, n.Of("initializer_expression")))
		return made
	case "array_creation_expression", "stackalloc_expression":
		kind := n.Child("type")
		made := l.texted(New, n, "[]", as(ACallee, l.one(kind.Child("type"))))
		made.add(csharpRank(l, kind.Child("rank"))...)
		made.add(as(AValue, csharpInitializer(l, n.Of("initializer_expression"))))
		return made
	case "implicit_array_creation_expression", "implicit_stackalloc_expression":
		return csharpInitializer(l, n.Of("initializer_expression"))
	case "initializer_expression":
		return csharpInitializer(l, n)
	case "collection_expression":
		return l.node(List, n, l.each(n)...)
	case "collection_element":
		return csharpValue(l, n)
	case "spread_element":
		return l.texted(Spread, n, "...", as(AValue, csharpValue(l, n)))
	case "anonymous_object_creation_expression":
		return csharpAnonymous(l, n)
	case "with_expression":
		return csharpChanged(l, n)
	case "with_initializer":
		return l.texted(Assign, n, "=", as(ALeft, l.name(n.First())), as(ARight, csharpValue(l, n)))
	}
	return nil
}

// csharpInitializer lowers what stands in braces behind new: a Dict of an Assign for each property or of a Pair for each key, or a List.
func csharpInitializer(l *lowering, n treesitter.Node) *Node {
	if !n.Exists() {
		return nil
	}
	parts := csharpOperands(l, n)
	if len(parts) == 1 && parts[0].Text == ellipsisWord { // of a pattern: whatever it is
		return parts[0]
	}
	kind := Dict
	for i, p := range parts {
		switch left := p.Kid(ALeft); {
		case p.Kind == Assign && left != nil && left.Kind == Index && left.Kid(AnObject) == nil && len(left.Kids) > 0: // [key] = value
			key, value := left.Kids[0], p.Kid(ARight)
			p.Kind, p.Text, p.Kids = Pair, "", nil
			p.add(as(AKey, key), as(AValue, value))
		case p.Kind == Assign:
		case p.Kind == List && p.Flags&Braced != 0 && len(p.Kids) == 2: // {key, value}
			parts[i].Kind, parts[i].Flags = Pair, 0
			p.Kids[0].Role, p.Kids[1].Role = AKey, AValue
		case p.Text == ellipsisWord:
		default:
			kind = List
		}
	}
	made := l.node(kind, n, parts...)
	if len(parts) == 0 {
		made.Kind = List
	}
	made.Flags |= Braced
	return made
}

// csharpAnonymous lowers new { A = b, c.D } to a Dict of Pairs: what has no name is called what it is.
func csharpAnonymous(l *lowering, n treesitter.Node) *Node {
	d := l.node(Dict, n)
	var name treesitter.Node
	named := false
	for c := range n.All() {
		switch {
		case c.Extra() || c.Type() == "new" || c.Type() == "{" || c.Type() == ",":
		case c.Type() == "=":
			named = true
		case named:
			pair := l.node(Pair, name, as(AKey, l.name(name)), as(AValue, l.one(c)))
			pair.End = c.End()
			d.add(pair)
			named, name = false, treesitter.Node{}
		default:
			d.add(csharpNamed(l, name))
			name = c
			if c.Type() == "}" {
				name = treesitter.Node{}
			}
		}
	}
	return d
}

// csharpNamed is a property of an anonymous object that is called what its value is.
func csharpNamed(l *lowering, n treesitter.Node) *Node {
	value := l.one(n)
	key := value
	if value.Kid(AField) != nil {
		key = value.Kid(AField)
	}
	if key == nil || key.Kind != Name || key.Text == ellipsisWord {
		return value
	}
	return l.node(Pair, n, as(AKey, l.texted(Name, n, key.Text)), as(AValue, value))
}

// csharpChanged lowers "r with { A = b }": what it is made of, and a Dict of what is other.
func csharpChanged(l *lowering, n treesitter.Node) *Node {
	out := l.texted(Other, n, "with")
	changes := l.node(Dict, n)
	if open := n.Of("{"); open.Exists() {
		changes.Start = open.Start()
	}
	for c := range n.All() {
		switch {
		case c.Type() == "with_initializer":
			changes.add(l.all(c)...)
		case !c.Extra() && (c.Named() || c.Type() == "this"):
			out.add(l.one(c))
		}
	}
	out.add(changes)
	return out
}
