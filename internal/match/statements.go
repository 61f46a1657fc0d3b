package match

import "github.com/reevehq/reeve/internal/syntax"

// run is what is left of the statements of a pattern, and where in a list of statements they go on. deep tells that an ellipsis came before: then what
// follows may stand in a block within, or behind it. toEnd tells that all of the list must match.
type run struct {
	pattern     []*syntax.Node
	list        list
	at          int
	deep, toEnd bool
}

// statements matches statements from a place in a list on. An ellipsis takes any number of them. then is told the last statement that was matched; last is
// that so far.
func (m *matcher) statements(r run, last *syntax.Node, e *Env, then func(*Env, *syntax.Node)) {
	if m.steps--; m.steps <= 0 {
		return
	}
	all := m.file.index.statements
	switch p := r.pattern; {
	case len(p) == 0:
		if !r.toEnd || r.deep || r.at == r.list.to {
			then(e, last)
		}
	case p[0].Kind != syntax.Ellipsis:
		if r.at == r.list.to {
			return
		}
		if len(p) > 1 && oneStatement(p[0], p[1]) {
			m.importsOf(r, e, func(e *Env, n, next int, last *syntax.Node) {
				m.statements(run{p[n:], r.list, next, r.deep, r.toEnd}, last, e, then)
			})
			return
		}
		t, next := all[r.at].node, all[r.at].next
		m.statement(p[0], t, e, func(e *Env) {
			m.statements(run{p[1:], r.list, next, r.deep, r.toEnd}, t, e, then)
			if r.deep && next != r.at+1 {
				m.statements(run{p[1:], r.list, r.at + 1, r.deep, r.toEnd}, t, e, then)
			}
		})
		if t.Kind == syntax.With && p[0].Kind == syntax.ExprStmt && !r.deep {
			m.statements(run{p, r.list, r.at + 1, r.deep, r.toEnd}, last, e, then) // what it opens comes behind it
		}
	case len(p) == 1:
		if r.at < r.list.to {
			last = r.list.last
		}
		m.many(p[0], m.taken(p[0], r.at, r.list.to), e, func(e *Env) { then(e, last) })
	default:
		for at := r.at; at < r.list.to; at++ {
			m.many(p[0], m.taken(p[0], r.at, at), e, func(e *Env) { m.statements(run{p[1:], r.list, at, true, r.toEnd}, last, e, then) })
		}
	}
}

// taken gives the statements between two places, without those within them, for an ellipsis that has a name.
func (m *matcher) taken(p *syntax.Node, from, to int) []*syntax.Node {
	if p.Text == "" {
		return nil
	}
	var out []*syntax.Node
	for all := m.file.index.statements; from < to; from = all[from].next {
		out = append(out, all[from].node)
	}
	return out
}

// statement matches one statement. An expression as a statement may stand anywhere within a statement: "f($X)" is found in "y = f(x)".
func (m *matcher) statement(p, t *syntax.Node, e *Env, then yes) {
	if !m.calledIn(p, t) {
		return
	}
	value := p.Kid(syntax.AValue)
	switch {
	case p.Kind != syntax.ExprStmt || value == nil:
		m.node(p, t, e, then)
	case value.Kind == syntax.Metavar:
		m.bind(value.Text, t, e, then)
	case m.options.NoDeep || t.Kind == syntax.Block || value.Kind == syntax.Assign && value.Flags&syntax.Declares != 0 && t.Kind == syntax.ExprStmt:
		m.node(p, t, e, then)
	default:
		m.shallow(value, t, e, then)
	}
}

// calledIn tells whether all that a statement of a pattern calls by a name is called in a piece of code.
func (m *matcher) calledIn(p, t *syntax.Node) bool {
	if m.options.Symbolic { // a variable may stand for it
		return true
	}
	names, known := m.callees[p]
	if !known {
		names = callees(p)
		if m.callees == nil {
			m.callees = map[*syntax.Node][]string{}
		}
		m.callees[p] = names
	}
	for _, name := range names {
		if !m.file.index.called(name, t) {
			return false
		}
	}
	return true
}

// callees are the last names of what is called in a pattern.
func callees(p *syntax.Node) []string {
	var out []string
	p.Walk(func(n *syntax.Node) bool {
		if n.Kind == syntax.Call || n.Kind == syntax.New {
			if name := lastName(n.Kid(syntax.ACallee)); name != "" {
				out = append(out, name)
			}
		}
		return true
	})
	return out
}

// shallow matches an expression anywhere within a statement, but not within the blocks that it holds.
func (m *matcher) shallow(p, t *syntax.Node, e *Env, then yes) {
	if m.steps <= 0 {
		return
	}
	m.node(p, t, e, then)
	for _, k := range t.Kids {
		if k.Kind != syntax.Block && k.Kind != syntax.Class {
			m.shallow(p, k, e, then)
		}
	}
}
