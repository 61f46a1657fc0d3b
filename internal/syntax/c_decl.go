package syntax

import (
	"regexp"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/treesitter"
)

// cDeclaration lowers declarations; nil where it is none.
func cDeclaration(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "function_definition":
		d := cDeclared(l, n.Child("declarator"), l.one(n.Child("type")))
		f := cFunc(l, n, d)
		f.add(as(ABody, cBody(l, n)))
		return f
	case "enumerator":
		a := l.texted(Assign, n, "=", as(ALeft, l.name(n.Child("name"))), as(ARight, l.one(n.Child("value"))))
		a.Flags = Declares
		return l.statement(n, a)
	case "preproc_include":
		path := l.one(n.Child("path"))
		if path == nil {
			return nil
		}
		return l.node(Import, n, as(AModule, l.texted(Name, n.Child("path"), path.Text)))
	case "preproc_def":
		return cDefine(l, n)
	case "preproc_function_def":
		params := l.node(Params, n.Child("parameters"))
		for c := range n.Child("parameters").Children() {
			params.add(l.node(Param, c, as(AName, l.name(c))))
		}
		return l.node(Func, n, as(AModifier, l.texted(Modifier, n, "define")), as(AName, l.name(n.Child("name"))), as(SomeParams, params))
	}
	return cppDeclaration(l, n)
}

// plainDefine finds what a macro stands for where that is one value: a number, a string, a name.
var plainDefine = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:([0-9][\w.]*)|"((?:[^"\\]|\\.)*)"|([A-Za-z_]\w*))$`)
})

// cDefine lowers "#define A 1" to a declaration. What it stands for is left out where it is more than one value.
func cDefine(l *lowering, n treesitter.Node) *Node {
	a := l.texted(Assign, n, "=", as(AModifier, l.texted(Modifier, n, "define")), as(ALeft, l.name(n.Child("name"))))
	a.Flags = Declares
	if value := n.Child("value"); value.Exists() {
		m := plainDefine().FindStringSubmatch(strings.TrimSpace(l.source(value)))
		switch {
		case m == nil:
		case m[1] != "":
			a.add(as(ARight, l.texted(Number, value, m[1])))
		case m[3] != "":
			a.add(as(ARight, l.texted(Name, value, m[3])))
		default:
			a.add(as(ARight, l.texted(String, value, m[2])))
		}
	}
	return l.statement(n, a)
}

// cFunc lowers what stands before the body of a function. Where it is a member of a class that stands elsewhere, "A::f", the class is a Modifier.
func cFunc(l *lowering, n treesitter.Node, d declared) *Node {
	f := l.node(Func, n, cModifiers(l, n)...)
	if d.function.Exists() {
		f.add(cModifiers(l, d.function)...)
	}
	name := d.name
	if name != nil && name.Kind == Member {
		if scope := name.Kid(AnObject); scope != nil {
			f.add(as(AModifier, &Node{Kind: Modifier, Text: l.text[scope.Start:scope.End], Start: scope.Start, End: scope.End}))
		}
		name = name.Kid(AField)
	}
	result := d.kind
	if trailing := d.function.Of("trailing_return_type"); d.function.Exists() && trailing.Exists() {
		result = l.one(trailing.First())
	}
	f.add(as(AResult, result), as(AName, name))
	if d.function.Exists() {
		f.add(as(SomeParams, cParams(l, d.function.Child("parameters"))))
	}
	return f
}

// cBody lowers a body. What a constructor initializes comes first: a is given b by "a(b)".
func cBody(l *lowering, n treesitter.Node) *Node {
	at := n.Child("body")
	if at.Type() == "try_statement" {
		return l.node(Block, at, l.all(at)...)
	}
	body := l.one(at)
	list := n.Of("field_initializer_list")
	if body == nil || !list.Exists() {
		return body
	}
	var first []*Node
	for c := range list.Children() {
		a := l.texted(Assign, c, "=", as(ALeft, l.one(c.First())), as(ARight, cMade(l, cLast(c), nil)))
		first = append(first, l.statement(c, a))
	}
	body.Kids = append(first, body.Kids...)
	body.Start = min(body.Start, list.Start())
	return body
}

// cVars lowers declarations: one for each name. A function without a body is a Func.
func cVars(l *lowering, n treesitter.Node) []*Node {
	var names []treesitter.Node
	for c := range n.Children() {
		if c.Field() == "declarator" {
			names = append(names, c)
		}
	}
	kind := n.Child("type")
	if len(names) == 0 {
		return l.all(kind)
	}
	again := len(names)*(len(l.source(kind))+8) <= maxRepeated
	var out []*Node
	for i, name := range names {
		var of *Node
		if i == 0 || again {
			of = l.one(kind)
		}
		d := cDeclared(l, name, of)
		if d.function.Exists() && n.Type() != "type_definition" {
			out = append(out, cFunc(l, n, d))
			continue
		}
		a := l.texted(Assign, n, "=")
		if i == 0 || again {
			a.add(cModifiers(l, n)...)
		}
		if n.Type() == "type_definition" {
			a.add(as(AModifier, l.texted(Modifier, n.Of("typedef"), "typedef")))
		}
		if len(a.Kids) > 1 {
			a.Start = min(a.Start, a.Kids[0].Start)
		}
		a.add(as(AType, d.kind), as(ALeft, d.name), as(ARight, cGiven(l, n, name, d)))
		a.Flags = Declares
		s := l.statement(n, a)
		if i < len(names)-1 {
			a.End, s.End = name.End(), name.End()
		}
		out = append(out, s)
	}
	return out
}

// cGiven is the value that a declaration gives: "T a(b)" makes a T of b.
func cGiven(l *lowering, n, name treesitter.Node, d declared) *Node {
	if d.value.Exists() {
		return cMade(l, d.value, d.kind)
	}
	if cLastDeclarator(n) == name {
		return l.one(n.Child("default_value"))
	}
	return nil
}

// cMade lowers what something is made of: the value behind a "=", or arguments, of which one alone is the value.
func cMade(l *lowering, n treesitter.Node, kind *Node) *Node {
	if n.Type() != "argument_list" {
		return l.one(n)
	}
	arguments := l.each(n)
	switch {
	case kind != nil && kind.Kind == Name:
		return l.node(New, n, append([]*Node{as(ACallee, l.texted(Name, n, kind.Text))}, arguments...)...)
	case len(arguments) == 1:
		return arguments[0]
	}
	return l.node(New, n, arguments...)
}

func cLastDeclarator(n treesitter.Node) treesitter.Node {
	var out treesitter.Node
	for c := range n.Children() {
		if c.Field() == "declarator" {
			out = c
		}
	}
	return out
}

// cClass lowers classes, structs, unions and enums.
func cClass(l *lowering, n treesitter.Node) *Node {
	c := l.texted(Class, n, strings.TrimSuffix(n.Type(), "_specifier"))
	c.add(as(AName, l.one(n.Child("name"))))
	if bases := n.Of("base_class_clause"); bases.Exists() {
		c.add(as(SomeBases, l.node(Bases, bases, l.each(bases)...)))
	}
	c.add(as(ABody, l.one(n.Child("body"))))
	return c
}
