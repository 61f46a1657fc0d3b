package secret

import "bytes"

// readOperator reads what stands between name and value and then the value. It stands after the name.
func (p *parser) readOperator() bool {
	if p.openQuote == 0 && p.peek(0) == '(' {
		return p.readCall()
	}
	blanks := p.spaces()
	switch p.peek(0) {
	case '=':
		return p.readEquals(blanks)
	case ':':
		return p.readColon(blanks)
	case '!':
		return p.has("!=") && p.readCompared()
	case ',':
		return p.openQuote != 0 && !p.bracket && p.readPair()
	case '>':
		return p.openQuote != 0 && p.readText()
	case '|', '?', '+':
		return p.readDefault()
	case '\n', '\r':
		return p.readNamedValue()
	case '<':
		return p.readAfterLess()
	case '"', '\'':
		return blanks > 0 && p.openQuote == 0 && p.readAfterBlank()
	}
	switch {
	case blanks == 0:
		return false
	case p.has("or ") || p.has("OR "):
		p.at += 3
		p.a.doubt = "a default, used where nothing else is set"
		return p.readQuoted()
	case p.openQuote != 0:
		return p.readValueAttribute()
	case p.isFlag():
		return p.readFlag()
	}
	return p.readTyped()
}

// readAfterLess reads R's name <- "value" and what follows </key>.
func (p *parser) readAfterLess() bool {
	if p.has("</") {
		return p.readNextString()
	}
	if !p.has("<-") {
		return false
	}
	p.at += 2
	p.spaces()
	return p.readQuoted()
}

// readEquals reads "=", "==", "===", "=>", "=~".
func (p *parser) readEquals(blanks int) bool {
	p.at++
	switch p.peek(0) {
	case '=':
		return p.readCompared()
	case '>':
		p.at++
	case '~':
		return false
	}
	after := p.spaces()
	if p.isFlag() && blanks == 0 && after == 0 {
		return p.readFlag()
	}
	p.a.spaced = blanks+after > 0
	if blanks == 0 && after == 0 && p.inQuery() {
		return p.readBare(query)
	}
	return p.readValue()
}

// inQuery tells whether the name is that of a parameter in a URL: after "?", "&", or the "#" that ends a path.
func (p *parser) inQuery() bool {
	s := p.a.nameStart
	if s < 2 {
		return s == 1 && (p.data[0] == '?' || p.data[0] == '&')
	}
	switch p.data[s-1] {
	case '?', '&':
		return true
	case '#':
		return nameByte[p.data[s-2]] || p.data[s-2] == '/'
	}
	return false
}

// readCompared reads the other side of a comparison.
func (p *parser) readCompared() bool {
	for n := 0; n < 3 && (p.peek(0) == '=' || p.peek(0) == '!'); n++ {
		p.at++
	}
	p.spaces()
	p.a.doubt = "compared, not assigned"
	return p.readQuoted()
}

// readColon reads ":", ":=", a type annotation and what follows; "::" is none of them.
func (p *parser) readColon(blanks int) bool {
	p.at++
	switch p.peek(0) {
	case ':':
		return false
	case '=':
		p.at++
	case '-': // ${NAME:-default}
		p.at++
		p.a.doubt = "a default, used where nothing else is set"
		return p.readDefaultInBraces()
	}
	after := p.spaces()
	if isBlockMark(p.data, p.at) {
		return p.readBlock()
	}
	if after == 0 && p.opensBraces() {
		p.a.doubt = "a default, used where nothing else is set"
		return p.readDefaultInBraces()
	}
	if p.peek(0) == '\n' || p.peek(0) == '\r' {
		p.gap()
		if p.has("- ") { // the first of a YAML list
			p.at += 2
			p.a.spaced = true
			return p.readValue()
		}
		return isQuote(p.peek(0)) && p.readQuoted()
	}
	if p.typeAnnotation() {
		return p.readQuoted()
	}
	p.a.spaced = after > 0
	if after == 0 && blanks == 0 && p.openQuote == 0 && !isQuote(p.peek(0)) {
		return false // "host:port", "urn:x", a label
	}
	return p.readValue()
}

// opensBraces tells whether the name stands right after "${", as in "${db.password:default}".
func (p *parser) opensBraces() bool {
	s := p.a.nameStart
	return s > 1 && p.data[s-1] == '{' && (p.data[s-2] == '$' || p.data[s-2] == '#')
}

// readDefaultInBraces reads up to the closing brace.
func (p *parser) readDefaultInBraces() bool {
	end := bytes.IndexAny(p.data[p.at:min(len(p.data), p.at+256)], "}\n")
	if end < 1 || p.data[p.at+end] != '}' {
		return false
	}
	p.a.notation = bare
	return p.take(p.at, p.at+end)
}

// typeAnnotation steps over "string =", "&'static str =", "Optional[str] =" after a colon.
func (p *parser) typeAnnotation() bool {
	i := p.at
	for i < len(p.data) && i-p.at < 48 && (nameByte[p.data[i]] || bytes.IndexByte([]byte("<>[]&'?|, "), p.data[i]) >= 0) {
		i++
	}
	if i == p.at || i >= len(p.data) || p.data[i] != '=' || i+1 < len(p.data) && (p.data[i+1] == '=' || p.data[i+1] == '>') || !isLetter(p.data[p.at]) && p.data[p.at] != '&' {
		return false
	}
	p.at = i + 1
	p.spaces()
	return true
}

// readTyped reads Go's "name type = value".
func (p *parser) readTyped() bool {
	i := p.at
	for i < len(p.data) && i-p.at < 40 && (nameByte[p.data[i]] || p.data[i] == '*' || p.data[i] == '[' || p.data[i] == ']') {
		i++
	}
	if i == p.at || i+2 >= len(p.data) || p.data[i] != ' ' || p.data[i+1] != '=' || p.data[i+2] == '=' {
		return false
	}
	p.at = i + 2
	p.spaces()
	return p.readQuoted()
}
