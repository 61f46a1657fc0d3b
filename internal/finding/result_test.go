package finding

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func at(path string, line int, blob string) Location {
	return Location{Path: path, Region: Region{StartLine: line}, Blob: blob}
}

func TestMerge_onePlaceSaidTwiceIsOne(t *testing.T) {
	history := &History{Commit: "c1", Reach: ReachRefs}
	got := Merge([]Finding{
		{Fingerprint: "f", Location: at("a.py", 2, "blob"), History: history},
		{Fingerprint: "f", Location: at("a.py", 2, "")},
		{Fingerprint: "f", Location: at("b.py", 1, "")},
		{Fingerprint: "g", Location: at("a.py", 2, "")},
	})
	want := []Finding{
		{Fingerprint: "f", Location: at("a.py", 2, ""), Also: []Location{at("b.py", 1, "")}, History: history},
		{Fingerprint: "g", Location: at("a.py", 2, "")},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Sensitive{})); diff != "" {
		t.Errorf("merged (-want +got):\n%s", diff)
	}
}

func TestMerge_theSurestAndWorstSpeaks(t *testing.T) {
	got := Merge([]Finding{
		{Fingerprint: "f", Severity: Low, Location: at("a.py", 1, "")},
		{Fingerprint: "f", Severity: High, Location: at("z.py", 1, "")},
	})
	if len(got) != 1 || got[0].Severity != High || got[0].Location.Path != "z.py" {
		t.Errorf("merged into %+v, want the high one to speak", got)
	}
}

func TestIdentify_partsAreKeptApart(t *testing.T) {
	if Identify(nil, "ab", "c") == Identify(nil, "a", "bc") {
		t.Error("two different lists of parts have one fingerprint")
	}
	if Identify(Key("k"), "a") == Identify(Key("l"), "a") {
		t.Error("the key does not matter")
	}
}

func TestMask_neverShowsMuch(t *testing.T) {
	for secret, want := range map[string]string{
		"":                     "",
		"abc":                  "***",
		"hunter2!":             "hu******",
		"0123456789abcdefghij": "0123************ (20 characters)",
		"äöüäöüäöüäöüäöüäöüäöüäöü": "äöüä************ (24 characters)",
	} {
		if got := Mask(secret); got != want {
			t.Errorf("Mask(%q) = %q, want %q", secret, got, want)
		}
	}
}

func TestSensitive_neverPrintsItself(t *testing.T) {
	s := Conceal("value")
	if text, _ := s.MarshalText(); string(text) != redacted || s.String() != redacted || s.GoString() != redacted {
		t.Error("a secret prints itself")
	}
}

func TestRegionAt_countsLinesAndCharacters(t *testing.T) {
	got := RegionAt([]byte("ä = 1\nkey = «x»\n"), 13, 18)
	want := Region{StartLine: 2, StartColumn: 7, EndLine: 2, EndColumn: 10, Offset: 13, Length: 5}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("region (-want +got):\n%s", diff)
	}
}
