package flow

import (
	"maps"
	"slices"
	"strings"
)

// cell is what is known of a variable at a place. It is never changed.
type cell struct {
	// from are the nodes that its value may come from.
	from []node
	// value is its constant, nil where it has none that is known; shape what it holds, where that is known.
	value *constant
	shape *shape
	// kind is its type, "" where that is not known.
	kind string
}

// state is what is known of variables, by their dotted names.
type state map[string]*cell

// get is what is known of a name: itself, or what it is a part of.
func (s state) get(name string) (*cell, bool) {
	if c := s[name]; c != nil {
		return c, true
	}
	for name, _ = lastOf(name); name != ""; name, _ = lastOf(name) {
		if c := s[name]; c != nil {
			return c, false
		}
	}
	return nil, false
}

// set gives a name a value, which overwrites its parts.
func (s state) set(name string, c *cell) {
	s.forget(name)
	s[name] = c
}

// forget takes away what is known of the parts of a name.
func (s state) forget(name string) {
	for part := range s {
		if len(part) > len(name) && part[len(name)] == '.' && strings.HasPrefix(part, name) {
			delete(s, part)
		}
	}
}

// merge adds what another way leads to.
func (s state) merge(o state) {
	for name, c := range o {
		mine := s[name]
		switch {
		case mine == c:
		case mine == nil:
			if whole, _ := s.get(name); whole != nil {
				c = joined(whole, c)
			} else if strings.Contains(name, ".") {
				c = c.orFirst()
			}
			s[name] = c
		default:
			s[name] = joined(mine, c)
		}
	}
	for name, c := range s {
		if o[name] == nil {
			if whole, _ := o.get(name); whole != nil && strings.Contains(name, ".") {
				s[name] = joined(c, whole)
			} else if strings.Contains(name, ".") {
				s[name] = c.orFirst()
			} else if c.value != nil || c.shape != nil {
				s[name] = &cell{from: c.everything(), kind: c.kind}
			}
		}
	}
}

// joined is what is known of a variable that is one or the other.
func joined(a, b *cell) *cell {
	if a == b {
		return a
	}
	c := &cell{kind: a.kind}
	if a.kind == "" || b.kind == "" {
		c.kind = a.kind + b.kind
	} else if a.kind != b.kind {
		c.kind = ""
	}
	if a.value != nil && b.value != nil && *a.value == *b.value {
		c.value = a.value
	}
	if c.shape = merged(a.shape, b.shape); c.shape != nil {
		c.from = union(a.from, b.from)
		return c
	}
	c.from = union(a.everything(), b.everything())
	return c
}

// orFirst is what is known of a part that may also be what it was when it was not read or given anything yet: none of the nodes that are known.
func (c *cell) orFirst() *cell {
	return &cell{from: union([]node{none}, c.everything()), kind: c.kind}
}

// everything are the nodes that the value and what it holds may come from. What a map holds under a key is stored in its value.
func (c *cell) everything() []node {
	if c.shape == nil {
		return c.from
	}
	all := c.from
	for _, part := range c.shape.order {
		all = union(all, part)
	}
	return all
}

// maxFrom is from how many places a value may come that is kept apart; more is left out, and the graph is not complete.
const maxFrom = 64

func union(a, b []node) []node {
	if len(b) == 0 || slices.Equal(a, b) {
		return a
	}
	out := slices.Clone(a)
	for _, n := range b {
		if i, found := slices.BinarySearch(out, n); !found && len(out) < maxFrom {
			out = slices.Insert(out, i, n)
		}
	}
	return out
}

// shape is what a collection holds, as long as every key is known.
type shape struct {
	// keys are the parts of a map, order those of a list.
	keys  map[string][]node
	order [][]node
	list  bool
}

func merged(a, b *shape) *shape {
	switch {
	case a == b:
		return a
	case a == nil || b == nil || a.list != b.list || len(a.order) != len(b.order):
		return nil
	}
	out := &shape{list: a.list, keys: map[string][]node{}}
	for i := range a.order {
		out.order = append(out.order, union(a.order[i], b.order[i]))
	}
	for key, part := range a.keys {
		out.keys[key] = union(part, b.keys[key])
	}
	for key, part := range b.keys {
		if _, both := a.keys[key]; !both {
			out.keys[key] = part
		}
	}
	return out
}

// with is the shape with a part under a key.
func (s *shape) with(key string, part []node) *shape {
	out := &shape{list: s.list, order: s.order, keys: maps.Clone(s.keys)}
	if out.keys == nil {
		out.keys = map[string][]node{}
	}
	out.keys[key] = part
	return out
}

// ordered is the list with other elements.
func ordered(order [][]node) *shape { return &shape{list: true, order: order} }
