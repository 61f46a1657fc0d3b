package report

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/reevehq/reeve/internal/finding"
)

// schema compiles a JSON schema of testdata.
func schema(t testing.TB, name string) *jsonschema.Schema {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(t testing.TB, s *jsonschema.Schema, data []byte) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("not JSON: %v", err)
	}
	if err := s.Validate(doc); err != nil {
		t.Errorf("not valid: %#v", err)
	}
}

func TestSARIF_validAgainstTheSchema(t *testing.T) {
	s := schema(t, "sarif-2.1.0.schema.json")
	bare := &finding.Result{Findings: []finding.Finding{{Rule: "r", Fingerprint: "f"}}}
	odd := sample()
	odd.Assets = append(odd.Assets, finding.Asset{Kind: "repository", Name: "git@example.com:acme/shop.git"},
		finding.Asset{Kind: "repository", Name: "https://git.example.com/ü x"}, finding.Asset{Kind: "repository", Name: "https://a:b@git.example.com/x"})
	odd.Rules[0].References = []string{"not a link", "https://a b", "javascript:alert(1)"}
	odd.Rules[0].Tags = append(slices.Repeat([]string{"same"}, 30), "other", "")
	odd.Findings[0].Also = append(odd.Findings[0].Also, odd.Findings[0].Also...)
	odd.Findings[0].Location.Logical = []finding.Logical{{Kind: "function", Name: "f"}, {Kind: "function", Name: "f"}, {}}
	odd.Findings[2].Fix = finding.Fix{Text: "t", Edits: []finding.Edit{{Path: "a", New: "x"}}}
	odd.Findings[1].Location.Path = "//host/..\\a:b?c#d\xff"
	for name, r := range map[string]*finding.Result{
		"sample": sample(), "empty": {}, "bare": bare, "odd": odd, "poisoned": poisoned("\x1b]0;\u202e<&>\"'%"),
	} {
		t.Run(name, func(t *testing.T) { validate(t, s, render(t, "sarif", r, Options{})) })
	}
}

// decoded is a SARIF log read without this package's types.
func decoded(t *testing.T, r *finding.Result, opt Options) map[string]any {
	t.Helper()
	var log struct{ Runs []map[string]any }
	if err := json.Unmarshal(render(t, "sarif", r, opt), &log); err != nil {
		t.Fatal(err)
	}
	if len(log.Runs) != 1 {
		t.Fatalf("runs: %d, want 1", len(log.Runs))
	}
	return log.Runs[0]
}

// dig follows keys and indexes into decoded JSON.
func dig(t *testing.T, v any, path ...any) any {
	t.Helper()
	for _, step := range path {
		switch step := step.(type) {
		case string:
			v = v.(map[string]any)[step]
		case int:
			v = v.([]any)[step]
		}
		if v == nil {
			t.Fatalf("%v: nothing at %v", path, step)
		}
	}
	return v
}

