package report

import (
	"io"

	"github.com/reevehq/reeve/internal/finding"
)

// The records of a JSON Lines result, named in the member "type" of each line: first "result" (everything that is
// said once), then every "rule", "finding" and "unread", last "end" with their counts. A file without its end was
// cut short and is refused by Read.
type (
	resultRecord struct {
		Type     string                 `json:"type"`
		Schema   string                 `json:"schema"`
		Tool     finding.Tool           `json:"tool"`
		Assets   []finding.Asset        `json:"assets,omitempty"`
		Engines  []finding.EngineStatus `json:"engines,omitempty"`
		Looked   finding.Looked         `json:"looked"`
		Notes    []string               `json:"notes,omitempty"`
		Times    []finding.Time         `json:"times,omitempty"`
		Decision *finding.Decision      `json:"decision,omitempty"`
	}
	ruleRecord struct {
		Type string `json:"type"`
		*finding.Rule
	}
	findingRecord struct {
		Type string `json:"type"`
		*finding.Finding
	}
	unreadRecord struct {
		Type string `json:"type"`
		*finding.Unread
	}
	endRecord struct {
		Type     string `json:"type"`
		Rules    int    `json:"rules"`
		Findings int    `json:"findings"`
		Unread   int    `json:"unread"`
	}
)

// writeJSONL writes one record a line.
func writeJSONL(w io.Writer, r *finding.Result, _ Options) error {
	s := newJSONStream(w)
	line := func(record any) {
		s.value(record)
		s.raw("\n")
	}
	line(resultRecord{"result", schemaOf(r), r.Tool, r.Assets, r.Engines, r.Looked, r.Notes, r.Times, r.Decision})
	for i := range r.Rules {
		line(ruleRecord{"rule", &r.Rules[i]})
	}
	for i := range r.Findings {
		line(findingRecord{"finding", &r.Findings[i]})
	}
	for i := range r.Unread {
		line(unreadRecord{"unread", &r.Unread[i]})
	}
	line(endRecord{"end", len(r.Rules), len(r.Findings), len(r.Unread)})
	return s.finish()
}
