package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// kotlinDeclaration lowers declarations; nil where it is none.
func kotlinDeclaration(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "package_header":
		return l.node(Package, n, as(AName, kotlinDotted(l, n.First())))
	case "import":
		return kotlinImport(l, n)
	case "class_declaration", "object_declaration", "companion_object":
		return kotlinClass(l, n)
	case "type_alias":
		return kotlinAlias(l, n)
	case "function_declaration":
		return kotlinFunc(l, n, "")
	case "secondary_constructor":
		return kotlinFunc(l, n, "constructor")
	case "anonymous_initializer":
		return marked(n, kotlinBlock(l, n.Of("block")), as(AModifier, l.texted(Modifier, n.Of("init"), "init")))
	case "enum_entry":
		return kotlinEntry(l, n)
	}
	return nil
}

// kotlinDotted is a name with dots as one Name, without the white space that may stand in it.
func kotlinDotted(l *lowering, n treesitter.Node) *Node {
	if !n.Exists() {
		return nil
	}
	return l.texted(Name, n, strings.Join(strings.Fields(strings.ReplaceAll(l.source(n), "`", "")), ""))
}

// kotlinImport lowers an import: the Module is all of the name, Field is "*" where everything in it is meant.
func kotlinImport(l *lowering, n treesitter.Node) *Node {
	i := l.node(Import, n)
	for c := range n.All() {
		switch c.Type() {
		case "qualified_identifier":
			i.add(as(AModule, kotlinDotted(l, c)))
		case "*":
			i.add(as(AField, l.name(c)))
		case "identifier":
			i.add(as(AName, l.one(c)))
		}
	}
	return i
}

// kotlinClass lowers classes, interfaces and objects. What the constructor of the base is called with is left out.
func kotlinClass(l *lowering, n treesitter.Node) *Node {
	kind := "class"
	for _, word := range []string{"interface", "object"} {
		if n.Has(word) {
			kind = word
		}
	}
	c := l.texted(Class, n, kind, kotlinModifiers(l, n)...)
	for _, m := range c.Kids {
		if m.Text == "enum" {
			c.Text = m.Text
		}
	}
	c.add(csharpWords(l, n, "fun", "companion")...)
	c.add(as(AName, l.one(n.Child("name"))))
	for part := range n.Children() {
		switch part.Type() {
		case "type_parameters":
			c.add(as(TypeParams, kotlinTypeParams(l, part)))
		case "primary_constructor":
			c.add(as(SomeParams, kotlinParams(l, part.Of("class_parameters"))))
		case "delegation_specifiers":
			c.add(as(SomeBases, kotlinBases(l, part)))
		case "class_body", "enum_class_body":
			c.add(as(ABody, l.one(part)))
		}
	}
	return c
}

func kotlinBases(l *lowering, n treesitter.Node) *Node {
	bases := l.node(Bases, n)
	for specifier := range n.Children() {
		for c := range specifier.Children() {
			switch c.Type() {
			case "annotation":
			case "constructor_invocation", "explicit_delegation":
				bases.add(l.one(c.First()))
			default:
				bases.add(l.one(c))
			}
		}
	}
	return bases
}

func kotlinAlias(l *lowering, n treesitter.Node) *Node {
	a := l.texted(Class, n, "type", kotlinModifiers(l, n)...)
	name := n.Child("type")
	a.add(as(AName, l.one(name)))
	for c := range n.Children() {
		switch {
		case c.Type() == "type_parameters":
			a.add(as(TypeParams, kotlinTypeParams(l, c)))
		case c.Type() != "modifiers" && c != name:
			a.add(as(AValue, l.one(c)))
		}
	}
	return a
}

// kotlinFunc lowers functions and constructors. What a function extends is a Modifier with the text "receiver", so that a pattern that does not speak of it does
// not mind. What a constructor passes on is a call in front of its body.
func kotlinFunc(l *lowering, n treesitter.Node, kind string) *Node {
	f := l.texted(Func, n, kind, kotlinModifiers(l, n)...)
	params := n.Of("function_value_parameters")
	var body *Node
	for c := range n.Children() {
		switch {
		case c.Type() == "modifiers" || c.Type() == "type_constraints":
		case c.Type() == "type_parameters":
			f.add(as(TypeParams, kotlinTypeParams(l, c)))
		case c == params:
			f.add(as(SomeParams, kotlinParams(l, c)))
		case c.Field() == "name":
			f.add(as(AName, l.one(c)))
		case c.Type() == "constructor_delegation_call":
			body = csharpFirst(l, c, nil)
		case c.Type() == "function_body":
			f.add(as(ABody, kotlinBody(l, c)))
		case c.Type() == "block":
			own := kotlinBlock(l, c)
			if body != nil {
				own.Start, own.Kids = body.Start, append(body.Kids, own.Kids...)
			}
			body = own
		case c.Start() < params.Start():
			f.add(as(AModifier, l.texted(Modifier, c, "receiver", l.one(c))))
		default:
			f.add(as(AResult, l.one(c)))
		}
	}
	f.add(as(ABody, body))
	return f
}

// kotlinBody lowers a body: one behind "=" is a Block with a Return.
func kotlinBody(l *lowering, n treesitter.Node) *Node {
	first := n.First()
	if first.Type() == "block" {
		return kotlinBlock(l, first)
	}
	if value := l.one(first); value != nil {
		return l.node(Block, first, l.node(Return, first, as(AValue, value)))
	}
	return nil
}

