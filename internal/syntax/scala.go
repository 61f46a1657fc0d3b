package syntax

import (
	"bytes"
	"regexp"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/treesitter"
)

// Scala is Scala 2 and 3.
var Scala = &Language{
	Name: "scala", Title: "Scala",
	Extensions: []string{".scala", ".sc", ".sbt"}, Shebangs: []string{"scala", "scala-cli"},
	grammar: treesitter.Scala, blank: scalaBlank, lower: lowerScala,
	fragments: []string{"%s", "class _C {\n%s\n}", "%s\nclass _C", "_x match {\n%s\n}", "val _x: %s = 1"},
	ellipses:  []string{ellipsisWord, ellipsisWord + ": " + ellipsisWord, "val " + ellipsisWord + ": " + ellipsisWord, "case " + ellipsisWord + " => " + ellipsisWord},
	params:    1, worded: true, hole: scalaHole, typed: true,
}

// scalaHole leaves out a metavariable that stands for val or var: a value that is given also means a declaration.
func scalaHole(hole, before, after string) (string, bool) {
	declares := strings.HasPrefix(strings.TrimLeft(after, " "), "$") && (after[0] == ' ') && strings.TrimRight(before[strings.LastIndexByte(before, '\n')+1:], " ") == ""
	return "", declares && strings.HasPrefix(hole, "$")
}

