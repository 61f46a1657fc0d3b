package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

// writeJUnit writes JUnit XML as build servers read it: a suite an engine, a test case a finding. Where a gate decided,
// only what blocks fails; waived findings are skipped tests with their reason, the rest pass and tell their text. In a
// plain scan every finding fails. What could not be looked at is an error, so that it is never green.
func writeJUnit(w io.Writer, r *finding.Result, _ Options) error {
	x := &xmlPage{w: bufio.NewWriterSize(w, 1<<16)}
	s := surveyOf(r, true)
	suites := suitesOf(s)
	var all suite
	for _, su := range suites {
		all.add(su)
	}
	x.raw(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	x.tag("testsuites", "name", toolName(r), "tests", itoa(all.tests), "failures", itoa(all.failures),
		"errors", itoa(all.errors), "skipped", itoa(all.skipped), "time", seconds(r.Times))
	x.raw("\n")
	for _, su := range suites {
		if err := x.suite(s, su); err != nil {
			return err
		}
	}
	x.raw("</testsuites>\n")
	return x.w.Flush()
}

// suite is one engine's findings and troubles, counted as JUnit wants it before the cases.
type suite struct {
	name                             string
	findings                         []*finding.Finding
	troubles                         []finding.Unread
	tests, failures, errors, skipped int
}

func (s *suite) add(o *suite) {
	s.tests += o.tests
	s.failures += o.failures
	s.errors += o.errors
	s.skipped += o.skipped
}

// suitesOf has a suite for every engine, also those without findings, in the order of their names.
func suitesOf(s *survey) []*suite {
	index := map[string]*suite{}
	var suites []*suite
	of := func(name string) *suite {
		if index[name] == nil {
			index[name] = &suite{name: name}
			suites = append(suites, index[name])
		}
		return index[name]
	}
	for _, e := range s.Engines {
		su := of(e.Name)
		if engineFailed(e) {
			su.troubles = append(su.troubles, finding.Unread{What: "engine " + e.Name, Why: cmp.Or(e.Why, e.State)})
		}
	}
	for _, f := range s.shown {
		su := of(f.Engine)
		su.findings = append(su.findings, f)
	}
	if len(s.Unread) > 0 {
		su := of("unread")
		su.troubles = append(su.troubles, s.Unread...)
	}
	slices.SortFunc(suites, func(a, b *suite) int { return cmp.Compare(a.name, b.name) })
	for _, su := range suites {
		su.count()
	}
	return suites
}

func (s *suite) count() {
	s.tests, s.errors = max(1, len(s.findings)+len(s.troubles)), len(s.troubles)
	for _, f := range s.findings {
		switch caseOf(f) {
		case "failure":
			s.failures++
		case "skipped":
			s.skipped++
		}
	}
}

// caseOf names the element that says how a finding's test case went.
func caseOf(f *finding.Finding) string {
	switch {
	case f.Verdict == nil || f.Verdict.Action == finding.Block:
		return "failure"
	case f.Verdict.Action == finding.Waived:
		return "skipped"
	}
	return "system-out"
}

// xmlPage writes XML elements; all text and attributes go through its escape.
type xmlPage struct{ w *bufio.Writer }

func (x *xmlPage) raw(s string) { x.w.WriteString(s) }

// tag opens an element; attributes are names and values in turn.
func (x *xmlPage) tag(name string, attributes ...string) {
	x.raw("<" + name)
	for i := 0; i+1 < len(attributes); i += 2 {
		x.raw(" " + attributes[i] + `="` + xmlText(visible(attributes[i+1])) + `"`)
	}
	x.raw(">")
}

// xmlEscape covers text and attributes. Characters that XML 1.0 does not allow at all cannot come here: visible
// turns what does not print into an escape.
var xmlEscape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

func xmlText(cleaned string) string { return xmlEscape.Replace(cleaned) }

func (x *xmlPage) suite(s *survey, su *suite) error {
	x.raw("  ")
	x.tag("testsuite", "name", su.name, "tests", itoa(su.tests), "failures", itoa(su.failures),
		"errors", itoa(su.errors), "skipped", itoa(su.skipped))
	x.raw("\n")
	for _, u := range su.troubles {
		x.raw("    ")
		x.tag("testcase", "classname", su.name, "name", u.What)
		x.tag("error", "type", "not looked at", "message", u.Why)
		x.raw("</error></testcase>\n")
	}
	for _, f := range su.findings {
		x.finding(s, f)
	}
	if len(su.findings)+len(su.troubles) == 0 {
		x.raw("    ")
		x.tag("testcase", "classname", su.name, "name", "no findings")
		x.raw("</testcase>\n")
	}
	_, err := x.w.WriteString("  </testsuite>\n")
	return err
}

func (x *xmlPage) finding(s *survey, f *finding.Finding) {
	rule := s.rule(f)
	x.raw("    ")
	attributes := []string{"classname", f.Engine + "." + f.Rule, "name", rule.Title + " at " + placeOf(&f.Location) + " (" + f.Fingerprint.Short() + ")"}
	if f.Location.Path != "" {
		attributes = append(attributes, "file", f.Location.Path)
	}
	if f.Location.Region.StartLine > 0 {
		attributes = append(attributes, "line", itoa(f.Location.Region.StartLine))
	}
	x.tag("testcase", attributes...)
	switch kind := caseOf(f); kind {
	case "skipped":
		x.tag(kind, "message", f.Verdict.Because)
		x.raw("</" + kind + ">")
	case "failure":
		x.tag(kind, "type", f.Urgency().String(), "message", fold(cmp.Or(f.Message, rule.Title)))
		x.body(f, rule)
		x.raw("</" + kind + ">")
	default:
		x.tag(kind)
		x.body(f, rule)
		x.raw("</" + kind + ">")
	}
	x.raw("</testcase>\n")
}

// body tells a finding in lines of plain text.
func (x *xmlPage) body(f *finding.Finding, rule *finding.Rule) {
	line := func(label, text string) {
		if text != "" {
			x.raw(label + xmlText(visible(text)) + "\n")
		}
	}
	x.raw("\n")
	line("message: ", fold(f.Message))
	lines, _ := visibleLines(f.Location.Snippet, 20)
	for _, l := range lines {
		x.raw("  | " + xmlText(l) + "\n")
	}
	line("place: ", placeOf(&f.Location))
	line("in: ", logicalOf(&f.Location))
	line("also at: ", alsoAt(f, 10))
	line("confidence: ", sureness(f))
	if f.History != nil {
		line("history: ", story(f.History))
	}
	if f.Verdict != nil {
		line("gate: ", f.Verdict.Action.String()+": "+f.Verdict.Because)
	}
	line("do: ", fold(cmp.Or(f.Fix.Text, plainProse(rule.Fix))))
	line("id: ", string(f.Fingerprint))
}

func itoa(n int) string { return strconv.Itoa(n) }

// seconds sums times the way JUnit writes them.
func seconds(times []finding.Time) string {
	var sum time.Duration
	for _, t := range times {
		sum += t.Took
	}
	return fmt.Sprintf("%.3f", sum.Seconds())
}
