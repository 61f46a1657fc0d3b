package flow

import (
	"unicode"
	"unicode/utf8"

	"github.com/reevehq/reeve/internal/syntax"
)

// A pattern takes a value apart: "Some(x)", "Point{a, b: c}", "String s". Its names are given what the value has at their places.

// implied names the value that a function gets whose only parameter is not written: what the cases are asked about that alone are in it.
const implied = "=>"

// take gives the names in a pattern what they take from a value.
func (b *builder) take(p *syntax.Node, from []node, s state) {
	if p == nil {
		return
	}
	if b.steps--; b.steps <= 0 {
		return
	}
	if !b.takesApart(p) {
		b.expr(p, s)
		return
	}
	switch p.Kind {
	case syntax.Name:
		if b.binds(p.Text) {
			b.giveName(p, from, &cell{}, s)
		} else {
			b.expr(p, s)
		}
	case syntax.Param:
		b.takeTyped(p, from, s)
	case syntax.Pair:
		at := b.value(p)
		for _, n := range from {
			b.load(n, at, b.keyOf(p, s))
		}
		b.take(p.Kid(syntax.AValue), []node{at}, s)
	case syntax.Call, syntax.New, syntax.Tuple, syntax.List, syntax.Dict, syntax.Params:
		b.takeEach(p, syntax.Each, from, s)
	case syntax.Assign, syntax.Spread, syntax.Keyword, syntax.Cast:
		b.takeEach(p, syntax.AType, from, s)
	case syntax.Binary:
		switch p.Text {
		case "|", "||", "&", "@", "::", "or", "and", "=>":
			b.takeEach(p, syntax.AType, from, s)
		default:
			b.expr(p, s)
		}
	case syntax.Unary:
		if p.Text == "&" || p.Text == "ref" || p.Text == "mut" || p.Text == "*" {
			b.takeEach(p, syntax.AType, from, s)
		} else {
			b.expr(p, s)
		}
	case syntax.Other:
		b.takeOther(p, from, s)
	default:
		b.expr(p, s)
	}
}

// takesApart tells that something is a pattern where one stands, and no expression.
func (b *builder) takesApart(p *syntax.Node) bool {
	switch p.Kind {
	case syntax.Call, syntax.New, syntax.Binary, syntax.Unary:
		return b.destructures() && b.file.language != "ruby"
	case syntax.Tuple, syntax.List, syntax.Dict, syntax.Assign:
		return b.destructures()
	}
	return true
}

// destructures tells that calls, lists and their like take a value apart where a pattern stands: where names bind, or are said to (Swift's "let x").
func (b *builder) destructures() bool { return b.binds("x") || b.file.language == "swift" }

// takeEach takes apart what stands in a pattern: the children of a role if that is Each, else all but those.
func (b *builder) takeEach(p *syntax.Node, role syntax.Role, from []node, s state) {
	v := b.value(p)
	for _, n := range from {
		b.link(n, v, plain)
	}
	for _, k := range p.Kids {
		if (k.Role == role) == (role == syntax.Each) {
			b.take(k, from, s)
		}
	}
}

// takeTyped gives a name with a type what it takes.
func (b *builder) takeTyped(p *syntax.Node, from []node, s state) {
	v := b.value(p)
	for _, n := range from {
		b.link(n, v, plain)
	}
	name, kind := p.Kid(syntax.AName), typeName(p.Kid(syntax.AType))
	if name == nil {
		return
	}
	if name.Kind == syntax.Name {
		b.giveName(name, []node{v}, &cell{kind: kind}, s)
	} else {
		b.take(name, []node{v}, s)
	}
}

// takeOther takes apart a pattern that is one of its language's own. The first name in one that has parts is what they are parts of.
func (b *builder) takeOther(p *syntax.Node, from []node, s state) {
	for i, k := range p.Kids {
		whole := i == 0 && k.Kind == syntax.Name && len(p.Kids) > 1
		class := k.Role == syntax.AType || p.Text == "class_pattern" && i == 0
		if !whole && !class {
			b.take(k, from, s)
		}
	}
}

// binds tells of a name that stands alone in a pattern that it takes a value: in other languages, and with a capital letter, it is a constant.
func (b *builder) binds(name string) bool {
	switch b.file.language {
	case "python", "ruby", "rust", "scala":
		first, _ := utf8.DecodeRuneInString(name)
		return name != "_" && !unicode.IsUpper(first)
	}
	return false
}

// matched gives the names in the patterns of a case what they take from the value that is asked about, and follows what else is asked there.
func (b *builder) matched(one *syntax.Node, from []node, s state) {
	for p := range one.All(syntax.Each) {
		b.take(p, from, s)
	}
	b.test(one.Kid(syntax.ATest), s)
}

// typeTest gives the names of a pattern what is tested: "x instanceof String s".
func (b *builder) typeTest(n *syntax.Node, s state) {
	if n.Kind != syntax.Binary || n.Text != "instanceof" && n.Text != "is" {
		return
	}
	switch p := n.Kid(syntax.ARight); {
	case p == nil:
	case p.Kind == syntax.Param || p.Kind == syntax.Other:
		if v, ok := b.nodes[n.Kid(syntax.ALeft)]; ok {
			b.take(p, []node{v}, s)
		}
	}
}
