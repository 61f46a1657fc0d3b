package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// swiftDeclaration lowers declarations; nil where it is none.
func swiftDeclaration(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "import_declaration":
		return swiftImport(l, n)
	case "class_declaration", "protocol_declaration":
		return swiftClass(l, n)
	case "typealias_declaration", "associatedtype_declaration":
		return swiftAlias(l, n)
	case "function_declaration", "protocol_function_declaration", "init_declaration", "deinit_declaration", "macro_declaration":
		return swiftFunc(l, n)
	case "parameter", "lambda_parameter":
		return swiftParam(l, n)
	case "attribute":
		return swiftAttribute(l, n)
	}
	return nil
}

// swiftImport lowers an import: the Module is the name of the module; of "import struct A.B" the Field is B.
func swiftImport(l *lowering, n treesitter.Node) *Node {
	i := l.node(Import, n, swiftModifiers(l, n)...)
	name := n.Of("identifier")
	full := l.source(name)
	module := l.texted(Name, name, full)
	for _, kind := range []string{"typealias", "struct", "class", "enum", "protocol", "let", "var", "func"} {
		at := strings.LastIndexByte(full, '.')
		if !n.Has(kind) || at < 0 {
			continue
		}
		module.Text, module.End = full[:at], name.Start()+at
		field := l.texted(Name, name, full[at+1:])
		field.Start = name.Start() + at + 1
		i.add(as(AField, field))
	}
	i.add(as(AModule, module))
	return i
}

// swiftClass lowers classes, structs, actors and extensions, which patterns of a class all mean (the second word is a modifier), enums and protocols.
func swiftClass(l *lowering, n treesitter.Node) *Node {
	word := n.Child("declaration_kind")
	c := l.texted(Class, n, "class", swiftModifiers(l, n)...)
	switch kind := l.source(word); kind {
	case "enum":
		c.Text = kind
	case "protocol":
		c.Text = "interface"
	case "struct", "actor", "extension":
		c.add(as(AModifier, l.texted(Modifier, word, kind)))
	}
	c.add(as(AName, l.one(n.Child("name"))))
	bases := l.node(Bases, n)
	for part := range n.Children() {
		switch part.Type() {
		case "type_parameters":
			c.add(as(TypeParams, swiftTypeParams(l, part)))
		case "inheritance_specifier":
			if len(bases.Kids) == 0 {
				bases.Start = part.Start()
			}
			bases.add(l.one(part.First()))
			bases.End = part.End()
		}
	}
	if len(bases.Kids) > 0 {
		c.add(as(SomeBases, bases))
	}
	c.add(as(ABody, l.one(n.Child("body"))))
	return c
}

func swiftAlias(l *lowering, n treesitter.Node) *Node {
	name := l.one(n.Child("name"))
	if name != nil && name.Text == ellipsisWord { // of a pattern
		return name
	}
	a := l.texted(Class, n, "type", swiftModifiers(l, n)...)
	a.add(as(AName, name))
	if kinds := n.Of("type_parameters"); kinds.Exists() {
		a.add(as(TypeParams, swiftTypeParams(l, kinds)))
	}
	if given := swiftBehind(n, "="); given.Exists() {
		a.add(as(AValue, l.one(given)))
	}
	return a
}

// swiftFunc lowers functions, operators, init and deinit. What it throws, and the conditions of its types, are left out.
func swiftFunc(l *lowering, n treesitter.Node) *Node {
	f := l.node(Func, n, swiftModifiers(l, n)...)
	f.add(csharpWords(l, n, "async")...)
	name := n.Child("name")
	if !name.Exists() {
		name = n.First()
	}
	if word := n.Of("deinit"); word.Exists() {
		name = word
	}
	f.add(as(AName, l.texted(Name, name, strings.Trim(l.source(name), "`"))))
	if kinds := n.Of("type_parameters"); kinds.Exists() {
		f.add(as(TypeParams, swiftTypeParams(l, kinds)))
	}
	f.add(as(SomeParams, swiftParams(l, n)))
	if result := swiftBehind(n, "->"); result.Exists() {
		f.add(as(AResult, l.one(result)))
	}
	f.add(as(ABody, swiftBody(l, n.Child("body"))))
	return f
}

