package lockfile

// statement is one statement of a build script: its own tokens, and the block in braces that ends it.
type statement struct {
	tokens []scriptToken
	block  []statement
	braces bool
	line   int
}

// name gives the identifier or string a statement begins with, "" for none.
func (s *statement) name() string {
	if len(s.tokens) > 0 && (s.tokens[0].kind == 'i' || s.tokens[0].kind == 's') {
		return s.tokens[0].text
	}
	return ""
}

// is tells that a statement is a block of that name: "dependencies { … }".
func (s *statement) is(name string) bool {
	return s.braces && len(s.tokens) > 0 && s.tokens[0].kind == 'i' && s.tokens[0].text == name
}

// parseScript reads statements and their blocks.
func parseScript(data []byte) ([]statement, error) {
	tokens, err := scriptTokens(data)
	if err != nil {
		return nil, err
	}
	p := &scriptParser{tokens: tokens}
	statements, err := p.block(0)
	if err != nil {
		return nil, err
	}
	return statements, nil
}

type scriptParser struct {
	tokens []scriptToken
	at     int
}

// block reads statements up to the brace that closes the block, or to the end of the file at depth 0.
func (p *scriptParser) block(depth int) ([]statement, error) {
	var all []statement
	opened := 1
	if p.at > 0 {
		opened = p.tokens[p.at-1].line
	}
	if depth > maxDepth {
		return nil, errorAt(opened, "blocks are nested more than %d deep", maxDepth)
	}
	for p.at < len(p.tokens) {
		switch t := p.tokens[p.at]; t.kind {
		case '\n', ';':
			p.at++
		case '}':
			p.at++
			if depth > 0 {
				return all, nil
			}
		default:
			s, err := p.statement(depth)
			if err != nil {
				return nil, err
			}
			all = append(all, s)
		}
	}
	if depth > 0 {
		return nil, errorAt(opened, "a block does not end")
	}
	return all, nil
}

// statement reads one statement. Inside parentheses and brackets lines do not end it, and braces belong to it.
func (p *scriptParser) statement(depth int) (statement, error) {
	s := statement{line: p.tokens[p.at].line}
	nested := 0
	for p.at < len(p.tokens) {
		t := p.tokens[p.at]
		switch t.kind {
		case '(', '[':
			nested++
		case ')', ']':
			nested = max(nested-1, 0)
		case '{':
			if nested > 0 {
				nested++
				break
			}
			p.at++
			block, err := p.block(depth + 1)
			s.block, s.braces = block, true
			return s, err
		case '}':
			if nested == 0 {
				return s, nil
			}
			nested--
		case ';':
			if nested == 0 {
				return s, nil
			}
		case '\n':
			if nested == 0 && !p.goesOn(s.tokens) {
				return s, nil
			}
			p.at++
			continue
		}
		s.tokens = append(s.tokens, t)
		p.at++
	}
	return s, nil
}

// goesOn tells that a statement does not end with this line: it stops at an operator, or the next line begins with one.
func (p *scriptParser) goesOn(tokens []scriptToken) bool {
	if n := len(tokens); n > 0 {
		switch tokens[n-1].kind {
		case ',', '=', '+', '.', ':', '%':
			return true
		}
	}
	if p.at+1 < len(p.tokens) {
		next := p.tokens[p.at+1].kind
		return next == '.' || next == '%'
	}
	return false
}

// splitTokens cuts tokens at commas outside parentheses, brackets and braces.
func splitTokens(tokens []scriptToken) [][]scriptToken {
	var parts [][]scriptToken
	nested, start := 0, 0
	for i, t := range tokens {
		switch t.kind {
		case '(', '[', '{':
			nested++
		case ')', ']', '}':
			nested--
		case ',':
			if nested == 0 {
				if i > start {
					parts = append(parts, tokens[start:i])
				}
				start = i + 1
			}
		}
	}
	if start < len(tokens) {
		parts = append(parts, tokens[start:])
	}
	return parts
}

// closingToken gives the position of what closes the parenthesis or bracket at position i; the end where nothing does.
func closingToken(tokens []scriptToken, i int) int {
	nested := 0
	for n := i; n < len(tokens); n++ {
		switch tokens[n].kind {
		case '(', '[', '{':
			nested++
		case ')', ']', '}':
			if nested--; nested == 0 {
				return n
			}
		}
	}
	return len(tokens)
}

// dotted reads a chain of names "a.b.c" at the start of tokens and gives how many tokens it takes; a final ".get()" is left out of it.
func dotted(tokens []scriptToken) (chain string, used int) {
	for used < len(tokens) && tokens[used].kind == 'i' {
		if tokens[used].text == "get" && chain != "" && used+2 < len(tokens) && tokens[used+1].kind == '(' && tokens[used+2].kind == ')' {
			return chain, used + 3
		}
		if chain != "" {
			chain += "."
		}
		chain += tokens[used].text
		used++
		if used+1 >= len(tokens) || tokens[used].kind != '.' || tokens[used+1].kind != 'i' {
			return chain, used
		}
		used++
	}
	return chain, used
}
