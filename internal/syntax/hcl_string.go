package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// hclString lowers a text: a Template where it has "${...}" or "%{...}" in it. One that is nothing but "${x}" is x itself.
func hclString(l *lowering, n treesitter.Node) *Node {
	heredoc := n.Type() == "heredoc_template"
	var parts []*Node
	text := func(from, to int) {
		if from >= to {
			return
		}
		s := l.text[from:to]
		if !heredoc {
			s = hclUnescape(s)
		}
		part := l.texted(String, n, strings.NewReplacer("$${", "${", "%%{", "%{").Replace(s))
		part.Start, part.End = from, to
		parts = append(parts, part)
	}
	at, end := hclInside(l, n, heredoc)
	for c := range n.Children() {
		switch c.Type() {
		case "template_interpolation", "template_directive":
			text(at, c.Start())
			if expr := l.one(c); expr != nil {
				parts = append(parts, expr)
			}
			at = c.End()
		}
	}
	text(at, end)
	if heredoc && l.source(n.Of("heredoc_start")) == "<<-" {
		hclDedent(parts)
	}
	switch {
	case len(parts) == 0:
		return l.texted(String, n, "")
	case len(parts) == 1 && parts[0].Kind == String:
		parts[0].Start, parts[0].End = n.Start(), n.End()
		return parts[0]
	case len(parts) == 1 && !heredoc:
		return parts[0]
	}
	return l.node(Template, n, parts...)
}

// hclInside gives where the content of a text begins and ends: within the quotes, or between the first line and the last.
func hclInside(l *lowering, n treesitter.Node, heredoc bool) (start, end int) {
	if !heredoc {
		start, end = n.Start(), n.End()
		if open := n.Of("quoted_template_start"); open.Exists() {
			start = open.End()
		}
		if last := n.Of("quoted_template_end"); last.Exists() {
			end = last.Start()
		}
		return start, end
	}
	start, end = n.End(), n.End()
	if line := strings.IndexByte(l.source(n), '\n'); line >= 0 {
		start = n.Start() + line + 1
	}
	if line := strings.LastIndexByte(l.text[:end], '\n') + 1; line >= start {
		end = line
	}
	return start, max(start, end)
}

// hclDirective lowers what a text says with "%{if}" and "%{for}": a Cond, and a Comprehension of what stands between.
func hclDirective(l *lowering, n treesitter.Node) *Node {
	var intro treesitter.Node
	sides := [2][]*Node{}
	side := 0
	for c := range n.Children() {
		switch {
		case c.Type() == "template_if_intro", c.Type() == "template_for_start":
			intro = c
		case c.Type() == "template_else_intro":
			side = 1
		case c.Type() == "template_literal":
			sides[side] = append(sides[side], l.texted(String, c, l.source(c)))
		default:
			sides[side] = append(sides[side], l.all(c)...)
		}
	}
	part := func(parts []*Node) *Node {
		if len(parts) == 0 {
			return nil
		}
		out := l.joined(n, parts)
		out.Start, out.End = parts[0].Start, parts[len(parts)-1].End
		return out
	}
	if n.Type() == "template_for" {
		return l.texted(Comprehension, n, "generator", as(AValue, part(sides[0])), hclForIntro(l, intro))
	}
	return l.node(Cond, n, as(ATest, l.one(intro.Of("expression"))), as(AThen, part(sides[0])), as(AnElse, part(sides[1])))
}

// hclUnescape resolves the escapes of a text in quotes.
func hclUnescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		at := strings.IndexByte(s, '\\')
		if at < 0 || at+1 == len(s) {
			break
		}
		size := 2
		switch s[at+1] {
		case 'u':
			size = 6
		case 'U':
			size = 10
		}
		size = min(size, len(s)-at)
		b.WriteString(s[:at] + unescape(s[at:at+size], `nrt"\`))
		s = s[at+size:]
	}
	return b.String() + s
}

// hclDedent takes away what all lines of a heredoc begin with.
func hclDedent(parts []*Node) {
	least := -1
	begin := true
	for _, p := range parts {
		if p.Kind != String {
			begin = false
			continue
		}
		for i, line := range strings.Split(p.Text, "\n") {
			blank := strings.TrimLeft(line, " \t")
			if (i > 0 || begin) && blank != "" && (least < 0 || len(line)-len(blank) < least) {
				least = len(line) - len(blank)
			}
		}
		begin = strings.HasSuffix(p.Text, "\n")
	}
	begin = true
	for _, p := range parts {
		if p.Kind != String {
			begin = false
			continue
		}
		ends := strings.HasSuffix(p.Text, "\n")
		lines := strings.Split(p.Text, "\n")
		for i, line := range lines {
			if i > 0 || begin {
				lines[i] = line[min(max(least, 0), len(line)-len(strings.TrimLeft(line, " \t"))):]
			}
		}
		p.Text, begin = strings.Join(lines, "\n"), ends
	}
}
