package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// Python is Python 3; much of Python 2 can be read too.
var Python = &Language{
	Name: "python", Title: "Python",
	Extensions: []string{".py", ".pyi", ".pyw"}, Files: []string{"SConstruct", "SConscript", "wscript"}, Shebangs: []string{"python", "python2", "python3"},
	grammar: treesitter.Python, lower: lowerPython,
	fragments: []string{"%s"}, ellipses: []string{ellipsisWord, ellipsisWord + ": " + ellipsisWord}, typed: true,
}

func lowerPython(l *lowering, n treesitter.Node) []*Node {
	if expr := pythonExpr(l, n); expr != nil {
		return []*Node{expr}
	}
	return pythonStmt(l, n)
}

// pythonStmt lowers statements.
func pythonStmt(l *lowering, n treesitter.Node) []*Node {
	one := func(x *Node) []*Node {
		if x == nil {
			return nil
		}
		return []*Node{x}
	}
	switch n.Type() {
	case "expression_statement":
		var out []*Node
		parts := l.each(n)
		if len(parts) > 1 { // "1, 2" as a statement
			parts = []*Node{l.node(Tuple, n, parts...)}
		}
		for _, p := range parts {
			out = append(out, l.statement(n, p))
		}
		return out
	case "block", "module":
		return one(l.node(Block, n, l.each(n)...))
	case "if_statement":
		return one(pythonIf(l, n))
	case "while_statement":
		return one(l.node(While, n, as(ATest, l.one(n.Child("condition"))), as(ABody, pythonBlock(l, n.Child("body"))), as(AnElse, pythonElse(l, n.Child("alternative")))))
	case "for_statement":
		return one(l.node(ForEach, n, as(AModifier, pythonAsync(l, n)), as(ALeft, l.one(n.Child("left"))), as(ARight, l.one(n.Child("right"))),
			as(ABody, pythonBlock(l, n.Child("body"))), as(AnElse, pythonElse(l, n.Child("alternative")))))
	case "return_statement":
		return one(l.node(Return, n, as(AValue, pythonList(l, n))))
	case "raise_statement":
		return one(l.node(Throw, n, as(AValue, l.one(n.First())), as(AnInit, l.one(n.Child("cause")))))
	case "break_statement":
		return one(l.node(Break, n))
	case "continue_statement":
		return one(l.node(Continue, n))
	case "try_statement":
		return one(pythonTry(l, n))
	case "with_statement":
		return one(pythonWith(l, n))
	case "function_definition":
		return one(pythonFunc(l, n))
	case "class_definition":
		return one(pythonClass(l, n))
	case "decorated_definition":
		return one(pythonDecorated(l, n))
	case "import_statement", "import_from_statement", "future_import_statement":
		return pythonImport(l, n)
	case "match_statement":
		return one(pythonMatch(l, n))
	case "print_statement": // Python 2
		return one(l.statement(n, l.node(Call, n, append([]*Node{as(ACallee, l.texted(Name, n, "print"))}, l.each(n)...)...)))
	}
	return l.other(n)
}

// pythonList is what stands behind return, or in an index: one value, or a tuple without parentheses.
func pythonList(l *lowering, n treesitter.Node) *Node {
	switch parts := l.each(n); len(parts) {
	case 0:
		return nil
	case 1:
		return parts[0]
	default:
		return l.node(Tuple, n, parts...)
	}
}

func pythonBlock(l *lowering, n treesitter.Node) *Node { return l.block(n, "block") }

func pythonAsync(l *lowering, n treesitter.Node) *Node {
	if word := n.Of("async"); word.Exists() {
		return l.texted(Modifier, word, "async")
	}
	return nil
}

// pythonIf lowers a chain of if and elif: an elif is an if in the else.
func pythonIf(l *lowering, n treesitter.Node) *Node {
	first := l.node(If, n, as(ATest, l.one(n.Child("condition"))), as(AThen, pythonBlock(l, n.Child("consequence"))))
	last := first
	for c := range n.Children() {
		switch c.Type() {
		case "elif_clause":
			next := l.node(If, c, as(ATest, l.one(c.Child("condition"))), as(AThen, pythonBlock(l, c.Child("consequence"))))
			last.add(as(AnElse, l.node(Block, c, next)))
			last = next
		case "else_clause":
			last.add(as(AnElse, pythonElse(l, c)))
		}
	}
	return first
}

func pythonElse(l *lowering, n treesitter.Node) *Node {
	if !n.Exists() {
		return nil
	}
	return pythonBlock(l, n.Child("body"))
}

func pythonTry(l *lowering, n treesitter.Node) *Node {
	t := l.node(Try, n, as(ABody, pythonBlock(l, n.Child("body"))))
	for c := range n.Children() {
		switch c.Type() {
		case "except_clause", "except_group_clause":
			t.add(pythonExcept(l, c))
		case "else_clause":
			t.add(as(AnElse, pythonElse(l, c)))
		case "finally_clause":
			t.add(as(AFinally, pythonBlock(l, c.Of("block"))))
		}
	}
	return t
}

// pythonExcept lowers "except Type as name:".
func pythonExcept(l *lowering, n treesitter.Node) *Node {
	c := l.node(Catch, n)
	for part := range n.Children() {
		switch {
		case part.Type() == "block":
			c.add(as(ABody, pythonBlock(l, part)))
		case part.Type() == "as_pattern":
			c.add(as(AType, l.one(part.First())), as(AName, l.one(part.Child("alias"))))
		case c.Kid(AType) == nil:
			c.add(as(AType, l.one(part)))
		default:
			c.add(as(AName, l.one(part)))
		}
	}
	return c
}

