package match

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/syntax"
)

// hasType tells whether a node is known to be of a type: by its declaration, or because it is a literal or a new object.
func (m *matcher) hasType(t, want *syntax.Node) bool {
	if want == nil {
		return true
	}
	if kind := m.kindOf(t); kind != nil {
		return m.sameType(want, kind)
	}
	switch t.Kind {
	case syntax.Name:
		if c := m.file.facts.constant(t); c != t {
			return m.hasType(c, want)
		}
		return m.file.named(t, want)
	case syntax.Cond:
		then, other := t.Kid(syntax.AThen), t.Kid(syntax.AnElse)
		return then != nil && other != nil && (m.hasType(then, want) || m.hasType(other, want))
	case syntax.Call:
		return oneOf(want, m.file.gives(m, t))
	case syntax.Binary:
		if m.calculates(t) {
			return oneOf(want, numberTypes[:])
		}
	}
	return oneOf(want, typesOf(m, t))
}

// typesOf are the names of the types that a literal, or what an operator gives, has in the languages.
func typesOf(m *matcher, t *syntax.Node) []string {
	switch t.Kind {
	case syntax.String, syntax.Template:
		return textTypes[:]
	case syntax.Number:
		if m.file.Tree.Language == syntax.Python && strings.ContainsAny(t.Text, ".eE") && !strings.HasPrefix(t.Text, "0x") {
			return []string{"float"}
		}
		return numberTypes[:]
	case syntax.Bool:
		return truthTypes[:]
	case syntax.Unary:
		if decides(t.Text) {
			return truthTypes[:]
		}
	case syntax.Binary:
		if decides(t.Text) || m.file.Tree.Language.TypesOperators() && m.truth(t) {
			return truthTypes[:]
		}
	}
	return nil
}

// truth tells of an operator that it gives true or false in languages in which its operands say so.
func (m *matcher) truth(t *syntax.Node) bool {
	switch t.Text {
	case "&&", "||":
		return true
	case "&", "|", "^":
		return slices.ContainsFunc(t.Kids, func(k *syntax.Node) bool {
			return k.Kind == syntax.Bool || k.Kind == syntax.Name && m.file.facts.typeOf(k) != nil && oneOf(m.file.facts.typeOf(k), truthTypes[:])
		})
	}
	return false
}

// calculates tells of an operator that it makes a number of two.
func (m *matcher) calculates(t *syntax.Node) bool {
	switch t.Text {
	case "+", "-", "*", "/", "%":
		want := &syntax.Node{Kind: syntax.Name, Text: "int"}
		return len(t.Kids) == 2 && m.steps > 0 && m.hasType(t.Kids[0], want) && m.hasType(t.Kids[1], want)
	}
	return false
}

// named tells of a name with a capital letter that it is that of a type, whose methods are called.
func (f *File) named(t, want *syntax.Node) bool {
	return t.Role == syntax.AnObject && t.Text != "" && t.Text[0] >= 'A' && t.Text[0] <= 'Z' && f.Tree.Language.TypesOperators() && f.facts.same(want, t)
}

// decides tells whether an operator gives true or false. "and" and "or" give one of their operands in some languages.
func decides(operator string) bool {
	switch operator {
	case "==", "!=", "===", "!==", "<", ">", "<=", ">=", "!", "in", "not in", "is", "is not", "instanceof":
		return true
	}
	return false
}

// typed matches a metavariable with a type, in which there may be metavariables too: those stand for types.
func (m *matcher) typed(p, kind, t *syntax.Node, e *Env, then yes) {
	if kind == nil || !open(kind) {
		if m.hasType(t, kind) {
			m.node(p, t, e, then)
		}
		return
	}
	if t.Kind == syntax.Null && kind.Kind == syntax.Unary { // of any pointer
		m.node(p, t, e, then)
		return
	}
	have := m.kindOf(t)
	if have == nil {
		return
	}
	if kind.Kind == syntax.Metavar {
		m.bind(kind.Text, have, e, func(e *Env) { m.node(p, t, e, then) })
		return
	}
	m.node(kind, have, e, func(e *Env) { m.node(p, t, e, then) })
}

// open tells of a type that there are metavariables in it.
func open(kind *syntax.Node) bool {
	return kind.Kind == syntax.Metavar || slices.ContainsFunc(kind.Kids, open)
}

// stands tells that something is no expression but what holds some: a statement, a declaration, a file.
func stands(n *syntax.Node) bool {
	return n.Kind >= syntax.Block && n.Kind <= syntax.Modifier || n.Kind == syntax.File || n.Kind == syntax.Func && n.Kid(syntax.AName) != nil
}

// kindOf is the type that a name or a field is declared with, that is made or cast to; nil where it is not said.
func (m *matcher) kindOf(t *syntax.Node) *syntax.Node {
	switch t.Kind {
	case syntax.Name:
		return m.file.facts.typeOf(t)
	case syntax.New:
		return t.Kid(syntax.ACallee)
	case syntax.Cast:
		return t.Kid(syntax.AType)
	case syntax.Member:
		return m.file.facts.typeOfField(t)
	case syntax.String:
		if language := m.file.Tree.Language; language == syntax.C || language == syntax.CPP {
			return &syntax.Node{Kind: syntax.Unary, Text: "*", Kids: []*syntax.Node{{Kind: syntax.Name, Role: syntax.AValue, Text: "char"}}, Start: t.Start, End: t.End}
		}
	case syntax.Unary:
		if made := t.Kid(syntax.AValue); t.Text == "&" && made != nil && made.Kind == syntax.New && made.Kid(syntax.ACallee) != nil {
			return pointer(made.Kid(syntax.ACallee))
		}
	case syntax.Call:
		if m.file.Tree.Language == syntax.Go && len(t.Kids) > 1 && t.Kids[0].Kind == syntax.Name {
			switch t.Kids[0].Text {
			case "new":
				return pointer(t.Kids[1])
			case "make":
				return t.Kids[1]
			}
		}
	}
	return nil
}

// pointer is the type of what points to something of a type.
func pointer(to *syntax.Node) *syntax.Node {
	value := *to
	value.Role = syntax.AValue
	return &syntax.Node{Kind: syntax.Unary, Text: "*", Kids: []*syntax.Node{&value}, Start: to.Start, End: to.End}
}

func oneOf(want *syntax.Node, names []string) bool {
	text, _ := want.Dotted()
	return text != "" && slices.Contains(names, text)
}

// sameType compares types; of a generic type a pattern may name the type alone.
func (m *matcher) sameType(want, have *syntax.Node) bool {
	if want == nil || have == nil {
		return false
	}
	if want.Kind == syntax.Metavar || m.file.facts.same(want, have) || m.file.boxes(want, have) {
		return true
	}
	if have.Kind == syntax.Index && want.Kind != syntax.Index {
		return m.sameType(want, have.Kid(syntax.AnObject))
	}
	found := false
	m.node(want, have, nil, func(*Env) { found = true })
	return found
}
