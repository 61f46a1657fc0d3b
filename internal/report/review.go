package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/review"
)

// ReviewFormats are the formats of what a person must look at.
func ReviewFormats() []string { return []string{"text", "markdown", "json"} }

// Review writes what a person must look at: text for a terminal, markdown for a comment on a pull request, json for programs.
func Review(w io.Writer, r *review.Result, format string, opt Options) error {
	switch format {
	case "text":
		return reviewText(w, r, opt)
	case "markdown":
		return reviewMarkdown(w, r)
	case "json":
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		if r.Reviews == nil {
			empty := *r
			empty.Reviews = []review.Review{}
			r = &empty
		}
		return encoder.Encode(r)
	}
	return fmt.Errorf("format %q: want one of %s", format, strings.Join(ReviewFormats(), ", "))
}

// split parts what needs a review from what a glance is enough for.
func split(r *review.Result) (full, glances []review.Review) {
	for _, one := range r.Reviews {
		if one.Weight == review.Full {
			full = append(full, one)
		} else {
			glances = append(glances, one)
		}
	}
	return full, glances
}

// reviewHead says in one line what there is to do.
func reviewHead(r *review.Result, full []review.Review) string {
	switch {
	case r.Files == 0:
		return "Nothing changed"
	case len(full) == 0:
		return "Nothing here needs a person's review"
	}
	hours := full[0].Hours
	var titles []string
	for _, one := range full {
		hours = min(hours, one.Hours)
		titles = append(titles, strings.ToLower(one.Title[:1])+one.Title[1:])
	}
	return fmt.Sprintf("A person should look at this within %d hours: %s", hours, strings.Join(titles, ", "))
}

func reviewFoot(r *review.Result) string {
	text := "Compared " + count(r.Files, "changed file", "changed files")
	if r.Passed > 0 {
		text += fmt.Sprintf("; tests, documentation and code of others among them: %d", r.Passed)
	}
	return text + "."
}

// placed says where a place is, in the words of outside.
func placed(p *review.Place) string {
	at := fmt.Sprintf("%s:%d", p.Path, p.Line)
	if p.Function != "" {
		at += " " + p.Function
	}
	return at
}

// became says what became of a place, and why it is told.
func became(p *review.Place, of *review.Review) string {
	text := p.Change
	if p.Because != "" {
		text += ": " + p.Because
	}
	if p.Weight == review.Glance && of.Weight == review.Full {
		text += " (a glance is enough)"
	}
	return text
}

// The most places that are shown of one kind.
const reviewPlaces = 12

func reviewText(w io.Writer, r *review.Result, opt Options) error {
	t := newTextPage(w, opt)
	full, glances := split(r)
	lines := func(indent, text string) {
		for _, line := range wrap(text, t.width-len(indent)) {
			t.line(indent + t.ascii(line))
		}
	}
	places := func(one *review.Review) {
		for i := range one.Places {
			if i == reviewPlaces && !opt.Verbose {
				t.line("  " + fmt.Sprintf("and %d more (--verbose shows them)", len(one.Places)-i))
				break
			}
			p := &one.Places[i]
			t.line("  " + t.paint(bold, t.clean(placed(p))))
			t.line("    " + t.clean(became(p, one)))
		}
		t.line("")
	}
	lines("", reviewHead(r, full)+".")
	t.line("")
	for i := range full {
		one := &full[i]
		t.line(t.paint(bold, t.ascii(one.Title)) + fmt.Sprintf(", within %d hours", one.Hours))
		lines("  ", fold(one.Why))
		t.line("")
		places(one)
		for _, question := range one.Checklist {
			for n, line := range wrap(question, t.width-6) {
				t.line([]string{"  [ ] ", "      "}[min(n, 1)] + t.ascii(line))
			}
		}
		t.line("")
	}
	for i := range glances {
		t.line(t.paint(bold, t.ascii(glances[i].Title)) + ", a glance is enough")
		places(&glances[i])
	}
	for _, note := range r.Notes {
		lines("", "note: "+t.clean(note))
	}
	t.line(t.ascii(reviewFoot(r)))
	return t.w.Flush()
}

// reviewMark lets a pipeline find its earlier comment and replace it.
const reviewMark = "<!-- reeve review -->\n"

// reviewMarkdown writes a comment, with as many places as one holds.
func reviewMarkdown(w io.Writer, r *review.Result) error {
	text := ""
	for _, most := range []int{reviewPlaces, 5, 1} {
		if text = reviewComment(r, most); len(text) <= markdownLimit {
			break
		}
	}
	_, err := io.WriteString(w, text)
	return err
}

func reviewComment(r *review.Result, most int) string {
	var b strings.Builder
	full, glances := split(r)
	b.WriteString(reviewMark + "## " + reviewHead(r, full) + "\n\n")
	for i := range full {
		one := &full[i]
		fmt.Fprintf(&b, "### %s (within %d hours)\n\n%s\n\n", one.Title, one.Hours, fold(one.Why))
		reviewList(&b, one, most)
		b.WriteString("\n")
		for _, question := range one.Checklist {
			b.WriteString("- [ ] " + question + "\n")
		}
		b.WriteString("\n")
	}
	if len(glances) > 0 {
		b.WriteString("<details><summary>A glance is enough for the rest</summary>\n\n")
		for i := range glances {
			b.WriteString("**" + glances[i].Title + "**\n\n")
			reviewList(&b, &glances[i], most)
			b.WriteString("\n")
		}
		b.WriteString("</details>\n\n")
	}
	mdList(&b, r.Notes, 5)
	b.WriteString("---\n" + reviewFoot(r) + "\n")
	return b.String()
}

func reviewList(b *strings.Builder, one *review.Review, most int) {
	for i := range one.Places {
		if i == most {
			fmt.Fprintf(b, "- and %d more\n", len(one.Places)-i)
			return
		}
		p := &one.Places[i]
		fmt.Fprintf(b, "- %s %s\n", mdCode(finding.Clip(placed(p), 300)), mdClip(became(p, one), 200))
	}
}
