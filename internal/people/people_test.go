package people

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// phrase is a password that may be chosen.
const phrase = "seven tin giraffes"

// place is a keeper behind a real server, with a clock that the test turns.
type place struct {
	*Keeper
	t   *testing.T
	url string
	log *strings.Builder

	mu  sync.Mutex
	now time.Time
}

func (p *place) clock() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

func (p *place) pass(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = p.now.Add(d)
}

// each runs a test on a new keeper on both databases.
func each(t *testing.T, test func(t *testing.T, p *place)) {
	t.Helper()
	storetest.Open(t, func(t *testing.T, db *store.DB) { test(t, open(t, db, Options{})) })
}

// open makes a keeper on a database; several on one are replicas.
func open(t *testing.T, db *store.DB, o Options) *place {
	t.Helper()
	return openOn(t, db, o, listen(t))
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func openOn(t *testing.T, db *store.DB, o Options, l net.Listener) *place {
	t.Helper()
	p := &place{t: t, now: time.Now().UTC().Truncate(time.Microsecond), log: &strings.Builder{}}
	reg, err := register.New(t.Context(), db, register.Options{Now: p.clock, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	o.Desk = desk.New(reg, p.clock)
	mux := http.NewServeMux()
	server := httptest.NewUnstartedServer(http.NewCrossOriginProtection().Handler(mux))
	_ = server.Listener.Close()
	server.Listener = l
	p.url = "http://" + server.Listener.Addr().String()
	if o.BaseURL == "" {
		o.BaseURL = p.url
	}
	o.Log = slog.New(slog.NewTextHandler(&locked{w: p.log}, nil))
	if p.Keeper, err = New(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	mux.Handle("/auth/", p.Handler())
	mux.HandleFunc("GET /who", func(w http.ResponseWriter, r *http.Request) {
		who, err := p.Who(r)
		if errors.Is(err, ErrAnonymous) {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		_ = json.NewEncoder(w).Encode(who)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "page "+r.URL.RequestURI()) })
	server.Start()
	t.Cleanup(server.Close)
	return p
}

type locked struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *locked) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}

// browser keeps cookies and does not follow.
type browser struct {
	*http.Client
	p *place
}

func (p *place) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return &browser{p: p, Client: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// post sends a form and gives where it is sent on to.
func (b *browser) post(path string, fields ...string) string {
	b.p.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	res, err := b.PostForm(b.p.url+path, form)
	if err != nil {
		b.p.t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusSeeOther {
		text, _ := io.ReadAll(res.Body)
		return strings.TrimSpace(res.Status + ": " + string(text))
	}
	return res.Header.Get("Location")
}

// who asks who the browser is; "" is nobody.
func (b *browser) who() access.Principal {
	b.p.t.Helper()
	return b.p.ask(b.Client, "")
}

func (p *place) ask(c *http.Client, authorization string) access.Principal {
	p.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, p.url+"/who", nil)
	if err != nil {
		p.t.Fatal(err)
	}
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	res, err := c.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	var who access.Principal
	switch res.StatusCode {
	case http.StatusUnauthorized:
	case http.StatusOK:
		if err := json.NewDecoder(res.Body).Decode(&who); err != nil {
			p.t.Fatal(err)
		}
	default:
		text, _ := io.ReadAll(res.Body)
		p.t.Fatalf("who: %s: %s", res.Status, text)
	}
	return who
}

// bearer asks who a token is.
func (p *place) bearer(token string) access.Principal {
	p.t.Helper()
	return p.ask(http.DefaultClient, "Bearer "+token)
}

// root makes the first admin by the first link, signed in.
func (p *place) root() (*browser, access.Principal) {
	p.t.Helper()
	b := p.browser()
	link, err := p.FirstLink(p.t.Context())
	if err != nil || link == "" {
		p.t.Fatalf("first link %q: %v", link, err)
	}
	if to := b.post("/auth/first", "link", linkOf(p.t, link), "login", "ada", "name", "Ada Byron", "password", phrase); to != "/" {
		p.t.Fatalf("first sign-in: %s", to)
	}
	return b, b.who()
}

func linkOf(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get("link")
}

// add makes a person with a password.
func (p *place) add(admin access.Principal, login string, grants ...access.Grant) int64 {
	p.t.Helper()
	id, err := p.desk.AddPerson(p.t.Context(), admin, desk.Person{Login: login, Grants: grants})
	if err != nil {
		p.t.Fatal(err)
	}
	link, err := p.Invite(p.t.Context(), admin, id)
	if err != nil {
		p.t.Fatal(err)
	}
	if to := p.browser().post("/auth/first", "link", linkOf(p.t, link), "password", phrase); to != "/" {
		p.t.Fatalf("invitation of %s: %s", login, to)
	}
	return id
}

// team makes a team and gives its id.
func (p *place) team(slug string) int64 {
	p.t.Helper()
	ids, err := p.reg.Put(p.t.Context(), "test", "", register.Set{Kind: register.KindTeam, Name: slug, Doc: register.Team{Name: slug}})
	if err != nil {
		p.t.Fatal(err)
	}
	return ids[0]
}

// asset makes an asset of a team.
func (p *place) asset(name string, team int64) {
	p.t.Helper()
	kind, rest, _ := strings.Cut(name, ":")
	a := register.Asset{Team: team}
	a.Kind, a.Name = kind, rest
	if _, err := p.reg.Put(p.t.Context(), "test", "", register.Set{Kind: register.KindAsset, Name: name, Doc: a}); err != nil {
		p.t.Fatal(err)
	}
}
