package reach

import "strings"

// lexPython makes the tokens of Python; the first of each line that is not inside brackets tells how far it is indented, from 1.
func lexPython(src string) []lexeme {
	l := newLexer(src)
	depth, fresh, column := 0, true, 0
	for l.more() {
		before := len(l.tokens)
		switch b := l.src[l.pos]; {
		case b == '\n':
			l.skip(1)
			if depth == 0 {
				if !fresh {
					l.tokens = append(l.tokens, lexeme{kind: sign, text: "\n", line: l.line - 1})
				}
				fresh = true
			}
			column = 0
			continue
		case b == ' ' || b == '\r' || b == '\f':
			l.skip(1)
			column++
			continue
		case b == '\t':
			l.skip(1)
			column += 8 - column%8
			continue
		case b == '\\' && (l.at(1) == '\n' || l.has("\\\r\n")):
			l.skipTo("\n")
			continue
		case b == '#':
			l.skipLine()
			continue
		case b == '"' || b == '\'':
			l.pythonString("")
		case isWord(b):
			l.pythonWord()
		default:
			switch b {
			case '(', '[', '{':
				depth++
			case ')', ']', '}':
				depth = max(depth-1, 0)
			}
			l.add(sign, 1)
		}
		if fresh && len(l.tokens) > before {
			l.tokens[before].indent = column + 1
			fresh = false
		}
	}
	return l.tokens
}

// pythonWord makes a word, or a string where the word is its prefix.
func (l *lexer) pythonWord() {
	n := 1
	for l.pos+n < len(l.src) && isWord(l.src[l.pos+n]) {
		n++
	}
	if quote := l.at(n); n <= 2 && (quote == '"' || quote == '\'') && strings.Trim(strings.ToLower(l.src[l.pos:l.pos+n]), "rbuft") == "" {
		prefix := strings.ToLower(l.src[l.pos : l.pos+n])
		l.skip(n)
		l.pythonString(prefix)
		return
	}
	l.addWord("")
}

func (l *lexer) pythonString(prefix string) {
	kind := text
	if strings.ContainsAny(prefix, "ft") {
		kind = pieced
	}
	for _, quote := range [...]string{`"""`, "'''"} {
		if l.has(quote) {
			from, line := l.pos+3, l.line
			l.skip(3)
			for l.pos < len(l.src) && !l.has(quote) {
				if l.src[l.pos] == '\\' {
					l.skip(1)
				}
				l.skip(1)
			}
			l.tokens = append(l.tokens, lexeme{kind: kind, text: l.src[from:max(from, l.pos)], line: line})
			l.skip(3)
			return
		}
	}
	at := len(l.tokens)
	l.quoted(kind, false)
	if kind == pieced && !strings.Contains(l.tokens[at].text, "{") {
		l.tokens[at].kind = text
	}
}

// pythonScanner tells what a Python file loads and calls.
type pythonScanner struct {
	*tracer
	// optional and typing are the indents of the try and "if TYPE_CHECKING" blocks around the current line, 0 outside.
	optional, typing int
}

func scanPython(data []byte) *unit {
	p := &pythonScanner{tracer: newTracer(lexPython(string(data)), ".")}
	p.typed = true
	for i := range p.tokens {
		k := p.tokens[i]
		if k.indent > 0 {
			p.line(i, k)
		}
		if k.kind != word || p.isJoin(i-1) && !strings.Contains(k.text, "_") {
			continue
		}
		switch k.text {
		case "import":
			if k.indent > 0 || p.is(i-1, ";") || p.is(i-1, ":") {
				p.importAt(i)
			}
		case "from":
			if k.indent > 0 || p.is(i-1, ";") || p.is(i-1, ":") {
				p.fromAt(i)
			}
		case "__import__":
			p.computed(i+1, "__import__")
		case "import_module":
			p.computed(i+1, "import_module")
		case "entry_points", "iter_entry_points", "run_module", "run_path", "spec_from_file_location", "walk_packages", "iter_modules":
			if p.is(i+1, "(") && !p.is(i-1, "def") {
				p.dynamic(k.line, k.text)
			}
		case "exec", "eval":
			if p.is(i+1, "(") && !p.is(i-1, "def") {
				p.dynamic(k.line, k.text)
			}
		}
	}
	p.uses()
	return p.unit
}

