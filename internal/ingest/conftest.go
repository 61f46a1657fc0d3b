package ingest

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var conftestFormat = Format{
	Name: "conftest", Title: "Conftest JSON",
	Is: func(h *Head) bool {
		return h.Array() && (h.Has("filename", "namespace", "successes") || h.Has("filename", "Failures", "Successes") || h.Has("filename", "failures.msg") ||
			h.Has("filename", "warnings.msg"))
	},
	Read: func(in *Input, out Sink) (Header, error) {
		h := Header{Tool: finding.Tool{Name: "Conftest"}}
		return h, records(in.json(), func(r *conftestFile) error { return r.emit(out) })
	},
}

// conftestFile is one file with what the policies of one namespace say of it, as "conftest test -o json" writes it (output/result.go).
type conftestFile struct {
	Filename, Namespace            string
	Failures, Warnings, Exceptions []conftestResult
}

type conftestResult struct {
	Msg      string
	Metadata map[string]text
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
	id := firstText(string(r.Metadata["id"]), strings.TrimPrefix(string(r.Metadata["query"]), "data."), strings.Trim(c.Namespace+"."+kind, "."))
	rule := finding.Rule{
		ID: id, Engine: "iac", Title: titleOf(string(r.Metadata["title"]), id), Why: string(r.Metadata["description"]), Severity: finding.High, Confidence: finding.Firm,
	}
	if kind == "warn" {
		rule.Severity = finding.Medium
	}
	if word := r.Metadata["severity"]; word != "" {
		rule.Severity = severityOf(string(word))
	}
	if link := firstText(string(r.Metadata["url"]), string(r.Metadata["link"])); link != "" {
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