// swiftParams lowers the parameters between the brackets of a node; their defaults stand beside them.
func swiftParams(l *lowering, n treesitter.Node) *Node {
	params := l.node(Params, n)
	var p *Node
	open := false
	for c := range n.All() {
		switch {
		case c.Type() == "(" && !open:
			params.Start, open = c.Start(), true
		case c.Type() == ")" && open:
			params.End = c.End()
		case c.Type() == "parameter":
			p = swiftParam(l, c)
			params.add(p)
		case c.Type() == "attribute" && open:
			// of the parameter behind it
		case c.Field() == "default_value" && p != nil:
			p.add(as(AValue, l.one(c)))
			p.End = c.End()
		}
	}
	if !open {
		params.Start, params.End = n.Start(), n.Start()
	}
	return params
}

// swiftParam lowers a parameter: its Key is the label that callers write, where that is not its name; "..." where it takes many.
func swiftParam(l *lowering, n treesitter.Node) *Node {
	p := l.node(Param, n)
	if label := n.Child("external_name"); label.Exists() {
		p.add(as(AKey, l.one(label)))
	}
	if marks := n.Of("parameter_modifiers"); marks.Exists() {
		for m := range marks.Children() {
			p.add(as(AModifier, l.texted(Modifier, m, l.source(m))))
		}
	}
	colon := false
	for c := range n.All() {
		switch {
		case c.Extra() || c.Field() == "external_name" || c.Type() == "parameter_modifiers":
		case c.Type() == ":":
			colon = true
		case c.Type() == "...":
			p.Text = "..."
		case !c.Named():
		case !colon && p.Kid(AName) == nil:
			p.add(as(AName, l.one(c)))
		case colon && p.Kid(AType) == nil:
			p.add(as(AType, l.one(c)))
		}
	}
	if name := p.Kid(AName); name != nil && name.Text == ellipsisWord && len(p.Kids) > 1 { // of a pattern
		p.Kids = []*Node{name}
	}
	return p
}

// swiftContents lowers what a case of an enum holds: with a name each is a Param.
func swiftContents(l *lowering, n treesitter.Node) *Node {
	t := l.node(Tuple, n)
	var name *Node
	value := false
	for c := range n.All() {
		switch {
		case c.Type() == "=":
			value = true
		case !c.Named() || c.Extra():
		case value:
			value = false
		case c.Field() == "" && (c.Type() == "simple_identifier" || c.Type() == "wildcard_pattern"):
			name = as(AName, l.one(c))
		default:
			kind := l.one(c)
			if name != nil {
				kind = l.node(Param, c, name, as(AType, kind))
				kind.Start, name = kind.Kids[0].Start, nil
			}
			t.add(kind)
		}
	}
	return t
}

// swiftEntries lowers the cases of an enum: a declaration each, of a raw value or of a type.
func swiftEntries(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	var a *Node
	for c := range n.All() {
		switch c.Field() {
		case "name":
			a = l.texted(Assign, c, "=", append(swiftModifiers(l, n), as(AModifier, l.texted(Modifier, n, "case")))...)
			moved(a.Kids, c.Start())
			a.add(as(ALeft, l.one(c)))
			a.Flags = Declares
			out = append(out, l.statement(c, a))
			if len(out) == 1 {
				a.Start, out[0].Start = n.Start(), n.Start()
			}
		case "raw_value":
			a.add(as(ARight, l.one(c)))
		case "data_contents":
			a.add(as(AType, swiftContents(l, c)))
		default:
			continue
		}
		a.End, out[len(out)-1].End = c.End(), c.End()
	}
	return out
}
