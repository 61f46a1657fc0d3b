package secret

import "bytes"

// readAfterBlank reads a literal that follows the name with only blanks between: SQL's PASSWORD 'x', DSLs. Only passwords are given so.
func (p *parser) readAfterBlank() bool {
	var w words
	name := p.data[p.a.nameStart:p.a.nameEnd]
	w.split(spoken(name))
	if classify(&w).kind == noSecret {
		return false
	}
	p.a.doubt = "no operator between name and value"
	if p.isFlag() || p.afterSQLWord() || len(name) != len(spoken(name)) {
		p.a.doubt, p.a.notation = "", flag
	}
	return p.readQuoted()
}

// afterSQLWord tells whether the name is SQL's PASSWORD: WITH PASSWORD 'x', SET PASSWORD 'x', ENCRYPTED PASSWORD 'x'.
func (p *parser) afterSQLWord() bool {
	before := bytes.TrimRight(p.data[max(0, p.a.nameStart-16):p.a.nameStart], " ")
	for _, word := range []string{"with", "encrypted", "login", "superuser", "set", "createdb"} {
		if len(before) >= len(word) && bytes.EqualFold(before[len(before)-len(word):], []byte(word)) {
			return true
		}
	}
	return false
}

// isFlag tells whether the name is a command-line option.
func (p *parser) isFlag() bool {
	s := p.a.nameStart
	if s == 0 || p.data[s-1] != '-' || p.openQuote != 0 {
		return false
	}
	if s >= 2 && p.data[s-2] == '-' {
		s--
	}
	return s == 1 || isSpace(p.data[s-2]) || isQuote(p.data[s-2]) || p.data[s-2] == '['
}

// readFlag reads the value of a command-line option.
func (p *parser) readFlag() bool {
	if isQuote(p.peek(0)) {
		if dashes := bytes.TrimRight(p.data[:p.a.nameStart], "-"); len(dashes) > 0 && dashes[len(dashes)-1] == p.peek(0) {
			return p.fail() // the quote ends the string that holds the option
		}
		p.a.notation = flag
		return p.readQuoted()
	}
	return p.readBare(flag)
}
