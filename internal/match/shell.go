package match

import "github.com/reevehq/reeve/internal/syntax"

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
