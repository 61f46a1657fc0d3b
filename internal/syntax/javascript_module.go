package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// jsModule is the module that an import or export names.
func jsModule(l *lowering, n treesitter.Node) *Node {
	if !n.Exists() {
		return nil
	}
	return as(AModule, l.texted(Name, n, jsBuiltin(jsText(l, n))))
}

// jsBuiltin is the name of a module without "node:", which says that it is one of Node's own, as it is where nothing else has that name. The few modules
// that have no other name keep it.
func jsBuiltin(module string) string {
	name, own := strings.CutPrefix(module, "node:")
	if top, _, _ := strings.Cut(name, "/"); !own || top == "test" || top == "sqlite" || top == "sea" {
		return module
	}
	return name
}

// jsRequired names the module of require('m') and import('m') as an import does.
func jsRequired(call *Node) {
	if callee := call.Kid(ACallee); len(call.Kids) == 2 && callee != nil && callee.Kind == Name && (callee.Text == "require" || callee.Text == "import") {
		if module := call.Kids[1]; module.Kind == String {
			module.Text = jsBuiltin(module.Text)
		}
	}
}

// jsExternal is a name in a module, which may be written as a string.
func jsExternal(l *lowering, n treesitter.Node) *Node {
	if n.Exists() && n.Type() == "string" {
		return l.texted(Name, n, jsText(l, n))
	}
	return l.name(n)
}

// jsTypeOnly gives the modifier of an import or export that is of types only.
func jsTypeOnly(l *lowering, n treesitter.Node) *Node {
	if word := jsWord(l, n, "type"); word != nil {
		return word
	}
	return jsWord(l, n, "typeof")
}

// jsImport makes an Import of every name. One without names is for its effects and has a Module only.
func jsImport(l *lowering, n treesitter.Node) []*Node {
	source := n.Child("source")
	if required := n.Of("import_require_clause"); required.Exists() { // import x = require("m")
		i := l.node(Import, n, jsTypeOnly(l, n), as(AName, l.name(required.First())), jsModule(l, required.Child("source")))
		i.add(as(AField, l.texted(Name, required, "*")))
		return []*Node{i}
	}
	var out []*Node
	add := func(specifier treesitter.Node, field, name *Node) {
		i := l.node(Import, n, jsTypeOnly(l, n))
		if specifier.Exists() {
			i.add(jsTypeOnly(l, specifier))
		}
		i.add(as(AField, field), as(AName, name), jsModule(l, source))
		out = append(out, i)
	}
	for c := range n.Of("import_clause").Children() {
		switch c.Type() {
		case "identifier":
			add(treesitter.Node{}, l.texted(Name, c, "default"), l.name(c))
		case "namespace_import":
			add(treesitter.Node{}, l.texted(Name, c, "*"), l.name(c.First()))
		case "named_imports":
			for s := range c.Children() {
				if s.Type() == "import_specifier" {
					add(s, jsExternal(l, s.Child("name")), l.name(s.Child("alias")))
				}
			}
		}
	}
	if len(out) == 0 {
		add(treesitter.Node{}, nil, nil)
	}
	return out
}

// jsExport gives what is exported the modifiers "export" and "default"; what comes from another module is an Import with them.
func jsExport(l *lowering, n treesitter.Node) []*Node {
	if n.Child("source").Exists() {
		return jsReexport(l, n)
	}
	if clause := n.Of("export_clause"); clause.Exists() {
		return jsExportNames(l, n, clause)
	}
	marks := func() []*Node {
		var out []*Node
		for c := range n.All() {
			switch c.Type() {
			case "decorator":
				out = append(out, jsDecorator(l, c))
			case "export", "default":
				out = append(out, as(AModifier, l.texted(Modifier, c, c.Type())))
			}
		}
		return out
	}
	var out []*Node
	value := n.Child("value")
	switch {
	case n.Has("="): // export = x: what CommonJS writes module.exports = x
		exports := l.texted(Member, n, ".", as(AnObject, l.texted(Name, n, "module")), as(AField, l.texted(Name, n, "exports")))
		return []*Node{l.statement(n, l.texted(Assign, n, "=", as(ALeft, exports), as(ARight, l.one(n.First()))))}
	case n.Has("namespace"): // export as namespace x
		return []*Node{l.texted(Other, n, "export as namespace", l.name(n.First()))}
	case !value.Exists():
		out = l.all(n.Child("declaration"))
	case value.Type() == "function_expression" || value.Type() == "generator_function" || value.Type() == "class":
		out = l.all(value)
	default:
		exported := l.statement(n, l.one(value))
		if exported == nil {
			return nil
		}
		exported.Kids = append(marks(), exported.Kids...) // of the statement, also where the value is an Assign
		return []*Node{exported}
	}
	for _, o := range out {
		marked(n, o, marks()...)
	}
	return out
}

// jsExportNames lowers "export {a, b as c}": to an exported Name, or a Pair of the name outside and the one inside.
func jsExportNames(l *lowering, n, clause treesitter.Node) []*Node {
	var out []*Node
	for s := range clause.Children() {
		name, alias := s.Child("name"), s.Child("alias")
		if !name.Exists() {
			continue
		}
		export := l.node(ExprStmt, n, jsWord(l, n, "export"), jsTypeOnly(l, n), jsTypeOnly(l, s))
		value := l.name(name)
		switch {
		case l.source(alias) == "default":
			export.add(as(AModifier, l.texted(Modifier, alias, "default")))
		case alias.Exists():
			value = l.node(Pair, s, as(AKey, jsExternal(l, alias)), as(AValue, value))
		}
		export.add(as(AValue, value))
		out = append(out, export)
	}
	return out
}

// jsReexport lowers "export {a as b} from 'm'" and "export * from 'm'".
func jsReexport(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	add := func(specifier treesitter.Node, field, name *Node) {
		i := l.node(Import, n, jsWord(l, n, "export"), jsTypeOnly(l, n))
		if specifier.Exists() {
			i.add(jsTypeOnly(l, specifier))
		}
		i.add(as(AField, field), as(AName, name), jsModule(l, n.Child("source")))
		out = append(out, i)
	}
	for c := range n.All() {
		switch c.Type() {
		case "*":
			add(treesitter.Node{}, l.texted(Name, c, "*"), nil)
		case "namespace_export":
			add(treesitter.Node{}, l.texted(Name, c, "*"), jsExternal(l, c.First()))
		case "export_clause":
			for s := range c.Children() {
				add(s, jsExternal(l, s.Child("name")), jsExternal(l, s.Child("alias")))
			}
		}
	}
	if len(out) == 0 {
		add(treesitter.Node{}, nil, nil)
	}
	return out
}
