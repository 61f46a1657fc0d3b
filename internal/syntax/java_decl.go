package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// javaDeclaration lowers declarations; nil where it is none.
func javaDeclaration(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "package_declaration":
		return javaPackage(l, n)
	case "import_declaration":
		return javaImport(l, n)
	case "class_declaration", "interface_declaration", "enum_declaration", "record_declaration":
		return javaClass(l, n, strings.TrimSuffix(n.Type(), "_declaration"))
	case "annotation_type_declaration":
		return javaClass(l, n, "@interface")
	case "method_declaration", "annotation_type_element_declaration":
		return javaFunc(l, n, "")
	case "constructor_declaration", "compact_constructor_declaration":
		return javaFunc(l, n, "constructor")
	case "enum_constant":
		return javaConstant(l, n)
	case "static_initializer":
		return marked(n, javaBlock(l, n.Of("block")), as(AModifier, l.texted(Modifier, n.Of("static"), "static")))
	}
	return nil
}

// javaDotted is a name with dots as one Name.
func javaDotted(l *lowering, n treesitter.Node) *Node {
	if name, ok := l.one(n).Dotted(); ok {
		return l.texted(Name, n, name)
	}
	return l.name(n)
}

func javaPackage(l *lowering, n treesitter.Node) *Node {
	p := l.node(Package, n)
	for c := range n.Children() {
		if x := l.one(c); x != nil && x.Kind == Decorator {
			p.add(as(ADecorator, x))
		} else {
			p.add(as(AName, javaDotted(l, c)))
		}
	}
	return p
}

// javaImport lowers an import: the Module is all of the name, Field is "*" where everything in it is meant.
func javaImport(l *lowering, n treesitter.Node) *Node {
	i := l.node(Import, n)
	if word := n.Of("static"); word.Exists() {
		i.add(as(AModifier, l.texted(Modifier, word, "static")))
	}
	for c := range n.Children() {
		if c.Type() == "asterisk" {
			i.add(as(AField, l.name(c)))
		} else {
			i.add(as(AModule, javaDotted(l, c)))
		}
	}
	return i
}

// javaClass lowers what declares a type. Its Bases are all that it extends and implements; what it permits is a Modifier.
func javaClass(l *lowering, n treesitter.Node, kind string) *Node {
	c := l.texted(Class, n, kind, javaModifiers(l, n)...)
	c.add(as(AName, l.name(n.Child("name"))), as(TypeParams, l.one(n.Child("type_parameters"))), as(SomeParams, javaParams(l, n.Child("parameters"))))
	var bases, permits *Node
	for part := range n.Children() {
		switch part.Type() {
		case "superclass", "super_interfaces", "extends_interfaces":
			if bases == nil {
				bases = l.node(Bases, part)
			}
			bases.End = part.End()
			bases.add(javaTypes(l, part)...)
		case "permits":
			permits = l.texted(Modifier, part, "permits", javaTypes(l, part)...)
		}
	}
	c.add(as(SomeBases, bases), as(AModifier, permits), as(ABody, l.one(n.Child("body"))))
	return c
}

// javaTypes gives the types behind a word like extends, which may be in a list.
func javaTypes(l *lowering, n treesitter.Node) []*Node {
	if list := n.Of("type_list"); list.Exists() {
		return l.each(list)
	}
	return l.each(n)
}

// javaFunc lowers methods and constructors. What it throws is a Modifier with the text "throws", so that a pattern that does not speak of it does not mind.
// The default of an annotation's element is its Value.
func javaFunc(l *lowering, n treesitter.Node, kind string) *Node {
	f := l.texted(Func, n, kind, javaModifiers(l, n)...)
	params := javaParams(l, n.Child("parameters"))
	if open := n.Of("("); params == nil && open.Exists() {
		params = l.node(Params, open)
	}
	f.add(as(TypeParams, l.one(n.Child("type_parameters"))), as(AResult, javaTyped(l, n)), as(AName, l.name(n.Child("name"))), as(SomeParams, params))
	if throws := n.Of("throws"); throws.Exists() {
		f.add(as(AModifier, l.texted(Modifier, throws, "throws", l.each(throws)...)))
	}
	f.add(as(AValue, l.one(n.Child("value"))), as(ABody, l.one(n.Child("body"))))
	return f
}

// javaParams lowers the parameters of methods, records and lambdas. A receiver ("this") is none.
func javaParams(l *lowering, n treesitter.Node) *Node {
	if !n.Exists() {
		return nil
	}
	params := l.node(Params, n)
	if n.Type() == "identifier" {
		params.add(l.node(Param, n, as(AName, l.name(n))))
		return params
	}
	for c := range n.Children() {
		switch c.Type() {
		case "identifier":
			params.add(l.node(Param, c, as(AName, l.name(c))))
		case "formal_parameter":
			p := l.node(Param, c, javaModifiers(l, c)...)
			p.add(as(AType, javaTyped(l, c)), as(AName, l.one(c.Child("name"))))
			params.add(p)
		case "spread_parameter":
			params.add(javaSpread(l, c))
		}
	}
	return params
}

func javaSpread(l *lowering, n treesitter.Node) *Node {
	p := l.texted(Param, n, "...", javaModifiers(l, n)...)
	for c := range n.Children() {
		switch c.Type() {
		case "modifiers", "marker_annotation", "annotation":
		case "variable_declarator":
			p.add(as(AName, l.one(c.Child("name"))))
		default:
			p.add(as(AType, l.one(c)))
		}
	}
	return p
}

// javaVars lowers fields and variables: a declaration for each name.
func javaVars(l *lowering, n treesitter.Node) []*Node {
	var names []treesitter.Node
	for c := range n.Children() {
		if c.Type() == "variable_declarator" {
			names = append(names, c)
		}
	}
	kind := n.Child("type")
	again := len(names)*len(l.source(n.Of("modifiers"))+l.source(kind)) <= maxRepeated
	var out []*Node
	for i, name := range names {
		a := l.texted(Assign, n, "=")
		if i == 0 || again {
			a.add(javaModifiers(l, n)...)
			a.add(as(AType, javaArray(l, l.one(kind), name.Child("dimensions"))))
		}
		a.add(as(ALeft, l.one(name.Child("name"))), as(ARight, l.one(name.Child("value"))))
		a.Flags, a.End = Declares, name.End()
		s := l.statement(n, a)
		if i < len(names)-1 {
			s.End = a.End
		}
		out = append(out, s)
	}
	return out
}

// javaConstant lowers a constant of an enum: a declaration of what is made with its arguments and body.
func javaConstant(l *lowering, n treesitter.Node) *Node {
	a := l.texted(Assign, n, "=", javaModifiers(l, n)...)
	a.add(as(ALeft, l.name(n.Child("name"))))
	a.Flags = Declares
	arguments, body := n.Child("arguments"), n.Child("body")
	if arguments.Exists() || body.Exists() {
		made := l.node(New, n, l.each(arguments)...)
		made.add(as(ABody, l.one(body)))
		made.Start = n.Child("name").End()
		a.add(as(ARight, made))
	}
	return l.statement(n, a)
}
