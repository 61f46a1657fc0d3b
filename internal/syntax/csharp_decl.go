package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// csharpDeclaration lowers declarations; nil where it is none.
func csharpDeclaration(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "using_directive":
		return csharpUsing(l, n)
	case "file_scoped_namespace_declaration":
		return l.node(Package, n, as(AName, csharpDotted(l, n.Child("name"))))
	case "namespace_declaration":
		return l.texted(Class, n, "namespace", as(AName, csharpDotted(l, n.Child("name"))), as(ABody, l.one(n.Child("body"))))
	case "class_declaration", "struct_declaration", "interface_declaration", "enum_declaration", "record_declaration", "delegate_declaration":
		return csharpClass(l, n, strings.TrimSuffix(n.Type(), "_declaration"))
	case "enum_member_declaration":
		a := l.texted(Assign, n, "=", csharpModifiers(l, n)...)
		a.add(as(ALeft, l.name(n.Child("name"))), as(ARight, l.one(n.Child("value"))))
		a.Flags = Declares
		return l.statement(n, a)
	case "method_declaration", "local_function_statement":
		return csharpFunc(l, n, "", l.name(n.Child("name")))
	case "constructor_declaration":
		return csharpFunc(l, n, "constructor", l.name(n.Child("name")))
	case "destructor_declaration":
		return csharpFunc(l, n, "destructor", l.name(n.Child("name")))
	case "operator_declaration":
		operator := n.Child("operator")
		return csharpFunc(l, n, "operator", l.name(operator))
	case "conversion_operator_declaration":
		f := csharpFunc(l, n, "operator", nil)
		return marked(n, f, csharpWords(l, n, "implicit", "explicit")...)
	}
	return nil
}

// csharpDotted is a name with dots as one Name.
func csharpDotted(l *lowering, n treesitter.Node) *Node {
	if name, ok := l.one(n).Dotted(); ok {
		return l.texted(Name, n, name)
	}
	return l.name(n)
}

// csharpUsing lowers "using A.B" to an Import, "using static A.B" to one of everything in it, and "using C = A.B" to one with a Name.
func csharpUsing(l *lowering, n treesitter.Node) *Node {
	i := l.node(Import, n, csharpWords(l, n, "global", "static", "unsafe")...)
	i.add(as(AModule, csharpDotted(l, csharpOperand(n))))
	if alias := n.Child("name"); alias.Exists() {
		i.add(as(AName, l.name(alias)))
	} else if static := n.Of("static"); static.Exists() {
		i.add(as(AField, l.texted(Name, static, "*")))
	}
	return i
}

// csharpClass lowers what declares a type. What the constructor of the base is called with is left out; what type parameters must be is a Modifier.
func csharpClass(l *lowering, n treesitter.Node, kind string) *Node {
	c := l.texted(Class, n, kind, csharpModifiers(l, n)...)
	c.add(as(AResult, l.one(n.Child("type"))), as(AName, l.name(n.Child("name"))))
	for part := range n.Children() {
		switch part.Type() {
		case "type_parameter_list":
			c.add(as(TypeParams, csharpTypeParams(l, part)))
		case "parameter_list":
			c.add(as(SomeParams, csharpParams(l, part)))
		case "base_list":
			c.add(as(SomeBases, csharpBases(l, part)))
		case "type_parameter_constraints_clause":
			c.add(as(AModifier, l.texted(Modifier, part, "where", l.each(part)...)))
		}
	}
	c.add(as(ABody, l.one(n.Child("body"))))
	return c
}

func csharpBases(l *lowering, n treesitter.Node) *Node {
	bases := l.node(Bases, n)
	for c := range n.Children() {
		switch c.Type() {
		case "argument_list":
		case "primary_constructor_base_type":
			bases.add(l.one(c.Child("type")))
		default:
			bases.add(l.one(c))
		}
	}
	return bases
}

func csharpTypeParams(l *lowering, n treesitter.Node) *Node {
	params := l.node(Params, n)
	for c := range n.Children() {
		p := l.node(Param, c, csharpModifiers(l, c)...)
		p.add(as(AName, l.name(c.Child("name"))))
		params.add(p)
	}
	return params
}

