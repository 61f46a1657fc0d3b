package ingest

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
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
		Confidence: finding.Firm, CWE: w.cwe, References: slices.DeleteFunc(slices.Compact(slices.Clone(w.references)), func(s string) bool { return s == "" }),
	}
	c := w.component
	f := finding.Finding{
		Rule: id, Engine: class, Asset: w.asset, Severity: w.severity, Confidence: finding.Firm, Aliases: aliases, Facts: w.facts, Location: w.at, Also: w.also,
		Message: oneLine(rule.Title, 500), Reach: w.reach, Flow: w.flow,
	}
	if c.Name != "" {
		f.Component, f.Message = &c, oneLine(strings.TrimSpace(c.Name+" "+c.Version)+": "+rule.Title, 500)
	}
	if class == "sca" {
		f.Threat = w.threatOf()
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

// threatOf gives what the report knows about the flaw's danger, nil where that is nothing.
func (w *flaw) threatOf() *finding.Threat {
	t := w.threat
	slices.SortStableFunc(w.cvss, func(a, b scored) int { return cmp.Compare(cvssRank(b.vector), cvssRank(a.vector)) })
	for _, s := range w.cvss {
		s.vector = cvssVector(s.vector)
		if s.vector != "" && !slices.Contains(t.CVSS, s.vector) && len(t.CVSS) < 16 {
			t.CVSS = append(t.CVSS, s.vector)
		}
		if t.Score == nil && s.score > 0 && s.score <= 10 {
			t.Score = &s.score
		}
	}
	if len(t.CVSS) == 0 && t.Score == nil && t.EPSS == nil && t.KEV == nil && t.Exploit == "" && !t.Malicious && t.Published.IsZero() {
		return nil
	}
	return &t
}

// cvssVector writes a vector as FIRST does: version 2 without prefix.
func cvssVector(s string) string { return strings.TrimPrefix(strings.Trim(s, "() "), "CVSS:2.0/") }

func cvssRank(vector string) int {
	for rank, prefix := range []string{"AV:", "CVSS:3.0/", "CVSS:3.1/", "CVSS:4.0/"} {
		if strings.HasPrefix(cvssVector(vector), prefix) {
			return rank + 1
		}
	}
	return 0
}

// apart sorts the names of a report's entry into flaws: two CVEs are never one. An entry of the tool's about several becomes one flaw for each,
// without the names that would make them one again; a CVE that claims another as its alias does not get it.
func apart(ids []string) [][]string {
	var cves, others []string
	for _, id := range ids {
		id = strings.TrimSpace(id)
		switch up := strings.ToUpper(id); {
		case id == "" || up == "N/A":
		case !strings.HasPrefix(up, "CVE-"):
			others = append(others, id)
		case !slices.Contains(cves, up):
			cves = append(cves, up)
		}
	}
	switch {
	case len(cves) > 1 && len(ids) > 0 && strings.HasPrefix(strings.ToUpper(ids[0]), "CVE-"):
		return [][]string{cves[:1]}
	case len(cves) > 1:
		var out [][]string
		for _, c := range cves {
			out = append(out, []string{c})
		}
		return out
	case len(cves)+len(others) == 0:
		return nil
	}
	return [][]string{append(cves, others...)}
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

// numberOf reads a number, 0 where it is none.
func numberOf(t text) float64 {
	n, err := strconv.ParseFloat(strings.TrimSpace(string(t)), 64)
	if err != nil || n != n || n < 0 || n > 1e9 {
		return 0
	}
	return n
}

// epssOf gives an EPSS score, nil where there is none.
func epssOf(probability, percentile text, date string) *finding.EPSS {
	p := numberOf(probability)
	if p <= 0 || p > 1 {
		return nil
	}
	return &finding.EPSS{Probability: p, Percentile: min(numberOf(percentile), 1), Date: date}
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

// sortedOnce puts numbers in order, each once.
func sortedOnce(numbers []int) []int {
	slices.Sort(numbers)
	return slices.Compact(numbers)
}
