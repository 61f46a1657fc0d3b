package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/api"
	"github.com/reevehq/reeve/internal/client"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/people"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
)

// real is the real API over a real register, and somebody with a token who asks it.
type real struct {
	*client.Client
	address string
	desk    *desk.Desk
	now     time.Time
}

var root = access.Principal{Person: 1, Name: "root", Grants: []access.Grant{{Role: access.Admin}}}

// serve opens a register. Each lose-th answer is lost on the way: the work was done, and nobody is told.
func serve(t *testing.T, lose int64) *real {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	db, err := store.Open(ctx, storetest.SQLite(t))
	must(err)
	t.Cleanup(func() { _ = db.Close() })
	r := &real{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return r.now }
	reg, err := register.New(ctx, db, register.Options{Now: clock})
	must(err)
	r.desk = desk.New(reg, clock)
	keeper, err := people.New(ctx, people.Options{Desk: r.desk, BaseURL: "http://localhost"})
	must(err)
	a := api.New(r.desk, keeper.Who, api.Options{Sessions: keeper, Log: slog.New(slog.DiscardHandler)})
	calls := atomic.Int64{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if n := calls.Add(1); lose > 0 && n%lose == 0 {
			a.ServeHTTP(httptest.NewRecorder(), q)
			panic(http.ErrAbortHandler)
		}
		a.ServeHTTP(w, q)
	}))
	t.Cleanup(s.Close)
	r.address = s.URL
	grants := []access.Grant{{Role: access.Admin}}
	person, err := r.desk.AddPerson(ctx, root, desk.Person{Login: "ada", Grants: grants})
	must(err)
	_, token, err := r.desk.NewToken(ctx, access.Principal{Person: person, Name: "ada", Grants: grants}, desk.Token{Title: "test", Only: access.Actions()})
	must(err)
	r.Client, err = client.New(client.Options{Address: s.URL, Token: token, Pause: time.Millisecond, Attempts: 10})
	must(err)
	_, err = r.desk.SetTeam(ctx, root, "payments", desk.TeamChange{Name: "Payments", Aliases: []string{"@acme/payments"}})
	must(err)
	return r
}

// found is a Semgrep report that finds something in each of some files.
func found(paths ...string) string {
	var results []string
	for i, path := range paths {
		results = append(results, fmt.Sprintf(`{"check_id":"sql-concat","path":%q,"start":{"line":%d,"col":1},"end":{"line":%d,"col":9},"extra":{"message":"SQL is put together.","severity":"ERROR","lines":"query(%d)"}}`, path, i+1, i+1, i))
	}
	return `{"version":"1.144.0","results":[` + strings.Join(results, ",") + `],"errors":[],"paths":{"scanned":[]}}`
}

const shop = "repository:acme/shop"

func (r *real) bring(t *testing.T, report client.Report, text string) register.Receipt {
	t.Helper()
	report.Open, report.Asset = of(text), shop
	receipt, err := r.Import(t.Context(), report)
	if err != nil {
		t.Fatal(err)
	}
	return receipt
}

// TestImport_bringsTheOwnersAlong: the asset's files come with the report, packed or not, and although every second answer is lost it counts once.
func TestImport_bringsTheOwnersAlong(t *testing.T) {
	owners, catalog := "pay/ @acme/payments\n", "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: shop}\nspec: {owner: nobody-knows}\n"
	for name, text := range map[string]string{"small": found("pay/a.py", "web/b.py"), "packed": found("pay/a.py", "web/b.py") + strings.Repeat(" ", 4<<20)} {
		t.Run(name, func(t *testing.T) {
			r := serve(t, 2)
			if got := r.bring(t, client.Report{Codeowners: &owners, Catalog: &catalog}, text); got.New != 2 {
				t.Errorf("%+v", got)
			}
			mine, err := r.Findings(t.Context(), desk.Ask{Query: "team:payments"})
			if err != nil || mine.Total != 1 || mine.Items[0].Place != "pay/a.py:1" {
				t.Errorf("%+v %v", mine, err)
			}
			assets, err := r.Assets(t.Context(), desk.AssetsAsk{})
			if err != nil || assets.Total != 1 {
				t.Fatalf("%+v %v", assets, err)
			}
			asset, err := r.desk.Asset(t.Context(), root, assets.Items[0].ID)
			if err != nil || asset.Codeowners != owners || asset.Catalog != catalog {
				t.Errorf("%+v %v", asset, err)
			}
			r.bring(t, client.Report{Codeowners: &owners}, found("pay/a.py"))
			if asset, err := r.desk.Asset(t.Context(), root, asset.ID); err != nil || asset.Catalog != catalog {
				t.Errorf("a file that did not come was forgotten: %+v %v", asset, err)
			}
			events, err := r.Events(t.Context(), register.KindImport, desk.Slice{})
			if err != nil || len(events.Items) != 2 {
				t.Errorf("%+v %v", events, err)
			}
		})
	}
}

func TestImport_oneKeyIsOneReportWithItsOwners(t *testing.T) {
	r := serve(t, 0)
	owners, others := "* @acme/payments\n", "* @acme/web\n"
	first := r.bring(t, client.Report{Codeowners: &owners, Key: "run-1"}, found("a.py"))
	if again := r.bring(t, client.Report{Codeowners: &owners, Key: "run-1"}, found("a.py")); again.Event != first.Event || !again.Repeated {
		t.Errorf("%+v, then %+v", first, again)
	}
	var p *client.Problem
	_, err := r.Import(t.Context(), client.Report{Open: of(found("a.py")), Asset: shop, Codeowners: &others, Key: "run-1"})
	if !errors.As(err, &p) || p.Kind() != "conflict" {
		t.Errorf("the same key with other owners: %v", err)
	}
	long := strings.Repeat("x", 1<<20+1)
	if _, err := r.Import(t.Context(), client.Report{Open: of(found("a.py")), Asset: shop, Codeowners: &long}); !errors.As(err, &p) || p.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("a file that is too long: %v", err)
	}
}

