package feed

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/advisory"
)

// now is the moment of all tests.
var now = time.Date(2026, 8, 22, 12, 0, 0, 0, time.UTC)

// rec is a record of a bucket.
type rec struct {
	modified  time.Time
	version   int
	withdrawn bool
}

// bucket serves records as OSV's bucket does.
type bucket struct {
	*httptest.Server
	mu      sync.Mutex
	records map[string]map[string]rec
	files   map[string][]byte
	// asked are the paths that were asked for, served the bytes that went out.
	asked  []string
	served int64
	// fault, where set, may answer instead.
	fault func(w http.ResponseWriter, r *http.Request) bool
}

func newBucket(t *testing.T, start func(http.Handler) *httptest.Server) *bucket {
	t.Helper()
	b := &bucket{records: map[string]map[string]rec{}, files: map[string][]byte{}}
	b.Server = start(http.HandlerFunc(b.serve))
	t.Cleanup(b.Close)
	return b
}

func (b *bucket) serve(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, "/osv/")
	b.mu.Lock()
	b.asked = append(b.asked, path)
	data, ok := b.files[path]
	fault := b.fault
	b.mu.Unlock()
	out := &metered{ResponseWriter: w}
	defer func() {
		b.mu.Lock()
		b.served += out.n
		b.mu.Unlock()
	}()
	if fault != nil && fault(out, r) {
		return
	}
	if !ok {
		http.NotFound(out, r)
		return
	}
	out.Header().Set("ETag", fmt.Sprintf(`"%.16x"`, sha256.Sum256(data)))
	sum := md5.Sum(data)
	out.Header().Set("X-Goog-Hash", "md5="+base64.StdEncoding.EncodeToString(sum[:]))
	http.ServeContent(out, r, "", time.Time{}, bytes.NewReader(data))
}

// setFault sets what may answer instead, while requests may be on their way.
func (b *bucket) setFault(fault func(w http.ResponseWriter, r *http.Request) bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fault = fault
}

type metered struct {
	http.ResponseWriter
	n int64
}

func (m *metered) Write(p []byte) (int, error) {
	n, err := m.ResponseWriter.Write(p)
	m.n += int64(n)
	return n, err
}

func (m *metered) Unwrap() http.ResponseWriter { return m.ResponseWriter }

// reset forgets what was asked, and gives it.
func (b *bucket) reset() (asked []string, served int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	asked, served = b.asked, b.served
	b.asked, b.served = nil, 0
	return asked, served
}

// put sets records; nil takes one away.
func (b *bucket) put(ecosystem, id string, r *rec) {
	if b.records[ecosystem] == nil {
		b.records[ecosystem] = map[string]rec{}
	}
	if r == nil {
		delete(b.records[ecosystem], id)
		return
	}
	b.records[ecosystem][id] = *r
}

// fill puts n records into an ecosystem.
func (b *bucket) fill(ecosystem, prefix string, n int) {
	for i := range n {
		b.put(ecosystem, fmt.Sprintf("%s-%05d", prefix, i), &rec{modified: now.Add(-time.Duration(n-i) * time.Hour)})
	}
}

func recordJSON(ecosystem, id string, r rec) []byte {
	withdrawn := ""
	if r.withdrawn {
		withdrawn = `"withdrawn":"2026-08-01T00:00:00Z",`
	}
	return fmt.Appendf(nil, `{"id":%q,"modified":%q,%s"summary":"flaw %s","details":"what %s is about, version %d; %x",`+
		`"affected":[{"package":{"ecosystem":%q,"name":"p-%s"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.%d.0"}]}]}]}`,
		id, r.modified.Format(time.RFC3339Nano), withdrawn, id, id, r.version, sha256.Sum256([]byte(id)), ecosystem, strings.ToLower(id), r.version+1)
}

// publish makes the files of the bucket out of its records.
func (b *bucket) publish() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for path := range b.files {
		if !strings.HasPrefix(path, "threat/") {
			delete(b.files, path)
		}
	}
	b.files["ecosystems.txt"] = []byte(strings.Join(append(sortedKeys(b.records), "Debian:12"), "\n"))
	for ecosystem, records := range b.records {
		var packed bytes.Buffer
		z := zip.NewWriter(&packed)
		var list []listed
		for _, id := range sortedKeys(records) {
			r := records[id]
			data := recordJSON(ecosystem, id, r)
			w, _ := z.Create(id + ".json")
			_, _ = w.Write(data)
			b.files[ecosystem+"/"+id+".json"] = data
			list = append(list, listed{id, r.modified.Format(time.RFC3339Nano)})
		}
		z.Close()
		b.files[ecosystem+"/all.zip"] = packed.Bytes()
		b.files[ecosystem+"/modified_id.csv"] = written(list)
	}
}

func gzipped(s string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(s))
	z.Close()
	return b.Bytes()
}

// threats gives the bucket scores and a catalogue of a day.
func (b *bucket) threats(day string, probability string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.files["threat/epss.csv.gz"] = gzipped("#model_version:v1,score_date:" + day + "T00:00:00Z\ncve,epss,percentile\nCVE-2024-0001," + probability + ",0.9\n")
	b.files["threat/kev.json"] = []byte(`{"dateReleased":"` + day + `T10:00:00Z","vulnerabilities":[{"cveID":"CVE-2024-0001","dateAdded":"2024-02-01"}]}`)
}

// options are those of an update from the bucket.
func (b *bucket) options() Options {
	return Options{Now: now, Source: b.URL + "/osv", EPSS: None, KEV: None, Net: Network{
		Stall: 5 * time.Second, Proxy: func(*http.Request) (*url.URL, error) { return nil, nil },
		sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}}
}

func update(t *testing.T, path string, o Options) *Report {
	t.Helper()
	r, err := Update(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// digestOf gives the digest of the database at path, which must be whole.
func digestOf(t *testing.T, path string) string {
	t.Helper()
	db, err := advisory.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Verify(); err != nil {
		t.Fatal(err)
	}
	return db.Info().Digest
}

// fresh gives the digest of a database that is made of the bucket as it is now.
func (b *bucket) fresh(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fresh.db")
	b.mu.Lock()
	fault := b.fault
	b.mu.Unlock()
	b.setFault(nil)
	update(t, path, b.options())
	b.setFault(fault)
	b.reset()
	return digestOf(t, path)
}

// left lists what stands in the folder of a database beside it and its state.
func left(t *testing.T, path string) []string {
	t.Helper()
	var out []string
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if n := e.Name(); n != filepath.Base(path) && n != filepath.Base(statePath(path)) && n != ".advisories.lock" {
			out = append(out, n)
		}
	}
	return out
}
