package notify

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/reevehq/reeve/internal/desk"
)

// maxTitle bounds titles, maxLine other texts in messages to people, in bytes.
const (
	maxTitle = 200
	maxLine  = 500
)

func at(micro int64) time.Time { return time.UnixMicro(micro).UTC() }

// title says in one line what happened to the findings of a batch.
func title(b *batch) string {
	if b.total == 1 && len(b.items) == 1 {
		i := &b.items[0]
		return line(capital(phrase(i.What))+": "+headline(&i.Finding), maxTitle)
	}
	return countTitle(b.total, b.counts)
}

func countTitle(total int, counts map[string]int) string {
	var parts []string
	for _, what := range desk.Happenings() {
		if n := counts[what]; n > 0 {
			parts = append(parts, strconv.Itoa(n)+" "+phrase(what))
		}
	}
	text := fmt.Sprintf("%d findings: %s", total, strings.Join(parts, ", "))
	if total == 1 {
		text = "1 finding: " + strings.Join(slices.Sorted(maps.Keys(counts)), ", ")
	}
	return line(text, maxTitle)
}

// headline is a finding in one line.
func headline(f *desk.Row) string {
	text := fmt.Sprintf("%s (%d) %s", f.Level, f.Score, f.Title)
	if f.Component != "" {
		text += " in " + f.Component
	} else if f.Place != "" {
		text += " in " + f.Place
	}
	return text + ", " + f.Asset
}

// phrase is a happening in words.
func phrase(what string) string {
	switch what {
	case desk.HappenedRaised:
		return "ranked worse"
	case desk.HappenedDue:
		return "due on another day"
	case desk.HappenedJoined:
		return "merged or split"
	case desk.HappenedOpened:
		return "new"
	}
	return strings.ReplaceAll(what, "-", " ")
}

func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// line makes one line of a text from outside: no control characters, nothing that turns the direction of writing, at most so many bytes.
func line(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\r', r == '\t', r == '\u2028', r == '\u2029', r == '\u0085':
			return ' '
		case unicode.IsControl(r), r == utf8.RuneError, r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r == '\u200e', r == '\u200f', r == '\ufeff':
			return -1
		}
		return r
	}, s)
	s = strings.TrimSpace(s)
	if len(s) <= most {
		return s
	}
	cut := most - len("…")
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

// gap breaks what a channel would read as a command. It is seen by nobody.
const gap = "\u200b"

// fact is a line about a finding for people.
type fact struct{ name, value string }

// facts are what people read about a finding, as plain text in one line each.
func facts(i *desk.Item) []fact {
	f := &i.Finding
	all := []fact{
		{"Why", i.Why}, {"Asset", f.Asset}, {"Place", f.Place}, {"Component", f.Component}, {"Fix", f.Fix}, {"Rule", f.Rule}, {"Flaw", f.Flaw},
		{"State", f.State}, {"Team", f.Team}, {"Assignee", f.Assignee}, {"Found by", strings.Join(f.Tools, ", ")},
	}
	if !f.Due.IsZero() {
		all = append(all, fact{"Due", f.Due.UTC().Format("Mon 2 Jan 2006, 15:04 MST")})
	}
	var out []fact
	for _, one := range all {
		if one.value = line(one.value, maxLine); one.value != "" {
			out = append(out, one)
		}
	}
	return out
}

// more says how many findings a message does not name; "" where it names all.
func more(m *desk.Message) string {
	if n := m.Total - len(m.Items); n > 0 && len(m.Items) > 0 {
		return fmt.Sprintf("and %d more", n)
	}
	return ""
}

// link is where people read about a finding; "" where nobody said how the pages are reached.
func (w *Worker) link(f *desk.Row) string {
	if w.opt.BaseURL == "" {
		return ""
	}
	return w.opt.BaseURL + "/findings/" + strconv.FormatInt(f.ID, 10)
}
