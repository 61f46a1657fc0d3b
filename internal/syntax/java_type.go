package syntax

import "github.com/reevehq/reeve/internal/treesitter"

// javaType lowers types; nil where it is none. Type arguments are in the node of the type; T[] is an Index with the text "[]" and an Empty for each pair of
// brackets.
func javaType(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "type_identifier", "integral_type", "floating_point_type", "boolean_type", "void_type":
		return l.name(n)
	case "scoped_type_identifier":
		return javaScoped(l, n)
	case "generic_type":
		of := l.one(n.First())
		if of != nil {
			of.End = n.End()
			of.add(javaTypeArgs(l, n.Of("type_arguments"))...)
		}
		return of
	case "array_type":
		return javaArray(l, l.one(n.Child("element")), n.Child("dimensions"))
	case "annotated_type":
		return javaAnnotated(l, n)
	case "wildcard":
		return javaWildcard(l, n)
	case "type_parameters":
		params := l.node(Params, n)
		for c := range n.Children() {
			params.add(javaTypeParam(l, c))
		}
		return params
	}
	return nil
}

// javaScoped lowers a.B: annotations in it are left out.
func javaScoped(l *lowering, n treesitter.Node) *Node {
	var out *Node
	for c := range n.Children() {
		switch {
		case c.Type() == "marker_annotation" || c.Type() == "annotation":
		case out == nil:
			out = l.one(c)
		default:
			out = l.texted(Member, n, ".", as(AnObject, out), as(AField, l.name(c)))
		}
	}
	return out
}

// javaTypeArgs lowers <A, B>; "<>" is none.
func javaTypeArgs(l *lowering, n treesitter.Node) []*Node {
	out := l.each(n)
	for _, k := range out {
		k.Role = TypeArgs
	}
	return out
}

// javaArray makes an array of a type; without dimensions it stays what it is.
func javaArray(l *lowering, element *Node, dimensions treesitter.Node) *Node {
	if !dimensions.Exists() || element == nil {
		return element
	}
	if element.Kind != Index || element.Text != "[]" {
		of := element
		element = l.texted(Index, dimensions, "[]", as(AnObject, of))
		element.Start = of.Start
	}
	element.add(javaBrackets(l, dimensions)...)
	element.End = dimensions.End()
	return element
}

// javaBrackets makes an Empty for each pair of brackets.
func javaBrackets(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	for c := range n.All() {
		if c.Type() == "[" {
			out = append(out, l.node(Empty, c))
		}
	}
	return out
}

// javaTyped is the type of what a node declares: "int a[]" is an array too.
func javaTyped(l *lowering, n treesitter.Node) *Node {
	return javaArray(l, l.one(n.Child("type")), n.Child("dimensions"))
}

// javaAnnotated puts annotations into the type that they stand before.
func javaAnnotated(l *lowering, n treesitter.Node) *Node {
	var of *Node
	var kids []*Node
	for c := range n.Children() {
		if x := l.one(c); x == nil {
			continue
		} else if x.Kind == Decorator {
			kids = append(kids, as(ADecorator, x))
		} else {
			of = x
		}
	}
	if of == nil {
		return l.node(Tuple, n, kids...)
	}
	of.Start, of.Kids = n.Start(), append(kids, of.Kids...)
	return of
}

// javaWildcard lowers "?", "? extends T" and "? super T" to a Name with a Type.
func javaWildcard(l *lowering, n treesitter.Node) *Node {
	w := l.texted(Name, n, "?")
	for c := range n.Children() {
		switch c.Type() {
		case "marker_annotation", "annotation":
			w.add(as(ADecorator, l.one(c)))
		case "super":
			w.Text = "? super"
		default:
			w.add(as(AType, l.one(c)))
		}
	}
	if n.Has("extends") {
		w.Text = "? extends"
	}
	return w
}

func javaTypeParam(l *lowering, n treesitter.Node) *Node {
	p := l.node(Param, n)
	for c := range n.Children() {
		switch c.Type() {
		case "marker_annotation", "annotation":
			p.add(as(ADecorator, l.one(c)))
		case "type_bound":
			p.add(as(AType, javaUnion(l, c, "&")))
		default:
			p.add(as(AName, l.one(c)))
		}
	}
	return p
}

// javaPattern lowers what a case or instanceof takes apart: "T x" is a Param, a record with its parts an Other.
func javaPattern(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "pattern":
		return l.one(n.First())
	case "underscore_pattern":
		return l.name(n)
	case "type_pattern", "record_pattern_component":
		p := l.node(Param, n)
		for c := range n.Children() {
			if x := l.one(c); c.Type() == "identifier" || c.Type() == "underscore_pattern" {
				p.add(as(AName, x))
			} else {
				p.add(as(AType, x))
			}
		}
		return p
	case "record_pattern":
		r := l.texted(Other, n, "record_pattern", as(AType, l.one(n.First())))
		r.add(l.each(n.Of("record_pattern_body"))...)
		return r
	}
	return nil
}

// javaModifiers gives the annotations and words before a declaration.
func javaModifiers(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	for m := range n.Of("modifiers").All() {
		switch {
		case m.Extra():
		case m.Named():
			out = append(out, as(ADecorator, l.one(m)))
		default:
			out = append(out, as(AModifier, l.texted(Modifier, m, m.Type())))
		}
	}
	return out
}

// javaAnnotation lowers an annotation: a Decorator of a name, or of a call where it has arguments.
func javaAnnotation(l *lowering, n treesitter.Node) *Node {
	name := l.one(n.Child("name"))
	arguments := n.Child("arguments")
	if !arguments.Exists() || name == nil {
		return l.node(Decorator, n, as(AValue, name))
	}
	call := l.node(Call, n, append([]*Node{as(ACallee, name)}, l.each(arguments)...)...)
	call.Start = name.Start
	return l.node(Decorator, n, as(AValue, call))
}