// TestImport_withOwnersIsAStream: what arrives has only just been read, however long the report.
func TestImport_withOwnersIsAStream(t *testing.T) {
	const size = 256 << 20
	var read atomic.Int64
	ahead := int64(0)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		buf, got := make([]byte, 1<<20), int64(0)
		for {
			n, err := q.Body.Read(buf)
			got += int64(n)
			ahead = max(ahead, read.Load()-got)
			if err != nil {
				break
			}
		}
		if q.ContentLength != got {
			http.Error(w, "short", http.StatusBadRequest)
			return
		}
		fine(`{"event":1}`)(w, q)
	}))
	defer s.Close()
	c, err := client.New(client.Options{Address: s.URL, Attempts: 1})
	if err != nil {
		t.Fatal(err)
	}
	owners := "* @acme/payments\n"
	_, err = c.Import(t.Context(), client.Report{
		Open:  func() (io.ReadCloser, int64, error) { return io.NopCloser(io.LimitReader(zeros{}, size)), size, nil },
		Plain: true, Codeowners: &owners, Progress: func(done, _ int64) { read.Store(done) },
	})
	if err != nil || ahead > size/4 || read.Load() != size {
		t.Errorf("%d of %d bytes were read, up to %d of them before they were sent: %v", read.Load(), size, ahead, err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestFigures_ofTheRealAPI asks for all figures of a short story.
func TestFigures_ofTheRealAPI(t *testing.T) {
	r := serve(t, 0)
	ctx := t.Context()
	r.bring(t, client.Report{}, found("a.py", "b.py"))
	opened := r.now
	r.now = r.now.AddDate(0, 0, 2)
	fixed := r.bring(t, client.Report{}, found("a.py"))
	if fixed.Verified != 1 {
		t.Fatalf("%+v", fixed)
	}
	m, err := r.Metrics(ctx, desk.MetricsAsk{From: opened, To: r.now, Asset: shop, Team: "none"})
	if err != nil || m.From != "2026-03-01" || m.To != "2026-03-03" || m.Remedy.All.Count != 1 || m.Remedy.All.Verified.Median != 2*86400 {
		t.Errorf("metrics: %+v %v", m, err)
	}
	if m, err = r.Metrics(ctx, desk.MetricsAsk{Team: "payments"}); err != nil || m.To != "2026-03-03" || m.Remedy.All.Count != 0 {
		t.Errorf("metrics of another team: %+v %v", m.Remedy, err)
	}
	o, err := r.Overview(ctx)
	if err != nil || o.Active.Count != 1 || o.Verified.Count != 1 || len(o.First) != 1 || len(o.Trend) != 90 || o.Trend[89].Total() != 1 || o.Trend[87].Total() != 2 {
		t.Errorf("overview: %+v %v", o, err)
	}
	past, err := r.AsOf(ctx, desk.PastAsk{At: opened.Add(time.Hour), Levels: []string{"critical", "high"}, States: []string{"open", "fixed"}, Assets: []string{shop}, Limit: 1})
	if err != nil || past.Total != 2 || len(past.Items) != 1 || past.Next == "" {
		t.Errorf("past: %+v %v", past, err)
	}
	if past, err = r.AsOf(ctx, desk.PastAsk{At: opened.Add(time.Hour), After: past.Next, Limit: 1}); err != nil || len(past.Items) != 1 || past.Next != "" {
		t.Errorf("past, on: %+v %v", past, err)
	}
	if past, err = r.AsOf(ctx, desk.PastAsk{At: opened, Known: opened.Add(-time.Microsecond)}); err != nil || past.Total != 0 {
		t.Errorf("past, before it was known: %+v %v", past, err)
	}
	events, err := r.Events(ctx, register.KindImport, desk.Slice{Limit: 1})
	if err != nil || len(events.Items) != 1 || events.Items[0].Seq != fixed.Event || events.Next == "" {
		t.Errorf("events: %+v %v", events, err)
	}
	var p *client.Problem
	for name, ask := range map[string]func() error{
		"a team that is none":    func() error { _, err := r.Metrics(ctx, desk.MetricsAsk{Team: "gone"}); return err },
		"a window that is none":  func() error { _, err := r.Metrics(ctx, desk.MetricsAsk{From: r.now, To: opened}); return err },
		"a level that is none":   func() error { _, err := r.AsOf(ctx, desk.PastAsk{Levels: []string{"loud"}}); return err },
		"a cursor that is none":  func() error { _, err := r.Events(ctx, "", desk.Slice{After: "x"}); return err },
		"an asset that is none":  func() error { _, err := r.AsOf(ctx, desk.PastAsk{Assets: []string{"image:x"}}); return err },
		"somebody without token": func() error { return stranger(t, r) },
	} {
		if err := ask(); !errors.As(err, &p) || p.Status/100 != 4 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// stranger asks with a token that nobody has.
func stranger(t *testing.T, r *real) error {
	t.Helper()
	c, err := client.New(client.Options{Address: r.address, Token: "rv_nonsense"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Overview(context.Background())
	return err
}
