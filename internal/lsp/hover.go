package lsp

import (
	"fmt"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// maxPage bounds what is said about a place, in bytes.
const maxPage = 16 << 10

// hover explains the findings at a place; null where there is none.
func (s *server) hover(r request) (any, error) {
	var p hoverParams
	if err := r.read(&p); err != nil {
		return nil, err
	}
	d := s.documents[p.TextDocument.URI]
	if d == nil {
		return nil, nil
	}
	var result *hoverResult
	var pages []string
	for _, one := range d.current() {
		if !one.diagnostic.Range.meets(span{p.Position, p.Position}) {
			continue
		}
		if result == nil {
			result = &hoverResult{Range: one.diagnostic.Range}
		}
		pages = append(pages, one.page)
	}
	if result == nil {
		return nil, nil
	}
	result.Contents = markupContent{Kind: "markdown", Value: clipped(strings.Join(pages, "\n\n---\n\n"), maxPage)}
	return result, nil
}

// page explains a finding: what is wrong, why it matters, what to do. It is made of the rule's text and the masked message, never of a value.
func page(f *finding.Finding, rule finding.Rule) string {
	var b strings.Builder
	title := rule.Title
	if title == "" {
		title = f.Message
	}
	fmt.Fprintf(&b, "**%s**\n\n`%s` · %s", title, f.Rule, f.Severity)
	for _, section := range []struct{ heading, text string }{
		{"Why", rule.Why}, {"Fix", firstOf(f.Fix.Text, rule.Fix)}, {"Revoke", rule.Revoke},
	} {
		if text := strings.TrimSpace(section.text); text != "" {
			fmt.Fprintf(&b, "\n\n**%s**\n\n%s", section.heading, text)
		}
	}
	return b.String()
}

func firstOf(a, b string) string {
	if strings.TrimSpace(a) != "" {
		return a
	}
	return b
}
