package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// swiftExpr lowers expressions; nil where it is none. "try" and "x!" only say that something may fail; "try?" and "try!" are operators.
func swiftExpr(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "simple_identifier", "type_identifier":
		return l.texted(Name, n, strings.Trim(l.source(n), "`"))
	case "self_expression", "super_expression", "value_argument_label", "identifier":
		return l.name(n)
	case "wildcard_pattern":
		return l.texted(Name, n, "_")
	case "nil":
		return l.texted(Null, n, "nil")
	case "boolean_literal":
		return l.texted(Bool, n, l.source(n))
	case "integer_literal", "hex_literal", "oct_literal", "bin_literal", "real_literal":
		return l.texted(Number, n, strings.ReplaceAll(l.source(n), "_", ""))
	case "line_string_literal", "multi_line_string_literal", "raw_string_literal":
		return swiftString(l, n)
	case "regex_literal":
		return l.texted(Regexp, n, strings.Trim(l.source(n), "#/"))
	case "additive_expression", "multiplicative_expression", "comparison_expression", "equality_expression", "conjunction_expression", "disjunction_expression",
		"bitwise_operation", "nil_coalescing_expression", "range_expression", "infix_expression", "prefix_expression":
		return swiftOperators(l, n)
	case "assignment":
		return l.texted(Assign, n, l.source(n.Child("operator")), as(ALeft, l.one(n.Child("target").First())), as(ARight, l.one(n.Child("result"))))
	case "ternary_expression":
		return swiftTernary(l, n)
	case "as_expression":
		return l.node(Cast, n, as(AValue, l.one(n.Child("expr"))), as(AType, l.one(swiftBehind(n, "as_operator"))))
	case "check_expression":
		return l.texted(Binary, n, "is", as(ALeft, l.one(n.Child("target"))), as(ARight, l.one(n.Child("name"))))
	case "postfix_expression":
		value := l.one(n.Child("target"))
		if operator := l.source(n.Child("operation")); operator != "!" {
			u := l.texted(Unary, n, operator, as(AValue, value))
			u.Flags |= Postfix
			return u
		}
		return value
	case "open_end_range_expression":
		u := l.texted(Unary, n, "...", as(AValue, l.one(n.Child("start"))))
		u.Flags |= Postfix
		return u
	case "open_start_range_expression":
		end := n.Child("end")
		return l.texted(Unary, n, strings.TrimSpace(l.text[n.Start():end.Start()]), as(AValue, l.one(end)))
	case "try_expression":
		value := l.one(n.Child("expr"))
		if operator := strings.ReplaceAll(l.source(n.Of("try_operator")), " ", ""); operator != "try" && operator != "" {
			return l.texted(Unary, n, operator, as(AValue, value))
		}
		return value
	case "await_expression":
		return l.node(Await, n, as(AValue, l.one(swiftBehind(n, "await"))))
	case "tuple_expression":
		return swiftTuple(l, n)
	case "array_literal":
		if l.source(n) == "()" {
			return l.node(Tuple, n)
		}
		return l.node(List, n, swiftFields(l, n, "element")...)
	case "dictionary_literal":
		return swiftDict(l, n)
	}
	return nil
}

// swiftFields lowers the children of a node in a field.
func swiftFields(l *lowering, n treesitter.Node, field string) []*Node {
	var out []*Node
	for c := range n.All() {
		if c.Field() == field {
			out = append(out, l.all(c)...)
		}
	}
	return out
}

func swiftTuple(l *lowering, n treesitter.Node) *Node {
	t := l.node(Tuple, n)
	var label treesitter.Node
	for c := range n.All() {
		switch c.Field() {
		case "name":
			label = c
		case "value":
			value := l.one(c)
			if label.Exists() && value != nil && value.Text != ellipsisWord {
				k := l.texted(Keyword, c, l.source(label), as(AValue, value))
				k.Start, value = label.Start(), k
			}
			label = treesitter.Node{}
			t.add(value)
		}
	}
	if len(t.Kids) == 1 && t.Kids[0].Kind != Keyword {
		return t.Kids[0]
	}
	return t
}

