package flow

import (
	"strings"

	"github.com/reevehq/reeve/internal/syntax"
)

// word follows what in Ruby may be a call without brackets: a name that is no variable, or what looks like a field.
func (b *builder) word(n *syntax.Node, at node, s state) {
	if b.file.language != "ruby" {
		return
	}
	c := &call{node: at, class: b.class, receiver: none}
	c.path, c.name = lastOf(nameOf(n))
	if n.Kind == syntax.Member {
		object := n.Kid(syntax.AnObject)
		if c.name = n.Kid(syntax.AField).Text; object == nil {
			return
		}
		c.receiver, c.kind, c.self = b.nodes[object], b.typed(object, s), selves(nameOf(object))
	}
	if !constructs(c.name, "") {
		b.file.calls = append(b.file.calls, c)
	}
}

// isOwn tells of a name that it is a field of the object itself: of Ruby's, which are written so.
func (b *builder) isOwn(name string) bool {
	return b.file.language == "ruby" && b.class != "" && strings.HasPrefix(name, "@")
}
