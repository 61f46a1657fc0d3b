package syntax

import (
	"github.com/reevehq/reeve/internal/treesitter"
)

// JavaScript is ECMAScript of any year, with JSX.
var JavaScript = &Language{
	Name: "javascript", Title: "JavaScript",
	Extensions: []string{".js", ".jsx", ".mjs", ".cjs"}, Shebangs: []string{"node", "nodejs"},
	grammar: treesitter.JavaScript, second: treesitter.TSX, lower: lowerJavaScript,
	fragments: jsFragments[:], ellipses: jsEllipses[:], hole: jsHole, meant: unlabelled,
}

// jsFragments are for an expression, which must not be taken for a statement ({a: 1}), for statements, and for members of objects and classes.
var jsFragments = [...]string{"`${%s}`", "%s", "({ %s })", "class _ { %s }"}

// jsEllipses are for where a word may stand, for between statements, which then need no semicolons, and for between cases.
var jsEllipses = [...]string{ellipsisWord, "\n" + ellipsisWord + "\n", "case " + ellipsisWord + ":"}

// lowerJavaScript lowers JavaScript and what TypeScript adds to it: the grammars share the names of their nodes.
func lowerJavaScript(l *lowering, n treesitter.Node) []*Node {
	if expr := jsExpr(l, n); expr != nil {
		return []*Node{expr}
	}
	if several, ok := jsSeveral(l, n); ok {
		return several
	}
	if stmt := jsStmt(l, n); stmt != nil {
		return []*Node{stmt}
	}
	if declared := tsDeclaration(l, n); declared != nil {
		return []*Node{declared}
	}
	if made := tsType(l, n); made != nil {
		return []*Node{made}
	}
	return l.other(n)
}

// jsSeveral lowers what may become several nodes, or none.
func jsSeveral(l *lowering, n treesitter.Node) ([]*Node, bool) {
	switch n.Type() {
	case "variable_declaration", "lexical_declaration", "using_declaration":
		return jsVariables(l, n), true
	case "import_statement":
		return jsImport(l, n), true
	case "export_statement":
		return jsExport(l, n), true
	case "ambient_declaration":
		return tsAmbient(l, n), true
	case "labeled_statement":
		return labelled(l, n), true
	case "empty_statement", "hash_bang_line", "jsx_text":
		return nil, true
	case "jsx_expression": // {} and {/* nothing */} are none
		return l.all(n.First()), true
	}
	return nil, false
}

// jsStmt lowers statements; nil where it is none.
func jsStmt(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "expression_statement":
		return jsExprStmt(l, n)
	case "statement_block":
		return l.node(Block, n, l.each(n)...)
	case "if_statement":
		return l.node(If, n, as(ATest, l.one(n.Child("condition"))), as(AThen, jsBlock(l, n.Child("consequence"))), as(AnElse, jsBlock(l, n.Child("alternative").First())))
	case "while_statement":
		return l.node(While, n, as(ATest, l.one(n.Child("condition"))), as(ABody, jsBlock(l, n.Child("body"))))
	case "do_statement":
		return l.texted(While, n, "do", as(ABody, jsBlock(l, n.Child("body"))), as(ATest, l.one(n.Child("condition"))))
	case "for_statement":
		return l.node(For, n, as(AnInit, jsForInit(l, n.Child("initializer"))), as(ATest, l.one(n.Child("condition"))), as(AnUpdate, l.one(n.Child("increment"))),
			as(ABody, jsBlock(l, n.Child("body"))))
	case "for_in_statement":
		return jsForEach(l, n)
	case "switch_statement":
		return jsSwitch(l, n)
	case "return_statement":
		return l.node(Return, n, as(AValue, l.one(n.First())))
	case "throw_statement":
		return l.node(Throw, n, as(AValue, l.one(n.First())))
	case "break_statement":
		return l.texted(Break, n, l.source(n.Child("label")))
	case "continue_statement":
		return l.texted(Continue, n, l.source(n.Child("label")))
	case "try_statement":
		return l.node(Try, n, as(ABody, jsBlock(l, n.Child("body"))), l.one(n.Child("handler")), as(AFinally, jsBlock(l, n.Child("finalizer").Child("body"))))
	case "catch_clause":
		return l.node(Catch, n, as(AName, l.one(n.Child("parameter"))), as(AType, l.one(n.Child("type"))), as(ABody, jsBlock(l, n.Child("body"))))
	case "with_statement":
		return l.node(With, n, l.one(n.Child("object")), as(ABody, jsBlock(l, n.Child("body"))))
	case "debugger_statement":
		return l.statement(n, l.texted(Name, n, "debugger"))
	case "function_declaration", "generator_function_declaration", "function_signature", "method_definition", "method_signature", "abstract_method_signature":
		return jsFunc(l, n)
	case "class_declaration", "abstract_class_declaration":
		return jsClass(l, n, "class")
	case "field_definition", "public_field_definition":
		return jsField(l, n)
	case "class_static_block":
		b := jsBlock(l, n.Child("body"))
		return marked(n, b, jsModifiers(l, n)...)
	}
	return nil
}

