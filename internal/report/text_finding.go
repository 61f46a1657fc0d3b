package report

import (
	"cmp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/reevehq/reeve/internal/finding"
)

const (
	numberWidth = 5
	// excerptLimit bounds the bytes of one source line that are looked at.
	excerptLimit = 1 << 14
)

// facts write what is known about one finding beyond its place and its rule.
func (t *textPage) facts(f *finding.Finding) {
	if len(f.Flow) > 1 && f.Reach == nil && !t.opt.Verbose {
		t.labelled("flow", way(f.Flow), 0)
	}
	t.labelled("confidence", sureness(f), 0)
	if logical := logicalOf(&f.Location); logical != placeOf(&f.Location) {
		t.labelled("in", logical, 0)
	}
	if f.History != nil {
		t.labelled("history", story(f.History), 0)
	}
	if len(f.Also) > 0 {
		places := 3
		if t.opt.Verbose {
			places = len(f.Also)
		}
		t.labelled("also at", alsoAt(f, places), 0)
	}
	if v := f.Verdict; v != nil && v.Because != "" && (v.Action == finding.Block || t.opt.Verbose) {
		t.labelled(gateWord(v), v.Because, 0)
	}
}

// way is the short form of a flow: where it comes from, what it goes through, where it arrives.
func way(flow []finding.Step) string {
	var places []string
	for i := range flow {
		at := flow[i].Location
		at.Region.StartColumn = 0
		if place := placeOf(&at); len(places) == 0 || places[len(places)-1] != place {
			places = append(places, place)
		}
	}
	if len(places) > 5 {
		places = append(append(places[:2:2], "…"), places[len(places)-2:]...)
	}
	return strings.Join(places, " → ")
}

// gateWord says what the gate does about a finding.
func gateWord(v *finding.Verdict) string {
	switch v.Action {
	case finding.Block:
		return "blocks"
	case finding.Warn:
		return "warns"
	case finding.Waived:
		return "waived"
	}
	return "reported"
}

// ruleLine names the rule with its weakness numbers.
func ruleLine(r *finding.Rule) string {
	line := r.ID
	for _, n := range r.CWE {
		line += ", CWE-" + strconv.Itoa(n)
	}
	for _, c := range r.OWASP {
		line += ", OWASP " + c
	}
	return line
}

