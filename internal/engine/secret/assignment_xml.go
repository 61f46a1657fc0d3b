package secret

import "bytes"

// readElement reads the text of the element whose tag the name is: <password>x</password>, or its value attribute.
func (p *parser) readElement() bool {
	switch {
	case p.peek(0) == '>':
		return p.readText()
	case p.spaces() > 0:
		return p.readValueAttribute()
	}
	return false
}

// readText reads the text between ">" and "</".
func (p *parser) readText() bool {
	p.at++
	if p.has("<![CDATA[") {
		p.at += len("<![CDATA[")
	}
	p.gap()
	end := bytes.IndexByte(p.data[p.at:min(len(p.data), p.at+maxValue)], '<')
	if i := bytes.Index(p.data[p.at:min(len(p.data), p.at+maxValue)], []byte("]]>")); i >= 0 && (end < 0 || i < end) {
		end = i
	} else if end < 1 || !bytes.HasPrefix(p.data[p.at+end:], []byte("</")) {
		return false
	}
	p.a.notation = element
	if !p.take(p.at, p.at+end) {
		return false
	}
	p.a.value = unescape(p.a.value, "<")
	return p.a.value != ""
}

// readNextString reads the <string> that follows the name's own </key>, as property lists have it.
func (p *parser) readNextString() bool {
	if !p.namedPair() {
		return false
	}
	i := bytes.Index(p.data[p.at:min(len(p.data), p.at+maxGap)], []byte("<string>"))
	if i < 0 {
		return false
	}
	p.at += i + len("<string>") - 1
	return p.readText()
}

// readValueAttribute looks for value="x" among the attributes that follow: <add key="Password" value="x"/>, <input name="password" value="x">.
func (p *parser) readValueAttribute() bool {
	limit := min(len(p.data), p.at+256)
	if end := bytes.IndexAny(p.data[p.at:limit], ">\n"); end >= 0 {
		limit = p.at + end
	}
	for _, name := range []string{"value", "Value", "VALUE"} {
		i := bytes.Index(p.data[p.at:limit], []byte(name))
		if i < 0 || i > 0 && nameByte[p.data[p.at+i-1]] {
			continue
		}
		p.at += i + len(name)
		p.spaces()
		if p.peek(0) == ':' || p.peek(0) == '=' {
			p.at++
			p.spaces()
			if p.readQuoted() {
				p.a.notation = element
				return true
			}
		}
		return false
	}
	return false
}

// namedPair tells whether the name is itself the value of a "name" or "key" field, so that the value stands in the field beside it.
func (p *parser) namedPair() bool {
	i := p.a.nameStart
	for n := 0; i > 0 && n < 8 && (isSpace(p.data[i-1]) || isQuote(p.data[i-1]) || p.data[i-1] == ':' || p.data[i-1] == '=' || p.data[i-1] == '\\' || p.data[i-1] == '>'); n++ {
		i--
	}
	if i == p.a.nameStart {
		return false
	}
	for _, word := range []string{"name", "key", "variable", "var", "envname", "env_var"} {
		if i >= len(word) && bytes.EqualFold(p.data[i-len(word):i], []byte(word)) && (i == len(word) || !isLetter(p.data[i-len(word)-1])) {
			return true
		}
	}
	return false
}

// readNamedValue reads the field beside a name field: "- name: DB_PASSWORD\n  value: x", {"key": "TOKEN", "value": "x"}, <key>TOKEN</key><string>x</string>.
func (p *parser) readNamedValue() bool {
	if !p.namedPair() {
		return false
	}
	for n := 0; n < maxGap && (isSpace(p.peek(0)) || p.peek(0) == ',' || isQuote(p.peek(0)) || p.peek(0) == '\\'); n++ {
		p.at++
	}
	if len(p.data)-p.at < 7 || !bytes.EqualFold(p.data[p.at:p.at+5], []byte("value")) {
		return false
	}
	p.at += 5
	for n := 0; n < 4 && (isQuote(p.peek(0)) || p.peek(0) == '\\'); n++ {
		p.at++
	}
	p.spaces()
	if p.peek(0) != ':' && p.peek(0) != '=' {
		return false
	}
	p.at++
	p.a.spaced = p.spaces() > 0
	return p.readValue()
}
