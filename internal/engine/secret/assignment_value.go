package secret

import (
	"bytes"
	"strings"
)

// readValue reads what follows an operator: a literal, a literal in a wrapper, or a bare value.
func (p *parser) readValue() bool {
	if p.startsLiteral() {
		return p.readQuoted()
	}
	if p.unwrap() {
		return p.readQuoted()
	}
	return p.readBare(bare)
}

// startsLiteral steps over the prefix of a literal (r"", f"", @"", u8"", $"", N”), the bracket of a list of them,
// and tells whether one follows.
func (p *parser) startsLiteral() bool {
	if p.peek(0) == '[' || p.peek(0) == '{' || p.peek(0) == '(' {
		if at := p.at; true {
			p.at++
			p.gap()
			if !isQuote(p.peek(0)) {
				p.at = at
				return false
			}
		}
	}
	for n := range 3 {
		c := p.peek(n)
		if isQuote(c) || c == '\\' && isQuote(p.peek(n+1)) {
			p.at += n
			return true
		}
		if strings.IndexByte("rRbBuUfFlLnN@$8q", c) < 0 {
			return false
		}
	}
	return false
}

// wrappers are calls whose only argument is the value itself.
var wrappers = []string{
	"String::from(", "Some(", "new String(", "Secret::new(", "SecretString::new(", "SecretString::from(", "SecretStr(", "Secret(", "SecureString(", "Just(",
	"Optional.of(", "Buffer.from(", "str(", "bytes(", "b(", "string(", "[]byte(", "std::string(", "QString(", "NSString(", "aws.String(", "pulumi.String(",
	"ptr.To(", "pointer.String(", "to_string(", "&str(", "Password(", "new Secret(", "TEXT(", "L(", "_T(", "c_str(", "new Buffer(", "char[](", "ConvertTo-SecureString ",
	"(ConvertTo-SecureString ", "ConvertTo-SecureString -String ", "Secret.fromString(",
}

func (p *parser) unwrap() bool {
	for _, w := range wrappers {
		if p.has(w) {
			p.at += len(w)
			return p.startsLiteral()
		}
	}
	return false
}

// readQuoted reads a string literal of any language at the current place. A literal that is part of an expression is none.
func (p *parser) readQuoted() bool {
	if !p.startsLiteral() || p.inside != 0 && p.peek(0) == p.inside {
		return p.fail()
	}
	open := p.quoteHere()
	start := p.at + len(open)
	end := p.closing(start, open)
	if end < 0 {
		return p.fail()
	}
	p.a.valueStart, p.a.valueEnd = start, end
	p.a.value = unescape(string(p.data[start:end]), open)
	p.at = end + len(open)
	rest := p.data[p.at:min(len(p.data), p.at+maxGap)]
	if evaluates(rest) {
		return p.fail()
	}
	p.scheme()
	return p.a.value != ""
}

// quoteHere is the literal's opening: a quote, three of them, or an escaped one.
func (p *parser) quoteHere() string {
	c := p.peek(0)
	if c == '\\' {
		return string([]byte{'\\', p.peek(1)})
	}
	if p.peek(1) == c && p.peek(2) == c {
		return strings.Repeat(string(c), 3)
	}
	return string(c)
}

// closing finds where a literal ends; -1 where it does not end within reach. Literals of one quote end with their line.
func (p *parser) closing(start int, open string) int {
	for i := start; i < len(p.data) && i-start <= maxValue; i++ {
		switch c := p.data[i]; {
		case c == open[0] && bytes.HasPrefix(p.data[i:], []byte(open)):
			if len(open) == 1 && c == '\'' && i+1 < len(p.data) && p.data[i+1] == '\'' {
				i++ // SQL and YAML write a quote twice
				continue
			}
			return i
		case c == '\\' && open[0] != '\\':
			i++
		case c == '\n' && len(open) < 3 && open[0] != '`':
			return -1
		}
	}
	return -1
}

// readBare reads an unquoted value.
func (p *parser) readBare(n notation) bool {
	start := p.at
	if start >= len(p.data) || !startsBare(p.data[start], p.a.spaced) {
		return p.fail()
	}
	end := start
	for end < len(p.data) && end-start <= maxValue && !endsBare(p.data[end], n) {
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

// scheme takes the credential out of the value of an HTTP header: "Bearer X", "Basic X", "Token X".
func (p *parser) scheme() {
	word, rest, ok := strings.Cut(p.a.value, " ")
	if !ok || len(word) > 12 || strings.ContainsAny(strings.TrimSpace(rest), " \t") {
		return
	}
	switch strings.ToLower(word) {
	case "bearer", "token", "apikey", "api-key", "key", "jwt", "splunk", "genie-key", "basic", "ssws", "bot":
	default:
		return
	}
	rest = strings.TrimSpace(rest)
	p.a.valueStart = p.a.valueEnd - len(rest)
	p.a.value, p.a.notation = rest, header
	if strings.EqualFold(word, "basic") {
		p.basic(rest)
	}
}

// basic decodes the user and password of basic authentication (RFC 7617).
func (p *parser) basic(credential string) {
	b, ok := decode64(credential)
	user, password, found := strings.Cut(string(b), ":")
	if !ok || !found || !printable(user) || !printable(password) {
		p.a.value = ""
		return
	}
	p.a.value, p.a.kind = password, chosen
}

func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] == 0x7f {
			return false
		}
	}
	return true
}

// isBlockMark tells whether a YAML block scalar begins at i: "|", ">-", "|2".
func isBlockMark(data []byte, i int) bool {
	if i >= len(data) || data[i] != '|' && data[i] != '>' {
		return false
	}
	for j := i + 1; j < len(data) && j < i+4; j++ {
		switch c := data[j]; {
		case c == '\n' || c == '\r':
			return true
		case c != '-' && c != '+' && classOf[c] != digit:
			return false
		}
	}
	return false
}

// readBlock reads a block scalar of one line; longer ones hold keys and files, which have readers of their own.
func (p *parser) readBlock() bool {
	i := bytes.IndexByte(p.data[p.at:min(len(p.data), p.at+8)], '\n')
	if i < 0 {
		return false
	}
	start := p.at + i + 1
	for start < len(p.data) && p.data[start] == ' ' {
		start++
	}
	end := bytes.IndexByte(p.data[start:min(len(p.data), start+maxValue)], '\n')
	if end < 0 {
		end = len(p.data) - start
	}
	next := start + end + 1
	if indentAt(p.data, next) >= indentAt(p.data, lineStart(p.data, start)) && next < len(p.data) && p.data[next] != '\n' {
		return false
	}
	p.a.notation = block
	return p.take(start, start+end)
}

// maxLine bounds how far the edge of a line is looked for, in bytes, so that a file of one line stays cheap.
const maxLine = 4096

// lineStart is where the line that holds i begins, or maxLine before i.
func lineStart(data []byte, i int) int {
	limit := max(0, i-maxLine)
	if j := bytes.LastIndexByte(data[limit:i], '\n'); j >= 0 {
		return limit + j + 1
	}
	return limit
}

// lineEnd is where the line that holds i ends, without its line feed, or maxLine after i.
func lineEnd(data []byte, i int) int {
	limit := min(len(data), i+maxLine)
	if j := bytes.IndexByte(data[i:limit], '\n'); j >= 0 {
		return i + j
	}
	return limit
}

// indentAt counts the spaces at i.
func indentAt(data []byte, i int) int {
	n := 0
	for i+n < len(data) && data[i+n] == ' ' {
		n++
	}
	return n
}
