package lockfile

import "strings"

// rubyKind is the kind of a piece of Ruby.
type rubyKind uint8

const (
	rubyWord   rubyKind = iota + 1
	rubyString          // its text is the value
	rubySymbol          // without the colon
	rubyLabel           // "group:", without the colon
	rubyWords           // %w[a b], the words with spaces between them
	rubyMark            // an operator or bracket
	rubyNumber
	rubyEnd // the end of a line or ";"
)

// rubyToken is a piece of Ruby with its line.
type rubyToken struct {
	kind rubyKind
	text string
	line int
	// dynamic tells that the text is computed in part, as with "#{…}".
	dynamic bool
}

func (t rubyToken) is(kind rubyKind, text string) bool { return t.kind == kind && t.text == text }

// rubyLexer cuts Ruby into pieces, well enough for Gemfiles and gemspecs. It evaluates nothing.
type rubyLexer struct {
	text     string
	at, line int
	tokens   []rubyToken
	heredocs []string // terminators whose text begins on the next line
	noRegexp int      // up to where no regular expression ends
}

// lexRuby cuts a file into pieces. A text or comment that does not end is an error.
func lexRuby(data []byte) ([]rubyToken, error) {
	l := &rubyLexer{text: strings.ReplaceAll(string(data), "\r\n", "\n"), line: 1}
	for l.at < len(l.text) {
		if err := l.next(); err != nil {
			return nil, err
		}
	}
	l.add(rubyEnd, "", l.line)
	return l.tokens, nil
}

func (l *rubyLexer) add(kind rubyKind, text string, line int) {
	l.tokens = append(l.tokens, rubyToken{kind: kind, text: text, line: line})
}

func (l *rubyLexer) rest() string { return l.text[l.at:] }

// afterValue tells that the last piece is a value, so that what follows is an operator.
func (l *rubyLexer) afterValue() bool {
	if len(l.tokens) == 0 {
		return false
	}
	switch t := l.tokens[len(l.tokens)-1]; t.kind {
	case rubyString, rubySymbol, rubyNumber, rubyWords:
		return true
	case rubyWord:
		// A word with a space after it may be a call: "gem %q<x>".
		return l.at > 0 && l.text[l.at-1] != ' ' && l.text[l.at-1] != '\t'
	case rubyMark:
		return t.text == ")" || t.text == "]" || t.text == "}"
	}
	return false
}

func (l *rubyLexer) next() error {
	if l.at == 0 || l.text[l.at-1] == '\n' {
		if done, err := l.lineStart(); done || err != nil {
			return err
		}
	}
	c := l.text[l.at]
	switch {
	case c == '\n':
		l.add(rubyEnd, "", l.line)
		l.at++
		l.line++
	case c == ';':
		l.add(rubyEnd, ";", l.line)
		l.at++
	case c == ' ' || c == '\t' || c == '\r' || c == '\f':
		l.at++
	case c == '\\' && strings.HasPrefix(l.rest(), "\\\n"):
		l.at += 2
		l.line++
	case c == '#':
		if end := strings.IndexByte(l.rest(), '\n'); end >= 0 {
			l.at += end
		} else {
			l.at = len(l.text)
		}
	case c == '"' || c == '\'' || c == '`':
		return l.quoted(c)
	case c == '%' && !l.afterValue():
		return l.percent()
	case c == '/' && !l.afterValue():
		l.regexp()
	case c == ':':
		return l.colon()
	case c >= '0' && c <= '9':
		l.run(rubyNumber)
	case rubyLetter(c) || c == '@' || c == '$':
		l.word()
	case strings.HasPrefix(l.rest(), "<<"):
		l.heredoc()
	default:
		l.mark()
	}
	return nil
}

