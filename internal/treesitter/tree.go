package treesitter

import "iter"

// Tree is the concrete tree of a text, in preorder.
type Tree struct {
	// Text is what was parsed; the tree refers to it.
	Text    []byte
	grammar *Grammar
	nodes   []flat
}

// Node is a node of a tree. The zero Node is none.
type Node struct {
	tree *Tree
	n    uint32
}

// Root is the whole file.
func (t *Tree) Root() Node { return Node{t, 0} }

// Len counts the nodes.
func (t *Tree) Len() int { return len(t.nodes) }

// Exists tells whether there is a node.
func (n Node) Exists() bool { return n.tree != nil }

func (n Node) flat() *flat { return &n.tree.nodes[n.n] }

// Type is the grammar's name of the node, or of the token: "call", "+".
func (n Node) Type() string {
	if n.tree == nil {
		return ""
	}
	if s := n.flat().symbol; s != errorSymbol {
		return n.tree.grammar.symbols[s]
	}
	return "ERROR"
}

// Field is the name that the parent has for it, "" for none.
func (n Node) Field() string { return n.tree.grammar.fields[n.flat().field] }

// Named tells that it is more than a token.
func (n Node) Named() bool { return n.flat().flags&1 != 0 }

// Extra tells that it may stand anywhere, as a comment may.
func (n Node) Extra() bool { return n.flat().flags&4 != 0 }

// Start and End are its place in the text, in bytes.
func (n Node) Start() int { return int(n.flat().start) }

// End is where it ends.
func (n Node) End() int { return int(n.flat().end) }

// Text is what it covers; the caller must not change it.
func (n Node) Text() []byte { f := n.flat(); return n.tree.Text[f.start:f.end] }

// Parent is the node that it is in.
func (n Node) Parent() Node {
	if p := n.flat().parent; int(p) < len(n.tree.nodes) {
		return Node{n.tree, p}
	}
	return Node{}
}

// All gives everything directly below it: nodes and tokens.
func (n Node) All() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		if n.tree == nil {
			return
		}
		for at, end := n.n+1, n.flat().next; at < end; at = n.tree.nodes[at].next {
			if !yield(Node{n.tree, at}) {
				return
			}
		}
	}
}

// Children gives the named nodes directly below it, without comments and other extras.
func (n Node) Children() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for c := range n.All() {
			if c.flat().flags&(1|4) == 1 && !yield(c) {
				return
			}
		}
	}
}

// Child is the first node below it in a field.
func (n Node) Child(field string) Node {
	for c := range n.All() {
		if c.flat().field != 0 && c.Field() == field {
			return c
		}
	}
	return Node{}
}

// First is the first named node below it.
func (n Node) First() Node {
	for c := range n.Children() {
		return c
	}
	return Node{}
}

// Has tells whether a token or node of this type stands directly below it.
func (n Node) Has(kind string) bool { return n.Of(kind).Exists() }

// Of is the first token or node of this type directly below it.
func (n Node) Of(kind string) Node {
	for c := range n.All() {
		if c.Type() == kind {
			return c
		}
	}
	return Node{}
}

// Errors counts what does not fit the grammar.
func (t *Tree) Errors() int {
	sum := 0
	for i := range t.nodes {
		if t.nodes[i].symbol == errorSymbol || t.nodes[i].flags&2 != 0 {
			sum++
		}
	}
	return sum
}
