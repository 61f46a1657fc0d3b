package syntax

import (
	"bytes"

	"github.com/reevehq/reeve/internal/treesitter"
)

// Rust is Rust. What stands in the round brackets of a macro is read as arguments of a call, where all of a file's can be.
var Rust = &Language{
	Name: "rust", Title: "Rust",
	Extensions: []string{".rs"},
	grammar:    treesitter.Rust, second: treesitter.Rust, lower: lowerRust, body: rustBody, blank: rustBlank,
	fragments: []string{"fn _f() { _x = (%s); }", "fn _f() {\n%s\n}", "%s", "fn _f() {\n%s;\n}", "impl _C {\n%s\n}", "fn _f() { match _x {\n%s\n} }", "type _T = %s;"},
	ellipses: []string{ellipsisWord, ellipsisWord + ";", ellipsisWord + ": " + ellipsisWord, ellipsisWord + " => " + ellipsisWord + ",",
		ellipsisWord + "!{}"},
	alone: 1, params: 2, typed: true,
}

// rustBlank takes the sign of a macro from what then reads as a call: "f!(a)".
func rustBlank(text []byte) []byte {
	out := text
	for at := 0; ; at++ {
		next := bytes.Index(text[at:], []byte("!("))
		if next < 0 {
			return out
		}
		if at += next; at == 0 || !wordLetter(text[at-1]) {
			continue
		}
		if len(out) > 0 && &out[0] == &text[0] {
			out = bytes.Clone(text)
		}
		out[at] = ' '
	}
}

func wordLetter(c byte) bool { return isWord(c) || c == '_' }

func lowerRust(l *lowering, n treesitter.Node) []*Node {
	switch n.Type() {
	case "use_declaration":
		return rustUse(l, n, n.Child("argument"), "")
	case "empty_statement", "shebang", "inner_attribute_item", "attribute_item", "where_clause", "visibility_modifier", "lifetime", "label":
		return nil
	}
	for _, lower := range []func(*lowering, treesitter.Node) *Node{rustExpr, rustAccess, rustType, rustPattern, rustStmt, rustItem} {
		if x := lower(l, n); x != nil {
			return []*Node{x}
		}
	}
	return l.other(n)
}

// rustUse makes an Import of every name: use a::{b, c as d, e::*}.
func rustUse(l *lowering, n, path treesitter.Node, module string) []*Node {
	join := func(more string) string {
		if module == "" || more == "" {
			return module + more
		}
		return module + "." + more
	}
	made := func(module, field string, alias *Node) []*Node {
		i := l.node(Import, path, as(AModule, l.texted(Name, path, module)), as(AName, alias))
		if field != "" {
			i.add(as(AField, l.texted(Name, path, field)))
		}
		return []*Node{i}
	}
	switch path.Type() {
	case "scoped_identifier":
		return made(join(rustPath(l, path.Child("path"))), l.source(path.Child("name")), nil)
	case "use_as_clause":
		of, alias := path.Child("path"), l.name(path.Child("alias"))
		if of.Type() == "scoped_identifier" {
			return made(join(rustPath(l, of.Child("path"))), l.source(of.Child("name")), alias)
		}
		if module == "" {
			return made(l.source(of), "", alias)
		}
		return made(module, l.source(of), alias)
	case "use_wildcard":
		return made(join(rustPath(l, path.First())), "*", nil)
	case "scoped_use_list":
		return rustUseList(l, n, path.Child("list"), join(rustPath(l, path.Child("path"))))
	case "use_list":
		return rustUseList(l, n, path, module)
	case "self":
		return made(module, "", nil)
	}
	if module == "" {
		return made(l.source(path), "", nil)
	}
	return made(module, l.source(path), nil)
}

// maxUse is how long the path of a module may be that is written once for many names: hostile files must not grow by it.
const maxUse = 200

func rustUseList(l *lowering, n, list treesitter.Node, module string) []*Node {
	if len(module) > maxUse {
		return l.other(list)
	}
	var out []*Node
	if l.depth++; l.depth < maxDepth {
		for c := range list.Children() {
			out = append(out, rustUse(l, n, c, module)...)
		}
	}
	l.depth--
	return out
}

// rustPath writes a::b with dots.
func rustPath(l *lowering, n treesitter.Node) string {
	if !n.Exists() {
		return ""
	}
	return string(bytes.ReplaceAll([]byte(l.source(n)), []byte("::"), []byte(".")))
}

// rustStmt lowers statements; nil where it is none.
func rustStmt(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "expression_statement":
		x := l.one(n.First())
		if x != nil && rustStatement(x.Kind) {
			return x
		}
		return l.statement(n, x)
	case "block", "declaration_list", "enum_variant_list", "field_declaration_list":
		return l.node(Block, n, rustBody(l, n)...)
	case "let_declaration":
		return l.statement(n, rustLet(l, n))
	case "if_expression":
		return rustIf(l, n)
	case "while_expression":
		return l.node(While, n, rustLabel(l, n), as(ATest, l.one(n.Child("condition"))), as(ABody, l.one(n.Child("body"))))
	case "loop_expression":
		return l.node(While, n, rustLabel(l, n), as(ABody, l.one(n.Child("body"))))
	case "for_expression":
		loop := l.node(ForEach, n, rustLabel(l, n), as(ALeft, l.one(n.Child("pattern"))), as(ARight, l.one(n.Child("value"))), as(ABody, l.one(n.Child("body"))))
		loop.Flags |= Declares
		return loop
	case "match_expression":
		return rustMatch(l, n)
	case "unsafe_block", "async_block", "try_block", "const_block", "gen_block":
		word := n.Type()[:bytes.IndexByte([]byte(n.Type()), '_')]
		return l.texted(With, n, word, as(ABody, l.one(n.Of("block"))))
	case "return_expression":
		return l.node(Return, n, as(AValue, l.one(n.First())))
	case "break_expression":
		return l.texted(Break, n, l.source(n.Of("label")))
	case "continue_expression":
		return l.texted(Continue, n, l.source(n.Of("label")))
	}
	return nil
}

