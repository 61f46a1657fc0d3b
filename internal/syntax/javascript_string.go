package syntax

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/reevehq/reeve/internal/treesitter"
)

// jsString collects the text of a string from its pieces.
type jsString struct {
	strings.Builder
	// high is the first half of a character that is written as two escapes.
	high rune
}

// piece adds a part of a string: plain text, an escape sequence or a reference to a character of HTML.
func (s *jsString) piece(l *lowering, n treesitter.Node) {
	switch n.Type() {
	case "escape_sequence":
		s.escape(l.source(n))
	case "html_character_reference":
		s.WriteString(html.UnescapeString(l.source(n)))
	case "string_fragment", "jsx_text":
		s.high = 0
		s.WriteString(l.source(n))
	}
}

// escape adds an escape sequence: ECMA-262, section 12.9.4.
func (s *jsString) escape(sequence string) {
	high := s.high
	s.high = 0
	if code, ok := jsCodePoint(sequence); ok {
		switch {
		case utf16.IsSurrogate(code) && code < 0xdc00:
			s.high = code
		case high != 0 && utf16.IsSurrogate(code):
			s.WriteRune(utf16.DecodeRune(high, code))
		default:
			s.WriteRune(code)
		}
		return
	}
	s.WriteString(jsEscape(sequence))
}

// jsCodePoint reads \uXXXX and \u{X}.
func jsCodePoint(sequence string) (rune, bool) {
	if !strings.HasPrefix(sequence, `\u`) {
		return 0, false
	}
	code, err := strconv.ParseUint(strings.Trim(sequence[2:], "{}"), 16, 32)
	if err != nil || code > utf8.MaxRune {
		return 0, false
	}
	return rune(code), true
}

// jsEscape gives the text of any other escape sequence; a letter that means nothing is itself.
func jsEscape(sequence string) string {
	switch {
	case len(sequence) < 2:
		return sequence
	case strings.ContainsAny(sequence[1:], "\r\n\u2028\u2029"):
		return "" // the line goes on
	case strings.IndexByte("bfnrtvx01234567", sequence[1]) >= 0:
		return unescape(sequence, "bfnrtv")
	}
	return sequence[1:]
}

// jsText gives the text of a string.
func jsText(l *lowering, n treesitter.Node) string {
	var s jsString
	for c := range n.Children() {
		s.piece(l, c)
	}
	return s.String()
}

// jsUnescaped resolves the \uXXXX and \u{X} in an identifier.
func jsUnescaped(name string) string {
	var s jsString
	for {
		before, after, found := strings.Cut(name, `\u`)
		s.WriteString(before)
		if !found {
			return s.String()
		}
		end := min(4, len(after))
		if strings.HasPrefix(after, "{") {
			end = strings.IndexByte(after, '}') + 1
		}
		s.escape(`\u` + after[:end])
		name = after[end:]
	}
}

// jsTemplate lowers a template. Texts between expressions are left out where they are empty.
func jsTemplate(l *lowering, n treesitter.Node) *Node {
	t := l.node(Template, n)
	var s jsString
	start, end := n.Start(), n.End()
	flush := func() {
		if s.Len() > 0 {
			text := l.texted(String, n, s.String())
			text.Start, text.End = start, end
			t.add(text)
		}
		s.Reset()
		s.high = 0
	}
	for c := range n.Children() {
		switch c.Type() {
		case "template_substitution", "template_type":
			flush()
			t.add(l.all(c.First())...)
		default:
			if s.Len() == 0 {
				start = c.Start()
			}
			s.piece(l, c)
			end = c.End()
		}
	}
	flush()
	return t
}
