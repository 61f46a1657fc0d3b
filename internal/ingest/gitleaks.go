package ingest

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var gitleaksFormat = Format{
	Name: "gitleaks", Title: "Gitleaks JSON", Tool: "Gitleaks",
	Nothing: []string{"[]", "null"},
	Is: func(h *Head) bool {
		return h.Has("RuleID", "Secret", "StartLine") || h.Has("RuleID", "Secret", "Context") || h.Has("offender", "rule", "commit")
	},
	Read: func(in *Input, h *Header, out Sink) error {
		return records(in.json(), h, func(l *gitleak) error { return l.emit(out) })
	},
}

var gitleaksCSVFormat = Format{
	Name: "gitleaks-csv", Title: "Gitleaks CSV", Tool: "Gitleaks",
	Nothing: []string{""},
	Is: func(h *Head) bool {
		return h.Columns("RuleID", "Secret", "Match", "StartLine") || h.Columns("offender", "rule", "commit", "leakURL")
	},
	Read: func(in *Input, h *Header, out Sink) error {
		return in.rows(',', func(r row) error { return gitleakOf(r).emit(out) })
	},
}

// gitleak is one leak as Gitleaks 8 writes it (report/finding.go), then what its versions up to 7 wrote instead.
type gitleak struct {
	RuleID, Description, Match, Secret, File, Commit, Author, Email, Date, Link, Context string

	StartLine, EndLine, StartColumn, EndColumn int
	Tags                                       list[string]

	Rule, Offender, Line, RepoURL, LeakURL string
	LineNumber                             int
}

func gitleakOf(r row) *gitleak {
	number := func(column string) int { return integer(r.get(column)) }
	return &gitleak{
		RuleID: r.get("RuleID"), Match: r.get("Match"), Secret: r.get("Secret"), File: r.get("File"), Commit: r.get("Commit"), Author: r.get("Author"),
		Email: r.get("Email"), Date: r.get("Date"), Link: r.get("Link"), Tags: list[string]{r.get("Tags")},
		StartLine: number("StartLine"), EndLine: number("EndLine"), StartColumn: number("StartColumn"), EndColumn: number("EndColumn"),
		Rule: r.get("rule"), Offender: r.get("offender"), Line: r.get("line"), LeakURL: r.get("leakURL"), LineNumber: number("lineNumber"),
	}
}

func (l *gitleak) emit(out Sink) error {
	rule := secretRule(firstText(l.RuleID, l.Rule, "unknown"), firstText(l.Description, l.RuleID, l.Rule), finding.High, finding.Firm)
	for _, t := range texts(l.Tags...) {
		rule.Tags = append(rule.Tags, strings.FieldsFunc(t, func(r rune) bool { return r == ',' || r == ' ' })...)
	}
	at := finding.Location{Path: rooted(l.File), Commit: l.Commit, Snippet: firstText(l.Match, l.Context, l.Line), Region: lines(l.LineNumber, 0)}
	if l.StartLine > 0 {
		at.Region = lines(l.StartLine, l.EndLine)
		if l.StartColumn > 0 { // Gitleaks names the last column, we the one behind it
			at.Region.StartColumn, at.Region.EndColumn = l.StartColumn, l.EndColumn+1
		}
	}
	if at.Path == "" { // a commit message, or what came in by standard input
		at.Logical = steps("resource", strings.TrimSpace("commit "+l.Commit))
	}
	f := found(rule, "Secret of kind "+rule.Title, at)
	f.Asset = repositoryAt(l.RepoURL)
	f.Facts = factsOf("author", l.Author, "email", l.Email, "date", commitTime(l.Date), "link", firstText(l.Link, l.LeakURL))
	concealQuoted(&rule, &f, firstText(l.Secret, l.Offender))
	return emit(out, rule, f)
}

// firstText is the first text that is not empty.
func firstText(texts ...string) string {
	for _, t := range texts {
		if t = strings.TrimSpace(t); t != "" {
			return t
		}
	}
	return ""
}
