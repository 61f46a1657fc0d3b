package ingest

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var conftestFormat = Format{
	Name: "conftest", Title: "Conftest JSON", Tool: "Conftest",
	Is: func(h *Head) bool {
		return h.Array() && (h.Has("filename", "namespace", "successes") || h.Has("filename", "Failures", "Successes") || h.Has("filename", "failures.msg") ||
			h.Has("filename", "warnings.msg"))
	},
	Read: func(in *Input, h *Header, out Sink) error {
		return records(in.json(), h, func(r *conftestFile) error { return r.emit(out) })
	},
}

// conftestFile is one file with what the policies of one namespace say of it, as "conftest test -o json" writes it (output/result.go).
type conftestFile struct {
	Filename, Namespace            string
	Failures, Warnings, Exceptions []conftestResult
}

type conftestResult struct {
	Msg      string
	Metadata map[string]string
}

func (c *conftestFile) emit(out Sink) error {
	for _, part := range []struct {
		results []conftestResult
		kind    string
	}{{c.Failures, "deny"}, {c.Warnings, "warn"}, {c.Exceptions, "exception"}} {
		for i := range part.results {
			if err := c.result(&part.results[i], part.kind, out); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *conftestFile) result(r *conftestResult, kind string, out Sink) error {
	id := firstText(r.Metadata["id"], strings.TrimPrefix(r.Metadata["query"], "data."), strings.Trim(c.Namespace+"."+kind, "."))
	rule := finding.Rule{
		ID: id, Engine: "iac", Title: titleOf(r.Metadata["title"], id), Why: r.Metadata["description"], Severity: finding.High, Confidence: finding.Firm,
	}
	if kind == "warn" {
		rule.Severity = finding.Medium
	}
	if word := r.Metadata["severity"]; word != "" {
		rule.Severity = severityOf(word)
	}
	if link := firstText(r.Metadata["url"], r.Metadata["link"]); link != "" {
		rule.References = []string{link}
	}
	f := found(rule, firstText(r.Msg, rule.Title), finding.Location{Path: rooted(c.Filename)})
	if f.Location.Path == "" || f.Location.Path == "-" {
		f.Location.Path, f.Location.Logical = "", steps("control", id)
	}
	if kind == "exception" {
		f.Verdict = waived("a policy's exception")
	}
	return emit(out, rule, f)
}
