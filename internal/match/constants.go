package match

import (
	"slices"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/syntax"
)

// someText is the flag of a String that is constant and of which nothing else is known: "..." is all that it looks like.
const someText = syntax.Optional

// foldable tells what may turn out to be a constant.
func foldable(n *syntax.Node) bool {
	switch n.Kind {
	case syntax.String, syntax.Number, syntax.Bool, syntax.Template, syntax.Name, syntax.Cond, syntax.Call, syntax.Regexp, syntax.Null:
		return true
	case syntax.Binary:
		return concatenates(n.Text) || computes(n.Text) || n.Text == "||"
	}
	return false
}

// concatenates tells whether an operator joins texts: "." does in PHP.
func concatenates(operator string) bool { return operator == "+" || operator == "." }

// plain tells that there is no value, or one that is written as a constant.
func plain(n *syntax.Node) bool {
	return n == nil || foldable(n) && n.Kind != syntax.Name && n.Kind != syntax.Cond && n.Kind != syntax.Call
}

// decided tells of an operator that its second operand is not always evaluated.
func decided(operator string) bool {
	return operator == "&&" || operator == "||" || operator == "??" || operator == "?:"
}

// constant gives the literal that a node stands for, or the node itself.
func (f *facts) constant(n *syntax.Node) *syntax.Node {
	kept := n.Kind == syntax.Binary || n.Kind == syntax.Template // others are looked up as quickly
	if known, ok := f.folded[n]; ok && kept {
		return known
	}
	f.left = maxParts
	out := f.fold(n, maxFold)
	if kept {
		f.folded[n] = out
	}
	return out
}

// The bounds of a constant: how many names and operators may stand in one another, and of how many nodes it may be made.
const (
	maxFold  = 8
	maxParts = 256
)

// fold joins texts that are constant: "a" + b, and a template of constants.
func (f *facts) fold(n *syntax.Node, left int) *syntax.Node {
	if f.left--; left == 0 || f.left <= 0 {
		return n
	}
	switch n.Kind {
	case syntax.Name:
		if n.Role == syntax.AField || n.Role == syntax.AName {
			return n
		}
		if known := f.held(n); known != n {
			if c := f.fold(known, left-1); literal(c) {
				return c
			}
		}
		return n
	case syntax.Member:
		if known := f.field(n); known != nil {
			if c := f.fold(known, left-1); literal(c) {
				return c
			}
		}
		return n
	case syntax.Binary:
		return f.operate(n, left)
	case syntax.Template:
		return f.join(n, left)
	case syntax.Cond:
		then, other := n.Kid(syntax.AThen), n.Kid(syntax.AnElse)
		if then != nil && other != nil {
			if both := f.either(n, f.fold(then, left-1), f.fold(other, left-1)); both != nil {
				return both
			}
		}
	case syntax.Call:
		if f.makesText(n, left) {
			return f.some(n)
		}
	}
	return n
}

// operate is what an operator makes of constants, or the node itself.
func (f *facts) operate(n *syntax.Node, left int) *syntax.Node {
	if len(n.Kids) != 2 {
		return n
	}
	one, other := n.Kids[0], n.Kids[1]
	if n.Text == "||" {
		if one.Kind == syntax.Binary && one.Text == "&&" && len(one.Kids) == 2 { // a and "b" or "c"
			one = one.Kids[1]
		}
		if both := f.either(n, f.fold(one, left-1), f.fold(other, left-1)); both != nil && both.Kind == syntax.String {
			return both
		}
		return n
	}
	if computes(n.Text) {
		one, other = f.fold(one, left-1), f.fold(other, left-1)
		switch {
		case one.Kind == syntax.Number && other.Kind == syntax.Number:
			return computed(n, one.Text, other.Text)
		case n.Text == "*" && f.language == syntax.Python && one.Kind == syntax.String:
			return f.some(n)
		}
	}
	if concatenates(n.Text) {
		return f.join(n, left)
	}
	return n
}

