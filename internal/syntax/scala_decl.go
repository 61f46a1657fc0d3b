package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// scalaDeclaration lowers declarations; nil where it is none.
func scalaDeclaration(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "class_definition", "object_definition", "trait_definition", "enum_definition", "extension_definition":
		return scalaClass(l, n, strings.TrimSuffix(n.Type(), "_definition"))
	case "package_object":
		return scalaClass(l, n, "object")
	case "type_definition":
		a := l.texted(Class, n, "type", scalaModifiers(l, n)...)
		a.add(as(AName, l.one(n.Child("name"))), as(TypeParams, scalaTypeParams(l, n.Child("type_parameters"))), as(AValue, l.one(n.Child("type"))))
		return a
	case "function_definition", "function_declaration":
		return scalaFunc(l, n)
	case "given_definition":
		a := l.texted(Assign, n, "=", scalaModifiers(l, n)...)
		a.add(csharpWords(l, n, "given")...)
		a.add(as(ALeft, l.one(n.Child("name"))), as(AType, l.one(n.Child("return_type"))), as(ARight, l.one(n.Child("body"))))
		a.Flags = Declares
		return l.statement(n, a)
	case "annotation":
		return scalaAnnotation(l, n)
	}
	return nil
}

// scalaImports lowers an import: each name that it brings in is an Import of all of it, "_" and "*" one of everything.
func scalaImports(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	var path []treesitter.Node
	done := true
	flush := func() {
		if !done && len(path) > 0 {
			out = append(out, scalaImport(l, path, nil))
		}
		path, done = nil, true
	}
	for c := range n.All() {
		switch {
		case c.Type() == ",":
			flush()
		case c.Field() == "path" && c.Named():
			path, done = append(path, c), false
		case c.Type() == "namespace_wildcard", c.Type() == "as_renamed_identifier":
			out, done = append(out, scalaSelected(l, path, c)), true
		case c.Type() == "namespace_selectors":
			for one := range c.Children() {
				out = append(out, scalaSelected(l, path, one))
			}
			done = true
		}
	}
	flush()
	if len(out) > 0 {
		out[0].Start = n.Start()
	}
	return out
}

// scalaImport makes an Import of a path. One that ends with a metavariable is one of whatever is in the path before.
func scalaImport(l *lowering, path []treesitter.Node, field *Node) *Node {
	last := path[len(path)-1]
	if field == nil && len(path) > 1 && strings.HasPrefix(l.source(last), metaWord) {
		path, field = path[:len(path)-1], l.name(last)
	}
	var words []string
	for _, p := range path {
		words = append(words, strings.Trim(l.source(p), "`"))
	}
	module := l.texted(Name, path[0], strings.Join(words, "."))
	module.End = path[len(path)-1].End()
	i := l.node(Import, path[0], as(AModule, module), as(AField, field))
	i.End = max(module.End, last.End())
	if field != nil {
		i.End = max(i.End, field.End)
	}
	return i
}

// scalaSelected makes an Import of one of the names behind a path.
func scalaSelected(l *lowering, path []treesitter.Node, n treesitter.Node) *Node {
	if len(path) == 0 {
		return l.node(Import, n)
	}
	if n.Type() == "namespace_wildcard" {
		return scalaImport(l, path, l.texted(Name, n, "*"))
	}
	name := n
	if n.Child("name").Exists() {
		name = n.Child("name")
	}
	i := scalaImport(l, append(path[:len(path):len(path)], name), nil)
	if alias := n.Child("alias"); alias.Exists() {
		i.add(as(AName, l.one(alias)))
	}
	i.End = max(i.End, n.End())
	return i
}

// scalaClass lowers what declares a type. What the constructor of the base is called with is left out.
func scalaClass(l *lowering, n treesitter.Node, kind string) *Node {
	c := l.texted(Class, n, kind, scalaModifiers(l, n)...)
	c.add(csharpWords(l, n, "case")...)
	c.add(as(AName, l.one(n.Child("name"))), as(TypeParams, scalaTypeParams(l, n.Child("type_parameters"))), as(SomeParams, scalaParams(l, n)))
	if extends := n.Child("extend"); extends.Exists() {
		bases := l.node(Bases, extends)
		for base := range extends.Children() {
			if base.Type() == "compound_type" {
				bases.add(l.each(base)...)
			} else if base.Type() != "arguments" {
				bases.add(l.one(base))
			}
		}
		c.add(as(SomeBases, bases))
	}
	c.add(as(ABody, scalaBlock(l, n.Child("body"))))
	if body := c.Kid(ABody); body != nil && len(body.Kids) == 1 && body.Kids[0].Kind == Block {
		body.Kids = body.Kids[0].Kids
	}
	return c
}

