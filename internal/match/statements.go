package match

import "github.com/reevehq/reeve/internal/syntax"

// run is some statements of a pattern, and those of a block from one on; toEnd tells that all of the block must match.
type run struct {
	pattern, block []*syntax.Node
	toEnd          bool
}

// next is what is left when so many statements are done with on both sides.
func (r run) next(pattern, block int) run { return run{r.pattern[pattern:], r.block[block:], r.toEnd} }

// statements matches statements from the first of a block on. An ellipsis takes any number of them, and what stands behind it may stand in a block
// within those. then is told the last statement that was matched; last is that so far.
func (m *matcher) statements(r run, last *syntax.Node, e *Env, then func(*Env, *syntax.Node)) {
	if m.steps--; m.steps <= 0 {
		return
	}
	p, t := r.pattern, r.block
	switch {
	case len(p) == 0:
		if !r.toEnd || len(t) == 0 {
			then(e, last)
		}
	case p[0].Kind != syntax.Ellipsis:
		if len(t) == 0 {
			return
		}
		m.statement(p[0], t[0], e, func(e *Env) { m.statements(r.next(1, 1), t[0], e, then) })
		if t[0].Kind == syntax.With && p[0].Kind == syntax.ExprStmt {
			m.statements(run{p, opened(t[0], t[1:]), r.toEnd}, last, e, then)
		}
	case len(p) == 1:
		if len(t) > 0 {
			last = t[len(t)-1]
		}
		m.many(p[0], t, e, func(e *Env) { then(e, last) })
	default:
		for n := range t {
			m.many(p[0], t[:n], e, func(e *Env) { m.statements(r.next(1, n), last, e, then) })
			m.within(p[1:], t[n], e, func(e *Env, _ *syntax.Node) { then(e, t[n]) })
		}
	}
}

// within goes on in the blocks within a statement, but not in functions that it only defines.
func (m *matcher) within(p []*syntax.Node, t *syntax.Node, e *Env, then func(*Env, *syntax.Node)) {
	for _, k := range t.Kids {
		switch k.Kind {
		case syntax.Block:
			for i := range k.Kids {
				m.statements(run{p, k.Kids[i:], false}, nil, e, then)
				m.within(p, k.Kids[i], e, then)
			}
		case syntax.If, syntax.Try, syntax.Catch, syntax.Case, syntax.Switch, syntax.While, syntax.For, syntax.ForEach, syntax.With:
			m.within(p, k, e, then)
		}
	}
}

// statement matches one statement. An expression as a statement may stand anywhere within a statement: "f($X)" is found in "y = f(x)".
func (m *matcher) statement(p, t *syntax.Node, e *Env, then yes) {
	value := p.Kid(syntax.AValue)
	switch {
	case p.Kind != syntax.ExprStmt || value == nil:
		m.node(p, t, e, then)
	case value.Kind == syntax.Metavar:
		m.bind(value.Text, t, e, then)
	case m.options.NoDeep || value.Kind == syntax.Assign && value.Flags&syntax.Declares != 0 && t.Kind == syntax.ExprStmt:
		m.node(p, t, e, then)
	default:
		m.shallow(value, t, e, then)
	}
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

// opened gives the statements that a With amounts to: what it opens, its body, and what follows.
func opened(with *syntax.Node, rest []*syntax.Node) []*syntax.Node {
	var out []*syntax.Node
	for k := range with.All(syntax.Each) {
		value := *k
		value.Role = syntax.AValue
		out = append(out, &syntax.Node{Kind: syntax.ExprStmt, Kids: []*syntax.Node{&value}, Start: k.Start, End: k.End})
	}
	if body := with.Kid(syntax.ABody); body != nil {
		out = append(out, body.Kids...)
	}
	return append(out, rest...)
}
