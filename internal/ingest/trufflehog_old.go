package ingest

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var trufflehogOldFormat = Format{
	Name: "trufflehog-v2", Title: "TruffleHog 2 JSON", Tool: "TruffleHog",
	Nothing: []string{"", "[]"},
	Is:      func(h *Head) bool { return h.Has("stringsFound", "reason", "path") },
	Read: func(in *Input, h *Header, out Sink) error {
		h.Tool.Version = "2"
		return records(in.json(), h, func(r *trufflehogOld) error { return r.emit(out) })
	},
}

// trufflehogOld is one commit's strings of one kind, as TruffleHog 2, truffleHog3 up to 2.0 and "trufflehog --json-legacy" write it. Its diff
// and its commit message are not read: they quote the secrets.
type trufflehogOld struct {
	Branch, CommitHash, Date, Path, Reason string
	StringsFound                           []string
}

func (r *trufflehogOld) emit(out Sink) error {
	rule := secretRule(r.Reason, r.Reason, finding.High, finding.Firm)
	if strings.EqualFold(r.Reason, "High entropy") {
		rule.Severity, rule.Confidence = finding.Medium, finding.Tentative
	}
	var values []string
	for _, s := range r.StringsFound {
		s = strings.TrimSpace(strings.TrimLeft(s, "+-")) // lines of a diff
		if s == "" || slices.Contains(values, s) {
			continue
		}
		values = append(values, s)
		f := found(rule, "Secret of kind "+rule.Title, finding.Location{Path: rooted(r.Path), Commit: r.CommitHash})
		if f.Location.Path == "" {
			f.Location.Logical = steps("resource", "commit "+r.CommitHash)
		}
		f.Facts = factsOf("date", commitTime(r.Date), "branch", r.Branch)
		concealQuoted(&rule, &f, s)
		if err := emit(out, rule, f); err != nil {
			return err
		}
	}
	return nil
}

var trufflehog3Format = Format{
	Name: "trufflehog3", Title: "truffleHog3 JSON", Tool: "truffleHog3",
	Nothing: []string{"[]"},
	Is:      func(h *Head) bool { return h.Has("rule.id", "rule.message", "secret", "context") },
	Read: func(in *Input, h *Header, out Sink) error {
		return records(in.json(), h, func(r *trufflehog3Issue) error { return r.emit(out) })
	},
}

// trufflehog3Issue is one issue of truffleHog3, an independent program, since its 3.0.
type trufflehog3Issue struct {
	Rule                                       struct{ ID, Message, Severity string }
	Path, Secret, Branch, Author, Commit, Date string
	Line                                       string
	Context                                    map[string]string
}

func (r *trufflehog3Issue) emit(out Sink) error {
	rule := secretRule(r.Rule.ID, firstText(r.Rule.Message, r.Rule.ID), severityOf(r.Rule.Severity), finding.Firm)
	n := integer(r.Line)
	f := found(rule, "Secret of kind "+rule.Title, finding.Location{
		Path: rooted(r.Path), Commit: r.Commit, Region: lines(n, 0), Snippet: oneLine(r.Context[r.Line], 1000),
	})
	f.Facts = factsOf("author", r.Author, "date", commitTime(r.Date), "branch", r.Branch)
	concealQuoted(&rule, &f, r.Secret)
	return emit(out, rule, f)
}
