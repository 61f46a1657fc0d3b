package people

import (
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
)

func TestSession_endsInTime(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		b, root := p.root()
		for range 27 { // in use all the time
			if p.pass(6 * time.Hour); b.who().Person == 0 {
				t.Fatal("a session in use ended early")
			}
		}
		if p.pass(6 * time.Hour); b.who().Person != 0 {
			t.Error("a session in use outlives a week")
		}
		idle := p.browser()
		idle.post("/auth/login", "login", "ada", "password", phrase)
		p.pass(idleLimit - time.Minute)
		if idle.who().Person == 0 {
			t.Fatal("a session ended early")
		}
		if err := p.Flush(t.Context()); err != nil { // the time of use reaches the database
			t.Fatal(err)
		}
		p.pass(idleLimit - time.Minute)
		if idle.who().Person == 0 {
			t.Fatal("a session that was used ended early")
		}
		p.pass(idleLimit)
		if idle.who().Person != 0 {
			t.Error("a session that was not used for eight hours lives")
		}
		now := p.clock()
		if err := p.db.Sweep(t.Context(), now.UnixMicro(), now.Add(-idleLimit).UnixMicro(), now.UnixMicro()); err != nil {
			t.Fatal(err)
		}
		if left, err := p.db.Sessions(t.Context(), root.Person); err != nil || len(left) != 0 {
			t.Errorf("%d sessions are left after the sweep (%v)", len(left), err)
		}
	})
}

func TestSession_newAtEachSignInAndEndedAtSignOut(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		b, root := p.root()
		u, _ := url.Parse(p.url)
		before := b.Jar.Cookies(u)[0].Value
		if to := b.post("/auth/login", "login", "ada", "password", phrase); to != "/" {
			t.Fatal(to)
		}
		after := b.Jar.Cookies(u)[0].Value
		if before == after {
			t.Error("a sign-in keeps the session of before")
		}
		old := p.browser()
		old.Jar.SetCookies(u, []*http.Cookie{{Name: "reeve", Value: before}})
		if old.who().Person != 0 {
			t.Error("the session of before lives on")
		}
		thief := p.browser()
		thief.Jar.SetCookies(u, []*http.Cookie{{Name: "reeve", Value: after}})
		if to := b.post("/auth/logout"); to != "/login?said=out" {
			t.Error(to)
		}
		if b.who().Person != 0 || thief.who().Person != 0 {
			t.Error("a session lives on after the sign-out")
		}
		if all, err := p.db.Sessions(t.Context(), root.Person); err != nil || len(all) != 0 {
			t.Errorf("%d sessions are left (%v)", len(all), err)
		}
		for _, value := range []string{"", "x", strings.Repeat("A", 43), strings.Repeat("A", 100_000), "\x00"} {
			made := p.browser()
			made.Jar.SetCookies(u, []*http.Cookie{{Name: "reeve", Value: value}})
			if made.who().Person != 0 {
				t.Errorf("the cookie %.20q is somebody", value)
			}
		}
	})
}

func TestSession_listedAndEnded(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		b, root := p.root()
		others := []*browser{p.browser(), p.browser(), p.browser()}
		for _, o := range others {
			o.post("/auth/login", "login", "ada", "password", phrase)
		}
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, p.url, nil)
		u, _ := url.Parse(p.url)
		req.AddCookie(b.Jar.Cookies(u)[0])
		list, err := p.Sessions(req, root, root.Person)
		if err != nil || len(list) != 4 {
			t.Fatalf("%d sessions (%v)", len(list), err)
		}
		current, ended := 0, ""
		for _, s := range list {
			if s.Current {
				current++
			} else {
				ended = s.ID
			}
			if s.Address != "127.0.0.1" || !strings.HasPrefix(s.Agent, "Go-http-client") {
				t.Errorf("session %+v", s)
			}
		}
		if current != 1 {
			t.Errorf("%d sessions are the one that asks", current)
		}
		if to := b.post("/auth/sessions/end", "session", ended); to != "/profile?said=ended" {
			t.Error(to)
		}
		if to := b.post("/auth/sessions/end", "session", ended); !strings.HasPrefix(to, "404") {
			t.Error(to)
		}
		if n := signedIn(others); n != 2 {
			t.Errorf("%d of three others are signed in after one was ended", n)
		}
		b.post("/auth/sessions/end")
		if n := signedIn(others); n != 0 || b.who().Person == 0 {
			t.Errorf("%d others are signed in after all were ended; oneself: %+v", n, b.who())
		}
		bob := p.add(root, "bob", access.Grant{Role: access.Viewer})
		bobs := access.Principal{Person: bob, Name: "bob", Grants: []access.Grant{{Role: access.Viewer}}}
		if _, err := p.Sessions(req, bobs, root.Person); !errors.Is(err, access.ErrDenied) {
			t.Errorf("bob lists the admin's sessions: %v", err)
		}
		token := root
		token.Only = []access.Action{access.Own}
		if _, err := p.Sessions(req, token, root.Person); !errors.Is(err, access.ErrDenied) {
			t.Errorf("a token lists sessions: %v", err)
		}
		if n, err := p.EndSessions(req, root, bob); err != nil || n != 1 {
			t.Errorf("the admin ended %d of bob's sessions (%v)", n, err)
		}
	})
}

