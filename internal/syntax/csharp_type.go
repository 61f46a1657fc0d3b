package syntax

import "github.com/reevehq/reeve/internal/treesitter"

// csharpType lowers types and what takes values apart; nil where it is neither. Arguments of types are in the node of the type; T[] is an Index with the
// text "[]" and an Empty for each pair of brackets; T? is T with Flag Optional.
func csharpType(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "predefined_type", "implicit_type":
		return l.name(n)
	case "generic_name":
		of := l.one(n.First())
		if of != nil {
			of.End = n.End()
			of.add(javaTypeArgs(l, n.Of("type_argument_list"))...)
		}
		return of
	case "array_type":
		return l.texted(Index, n, "[]", append([]*Node{as(AnObject, l.one(n.Child("type")))}, csharpRank(l, n.Child("rank"))...)...)
	case "nullable_type":
		of := l.one(n.Child("type"))
		if of != nil {
			of.Flags |= Optional
		}
		return of
	case "ref_type", "scoped_type":
		return l.one(n.Child("type"))
	case "pointer_type":
		return l.texted(Unary, n, "*", as(AValue, l.one(n.Child("type"))))
	case "tuple_type":
		return l.node(Tuple, n, l.each(n)...)
	case "tuple_element":
		if !n.Child("name").Exists() {
			return l.one(n.Child("type"))
		}
		return l.node(Param, n, as(AType, l.one(n.Child("type"))), as(AName, l.name(n.Child("name"))))
	case "type_parameter_constraint":
		if x := l.one(n.First()); x != nil {
			return x
		}
		return l.name(n)
	case "constructor_constraint":
		return l.name(n)
	}
	return csharpPattern(l, n)
}

// csharpRank makes an element for each dimension of an array: Empty where its length is not said.
func csharpRank(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	missing := true
	for c := range n.All() {
		switch {
		case c.Extra() || c.Type() == "[":
		case c.Type() == "," || c.Type() == "]":
			if missing {
				out = append(out, l.node(Empty, c))
			}
			missing = c.Type() == ","
		default:
			out = append(out, l.all(c)...)
			missing = false
		}
	}
	return out
}

// csharpPattern lowers patterns: "T x" is a Param, "> 1" a Unary, "a or b" a Binary, what takes an object apart an Other with its parts.
func csharpPattern(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "type_pattern":
		return l.one(n.Child("type"))
	case "declaration_pattern", "var_pattern":
		p := l.node(Param, n, as(AType, l.one(n.Child("type"))))
		name := n.Child("name")
		if !name.Exists() {
			name = csharpOperand(n)
		}
		p.add(as(AName, l.one(name)))
		return p
	case "negated_pattern":
		return l.texted(Unary, n, "!", as(AValue, csharpValue(l, n)))
	case "relational_pattern":
		operator := treesitter.Node{}
		for c := range n.All() {
			if !c.Named() {
				operator = c
				break
			}
		}
		return l.texted(Unary, n, l.source(operator), as(AValue, csharpValue(l, n)))
	case "and_pattern":
		return l.binary(n, "&&")
	case "or_pattern":
		return l.binary(n, "||")
	case "list_pattern":
		return l.node(List, n, l.each(n)...)
	case "subpattern":
		return csharpSubpattern(l, n)
	}
	return nil
}

// csharpSubpattern lowers "A: pattern" to a Pair.
func csharpSubpattern(l *lowering, n treesitter.Node) *Node {
	colon, value := n.Of(":"), csharpOperand(n)
	if !colon.Exists() {
		return l.one(value)
	}
	for c := range n.All() {
		if !c.Extra() {
			return l.node(Pair, n, as(AKey, l.one(c)), as(AValue, l.one(value)))
		}
	}
	return nil
}
