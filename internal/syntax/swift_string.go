package syntax

import (
	"slices"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// swiftString lowers a string: a Template where expressions stand in it. Of what is interpolated with more than one argument the first is the value; one with
// a label is a Keyword: "\(raw: x)".
func swiftString(l *lowering, n treesitter.Node) *Node {
	t := l.node(Template, n)
	from, to := swiftContent(l, n)
	first := true // of what stands side by side in one interpolation
	for c := range n.All() {
		switch c.Type() {
		case "str_escaped_char":
			t.add(l.texted(String, c, swiftEscape(l.source(c))))
		case "line_str_text", "multi_line_str_text", `"`:
			if c.Field() == "text" {
				t.add(l.texted(String, c, l.source(c)))
			}
		case "raw_str_part", "raw_str_end_part": // with the quotes
			if start, end := max(from, c.Start()), min(to, c.End()); start < end {
				s := l.texted(String, c, l.text[start:end])
				s.Start, s.End = start, end
				t.add(s)
			}
		case "raw_str_interpolation":
			t.add(swiftInterpolated(l, c.Child("interpolation")))
		case "interpolated_expression":
			if first {
				t.add(swiftInterpolated(l, c))
			}
			first = false
		case `\(`:
			first = true
		}
	}
	out := l.pieced(n, t)
	if strings.HasPrefix(strings.TrimLeft(l.source(n), "#"), `"""`) {
		swiftOutdent(out)
	}
	return out
}

// swiftContent is where the text of a string begins and ends, within its quotes and the signs around them.
func swiftContent(l *lowering, n treesitter.Node) (from, to int) {
	source := l.source(n)
	text := strings.TrimLeft(source, "#")
	hashes, quotes := len(source)-len(text), 1
	if strings.HasPrefix(text, `"""`) {
		quotes = 3
	}
	from, to = n.Start()+hashes+quotes, n.End()-hashes-quotes
	if !strings.HasSuffix(strings.TrimRight(source, "#"), `"`) { // it does not end
		to = n.End()
	}
	return from, max(from, to)
}

func swiftInterpolated(l *lowering, n treesitter.Node) *Node {
	value := l.one(n.Child("value"))
	if label := n.Child("name"); label.Exists() && value != nil {
		return l.texted(Keyword, n, l.source(label), as(AValue, value))
	}
	return value
}

// swiftOutdent takes what stands before the closing quotes away from every line, and the first and the last line break.
func swiftOutdent(t *Node) {
	last := t
	if t.Kind == Template {
		last = t.Kids[len(t.Kids)-1]
	}
	indent := 0
	if last.Kind == String {
		if at := strings.LastIndexByte(last.Text, '\n'); at >= 0 && strings.Trim(last.Text[at:], " \t\n") == "" {
			indent, last.Text = len(last.Text)-at-1, last.Text[:at+1]
		}
	}
	unindented(t, indent)
	last.Text = strings.TrimSuffix(last.Text, "\n")
	first := t
	if t.Kind == Template {
		first = t.Kids[0]
	}
	if first.Kind == String {
		first.Text = strings.TrimPrefix(first.Text, "\n")
	}
	if t.Kind == Template {
		t.Kids = slices.DeleteFunc(t.Kids, func(k *Node) bool { return k.Kind == String && k.Text == "" })
	}
}

// swiftEscape gives the text of an escape sequence.
func swiftEscape(s string) string {
	if digits, ok := strings.CutPrefix(s, `\u{`); ok {
		if code, err := strconv.ParseUint(strings.TrimSuffix(digits, "}"), 16, 32); err == nil {
			return string(rune(code))
		}
		return s
	}
	return unescape(s, `nrt0"'\`)
}
