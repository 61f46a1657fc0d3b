package report

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/finding"
)

func TestVisible_shows(t *testing.T) {
	tests := map[string]string{
		"plain ASCII, 100% # ## ok": "plain ASCII, 100% # ## ok",
		"größer 日本 🙂 …":             "größer 日本 🙂 …",
		"a\x1b[31mb":                `a\x1b[31mb`,
		"a\nb\rc\td":                `a\nb\rc\td`,
		"\u202ecod.exe":             `\u202ecod.exe`,
		"a\u200bb\ufeff\u00a0":      `a\u200bb\ufeff\u00a0`,
		"\xff\xc3":                  `\xff\xc3`,
		"\U000e0041":                `\U000e0041`,
		"##[add-mask]x":             `#\x23[add-mask]x`,
		"### [x] ##vso[y] ##x":      `### [x] #\x23vso[y] ##x`,
		"###[x":                     `##\x23[x`,
		"\x7f\u009b":                `\x7f\u009b`,
	}
	for in, want := range tests {
		if got := visible(in); got != want {
			t.Errorf("visible(%q) = %q, want %q", in, got, want)
		}
	}
	if got := visible(string(make([]byte, 9000))); len(got) > 4*textLimit+3 {
		t.Errorf("long text gives %d bytes", len(got))
	}
}

func TestWords_numbers(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 bytes", 1: "1 byte", 1023: "1,023 bytes", 1024: "1.0 KiB", 1536: "1.5 KiB", 1<<20 - 1: "1.0 MiB", 5 << 30: "5.0 GiB", 1 << 62: "4.0 EiB",
	} {
		if got := byteSize(n); got != want {
			t.Errorf("byteSize(%d) = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int64]string{-1234: "-1,234", -123: "-123", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := thousands(n); got != want {
			t.Errorf("thousands(%d) = %q, want %q", n, got, want)
		}
	}
	for d, want := range map[time.Duration]string{
		0: "under 1 ms", 999 * time.Microsecond: "under 1 ms", 42 * time.Millisecond: "42 ms", 1500 * time.Millisecond: "1.50 s", 83 * time.Second: "1m23s",
	} {
		if got := duration(d); got != want {
			t.Errorf("duration(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestStory_everyReach(t *testing.T) {
	tests := []struct {
		h    finding.History
		want string
	}{
		{finding.History{InTree: true, Blobs: 1}, "in the current tree"},
		{finding.History{Commit: "1a2b3c4d5e6f", Author: "Ann", Date: "2024-03-01T10:00:00Z", Reach: finding.ReachRefs, Refs: []string{"main", "v1", "v2"}},
			"first in 1a2b3c4d by Ann on 2024-03-01; not in the current tree, still reachable from main, v1 and v2"},
		{finding.History{Reach: finding.ReachRefs, Refs: []string{"a", "b", "c", "d", "e"}}, "not in the current tree, still reachable from a, b, c and 2 more"},
		{finding.History{Reach: finding.ReachRefs, Refs: []string{"a"}, Blobs: 2}, "not in the current tree, still reachable from a; in 2 objects"},
		{finding.History{Reach: finding.ReachRefs}, "not in the current tree, still reachable"},
		{finding.History{Reach: finding.ReachStash}, "not in the current tree, still in the stash"},
		{finding.History{Reach: finding.ReachReflog}, "not in the current tree, still in the reflog"},
		{finding.History{Reach: finding.ReachIndex}, "not in the current tree, staged only"},
		{finding.History{Reach: finding.ReachUnreachable}, "not in the current tree, unreachable, but in the object store until git prunes it"},
		{finding.History{Commit: "1a", Date: "2024"}, "first in 1a; not in the current tree, reach unknown"},
	}
	for _, test := range tests {
		if got := story(&test.h); got != test.want {
			t.Errorf("%+v:\n got %q\nwant %q", test.h, got, test.want)
		}
	}
}

func TestPlaceOf_everyKind(t *testing.T) {
	tests := map[string]finding.Location{
		"a/b.go:12:5":                         {Path: "a/b.go", Region: finding.Region{StartLine: 12, StartColumn: 5}},
		"a/b.go":                              {Path: "a/b.go"},
		"commit message of 1a2b3c4d (line 2)": {Surface: finding.CommitMessage, Commit: "1a2b3c4d5e", Region: finding.Region{StartLine: 2, StartColumn: 9}},
		"path name of a/secret":               {Surface: finding.PathName, Path: "a/secret"},
		"note of 99aa":                        {Surface: finding.Note, Blob: "99aa"},
		"workload shop/web > container api":   {Logical: []finding.Logical{{Kind: "workload", Name: "shop/web"}, {Kind: "container", Name: "api"}}},
		"the target":                          {},
	}
	for want, l := range tests {
		if got := placeOf(&l); got != want {
			t.Errorf("%+v: %q, want %q", l, got, want)
		}
	}
}

func TestTimeTaken_totalIsNotCountedTwice(t *testing.T) {
	stages := []finding.Time{{Stage: "walk", Took: time.Second}, {Stage: "look", Took: 2 * time.Second}}
	if got := timeTaken(stages); got != "3.00 s: walk 1.00 s, look 2.00 s" {
		t.Errorf("got %q", got)
	}
	if got := timeTaken(append(stages, finding.Time{Stage: "total", Took: 2 * time.Second})); got != "2.00 s: walk 1.00 s, look 2.00 s" {
		t.Errorf("with a total: %q", got)
	}
}

func TestSurvey_answers(t *testing.T) {
	one := []finding.Finding{{Rule: "r", Fingerprint: "f"}}
	waived := []finding.Finding{{Rule: "r", Fingerprint: "f", Verdict: &finding.Verdict{Action: finding.Waived}}}
	unread := []finding.Unread{{What: "a", Why: "b"}}
	tests := []struct {
		r    finding.Result
		want string
	}{
		{finding.Result{}, answerClean},
		{finding.Result{Findings: one}, answerFound},
		{finding.Result{Findings: waived}, answerClean},
		{finding.Result{Unread: unread}, answerIncomplete},
		{finding.Result{Findings: one, Unread: unread}, answerIncomplete},
		{finding.Result{Engines: []finding.EngineStatus{{State: "failed"}}}, answerIncomplete},
		{finding.Result{Decision: &finding.Decision{Action: finding.Report}, Findings: one}, answerPassed},
		{finding.Result{Decision: &finding.Decision{Action: finding.Warn}, Unread: unread}, answerIncomplete},
		{finding.Result{Decision: &finding.Decision{Action: finding.Block}, Unread: unread}, answerBlocked},
	}
	for _, test := range tests {
		if got := surveyOf(&test.r, false).answer(); got != test.want {
			t.Errorf("%+v: %s, want %s", test.r, got, test.want)
		}
	}
}

func TestSurvey_orderIsWorstFirstWhateverComesIn(t *testing.T) {
	r := sample()
	for i, j := 0, len(r.Findings)-1; i < j; i, j = i+1, j-1 {
		r.Findings[i], r.Findings[j] = r.Findings[j], r.Findings[i]
	}
	var got, want []finding.Fingerprint
	for _, f := range surveyOf(r, true).shown {
		got = append(got, f.Fingerprint)
	}
	for _, f := range surveyOf(sample(), true).shown {
		want = append(want, f.Fingerprint)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	last := surveyOf(r, true).shown
	if !isWaived(last[len(last)-1]) || isWaived(last[0]) {
		t.Error("waived findings should come last")
	}
}