func TestSARIF_saysWhatGitHubWants(t *testing.T) {
	run := decoded(t, sample(), Options{Category: "nightly"})
	tests := []struct {
		want any
		path []any
	}{
		{"reeve", []any{"tool", "driver", "name"}},
		{"0.1.0", []any{"tool", "driver", "semanticVersion"}},
		{"GithubPatClassic", []any{"tool", "driver", "rules", 0, "name"}},
		{"error", []any{"tool", "driver", "rules", 0, "defaultConfiguration", "level"}},
		{"security", []any{"tool", "driver", "rules", 0, "properties", "tags", 0}},
		{"external/cwe/cwe-798", []any{"tool", "driver", "rules", 0, "properties", "tags", 1}},
		{"external/cwe/cwe-079", []any{"tool", "driver", "rules", 1, "properties", "tags", 1}},
		{"external/cwe/cwe-1395", []any{"tool", "driver", "rules", 1, "properties", "tags", 2}},
		{"9.5", []any{"tool", "driver", "rules", 0, "properties", "security-severity"}},
		{"high", []any{"tool", "driver", "rules", 0, "properties", "precision"}},
		{"nightly/", []any{"automationDetails", "id"}},
		{"unicodeCodePoints", []any{"columnKind"}},
		{false, []any{"invocations", 0, "executionSuccessful"}},
		{"https://git.example.com/acme/shop.git", []any{"versionControlProvenance", 0, "repositoryUri"}},
		{sampleHead, []any{"versionControlProvenance", 0, "revisionId"}},
		{0.0, []any{"results", 0, "ruleIndex"}},
		{"%SRCROOT%", []any{"results", 0, "locations", 0, "physicalLocation", "artifactLocation", "uriBaseId"}},
		{12.0, []any{"results", 0, "locations", 0, "physicalLocation", "region", "startLine"}},
		{finding.Mask(leaked()), []any{"results", 0, "locations", 0, "physicalLocation", "region", "snippet", "text"}},
		{"new", []any{"results", 0, "baselineState"}},
		{"unchanged", []any{"results", 1, "baselineState"}},
		{"external", []any{"results", 1, "suppressions", 0, "kind"}},
		{"accepted", []any{"results", 1, "suppressions", 0, "status"}},
		{"q comes from the request", []any{"results", 3, "codeFlows", 0, "threadFlows", 0, "locations", 0, "location", "message", "text"}},
		{"web.(*Server).search", []any{"results", 3, "locations", 0, "logicalLocations", 1, "fullyQualifiedName"}},
		{"web/search_test.go", []any{"results", 3, "fixes", 0, "artifactChanges", 1, "artifactLocation", "uri"}},
	}
	for _, test := range tests {
		if got := dig(t, run, test.path...); got != test.want {
			t.Errorf("%v: %v, want %v", test.path, got, test.want)
		}
	}
	prints := dig(t, run, "results", 0, "partialFingerprints").(map[string]any)
	id := string(sample().Findings[0].Fingerprint)
	if prints["reeve/v1"] != id || prints["primaryLocationLineHash"] != id+":1" {
		t.Errorf("fingerprints: %v", prints)
	}
	for i, result := range dig(t, run, "results").([]any) {
		if dig(t, result, "locations", 0, "physicalLocation", "artifactLocation", "uri") == "" {
			t.Errorf("result %d: no artifact, GitHub would refuse the file", i)
		}
	}
}

func TestSARIF_inlineWaiverIsInSource(t *testing.T) {
	run := decoded(t, sample(), Options{})
	for _, result := range dig(t, run, "results").([]any) {
		if strings.HasPrefix(dig(t, result, "message", "text").(string), "Deployment web") {
			if kind := dig(t, result, "suppressions", 0, "kind"); kind != "inSource" {
				t.Errorf("kind %v, want inSource", kind)
			}
			return
		}
	}
	t.Error("the waived finding is missing")
}

func TestSARIF_completeRunIsSuccessful(t *testing.T) {
	r := sample()
	r.Unread, r.Engines = nil, []finding.EngineStatus{{Name: "secret", State: "ok"}}
	if ok := dig(t, decoded(t, r, Options{}), "invocations", 0, "executionSuccessful"); ok != true {
		t.Errorf("executionSuccessful %v, want true", ok)
	}
}

func TestSARIF_messageMakesNoLink(t *testing.T) {
	r := sample()
	r.Findings[0].Message = "see [here](https://evil.example)\u202e"
	text := dig(t, decoded(t, r, Options{}), "results", 0, "message", "text")
	if want := `see [here] (https://evil.example)\u202e`; text != want {
		t.Errorf("message %q, want %q", text, want)
	}
	if got := readBack(t, "sarif", r); got.Findings[0].Message != r.Findings[0].Message {
		t.Errorf("message read back: %q", got.Findings[0].Message)
	}
}

// written is a result as a file can hold it: the secret's value is gone.
func written(r *finding.Result) *finding.Result {
	for i := range r.Findings {
		r.Findings[i].Secret = finding.Sensitive{}
	}
	return r
}

