package lockfile

import "strings"

// pyToken is a piece of Python with its line. kind is 'n' for a name, 's' for a text, 'o' for a mark, 'x' for what is computed or
// no matter, '\n' for the end of a statement's line.
type pyToken struct {
	kind byte
	text string
	line int
	// indent is the width of the white space before a line's first piece, -1 for the others.
	indent int
}

// pyLexer cuts Python into pieces, well enough to find literals. It evaluates nothing.
type pyLexer struct {
	text            string
	at, line, depth int
	tokens          []pyToken
}

// lexPython cuts a file into pieces. A text that does not end is an error.
func lexPython(data []byte) ([]pyToken, error) {
	l := &pyLexer{text: string(data), line: 1}
	fresh := true // at the start of a line
	indent := 0
	for l.at < len(l.text) {
		c := l.text[l.at]
		switch {
		case c == '\n':
			if l.depth == 0 && len(l.tokens) > 0 && l.tokens[len(l.tokens)-1].kind != '\n' {
				l.tokens = append(l.tokens, pyToken{'\n', "", l.line, -1})
			}
			l.at++
			l.line++
			fresh, indent = l.depth == 0, 0
			continue
		case c == ' ' || c == '\t' || c == '\r' || c == '\f':
			l.at++
			indent++
			continue
		case c == '\\' && l.at+1 < len(l.text) && (l.text[l.at+1] == '\n' || l.text[l.at+1] == '\r'):
			l.at += 2
			if l.text[l.at-1] == '\r' && l.at < len(l.text) && l.text[l.at] == '\n' {
				l.at++
			}
			l.line++
			continue
		case c == '#':
			if end := strings.IndexByte(l.text[l.at:], '\n'); end >= 0 {
				l.at += end
			} else {
				l.at = len(l.text)
			}
			continue
		}
		n := len(l.tokens)
		if err := l.piece(c); err != nil {
			return nil, err
		}
		for ; n < len(l.tokens); n++ {
			l.tokens[n].indent = -1
			if fresh {
				l.tokens[n].indent, fresh = indent, false
			}
		}
	}
	if l.depth > 0 {
		return nil, errorAt(l.line, "a bracket is not closed: %w", errTruncated)
	}
	return append(l.tokens, pyToken{'\n', "", l.line, -1}), nil
}

// piece reads one name, number, text or mark.
func (l *pyLexer) piece(c byte) error {
	start := l.at
	switch {
	case pyLetter(c) || c == '_' || c >= 0x80:
		for l.at < len(l.text) && (pyLetter(l.text[l.at]) || l.text[l.at] == '_' || l.text[l.at] >= 0x80) {
			l.at++
		}
		word := l.text[start:l.at]
		if l.at < len(l.text) && (l.text[l.at] == '"' || l.text[l.at] == '\'') && len(word) <= 2 && strings.Trim(strings.ToLower(word), "rbuf") == "" {
			return l.string(strings.ToLower(word))
		}
		kind := byte('n')
		if c >= '0' && c <= '9' {
			kind = 'x'
		}
		l.tokens = append(l.tokens, pyToken{kind, word, l.line, 0})
	case c == '"' || c == '\'':
		return l.string("")
	default:
		size := 1
		for _, two := range []string{"==", "+=", "!=", "<=", ">=", "**", "->", ":="} {
			if strings.HasPrefix(l.text[l.at:], two) {
				size = 2
			}
		}
		switch c {
		case '(', '[', '{':
			l.depth++
		case ')', ']', '}':
			if l.depth--; l.depth < 0 {
				return errorAt(l.line, "a bracket closes what was not opened")
			}
		}
		l.tokens = append(l.tokens, pyToken{'o', l.text[l.at : l.at+size], l.line, 0})
		l.at += size
	}
	return nil
}

// string reads a text; what has escapes other than of quotes, or is a template, counts as computed.
func (l *pyLexer) string(prefix string) error {
	quote := l.text[l.at : l.at+1]
	if three := strings.Repeat(quote, 3); strings.HasPrefix(l.text[l.at:], three) {
		quote = three
	}
	l.at += len(quote)
	line := l.line
	kind := byte('s')
	if strings.ContainsAny(prefix, "fb") {
		kind = 'x'
	}
	var b strings.Builder
	for l.at < len(l.text) {
		c := l.text[l.at]
		switch {
		case strings.HasPrefix(l.text[l.at:], quote):
			l.at += len(quote)
			l.tokens = append(l.tokens, pyToken{kind, b.String(), line, 0})
			return nil
		case c == '\\' && l.at+1 < len(l.text):
			next := l.text[l.at+1]
			switch {
			case strings.Contains(prefix, "r"):
				b.WriteByte(c)
				b.WriteByte(next)
			case next == '\\' || next == '"' || next == '\'':
				b.WriteByte(next)
			case next == 'n':
				b.WriteByte('\n')
			case next != '\n':
				kind = 'x'
			}
			if next == '\n' {
				l.line++
			}
			l.at += 2
			continue
		case c == '\n':
			if len(quote) == 1 {
				return errorAt(line, "a text does not end on its line")
			}
			l.line++
		}
		b.WriteByte(c)
		l.at++
	}
	return errorAt(line, "a text does not end: %w", errTruncated)
}
