package report

import (
	"io"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

const (
	// markdownLimit is the size of the whole text. GitHub refuses comments of more than 65,536 characters; bytes are
	// counted here, which are never fewer.
	markdownLimit = 65_000
	// markdownNote is kept free for the sentence about what was left out.
	markdownNote = 400
	// commentMark lets a pipeline find its earlier comment and replace it.
	commentMark = "<!-- reeve report -->\n"
)

// writeMarkdown writes a comment for a change: the answer, its reasons, then a folded section a finding, worst first, as
// many as fit. What is left out is counted. The advice of a rule stands with the first finding that names it.
func writeMarkdown(w io.Writer, r *finding.Result, opt Options) error {
	s := surveyOf(r, opt.Verbose)
	var b, foot strings.Builder
	markdownHead(&b, s)
	markdownFoot(&foot, s)
	room := markdownLimit - foot.Len() - markdownNote
	told := map[string]bool{}
	shown := 0
	for _, f := range s.shown {
		section := markdownFinding(s, f, !told[f.Rule])
		if b.Len()+len(section) > room {
			break
		}
		told[f.Rule] = true
		b.WriteString(section)
		shown++
	}
	if left := len(s.shown) - shown; left > 0 {
		rest := &survey{Result: r, counts: map[finding.Severity]int{}}
		for _, f := range s.shown[shown:] {
			rest.counts[f.Urgency()]++
		}
		b.WriteString("\n**Left out here: " + count(left, "finding", "findings") + "** (" + rest.tally() +
			"), because a comment holds 65,000 characters. The JSON, SARIF and HTML reports hold all of them.\n")
	}
	_, err := io.WriteString(w, b.String()+foot.String())
	return err
}

func markdownHead(b *strings.Builder, s *survey) {
	b.WriteString(commentMark + "## " + mdClip(toolName(s.Result), 100) + ": " + s.answer() + "\n\n")
	for i, sentence := range s.because() {
		if i == 10 {
			b.WriteString("- and " + count(len(s.because())-i, "more reason", "more reasons") + "\n")
			break
		}
		b.WriteString("- " + mdClip(sentence, 300) + "\n")
	}
	if len(s.because()) > 0 {
		b.WriteString("\n")
	}
	b.WriteString("**Found:** " + s.tally())
	if asides := s.asides(); asides != "" {
		b.WriteString("; besides " + asides)
	}
	b.WriteString("\n\n")
	if missing := s.missing(); missing != "" {
		b.WriteString("**" + missing + "** The list is at the end.\n\n")
	}
}

// markdownFinding is one folded section.
func markdownFinding(s *survey, f *finding.Finding, advise bool) string {
	var b strings.Builder
	rule := s.rule(f)
	open := ""
	if f.Verdict != nil && f.Verdict.Action == finding.Block {
		open = " open"
	}
	b.WriteString("<details" + open + "><summary><b>" + f.Urgency().String() + "</b> " + mdSummary(finding.Clip(headline(f, rule), 200)) +
		" — <code>" + xmlText(visible(finding.Clip(placeOf(&f.Location), 300))) + "</code></summary>\n\n")
	if f.Message != "" && f.Message != rule.Title {
		b.WriteString(mdParagraph(finding.Clip(fold(f.Message), 500)) + "\n\n")
	}
	if lines, left := visibleLines(f.Location.Snippet, 12); len(lines) > 0 {
		for i := range lines {
			lines[i] = numbered(f.Location.Region.StartLine, i) + finding.Clip(lines[i], 200)
		}
		if left > 0 {
			lines = append(lines, "("+count(left, "more line", "more lines")+")")
		}
		b.WriteString(mdFence(strings.Join(lines, "\n")))
	}
	if f.Fix.Text != "" {
		b.WriteString("**What to do here**\n\n" + mdProse(finding.Clip(f.Fix.Text, 2000)))
	}
	if advise {
		for _, a := range adviceOf(rule) {
			b.WriteString("**" + a.heading + "**\n\n" + mdProse(finding.Clip(a.text, 4000)))
		}
	}
	mdFacts(&b, f)
	b.WriteString("\n</details>\n\n")
	return b.String()
}

// numbered is what stands before the ith line of a snippet.
func numbered(start, i int) string {
	if start < 1 {
		return "| "
	}
	return itoa(start+i) + " | "
}

// mdFacts lists what is known about one finding.
func mdFacts(b *strings.Builder, f *finding.Finding) {
	item := func(label, text string) {
		if text != "" {
			b.WriteString("- " + label + ": " + mdClip(text, 500) + "\n")
		}
	}
	b.WriteString("- id: " + mdCode(f.Fingerprint.Short()) + ", rule: " + mdCode(finding.Clip(f.Rule, 100)) + "\n")
	item("confidence", sureness(f))
	item("in", logicalOf(&f.Location))
	if f.History != nil {
		item("history", story(f.History))
	}
	for _, known := range contextOf(f) {
		item(known.label, known.text)
	}
	item("also at", alsoAt(f, 3))
	if f.Verdict != nil {
		item(gateWord(f.Verdict), f.Verdict.Because)
	}
}

// markdownFoot tells what was looked at and what was not; lists and texts are short, so it stays below 10,000 bytes.
func markdownFoot(b *strings.Builder, s *survey) {
	troubles := engineTrouble(s.Result)
	for _, u := range s.Unread {
		troubles = append(troubles, u.What+": "+u.Why)
	}
	if len(troubles) > 0 {
		b.WriteString("\n**Not looked at, so the result is incomplete:**\n\n")
	}
	mdList(b, troubles, 10)
	b.WriteString("\n---\nLooked at " + mdText(lookedAt(&s.Looked)))
	if over := passedOver(&s.Looked); over != "" {
		b.WriteString("; skipped " + mdClip(over, 300))
	}
	if len(s.Times) > 0 {
		b.WriteString("; took " + mdClip(timeTaken(s.Times), 300))
	}
	b.WriteString(". " + mdClip(toolName(s.Result)+" "+s.Tool.Version, 100) + "\n")
	mdList(b, s.Notes, 5)
}

// mdList writes at most limit items and counts the rest.
func mdList(b *strings.Builder, items []string, limit int) {
	for i, item := range items {
		if i == limit {
			b.WriteString("- and " + count(len(items)-limit, "more", "more") + "\n")
			return
		}
		b.WriteString("- " + mdClip(item, 300) + "\n")
	}
}
