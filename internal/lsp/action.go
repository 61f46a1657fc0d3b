package lsp

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/decision"
	"github.com/reevehq/reeve/internal/finding"
)

// quickFix is the one kind of action there is here.
const quickFix = "quickfix"

// waived is how long a proposed waiver lets a finding stand.
const waived = 90 * 24 * time.Hour

// placeholder stands where the reason of a waiver belongs. It is shorter than a reason must be (decision.MinReason), so that a waiver whose reason
// nobody has written does not hold.
const placeholder = "WHY?"

// actions gives what can be done about the findings in a range.
func (s *server) actions(r request) (any, error) {
	var p codeActionParams
	if err := r.read(&p); err != nil {
		return nil, err
	}
	out := []codeAction{}
	d := s.documents[p.TextDocument.URI]
	if d == nil || len(p.Context.Only) > 0 && !slices.ContainsFunc(p.Context.Only, func(kind string) bool { return kind == "" || kind == quickFix }) {
		return out, nil
	}
	for _, one := range d.current() {
		if !one.diagnostic.Range.meets(p.Range) {
			continue
		}
		for _, a := range one.actions {
			if !slices.ContainsFunc(out, func(o codeAction) bool { return a.same(o) }) {
				out = append(out, a)
			}
		}
	}
	return out, nil
}

// same tells whether two actions do the same: two secrets in one line are ignored by one comment.
func (a codeAction) same(o codeAction) bool {
	if a.Title != o.Title || len(a.Edit.Changes) != len(o.Edit.Changes) {
		return false
	}
	for uri, edits := range a.Edit.Changes {
		if !slices.Equal(edits, o.Edit.Changes[uri]) {
			return false
		}
	}
	return true
}

// actions are the finding's own fix, and the comment that lets it stand.
func (fs *files) actions(f *finding.Finding, d diagnostic) []codeAction {
	var out []codeAction
	if edits := fs.edits(f.Fix.Edits); len(edits) > 0 {
		out = append(out, codeAction{Title: "Fix: " + fixTitle(f), Kind: quickFix, Diagnostics: []diagnostic{d}, IsPreferred: true, Edit: workspaceEdit{edits}})
	}
	if edit, ok := fs.ignore(f); ok {
		out = append(out, codeAction{Title: "Ignore this finding here (" + f.Rule + ")", Kind: quickFix, Diagnostics: []diagnostic{d},
			Edit: workspaceEdit{map[string][]textEdit{fs.job.uri: {edit}}}})
	}
	return out
}

// edits says a fix in the words of the protocol; nothing where a file that it changes cannot be had: half a fix is none.
func (fs *files) edits(all []finding.Edit) map[string][]textEdit {
	out := map[string][]textEdit{}
	for _, e := range all {
		t := fs.text(e.Path)
		if t == nil {
			return nil
		}
		uri := fs.uri(e.Path)
		out[uri] = append(out[uri], textEdit{Range: t.span(e.Region), NewText: e.New})
	}
	return out
}

// fixTitle says in a few words what a fix does.
func fixTitle(f *finding.Finding) string {
	text, _, _ := strings.Cut(strings.TrimSpace(f.Fix.Text), "\n")
	code := strings.Join(strings.Fields(f.Fix.Edits[0].New), " ")
	switch {
	case text != "":
		return clipped(text, 80)
	case len(f.Fix.Edits) > 1:
		return fmt.Sprintf("change %d places", len(f.Fix.Edits))
	case code == "":
		return "take it away"
	}
	return "write `" + clipped(code, 60) + "`"
}

// ignore gives the waiver for a finding as a comment on a line of its own above it, as decision.ParseInline reads it. False where no comment can
// stand there, or none is known for the language.
func (fs *files) ignore(f *finding.Finding) (textEdit, bool) {
	t := fs.job.text
	c, known := commentOf(fs.job.language, fs.job.path)
	if !known || f.Engine == decision.Engine || f.Location.Path != fs.job.path || f.Location.Region.StartLine == 0 {
		return textEdit{}, false
	}
	at, _ := t.bytes(f.Location.Region)
	at = strings.LastIndexByte(t.data[:at], '\n') + 1
	line, _, _ := strings.Cut(t.data[at:], "\n")
	above := strings.TrimRight(t.data[:at], "\r\n")
	if strings.HasPrefix(line, "#!") || strings.HasPrefix(line, "<?") || strings.HasSuffix(above, `\`) {
		return textEdit{}, false // a first line that must stay the first, or one that goes on
	}
	end := "\n"
	if strings.HasSuffix(line, "\r") || strings.HasSuffix(t.data[:at], "\r\n") {
		end = "\r\n"
	}
	indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	until := fs.job.server.options.Now().Add(waived).UTC().Format(time.DateOnly)
	text := fmt.Sprintf("%s%s reeve:ignore %s %s until=%s%s%s", indent, c.open, f.Rule, placeholder, until, c.end, end)
	return textEdit{Range: span{t.position(at), t.position(at)}, NewText: text}, true
}
