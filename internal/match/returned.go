package match

import (
	"cmp"
	"maps"
	"slices"

	"github.com/reevehq/reeve/internal/syntax"
)

// returnsLast tells of a language that a function returns what it ends with.
func returnsLast(language *syntax.Language) bool {
	return language == syntax.Ruby || language == syntax.Rust || language == syntax.Scala
}

// ends tells whether a function ends with a statement, and returns it.
func (x *index) ends(n *syntax.Node) bool {
	if x.last == nil {
		x.last = map[*syntax.Node]bool{}
		if returnsLast(x.language) {
			for _, f := range x.kinds[syntax.Func] {
				x.endOf(f.Kid(syntax.ABody))
			}
		}
	}
	return x.last[n]
}

// lasts are the statements that functions end with, in the order of the file.
func (x *index) lasts() []*syntax.Node {
	x.ends(nil)
	return slices.SortedFunc(maps.Keys(x.last), func(a, b *syntax.Node) int { return cmp.Compare(a.Start, b.Start) })
}

// endOf notes what a piece of code ends with: each branch of it.
func (x *index) endOf(n *syntax.Node) {
	if n == nil {
		return
	}
	switch n.Kind {
	case syntax.ExprStmt:
		x.last[n] = true
	case syntax.Block:
		if len(n.Kids) > 0 {
			x.endOf(n.Kids[len(n.Kids)-1])
		}
	case syntax.If:
		x.endOf(n.Kid(syntax.AThen))
		x.endOf(n.Kid(syntax.AnElse))
	case syntax.Switch, syntax.Try:
		for _, k := range n.Kids {
			switch {
			case k.Kind == syntax.Case || k.Kind == syntax.Catch:
				x.endOf(k.Kid(syntax.ABody))
			case k.Kind == syntax.Block && k.Role != syntax.AFinally:
				x.endOf(k)
			}
		}
	}
}
