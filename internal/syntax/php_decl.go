package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// phpDeclaration lowers functions, classes and what stands in them; nil where it is none.
func phpDeclaration(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "function_definition", "method_declaration":
		return phpFunc(l, n)
	case "class_declaration":
		return phpClass(l, n, "class")
	case "interface_declaration":
		return phpClass(l, n, "interface")
	case "trait_declaration":
		return phpClass(l, n, "trait")
	case "enum_declaration":
		return phpClass(l, n, "enum")
	case "enum_case":
		a := l.texted(Assign, n, "=", phpMarks(l, n)...)
		a.add(as(ALeft, l.name(n.Child("name"))), as(ARight, l.one(n.Child("value"))))
		a.Flags = Declares
		return l.statement(n, a)
	case "use_declaration": // of traits
		return l.texted(Other, n, "use", l.each(n)...)
	case "property_hook":
		return phpHook(l, n)
	case "attribute":
		name := l.one(n.First())
		if arguments := n.Child("parameters"); arguments.Exists() {
			name = l.node(Call, n, append([]*Node{as(ACallee, name)}, l.each(arguments)...)...)
		}
		return name
	}
	return nil
}

// phpType lowers types; nil where it is none.
func phpType(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "primitive_type", "cast_type", "bottom_type":
		return l.texted(Name, n, strings.ToLower(l.source(n)))
	case "named_type":
		return l.one(n.First())
	case "optional_type":
		return l.texted(Unary, n, "?", as(AValue, l.one(n.First())))
	case "union_type", "disjunctive_normal_form_type", "type_list":
		return phpTypes(l, n, "|")
	case "intersection_type":
		return phpTypes(l, n, "&")
	}
	return nil
}

// phpTypes lowers types between "|" or "&": a Tuple where there are several.
func phpTypes(l *lowering, n treesitter.Node, operator string) *Node {
	parts := l.each(n)
	if len(parts) == 1 {
		return parts[0]
	}
	return l.texted(Tuple, n, operator, parts...)
}

// phpMarks gives the attributes and modifiers before something.
func phpMarks(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	for c := range n.All() {
		switch kind := c.Type(); {
		case kind == "attribute_list":
			for group := range c.Children() {
				for a := range group.Children() {
					out = append(out, as(ADecorator, l.node(Decorator, a, as(AValue, l.one(a)))))
				}
			}
		case kind == "static", kind == "const", strings.HasSuffix(kind, "_modifier") && kind != "reference_modifier":
			out = append(out, as(AModifier, l.texted(Modifier, c, strings.ToLower(l.source(c)))))
		}
	}
	return out
}

func phpFunc(l *lowering, n treesitter.Node) *Node {
	f, name := l.node(Func, n, phpMarks(l, n)...), l.name(n.Child("name"))
	if name != nil && n.Type() == "function_definition" {
		name.Text = phpFunction(name.Text)
	}
	f.add(as(AName, name), as(SomeParams, phpParams(l, n.Child("parameters"))), as(AResult, l.one(n.Child("return_type"))),
		as(ABody, l.one(n.Child("body"))))
	return f
}

// phpClosure lowers functions without a name. The variables that one takes along are those around it, and left out.
func phpClosure(l *lowering, n treesitter.Node) *Node {
	f := l.node(Func, n, phpMarks(l, n)...)
	f.Flags |= Arrow
	params, body := n.Child("parameters"), n.Child("body")
	f.add(as(SomeParams, phpParams(l, params)), as(AResult, l.one(n.Child("return_type"))))
	if n.Type() == "anonymous_function" {
		f.add(as(ABody, l.one(body)))
	} else if value := l.one(body); value != nil {
		f.add(as(ABody, l.node(Block, body, l.node(Return, body, as(AValue, value)))))
	}
	return f
}

func phpParams(l *lowering, n treesitter.Node) *Node {
	if !n.Exists() {
		return nil
	}
	params := l.node(Params, n)
	for c := range n.Children() {
		p := l.node(Param, c, phpMarks(l, c)...)
		if c.Type() == "variadic_parameter" {
			p.Text = "..."
		}
		p.add(as(AType, l.one(c.Child("type"))), as(AName, l.one(c.Child("name"))), as(AValue, l.one(c.Child("default_value"))))
		params.add(p)
	}
	return params
}

