package syntax

import (
	"slices"

	"github.com/reevehq/reeve/internal/treesitter"
)

// Ruby is Ruby.
var Ruby = &Language{
	Name: "ruby", Title: "Ruby",
	Extensions: []string{".rb", ".rake", ".gemspec", ".ru", ".podspec", ".jbuilder", ".builder", ".thor"},
	Files:      []string{"Rakefile", "Gemfile", "Guardfile", "Capfile", "Vagrantfile", "Podfile", "Fastfile", "Brewfile", "Dangerfile", "Thorfile"},
	Shebangs:   []string{"ruby", "rake", "jruby"},
	grammar:    treesitter.Ruby, lower: lowerRuby, hole: rubyHole,
	fragments: []string{"%s", "{%s}", "f(%s)", "begin\n%s\nend", "case x\n%s\nend", "if x\n%s\nend"},
	ellipses:  []string{ellipsisWord, ellipsisWord + " => " + ellipsisWord, "when " + ellipsisWord, ellipsisWord + ";"},
}

func lowerRuby(l *lowering, n treesitter.Node) []*Node {
	switch n.Type() {
	case "empty_statement", "uninterpreted":
		return nil
	case "begin_block", "end_block":
		return l.each(n)
	}
	for _, lower := range []func(*lowering, treesitter.Node) *Node{rubyExpr, rubyStmt, rubyDefinition, rubyPattern} {
		if x := lower(l, n); x != nil {
			return []*Node{rubyStatement(l, n, x)}
		}
	}
	out := l.other(n)
	out[0] = rubyStatement(l, n, out[0])
	return out
}

// rubyStatement makes a statement of an expression that stands where statements stand: in Ruby anything may.
func rubyStatement(l *lowering, n treesitter.Node, x *Node) *Node {
	switch n.Parent().Type() {
	case "program", "body_statement", "block_body", "then", "else", "do", "begin", "ensure", "begin_block", "end_block":
		return rubyWrapped(l, n, x)
	}
	return x
}

func rubyWrapped(l *lowering, n treesitter.Node, x *Node) *Node {
	switch x.Kind {
	case Block, ExprStmt, If, While, For, ForEach, Switch, Case, Return, Throw, Break, Continue, Try, Catch, With, Class, Import:
		return x
	case Func:
		if x.Flags&Arrow == 0 {
			return x
		}
	}
	return l.statement(n, x)
}

// rubyStmt lowers what other languages have statements for; nil where it is none.
func rubyStmt(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "if", "elsif":
		return rubyIf(l, n, l.one(n.Child("condition")))
	case "unless":
		return rubyIf(l, n, rubyNot(l, n.Child("condition")))
	case "if_modifier":
		return l.node(If, n, as(ATest, l.one(n.Child("condition"))), as(AThen, rubyBlock(l, n.Child("body"))))
	case "unless_modifier":
		return l.node(If, n, as(ATest, rubyNot(l, n.Child("condition"))), as(AThen, rubyBlock(l, n.Child("body"))))
	case "while":
		return l.node(While, n, as(ATest, l.one(n.Child("condition"))), as(ABody, rubyBlock(l, n.Child("body"))))
	case "until":
		return l.node(While, n, as(ATest, rubyNot(l, n.Child("condition"))), as(ABody, rubyBlock(l, n.Child("body"))))
	case "while_modifier", "until_modifier":
		return rubyLoop(l, n)
	case "for":
		return l.node(ForEach, n, as(ALeft, l.one(n.Child("pattern"))), as(ARight, l.one(n.Child("value").First())), as(ABody, rubyBlock(l, n.Child("body"))))
	case "case", "case_match":
		return rubyCase(l, n)
	case "when":
		return rubyWhen(l, n, n.Child("body"))
	case "in_clause":
		one := l.node(Case, n, l.one(n.Child("pattern")), as(ATest, rubyGuard(l, n.Child("guard"))))
		one.add(as(ABody, rubyThen(l, n, n.Child("body"))))
		return one
	case "begin":
		return rubyBody(l, n)
	case "rescue":
		return rubyRescue(l, n)
	case "return":
		return l.node(Return, n, as(AValue, rubyValues(l, n)))
	case "break":
		return l.node(Break, n, as(AValue, rubyValues(l, n)))
	case "next":
		return l.node(Continue, n, as(AValue, rubyValues(l, n)))
	}
	return nil
}

// rubyNot lowers the condition of unless and until.
func rubyNot(l *lowering, n treesitter.Node) *Node {
	if !n.Exists() {
		return nil
	}
	return l.texted(Unary, n, "!", as(AValue, l.one(n)))
}

// rubyBlock lowers what holds statements, or a single one, to a Block.
func rubyBlock(l *lowering, n treesitter.Node) *Node {
	if !n.Exists() {
		return nil
	}
	switch n.Type() {
	case "then", "else", "do", "block_body", "ensure":
		return l.node(Block, n, l.each(n)...)
	case "body_statement":
		body := rubyBody(l, n)
		if body.Kind == Block {
			return body
		}
		return l.node(Block, n, body)
	}
	block := l.node(Block, n)
	for _, x := range l.all(n) {
		block.add(rubyWrapped(l, n, x))
	}
	return block
}

