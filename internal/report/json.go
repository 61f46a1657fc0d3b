package report

import (
	"io"

	"github.com/reevehq/reeve/internal/finding"
)

// writeJSON writes the result as finding.Result's tags say. Rules and findings stand one a line, so that the file can
// be compared and searched by line, and so that only one finding is held encoded.
func writeJSON(w io.Writer, r *finding.Result, _ Options) error {
	s := newJSONStream(w)
	s.raw("{\n  \"schema\": ")
	s.value(schemaOf(r))
	s.field("tool", r.Tool)
	s.raw(",\n  \"assets\": ")
	s.list(each(r.Assets))
	s.raw(",\n  \"rules\": ")
	s.list(each(r.Rules))
	s.raw(",\n  \"findings\": ")
	s.list(each(r.Findings))
	s.raw(",\n  \"engines\": ")
	s.list(each(r.Engines))
	s.field("looked", r.Looked)
	if len(r.Unread) > 0 {
		s.raw(",\n  \"unread\": ")
		s.list(each(r.Unread))
	}
	if len(r.Notes) > 0 {
		s.field("notes", r.Notes)
	}
	if len(r.Times) > 0 {
		s.field("times", r.Times)
	}
	if r.Decision != nil {
		s.field("decision", r.Decision)
	}
	s.raw("\n}\n")
	return s.finish()
}

// schemaOf names the format of what is written; a result built in memory may have left it out.
func schemaOf(r *finding.Result) string {
	if r.Schema == "" {
		return finding.SchemaV1
	}
	return r.Schema
}
