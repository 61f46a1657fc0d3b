package feed

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// filled gives a bucket with two ecosystems.
func filled(t *testing.T) *bucket {
	t.Helper()
	b := newBucket(t, httptest.NewServer)
	b.fill("npm", "GHSA", 60)
	b.fill("Go", "GO", 60)
	b.publish()
	return b
}

func TestUpdate_waitsWhenAskedTo(t *testing.T) {
	b := filled(t)
	var mu sync.Mutex
	refused := map[string]int{}
	b.fault = func(w http.ResponseWriter, r *http.Request) bool {
		mu.Lock()
		defer mu.Unlock()
		if refused[r.URL.Path]++; refused[r.URL.Path] > 2 {
			return false
		}
		w.Header().Set("Retry-After", "7")
		http.Error(w, "slowly", http.StatusTooManyRequests)
		return true
	}
	var waits []time.Duration
	o := b.options()
	o.Net.sleep = func(_ context.Context, d time.Duration) error {
		mu.Lock()
		defer mu.Unlock()
		waits = append(waits, d)
		return nil
	}
	r := update(t, filepath.Join(t.TempDir(), "a.db"), o)
	if r.Info.Records != 120 || len(waits) < 10 || slices.ContainsFunc(waits, func(d time.Duration) bool { return d != 7*time.Second }) {
		t.Errorf("%d records, waited %v", r.Info.Records, waits)
	}
}

func TestUpdate_doesNotWaitForEver(t *testing.T) {
	b := filled(t)
	b.fault = func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Retry-After", "86400")
		http.Error(w, "tomorrow", http.StatusServiceUnavailable)
		return true
	}
	path := filepath.Join(t.TempDir(), "a.db")
	_, err := Update(t.Context(), path, b.options())
	if err == nil || !strings.Contains(err.Error(), "come back in 24h0m0s") {
		t.Errorf("got %v", err)
	}
	if asked, _ := b.reset(); len(asked) != 1 {
		t.Errorf("asked %d times", len(asked))
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a database was written out of nothing")
	}
}

func TestUpdate_givesUpWhatStalls(t *testing.T) {
	for name, fault := range map[string]func(w http.ResponseWriter, r *http.Request){
		"before the answer": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"within the answer": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "100000")
			_, _ = w.Write([]byte("PK"))
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		},
		"drop by drop": func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				_, _ = w.Write([]byte("P"))
				_ = http.NewResponseController(w).Flush()
				time.Sleep(5 * time.Millisecond)
			}
		},
	} {
		b := filled(t)
		b.fault = func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/osv/npm/all.zip" {
				fault(w, r)
				return true
			}
			return false
		}
		o := b.options()
		o.Net.Stall = 60 * time.Millisecond
		begun := time.Now()
		r := update(t, filepath.Join(t.TempDir(), "a.db"), o)
		if f := r.Failures(); len(f) != 1 || !strings.Contains(f[0].Why, "stalls") || r.Info.Records != 60 {
			t.Errorf("%s: %+v", name, r.Outcomes)
		}
		if spent := time.Since(begun); spent > 10*time.Second {
			t.Errorf("%s: it took %v", name, spent)
		}
	}
}

func TestUpdate_findsOutLies(t *testing.T) {
	zipOf := func(b *bucket) []byte { return b.files["npm/all.zip"] }
	for name, c := range map[string]struct {
		fault func(b *bucket, w http.ResponseWriter)
		want  string
	}{
		"shorter than it says": {func(b *bucket, w http.ResponseWriter) {
			w.Header().Set("Content-Length", fmt.Sprint(len(zipOf(b))))
			_, _ = w.Write(zipOf(b)[:2000])
		}, "unexpected EOF"},
		"longer than it says": {func(b *bucket, w http.ResponseWriter) {
			w.Header().Set("Content-Length", "2000")
			_, _ = w.Write(zipOf(b)[:2000])
		}, "not a valid zip file"},
		"larger than anything":            {func(_ *bucket, w http.ResponseWriter) { w.Header().Set("Content-Length", "1000000000000") }, "more than 4294967296 are not read"},
		"another part":                    {func(b *bucket, w http.ResponseWriter) { w.WriteHeader(http.StatusPartialContent) }, "answers 206"},
		"no zip":                          {func(_ *bucket, w http.ResponseWriter) { _, _ = w.Write([]byte("<html>sign in</html>")) }, "not a valid zip file"},
		"nothing new, without a question": {func(_ *bucket, w http.ResponseWriter) { w.WriteHeader(http.StatusNotModified) }, "answers 304"},
		"damaged within": {func(b *bucket, w http.ResponseWriter) {
			data := bytes.Clone(zipOf(b))
			data[len(data)/4] ^= 0xff
			_, _ = w.Write(data)
		}, "read archive"},
	} {
		b := filled(t)
		b.fault = func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/osv/npm/all.zip" {
				c.fault(b, w)
				return true
			}
			return false
		}
		path := filepath.Join(t.TempDir(), "a.db")
		r := update(t, path, b.options())
		if f := r.Failures(); len(f) != 1 || !strings.Contains(f[0].Why, c.want) || r.Info.Records != 60 {
			t.Errorf("%s: %+v, %d records", name, r.Outcomes, r.Info.Records)
		}
		b.setFault(nil)
		if r = update(t, path, b.options()); len(r.Failures()) > 0 || digestOf(t, path) != b.fresh(t) {
			t.Errorf("%s: afterwards: %+v", name, r.Outcomes)
		}
	}
}

