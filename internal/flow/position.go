package flow

import (
	"slices"
	"strconv"

	"github.com/reevehq/reeve/internal/syntax"
)

// A function may give back several values at once, which its caller takes apart. A position is one of them: "0" of a tuple or list, "name" of a map.

// maxPositions is how many values are told apart.
const maxPositions = 16

// piece is a part of a collection that is written out.
type piece struct {
	position string
	value    *syntax.Node
}

// partsOf are the parts of a tuple, list or map that is written out; nil where they cannot be told apart.
func partsOf(n *syntax.Node) []piece {
	if n == nil || len(n.Kids) > maxPositions {
		return nil
	}
	var out []piece
	for i, k := range n.Kids {
		one := piece{strconv.Itoa(i), k}
		if n.Kind == syntax.Dict {
			key := k.Kid(syntax.AKey)
			if k.Kind != syntax.Pair || key == nil || key.Kind != syntax.Name && key.Kind != syntax.String {
				return nil
			}
			one = piece{key.Text, k.Kid(syntax.AValue)}
		} else if n.Kind != syntax.Tuple && n.Kind != syntax.List || k.Kind == syntax.Spread || k.Kind == syntax.Ellipsis {
			return nil
		}
		out = append(out, one)
	}
	return out
}

// together links what a function gives back with its positions.
func (b *builder) together(n *syntax.Node) {
	if n == nil || n.Kind == syntax.Null {
		return
	}
	parts := partsOf(n)
	if parts == nil {
		b.file.funcs[b.owner].whole = true
	}
	for _, one := range parts {
		if v, ok := b.nodes[one.value]; ok {
			b.link(v, b.resultAt(one.position), plain)
		}
	}
}

// nakedReturn links what a function of Go gives back under names, where it says nothing but "return".
func (b *builder) nakedReturn(s state) {
	for i, name := range b.file.funcs[b.owner].named {
		if c := s[name]; c != nil {
			for _, from := range c.everything() {
				b.link(from, b.resultAt(strconv.Itoa(i)), plain)
				b.link(from, b.result(), plain)
			}
		}
	}
}

// resultAt is what the function gives back at a position.
func (b *builder) resultAt(position string) node {
	f := b.file.funcs[b.owner]
	at, ok := f.positions[position]
	if !ok {
		at = b.add(f.place, b.owner)
		b.whats[at] = Returned
		if f.positions == nil {
			f.positions = map[string]node{}
		}
		f.positions[position] = at
	}
	return at
}

// apart gives the parts on the left of an assignment what stands for each of them on the right, and tells whether that is known.
func (b *builder) apart(left, right *syntax.Node, v node, s state) bool {
	parts := partsOf(left)
	if parts == nil || right == nil {
		return false
	}
	for right.Kind == syntax.Await || right.Kind == syntax.Cast {
		if right = right.Kid(syntax.AValue); right == nil {
			return false
		}
	}
	cells := make([]*cell, len(parts))
	switch right.Kind {
	case syntax.Call:
		b.takeApart(right, parts, cells, v)
		cells[0].kind = b.typed(right, s) // of several types the first is told
	case syntax.Tuple, syntax.List, syntax.Dict:
		values := partsOf(right)
		for i, one := range parts {
			at := slices.IndexFunc(values, func(p piece) bool { return p.position == one.position })
			if at < 0 {
				return false
			}
			value := values[at].value
			cells[i] = &cell{from: []node{b.nodes[value]}, value: b.known(value, s), kind: b.typed(value, s)}
		}
	case syntax.Name:
		c := s[right.Text]
		if c == nil || c.shape == nil || c.shape.list != (left.Kind != syntax.Dict) {
			return false
		}
		for i, one := range parts {
			cells[i] = &cell{from: c.at(one.position)}
		}
	default:
		return false
	}
	for i, one := range parts {
		b.give(one.value, cells[i].from, cells[i], s)
	}
	return true
}

// at is what a collection holds at a position.
func (c *cell) at(position string) []node {
	if i, err := strconv.Atoi(position); c.shape.list && err == nil && i < len(c.shape.order) {
		return c.shape.order[i]
	}
	if part, ok := c.shape.keys[position]; ok {
		return part
	}
	return c.from
}

// takeApart makes the nodes of what a call gives back at positions.
func (b *builder) takeApart(n *syntax.Node, parts []piece, cells []*cell, v node) {
	called := b.nodes[n]
	positions := b.taken[called]
	if positions == nil {
		positions = map[string]node{}
		b.taken[called] = positions
	}
	for i := len(b.file.calls) - 1; i >= 0; i-- {
		c := b.file.calls[i]
		if c.node != called {
			continue
		}
		c.positions = positions
		break
	}
	for i, one := range parts {
		at, ok := positions[one.position]
		if !ok {
			at = b.add(placeOf(n), b.owner)
			positions[one.position] = at
		}
		b.link(v, at, plain)
		cells[i] = &cell{from: []node{at}}
	}
}

// apart tells that all that a function gives back are values that can be told apart.
func (f *function) apart() bool { return f.positions != nil && !f.whole }

// giveBack links what a function gives back at each position with what its caller takes there.
func (p *Program) giveBack(from place, f *function, to at, c *call) {
	p.apart[to] = c.positions
	for position, n := range c.positions {
		if result, ok := f.positions[position]; ok {
			from := at{int32(from.file), result}
			p.cross(from, crossing{to: at{to.file, n}, leaves: true, call: to})
		}
	}
}

// namesOf are the names of what a function of Go gives back, nil where it names none.
func namesOf(result *syntax.Node) []string {
	if result == nil {
		return nil
	}
	if result.Kind == syntax.Param {
		return []string{nameOf(result.Kid(syntax.AName))}
	}
	var out []string
	if result.Kind == syntax.Tuple {
		for _, k := range result.Kids {
			if k.Kind != syntax.Param {
				return nil
			}
			out = append(out, nameOf(k.Kid(syntax.AName)))
		}
	}
	return out
}
