package search

import (
	"strings"

	"github.com/reevehq/reeve/internal/match"
	"github.com/reevehq/reeve/internal/syntax"
)

// Fix writes what metavariables stand for into the text that replaces a range, so that it reads as it is meant: a string stays written as it was, an argument
// list has no commas for what is not there, what operators join stays together, and further lines are indented as the first one is.
func (f *File) Fix(text string, r *Range) string {
	var b strings.Builder
	at := 0
	for _, m := range metavars().FindAllStringIndex(text, -1) {
		if m[0] < at {
			continue
		}
		name := text[m[0]:m[1]]
		bound, ok := r.Env.Get(name)
		if !ok {
			continue
		}
		start, end, value := m[0], m[1], f.Fill(name, r)
		switch {
		case strings.HasPrefix(name, "$...") && len(bound.Nodes) == 0 && bound.Text == "":
			start, end = withoutComma(text, at, start, end)
		case f.wholeString(bound) && start > at && end < len(text) && text[start-1] == text[end] && strings.IndexByte("\"'`", text[end]) >= 0:
			start, end, value = start-1, end+1, f.Text(bound.Start, bound.End)
		case len(bound.Nodes) == 1 && loose(bound.Nodes[0]) && (operatorAt(text[:start], true) || operatorAt(text[end:], false)):
			value = "(" + value + ")"
		}
		b.WriteString(text[at:start])
		b.WriteString(value)
		at = end
	}
	b.WriteString(text[at:])
	return f.kept(f.aligned(b.String(), r.Start), r)
}

// wholeString tells of a binding that it is all that a string says.
func (f *File) wholeString(b match.Binding) bool {
	if f.match == nil || b.Nodes != nil || b.Start >= b.End {
		return false
	}
	n, _ := f.nodeAt(b.Start, b.End)
	return n != nil && n.Kind == syntax.String && n.Text == b.Text
}

// withoutComma widens a part of a text from at on to a comma beside it.
func withoutComma(text string, at, start, end int) (int, int) {
	if rest := strings.TrimLeft(text[end:], " \t\n"); strings.HasPrefix(rest, ",") {
		return start, len(text) - len(strings.TrimLeft(rest[1:], " \t\n"))
	}
	if before := strings.TrimRight(text[at:start], " \t\n"); strings.HasSuffix(before, ",") {
		return at + len(before) - 1, end
	}
	return start, end
}

// loose tells of a node that an operator beside it takes a part out of it.
func loose(n *syntax.Node) bool {
	switch n.Kind {
	case syntax.Binary, syntax.Cond, syntax.Assign, syntax.Await, syntax.Yield:
		return true
	case syntax.Func:
		return n.Flags&syntax.Arrow != 0
	}
	return false
}

// operatorAt tells whether a text ends, or begins, with an operator that joins what stands beside it.
func operatorAt(text string, last bool) bool {
	text = strings.Trim(text, " \t\n")
	if text == "" {
		return false
	}
	if last {
		c := text[len(text)-1]
		if strings.HasSuffix(text, "==") || strings.HasSuffix(text, "!=") || strings.HasSuffix(text, ">=") || strings.HasSuffix(text, "<=") {
			return true
		}
		return strings.IndexByte("+-*/%&|^<>!~.", c) >= 0 && !strings.HasSuffix(text, "=>") && !strings.HasSuffix(text, "->")
	}
	if text[0] == '=' {
		return strings.HasPrefix(text, "==")
	}
	return strings.IndexByte("+-*/%&|^<>!.[?", text[0]) >= 0
}

// aligned indents the further lines of a text as the line is on which it begins.
func (f *File) aligned(text string, start int) string {
	if !strings.Contains(text, "\n") {
		return text
	}
	line := f.text[strings.LastIndexByte(f.text[:start], '\n')+1 : start]
	indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	first, rest, _ := strings.Cut(text, "\n")
	out := []string{first}
	for _, l := range strings.Split(rest, "\n") {
		if strings.TrimSpace(l) != "" {
			l = indent + l
		}
		out = append(out, l)
	}
	return strings.Join(out, "\n")
}

// kept puts brackets around what replaces an operand, where an operator around it would else take a part out of it.
func (f *File) kept(text string, r *Range) string {
	if f.match == nil {
		return text
	}
	n, around := f.nodeAt(r.Start, r.End)
	if n == nil || around == nil || loose(n) {
		return text // what was there stood in brackets, or is as loose
	}
	switch {
	case around.Kind == syntax.Binary, around.Kind == syntax.Unary, n.Role == syntax.AnObject, n.Role == syntax.ACallee:
	default:
		return text
	}
	p, err := f.match.Tree.Language.ParsePattern(text)
	if err != nil || len(p.Nodes) != 1 || !loose(p.Nodes[0]) {
		return text
	}
	return "(" + text + ")"
}

// nodeAt gives the outermost node with just this place, and the one around it.
func (f *File) nodeAt(start, end int) (n, around *syntax.Node) {
	n = f.match.Tree.Root
	for n != nil && (n.Start != start || n.End != end) {
		var in *syntax.Node
		for _, k := range n.Kids {
			if k.Start <= start && end <= k.End {
				in = k
				break
			}
		}
		n, around = in, n
	}
	return n, around
}
