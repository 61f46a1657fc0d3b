package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/people"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// noSessions is for tests of the document, which ask nothing.
type noSessions struct{}

func (noSessions) Sessions(*http.Request, access.Principal, int64) ([]people.Session, error) {
	return nil, nil
}
func (noSessions) EndSession(context.Context, access.Principal, int64, string) error { return nil }
func (noSessions) EndSessions(*http.Request, access.Principal, int64) (int64, error) { return 0, nil }

// bench is an API on a real desk and database, with two teams that own two assets each, and an asset of nobody.
type bench struct {
	t     *testing.T
	db    *store.DB
	desk  *desk.Desk
	api   *API
	now   time.Time
	admin access.Principal
	// who are the principals that requests may name in the header X-Who; without it nobody asks.
	mu  sync.Mutex
	who map[string]access.Principal
	// broken collects what the API logged.
	broken bytes.Buffer
	check  *contract
	teams  map[string]int64
	assets map[string]int64
}

// each runs a test on both databases.
func each(t *testing.T, test func(b *bench)) {
	t.Helper()
	storetest.Open(t, func(t *testing.T, db *store.DB) { test(newBench(t, db, t.Cleanup)) })
}

// onSQLite runs on one, for what no database can change.
func onSQLite(t testing.TB) *bench {
	t.Helper()
	db, err := store.Open(context.Background(), storetest.SQLite(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	own, ok := t.(*testing.T)
	if !ok {
		own = nil
	}
	return newBench(own, db, t.Cleanup)
}

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// newBench makes a bench; t is nil for a fuzz target.
func newBench(t *testing.T, db *store.DB, cleanup func(func())) *bench {
	ctx := context.Background()
	b := &bench{
		t: t, db: db, now: start, who: map[string]access.Principal{}, teams: map[string]int64{}, assets: map[string]int64{},
		admin: access.Principal{Person: 1, Name: "root", Grants: []access.Grant{{Role: access.Admin}}},
	}
	must := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	reg, err := register.New(ctx, db, register.Options{Now: func() time.Time { return b.now }})
	must(err)
	b.desk = desk.New(reg, func() time.Time { return b.now })
	dir, err := os.MkdirTemp("", "bills-*")
	must(err)
	must(b.desk.OpenBills(ctx, dir))
	cleanup(func() { _ = b.desk.CloseBills(); _ = os.RemoveAll(dir) })
	for _, slug := range []string{"ours", "theirs"} {
		b.teams[slug], err = b.desk.SetTeam(ctx, b.admin, slug, desk.TeamChange{Name: slug})
		must(err)
		for _, name := range []string{slug, slug + "-too"} {
			b.newAsset(ctx, name, slug)
		}
	}
	b.newAsset(ctx, "nobodys", "")
	b.add("admin", b.admin)
	keeper, err := people.New(ctx, people.Options{Desk: b.desk, BaseURL: "http://localhost"})
	must(err)
	b.api = New(b.desk, b.asks, Options{Sessions: keeper, Log: slog.New(slog.NewTextHandler(&b.broken, nil)), MaxReport: 1 << 20})
	b.check = newContract(b.api.document())
	return b
}

func (b *bench) newAsset(ctx context.Context, name, team string) {
	id, err := b.desk.NewAsset(ctx, b.admin, "repository", name)
	if err == nil {
		b.assets[name] = id
		_, err = b.desk.SetAsset(ctx, b.admin, id, desk.AssetChange{Team: &team})
	}
	if err == nil {
		in := register.Import{Asset: finding.Asset{Kind: "repository", Name: name}, Format: "semgrep"}
		_, err = b.desk.Import(ctx, b.admin, in, strings.NewReader(report("app.py", "db.py")))
	}
	if err != nil {
		panic(err)
	}
}

// asks says who a request comes from.
func (b *bench) asks(r *http.Request) (access.Principal, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p, ok := b.who[r.Header.Get("X-Who")]
	if !ok {
		return p, people.ErrAnonymous
	}
	return p, nil
}

func (b *bench) add(name string, p access.Principal) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.who[name] = p
}

// finding gives a finding of an asset; n counts from 0.
func (b *bench) finding(asset string, n int) int64 {
	list, err := b.desk.Findings(context.Background(), b.admin, desk.Ask{Query: fmt.Sprintf("asset:#%d", b.assets[asset]), Order: "opened"})
	if err != nil || len(list.Items) <= n {
		panic(fmt.Sprintf("findings of %s: %v, %d", asset, err, len(list.Items)))
	}
	return list.Items[n].ID
}

// report writes what Semgrep would about files.
func report(files ...string) string {
	var results []any
	for _, f := range files {
		results = append(results, map[string]any{
			"check_id": "sql-injection", "path": f, "start": map[string]int{"line": 10, "col": 1}, "end": map[string]int{"line": 10, "col": 20},
			"extra": map[string]any{"message": "Do not do this.", "severity": "ERROR", "lines": "query = text + " + f, "metadata": map[string]any{"cwe": "CWE-89"}},
		})
	}
	text, _ := json.Marshal(map[string]any{"version": "1.0", "results": results, "errors": []any{}, "paths": map[string]any{}})
	return string(text)
}

// got is an answer.
type got struct {
	status int
	header http.Header
	body   []byte
}

// problem gives the kind of problem that was answered.
func (g got) problem() string {
	var p Problem
	_ = json.Unmarshal(g.body, &p)
	return p.Type[strings.LastIndex(p.Type, "/")+1:]
}

// at finds a part of an answer by steps: keys and, for the first item, 0.
func (g got) at(steps ...any) any {
	var v any
	_ = json.Unmarshal(g.body, &v)
	for _, s := range steps {
		switch s := s.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[s]
		case int:
			l, _ := v.([]any)
			if s >= len(l) {
				return nil
			}
			v = l[s]
		}
	}
	return v
}

