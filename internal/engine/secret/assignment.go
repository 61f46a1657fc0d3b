package secret

import "bytes"

// notation is how an identifier is given its value. It is shown as a fact, and what a bare word means depends on it and on the path.
type notation uint8

const (
	// quoted: a string literal in code, JSON, YAML, TOML.
	quoted notation = iota
	// bare: an unquoted value after "=" or ":" (.env, INI, YAML, properties; in code it would be another name).
	bare
	// element: the text of an XML element or the value attribute beside a name attribute.
	element
	// flag: what follows a command-line option.
	flag
	// header: the credential of an HTTP header.
	header
	// query: a parameter of a URL.
	query
	// block: a YAML block scalar.
	block
)

var notationNames = [...]string{"string", "bare value", "XML", "command line", "HTTP header", "URL parameter", "block"}

// assignment is an identifier that is given a value. All offsets are into the content.
type assignment struct {
	nameStart, nameEnd   int
	valueStart, valueEnd int
	// value is what the program would see: without quotes, escapes undone.
	value    string
	notation notation
	// spaced tells that a bare value follows an operator with a space: INI and YAML, or a name in code.
	spaced bool
	// doubt says why this may be no assignment ("compared", "argument of a call"), or is "".
	doubt string
	// kind overrides what the name says where the notation tells more (the password of basic authentication); noSecret otherwise.
	kind kind
}

// The limits of what is read around a hit, in bytes.
const (
	maxName  = 120
	maxValue = 4096
	maxGap   = 64 // spaces between name, operator and value
)

// nameAround widens data[at:end] to the identifier it stands in. ok is false where it is too long to be one.
func nameAround(data []byte, at, end int) (start, stop int, ok bool) {
	start, stop = at, end
	for start > 0 && nameByte[data[start-1]] {
		if start--; end-start > maxName {
			return 0, 0, false
		}
	}
	for stop < len(data) && nameByte[data[stop]] {
		if stop++; stop-start > maxName {
			return 0, 0, false
		}
	}
	for start < at && strip(data[start]) {
		start++
	}
	for stop > end && strip(data[stop-1]) {
		stop--
	}
	return start, stop, true
}

func strip(c byte) bool { return c == '-' || c == '.' || c == '_' }

// nameByte tells which bytes identifiers are made of, in any notation.
var nameByte = func() (t [256]bool) {
	for c := range 256 {
		t[c] = classOf[c] != other || c == '_' || c == '-' || c == '.'
	}
	return t
}()

// parser reads what follows one identifier.
type parser struct {
	data []byte
	at   int
	a    assignment
	// openQuote is the quote before the name (0 if none), escaped where it is written \" inside another string.
	openQuote byte
	escaped   bool
	// inside is the quote right before the name where none closes it: the assignment stands inside a string, which that quote ends.
	inside byte
	// bracket tells that the name was closed by a bracket: it is an index or an argument.
	bracket bool
}

// readAssignment reads the assignment to the identifier data[start:end], in whatever notation.
func readAssignment(data []byte, start, end int) (assignment, bool) {
	p := parser{data: data, at: end, a: assignment{nameStart: start, nameEnd: end}}
	if start > 0 && isQuote(data[start-1]) {
		p.openQuote = data[start-1]
		p.escaped = start > 1 && data[start-2] == '\\'
	}
	if start > 0 && data[start-1] == '<' || start > 1 && data[start-1] == ':' && nameByte[data[start-2]] && opensTag(data, start) {
		return p.a, p.readElement()
	}
	p.closeName()
	if p.at < len(data) && p.readOperator() {
		return p.a, p.a.value != ""
	}
	return p.a, false
}

// opensTag tells whether the name is the local part of a tag with a namespace: "<ns:password>".
func opensTag(data []byte, start int) bool {
	i := start - 2
	for i > 0 && start-i < 32 && nameByte[data[i]] {
		i--
	}
	return data[i] == '<'
}

// closeName steps over what closes the name: its quote, and the brackets of ["name"], ("name") and name[32].
func (p *parser) closeName() {
	closed := false
	if p.openQuote != 0 {
		at := p.at
		if p.escaped && at < len(p.data) && p.data[at] == '\\' {
			at++
		}
		if at < len(p.data) && p.data[at] == p.openQuote {
			p.at, closed = at+1, true
		} else {
			p.openQuote, p.inside = 0, p.openQuote
		}
	}
	for range 2 {
		if p.at < len(p.data) && closed && (p.data[p.at] == ']' || p.data[p.at] == ')') {
			p.at++
			p.bracket = true
		}
	}
	if p.peek(0) == '[' && !closed {
		if i := bytes.IndexByte(p.data[p.at:min(len(p.data), p.at+24)], ']'); i > 0 && made(string(p.data[p.at+1:p.at+i]), alnum+"_ ", 0, 20) {
			p.at += i + 1
		}
	}
}

// peek is the byte i after the current one, 0 beyond the end.
func (p *parser) peek(i int) byte {
	if p.at+i >= len(p.data) {
		return 0
	}
	return p.data[p.at+i]
}

// spaces steps over blanks and tells how many there were.
func (p *parser) spaces() int {
	n := 0
	for n < maxGap && (p.peek(0) == ' ' || p.peek(0) == '\t') {
		p.at++
		n++
	}
	return n
}

// gap steps over blanks and line ends.
func (p *parser) gap() {
	for n := 0; n < maxGap && isSpace(p.peek(0)); n++ {
		p.at++
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func isQuote(c byte) bool { return c == '"' || c == '\'' || c == '`' }

// has tells whether the text at the current place starts with s.
func (p *parser) has(s string) bool {
	return p.at+len(s) <= len(p.data) && string(p.data[p.at:p.at+len(s)]) == s
}

func (p *parser) fail() bool {
	p.a.value = ""
	return false
}
