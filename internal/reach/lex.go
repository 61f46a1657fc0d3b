package reach

import "strings"

// lexeme is a piece of source in one of the script languages.
type lexeme struct {
	kind tokenKind
	// text is the word, the sign, or the value of a string literal (escapes are left as they are).
	text string
	// line counts from 1; indent is the column of the line's first token, for Python.
	line   int
	indent int
}

type tokenKind uint8

const (
	sign tokenKind = iota
	word
	text
	// pieced is a string literal with parts that are computed; its text is what stands before the first of them.
	pieced
	number
	// none is what is before the first and after the last token.
	none
)

// maxTokens bounds the tokens of one file.
const maxTokens = 4 << 20

// lexer goes once through a source text.
type lexer struct {
	src    string
	pos    int
	line   int
	tokens []lexeme
	// unended counts the texts whose end was looked for in vain.
	unended int
}

// maxUnended bounds that, since each costs a look at the rest of the file.
const maxUnended = 20

func newLexer(src string) *lexer {
	return &lexer{src: src, line: 1, tokens: make([]lexeme, 0, len(src)/5+16)}
}

func (l *lexer) more() bool { return l.pos < len(l.src) && len(l.tokens) < maxTokens }

// at is the byte n after pos, 0 beyond the end.
func (l *lexer) at(n int) byte {
	if l.pos+n < len(l.src) {
		return l.src[l.pos+n]
	}
	return 0
}

func (l *lexer) has(prefix string) bool { return strings.HasPrefix(l.src[l.pos:], prefix) }

// skip moves n bytes on and counts lines.
func (l *lexer) skip(n int) {
	end := min(l.pos+n, len(l.src))
	l.line += strings.Count(l.src[l.pos:end], "\n")
	l.pos = end
}

// skipTo moves behind the next place where end stands, or to the end of the source.
func (l *lexer) skipTo(end string) {
	i := strings.Index(l.src[l.pos:], end)
	if i < 0 {
		l.skip(len(l.src) - l.pos)
		return
	}
	l.skip(i + len(end))
}

// skipLine moves to the end of the line.
func (l *lexer) skipLine() {
	i := strings.IndexByte(l.src[l.pos:], '\n')
	if i < 0 {
		i = len(l.src) - l.pos
	}
	l.pos += i
}

// add makes a token of the next n bytes.
func (l *lexer) add(kind tokenKind, n int) {
	l.tokens = append(l.tokens, lexeme{kind: kind, text: l.src[l.pos : l.pos+n], line: l.line})
	l.skip(n)
}

// addWord makes a word of the bytes that are in words, or in extra.
func (l *lexer) addWord(extra string) {
	n := 1
	for l.pos+n < len(l.src) && (isWord(l.src[l.pos+n]) || strings.IndexByte(extra, l.src[l.pos+n]) >= 0) {
		n++
	}
	kind := word
	if c := l.src[l.pos]; c >= '0' && c <= '9' {
		kind = number
	}
	l.add(kind, n)
}

// quoted makes a string literal that ends with the byte it begins with, or, where it may not go over lines, at the line's end.
func (l *lexer) quoted(kind tokenKind, lines bool) {
	quote, n := l.src[l.pos], 1
	for ; l.pos+n < len(l.src); n++ {
		c := l.src[l.pos+n]
		if c == '\\' {
			n++
			continue
		}
		if c == quote || c == '\n' && !lines {
			break
		}
	}
	end := min(l.pos+n, len(l.src))
	l.tokens = append(l.tokens, lexeme{kind: kind, text: l.src[l.pos+1 : max(end, l.pos+1)], line: l.line})
	if end < len(l.src) && l.src[end] == quote {
		end++
	}
	l.skip(end - l.pos)
}

// delimited makes a string literal between open and end, without escapes.
func (l *lexer) delimited(open, end string, kind tokenKind) {
	from, line := l.pos+len(open), l.line
	l.skip(len(open))
	l.skipTo(end)
	to := l.pos
	if strings.HasSuffix(l.src[from:to], end) {
		to -= len(end)
	}
	l.tokens = append(l.tokens, lexeme{kind: kind, text: l.src[from:to], line: line})
}

// curly is how a language of C's family is written.
type curly struct {
	// hash tells that # begins a comment; nested that comments nest; char that ' begins a character and not a string.
	hash, nested, char bool
	// triple tells that """ begins a string; backtick that ` does.
	triple, backtick bool
	// lines tells that strings go over lines, raw that r#"…"# is one, verbatim that @"…" is, heredoc that <<<NAME begins one.
	lines, raw, verbatim, heredoc bool
	// letters are further bytes of words.
	letters string
	// pieces begin computed parts in double quotes ("$").
	pieces string
}