// What was fetched before the line went dead is not fetched again, neither in the same run nor in the next.
func TestUpdate_resumes(t *testing.T) {
	b := filled(t)
	b.fill("npm", "GHSA", 900)
	b.publish()
	size := int64(len(b.files["npm/all.zip"]))
	var cuts atomic.Int64
	cuts.Store(2)
	var ranges []string
	b.fault = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/osv/npm/all.zip" {
			return false
		}
		ranges = append(ranges, r.Header.Get("Range"))
		if cuts.Add(-1) < 0 {
			return false
		}
		whole := httptest.NewRecorder()
		b.serveFile(whole, r, "npm/all.zip")
		for k, v := range whole.Header() {
			w.Header()[k] = v
		}
		w.WriteHeader(whole.Code)
		_, _ = w.Write(whole.Body.Bytes()[:40_000])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	path := filepath.Join(t.TempDir(), "a.db")
	o := b.options()
	o.Ecosystems = []string{"npm"}
	r := update(t, path, o)
	if _, served := b.reset(); r.Info.Records != 900 || served > size+size/3 || !slices.Equal(ranges, []string{"", "bytes=40000-", "bytes=80000-"}) {
		t.Errorf("%d records, %d bytes of %d, ranges %v", r.Info.Records, served, size, ranges)
	}

	// The next run goes on from what a run that was ended has fetched.
	cuts.Store(1)
	ranges = nil
	ctx, cancel := context.WithCancel(t.Context())
	o.Net.sleep = func(context.Context, time.Duration) error { cancel(); return context.Canceled }
	other := filepath.Join(t.TempDir(), "b.db")
	if _, err := Update(ctx, other, o); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	if _, err := os.Stat(other); err == nil {
		t.Error("half a database was written")
	}
	o.Net.sleep = b.options().Net.sleep
	update(t, other, o)
	if !slices.Equal(ranges, []string{"", "bytes=40000-"}) || digestOf(t, other) != digestOf(t, path) {
		t.Errorf("ranges %v", ranges)
	}
}

func (b *bucket) serveFile(w http.ResponseWriter, r *http.Request, path string) {
	data := b.files[path]
	w.Header().Set("ETag", fmt.Sprintf(`"%.16x"`, sha256.Sum256(data)))
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}

// Records that were fetched one by one before a run was ended are there for the next.
func TestUpdate_resumesSingleRecords(t *testing.T) {
	b := filled(t)
	b.fill("npm", "GHSA", 200)
	b.publish()
	path := filepath.Join(t.TempDir(), "a.db")
	update(t, path, b.options())
	for i := range 60 {
		b.put("npm", fmt.Sprintf("GHSA-%05d", i), &rec{modified: now.Add(-time.Minute), version: 1})
	}
	b.publish()
	before := digestOf(t, path)
	var single atomic.Int64
	ctx, cancel := context.WithCancel(t.Context())
	b.fault = func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.HasPrefix(r.URL.Path, "/osv/npm/GHSA") && single.Add(1) == 40 {
			cancel()
		}
		return false
	}
	if _, err := Update(ctx, path, b.options()); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	if digestOf(t, path) != before {
		t.Error("the database changed")
	}
	b.setFault(nil)
	b.reset()
	update(t, path, b.options())
	asked, _ := b.reset()
	n := 0
	for _, p := range asked {
		if strings.HasPrefix(p, "npm/GHSA") {
			n++
		}
	}
	if n == 0 || n > 40 || digestOf(t, path) != b.fresh(t) {
		t.Errorf("%d records were asked for again", n)
	}
}