// scalaTyped finds the parameter of a function in curly brackets that says its type without round ones.
var scalaTyped = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\{\s*(?:implicit\s+)?[\w$]+(\s*:\s*[\w.$]+(?:\[[^{}()=\n]*\])?)\s*=>`)
})

// scalaBlank takes out the type of a parameter in "{ x: T => … }", behind which the grammar would read types; scalaParam gives it back.
func scalaBlank(text []byte) []byte {
	found := scalaTyped().FindAllSubmatchIndex(text, -1)
	if len(found) == 0 {
		return text
	}
	text = bytes.Clone(text)
	for _, m := range found {
		for i := m[2]; i < m[3]; i++ {
			if text[i] != '\n' {
				text[i] = ' '
			}
		}
	}
	return text
}

// lowerScala lowers a node; where it stands as a statement, an expression is made one.
func lowerScala(l *lowering, n treesitter.Node) []*Node {
	out := scalaNode(l, n)
	if scalaStands(n) {
		return l.stand(n, out)
	}
	return out
}

// scalaStands tells that a node stands where a statement does.
func scalaStands(n treesitter.Node) bool {
	switch parent := n.Parent(); parent.Type() {
	case "compilation_unit", "block", "indented_block", "template_body", "with_template_body", "finally_clause":
		return true
	case "case_clause", "while_expression", "do_while_expression", "try_expression":
		return n.Field() == "body"
	case "for_expression":
		return n.Field() == "body" && !parent.Has("yield")
	case "if_expression":
		return n.Field() == "consequence" || n.Field() == "alternative"
	case "package_clause":
		return n.Field() == "body"
	}
	return false
}

func scalaNode(l *lowering, n treesitter.Node) []*Node {
	switch n.Type() {
	case "val_definition", "var_definition", "val_declaration", "var_declaration":
		return scalaVars(l, n)
	case "import_declaration", "export_declaration":
		return scalaImports(l, n)
	case "package_clause":
		out := []*Node{l.node(Package, n, as(AName, kotlinDotted(l, n.Child("name"))))}
		if body := n.Child("body"); body.Exists() {
			out = append(out, l.each(body)...)
		}
		return out
	case "enum_case_definitions":
		return scalaCases(l, n)
	case "self_type", "using_directive", "end", "_end_ident", ";", "comment":
		return nil
	}
	for _, lower := range []func(*lowering, treesitter.Node) *Node{scalaExpr, scalaType, scalaStmt, scalaDeclaration} {
		if x := lower(l, n); x != nil {
			return []*Node{x}
		}
	}
	return l.other(n)
}

// scalaStmt lowers what branches and loops; nil where it is nothing of that.
func scalaStmt(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "block", "indented_block", "template_body", "with_template_body", "enum_body":
		return l.node(Block, n, l.each(n)...)
	case "if_expression":
		return scalaIf(l, n)
	case "match_expression":
		s := l.node(Switch, n, as(AValue, l.one(n.Child("value"))))
		s.add(l.each(n.Child("body"))...)
		return s
	case "case_block", "indented_cases":
		return l.node(Switch, n, l.each(n)...)
	case "case_clause":
		return scalaCase(l, n)
	case "while_expression":
		return l.node(While, n, as(ATest, l.one(n.Child("condition"))), as(ABody, scalaBlock(l, n.Child("body"))))
	case "do_while_expression":
		return l.texted(While, n, "do", as(ABody, scalaBlock(l, n.Child("body"))), as(ATest, l.one(n.Child("condition"))))
	case "for_expression":
		return scalaFor(l, n)
	case "try_expression":
		return scalaTry(l, n)
	case "return_expression":
		return l.node(Return, n, as(AValue, l.one(n.First())))
	case "throw_expression":
		return l.node(Throw, n, as(AValue, l.one(n.First())))
	}
	return nil
}

func scalaBlock(l *lowering, n treesitter.Node) *Node { return l.block(n, "block", "indented_block") }

// scalaIf lowers if: where its value is asked for, it is a Cond.
func scalaIf(l *lowering, n treesitter.Node) *Node {
	test := as(ATest, l.one(n.Child("condition")))
	then, other := scalaBlock(l, n.Child("consequence")), scalaBlock(l, n.Child("alternative"))
	if then != nil && other != nil && scalaValued(n) {
		return l.node(Cond, n, test, as(AThen, worth(then)), as(AnElse, worth(other)))
	}
	return l.node(If, n, test, as(AThen, then), as(AnElse, other))
}

func scalaValued(n treesitter.Node) bool {
	for parent := n.Parent(); parent.Type() == "if_expression" && n.Field() != "condition"; parent = n.Parent() {
		n = parent
	}
	return !scalaStands(n)
}

// scalaCase lowers a case: "_" is the default.
func scalaCase(l *lowering, n treesitter.Node) *Node {
	one := l.node(Case, n)
	one.Flags |= Arrow
	pattern := n.Child("pattern")
	one.add(l.one(pattern))
	if l.source(pattern) == "_" {
		one.Kids = nil
	}
	if guard := n.Of("guard"); guard.Exists() {
		one.add(as(ATest, l.one(guard.Child("condition"))))
	}
	body := scalaBody(l, n)
	if l.source(pattern) == ellipsisWord && len(body.Kids) == 1 && l.text[body.Start:body.End] == ellipsisWord { // of a pattern
		return one.Kids[0]
	}
	one.add(as(ABody, body))
	return one
}

// scalaBody is a Block of all that is in the field body.
func scalaBody(l *lowering, n treesitter.Node) *Node {
	body := l.node(Block, n)
	body.Start = n.End()
	for c := range n.Children() {
		if c.Field() == "body" {
			body.Start = min(body.Start, c.Start())
			if c.Type() == "block" || c.Type() == "indented_block" {
				body.add(l.each(c)...)
				continue
			}
			body.add(l.all(c)...)
		}
	}
	return body
}

// scalaFor lowers a for: with yield it is a Comprehension, otherwise a loop within a loop for each generator, and an If for each guard.
func scalaFor(l *lowering, n treesitter.Node) *Node {
	var parts []*Node
	for c := range n.Of("enumerators").Children() {
		parts = append(parts, scalaEnumerator(l, c)...)
	}
	body := n.Child("body")
	if n.Has("yield") {
		q := l.texted(Comprehension, n, "list", parts...)
		q.add(as(AValue, worth(scalaBlock(l, body))))
		return q
	}
	out := scalaBlock(l, body)
	for i := len(parts) - 1; i >= 0; i-- {
		p := parts[i]
		p.End = n.End()
		if p.Kind == If {
			p.add(as(AThen, out))
		} else {
			p.add(as(ABody, out))
		}
		if i == 0 {
			p.Start = n.Start()
			return p
		}
		out = l.node(Block, n, p)
		out.Start = p.Start
	}
	return out
}

// scalaEnumerator lowers "x <- xs if y" and "x = y".
func scalaEnumerator(l *lowering, n treesitter.Node) []*Node {
	loop := l.node(ForEach, n)
	loop.Flags |= Declares
	var out []*Node
	for c := range n.Children() {
		switch {
		case c.Type() == "guard":
			out = append(out, l.node(If, c, as(ATest, l.one(c.Child("condition")))))
		case loop.Kid(ALeft) == nil:
			loop.add(as(ALeft, l.one(c)))
		default:
			right := l.one(c)
			if n.Has("=") {
				right = l.node(List, c, right)
			}
			loop.add(as(ARight, right))
			loop.End = c.End()
		}
	}
	if len(loop.Kids) == 0 {
		return out
	}
	return append([]*Node{loop}, out...)
}

// scalaTry lowers try; each case of its catch is a Catch.
func scalaTry(l *lowering, n treesitter.Node) *Node {
	t := l.node(Try, n, as(ABody, scalaBlock(l, n.Child("body"))))
	for c := range n.Of("catch_clause").Children() {
		switch c.Type() {
		case "case_block", "indented_cases":
			for one := range c.Children() {
				t.add(scalaCatch(l, one))
			}
		default:
			t.add(l.node(Catch, c, as(ABody, scalaBlock(l, c))))
		}
	}
	if last := n.Of("finally_clause"); last.Exists() {
		t.add(as(AFinally, scalaBlock(l, last.First())))
	}
	return t
}

func scalaCatch(l *lowering, n treesitter.Node) *Node {
	c := l.node(Catch, n)
	pattern := n.Child("pattern")
	if pattern.Type() == "typed_pattern" {
		c.add(as(AName, l.one(pattern.Child("pattern"))), as(AType, l.one(pattern.Child("type"))))
	} else {
		c.add(as(AName, l.one(pattern)))
	}
	if guard := n.Of("guard"); guard.Exists() {
		c.add(as(ATest, l.one(guard.Child("condition"))))
	}
	body := scalaBody(l, n)
	if l.source(pattern) == ellipsisWord && l.text[body.Start:body.End] == ellipsisWord { // of a pattern
		return c.Kids[0]
	}
	c.add(as(ABody, body))
	return c
}
