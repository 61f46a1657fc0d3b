package syntax

import (
	"regexp"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/treesitter"
)

// C is C, with what its compilers add.
var C = &Language{
	Name: "c", Title: "C",
	Extensions: []string{".c", ".h"},
	grammar:    treesitter.C, second: treesitter.CPP, lower: lowerC,
	fragments: cFragments[:], ellipses: cEllipses[:], alone: 1, typed: true, typedAs: cTyped, hole: cHole,
}

// cFragments are for an expression, for statements, for declarations, for a type, and for members of a class.
var cFragments = [...]string{"void _f() { _x = (%s); }", "void _f() {\n%s\n}", "%s", "void _f() {\n%s;\n}", "%s;", "%s _x;", "struct _C {\n%s\n};"}

// cEllipses are for where an expression may stand, for a statement of its own, and for between cases.
var cEllipses = [...]string{ellipsisWord, ellipsisWord + ";", "case " + ellipsisWord + ":"}

// lowerC lowers C and what C++ adds to it: the grammars share the names of their nodes.
func lowerC(l *lowering, n treesitter.Node) []*Node {
	switch n.Type() {
	case "declaration", "field_declaration", "type_definition":
		return cVars(l, n)
	case "preproc_if", "preproc_ifdef", "preproc_else", "preproc_elif", "preproc_elifdef", "linkage_specification", "declaration_list":
		return cInside(l, n)
	case "attributed_statement", "init_statement", "extension_expression":
		return l.each(n)
	case "labeled_statement":
		return labelled(l, n)
	case "attribute_declaration", "attribute_specifier", "ms_declspec_modifier", "ms_call_modifier", "access_specifier", "preproc_call", "noexcept", "gnu_asm_qualifier":
		return nil
	case "auto", "placeholder_type_specifier": // what it is follows from the value
		return nil
	case "expression_statement":
		if !n.First().Exists() {
			return nil
		}
	case "template_declaration":
		return cppTemplate(l, n)
	}
	for _, lower := range []func(*lowering, treesitter.Node) *Node{cExpr, cppExpr, cType, cStmt, cDeclaration} {
		if x := lower(l, n); x != nil {
			return []*Node{x}
		}
	}
	return l.other(n)
}

// cInside gives what stands between #if and #endif, whatever is asked for, and in extern "C": all of it.
func cInside(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	for c := range n.Children() {
		switch c.Field() {
		case "condition", "name", "value":
		default:
			out = append(out, l.all(c)...)
		}
	}
	return out
}

// cStmt lowers statements; nil where it is none.
func cStmt(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "expression_statement":
		return l.statement(n, l.one(n.First()))
	case "compound_statement", "field_declaration_list", "enumerator_list":
		return l.node(Block, n, l.each(n)...)
	case "if_statement":
		init, test := cTest(l, n)
		return l.node(If, n, init, test, as(AThen, l.block(n.Child("consequence"), "compound_statement")), as(AnElse, cElse(l, n.Child("alternative"))))
	case "while_statement":
		init, test := cTest(l, n)
		return l.node(While, n, init, test, as(ABody, l.block(n.Child("body"), "compound_statement")))
	case "do_statement":
		return l.texted(While, n, "do", as(ABody, l.block(n.Child("body"), "compound_statement")), as(ATest, l.one(n.Child("condition"))))
	case "for_statement":
		return l.node(For, n, as(AnInit, cStatement(l, n.Child("initializer"))), as(ATest, l.one(n.Child("condition"))), as(AnUpdate, cStatement(l, n.Child("update"))),
			as(ABody, l.block(n.Child("body"), "compound_statement")))
	case "switch_statement":
		return cSwitch(l, n)
	case "return_statement", "co_return_statement":
		return l.node(Return, n, as(AValue, l.one(n.First())))
	case "break_statement":
		return l.node(Break, n)
	case "continue_statement":
		return l.node(Continue, n)
	case "goto_statement":
		return l.texted(Other, n, "goto", as(AName, l.name(n.Child("label"))))
	case "seh_try_statement":
		return l.node(Try, n, as(ABody, l.one(n.Child("body"))), l.one(n.Of("seh_except_clause")), as(AFinally, l.one(n.Of("seh_finally_clause").Child("body"))))
	case "seh_except_clause":
		return l.node(Catch, n, as(ATest, l.one(n.Child("filter"))), as(ABody, l.one(n.Child("body"))))
	}
	return cppStmt(l, n)
}

