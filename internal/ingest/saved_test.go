package ingest

import (
	"bytes"
	"context"
	"testing"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/report"
)

func TestReadSaved_whatReeveWroteComesBack(t *testing.T) {
	want := finding.Result{
		Schema: finding.SchemaV1, Tool: finding.Tool{Name: "reeve", Version: "1"}, Engines: []finding.EngineStatus{{Name: "sca", State: "failed", Why: "no database"}},
		Rules:    []finding.Rule{{ID: "sql", Engine: "sast", Title: "SQL"}},
		Findings: []finding.Finding{{Fingerprint: "f", Rule: "sql", Engine: "sast", Message: "m", Severity: finding.High, Location: finding.Location{Path: "a.go"}, Rank: &finding.Rank{Score: 70}}},
		Unread:   []finding.Unread{{What: "b.go", Why: "locked"}},
	}
	for _, name := range []string{"json", "jsonl", "sarif"} {
		format, _ := report.Lookup(name)
		var data bytes.Buffer
		if err := format.Write(&data, &want, report.Options{}); err != nil {
			t.Fatal(err)
		}
		var got recorder
		h, err := Read(context.Background(), "", &data, "auto", &got)
		if err != nil {
			t.Fatal(err)
		}
		f := got.Findings[0]
		if h.Format != "reeve" || len(h.Partial) != 2 || f.Fingerprint != "f" || f.Rank == nil || f.Rank.Score != 70 || f.Engine != "sast" {
			t.Errorf("%s: header %+v, finding %+v", name, h, f)
		}
	}
}