// allFacts write what only the verbose form shows.
func (t *textPage) allFacts(s *survey, f *finding.Finding) {
	rule := s.rule(f)
	for _, known := range contextOf(f) {
		t.labelled(known.label, known.text, 0)
	}
	for _, fact := range f.Facts {
		t.labelled("fact", fact.Name+": "+fact.Value, 0)
	}
	for i := range f.Flow {
		t.labelled("flow", strconv.Itoa(i+1)+". "+placeOf(&f.Flow[i].Location)+"  "+f.Flow[i].Message, 0)
	}
	for _, e := range f.Fix.Edits {
		at := finding.Location{Path: e.Path, Region: e.Region}
		t.labelled("edit", placeOf(&at)+" "+cmp.Or(prefixed("becomes ", visible(e.New)), "is removed"), 0)
	}
	if l := &f.Location; l.Commit != "" || l.Blob != "" {
		t.labelled("object", strings.TrimSpace(prefixed("blob ", l.Blob)+prefixed(" commit ", l.Commit)), 0)
	}
	if f.Asset.Name != "" {
		t.labelled("asset", f.Asset.Kind+" "+f.Asset.Name, 0)
	}
	for _, a := range []advice{{"revoke", rule.Revoke}, {"opens", rule.Opens}, {"not if", rule.FalsePositives}} {
		if a.text != "" {
			t.block(a.heading, t.prose(a.text), 0)
		}
	}
	for _, ref := range links(rule) {
		t.block("see", []string{t.clean(ref)}, 0) // whole, so that it can be clicked
	}
	t.labelled("id", string(f.Fingerprint), 0)
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

// excerpt shows the offending lines, at most limit of them, with the region underlined where it lies in one line.
// It tells whether there was anything to show.
func (t *textPage) excerpt(f *finding.Finding, limit int) bool {
	l := &f.Location
	if l.Snippet == "" {
		return false
	}
	if t.opt.Verbose {
		limit = 40
	}
	lines := splitLines(l.Snippet)
	left := max(0, len(lines)-limit)
	for i, line := range lines[:len(lines)-left] {
		number := ""
		if l.Region.StartLine > 0 {
			number = strconv.Itoa(l.Region.StartLine + i)
		}
		from, to := 0, 0
		if i == 0 {
			from, to = markOf(line, f)
		}
		text, under := t.source(line, from, to)
		t.gutter(number, text)
		if under != "" {
			t.gutter("", t.paint(red, under))
		}
	}
	if left > 0 && limit > 1 {
		t.gutter("", t.paint(dim, count(left, "more line", "more lines")))
	}
	return true
}

func (t *textPage) gutter(number, text string) {
	margin := strings.Repeat(" ", max(0, numberWidth-len(number))) + number
	t.line(indent + t.paint(dim, margin+" "+t.down) + " " + text)
}

// markOf finds what to underline in the first line of a snippet, in characters. The snippet is masked, and a mask is
// rarely as long as what it hides, so the masked evidence is looked for first and the columns are the second choice.
func markOf(line string, f *finding.Finding) (from, to int) {
	if at := strings.Index(line, f.Evidence); f.Evidence != "" && at >= 0 {
		from = utf8.RuneCountInString(line[:at])
		return from, from + utf8.RuneCountInString(f.Evidence)
	}
	g := f.Location.Region
	if g.StartColumn < 1 || g.EndLine > g.StartLine {
		return 0, 0
	}
	n := utf8.RuneCountInString(line)
	from = min(g.StartColumn-1, n)
	return from, max(from, min(g.EndColumn-1, n))
}

// source makes a source line fit the page: tabs become blanks, what does not print is escaped, and of a line that is
// too long the part around the mark is shown. The second string underlines characters from..to, "" if there are none.
func (t *textPage) source(line string, from, to int) (text, under string) {
	cells := t.cells(line[:min(len(line), excerptLimit)])
	room := t.width - textIndent - numberWidth - 3
	from, to = min(from, len(cells)), min(to, len(cells))
	begin := firstCell(cells, from, to, room)
	var b, u strings.Builder
	if begin > 0 {
		b.WriteString(t.more + " ")
		u.WriteString(strings.Repeat(" ", textWidth(t.more)+1))
		room -= textWidth(t.more) + 1
	}
	for i := begin; i < len(cells); i++ {
		w := textWidth(cells[i])
		if reserve := textWidth(t.more); w > room-reserve && !fits(cells[i:], room) {
			b.WriteString(t.more)
			break
		}
		room -= w
		b.WriteString(cells[i])
		mark := " "
		if i >= from && i < to {
			mark = t.under
		}
		u.WriteString(strings.Repeat(mark, w))
	}
	if to <= from {
		return b.String(), ""
	}
	return b.String(), strings.TrimRight(u.String(), " ")
}

// cells gives each character of a line as it is shown.
func (t *textPage) cells(line string) []string {
	cells := make([]string, 0, len(line))
	for i, r := range line {
		_, size := utf8.DecodeRuneInString(line[i:])
		switch {
		case r == '\t':
			cells = append(cells, "    ")
		case r == '#' && commandAt(line, i):
			cells = append(cells, `\x23`)
		default:
			cells = append(cells, t.ascii(visible(line[i:i+size])))
		}
	}
	return cells
}

// firstCell chooses where to begin so that the mark is in sight.
func firstCell(cells []string, from, to, room int) int {
	if to <= from || fits(cells[:to], room-8) {
		return 0
	}
	// Some context before the mark, as long as a third of the line.
	begin, used := from, 0
	for begin > 0 && used < room/3 {
		begin--
		used += textWidth(cells[begin])
	}
	return begin
}

// fits tells whether cells take at most room columns.
func fits(cells []string, room int) bool {
	for _, c := range cells {
		if room -= textWidth(c); room < 0 {
			return false
		}
	}
	return true
}
