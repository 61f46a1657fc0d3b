package syntax

import (
	"github.com/reevehq/reeve/internal/treesitter"
)

// TypeScript is TypeScript without JSX.
var TypeScript = &Language{
	Name: "typescript", Title: "TypeScript",
	Extensions: []string{".ts", ".mts", ".cts"}, Shebangs: []string{"ts-node", "tsx", "deno", "bun"},
	grammar: treesitter.TypeScript, second: treesitter.TSX, lower: lowerJavaScript,
	fragments: jsFragments[:], ellipses: jsEllipses[:], hole: jsHole, meant: unlabelled,
}

// TSX is TypeScript with JSX, which cannot have casts in angle brackets.
var TSX = &Language{
	Name: "tsx", Title: "TypeScript with JSX",
	Extensions: []string{".tsx"},
	grammar:    treesitter.TSX, lower: lowerJavaScript,
	fragments: jsFragments[:], ellipses: jsEllipses[:], hole: jsHole, meant: unlabelled,
}

// tsDeclaration lowers the declarations that TypeScript adds, and what it adds to expressions; nil where it is none.
func tsDeclaration(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "interface_declaration":
		return jsClass(l, n, "interface")
	case "enum_declaration":
		return jsClass(l, n, "enum")
	case "module", "internal_module":
		return jsClass(l, n, "namespace")
	case "type_alias_declaration":
		return l.texted(Class, n, "type", as(AName, l.one(n.Child("name"))), as(TypeParams, tsParams(l, n.Child("type_parameters"))), as(AValue, l.one(n.Child("value"))))
	case "enum_assignment", "property_signature":
		return jsField(l, n)
	case "index_signature":
		return tsIndexSignature(l, n)
	case "call_signature", "construct_signature", "function_type", "constructor_type":
		return jsFunc(l, n)
	case "import_alias":
		return tsImportAlias(l, n)
	case "as_expression", "satisfies_expression", "type_assertion":
		return tsCast(l, n)
	case "instantiation_expression", "generic_type":
		return tsGeneric(l, n)
	case "non_null_expression":
		return l.one(n.First())
	}
	return nil
}

// tsAmbient gives what is declared the modifier "declare".
func tsAmbient(l *lowering, n treesitter.Node) []*Node {
	if global := n.Of("global"); global.Exists() {
		return []*Node{l.texted(Class, n, "namespace", jsWord(l, n, "declare"), as(AName, l.name(global)), as(ABody, jsBlock(l, n.Of("statement_block"))))}
	}
	out := l.each(n)
	for _, o := range out {
		marked(n, o, jsWord(l, n, "declare"))
	}
	return out
}

// tsImportAlias lowers "import A = B.C".
func tsImportAlias(l *lowering, n treesitter.Node) *Node {
	a := l.texted(Assign, n, "=", jsWord(l, n, "import"))
	a.Flags = Declares
	for c := range n.Children() {
		if a.Kid(ALeft) == nil {
			a.add(as(ALeft, l.one(c)))
		} else {
			a.add(as(ARight, l.one(c)))
		}
	}
	return l.statement(n, a)
}

// tsIndexSignature lowers "[key: string]: T" to a declaration of an Index of a Param, and "[K in T]: U" to one of an Index of a ForEach.
func tsIndexSignature(l *lowering, n treesitter.Node) *Node {
	a := l.texted(Assign, n, "=", jsModifiers(l, n)...)
	a.Flags = Declares
	index := l.node(Index, n)
	if clause := n.Of("mapped_type_clause"); clause.Exists() {
		index.add(l.texted(ForEach, clause, "in", as(ALeft, l.one(clause.Child("name"))), as(ARight, l.one(clause.Child("type"))), as(AValue, l.one(clause.Child("alias")))))
	} else {
		index.add(l.node(Param, n, as(AName, l.one(n.Child("name"))), as(AType, l.one(n.Child("index_type")))))
	}
	a.add(as(ALeft, index), as(AType, l.one(n.Child("type"))))
	return l.statement(n, a)
}

// tsCast lowers "x as T", "x satisfies T" and "<T>x".
func tsCast(l *lowering, n treesitter.Node) *Node {
	c := l.node(Cast, n)
	for part := range n.All() {
		switch {
		case part.Type() == "type_arguments":
			c.add(as(AType, l.one(part.First())))
		case part.Type() == "const":
			c.add(as(AType, l.name(part)))
		case !part.Named() || part.Extra():
		case c.Kid(AValue) == nil:
			c.add(as(AValue, l.one(part)))
		default:
			c.add(as(AType, l.one(part)))
		}
	}
	return c
}

// tsGeneric lowers "Map<string, T>" to an Index with TypeArgs.
func tsGeneric(l *lowering, n treesitter.Node) *Node {
	return l.node(Index, n, append([]*Node{as(AnObject, l.one(n.First()))}, tsArgs(l, n)...)...)
}

// tsArgs gives the type arguments of a node, none for most.
func tsArgs(l *lowering, n treesitter.Node) []*Node {
	return tsTypeArgs(l, n.Child("type_arguments"))
}

func tsTypeArgs(l *lowering, n treesitter.Node) []*Node {
	if !n.Exists() {
		return nil
	}
	out := l.each(n)
	for _, o := range out {
		o.Role = TypeArgs
	}
	return out
}

// tsParams lowers type parameters: the Type of each is its constraint, the Value its default.
func tsParams(l *lowering, n treesitter.Node) *Node {
	if !n.Exists() {
		return nil
	}
	p := l.node(Params, n)
	for c := range n.Children() {
		one := l.node(Param, c, jsModifiers(l, c)...)
		one.add(as(AName, l.one(c.Child("name"))), as(AType, l.one(c.Child("constraint").First())), as(AValue, l.one(c.Child("value").First())))
		p.add(one)
	}
	return p
}
