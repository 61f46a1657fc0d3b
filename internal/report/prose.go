package report

import (
	"strings"
)

// proseLimit bounds the Markdown of one text, in bytes.
const proseLimit = 1 << 16

// block is a piece of a rule's text. Rules are written in a small part of Markdown: paragraphs, headings (read as
// bold paragraphs), lists, fenced code, `code`, **bold** and https links. Everything else is plain text, so raw HTML,
// images and other links have no effect in any format.
type block struct {
	kind  blockKind
	spans []span
	// items are a list's; first is the number of an ordered list's first item, 0 for a bullet list.
	items [][]span
	first int
	// code is a code block's text.
	code string
}

type blockKind int

const (
	paragraph blockKind = iota
	listBlock
	codeBlock
)

// span is a run of text of one kind.
type span struct {
	kind spanKind
	text string
	url  string // of a link: https, checked by webLink
}

type spanKind int

const (
	plainSpan spanKind = iota
	boldSpan
	codeSpan
	linkSpan
)

// parseProse reads Markdown. It never fails: what it does not know is text.
func parseProse(markdown string) []block {
	p := proseParser{lines: splitLines(markdown[:min(len(markdown), proseLimit)])}
	for p.at < len(p.lines) {
		p.next()
	}
	return p.blocks
}

type proseParser struct {
	lines  []string
	at     int
	blocks []block
}

// next reads one block.
func (p *proseParser) next() {
	line := strings.TrimSpace(p.lines[p.at])
	number, _, item := listItem(line)
	switch {
	case line == "":
		p.at++
	case strings.HasPrefix(line, "```"):
		p.code()
	case item:
		p.list(number)
	case strings.HasPrefix(line, "#"):
		p.at++
		p.add(block{spans: []span{{kind: boldSpan, text: strings.TrimSpace(strings.TrimLeft(line, "#"))}}})
	default:
		p.add(block{spans: parseSpans(p.run(line))})
	}
}

func (p *proseParser) add(b block) { p.blocks = append(p.blocks, b) }

// code reads a fenced block; one that is not closed ends with the text.
func (p *proseParser) code() {
	p.at++
	var lines []string
	for ; p.at < len(p.lines); p.at++ {
		if strings.HasPrefix(strings.TrimSpace(p.lines[p.at]), "```") {
			p.at++
			break
		}
		lines = append(lines, p.lines[p.at])
	}
	p.add(block{kind: codeBlock, code: strings.Join(lines, "\n")})
}

// list reads items of one kind; an item goes on over indented lines.
func (p *proseParser) list(first int) {
	b := block{kind: listBlock, first: first}
	for p.at < len(p.lines) {
		number, text, item := listItem(strings.TrimSpace(p.lines[p.at]))
		if !item || (number > 0) != (first > 0) {
			break
		}
		b.items = append(b.items, parseSpans(p.run(text)))
		for p.at < len(p.lines) && strings.TrimSpace(p.lines[p.at]) == "" && p.itemFollows(first) {
			p.at++
		}
	}
	p.add(b)
}

// itemFollows tells whether the list goes on after a blank line.
func (p *proseParser) itemFollows(first int) bool {
	if p.at+1 >= len(p.lines) {
		return false
	}
	number, _, item := listItem(strings.TrimSpace(p.lines[p.at+1]))
	return item && (number > 0) == (first > 0)
}

// run joins a line with those that continue it.
func (p *proseParser) run(text string) string {
	var b strings.Builder
	b.WriteString(text)
	for p.at++; p.at < len(p.lines); p.at++ {
		line := strings.TrimSpace(p.lines[p.at])
		if _, _, item := listItem(line); line == "" || item || line[0] == '#' || strings.HasPrefix(line, "```") {
			break
		}
		b.WriteString(" " + line)
	}
	return b.String()
}

// listItem reads "- x", "* x" and "12. x".
func listItem(line string) (number int, text string, ok bool) {
	if len(line) > 2 && (line[0] == '-' || line[0] == '*') && line[1] == ' ' {
		return 0, strings.TrimSpace(line[2:]), true
	}
	i := 0
	for i < len(line) && i < 4 && line[i] >= '0' && line[i] <= '9' {
		number = number*10 + int(line[i]-'0')
		i++
	}
	if i == 0 || number == 0 || !strings.HasPrefix(line[i:], ". ") {
		return 0, "", false
	}
	return number, strings.TrimSpace(line[i+2:]), true
}

// parseSpans reads `code`, **bold**, [text](https://…) and <https://…> in one pass.
func parseSpans(s string) []span {
	var spans []span
	begin := 0
	take := func(upTo, next int, sp span) int {
		if upTo > begin {
			spans = append(spans, span{text: s[begin:upTo]})
		}
		spans = append(spans, sp)
		begin = next
		return next
	}
	for i := 0; i < len(s); {
		if sp, n := markedSpan(s[i:]); n > 0 {
			i = take(i, i+n, sp)
		} else {
			i++
		}
	}
	if begin < len(s) {
		spans = append(spans, span{text: s[begin:]})
	}
	return spans
}

// markedSpan reads one marked span at the start of s and gives its length, 0 if there is none.
// Marks must close within spanReach bytes, which also keeps the pass linear.
func markedSpan(s string) (span, int) {
	const spanReach = 2000
	near := s[:min(len(s), spanReach)]
	switch s[0] {
	case '`':
		if end := strings.IndexByte(near[1:], '`'); end > 0 {
			return span{kind: codeSpan, text: near[1 : 1+end]}, end + 2
		}
	case '*':
		if end := strings.Index(near[min(2, len(near)):], "**"); strings.HasPrefix(near, "**") && end > 0 {
			return span{kind: boldSpan, text: near[2 : 2+end]}, end + 4
		}
	case '<':
		if end := strings.IndexByte(near, '>'); end > 0 && webLink(near[1:end]) {
			return span{kind: linkSpan, text: near[1:end], url: near[1:end]}, end + 1
		}
	case '[':
		mid := strings.Index(near, "](")
		if mid < 2 || strings.ContainsAny(near[1:mid], "[]") {
			break
		}
		if end := strings.IndexByte(near[mid:], ')'); end > 2 && webLink(near[mid+2:mid+end]) {
			return span{kind: linkSpan, text: near[1:mid], url: near[mid+2 : mid+end]}, mid + end + 1
		}
	}
	return span{}, 0
}

// plainProse gives Markdown as plain text, one block a paragraph, for formats that know no markup.
func plainProse(markdown string) string {
	var b strings.Builder
	for i, bl := range parseProse(markdown) {
		if i > 0 {
			b.WriteString("\n")
		}
		for _, line := range proseLines(bl) {
			b.WriteString(line + "\n")
		}
	}
	return strings.TrimSpace(b.String())
}

// proseLines gives a block as unwrapped lines of plain text.
func proseLines(bl block) []string {
	switch bl.kind {
	case codeBlock:
		return splitLines(bl.code)
	case listBlock:
		lines := make([]string, len(bl.items))
		for i, item := range bl.items {
			lines[i] = itemMark(bl, i) + plainSpans(item)
		}
		return lines
	}
	return []string{plainSpans(bl.spans)}
}

func plainSpans(spans []span) string {
	var b strings.Builder
	for _, sp := range spans {
		b.WriteString(sp.text)
		if sp.kind == linkSpan && sp.url != sp.text {
			b.WriteString(" (" + sp.url + ")")
		}
	}
	return b.String()
}