func rustStatement(k Kind) bool {
	switch k {
	case If, While, ForEach, Switch, With, Return, Break, Continue, Block:
		return true
	}
	return false
}

// rustBody lowers what stands in a block: attributes go to what follows them, an expression at the end is a statement.
func rustBody(l *lowering, n treesitter.Node) []*Node {
	var out, marks []*Node
	var at treesitter.Node
	for c := range n.Children() {
		if c.Type() == "attribute_item" {
			if len(marks) == 0 {
				at = c
			}
			marks = append(marks, as(ADecorator, l.node(Decorator, c, as(AValue, rustAttribute(l, c.First())))))
			continue
		}
		for _, x := range l.all(c) {
			if n.Type() == "block" && rustValue(x.Kind) && x.Kind != Other {
				x = l.statement(c, x)
			}
			if len(marks) > 0 {
				marked(at, x, marks...)
				marks = nil
			}
			out = append(out, x)
		}
	}
	return out
}

// rustValue tells that a node is an expression.
func rustValue(k Kind) bool { return k < Block && k != Func && k != Other || k == Metavar }

func rustAttribute(l *lowering, n treesitter.Node) *Node {
	name := l.one(n.First())
	arguments := n.Child("arguments")
	switch {
	case name == nil:
		return nil
	case arguments.Exists():
		return l.node(Call, n, append([]*Node{as(ACallee, name)}, l.each(arguments)...)...)
	case n.Child("value").Exists():
		return l.texted(Assign, n, "=", as(ALeft, name), as(ARight, l.one(n.Child("value"))))
	}
	return name
}

func rustLabel(l *lowering, n treesitter.Node) *Node {
	label := n.Of("label")
	if !label.Exists() {
		return nil
	}
	return as(AModifier, l.texted(Modifier, label, l.source(label)+":"))
}

// rustLet lowers let; what is done where the pattern does not fit is the Else.
func rustLet(l *lowering, n treesitter.Node) *Node {
	a := l.texted(Assign, n, "=")
	if mut := n.Of("mutable_specifier"); mut.Exists() {
		a.add(as(AModifier, l.texted(Modifier, mut, "mut")))
	}
	a.add(as(ALeft, l.one(n.Child("pattern"))), as(AType, l.one(n.Child("type"))), as(ARight, l.one(n.Child("value"))), as(AnElse, l.one(n.Child("alternative"))))
	a.Flags = Declares
	return a
}

// rustIf lowers an if; one whose value is used is a Cond where each side is one expression.
func rustIf(l *lowering, n treesitter.Node) *Node {
	test, then := l.one(n.Child("condition")), l.one(n.Child("consequence"))
	var other *Node
	if last := n.Child("alternative"); last.Exists() {
		if other = l.one(last.First()); other != nil && other.Kind != Block {
			other = l.node(Block, last.First(), other)
		}
	}
	switch n.Parent().Type() {
	case "block", "expression_statement", "source_file", "else_clause":
	default:
		if a, b := rustOnly(then), rustOnly(other); a != nil && b != nil {
			return l.node(Cond, n, as(ATest, test), as(AThen, a), as(AnElse, b))
		}
	}
	return l.node(If, n, as(ATest, test), as(AThen, then), as(AnElse, other))
}

// rustOnly is the expression that a block is, nil where it is more.
func rustOnly(n *Node) *Node {
	if n == nil || len(n.Kids) != 1 || n.Kids[0].Kind != ExprStmt {
		return nil
	}
	return n.Kids[0].Kid(AValue)
}

func rustMatch(l *lowering, n treesitter.Node) *Node {
	s := l.node(Switch, n, as(AValue, l.one(n.Child("value"))))
	for arm := range n.Child("body").Children() {
		if arm.Type() == "match_arm" {
			s.add(rustArm(l, arm))
		}
	}
	return s
}

// rustArm lowers an arm; "a | b" are two patterns, "_" is the default.
func rustArm(l *lowering, n treesitter.Node) *Node {
	one := l.node(Case, n)
	one.Flags |= Arrow
	pattern, value := n.Child("pattern"), n.Child("value")
	for c := range pattern.Children() {
		if c.Field() == "condition" {
			continue
		}
		for x := l.one(c); x != nil; {
			if x.Kind != Binary || x.Text != "|" {
				one.add(as(Each, x))
				break
			}
			one.add(as(Each, x.Kid(ALeft)))
			x = x.Kid(ARight)
		}
	}
	one.add(as(ATest, l.one(pattern.Child("condition"))))
	result := l.one(value)
	if len(one.Kids) == 1 && one.Kids[0].Text == ellipsisWord && result != nil && result.Text == ellipsisWord { // of a pattern
		return one.Kids[0]
	}
	switch {
	case result == nil:
	case result.Kind == Block:
		one.add(as(ABody, result))
	case rustStatement(result.Kind):
		one.add(as(ABody, l.node(Block, value, result)))
	default:
		one.add(as(ABody, l.node(Block, value, l.statement(value, result))))
	}
	return one
}
