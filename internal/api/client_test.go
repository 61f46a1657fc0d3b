package api

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/client"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/people"
	"github.com/reevehq/reeve/internal/register"
)

// served gives the API over HTTP to people with real tokens. Each lose-th answer is lost on the way: the work was done, and nobody is told.
func (b *bench) served(lose int64) *httptest.Server {
	keeper, err := people.New(b.t.Context(), people.Options{Desk: b.desk, BaseURL: "http://localhost"})
	if err != nil {
		b.t.Fatal(err)
	}
	a := New(b.desk, keeper.Who, Options{Sessions: keeper})
	calls := atomic.Int64{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n := calls.Add(1); lose > 0 && n%lose == 0 {
			seen := httptest.NewRecorder()
			a.ServeHTTP(seen, r)
			panic(http.ErrAbortHandler)
		}
		a.ServeHTTP(w, r)
	}))
	b.t.Cleanup(s.Close)
	return s
}

// token makes a person with a role, and a token of theirs.
func (b *bench) token(login string, grant access.Grant, t desk.Token) string {
	b.t.Helper()
	id, err := b.desk.AddPerson(b.t.Context(), b.admin, desk.Person{Login: login, Grants: []access.Grant{grant}})
	if err != nil {
		b.t.Fatal(err)
	}
	t.Title = "test"
	_, text, err := b.desk.NewToken(b.t.Context(), access.Principal{Person: id, Name: login, Grants: []access.Grant{grant}}, t)
	if err != nil {
		b.t.Fatal(err)
	}
	return text
}

func (b *bench) client(s *httptest.Server, token string) *client.Client {
	b.t.Helper()
	c, err := client.New(client.Options{Address: s.URL, Token: token, Pause: 5 * time.Millisecond, Attempts: 10})
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

// TestClient_everyPushCountsOnce: pipelines push at the same time, and every third answer is lost.
func TestClient_everyPushCountsOnce(t *testing.T) {
	each(t, func(b *bench) {
		s := b.served(3)
		ci := b.client(s, b.token("robot", access.Grant{Role: access.Security}, desk.Token{Only: []access.Action{access.Import}}))
		const pushes = 24
		receipts, failed := make([]register.Receipt, pushes), make([]error, pushes)
		n := b.events(func() {
			var all sync.WaitGroup
			for i := range pushes {
				all.Go(func() {
					text := report(fmt.Sprintf("push%d.py", i))
					receipts[i], failed[i] = ci.Import(t.Context(), client.Report{
						Open: func() (io.ReadCloser, int64, error) {
							return io.NopCloser(strings.NewReader(text)), int64(len(text)), nil
						},
						Asset: "repository:ours", Tool: fmt.Sprintf("tool %d", i),
					})
				})
			}
			all.Wait()
		})
		events := map[int64]bool{}
		for i, r := range receipts {
			if failed[i] != nil || r.New != 1 || events[r.Event] {
				t.Errorf("push %d: %+v %v", i, r, failed[i])
			}
			events[r.Event] = true
		}
		b.same("events", n, pushes)
		b.same("findings", b.want("admin", "GET /findings?q=path:push*", "", 200).at("total"), pushes)
		if err := b.db.Verify(t.Context(), nil); err != nil {
			t.Error(err)
		}
	})
}

// TestClient_speaksToTheAPI: each call of the client, as a person with a real token.
func TestClient_speaksToTheAPI(t *testing.T) {
	b := onSQLite(t)
	s := b.served(0)
	ctx := t.Context()
	c := b.client(s, b.token("ada", access.Grant{Role: access.Admin}, desk.Token{Only: access.Actions()}))
	me, err := c.Me(ctx)
	if err != nil || me.Name != "ada#test" || len(me.Actions) != len(access.Actions()) {
		t.Errorf("me: %+v %v", me, err)
	}
	n := 0
	if err := c.EachFinding(ctx, desk.Ask{Query: "team:ours", Limit: 3}, func(desk.Row) error { n++; return nil }); err != nil || n != 4 {
		t.Errorf("%d findings: %v", n, err)
	}
	one, err := c.Finding(ctx, b.finding("ours", 0))
	if err != nil || one.Asset != "ours" || len(one.History) == 0 || one.Text.Message == "" {
		t.Errorf("finding: %+v %v", one, err)
	}
	if done, err := c.Decide(ctx, desk.Decision{Findings: []int64{one.ID}, Act: desk.Act{State: register.Acknowledged}}); err != nil || done.Findings != 1 {
		t.Errorf("decide: %+v %v", done, err)
	}
	team := "theirs"
	if _, err := c.SetAsset(ctx, one.AssetID, desk.AssetChange{Team: &team}); err != nil {
		t.Error(err)
	}
	assets, err := c.Assets(ctx, desk.AssetsAsk{Team: "theirs"})
	if err != nil || assets.Total != 3 {
		t.Errorf("assets: %+v %v", assets, err)
	}
	if teams, err := c.Teams(ctx, desk.Slice{}); err != nil || teams.Total != 2 {
		t.Errorf("teams: %+v %v", teams, err)
	}
	if imports, err := c.Imports(ctx, desk.Slice{Limit: 2}); err != nil || len(imports.Items) != 2 || imports.Next == "" {
		t.Errorf("imports: %+v %v", imports, err)
	}
	var log bytes.Buffer
	seal, err := c.Export(ctx, desk.ExportAsk{Blocks: true}, &log)
	if err != nil || b.desk.Register().Verify(ctx, &seal) != nil || log.Len() < 1000 {
		t.Errorf("export of %d bytes: %+v %v", log.Len(), seal, err)
	}
	if again, err := c.Seal(ctx); err != nil || again.Hash != seal.Hash {
		t.Errorf("seal: %+v %v", again, err)
	}
	var p *client.Problem
	if _, err := c.Finding(ctx, 999); !errors.As(err, &p) || p.Kind() != "not-found" {
		t.Errorf("%v", err)
	}
	if _, err := b.client(s, "rv_nonsense").Me(ctx); !errors.As(err, &p) || p.Kind() != "anonymous" {
		t.Errorf("%v", err)
	}
}
