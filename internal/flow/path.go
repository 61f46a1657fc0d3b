package flow

import (
	"strings"

	"github.com/reevehq/reeve/internal/syntax"
)

// part names a field of an object, a key of a map or an argument with a name, by a sum of its name: two names with one sum are taken for the same.
// whole is no part but all of a value, or a part that is not known.
type part uint16

const whole part = 0

// partOf is the part of a name.
func partOf(name string) part {
	sum := uint32(2166136261) // FNV-1a
	for i := range len(name) {
		sum = (sum ^ uint32(name[i])) * 16777619
	}
	return max(1, part(sum>>16)^part(sum))
}

// carry tells what of the value at the end of an edge is tainted, when of that at its beginning a part is; false where nothing is. Of a part in a part
// only the outer is remembered.
func (e edge) carry(of part) (part, bool) {
	switch e.kind {
	case store:
		return e.part, true
	case load:
		if of == whole || e.part == whole || e.part == of {
			return whole, true
		}
		return whole, false
	case others:
		return of, of == whole || of != e.part
	case argument:
		return e.part, true
	case receiver:
		return whole, of == whole || e.part == whole || e.part == of
	case plain, handed, called:
		return of, true
	}
	return whole, true
}

// keyOf is the part under which a Pair, a named argument, or an assignment within braces stores its value; whole where that is not known.
func (b *builder) keyOf(n *syntax.Node, s state) part {
	switch n.Kind {
	case syntax.Keyword:
		return partOf(n.Text)
	case syntax.Assign:
		if name := n.Kid(syntax.ALeft); name != nil && name.Kind == syntax.Name {
			return partOf(name.Text)
		}
	case syntax.Pair:
		key := n.Kid(syntax.AKey)
		if key != nil && key.Kind == syntax.Name && b.file.language != "python" {
			return partOf(key.Text)
		}
		return b.textOf(key, s)
	}
	return whole
}

// textOf is the part that an expression names: whole where it is no text that is known.
func (b *builder) textOf(key *syntax.Node, s state) part {
	if key != nil && key.Kind == syntax.Unary && key.Text == ":" { // a symbol of Ruby's
		key = key.Kid(syntax.AValue)
	}
	if c := b.known(key, s); c != nil && c.kind == 's' {
		return partOf(c.text)
	}
	return whole
}

// literal is a map or object that is written down.
func (b *builder) literal(n *syntax.Node, s state) node {
	v := b.value(n)
	for _, k := range n.Kids {
		of := b.expr(k, s)
		if k.Kind == syntax.Spread {
			b.link(of, v, plain)
		} else {
			b.store(of, v, b.keyOf(k, s))
		}
	}
	return v
}

// store says that a value becomes a part of an object.
func (b *builder) store(from, to node, of part) { b.join(from, edge{to, store, of}) }

// load says that a value is a part of an object.
func (b *builder) load(from, to node, of part) { b.join(from, edge{to, load, of}) }

// looked gives the object of which a part is looked at.
func (b *builder) looked(n *syntax.Node, s state) node {
	v := b.expr(n, s)
	if v != none {
		b.objects[v] = true
	}
	return v
}

// given is how an argument goes into the result of a call. One with a name becomes a field of the object that is made, where no constructor says
// otherwise; what stands in a literal of Go's, or behind a constructor in C#, is a part of the object anyhow.
func (b *builder) given(call, one *syntax.Node, to node, s state) edge {
	made := call.Kind == syntax.New
	switch {
	case made && b.file.language == "go" && one.Kind == syntax.Pair:
		return edge{to, store, b.keyOf(one, s)}
	case made && (b.file.language == "go" || b.file.language == "csharp" && one.Kind == syntax.Dict):
		return edge{to: to}
	case one.Kind == syntax.Keyword || one.Kind == syntax.Pair:
		_, last := lastOf(nameOf(call.Kid(syntax.ACallee)))
		if made || last != "" && last[0] >= 'A' && last[0] <= 'Z' {
			return edge{to, argument, b.keyOf(one, s)}
		}
	}
	return edge{to: to, kind: argument}
}