func pythonWith(l *lowering, n treesitter.Node) *Node {
	w := l.node(With, n, as(AModifier, pythonAsync(l, n)))
	var items func(treesitter.Node)
	items = func(n treesitter.Node) {
		for c := range n.Children() {
			if c.Type() == "with_clause" {
				items(c)
			} else if c.Type() == "with_item" {
				w.add(pythonAs(l, c.Child("value")))
			}
		}
	}
	items(n)
	w.add(as(ABody, pythonBlock(l, n.Child("body"))))
	return w
}

// pythonAs lowers "x as y" to y = x.
func pythonAs(l *lowering, n treesitter.Node) *Node {
	if !n.Exists() || n.Type() != "as_pattern" {
		return l.one(n)
	}
	name := n.Child("alias")
	if !name.Exists() { // in the pattern of a case
		name = cLast(n)
	}
	return l.texted(Assign, n, "=", as(ALeft, l.one(name)), as(ARight, l.one(n.First())))
}

func pythonFunc(l *lowering, n treesitter.Node) *Node {
	return l.node(Func, n, as(AModifier, pythonAsync(l, n)), as(AName, l.name(n.Child("name"))), as(TypeParams, l.one(n.Child("type_parameters"))),
		as(SomeParams, pythonParams(l, n.Child("parameters"))), as(AResult, l.one(n.Child("return_type"))), as(ABody, pythonBlock(l, n.Child("body"))))
}

func pythonClass(l *lowering, n treesitter.Node) *Node {
	c := l.texted(Class, n, "class", as(AName, l.name(n.Child("name"))))
	if bases := n.Child("superclasses"); bases.Exists() {
		c.add(as(SomeBases, l.node(Bases, bases, l.each(bases)...)))
	}
	c.add(as(ABody, pythonBlock(l, n.Child("body"))))
	return c
}

// pythonDecorated puts decorators into what they decorate.
func pythonDecorated(l *lowering, n treesitter.Node) *Node {
	it := l.one(n.Child("definition"))
	if it == nil {
		return nil
	}
	var kids []*Node
	for c := range n.Children() {
		if c.Type() == "decorator" {
			kids = append(kids, as(ADecorator, l.node(Decorator, c, as(AValue, l.one(c.First())))))
		}
	}
	it.Kids, it.Start = append(kids, it.Kids...), n.Start()
	return it
}

func pythonParams(l *lowering, n treesitter.Node) *Node {
	if !n.Exists() {
		return nil
	}
	p := l.node(Params, n)
	for c := range n.Children() {
		p.add(pythonParam(l, c))
	}
	return p
}

func pythonParam(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "identifier":
		return l.node(Param, n, as(AName, l.name(n)))
	case "default_parameter", "typed_default_parameter":
		return l.node(Param, n, as(AName, l.one(n.Child("name"))), as(AType, l.one(n.Child("type"))), as(AValue, l.one(n.Child("value"))))
	case "typed_parameter":
		p := pythonParam(l, n.First())
		p.Start, p.End = n.Start(), n.End()
		p.add(as(AType, l.one(n.Child("type"))))
		return p
	case "list_splat_pattern":
		return l.texted(Param, n, "*", as(AName, l.one(n.First())))
	case "dictionary_splat_pattern":
		return l.texted(Param, n, "**", as(AName, l.one(n.First())))
	case "keyword_separator", "positional_separator":
		return l.texted(Param, n, l.source(n))
	}
	return l.node(Param, n, as(AName, l.one(n)))
}

// pythonImport makes an Import of every name.
func pythonImport(l *lowering, n treesitter.Node) []*Node {
	module := func(n treesitter.Node) *Node {
		return as(AModule, l.texted(Name, n, strings.Join(strings.Fields(l.source(n)), "")))
	}
	from := n.Child("module_name")
	future := n.Type() == "future_import_statement"
	var out []*Node
	for c := range n.Children() {
		if from.Exists() && c == from {
			continue
		}
		name, alias := c, treesitter.Node{}
		if c.Type() == "aliased_import" {
			name, alias = c.Child("name"), c.Child("alias")
		}
		var i *Node
		switch {
		case c.Type() == "wildcard_import":
			i = l.node(Import, n, module(from), as(AField, l.texted(Name, c, "*")))
		case future:
			i = l.node(Import, n, as(AModule, l.texted(Name, n, "__future__")), as(AField, l.name(name)))
		case from.Exists():
			i = l.node(Import, n, module(from), as(AField, l.name(name)))
		default:
			i = l.node(Import, n, module(name))
		}
		i.add(as(AName, l.name(alias)))
		out = append(out, i)
	}
	return out
}

func pythonMatch(l *lowering, n treesitter.Node) *Node {
	s := l.node(Switch, n, as(AValue, l.one(n.Child("subject"))))
	for c := range n.Child("body").Children() {
		one := l.node(Case, c)
		for part := range c.Children() {
			switch {
			case part == c.Child("consequence"):
				one.add(as(ABody, pythonBlock(l, part)))
			case part == c.Child("guard"):
				one.add(as(ATest, l.one(part.First())))
			default:
				one.add(l.all(part)...)
			}
		}
		s.add(one)
	}
	return s
}
