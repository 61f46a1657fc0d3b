package match

import (
	"strings"

	"github.com/reevehq/reeve/internal/syntax"
)

// joins tells that a word ends a command, so that another begins behind it (Dockerfile).
func joins(n *syntax.Node) bool {
	return n.Kind == syntax.Other && (n.Text == "&&" || n.Text == "||" || n.Text == ";" || n.Text == "|")
}

// asWord gives the name of a command as a word of it, which it is to an ellipsis that stands before it.
func asWord(n *syntax.Node) *syntax.Node {
	if n == nil || n.Kind != syntax.Name {
		return n
	}
	return &syntax.Node{Kind: syntax.String, Text: n.Text, Start: n.Start, End: n.End}
}

// variable is the variable that a metavariable in "${$X}" stands for, whatever is done to it: that of "${x%y}"; nil where it is none.
func variable(n *syntax.Node) *syntax.Node {
	for n != nil && n.Kind != syntax.Name && n.Flags&syntax.Braced != 0 && len(n.Kids) > 0 {
		n = n.Kids[0]
	}
	if n == nil || n.Kind != syntax.Name {
		return nil
	}
	return n
}

// mount matches what is mounted while a command of a Dockerfile runs: what is said of it may stand in any order, and there may be more of it.
func (m *matcher) mount(p, t *syntax.Node, e *Env, then yes) bool {
	key, want, have := p.Kid(syntax.AKey), p.Kid(syntax.AValue), t.Kid(syntax.AValue)
	if key == nil || key.Text != "--mount" || t.Kind != syntax.Pair || t.Kid(syntax.AKey) == nil || t.Kid(syntax.AKey).Text != key.Text {
		return false
	}
	if want == nil || have == nil || want.Kind != syntax.String || have.Kind != syntax.String {
		return false
	}
	parts := func(n *syntax.Node) []*syntax.Node {
		var out []*syntax.Node
		for part := range strings.SplitSeq(n.Text, ",") {
			out = append(out, &syntax.Node{Kind: syntax.String, Flags: n.Flags, Text: part, Start: n.Start, End: n.End})
		}
		return out
	}
	m.anyOrder(parts(want), parts(have), true, e, then)
	return true
}
