package verify

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func fakes() []*fakeProvider {
	return slices.Concat(fakeForges(), fakeClouds(), fakePlatforms(), fakePipelines(), fakeRegistries(), fakeChats(),
		fakeDesks(), fakeWatchers(), fakePayments(), fakeMails(), fakeModels(), fakeIdentities(), fakeTools(), fakeOffices(), fakeSenders())
}

// each runs a test for every fake, under a name that says which.
func each(t *testing.T, f func(*testing.T, *fakeProvider)) {
	seen := map[string]int{}
	for _, p := range fakes() {
		seen[p.verifier]++
		t.Run(fmt.Sprintf("%s-%d", p.verifier, seen[p.verifier]), func(t *testing.T) { f(t, p) })
	}
}

// check holds an answer to the rule that the secret stands nowhere in it, and to its state.
func (p *fakeProvider) check(t *testing.T, got Answer, want State) {
	t.Helper()
	text := fmt.Sprintf("%v %+v %#v", got, got, got)
	for _, spelling := range append(spellings(p.hidden()), p.secret) {
		for i := 0; i+window <= len(spelling); i++ {
			if strings.Contains(text, spelling[i:i+window]) && !strings.Contains(p.public(), spelling[i:i+window]) {
				t.Errorf("the answer shows a piece of the secret: %q in %s", spelling[i:i+window], text)
				break
			}
		}
	}
	if got.State != want {
		t.Errorf("state %v (%s), want %v", got.State, got.Why, want)
	}
	if got.Why == "" {
		t.Error("the answer does not say why")
	}
}

// public is what of the value may be seen: everything but the hidden part.
func (p *fakeProvider) public() string { return strings.ReplaceAll(p.secret, p.hidden(), "") }

func TestProvider_live(t *testing.T) {
	each(t, func(t *testing.T, p *fakeProvider) {
		for accepting := range p.calls {
			srv := p.serve(t, func(call int) reply {
				if call == accepting {
					return p.calls[call].live
				}
				return p.calls[call].dead
			})
			got := p.at(srv.URL).Verify(t.Context(), p.verifier, p.value())
			p.check(t, got, Live)
			if host := strings.TrimPrefix(srv.URL, "http://"); got.Host != host || got.Checked.IsZero() {
				t.Errorf("answer of %q at %v, want of %q", got.Host, got.Checked, host)
			}
			if len(p.calls) == 1 {
				if d := cmp.Diff(p.facts, got.Facts, cmpopts.EquateEmpty()); d != "" {
					t.Errorf("facts (-want +got):\n%s", d)
				}
			}
		}
	})
}

func TestProvider_dead(t *testing.T) {
	each(t, func(t *testing.T, p *fakeProvider) {
		srv := p.serve(t, func(call int) reply { return p.calls[call].dead })
		want := Dead
		if p.fuzzy {
			want = Unknown
		}
		got := p.at(srv.URL).Verify(t.Context(), p.verifier, p.value())
		p.check(t, got, want)
		if len(got.Facts) > 0 {
			t.Errorf("facts of a dead secret: %v", got.Facts)
		}
	})
}

func TestProvider_otherDocumentedAnswers(t *testing.T) {
	each(t, func(t *testing.T, p *fakeProvider) {
		for _, v := range p.variants {
			srv := p.serve(t, func(int) reply { return v.reply })
			p.check(t, p.at(srv.URL).Verify(t.Context(), p.verifier, p.value()), v.state)
		}
	})
}

func TestProvider_answersThatTellNothing(t *testing.T) {
	html := `<!DOCTYPE html><html><body>Sign in to the <b>proxy</b></body></html>`
	each(t, func(t *testing.T, p *fakeProvider) {
		for _, r := range []reply{
			{status: 429, body: `{"message":"slow down"}`},
			{status: 429, header: map[string]string{"Retry-After": "120"}, body: p.calls[0].dead.body},
			{status: 500, body: "oops"},
			{status: 503, body: p.calls[0].dead.body},
			{status: 302, header: map[string]string{"Location": "https://login.example.com/?next=" + p.hidden()}},
			{status: 200, body: html},
			{status: 200, body: ""},
			{status: 200, body: `{"unexpected":true}`},
			{status: 200, body: `"` + strings.Repeat("[", 70000)},
			{status: 403, body: html, header: map[string]string{"Retry-After": "60"}},
			{status: 404, body: html},
			{status: 418, body: p.calls[0].dead.body},
		} {
			srv := p.serve(t, func(int) reply { return r })
			p.check(t, p.at(srv.URL).Verify(t.Context(), p.verifier, p.value()), Unknown)
		}
	})
}

func TestProvider_echoesTheSecret(t *testing.T) {
	each(t, func(t *testing.T, p *fakeProvider) {
		srv := p.serve(t, func(call int) reply { return p.echo(p.calls[call].live) })
		got := p.at(srv.URL).Verify(t.Context(), p.verifier, p.value())
		p.check(t, got, got.State)
	})
}

func TestProvider_breaksTheConnection(t *testing.T) {
	each(t, func(t *testing.T, p *fakeProvider) {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			conn.Close()
		}))
		defer srv.Close()
		p.check(t, p.at(srv.URL).Verify(t.Context(), p.verifier, p.value()), Unknown)
	})
}

func TestProvider_isNotThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	each(t, func(t *testing.T, p *fakeProvider) {
		p.check(t, p.at("http://"+l.Addr().String()).Verify(t.Context(), p.verifier, p.value()), Unknown)
	})
}

func TestProvider_cancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	each(t, func(t *testing.T, p *fakeProvider) {
		p.check(t, p.at("http://127.0.0.1:1").Verify(ctx, p.verifier, p.value()), Unknown)
	})
}

func TestProvider_everyVerifierHasAFake(t *testing.T) {
	live, dead := map[string]bool{}, map[string]bool{}
	for _, p := range fakes() {
		if _, ok := lookup(p.verifier); !ok {
			t.Errorf("fake of %q: no such verifier", p.verifier)
		}
		live[p.verifier] = true
		dead[p.verifier] = dead[p.verifier] || !p.fuzzy
	}
	for _, name := range Names() {
		if !live[name] || !dead[name] {
			t.Errorf("verifier %q has no fake, or none that can say dead", name)
		}
	}
}
