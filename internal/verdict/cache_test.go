package verdict

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/git"
	"github.com/reevehq/reeve/internal/history"
)

var key = bytes.Repeat([]byte{7}, KeySize)

func id(n int) git.ID {
	raw := make([]byte, 20)
	raw[0], raw[19] = byte(n), byte(n>>8)+1
	return git.MakeID(raw)
}

func remember(t *testing.T, dir string, key []byte, objects ...int) {
	t.Helper()
	c := Open(dir, key, "rules")
	findings, seen := c.Recall()
	var looked []git.ID
	for _, n := range objects {
		looked = append(looked, id(n))
		findings = append(findings, finding.Finding{Fingerprint: finding.Fingerprint(fmt.Sprint("f", n)), Rule: "r", Evidence: "***"})
		seen = append(seen, history.Seen{Object: id(n), Finding: len(findings) - 1, Start: n, End: n + 1})
	}
	if err := c.Remember(looked, findings, seen); err != nil {
		t.Fatal(err)
	}
}

// recalled gives, by object, the fingerprint seen in it.
func recalled(dir string, key []byte) map[git.ID]finding.Fingerprint {
	findings, seen := Open(dir, key, "rules").Recall()
	out := map[git.ID]finding.Fingerprint{}
	for _, s := range seen {
		out[s.Object] = findings[s.Finding].Fingerprint
	}
	return out
}

func TestCache_remembersOverManyScans(t *testing.T) {
	dir := t.TempDir()
	want := map[git.ID]finding.Fingerprint{}
	for n := range 3 * maxSegments { // enough for the segments to be merged more than once
		remember(t, dir, key, n)
		want[id(n)] = finding.Fingerprint(fmt.Sprint("f", n))
	}
	if diff := cmp.Diff(want, recalled(dir, key), cmp.Comparer(func(a, b git.ID) bool { return a == b })); diff != "" {
		t.Errorf("recalled (-want +got):\n%s", diff)
	}
	c := Open(dir, key, "rules")
	c.Load()
	if !c.Known(id(5)) || c.Known(id(5000)) {
		t.Error("knows what it never saw, or forgot what it saw")
	}
	files, _ := filepath.Glob(filepath.Join(dir, "rules", "*"+segmentSuffix))
	if len(files) > maxSegments {
		t.Errorf("%d segments, want at most %d", len(files), maxSegments)
	}
}

// TestCache_mergingKeepsWhatOtherRepositoriesSaw: a fork's scan knows nothing of the objects of another's.
func TestCache_mergingKeepsWhatOtherRepositoriesSaw(t *testing.T) {
	dir := t.TempDir()
	for n := range 2*maxSegments + 3 {
		c := Open(dir, key, "rules")
		c.Load()
		findings := []finding.Finding{{Fingerprint: finding.Fingerprint(fmt.Sprint("f", n)), Rule: "r"}}
		if err := c.Remember([]git.ID{id(n)}, findings, []history.Seen{{Object: id(n)}}); err != nil {
			t.Fatal(err)
		}
	}
	if got := recalled(dir, key); len(got) != 2*maxSegments+3 {
		t.Errorf("recalled %d sightings, want %d", len(got), 2*maxSegments+3)
	}
}

func TestCache_nobodyWithoutTheKeyCanPlantAVerdict(t *testing.T) {
	dir := t.TempDir()
	other := bytes.Repeat([]byte{8}, KeySize)
	remember(t, dir, other, 1) // sealed with another key
	if got := recalled(dir, key); len(got) > 0 {
		t.Errorf("took a verdict sealed with another key: %v", got)
	}
	dir = t.TempDir()
	remember(t, dir, key, 1)
	files, _ := filepath.Glob(filepath.Join(dir, "rules", "*"+segmentSuffix))
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for i := range data { // every single changed byte breaks the seal
		changed := bytes.Clone(data)
		changed[i] ^= 1
		if _, ok := unseal(key, filepath.Base(files[0]), changed); ok {
			t.Fatalf("the seal holds with byte %d changed", i)
		}
	}
	data[len(data)/2] ^= 1
	if err := os.WriteFile(files[0], data, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := recalled(dir, key); len(got) > 0 {
		t.Error("took a verdict with a byte changed")
	}
	data[len(data)/2] ^= 1
	if err := os.WriteFile(filepath.Join(filepath.Dir(files[0]), "other"+segmentSuffix), data, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := recalled(dir, key); len(got) > 0 {
		t.Error("took a verdict under another name")
	}
}

func TestCache_resultOfTheSameStateOnly(t *testing.T) {
	c := Open(t.TempDir(), key, "rules")
	report := &history.Report{Findings: []finding.Finding{{Fingerprint: "f", Evidence: "***", Secret: finding.Conceal("value")}}}
	if err := c.KeepResult("state", report); err != nil {
		t.Fatal(err)
	}
	got, ok := c.Result("state")
	if !ok || len(got.Findings) != 1 || got.Findings[0].Secret.Reveal() != "" {
		t.Errorf("recalled %+v, %v; want the finding without its value", got, ok)
	}
	if _, ok := c.Result("another"); ok {
		t.Error("recalled a result of another state")
	}
	if err := c.KeepResult("../up", report); err == nil {
		t.Error("kept a result outside its folder")
	}
}

func TestKey_madeOnceAndPrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "config")
	first, err := Key("", dir)
	if err != nil {
		t.Fatal(err)
	}
	second, err := Key("", dir)
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("a second key: %v", err)
	}
	info, err := os.Stat(filepath.Join(dir, "cache.key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's mode is %v, %v", info.Mode(), err)
	}
	if _, err := Key("abcd", dir); err == nil {
		t.Error("took a key that is too short")
	}
}

func FuzzSegment(f *testing.F) {
	s := segment{findings: []finding.Finding{{Fingerprint: "f"}}, seen: []history.Seen{{Object: id(1), Start: 1, End: 2}}}
	s.setIDs([]git.ID{id(1), id(2)})
	body, err := s.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, body []byte) {
		s, err := parseSegment(body)
		if err != nil {
			return
		}
		for _, one := range s.seen {
			_ = s.has(one.Object)
			_ = s.findings[one.Finding]
		}
		_ = s.all()
	})
}
