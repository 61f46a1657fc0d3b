package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// hclExpr lowers expressions; nil where it is none.
func hclExpr(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "expression", "variable_expr", "get_attr", "index", "splat":
		return hclChain(l, n)
	case "literal_value", "collection_value", "template_expr", "for_expr", "operation":
		return l.one(n.First())
	case "identifier":
		return l.name(n)
	case "numeric_lit":
		return l.texted(Number, n, l.source(n))
	case "bool_lit":
		return l.texted(Bool, n, l.source(n))
	case "null_lit":
		return l.texted(Null, n, "null")
	case "string_lit", "quoted_template", "heredoc_template":
		return hclString(l, n)
	case "tuple":
		return l.node(List, n, l.each(n)...)
	case "object":
		return l.node(Dict, n, l.each(n)...)
	case "object_elem":
		return hclPair(l, n)
	case "function_call":
		return hclCall(l, n)
	case "conditional":
		if parts := l.each(n); len(parts) == 3 {
			return l.node(Cond, n, as(ATest, parts[0]), as(AThen, parts[1]), as(AnElse, parts[2]))
		}
	case "unary_operation", "binary_operation":
		return hclOperation(l, n)
	case "for_tuple_expr":
		return hclFor(l, n, "list")
	case "for_object_expr":
		return hclFor(l, n, "dict")
	case "template_interpolation":
		return l.one(n.Of("expression"))
	case "template_directive":
		return l.one(n.First())
	case "template_if", "template_for":
		return hclDirective(l, n)
	}
	return nil
}

// hclOperation lowers an operator and its operands, each of which is a chain whose steps stand side by side.
func hclOperation(l *lowering, n treesitter.Node) *Node {
	var left, right *Node
	operator := ""
	for c := range n.All() {
		switch {
		case c.Extra() || c.Type() == "(" || c.Type() == ")":
		case !c.Named():
			operator, left, right = c.Type(), right, nil
		default:
			right = hclStep(l, n, right, c)
		}
	}
	if n.Type() == "unary_operation" {
		return l.texted(Unary, n, operator, as(AValue, right))
	}
	return l.texted(Binary, n, operator, as(ALeft, left), as(ARight, right))
}

// hclChain lowers a value and what is taken of it: "a.b[0].*.c". What lies behind a splat is taken of each.
func hclChain(l *lowering, n treesitter.Node) *Node {
	var out *Node
	for c := range n.Children() {
		out = hclStep(l, n, out, c)
	}
	return out
}

// hclStep lowers one step of a chain, of which so much is done.
func hclStep(l *lowering, n treesitter.Node, out *Node, c treesitter.Node) *Node {
	if out == nil {
		return l.one(c)
	}
	var step *Node
	switch c.Type() {
	case "get_attr":
		step = l.texted(Member, n, ".", as(AnObject, out), as(AField, l.name(c.First())))
	case "index", "new_index":
		if c.First().Type() == "new_index" || c.First().Type() == "legacy_index" {
			return hclStep(l, n, out, c.First())
		}
		step = l.node(Index, n, append([]*Node{as(AnObject, out)}, l.each(c)...)...)
	case "legacy_index": // a.0
		step = l.node(Index, n, as(AnObject, out), l.texted(Number, c, strings.TrimPrefix(l.source(c), ".")))
	case "splat":
		return hclStep(l, n, out, c.First())
	case "attr_splat", "full_splat":
		star := l.texted(Name, c, "*")
		if star.End = star.Start + len("[*]"); c.Type() == "attr_splat" {
			star.End = star.Start + len(".*")
		}
		star.End = min(star.End, c.End())
		step = l.node(Index, n, as(AnObject, out), star)
		step.Start, step.End = out.Start, star.End
		covering(step)
		for next := range c.Children() {
			step = hclStep(l, n, step, next)
		}
		return step
	default:
		step = l.node(Other, n, out, l.one(c))
	}
	step.Start, step.End = out.Start, c.End()
	return covering(step)
}

// covering makes a node that was put together from others cover them.
func covering(n *Node) *Node {
	for _, k := range n.Kids {
		n.Start, n.End = min(n.Start, k.Start), max(n.End, k.End)
	}
	return n
}

// hclPair lowers an element of an object. A key in quotes that is a name is as if it had none.
func hclPair(l *lowering, n treesitter.Node) *Node {
	key := l.one(n.Child("key"))
	switch {
	case key == nil:
	case key.Kind == String && key.Text == ellipsisWord: // any one key
		key = l.texted(Name, n.Child("key"), metaWord+"_")
	case key.Kind == String && hclName(key.Text):
		key.Kind = Name
	case n.Child("key").Has("("): // an Index of nothing: the key is what the expression gives
		key = l.node(Index, n.Child("key"), as(Each, key))
	}
	return l.node(Pair, n, as(AKey, key), as(AValue, l.one(n.Child("val"))))
}

func hclName(text string) bool {
	for i := range len(text) {
		if c := text[i]; !isWord(c) && c != '_' && (c != '-' || i == 0) {
			return false
		}
	}
	return text != "" && (text[0] < '0' || text[0] > '9')
}

// hclCall lowers a call. The name of a function of a provider has "::" in it.
func hclCall(l *lowering, n treesitter.Node) *Node {
	call := l.node(Call, n, as(ACallee, l.name(n.First())))
	arguments := n.Of("function_arguments")
	if !arguments.Exists() {
		return call
	}
	for c := range arguments.Children() {
		if last := len(call.Kids) - 1; c.Type() == "ellipsis" && last > 0 {
			call.Kids[last] = l.texted(Spread, c, "...", as(AValue, call.Kids[last]))
			call.Kids[last].Start = call.Kids[last].Kids[0].Start
			continue
		}
		call.add(l.all(c)...)
	}
	return call
}

// hclFor lowers a for-expression: what it makes of each element that is gone through.
func hclFor(l *lowering, n treesitter.Node, kind string) *Node {
	f := l.texted(Comprehension, n, kind)
	var values []*Node
	var rest []*Node
	for c := range n.Children() {
		switch c.Type() {
		case "for_intro":
			rest = append(rest, hclForIntro(l, c))
		case "for_cond":
			rest = append(rest, l.node(If, c, as(ATest, l.one(c.Of("expression")))))
		case "expression":
			values = append(values, l.one(c))
		}
	}
	switch value := l.node(Tuple, n, values...); {
	case len(values) == 1:
		f.add(as(AValue, values[0]))
	case len(values) == 2:
		value.Kind, values[0].Role, values[1].Role = Pair, AKey, AValue
		value.Start, value.End = values[0].Start, values[1].End
		f.add(as(AValue, covering(value)))
	}
	f.add(rest...)
	return f
}

func hclForIntro(l *lowering, n treesitter.Node) *Node {
	var names []*Node
	for c := range n.Children() {
		if c.Type() == "identifier" {
			names = append(names, l.name(c))
		}
	}
	left := l.node(Tuple, n, names...)
	if len(names) == 1 {
		left = names[0]
	}
	if len(names) == 2 {
		left.Start, left.End = names[0].Start, names[1].End
	}
	return l.node(ForEach, n, as(ALeft, left), as(ARight, l.one(n.Of("expression"))))
}