// scalaCases lowers the cases of an enum.
func scalaCases(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	for c := range n.Children() {
		switch c.Type() {
		case "simple_enum_case":
			a := l.texted(Assign, c, "=", as(ALeft, l.one(c.Child("name"))))
			a.Flags = Declares
			out = append(out, l.statement(c, a))
		case "full_enum_case":
			out = append(out, l.texted(Class, c, "case", as(AName, l.one(c.Child("name"))), as(SomeParams, scalaParams(l, c))))
		}
	}
	return out
}

// scalaFunc lowers a function; a body that is no block is one with a Return.
func scalaFunc(l *lowering, n treesitter.Node) *Node {
	f := l.node(Func, n, scalaModifiers(l, n)...)
	f.add(as(AName, l.one(n.Child("name"))))
	for c := range n.Children() {
		if c.Type() == "type_parameters" {
			f.add(as(TypeParams, scalaTypeParams(l, c)))
			break
		}
	}
	f.add(as(SomeParams, scalaParams(l, n)), as(AResult, l.one(n.Child("return_type"))))
	body := n.Child("body")
	switch body.Type() {
	case "":
	case "block", "indented_block":
		f.add(as(ABody, scalaBlock(l, body)))
	default:
		if value := l.one(body); value != nil {
			f.add(as(ABody, l.node(Block, body, l.node(Return, body, as(AValue, value)))))
		}
	}
	return f
}

// scalaParams lowers parameters; several lists of them are one.
func scalaParams(l *lowering, n treesitter.Node) *Node {
	var params *Node
	for list := range n.Children() {
		switch list.Type() {
		case "parameters", "class_parameters":
		default:
			continue
		}
		if params == nil {
			params = l.node(Params, list)
		}
		params.End = list.End()
		words := csharpWords(l, list, "implicit", "using")
		for c := range list.Children() {
			if c.Type() != "parameter" && c.Type() != "class_parameter" {
				params.add(l.node(Param, c, as(AType, l.one(c))))
				continue
			}
			p := l.node(Param, c, scalaModifiers(l, c)...)
			for _, w := range words {
				p.add(as(AModifier, l.texted(Modifier, c, w.Text)))
			}
			p.add(csharpWords(l, c, "val", "var")...)
			kind := c.Child("type")
			if kind.Type() == "repeated_parameter_type" {
				p.Text = "..."
			}
			p.add(as(AName, l.one(c.Child("name"))), as(AType, l.one(kind)), as(AValue, l.one(c.Child("default_value"))))
			params.add(p)
		}
	}
	return params
}

// scalaVars lowers val and var: a declaration for each name.
func scalaVars(l *lowering, n treesitter.Node) []*Node {
	var names []treesitter.Node
	pattern := n.Child("pattern")
	switch {
	case pattern.Type() == "identifiers":
		for c := range pattern.Children() {
			names = append(names, c)
		}
	case pattern.Exists():
		names = append(names, pattern)
	default:
		for c := range n.Children() {
			if c.Field() == "name" {
				names = append(names, c)
			}
		}
	}
	kind, value := n.Child("type"), n.Child("value")
	again := len(names)*(n.End()-n.Start()) <= maxRepeated*4
	var out []*Node
	for i, name := range names {
		a := l.texted(Assign, n, "=")
		if i == 0 || again {
			a.add(scalaModifiers(l, n)...)
			a.add(csharpWords(l, n, "val", "var")...)
			a.add(as(AType, l.one(kind)))
		}
		a.add(as(ALeft, l.one(name)))
		if i == 0 || again {
			right := l.one(value)
			if right != nil && right.Kind == Block {
				right = worth(right)
			}
			a.add(as(ARight, right))
		}
		a.Flags = Declares
		out = append(out, l.statement(n, a))
	}
	return out
}

// scalaModifiers gives the annotations and words before a declaration.
func scalaModifiers(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	for c := range n.Children() {
		if c.Type() == "annotation" {
			out = append(out, as(ADecorator, scalaAnnotation(l, c)))
		}
	}
	for m := range n.Of("modifiers").All() {
		if !m.Extra() {
			out = append(out, as(AModifier, l.texted(Modifier, m, l.source(m))))
		}
	}
	return out
}

func scalaAnnotation(l *lowering, n treesitter.Node) *Node {
	value := l.one(n.Child("name"))
	if arguments := n.Child("arguments"); arguments.Exists() && value != nil {
		call := l.node(Call, n, append([]*Node{as(ACallee, value)}, l.each(arguments)...)...)
		call.Start = value.Start
		value = call
	}
	return l.node(Decorator, n, as(AValue, value))
}
