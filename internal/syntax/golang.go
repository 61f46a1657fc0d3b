package syntax

import (
	"iter"
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// Go is Go.
var Go = &Language{
	Name: "go", Title: "Go",
	Extensions: []string{".go"},
	grammar:    treesitter.Go, lower: lowerGo,
	fragments: []string{"%s\n", "func _() {\n%s\n}", "var _ %s\n"},
	ellipses:  []string{ellipsisWord, `"` + ellipsisWord + `"`, "case " + ellipsisWord + ":"}, hole: goHole, typed: true, meant: unlabelled,
}

// goHole writes "case ..." as a case of anything.
func goHole(hole, before, after string) (string, bool) {
	return ellipsisWord + ":", hole == "..." && strings.HasSuffix(strings.TrimRight(before, " "), "case") && strings.HasPrefix(strings.TrimLeft(after, " "), "\n")
}

func lowerGo(l *lowering, n treesitter.Node) []*Node {
	switch n.Type() {
	case "import_declaration", "var_declaration", "const_declaration", "type_declaration":
		return goDeclaration(l, n)
	case "statement_list":
		return l.each(n)
	case "labeled_statement":
		return labelled(l, n)
	case "empty_statement":
		return nil
	}
	for _, lower := range []func(*lowering, treesitter.Node) *Node{goExpr, goType, goStmt} {
		if x := lower(l, n); x != nil {
			return []*Node{x}
		}
	}
	return l.other(n)
}

// goStmt lowers statements; nil where it is none.
func goStmt(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "expression_statement":
		return l.statement(n, l.one(n.First()))
	case "assignment_statement", "short_var_declaration":
		return l.statement(n, goAssign(l, n))
	case "receive_statement":
		if n.Child("left").Exists() {
			return l.statement(n, goAssign(l, n))
		}
		return l.statement(n, l.one(n.Child("right")))
	case "send_statement":
		return l.statement(n, l.texted(Binary, n, "<-", as(ALeft, l.one(n.Child("channel"))), as(ARight, l.one(n.Child("value")))))
	case "inc_statement", "dec_statement":
		u := l.texted(Unary, n, map[string]string{"inc_statement": "++", "dec_statement": "--"}[n.Type()], as(AValue, l.one(n.First())))
		u.Flags |= Postfix
		return l.statement(n, u)
	case "go_statement", "defer_statement":
		return l.statement(n, l.texted(Unary, n, strings.TrimSuffix(n.Type(), "_statement"), as(AValue, l.one(n.First()))))
	case "block":
		return l.node(Block, n, l.each(n)...)
	case "return_statement":
		return l.node(Return, n, as(AValue, l.one(n.First())))
	case "break_statement":
		return l.texted(Break, n, l.source(n.First()))
	case "continue_statement":
		return l.texted(Continue, n, l.source(n.First()))
	case "goto_statement":
		return l.texted(Other, n, "goto", as(AName, l.name(n.First())))
	case "fallthrough_statement":
		return l.texted(Other, n, "fallthrough")
	case "if_statement":
		return l.node(If, n, as(AnInit, l.one(n.Child("initializer"))), as(ATest, l.one(n.Child("condition"))),
			as(AThen, l.block(n.Child("consequence"), "block")), as(AnElse, l.block(n.Child("alternative"), "block")))
	case "for_statement":
		return goFor(l, n)
	case "expression_switch_statement", "type_switch_statement", "select_statement":
		return goSwitch(l, n)
	case "function_declaration", "method_declaration", "method_elem":
		return goFunc(l, n)
	case "package_clause":
		return l.node(Package, n, as(AName, l.name(n.First())))
	}
	return nil
}

// goAssign lowers what has the fields left and right: ":=" is a "=" that declares.
func goAssign(l *lowering, n treesitter.Node) *Node {
	operator := "="
	if word := n.Child("operator"); word.Exists() {
		operator = l.source(word)
	}
	a := l.texted(Assign, n, operator, as(ALeft, l.one(n.Child("left"))), as(ARight, l.one(n.Child("right"))))
	if n.Has(":=") {
		a.Flags |= Declares
	}
	return a
}

