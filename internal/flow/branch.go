package flow

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/syntax"
)

// branch follows both ways, or the one that a constant leaves.
func (b *builder) branch(n *syntax.Node, s state) bool {
	b.statement(n.Kid(syntax.AnInit), s)
	c := b.known(n.Kid(syntax.ATest), s)
	other := b.test(n.Kid(syntax.ATest), s)
	if c != nil && c.kind == 'b' {
		if c.number == 1 {
			return b.statement(n.Kid(syntax.AThen), s)
		}
		s.become(other)
		return b.statement(n.Kid(syntax.AnElse), s)
	}
	on := b.statement(n.Kid(syntax.AThen), s)
	switch otherOn := b.statement(n.Kid(syntax.AnElse), other); {
	case on && otherOn:
		s.merge(other)
	case otherOn:
		s.become(other)
	case !on:
		return false
	}
	return true
}

// loop walks the body twice, so that what its end brings reaches its beginning. False where nothing leaves it.
func (b *builder) loop(n *syntax.Node, s state) bool {
	b.statement(n.Kid(syntax.AnInit), s)
	before := b.fork(s)
	f := &frame{loop: true, label: labelOf(n)}
	b.frames = append(b.frames, f)
	for range 2 {
		b.expr(n.Kid(syntax.ATest), s)
		if over := n.Kid(syntax.ARight); over != nil {
			b.give(n.Kid(syntax.ALeft), []node{b.entries(over, s)}, nil, s)
		}
		on := b.statement(n.Kid(syntax.ABody), s)
		if f.again != nil {
			if on {
				f.again.merge(s)
			}
			s.become(f.again)
			f.again = nil
		}
		b.statement(n.Kid(syntax.AnUpdate), s)
		s.merge(before)
	}
	b.frames = b.frames[:len(b.frames)-1]
	if f.after != nil {
		s.merge(f.after)
	} else if b.endless(n) {
		return false
	}
	b.statement(n.Kid(syntax.AnElse), s)
	return true
}

// entries is what a loop goes through: of a map, what it holds under any key.
func (b *builder) entries(over *syntax.Node, s state) node {
	v := b.expr(over, s)
	c := s[nameOf(over)]
	if c == nil || !strings.HasSuffix(c.kind, "Map") && !strings.HasSuffix(c.kind, "Dictionary") && (c.shape == nil || c.shape.list) {
		return v
	}
	at := b.add(placeOf(over), b.owner)
	b.load(v, at, whole)
	return at
}

// endless tells of a loop that it ends only where it is left, and that it is left nowhere but to a label around it.
func (b *builder) endless(n *syntax.Node) bool {
	c := b.known(n.Kid(syntax.ATest), nil)
	if n.Kind == syntax.ForEach || n.Kid(syntax.ATest) != nil && (c == nil || c.number == 0) {
		return false
	}
	left := false
	n.Walk(func(k *syntax.Node) bool {
		if k.Kind == syntax.Break || k.Kind == syntax.Other && k.Text == "goto" {
			left = left || !slices.ContainsFunc(b.frames, func(f *frame) bool { return f.label != "" && f.label == k.Text })
		}
		return !left && k.Kind != syntax.Func
	})
	return !left
}

// choice follows the cases of a switch, or the one that a constant leaves.
func (b *builder) choice(n *syntax.Node, s state) bool {
	b.statement(n.Kid(syntax.AnInit), s)
	value := n.Kid(syntax.AValue)
	from := b.asked(value, s)
	chosen := b.chosen(n, b.known(value, s), s)
	before := b.fork(s)
	f := &frame{label: labelOf(n)}
	b.frames = append(b.frames, f)
	var last state // what falls through from the case above
	var out state
	complete := false
	for _, k := range n.Kids {
		if k.Kind != syntax.Case {
			continue
		}
		complete = complete || k.Kid(syntax.ATest) == nil && (k.Kid(syntax.Each) == nil || isAny(k.Kid(syntax.Each)))
		if chosen != nil && k != chosen && last == nil {
			continue
		}
		one := b.fork(before)
		b.matched(k, from, one)
		b.isOneOf(value, k, one)
		if last != nil && b.falls() {
			if one.merge(last); chosen != nil && k != chosen {
				one = last
			}
		}
		last = nil
		if b.statement(k.Kid(syntax.ABody), one) {
			if last = one; !b.falls() {
				out = b.both(out, one)
			}
		}
		if chosen != nil && !b.falls() {
			break
		}
	}
	b.frames = b.frames[:len(b.frames)-1]
	for _, other := range []state{last, f.after} {
		if other != nil {
			out = b.both(out, other)
		}
	}
	if chosen == nil && !complete {
		out = b.both(out, before)
	}
	if out == nil {
		return false
	}
	s.become(out)
	return true
}

