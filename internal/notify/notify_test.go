package notify

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
)

func TestMain(m *testing.M) {
	if address := os.Getenv("NOTIFY_TEST_WORKER"); address != "" {
		os.Exit(childWorker(address))
	}
	os.Exit(storetest.Main(m))
}

var admin = access.Principal{Name: "admin", Person: 1, Grants: []access.Grant{{Role: access.Admin}}}

// bench is a register with a worker for a test.
type bench struct {
	t      *testing.T
	desk   *desk.Desk
	worker *Worker
	skew   atomic.Int64
}

func (b *bench) now() time.Time { return time.Now().Add(time.Duration(b.skew.Load())) }

// open makes a bench on a database. Its worker does not run yet.
func open(t *testing.T, db *store.DB, roots *x509.CertPool) *bench {
	t.Helper()
	b := &bench{t: t}
	reg, err := register.New(t.Context(), db, register.Options{Now: b.now, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	b.desk = desk.New(reg, b.now)
	b.worker = b.another(Options{AllowPrivate: true, Roots: roots, BaseURL: "https://reeve.example.com/"})
	return b
}

// another makes one more worker on the same register.
func (b *bench) another(opt Options) *Worker {
	b.t.Helper()
	opt.Desk, opt.Log, opt.Poll = b.desk, slog.New(slog.DiscardHandler), 50*time.Millisecond
	w, err := New(b.t.Context(), opt)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(w.Close)
	return w
}

// run runs a worker until the test ends.
func (b *bench) run(w *Worker) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	b.t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			b.t.Error(err)
		}
	})
	if err := w.follow(b.t.Context()); err != nil { // so that what comes now is new to it
		b.t.Error(err)
	}
}

// both runs a test on both databases.
func both(t *testing.T, test func(t *testing.T, db *store.DB)) { storetest.Open(t, test) }

type hit struct {
	rule, path, code, message string
}

var (
	one   = hit{"sql-injection", "app/db.py", `cursor.execute("SELECT * FROM users WHERE id = " + user_id)`, "Do not do this."}
	two   = hit{"command-injection", "app/run.py", `subprocess.call(command_from_user, shell=True)`, "Do not do this."}
	three = hit{"weak-hash", "app/hash.py", `digest = hashlib.md5(password_of_user).hexdigest()`, "Do not do this."}
)

// look imports what Semgrep would say about an asset.
func (b *bench) look(asset string, hits ...hit) register.Receipt {
	b.t.Helper()
	var results []any
	for _, h := range hits {
		results = append(results, map[string]any{
			"check_id": h.rule, "path": h.path, "start": map[string]int{"line": 10, "col": 1}, "end": map[string]int{"line": 10, "col": 20},
			"extra": map[string]any{"message": h.message, "severity": "ERROR", "lines": h.code, "metadata": map[string]any{"cwe": "CWE-89"}},
		})
	}
	text, err := json.Marshal(map[string]any{"version": "1.0", "results": results, "errors": []any{}, "paths": map[string]any{}})
	if err != nil {
		b.t.Fatal(err)
	}
	in := register.Import{Asset: finding.Asset{Kind: "repository", Name: asset}, Actor: "ci"}
	r, err := b.desk.Register().Import(b.t.Context(), in, strings.NewReader(string(text)))
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

func (b *bench) hook(name string, spec desk.HookSpec, secret desk.HookSecret) *desk.Hook {
	b.t.Helper()
	h, _, err := b.desk.SetHook(b.t.Context(), admin, 0, desk.HookChange{Name: name, HookSpec: spec, Secret: &secret})
	if err != nil {
		b.t.Fatal(err)
	}
	return h
}

// deliveries are those of a hook in one line each, oldest first.
func (b *bench) deliveries(h *desk.Hook) []string {
	b.t.Helper()
	all, err := b.desk.HookDeliveries(b.t.Context(), admin, h.ID)
	if err != nil {
		b.t.Fatal(err)
	}
	var out []string
	for _, d := range slices.Backward(all) {
		out = append(out, strings.TrimSuffix(d.State+": "+d.Note, ": "))
	}
	return out
}

// until waits for something.
func (b *bench) until(what string, is func() bool) {
	b.t.Helper()
	for end := time.Now().Add(60 * time.Second); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			b.t.Fatalf("waited for %s in vain", what)
		}
	}
}

// settled waits until nothing waits to be delivered to a hook.
func (b *bench) settled(h *desk.Hook, n int) {
	b.t.Helper()
	b.until(fmt.Sprintf("%d deliveries", n), func() bool {
		all := b.deliveries(h)
		return len(all) >= n && !slices.ContainsFunc(all, func(d string) bool { return strings.HasPrefix(d, "waiting") || d == "new" })
	})
}

// got is a request that a receiver took.
type got struct {
	method, path string
	header       http.Header
	body         []byte
}

// receiver records what it is sent.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	all    []got
	answer func(n int, w http.ResponseWriter, r *http.Request)
}

func receive(t *testing.T, answer func(n int, w http.ResponseWriter, r *http.Request)) (*receiver, *x509.CertPool) {
	t.Helper()
	r := &receiver{answer: answer}
	r.Server = httptest.NewUnstartedServer(r)
	r.Config.ErrorLog = log.New(io.Discard, "", 0) // who is refused breaks off
	r.StartTLS()
	t.Cleanup(r.Close)
	roots := x509.NewCertPool()
	roots.AddCert(r.Certificate())
	return r, roots
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	r.mu.Lock()
	r.all = append(r.all, got{req.Method, req.URL.String(), req.Header.Clone(), body})
	n := len(r.all)
	r.mu.Unlock()
	if r.answer != nil {
		r.answer(n, w, req)
	}
}

func (r *receiver) got() []got {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.all)
}

// titles are those of webhooks.
func (r *receiver) titles(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, g := range r.got() {
		var hook Webhook
		if err := json.Unmarshal(g.body, &hook); err != nil {
			t.Fatal(err)
		}
		out = append(out, hook.Data.Title)
	}
	return out
}

func want(t *testing.T, got, want any) {
	t.Helper()
	if g, w := fmt.Sprintf("%q", got), fmt.Sprintf("%q", want); g != w {
		t.Errorf("got  %s\nwant %s", g, w)
	}
}
