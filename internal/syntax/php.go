package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// PHP is PHP, with the text around it, which says nothing.
var PHP = &Language{
	Name: "php", Title: "PHP",
	Extensions: []string{".php", ".phtml", ".php3", ".php4", ".php5", ".php7", ".phps", ".inc"}, Shebangs: []string{"php"},
	grammar: treesitter.PHP, lower: lowerPHP, hole: phpHole,
	fragments: []string{"<?php %s", "<?php %s;", "<?php class _C {\n%s\n}", "<?php %s {}", "<?php try {} %s", "<?php [%s];", "<?php %s class _C {}"},
	ellipses: []string{ellipsisWord, ellipsisWord + ";", "public $" + ellipsisWord + ";", "case " + ellipsisWord + ":", ellipsisWord + " => " + ellipsisWord,
		"catch (" + ellipsisWord + ") {}"},
}

func lowerPHP(l *lowering, n treesitter.Node) []*Node {
	switch n.Type() {
	case "text", "php_tag", "php_end_tag", "empty_statement":
		return nil
	case "property_declaration", "const_declaration", "function_static_declaration":
		return phpVars(l, n)
	case "namespace_definition":
		return phpNamespace(l, n)
	case "namespace_use_declaration":
		return phpImport(l, n)
	case "declare_statement":
		return phpDeclare(l, n)
	case "named_label_statement":
		return labelled(l, n)
	}
	for _, lower := range []func(*lowering, treesitter.Node) *Node{phpExpr, phpType, phpStmt, phpDeclaration} {
		if x := lower(l, n); x != nil {
			return []*Node{x}
		}
	}
	return l.other(n)
}

// phpStmt lowers statements; nil where it is none.
func phpStmt(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "expression_statement":
		return phpExprStmt(l, n)
	case "compound_statement", "colon_block", "declaration_list", "enum_declaration_list":
		return l.node(Block, n, l.each(n)...)
	case "if_statement":
		return phpIf(l, n)
	case "while_statement":
		return l.node(While, n, as(ATest, l.one(n.Child("condition"))), as(ABody, phpBlock(l, n.Child("body"))))
	case "do_statement":
		return l.texted(While, n, "do", as(ABody, phpBlock(l, n.Child("body"))), as(ATest, l.one(n.Child("condition"))))
	case "for_statement":
		return l.node(For, n, as(AnInit, phpSteps(l, n.Child("initialize"))), as(ATest, phpTogether(l, n.Child("condition"))),
			as(AnUpdate, phpSteps(l, n.Child("update"))), as(ABody, phpBody(l, n)))
	case "foreach_statement":
		return phpForEach(l, n)
	case "switch_statement":
		return phpSwitch(l, n)
	case "return_statement":
		return l.node(Return, n, as(AValue, l.one(n.First())))
	case "break_statement":
		return l.texted(Break, n, l.source(n.First()))
	case "continue_statement":
		return l.texted(Continue, n, l.source(n.First()))
	case "goto_statement":
		return l.texted(Other, n, "goto", l.name(n.First()))
	case "echo_statement":
		return l.statement(n, phpCall(l, n, "echo", phpSequence(l, n.First())...))
	case "exit_statement":
		return l.statement(n, phpCall(l, n, "exit", l.each(n)...))
	case "unset_statement":
		return l.statement(n, phpCall(l, n, "unset", l.each(n)...))
	case "global_declaration":
		return l.texted(Other, n, "global", l.each(n)...)
	case "try_statement":
		return phpTry(l, n)
	case "catch_clause":
		return l.node(Catch, n, as(AType, l.one(n.Child("type"))), as(AName, l.one(n.Child("name"))), as(ABody, phpBlock(l, n.Child("body"))))
	}
	return nil
}

func phpBlock(l *lowering, n treesitter.Node) *Node {
	return l.block(n, "compound_statement", "colon_block")
}

// phpExprStmt lowers an expression as a statement; "<?= x ?>" is "echo x". What only looks like an expression is a statement of its own.
func phpExprStmt(l *lowering, n treesitter.Node) *Node {
	value := l.one(n.First())
	if value == nil {
		return nil
	}
	if strings.HasSuffix(strings.TrimRight(l.text[max(0, n.Start()-maxBlank):n.Start()], " \t\r\n"), "<?=") {
		return l.statement(n, phpCall(l, n, "echo", value))
	}
	if value.Kind == Throw || value.Kind == Switch {
		value.End = n.End()
		return value
	}
	return l.statement(n, value)
}

// maxBlank is how far before an expression its "<?=" is looked for.
const maxBlank = 100

// phpCall calls what the language has a word for.
func phpCall(l *lowering, n treesitter.Node, name string, arguments ...*Node) *Node {
	callee := l.texted(Name, n, name)
	callee.End = min(n.End(), n.Start()+len(name))
	return l.node(Call, n, append([]*Node{as(ACallee, callee)}, arguments...)...)
}

// phpSequence gives the expressions between commas.
func phpSequence(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	for n.Type() == "sequence_expression" {
		var last treesitter.Node
		for c := range n.Children() {
			if last.Exists() {
				out = append(out, l.all(last)...)
			}
			last = c
		}
		n = last
	}
	return append(out, l.all(n)...)
}

