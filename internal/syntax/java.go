package syntax

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/treesitter"
)

// Java is Java.
var Java = &Language{
	Name: "java", Title: "Java",
	Extensions: []string{".java"},
	grammar:    treesitter.Java, lower: lowerJava,
	fragments: []string{"%s", "%s;", "%s class _C {}", "class _C { void f() { try {} %s } }", "class _C {\n%s\n}", "%s _x;"},
	ellipses: []string{ellipsisWord, ellipsisWord + " " + ellipsisWord + ";", ellipsisWord + " " + ellipsisWord, ellipsisWord + " = " + ellipsisWord,
		ellipsisWord + ";;", "case " + ellipsisWord + ":"},
	params: 2, alone: 1, typed: true, hole: javaHole,
}

// javaHeader finds that a text ends within the parameters of a method.
var javaHeader = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`([\w$.<>\[\]]+)\s+[\w$]+\s*\((?:[^(){};]|\([^()]*\))*$`)
})

// javaHole writes a parameter without a type, which may have any, and the dots of one that takes many as they are.
func javaHole(hole, before, after string) (string, bool) {
	if hole == "..." && before != "" && strings.HasPrefix(after, " $") {
		last := before[len(before)-1]
		return hole, isWord(last) || last == '>' || last == ']'
	}
	text, rest := strings.TrimSpace(before), strings.TrimSpace(after)
	if !strings.HasPrefix(hole, "$") || text == "" || rest == "" || !strings.ContainsRune("(,", rune(text[len(text)-1])) || !strings.ContainsRune("),", rune(rest[0])) {
		return "", false
	}
	header := javaHeader().FindStringSubmatch(text)
	if header == nil || !opensBody(after) || slices.Contains([]string{"new", "else", "return", "throw"}, header[1]) {
		return "", false
	}
	if name, more := strings.CutPrefix(hole, "$..."); more {
		return ellipsisWord + " " + moreWord + name, true
	}
	return ellipsisWord + " " + metaWord + hole[1:], true
}

func lowerJava(l *lowering, n treesitter.Node) []*Node {
	switch n.Type() {
	case "field_declaration", "local_variable_declaration", "constant_declaration":
		return javaVars(l, n)
	case "enum_body_declarations":
		return l.each(n)
	case "labeled_statement":
		return labelled(l, n)
	case ";":
		return nil
	}
	for _, lower := range []func(*lowering, treesitter.Node) *Node{javaExpr, javaType, javaStmt, javaDeclaration} {
		if x := lower(l, n); x != nil {
			return []*Node{x}
		}
	}
	return l.other(n)
}

// javaStmt lowers statements; nil where it is none.
func javaStmt(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "expression_statement":
		return l.statement(n, l.one(n.First()))
	case "explicit_constructor_invocation":
		return l.statement(n, javaConstructorCall(l, n))
	case "block", "class_body", "interface_body", "enum_body", "annotation_type_body", "constructor_body":
		return l.node(Block, n, l.each(n)...)
	case "if_statement":
		return l.node(If, n, as(ATest, l.one(n.Child("condition"))), as(AThen, javaBlock(l, n.Child("consequence"))),
			as(AnElse, javaBlock(l, n.Child("alternative"))))
	case "while_statement":
		return l.node(While, n, as(ATest, l.one(n.Child("condition"))), as(ABody, javaBlock(l, n.Child("body"))))
	case "do_statement":
		return l.texted(While, n, "do", as(ABody, javaBlock(l, n.Child("body"))), as(ATest, l.one(n.Child("condition"))))
	case "for_statement":
		return javaFor(l, n)
	case "enhanced_for_statement":
		loop := l.node(ForEach, n, javaModifiers(l, n)...)
		loop.add(as(AType, javaTyped(l, n)), as(ALeft, l.one(n.Child("name"))), as(ARight, l.one(n.Child("value"))), as(ABody, javaBlock(l, n.Child("body"))))
		loop.Flags |= Declares
		return loop
	case "return_statement":
		return l.node(Return, n, as(AValue, l.one(n.First())))
	case "throw_statement":
		return l.node(Throw, n, as(AValue, l.one(n.First())))
	case "yield_statement":
		return l.statement(n, l.node(Yield, n, as(AValue, l.one(n.First()))))
	case "break_statement":
		return l.texted(Break, n, l.source(n.First()))
	case "continue_statement":
		return l.texted(Continue, n, l.source(n.First()))
	case "assert_statement":
		return l.texted(Other, n, "assert", l.each(n)...)
	case "synchronized_statement":
		return l.texted(With, n, "synchronized", l.one(n.Of("parenthesized_expression")), as(ABody, javaBlock(l, n.Child("body"))))
	case "try_statement", "try_with_resources_statement":
		return javaTry(l, n)
	case "catch_clause":
		return javaCatch(l, n)
	}
	return nil
}

