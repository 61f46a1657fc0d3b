package match

import (
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/syntax"
)

// foldable tells what may turn out to be a constant.
func foldable(n *syntax.Node) bool {
	switch n.Kind {
	case syntax.String, syntax.Number, syntax.Bool, syntax.Template, syntax.Member:
		return true
	case syntax.Binary:
		return concatenates(n.Text) || computes(n.Text)
	}
	return false
}

// concatenates tells whether an operator joins texts: "." does in PHP.
func concatenates(operator string) bool { return operator == "+" || operator == "." }

// computes tells whether an operator makes a number of numbers.
func computes(operator string) bool {
	return operator == "+" || operator == "-" || operator == "*" || operator == "/" || operator == "%"
}

// The bounds of a constant: of how many nodes it may be made, and how long a text may be that is joined, in bytes.
const (
	maxFold   = 256
	maxFolded = 64 << 10
)

// constant gives the literal that a node stands for, or the node itself.
func (f *facts) constant(n *syntax.Node) *syntax.Node {
	switch n.Kind {
	case syntax.Name, syntax.Binary, syntax.Template, syntax.Member:
	default:
		return n
	}
	if n.Kind != syntax.Name { // a name is looked up as quickly
		if known, ok := f.folded[n]; ok {
			return known
		}
	}
	left := maxFold
	out := f.fold(n, &left)
	if n.Kind != syntax.Name {
		f.folded[n] = out
	}
	return out
}

// fold computes what is constant: "a" + b, 60 * minutes, a template of constants. left is how many nodes it may still look at.
func (f *facts) fold(n *syntax.Node, left *int) *syntax.Node {
	if *left--; *left <= 0 {
		return n
	}
	switch n.Kind {
	case syntax.Name, syntax.Member:
		if known := f.held(n); known != n {
			return f.fold(known, left)
		}
	case syntax.Template:
		return f.joined(n, n.Kids, left)
	case syntax.Binary:
		if len(n.Kids) != 2 {
			return n
		}
		one, other := f.fold(n.Kids[0], left), f.fold(n.Kids[1], left)
		if one.Kind == syntax.Number && other.Kind == syntax.Number && computes(n.Text) {
			return computed(n, one.Text, other.Text)
		}
		if concatenates(n.Text) && one.Kind == syntax.String && other.Kind == syntax.String {
			return f.joined(n, []*syntax.Node{one, other}, left)
		}
	}
	return n
}

// joined is a text that is put together from parts, or the node itself where they are no constants. A number is part of one text, not of several that stand
// side by side.
func (f *facts) joined(n *syntax.Node, parts []*syntax.Node, left *int) *syntax.Node {
	var text strings.Builder
	for _, p := range parts {
		p = f.fold(p, left)
		if p.Kind != syntax.String && (p.Kind != syntax.Number || n.Flags&syntax.Postfix != 0) || text.Len()+len(p.Text) > maxFolded {
			return n
		}
		text.WriteString(p.Text)
	}
	return &syntax.Node{Kind: syntax.String, Role: n.Role, Flags: n.Flags & syntax.Postfix, Text: text.String(), Start: n.Start, End: n.End}
}

// computed is the whole number that an operator makes of two, or the node itself.
func computed(n *syntax.Node, one, other string) *syntax.Node {
	a, err := whole(one)
	b, fault := whole(other)
	const most = 1 << 31 // so that no result is too large
	if err != nil || fault != nil || a > most || a < -most || b > most || b < -most || b == 0 && (n.Text == "/" || n.Text == "%") {
		return n
	}
	var result int64
	switch n.Text {
	case "+":
		result = a + b
	case "-":
		result = a - b
	case "*":
		result = a * b
	case "/":
		if a%b != 0 {
			return n // languages differ
		}
		result = a / b
	case "%":
		if a < 0 || b < 0 {
			return n
		}
		result = a % b
	}
	return &syntax.Node{Kind: syntax.Number, Role: n.Role, Text: strconv.FormatInt(result, 10), Start: n.Start, End: n.End}
}

// whole reads a whole number as languages write it.
func whole(text string) (int64, error) {
	if !strings.HasPrefix(text, "0x") {
		text = strings.TrimRight(text, "lLuUn")
	}
	return strconv.ParseInt(text, 0, 64)
}

// held gives the constant that a name or a field holds, or the node itself.
func (f *facts) held(n *syntax.Node) *syntax.Node {
	if n.Kind == syntax.Member {
		if setting := f.setting(n); setting != nil {
			return setting
		}
		name, ok := ownField(n)
		if class := f.at(n.Start).class; ok && class != nil {
			if v := class.member(name); v != nil && v.literal != nil {
				return v.literal
			}
		}
		return n
	}
	if last := f.last(n); last != nil && last.literal != nil {
		return last.literal
	}
	return n
}

// maxSymbols is how many names may stand for one another.
const maxSymbols = 8

// symbol gives the expression that a name holds, or the name itself.
func (f *facts) symbol(n *syntax.Node) *syntax.Node {
	for range maxSymbols {
		last := f.last(n)
		if last == nil || last.expression == nil {
			return n
		}
		if n = last.expression; n.Kind != syntax.Name {
			return n
		}
	}
	return n
}

// isText tells whether a node is some text, whichever: "a" if b else "c".
func (f *facts) isText(n *syntax.Node) bool {
	left := maxFold
	return f.someText(n, &left)
}

func (f *facts) someText(n *syntax.Node, left *int) bool {
	if *left--; *left <= 0 {
		return false
	}
	switch n.Kind {
	case syntax.Name:
		last := f.last(n)
		return last != nil && last.expression != nil && last.expression.Kind != syntax.Name && f.someText(last.expression, left)
	case syntax.Cond:
		return f.someText(n.Kid(syntax.AThen), left) && f.someText(n.Kid(syntax.AnElse), left)
	case syntax.Binary:
		if n.Text != "||" || len(n.Kids) != 2 {
			break
		}
		first := n.Kids[0]
		if first.Kind == syntax.Binary && first.Text == "&&" && len(first.Kids) == 2 { // a and "b" or "c"
			first = first.Kids[1]
		}
		return f.someText(first, left) && f.someText(n.Kids[1], left)
	}
	return f.fold(n, left).Kind == syntax.String
}
