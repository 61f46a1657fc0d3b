package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// CSharp is C#.
var CSharp = &Language{
	Name: "csharp", Title: "C#",
	Extensions: []string{".cs", ".csx"},
	grammar:    treesitter.CSharp, lower: lowerCSharp,
	fragments: []string{"%s", "%s;", "return %s;", "%s class _C {}", "class _C { void f() { try {} %s } }", "class _C {\n%s\n}", "%s _x;", "_x = new _C {\n%s\n};", "_x = _x switch { %s };"},
	ellipses: []string{ellipsisWord, ellipsisWord + "()", ellipsisWord + " " + ellipsisWord + ";", ellipsisWord + " " + ellipsisWord,
		ellipsisWord + ";;", "case " + ellipsisWord + ":", ellipsisWord + ",", ellipsisWord + " => " + ellipsisWord},
	alone: 2, statements: true, typed: true, hole: csharpChain,
}

// csharpChain writes an ellipsis at the end of a chain as a call: a chain of names is no statement.
func csharpChain(hole, before, after string) (string, bool) {
	return ellipsisWord + "()", hole == "..." && strings.HasSuffix(strings.TrimRight(before, " "), ".") && strings.HasPrefix(strings.TrimLeft(after, " "), ";")
}

func lowerCSharp(l *lowering, n treesitter.Node) []*Node {
	switch n.Type() {
	case "field_declaration", "event_field_declaration", "local_declaration_statement", "variable_declaration":
		return csharpVars(l, n)
	case "property_declaration", "event_declaration", "indexer_declaration":
		return csharpProperty(l, n)
	case "attribute_list", "global_attribute":
		return csharpAlone(l, n)
	case "global_statement", "preproc_if", "preproc_else", "preproc_elif":
		return csharpConditional(l, n)
	case "labeled_statement":
		return labelled(l, n)
	case "empty_statement", "extern_alias_directive", "shebang_directive":
		return nil
	}
	for _, lower := range []func(*lowering, treesitter.Node) *Node{csharpExpr, csharpType, csharpStmt, csharpDeclaration} {
		if x := lower(l, n); x != nil {
			return []*Node{x}
		}
	}
	return l.other(n)
}

// csharpConditional gives what stands between #if and #endif, whatever is asked for: all of it.
func csharpConditional(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	for c := range n.Children() {
		if c.Field() != "condition" {
			out = append(out, l.all(c)...)
		}
	}
	return out
}

// csharpStmt lowers statements; nil where it is none.
func csharpStmt(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "expression_statement":
		return l.statement(n, l.one(n.First()))
	case "block", "declaration_list", "enum_member_declaration_list":
		return l.node(Block, n, l.each(n)...)
	case "checked_statement", "unsafe_statement":
		return l.one(n.Of("block"))
	case "if_statement":
		return l.node(If, n, as(ATest, l.one(n.Child("condition"))), as(AThen, csharpBlock(l, n.Child("consequence"))),
			as(AnElse, csharpBlock(l, n.Child("alternative"))))
	case "while_statement":
		return l.node(While, n, as(ATest, l.one(n.Child("condition"))), as(ABody, csharpBlock(l, n.Child("body"))))
	case "do_statement":
		return l.texted(While, n, "do", as(ABody, csharpBlock(l, n.Child("body"))), as(ATest, l.one(n.Child("condition"))))
	case "for_statement":
		return csharpFor(l, n)
	case "foreach_statement":
		return csharpForEach(l, n)
	case "return_statement":
		return l.node(Return, n, as(AValue, csharpValue(l, n)))
	case "throw_statement":
		return l.node(Throw, n, as(AValue, csharpValue(l, n)))
	case "yield_statement":
		if n.Has("break") {
			return l.node(Return, n)
		}
		return l.statement(n, l.node(Yield, n, as(AValue, csharpValue(l, n))))
	case "break_statement":
		return l.node(Break, n)
	case "continue_statement":
		return l.node(Continue, n)
	case "goto_statement":
		return l.texted(Other, n, "goto", l.each(n)...)
	case "using_statement":
		return csharpWith(l, n, "")
	case "lock_statement":
		return csharpWith(l, n, "synchronized")
	case "fixed_statement":
		return csharpWith(l, n, "fixed")
	case "switch_statement":
		return csharpSwitch(l, n)
	case "try_statement":
		return csharpTry(l, n)
	case "catch_clause":
		return csharpCatch(l, n)
	}
	return nil
}

func csharpBlock(l *lowering, n treesitter.Node) *Node { return l.block(n, "block") }

// csharpOperand is the last expression in a node; the words this and base are such too, though the grammar does not name them.
func csharpOperand(n treesitter.Node) treesitter.Node {
	var out treesitter.Node
	for c := range n.All() {
		if !c.Extra() && (c.Named() || c.Type() == "this" || c.Type() == "base") {
			out = c
		}
	}
	return out
}

// csharpOperands are all expressions in a node.
func csharpOperands(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	for c := range n.All() {
		if !c.Extra() && (c.Named() || c.Type() == "this" || c.Type() == "base") {
			out = append(out, l.all(c)...)
		}
	}
	return out
}

func csharpValue(l *lowering, n treesitter.Node) *Node { return l.one(csharpOperand(n)) }

