package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// jsxExpr lowers JSX; nil where it is none.
func jsxExpr(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "jsx_element":
		e := l.node(Element, n, jsxHead(l, n.Child("open_tag"))...)
		jsxContent(l, n, e)
		return e
	case "jsx_self_closing_element", "jsx_opening_element": // an opening tag by itself where the text has errors
		return l.node(Element, n, jsxHead(l, n)...)
	case "jsx_attribute":
		return jsxAttr(l, n)
	case "jsx_namespace_name":
		return l.texted(Name, n, strings.Join(strings.Fields(l.source(n)), ""))
	}
	return nil
}

// jsxHead gives what an opening tag says: name, type arguments, attributes.
func jsxHead(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	for c := range n.Children() {
		switch c.Field() {
		case "name":
			out = append(out, as(AName, l.one(c)))
		case "type_arguments":
			out = append(out, tsArgs(l, n)...)
		default:
			out = append(out, l.all(c)...)
		}
	}
	return out
}

// jsxAttr lowers an attribute; one that is only named, which makes it true, has no Value.
func jsxAttr(l *lowering, n treesitter.Node) *Node {
	a := l.node(Attr, n)
	for c := range n.Children() {
		if a.Kid(AKey) == nil {
			a.add(as(AKey, l.one(c)))
		} else {
			a.add(as(AValue, l.one(c)))
		}
	}
	return a
}

// jsxContent lowers what stands between tags.
func jsxContent(l *lowering, n treesitter.Node, e *Node) {
	var text jsString
	start := 0
	flush := func(end int) {
		if trimmed := jsxTrim(text.String()); trimmed != "" {
			s := l.texted(String, n, trimmed)
			if strings.TrimSpace(trimmed) == ellipsisWord { // of a pattern: any content, not only text
				s.Kind, s.Text = Name, ellipsisWord
			}
			s.Start, s.End = start, end
			e.add(s)
		}
		text.Reset()
	}
	for c := range n.Children() {
		switch {
		case c.Type() == "jsx_text" || c.Type() == "html_character_reference":
			if text.Len() == 0 {
				start = c.Start()
			}
			text.piece(l, c)
		case c.Field() == "open_tag":
		case c.Field() == "close_tag":
			flush(c.Start())
		default:
			flush(c.Start())
			e.add(l.all(c)...)
		}
	}
	flush(n.End())
}

// jsxTrim does to a text what JSX does: lines lose the space at the line breaks, and those that are empty then are left out.
func jsxTrim(text string) string {
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
	if len(lines) == 0 {
		return ""
	}
	out := lines[:0]
	for i, line := range lines {
		if i > 0 || strings.HasPrefix(text, "\n") || strings.HasPrefix(text, "\r") {
			line = strings.TrimLeft(line, " \t")
		}
		if i < len(lines)-1 || strings.HasSuffix(text, "\n") || strings.HasSuffix(text, "\r") {
			line = strings.TrimRight(line, " \t")
		}
		if line != "" {
			out = append(out, line)
		}
	}
	return strings.Join(out, " ")
}
