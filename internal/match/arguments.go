package match

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/syntax"
)

// called matches the arguments of a call.
func (m *matcher) called(p, t *syntax.Node, e *Env, then yes) {
	want, have := elements(p), elements(t)
	if callee := p.Kid(syntax.ACallee); callee != nil && callee.Kind == syntax.Ellipsis {
		m.sequence(append([]*syntax.Node{callee}, want...), append([]*syntax.Node{asWord(t.Kid(syntax.ACallee))}, have...), e, then)
		return
	}
	switch m.file.Tree.Language {
	case syntax.JavaScript, syntax.TypeScript, syntax.TSX:
		if (p.Flags^t.Flags)&syntax.Braced != 0 { // one is the tag of a template
			return
		}
	case syntax.Ruby:
		have = m.withoutBlock(want, have)
	case syntax.Dockerfile:
		if len(want) > 0 && want[0].Kind == syntax.Pair && len(have) > len(want) {
			m.anyOrder(want, have, true, e, then) // labels
			return
		}
	}
	m.arguments(want, have, e, then)
	for i, k := range have {
		if joins(k) && !m.options.NoDeep && len(want) > 0 && want[0].Kind != syntax.Ellipsis {
			m.arguments(want, have[i+1:], e, then)
		}
	}
}

// withoutBlock gives the arguments of a call of Ruby without the block behind them, where the pattern has none.
func (m *matcher) withoutBlock(want, have []*syntax.Node) []*syntax.Node {
	last := len(have) - 1
	if last < 0 || have[last].Kind != syntax.Func || strings.HasPrefix(m.file.Tree.Text[have[last].Start:], "->") {
		return have
	}
	if len(want) > 0 && (want[len(want)-1].Kind == syntax.Func || want[len(want)-1].Kind == syntax.Ellipsis) {
		return have
	}
	return have[:last]
}

// arguments matches arguments: those without a name in their order, those with one in any.
func (m *matcher) arguments(p, t []*syntax.Node, e *Env, then yes) {
	var order, named []*syntax.Node
	for _, a := range p {
		if a.Kind == syntax.Keyword {
			named = append(named, a)
		} else {
			order = append(order, a)
		}
	}
	kept := slices.ContainsFunc(order, func(a *syntax.Node) bool { return a.Kind == syntax.Ellipsis && a.Text != "" })
	if len(named) == 0 || kept { // what "$...X" stands for is one piece where it can be
		m.sequence(p, t, e, then)
	}
	if len(named) == 0 {
		return
	}
	m.named(named, t, e, func(left []*syntax.Node, e *Env) { m.sequence(order, left, e, then) })
}

// named takes the arguments with names that a pattern asks for out of a list.
func (m *matcher) named(p, t []*syntax.Node, e *Env, then func([]*syntax.Node, *Env)) {
	if len(p) == 0 {
		then(t, e)
		return
	}
	for i, a := range t {
		if a.Kind != syntax.Keyword {
			continue
		}
		m.keyword(p[0], a, e, func(e *Env) {
			left := append(append([]*syntax.Node{}, t[:i]...), t[i+1:]...)
			m.named(p[1:], left, e, then)
		})
	}
}

// keyword matches an argument with a name, which may be a metavariable.
func (m *matcher) keyword(p, t *syntax.Node, e *Env, then yes) {
	if len(p.Text) > 1 && p.Text[0] == '$' {
		name := &syntax.Node{Kind: syntax.Name, Text: t.Text, Start: t.Start, End: t.Start + len(t.Text)}
		m.bind(p.Text, name, e, func(e *Env) { m.node(p.Kid(syntax.AValue), t.Kid(syntax.AValue), e, then) })
		return
	}
	m.node(p, t, e, then)
}

// decorator matches a decorator, whose arguments are none where it is written without brackets.
func (m *matcher) decorator(p, t *syntax.Node, e *Env, then yes) {
	want, have := p.Kid(syntax.AValue), t.Kid(syntax.AValue)
	if want == nil || have == nil || t.Kind != syntax.Decorator {
		return
	}
	if want.Kind == have.Kind && want.Kind != syntax.Metavar {
		m.node(want, have, e, then)
		return
	}
	called := func(n *syntax.Node) (callee *syntax.Node, arguments []*syntax.Node) {
		if n.Kind == syntax.Call && n.Kid(syntax.ACallee) != nil {
			return n.Kid(syntax.ACallee), elements(n)
		}
		return n, nil
	}
	want, wanted := called(want)
	have, there := called(have)
	m.node(want, have, e, func(e *Env) { m.arguments(wanted, there, e, then) })
}
