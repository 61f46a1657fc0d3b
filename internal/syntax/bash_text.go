package syntax

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// bashText lowers words, texts in quotes and variables; nil where it is none.
func bashText(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "word", "number", "extglob_pattern", "regex", "test_operator", "string_content", "heredoc_content":
		return bashWord(l, n)
	case "variable_name", "special_variable_name":
		return l.name(n)
	case "string":
		return bashTemplate(l, n, true)
	case "translated_string":
		return l.one(n.First())
	case "raw_string":
		return l.texted(String, n, strings.Trim(l.source(n), "'"))
	case "ansi_c_string":
		return l.texted(String, n, bashEscapes(strings.TrimSuffix(strings.TrimPrefix(l.source(n), "$'"), "'")))
	case "simple_expansion":
		return bashVariable(l, n)
	case "expansion":
		return bashExpansion(l, n)
	case "concatenation", "brace_expression":
		return bashTemplate(l, n, false)
	}
	return nil
}

// bashCallee lowers the name of a command. A variable that holds it is a Template, as it is no name of one.
func bashCallee(l *lowering, n treesitter.Node) *Node {
	callee := l.one(n)
	switch {
	case callee == nil:
	case callee.Kind == String && n.Type() == "word":
		callee.Kind = Name
	case callee.Kind == Name && callee.Flags&Braced == 0 && n.Type() != "word":
		return l.texted(Template, n, bashSplit, as(Each, callee))
	}
	return callee
}

// bashWord lowers a word. Where numbers are reckoned with it is a variable.
func bashWord(l *lowering, n treesitter.Node) *Node {
	text := l.source(n)
	switch {
	case n.Type() == "number":
		return l.texted(Number, n, text)
	case n.Type() == "word" && (yamlHole().MatchString(text) || bashReckons(n)):
		return l.name(n)
	}
	if strings.Contains(text, `\`) && n.Type() == "word" {
		var b strings.Builder
		for i := 0; i < len(text); i++ {
			if text[i] == '\\' && i+1 < len(text) {
				if i++; text[i] == '\n' {
					continue
				}
			}
			b.WriteByte(text[i])
		}
		text = b.String()
	}
	return l.texted(String, n, text)
}

// bashReckons tells that a word stands in an arithmetic expression.
func bashReckons(n treesitter.Node) bool {
	for range maxDepth {
		switch n = n.Parent(); n.Type() {
		case "binary_expression", "unary_expression", "parenthesized_expression", "ternary_expression":
		case "postfix_expression", "arithmetic_expansion", "c_style_for_statement":
			return true
		default:
			return false
		}
	}
	return false
}

// bashSplit is the Text of a Template that is not in quotes: what comes of it is split into words.
const bashSplit = "split"

// bashTemplate lowers what is put together of several parts. In quotes even a single variable is a Template: it is not split into words there.
func bashTemplate(l *lowering, n treesitter.Node, quoted bool) *Node {
	var parts []*Node
	at := n.Start()
	end := n.End()
	if quoted && n.Type() == "string" {
		at, end = at+1, max(at+1, end-1)
	}
	plain := func(to int) {
		if at < to {
			part := l.texted(String, n, bashQuoted(l.text[at:to]))
			part.Start, part.End = at, to
			parts = append(parts, part)
		}
	}
	for c := range n.Children() {
		switch c.Type() {
		case "string_content", "heredoc_content":
			continue
		}
		start := c.Start()
		if quoted { // what is expanded may begin with the blanks before it
			start += strings.IndexFunc(l.source(c), func(r rune) bool { return r != ' ' && r != '\t' && r != '\n' })
			plain(start)
		}
		part := l.one(c)
		if part == nil {
			continue
		}
		if part.Kind == Number || part.Kind == Name && part.Text == ellipsisWord { // a part of the text
			part.Kind = String
		}
		parts = append(parts, part)
		at = c.End()
	}
	if quoted {
		plain(end)
	}
	if len(parts) == 0 {
		return l.texted(String, n, "")
	}
	if quoted {
		return l.joined(n, parts)
	}
	if slices.ContainsFunc(parts, func(p *Node) bool { return p.Kind == Template }) { // what is quoted in it stays by itself
		return l.texted(Template, n, bashSplit, parts...)
	}
	out := l.joined(n, parts)
	if out.Kind == Template {
		out.Text = bashSplit
	}
	return out
}

// bashQuoted resolves what a backslash means between double quotes.
func bashQuoted(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\$`, `$`, "\\`", "`", "\\\n", "").Replace(text)
}

// bashEscapes resolves the escapes of $'...'.
func bashEscapes(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			b.WriteByte(text[i])
			continue
		}
		size := 2
		switch text[i+1] {
		case 'x':
			size = 4
		case 'u':
			size = 6
		case 'U':
			size = 10
		}
		size = min(size, len(text)-i)
		b.WriteString(unescape(text[i:i+size], `abfnrtv0\'"`))
		i += size - 1
	}
	return b.String()
}

// bashVariable lowers $x and ${x}. The metavariable in ${$X} stands for the name of a variable only.
func bashVariable(l *lowering, n treesitter.Node) *Node {
	name := l.texted(Name, n, strings.Trim(l.source(n), " \t\n${}"))
	name.Start += strings.Index(l.source(n), "$")
	if strings.HasPrefix(name.Text, metaWord) {
		name.Flags = Braced
	}
	return name
}

// bashExpansion lowers ${x}, and what is done to it: ${x:-y} is a Binary, ${#x} a Unary, ${x[1]} an Index, each
// marked as written with braces.
func bashExpansion(l *lowering, n treesitter.Node) *Node {
	var parts []*Node
	operator := ""
	for c := range n.All() {
		switch {
		case c.Extra():
		case c.Named():
			parts = append(parts, l.all(c)...)
		case c.Type() != "${" && c.Type() != "}" && operator == "":
			operator = strings.TrimSpace(c.Type())
		}
	}
	var out *Node
	switch {
	case len(parts) == 0 || operator == "" && len(parts) == 1 && parts[0].Kind == Name:
		return bashVariable(l, n)
	case operator == "":
		out = parts[0]
	case len(parts) == 1:
		out = l.texted(Unary, n, operator, as(AValue, parts[0]))
	default:
		right := parts[1]
		if len(parts) > 2 {
			right = l.node(Tuple, n, parts[1:]...)
			right.Start = parts[1].Start
			covering(right)
		}
		out = l.texted(Binary, n, operator, as(ALeft, parts[0]), as(ARight, right))
	}
	out.Flags |= Braced
	return out
}
