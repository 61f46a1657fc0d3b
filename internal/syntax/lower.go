package syntax

import (
	"fmt"
	"regexp"

	"github.com/reevehq/reeve/internal/treesitter"
)

// Language is a programming language.
type Language struct {
	// Name is its name in rules: "python". Title is what people read.
	Name, Title string
	// Extensions are those of its files, with the dot; Files are names of files that have none.
	Extensions, Files []string
	// Shebangs are interpreters that files without extension name in their first line.
	Shebangs []string
	// grammar parses it, second what the first does not know: another language that is lowered in the same way; nil for none.
	grammar, second func() *treesitter.Grammar
	// lower gives the statement or expression of a node of the grammar's tree.
	lower func(l *lowering, n treesitter.Node) []*Node
	// fragments are ways to make a file of a pattern, the likeliest first; the pattern stands where %s is.
	fragments []string
	// ellipses are ways to write "..." so that the grammar takes it, by where it stands: ellipsisWord, as an expression, a statement, a pair.
	ellipses []string
	// params is the number of the one for parameters of a function, where those are written otherwise; 0 where they are not.
	params int
	// worded tells that a word stands before every function (fun, def), so that brackets in front of a body hold its parameters only behind one.
	worded bool
	// alone is the number of the one for a statement of its own, where the others could be taken for a part of what stands behind it; 0 where they cannot.
	alone int
	// statements tells that a name cannot be a statement.
	statements bool
	// hole writes a hole that stands between two texts, where it depends on them how, and gives false elsewhere; nil where it never does.
	hole func(hole, before, after string) (string, bool)
	// typed tells that metavariables may have types.
	typed bool
	// typedAs finds them where they are written in another way than usual; nil where they are not.
	typedAs func() *regexp.Regexp
	// meant says what the nodes of a pattern stand for, where that is not what they are; nil where it always is.
	meant func(nodes []*Node) []*Node
	// body lowers what stands in a file, where that belongs to what stands behind it; nil where each stands for itself.
	body func(l *lowering, n treesitter.Node) []*Node
	// blank gives a text without what the grammar does not know, and leaves all else where it is; nil where there is nothing.
	blank func(text []byte) []byte
	// read reads a language that has no grammar; nil where it has one.
	read func(lang *Language, text []byte) (*Tree, error)
}

// maxDepth is how deep trees may be; what lies deeper is left out.
const maxDepth = 800

// ErrTooLong says that a text is too long, or takes too much work, to be parsed.
var ErrTooLong = treesitter.ErrTooLong

// Parse parses a file. There is a tree whatever the file holds, unless it is too long or takes too much work.
func (lang *Language) Parse(text []byte) (*Tree, error) {
	if lang.read != nil {
		return lang.read(lang, text)
	}
	source := text
	if lang.blank != nil {
		source = lang.blank(text)
	}
	concrete, err := lang.grammar().Parse(source)
	if err != nil {
		return nil, fmt.Errorf("parse %s: %w", lang.Title, err)
	}
	if errors := concrete.Errors(); errors > 0 && lang.second != nil {
		if other, err := lang.second().Parse(text); err == nil && other.Errors() < errors {
			concrete = other
		}
	}
	l := &lowering{language: lang, text: string(text)}
	root := concrete.Root()
	file := l.node(File, root)
	if lang.body != nil {
		file.Kids = lang.body(l, root)
	} else {
		file.Kids = l.each(root)
	}
	return &Tree{Language: lang, Root: file, Errors: concrete.Errors(), Text: l.text}, nil
}

// lowering is one file on its way from the grammar's tree to ours.
type lowering struct {
	language *Language
	text     string
	depth    int
	slab     []Node
	// heredocs are the texts that stand behind the line in which they begin, by where they begin (Ruby); nil before the first is asked for.
	heredocs map[int]treesitter.Node
	// anchors are values that YAML names, aliased how many nodes stand in it by name only.
	anchors map[string]*Node
	aliased int
}

// node makes a node that covers a node of the grammar's tree, with children that may be nil and then are left out.
func (l *lowering) node(kind Kind, at treesitter.Node, kids ...*Node) *Node {
	if len(l.slab) == 0 {
		l.slab = make([]Node, 256)
	}
	n := &l.slab[0]
	l.slab = l.slab[1:]
	n.Kind, n.Start, n.End = kind, at.Start(), at.End()
	n.add(kids...)
	return n
}

