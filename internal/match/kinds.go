package match

import (
	"slices"

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
		c := m.file.facts.constant(t)
		return c != t && m.hasType(c, want)
	case syntax.String, syntax.Template:
		return oneOf(want, textTypes[:])
	case syntax.Number:
		return oneOf(want, numberTypes[:])
	case syntax.Bool:
		return oneOf(want, truthTypes[:])
	case syntax.Binary, syntax.Unary:
		return decides(t.Text) && oneOf(want, truthTypes[:])
	}
	return false
}

// decides tells whether an operator gives true or false. "and" and "or" give one of their operands in some languages.
func decides(operator string) bool {
	switch operator {
	case "==", "!=", "===", "!==", "<", ">", "<=", ">=", "!", "in", "not in", "is", "is not", "instanceof":
		return true
	}
	return false
}

// typed matches a metavariable with a type, which may be a metavariable too: that stands for the type.
func (m *matcher) typed(p, kind, t *syntax.Node, e *Env, then yes) {
	if kind == nil || kind.Kind != syntax.Metavar {
		if m.hasType(t, kind) {
			m.node(p, t, e, then)
		}
		return
	}
	if have := m.kindOf(t); have != nil {
		m.bind(kind.Text, have, e, func(e *Env) { m.node(p, t, e, then) })
	}
}

// stands tells that something is no expression but what holds some: a statement, a declaration, a file.
func stands(n *syntax.Node) bool {
	return n.Kind >= syntax.Block && n.Kind <= syntax.Modifier || n.Kind == syntax.File || n.Kind == syntax.Func && n.Kid(syntax.AName) != nil
}

// kindOf is the type that a name is declared with, that is made or cast to; nil where it is not said.
func (m *matcher) kindOf(t *syntax.Node) *syntax.Node {
	switch t.Kind {
	case syntax.Name:
		return m.file.facts.typeOf(t)
	case syntax.New:
		return t.Kid(syntax.ACallee)
	case syntax.Cast:
		return t.Kid(syntax.AType)
	}
	return nil
}

func oneOf(want *syntax.Node, names []string) bool {
	text, _ := want.Dotted()
	return slices.Contains(names, text)
}

// sameType compares types; of a generic type a pattern may name the type alone.
func (m *matcher) sameType(want, have *syntax.Node) bool {
	if want == nil || have == nil {
		return false
	}
	if want.Kind == syntax.Metavar || m.file.facts.same(want, have) {
		return true
	}
	if have.Kind == syntax.Index && want.Kind != syntax.Index {
		return m.sameType(want, have.Kid(syntax.AnObject))
	}
	found := false
	m.node(want, have, nil, func(*Env) { found = true })
	return found
}
