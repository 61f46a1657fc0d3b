package notify

import (
	"context"
	"net/http"
	"strings"
)

// slack sends to an incoming webhook of Slack. What is shown there are rich texts, which nobody parses; the text beside them is for notifications, and for
// programs that know no blocks, which do parse it.
func (c *call) slack(ctx context.Context) error {
	var elements []any
	section := func(inline ...any) {
		elements = append(elements, map[string]any{"type": "rich_text_section", "elements": inline})
	}
	plain := func(text string) any { return map[string]any{"type": "text", "text": text} }
	bold := func(text string) any {
		return map[string]any{"type": "text", "text": text, "style": map[string]bool{"bold": true}}
	}
	texts := []string{slackText(c.msg.Title)}
	section(bold(line(c.msg.Title, maxTitle)))
	for i := range c.msg.Items {
		item := &c.msg.Items[i]
		head := line(headline(&item.Finding), maxTitle)
		inline := []any{plain("\n• " + phrase(item.What) + ": ")}
		if link := c.worker.link(&item.Finding); link != "" {
			inline = append(inline, map[string]any{"type": "link", "url": link, "text": head})
		} else {
			inline = append(inline, bold(head))
		}
		if item.Why != "" {
			inline = append(inline, plain(" — "+line(item.Why, maxLine)))
		}
		section(inline...)
		if len(c.msg.Items) > 1 {
			texts = append(texts, "- "+slackText(phrase(item.What)+": "+head))
		}
	}
	if rest := more(c.msg); rest != "" {
		section(plain("\n" + rest))
		texts = append(texts, rest)
	}
	return c.worker.client.do(ctx, request{method: http.MethodPost, url: c.secret.URL, header: c.idempotent(), body: map[string]any{
		"text":   strings.Join(texts, "\n"),
		"blocks": []any{map[string]any{"type": "rich_text", "elements": elements}},
	}})
}

// idempotent names the delivery to a receiver that knows such a header.
func (c *call) idempotent() map[string]string { return map[string]string{"Idempotency-Key": c.id} }

// slackText escapes a text where it is parsed: Slack's own three characters, and what others read as mentions, links and styles.
func slackText(s string) string {
	return strings.NewReplacer(
		"&", "&amp;", "<", "&lt;", ">", "&gt;", "@", "@"+gap, "](", "]"+gap+"(", "*", gap+"*"+gap, "_", gap+"_"+gap, "~", gap+"~"+gap, "`", gap+"`"+gap, "://", ":"+gap+"//",
	).Replace(line(s, maxTitle))
}

// teams sends an Adaptive Card 1.4 to an incoming webhook of Microsoft Teams. Text runs are shown as they are; only TextBlocks know Markdown, and there are none.
func (c *call) teams(ctx context.Context) error {
	run := func(text string, style map[string]any) any {
		r := map[string]any{"type": "TextRun", "text": strings.ReplaceAll(text, "{{", "{"+gap+"{")}
		for k, v := range style {
			r[k] = v
		}
		return r
	}
	block := func(runs ...any) any { return map[string]any{"type": "RichTextBlock", "inlines": runs} }
	body := []any{block(run(line(c.msg.Title, maxTitle), map[string]any{"weight": "bolder", "size": "medium"}))}
	for i := range c.msg.Items {
		item := &c.msg.Items[i]
		style := map[string]any{"weight": "bolder"}
		if link := c.worker.link(&item.Finding); link != "" {
			style["selectAction"] = map[string]any{"type": "Action.OpenUrl", "url": link}
		}
		runs := []any{run(phrase(item.What)+": ", nil), run(line(headline(&item.Finding), maxTitle), style)}
		if item.Why != "" {
			runs = append(runs, run(" — "+line(item.Why, maxLine), map[string]any{"isSubtle": true}))
		}
		body = append(body, block(runs...))
	}
	if rest := more(c.msg); rest != "" {
		body = append(body, block(run(rest, nil)))
	}
	return c.worker.client.do(ctx, request{method: http.MethodPost, url: c.secret.URL, header: c.idempotent(), body: map[string]any{
		"type": "message",
		"attachments": []any{map[string]any{
			"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": nil,
			"content": map[string]any{"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4", "body": body},
		}},
	}})
}

// paragraphs are a message as plain text.
func (c *call) paragraphs() string {
	var b strings.Builder
	b.WriteString(line(c.msg.Title, maxTitle) + "\n")
	for i := range c.msg.Items {
		item := &c.msg.Items[i]
		b.WriteString("\n" + capital(phrase(item.What)) + ": " + line(headline(&item.Finding), maxTitle) + "\n")
		for _, f := range facts(item) {
			b.WriteString("  " + f.name + ": " + f.value + "\n")
		}
		if link := c.worker.link(&item.Finding); link != "" {
			b.WriteString("  " + link + "\n")
		}
	}
	if rest := more(c.msg); rest != "" {
		b.WriteString("\n" + rest + "\n")
	}
	return b.String()
}