// csharpFunc lowers methods, constructors, operators and functions within functions. What a constructor passes to its base or to another one is a call in
// front of its body.
func csharpFunc(l *lowering, n treesitter.Node, kind string, name *Node) *Node {
	f := l.texted(Func, n, kind, csharpModifiers(l, n)...)
	result := n.Child("returns")
	if !result.Exists() {
		result = n.Child("type")
	}
	f.add(as(AResult, l.one(result)), as(AName, name))
	if params := n.Child("type_parameters"); params.Exists() {
		f.add(as(TypeParams, csharpTypeParams(l, params)))
	}
	f.add(as(SomeParams, csharpParams(l, n.Child("parameters"))))
	for c := range n.Children() {
		if c.Type() == "type_parameter_constraints_clause" {
			f.add(as(AModifier, l.texted(Modifier, c, "where", l.each(c)...)))
		}
	}
	body := csharpBody(l, n.Child("body"))
	if first := n.Of("constructor_initializer"); first.Exists() {
		body = csharpFirst(l, first, body)
	}
	f.add(as(ABody, body))
	return f
}

// csharpFirst puts the call of another constructor in front of a body.
func csharpFirst(l *lowering, n treesitter.Node, body *Node) *Node {
	if body == nil {
		body = l.node(Block, n)
	}
	word := n.Of("this")
	for _, base := range []string{"base", "super"} {
		if w := n.Of(base); w.Exists() {
			word = w
		}
	}
	call := l.node(Call, n, as(ACallee, l.name(word)))
	for _, arguments := range []string{"argument_list", "value_arguments"} {
		call.add(l.each(n.Of(arguments))...)
	}
	call.Start = max(n.Start(), call.Kids[0].Start)
	body.Start = min(body.Start, n.Start())
	body.Kids = append([]*Node{l.statement(n, call)}, body.Kids...)
	return body
}

// csharpBody lowers a body: one behind "=>" is a Block with a Return.
func csharpBody(l *lowering, n treesitter.Node) *Node {
	if !n.Exists() || n.Type() == "block" {
		return csharpBlock(l, n)
	}
	value := n
	if n.Type() == "arrow_expression_clause" {
		value = csharpOperand(n)
	}
	if x := l.one(value); x != nil {
		return l.node(Block, value, l.node(Return, value, as(AValue, x)))
	}
	return nil
}

// csharpParams lowers the parameters of methods, records, indexers and lambdas.
func csharpParams(l *lowering, n treesitter.Node) *Node {
	if !n.Exists() {
		return nil
	}
	params := l.node(Params, n)
	if n.Type() == "implicit_parameter" {
		params.add(l.node(Param, n, as(AName, l.name(n))))
		return params
	}
	var marks []*Node
	var many *Node
	for c := range n.All() {
		switch {
		case c.Type() == "parameter":
			params.add(csharpParam(l, c))
		case c.Type() == "attribute_list":
			marks = append(marks, l.all(c)...)
		case c.Type() == "params":
			many = l.texted(Param, c, "...", marks...)
		case many != nil && c.Field() == "type":
			many.add(as(AType, l.one(c)))
		case many != nil && c.Field() == "name":
			many.add(as(AName, l.name(c)))
			many.End = c.End()
			params.add(many)
		}
	}
	for _, p := range params.Kids {
		for _, k := range p.Kids {
			p.Start = min(p.Start, k.Start)
		}
	}
	return params
}

func csharpParam(l *lowering, n treesitter.Node) *Node {
	p := l.node(Param, n, csharpModifiers(l, n)...)
	name := n.Child("name")
	p.add(as(AType, l.one(n.Child("type"))), as(AName, l.name(name)))
	if n.Has("=") {
		p.add(as(AValue, csharpValue(l, n)))
	}
	return p
}

// csharpVars lowers fields, events and variables: a declaration for each name. "var" is no type; "new()" makes what the variable is declared as.
func csharpVars(l *lowering, n treesitter.Node) []*Node {
	declaration := n
	if n.Type() != "variable_declaration" {
		declaration = n.Of("variable_declaration")
	}
	var names []treesitter.Node
	for c := range declaration.Children() {
		if c.Type() == "variable_declarator" {
			names = append(names, c)
		}
	}
	kind := declaration.Child("type")
	again := len(names)*(declaration.Start()-n.Start()+len(l.source(kind))) <= maxRepeated
	var out []*Node
	for i, name := range names {
		a := l.texted(Assign, n, "=")
		if i == 0 || again {
			a.add(csharpModifiers(l, n)...)
			a.add(csharpWords(l, n, "await", "using", "event")...)
			a.add(as(AType, csharpTyped(l, kind)))
		}
		csharpDeclarator(l, name, a)
		s := l.statement(n, a)
		if i < len(names)-1 {
			s.End = a.End
		}
		out = append(out, s)
	}
	return out
}

