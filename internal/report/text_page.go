package report

import (
	"bufio"
	"io"
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"github.com/reevehq/reeve/internal/finding"
)

const (
	defaultWidth = 80
	minWidth     = 40
	maxWidth     = 120 // longer lines of prose are hard to read, whatever the terminal
)

// textPage lays out lines for a terminal. Only its line method writes, and what it is given was cleaned.
type textPage struct {
	w     *bufio.Writer
	opt   Options
	width int
	told  map[string]bool // the rules whose advice was given
	glyphs
}

// glyphs are the signs that are not words.
type glyphs struct{ across, down, topLeft, topRight, bottomLeft, bottomRight, under, more string }

func newTextPage(w io.Writer, opt Options) *textPage {
	t := &textPage{w: bufio.NewWriterSize(w, 1<<16), opt: opt, width: opt.Width}
	if t.width <= 0 {
		t.width = defaultWidth
	}
	t.width = max(minWidth, min(t.width, maxWidth))
	t.glyphs = glyphs{"─", "│", "╭", "╮", "╰", "╯", "━", "…"}
	if opt.ASCII {
		t.glyphs = glyphs{"-", "|", "+", "+", "+", "+", "^", "..."}
	}
	return t
}

// line writes one line. A line must not begin with "::", which GitHub's runner would take for a command.
func (t *textPage) line(s string) {
	s = strings.TrimRight(s, " ")
	if rest := strings.TrimLeft(s, " "); strings.HasPrefix(rest, "::") {
		s = s[:len(s)-len(rest)] + `\x3a` + rest[1:]
	}
	t.w.WriteString(s)
	t.w.WriteByte('\n')
}

// style is an ANSI "select graphic rendition" parameter (ECMA-48).
type style string

const (
	bold   style = "1"
	dim    style = "2"
	red    style = "31"
	green  style = "32"
	yellow style = "33"
	cyan   style = "36"
	alarm  style = "1;97;41" // white on red
)

func severityStyle(s finding.Severity) style {
	switch s {
	case finding.Critical:
		return alarm
	case finding.High:
		return "1;31"
	case finding.Medium:
		return "1;33"
	case finding.Low:
		return "1;34"
	}
	return dim
}

func (t *textPage) paint(st style, s string) string {
	if !t.opt.Colour || s == "" {
		return s
	}
	return "\x1b[" + string(st) + "m" + s + "\x1b[0m"
}

// clean makes outside text fit for this terminal.
func (t *textPage) clean(s string) string { return t.ascii(visible(s)) }

// ascii replaces what is not ASCII, where only ASCII is wanted.
func (t *textPage) ascii(s string) string {
	if !t.opt.ASCII || isASCII(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		b.WriteString(asciiRune(r))
	}
	return b.String()
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// asciiRune spells the punctuation that English text uses; the rest is escaped.
func asciiRune(r rune) string {
	switch r {
	case '→':
		return "->"
	case '…':
		return "..."
	case '–', '—':
		return "-"
	case '‘', '’':
		return "'"
	case '“', '”':
		return `"`
	case '×':
		return "x"
	}
	if r < 0x80 {
		return string(r)
	}
	return escapeRune(r)
}

// runeWidth is how many columns a character takes on a terminal (Unicode Standard Annex 11).
func runeWidth(r rune) int {
	if r < 0x300 {
		return 1
	}
	if unicode.In(r, unicode.Mn, unicode.Me) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

func textWidth(s string) int {
	if isASCII(s) {
		return len(s)
	}
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

// fit cuts cleaned text to at most n columns.
func (t *textPage) fit(s string, n int) string {
	if textWidth(s) <= n {
		return s
	}
	n -= textWidth(t.more)
	for i, r := range s {
		if n -= runeWidth(r); n < 0 {
			return s[:i] + t.more
		}
	}
	return s
}

func pad(s string, n int) string { return s + strings.Repeat(" ", max(0, n-textWidth(s))) }

// wrap breaks cleaned text at blanks into lines of at most n columns; a longer word is cut into pieces.
func wrap(s string, n int) []string {
	var lines []string
	line, used := "", 0
	flush := func() {
		if used > 0 {
			lines = append(lines, line)
		}
		line, used = "", 0
	}
	for word := range strings.FieldsSeq(s) {
		w := textWidth(word)
		if used > 0 && used+1+w > n {
			flush()
		}
		for w > n {
			cut := prefixOf(word, n)
			lines = append(lines, word[:cut])
			word = word[cut:]
			w = textWidth(word)
		}
		if used > 0 {
			line, used = line+" ", used+1
		}
		line, used = line+word, used+w
	}
	flush()
	return lines
}

// prefixOf gives the length in bytes of the longest prefix of at most n columns, at least one character.
func prefixOf(s string, n int) int {
	for i, r := range s {
		if n -= runeWidth(r); n < 0 && i > 0 {
			return i
		}
	}
	return len(s)
}

// labelled writes "label  text", the text wrapped and aligned under itself. At most limit lines (0: all).
func (t *textPage) labelled(label, s string, limit int) {
	t.block(label, wrap(t.clean(s), t.width-textIndent-labelWidth), limit)
}

// block writes lines that are wrapped already beside a label.
func (t *textPage) block(label string, lines []string, limit int) {
	if limit > 0 && len(lines) > limit {
		lines = append([]string(nil), lines[:limit]...)
		lines[limit-1] = t.trailOff(lines[limit-1], t.width-textIndent-labelWidth)
	}
	for _, line := range lines {
		t.line(indent + t.paint(dim, pad(label, labelWidth)) + line)
		label = ""
	}
}

// trailOff ends a line with an ellipsis, after a whole word.
func (t *textPage) trailOff(line string, room int) string {
	for textWidth(line)+1+textWidth(t.more) > room {
		cut := strings.LastIndexByte(line, ' ')
		if cut <= 0 {
			return t.fit(line, room)
		}
		line = strings.TrimRight(line[:cut], " ")
	}
	return line + " " + t.more
}

// ends writes text at both ends of a line, right aligned as far as there is room.
func (t *textPage) ends(left, right string, paintLeft, paintRight style) {
	left = t.fit(left, max(10, t.width-textWidth(right)-2))
	gap := strings.Repeat(" ", max(2, t.width-textWidth(left)-textWidth(right)))
	t.line(t.paint(paintLeft, left) + gap + t.paint(paintRight, right))
}
