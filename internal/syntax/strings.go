package syntax

import (
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// pieces gives the text of a string's content in parts: plain text, and escape sequences as they are written.
func (l *lowering) pieces(n treesitter.Node, piece func(text string, escape bool)) {
	at := n.Start()
	for c := range n.All() {
		if c.Type() != "escape_sequence" && c.Type() != "escape_interpolation" {
			continue
		}
		if c.Start() > at {
			piece(l.text[at:c.Start()], false)
		}
		piece(l.source(c), true)
		at = c.End()
	}
	if at < n.End() {
		piece(l.text[at:n.End()], false)
	}
}

// joined makes one string of several that stand side by side, or that a + joins: a Template where one of them is.
func (l *lowering) joined(n treesitter.Node, parts []*Node) *Node {
	var out []*Node
	add := func(p *Node) {
		if last := len(out) - 1; p.Kind == String && last >= 0 && out[last].Kind == String {
			out[last] = l.texted(String, n, out[last].Text+p.Text)
			return
		}
		out = append(out, p)
	}
	for _, p := range parts {
		if p.Kind != Template {
			add(p)
			continue
		}
		for _, k := range p.Kids {
			add(k)
		}
	}
	if len(out) == 1 && out[0].Kind == String {
		out[0].Start, out[0].End = n.Start(), n.End()
		return out[0]
	}
	return l.node(Template, n, out...)
}

// template makes a String of what stands between two places of a node, or a Template where expressions stand in it: any named node that is no text. A
// text among those is Braced.
func (l *lowering) template(n treesitter.Node, from, to int, escape func(string) string) *Node {
	t := l.node(Template, n)
	var text strings.Builder
	at, start := from, from
	flush := func(end int) {
		if at < end {
			text.WriteString(l.text[at:end])
		}
		if text.Len() > 0 {
			s := l.texted(String, n, text.String())
			s.Start, s.End = start, max(start, end)
			t.add(s)
		}
		text.Reset()
	}
	expressions := false
	for c := range n.All() {
		switch kind := c.Type(); {
		case kind == "escape_sequence":
			text.WriteString(l.text[min(at, c.Start()):c.Start()] + escape(l.source(c)))
			at = c.End()
		case kind == "{", kind == "}":
			flush(c.Start())
			at, start = c.End(), c.End()
		case c.Named() && kind != "string_content" && kind != "heredoc_content" && kind != "heredoc_end" && kind != "nowdoc_string":
			flush(c.Start())
			for _, x := range l.all(c) {
				if x.Kind == String {
					x.Flags |= Braced
				}
				t.add(x)
			}
			at, start, expressions = c.End(), c.End(), true
		}
	}
	if !expressions {
		if at < to {
			text.WriteString(l.text[at:to])
		}
		return l.texted(String, n, text.String())
	}
	flush(to)
	return t
}

// unindented takes white space from the beginning of every line of a String or Template: so many bytes, where there are so many. Lines that end by an escape
// are taken for lines.
func unindented(t *Node, indent int) {
	pieces := t.Kids
	if t.Kind == String {
		pieces = []*Node{t}
	}
	for i, p := range pieces {
		if p.Kind != String || p.Flags&Braced != 0 {
			continue
		}
		lines := strings.Split(p.Text, "\n")
		for n, line := range lines {
			if n > 0 || i == 0 {
				blank := len(line) - len(strings.TrimLeft(line, " \t"))
				lines[n] = line[min(indent, blank):]
			}
		}
		p.Text = strings.Join(lines, "\n")
	}
}

// unescape gives the text of an escape sequence that begins with a backslash. simple are the letters that stand for something in the language; what
// nobody knows is itself.
func unescape(s, simple string) string {
	if len(s) < 2 || s[0] != '\\' {
		return strings.NewReplacer("{{", "{", "}}", "}").Replace(s)
	}
	c := s[1]
	switch {
	case c == '\n', c == '\r':
		return "" // the line goes on
	case c == 'x' && len(s) >= 4, c == 'u' && len(s) >= 6, c == 'U' && len(s) >= 10:
		digits := strings.Trim(s[2:], "{}")
		if code, err := strconv.ParseUint(digits, 16, 32); err == nil {
			return string(rune(code))
		}
	case c >= '0' && c <= '7':
		if code, err := strconv.ParseUint(s[1:], 8, 32); err == nil {
			return string(rune(code))
		}
	case strings.IndexByte(simple, c) >= 0:
		if at := strings.IndexByte("abfnrtv0", c); at >= 0 {
			return string("\a\b\f\n\r\t\v\x00"[at])
		}
		return s[1:]
	}
	return s
}
