package ingest

import (
	"context"
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/finding"
)

func TestConcealQuoted_keepsOnlyWholeValues(t *testing.T) {
	for _, c := range []struct {
		value, kept, snippet string
	}{
		{"hunter-two-hunter-two", "hunter-two-hunter-two", "pw = " + finding.Mask("hunter-two-hunter-two")},
		{"REDACTED", "", "pw = REDACTED"},
		{"REDACT", "", "pw = REDACT"},
		{"hunter-two-h...", "", "pw = " + finding.Mask("hunter-two-h...")},
		{"hunt*****************", "", "pw = " + finding.Mask("hunt*****************")},
		{"*****", "", "pw = *****"},
		{"", "", "pw = "},
	} {
		f := finding.Finding{Location: finding.Location{Snippet: "pw = " + c.value}}
		concealQuoted(&finding.Rule{}, &f, c.value)
		if got := f.Secret.Reveal(); got != c.kept {
			t.Errorf("of %q the value %q is kept, want %q", c.value, got, c.kept)
		}
		if f.Location.Snippet != c.snippet {
			t.Errorf("of %q the snippet is %q, want %q", c.value, f.Location.Snippet, c.snippet)
		}
	}
}

func TestRead_secretsOfReports(t *testing.T) {
	for _, c := range []struct{ name, tool, report, want string }{
		{"base64 before decoders", "trufflehog", `{"SourceMetadata":{"Data":{"Git":{"file":"a"}}},"DetectorName":"X","Verified":true,"Raw":"cGxhaW4gd29yZHMgb25seQ=="}`, "plain words only"},
		{"the same text since", "trufflehog", `{"SourceMetadata":{"Data":{"Git":{"file":"a"}}},"DetectorName":"X","DecoderName":"PLAIN","Raw":"cGxhaW4gd29yZHMgb25seQ=="}`, "cGxhaW4gd29yZHMgb25seQ=="},
		{"a line of a diff", "trufflehog-v2", `{"path":"a","reason":"x","stringsFound":["+ pw = hunter-two"]}`, "pw = hunter-two"},
		{"gitlab", "gitlab", `{"version":"15.0.0","scan":{"scanner":{"id":"x"},"type":"sast"},"vulnerabilities":[{"raw_source_code_extract":"hunter-two","location":{"file":"a"}}]}`, "hunter-two"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got recorder
			if _, err := Read(context.Background(), "", strings.NewReader(c.report), c.tool, &got); err != nil {
				t.Fatal(err)
			}
			if len(got.Findings) != 1 || got.Findings[0].Secret.Reveal() != c.want {
				t.Errorf("findings %+v, want one with the secret %q", got.Findings, c.want)
			}
		})
	}
}
