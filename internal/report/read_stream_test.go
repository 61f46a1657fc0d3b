package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/finding"
)

// heard is the sink that remembers findings and where they came from, and fails when told to.
type heard struct {
	findings []finding.Finding
	from     []*Foreign
	err      error
}

func (h *heard) Rule(finding.Rule) error { return h.err }

func (h *heard) Finding(f finding.Finding, from *Foreign) error {
	h.findings, h.from = append(h.findings, f), append(h.from, from)
	return h.err
}

func TestStream_sinkErrorsComeBackUnchanged(t *testing.T) {
	stop := errors.New("stop")
	for _, format := range []string{"json", "jsonl", "sarif"} {
		if _, err := Stream(bytes.NewReader(render(t, format, sample(), Options{})), &heard{err: stop}); err != stop { //nolint:errorlint // unchanged
			t.Errorf("%s: error %v, want the sink's", format, err)
		}
	}
}

func TestStream_resultsBeforeTheToolWaitWithinABound(t *testing.T) {
	var results []string
	for i := range 2000 {
		noise := sha256.Sum256([]byte{byte(i), byte(i >> 8)})
		results = append(results, fmt.Sprintf(`{"ruleId":"r%d","message":{"text":"%s"}}`, i, hex.EncodeToString(noise[:])))
	}
	log := `{"version":"2.1.0","runs":[{"results":[` + strings.Join(results, ",") + `],"tool":{"driver":{"name":"t","rules":[{"id":"r7","shortDescription":{"text":"seven"}}]}}}]}`
	var all heard
	if _, err := stream(strings.NewReader(log), &all, limits{file: 1 << 30, value: 1 << 16, kept: 1 << 20, objects: 1 << 12}); err != nil {
		t.Fatal(err)
	}
	if len(all.findings) != len(results) || all.findings[7].Rule != "r7" || all.from[7].Rule.Title != "seven" {
		t.Errorf("%d findings, the eighth %+v", len(all.findings), all.findings[7])
	}
	_, err := stream(strings.NewReader(log), &heard{}, limits{file: 1 << 30, value: 1 << 16, kept: 1 << 10, objects: 1 << 12})
	if !errors.Is(err, errTooMany) || !strings.Contains(err.Error(), `write "tool" before "results"`) {
		t.Errorf("error %v, want one that says what to do", err)
	}
	broken := strings.Replace(log, `"r1999"`, `17`, 1)
	at := strings.Index(broken, `"ruleId":17`) + len(`"ruleId":`)
	if _, err := Stream(strings.NewReader(broken), &heard{}); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("byte %d: /ruleId is a number", at)) {
		t.Errorf("error %v, want byte %d", err, at)
	}
}

func TestStream_whatTellsNoResultFromAnotherIsNoIdentity(t *testing.T) {
	tests := []struct {
		name, first, second string
		identity, same      bool
	}{
		{"semgrep-without-login", `"fingerprints":{"matchBasedId/v1":"requires login"}`, `"fingerprints":{"matchBasedId/v1":"requires login"}`, false, false},
		{"gitleaks-commit", `"partialFingerprints":{"commitSha":"1a","author":"a","date":"d"}`, `"partialFingerprints":{"commitSha":"1a","author":"a","date":"d"}`, false, false},
		{"codeql-column", `"partialFingerprints":{"primaryLocationLineHash":"h:1","primaryLocationStartColumnFingerprint":"4"}`,
			`"partialFingerprints":{"primaryLocationLineHash":"h:1","primaryLocationStartColumnFingerprint":"9"}`, true, true},
		{"nested", `"fingerprints":{"row":{"value":"a"}}`, `"fingerprints":{"row":{"value":"b"}}`, false, false},
		{"two", `"fingerprints":{"0":"a"}`, `"fingerprints":{"0":"b"}`, true, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			one := func(line int, more string) string {
				return fmt.Sprintf(`{"ruleId":"r","message":{"text":"m"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"a.go"},"region":{"startLine":%d}}}],%s}`, line, more)
			}
			log := `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"t"}},"results":[` + one(1, test.first) + `,` + one(2, test.second) + `]}]}`
			var got heard
			if _, err := Stream(strings.NewReader(log), &got); err != nil {
				t.Fatal(err)
			}
			if same := got.findings[0].Fingerprint == got.findings[1].Fingerprint; same != test.same || got.from[0].Identity != test.identity {
				t.Errorf("one finding: %v, an identity of the tool's: %v; want %v, %v", same, got.from[0].Identity, test.same, test.identity)
			}
		})
	}
}

func TestStream_anEditThatIsNotUnderstoodIsNone(t *testing.T) {
	log := `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"t"}},"results":[{"ruleId":"r","message":{"text":"m"},"fixes":[{"description":{"text":"use b"},
		"artifactChanges":[{"artifactLocation":{"uri":"a.go"},"replacements":[{"deletedRegion":{"charOffset":7,"charLength":2},"insertedContent":{"text":"b"}}]}]}]}]}]}`
	var got heard
	if _, err := Stream(strings.NewReader(log), &got); err != nil {
		t.Fatal(err)
	}
	if fix := got.findings[0].Fix; fix.Text != "use b" || len(fix.Edits) > 0 {
		t.Errorf("fix %+v would replace the whole file", fix)
	}
}

func TestStream_bothKindsAtOnceAreRefused(t *testing.T) {
	for _, in := range []string{
		`{"version":"2.1.0","runs":[],"schema":"reeve-result/1","findings":[{"rule":"r","fingerprint":"f"}]}`,
		`{"rules":[{"id":"r"}],"version":"2.1.0","runs":[]}`,
	} {
		if _, err := Stream(strings.NewReader(in), &heard{}); err == nil || !strings.Contains(err.Error(), "both SARIF and a result of reeve") {
			t.Errorf("%s: error %v", in, err)
		}
	}
}

func TestStream_noticesOfCodeQLAreNotAllKept(t *testing.T) {
	var notices []string
	for i := range 3 * maxNotices {
		level := []string{"none", "note", "error"}[i%3]
		if level == "error" && i > 30 {
			level = "warning"
		}
		notices = append(notices, fmt.Sprintf(`{"level":%q,"message":{"text":"notice %d"}}`, level, i))
	}
	log := `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"t"}},"invocations":[{"executionSuccessful":true,"endTimeUtc":"2026-01-02T03:04:05Z","toolExecutionNotifications":[` +
		strings.Join(notices, ",") + `]}],"results":[]}]}`
	saved, err := Stream(strings.NewReader(log), &heard{})
	if err != nil {
		t.Fatal(err)
	}
	if len(saved.Unread) != 10 || len(saved.Notes) == 0 || len(saved.Notes) > maxNotices || saved.At.Year() != 2026 {
		t.Errorf("%d errors, %d notes, at %v", len(saved.Unread), len(saved.Notes), saved.At)
	}
}
