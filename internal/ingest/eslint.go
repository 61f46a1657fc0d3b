package ingest

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var eslintFormat = Format{
	Name: "eslint", Title: "ESLint JSON", Tool: "ESLint",
	Is: func(h *Head) bool {
		return h.Array() && h.Has("filePath", "messages") || h.Has("results.filePath", "results.messages")
	},
	Read: readESLint,
}

// readESLint reads what "eslint -f json" (an array of files) and "-f json-with-metadata" (an object) write; its messages are of all plugins.
func readESLint(in *Input, h *Header, out Sink) error {
	e := &eslint{h: h, out: out}
	j := in.json()
	if j.kind() == '[' {
		err := each(j, func(f *eslintFile) error { return e.file(f) })
		return err
	}
	err := j.members(func(name string) error {
		switch name {
		case "results":
			e.shelf = &shelf{out: out, complete: e.complete} // the metadata comes last, and tells the folder and the rules
			return each(j, func(f *eslintFile) error { return e.file(f) })
		case "metadata":
			return j.value(&e.meta)
		}
		return j.skip()
	})
	if err == nil && e.shelf != nil {
		err = e.shelf.run()
	}
	return err
}

type eslint struct {
	h     *Header
	out   Sink
	shelf *shelf
	meta  struct {
		CWD       string
		RulesMeta map[string]struct {
			Docs struct{ Description, URL string }
		}
	}
}

type eslintFile struct {
	FilePath, Source             string
	Messages, SuppressedMessages []eslintMessage
}

type eslintMessage struct {
	RuleID, Message, Severity, NodeType string
	Line, Column, EndLine, EndColumn    string
	Fatal                               bool
	Fix                                 *struct{ Text string }
	Suggestions                         []struct{ Desc string }
	Suppressions                        []struct{ Kind, Justification string }
}

func (e *eslint) file(f *eslintFile) error {
	path := f.FilePath
	for _, list := range [][]eslintMessage{f.Messages, f.SuppressedMessages} {
		for i := range list {
			m := &list[i]
			if m.RuleID == "" { // not a rule's: the file could not be parsed, or was not looked at
				missed(e.h, "%s:%s: %s", rooted(path), m.Line, m.Message)
				continue
			}
			if integer(m.Severity) == 0 {
				continue
			}
			rule, found := m.finding(path, f.Source)
			var err error
			if e.shelf != nil {
				err = e.shelf.hold(rule, found)
			} else {
				found.Location.Path = rooted(path)
				err = emit(e.out, rule, found)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// complete adds what the metadata says.
func (e *eslint) complete(r *finding.Rule, f *finding.Finding) {
	f.Location.Path = within(e.meta.CWD, f.Location.Path)
	if m, ok := e.meta.RulesMeta[r.ID]; ok {
		r.Title = titleOf(m.Docs.Description, r.Title)
		if m.Docs.URL != "" {
			r.References = []string{m.Docs.URL}
		}
	}
}

func (m *eslintMessage) finding(path, source string) (finding.Rule, finding.Finding) {
	id, message := m.RuleID, m.Message
	cwe, security := eslintWeakness(id)
	severity := finding.Medium
	if integer(m.Severity) > 1 {
		severity = finding.High
	}
	if !security {
		severity = quality(severity) - finding.Severity(2-min(2, integer(m.Severity))) // an error is low, a warning is info
	}
	rule := finding.Rule{ID: id, Engine: "sast", Title: titleOf(message, id), Why: message, Severity: severity, Confidence: finding.Firm, CWE: cwe}
	if !security {
		rule.Tags = []string{"quality"}
	}
	region := lines(integer(m.Line), integer(m.EndLine))
	region.StartColumn, region.EndColumn = integer(m.Column), integer(m.EndColumn)
	f := found(rule, message, finding.Location{Path: path, Region: region, Snippet: linesOf(source, region)})
	if m.Fix != nil {
		f.Fix.Text = "`eslint --fix` mends it."
	} else if len(m.Suggestions) > 0 {
		f.Fix.Text = m.Suggestions[0].Desc
	}
	if strings.HasPrefix(id, "no-secrets/") {
		rule.Engine, rule.Title, rule.Why = "secret", "String that looks like a secret", ""
		conceal(&rule, &f, literal(message))
	}
	if len(m.Suppressions) > 0 {
		f.Verdict = waived(strings.TrimSuffix("disabled by a comment in the code: "+m.Suppressions[0].Justification, ": "))
	}
	return rule, f
}

// linesOf cuts the region's lines out of a source text, "" where it does not reach so far.
func linesOf(source string, r finding.Region) string {
	if r.StartLine == 0 || source == "" {
		return ""
	}
	var out []string
	n := 0
	for line := range strings.Lines(source) {
		if n++; n >= r.StartLine && n <= min(r.EndLine, r.StartLine+20) {
			out = append(out, strings.TrimRight(line, "\r\n"))
		}
	}
	return strings.Join(out, "\n")
}