func javaBlock(l *lowering, n treesitter.Node) *Node { return l.block(n, "block") }

// javaFor lowers a for that counts: what it begins with and what it does each time are statements, several of them a Block.
func javaFor(l *lowering, n treesitter.Node) *Node {
	var init, update []*Node
	for c := range n.Children() {
		switch c.Field() {
		case "init":
			if x := l.all(c); c.Type() == "local_variable_declaration" {
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
		as(ABody, javaBlock(l, n.Child("body"))))
}

// javaTogether makes a Block of several statements.
func javaTogether(l *lowering, all []*Node) *Node {
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return &Node{Kind: Block, Kids: all, Start: all[0].Start, End: all[len(all)-1].End}
}

// javaTry lowers try; its resources are a Block of declarations and names.
func javaTry(l *lowering, n treesitter.Node) *Node {
	t := l.node(Try, n)
	for c := range n.Children() {
		switch c.Type() {
		case "resource_specification":
			resources := l.node(Block, c)
			for r := range c.Children() {
				resources.add(javaResource(l, r))
			}
			t.add(as(AnInit, resources))
		case "catch_clause":
			t.add(l.all(c)...)
		case "finally_clause":
			t.add(as(AFinally, javaBlock(l, c.First())))
		default:
			t.add(as(ABody, javaBlock(l, c)))
		}
	}
	return t
}

func javaResource(l *lowering, n treesitter.Node) *Node {
	if !n.Child("value").Exists() {
		return l.statement(n, l.one(n.First()))
	}
	a := l.texted(Assign, n, "=", javaModifiers(l, n)...)
	a.add(as(AType, javaTyped(l, n)), as(ALeft, l.one(n.Child("name"))), as(ARight, l.one(n.Child("value"))))
	a.Flags |= Declares
	return l.statement(n, a)
}

// javaCatch lowers a catch; several types are a Tuple.
func javaCatch(l *lowering, n treesitter.Node) *Node {
	param := n.Of("catch_formal_parameter")
	c := l.node(Catch, n, javaModifiers(l, param)...)
	if kinds := param.Of("catch_type"); kinds.Exists() {
		c.add(as(AType, javaUnion(l, kinds, "|")))
	}
	c.add(as(AName, l.one(param.Child("name"))), as(ABody, javaBlock(l, n.Child("body"))))
	return c
}

// javaUnion lowers types between "|" or "&": a Tuple where there are several.
func javaUnion(l *lowering, n treesitter.Node, operator string) *Node {
	parts := l.each(n)
	if len(parts) == 1 {
		return parts[0]
	}
	return l.texted(Tuple, n, operator, parts...)
}

// javaSwitch lowers a switch, as a statement and as an expression.
func javaSwitch(l *lowering, n treesitter.Node) *Node {
	s := l.node(Switch, n, as(AValue, l.one(n.Child("condition"))))
	for c := range n.Child("body").Children() {
		s.add(javaCases(l, c)...)
	}
	return s
}

// javaCases lowers one label after another: all but the last have nothing in them. A case with "->" has Flag Arrow: it never goes on into the next.
func javaCases(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	body := l.node(Block, n)
	body.Start = body.End
	for c := range n.Children() {
		if c.Type() != "switch_label" {
			if body.Start = min(body.Start, c.Start()); c.Type() == "block" && n.Type() == "switch_rule" {
				body.add(l.each(c)...)
			} else {
				body.add(l.all(c)...)
			}
			continue
		}
		one := l.node(Case, c)
		for part := range c.Children() {
			if part.Type() == "guard" {
				one.add(as(ATest, l.one(part.First())))
			} else {
				one.add(l.all(part)...)
			}
		}
		if len(out) > 0 {
			empty := l.node(Block, c)
			empty.Start, empty.End = out[len(out)-1].End, out[len(out)-1].End
			out[len(out)-1].add(as(ABody, empty))
		}
		out = append(out, one)
	}
	if len(out) == 0 {
		return []*Node{body}
	}
	last := out[len(out)-1]
	if len(last.Kids) == 1 && len(body.Kids) == 0 && last.Kids[0].Text == ellipsisWord { // of a pattern
		out[len(out)-1] = last.Kids[0]
		return out
	}
	last.add(as(ABody, body))
	last.End = n.End()
	if n.Type() == "switch_rule" {
		last.Flags |= Arrow
	}
	return out
}
