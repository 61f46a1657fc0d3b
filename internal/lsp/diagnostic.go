package lsp

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// The bounds of what is shown of a document: findings, steps of a flow, and bytes of a message.
const (
	maxShown    = 500
	maxSteps    = 50
	maxSentence = 2000
)

// shown is a finding as the editor shows it, with all that can be asked about it.
type shown struct {
	diagnostic diagnostic
	// page explains it, in Markdown.
	page string
	// actions are what can be done about it.
	actions []codeAction
}

// shown turns a result into what is shown of it: the worst first where there is too much, and nothing that was waived.
func (j *job) shown(r *finding.Result) []shown {
	rules := map[string]finding.Rule{}
	for _, rule := range r.Rules {
		rules[rule.ID] = rule
	}
	files := &files{job: j, read: map[string]*text{j.path: j.text}}
	var out []shown
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Verdict != nil && f.Verdict.Action == finding.Waived || f.Location.Path != j.path && !strings.HasPrefix(f.Location.Path, j.path+"!/") {
			continue
		}
		if len(out) == maxShown {
			j.server.sayOnce(j.conn, fmt.Sprintf("%s: more than %d findings; the worst are shown", j.path, maxShown))
			break
		}
		rule := rules[f.Rule]
		one := shown{diagnostic: files.diagnostic(f, rule), page: page(f, rule)}
		one.actions = files.actions(f, one.diagnostic)
		out = append(out, one)
	}
	return out
}

// files gives the texts that places are told in, each read once.
type files struct {
	job  *job
	read map[string]*text
}

// text gives a file's text, nil where it cannot be had.
func (fs *files) text(path string) *text {
	if t, known := fs.read[path]; known {
		return t
	}
	var t *text
	if fs.job.folder.source != nil {
		if data, err := (surroundings{fs.job.folder, fs.job.server}).Read(path); err == nil {
			t = newText(string(data), fs.job.text.wide)
		}
	}
	fs.read[path] = t
	return t
}

// uri names a file of the folder as the editor does.
func (fs *files) uri(path string) string {
	if path == fs.job.path {
		return fs.job.uri
	}
	return uriOf(filepath.Join(fs.job.folder.root, filepath.FromSlash(path)))
}

// diagnostic says a finding in the words of the protocol.
func (fs *files) diagnostic(f *finding.Finding, rule finding.Rule) diagnostic {
	d := diagnostic{Severity: levelOf(f.Severity), Code: f.Rule, Source: "reeve", Message: clipped(f.Message, maxSentence), Data: string(f.Fingerprint)}
	if d.Message == "" {
		d.Message = rule.Title
	}
	if f.Location.Path == fs.job.path {
		d.Range = fs.job.text.span(f.Location.Region)
	}
	if len(rule.References) > 0 {
		d.CodeDescription = &codeDescription{Href: rule.References[0]}
	}
	for _, step := range f.Flow[:min(len(f.Flow), maxSteps)] {
		if t := fs.text(step.Location.Path); t != nil {
			at := location{URI: fs.uri(step.Location.Path), Range: t.span(step.Location.Region)}
			d.RelatedInformation = append(d.RelatedInformation, related{Location: at, Message: clipped(step.Message, maxSentence)})
		}
	}
	return d
}

// levelOf is how the editor shows a severity: what would block or warn as an error, and so on down.
func levelOf(s finding.Severity) int {
	switch {
	case s >= finding.High:
		return levelError
	case s == finding.Medium:
		return levelWarning
	case s == finding.Low:
		return levelInfo
	}
	return levelHint
}

func clipped(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