// phpHook lowers what runs when a property is read or written.
func phpHook(l *lowering, n treesitter.Node) *Node {
	f := l.node(Func, n, phpMarks(l, n)...)
	f.add(as(AName, l.name(n.Of("name"))), as(SomeParams, phpParams(l, n.Child("parameters"))))
	body := n.Child("body")
	if value := l.one(body); value != nil && value.Kind != Block {
		f.add(as(ABody, l.node(Block, body, l.node(Return, body, as(AValue, value)))))
	} else {
		f.add(as(ABody, value))
	}
	return f
}

func phpClass(l *lowering, n treesitter.Node, kind string) *Node {
	c := l.texted(Class, n, kind, phpMarks(l, n)...)
	c.add(as(AName, l.name(n.Child("name"))), as(SomeBases, phpBases(l, n)), as(ABody, l.one(n.Child("body"))))
	return c
}

// phpBases gives what a class extends and implements.
func phpBases(l *lowering, n treesitter.Node) *Node {
	var bases *Node
	for c := range n.Children() {
		if c.Type() != "base_clause" && c.Type() != "class_interface_clause" {
			continue
		}
		if bases == nil {
			bases = l.node(Bases, c)
		}
		bases.add(l.each(c)...)
		bases.End = c.End()
	}
	return bases
}

// phpVars lowers properties, constants and static variables: a declaration for each name.
func phpVars(l *lowering, n treesitter.Node) []*Node {
	kind := n.Child("type")
	var names []treesitter.Node
	marks := 0
	for c := range n.Children() {
		switch c.Type() {
		case "property_element", "const_element", "static_variable_declaration":
			names = append(names, c)
		default:
			if len(names) == 0 {
				marks += c.End() - c.Start()
			}
		}
	}
	again := len(names)*marks <= maxRepeated
	var out []*Node
	for i, c := range names {
		a := l.texted(Assign, n, "=")
		a.Flags = Declares
		if i == 0 || again {
			a.add(phpMarks(l, n)...)
			a.add(as(AType, l.one(kind)))
		}
		name, value := c.Child("name"), c.Child("default_value")
		switch c.Type() {
		case "static_variable_declaration":
			value = c.Child("value")
		case "const_element":
			for part := range c.Children() {
				if !name.Exists() {
					name = part
				} else {
					value = part
				}
			}
		}
		a.add(as(ALeft, l.one(name)), as(ARight, l.one(value)))
		a.End = c.End()
		s := l.statement(n, a)
		if i < len(names)-1 {
			s.End = a.End
		}
		out = append(out, s)
	}
	return append(out, l.each(n.Of("property_hook_list"))...)
}

// phpNamespace lowers a namespace, which may have its statements in it: they stand behind it.
func phpNamespace(l *lowering, n treesitter.Node) []*Node {
	name, body := n.Child("name"), n.Child("body")
	p := l.node(Package, n)
	if name.Exists() {
		p.add(as(AName, l.texted(Name, name, phpDotted(l.source(name)))))
	}
	if body.Exists() {
		p.End = body.Start()
	}
	return append([]*Node{p}, l.each(body)...)
}

// phpImport makes an Import of every name. "function" and "const" before it are Modifiers.
func phpImport(l *lowering, n treesitter.Node) []*Node {
	group, prefix, word := n.Child("body"), "", n.Child("type")
	clauses := n
	if group.Exists() {
		clauses, prefix = group, phpDotted(l.source(n.Of("namespace_name")))+"."
	}
	var out []*Node
	for c := range clauses.Children() {
		if c.Type() != "namespace_use_clause" {
			continue
		}
		i := l.node(Import, c)
		if !group.Exists() && len(out) == 0 {
			i.Start = n.Start()
		}
		kind := c.Child("type")
		if !kind.Exists() {
			kind = word
		}
		if kind.Exists() {
			i.Start = min(i.Start, kind.Start())
			i.add(as(AModifier, l.texted(Modifier, kind, strings.ToLower(l.source(kind)))))
		}
		alias := c.Child("alias")
		name := c.First()
		i.add(as(AModule, l.texted(Name, name, prefix+phpDotted(l.source(name)))), as(AName, l.name(alias)))
		out = append(out, i)
	}
	return out
}