func TestUpdate_saysWhatTheSourceListsAndLacks(t *testing.T) {
	b := filled(t)
	path := filepath.Join(t.TempDir(), "a.db")
	update(t, path, b.options())
	b.put("npm", "GHSA-00001", &rec{modified: now.Add(-time.Minute), version: 1})
	b.put("npm", "GHSA-00002", &rec{modified: now.Add(-time.Minute), version: 1})
	b.put("npm", "GHSA-00003", &rec{modified: now.Add(-time.Minute), version: 1})
	older := b.files["npm/GHSA-00003.json"]
	b.publish()
	delete(b.files, "npm/GHSA-00001.json")
	newer := b.files["npm/GHSA-00003.json"]
	b.files["npm/GHSA-00002.json"] = []byte("{")
	b.files["npm/GHSA-00003.json"] = older
	r := update(t, path, b.options())
	if len(r.Problems) != 2 || !strings.Contains(strings.Join(r.Problems, " "), "GHSA-00001: the source lists it but does not have it") {
		t.Errorf("%q", r.Problems)
	}
	b.files["npm/GHSA-00003.json"] = newer
	b.reset()
	r = update(t, path, b.options())
	asked, _ := b.reset()
	if !slices.Contains(asked, "npm/GHSA-00001.json") || slices.Contains(asked, "npm/GHSA-00002.json") || !slices.Contains(asked, "npm/GHSA-00003.json") {
		t.Errorf("asked for %v", asked)
	}
	if outcomes(r)["osv/npm"].Changed != 1 {
		t.Errorf("%+v", r.Outcomes)
	}
}

func TestUpdate_fetchesWhatTheArchiveLacks(t *testing.T) {
	b := filled(t)
	old := b.files["npm/all.zip"]
	b.put("npm", "GHSA-new", &rec{modified: now.Add(-time.Minute)})
	b.publish()
	want := b.fresh(t)
	b.files["npm/all.zip"] = old
	path := filepath.Join(t.TempDir(), "a.db")
	if update(t, path, b.options()); digestOf(t, path) != want {
		t.Error("the database is not what the list says")
	}
}

func TestUpdate_refusesCertificates(t *testing.T) {
	b := newBucket(t, httptest.NewTLSServer)
	b.fill("npm", "GHSA", 3)
	b.publish()
	o := b.options()
	slept := 0
	o.Net.sleep = func(context.Context, time.Duration) error { slept++; return nil }
	if _, err := Update(t.Context(), filepath.Join(t.TempDir(), "a.db"), o); err == nil || !strings.Contains(err.Error(), "certificate") || slept > 0 {
		t.Errorf("%v, slept %d times", err, slept)
	}
	o.Net.RootCAs = x509.NewCertPool()
	o.Net.RootCAs.AddCert(b.Certificate())
	if r := update(t, filepath.Join(t.TempDir(), "a.db"), o); r.Info.Records != 3 {
		t.Errorf("%d records", r.Info.Records)
	}
}

func TestUpdate_followsNoRedirectInside(t *testing.T) {
	tls := newBucket(t, httptest.NewTLSServer)
	tls.fill("npm", "GHSA", 3)
	tls.publish()
	plain := newBucket(t, httptest.NewServer)
	plain.fill("npm", "GHSA", 3)
	plain.publish()
	roots := x509.NewCertPool()
	roots.AddCert(tls.Certificate())
	for _, c := range []struct{ to, want string }{
		{plain.URL + "/osv/npm/all.zip", "only https is followed"},
		{"https://10.1.2.3/npm/all.zip", "is no public address"},
		{"https://169.254.169.254/latest", "is no public address"},
		{"https://[::]/x", "is no public address"},
		{"ftp://example.com/x", "only https is followed"},
		{"file:///etc/passwd", "only https is followed"},
		{tls.URL + "/osv/npm/all.zip", ""},
	} {
		b := filled(t)
		b.fault = func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/osv/npm/all.zip" {
				http.Redirect(w, r, c.to, http.StatusFound)
				return true
			}
			return false
		}
		plain.reset()
		o := b.options()
		o.Net.RootCAs = roots
		o.Ecosystems = []string{"npm", "Go"}
		r := update(t, filepath.Join(t.TempDir(), "a.db"), o)
		why := outcomes(r)["osv/npm"].Why
		if c.want == "" && why != "" || !strings.Contains(why, c.want) {
			t.Errorf("%s: %q", c.to, why)
		}
		if asked, _ := plain.reset(); len(asked) > 0 {
			t.Errorf("%s: somebody asked there", c.to)
		}
	}
	// Round and round.
	b := filled(t)
	b.fault = func(w http.ResponseWriter, r *http.Request) bool {
		http.Redirect(w, r, r.URL.Path, http.StatusFound)
		return true
	}
	if _, err := Update(t.Context(), filepath.Join(t.TempDir(), "a.db"), b.options()); err == nil || !strings.Contains(err.Error(), "more than five times") {
		t.Errorf("got %v", err)
	}
}
