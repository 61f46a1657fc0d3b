package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// Kotlin is Kotlin.
var Kotlin = &Language{
	Name: "kotlin", Title: "Kotlin",
	Extensions: []string{".kt", ".kts"}, Shebangs: []string{"kotlin"},
	grammar: treesitter.Kotlin, lower: lowerKotlin,
	fragments: []string{"%s", "%s class _C", "fun _f() {\n%s\n}", "class _C {\n%s\n}", "fun _f() { try {} %s }", "fun _f() { when (_x) {\n%s\n} }", "fun _f(_x: %s) {}"},
	ellipses:  []string{ellipsisWord, ellipsisWord + ": " + ellipsisWord, "val " + ellipsisWord + ": " + ellipsisWord, ellipsisWord + " -> " + ellipsisWord},
	params:    1, worded: true, typed: true,
}

// lowerKotlin lowers a node; where it stands as a statement, an expression is made one.
func lowerKotlin(l *lowering, n treesitter.Node) []*Node {
	out := kotlinNode(l, n)
	if kotlinStands(n) {
		return l.stand(n, out)
	}
	return out
}

// stand makes statements of expressions, for grammars that do not tell them apart.
func (l *lowering) stand(n treesitter.Node, all []*Node) []*Node {
	for i, x := range all {
		if x.Kind == Other || x.Kind >= Block || x.Kind == Func && x.Kid(AName) != nil || x.Role != Each {
			continue
		}
		s := l.statement(n, x)
		s.Start, s.End = x.Start, x.End
		all[i] = s
	}
	return all
}

// kotlinStands tells that a node stands where a statement does.
func kotlinStands(n treesitter.Node) bool {
	switch parent := n.Parent(); parent.Type() {
	case "source_file", "block", "lambda_literal":
		return n.Type() != "lambda_parameters"
	case "if_expression", "when_entry", "while_statement", "do_while_statement":
		return n.Field() != "condition"
	case "for_statement":
		return n.Start() > parent.Of(")").Start()
	case "labeled_expression":
		return kotlinStands(parent)
	}
	return false
}

func kotlinNode(l *lowering, n treesitter.Node) []*Node {
	switch n.Type() {
	case "property_declaration":
		return kotlinProperty(l, n)
	case "annotation", "file_annotation":
		return kotlinAnnotations(l, n)
	case "labeled_expression":
		return kotlinLabelled(l, n)
	case "shebang", "label":
		return nil
	}
	for _, lower := range []func(*lowering, treesitter.Node) *Node{kotlinExpr, kotlinType, kotlinStmt, kotlinDeclaration} {
		if x := lower(l, n); x != nil {
			return []*Node{x}
		}
	}
	return l.other(n)
}

// kotlinStmt lowers statements, and the expressions that are like them; nil where it is none.
func kotlinStmt(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "block", "class_body", "enum_class_body":
		return l.node(Block, n, l.each(n)...)
	case "if_expression":
		return kotlinIf(l, n)
	case "when_expression":
		return kotlinWhen(l, n)
	case "when_entry":
		return kotlinCase(l, n)
	case "while_statement":
		return kotlinLabel(l, n, l.node(While, n, as(ATest, l.one(n.Child("condition"))), as(ABody, kotlinBlock(l, kotlinBehind(n, ")")))))
	case "do_while_statement":
		return kotlinLabel(l, n, l.texted(While, n, "do", as(ABody, kotlinBlock(l, kotlinBehind(n, "do"))), as(ATest, l.one(n.Child("condition")))))
	case "for_statement":
		return kotlinFor(l, n)
	case "try_expression":
		return kotlinTry(l, n)
	case "catch_block":
		return kotlinCatch(l, n)
	case "return_expression":
		r := l.node(Return, n)
		for c := range n.Children() {
			if c.Field() != "label" {
				r.add(as(AValue, l.one(c)))
			}
		}
		return r
	case "throw_expression":
		return l.node(Throw, n, as(AValue, l.one(n.First())))
	}
	return nil
}

func kotlinBlock(l *lowering, n treesitter.Node) *Node { return l.block(n, "block") }

// kotlinBehind is the node behind a token.
func kotlinBehind(n treesitter.Node, token string) treesitter.Node {
	found := false
	for c := range n.All() {
		if found && c.Named() && !c.Extra() {
			return c
		}
		if found && !c.Extra() {
			break
		}
		found = found || c.Type() == token
	}
	return treesitter.Node{}
}

// kotlinLabelled lowers what has a label; to the grammar "break@a" is a name with one too.
func kotlinLabelled(l *lowering, n treesitter.Node) []*Node {
	switch l.source(n.Of("label")) {
	case "break@":
		return []*Node{l.texted(Break, n, l.source(n.Of("identifier")))}
	case "continue@":
		return []*Node{l.texted(Continue, n, l.source(n.Of("identifier")))}
	}
	return labelled(l, n)
}