// lineStart passes over what has a meaning at the start of a line only: block comments, the end of the program, heredocs.
func (l *rubyLexer) lineStart() (bool, error) {
	if len(l.heredocs) > 0 {
		line, _, more := strings.Cut(l.rest(), "\n")
		if strings.TrimSpace(line) == l.heredocs[0] {
			l.heredocs = l.heredocs[1:]
		}
		l.at += len(line)
		if more {
			l.at++
			l.line++
		} else if len(l.heredocs) > 0 {
			return true, errorAt(l.line, "a text does not end")
		}
		return true, nil
	}
	if strings.HasPrefix(l.rest(), "__END__") {
		l.at = len(l.text)
		return true, nil
	}
	if strings.HasPrefix(l.rest(), "=begin") {
		end := strings.Index(l.rest(), "\n=end")
		if end < 0 {
			return true, errorAt(l.line, "a comment does not end")
		}
		l.line += strings.Count(l.text[l.at:l.at+end+5], "\n")
		l.at += end + 5
		return true, nil
	}
	return false, nil
}

// quoted reads a text in quotes.
func (l *rubyLexer) quoted(quote byte) error {
	l.at++
	line := l.line
	text, dynamic, ok := l.until(0, quote, quote != '\'')
	if !ok {
		return errorAt(line, "a text does not end")
	}
	t := rubyToken{kind: rubyString, text: text, line: line, dynamic: dynamic || quote == '`'}
	if l.at < len(l.text) && l.text[l.at] == ':' && !strings.HasPrefix(l.rest(), "::") && quote != '`' && l.labelMayStand() {
		t.kind = rubyLabel
		l.at++
	}
	l.tokens = append(l.tokens, t)
	return nil
}

// labelMayStand tells that a label could stand here, and that the colon is not the second part of "a ? b : c".
func (l *rubyLexer) labelMayStand() bool {
	if len(l.tokens) == 0 {
		return false
	}
	t := l.tokens[len(l.tokens)-1]
	return t.kind == rubyWord || t.kind == rubyEnd || t.kind == rubyMark && strings.Contains("{(,", t.text)
}

// until reads up to the closing byte; open is the opening one where the two nest, else 0.
func (l *rubyLexer) until(open, closing byte, escapes bool) (text string, dynamic, ok bool) {
	var b strings.Builder
	depth := 0
	for ; l.at < len(l.text); l.at++ {
		c := l.text[l.at]
		switch {
		case c == '\\' && l.at+1 < len(l.text):
			l.at++
			c = l.text[l.at]
			if escapes && c != closing && c != '\\' && c != '"' && c != '#' {
				b.WriteByte('\\') // escapes stay as written: no name or version has one
			}
		case c == closing && depth == 0:
			l.at++
			return b.String(), dynamic, true
		case c == closing:
			depth--
		case open != 0 && c == open:
			depth++
		case c == '#' && escapes && l.at+1 < len(l.text) && l.text[l.at+1] == '{':
			dynamic = true
		}
		if c == '\n' {
			l.line++
		}
		b.WriteByte(c)
	}
	return "", false, false
}

// percent reads %w[…], %i[…], %q(…), %Q{…} and %(…).
func (l *rubyLexer) percent() error {
	start, line := l.at, l.line
	l.at++
	kind := byte('Q')
	if l.at < len(l.text) && strings.IndexByte("wWiIqQ", l.text[l.at]) >= 0 {
		kind = l.text[l.at]
		l.at++
	}
	if l.at >= len(l.text) || strings.IndexByte("([{<|!/", l.text[l.at]) < 0 {
		l.at = start
		l.mark()
		return nil
	}
	open, closing := l.text[l.at], l.text[l.at]
	if i := strings.IndexByte("([{<", open); i >= 0 {
		closing = ")]}>"[i]
	} else {
		open = 0
	}
	l.at++
	text, dynamic, ok := l.until(open, closing, strings.IndexByte("WIQ", kind) >= 0)
	if !ok {
		return errorAt(line, "a text does not end")
	}
	t := rubyToken{kind: rubyString, text: text, line: line, dynamic: dynamic}
	if strings.IndexByte("wWiI", kind) >= 0 {
		t.kind = rubyWords
	}
	l.tokens = append(l.tokens, t)
	return nil
}

