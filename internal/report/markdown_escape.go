package report

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// unlink is a zero-width space. Behind "@", "#" and the like it keeps a forge from making a mention or a reference of
// outside text; that happens on the rendered page, where no Markdown escape reaches.
const unlink = "\u200b"

// mdSpecial escapes what Markdown (GitHub's and GitLab's) gives a meaning.
var mdSpecial = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "(", `\(`, ")", `\)`, "|", `\|`, "~", `\~`,
	"{", `\{`, "}", `\}`, "<", "&lt;", ">", "&gt;", "&", "&amp;", "$", "<span>$</span>",
	"@", "@"+unlink, "#", "#"+unlink, "!", "!"+unlink, "%", "%"+unlink, "^", "^"+unlink,
	"://", ":"+unlink+"//", "www.", "www"+unlink+".", "WWW.", "WWW"+unlink+".", "mailto:", "mailto"+unlink+":", "xmpp:", "xmpp"+unlink+":",
)

// mdText makes outside text plain text inside a line of Markdown: no markup, no HTML, no link, no mention, no table cell.
func mdText(s string) string { return mdSpecial.Replace(visible(s)) }

// mdClip is mdText of at most n characters; escapes may make half as many bytes more, never many times.
func mdClip(s string, n int) string {
	text := mdText(finding.Clip(s, n))
	for most := n + n/2; len(text) > most; {
		n /= 2
		text = mdText(finding.Clip(s, n))
	}
	return text
}

// mdParagraph is mdText where it begins a line.
func mdParagraph(s string) string { return lineStart(mdText(s)) }

// lineStart keeps Markdown from reading the begin of a line: "-", "+", "=" and digits could begin a list or a heading,
// "::" a workflow command in a log.
func lineStart(markdown string) string {
	if markdown != "" && strings.ContainsRune("-+=:0123456789", rune(markdown[0])) {
		return unlink + markdown
	}
	return markdown
}

// mdSummary is for text inside an HTML element, where Markdown's own escapes do not work. Inside <code> nothing is
// linked, so there xmlText alone will do.
func mdSummary(s string) string {
	var b strings.Builder
	for _, r := range visible(s) {
		b.WriteString(xmlText(string(r)))
		if strings.ContainsRune("@#!%^$~:", r) {
			b.WriteString(unlink)
		}
	}
	return strings.NewReplacer("www.", "www"+unlink+".", "WWW.", "WWW"+unlink+".").Replace(b.String())
}

// mdCode sets outside text as a code span, with a fence longer than any run of backticks in it.
func mdCode(s string) string {
	s = strings.ReplaceAll(visible(s), "|", `\|`)
	fence := strings.Repeat("`", longestRun(s, '`')+1)
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") || s == "" {
		s = " " + s + " "
	}
	return fence + s + fence
}

// mdFence sets cleaned lines as a code block.
func mdFence(code string) string {
	fence := strings.Repeat("`", max(3, longestRun(code, '`')+1))
	return fence + "text\n" + code + "\n" + fence + "\n\n"
}

func longestRun(s string, c byte) int {
	longest, run := 0, 0
	for i := 0; i < len(s); i++ {
		if s[i] != c {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// mdProse writes a rule's Markdown again from what parseProse understood, so that nothing else gets through. A link
// shows where it leads.
func mdProse(markdown string) string {
	var b strings.Builder
	for _, bl := range parseProse(markdown) {
		switch bl.kind {
		case codeBlock:
			lines, _ := visibleLines(bl.code, 100)
			b.WriteString(mdFence(strings.Join(lines, "\n")))
		case listBlock:
			for i, item := range bl.items {
				b.WriteString(itemMark(bl, i) + mdSpans(item) + "\n")
			}
			b.WriteString("\n")
		default:
			b.WriteString(lineStart(mdSpans(bl.spans)) + "\n\n")
		}
	}
	return b.String()
}

func mdSpans(spans []span) string {
	var b strings.Builder
	for _, sp := range spans {
		switch sp.kind {
		case codeSpan:
			b.WriteString(mdCode(sp.text))
		case boldSpan:
			b.WriteString("**" + strings.TrimSpace(mdText(sp.text)) + "**")
		case linkSpan:
			if sp.text != sp.url {
				b.WriteString(mdText(sp.text) + " ")
			}
			b.WriteString("<" + sp.url + ">")
		default:
			b.WriteString(mdText(sp.text))
		}
	}
	return b.String()
}
