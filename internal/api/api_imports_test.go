package api

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/reevehq/reeve/internal/access"
)

func gzipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.String()
}

func zstded(text string) string {
	w, _ := zstd.NewWriter(nil)
	return string(w.EncodeAll([]byte(text), nil))
}

func TestImports_takesReportsOfAllKinds(t *testing.T) {
	each(t, func(b *bench) {
		b.crew()
		for n, body := range []string{report("a.py"), gzipped(report("a.py")), zstded(report("a.py"))} {
			b.now = b.now.Add(time.Hour)
			g := b.ask("ci", "POST /imports?tool=nightly", body, "Content-Type", "application/octet-stream")
			b.same("status", g.status, 201)
			b.same("new and same", []any{g.at("new"), g.at("same")}, [][]any{{1, 0}, {0, 1}, {0, 1}}[n])
			read := b.want("ci", strings.Replace("GET "+g.header.Get("Location"), Prefix, "", 1), "", 200)
			b.same("receipt", read.at("receipt", "read"), 1)
			b.same("by", read.at("actor"), "ci:ours")
		}
		g := b.ask("admin", "POST /imports?asset=theirs", report("a.py"), "Content-Encoding", "br")
		b.same("unknown packing", g.status, 422)
		b.same("a pipeline sees its own", len(b.want("ci", "GET /imports", "", 200).at("items").([]any)), 3)
		b.same("a developer those of ours", len(b.want("dev", "GET /imports", "", 200).at("items").([]any)), 5)
		b.same("an admin all", len(b.want("admin", "GET /imports?limit=500", "", 200).at("items").([]any)), 8)
		page := b.want("admin", "GET /imports?limit=5", "", 200)
		rest := b.want("admin", "GET /imports?limit=5&after="+page.at("next").(string), "", 200)
		b.same("the rest", []any{len(rest.at("items").([]any)), rest.at("next")}, []any{3, nil})
		b.want("admin", "GET /imports/999", "", 404)
		b.want("viewer", "GET /imports/1", "", 404) // an event of another kind
	})
}

func TestImports_aPipelineIsAboutItsAsset(t *testing.T) {
	b := onSQLite(t)
	b.crew()
	b.want("ci", "POST /imports?asset=repository:theirs", report("new.py"), 201)
	b.same("theirs has nothing new", b.want("admin", "GET /findings?q=path:new.py", "", 200).at("items", 0, "asset"), "ours")
	b.want("lead", "POST /imports?asset=repository:theirs", report("new.py"), 404)
	b.want("lead", "POST /imports?asset=repository:unheard-of", report("new.py"), 403)
	b.want("lead", "POST /imports?asset=repository:ours-too", report("new.py"), 201)
	b.want("dev", "POST /imports?asset=repository:ours", report("new.py"), 403)
}

func TestImports_countOnce(t *testing.T) {
	each(t, func(b *bench) {
		key := []string{"Idempotency-Key", "run-1"}
		first := b.ask("admin", "POST /imports?asset=ours", report("x.py"), key...)
		b.same("first", first.status, 201)
		var again got
		b.same("events", b.events(func() { again = b.ask("admin", "POST /imports?asset=ours", report("x.py"), key...) }), 0)
		b.same("again", []any{again.status, again.at("event"), again.at("repeated")}, []any{200, first.at("event"), true})
		b.same("another report", b.ask("admin", "POST /imports?asset=ours", report("y.py"), key...).problem(), "conflict")
		b.same("another asset", b.ask("admin", "POST /imports?asset=theirs", report("x.py"), key...).problem(), "conflict")
	})
}

func TestImports_refusesWhatCannotBeTaken(t *testing.T) {
	each(t, func(b *bench) {
		whole := report("x.py")
		for _, c := range []struct {
			address, body string
			status        int
			kind          string
		}{
			{"/imports?asset=ours", whole[:len(whole)/2], 422, "unreadable-report"},
			{"/imports?asset=ours", "", 422, "unreadable-report"},
			{"/imports?asset=ours", "no report at all", 422, "unreadable-report"},
			{"/imports?asset=ours&format=semgrep", `{"results":[` + strings.Repeat("[", 10_000), 422, "unreadable-report"},
			{"/imports?asset=ours&format=fortune", whole, 422, "invalid"},
			{"/imports", whole, 422, "invalid"},
			{"/imports?only=true", whole, 422, "invalid"},
			{"/imports?asset=ours&ref=a%00b", whole, 422, "invalid"},
			{"/imports?asset=ours&tool=a%0Ab", whole, 422, "invalid"},
			{"/imports?asset=ours&tool=%ff%fe", whole, 422, "invalid"},
			{"/imports?asset=" + strings.Repeat("x", 600), whole, 422, "invalid"},
			{"/imports?asset=ours&format=semgrep", strings.Repeat(" ", 1<<20) + whole, 413, "too-large"},
			{"/imports?asset=ours", whole + strings.Repeat(" ", 1<<20), 413, "too-large"},
			{"/imports?asset=ours", gzipped(strings.Repeat(" ", 100<<20)), 422, "unreadable-report"},
		} {
			var g got
			n := b.events(func() { g = b.ask("admin", "POST "+c.address, c.body) })
			b.same(fmt.Sprintf("%.60s with %.30q", c.address, c.body), []any{g.status, g.problem(), n}, []any{c.status, c.kind, 0})
			if c.kind == "unreadable-report" && g.at("offset") == nil {
				b.t.Errorf("%s: no offset: %s", c.address, g.body)
			}
		}
	})
}

