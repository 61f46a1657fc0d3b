package sast

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/entropy"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/flow"
	"github.com/reevehq/reeve/internal/search"
)

// identityFact holds, until all is concluded, what tells a finding from others of its rule.
const identityFact = "identity"

// sighting is a place at which a rule found something, with what is said of it.
type sighting struct {
	start, end int
	// message is the rule's, filled in; around the functions and classes around, plain the code without blanks.
	message, around, plain string
	// fix is what replaces the place, where fixed tells so.
	fix   string
	fixed bool
}

// sight says what there is to be said of a place.
func sight(file *search.File, one *entry, r *search.Range) sighting {
	s := sighting{
		start: r.Start, end: r.End, message: file.Fill(strings.TrimSpace(one.rule().Message), r),
		around: strings.Join(file.Enclosing(r.Start), "."), plain: file.Plain(r.Start, r.End),
	}
	switch {
	case r.Fix != nil:
		s.fix, s.fixed = file.Fix(*r.Fix, r), true
	case one.rule().Fix != "":
		s.fix, s.fixed = file.Fix(one.rule().Fix, r), true
	case one.rule().FixRegex != nil:
		s.fix, s.fixed = one.rule().FixRegex.Apply(file.Text(r.Start, r.End))
	}
	return s
}

// describe makes a finding of a place of a file.
func describe(path string, data []byte, k *known, s sighting) finding.Finding {
	f := finding.Finding{
		Rule: k.facts.ID, Engine: Name, Severity: k.facts.Severity, Confidence: k.facts.Confidence,
		Message:  hidden(strings.Join(strings.Fields(s.message), " ")),
		Location: location(path, data, s.start, s.end),
		Facts:    []finding.Fact{{Name: identityFact, Value: s.around + "\x00" + s.plain}},
	}
	if s.around != "" {
		f.Location.Logical = []finding.Logical{{Kind: "function", Name: s.around}}
	}
	if s.fixed {
		f.Fix.Edits = []finding.Edit{{Path: path, Region: f.Location.Region, New: s.fix}}
	}
	if testCode(path) {
		f.Confidence = finding.Tentative
		f.Reasons = append(f.Reasons, "the path is one of tests or examples")
	}
	return f
}

func location(path string, data []byte, start, end int) finding.Location {
	return finding.Location{Path: path, Region: finding.RegionAt(data, start, end), Snippet: snippet(data, start, end)}
}

// steps say what happens in a step of a flow.
var steps = [...]string{
	flow.Through: "goes on here", flow.From: "comes from here", flow.Assigned: "is given to a variable here", flow.Entered: "is given to this function",
	flow.Returned: "comes back from this call", flow.Arrived: "arrives here",
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

// without takes a fact away.
func without(facts []finding.Fact, name string) []finding.Fact {
	return slices.DeleteFunc(slices.Clone(facts), func(f finding.Fact) bool { return f.Name == name })
}
