package syntax

import (
	"regexp"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/treesitter"
)

// Swift is Swift.
var Swift = &Language{
	Name: "swift", Title: "Swift",
	Extensions: []string{".swift"}, Shebangs: []string{"swift"},
	grammar: treesitter.Swift, lower: lowerSwift, body: swiftStatements, blank: swiftBlank,
	fragments: []string{"%s", "func _f() {\n%s\n}", "%s class _C {}", "class _C {\n%s\n}", "func _f() { switch _x {\n%s\n} }", "func _f() { do {} %s }", "protocol _P {\n%s\n}", "func _f(_x: %s) {}"},
	ellipses:  []string{ellipsisWord, ellipsisWord + ": " + ellipsisWord, "var " + ellipsisWord + ": " + ellipsisWord, "case " + ellipsisWord + ": " + ellipsisWord, "associatedtype " + ellipsisWord},
	params:    1, worded: true, typed: true, typedAs: swiftTyped,
}

// swiftTyped finds "($X: T)" where it is no argument.
var swiftTyped = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(\b\B)(\b\B)|((?:^|[^\w)\]\s]|\b(?:return|try|await|in))\s*\()(\$[A-Z_][A-Z_0-9]*)\s*:\s*([A-Za-z_\[][\w.\[\]<>?: ]*)`)
})

// lowerSwift lowers a node; where it stands as a statement, an expression is made one.
func lowerSwift(l *lowering, n treesitter.Node) []*Node {
	switch n.Type() {
	case "property_declaration", "protocol_property_declaration":
		return swiftProperty(l, n)
	case "subscript_declaration":
		return swiftSubscript(l, n)
	case "enum_entry":
		return swiftEntries(l, n)
	case "directive", "diagnostic", "shebang_line", "statement_label", "multiline_comment", "type_modifiers":
		return nil
	}
	for _, lower := range []func(*lowering, treesitter.Node) *Node{swiftExpr, swiftAccess, swiftType, swiftStmt, swiftDeclaration} {
		if x := lower(l, n); x != nil {
			return []*Node{x}
		}
	}
	return l.other(n)
}

// swiftStands tells that a node stands where a statement does.
func swiftStands(n treesitter.Node) bool {
	switch n.Parent().Type() {
	case "source_file", "statements":
		return true
	}
	return false
}

// swiftStatements lowers what stands in a file or a body. The grammar has "nil" as a token, labels beside what they are of, and at the top of a file
// "throw" beside what is thrown.
func swiftStatements(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	var label, throw treesitter.Node
	for c := range n.All() {
		switch {
		case c.Extra() || !c.Named() && c.Type() != "nil":
			continue
		case c.Type() == "statements":
			out = append(out, swiftStatements(l, c)...)
			continue
		case c.Type() == "statement_label":
			label = c
			continue
		case c.Type() == "throw_keyword":
			throw = c
			continue
		}
		all := l.all(c)
		if throw.Exists() && len(all) == 1 {
			t := l.node(Throw, c, as(AValue, all[0]))
			t.Start, all[0] = throw.Start(), t
		}
		all = l.stand(c, all)
		if label.Exists() && len(all) > 0 {
			marked(label, all[0], as(AModifier, l.texted(Modifier, label, l.source(label))))
		}
		label, throw = treesitter.Node{}, treesitter.Node{}
		out = append(out, all...)
	}
	return out
}

// swiftBody is the Block of the statements in a node.
func swiftBody(l *lowering, n treesitter.Node) *Node {
	if !n.Exists() {
		return nil
	}
	return l.node(Block, n, swiftStatements(l, n)...)
}

// swiftBraces is the Block between the first curly bracket in a node behind a place and the one that closes it.
func swiftBraces(l *lowering, n treesitter.Node, behind int) *Node {
	var b *Node
	for c := range n.All() {
		switch {
		case c.Start() < behind:
		case b == nil && c.Type() == "{":
			b = l.node(Block, c)
		case b != nil && c.Type() == "statements":
			b.add(swiftStatements(l, c)...)
			b.End = c.End()
		case b != nil && c.Type() == "}":
			b.End = c.End()
			return b
		}
	}
	return b
}

// swiftStmt lowers statements, and the expressions that are like them; nil where it is none.
func swiftStmt(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "function_body", "class_body", "enum_class_body", "protocol_body":
		return swiftBody(l, n)
	case "if_statement":
		return swiftIf(l, n)
	case "guard_statement":
		test := l.texted(Unary, n, "!", as(AValue, swiftCondition(l, n)))
		return l.node(If, n, as(ATest, test), as(AThen, swiftBraces(l, n, n.Of("else").End())))
	case "switch_statement":
		s := l.node(Switch, n, as(AValue, l.one(n.Child("expr"))))
		for c := range n.Children() {
			if c.Type() == "switch_entry" {
				s.add(swiftCase(l, c))
			}
		}
		return s
	case "while_statement":
		return l.node(While, n, as(ATest, swiftCondition(l, n)), as(ABody, swiftBraces(l, n, n.Start())))
	case "repeat_while_statement":
		return l.texted(While, n, "do", as(ABody, swiftBraces(l, n, n.Start())), as(ATest, swiftCondition(l, n)))
	case "for_statement":
		return swiftFor(l, n)
	case "do_statement":
		return swiftDo(l, n)
	case "catch_block":
		return swiftCatch(l, n)
	case "control_transfer_statement":
		return swiftTransfer(l, n)
	}
	return nil
}

// swiftIf lowers if: where its value is asked for, it is a Cond.
func swiftIf(l *lowering, n treesitter.Node) *Node {
	word := n.Of("else")
	then := swiftBraces(l, n, n.Start())
	var other *Node
	if word.Exists() {
		if nested := n.Of("if_statement"); nested.Exists() && nested.Start() >= word.End() {
			other = l.node(Block, nested, l.all(nested)...)
		} else {
			other = swiftBraces(l, n, word.End())
		}
	}
	test := as(ATest, swiftCondition(l, n))
	if other != nil && then != nil && swiftValued(n) {
		return l.node(Cond, n, test, as(AThen, worth(then)), as(AnElse, worth(other)))
	}
	return l.node(If, n, test, as(AThen, then), as(AnElse, other))
}

// swiftValued tells that the value of an if is asked for.
func swiftValued(n treesitter.Node) bool {
	for n.Parent().Type() == "if_statement" {
		n = n.Parent()
	}
	return !swiftStands(n)
}

func swiftCase(l *lowering, n treesitter.Node) *Node {
	one := l.node(Case, n)
	for c := range n.Children() {
		switch c.Type() {
		case "modifiers", "default_keyword":
		case "switch_pattern":
			one.add(swiftPattern(l, c.First(), false))
		case "where_keyword":
		case "statements":
			body := swiftBody(l, c)
			if last := len(body.Kids) - 1; last >= 0 {
				body.End = body.Kids[last].End // the line break behind it is part of the grammar's
			}
			one.add(as(ABody, body))
		default:
			one.add(as(ATest, l.one(c)))
		}
	}
	if one.Kid(ABody) == nil {
		empty := l.node(Block, n)
		empty.Start = n.End()
		one.add(as(ABody, empty))
	}
	one.End = one.Kids[len(one.Kids)-1].End
	return one
}

// swiftFor lowers a loop. What it leaves out ("where") is a continue in front of its body.
func swiftFor(l *lowering, n treesitter.Node) *Node {
	loop := l.node(ForEach, n, as(ALeft, swiftPattern(l, n.Child("item"), false)))
	loop.Flags |= Declares
	if kind := n.Of("type_annotation"); kind.Exists() {
		loop.add(as(AType, l.one(kind)))
	}
	collection := n.Child("collection")
	loop.add(as(ARight, l.one(collection)))
	body := swiftBraces(l, n, collection.End())
	if where := n.Of("where_clause"); where.Exists() && body != nil {
		unless := l.texted(Unary, where, "!", as(AValue, l.one(swiftBehind(where, "where_keyword"))))
		left := l.node(If, where, as(ATest, unless), as(AThen, l.node(Block, where, l.node(Continue, where))))
		body.Kids, body.Start = append([]*Node{left}, body.Kids...), left.Start
	}
	loop.add(as(ABody, body))
	return loop
}

// swiftBehind is the node behind a token.
func swiftBehind(n treesitter.Node, token string) treesitter.Node {
	found := false
	for c := range n.All() {
		if found && !c.Extra() {
			return c
		}
		found = found || c.Type() == token
	}
	return treesitter.Node{}
}

// swiftDo lowers do: without something that catches it is a Block.
func swiftDo(l *lowering, n treesitter.Node) *Node {
	body := swiftBraces(l, n, n.Start())
	if !n.Has("catch_block") {
		return body
	}
	t := l.node(Try, n, as(ABody, body))
	for c := range n.Children() {
		if c.Type() == "catch_block" {
			t.add(l.all(c)...)
		}
	}
	return t
}

// swiftCatch lowers catch: "let e as E" is a name with a type, any other pattern is the type.
func swiftCatch(l *lowering, n treesitter.Node) *Node {
	c := l.node(Catch, n)
	behind := n.Start()
	if error := n.Child("error"); error.Exists() {
		behind = error.End()
		p := swiftPattern(l, error, false)
		kind := p
		if p != nil && p.Kind == Cast {
			kind, p = p.Kid(AType), p.Kid(AValue)
		}
		if p != nil && p.Kind == Param {
			c.add(as(AName, p.Kid(AName)))
			if kind == p {
				kind = nil
			}
		}
		c.add(as(AType, kind))
	}
	c.add(as(ABody, swiftBraces(l, n, behind)))
	return c
}

// swiftTransfer lowers return, throw, break, continue and yield.
func swiftTransfer(l *lowering, n treesitter.Node) *Node {
	result := n.Child("result")
	switch word, _, _ := strings.Cut(l.source(n), " "); {
	case n.Has("throw_keyword"):
		return l.node(Throw, n, as(AValue, l.one(swiftBehind(n, "throw_keyword"))))
	case n.Has("break"):
		return l.texted(Break, n, l.source(result))
	case n.Has("continue"):
		return l.texted(Continue, n, l.source(result))
	case word == "yield":
		return l.node(Yield, n, as(AValue, l.one(result)))
	}
	return l.node(Return, n, as(AValue, l.one(result)))
}