// lex makes the tokens of a language of C's family.
func (c curly) lex(l *lexer) []lexeme {
	for l.more() {
		switch b := l.src[l.pos]; {
		case b == ' ' || b == '\t' || b == '\r' || b == '\n':
			l.skip(1)
		case l.has("//"), c.hash && b == '#' && l.at(1) != '[':
			l.skipLine()
		case l.has("/*"):
			c.comment(l)
		case c.triple && l.has(`"""`):
			l.delimited(`"""`, `"""`, text)
		case c.raw && b == 'r' && (l.at(1) == '"' || l.at(1) == '#') && !(l.at(1) == '#' && isWord(l.at(2))):
			l.rawString()
		case c.verbatim && (l.has(`@"`) || l.has(`@$"`)):
			l.skip(1)
			if b = l.src[l.pos]; b == '$' {
				l.skip(1)
			}
			l.delimited(`"`, `"`, text) // a doubled quote ends it and begins the next
		case c.heredoc && l.has("<<<"):
			l.heredoc()
		case b == '"':
			at := len(l.tokens)
			l.quoted(text, c.lines)
			if c.pieces != "" && strings.Contains(l.tokens[at].text, c.pieces) {
				l.tokens[at].kind = pieced
			}
		case b == '\'' && c.char:
			c.character(l)
		case b == '\'' || b == '`' && c.backtick:
			l.quoted(text, c.lines)
		case isWord(b) || strings.IndexByte(c.letters, b) >= 0:
			l.addWord(c.letters)
		default:
			l.operator()
		}
	}
	return l.tokens
}

// operator makes one sign; those that join names are kept together.
func (l *lexer) operator() {
	for _, s := range [...]string{"?.", "::", "->", "=>", "?->", "!."} {
		if l.has(s) {
			l.add(sign, len(s))
			return
		}
	}
	l.add(sign, 1)
}

// rawString makes a string literal of Rust's r"…" and r#"…"#.
func (l *lexer) rawString() {
	n := 1
	for l.at(n) == '#' && n < 256 {
		n++
	}
	if l.at(n) != '"' {
		l.skip(n)
		return
	}
	hashes := strings.Repeat("#", n-1)
	l.skip(n)
	l.delimited(`"`, `"`+hashes, text)
}

// heredoc makes a string literal that ends with a line of its own.
func (l *lexer) heredoc() {
	l.skip(3)
	for l.at(0) == ' ' {
		l.skip(1)
	}
	if quote := l.at(0); quote == '\'' || quote == '"' {
		l.skip(1)
	}
	n := 0
	for isWord(l.at(n)) {
		n++
	}
	end := strings.IndexByte(l.src[l.pos:], '\n')
	if n == 0 || end < 0 {
		return
	}
	if l.unended++; l.unended > maxUnended {
		return
	}
	name, from, line := l.src[l.pos:l.pos+n], l.pos+end, l.line
	for at := from; at < len(l.src); {
		next := strings.IndexByte(l.src[at+1:], '\n')
		if next < 0 {
			next = len(l.src) - at - 1
		}
		if rest, ok := strings.CutPrefix(strings.TrimSpace(l.src[at+1:at+1+next]), name); ok && (rest == "" || !isWord(rest[0])) {
			l.tokens = append(l.tokens, lexeme{kind: pieced, text: l.src[from:at], line: line})
			l.skip(at + 1 - l.pos)
			l.skip(strings.Index(l.src[l.pos:], name) + n)
			l.unended--
			return
		}
		at += 1 + next
	}
	l.skip(n)
}

// masked is src with all but what stands between open and end made blank; lines stay.
func masked(src, open, end string) string {
	out := []byte(src)
	blank := func(from, to int) {
		for i := from; i < to; i++ {
			if out[i] != '\n' {
				out[i] = ' '
			}
		}
	}
	for at := 0; at < len(src); {
		i := strings.Index(src[at:], open)
		if i < 0 {
			blank(at, len(src))
			break
		}
		blank(at, at+i+len(open))
		at += i + len(open)
		if strings.HasPrefix(open, "<script") {
			if i = strings.IndexByte(src[at:], '>'); i >= 0 {
				blank(at, at+i+1)
				at += i + 1
			}
		}
		if i = strings.Index(src[at:], end); i < 0 {
			break
		}
		at += i
	}
	return string(out)
}

func (c curly) comment(l *lexer) {
	l.skip(2)
	if !c.nested {
		l.skipTo("*/")
		return
	}
	for depth := 1; depth > 0 && l.pos < len(l.src); {
		switch {
		case l.has("/*"):
			depth++
			l.skip(2)
		case l.has("*/"):
			depth--
			l.skip(2)
		default:
			l.skip(1)
		}
	}
}

// character moves over a character, or over a lifetime ('a) that looks like one.
func (c curly) character(l *lexer) {
	switch {
	case l.at(1) == '\\':
		l.skip(2)
		for i := 0; i < 12 && l.pos < len(l.src) && l.src[l.pos] != '\n'; i++ {
			end := l.src[l.pos] == '\'' && i > 0
			l.skip(1)
			if end {
				return
			}
		}
	default:
		for n := 2; n <= 5; n++ { // a character is at most four bytes
			if l.at(n) == '\'' {
				l.skip(n + 1)
				return
			}
		}
		l.skip(1)
	}
}
