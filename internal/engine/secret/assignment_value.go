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
	if c := p.peek(0); c == '[' || c == '{' || c == '(' {
		at := p.at
		p.at++
		if p.gap(); !isQuote(p.peek(0)) {
			p.at = at
			return false
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
