package flow

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/syntax"
)

// block follows statements one after the other, and tells whether what comes behind them is reached.
func (b *builder) block(list []*syntax.Node, s state) bool {
	on := true
	for _, n := range list {
		if jumped := b.jumps[labelOf(n)]; jumped != nil {
			if delete(b.jumps, labelOf(n)); on {
				s.merge(jumped)
			} else {
				s.become(jumped)
			}
			on = true
		}
		if on {
			on = b.statement(n, s)
		} else if n.Kind == syntax.Func || n.Kind == syntax.Class {
			b.statement(n, s) // what is only defined there may be called from elsewhere
		}
	}
	return on
}

// labelOf is the label that stands before a statement, "" where there is none.
func labelOf(n *syntax.Node) string {
	if m := n.Kid(syntax.AModifier); m != nil {
		if label, ok := strings.CutSuffix(m.Text, ":"); ok {
			return label
		}
	}
	return ""
}

// jump takes what is known to a label that comes later. What jumps back is a loop that is gone through once.
func (b *builder) jump(n *syntax.Node, s state) {
	for _, k := range n.Kids {
		if b.jumps == nil {
			b.jumps = map[string]state{}
		}
		b.jumps[k.Text] = b.both(b.jumps[k.Text], s)
	}
}

// leave takes what is known to where a loop or switch goes on: the one with a label, or the innermost.
func (b *builder) leave(again bool, label string, s state) {
	if !slices.ContainsFunc(b.frames, func(f *frame) bool { return f.label == label }) {
		label = "" // it is written in another way
	}
	for i := len(b.frames) - 1; i >= 0; i-- {
		f := b.frames[i]
		switch {
		case again && !f.loop || label != "" && f.label != label:
			continue
		case again:
			f.again = b.both(f.again, s)
		default:
			f.after = b.both(f.after, s)
		}
		return
	}
}

// throws tells of a body that something in it may be thrown: all but what only names variables and constants.
func (b *builder) throws(body *syntax.Node, s state) bool {
	found := false
	body.Walk(func(n *syntax.Node) bool {
		if n.Kind == syntax.Other && n.Text == "pass_statement" {
			return false
		}
		switch n.Kind {
		case syntax.Name:
			found = found || s[n.Text] == nil && n.Role != syntax.ALeft // it may not be there
		case syntax.Block, syntax.ExprStmt, syntax.Assign, syntax.Return, syntax.Break, syntax.Continue, syntax.If, syntax.Unary, syntax.Cond, syntax.Tuple,
			syntax.List, syntax.String, syntax.Number, syntax.Bool, syntax.Null, syntax.Modifier, syntax.Empty, syntax.Func:
		case syntax.Other:
			found = found || len(n.Kids) > 0
		case syntax.Binary:
			found = found || n.Text == "/" || n.Text == "%" || n.Text == "//"
		default:
			found = true
		}
		return !found && n.Kind != syntax.Func
	})
	return found
}
