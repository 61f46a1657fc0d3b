package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// rubyExpr lowers expressions; nil where it is none.
func rubyExpr(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "identifier", "constant", "self", "super", "instance_variable", "class_variable", "global_variable", "operator", "setter", "line", "file", "encoding":
		return rubyName(l, n)
	case "integer", "float", "rational", "complex":
		return l.texted(Number, n, l.source(n))
	case "true", "false":
		return l.texted(Bool, n, n.Type())
	case "nil":
		return l.texted(Null, n, "nil")
	case "parenthesized_statements":
		return rubyParenthesized(l, n)
	case "assignment":
		return l.texted(Assign, n, "=", as(ALeft, l.one(n.Child("left"))), as(ARight, l.one(n.Child("right"))))
	case "operator_assignment":
		return l.texted(Assign, n, l.source(n.Child("operator")), as(ALeft, l.one(n.Child("left"))), as(ARight, l.one(n.Child("right"))))
	case "left_assignment_list", "destructured_left_assignment", "right_assignment_list":
		return l.node(Tuple, n, l.each(n)...)
	case "conditional":
		return l.node(Cond, n, as(ATest, l.one(n.Child("condition"))), as(AThen, l.one(n.Child("consequence"))), as(AnElse, l.one(n.Child("alternative"))))
	case "binary":
		return rubyBinary(l, n)
	case "unary":
		return rubyUnary(l, n)
	case "range":
		return rubyRange(l, n)
	case "rescue_modifier":
		return l.texted(Binary, n, "rescue", as(ALeft, l.one(n.Child("body"))), as(ARight, l.one(n.Child("handler"))))
	case "splat_argument", "rest_assignment":
		return l.texted(Spread, n, "*", as(AValue, l.one(n.First())))
	case "hash_splat_argument":
		return l.texted(Spread, n, "**", as(AValue, l.one(n.First())))
	case "block_argument":
		return l.texted(Spread, n, "&", as(AValue, l.one(n.First())))
	case "forward_argument":
		return l.texted(Spread, n, "...")
	case "yield":
		return l.node(Yield, n, as(AValue, rubyValues(l, n)))
	case "call":
		return rubyCall(l, n)
	case "element_reference":
		return rubyElement(l, n)
	case "scope_resolution":
		if scope := n.Child("scope"); scope.Exists() {
			return l.texted(Member, n, ".", as(AnObject, l.one(scope)), as(AField, l.name(n.Child("name"))))
		}
		return l.name(n.Child("name"))
	case "array":
		return l.node(List, n, rubyArguments(l, n)...)
	case "string_array", "symbol_array":
		return l.node(List, n, l.each(n)...)
	case "hash":
		return l.node(Dict, n, l.each(n)...)
	case "pair":
		return rubyPair(l, n)
	case "lambda":
		return rubyLambda(l, n)
	}
	return rubyText(l, n)
}

// rubyName makes a Name; a hole of a pattern that stands where a variable must be has a "_" before it.
func rubyName(l *lowering, n treesitter.Node) *Node {
	text := l.source(n)
	if strings.HasPrefix(text, "_RV") {
		text = text[1:]
	}
	return l.texted(Name, n, text)
}

// rubyParenthesized lowers (a), and (a; b) to a Block.
func rubyParenthesized(l *lowering, n treesitter.Node) *Node {
	if all := l.each(n); len(all) == 1 {
		return all[0]
	}
	block := l.node(Block, n)
	for c := range n.Children() {
		for _, x := range l.all(c) {
			block.add(rubyWrapped(l, c, x))
		}
	}
	return block
}

func rubyBinary(l *lowering, n treesitter.Node) *Node {
	switch operator := l.source(n.Child("operator")); operator {
	case "and":
		return l.binary(n, "&&")
	case "or":
		return l.binary(n, "||")
	default:
		return l.binary(n, operator)
	}
}

func rubyUnary(l *lowering, n treesitter.Node) *Node {
	value := l.one(n.Child("operand"))
	switch operator := l.source(n.Child("operator")); operator {
	case "not":
		return l.texted(Unary, n, "!", as(AValue, value))
	case "defined?":
		return l.node(Call, n, as(ACallee, l.name(n.Child("operator"))), value)
	default:
		return l.texted(Unary, n, operator, as(AValue, value))
	}
}

