package ingest

import (
	"strings"

	"golang.org/x/net/html"
)

// plainHTML makes plain text of HTML.
func plainHTML(text string) string {
	z := html.NewTokenizer(strings.NewReader(text))
	var b strings.Builder
	quiet := 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			return tidy(b.String())
		case html.TextToken:
			if quiet == 0 {
				b.Write(z.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			switch string(name) {
			case "script", "style":
				quiet++
			case "li":
				b.WriteString("\n- ")
			case "p", "br", "div", "tr", "h1", "h2", "h3", "h4", "pre", "ul", "ol":
				b.WriteByte('\n')
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); quiet > 0 && (string(name) == "script" || string(name) == "style") {
				quiet--
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
