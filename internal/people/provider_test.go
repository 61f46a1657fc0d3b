package people

import (
	"bufio"
	"bytes"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
)

// folk are the people of a provider: what it says of each, by subject.
type folk map[string]map[string]any

// provider is a real provider in a process of its own (see e2e/oidc).
type provider struct {
	t   *testing.T
	url string
}

// startProvider starts one for a client at an address, and ends it with the test.
func startProvider(t *testing.T, base string) *provider {
	t.Helper()
	dir := filepath.Join("..", "..", "e2e", "oidc")
	if _, err := os.Stat(filepath.Join(dir, "node_modules")); err != nil {
		install := exec.CommandContext(t.Context(), "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
		install.Dir = dir
		if out, err := install.CombinedOutput(); err != nil {
			t.Fatalf("install the provider (\"make deps\" does so too): %v: %s", err, out)
		}
	}
	client, err := json.Marshal(map[string]any{
		"client_id": "reeve", "client_secret": strings.Repeat("for tests: ", 4), "redirect_uris": []string{base + "/auth/oidc/callback"},
		"post_logout_redirect_uris": []string{base + "/login"}, "backchannel_logout_uri": base + "/auth/oidc/logout", "backchannel_logout_session_required": true,
	})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "server.mjs")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "CLIENT="+string(client), "NO_COLOR=1")
	stdin, err := cmd.StdinPipe() // it ends when this does
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	said := &bytes.Buffer{}
	cmd.Stderr = said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = stdin.Close()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("the provider said: %s", said)
		}
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		_ = cmd.Wait()
		t.Fatalf("the provider does not start: %v: %s", err, said)
	}
	return &provider{t: t, url: strings.TrimSpace(line)}
}

// knows tells the provider its people.
func (v *provider) knows(all folk) {
	v.t.Helper()
	text, _ := json.Marshal(all)
	req, _ := http.NewRequestWithContext(v.t.Context(), http.MethodPut, v.url+"/people", bytes.NewReader(text))
	if got := status(v.t, http.DefaultClient, req); got != http.StatusOK {
		v.t.Fatalf("PUT /people: %d", got)
	}
}

// known are the people of most tests.
func known() folk {
	return folk{
		"s-1": {"name": "Grace Hopper", "preferred_username": "Grace", "email": "Grace@Acme.example", "email_verified": true, "groups": []string{"dev", "payments", "other"}},
		"s-2": {"name": "Nobody", "email": "nobody@acme.example", "email_verified": true, "groups": []string{"other"}},
		"s-3": {"name": "Second Grace", "preferred_username": "grace", "email": "grace@other.example", "email_verified": false, "groups": "dev"},
		"s-4": {"preferred_username": "../Root <x>", "groups": []string{"dev"}},
	}
}

// withProvider makes a keeper with a real provider.
func withProvider(t *testing.T, db *store.DB, change func(*OIDC)) (*place, *provider) {
	t.Helper()
	l := listen(t)
	v := startProvider(t, "http://"+l.Addr().String())
	v.knows(known())
	o := &OIDC{Title: "Acme", Issuer: v.url, ClientID: "reeve", ClientSecret: strings.Repeat("for tests: ", 4), Scopes: []string{"profile", "email", "groups"}}
	for _, text := range []string{"dev = viewer", "payments = lead@payments", "nowhere = lead@nowhere"} {
		m, err := ParseMapping(text)
		if err != nil {
			t.Fatal(err)
		}
		o.Mappings = append(o.Mappings, m)
	}
	if change != nil {
		change(o)
	}
	return openOn(t, db, Options{OIDC: o}, l), v
}

func lite(t *testing.T) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), storetest.SQLite(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

var action = regexp.MustCompile(`<form[^>]* action="([^"]+)"[^>]*>\s*<input type="hidden" name="prompt" value="([a-z]+)"`)

// walk follows redirects and fills in the provider's forms as somebody, until it is back here. It gives the address before the last page, which
// is the callback, and that of the last.
func (b *browser) walk(from, as string) (callback, end string) {
	b.p.t.Helper()
	at := from
	for range 20 {
		res, err := b.Get(at)
		if err != nil {
			b.p.t.Fatal(err)
		}
		for {
			text, _ := io.ReadAll(res.Body)
			res.Body.Close()
			if res.StatusCode/100 == 3 {
				next, err := res.Location()
				if err != nil {
					b.p.t.Fatal(err)
				}
				if strings.HasPrefix(next.String(), b.p.url) && !strings.HasPrefix(next.Path, "/auth/") {
					return at, next.RequestURI()
				}
				at = next.String()
				break
			}
			form := action.FindStringSubmatch(string(text))
			if form == nil {
				return at, res.Status + ": " + string(text)
			}
			if res, err = b.PostForm(html.UnescapeString(form[1]), url.Values{"prompt": {form[2]}, "login": {as}, "password": {"any"}}); err != nil {
				b.p.t.Fatal(err)
			}
		}
	}
	b.p.t.Fatal("the sign-in goes in circles")
	return "", ""
}

// enter signs in at the provider and gives the last page.
func (b *browser) enter(as string) string {
	b.p.t.Helper()
	_, end := b.walk(b.p.url+"/auth/oidc/start?next=/findings", as)
	return end
}

func (p *place) people() []desk.Person {
	p.t.Helper()
	w, err := p.reg.World(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	all, err := desk.PeopleIn(w)
	if err != nil {
		p.t.Fatal(err)
	}
	return all
}
