package report

import (
	"strings"
)

// briefUnread is how many unread things the brief form names, briefNotes how many notes.
const (
	briefUnread = 5
	briefNotes  = 5
)

// summary writes the box at the end: the answer, its reasons, the counts, what was looked at, what was not, and the time.
func (t *textPage) summary(s *survey) {
	t.line(t.topLeft + strings.Repeat(t.across, t.width-2) + t.topRight)
	answer := s.answer()
	t.boxed(t.paint(answerStyle(answer), answer), textWidth(answer))
	for _, sentence := range s.because() {
		for _, line := range wrap(t.clean(sentence), t.width-4) {
			t.boxed(line, textWidth(line))
		}
	}
	t.boxed("", 0)
	t.boxedText("found", s.tally())
	if asides := s.asides(); asides != "" && t.opt.Verbose {
		t.boxedText("", asides)
	} else if asides != "" {
		t.boxedText("", asides+" (--verbose shows all)")
	}
	t.boxedText("looked at", lookedAt(&s.Looked))
	if over := passedOver(&s.Looked); over != "" {
		t.boxedText("skipped", over)
	}
	t.trouble(s)
	t.notes(s)
	if len(s.Times) > 0 {
		t.boxedText("took", timeTaken(s.Times))
	}
	t.line(t.bottomLeft + strings.Repeat(t.across, t.width-2) + t.bottomRight)
}

// notes are facts the reader needs to judge the result; the brief form gives the first.
func (t *textPage) notes(s *survey) {
	shown := s.Notes
	if !t.opt.Verbose && len(shown) > briefNotes+1 {
		shown = shown[:briefNotes]
	}
	for _, note := range shown {
		t.boxedText("note", note)
	}
	if left := len(s.Notes) - len(shown); left > 0 {
		t.boxedText("", "and "+count(left, "more note", "more notes")+" (--verbose shows all)")
	}
}

// trouble names what could not be looked at.
func (t *textPage) trouble(s *survey) {
	for _, sentence := range engineTrouble(s.Result) {
		t.boxedText("failed", sentence)
	}
	if len(s.Unread) == 0 {
		return
	}
	t.boxedText("not read", count(len(s.Unread), "thing", "things")+"; the result is incomplete")
	shown := s.Unread
	if !t.opt.Verbose && len(shown) > briefUnread {
		shown = shown[:briefUnread]
	}
	for _, u := range shown {
		t.boxedText("", u.What+": "+u.Why)
	}
	if left := len(s.Unread) - len(shown); left > 0 {
		t.boxedText("", "and "+count(left, "more", "more"))
	}
}

// boxedText writes a label and its text, wrapped and aligned under itself.
func (t *textPage) boxedText(label, s string) {
	column := labelWidth
	for _, line := range wrap(t.clean(s), t.width-4-column) {
		t.boxed(t.paint(dim, pad(label, column))+line, column+textWidth(line))
		label = ""
	}
}

// boxed writes one line of the box; w is the text's width without its colours.
func (t *textPage) boxed(s string, w int) {
	t.line(t.down + " " + s + strings.Repeat(" ", max(0, t.width-4-w)) + " " + t.down)
}

func answerStyle(answer string) style {
	switch answer {
	case answerBlocked:
		return alarm
	case answerPassed, answerClean:
		return "1;" + green
	case answerIncomplete:
		return "1;" + yellow
	}
	return bold
}
