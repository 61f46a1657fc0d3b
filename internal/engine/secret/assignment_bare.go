package secret

import (
	"bytes"
	"strings"
)

// readBare reads an unquoted value.
func (p *parser) readBare(n notation) bool {
	start := p.at
	if start >= len(p.data) || !startsBare(p.data[start], p.a.spaced) {
		return p.fail()
	}
	end := start
	for end < len(p.data) && end-start <= maxValue && (!endsBare(p.data[end], n) || p.a.spaced && closesNothing(p.data, end)) {
		end++
	}
	if end < len(p.data) && end-start > maxValue || !p.endsStatement(end, n) {
		return p.fail()
	}
	p.a.notation = n
	return p.take(start, end)
}

// take sets the value to data[start:end] as it stands.
func (p *parser) take(start, end int) bool {
	for end > start && (isSpace(p.data[end-1]) || p.data[end-1] == '\\') {
		end--
	}
	p.a.valueStart, p.a.valueEnd = start, end
	p.a.value = string(p.data[start:end])
	p.at = end
	p.scheme()
	return p.a.value != ""
}

// startsBare tells whether a bare value can start with c. After a space most marks begin an expression.
func startsBare(c byte, spaced bool) bool {
	if classOf[c] != other {
		return true
	}
	marks := "_/+.~^!@*=-"
	if spaced {
		marks = "_/+.~"
	}
	return strings.IndexByte(marks, c) >= 0
}

func endsBare(c byte, n notation) bool {
	if n == query && (c == '&' || c == '#') {
		return true
	}
	switch c {
	case ' ', '\t', '\n', '\r', '"', '\'', '`', '<', '>', '(', ')', ']', '}', ';', ',', 0:
		return true
	}
	return false
}

// closesNothing tells whether a bracket at i stands in a value, as YAML lets it: what follows cannot follow a list or a map,
// or the line ends and none was opened in it.
func closesNothing(data []byte, i int) bool {
	open := byte('[')
	switch data[i] {
	case ']':
	case '}':
		open = '{'
	default:
		return false
	}
	if i+1 == len(data) || data[i+1] == '\n' || data[i+1] == '\r' {
		return bytes.IndexByte(data[lineStart(data, i):i], open) < 0
	}
	next := data[i+1]
	return classOf[next] != other || strings.IndexByte("!#$%&*+-/=?@^_~|", next) >= 0
}

// endsStatement tells whether nothing but a comment, or the end of what encloses the value, follows a bare value.
func (p *parser) endsStatement(end int, n notation) bool {
	if n == flag || n == query || end >= len(p.data) {
		return true
	}
	rest := p.data[end:min(len(p.data), end+200)]
	if i := bytes.IndexByte(rest, '\n'); i >= 0 {
		rest = rest[:i]
	}
	blank := len(rest) > 0 && (rest[0] == ' ' || rest[0] == '\t')
	rest = bytes.TrimSpace(rest)
	if len(rest) == 0 || rest[0] == '#' || bytes.HasPrefix(rest, []byte("//")) || bytes.HasPrefix(rest, []byte("--")) || string(rest) == `\` {
		return true
	}
	switch rest[0] {
	case '"', '\'', '`': // the value stands inside a string: "X-Api-Key: abc", "KEY=abc"
		return !blank
	case '<', ';':
		return !blank && !p.a.spaced
	}
	return blank && !p.a.spaced // a shell's "KEY=abc command"
}
