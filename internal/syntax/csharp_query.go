package syntax

import "github.com/reevehq/reeve/internal/treesitter"

// csharpQuery lowers "from x in xs where … select …" to a Comprehension: each "from", "join" and "let" is a ForEach, "where" an If. What goes on behind
// "into" goes through what was selected before.
func csharpQuery(l *lowering, n treesitter.Node) *Node {
	q := l.texted(Comprehension, n, "generator")
	into, deep := false, 0
	for c := range n.All() {
		switch c.Type() {
		case "from_clause", "join_clause", "let_clause":
			q.add(csharpSource(l, c), csharpJoined(l, c))
		case "where_clause":
			q.add(l.node(If, c, as(ATest, csharpValue(l, c))))
		case "order_by_clause":
			q.add(l.texted(Other, c, "orderby", csharpOperands(l, c)...))
		case "select_clause":
			q.add(as(AValue, csharpValue(l, c)))
		case "group_clause":
			q.add(as(AValue, l.texted(Other, c, "group", csharpOperands(l, c)...)))
		case "into":
			into = true
		case "identifier":
			if deep++; into && deep < maxDepth {
				inner := q
				inner.End = c.Start()
				q = l.texted(Comprehension, n, "generator", l.node(ForEach, n, as(ALeft, l.name(c)), as(ARight, inner)))
				q.Kids[0].End = c.End()
				into = false
			}
		}
	}
	return q
}

// csharpSource lowers what gives a query its elements; "let x = y" gives one.
func csharpSource(l *lowering, n treesitter.Node) *Node {
	var parts []treesitter.Node
	for c := range n.All() {
		if c.Type() == "on" {
			break
		}
		if !c.Extra() && c.Field() != "type" && (c.Named() || c.Type() == "this" || c.Type() == "base") {
			parts = append(parts, c)
		}
	}
	if len(parts) < 2 {
		return nil
	}
	right := l.one(parts[1])
	if n.Type() == "let_clause" {
		right = l.node(List, parts[1], right)
	}
	loop := l.node(ForEach, n, as(AType, l.one(n.Child("type"))), as(ALeft, l.name(parts[0])), as(ARight, right))
	loop.Flags |= Declares
	return loop
}

// csharpJoined lowers "on a equals b".
func csharpJoined(l *lowering, n treesitter.Node) *Node {
	on := n.Of("on")
	if !on.Exists() {
		return nil
	}
	var parts []*Node
	for c := range n.All() {
		if c.Start() > on.Start() && !c.Extra() && c.Type() != "equals" && c.Type() != "join_into_clause" {
			parts = append(parts, l.one(c))
		}
	}
	if len(parts) != 2 || parts[0] == nil || parts[1] == nil {
		return nil
	}
	test := l.texted(Binary, on, "==", as(ALeft, parts[0]), as(ARight, parts[1]))
	test.Start, test.End = parts[0].Start, parts[1].End
	one := l.node(If, n, as(ATest, test))
	one.Start = on.Start()
	return one
}