// ask sends a request as somebody and holds the answer against the document.
func (b *bench) ask(who, address, body string, header ...string) got {
	b.t.Helper()
	method, path, _ := strings.Cut(address, " ")
	r := httptest.NewRequest(method, Prefix+path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("X-Who", who)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	b.api.ServeHTTP(w, r)
	g := got{w.Code, w.Header(), w.Body.Bytes()}
	if err := b.check.holds(b.api, r, g); err != nil {
		b.t.Errorf("%s as %s: %v\n%.600s", address, who, err, g.body)
	}
	if g.status >= 500 {
		b.t.Errorf("%s as %s: %d %s\n%s", address, who, g.status, g.body, b.broken.String())
	}
	return g
}

// want asks, and says what was not as it should be.
func (b *bench) want(who, address, body string, status int) got {
	b.t.Helper()
	g := b.ask(who, address, body)
	if g.status != status {
		b.t.Fatalf("%s as %s: %d, want %d: %.600s", address, who, g.status, status, g.body)
	}
	return g
}

// contract is the document as something that answers are held against.
type contract struct {
	compiler *jsonschema.Compiler
	document map[string]any
	schemas  map[string]*jsonschema.Schema
}

func newContract(text []byte) *contract {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		panic(err)
	}
	c := &contract{compiler: jsonschema.NewCompiler(), document: doc.(map[string]any), schemas: map[string]*jsonschema.Schema{}}
	c.compiler.AssertFormat()
	if err := c.compiler.AddResource("openapi.json", doc); err != nil {
		panic(err)
	}
	return c
}

// holds tells whether an answer is one that the document describes.
func (c *contract) holds(a *API, r *http.Request, g got) error {
	_, pattern := a.mux.Handler(r)
	if pattern == "" || open(r.URL.Path) || g.status == http.StatusNoContent || len(g.body) == 0 {
		return nil
	}
	method, path, _ := strings.Cut(pattern, " ")
	media, _, _ := strings.Cut(g.header.Get("Content-Type"), ";")
	pointer := fmt.Sprintf("/paths/%s/%s/responses/%d/content/%s/schema", escape(strings.TrimPrefix(path, Prefix)), strings.ToLower(method), g.status, escape(media))
	if media == "application/jsonl" {
		return nil
	}
	s := c.schemas[pointer]
	if s == nil {
		var err error
		if s, err = c.compiler.Compile("openapi.json#" + pointer); err != nil {
			return fmt.Errorf("the document does not know this answer: %w", err)
		}
		c.schemas[pointer] = s
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(g.body))
	if err != nil {
		return err
	}
	return s.Validate(v)
}

func escape(part string) string {
	return strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(part)
}

func discard(body io.ReadCloser) {
	_, _ = io.Copy(io.Discard, body)
	_ = body.Close()
}

func asset(name string) finding.Asset { return finding.Asset{Kind: "repository", Name: name} }

// asCut exports the log for somebody who has gone.
func (b *bench) asCut(ctx context.Context) {
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, Prefix+"/log/export", nil)
	r.Header.Set("X-Who", "admin")
	b.api.ServeHTTP(httptest.NewRecorder(), r)
}