// jsBlock makes a Block of a body, with braces or without.
func jsBlock(l *lowering, n treesitter.Node) *Node { return l.block(n, "statement_block") }

// jsExprStmt lowers an expression as a statement. A namespace is one to the grammar.
func jsExprStmt(l *lowering, n treesitter.Node) *Node {
	first := n.First()
	value := l.one(first)
	switch {
	case value == nil:
		return l.node(Block, n)
	case first.Type() == "internal_module":
		return value
	}
	return l.statement(n, value)
}

// jsVariables lowers a declaration: each variable to a statement of its own, which begins where the declaration does.
func jsVariables(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	for c := range n.Children() {
		if c.Type() != "variable_declarator" {
			continue
		}
		a := l.texted(Assign, n, "=", jsModifiers(l, n)...)
		a.add(as(ALeft, l.one(c.Child("name"))), as(AType, l.one(c.Child("type"))), as(ARight, l.one(c.Child("value"))))
		a.Flags, a.End = Declares, c.End()
		s := l.statement(n, a)
		s.End = c.End()
		out = append(out, s)
	}
	if last := len(out) - 1; last >= 0 {
		out[last].End = n.End() // with the semicolon
	}
	return out
}

// jsForInit lowers what a for begins with, always to a statement.
func jsForInit(l *lowering, n treesitter.Node) *Node {
	init := l.one(n)
	if init == nil || init.Kind == ExprStmt || n.Type() == "lexical_declaration" || n.Type() == "variable_declaration" {
		return init
	}
	return l.statement(n, init)
}

// jsForEach lowers "for (const x of y)": const, and await, are modifiers of the loop.
func jsForEach(l *lowering, n treesitter.Node) *Node {
	f := l.texted(ForEach, n, l.source(n.Child("operator")), jsModifiers(l, n)...)
	f.add(as(ALeft, l.one(n.Child("left"))), as(ARight, l.one(n.Child("right"))), as(ABody, jsBlock(l, n.Child("body"))))
	return f
}

func jsSwitch(l *lowering, n treesitter.Node) *Node {
	s := l.node(Switch, n, as(AValue, l.one(n.Child("value"))))
	for c := range n.Child("body").Children() {
		if c.Type() != "switch_case" && c.Type() != "switch_default" {
			s.add(l.all(c)...)
			continue
		}
		body := l.node(Block, c)
		body.Start = body.End
		one := l.node(Case, c)
		for part := range c.Children() {
			if part.Field() == "value" {
				one.add(l.one(part))
				continue
			}
			body.Start = min(body.Start, part.Start())
			body.add(l.all(part)...)
		}
		if len(one.Kids) == 1 && one.Kids[0].Text == ellipsisWord { // of a pattern
			s.add(one.Kids...)
			continue
		}
		one.add(as(ABody, body))
		s.add(one)
	}
	return s
}

// jsModifiers gives the words of a declaration that say something about it, in order.
func jsModifiers(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	for c := range n.All() {
		out = append(out, jsModifier(l, c)...)
	}
	return out
}

// jsWord gives the Modifier that a word in a node is, nil where it is not there.
func jsWord(l *lowering, n treesitter.Node, word string) *Node {
	if c := n.Of(word); c.Exists() {
		return as(AModifier, l.texted(Modifier, c, word))
	}
	return nil
}

// jsModifier gives the Modifier that a token is; the grammar has one token that is two.
func jsModifier(l *lowering, n treesitter.Node) []*Node {
	one := func(text string) []*Node { return []*Node{as(AModifier, l.texted(Modifier, n, text))} }
	switch n.Type() {
	case "static get":
		return append(one("static"), one("get")...)
	case "const", "let", "var", "using", "async", "await", "*", "get", "set", "static", "abstract", "readonly", "declare", "accessor", "new", "?":
		if !n.Named() {
			return one(n.Type())
		}
	case "accessibility_modifier", "override_modifier":
		return one(l.source(n))
	}
	return nil
}