// line looks at the first token of a line.
func (p *pythonScanner) line(i int, k lexeme) {
	if p.optional > 0 && k.indent <= p.optional {
		p.optional = 0
	}
	if p.typing > 0 && k.indent <= p.typing {
		p.typing = 0
	}
	switch {
	case k.text == "try" && p.is(i+1, ":") || k.text == "except" && k.kind == word:
		if p.optional == 0 {
			p.optional = k.indent
		}
	case k.text == "if" && (p.is(i+1, "TYPE_CHECKING") || p.is(i+1, "typing") && p.is(i+3, "TYPE_CHECKING")):
		p.typing = k.indent
	}
}

func (p *pythonScanner) loaded(name string, relative, line int) {
	if p.typing > 0 {
		return
	}
	p.unit.loads = append(p.unit.loads, load{name: name, line: line, relative: relative, optional: p.optional > 0})
}

// maybeLoaded notes what may be a module, or a name in one.
func (p *pythonScanner) maybeLoaded(name string, relative, line int) {
	if p.typing == 0 {
		p.unit.loads = append(p.unit.loads, load{name: name, line: line, relative: relative, optional: true})
	}
}

// dotted reads a dotted name; it gives where it ends.
func (p *pythonScanner) dotted(i int) (string, int) {
	if p.tok(i).kind != word {
		return "", i
	}
	var b strings.Builder
	for n := 0; n < 100 && p.tok(i).kind == word; n++ {
		b.WriteString(p.tok(i).text)
		p.taken[i] = true
		i++
		if !p.is(i, ".") || p.tok(i+1).kind != word {
			break
		}
		b.WriteByte('.')
		i++
	}
	return b.String(), i
}

// importAt reads "import a.b as c, d".
func (p *pythonScanner) importAt(i int) {
	line := p.tok(i).line
	for n := i + 1; n < i+2000; n++ {
		name, next := p.dotted(n)
		if name == "" {
			return
		}
		p.loaded(name, 0, line)
		first, _, _ := strings.Cut(name, ".")
		if p.is(next, "as") {
			p.names[p.tok(next+1).text] = bound{load: name, line: line, class: true}
			p.taken[next+1] = true
			next += 2
		} else {
			p.names[first] = bound{load: first, line: line, class: true}
		}
		if !p.is(next, ",") {
			return
		}
		n = next
	}
}

// fromAt reads "from a.b import c as d, e".
func (p *pythonScanner) fromAt(i int) {
	line, n, relative := p.tok(i).line, i+1, 0
	for p.is(n, ".") {
		relative++
		n++
	}
	module, n := p.dotted(n)
	if !p.is(n, "import") || module == "" && relative == 0 {
		return
	}
	p.loaded(module, relative, line)
	p.taken[n] = true
	for n++; n < i+5000; n++ {
		k := p.tok(n)
		if k.kind == none || k.kind == sign && (k.text == ")" || k.text == "\n" || k.text == ";") {
			return
		}
		if k.kind != word {
			continue
		}
		p.taken[n] = true
		name, local := k.text, k.text
		if p.is(n+1, "as") {
			local = p.tok(n + 2).text
			p.taken[n+2] = true
			n += 2
		}
		if relative > 0 {
			p.maybeLoaded(strings.TrimPrefix(module+"."+name, "."), relative, line)
			continue
		}
		p.maybeLoaded(module+"."+name, 0, line)
		p.names[local] = bound{load: module, member: name, line: line, class: true}
	}
}

// computed reads the argument of import_module( or __import__(.
func (p *pythonScanner) computed(i int, what string) {
	if !p.is(i, "(") || p.is(i-2, "def") {
		return
	}
	k := p.tok(i + 1)
	if k.kind == text && !strings.HasPrefix(k.text, ".") {
		p.loaded(k.text, 0, k.line)
		start := i - 1
		if p.is(start-1, ".") {
			start -= 2
		}
		b := bound{load: k.text, line: k.line, class: true}
		if what == "__import__" {
			b.load, _, _ = strings.Cut(k.text, ".")
		}
		p.bindTo(start, b)
		if end := p.closing(i); end > 0 && p.isJoin(end+1) {
			p.follow(start, end+1, b)
		}
		return
	}
	p.dynamic(p.tok(i).line, what)
}