// kotlinLabel gives a loop its label.
func kotlinLabel(l *lowering, n treesitter.Node, loop *Node) *Node {
	if label := n.Of("label"); label.Exists() {
		return marked(n, loop, as(AModifier, l.texted(Modifier, label, strings.TrimSuffix(l.source(label), "@")+":")))
	}
	return loop
}

// kotlinIf lowers if: where its value is asked for, it is a Cond.
func kotlinIf(l *lowering, n treesitter.Node) *Node {
	test := as(ATest, l.one(n.Child("condition")))
	then, other := kotlinBlock(l, kotlinBehind(n, ")")), kotlinBlock(l, kotlinBehind(n, "else"))
	if other != nil && then != nil && kotlinValued(n) {
		return l.node(Cond, n, test, as(AThen, worth(then)), as(AnElse, worth(other)))
	}
	if then == nil {
		then = l.node(Block, n)
		then.Start = n.Child("condition").End()
		then.End = then.Start
	}
	return l.node(If, n, test, as(AThen, then), as(AnElse, other))
}

// kotlinValued tells that the value of an if or when is asked for.
func kotlinValued(n treesitter.Node) bool {
	for parent := n.Parent(); parent.Type() == "if_expression" && n.Field() != "condition"; parent = n.Parent() {
		n = parent
	}
	return !kotlinStands(n)
}

// worth is the expression that a block amounts to where it holds nothing else, or the block.
func worth(block *Node) *Node {
	if len(block.Kids) != 1 {
		return block
	}
	switch only := block.Kids[0]; {
	case only.Kind == ExprStmt && len(only.Kids) == 1:
		return as(Each, only.Kids[0])
	case only.Kind < Block && only.Kind != Other:
		return only
	}
	return block
}

// kotlinWhen lowers when; a variable in its head is a declaration.
func kotlinWhen(l *lowering, n treesitter.Node) *Node {
	s := l.node(Switch, n)
	for c := range n.Children() {
		if c.Type() != "when_subject" {
			s.add(l.all(c)...)
			continue
		}
		var last treesitter.Node
		for part := range c.Children() {
			last = part
		}
		value := l.one(last)
		if name := c.Of("variable_declaration"); name.Exists() {
			a := l.texted(Assign, c, "=")
			a.Start, a.End = name.Start(), last.End()
			a.Flags = Declares
			kotlinNamed(l, name, a)
			a.add(as(ARight, value))
			value = a
		}
		s.add(as(AValue, value))
	}
	return s
}

func kotlinCase(l *lowering, n treesitter.Node) *Node {
	one := l.node(Case, n)
	one.Flags |= Arrow
	for c := range n.Children() {
		if c.Field() == "condition" {
			one.add(l.all(c)...)
			continue
		}
		body := kotlinBlock(l, c)
		if len(one.Kids) == 1 && one.Kids[0].Text == ellipsisWord && l.source(c) == ellipsisWord { // of a pattern
			return one.Kids[0]
		}
		one.add(as(ABody, body))
	}
	return one
}

func kotlinFor(l *lowering, n treesitter.Node) *Node {
	loop := l.node(ForEach, n)
	loop.Flags |= Declares
	closing := n.Of(")").Start()
	for c := range n.Children() {
		switch {
		case c.Type() == "label" || c.Type() == "annotation":
		case c.Type() == "variable_declaration":
			kotlinNamed(l, c, loop)
		case c.Type() == "multi_variable_declaration":
			loop.add(as(ALeft, l.one(c)))
		case c.Start() > closing:
			loop.add(as(ABody, kotlinBlock(l, c)))
		default:
			loop.add(as(ARight, l.one(c)))
		}
	}
	return kotlinLabel(l, n, loop)
}

func kotlinTry(l *lowering, n treesitter.Node) *Node {
	t := l.node(Try, n)
	for c := range n.Children() {
		switch c.Type() {
		case "catch_block":
			t.add(l.all(c)...)
		case "finally_block":
			t.add(as(AFinally, kotlinBlock(l, c.First())))
		default:
			t.add(as(ABody, kotlinBlock(l, c)))
		}
	}
	return t
}

func kotlinCatch(l *lowering, n treesitter.Node) *Node {
	c := l.node(Catch, n)
	for part := range n.Children() {
		switch part.Type() {
		case "annotation":
			c.add(kotlinAnnotations(l, part)...)
		case "identifier":
			c.add(as(AName, l.one(part)))
		case "block":
			c.add(as(ABody, kotlinBlock(l, part)))
		default:
			c.add(as(AType, l.one(part)))
		}
	}
	return c
}
