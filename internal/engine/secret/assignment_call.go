package secret

// readCall reads the literal a function is called with: setPassword("x"), password('x').
func (p *parser) readCall() bool {
	p.at++
	p.spaces()
	if !isQuote(p.peek(0)) {
		return false
	}
	p.a.doubt = "argument of a call"
	if !p.readQuoted() {
		return false
	}
	p.gap()
	return p.peek(0) == ')' || p.peek(0) == ',' && p.setter()
}

// setter tells whether the function's name says that its first argument is what is set: setPassword("x", true), but not UserPassword("u", "x").
func (p *parser) setter() bool {
	var w words
	w.split(p.data[p.a.nameStart:p.a.nameEnd])
	switch string(w.at(0)) {
	case "set", "with", "use", "add", "put", "update":
		return true
	}
	return w.n == 1
}

// readPair reads the literal beside a literal: put("password", "x"), define('DB_PASSWORD', 'x').
func (p *parser) readPair() bool {
	p.at++
	p.gap()
	if p.namedPair() {
		p.at--
		return p.readNamedValue()
	}
	p.a.doubt = "argument beside the name"
	if !p.readQuoted() {
		return false
	}
	p.gap()
	switch p.peek(0) {
	case ')', ']', '}':
		return true
	}
	return false
}

// readDefault reads "|| 'x'", "?? 'x'" and "?: 'x'" after a variable.
func (p *parser) readDefault() bool {
	for _, op := range []string{"||=", "??=", "||", "??", "?:", "?=", "+="} {
		if p.has(op) {
			p.at += len(op)
			p.spaces()
			if op[len(op)-1] != '=' {
				p.a.doubt = "a default, used where nothing else is set"
				return p.readQuoted()
			}
			return p.readValue()
		}
	}
	return false
}