// kotlinParams lowers parameters; their modifiers and defaults stand beside them.
func kotlinParams(l *lowering, n treesitter.Node) *Node {
	params := l.node(Params, n)
	var marks []*Node
	var p *Node
	for c := range n.Children() {
		switch c.Type() {
		case "parameter_modifiers":
			marks = kotlinMarks(l, c)
		case "parameter", "class_parameter":
			p = kotlinParam(l, c, marks)
			marks = nil
			params.add(p)
		default:
			if p != nil {
				p.add(as(AValue, l.one(c)))
				p.End = c.End()
			}
		}
	}
	return params
}

func kotlinParam(l *lowering, n treesitter.Node, marks []*Node) *Node {
	p := l.node(Param, n, append(marks, kotlinModifiers(l, n)...)...)
	p.add(csharpWords(l, n, "val", "var")...)
	for _, m := range p.Kids {
		p.Start = min(p.Start, m.Start)
		if m.Text == "vararg" {
			p.Text = "..."
		}
	}
	for c := range n.Children() {
		switch {
		case c.Type() == "modifiers":
		case p.Kid(AName) == nil:
			p.add(as(AName, l.one(c)))
		case p.Kid(AType) == nil:
			p.add(as(AType, l.one(c)))
		default:
			p.add(as(AValue, l.one(c)))
		}
	}
	return p
}

// kotlinProperty lowers val and var: a declaration, and each accessor with a body a Func of its name. "by" is an operator that gives a value.
func kotlinProperty(l *lowering, n treesitter.Node) []*Node {
	a := l.texted(Assign, n, "=", kotlinModifiers(l, n)...)
	a.add(csharpWords(l, n, "val", "var")...)
	a.Flags = Declares
	out := []*Node{l.statement(n, a)}
	for c := range n.Children() {
		switch c.Type() {
		case "modifiers", "type_parameters", "type_constraints":
		case "variable_declaration":
			kotlinNamed(l, c, a)
		case "multi_variable_declaration":
			a.add(as(ALeft, l.one(c)))
		case "property_delegate":
			a.Text = "by"
			a.add(as(ARight, l.one(c.First())))
		case "getter", "setter":
			if f := kotlinAccessor(l, c, a.Kid(ALeft)); f != nil {
				out = append(out, f)
			}
		default:
			if a.Kid(ALeft) != nil {
				a.add(as(ARight, l.one(c)))
			} else {
				a.add(as(AModifier, l.texted(Modifier, c, "receiver", l.one(c))))
			}
		}
	}
	return out
}

// kotlinName is the name in the declaration of a variable.
func kotlinName(n treesitter.Node) treesitter.Node { return n.Of("identifier") }

// kotlinNamed adds the name and type of a variable, and what stands before it.
func kotlinNamed(l *lowering, n treesitter.Node, to *Node) {
	name := kotlinName(n)
	for c := range n.Children() {
		switch {
		case c.Type() == "annotation":
			to.add(kotlinAnnotations(l, c)...)
		case c == name:
			to.add(as(ALeft, l.one(c)))
		default:
			to.add(as(AType, l.one(c)))
		}
	}
}

func kotlinAccessor(l *lowering, n treesitter.Node, of *Node) *Node {
	body := n.Of("function_body")
	if !body.Exists() || of == nil {
		return nil
	}
	f := l.node(Func, n, kotlinModifiers(l, n)...)
	f.add(csharpWords(l, n, "get", "set")...)
	word := n.Of("get")
	if !word.Exists() {
		word = n.Of("set")
	}
	params := l.node(Params, n.Of("("))
	if name := n.Of("identifier"); name.Exists() {
		params.add(l.node(Param, name, as(AName, l.one(name))))
		params.End = name.End()
	}
	f.add(as(AName, l.texted(Name, word, of.Text)), as(SomeParams, params), as(ABody, kotlinBody(l, body)))
	return f
}

// kotlinEntry lowers an entry of an enum: a declaration of what is made with its arguments and body.
func kotlinEntry(l *lowering, n treesitter.Node) *Node {
	name := n.Of("identifier")
	a := l.texted(Assign, n, "=", kotlinModifiers(l, n)...)
	a.add(as(ALeft, l.one(name)))
	a.Flags = Declares
	arguments, body := n.Of("value_arguments"), n.Of("class_body")
	if arguments.Exists() || body.Exists() {
		made := l.node(New, n, l.each(arguments)...)
		made.add(as(ABody, l.one(body)))
		made.Start = name.End()
		a.add(as(ARight, made))
	}
	return l.statement(n, a)
}

// kotlinModifiers gives the annotations and words before a declaration.
func kotlinModifiers(l *lowering, n treesitter.Node) []*Node {
	return kotlinMarks(l, n.Of("modifiers"))
}

func kotlinMarks(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	for m := range n.Children() {
		if m.Type() == "annotation" {
			for _, d := range kotlinAnnotations(l, m) {
				out = append(out, as(ADecorator, d))
			}
			continue
		}
		out = append(out, as(AModifier, l.texted(Modifier, m, l.source(m))))
	}
	return out
}

// kotlinAnnotations lowers "@A", "@A(…)" and "@[A B]": a Decorator each.
func kotlinAnnotations(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	for c := range n.Children() {
		switch c.Type() {
		case "use_site_target":
		case "constructor_invocation":
			call := l.node(Call, c, as(ACallee, l.one(c.First())))
			call.add(l.each(c.Of("value_arguments"))...)
			out = append(out, l.node(Decorator, n, as(AValue, call)))
		default:
			out = append(out, l.node(Decorator, n, as(AValue, l.one(c))))
		}
	}
	return out
}
