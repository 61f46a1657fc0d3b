package report

import (
	"bufio"
	"strings"
)

// Prose gives a rule's Markdown as HTML for a page: paragraphs, lists, code and https links; everything else in it is text.
func Prose(markdown string) string {
	var b strings.Builder
	p := &htmlPage{w: bufio.NewWriter(&b)}
	p.prose(markdown)
	_ = p.w.Flush() // a strings.Builder takes everything
	return b.String()
}
