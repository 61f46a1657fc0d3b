// Package syntax gives code of every language as one kind of tree, so that patterns, matching and the flow of data are written once.
//
// A language is one file: which files are its own, which grammar parses them, and how the grammar's tree becomes this one (lowering). What a language
// says in several ways is lowered to one; what no other language has is Other, with its parts, and still can be matched. The package must not know
// rules or findings.
package syntax

import (
	"iter"
	"strconv"
	"strings"
)

// Node is a node of a tree. It is not changed once it is lowered.
type Node struct {
	Kind Kind
	// Role is what it is to its parent.
	Role  Role
	Flags Flags
	// Text is the name, operator or value, see Kind.
	Text string
	// Kids are its children in the order in which they are written.
	Kids []*Node
	// Start and End are its place in the file, in bytes.
	Start, End int
}

// Flags are what else is to be said of a node.
type Flags uint8

const (
	// Declares tells of an Assign that it declares what it gives a value to.
	Declares Flags = 1 << iota
	// Arrow tells of a Func that it is written as an expression.
	Arrow
	// Optional tells of a Member, Call or Index that it is only there where the object is (?.).
	Optional
	// Postfix tells of a Unary that the operator comes last, and of a String or Template that it is written as several side by side.
	Postfix
	// Braced tells of a Dict, List or Args that are written in another way than usual, and matter only to people.
	Braced
)

// Kid is the child of a role, nil for none.
func (n *Node) Kid(role Role) *Node {
	if n == nil {
		return nil
	}
	for _, k := range n.Kids {
		if k.Role == role {
			return k
		}
	}
	return nil
}

// All gives the children of a role: those in a list, modifiers, decorators.
func (n *Node) All(role Role) iter.Seq[*Node] {
	return func(yield func(*Node) bool) {
		for _, k := range n.Kids {
			if k.Role == role && !yield(k) {
				return
			}
		}
	}
}

// Walk visits a node and everything below it, in order, until visit gives false for a node: then what is below that is left out.
func (n *Node) Walk(visit func(*Node) bool) {
	if n == nil || !visit(n) {
		return
	}
	for _, k := range n.Kids {
		k.Walk(visit)
	}
}

// Dotted gives a chain of names as it is read: "a.b.c", and false for anything else.
func (n *Node) Dotted() (string, bool) {
	switch {
	case n == nil:
		return "", false
	case n.Kind == Name:
		return n.Text, true
	case n.Kind == Member:
		field := n.Kid(AField)
		object, ok := n.Kid(AnObject).Dotted()
		if !ok || field == nil || field.Kind != Name {
			return "", false
		}
		return object + "." + field.Text, true
	}
	return "", false
}

// Requires tells that a value is require('m'), and gives the module.
func (n *Node) Requires() (module string, ok bool) {
	if n == nil || n.Kind != Call || len(n.Kids) != 2 {
		return "", false
	}
	callee, argument := n.Kids[0], n.Kids[1]
	return argument.Text, callee.Kind == Name && callee.Text == "require" && argument.Kind == String
}

// Imported gives the full name of what a value takes from a module where it stands: "m" of require('m'), "m.f" of require('m').f.
func (n *Node) Imported() (full string, ok bool) {
	if n == nil || n.Kind != Member {
		return n.Requires()
	}
	field := n.Kid(AField)
	module, ok := n.Kid(AnObject).Requires()
	if !ok || field == nil || field.Kind != Name {
		return "", false
	}
	return module + "." + field.Text, true
}

// Tree is a file.
type Tree struct {
	Language *Language
	Root     *Node
	// Errors counts what the grammar did not know; what is around it is there nevertheless.
	Errors int
	// Text is the file.
	Text string
}

// String writes a node in one line, for tests and for people: (Call Callee:(Name print) (String "a")).
func (n *Node) String() string {
	var b strings.Builder
	n.write(&b)
	return b.String()
}

func (n *Node) write(b *strings.Builder) {
	if n.Role != Each {
		b.WriteString(n.Role.String() + ":")
	}
	b.WriteString("(" + n.Kind.String())
	if n.Flags&Declares != 0 {
		b.WriteString("!")
	}
	if n.Text != "" {
		if n.Kind == String || strings.ContainsAny(n.Text, " ()\n\"") {
			b.WriteString(" " + strconv.Quote(n.Text))
		} else {
			b.WriteString(" " + n.Text)
		}
	}
	for _, k := range n.Kids {
		b.WriteByte(' ')
		k.write(b)
	}
	b.WriteByte(')')
}
