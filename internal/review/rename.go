package review

import "github.com/reevehq/reeve/internal/syntax"

// renaming follows which local name became which.
type renaming struct {
	bound   [2]map[string]bool
	to, was map[string]string
}

// onlyNames tells that two lists of pieces of one function say the same under other names of its variables.
func onlyNames(removed, added []*piece) bool {
	if len(removed) != len(added) {
		return false
	}
	r := &renaming{bound: [2]map[string]bool{{}, {}}, to: map[string]string{}, was: map[string]string{}}
	for i, list := range [][]*piece{removed, added} {
		for _, p := range list {
			if p.node == nil || p.file.language.Data() {
				return false
			}
			binds(p.node, r.bound[i])
		}
	}
	for i := range removed {
		if !r.same(removed[i].node, added[i].node) {
			return false
		}
	}
	return true
}

// binds notes the variables that a piece gives a value to for the first time.
func binds(n *syntax.Node, names map[string]bool) {
	n.Walk(func(n *syntax.Node) bool {
		switch n.Kind {
		case syntax.Block:
			return false // its statements are pieces of their own
		case syntax.Assign, syntax.ForEach:
			left := n.Kid(syntax.ALeft)
			if left == nil || left.Kind == syntax.Member || left.Kind == syntax.Index {
				break
			}
			left.Walk(func(n *syntax.Node) bool {
				if n.Kind == syntax.Name {
					names[n.Text] = true
				}
				return n.Kind != syntax.Member
			})
		case syntax.Param:
			if name := n.Kid(syntax.AName); name != nil {
				names[name.Text] = true
			}
		}
		return true
	})
}

// same compares two nodes without the statements within them.
func (r *renaming) same(a, b *syntax.Node) bool {
	if a.Kind != b.Kind || a.Role != b.Role || a.Flags != b.Flags {
		return false
	}
	if a.Kind == syntax.Block {
		return true
	}
	if len(a.Kids) != len(b.Kids) {
		return false
	}
	if a.Kind == syntax.Name {
		return r.name(a, b)
	}
	if a.Text != b.Text {
		return false
	}
	for i := range a.Kids {
		if !r.same(a.Kids[i], b.Kids[i]) {
			return false
		}
	}
	return true
}

func (r *renaming) name(a, b *syntax.Node) bool {
	if a.Role == syntax.AField || a.Role == syntax.ACallee || a.Role == syntax.AKey || !r.bound[0][a.Text] || !r.bound[1][b.Text] {
		return a.Text == b.Text
	}
	to, known := r.to[a.Text]
	was, taken := r.was[b.Text]
	if !known && !taken {
		r.to[a.Text], r.was[b.Text] = b.Text, a.Text
		return true
	}
	return to == b.Text && was == a.Text
}