func signedIn(all []*browser) (n int) {
	for _, b := range all {
		if b.who().Person != 0 {
			n++
		}
	}
	return n
}

func TestHandler_refusesWhatOtherSitesSend(t *testing.T) {
	storetest.Open(t, func(t *testing.T, db *store.DB) {
		p := open(t, db, Options{OIDC: &OIDC{Issuer: "https://issuer.example", ClientID: "x"}})
		b, _ := p.root()
		for _, path := range []string{"/auth/login", "/auth/first", "/auth/password", "/auth/logout", "/auth/sessions/end", "/auth/ci", "/auth/oidc/logout"} {
			for _, header := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}} {
				req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, p.url+path, strings.NewReader("login=ada"))
				req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				req.Header.Set(header[0], header[1])
				if got := status(t, b.Client, req); got != http.StatusForbidden {
					t.Errorf("POST %s with %v: %d", path, header, got)
				}
			}
			req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, p.url+path, nil)
			if got := status(t, b.Client, req); got != http.StatusMethodNotAllowed {
				t.Errorf("GET %s: %d, a GET changes nothing", path, got)
			}
		}
		if b.who().Person == 0 {
			t.Error("another site signed somebody out")
		}
	})
}

func status(t *testing.T, c *http.Client, req *http.Request) int {
	t.Helper()
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}

func TestCookie_isKeptFromOthers(t *testing.T) {
	db, err := store.Open(t.Context(), storetest.SQLite(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	p := open(t, db, Options{BaseURL: "https://reeve.example"})
	link, err := p.FirstLink(t.Context())
	if err != nil || !strings.HasPrefix(link, "https://reeve.example/first?link="+desk.LinkPrefix) {
		t.Fatalf("first link %q (%v)", link, err)
	}
	res, err := p.browser().PostForm(p.url+"/auth/first", url.Values{"link": {linkOf(t, link)}, "login": {"ada"}, "password": {phrase}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	c := res.Cookies()[0]
	if c.Name != "__Host-reeve" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || len(c.Value) != 43 {
		t.Errorf("cookie %s", c)
	}
	if res.Header.Get("Cache-Control") != "no-store" {
		t.Error("an answer with a cookie may be kept")
	}
}

func TestAddress_believesOnlyOwnProxies(t *testing.T) {
	k := &Keeper{opt: Options{Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}}}
	for _, c := range []struct {
		remote, forwarded, want string
	}{
		{"192.0.2.1:99", "", "192.0.2.1"},
		{"192.0.2.1:99", "203.0.113.9", "192.0.2.1"},
		{"10.0.0.1:99", "203.0.113.9", "203.0.113.9"},
		{"10.0.0.1:99", "1.1.1.1, 203.0.113.9", "203.0.113.9"},
		{"10.0.0.1:99", "1.1.1.1, 203.0.113.9, 10.2.3.4", "203.0.113.9"},
		{"10.0.0.1:99", "nonsense", "10.0.0.1"},
		{"10.0.0.1:99", "203.0.113.9, nonsense", "10.0.0.1"},
		{"[fd00::1]:99", "2001:db8::7", "2001:db8::7"},
		{"[::ffff:192.0.2.1]:99", "", "192.0.2.1"},
	} {
		r := &http.Request{RemoteAddr: c.remote, Header: http.Header{}}
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := k.address(r).String(); got != c.want {
			t.Errorf("%s by way of %q is %s, want %s", c.remote, c.forwarded, got, c.want)
		}
	}
}
