package reach

// goStripper goes through Go source without parsing it. It empties the bodies of functions, so that what is left tells the types and
// costs little to parse, and takes down every name that follows a dot: the methods that the code may call.
type goStripper struct {
	src []byte
	out []byte
	// pos is where it is in src; copied is how far src was copied.
	pos, copied int
	// names takes the names after dots, nil where they are not wanted. texts also takes those inside string literals.
	names map[string]bool
	texts bool
}

// stripBodies empties the bodies of the functions in a Go file. Lines do not keep their numbers.
func stripBodies(src []byte, names map[string]bool, texts bool) []byte {
	s := &goStripper{src: src, names: names, texts: texts, out: make([]byte, 0, len(src)/2)}
	depth := 0
	for s.pos < len(src) {
		at := s.pos
		switch c := src[at]; {
		case c == '(' || c == '[' || c == '{':
			depth++
			s.pos++
		case c == ')' || c == ']' || c == '}':
			depth = max(depth-1, 0)
			s.pos++
		case depth == 0 && c == 'f' && (at == 0 || src[at-1] == '\n'):
			if s.word() == "func" {
				s.function()
			}
		default:
			s.next()
		}
	}
	return append(s.out, src[s.copied:]...)
}

// namesIn takes down the names after dots without making anything.
func namesIn(src []byte, names map[string]bool, texts bool) {
	s := &goStripper{src: src, names: names, texts: texts}
	for s.pos < len(src) {
		s.next()
	}
}

// word is the identifier at pos; pos moves behind it.
func (s *goStripper) word() string {
	at := s.pos
	for s.pos < len(s.src) && isWord(s.src[s.pos]) {
		s.pos++
	}
	return string(s.src[at:s.pos])
}

func isWord(c byte) bool {
	return c == '_' || c >= 0x80 || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// next moves over one token, comment or blank.
func (s *goStripper) next() {
	switch c := s.src[s.pos]; {
	case c == '/' && s.pos+1 < len(s.src) && (s.src[s.pos+1] == '/' || s.src[s.pos+1] == '*'):
		s.comment()
	case c == '"' || c == '\'' || c == '`':
		s.quoted(c)
	case c == '.':
		s.pos++
		for s.pos < len(s.src) && (s.src[s.pos] == ' ' || s.src[s.pos] == '\n' || s.src[s.pos] == '\t' || s.src[s.pos] == '\r') {
			s.pos++
		}
		s.dotted(s.src)
	case isWord(c):
		for s.pos < len(s.src) && isWord(s.src[s.pos]) {
			s.pos++
		}
	default:
		s.pos++
	}
}

// dotted takes down the name at pos.
func (s *goStripper) dotted(src []byte) {
	at := s.pos
	for s.pos < len(src) && isWord(src[s.pos]) {
		s.pos++
	}
	if s.names != nil && s.pos > at && !s.names[string(src[at:s.pos])] {
		s.names[string(src[at:s.pos])] = true
	}
}

func (s *goStripper) comment() {
	block, end := s.src[s.pos+1] == '*', s.pos+3
	for s.pos += 2; s.pos < len(s.src); s.pos++ {
		if !block && s.src[s.pos] == '\n' {
			return
		}
		if block && s.src[s.pos] == '/' && s.src[s.pos-1] == '*' && s.pos >= end {
			s.pos++
			return
		}
	}
}

// quoted moves over a string or rune literal.
func (s *goStripper) quoted(quote byte) {
	for s.pos++; s.pos < len(s.src); s.pos++ {
		switch c := s.src[s.pos]; {
		case c == quote:
			s.pos++
			return
		case c == '\\' && quote != '`':
			s.pos++
		case c == '\n' && quote != '`':
			return // not ended: the parser will say so
		case c == '.' && s.texts:
			s.pos++
			s.dotted(s.src)
			s.pos--
		}
	}
	s.pos = min(s.pos, len(s.src))
}

// function moves over a function that begins before pos, and leaves its body out.
func (s *goStripper) function() {
	depth, before := 0, ""
	for s.pos < len(s.src) {
		switch c := s.src[s.pos]; {
		case c == '(' || c == '[':
			depth++
			s.pos++
			before = ""
		case c == ')' || c == ']':
			depth--
			s.pos++
			before = ""
		case c == '{' && depth <= 0 && before != "interface" && before != "struct":
			s.out = append(append(s.out, s.src[s.copied:s.pos]...), "{}"...)
			s.block()
			s.copied = s.pos
			return
		case c == '{':
			s.block()
			before = ""
		case c == '\n' && depth <= 0:
			return // no body: it is written in assembly
		case isWord(c):
			before = s.word()
		case c == ' ' || c == '\t' || c == '\r':
			s.pos++
		default:
			s.next()
			before = ""
		}
	}
}

// block moves over what stands between braces.
func (s *goStripper) block() {
	depth := 0
	for s.pos < len(s.src) {
		switch s.src[s.pos] {
		case '{':
			depth++
			s.pos++
		case '}':
			s.pos++
			if depth--; depth == 0 {
				return
			}
		default:
			s.next()
		}
	}
}