// rubyRange lowers a..b, which may lack an end.
func rubyRange(l *lowering, n treesitter.Node) *Node {
	operator := n.Child("operator")
	end := func(role Role, field string, at int) *Node {
		if x := l.one(n.Child(field)); x != nil {
			return as(role, x)
		}
		return &Node{Kind: Empty, Role: role, Start: at, End: at}
	}
	return l.texted(Binary, n, l.source(operator), end(ALeft, "begin", n.Start()), end(ARight, "end", n.End()))
}

// rubyElement lowers a[b], which may have a block.
func rubyElement(l *lowering, n treesitter.Node) *Node {
	object, block := n.Child("object"), n.Child("block")
	i := l.node(Index, n, as(AnObject, l.one(object)))
	for c := range n.Children() {
		if c != object && c != block {
			i.add(rubyArgument(l, c))
		}
	}
	if !block.Exists() {
		return i
	}
	i.End = block.Start()
	return l.node(Call, n, as(ACallee, i), l.one(block))
}

// rubyPair lowers "a: b" and ":a => b", which are the same, and "a:", which is "a: a".
func rubyPair(l *lowering, n treesitter.Node) *Node {
	key, value := n.Child("key"), n.Child("value")
	p := l.node(Pair, n, as(AKey, rubyKey(l, key, n.Has(":"))))
	if value.Exists() {
		p.add(as(AValue, l.one(value)))
	} else if key.Type() == "hash_key_symbol" {
		p.add(as(AValue, l.name(key)))
	}
	return p
}

// rubyKey lowers a key: what a colon follows is a symbol.
func rubyKey(l *lowering, n treesitter.Node, colon bool) *Node {
	if n.Type() == "hash_key_symbol" && l.source(n) != ellipsisWord {
		return rubySymbol(l, n, l.source(n))
	}
	key := l.one(n)
	if colon && key != nil && key.Kind == String {
		return rubySymbol(l, n, key.Text)
	}
	return key
}

// rubySymbol makes a Unary ":" of a symbol: its text is a String.
func rubySymbol(l *lowering, n treesitter.Node, text string) *Node {
	return l.texted(Unary, n, ":", as(AValue, l.texted(String, n, text)))
}

// rubyPattern lowers what stands behind in; nil where it is none.
func rubyPattern(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "array_pattern", "find_pattern":
		return rubyMade(l, n, List)
	case "hash_pattern":
		return rubyMade(l, n, Dict)
	case "keyword_pattern":
		return rubyPair(l, n)
	case "as_pattern":
		return l.texted(Assign, n, "=", as(ARight, l.one(n.Child("value"))), as(ALeft, l.one(n.Child("name"))))
	case "alternative_pattern":
		return l.texted(Tuple, n, "|", l.each(n)...)
	case "parenthesized_pattern":
		return l.one(n.First())
	case "variable_reference_pattern", "expression_reference_pattern":
		return l.texted(Unary, n, "^", as(AValue, l.one(n.First())))
	case "test_pattern":
		return l.texted(Binary, n, "in", as(ALeft, l.one(n.Child("value"))), as(ARight, l.one(n.Child("pattern"))))
	case "match_pattern":
		switch n.Child("value").Type() { // a pair of a pattern: what is written looks like itself
		case "simple_symbol", "string", "constant":
			return l.node(Pair, n, as(AKey, l.one(n.Child("value"))), as(AValue, l.one(n.Child("pattern"))))
		}
		return l.texted(Assign, n, "=", as(ARight, l.one(n.Child("value"))), as(ALeft, l.one(n.Child("pattern"))))
	case "splat_parameter":
		return l.texted(Spread, n, "*", as(AValue, l.one(n.Child("name"))))
	case "hash_splat_parameter":
		return l.texted(Spread, n, "**", as(AValue, l.one(n.Child("name"))))
	case "hash_splat_nil":
		return l.texted(Spread, n, "**", as(AValue, l.texted(Null, n, "nil")))
	}
	return nil
}

// rubyMade lowers a pattern that may name a class before what is in it.
func rubyMade(l *lowering, n treesitter.Node, kind Kind) *Node {
	class := n.Child("class")
	made := l.node(kind, n, as(AType, l.one(class)))
	for c := range n.Children() {
		if c != class {
			made.add(l.all(c)...)
		}
	}
	return made
}
