package sast

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/entropy"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/flow"
	"github.com/reevehq/reeve/internal/search"
)

// identityFact holds, until all is concluded, what tells a finding from others of its rule.
const identityFact = "identity"

// describe makes a finding of what a rule found in a file.
func describe(c *engine.Content, file *search.File, one *entry, r *search.Range) finding.Finding {
	k := one.known
	f := finding.Finding{
		Rule: k.facts.ID, Engine: Name, Severity: k.facts.Severity, Confidence: k.facts.Confidence,
		Message:  message(one, file, r),
		Location: finding.Location{Path: c.Path, Region: finding.RegionAt(c.Data, r.Start, r.End), Snippet: snippet(c.Data, r.Start, r.End)},
	}
	if names := file.Enclosing(r.Start); len(names) > 0 {
		f.Location.Logical = []finding.Logical{{Kind: "function", Name: strings.Join(names, ".")}}
	}
	for _, s := range r.Steps {
		f.Flow = append(f.Flow, finding.Step{Message: steps[s.What], Location: finding.Location{
			Path: c.Path, Region: finding.RegionAt(c.Data, s.Start, s.End), Snippet: snippet(c.Data, s.Start, s.End),
		}})
	}
	if edit, ok := one.fix(file, r); ok {
		f.Fix.Edits = []finding.Edit{{Path: c.Path, Region: f.Location.Region, New: edit}}
	}
	f.Facts = []finding.Fact{{Name: identityFact, Value: strings.Join(file.Enclosing(r.Start), ".") + "\x00" + file.Plain(r.Start, r.End)}}
	if testCode(c.Path) {
		f.Confidence = finding.Tentative
		f.Reasons = append(f.Reasons, "the path is one of tests or examples")
	}
	return f
}

// message is the rule's, with what its metavariables stand for.
func message(one *entry, file *search.File, r *search.Range) string {
	text := file.Fill(strings.TrimSpace(one.rule.Message), r)
	if one.known.ours && len(r.Steps) > 1 && one.rule.Message == one.known.facts.Title {
		first, last := r.Steps[0], r.Steps[len(r.Steps)-1]
		text += ": " + quoted(file.Text(first.Start, first.End)) + " reaches " + quoted(file.Text(last.Start, last.End))
	}
	return hidden(strings.Join(strings.Fields(text), " "))
}

func quoted(code string) string {
	return "`" + clipped(strings.Join(strings.Fields(code), " "), 60) + "`"
}

// The bounds of a snippet: lines, and bytes of a line.
const (
	snippetLines = 3
	snippetWidth = 160
)

// snippet is the lines that a part of a file stands on.
func snippet(data []byte, start, end int) string {
	from := start
	for from > 0 && data[from-1] != '\n' && start-from < snippetWidth {
		from--
	}
	var lines []string
	for line := range strings.Lines(string(data[from:min(len(data), max(end, from)+snippetWidth)])) {
		if len(lines) == snippetLines || from >= end && len(lines) > 0 {
			break
		}
		from += len(line)
		line = strings.TrimRight(line, "\r\n")
		lines = append(lines, hidden(strings.ToValidUTF8(line[:min(len(line), snippetWidth)], "\uFFFD")))
	}
	return strings.Join(lines, "\n")
}

// hidden masks what may be a secret in a text: words that look as if they had been thrown.
func hidden(text string) string {
	wordRune := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("+/=_-", r)
	}
	var out []byte
	for at := 0; at < len(text); {
		end := at
		for end < len(text) && wordRune(rune(text[end])) {
			end++
		}
		word := text[at:end]
		switch {
		case len(word) >= 16 && strings.ContainsAny(word, "0123456789") && entropy.Of(word) > 3.5:
			out = append(out, finding.Mask(word)...)
		default:
			out = append(out, word...)
		}
		if end < len(text) {
			out = append(out, text[end])
			end++
		}
		at = end
	}
	return string(out)
}

// fix is the code that replaces what was found, where the rule says so.
func (one *entry) fix(file *search.File, r *search.Range) (string, bool) {
	switch {
	case one.rule.Fix != "":
		return file.Fill(one.rule.Fix, r), true
	case one.rule.FixRegex != nil:
		return one.rule.FixRegex.Apply(file.Text(r.Start, r.End))
	}
	return "", false
}

// without takes a fact away.
func without(facts []finding.Fact, name string) []finding.Fact {
	return slices.DeleteFunc(slices.Clone(facts), func(f finding.Fact) bool { return f.Name == name })
}

// steps say what happens in a step of a flow.
var steps = [...]string{
	flow.Through: "goes on here", flow.From: "comes from here", flow.Assigned: "is given to a variable here", flow.Entered: "is given to this function",
	flow.Returned: "comes back from this call", flow.Arrived: "arrives here",
}