// texted makes a node with a text.
func (l *lowering) texted(kind Kind, at treesitter.Node, text string, kids ...*Node) *Node {
	n := l.node(kind, at, kids...)
	n.Text = text
	return n
}

func (n *Node) add(kids ...*Node) {
	for _, k := range kids {
		if k != nil {
			n.Kids = append(n.Kids, k)
		}
	}
}

// as gives a node a role. Nil stays nil.
func as(role Role, n *Node) *Node {
	if n != nil {
		n.Role = role
	}
	return n
}

// source is the text of a node.
func (l *lowering) source(n treesitter.Node) string {
	if !n.Exists() {
		return ""
	}
	return l.text[n.Start():n.End()]
}

// one lowers a node to one; several become a Block. It is nil for a node that is not there or means nothing.
func (l *lowering) one(n treesitter.Node) *Node {
	if !n.Exists() {
		return nil
	}
	switch all := l.all(n); len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	default:
		return l.node(Block, n, all...)
	}
}

// all lowers a node, which may be several: "let a = 1, b = 2".
func (l *lowering) all(n treesitter.Node) []*Node {
	if !n.Exists() || n.Extra() {
		return nil
	}
	if l.depth++; l.depth > maxDepth {
		l.depth--
		return []*Node{l.texted(Other, n, "too deep")}
	}
	out := l.language.lower(l, n)
	l.depth--
	return out
}

// each lowers the children of a node that have no field or the given one.
func (l *lowering) each(n treesitter.Node) []*Node {
	var out []*Node
	for c := range n.Children() {
		out = append(out, l.all(c)...)
	}
	return out
}

// other keeps a node for which there is no kind: a leaf with its text, anything else with its parts.
func (l *lowering) other(n treesitter.Node) []*Node {
	o := l.texted(Other, n, n.Type())
	if o.Kids = l.each(n); len(o.Kids) == 0 && n.Type() != l.source(n) {
		o.add(l.texted(Name, n, l.source(n)))
	}
	return []*Node{o}
}

// name makes a Name of a node's text.
func (l *lowering) name(n treesitter.Node) *Node {
	if !n.Exists() {
		return nil
	}
	return l.texted(Name, n, l.source(n))
}

// block makes a Block of the statements in a node; a single statement without braces becomes one too.
func (l *lowering) block(n treesitter.Node, is ...string) *Node {
	if !n.Exists() {
		return nil
	}
	for _, kind := range is {
		if n.Type() == kind {
			return l.node(Block, n, l.each(n)...)
		}
	}
	return l.node(Block, n, l.all(n)...)
}

// binary makes a Binary of a node with the fields left, operator and right.
func (l *lowering) binary(n treesitter.Node, operator string) *Node {
	return l.texted(Binary, n, operator, as(ALeft, l.one(n.Child("left"))), as(ARight, l.one(n.Child("right"))))
}

// member makes a Member.
func (l *lowering) member(n, object, field treesitter.Node) *Node {
	return l.texted(Member, n, ".", as(AnObject, l.one(object)), as(AField, l.name(field)))
}

// statement makes a statement of an expression.
func (l *lowering) statement(n treesitter.Node, value *Node) *Node {
	if value == nil {
		return nil
	}
	return l.node(ExprStmt, n, as(AValue, value))
}

// labelled gives a statement the label before it as a modifier: "outer:". What has a label but no statement is an empty Block.
func labelled(l *lowering, n treesitter.Node) []*Node {
	label := n.First()
	if !label.Exists() {
		return l.other(n)
	}
	var out []*Node
	for c := range n.Children() {
		if c != label {
			out = append(out, l.all(c)...)
		}
	}
	if len(out) == 0 {
		out = []*Node{l.node(Block, n)}
	}
	marked(n, out[0], as(AModifier, l.texted(Modifier, label, l.source(label)+":")))
	return out
}

// marked puts modifiers and decorators in front of what a node declares, which then begins with them. Those of a statement that assigns belong to the
// Assign.
func marked(at treesitter.Node, n *Node, marks ...*Node) *Node {
	if n == nil {
		return nil
	}
	n.Start = min(n.Start, at.Start())
	if value := n.Kid(AValue); n.Kind == ExprStmt && value != nil && value.Kind == Assign {
		value.Start = n.Start
		n = value
	}
	kids := n.Kids
	n.Kids = nil
	n.add(marks...)
	n.Kids = append(n.Kids, kids...)
	return n
}