func swiftDict(l *lowering, n treesitter.Node) *Node {
	d := l.node(Dict, n)
	var key *Node
	for c := range n.All() {
		switch c.Field() {
		case "key":
			key = l.one(c)
		case "value":
			value := l.one(c)
			if key == nil || value == nil {
				continue
			}
			p := l.node(Pair, c, as(AKey, key), as(AValue, value))
			p.Start = key.Start
			d.add(p)
		}
	}
	return d
}

// swiftTernary lowers "a ? b : c"; "a ? b : c ? d : e" is to the grammar a question about the answer to the first.
func swiftTernary(l *lowering, n treesitter.Node) *Node {
	test, then, other := n.Child("condition"), as(AThen, l.one(n.Child("if_true"))), as(AnElse, l.one(n.Child("if_false")))
	for turns := l.depth; test.Type() == "ternary_expression" && turns < maxDepth; turns++ {
		question := test.Child("if_false")
		nested := l.node(Cond, n, as(ATest, l.one(question)), then, other)
		nested.Start = question.Start()
		then, other = as(AThen, l.one(test.Child("if_true"))), as(AnElse, nested)
		test = test.Child("condition")
	}
	return l.node(Cond, n, as(ATest, l.one(test)), then, other)
}

// operation is a chain of operands with operators between them, as it is written.
type operation struct {
	operands  []*Node
	operators []treesitter.Node
}

// swiftOperators lowers operators. The grammar does not bind them as the language does, so that they are bound anew.
func swiftOperators(l *lowering, n treesitter.Node) *Node {
	var o operation
	o.collect(l, n)
	if len(o.operands) == 0 {
		return nil
	}
	o.generics(l)
	out := o.operands[0]
	for at := 0; at < len(o.operators); {
		out, at = o.bind(l, out, at, 0)
	}
	return out
}

// collect takes a tree of operators apart, the left spine without recursion.
func (o *operation) collect(l *lowering, n treesitter.Node) {
	var rights, operators []treesitter.Node
	for {
		left, operator, right := swiftSides(n)
		if !operator.Exists() || l.depth+len(rights) >= maxDepth {
			break
		}
		rights, operators = append(rights, right), append(operators, operator)
		n = left
	}
	l.depth += len(rights) // so deep lies what the spine begins with
	defer func() { l.depth -= len(rights) }()
	if n.Type() == "prefix_expression" {
		o.prefixed(l, n)
	} else {
		o.operand(l, n)
	}
	for i := len(rights) - 1; i >= 0; i-- {
		o.operators = append(o.operators, operators[i])
		l.depth++
		o.collect(l, rights[i])
		l.depth--
	}
}

// operand adds an operand, which is never left out: an operator stands beside it.
func (o *operation) operand(l *lowering, n treesitter.Node) {
	var x *Node
	if _, operator, _ := swiftSides(n); operator.Exists() {
		x = l.texted(Other, n, "too deep")
	} else if x = l.one(n); x == nil {
		x = l.texted(Other, n, n.Type())
	}
	o.operands = append(o.operands, x)
}

// prefixed adds what has an operator before it: only its first operand does, the grammar gives it all that follows.
func (o *operation) prefixed(l *lowering, n treesitter.Node) {
	operator, target := n.Child("operation"), n.Child("target")
	at := len(o.operands)
	if l.depth++; l.depth > maxDepth {
		o.operand(l, target)
	} else {
		o.collect(l, target)
	}
	l.depth--
	value := o.operands[at]
	if value == nil {
		return
	}
	switch sign := l.source(operator); sign {
	case ".":
		object := l.node(Empty, operator)
		object.End = object.Start
		value = l.texted(Member, n, ".", as(AnObject, object), as(AField, value))
	default:
		value = l.texted(Unary, n, sign, as(AValue, value))
	}
	value.End = o.operands[at].End
	o.operands[at] = value
}