// regexp passes over a regular expression, which is no literal of interest.
func (l *rubyLexer) regexp() {
	i := max(l.at+1, l.noRegexp)
	for ; i < len(l.text) && l.text[i] != '\n'; i++ {
		switch l.text[i] {
		case '\\':
			i++
		case '/':
			l.tokens = append(l.tokens, rubyToken{kind: rubyString, line: l.line, dynamic: true})
			l.at = i + 1
			return
		}
	}
	l.noRegexp = i
	l.mark()
}

// colon reads a symbol or a mark with a colon.
func (l *rubyLexer) colon() error {
	rest := l.rest()
	switch {
	case strings.HasPrefix(rest, "::"):
		l.add(rubyMark, "::", l.line)
		l.at += 2
	case len(rest) > 1 && (rest[1] == '"' || rest[1] == '\''):
		l.at++
		if err := l.quoted(rest[1]); err != nil {
			return err
		}
		l.tokens[len(l.tokens)-1].kind = rubySymbol
	case len(rest) > 1 && rubyLetter(rest[1]):
		l.at++
		l.run(rubySymbol)
	default:
		l.mark()
	}
	return nil
}

// run reads letters and digits as one piece.
func (l *rubyLexer) run(kind rubyKind) {
	start := l.at
	for l.at < len(l.text) && (rubyLetter(l.text[l.at]) || l.text[l.at] >= '0' && l.text[l.at] <= '9') {
		l.at++
	}
	l.add(kind, l.text[start:l.at], l.line)
}

// word reads a name, or a label where a colon follows it.
func (l *rubyLexer) word() {
	start := l.at
	for l.at < len(l.text) && (l.text[l.at] == '@' || l.text[l.at] == '$') {
		l.at++
	}
	for l.at < len(l.text) && (rubyLetter(l.text[l.at]) || l.text[l.at] >= '0' && l.text[l.at] <= '9') {
		l.at++
	}
	if l.at < len(l.text) && (l.text[l.at] == '?' || l.text[l.at] == '!') && !strings.HasPrefix(l.text[l.at+1:], "=") {
		l.at++
	}
	text := l.text[start:l.at]
	if strings.HasPrefix(l.rest(), ":") && !strings.HasPrefix(l.rest(), "::") {
		l.at++
		l.add(rubyLabel, text, l.line)
		return
	}
	l.add(rubyWord, text, l.line)
}

// heredoc notes that the lines after this one are a text.
func (l *rubyLexer) heredoc() {
	name := strings.TrimLeft(l.rest()[2:], "~-")
	quote := byte(0)
	if name != "" && strings.IndexByte("\"'`", name[0]) >= 0 {
		quote, name = name[0], name[1:]
	}
	end := 0
	for end < len(name) && (name[end] >= 'A' && name[end] <= 'Z' || name[end] == '_' || quote != 0 && name[end] != quote && name[end] != '\n') {
		end++
	}
	if end == 0 || quote != 0 && !strings.HasPrefix(name[end:], string(quote)) {
		l.add(rubyMark, "<<", l.line)
		l.at += 2
		return
	}
	l.heredocs = append(l.heredocs, name[:end])
	l.at = len(l.text) - len(name) + end
	if quote != 0 {
		l.at++
	}
	l.tokens = append(l.tokens, rubyToken{kind: rubyString, line: l.line, dynamic: true})
}

// mark reads an operator or bracket.
func (l *rubyLexer) mark() {
	for _, two := range []string{"=>", "==", "!=", ">=", "<=", "&&", "||", "+=", "**", "=~", "&."} {
		if strings.HasPrefix(l.rest(), two) {
			l.add(rubyMark, two, l.line)
			l.at += 2
			return
		}
	}
	l.add(rubyMark, l.text[l.at:l.at+1], l.line)
	l.at++
}

func rubyLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}
