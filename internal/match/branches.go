package match

import "github.com/reevehq/reeve/internal/syntax"

// branches reads an If: what a name holds behind it is what it holds at the end of both of its branches, where that is the same.
func (f *facts) branches(n *syntax.Node, s *scope, in around) {
	begin := len(f.log)
	for _, k := range n.Kids {
		f.read(k, s, in)
	}
	then := n.Kid(syntax.AThen)
	if then == nil || then.Kind != syntax.Block || len(f.log) == begin {
		return
	}
	names := f.log[begin:]
	for i, name := range names {
		if i >= maxJoined {
			return
		}
		v := f.behind(s, name, n, in.level+1)
		if v == nil {
			continue
		}
		joined := in.unknown(n.End)
		joined.literal = v
		s.given[name] = append(s.given[name], joined)
	}
}

// maxJoined is for how many names it is learned what they hold behind an If.
const maxJoined = 64

// behind is the constant that a name holds behind an If whose branches are of a level; nil where it holds none.
func (f *facts) behind(s *scope, name string, n *syntax.Node, level int) *syntax.Node {
	then, other := n.Kid(syntax.AThen), n.Kid(syntax.AnElse)
	a := s.atEnd(name, n, level, then)
	if other == nil {
		other = &syntax.Node{Kind: syntax.Block, Start: n.End, End: n.End}
	}
	b := s.atEnd(name, n, level, other)
	switch {
	case leaves(then) && leaves(other):
		return nil
	case leaves(then):
		return b
	case leaves(other):
		return a
	case a == nil || b == nil:
		return nil
	}
	return f.either(n, f.constant(a), f.constant(b))
}

// atEnd is what a name holds at the end of a branch of an If, where that is certain.
func (s *scope) atEnd(name string, n *syntax.Node, level int, branch *syntax.Node) *syntax.Node {
	var last, before *value
	all := s.given[name]
	for i := range all {
		switch v := &all[i]; {
		case v.declared > branch.Start && v.declared < branch.End:
			// another of that name
		case v.at > branch.Start && v.at <= branch.End:
			last = v
		case v.at <= n.Kid(syntax.AThen).Start:
			before = v
		}
	}
	if last == nil {
		if before == nil || before.until < n.End {
			return nil
		}
		return before.literal
	}
	if last.level > level {
		return nil
	}
	return last.literal
}

// leaves tells of a branch that what stands behind it does not run.
func leaves(n *syntax.Node) bool {
	for _, k := range n.Kids {
		switch k.Kind {
		case syntax.Return, syntax.Throw, syntax.Break, syntax.Continue:
			return true
		}
	}
	return false
}

// reach notes that a name of a scope further out is given something by a function within it, which may run at any time.
func (s *scope) reach(name string, at int) {
	if len(s.given[name]) > 0 || s.facts.language == syntax.Python || s.facts.language == syntax.PHP {
		return
	}
	for outer := s.outer; outer != nil; outer = outer.outer {
		if all := outer.given[name]; len(all) > 0 {
			outer.given[name] = append(all, value{at: at, until: outer.end, declared: -1})
			return
		}
	}
}
