package syntax

import (
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/reevehq/reeve/internal/treesitter"
)

// javaString lowers strings and text blocks: a Template where expressions stand in it.
func javaString(l *lowering, n treesitter.Node) *Node {
	source := l.source(n)
	if !n.Has("string_interpolation") {
		return l.texted(String, n, javaText(source))
	}
	quotes := 1
	if strings.HasPrefix(source, `"""`) {
		quotes = 3
	}
	t := l.node(Template, n)
	at := n.Start() + quotes
	text := func(end int) {
		if end > at {
			s := l.texted(String, n, javaUnescape(l.text[at:end]))
			s.Start, s.End = at, end
			t.add(s)
		}
	}
	for c := range n.Children() {
		if c.Type() == "string_interpolation" {
			text(c.Start())
			t.add(l.one(c.First()))
			at = c.End()
		}
	}
	text(n.End() - quotes)
	return t
}

// javaText is the text of a literal with its quotes.
func javaText(source string) string {
	block, ok := strings.CutPrefix(source, `"""`)
	if !ok || len(source) < 6 {
		return javaUnescape(strings.TrimSuffix(strings.TrimPrefix(source, `"`), `"`))
	}
	block = strings.TrimSuffix(block, `"""`)
	if first, rest, ok := strings.Cut(strings.ReplaceAll(block, "\r\n", "\n"), "\n"); ok && strings.TrimSpace(first) == "" {
		block = javaUnindent(rest)
	}
	return javaUnescape(block)
}

// javaUnindent takes away the white space that a text block is indented by, as chapter 3.10.6 of the Java Language Specification has it: the last line counts
// even where it is blank.
func javaUnindent(block string) string {
	lines := strings.Split(block, "\n")
	indent := len(block)
	for i, line := range lines {
		if text := strings.TrimLeft(line, " \t\f"); text != "" || i == len(lines)-1 {
			indent = min(indent, len(line)-len(text))
		}
	}
	for i, line := range lines {
		lines[i] = strings.TrimRight(line[min(indent, len(line)):], " \t\f")
	}
	return strings.Join(lines, "\n")
}

// javaUnescape resolves the escapes in a text; what is none stays.
func javaUnescape(s string) string {
	var b strings.Builder
	for {
		plain, rest, found := strings.Cut(s, `\`)
		b.WriteString(plain)
		if !found {
			return b.String()
		}
		text, length := javaEscape(rest)
		b.WriteString(text)
		s = rest[length:]
	}
}

// javaEscape gives what a backslash stands for, and how much behind it belongs to it.
func javaEscape(s string) (text string, length int) {
	if s == "" {
		return `\`, 0
	}
	switch c := s[0]; {
	case c == '\n':
		return "", 1
	case c >= '0' && c <= '7':
		end := 1
		for end < len(s) && end < 3 && s[end] >= '0' && s[end] <= '7' && (end < 2 || c <= '3') {
			end++
		}
		code, _ := strconv.ParseUint(s[:end], 8, 16) // octal digits only
		return string(rune(code)), end
	case strings.IndexByte("bfnrts", c) >= 0:
		at := strings.IndexByte("bfnrts", c)
		return "\b\f\n\r\t "[at : at+1], 1
	case c == '"', c == '\'', c == '\\':
		return s[:1], 1
	}
	if unit, length := javaUnit(s); length > 0 {
		if low, more := javaUnit(strings.TrimPrefix(s[length:], `\`)); more > 0 && utf16.IsSurrogate(unit) {
			return string(utf16.DecodeRune(unit, low)), length + 1 + more
		}
		return string(unit), length
	}
	return `\`, 0
}

// javaUnit reads uXXXX; length is 0 where there is none.
func javaUnit(s string) (unit rune, length int) {
	digits := strings.TrimLeft(s, "u")
	if len(digits) == len(s) || len(digits) < 4 {
		return 0, 0
	}
	code, err := strconv.ParseUint(digits[:4], 16, 32)
	if err != nil {
		return 0, 0
	}
	return rune(code), len(s) - len(digits) + 4
}
