package feed

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestParseIndex_refuses(t *testing.T) {
	hash := strings.Repeat("0a", 32)
	good := Index{Format: Format, Built: now, Digest: hash, Unpacked: 100, Part: Part{File: "a.db.zst", Size: 50, SHA256: hash}, Deltas: []Delta{{From: hash, To: hash, Part: Part{File: "d.zst", Size: 5, SHA256: hash}}}}
	for name, c := range map[string]struct {
		change func(i *Index)
		want   string
	}{
		"good":            {func(*Index) {}, ""},
		"another format":  {func(i *Index) { i.Format = "reeve-advisories/2" }, "does not know"},
		"no index":        {func(i *Index) { i.Format = "x" }, "no index of a mirror"},
		"no time":         {func(i *Index) { i.Built = time.Time{} }, "when its database was made"},
		"no digest":       {func(i *Index) { i.Digest = "0A" }, "digest of its database"},
		"size":            {func(i *Index) { i.Unpacked = 1 << 60 }, "impossible size"},
		"path":            {func(i *Index) { i.File = "../a.db" }, "no plain name"},
		"hidden":          {func(i *Index) { i.File = ".advisories-1" }, "no plain name"},
		"absolute":        {func(i *Index) { i.File = "/etc/passwd" }, "no plain name"},
		"negative":        {func(i *Index) { i.Size = -1 }, "impossible size"},
		"hash":            {func(i *Index) { i.SHA256 = hash[1:] }, "the hash of"},
		"delta elsewhere": {func(i *Index) { i.Deltas[0].To = strings.Repeat("0b", 32) }, "does not lead to its database"},
		"delta path":      {func(i *Index) { i.Deltas[0].File = "x/y" }, "no plain name"},
	} {
		i := good
		i.Deltas = slices.Clone(good.Deltas)
		c.change(&i)
		data, _ := json.Marshal(&i)
		if _, err := parseIndex(data); c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestKeys_areChecked(t *testing.T) {
	for _, text := range []string{"", "00", strings.Repeat("0", 63), strings.Repeat("g", 64), strings.Repeat("0", 128)} {
		if _, err := SigningKey(text); err == nil || text != "" && strings.Contains(err.Error(), text) {
			t.Errorf("%q: %v", text, err)
		}
		if _, err := PublicKey(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

func TestOpenTar_refusesWhatHasNoPlace(t *testing.T) {
	for name, c := range map[string]struct {
		names []string
		want  string
	}{
		"no index": {[]string{"a.db"}, "no index"}, "path": {[]string{"../index.json"}, "no place in a bundle"},
		"twice": {[]string{indexName, indexName}, "no place in a bundle"}, "empty": {nil, "no index"},
	} {
		path := filepath.Join(t.TempDir(), "x.tar")
		write(t, path, tarOf(t, c.names))
		if _, err := Import(t.Context(), filepath.Join(t.TempDir(), "a.db"), path, Options{Now: now}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// A link out of a mirror is not followed.
	dir, outside := t.TempDir(), t.TempDir()
	from := filepath.Join(outside, "m.db")
	master(t, from, 3, 0, now)
	x := export(t, from, dir, nil)
	if err := os.Rename(filepath.Join(dir, x.Index.File), filepath.Join(outside, x.Index.File)); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(outside, x.Index.File), filepath.Join(dir, x.Index.File)); err != nil {
		t.Skip(err)
	}
	if _, err := Import(t.Context(), filepath.Join(outside, "a.db"), dir, Options{Now: now}); err == nil || !strings.Contains(err.Error(), "escapes") {
		t.Errorf("a link: %v", err)
	}
	if _, err := os.Stat(filepath.Join(outside, "a.db")); err == nil {
		t.Error("a database was written")
	}
}
