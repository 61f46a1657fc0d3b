package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// cType lowers types; nil where it is none. A pointer is a Unary "*" as it is among expressions, a reference a Unary "&", an array an Index with the text
// "[]", a function type a Func without a body.
func cType(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "primitive_type", "type_identifier":
		return l.name(n)
	case "sized_type_specifier":
		return l.texted(Name, n, strings.Join(strings.Fields(l.source(n)), " "))
	case "type_descriptor":
		return cDeclared(l, n.Child("declarator"), l.one(n.Child("type"))).kind
	case "struct_specifier", "union_specifier", "class_specifier", "enum_specifier":
		if !n.Child("body").Exists() && n.Parent().Type() != "translation_unit" {
			return l.one(n.Child("name"))
		}
		return cClass(l, n)
	case "macro_type_specifier":
		return l.node(Call, n, as(ACallee, l.name(n.Child("name"))), l.one(n.Child("type")))
	case "dependent_type", "decltype":
		return l.one(n.First())
	case "template_type", "template_function":
		of := l.one(n.Child("name"))
		if of != nil {
			of.End = n.End()
			of.add(javaTypeArgs(l, n.Child("arguments"))...)
		}
		return of
	case "bitfield_clause":
		return l.one(n.First())
	}
	return nil
}

// declared is what a declarator says: "*a[2]" of "int *a[2]".
type declared struct {
	// name and kind are the name and the type, either may be nil.
	name, kind *Node
	// function is the declarator of a function with this name, whose result is kind.
	function treesitter.Node
	// value is what it is given at once: an expression behind "=", arguments in brackets, or a list.
	value treesitter.Node
}

// cDeclared goes from the outside of a declarator to the name in it. At every step the type becomes one of more.
func cDeclared(l *lowering, n treesitter.Node, kind *Node) declared {
	d := declared{kind: kind}
	wrap := func(made *Node, role Role) {
		if d.kind == nil {
			return
		}
		made.Start = min(d.kind.Start, made.Start)
		made.End = max(d.kind.End, made.End)
		made.add(as(role, d.kind))
		d.kind = made
	}
	for depth := 0; n.Exists() && depth < maxDepth; depth++ {
		next := n.Child("declarator")
		switch n.Type() {
		case "pointer_declarator", "abstract_pointer_declarator", "pointer_type_declarator":
			wrap(l.texted(Unary, n.Of("*"), "*"), AValue)
		case "reference_declarator", "abstract_reference_declarator":
			next = cLast(n)
			for c := range n.All() {
				if c.Type() == "&" || c.Type() == "&&" {
					wrap(l.texted(Unary, c, c.Type()), AValue)
				}
			}
		case "array_declarator", "abstract_array_declarator":
			wrap(cArray(l, n, next), AnObject)
		case "function_declarator", "abstract_function_declarator":
			if inner := next.Type(); inner == "parenthesized_declarator" || inner == "abstract_parenthesized_declarator" || n.Type() == "abstract_function_declarator" {
				wrap(l.node(Func, n.Child("parameters"), as(SomeParams, cParams(l, n.Child("parameters")))), AResult)
			} else {
				d.function = n
			}
		case "init_declarator":
			d.value = n.Child("value")
		case "parenthesized_declarator", "attributed_declarator", "abstract_parenthesized_declarator":
			next = n.First()
		case "variadic_declarator":
			next = n.First()
		case "structured_binding_declarator":
			d.name = l.node(Tuple, n, l.each(n)...)
			return d
		default:
			d.name = l.one(n)
			return d
		}
		n = next
	}
	return d
}

// cLast is the last named node in another.
func cLast(n treesitter.Node) treesitter.Node {
	var out treesitter.Node
	for c := range n.Children() {
		out = c
	}
	return out
}

// cArray begins an array: with its length, or Empty.
func cArray(l *lowering, n, of treesitter.Node) *Node {
	open := n.Of("[")
	size := l.one(n.Child("size"))
	if size == nil {
		size = l.node(Empty, open)
	}
	array := l.texted(Index, open, "[]", size)
	array.Start, array.End = min(array.Start, size.Start), max(array.End, size.End)
	if of.Exists() && array.Start < of.End() { // what is hostile may have lost its brackets
		array.Start = size.Start
	}
	return array
}

// cParams lowers parameters: those that are only a type have no Name, "..." at the end no Type.
func cParams(l *lowering, n treesitter.Node) *Node {
	if !n.Exists() {
		return nil
	}
	params := l.node(Params, n)
	for c := range n.All() {
		switch c.Type() {
		case "parameter_declaration", "optional_parameter_declaration", "variadic_parameter_declaration":
			if p := cParam(l, c); p != nil {
				params.add(p)
			}
		case "identifier":
			params.add(l.node(Param, c, as(AName, l.name(c))))
		case "...", "variadic_parameter":
			params.add(l.texted(Param, c, "..."))
		}
	}
	return params
}

// cParam lowers a parameter; "void" alone is none.
func cParam(l *lowering, n treesitter.Node) *Node {
	kind := l.one(n.Child("type"))
	p := l.node(Param, n, cModifiers(l, n)...)
	if !n.Child("declarator").Exists() {
		switch text := l.source(n); {
		case text == "void":
			return nil
		case text == ellipsisWord || len(text) > len(moreWord) && text[:len(moreWord)] == moreWord:
			p.add(as(AName, kind))
			return p
		}
	}
	d := cDeclared(l, n.Child("declarator"), kind)
	if n.Type() == "variadic_parameter_declaration" {
		p.Text = "..."
	}
	if d.function.Exists() && d.kind != nil { // a function is passed as a pointer to it
		f := l.node(Func, d.function, as(AResult, d.kind), as(SomeParams, cParams(l, d.function.Child("parameters"))))
		f.Start, d.kind = min(f.Start, d.kind.Start), f
	}
	p.add(as(AType, d.kind), as(AName, d.name), as(AValue, l.one(n.Child("default_value"))))
	return p
}

// cModifiers gives the words before a declaration, and attributes.
func cModifiers(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	for c := range n.All() {
		switch c.Type() {
		case "storage_class_specifier", "type_qualifier", "virtual", "virtual_specifier", "explicit_function_specifier", "friend":
			out = append(out, as(AModifier, l.texted(Modifier, c, strings.Join(strings.Fields(l.source(c)), " "))))
		case "attribute_declaration":
			for a := range c.Children() {
				out = append(out, as(ADecorator, l.node(Decorator, a, as(AValue, l.one(a.Child("name"))))))
			}
		}
	}
	return out
}
