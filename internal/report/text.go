package report

import (
	"io"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

const (
	indent     = "  "
	textIndent = len(indent)
	labelWidth = 12
	// A rule with manyPlaces findings is told once with its places below; briefPlaces of them are shown.
	manyPlaces  = 4
	briefPlaces = 8
)

// writeText writes what people read on a terminal: groups of findings, worst first, then a box with the answer, so that
// the last thing on the screen is what was asked for.
func writeText(w io.Writer, r *finding.Result, opt Options) error {
	t := newTextPage(w, opt)
	t.told = map[string]bool{}
	s := surveyOf(r, opt.Verbose)
	for _, g := range groups(s) {
		switch {
		case isFlaw(g.findings[0]):
			t.componentGroup(s, g)
		case g.rule != nil:
			t.ruleGroup(s, g)
		case len(g.findings) > 1:
			t.fileGroup(s, g)
		default:
			t.finding(s, g.findings[0])
		}
		if _, err := t.w.Write(nil); err != nil {
			return err
		}
	}
	t.summary(s)
	return t.w.Flush()
}

// group is what is shown under one heading: the flaws of a package, the findings of a rule that has many, or else those of a file.
type group struct {
	rule     *finding.Rule // nil: a file's group
	findings []*finding.Finding
}

// groups keeps the order of the worst finding of each group.
func groups(s *survey) []*group {
	byRule := map[string]int{}
	for _, f := range s.shown {
		byRule[f.Rule]++
	}
	type key struct{ rule, path, component string }
	index := map[key]*group{}
	var out []*group
	for _, f := range s.shown {
		k := key{path: f.Location.Path}
		switch {
		case isFlaw(f):
			k.component = f.Component.Ecosystem + " " + f.Component.Name + " " + f.Component.Project
		case byRule[f.Rule] >= manyPlaces:
			k = key{rule: f.Rule}
		}
		g := index[k]
		if g == nil || k == (key{}) {
			g = &group{}
			if k.rule != "" {
				g.rule = s.rule(f)
			}
			index[k] = g
			out = append(out, g)
		}
		g.findings = append(g.findings, f)
	}
	return out
}

// fileGroup shows the findings of one file under its name.
func (t *textPage) fileGroup(s *survey, g *group) {
	t.heading(t.clean(g.findings[0].Location.Path), count(len(g.findings), "finding", "findings"))
	for _, f := range g.findings {
		t.finding(s, f)
	}
}

func (t *textPage) heading(left, right string) {
	left = t.fit(left, t.width-textWidth(right)-8)
	rule := strings.Repeat(t.across, max(2, t.width-textWidth(left)-textWidth(right)-6))
	t.line(t.paint(dim, t.across+t.across) + " " + t.paint(bold, left) + " " + t.paint(dim, rule+" "+right))
	t.line("")
}

// ruleGroup tells a rule once and lists where it was broken.
func (t *textPage) ruleGroup(s *survey, g *group) {
	first := g.findings[0]
	t.badge(first, g.rule.Title, count(len(g.findings), "place", "places"))
	t.line("")
	shown := g.findings
	if !t.opt.Verbose && len(shown) > briefPlaces {
		shown = shown[:briefPlaces]
	}
	said := g.rule.Title
	for _, f := range shown {
		t.where(f)
		if f.Message != said {
			t.message(f, g.rule)
			said = f.Message
		}
		t.excerpt(f, 1)
		if t.opt.Verbose {
			t.facts(f)
			t.allFacts(s, f)
		} else {
			t.inShort(f)
		}
		t.line("")
	}
	if left := len(g.findings) - len(shown); left > 0 {
		for _, line := range wrap("and "+count(left, "more place", "more places")+" (--verbose shows all)", t.width-textIndent) {
			t.line(indent + line)
		}
		t.line("")
	}
	t.advice(g.rule, first)
	t.labelled("rule", ruleLine(g.rule), 0)
	t.line("")
}

// finding shows one finding complete.
func (t *textPage) finding(s *survey, f *finding.Finding) {
	rule := s.rule(f)
	t.badge(f, rule.Title, "")
	t.where(f)
	t.message(f, rule)
	t.line("")
	if t.excerpt(f, 6) {
		t.line("")
	}
	t.advice(rule, f)
	t.facts(f)
	if t.opt.Verbose {
		t.allFacts(s, f)
	}
	t.labelled("rule", ruleLine(rule), 0)
	t.line("")
}

// inShort writes what is known about one finding of many.
func (t *textPage) inShort(f *finding.Finding) {
	line := "confidence " + sureness(f)
	if f.History != nil {
		line += "; " + story(f.History)
	}
	if n := len(f.Also); n > 0 {
		line += "; also at " + count(n, "other place", "other places")
	}
	for _, l := range wrap(t.clean(line), t.width-textIndent) {
		t.line(indent + t.paint(dim, l))
	}
}

// message writes the sentence about this finding where it says more than the rule's title.
func (t *textPage) message(f *finding.Finding, rule *finding.Rule) {
	if f.Message == rule.Title {
		return
	}
	for _, line := range wrap(t.clean(fold(f.Message)), t.width-textIndent) {
		t.line(indent + line)
	}
}

// badge writes the severity and what is wrong.
func (t *textPage) badge(f *finding.Finding, title, right string) {
	name := strings.ToUpper(f.Urgency().String())
	room := t.width - len(name) - 2
	if right != "" {
		room -= textWidth(right) + 2
	}
	lines := wrap(t.clean(title), room)
	if len(lines) == 0 {
		lines = []string{t.clean(f.Rule)}
	}
	head := t.paint(severityStyle(f.Urgency()), name) + "  " + t.paint(bold, lines[0])
	if right != "" {
		head += strings.Repeat(" ", room-textWidth(lines[0])+2) + t.paint(dim, right)
	}
	t.line(head)
	for _, line := range lines[1:] {
		t.line(strings.Repeat(" ", len(name)+2) + t.paint(bold, line))
	}
}

// where writes the place, with the id people type at its right.
func (t *textPage) where(f *finding.Finding) {
	place := indent + t.clean(placeOf(&f.Location))
	id := t.clean(f.Fingerprint.Short())
	if textWidth(place)+2+textWidth(id) > t.width {
		// A path is shown whole, so that it can be copied and clicked.
		t.line(t.paint(cyan, place))
		t.line(strings.Repeat(" ", max(0, t.width-textWidth(id))) + t.paint(dim, id))
		return
	}
	t.ends(place, id, cyan, dim)
}

// advice writes why it matters and what to do instead. The brief form tells each rule's once.
func (t *textPage) advice(rule *finding.Rule, f *finding.Finding) {
	whyLines, fixLines := 2, 7
	if t.opt.Verbose {
		whyLines, fixLines = 0, 0
	} else if t.told[rule.ID] && f.Fix.Text == "" {
		t.labelled("do", "as told above for "+rule.ID, 0)
		return
	}
	t.told[rule.ID] = rule.Why+rule.Fix != ""
	if rule.Why != "" {
		t.block("why", t.prose(rule.Why), whyLines)
	}
	if f.Fix.Text != "" {
		t.block("do", t.prose(f.Fix.Text), fixLines)
	} else if rule.Fix != "" {
		t.block("do", t.prose(rule.Fix), fixLines)
	}
}

// prose gives a rule's Markdown as wrapped lines; list items hang under their mark.
func (t *textPage) prose(markdown string) []string {
	room := t.width - textIndent - labelWidth
	var out []string
	for i, bl := range parseProse(markdown) {
		if i > 0 && bl.kind == paragraph {
			out = append(out, "")
		}
		if bl.kind == codeBlock {
			lines, _ := visibleLines(bl.code, 200)
			for _, line := range lines {
				out = append(out, "  "+t.fit(t.ascii(line), room-2))
			}
			continue
		}
		hang := 0
		if bl.kind == listBlock {
			hang = len(itemMark(bl, len(bl.items)-1))
		}
		for _, line := range proseLines(bl) {
			out = append(out, hangingWrap(t.clean(line), room, hang)...)
		}
	}
	return slices.Clip(out)
}

// hangingWrap wraps s with all lines but the first moved right.
func hangingWrap(s string, room, hang int) []string {
	if hang == 0 {
		return wrap(s, room)
	}
	mark, rest, _ := strings.Cut(s, " ")
	lines := wrap(rest, room-hang)
	for i := range lines {
		if i == 0 {
			lines[i] = pad(mark, hang) + lines[i]
		} else {
			lines[i] = strings.Repeat(" ", hang) + lines[i]
		}
	}
	return lines
}
