package match

import "github.com/reevehq/reeve/internal/syntax"

// deep matches a node or anything within it, but not within other functions.
func (m *matcher) deep(p, t *syntax.Node, e *Env, then yes) {
	if p == nil || m.steps <= 0 {
		return
	}
	m.node(p, t, e, then)
	for _, k := range t.Kids {
		m.deep(p, k, e, then)
	}
	if t = m.symbol(t); t != nil {
		m.symbols++
		m.deep(p, t, e, then)
		m.symbols--
	}
}

// symbol gives the expression that a name stands for (symbolic_propagation: true), nil where it stands for none, or for too many one in the other.
func (m *matcher) symbol(t *syntax.Node) *syntax.Node {
	if t.Kind != syntax.Name || !m.options.Symbolic || m.symbols >= maxFold {
		return nil
	}
	if held := m.file.facts.symbol(t); held != t {
		return held
	}
	return nil
}

// chain matches the beginning of a chain of fields, calls and indexes, however long it goes on: "$X. ...".
func (m *matcher) chain(p, t *syntax.Node, e *Env, then yes) {
	for t != nil && m.steps > 0 {
		m.node(p, t, e, then)
		switch t.Kind {
		case syntax.Member, syntax.Index:
			t = t.Kid(syntax.AnObject)
		case syntax.Call:
			t = t.Kid(syntax.ACallee)
		case syntax.Await:
			t = t.Kid(syntax.AValue)
		default:
			if t = m.symbol(t); t == nil {
				return
			}
		}
	}
}