// goFor lowers the four kinds of loop.
func goFor(l *lowering, n treesitter.Node) *Node {
	head, body := n.First(), n.Child("body")
	block := as(ABody, l.block(body, "block"))
	switch {
	case head == body:
		return l.node(While, n, block)
	case head.Type() == "for_clause":
		return l.node(For, n, as(AnInit, l.one(head.Child("initializer"))), as(ATest, l.one(head.Child("condition"))), as(AnUpdate, l.one(head.Child("update"))), block)
	case head.Type() == "range_clause":
		loop := l.node(ForEach, n, as(ALeft, l.one(head.Child("left"))), as(ARight, l.one(head.Child("right"))), block)
		if head.Has(":=") {
			loop.Flags |= Declares
		}
		return loop
	}
	return l.node(While, n, as(ATest, l.one(head)), block)
}

// goSwitch lowers a switch of values, of types (Text "type") or of channels (Text "select"). What a switch of types names is a declaration as its Value.
func goSwitch(l *lowering, n treesitter.Node) *Node {
	kind := map[string]string{"type_switch_statement": "type", "select_statement": "select"}[n.Type()]
	value := l.one(n.Child("value"))
	if alias := n.Child("alias"); alias.Exists() && value != nil {
		named := l.texted(Assign, alias, "=", as(ALeft, l.one(alias)), as(ARight, value))
		named.Flags, named.End = Declares, value.End
		value = named
	}
	s := l.texted(Switch, n, kind, as(AnInit, l.one(n.Child("initializer"))), as(AValue, value))
	for c := range n.Children() {
		switch c.Type() {
		case "expression_case", "type_case", "communication_case", "default_case":
			s.add(goCase(l, c))
		}
	}
	return s
}

func goCase(l *lowering, n treesitter.Node) *Node {
	one, body := l.node(Case, n), l.node(Block, n)
	body.Start = body.End
	for c := range n.Children() {
		switch c.Type() {
		case "statement_list":
			body.add(l.each(c)...)
			body.Start = min(body.Start, c.Start())
		case "expression_list":
			one.add(l.each(c)...)
		default:
			one.add(l.all(c)...)
		}
	}
	if len(one.Kids) == 1 && len(body.Kids) == 0 && one.Kids[0].Text == ellipsisWord { // of a pattern
		return one.Kids[0]
	}
	one.add(as(ABody, body))
	return one
}

// goFunc lowers functions with a name; the receiver of a method is its Object.
func goFunc(l *lowering, n treesitter.Node) *Node {
	f := l.node(Func, n)
	if receiver := goParams(l, n.Child("receiver")); receiver != nil && len(receiver.Kids) > 0 {
		f.add(as(AnObject, receiver.Kids[0]))
	}
	f.add(as(AName, l.name(n.Child("name"))), as(TypeParams, l.one(n.Child("type_parameters"))), as(SomeParams, goParams(l, n.Child("parameters"))),
		as(AResult, goResult(l, n.Child("result"))), as(ABody, l.block(n.Child("body"), "block")))
	return f
}

// goParams lowers parameters: one for each name.
func goParams(l *lowering, n treesitter.Node) *Node {
	if !n.Exists() {
		return nil
	}
	params := l.node(Params, n)
	for c := range n.Children() {
		params.add(goParam(l, c)...)
	}
	return params
}

func goParam(l *lowering, n treesitter.Node) []*Node {
	names, kind, text := goNames(n), n.Child("type"), ""
	if n.Has("...") {
		text = "..."
	}
	if len(names) == 0 {
		if l.source(kind) == ellipsisWord {
			return []*Node{l.node(Param, n, as(AName, l.one(kind)))}
		}
		return []*Node{l.texted(Param, n, text, as(AType, l.one(kind)))}
	}
	var out []*Node
	for i, name := range names {
		p := l.texted(Param, n, text, as(AName, l.name(name)))
		if i == 0 || len(names)*len(l.source(kind)) <= maxRepeated {
			p.add(as(AType, l.one(kind)))
		}
		out = append(out, p)
	}
	return out
}