// asked are the nodes of what the cases of a switch are about.
func (b *builder) asked(value *syntax.Node, s state) []node {
	if value != nil {
		return []node{b.expr(value, s)}
	}
	if c := s[implied]; c != nil {
		return c.from
	}
	return nil
}

// chosen is the case that a constant leads to, nil where that is not known.
func (b *builder) chosen(n *syntax.Node, value *constant, s state) *syntax.Node {
	if value == nil {
		return nil
	}
	var rest *syntax.Node
	for _, k := range n.Kids {
		if k.Kind != syntax.Case {
			continue
		}
		if k.Kid(syntax.ATest) != nil {
			return nil
		}
		none := true
		for p := range k.All(syntax.Each) {
			if isAny(p) {
				continue
			}
			none = false
			is, sure := b.isValue(p, value, s)
			if !sure {
				return nil
			}
			if is {
				return k
			}
		}
		if none {
			rest = k
		}
	}
	return rest
}

// isAny tells of the pattern of a case that any value looks like it.
func isAny(p *syntax.Node) bool {
	if p.Kind == syntax.Other && len(p.Kids) == 1 {
		return isAny(p.Kids[0])
	}
	return p.Kind == syntax.Name && p.Text == "_"
}

// isValue tells whether the pattern of a case, or one of those that "|" stands between, is a value, and whether that is known.
func (b *builder) isValue(p *syntax.Node, value *constant, s state) (is, sure bool) {
	if p.Kind == syntax.Other || p.Kind == syntax.Binary && p.Text == "|" {
		sure = true
		for _, one := range p.Kids {
			same, known := b.isValue(one, value, s)
			is, sure = is || same, sure && known
		}
		return is, sure && len(p.Kids) > 0
	}
	c := b.known(p, s)
	return c != nil && *c == *value, c != nil
}

// falls tells that a case goes on in the next one unless it is left.
func (b *builder) falls() bool {
	switch b.file.language {
	case "java", "javascript", "c", "cpp", "php":
		return true
	}
	return false
}

func (b *builder) try(n *syntax.Node, s state) bool {
	b.statement(n.Kid(syntax.AnInit), s)
	before := b.fork(s)
	throws := n.Kid(syntax.AnInit) != nil || b.throws(n.Kid(syntax.ABody), s)
	outer := b.thrown
	if throws && slices.ContainsFunc(n.Kids, func(k *syntax.Node) bool { return k.Kind == syntax.Catch }) {
		at, again := b.reads[n]
		if !again {
			at = b.add(Place{}, b.owner)
			b.reads[n] = at
		}
		b.thrown = at
	}
	on := b.statement(n.Kid(syntax.ABody), s)
	caught := b.thrown
	b.thrown = outer
	before.merge(s)
	if on {
		on = b.statement(n.Kid(syntax.AnElse), s)
	}
	for _, k := range n.Kids {
		if k.Kind != syntax.Catch || !throws {
			continue
		}
		one := b.fork(before)
		if name := k.Kid(syntax.AName); name != nil {
			b.give(name, []node{caught}, &cell{kind: typeName(k.Kid(syntax.AType))}, one)
		}
		switch caught := b.statement(k.Kid(syntax.ABody), one); {
		case caught && on:
			s.merge(one)
		case caught:
			s.become(one)
			on = true
		}
	}
	if last := n.Kid(syntax.AFinally); last != nil {
		if !on {
			s.merge(before)
		}
		return b.statement(last, s) && on
	}
	return on
}
