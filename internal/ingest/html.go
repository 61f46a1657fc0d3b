package ingest

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
)

// flat makes plain text of HTML: tags go, blocks become lines, entities become characters.
func flat(html string) string {
	if !strings.ContainsAny(html, "<&") {
		return strings.TrimSpace(html)
	}
	return plainHTML(html)
}

// plainHTML makes plain text of HTML: what begins and ends a block begins a new line, and what runs or styles is left out.
func plainHTML(text string) string {
	z := html.NewTokenizer(strings.NewReader(text))
	var b strings.Builder
	atStart := func() bool {
		line := b.String()[strings.LastIndexByte(b.String(), '\n')+1:]
		return line == "" || line == "- "
	}
	quiet := 0
	for {
		token := z.Next()
		switch token {
		case html.ErrorToken:
			return tidy(b.String())
		case html.TextToken:
			if part := z.Text(); quiet == 0 && (!atStart() || len(bytes.TrimSpace(part)) > 0) {
				b.Write(part)
			}
			continue
		}
		name, _ := z.TagName()
		switch string(name) {
		case "script", "style":
			if token == html.StartTagToken {
				quiet++
			} else {
				quiet = max(0, quiet-1)
			}
		case "br":
			b.WriteByte('\n')
		case "p", "div", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "ul", "ol", "li", "table", "blockquote", "dl", "dt", "dd":
			if !atStart() {
				b.WriteByte('\n')
			}
			if string(name) == "li" && token == html.StartTagToken {
				b.WriteString("- ")
			}
		}
	}
}

// tidy drops blanks at line ends and more than one empty line.
func tidy(s string) string {
	var out []string
	for line := range strings.Lines(s) {
		line = strings.TrimSpace(line)
		if line == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, line)
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}
