package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// phpString lowers texts of every kind. One between backticks is a call of shell_exec, which is what it does.
func phpString(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "string":
		start := n.Start() + strings.IndexByte(l.source(n), '\'') + 1
		return l.template(n, start, n.End()-1, func(s string) string { return strings.TrimPrefix(s, `\`) })
	case "encapsed_string":
		return phpHoled(l.template(n, n.Start()+strings.IndexByte(l.source(n), '"')+1, n.End()-1, phpEscape))
	case "shell_command_expression":
		command := l.template(n, n.Start()+1, n.End()-1, phpEscape)
		if command.Text == ellipsisWord { // of a pattern: whatever it is
			command.Kind = Name
		}
		return phpCall(l, n, "shell_exec", command)
	}
	body := n.Child("value")
	if !body.Exists() {
		return l.texted(String, n, "")
	}
	start, end := body.Start(), body.End()
	for _, line := range []string{"\r\n", "\n", "\r"} {
		if strings.HasPrefix(l.text[start:end], line) {
			start += len(line)
			break
		}
	}
	escape := phpEscape
	if n.Type() == "nowdoc" {
		escape = func(s string) string { return s }
	}
	out := l.template(body, start, end, escape)
	if tag := n.Child("end_tag"); tag.Exists() { // lines are indented by as much as the last
		line := l.text[strings.LastIndexByte(l.text[:tag.End()], '\n')+1 : tag.End()]
		unindented(out, len(line)-len(strings.TrimLeft(line, " \t")))
	}
	out.Start, out.End = n.Start(), n.End()
	return out
}

// phpHoled tells that of a pattern a text with nothing but a metavariable in it is any text, as it is without the "$".
func phpHoled(t *Node) *Node {
	if t.Kind == Template && len(t.Kids) == 1 && strings.HasPrefix(t.Kids[0].Text, metaWord) {
		return &Node{Kind: String, Text: t.Kids[0].Text, Start: t.Start, End: t.End}
	}
	return t
}

// phpEscape resolves an escape sequence.
func phpEscape(s string) string {
	if s == `\e` {
		return "\x1b"
	}
	return unescape(s, "nrtvf\\$\"`")
}
