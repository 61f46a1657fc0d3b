package match

import (
	"slices"

	"github.com/reevehq/reeve/internal/syntax"
)

// joining says of an operator of a pattern how what it joins may stand: whether it means the same however it is bracketed, and whether its operands may be
// exchanged. A "+" is no such operator, as it may join texts and numbers; only with an ellipsis among its operands it means any number of them.
func (m *matcher) joining(p *syntax.Node) (associates, commutes bool) {
	if m.options.NoChains || len(p.Kids) != 2 {
		return false, false
	}
	switch p.Text {
	case "&&", "||":
		return true, m.options.AnyOrder
	case "|", "&", "^":
		shell := m.file.Tree.Language == syntax.Bash
		return !shell, !shell
	case ".":
		return true, false
	case "+":
		return hasEllipsis(operands(p, p.Text, nil)), false
	}
	return false, false
}

// equates tells of an operator that it compares for being equal or not.
func equates(operator string) bool {
	return operator == "==" || operator == "!=" || operator == "===" || operator == "!=="
}

// operands gives what an operator joins, however it is bracketed.
func operands(n *syntax.Node, operator string, out []*syntax.Node) []*syntax.Node {
	if n.Kind != syntax.Binary || n.Text != operator || len(n.Kids) != 2 {
		return append(out, n)
	}
	return operands(n.Kids[1], operator, operands(n.Kids[0], operator, out))
}

// joined matches what an operator joins where it is bracketed in another way than in the pattern, or stands in another order; false where both are alike.
func (m *matcher) joined(p, t *syntax.Node, e *Env, then yes) bool {
	if m.options.Symmetric && equates(p.Text) && len(p.Kids) == 2 {
		m.anyOrder(p.Kids, t.Kids, false, e, then)
		return true
	}
	associates, commutes := m.joining(p)
	if !associates {
		return false
	}
	if len(m.chains) == 0 {
		m.chains = map[*syntax.Node][]*syntax.Node{}
	}
	want, known := m.chains[p]
	if !known {
		want = operands(p, p.Text, nil)
		m.chains[p] = want
	}
	if !commutes && len(want) == 2 && (t.Kids[0].Kind != syntax.Binary || t.Kids[0].Text != t.Text) && (t.Kids[1].Kind != syntax.Binary || t.Kids[1].Text != t.Text) && !hasEllipsis(want) {
		return false
	}
	if !commutes && len(want) == 2 && want[0].Kind == syntax.Metavar && want[1].Kind == syntax.Metavar {
		return false // any two
	}
	have := operands(t, t.Text, nil)
	if commutes {
		m.unordered(want, have, e, then)
	} else {
		m.bracketed(t.Text, want, have, e, then)
	}
	return true
}

// maxOpen is how many metavariables among operands stand for any of them in turn; where there are more, each stands for the next that is left.
const maxOpen = 2

// unordered matches operands in any order; the code may have more of them. Metavariables are matched last.
func (m *matcher) unordered(p, t []*syntax.Node, e *Env, then yes) {
	var fixed, open []*syntax.Node
	for _, k := range p {
		switch k.Kind {
		case syntax.Ellipsis:
		case syntax.Metavar:
			open = append(open, k)
		default:
			fixed = append(fixed, k)
		}
	}
	m.picked(fixed, t, e, func(left []*syntax.Node, e *Env) {
		switch {
		case len(open) <= maxOpen:
			m.anyOrder(open, left, true, e, then)
		case len(open) <= len(left):
			m.sequence(open, left[:len(open)], e, then)
		}
	})
}

// picked takes what matches nodes of a pattern out of a list, and tells what is left.
func (m *matcher) picked(p, t []*syntax.Node, e *Env, then func([]*syntax.Node, *Env)) {
	if m.steps--; m.steps <= 0 {
		return
	}
	if len(p) == 0 {
		then(t, e)
		return
	}
	for i, k := range t {
		m.node(p[0], k, e, func(e *Env) {
			m.picked(p[1:], append(append([]*syntax.Node{}, t[:i]...), t[i+1:]...), e, then)
		})
	}
}

// bracketed matches operands in their order; a metavariable may stand for several, an ellipsis for any number.
func (m *matcher) bracketed(operator string, p, t []*syntax.Node, e *Env, then yes) {
	if m.steps--; m.steps <= 0 {
		return
	}
	if len(p) == 0 {
		if len(t) == 0 {
			then(e)
		}
		return
	}
	next := func(n int) yes { return func(e *Env) { m.bracketed(operator, p[1:], t[n:], e, then) } }
	needs, least := 0, 1 // what the rest needs at least, and what this takes at least
	for _, k := range p[1:] {
		if k.Kind != syntax.Ellipsis || operator == "+" { // of which something must be left
			needs++
		}
	}
	if !slices.ContainsFunc(p[1:], func(k *syntax.Node) bool { return k.Kind == syntax.Ellipsis || k.Kind == syntax.Metavar }) {
		least = max(1, len(t)-needs) // the rest takes no more than it needs
	}
	switch {
	case p[0].Kind == syntax.Ellipsis:
		least := 0
		if operator == "+" {
			least = 1
		}
		for n := least; n <= len(t)-needs; n++ {
			m.many(p[0], t[:n], e, next(n))
		}
	case p[0].Kind == syntax.Metavar:
		for n := len(t) - needs; n >= least; n-- {
			m.steps -= n
			m.node(p[0], together(operator, t[:n]), e, next(n))
		}
	case len(t) > needs:
		m.node(p[0], t[0], e, next(1))
	}
}

// together makes one of several operands, as if they were bracketed from the left.
func together(operator string, t []*syntax.Node) *syntax.Node {
	out := t[0]
	for _, k := range t[1:] {
		left, right := *out, *k
		left.Role, right.Role = syntax.ALeft, syntax.ARight
		out = &syntax.Node{Kind: syntax.Binary, Text: operator, Kids: []*syntax.Node{&left, &right}, Start: out.Start, End: k.End}
	}
	return out
}
