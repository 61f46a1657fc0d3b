package syntax

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// Meta tells of a String of a pattern that its text holds holes: "...", "$X", "=~/regexp/".
const Meta = Braced << 1

// words finds holes as they were written for the grammar.
var words = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(metaWord + `(\w+)|` + moreWord + `(\w+)|` + deepWord + `\(`)
})

// restore turns the words of a node back into holes.
func (d *draft) restore(n *Node) *Node {
	for i, k := range n.Kids {
		n.Kids[i] = d.restore(k)
	}
	if hole := d.hole(n); hole != nil {
		hole.Role, hole.Flags, hole.Start, hole.End = n.Role, n.Flags, n.Start, n.End
		return hole
	}
	if strings.Contains(n.Text, "RV") {
		n.Text = unword(n.Text)
	}
	switch n.Kind {
	case Call: // an ellipsis that is written as a call, to be a statement
		if callee := n.Kid(ACallee); len(n.Kids) == 1 && callee != nil && (callee.Kind == Ellipsis || callee.Kid(AField) != nil && callee.Kid(AField).Kind == Ellipsis) {
			callee.Role, callee.Start, callee.End = n.Role, n.Start, n.End
			return callee
		}
	case String, Regexp:
		if strings.Contains(n.Text, "...") || holes().MatchString(n.Text) || strings.HasPrefix(n.Text, "=~/") {
			n.Flags |= Meta
		}
	case Case:
		if body := n.Kid(ABody); len(n.Kids) == 2 && n.Kids[0].Kind == Ellipsis && body != nil && len(body.Kids) == 0 {
			return &Node{Kind: Ellipsis, Role: n.Role, Text: n.Kids[0].Text, Start: n.Start, End: n.End}
		}
		if only := alone(n); only != nil && only.Kind == Ellipsis {
			return &Node{Kind: Ellipsis, Role: n.Role, Text: only.Text, Start: n.Start, End: n.End}
		}
	case ExprStmt, Param, Attr, Catch, Element:
		if only := alone(n); only != nil && only.Kind == Ellipsis {
			return &Node{Kind: Ellipsis, Role: n.Role, Text: only.Text, Start: n.Start, End: n.End}
		}
	case Pair:
		if key := n.Kid(AKey); key != nil && key.Kind == Ellipsis {
			return &Node{Kind: Ellipsis, Role: n.Role, Text: key.Text, Start: n.Start, End: n.End}
		}
	case Assign: // a field or parameter that is nothing but an ellipsis
		if left := n.Kid(ALeft); left != nil && left.Kind == Ellipsis && n.Flags&Declares != 0 {
			return &Node{Kind: Ellipsis, Role: n.Role, Text: left.Text, Start: n.Start, End: n.End}
		}
	}
	return n
}

// unlabelled reads "key: value", which looks like a statement with a label, as a pair of an object or map.
func unlabelled(nodes []*Node) []*Node {
	if len(nodes) == 1 && nodes[0].Kind == Block && len(nodes[0].Kids) == 2 && nodes[0].Kids[1].Kind == Ellipsis { // the braces are those of an object
		object := &Node{Kind: Dict, Kids: nodes[0].Kids[1:], Start: nodes[0].Kids[1].Start, End: nodes[0].End}
		nodes = []*Node{{Kind: ExprStmt, Kids: []*Node{nodes[0].Kids[0], object}, Start: nodes[0].Start, End: nodes[0].End}}
	}
	if len(nodes) != 1 || nodes[0].Kind != ExprStmt || len(nodes[0].Kids) != 2 {
		return nodes
	}
	label, value := nodes[0].Kids[0], nodes[0].Kids[1]
	key, labelled := strings.CutSuffix(label.Text, ":")
	if label.Kind != Modifier || !labelled {
		return nodes
	}
	name := &Node{Kind: Name, Role: AKey, Text: key, Start: label.Start, End: label.End}
	if strings.HasPrefix(key, "$") {
		name.Kind = Metavar
	}
	return []*Node{{Kind: Pair, Kids: []*Node{name, as(AValue, value)}, Start: nodes[0].Start, End: nodes[0].End}}
}

// alone is the one child that says something.
func alone(n *Node) *Node {
	var out *Node
	for _, k := range n.Kids {
		if k.Role == AType {
			continue
		}
		if out != nil {
			return nil
		}
		out = k
	}
	return out
}

// hole gives the hole that a name or call stands for, nil where it is none.
func (d *draft) hole(n *Node) *Node {
	switch {
	case n.Kind == Call && len(n.Kids) == 2 && n.Kids[0].Kind == Name && n.Kids[0].Text == deepWord:
		return &Node{Kind: Deep, Kids: []*Node{as(AValue, n.Kids[1])}}
	case n.Kind == Call && len(n.Kids) == 1 && n.Kids[0].Kind == Name && strings.HasPrefix(n.Kids[0].Text, statementWord):
		return &Node{Kind: Metavar, Text: "$" + n.Kids[0].Text[len(statementWord):]}
	case n.Kind != Name:
		return nil
	case n.Text == ellipsisWord:
		return &Node{Kind: Ellipsis}
	case strings.HasPrefix(n.Text, moreWord):
		return &Node{Kind: Ellipsis, Text: "$..." + n.Text[len(moreWord):]}
	case strings.HasPrefix(n.Text, metaWord) && !strings.Contains(n.Text, "."):
		return &Node{Kind: Metavar, Text: "$" + n.Text[len(metaWord):]}
	case strings.HasPrefix(n.Text, typedWord):
		at, err := strconv.Atoi(strings.Trim(n.Text[len(typedWord):], "_"))
		if err != nil || at >= len(d.typed) {
			return nil
		}
		hole := d.typed[at]
		typed := &Node{Kind: Typed, Kids: []*Node{{Kind: Metavar, Role: AValue, Text: hole.metavar}}}
		if p, err := d.language.ParsePattern(hole.kind); err == nil && len(p.Nodes) == 1 {
			typed.add(as(AType, p.Nodes[0]))
		} else {
			typed.add(&Node{Kind: Name, Role: AType, Text: hole.kind})
		}
		return typed
	}
	return nil
}

// unword writes the holes in a text as people do. One may stand right behind another: "$X...".
func unword(text string) string {
	text = strings.ReplaceAll(strings.ReplaceAll(text, ellipsisWord+";", "..."), ellipsisWord, "...")
	return words().ReplaceAllStringFunc(text, func(s string) string {
		switch {
		case strings.HasPrefix(s, metaWord):
			name := s[len(metaWord):]
			if at := strings.Index(name, "RV"); at > 0 {
				return "$" + name[:at] + unword(name[at:])
			}
			return "$" + name
		case strings.HasPrefix(s, moreWord):
			return "$..." + s[len(moreWord):]
		}
		return "<..."
	})
}

// within gives the outermost nodes that lie between two places.
func within(n *Node, from, to int, out []*Node) []*Node {
	for _, k := range n.Kids {
		switch {
		case k.Start >= from && k.End <= to:
			out = append(out, k)
		case k.End > from && k.Start < to:
			out = within(k, from, to, out)
		}
	}
	return out
}
