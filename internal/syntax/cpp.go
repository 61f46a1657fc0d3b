package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// CPP is C++: it is lowered as C is.
var CPP = &Language{
	Name: "cpp", Title: "C++",
	Extensions: []string{".cc", ".cpp", ".cxx", ".hpp", ".hh", ".hxx"},
	grammar:    treesitter.CPP, lower: lowerC,
	fragments: cFragments[:], ellipses: cEllipses[:], alone: 1, typed: true, typedAs: cTyped, hole: cHole,
}

// cppExpr lowers expressions that only C++ has; nil where it is none.
func cppExpr(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "qualified_identifier":
		return cppQualified(l, n)
	case "nested_namespace_specifier":
		return l.name(n)
	case "operator_name", "destructor_name", "dependent_name":
		return l.name(n)
	case "new_expression":
		return cppNew(l, n)
	case "delete_expression":
		return l.texted(Unary, n, "delete", as(AValue, l.one(cLast(n))))
	case "lambda_expression":
		declarator := n.Child("declarator")
		f := l.node(Func, n, as(SomeParams, cParams(l, declarator.Child("parameters"))))
		if result := declarator.Of("trailing_return_type"); result.Exists() {
			f.add(as(AResult, l.one(result.First())))
		}
		f.add(as(ABody, l.one(n.Child("body"))))
		f.Flags |= Arrow
		return f
	case "co_await_expression":
		return l.node(Await, n, as(AValue, l.one(n.Child("argument"))))
	case "user_defined_literal":
		return l.one(n.First())
	case "parameter_pack_expansion":
		return l.texted(Spread, n, "...", as(AValue, l.one(n.Child("pattern"))))
	}
	return nil
}

// cppQualified lowers a::b as it does a.b; "::a" is a.
func cppQualified(l *lowering, n treesitter.Node) *Node {
	scope, name := n.Child("scope"), n.Child("name")
	of := l.one(name)
	if !scope.Exists() || of == nil {
		return of
	}
	object := l.one(scope)
	if of.Kind != Member { // the grammar nests a::(b::c)
		m := l.texted(Member, n, ".", as(AnObject, object), as(AField, of))
		m.Kids = append(m.Kids, cppTypeArgs(of)...)
		return m
	}
	inner := of
	for inner.Kid(AnObject) != nil && inner.Kid(AnObject).Kind == Member {
		inner.Start = n.Start()
		inner = inner.Kid(AnObject)
	}
	first := inner.Kid(AnObject)
	if first == nil {
		return of
	}
	joined := l.texted(Member, n, ".", as(AnObject, object), as(AField, first))
	joined.End = first.End
	for i, k := range inner.Kids {
		if k == first {
			inner.Kids[i] = as(AnObject, joined)
		}
	}
	inner.Start, of.Start = n.Start(), n.Start()
	return of
}

// cppTypeArgs takes the arguments of types from the name of a member: they are the Member's.
func cppTypeArgs(name *Node) []*Node {
	if name.Kind != Name || len(name.Kids) == 0 {
		return nil
	}
	args := name.Kids
	name.Kids = nil
	return args
}

// cppNew lowers new T(x) and new T[n].
func cppNew(l *lowering, n treesitter.Node) *Node {
	made := l.node(New, n, as(ACallee, l.one(n.Child("type"))))
	if length := n.Child("declarator"); length.Exists() {
		made.Text = "[]"
		made.add(l.one(length.Child("length")))
	}
	made.add(l.each(n.Child("arguments"))...)
	return made
}

// cppStmt lowers statements that only C++ has; nil where it is none.
func cppStmt(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "for_range_loop":
		d := cDeclared(l, n.Child("declarator"), nil)
		loop := l.node(ForEach, n, as(AnInit, l.one(n.Child("initializer"))), as(ALeft, d.name), as(ARight, l.one(n.Child("right"))),
			as(ABody, l.block(n.Child("body"), "compound_statement")))
		loop.Flags |= Declares
		return loop
	case "throw_statement":
		return l.node(Throw, n, as(AValue, l.one(n.First())))
	case "co_yield_statement":
		return l.statement(n, l.node(Yield, n, as(AValue, l.one(n.First()))))
	case "try_statement":
		t := l.node(Try, n, as(ABody, l.one(n.Child("body"))))
		for c := range n.Children() {
			if c.Type() == "catch_clause" {
				t.add(l.all(c)...)
			}
		}
		return t
	case "catch_clause":
		c := l.node(Catch, n)
		if params := cParams(l, n.Child("parameters")); params != nil && len(params.Kids) > 0 {
			c.add(params.Kids[0].Kid(AType), params.Kids[0].Kid(AName))
		}
		c.add(as(ABody, l.one(n.Child("body"))))
		return c
	}
	return nil
}

// cppDeclaration lowers declarations that only C++ has; nil where it is none.
func cppDeclaration(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "namespace_definition":
		return l.texted(Class, n, "namespace", as(AName, l.name(n.Child("name"))), as(ABody, l.node(Block, n.Child("body"), l.each(n.Child("body"))...)))
	case "using_declaration": // using a::b brings in b, using namespace a everything
		of := l.one(n.First())
		i := l.node(Import, n)
		switch {
		case of == nil:
		case n.Has("namespace"):
			i.add(as(AModule, l.texted(Name, n.First(), strings.ReplaceAll(l.source(n.First()), "::", "."))), as(AField, l.texted(Name, n, "*")))
		case of.Kind == Member:
			object := of.Kid(AnObject)
			i.add(as(AModule, &Node{Kind: Name, Text: strings.ReplaceAll(l.text[object.Start:object.End], "::", "."), Start: object.Start, End: object.End}), as(AField, of.Kid(AField)))
		default:
			i.add(as(AModule, of))
		}
		return i
	case "alias_declaration":
		a := l.texted(Assign, n, "=", as(AModifier, l.texted(Modifier, n.Of("using"), "typedef")), as(ALeft, l.one(n.Child("name"))), as(AType, l.one(n.Child("type"))))
		a.Flags = Declares
		return l.statement(n, a)
	case "friend_declaration":
		return l.one(cLast(n))
	case "static_assert_declaration":
		return l.statement(n, l.node(Call, n, as(ACallee, l.name(n.Of("static_assert"))), l.one(n.Child("condition")), l.one(n.Child("message"))))
	}
	return nil
}

// cppTemplate gives what a template declares its parameters of types.
func cppTemplate(l *lowering, n treesitter.Node) []*Node {
	params := l.node(Params, n.Child("parameters"))
	for c := range n.Child("parameters").Children() {
		name := c.Child("name")
		if !name.Exists() {
			name = cLast(c)
		}
		params.add(l.node(Param, c, as(AName, l.name(name))))
	}
	var out []*Node
	for c := range n.Children() {
		if c.Field() != "parameters" && c.Type() != "requires_clause" {
			out = append(out, l.all(c)...)
		}
	}
	if len(out) > 0 && (out[0].Kind == Func || out[0].Kind == Class) {
		marked(n, out[0], as(TypeParams, params))
	}
	return out
}
