package match

import "github.com/reevehq/reeve/internal/syntax"

// hasType tells whether a node is known to be of a type: by its declaration, or because it is a literal or a new object.
func (m *matcher) hasType(t, want *syntax.Node) bool {
	if want == nil {
		return true
	}
	switch t.Kind {
	case syntax.Name:
		if kind := m.file.facts.typeOf(t); kind != nil {
			return m.sameType(want, kind)
		}
		c := m.file.facts.constant(t)
		return c != t && m.hasType(c, want)
	case syntax.New, syntax.Cast:
		kind := t.Kid(syntax.ACallee)
		if kind == nil {
			kind = t.Kid(syntax.AType)
		}
		return kind != nil && m.sameType(want, kind)
	case syntax.String, syntax.Template:
		return oneOf(want, "str", "string", "String", "java.lang.String")
	case syntax.Number:
		return oneOf(want, "int", "float", "number", "Integer", "long", "double")
	case syntax.Bool:
		return oneOf(want, "bool", "boolean", "Boolean")
	}
	return false
}

func oneOf(want *syntax.Node, names ...string) bool {
	text, _ := want.Dotted()
	for _, name := range names {
		if text == name {
			return true
		}
	}
	return false
}

// sameType compares types; of a generic type a pattern may name the type alone.
func (m *matcher) sameType(want, have *syntax.Node) bool {
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
