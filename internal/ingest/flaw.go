package ingest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// flaw is what a report says of one flaw in one package. All readers of such reports fill it; emit makes the rule and the finding.
type flaw struct {
	// ids are the flaw's names, the tool's own first.
	ids []string
	// title and text say what is wrong, advice what the tool would do about it.
	title, text, advice string
	references          []string
	cwe                 []int
	severity            finding.Severity
	cvss                []scored
	threat              finding.Threat
	component           finding.Component
	at                  finding.Location
	also                []finding.Location
	asset               finding.Asset
	facts               []finding.Fact
	reach               *finding.Reachability
	flow                []finding.Step
	// class is "sca" where it is not set; waived says who put the finding aside and why, "" where nobody did.
	class, waived string
}

// scored is a CVSS vector with its base score, either of which may be missing.
type scored struct {
	vector string
	score  float64
}

// fact adds a detail, if there is one.
func (w *flaw) fact(name, value string) {
	if value = oneLine(value, 300); value != "" {
		w.facts = append(w.facts, finding.Fact{Name: name, Value: value})
	}
}

// emit hands the flaw to the sink. An entry without a name is noted and left out.
func (w *flaw) emit(out Sink) error {
	flaws := apart(w.ids)
	if len(flaws) == 0 {
		out.Note(fmt.Sprintf("an entry about %q names no flaw: left out", oneLine(w.component.Name, 100)))
	}
	if len(flaws) > 1 {
		w.fact("advisory", w.ids[0])
	}
	for _, names := range flaws {
		if err := w.emitAs(out, names); err != nil {
			return err
		}
	}
	return nil
}

func (w *flaw) emitAs(out Sink, names []string) error {
	id, aliases := flawNames(names...)
	class := cmp.Or(w.class, "sca")
	text := strings.TrimSpace(w.text)
	rule := finding.Rule{
		ID: id, Engine: class, Title: titleOf(w.title, opening(text), id), Why: cmp.Or(text, strings.TrimSpace(w.title)), Severity: w.severity,
		Confidence: finding.Firm, CWE: slices.Compact(slices.Sorted(slices.Values(w.cwe))), References: slices.DeleteFunc(slices.Compact(slices.Clone(w.references)), func(s string) bool { return s == "" }),
	}
	c := w.component
	f := finding.Finding{
		Asset: w.asset, Severity: w.severity, Confidence: finding.Firm, Aliases: aliases, Facts: w.facts, Location: w.at, Also: w.also,
		Message: oneLine(rule.Title, 500), Reach: w.reach, Flow: w.flow,
	}
	if c.Name != "" {
		f.Component, f.Message = &c, oneLine(strings.TrimSpace(c.Name+" "+c.Version)+": "+rule.Title, 500)
	}
	if class == "sca" {
		f.Threat = w.known()
	}
	f.Fix.Text = strings.TrimSpace(w.advice)
	if f.Fix.Text == "" && len(c.Fixed) > 0 {
		f.Fix.Text = fmt.Sprintf("Upgrade %s to %s.", c.Name, strings.Join(c.Fixed, " or "))
	}
	if w.waived != "" {
		f.Verdict = waived(w.waived)
	}
	return emit(out, rule, f)
}

// known is what the report knows about the flaw's danger, nil where that is nothing. The score is that of the newest version that has one.
func (w *flaw) known() *finding.Threat {
	score := 0.0
	var vectors []string
	slices.SortStableFunc(w.cvss, func(a, b scored) int { return cmp.Compare(cvssRank(b.vector), cvssRank(a.vector)) })
	for _, s := range w.cvss {
		vectors = append(vectors, s.vector)
		if score == 0 && s.score <= 10 {
			score = s.score
		}
	}
	t := w.threat
	scores := threatOf(score, vectors...)
	t.CVSS, t.Score = scores.CVSS, scores.Score
	return known(t)
}

// fixedIn reads the first versions without a flaw out of ranges as tools write them: "1.2.3, 2.0.1", ">=1.2.3 <2.0.0 || >= 2.0.1".
func fixedIn(ranges ...string) []string {
	var out []string
	for _, r := range ranges {
		for _, part := range strings.FieldsFunc(strings.ReplaceAll(r, "||", ","), func(c rune) bool { return c == ',' }) {
			words := strings.Fields(part)
			if len(words) > 1 && strings.Trim(words[0], "<>=~^!") == "" {
				words = []string{words[0] + words[1]}
			}
			if len(words) == 0 || strings.HasPrefix(words[0], "<") || strings.HasPrefix(words[0], "!") {
				continue
			}
			if strings.HasPrefix(words[0], ">") && !strings.HasPrefix(words[0], ">=") {
				continue // any later one: none is named
			}
			if v := strings.TrimLeft(words[0], ">=~^"); v != "" && v != "*" && !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
	}
	return out
}

// linksIn gives the addresses that a text in Markdown holds.
func linksIn(markdown string) []string {
	var out []string
	for _, word := range strings.FieldsFunc(markdown, func(r rune) bool { return strings.ContainsRune(" \t\r\n()[]<>\"", r) }) {
		if (strings.HasPrefix(word, "https://") || strings.HasPrefix(word, "http://")) && !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	return out
}

// opening is the first paragraph of a text in Markdown, no longer than a title needs; headings say nothing about the flaw ("Impact").
func opening(markdown string) string {
	for line := range strings.Lines(markdown) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			return strings.ToValidUTF8(line[:min(len(line), 500)], "")
		}
	}
	return ""
}
