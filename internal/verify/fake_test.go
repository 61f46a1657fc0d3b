package verify

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/reevehq/reeve/internal/finding"
)

// reply is what a fake provider answers.
type reply struct {
	status int
	header map[string]string
	body   string
}

// fakeCall is one request as the provider documents it, and its answers.
type fakeCall struct {
	method, uri string
	header      map[string]string
	body        string
	anyBody     bool // the body is made of a signature; its own test looks at it
	live, dead  reply
}

// variant is a further answer that the provider documents.
type variant struct {
	state State
	reply reply
}

// fakeProvider stands for a provider in the tests: what it wants to see, what it answers.
type fakeProvider struct {
	verifier string
	secret   string
	with     map[string]finding.Sensitive
	calls    []*fakeCall
	facts    []finding.Fact
	variants []variant
	// fuzzy marks credentials of which no answer proves that they are dead.
	fuzzy bool
}

// fake starts a provider: the verifier, the secret, and companions by name and value.
func fake(verifier, secret string, with ...string) *fakeProvider {
	p := &fakeProvider{verifier: verifier, secret: secret, with: map[string]finding.Sensitive{}}
	for i := 0; i+1 < len(with); i += 2 {
		p.with[with[i]] = finding.Conceal(with[i+1])
	}
	return p
}

func (p *fakeProvider) last() *fakeCall { return p.calls[len(p.calls)-1] }

func (p *fakeProvider) get(uri string) *fakeProvider { return p.call("GET", uri) }

func (p *fakeProvider) post(uri, contentType, body string) *fakeProvider {
	p.call("POST", uri).last().body = body
	return p.header("Content-Type", contentType)
}

func (p *fakeProvider) call(method, uri string) *fakeProvider {
	p.calls = append(p.calls, &fakeCall{method: method, uri: uri, header: map[string]string{"User-Agent": "reeve-verify"}})
	return p
}

func (p *fakeProvider) header(name, value string) *fakeProvider {
	p.last().header[name] = value
	return p
}

func (p *fakeProvider) bearer() *fakeProvider { return p.header("Authorization", "Bearer "+p.secret) }

func (p *fakeProvider) basic(user, password string) *fakeProvider {
	return p.header("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user+":"+password)))
}

// live sets the answer to a living secret, and the facts to be read from it by name and value.
func (p *fakeProvider) live(status int, body string, facts ...string) *fakeProvider {
	p.last().live = reply{status: status, body: body}
	for i := 0; i+1 < len(facts); i += 2 {
		p.facts = append(p.facts, finding.Fact{Name: facts[i], Value: facts[i+1]})
	}
	return p
}

// sends adds a header to the answer to a living secret.
func (p *fakeProvider) sends(name, value string) *fakeProvider {
	if p.last().live.header == nil {
		p.last().live.header = map[string]string{}
	}
	p.last().live.header[name] = value
	return p
}

func (p *fakeProvider) dead(status int, body string) *fakeProvider {
	p.last().dead = reply{status: status, body: body}
	return p
}

func (p *fakeProvider) also(state State, status int, body string) *fakeProvider {
	p.variants = append(p.variants, variant{state, reply{status: status, body: body}})
	return p
}

func (p *fakeProvider) neverDead() *fakeProvider { p.fuzzy = true; return p }

// serve runs the provider; answer chooses what a call is answered. Requests that the provider does not document fail the test.
func (p *fakeProvider) serve(t *testing.T, answer func(call int) reply) *httptest.Server {
	t.Helper()
	var mu sync.Mutex
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		i := p.match(t, r)
		if i < 0 {
			w.WriteHeader(http.StatusTeapot)
			return
		}
		got := answer(i)
		for name, value := range got.header {
			w.Header().Set(name, value)
		}
		w.WriteHeader(got.status)
		io.WriteString(w, got.body)
	}))
	t.Cleanup(srv.Close)
	return srv
}

// match finds the documented call that a request is, and holds it to every word of the documentation.
func (p *fakeProvider) match(t *testing.T, r *http.Request) int {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Errorf("read request: %v", err)
		return -1
	}
	for i, c := range p.calls {
		if c.method != r.Method || c.uri != r.RequestURI || !sameHeader(c.header, r.Header) {
			continue
		}
		if !c.anyBody && c.body != string(body) {
			t.Errorf("%s: body %q, want %q", p.verifier, body, c.body)
		}
		for name, values := range r.Header {
			if _, expected := c.header[name]; !expected && strings.Contains(strings.Join(values, " "), p.secret) {
				t.Errorf("%s: header %s carries the secret too", p.verifier, name)
			}
		}
		return i
	}
	t.Errorf("%s: undocumented request %s %s with headers %v", p.verifier, r.Method, r.RequestURI, r.Header)
	return -1
}

// sameHeader compares the headers that the provider documents. The value "?" stands for one that is there.
func sameHeader(want map[string]string, got http.Header) bool {
	for name, value := range want {
		if value != got.Get(name) && (value != "?" || got.Get(name) == "") {
			return false
		}
	}
	return true
}

// verifier makes a verifier that asks only the given base.
func (p *fakeProvider) at(base string) *Verifier {
	return New(Options{
		BaseURL: map[string]string{p.verifier: base}, AllowPrivate: true, Clock: newTestClock(), RatePerHost: 1000, Burst: 1000,
	})
}

func (p *fakeProvider) value() Secret {
	return Secret{Value: finding.Conceal(p.secret), With: p.with}
}

// echo is a hostile answer: the live one with the secret in the place of every text.
func (p *fakeProvider) echo(r reply) reply {
	out := reply{status: r.status, header: map[string]string{}}
	for name := range r.header {
		out.header[name] = "x " + p.hidden()
	}
	var tree any
	if err := json.Unmarshal([]byte(r.body), &tree); err != nil {
		out.body = strings.ReplaceAll(r.body, ">", ">"+p.hidden())
		return out
	}
	body, err := json.Marshal(p.echoed(tree))
	if err != nil {
		panic(err)
	}
	out.body = string(body)
	return out
}

func (p *fakeProvider) echoed(tree any) any {
	switch n := tree.(type) {
	case map[string]any:
		for k := range n {
			n[k] = p.echoed(n[k])
		}
	case []any:
		for i := range n {
			n[i] = p.echoed(n[i])
		}
	case string:
		return "you sent " + p.hidden() + "!"
	}
	return tree
}

// hidden is the part of the value that must not be seen.
func (p *fakeProvider) hidden() string {
	secret := p.secret[strings.LastIndex(p.secret, "/")+1:]
	if strings.HasPrefix(p.secret, "{") {
		var file serviceAccount
		if err := json.Unmarshal([]byte(p.secret), &file); err != nil {
			panic(err)
		}
		return file.Key
	}
	return secret
}

// fill makes n characters that look random enough, so that no token stands in this file.
func fill(n int) string { return repeated("k7QzR2mX9bTf4LpW8sVd", n) }

// hexes makes n hexadecimal digits.
func hexes(n int) string { return repeated("3f9a1c7e5b2d8046", n) }

// digits makes n decimal digits.
func digits(n int) string { return repeated("7302958146", n) }

func repeated(of string, n int) string {
	return strings.Repeat(of, n/len(of)+1)[:n]
}
