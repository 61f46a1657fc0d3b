package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/facet"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/report"
	"github.com/reevehq/reeve/internal/risk"
)

// findingPage is one finding with all that is known about it.
type findingPage struct {
	*desk.Finding
	// Place is where it is in words, Code what stands there.
	Place string
	Code  []codeLine
	// Flow is how data or calls get there, Path how the internet does.
	Flow, Path []hop
	// Fixes are the edits that would mend it.
	Fixes []edit
	// World is what the world knows of its flaw, Vectors its CVSS vectors in words.
	World   []risk.Fact
	Vectors []vector
	// Twins are other findings of the same asset that may be the same.
	Twins []line
	// Steps is what happened, the newest first.
	Steps []step
	Act   actions
	Can   map[string]bool
	Now   time.Time
}

// codeLine is a line of source, with the part of it that is meant.
type codeLine struct {
	Number             int
	Before, Mark, Rest string
}

// hop is a step of a path.
type hop struct{ Place, Text, Code string }

// vector is a CVSS vector with what it says, metric by metric.
type vector struct {
	Text    string
	Metrics []metric
}

// metric is a metric of a vector in words.
type metric struct{ Name, Value string }

// edit is a change to a file.
type edit struct{ Place, New string }

// step is a step in a finding's life, with what it moved.
type step struct {
	desk.Step
	// Rank is the change of the score, "72 → 95" or "".
	Rank string
	// Late tells that the register knew it noticeably after it was so.
	Late bool
}