// TestImports_aBrokenConnectionIsNoReport: whatever has come by then, nothing is taken.
func TestImports_aBrokenConnectionIsNoReport(t *testing.T) {
	b := onSQLite(t)
	server := httptest.NewServer(b.api)
	defer server.Close()
	n := b.events(func() {
		in, out := io.Pipe()
		go func() {
			_, _ = out.Write([]byte(report("x.py", "y.py")[:200]))
			_ = out.CloseWithError(errors.New("the line went dead"))
		}()
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+Prefix+"/imports?asset=ours", in)
		r.Header.Set("X-Who", "admin")
		if response, err := http.DefaultClient.Do(r); err == nil {
			discard(response.Body)
			t.Errorf("the half request was answered with %d", response.StatusCode)
		}
	})
	b.same("events", n, 0)
}

func TestImports_aFormBringsTheOwners(t *testing.T) {
	each(t, func(b *bench) {
		b.want("admin", "PUT /teams/ours", `{"name":"Ours","aliases":["@acme/ours"]}`, 200)
		form := func(parts ...string) (string, string) {
			var body bytes.Buffer
			w := multipart.NewWriter(&body)
			for i := 0; i < len(parts); i += 2 {
				p, _ := w.CreateFormFile(parts[i], "file")
				_, _ = p.Write([]byte(parts[i+1]))
			}
			_ = w.Close()
			return body.String(), w.FormDataContentType()
		}
		body, media := form("codeowners", "* @acme/ours\n", "report", report("own.py"))
		b.same("status", b.ask("admin", "POST /imports?asset=nobodys", body, "Content-Type", media).status, 201)
		b.same("its owner", b.want("admin", "GET /findings?q=path:own.py", "", 200).at("items", 0, "team"), "ours")
		for _, parts := range [][]string{{"codeowners", "x"}, {"nonsense", "x", "report", report("own.py")}, {"catalog", strings.Repeat("x", maxPart+1), "report", report("own.py")}} {
			body, media := form(parts...)
			if g := b.ask("admin", "POST /imports?asset=nobodys", body, "Content-Type", media); g.status/100 != 4 {
				b.t.Errorf("form of %.40q: %d", parts, g.status)
			}
		}
	})
}

func TestImports_waitTheirTurn(t *testing.T) {
	b := onSQLite(t)
	b.api.reading, b.api.wait = make(chan struct{}, 1), 20*time.Millisecond
	b.api.reading <- struct{}{}
	g := b.ask("admin", "POST /imports?asset=ours", report("x.py"))
	b.same("busy", []any{g.status, g.problem(), g.header.Get("Retry-After")}, []any{429, "busy", "10"})
	<-b.api.reading
	b.want("admin", "POST /imports?asset=ours", report("x.py"), 201)
	b.same("the turn is given back", len(b.api.reading), 0)
	b.api.reading <- struct{}{}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.api.turn(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("who has gone still waits: %v", err)
	}
}

func TestImports_whoMayNotIsToldBeforeTheReportIsRead(t *testing.T) {
	b := onSQLite(t)
	b.add("viewer", access.Principal{Name: "viewer", Grants: []access.Grant{{Role: access.Viewer}}})
	for who, status := range map[string]int{"viewer": 403, "": 401} {
		body := &untouched{}
		r := httptest.NewRequest(http.MethodPost, Prefix+"/imports?asset=ours", body)
		r.Header.Set("X-Who", who)
		w := httptest.NewRecorder()
		b.api.ServeHTTP(w, r)
		if w.Code != status || body.read {
			t.Errorf("%q: %d, read %v", who, w.Code, body.read)
		}
	}
}

// untouched is a body that notes whether it was read.
type untouched struct{ read bool }

func (u *untouched) Read([]byte) (int, error) { u.read = true; return 0, io.EOF }