// cStatement lowers an expression that stands where a statement could.
func cStatement(l *lowering, n treesitter.Node) *Node {
	x := l.one(n)
	if x == nil || x.Kind == ExprStmt || x.Kind == Block {
		return x
	}
	return l.statement(n, x)
}

// cTest gives what an if or a loop begins with and asks for; a declaration is asked for its value.
func cTest(l *lowering, n treesitter.Node) (init, test *Node) {
	asked := n.Child("condition")
	if asked.Type() != "condition_clause" {
		return nil, as(ATest, l.one(asked))
	}
	value := l.one(asked.Child("value"))
	if value != nil && value.Kind == ExprStmt {
		value = value.Kid(AValue)
	}
	if value != nil && value.Kind == Assign && value.Kid(ARight) == nil { // C++'s "if (T x = f())"
		value.add(as(ARight, l.one(asked.Child("value").Child("value"))))
	}
	return as(AnInit, l.one(asked.Child("initializer"))), as(ATest, value)
}

func cElse(l *lowering, n treesitter.Node) *Node {
	if !n.Exists() {
		return nil
	}
	return l.block(n.First(), "compound_statement")
}

// cSwitch lowers a switch; what stands in it without a case is left where it is.
func cSwitch(l *lowering, n treesitter.Node) *Node {
	_, value := cTest(l, n)
	s := l.node(Switch, n, as(AValue, value))
	for c := range n.Child("body").Children() {
		if c.Type() == "case_statement" {
			s.add(cCase(l, c))
		} else {
			s.add(l.all(c)...)
		}
	}
	return s
}

func cCase(l *lowering, n treesitter.Node) *Node {
	value := n.Child("value")
	one, body := l.node(Case, n), l.node(Block, n)
	body.Start = body.End
	if value.Exists() {
		one.add(l.one(value))
	}
	for c := range n.Children() {
		if c != value {
			body.Start = min(body.Start, c.Start())
			body.add(l.all(c)...)
		}
	}
	if len(one.Kids) == 1 && len(body.Kids) == 0 && one.Kids[0].Text == ellipsisWord { // of a pattern
		return one.Kids[0]
	}
	one.add(as(ABody, body))
	return one
}

// cTyped finds metavariables with types, which may be pointers: "(char *$X)".
var cTyped = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\(((?:(?:const|struct|unsigned|signed|enum) )*\$?[A-Za-z_][\w:]*(?:<[\w:<>*&, ]*>)?(?:\s*[*&]+|\s))\s*(\$[A-Z_][A-Z_0-9]*)\)|(\b\B)(\b\B)(\b\B)`)
})

// cHole writes an ellipsis that is all of a for, and one that a statement follows in the same line, which would be taken for its type.
func cHole(hole, before, after string) (string, bool) {
	before, after = strings.TrimRight(before, " \t"), strings.TrimLeft(after, " \t")
	if hole == "..." && strings.HasSuffix(strings.ReplaceAll(before, " ", ""), "for(") && strings.HasPrefix(after, ")") {
		return ellipsisWord + ";;", true
	}
	if hole != "..." || before == "" || after == "" || strings.HasPrefix(after, "case ") || strings.HasPrefix(after, "default:") {
		return "", false
	}
	begins := strings.ContainsRune("\n{};", rune(before[len(before)-1])) && (after[0] == '$' || after[0] == '_' || after[0] == '*' || isWord(after[0]))
	return ellipsisWord + ";", begins
}