func (v *visit) id() (int64, error) {
	id, err := strconv.ParseInt(v.r.PathValue("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, desk.ErrNotFound
	}
	return id, nil
}

func (v *visit) finding() error {
	id, err := v.id()
	if err != nil {
		return err
	}
	f, err := v.desk.Finding(v.ctx(), v.who, id)
	if err != nil {
		return err
	}
	p := findingPage{
		Finding: f, Place: placeOf(&f.Text.Location), Code: codeOf(&f.Text.Location), Flow: hops(f.Text.Flow), Steps: stepsOf(f.History),
		Can: rights(v.who), Now: v.desk.Now(),
	}
	if e := f.Text.Exposure; e != nil {
		p.Path = hops(e.Path)
	}
	for _, e := range f.Text.Fix.Edits {
		at := finding.Location{Path: e.Path, Region: e.Region}
		p.Fixes = append(p.Fixes, edit{placeOf(&at), e.New})
	}
	if t := f.Text.Threat; t != nil {
		p.World, p.Vectors = risk.ExplainThreat(t), vectorsOf(t.CVSS)
	}
	if p.Act, err = v.actions(append([]register.State{}, f.Moves...), id); err != nil {
		return err
	}
	if p.Twins, err = v.twins(f); err != nil {
		return err
	}
	return v.show(http.StatusOK, "finding", sheet{Title: report.Visible(f.Title), Nav: "findings", Body: p})
}

// maxTwins is how many likely duplicates a page shows.
const maxTwins = 5

// twins are findings of the same asset that stand at the same place or are about the same package: people may say that they are the same.
func (v *visit) twins(f *desk.Finding) ([]line, error) {
	q, err := facet.Query{}.With(facet.Asset, exact(facet.Asset, f.Asset))
	if err != nil {
		return nil, nil // a name that no query can hold has no twins
	}
	path, _, _ := strings.Cut(f.Place, ":")
	switch {
	case f.Component != "":
		q, err = q.With(facet.Component, "="+f.Component)
	case path != "" && !strings.Contains(f.Place, "://"):
		q, err = q.With(facet.Path, path)
	default:
		return nil, nil
	}
	if err != nil {
		return nil, nil
	}
	list, err := v.desk.Findings(v.ctx(), v.who, desk.Ask{Query: q.String(), Limit: 4 * maxTwins})
	if err != nil {
		return nil, nil // the query is made here: what it cannot say has no twins
	}
	var out []line
	for _, row := range list.Items {
		same := f.Component != "" && f.Flaw != "" && row.Flaw == f.Flaw || f.Component == "" && row.Place == f.Place
		if row.ID != f.ID && same && len(out) < maxTwins {
			out = append(out, line{row, v.desk.Now(), false})
		}
	}
	return out, nil
}

// placeOf names a place in one phrase.
func placeOf(l *finding.Location) string {
	where := l.Path
	if l.Surface != "" {
		where = strings.TrimSpace(string(l.Surface) + " " + cmp.Or(l.Path, l.Commit, l.Blob))
	}
	if where == "" {
		var names []string
		for _, s := range l.Logical {
			names = append(names, strings.TrimSpace(s.Kind+" "+s.Name))
		}
		return strings.Join(names, " › ")
	}
	if l.Region.StartLine > 0 {
		where += ":" + strconv.Itoa(l.Region.StartLine)
	}
	return where
}

// The bounds of what a page shows of one place.
const (
	maxCodeLines = 60
	maxHops      = 60
)

// codeOf splits a snippet into lines, the region marked where it begins and ends in one line.
func codeOf(l *finding.Location) []codeLine {
	if l.Snippet == "" {
		return nil
	}
	lines := strings.Split(strings.TrimRight(strings.ReplaceAll(l.Snippet, "\r\n", "\n"), "\n"), "\n")
	lines = lines[:min(len(lines), maxCodeLines)]
	var out []codeLine
	for i, text := range lines {
		c := codeLine{}
		if l.Region.StartLine > 0 {
			c.Number = l.Region.StartLine + i
		}
		from, to := 0, 0
		if r := l.Region; i == 0 && r.StartColumn > 0 && r.EndLine <= r.StartLine && r.EndColumn > r.StartColumn {
			from, to = r.StartColumn-1, r.EndColumn-1
		}
		c.Before, c.Mark, c.Rest = cut(text, from, to)
		out = append(out, c)
	}
	return out
}

// cut splits a line at characters, and makes the parts visible.
func cut(text string, from, to int) (before, mark, rest string) {
	runes := []rune(strings.ReplaceAll(clip(text, 2000), "\t", "    "))
	if tabs := strings.Count(text[:min(len(text), from)], "\t"); tabs > 0 {
		from, to = from+3*tabs, to+3*tabs
	}
	if from < 0 || to > len(runes) || from >= to {
		return report.Visible(string(runes)), "", ""
	}
	return report.Visible(string(runes[:from])), report.Visible(string(runes[from:to])), report.Visible(string(runes[to:]))
}

func hops(steps []finding.Step) []hop {
	var out []hop
	for i := range steps[:min(len(steps), maxHops)] {
		s := &steps[i]
		code, _, _ := strings.Cut(strings.TrimSpace(s.Location.Snippet), "\n")
		out = append(out, hop{placeOf(&s.Location), s.Message, clip(code, 300)})
	}
	return out
}

// stepsOf tells the history, the newest first.
func stepsOf(history []desk.Step) []step {
	var out []step
	for i, h := range history {
		s := step{Step: h, Late: h.Known.Sub(h.At) > time.Hour}
		if i > 0 && history[i-1].Score != h.Score {
			s.Rank = strconv.Itoa(history[i-1].Score) + " → " + strconv.Itoa(h.Score)
		}
		out = append(out, s)
	}
	slices.Reverse(out)
	return out
}

// Also lists the other places, at most limit of them.
func (p findingPage) Also(limit int) []string {
	var out []string
	for i := range p.Text.Also[:min(len(p.Text.Also), limit)] {
		out = append(out, placeOf(&p.Text.Also[i]))
	}
	return out
}

// maxVectors bounds the vectors that are explained.
const maxVectors = 4

// vectorsOf explains vectors. What is none has no metrics; its text is shown all the same.
func vectorsOf(texts []string) []vector {
	var out []vector
	for _, text := range texts[:min(len(texts), maxVectors)] {
		v := vector{Text: clip(text, 200)}
		for _, said := range risk.ExplainVector(text) {
			name, value, _ := strings.Cut(said, ": ")
			v.Metrics = append(v.Metrics, metric{name, value})
		}
		out = append(out, v)
	}
	return out
}

// SSVC is the answer of CISA's decision tree about it, nil for what is no flaw.
func (p findingPage) SSVC() *ssvc {
	r := p.Text.Rank
	if r == nil || r.SSVC == nil {
		return nil
	}
	s := &ssvc{SSVC: r.SSVC, Decisions: []ssvcDecision{{r.SSVC.Decision, risk.ExplainDecision(r.SSVC.Decision)}}}
	if r.SSVC.Decision == "" {
		s.Decisions = []ssvcDecision{{r.SSVC.Least, risk.ExplainDecision(r.SSVC.Least)}, {r.SSVC.Most, risk.ExplainDecision(r.SSVC.Most)}}
	}
	s.Parts = []metric{{"Exploitation", r.SSVC.Exploitation}, {"Automatable", r.SSVC.Automatable}, {"Technical impact", r.SSVC.TechnicalImpact}, {"Mission and well-being", r.SSVC.Mission}}
	return s
}

// ssvc is a decision with its parts. Where what is not known decides, Decisions are the least and the most that it can be.
type ssvc struct {
	*finding.SSVC
	Decisions []ssvcDecision
	// Parts are the answers to the tree's questions, "" where nobody knows.
	Parts []metric
}

// ssvcDecision is a decision and what it asks for.
type ssvcDecision struct{ Name, Means string }

// findingURL is where a finding's page is.
func findingURL(id int64) string { return "/findings/" + strconv.FormatInt(id, 10) }
