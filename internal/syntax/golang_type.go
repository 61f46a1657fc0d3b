package syntax

import "github.com/reevehq/reeve/internal/treesitter"

// goType lowers types; nil where it is none. A pointer is a Unary "*" as it is among expressions, a slice or array an Index with the text "[]", a map one
// with the text "map", a channel a Unary with the text "chan", "chan<-" or "<-chan", a function type a Func without a body.
func goType(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "type_identifier":
		if l.source(n) == "nil" { // in a switch of types
			return l.texted(Null, n, "nil")
		}
		return l.name(n)
	case "field_identifier", "package_identifier", "label_name":
		return l.name(n)
	case "parenthesized_type":
		return l.one(n.First())
	case "qualified_type":
		return l.member(n, n.Child("package"), n.Child("name"))
	case "generic_type":
		return goInstance(l, n, l.one(n.Child("type")), n.Child("type_arguments"))
	case "pointer_type":
		return l.texted(Unary, n, "*", as(AValue, l.one(n.First())))
	case "negated_type":
		return l.texted(Unary, n, "~", as(AValue, l.one(n.First())))
	case "slice_type":
		return l.texted(Index, n, "[]", l.node(Empty, n.Of("[")), as(AnObject, l.one(n.Child("element"))))
	case "array_type":
		return l.texted(Index, n, "[]", l.one(n.Child("length")), as(AnObject, l.one(n.Child("element"))))
	case "implicit_length_array_type":
		return l.texted(Index, n, "[]", l.texted(Spread, n.Of("..."), "..."), as(AnObject, l.one(n.Child("element"))))
	case "map_type":
		return l.texted(Index, n, "map", as(AKey, l.one(n.Child("key"))), as(AValue, l.one(n.Child("value"))))
	case "channel_type":
		return goChannel(l, n)
	case "function_type":
		return goFunc(l, n)
	case "struct_type", "interface_type":
		return l.texted(Class, n, goClasses(n.Type()), as(ABody, goBody(l, n)))
	case "type_constraint", "type_elem":
		return goUnion(l, n)
	case "type_parameter_list":
		return goParams(l, n)
	}
	return nil
}

// goInstance lowers something with type arguments to an Index: what it is given between brackets need not be types.
func goInstance(l *lowering, n treesitter.Node, object *Node, arguments treesitter.Node) *Node {
	if object == nil || !arguments.Exists() {
		return object
	}
	i := l.node(Index, n, as(AnObject, object))
	i.Start, i.End = object.Start, arguments.End()
	i.add(l.each(arguments)...)
	return i
}

func goChannel(l *lowering, n treesitter.Node) *Node {
	text, arrow := "chan", n.Of("<-")
	switch {
	case !arrow.Exists():
	case arrow.Start() == n.Start():
		text = "<-chan"
	default:
		text = "chan<-"
	}
	return l.texted(Unary, n, text, as(AValue, l.one(n.Child("value"))))
}

// goUnion lowers A | B to a Tuple with the text "|".
func goUnion(l *lowering, n treesitter.Node) *Node {
	parts := l.each(n)
	if len(parts) == 1 {
		return parts[0]
	}
	return l.texted(Tuple, n, "|", parts...)
}

// goClasses says which type is a class of its own: "type" is any other.
func goClasses(kind string) string {
	switch kind {
	case "struct_type":
		return "struct"
	case "interface_type":
		return "interface"
	}
	return "type"
}

// goTypeSpec lowers a type with a name: a struct or interface has a Body, any other the Type that it is made of or another name for.
func goTypeSpec(l *lowering, at, spec treesitter.Node) *Node {
	kind := spec.Child("type")
	c := l.texted(Class, at, goClasses(kind.Type()), as(AName, l.name(spec.Child("name"))), as(TypeParams, l.one(spec.Child("type_parameters"))))
	if c.Text == "type" {
		c.add(as(AType, l.one(kind)))
	} else {
		c.add(as(ABody, goBody(l, kind)))
	}
	return c
}

// goBody lowers the fields of a struct, or the methods and embedded types of an interface.
func goBody(l *lowering, n treesitter.Node) *Node {
	fields := n
	if list := n.Of("field_declaration_list"); list.Exists() {
		fields = list
	}
	body := l.node(Block, fields)
	for c := range fields.Children() {
		switch c.Type() {
		case "field_declaration":
			body.add(goField(l, c))
		case "type_elem":
			body.add(goEmbedded(l, c, l.one(c), nil))
		default:
			body.add(l.all(c)...)
		}
	}
	return body
}

// goField lowers a field: a declaration with the tag as Key.
func goField(l *lowering, n treesitter.Node) *Node {
	kind, tag, names := l.one(n.Child("type")), as(AKey, l.one(n.Child("tag"))), goNames(n)
	if len(names) == 0 {
		if star := n.Of("*"); star.Exists() && kind != nil {
			pointer := l.texted(Unary, star, "*", as(AValue, kind))
			pointer.End = kind.End
			kind = pointer
		}
		return goEmbedded(l, n, kind, tag)
	}
	a := l.texted(Assign, n, "=", as(ALeft, goFields(l, n, names)), as(AType, kind), tag)
	a.Flags = Declares
	return l.statement(n, a)
}

// goEmbedded lowers a type that is embedded: its name is the field's.
func goEmbedded(l *lowering, n treesitter.Node, kind, tag *Node) *Node {
	a := l.texted(Assign, n, "=", as(ALeft, l.goLast(n, kind)), as(AType, kind), tag)
	a.Flags = Declares
	return l.statement(n, a)
}

// goLast is the last name of a type: *a.B[C] is B. Nil where it has none.
func (l *lowering) goLast(at treesitter.Node, kind *Node) *Node {
	for kind != nil {
		switch kind.Kind {
		case Name:
			return l.texted(Name, at, kind.Text)
		case Member:
			kind = kind.Kid(AField)
		case Index:
			kind = kind.Kid(AnObject)
		case Unary:
			kind = kind.Kid(AValue)
		default:
			return nil
		}
	}
	return nil
}
