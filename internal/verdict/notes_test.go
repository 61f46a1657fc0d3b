package verdict

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestNotes_keptByKeyStampAndSeal(t *testing.T) {
	dir, day := t.TempDir(), time.Now()
	now := func() time.Time { return day }
	open := func(key []byte, stamp string) *Notes { return Open(dir, key, "rules").Notes(stamp, now) }
	n := open(key, "one")
	n.Keep([32]byte{1}, []byte("what was seen"))
	if got, ok := n.Recall([32]byte{1}); !ok || string(got) != "what was seen" {
		t.Errorf("recalled %q, %v", got, ok)
	}
	for what, other := range map[string]*Notes{"another program's": open(key, "two"), "another key's": open(bytes.Repeat([]byte{8}, KeySize), "one")} {
		if _, ok := other.Recall([32]byte{1}); ok {
			t.Errorf("took %s note", what)
		}
	}
	if _, ok := n.Recall([32]byte{2}); ok {
		t.Error("took the note of another content")
	}
	for _, path := range notesIn(t, dir) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		data[3] ^= 1
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, ok := n.Recall([32]byte{1}); ok {
		t.Error("took a note with a byte changed")
	}
}

func TestNotes_goWhenNobodyAsks(t *testing.T) {
	dir, day := t.TempDir(), time.Now()
	now := func() time.Time { return day }
	open := func() *Notes { return Open(dir, key, "rules").Notes("one", now) }
	open().Keep([32]byte{1}, []byte("asked for"))
	open().Keep([32]byte{2}, []byte("not asked for"))
	for range 8 {
		day = day.Add(24 * time.Hour)
		if _, ok := open().Recall([32]byte{1}); !ok {
			t.Fatal("a note that is asked for every day is gone")
		}
		open().Keep([32]byte{3}, []byte("another"))
	}
	if _, ok := open().Recall([32]byte{2}); ok {
		t.Error("a note that nobody asked for in eight days is still there")
	}
}

// notesIn are the files of notes in a cache.
func notesIn(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(filepath.Join(dir, "notes"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && d.Name() != trimMark {
			out = append(out, path)
		}
		return err
	})
	if err != nil || len(out) == 0 {
		t.Fatalf("no notes in %q: %v", dir, err)
	}
	return out
}
