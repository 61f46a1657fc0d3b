package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// rubyText lowers texts, symbols and regular expressions; nil where it is none.
func rubyText(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "string", "bare_string":
		return rubyString(l, n)
	case "chained_string":
		return l.joined(n, l.each(n))
	case "heredoc_beginning":
		return rubyHeredoc(l, n)
	case "character":
		return l.texted(String, n, rubyEscape(strings.TrimPrefix(l.source(n), "?")))
	case "simple_symbol":
		return rubySymbol(l, n, strings.TrimPrefix(l.source(n), ":"))
	case "delimited_symbol", "bare_symbol":
		return l.texted(Unary, n, ":", as(AValue, rubyString(l, n)))
	case "subshell":
		command := rubyString(l, n)
		if command.Text == ellipsisWord { // of a pattern: whatever it is
			command.Kind = Name
		}
		name := l.texted(Name, n, "`")
		name.End = name.Start + 1
		return l.node(Call, n, as(ACallee, name), command)
	case "regex":
		return rubyRegexp(l, n)
	case "interpolation":
		return l.one(n.First())
	}
	return nil
}

// rubyString lowers a text in whatever brackets it stands.
func rubyString(l *lowering, n treesitter.Node) *Node {
	from, to := rubyInside(n)
	if !strings.HasPrefix(l.source(n), "'") && !strings.HasPrefix(l.source(n), "%q") {
		return l.template(n, from, to, rubyEscape)
	}
	return l.texted(String, n, strings.NewReplacer(`\\`, `\`, `\'`, "'").Replace(l.text[from:to]))
}

// rubyInside is what stands between the tokens that open and close a text.
func rubyInside(n treesitter.Node) (from, to int) {
	from, to = n.Start(), n.End()
	for c := range n.All() {
		switch {
		case c.Named():
		case c.Start() == n.Start():
			from = c.End()
		default:
			to = c.Start()
		}
	}
	return from, max(from, to)
}

// rubyEscape resolves an escape sequence; a letter that means nothing is itself.
func rubyEscape(s string) string {
	switch {
	case s == `\e`:
		return "\x1b"
	case s == `\s`:
		return " "
	case len(s) == 2 && s[0] == '\\' && strings.IndexByte("abfnrtv01234567\n", s[1]) < 0:
		return s[1:]
	}
	return unescape(s, "abfnrtv")
}

// rubyRegexp lowers a regular expression. One with expressions in it is a call of Regexp.new, which is what it does.
func rubyRegexp(l *lowering, n treesitter.Node) *Node {
	from, to := rubyInside(n)
	if !n.Has("interpolation") {
		return l.texted(Regexp, n, l.text[from:to])
	}
	class, made := l.texted(Name, n, "Regexp"), l.texted(Name, n, "new")
	callee := l.texted(Member, n, ".", as(AnObject, class), as(AField, made))
	callee.End, class.End, made.End = n.Start(), n.Start(), n.Start()
	return l.node(Call, n, as(ACallee, callee), l.template(n, from, to, func(s string) string { return s }))
}

// rubyHeredoc lowers a text that stands behind the line in which it begins.
func rubyHeredoc(l *lowering, n treesitter.Node) *Node {
	if l.heredocs == nil {
		root := n
		for root.Parent().Exists() {
			root = root.Parent()
		}
		l.heredocs = map[int]treesitter.Node{}
		var waiting []treesitter.Node
		rubyHeredocs(root, &waiting, l.heredocs, 0)
	}
	body, ok := l.heredocs[n.Start()]
	if !ok {
		return l.texted(String, n, "")
	}
	from, to := body.Start(), body.End()
	if end := body.Of("heredoc_end"); end.Exists() {
		to = strings.LastIndexByte(l.text[:end.Start()], '\n') + 1
	}
	to = max(from, to)
	if strings.HasPrefix(l.text[from:to], "\n") {
		from++
	}
	escape := rubyEscape
	if strings.Contains(l.source(n), "'") {
		escape = func(s string) string { return s }
	}
	delete(l.heredocs, n.Start()) // one that is reached again through its own text is empty
	out := l.template(body, from, to, escape)
	if strings.HasPrefix(l.source(n), "<<~") {
		unindented(out, indentOf(l.text[from:to]))
	}
	out.Start, out.End = n.Start(), n.End()
	for _, k := range out.Kids {
		k.Walk(func(k *Node) bool { k.Start, k.End = n.Start(), n.End(); return true })
	}
	if strings.Contains(l.source(n), "`") {
		return l.node(Call, n, as(ACallee, l.texted(Name, n, "`")), out)
	}
	return out
}

// indentOf is by how many bytes every line of a text is indented that is not blank.
func indentOf(text string) int {
	indent := len(text)
	for line := range strings.SplitSeq(text, "\n") {
		if rest := strings.TrimLeft(line, " \t"); rest != "" {
			indent = min(indent, len(line)-len(rest))
		}
	}
	return indent
}

// rubyHeredocs finds the bodies of heredocs: they come in the order in which the heredocs begin.
func rubyHeredocs(n treesitter.Node, waiting *[]treesitter.Node, bodies map[int]treesitter.Node, depth int) {
	if depth > maxDepth {
		return
	}
	for c := range n.All() {
		switch c.Type() {
		case "heredoc_beginning":
			*waiting = append(*waiting, c)
		case "heredoc_body":
			if len(*waiting) > 0 {
				bodies[(*waiting)[0].Start()] = c
				*waiting = (*waiting)[1:]
			}
			rubyHeredocs(c, waiting, bodies, depth+1)
		default:
			rubyHeredocs(c, waiting, bodies, depth+1)
		}
	}
}