// csharpFor lowers a for that counts; what it begins with and does each time are statements, several of them a Block.
func csharpFor(l *lowering, n treesitter.Node) *Node {
	var init, update []*Node
	for c := range n.Children() {
		switch c.Field() {
		case "initializer":
			if x := l.all(c); c.Type() == "variable_declaration" {
				init = append(init, x...)
			} else if len(x) > 0 {
				init = append(init, l.statement(c, x[0]))
			}
		case "update":
			if x := l.one(c); x != nil {
				update = append(update, l.statement(c, x))
			}
		}
	}
	return l.node(For, n, as(AnInit, javaTogether(l, init)), as(ATest, l.one(n.Child("condition"))), as(AnUpdate, javaTogether(l, update)),
		as(ABody, csharpBlock(l, n.Child("body"))))
}

func csharpForEach(l *lowering, n treesitter.Node) *Node {
	loop := l.node(ForEach, n, csharpWords(l, n, "await")...)
	loop.add(as(AType, csharpTyped(l, n.Child("type"))), as(ALeft, l.one(n.Child("left"))), as(ARight, l.one(n.Child("right"))), as(ABody, csharpBlock(l, n.Child("body"))))
	if n.Child("type").Exists() {
		loop.Flags |= Declares
	}
	return loop
}

// csharpWith lowers using, lock and fixed: each is what is opened.
func csharpWith(l *lowering, n treesitter.Node, kind string) *Node {
	with := l.texted(With, n, kind, csharpWords(l, n, "await")...)
	var last treesitter.Node
	for c := range n.Children() {
		last = c
	}
	for c := range n.All() {
		switch {
		case c == last:
			with.add(as(ABody, csharpBlock(l, c)))
		case c.Extra() || !c.Named() && c.Type() != "this":
		default:
			for _, opened := range l.all(c) {
				if opened.Kind == ExprStmt {
					opened = as(Each, opened.Kid(AValue))
				}
				with.add(opened)
			}
		}
	}
	return with
}

// csharpSwitch lowers a switch statement: a label with nothing behind it goes on into the next.
func csharpSwitch(l *lowering, n treesitter.Node) *Node {
	s := l.node(Switch, n, as(AValue, l.one(n.Child("value"))))
	for section := range n.Child("body").Children() {
		one := l.node(Case, section)
		body := l.node(Block, section)
		body.Start = section.End()
		label := true
		for c := range section.All() {
			switch {
			case c.Extra() || !c.Named() && c.Type() != ":" && c.Type() != "this":
			case c.Type() == ":":
				label = false
			case !label:
				body.Start = min(body.Start, c.Start())
				body.add(l.all(c)...)
			case c.Type() == "when_clause":
				one.add(as(ATest, csharpValue(l, c)))
			default:
				one.add(l.all(c)...)
			}
		}
		if len(one.Kids) == 1 && one.Kids[0].Text == ellipsisWord && len(body.Kids) == 0 { // of a pattern
			s.add(one.Kids[0])
			continue
		}
		one.add(as(ABody, body))
		s.add(one)
	}
	return s
}

// csharpSwitchExpr lowers "x switch { … }": each arm is a Case with Flag Arrow.
func csharpSwitchExpr(l *lowering, n treesitter.Node) *Node {
	s := l.node(Switch, n)
	for c := range n.All() {
		switch {
		case c.Type() == "switch_expression_arm":
			s.add(csharpArm(l, c))
		case !c.Extra() && (c.Named() || c.Type() == "this"):
			s.add(as(AValue, l.one(c)))
		}
	}
	return s
}

func csharpArm(l *lowering, n treesitter.Node) *Node {
	arm := l.node(Case, n)
	arm.Flags |= Arrow
	value := csharpOperand(n)
	for c := range n.Children() {
		switch {
		case c == value:
		case c.Type() == "when_clause":
			arm.add(as(ATest, csharpValue(l, c)))
		default:
			arm.add(l.all(c)...)
		}
	}
	result := l.one(value)
	if len(arm.Kids) == 1 && arm.Kids[0].Text == ellipsisWord && result.Text == ellipsisWord { // of a pattern
		return arm.Kids[0]
	}
	if len(arm.Kids) > 0 && arm.Kids[0].Kind == Name && arm.Kids[0].Text == "_" {
		arm.Kids = arm.Kids[1:] // the default
	}
	arm.add(as(ABody, l.node(Block, value, l.statement(value, result))))
	return arm
}

func csharpTry(l *lowering, n treesitter.Node) *Node {
	t := l.node(Try, n)
	for c := range n.Children() {
		switch c.Type() {
		case "catch_clause":
			t.add(l.all(c)...)
		case "finally_clause":
			t.add(as(AFinally, csharpBlock(l, c.Of("block"))))
		default:
			t.add(as(ABody, csharpBlock(l, c)))
		}
	}
	return t
}

// csharpCatch lowers a catch; the Test is what stands behind when.
func csharpCatch(l *lowering, n treesitter.Node) *Node {
	c := l.node(Catch, n)
	for part := range n.Children() {
		switch part.Type() {
		case "catch_declaration":
			c.add(as(AType, l.one(part.Child("type"))), as(AName, l.name(part.Child("name"))))
		case "catch_filter_clause":
			c.add(as(ATest, csharpValue(l, part)))
		}
	}
	c.add(as(ABody, csharpBlock(l, n.Child("body"))))
	return c
}

// csharpWords gives words before a statement or declaration that the grammar has no name for as modifiers.
func csharpWords(l *lowering, n treesitter.Node, words ...string) []*Node {
	var out []*Node
	for _, word := range words {
		if w := n.Of(word); w.Exists() {
			out = append(out, as(AModifier, l.texted(Modifier, w, strings.TrimSpace(word))))
		}
	}
	return out
}