// goNames are the names that something declares.
func goNames(n treesitter.Node) []treesitter.Node {
	var out []treesitter.Node
	for c := range n.Children() {
		if c.Field() == "name" {
			out = append(out, c)
		}
	}
	return out
}

// maxRepeated bounds what is lowered again for each of several names that it is written once for, in bytes of source: hostile files must not grow by it.
const maxRepeated = 1 << 10

// goResult lowers what a function gives: a type, a Param where it has a name, or a Tuple of such.
func goResult(l *lowering, n treesitter.Node) *Node {
	if n.Type() != "parameter_list" {
		return l.one(n)
	}
	results := goParams(l, n)
	for i, p := range results.Kids {
		if kind := p.Kid(AType); kind != nil && p.Kid(AName) == nil && p.Text == "" {
			results.Kids[i] = as(Each, kind)
		}
	}
	switch len(results.Kids) {
	case 0:
		return nil
	case 1:
		return results.Kids[0]
	}
	results.Kind = Tuple
	return results
}

// goDeclaration lowers what stands behind import, var, const or type: one or a group in parentheses.
func goDeclaration(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	for at, spec := range goSpecs(n) {
		switch spec.Type() {
		case "import_spec":
			out = append(out, goImport(l, n, at, spec))
		case "var_spec", "const_spec":
			out = append(out, goVar(l, at, spec, strings.TrimSuffix(n.Type(), "_declaration")))
		case "type_spec", "type_alias":
			out = append(out, goTypeSpec(l, at, spec))
		default:
			out = append(out, l.all(spec)...)
		}
	}
	return out
}

// goSpecs gives the parts of a declaration, each behind the node that it covers: the whole declaration where it is no group.
func goSpecs(n treesitter.Node) iter.Seq2[treesitter.Node, treesitter.Node] {
	group := n
	if list := n.First(); strings.HasSuffix(list.Type(), "_spec_list") {
		group = list
	}
	many := group.Has("(")
	return func(yield func(at, spec treesitter.Node) bool) {
		for spec := range group.Children() {
			at := n
			if many {
				at = spec
			}
			if !yield(at, spec) {
				return
			}
		}
	}
}

// goImport lowers an import: Name also where it is "." or "_". Each of a group begins where the group does.
func goImport(l *lowering, group, at, spec treesitter.Node) *Node {
	path := spec.Child("path")
	if at == spec && strings.Contains(l.source(path), ellipsisWord) { // "..." in a group
		return l.texted(Name, at, ellipsisWord)
	}
	one := l.node(Import, at, as(AName, l.name(spec.Child("name"))), as(AModule, l.texted(Name, path, goString(l, path).Text)))
	one.Start = group.Start()
	return one
}

// goVar lowers a variable or constant.
func goVar(l *lowering, at, spec treesitter.Node, word string) *Node {
	names := goNames(spec)
	a := l.texted(Assign, at, "=", as(AModifier, l.texted(Modifier, at, word)), as(ALeft, goFields(l, spec, names)),
		as(AType, l.one(spec.Child("type"))), as(ARight, l.one(spec.Child("value"))))
	a.Flags = Declares
	return l.statement(at, a)
}

// goFields are names on the left of a declaration: a Tuple where there are several.
func goFields(l *lowering, at treesitter.Node, names []treesitter.Node) *Node {
	if len(names) == 0 {
		return nil
	}
	if len(names) == 1 {
		return l.name(names[0])
	}
	t := l.node(Tuple, at)
	for _, name := range names {
		t.add(l.name(name))
	}
	t.Start, t.End = names[0].Start(), names[len(names)-1].End()
	return t
}
