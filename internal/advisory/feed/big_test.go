package feed

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/advisory"
)

// bigBucket serves the real records of the folder that REEVE_DATA names.
func bigBucket(t *testing.T) *bucket {
	t.Helper()
	dir := os.Getenv("REEVE_DATA")
	if dir == "" {
		t.Skip("REEVE_DATA names no folder with advisories")
	}
	zips, err := filepath.Glob(filepath.Join(dir, "osv", "*", "all.zip"))
	if err != nil || len(zips) == 0 {
		t.Fatal("no archives", err)
	}
	b := newBucket(t, httptest.NewServer)
	var names []string
	for _, path := range zips {
		name := filepath.Base(filepath.Dir(path))
		names = append(names, name)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		b.files[name+"/all.zip"] = data
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		var list []listed
		for _, f := range z.File {
			in, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			record, err := io.ReadAll(in)
			in.Close()
			if err != nil {
				t.Fatal(err)
			}
			b.files[name+"/"+f.Name] = record
			r, err := advisory.ParseOSV(record)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, listed{r.ID, r.Modified.Format(time.RFC3339Nano)})
		}
		b.files[name+"/modified_id.csv"] = written(list)
	}
	b.files["ecosystems.txt"] = []byte(strings.Join(names, "\n"))
	return b
}

// TestBigData measures updates with all records there are, and tells that ten that changed cost kilobytes.
func TestBigData_tenChangesCostKilobytes(t *testing.T) {
	b := bigBucket(t)
	dir := t.TempDir()
	path, mirror, follower := filepath.Join(dir, "a.db"), filepath.Join(dir, "mirror"), filepath.Join(dir, "f", "b.db")
	o := b.options()
	measure := func(what string, do func() *Report) *Report {
		begun := time.Now()
		r := do()
		_, served := b.reset()
		t.Logf("%s: %v, %d bytes fetched, %d records in %d bytes", what, time.Since(begun).Round(time.Millisecond), served, r.Info.Records, r.Info.Size)
		return r
	}
	measure("first update", func() *Report { return update(t, path, o) })
	measure("nothing new", func() *Report { return update(t, path, o) })
	x := export(t, path, mirror, nil)
	t.Logf("exported: %d bytes", x.Index.Size)
	if _, err := Import(t.Context(), follower, mirror, Options{Now: now}); err != nil {
		t.Fatal(err)
	}

	var list []listed
	for i, line := range strings.Split(strings.TrimSpace(string(b.files["Go/modified_id.csv"])), "\n") {
		at, id, _ := strings.Cut(line, ",")
		if i%400 == 7 && len(list) < 5000 {
			record := string(b.files["Go/"+id+".json"])
			next := now.Add(-time.Duration(i) * time.Second).Format(time.RFC3339Nano)
			record = strings.Replace(strings.Replace(record, at, next, 1), `"details": "`, `"details": "Changed. `, 1)
			b.files["Go/"+id+".json"], at = []byte(record), next
		}
		list = append(list, listed{id, at})
	}
	b.files["Go/modified_id.csv"] = written(list)
	o.Now = now.Add(time.Hour)
	r := measure("ten changes", func() *Report { return update(t, path, o) })
	if got := outcomes(r)["osv/Go"]; got.How != ByChanges || got.Changed < 9 || got.Changed > 12 || r.Bytes > 200<<10 {
		t.Errorf("%+v, %d bytes", got, r.Bytes)
	}
	begun := time.Now()
	x = export(t, path, mirror, nil)
	t.Logf("exported with a delta of %d bytes in %v", x.Index.Deltas[0].Size, time.Since(begun).Round(time.Millisecond))
	s := served(t, mirror)
	so := s.options()
	so.Now = o.Now
	begun = time.Now()
	r = update(t, follower, so)
	_, bytes := s.reset()
	t.Logf("followed by the delta: %v, %d bytes fetched", time.Since(begun).Round(time.Millisecond), bytes)
	if r.Outcomes[0].How != ByChanges || digestOf(t, follower) != digestOf(t, path) || bytes > 20<<10 {
		t.Errorf("%+v, %d bytes", r.Outcomes, bytes)
	}
}
