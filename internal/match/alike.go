package match

import (
	"cmp"
	"slices"

	"github.com/reevehq/reeve/internal/syntax"
)

// Alike gives the expressions between two places that are the same code as what a metavariable stands for, in the order of the file; with around also those
// that hold one.
func (f *File) Alike(b Binding, start, end int, around bool) []*syntax.Node {
	var all []*syntax.Node
	m := &matcher{file: f, steps: maxSteps}
	env := (*Env)(nil).With("$X", b)
	for _, list := range f.index.alike(b) {
		at, _ := slices.BinarySearchFunc(list, start, func(n *syntax.Node, start int) int { return cmp.Compare(n.Start, start) })
		for _, n := range list[at:] {
			if n.Start >= end {
				break
			}
			if n.End <= end && f.expresses(n) {
				m.bind("$X", n, env, func(*Env) { all = append(all, n) })
			}
		}
	}
	if !around {
		return all
	}
	var out []*syntax.Node
	for _, n := range all {
		for ; n != nil && n.Start >= start && n.End <= end && !stands(n); n = f.index.parent(n) {
			out = append(out, n)
		}
	}
	slices.SortStableFunc(out, func(a, b *syntax.Node) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End)) })
	return slices.Compact(out)
}

// alike are the nodes that can be the same as what a metavariable stands for, in lists that are each in the order of the file.
func (x *index) alike(b Binding) [][]*syntax.Node {
	if x.spelled == nil {
		x.spelled = map[string][]*syntax.Node{}
		for _, n := range x.all {
			if n.Kind == syntax.Name || n.Kind == syntax.String {
				x.spelled[n.Text] = append(x.spelled[n.Text], n)
			}
		}
	}
	switch {
	case len(b.Nodes) > 1:
		return nil
	case len(b.Nodes) == 0:
		return [][]*syntax.Node{x.spelled[b.Text]}
	}
	switch n := b.Nodes[0]; n.Kind {
	case syntax.Name, syntax.String:
		return [][]*syntax.Node{x.spelled[n.Text]}
	case syntax.Member:
		return [][]*syntax.Node{x.kinds[syntax.Name], x.kinds[syntax.Member]}
	default:
		return [][]*syntax.Node{x.kinds[n.Kind]}
	}
}

// parent is the node around another, nil for the file.
func (x *index) parent(n *syntax.Node) *syntax.Node {
	if x.parents == nil {
		x.parents = map[*syntax.Node]*syntax.Node{}
		for _, p := range x.all {
			for _, k := range p.Kids {
				x.parents[k] = p
			}
		}
	}
	return x.parents[n]
}