// swiftSides gives the sides of an operator; none where the node is no such.
func swiftSides(n treesitter.Node) (left, operator, right treesitter.Node) {
	switch n.Type() {
	case "nil_coalescing_expression":
		return n.Child("value"), n.Of("??"), n.Child("if_nil")
	case "range_expression":
		return n.Child("start"), n.Child("op"), n.Child("end")
	case "additive_expression", "multiplicative_expression", "comparison_expression", "equality_expression", "conjunction_expression", "disjunction_expression",
		"bitwise_operation", "infix_expression":
		return n.Child("lhs"), n.Child("op"), n.Child("rhs")
	}
	return treesitter.Node{}, treesitter.Node{}, treesitter.Node{}
}

// bind joins what is left of an operator with what it binds on its right, as long as operators bind as strongly as asked.
func (o *operation) bind(l *lowering, left *Node, at, least int) (*Node, int) {
	for at < len(o.operators) {
		sign := l.source(o.operators[at])
		strength := swiftStrength(sign)
		if strength < least {
			break
		}
		right, next := o.operands[at+1], at+1
		for next < len(o.operators) {
			follows := l.source(o.operators[next])
			if s := swiftStrength(follows); s < strength || s == strength && !(follows == "??" || follows == "&&" || follows == "||") {
				break
			}
			if s := swiftStrength(follows); s == strength {
				if follows == "??" { // binds to the right
					right, next = o.bind(l, right, next, s)
				}
				break
			}
			right, next = o.bind(l, right, next, strength+1)
		}
		both := &Node{Kind: Binary, Text: sign, Start: left.Start, End: right.End}
		both.add(as(ALeft, left), as(ARight, right))
		left, at = both, next
	}
	return left, at
}

// swiftStrength tells how strongly an operator binds: https://developer.apple.com/documentation/swift/operator-declarations.
func swiftStrength(operator string) int {
	switch operator {
	case "<<", ">>", "&<<", "&>>":
		return 9
	case "*", "/", "%", "&*", "&":
		return 8
	case "+", "-", "&+", "&-", "|", "^":
		return 7
	case "...", "..<":
		return 6
	case "??":
		return 5
	case "<", "<=", ">", ">=", "==", "!=", "===", "!==", "~=":
		return 3
	case "&&":
		return 2
	case "||":
		return 1
	}
	return 4
}

// generics finds "A<B>.c", which the grammar takes for comparisons.
func (o *operation) generics(l *lowering) {
	for i := 0; i+1 < len(o.operators); i++ {
		name, argument := o.operands[i], o.operands[i+1]
		open, closing := o.operators[i], o.operators[i+1]
		dot := innermost(o.operands[i+2])
		if l.source(open) != "<" || l.source(closing) != ">" || name.Kind != Name || argument.Kind != Name || dot == nil ||
			name.End != open.Start() || open.End() != argument.Start || argument.End != closing.Start() || dot.Start != closing.End() {
			continue
		}
		of := *name
		of.Kids, of.Role, of.End = []*Node{as(TypeArgs, argument)}, AnObject, closing.End()
		*dot = of
		o.operands = append(o.operands[:i], o.operands[i+2:]...)
		o.operators = append(o.operators[:i], o.operators[i+2:]...)
		for x := o.operands[i]; x != nil && len(x.Kids) > 0; x = x.Kids[0] {
			x.Start = of.Start
		}
	}
}

// innermost is the Empty that ".a.b(c)" begins with; nil where something begins otherwise.
func innermost(n *Node) *Node {
	for n != nil {
		switch n.Kind {
		case Empty:
			return n
		case Member:
			n = n.Kid(AnObject)
		case Call, New:
			n = n.Kid(ACallee)
		case Index:
			n = n.Kid(AnObject)
		default:
			return nil
		}
	}
	return nil
}
