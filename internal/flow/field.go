package flow

import (
	"strings"

	"github.com/reevehq/reeve/internal/syntax"
)

// isField tells that a name that stands alone is a field of the class around.
func (b *builder) isField(name string) bool { return b.declarer(name) != "" }

// maxAbove is how many classes above another are asked for a field.
const maxAbove = 8

// declarer is the class that has a field whose name stands alone: that around, or one above it that the file knows. "" where there is none.
func (b *builder) declarer(name string) string {
	switch b.file.language {
	case "ruby":
		if b.isOwn(name) {
			return b.class
		}
		return ""
	case "python", "javascript", "php", "go", "rust":
		return "" // there it is named with its object
	}
	class := b.class
	for range maxAbove {
		c := b.file.classes[class]
		if c == nil || c.own[name] {
			if c != nil {
				return class
			}
			return ""
		}
		if len(c.bases) == 0 {
			return ""
		}
		class = c.bases[0]
	}
	return ""
}

// fieldOf is the node of a field of the objects of a class.
func (b *builder) fieldOf(class, name string) node {
	f := field{class, name}
	n, ok := b.file.fields[f]
	if !ok {
		n = b.add(Place{}, -1)
		b.file.fields[f] = n
	}
	return n
}

// member is a field that is read.
func (b *builder) member(n *syntax.Node, s state) node {
	object, name := n.Kid(syntax.AnObject), nameOf(n)
	if name == "" {
		v := b.value(n)
		field := whole
		if name := n.Kid(syntax.AField); name != nil && name.Kind == syntax.Name {
			field = partOf(name.Text)
		}
		b.load(b.looked(object, s), v, field)
		b.word(n, v, s)
		return v
	}
	c, own := s.get(name)
	of := b.looked(object, s)
	if own {
		v := b.read(n, name, c, s) // what is known of it, and not of its object: it may have been checked
		b.parts(name, v, s)
		return v
	}
	if holder := s[nameOf(object)]; holder != nil && holder.shape != nil && !holder.shape.list {
		return b.held(n, holder, n.Kid(syntax.AField).Text)
	}
	v := b.read(n, name, nil, s)
	b.parts(name, v, s)
	b.load(of, b.reads[n], partOf(n.Kid(syntax.AField).Text))
	b.word(n, b.reads[n], s)
	if class := b.classOf(object, s); class != "" {
		b.link(b.fieldOf(class, n.Kid(syntax.AField).Text), b.reads[n], plain)
	}
	return v
}

// held is what a collection holds under a key that is known.
func (b *builder) held(n *syntax.Node, c *cell, key string) node {
	v := b.value(n)
	part, known := c.shape.keys[key]
	if known {
		for _, from := range part {
			b.link(from, v, plain)
		}
		return v
	}
	for _, from := range c.from {
		b.load(from, v, partOf(key))
	}
	return v
}

// classOf is the class of an object, "" where that is not known.
func (b *builder) classOf(object *syntax.Node, s state) string {
	name := nameOf(object)
	if selves(name) {
		return b.class
	}
	if c := s[name]; c != nil && name != "" && c.kind != "" && !strings.ContainsAny(c.kind, ".()") {
		return c.kind
	}
	if object != nil && object.Kind == syntax.New {
		return typeName(object.Kid(syntax.ACallee))
	}
	if b.file.classes[name] != nil {
		return name // the class itself
	}
	if _, last := lastOf(name); last != "" && last[0] >= 'A' && last[0] <= 'Z' && !b.locals[name] {
		switch b.file.language {
		case "java", "csharp", "kotlin", "scala", "swift": // one of another file, as these languages write them
			return last
		}
	}
	return ""
}