// csharpDeclarator adds the name and value of a declaration.
func csharpDeclarator(l *lowering, n treesitter.Node, a *Node) {
	left := n.Child("name")
	if !left.Exists() {
		left = n.Of("tuple_pattern")
	}
	a.add(as(ALeft, l.one(left)))
	a.Flags, a.End = Declares, n.End()
	if !n.Has("=") {
		return
	}
	value := csharpOperand(n)
	right := as(ARight, l.one(value))
	if kind := a.Kid(AType); kind != nil && kind.Kind == Name && right != nil && right.Kind == New && right.Kid(ACallee) == nil && value.Type() == "implicit_object_creation_expression" {
		right.Kids = append([]*Node{as(ACallee, l.texted(Name, value.Of("new"), kind.Text))}, right.Kids...)
	}
	a.add(right)
}

// csharpTyped lowers the type of a declaration; "var" is none.
func csharpTyped(l *lowering, n treesitter.Node) *Node {
	if n.Type() == "implicit_type" {
		return nil
	}
	return l.one(n)
}

// csharpProperty lowers properties, events and indexers: the property is a declaration, and each accessor with a body a Func of its name.
func csharpProperty(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	name, value := n.Child("name"), n.Child("value")
	if name.Exists() && value.Type() != "arrow_expression_clause" {
		a := l.texted(Assign, n, "=", csharpModifiers(l, n)...)
		a.add(csharpWords(l, n, "event")...)
		a.add(as(AType, l.one(n.Child("type"))), as(ALeft, l.name(name)), as(ARight, l.one(value)))
		a.Flags = Declares
		out = append(out, l.statement(n, a))
	}
	if !name.Exists() {
		name = n.Of("this")
	}
	if value.Type() == "arrow_expression_clause" {
		f := l.node(Func, n, csharpModifiers(l, n)...)
		f.add(as(AResult, l.one(n.Child("type"))), as(AName, l.name(name)), as(SomeParams, csharpParams(l, n.Child("parameters"))), as(ABody, csharpBody(l, value)))
		return append(out, f)
	}
	for c := range n.Child("accessors").Children() {
		if f := csharpAccessor(l, c, name); f != nil {
			out = append(out, f)
		}
	}
	return out
}

// csharpAccessor lowers "get { … }": a Func with the name of what it is of. All but get take a value.
func csharpAccessor(l *lowering, n, of treesitter.Node) *Node {
	body := csharpBody(l, n.Child("body"))
	if body == nil {
		return nil
	}
	word := n.Child("name")
	f := l.node(Func, n, csharpModifiers(l, n)...)
	name := l.texted(Name, word, l.source(of))
	f.add(as(AModifier, l.texted(Modifier, word, l.source(word))), as(AName, name))
	params := l.node(Params, word)
	if l.source(word) != "get" {
		params.add(l.node(Param, word, as(AName, l.texted(Name, word, "value"))))
	}
	f.add(as(SomeParams, params), as(ABody, body))
	return f
}

// csharpModifiers gives the attributes and words before a declaration, and the interface that a member is of.
func csharpModifiers(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	for c := range n.Children() {
		switch c.Type() {
		case "attribute_list":
			out = append(out, csharpAttributes(l, c)...)
		case "modifier":
			out = append(out, as(AModifier, l.texted(Modifier, c, l.source(c))))
		case "explicit_interface_specifier":
			out = append(out, as(AModifier, l.texted(Modifier, c, strings.TrimSuffix(l.source(c), "."))))
		}
	}
	return out
}

// csharpAttributes lowers "[A, B(…)]": a Decorator each.
func csharpAttributes(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	for c := range n.Children() {
		if c.Type() != "attribute" {
			continue
		}
		value := l.one(c.Child("name"))
		if arguments := c.Of("attribute_argument_list"); arguments.Exists() && value != nil {
			value = l.node(Call, c, append([]*Node{as(ACallee, value)}, l.each(arguments)...)...)
		}
		out = append(out, as(ADecorator, l.node(Decorator, c, as(AValue, value))))
	}
	return out
}

// csharpAlone lowers attributes that stand alone: those of the assembly, or a pattern.
func csharpAlone(l *lowering, n treesitter.Node) []*Node {
	out := csharpAttributes(l, n)
	for _, o := range out {
		o.Role = Each
	}
	return out
}