// computes tells whether an operator makes a number of numbers.
func computes(operator string) bool {
	return operator == "+" || operator == "-" || operator == "*" || operator == "/" || operator == "%"
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

// literal tells of a node that it is a constant.
func literal(n *syntax.Node) bool {
	switch n.Kind {
	case syntax.String, syntax.Number, syntax.Bool, syntax.Regexp, syntax.Null:
		return true
	}
	return false
}

// some is a constant text in the place of a node.
func (f *facts) some(n *syntax.Node) *syntax.Node {
	return &syntax.Node{Kind: syntax.String, Role: n.Role, Flags: someText, Start: n.Start, End: n.End}
}

// either is the constant that a node stands for that is one of two; nil where it stands for none.
func (f *facts) either(n, a, b *syntax.Node) *syntax.Node {
	switch {
	case !literal(a) || a.Kind != b.Kind:
		return nil
	case a.Text == b.Text && a.Flags&someText == b.Flags&someText:
		return a
	case a.Kind == syntax.String:
		return f.some(n)
	}
	return nil
}

// join joins the parts of a text: all must be constant, and one must be a text.
func (f *facts) join(n *syntax.Node, left int) *syntax.Node {
	var text strings.Builder
	texts, flags, parts := n.Kind == syntax.Template, n.Flags&syntax.Postfix, n.Kids
	numbers := f.joinsNumbers() || texts && flags == 0 // not in one of several texts side by side
	if !texts {
		parts = operands(n, n.Text, nil)
	}
	for _, p := range parts {
		p = f.fold(p, left-1)
		switch {
		case p.Kind == syntax.String:
			texts, flags = true, flags|p.Flags&someText
		case p.Kind != syntax.Number || !numbers:
			return n
		}
		if text.WriteString(p.Text); text.Len() > maxFolded {
			return n
		}
	}
	if !texts {
		return n
	}
	return &syntax.Node{Kind: syntax.String, Role: n.Role, Flags: flags, Text: text.String(), Start: n.Start, End: n.End}
}

// joinsNumbers tells of a language that a number becomes a text where it is joined with one.
func (f *facts) joinsNumbers() bool {
	switch f.language {
	case syntax.Python, syntax.Ruby, syntax.Go, syntax.Rust, syntax.Swift, syntax.C, syntax.CPP:
		return false
	}
	return true
}

// maxFolded is how long a text may be that is joined, in bytes.
const maxFolded = 64 << 10

// makesText tells of a call that it makes a text of nothing but constants.
func (f *facts) makesText(n *syntax.Node, left int) bool {
	name, ok := n.Kid(syntax.ACallee).Dotted()
	if !ok {
		return false
	}
	switch f.language {
	case syntax.Java:
		ok = name == "String.format" || name == "java.lang.String.format"
	case syntax.PHP:
		ok = slices.Contains([]string{"escapeshellarg", "escapeshellcmd", "htmlspecialchars", "htmlentities", "addslashes", "trim", "sprintf"}, name)
	default:
		ok = false
	}
	arguments := elements(n)
	return ok && len(arguments) > 0 && !slices.ContainsFunc(arguments, func(a *syntax.Node) bool { return !literal(f.fold(a, left-1)) })
}

// valueOf gives the constant that a node stands for where it is read, or the node itself.
func (f *facts) valueOf(n *syntax.Node) *syntax.Node {
	if n.Kind == syntax.Name {
		if _, assigned := f.declared[n]; assigned {
			return n
		}
	}
	return f.constant(n)
}

// changed notes that a text of Ruby is changed in its place.
func (f *facts) changed(n *syntax.Node, s *scope, in around) {
	if f.language != syntax.Ruby {
		return
	}
	object := n.Kid(syntax.ALeft)
	if n.Kind == syntax.Call {
		callee := n.Kid(syntax.ACallee)
		object = callee.Kid(syntax.AnObject)
		if field := callee.Kid(syntax.AField); field == nil || !strings.HasSuffix(field.Text, "!") && !slices.Contains([]string{"concat", "insert", "prepend", "replace", "clear"}, field.Text) {
			return
		}
	} else if n.Text != "<<" {
		return
	}
	if object != nil && object.Kind == syntax.Name {
		s.give(object, in.unknown(n.Start))
	}
}

// held gives the constant that a name holds, or the name itself.
func (f *facts) held(n *syntax.Node) *syntax.Node {
	if last := f.last(n); last != nil && last.literal != nil {
		return last.literal
	}
	return n
}

// field is what a field of the class around it holds that keeps its value, or what Terraform calls so; nil where that is not known.
func (f *facts) field(n *syntax.Node) *syntax.Node {
	object, field := n.Kid(syntax.AnObject), n.Kid(syntax.AField)
	if object == nil || field == nil || object.Kind != syntax.Name || field.Kind != syntax.Name {
		return nil
	}
	if f.settled != nil {
		return f.settled[object.Text+"."+field.Text]
	}
	switch object.Text {
	case "this", "self", "static", "$this":
	default:
		return nil
	}
	if class := f.at(n.Start).fields; class != nil {
		if v := class.member(field.Text); v != nil {
			return v.literal
		}
	}
	return nil
}

// settle reads the values of the variables and locals of a file of Terraform.
func (f *facts) settle(root *syntax.Node) {
	if f.language != syntax.HCL {
		return
	}
	f.settled = map[string]*syntax.Node{}
	for _, block := range root.Kids {
		callee, body := block.Kid(syntax.ACallee), block.Kid(syntax.ABody)
		if block.Kind != syntax.New || callee == nil || body == nil {
			continue
		}
		labels := elements(block)
		for _, k := range body.Kids {
			key, value := k.Kid(syntax.AKey), k.Kid(syntax.AValue)
			switch {
			case k.Kind != syntax.Pair || key == nil || value == nil:
			case callee.Text == "locals":
				f.settled["local."+key.Text] = value
			case callee.Text == "variable" && key.Text == "default" && len(labels) > 0:
				f.settled["var."+labels[0].Text] = value
			}
		}
	}
}

// Constant gives the literal that a node stands for, or the node itself.
func (f *File) Constant(n *syntax.Node) *syntax.Node {
	if c := f.facts.constant(n); c.Flags&someText == 0 || c.Kind != syntax.String {
		return c
	}
	return n
}