// rubyThen is the body of something, which is an empty Block at its end where there is none.
func rubyThen(l *lowering, n, body treesitter.Node) *Node {
	if body.Exists() {
		return rubyBlock(l, body)
	}
	return l.after(Block, n)
}

// after makes an empty node that stands where another ends.
func (l *lowering) after(kind Kind, n treesitter.Node) *Node {
	x := l.node(kind, n)
	x.Start = x.End
	return x
}

// rubyIf lowers if, elsif and unless: an elsif is an if in the else.
func rubyIf(l *lowering, n treesitter.Node, test *Node) *Node {
	one := l.node(If, n, as(ATest, test), as(AThen, rubyThen(l, n, n.Child("consequence"))))
	other := n.Child("alternative")
	if other.Type() == "elsif" {
		one.add(as(AnElse, l.node(Block, other, l.one(other))))
	} else {
		one.add(as(AnElse, rubyBlock(l, other)))
	}
	return one
}

// rubyLoop lowers "a while b"; "begin … end while b" runs once before it asks.
func rubyLoop(l *lowering, n treesitter.Node) *Node {
	test, body := n.Child("condition"), n.Child("body")
	w := l.node(While, n, as(ABody, rubyBlock(l, body)))
	if n.Type() == "until_modifier" {
		w.add(as(ATest, rubyNot(l, test)))
	} else {
		w.add(as(ATest, l.one(test)))
	}
	if body.Type() == "begin" {
		w.Text = "do"
	}
	return w
}

// rubyCase lowers case with when or in.
func rubyCase(l *lowering, n treesitter.Node) *Node {
	value := n.Child("value")
	s := l.node(Switch, n, as(AValue, l.one(value)))
	for c := range n.Children() {
		switch {
		case c == value:
		case c.Type() == "else":
			s.add(l.node(Case, c, as(ABody, rubyBlock(l, c))))
		default:
			s.add(l.all(c)...)
		}
	}
	return s
}

func rubyWhen(l *lowering, n, body treesitter.Node) *Node {
	one := l.node(Case, n)
	for c := range n.Children() {
		if c.Type() == "pattern" {
			one.add(l.each(c)...)
		}
	}
	if !body.Exists() && len(one.Kids) == 1 && one.Kids[0].Text == ellipsisWord { // of a pattern
		return one
	}
	one.add(as(ABody, rubyThen(l, n, body)))
	return one
}

func rubyGuard(l *lowering, n treesitter.Node) *Node {
	if n.Type() == "unless_guard" {
		return rubyNot(l, n.Child("condition"))
	}
	return l.one(n.Child("condition"))
}

// rubyBody lowers the body of a method, class or begin: a Block, or a Try where something is rescued or ensured.
func rubyBody(l *lowering, n treesitter.Node) *Node {
	body := l.node(Block, n)
	var clauses []treesitter.Node
	for c := range n.Children() {
		switch c.Type() {
		case "rescue", "ensure", "else":
			clauses = append(clauses, c)
		default:
			body.add(l.all(c)...)
		}
	}
	if len(clauses) == 0 {
		return body
	}
	if !slices.ContainsFunc(clauses, func(c treesitter.Node) bool { return c.Type() != "else" }) {
		body.add(l.each(clauses[0])...)
		return body
	}
	if end := clauses[0].Start(); len(body.Kids) == 0 || body.Kids[len(body.Kids)-1].End <= end {
		body.End = end
	}
	t := l.node(Try, n, as(ABody, body))
	for _, c := range clauses {
		switch c.Type() {
		case "rescue":
			t.add(l.all(c)...)
		case "else":
			t.add(as(AnElse, rubyBlock(l, c)))
		default:
			t.add(as(AFinally, rubyBlock(l, c)))
		}
	}
	return t
}

// rubyRescue lowers rescue; several types are a Tuple.
func rubyRescue(l *lowering, n treesitter.Node) *Node {
	c := l.node(Catch, n)
	if kinds := n.Child("exceptions"); kinds.Exists() {
		all := l.each(kinds)
		if len(all) == 1 {
			c.add(as(AType, all[0]))
		} else {
			c.add(as(AType, l.texted(Tuple, kinds, "|", all...)))
		}
	}
	if name := n.Child("variable"); name.Exists() {
		c.add(as(AName, l.one(name.First())))
	}
	c.add(as(ABody, rubyThen(l, n, n.Child("body"))))
	return c
}

// rubyValues is what stands behind return: one value, or a list without brackets.
func rubyValues(l *lowering, n treesitter.Node) *Node {
	var all []*Node
	for c := range n.Children() {
		if c.Type() == "argument_list" {
			all = append(all, rubyArguments(l, c)...)
		} else {
			all = append(all, l.all(c)...)
		}
	}
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return l.node(Tuple, n, all...)
}
