package report

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/finding"
)

func TestRead_foreignSARIF(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "foreign-linter.sarif"))
	if err != nil {
		t.Fatal(err)
	}
	validate(t, schema(t, "sarif-2.1.0.schema.json"), data)
	got, err := Read(bytes.NewReader(append([]byte("\xef\xbb\xbf"), data...)))
	if err != nil {
		t.Fatal(err)
	}
	want := &finding.Result{
		Schema: finding.SchemaV1,
		Tool:   finding.Tool{Name: "Linter", Version: "2.1.0"},
		Assets: []finding.Asset{{Kind: "repository", Name: "https://git.example.com/acme/shop"}},
		Rules: []finding.Rule{
			{
				ID: "go/sql-injection", Engine: "linter", Title: "SQL built from input", Severity: finding.High, Confidence: finding.Firm,
				Why: "The caller decides what runs.", Fix: "Use **parameters**.", References: []string{"https://linter.example.com/go/sql-injection"},
				CWE: []int{89, 564}, Tags: []string{"security", "external/cwe/cwe-089", "external/cwe/cwe-564"},
			},
			{ID: "never-described", Engine: "linter", Title: "never-described", Severity: finding.Medium, Confidence: finding.Likely},
			{ID: "style/long-line/2", Engine: "linter", Title: "Line too long", Severity: finding.Medium, Confidence: finding.Likely},
		},
		Findings: []finding.Finding{
			{
				Fingerprint: finding.Identify(nil, "sarif", "Linter", "go/sql-injection", "web/search.go", "primaryLocationLineHash", "39fa2ee980eb94b0:1"),
				Rule:        "go/sql-injection", Engine: "linter", Message: "q reaches the statement.", Severity: finding.High, Confidence: finding.Firm,
				Location: finding.Location{Path: "web/search.go", Region: finding.Region{StartLine: 88, StartColumn: 2, EndColumn: 20}, Snippet: "db.Query(q)"},
				Also:     []finding.Location{{Path: "web/a b.go", Region: finding.Region{StartLine: 3}}},
				Flow: []finding.Step{
					{Location: finding.Location{Path: "web/search.go", Region: finding.Region{StartLine: 80}}, Message: "source"},
					{Location: finding.Location{Path: "web/search.go", Region: finding.Region{StartLine: 88}}, Message: "sink"},
				},
				Verdict: &finding.Verdict{Action: finding.Waived, Because: "suppressed in the report of Linter: behind a login"},
			},
			{
				Fingerprint: finding.Identify(nil, "sarif", "Linter", "style/long-line/2", "web/search.go", "Line is long.", "", "", "0", "0", "0", "0"),
				Rule:        "style/long-line/2", Engine: "linter", Message: "Line is long.", Severity: finding.Low, Confidence: finding.Likely,
				Location: finding.Location{Path: "web/search.go"},
			},
			{
				Fingerprint: finding.Identify(nil, "sarif", "Linter", "never-described", "", "bold", "", "", "0", "0", "0", "0"),
				Rule:        "never-described", Engine: "linter", Message: "bold", Severity: finding.Medium, Confidence: finding.Likely,
				Fix: finding.Fix{Edits: []finding.Edit{{Path: "x.go", Region: finding.Region{StartLine: 1}, New: "y"}}},
			},
		},
		Engines: []finding.EngineStatus{{Name: "Linter", State: "failed", Why: "its report says that its run did not succeed"}},
		Unread: []finding.Unread{
			{What: "web/broken.go", Why: "cannot parse"},
			{What: "Linter results", Why: "they stand in another file"},
		},
		Notes: []string{"Linter: took long"},
	}
	if d := diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	for _, f := range Formats() {
		render(t, f.Name, got, Options{})
	}
}

// A report of a secrets scanner may quote the secret; nothing of it may come through.
func TestRead_foreignSecretsAreMasked(t *testing.T) {
	secret := "AK" + "IA" + strings.Repeat("Q7", 8)
	log := map[string]any{"version": "2.1.0", "runs": []any{map[string]any{
		"tool": map[string]any{"driver": map[string]any{"name": "gitleaks", "rules": []any{map[string]any{"id": "aws-access-token"}}}},
		"results": []any{map[string]any{
			"ruleId": "aws-access-token", "message": map[string]any{"text": "found " + secret + " in .env"},
			"partialFingerprints": map[string]any{"commitSha": "1a2b"},
			"locations": []any{map[string]any{"physicalLocation": map[string]any{
				"artifactLocation": map[string]any{"uri": ".env"}, "region": map[string]any{"startLine": 1, "snippet": map[string]any{"text": secret}},
			}}},
			"fixes": []any{map[string]any{"artifactChanges": []any{map[string]any{
				"artifactLocation": map[string]any{"uri": ".env"}, "replacements": []any{map[string]any{"deletedRegion": map[string]any{}, "insertedContent": map[string]any{"text": secret}}},
			}}}},
		}},
	}}}
	data, err := json.Marshal(log)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Read(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Findings) != 1 || got.Findings[0].Location.Snippet != finding.Mask(secret) {
		t.Fatalf("findings: %+v", got.Findings)
	}
	for _, f := range Formats() {
		if bytes.Contains(render(t, f.Name, got, Options{Verbose: true}), []byte(secret)) {
			t.Errorf("%s shows the secret", f.Name)
		}
	}
}

func TestSARIF_severityOfForeignResults(t *testing.T) {
	tests := []struct {
		rule, result string
		want         finding.Severity
	}{
		{`{"id":"r"}`, `{}`, finding.Medium},
		{`{"id":"r","defaultConfiguration":{"level":"error"}}`, `{}`, finding.High},
		{`{"id":"r","defaultConfiguration":{"level":"error"}}`, `{"level":"note"}`, finding.Low},
		{`{"id":"r","properties":{"security-severity":"9.8"}}`, `{"level":"note"}`, finding.Critical},
		{`{"id":"r","properties":{"security-severity":"9.8"}}`, `{"properties":{"security-severity":3.1}}`, finding.Low},
		{`{"id":"r","properties":{"security-severity":"0.0","tags":"wrong","precision":["x"]}}`, `{"level":"none"}`, finding.Info},
		{`{"id":"r","properties":{"security-severity":"much"}}`, `{"kind":"informational"}`, finding.Info},
	}
	for _, test := range tests {
		var result map[string]any
		if err := json.Unmarshal([]byte(test.result), &result); err != nil {
			t.Fatal(err)
		}
		result["ruleId"], result["message"] = "r", map[string]string{"text": "m"}
		one, err := json.Marshal(result)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Read(strings.NewReader(`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"t","rules":[` + test.rule + `]}},"results":[` + string(one) + `]}]}`))
		if err != nil {
			t.Fatalf("%s %s: %v", test.rule, test.result, err)
		}
		if s := got.Findings[0].Severity; s != test.want {
			t.Errorf("%s %s: %v, want %v", test.rule, test.result, s, test.want)
		}
	}
}
