package report

import (
	"slices"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

const (
	briefFlaws   = 5 // flaws of one package that the brief form tells apart
	briefBecause = 3 // sentences of a rank that the brief form gives
)

// isFlaw tells of a known flaw in a package; all of a package are told together.
func isFlaw(f *finding.Finding) bool { return f.Component != nil && f.Threat != nil }

// componentGroup tells of one package in one place: what to do about it once, and each of its flaws with its rank.
func (t *textPage) componentGroup(s *survey, g *group) {
	first := g.findings[0]
	t.badge(first, componentTitle(g.findings), count(len(g.findings), "flaw", "flaws"))
	t.where(first)
	if why := chain(first.Component); why != "" {
		t.labelled("why here", why, 2)
	}
	if first.Component.Scope != "" {
		t.labelled("scope", first.Component.Scope, 1)
	}
	if layer := logicalOf(&first.Location); first.Location.Logical != nil && first.Location.Logical[0].Kind == "layer" {
		t.labelled("in", layer, 2)
	}
	t.line("")
	shown := g.findings
	if !t.opt.Verbose && len(shown) > briefFlaws {
		shown = shown[:briefFlaws]
	}
	for i, f := range shown {
		t.flaw(s, f, i == 0)
	}
	if rest := g.findings[len(shown):]; len(rest) > 0 {
		t.labelled("", "and "+count(len(rest), "more flaw", "more flaws")+" of this package, none ranked higher (--verbose shows all)", 0)
	}
	if text := groupFix(g.findings); text != "" {
		t.block("do", t.prose(text), 4)
	}
	t.line("")
}

// componentTitle is the package with its version and the version that mends all its flaws.
func componentTitle(findings []*finding.Finding) string {
	c := findings[0].Component
	title := c.Name + " " + c.Version
	if c.Upgrade != "" {
		title += " → " + c.Upgrade
	}
	return title
}

// groupFix is what to do about a package: the advice of its worst flaw.
func groupFix(findings []*finding.Finding) string { return findings[0].Fix.Text }

// flaw tells of one flaw of a package. The first is told whole.
func (t *textPage) flaw(s *survey, f *finding.Finding, whole bool) {
	rule := s.rule(f)
	score := "  –"
	if f.Rank != nil {
		score = strconv.Itoa(f.Rank.Score)
	}
	head := pad(strings.Repeat(" ", max(0, 3-len(score)))+score, 4) + f.Rule
	title := rule.Title
	if title == f.Rule {
		title = ""
	}
	id := f.Fingerprint.Short()
	room := t.width - textIndent - textWidth(head) - textWidth(id) - 4
	t.ends(indent+t.clean(head)+"  "+t.fit(t.clean(title), max(room, 8)), t.clean(id), "", dim)
	switch {
	case t.opt.Verbose:
		t.facts(f)
		t.allFacts(s, f)
		t.line("")
	case whole && f.Rank != nil:
		for _, sentence := range f.Rank.Because[:min(briefBecause, len(f.Rank.Because))] {
			t.bullet(sentence)
		}
		if way := wayOf(f); way != "" {
			t.bullet(way)
		}
	}
}

// wayOf names the places on the way to a faulty function.
func wayOf(f *finding.Finding) string {
	if f.Reach == nil || f.Reach.State != finding.Reachable || len(f.Flow) == 0 {
		return ""
	}
	var places []string
	for i := range f.Flow {
		if at := placeOf(&f.Flow[i].Location); !slices.Contains(places, at) {
			places = append(places, at)
		}
	}
	last := places[len(places)-1]
	if f.Rank != nil && slices.ContainsFunc(f.Rank.Because, func(sentence string) bool { return strings.Contains(sentence, last) }) {
		return "" // the place is said already
	}
	if len(places) > maxChain {
		places = append(append(places[:maxChain-2:maxChain-2], "…"), places[len(places)-1])
	}
	return "The way there: " + strings.Join(places, " → ")
}

// bullet writes a sentence below a flaw.
func (t *textPage) bullet(sentence string) {
	const margin = textIndent + 6
	lines := wrap(t.clean(sentence), t.width-margin)
	for i, line := range lines {
		mark := "  "
		if i == 0 {
			mark = t.bulletMark() + " "
		}
		t.line(strings.Repeat(" ", margin-2) + mark + line)
	}
}

func (t *textPage) bulletMark() string {
	if t.opt.ASCII {
		return "-"
	}
	return "·"
}