func readBack(t testing.TB, format string, r *finding.Result) *finding.Result {
	t.Helper()
	got, err := Read(bytes.NewReader(render(t, format, r, Options{})))
	if err != nil {
		t.Fatalf("read %s: %v", format, err)
	}
	return got
}

func diff(want, got *finding.Result) string {
	return cmp.Diff(written(want), got, cmpopts.EquateEmpty(), cmp.AllowUnexported(finding.Sensitive{}))
}

func TestRead_lossless(t *testing.T) {
	odd := sample()
	odd.Findings[0].Location.Path = "/abs/ü %41?#\xff.txt"
	odd.Findings[1].Location.Path = "//two/slashes"
	odd.Findings[2].Fix = finding.Fix{Text: "t", Edits: []finding.Edit{{Path: "a", New: "x"}}}
	at := finding.Region{StartLine: 1}
	odd.Findings[3].Fix = finding.Fix{Edits: []finding.Edit{{Path: "a", Region: at}, {Path: "b", Region: at, New: "x"}, {Path: "a", Region: at, New: "y"}}}
	odd.Findings[3].Message = "C1 \u009b bidi \u202e zero \u200b ## [x](y) \U000e0001"
	for _, format := range []string{"json", "jsonl", "sarif"} {
		t.Run(format, func(t *testing.T) {
			if d := diff(sample(), readBack(t, format, sample())); d != "" {
				t.Errorf("sample (-wrote +read):\n%s", d)
			}
			if format != "sarif" { // JSON text cannot hold a path that is not UTF-8
				odd.Findings[0].Location.Path = "/abs/ü %41?#.txt"
			}
			if d := diff(odd, readBack(t, format, odd)); d != "" {
				t.Errorf("odd (-wrote +read):\n%s", d)
			}
			first := render(t, format, sample(), Options{})
			again := render(t, format, readBack(t, format, sample()), Options{})
			if d := cmp.Diff(string(first), string(again)); d != "" {
				t.Errorf("written again:\n%s", d)
			}
		})
	}
}

func TestRead_sortedKeys(t *testing.T) {
	for _, format := range []string{"json", "sarif"} {
		var v any
		if err := json.Unmarshal(render(t, format, sample(), Options{}), &v); err != nil {
			t.Fatal(err)
		}
		sorted, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Read(bytes.NewReader(sorted))
		if err != nil {
			t.Fatal(err)
		}
		if d := diff(sample(), got); d != "" {
			t.Errorf("%s (-wrote +read):\n%s", format, d)
		}
	}
}

func FuzzSARIFRoundTrip(f *testing.F) {
	f.Add("deploy/prod.env", "a token", "secret masked ***", 12, 7, int64(311), "commit message")
	f.Add("//x/../é\xff%41", "[a](b) \u202e", "", -1, 0, int64(0), "")
	f.Add("", "m", "line\nline", 0, 0, int64(5), "note")
	check := schema(f, "sarif-2.1.0.schema.json")
	f.Fuzz(func(t *testing.T, path, message, snippet string, line, column int, offset int64, surface string) {
		r := sample()
		g := &r.Findings[0]
		line, column, offset = max(0, line), max(0, column), max(0, offset)
		if line == 0 {
			column = 0 // no region
		}
		g.Message = strings.ToValidUTF8(message, "?") + "."
		g.Location = finding.Location{
			Path: path, Snippet: strings.ToValidUTF8(snippet, "?"), Surface: finding.Surface(strings.ToValidUTF8(surface, "?")),
			Region: finding.Region{StartLine: line, StartColumn: column, Offset: offset},
		}
		g.Fix.Text = g.Message
		g.Also = []finding.Location{g.Location}
		g.Flow = []finding.Step{{Location: g.Location, Message: g.Message}}
		r.Unread[0] = finding.Unread{What: g.Message, Why: g.Location.Snippet}
		validate(t, check, render(t, "sarif", r, Options{}))
		if d := diff(r, readBack(t, "sarif", r)); d != "" {
			t.Errorf("(-wrote +read):\n%s", d)
		}
	})
}
