package identity

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// maxText bounds what is read of a snippet or a message, in bytes.
const maxText = 16 << 10

// enough says how much code there was: any at all, and so much that equal code elsewhere is no accident.
type enough struct{ any, telling bool }

// code hashes a snippet without what formatters change: see coder. The name of the function around it does not count.
func (s *scratch) code(l *finding.Location) (digest, enough) {
	from := s.open(tagWhat)
	c := coder{b: s.b, from: from, self: enclosing(l)}
	c.lines(l)
	s.b = c.b
	return s.sum(), c.enough()
}

// line hashes the first line of the region alone: tools show more or less of what stands around it.
func (s *scratch) line(l *finding.Location) (digest, enough) {
	from := s.open(tagLine)
	c := coder{b: s.b, from: from, first: true}
	c.lines(l)
	s.b = c.b
	return s.sum(), c.enough()
}

// enclosing is the bare name of the function around a place, or "".
func enclosing(l *finding.Location) string {
	for i := len(l.Logical) - 1; i >= 0; i-- {
		if k := l.Logical[i].Kind; k == "function" || k == "member" {
			name := strings.TrimSuffix(l.Logical[i].Name, "()")
			return name[strings.LastIndexAny(name, ".#:/")+1:]
		}
	}
	return ""
}

// coder writes code in a form that does not depend on language, layout, comments, the style of quotes, trailing commas and semicolons.
// It is heuristic: what it takes for a comment in one look it takes for one in the next.
type coder struct {
	b     []byte
	from  int    // where the form begins in b
	self  string // a name that does not count
	first bool   // only the first line that holds code

	tokens  int
	word    bool // b ends in a word, so that a blank must stand before the next
	comma   bool // a comma waits for what follows it
	comment string
}

func (c *coder) enough() enough {
	return enough{any: c.tokens > 0, telling: c.tokens >= 3 && len(c.b)-c.from >= 12}
}

// lines feeds the lines of a snippet. Where the tool numbers them, only those of the region count and the numbers do not.
func (c *coder) lines(l *finding.Location) {
	text := l.Snippet[:min(len(l.Snippet), maxText)]
	start, end := l.Region.StartLine, max(l.Region.StartLine, l.Region.EndLine)
	numbers := numbered(text, start)
	for line := range strings.SplitSeq(text, "\n") {
		if numbers {
			n, rest := lineNumber(line)
			if n < start || n > end {
				continue
			}
			line = rest
		}
		c.line(line)
		if c.first && c.tokens > 0 {
			return
		}
	}
}

// numbered tells whether every line of a snippet begins with its number, as Bandit's ("12 x = 1") and gosec's ("12: x = 1") do.
func numbered(text string, start int) bool {
	if start <= 0 {
		return false
	}
	last, seen := 0, false
	for line := range strings.SplitSeq(text, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		n, _ := lineNumber(line)
		if n <= 0 || last > 0 && n != last+1 {
			return false
		}
		last, seen = n, seen || n == start
	}
	return seen
}

// lineNumber reads the number before a line, 0 where there is none.
func lineNumber(line string) (n int, rest string) {
	rest = strings.TrimLeft(line, " >\t")
	digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	if digits == 0 || digits > 8 {
		return 0, line
	}
	for _, d := range rest[:digits] {
		n = n*10 + int(d-'0')
	}
	rest = rest[digits:]
	if rest != "" && !strings.ContainsRune(" \t:|\r", rune(rest[0])) {
		return 0, line
	}
	return n, strings.TrimLeft(strings.TrimLeft(rest, " \t"), ":|")
}

// line feeds one line.
func (c *coder) line(line string) {
	line = strings.TrimRight(line, " \t\r")
	var unclosed [3]bool
	for i := 0; i < len(line); {
		if c.comment != "" {
			at := strings.Index(line[i:], c.comment)
			if at < 0 {
				return
			}
			i += at + len(c.comment)
			c.comment = ""
			continue
		}
		ch := line[i]
		if isWord(ch) {
			j := i + 1
			for j < len(line) && isWord(line[j]) {
				j++
			}
			c.emitWord(line[i:j])
			i = j
			continue
		}
		if ch <= ' ' || ch == ';' || ch == '\\' && i+1 == len(line) {
			i++
			continue
		}
		switch n, ends := commentAt(line, i); {
		case n > 0 && ends == "":
			return
		case n > 0:
			c.comment = ends
			i += n
		case ch == '"' || ch == '\'' || ch == '`':
			i = c.quoted(line, i, &unclosed)
		case ch == ',':
			c.flush(0)
			c.comma = true
			i++
		default:
			c.emit(ch)
			i++
		}
	}
}

// quoted feeds a string that closes on its line, else drops the quote.
func (c *coder) quoted(line string, i int, unclosed *[3]bool) int {
	kind := strings.IndexByte("\"'`", line[i])
	if unclosed[kind] {
		return i + 1
	}
	j := i + 1
	for j < len(line) && line[j] != line[i] {
		if line[j] == '\\' {
			j++
		}
		j++
	}
	if j >= len(line) {
		unclosed[kind] = true
		return i + 1
	}
	c.emit('"')
	for k := i + 1; k < j; {
		if !isWord(line[k]) {
			if line[k] > ' ' {
				c.emit(line[k])
			}
			k++
			continue
		}
		from := k
		for k < j && isWord(line[k]) {
			k++
		}
		c.emitWord(line[from:k])
	}
	c.emit('"')
	return j + 1
}

// flush writes a comma that waits, unless what follows closes a bracket.
func (c *coder) flush(next byte) {
	if c.comma && next != ')' && next != ']' && next != '}' {
		c.b = append(c.b, ',')
		c.tokens++
		c.word = false
	}
	c.comma = false
}

func (c *coder) emit(ch byte) {
	c.flush(ch)
	c.b = append(c.b, ch)
	c.tokens++
	c.word = false
}

func (c *coder) emitWord(w string) {
	c.flush('w')
	if c.word {
		c.b = append(c.b, ' ')
	}
	if w == c.self {
		w = "\x00"
	}
	c.b = append(c.b, w...)
	c.tokens++
	c.word = true
}

// commentAt tells whether a comment begins at line[i]: n is the length of its opening, ends what closes it, "" for the end of the line. Marks that
// are also operators count only where people write comments: at the beginning of a line or behind a blank, with a blank behind them.
func commentAt(line string, i int) (n int, ends string) {
	rest := line[i:]
	open := i == 0 || line[i-1] <= ' '
	blank := func(at int) bool { return at >= len(rest) || rest[at] <= ' ' }
	switch rest[0] {
	case '/':
		if strings.HasPrefix(rest, "/*") {
			return 2, "*/"
		}
		if strings.HasPrefix(rest, "//") && (open || strings.IndexByte(";{})],", line[i-1]) >= 0) {
			return len(rest), ""
		}
	case '#':
		if open && (blank(1) || rest[1] == '#' || rest[1] == '!' && i == 0) {
			return len(rest), ""
		}
	case '-':
		if open && strings.HasPrefix(rest, "--") && blank(2) {
			return len(rest), ""
		}
	case '<':
		if strings.HasPrefix(rest, "<!--") {
			return 4, "-->"
		}
	}
	return 0, ""
}

// isWord tells what names and numbers are made of; bytes of other scripts are letters.
func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '$' || c >= 0x80
}