// phpTogether makes one expression of several.
func phpTogether(l *lowering, n treesitter.Node) *Node {
	switch all := phpSequence(l, n); len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	default:
		return l.node(Tuple, n, all...)
	}
}

// phpSteps lowers what a for begins with, and what it does each time: a statement, or a Block of several.
func phpSteps(l *lowering, n treesitter.Node) *Node {
	all := phpSequence(l, n)
	if len(all) == 1 {
		return l.statement(n, all[0])
	}
	if len(all) == 0 {
		return nil
	}
	block := l.node(Block, n)
	for _, x := range all {
		block.add(&Node{Kind: ExprStmt, Kids: []*Node{as(AValue, x)}, Start: x.Start, End: x.End})
	}
	return block
}

// phpBody is the body of a for, which may be written as statements without a block.
func phpBody(l *lowering, n treesitter.Node) *Node {
	body := l.node(Block, n)
	body.Start = body.End
	for c := range n.Children() {
		if c.Field() != "body" {
			continue
		}
		if !n.Has(":") {
			return phpBlock(l, c)
		}
		body.Start = min(body.Start, c.Start())
		body.add(l.all(c)...)
	}
	return body
}

// phpIf lowers a chain of if and elseif: an elseif is an if in the else.
func phpIf(l *lowering, n treesitter.Node) *Node {
	first := l.node(If, n, as(ATest, l.one(n.Child("condition"))), as(AThen, phpBlock(l, n.Child("body"))))
	last, deep := first, 0
	for c := range n.Children() {
		switch c.Type() {
		case "else_if_clause":
			if deep++; deep > maxDepth {
				return first
			}
			next := l.node(If, c, as(ATest, l.one(c.Child("condition"))), as(AThen, phpBlock(l, c.Child("body"))))
			other := l.node(Block, c, next)
			next.End, other.End = n.End(), n.End()
			last.add(as(AnElse, other))
			last = next
		case "else_clause":
			last.add(as(AnElse, phpBlock(l, c.Child("body"))))
		}
	}
	return first
}

// phpForEach lowers "foreach (a as k => v)": what takes the elements is a Tuple where it takes keys too.
func phpForEach(l *lowering, n treesitter.Node) *Node {
	f := l.node(ForEach, n)
	for c := range n.Children() {
		switch {
		case c.Field() == "body":
		case f.Kid(ARight) == nil:
			f.add(as(ARight, l.one(c)))
		case c.Type() == "pair":
			f.add(as(ALeft, l.node(Tuple, c, l.each(c)...)))
		default:
			f.add(as(ALeft, l.one(c)))
		}
	}
	f.add(as(ABody, phpBlock(l, n.Child("body"))))
	return f
}

func phpSwitch(l *lowering, n treesitter.Node) *Node {
	s := l.node(Switch, n, as(AValue, l.one(n.Child("condition"))))
	for c := range n.Child("body").Children() {
		value := c.Child("value")
		body := l.node(Block, c)
		body.Start = body.End
		for part := range c.Children() {
			if part != value {
				body.Start = min(body.Start, part.Start())
				body.add(l.all(part)...)
			}
		}
		one := l.node(Case, c, l.one(value))
		if len(body.Kids) > 0 || l.source(value) != ellipsisWord {
			one.add(as(ABody, body))
		}
		s.add(one)
	}
	return s
}

// phpMatch lowers a match: a Switch whose cases give what they amount to.
func phpMatch(l *lowering, n treesitter.Node) *Node {
	s := l.node(Switch, n, as(AValue, l.one(n.Child("condition"))))
	for c := range n.Child("body").Children() {
		one := l.node(Case, c, l.each(c.Child("conditional_expressions"))...)
		value := c.Child("return_expression")
		if len(one.Kids) == 1 && l.source(value) == ellipsisWord { // of a pattern
			s.add(one)
			continue
		}
		one.Flags |= Arrow
		if x := l.one(value); x != nil {
			one.add(as(ABody, l.node(Block, value, l.statement(value, x))))
		}
		s.add(one)
	}
	return s
}

func phpTry(l *lowering, n treesitter.Node) *Node {
	t := l.node(Try, n, as(ABody, phpBlock(l, n.Child("body"))))
	for c := range n.Children() {
		switch c.Type() {
		case "catch_clause":
			t.add(l.all(c)...)
		case "finally_clause":
			t.add(as(AFinally, phpBlock(l, c.Child("body"))))
		}
	}
	return t
}

// phpDeclare lowers "declare(strict_types=1)" to a call, with the statements that it is about behind it.
func phpDeclare(l *lowering, n treesitter.Node) []*Node {
	directive := n.Of("declare_directive")
	word, _, _ := strings.Cut(l.source(directive), "=")
	call := phpCall(l, n, "declare")
	if directive.Exists() {
		call.add(l.texted(Keyword, directive, strings.TrimSpace(word), as(AValue, l.one(directive.First()))))
		call.End = directive.End()
	}
	s := l.statement(n, call)
	s.End = max(call.End, call.Kids[0].End)
	out := []*Node{s}
	for c := range n.Children() {
		if c != directive {
			out = append(out, l.all(c)...)
		}
	}
	return out
}
