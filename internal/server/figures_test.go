package server

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/notify"
	"github.com/reevehq/reeve/internal/people"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
	"github.com/reevehq/reeve/internal/trace/otlp"
)

var update = flag.Bool("update", false, "write docs/operations-metrics.md again")

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// open makes a desk on a database.
func open(t *testing.T, db *store.DB) *desk.Desk {
	t.Helper()
	reg, err := register.New(t.Context(), db, register.Options{Now: time.Now, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	return desk.New(reg, time.Now)
}

// report is Semgrep's, with findings of one severity.
func report(severity string, n int) string {
	results := []any{}
	for i := range n {
		results = append(results, map[string]any{
			"check_id": fmt.Sprintf("rule-%d", i), "path": fmt.Sprintf("app/f%d.py", i), "start": map[string]int{"line": 3, "col": 1}, "end": map[string]int{"line": 3, "col": 9},
			"extra": map[string]any{"message": "Do not do this.", "severity": severity, "lines": fmt.Sprintf("call_number_%d(of_user)", i), "metadata": map[string]any{"cwe": "CWE-89"}},
		})
	}
	text, _ := json.Marshal(map[string]any{"version": "1.0", "results": results, "errors": []any{}, "paths": map[string]any{"scanned": []string{"app"}}})
	return string(text)
}

var (
	security = access.Principal{Name: "security", Grants: []access.Grant{{Role: access.Security}}}
	shop     = finding.Asset{Kind: "repository", Name: "shop"}
)

// away answers nothing.
var away = http.NotFoundHandler()

// start starts a server and gives the addresses for visitors and for operators.
func start(t *testing.T, o Options, more ...prometheus.Collector) (visitors, operators string) {
	t.Helper()
	for _, h := range []*http.Handler{&o.API, &o.Auth, &o.Pages} {
		if *h == nil {
			*h = away
		}
	}
	if o.Log == nil {
		o.Log, _ = NewLog(io.Discard, LogOptions{})
	}
	if o.Ready == nil {
		o.Ready = func(context.Context) error { return nil }
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	s.Register(more...)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 2)
	listen := func(serve func(context.Context, net.Listener) error) string {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go func() { ended <- serve(ctx, l) }()
		return "http://" + l.Addr().String()
	}
	visitors, operators = listen(s.Serve), listen(s.ServeOperations)
	t.Cleanup(func() {
		cancel()
		for range 2 {
			if err := <-ended; err != nil {
				t.Errorf("stop: %v", err)
			}
		}
	})
	return visitors, operators
}

func get(t *testing.T, address, token string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

func TestFigures_ofARegister(t *testing.T) {
	storetest.Open(t, func(t *testing.T, db *store.DB) {
		d := open(t, db)
		f := Figures(d).(*figures)
		_, operators := start(t, Options{}, f)
		imported := func(p access.Principal, in register.Import, text string) {
			in.Asset = shop
			_, err := d.Import(t.Context(), p, in, strings.NewReader(text))
			if (err == nil) != (p.Name == security.Name && len(text) > 100) {
				t.Error(err)
			}
		}
		imported(security, register.Import{Key: "a"}, report("ERROR", 3))
		imported(security, register.Import{Key: "a"}, report("ERROR", 3))
		imported(security, register.Import{}, report("ERROR", 3)[:90])
		imported(access.Principal{Name: "nobody"}, register.Import{}, report("ERROR", 3))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := d.Import(ctx, security, register.Import{Asset: shop}, strings.NewReader(report("ERROR", 3))); err == nil {
			t.Error("an import went on that was called off")
		}
		for part, state := range []string{store.Dead, store.Sent, store.Dead} {
			one := store.Delivery{Hook: 1, Event: 1, Part: int64(part), Body: []byte("{}")}
			err := db.AskDelivery(t.Context(), one)
			one.State = state
			if err := errors.Join(err, db.Tried(t.Context(), one)); err != nil {
				t.Fatal(err)
			}
		}
		head, err := db.Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		code, text := get(t, operators+"/metrics", "")
		if code != http.StatusOK {
			t.Fatalf("status %d: %s", code, text)
		}
		for _, want := range []string{
			`reeve_import_seconds_count{outcome="taken"} 1`, `reeve_import_seconds_count{outcome="repeated"} 1`, `reeve_import_seconds_count{outcome="refused"} 1`,
			`reeve_import_seconds_count{outcome="denied"} 1`, `reeve_import_seconds_count{outcome="failed"} 1`, `reeve_import_seconds_count{outcome="superseded"} 0`,
			fmt.Sprintf("reeve_database_up{kind=%q} 1", db.Kind()), fmt.Sprintf("reeve_log_head %d", head.Seq), fmt.Sprintf("reeve_index_lag_events %d", head.Seq),
			`reeve_findings_open{level="critical"} 0`, "reeve_index_findings 3", `reeve_deliveries{state="dead"} 2`, `reeve_deliveries{state="sent"} 1`,
			"reeve_findings_overdue 0", "go_goroutines ", "process_open_fds ",
		} {
			if !strings.Contains(text, "\n"+want) {
				t.Errorf("the figures do not say %s", want)
			}
		}
		sum := 0
		for _, m := range regexp.MustCompile(`reeve_findings_open\{level="\w+"\} (\d+)`).FindAllStringSubmatch(text, -1) {
			n := 0
			_, _ = fmt.Sscan(m[1], &n)
			sum += n
		}
		if sum != 3 {
			t.Errorf("%d findings are open by level, want 3", sum)
		}
		if m := regexp.MustCompile(`reeve_database_bytes (\S+)`).FindStringSubmatch(text); m == nil || m[1] == "0" {
			t.Errorf("size of the database: %v", m)
		}
		if _, again := get(t, operators+"/metrics", ""); !strings.Contains(again, "\nreeve_index_lag_events "+fmt.Sprint(head.Seq)) {
			t.Error("figures are read anew at every question")
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		f.at = time.Time{}
		code, text = get(t, operators+"/metrics", "")
		if code != http.StatusOK || !strings.Contains(text, fmt.Sprintf("reeve_database_up{kind=%q} 0", db.Kind())) || strings.Contains(text, "reeve_log_head ") {
			t.Errorf("without its database (%d): %s", code, text)
		}
	})
}

// TestFigures_ofJobs runs a worker and looks at its jobs.
func TestFigures_ofJobs(t *testing.T) {
	storetest.Open(t, func(t *testing.T, db *store.DB) {
		c := collect(t)
		t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", c.URL)
		quiet, err := NewLog(io.Discard, LogOptions{})
		if err != nil {
			t.Fatal(err)
		}
		stop, err := otlp.Start("1.0.0", quiet)
		if err != nil {
			t.Fatal(err)
		}
		d := open(t, db)
		f := Figures(d).(*figures)
		if now, err := f.read(); err != nil || len(now.Jobs) != 0 {
			t.Errorf("before there is a worker: %v (%v)", now.Jobs, err)
		}
		w, err := notify.New(t.Context(), notify.Options{Desk: d, Log: quiet, Poll: 100 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- w.Run(ctx) }()
		done := int64(0)
		for range 300 { // the clocks are looked at when a worker begins
			f.at = time.Time{}
			now, err := f.read()
			if err != nil {
				t.Fatal(err)
			}
			if done = now.Jobs["completed"]; done >= 2 {
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
		cancel()
		if err := <-ended; err != nil || done < 2 {
			t.Errorf("%d jobs were done (%v), want 2", done, err)
		}
		w.Close()
		if err := stop(context.Background()); err != nil {
			t.Fatal(err)
		}
		if spans := c.all(); spans["job tick"] == nil || spans["job sweep"] == nil {
			t.Errorf("the jobs were not traced: %v", spans)
		}
	})
}

func TestMetrics_areForThoseWhoMayInspect(t *testing.T) {
	who := func(r *http.Request) (access.Principal, error) {
		role, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok {
			return access.Principal{}, people.ErrAnonymous
		}
		return access.Principal{Name: role, Grants: []access.Grant{{Role: access.Role(role)}}}, nil
	}
	visitors, operators := start(t, Options{Who: who})
	for _, c := range []struct {
		address, role string
		want          int
	}{
		{visitors, "", 401}, {visitors, "viewer", 403}, {visitors, "developer", 403}, {visitors, "auditor", 200}, {visitors, "admin", 200}, {operators, "", 200},
	} {
		if code, _ := get(t, c.address+"/metrics", c.role); code != c.want {
			t.Errorf("%q gets %d, want %d", c.role, code, c.want)
		}
	}
	closed, _ := start(t, Options{})
	if code, _ := get(t, closed+"/metrics", "admin"); code != 404 {
		t.Errorf("without people: %d", code)
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		for _, address := range []string{visitors, operators} {
			if code, text := get(t, address+path, ""); code != 200 {
				t.Errorf("%s: %d %s", path, code, text)
			}
		}
	}
	if code, _ := get(t, operators+"/api/v1/findings", ""); code != 404 {
		t.Errorf("operators reach the API: %d", code)
	}
}

// TestDocs_metricsAreListed compares docs/operations-metrics.md with the figures that there are.
func TestDocs_metricsAreListed(t *testing.T) {
	db, err := store.Open(t.Context(), storetest.SQLite(t))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	m := newMeter()
	descs := make(chan *prometheus.Desc, 100)
	m.requests.Describe(descs)
	m.busy.Describe(descs)
	Figures(open(t, db)).Describe(descs)
	close(descs)
	form := regexp.MustCompile(`fqName: "([^"]+)", help: "([^"]+)", .*variableLabels: \{([^}]*)\}`)
	var rows []string
	for d := range descs {
		m := form.FindStringSubmatch(d.String())
		if m == nil {
			t.Fatalf("cannot read %s", d)
		}
		kind := "gauge"
		if strings.HasSuffix(m[1], "_seconds") && !strings.Contains(m[1], "timestamp") {
			kind = "histogram"
		}
		labels := ""
		if m[3] != "" {
			labels = "`" + strings.ReplaceAll(m[3], ",", "`, `") + "`"
		}
		if !strings.HasPrefix(m[1], "reeve_") || !strings.HasSuffix(m[2], ".") {
			t.Errorf("%s: want a name with reeve_ and a sentence, have %q", m[1], m[2])
		}
		rows = append(rows, fmt.Sprintf("| `%s` | %s | %s | %s |\n", m[1], kind, labels, m[2]))
	}
	slices.Sort(rows)
	want := "<!-- Made by: go test ./internal/server -run TestDocs -update -->\n# Figures for Prometheus\n\n" +
		"At `/metrics`, with those of the Go runtime (`go_`) and of the process (`process_`). How to get at them: [operations](operations.md#metrics).\n\n" +
		"| name | type | labels | what it says |\n|---|---|---|---|\n" + strings.Join(rows, "") +
		"\nOutcomes of imports: " + strings.Join(desk.Outcomes(), ", ") + ". Doors: the first part of the address (`/api/`, `/auth/`, `/static/`, …, `/` for pages).\n"
	path := filepath.Join("..", "..", "docs", "operations-metrics.md")
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(path)
	if err != nil || string(have) != want {
		t.Errorf("%s is stale (%v): run go test ./internal/server -run TestDocs -update", path, err)
	}
}
