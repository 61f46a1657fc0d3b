package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// csharpString lowers strings and characters; one with a dollar sign is a Template, whatever stands in it.
func csharpString(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "interpolated_string_expression":
		return csharpTemplate(l, n)
	case "verbatim_string_literal":
		text := strings.TrimPrefix(l.source(n), `@"`)
		text = text[:max(0, strings.LastIndexByte(text, '"'))]
		return l.texted(String, n, strings.ReplaceAll(text, `""`, `"`))
	case "raw_string_literal":
		return l.texted(String, n, csharpRaw(l.source(n.Of("raw_string_content"))))
	}
	var b strings.Builder
	for c := range n.Children() {
		b.WriteString(csharpPiece(l, c))
	}
	s := l.texted(String, n, b.String())
	if n.Type() == "character_literal" {
		s.Flags |= Braced
	}
	return s
}

// csharpPiece is the text of a part of a string.
func csharpPiece(l *lowering, n treesitter.Node) string {
	switch n.Type() {
	case "escape_sequence":
		if l.source(n) == `\e` {
			return "\x1b"
		}
		return unescape(l.source(n), `abfnrtv0'"\?`)
	case "string_literal_encoding":
		return ""
	}
	return l.source(n)
}

// csharpRaw is the text of a raw string: without the lines of its quotes, and the white space before the last.
func csharpRaw(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	last := len(lines) - 1
	if last == 0 || strings.TrimSpace(lines[0]) != "" {
		return text
	}
	indent := lines[last]
	if strings.TrimSpace(indent) != "" {
		return text
	}
	lines = lines[1:last]
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, indent)
	}
	return strings.Join(lines, "\n")
}

// csharpTemplate lowers $"…{x}…".
func csharpTemplate(l *lowering, n treesitter.Node) *Node {
	t := l.node(Template, n)
	verbatim := strings.ContainsRune(l.source(n.Of("interpolation_start")), '@')
	raw := n.Has("interpolation_quote")
	var text *Node
	for c := range n.Children() {
		switch c.Type() {
		case "interpolation":
			text = nil
			t.add(csharpHole(l, c))
		case "string_content", "escape_sequence":
			if text == nil {
				text = l.texted(String, c, "")
				t.add(text)
			}
			piece := csharpPiece(l, c)
			if !raw {
				piece = strings.NewReplacer("{{", "{", "}}", "}").Replace(piece)
			}
			if verbatim {
				piece = strings.ReplaceAll(piece, `""`, `"`)
			}
			text.Text += piece
			text.End = c.End()
		}
	}
	return t
}

// csharpHole lowers {x,10:N2} to x.
func csharpHole(l *lowering, n treesitter.Node) *Node {
	for c := range n.All() {
		if !c.Extra() && c.Type() != "interpolation_brace" {
			return l.one(c)
		}
	}
	return nil
}