// gives is the part that a method which is not known gives of what it is called on, by its name or a key: "name" of getName() and of get("name").
func (b *builder) gives(call *syntax.Node, s state) part {
	callee := call.Kid(syntax.ACallee)
	if callee == nil || callee.Kind != syntax.Member || callee.Kid(syntax.AField) == nil {
		return whole
	}
	name, arguments := callee.Kid(syntax.AField).Text, len(call.Kids)-1
	switch {
	case name == "get" || name == "getOrDefault" || name == "getProperty" || name == "fetch":
		if arguments > 0 {
			return b.textOf(call.Kids[1], s)
		}
	case arguments == 0:
		return getter(name)
	}
	return whole
}

// getter is the field that a method gives by its name: "name" of getName.
func getter(name string) part {
	for _, start := range []string{"get", "is"} {
		if field := behind(name, start); field != "" {
			return partOf(field)
		}
	}
	return whole
}

// behind is the name of a field that stands behind a word: "name" behind "get" in getName; "" where none does.
func behind(name, word string) string {
	if rest, ok := strings.CutPrefix(name, word); ok && rest != "" && rest[0] >= 'A' && rest[0] <= 'Z' {
		return string(rest[0]|0x20) + rest[1:]
	}
	return ""
}

// parts lets what was given to the fields of a variable, and to theirs, go into the variable where all of it is read; not what else is known of them.
func (b *builder) parts(of string, v node, s state) {
	if selves(of) {
		return // fields of the object itself are followed as those of its class
	}
	for _, field := range b.fields[of] {
		b.deepParts(of+"."+field, v, partOf(field), s)
	}
}

// deepParts is parts for one field and what is below it.
func (b *builder) deepParts(name string, v node, field part, s state) {
	if b.steps--; b.steps <= 0 {
		return
	}
	if c := s[name]; c != nil {
		for _, from := range c.from {
			if held, given := b.holds[from]; given {
				b.store(held, v, field)
			}
		}
	}
	for _, below := range b.fields[name] {
		b.deepParts(name+"."+below, v, field, s)
	}
}

// into says that a value becomes a part of what a chain begins with that has no name of its own: of "a" in "a[i].b = c". Other elements keep what they have.
func (b *builder) into(left *syntax.Node, v node, s state) {
	field := whole
	for left != nil && nameOf(left) == "" {
		if path := pathOf(left); path != "" {
			delete(s, path) // it has another part now
		}
		switch left.Kind {
		case syntax.Member:
			if name := left.Kid(syntax.AField); name != nil && name.Kind == syntax.Name {
				field = partOf(name.Text)
			}
		case syntax.Index:
		default:
			return
		}
		left = left.Kid(syntax.AnObject)
	}
	name := nameOf(left)
	if name == "" || selves(name) {
		return
	}
	to := b.add(Place{}, b.owner)
	b.store(v, to, field)
	now := &cell{}
	if c := s[name]; c != nil {
		now = c
	}
	for _, from := range now.everything() {
		b.link(from, to, plain)
	}
	b.holds[to] = to
	b.hasField(name)
	s[name] = &cell{from: []node{to}, kind: now.kind}
}

// hold is what a field holds that is given something: that, and not what else may be said of the place where it is named.
func (b *builder) hold(left *syntax.Node, from []node) node {
	v := b.value(left)
	held, known := b.holds[v]
	if !known {
		held = b.add(placeOf(left), b.owner)
		b.whats[held] = Assigned
		b.holds[v] = held
	}
	for _, n := range from {
		b.link(n, held, plain)
	}
	return held
}

// self is the object that a method is called on.
func (b *builder) self() node {
	f := b.file.funcs[b.owner]
	if f.self == none {
		f.self = b.add(f.place, b.owner)
	}
	return f.self
}

// above tells of a call of the constructor above: what that makes is what this one makes.
func (b *builder) above(call *syntax.Node) bool {
	callee := call.Kid(syntax.ACallee)
	if name := nameOf(callee); name == "super" {
		return true
	}
	if callee == nil || callee.Kind != syntax.Member || callee.Kid(syntax.AField) == nil || !constructs(callee.Kid(syntax.AField).Text, "") {
		return false
	}
	return isSelf(callee.Kid(syntax.AnObject))
}
