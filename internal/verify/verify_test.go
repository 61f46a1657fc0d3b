package verify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/outbound"
)

// transport answers requests without a network and remembers them.
type transport struct {
	mu     sync.Mutex
	asked  []string
	answer func(*http.Request) (*http.Response, error)
}

func (tr *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	tr.mu.Lock()
	tr.asked = append(tr.asked, r.URL.String())
	tr.mu.Unlock()
	return tr.answer(r)
}

func answering(byHost map[string]reply) *transport {
	return &transport{answer: func(r *http.Request) (*http.Response, error) {
		got, ok := byHost[r.URL.Host]
		if !ok {
			return nil, fmt.Errorf("nobody expects a call of %s", r.URL.Host)
		}
		return respond(got), nil
	}}
}

func respond(r reply) *http.Response {
	h := http.Header{}
	for name, value := range r.header {
		h.Set(name, value)
	}
	return &http.Response{StatusCode: r.status, Header: h, Body: io.NopCloser(strings.NewReader(r.body))}
}

func with(pairs ...string) map[string]finding.Sensitive {
	m := map[string]finding.Sensitive{}
	for i := 0; i+1 < len(pairs); i += 2 {
		m[pairs[i]] = finding.Conceal(pairs[i+1])
	}
	return m
}

var (
	gitlabToken = Secret{Value: finding.Conceal("glpat-" + fill(20))}
	gitlabLive  = reply{status: 200, body: `{"active":true,"name":"ci"}`}
	gitlabDead  = reply{status: 401, body: `{"message":"401 Unauthorized"}`}
)

func TestVerify_whoIsAskedAndBelieved(t *testing.T) {
	const self = "/api/v4/personal_access_tokens/self"
	for _, tc := range []struct {
		name    string
		hosts   []string
		host    string
		answers map[string]reply
		want    State
		asked   []string
	}{
		{"refused-by-the-provider-alone", nil, "", map[string]reply{"gitlab.com": gitlabDead}, Unknown, []string{"https://gitlab.com" + self}},
		{"live-at-the-provider", nil, "", map[string]reply{"gitlab.com": gitlabLive}, Live, []string{"https://gitlab.com" + self}},
		{"stands-beside-the-provider", nil, "gitlab.com", map[string]reply{"gitlab.com": gitlabDead}, Dead, []string{"https://gitlab.com" + self}},
		{"stands-beside-a-url-of-the-provider", nil, "https://gitlab.com/acme/shop.git", map[string]reply{"gitlab.com": gitlabDead}, Dead, []string{"https://gitlab.com" + self}},
		{"stands-beside-a-stranger", nil, "gitlab.evil.example", nil, Unknown, nil},
		{"stands-beside-an-allowed-host", []string{"git.acme.example"}, "git.acme.example", map[string]reply{"git.acme.example": gitlabDead}, Dead, []string{"https://git.acme.example" + self}},
		{"stands-beside-an-allowed-host-with-port", []string{"git.acme.example"}, "git.acme.example:8443", map[string]reply{"git.acme.example:8443": gitlabLive}, Live, []string{"https://git.acme.example:8443" + self}},
		{"stands-below-an-allowed-domain", []string{"*.acme.example"}, "git.acme.example", map[string]reply{"git.acme.example": gitlabLive}, Live, []string{"https://git.acme.example" + self}},
		{"stands-beside-the-end-of-an-allowed-domain", []string{"*.acme.example"}, "evilacme.example", nil, Unknown, nil},
		{"no-host-but-installations-are-known", []string{"git.acme.example"}, "", map[string]reply{"git.acme.example": gitlabDead, "gitlab.com": gitlabDead}, Dead,
			[]string{"https://git.acme.example" + self, "https://gitlab.com" + self}},
		{"live-at-a-known-installation", []string{"git.acme.example"}, "", map[string]reply{"git.acme.example": gitlabLive}, Live, []string{"https://git.acme.example" + self}},
		{"one-installation-does-not-tell", []string{"git.acme.example"}, "", map[string]reply{"git.acme.example": {status: 503}, "gitlab.com": gitlabDead}, Unknown,
			[]string{"https://git.acme.example" + self, "https://gitlab.com" + self}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tr := answering(tc.answers)
			v := New(Options{Transport: tr, Clock: newTestClock(), Hosts: map[string][]string{"gitlab": tc.hosts}})
			got := v.Verify(t.Context(), "gitlab", Secret{Value: gitlabToken.Value, With: with("host", tc.host)})
			if got.State != tc.want {
				t.Errorf("state %v (%s), want %v", got.State, got.Why, tc.want)
			}
			if d := cmp.Diff(tc.asked, tr.asked); d != "" {
				t.Errorf("asked (-want +got):\n%s", d)
			}
		})
	}
}

func TestVerify_hostsFromTheSurroundings(t *testing.T) {
	for _, host := range []string{
		"evil.example", "acme.okta.com.evil.example", "evil.example/acme.okta.com", "evil.example#acme.okta.com", "acme.okta.com@evil.example",
		"acme.okta.com:443@evil.example", "127.0.0.1", "[::1]", "acme.okta.com\n", "acme.okta.com/..", "https://evil.example/acme.okta.com", "ACME.OKTA.COM.", "-.okta.com",
	} {
		tr := answering(nil)
		got := New(Options{Transport: tr, Clock: newTestClock()}).Verify(t.Context(), "okta", Secret{Value: finding.Conceal("00" + fill(40)), With: with("domain", host)})
		for _, asked := range tr.asked {
			if !strings.HasPrefix(asked, "https://acme.okta.com/api/v1/") {
				t.Errorf("%q: asked %q", host, asked)
			}
		}
		if got.State != Unknown {
			t.Errorf("%q: state %v", host, got.State)
		}
	}
	own := answering(map[string]reply{"login.acme.example": {status: 200, body: `{"id":"1"}`}})
	v := New(Options{Transport: own, Clock: newTestClock(), Hosts: map[string][]string{"okta": {"login.acme.example"}}})
	if got := v.Verify(t.Context(), "okta", Secret{Value: finding.Conceal("00" + fill(40)), With: with("domain", "login.acme.example")}); got.State != Live {
		t.Errorf("allowed host: state %v (%s)", got.State, got.Why)
	}
}

func TestVerify_severalRegions(t *testing.T) {
	refused := reply{status: 401, body: `{"errors":[{"status":"401"}]}`}
	for _, tc := range []struct {
		name    string
		answers map[string]reply
		want    State
		asked   int
	}{
		{"lives-in-the-second", map[string]reply{"api.snyk.io": refused, "api.us.snyk.io": {status: 200, body: `{"data":{"id":"1"}}`}}, Live, 2},
		{"refused-everywhere", map[string]reply{"api.snyk.io": refused, "api.us.snyk.io": refused, "api.eu.snyk.io": refused, "api.au.snyk.io": refused}, Dead, 4},
		{"one-is-down", map[string]reply{"api.snyk.io": refused, "api.us.snyk.io": {status: 502}, "api.eu.snyk.io": refused, "api.au.snyk.io": refused}, Unknown, 4},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tr := answering(tc.answers)
			got := New(Options{Transport: tr, Clock: newTestClock()}).Verify(t.Context(), "snyk", Secret{Value: finding.Conceal(uuid())})
			if got.State != tc.want || len(tr.asked) != tc.asked {
				t.Errorf("state %v (%s) after %d calls, want %v after %d", got.State, got.Why, len(tr.asked), tc.want, tc.asked)
			}
		})
	}
}

func TestVerify_whatCannotBeAsked(t *testing.T) {
	for _, tc := range []struct {
		name, verifier string
		secret         Secret
		why            string
	}{
		{"no-such-verifier", "nobody", Secret{Value: finding.Conceal(fill(20))}, `there is no verifier named "nobody"`},
		{"no-value", "github", Secret{}, "its value was not kept"},
		{"short-value", "npm", Secret{Value: finding.Conceal("abc")}, "too short"},
		{"long-value", "npm", Secret{Value: finding.Conceal(fill(maxSecret + 1))}, "too long"},
		{"another-form", "github", Secret{Value: finding.Conceal("ghr_" + fill(36))}, "no call for a secret of this form"},
		{"companion-missing", "twilio", Secret{Value: finding.Conceal(hexes(32))}, "asking needs the SID of the account (account-sid), which is not known"},
		{"companion-of-another-form", "twilio", Secret{Value: finding.Conceal(hexes(32)), With: with("account-sid", "../x")}, "not the SID of the account"},
		{"host-missing", "gitea", Secret{Value: finding.Conceal(hexes(40))}, "asking needs the host of its installation (host)"},
		{"session-missing", "aws", Secret{Value: finding.Conceal(repeated("aB3/", 40)), With: with("key-id", "ASIA"+repeated("Q2W3", 16))}, "needs its session token"},
		{"line-break-in-a-header", "npm", Secret{Value: finding.Conceal("npm_" + fill(10) + "\r\nX-Evil: 1" + fill(20))}, "cannot be sent"},
		{"workflow-trigger", "slack-webhook", Secret{Value: finding.Conceal("https://hooks.slack" + ".com/triggers/T0/1/" + fill(24))}, "no call for a secret of this form"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tr := answering(nil)
			got := New(Options{Transport: tr, Clock: newTestClock()}).Verify(t.Context(), tc.verifier, tc.secret)
			if got.State != Unknown || !strings.Contains(got.Why, tc.why) || len(tr.asked) > 0 {
				t.Errorf("got %v (%s) after %d calls, want unknown (%s) after none", got.State, got.Why, len(tr.asked), tc.why)
			}
		})
	}
}

func TestVerify_followsNoRedirect(t *testing.T) {
	var followed atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { followed.Add(1) }))
	defer other.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		var here atomic.Int32
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			here.Add(1)
			http.Redirect(w, r, other.URL+"/user", status)
		}))
		p := fake("github", "ghp_"+fill(36))
		got := p.at(srv.URL).Verify(t.Context(), "github", p.value())
		srv.Close()
		if got.State != Unknown || here.Load() != 1 || followed.Load() != 0 {
			t.Errorf("%d: %v (%s), asked %d times, followed %d times", status, got.State, got.Why, here.Load(), followed.Load())
		}
	}
}

func TestVerify_asksOnceMoreWhenTheConnectionBreaks(t *testing.T) {
	broken := &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	for _, tc := range []struct {
		name  string
		errs  []error
		want  State
		calls int
	}{
		{"once", []error{broken}, Live, 2},
		{"twice", []error{broken, io.ErrUnexpectedEOF}, Unknown, 2},
		{"refused-address", []error{outbound.Refused{}}, Unknown, 1},
		{"no-such-host", []error{&net.OpError{Op: "dial", Err: &net.DNSError{IsNotFound: true}}}, Unknown, 1},
		{"name-server-busy", []error{&net.OpError{Op: "dial", Err: &net.DNSError{IsTemporary: true}}}, Live, 2},
		{"timeout", []error{context.DeadlineExceeded}, Unknown, 1},
		{"something-else", []error{errors.New("x509: odd")}, Unknown, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tr := &transport{}
			tr.answer = func(*http.Request) (*http.Response, error) {
				if n := len(tr.asked); n <= len(tc.errs) {
					return nil, tc.errs[n-1]
				}
				return respond(gitlabLive), nil
			}
			got := New(Options{Transport: tr, Clock: newTestClock()}).Verify(t.Context(), "gitlab", gitlabToken)
			if got.State != tc.want || len(tr.asked) != tc.calls {
				t.Errorf("%v (%s) after %d calls, want %v after %d", got.State, got.Why, len(tr.asked), tc.want, tc.calls)
			}
		})
	}
}

func TestVerify_leavesAHostAloneThatAsksForAPause(t *testing.T) {
	clock := newTestClock()
	tr := &transport{answer: func(*http.Request) (*http.Response, error) {
		return respond(reply{status: 429, header: map[string]string{"Retry-After": "30"}}), nil
	}}
	v := New(Options{Transport: tr, Clock: clock})
	for i, want := range []struct {
		why   string
		calls int
		after time.Duration
	}{{"gitlab.com asks to wait 30s", 1, 0}, {"gitlab.com asked for a pause", 1, 29 * time.Second}, {"gitlab.com asks to wait 30s", 2, 2 * time.Second}} {
		if err := clock.Sleep(t.Context(), want.after); err != nil {
			t.Fatal(err)
		}
		got := v.Verify(t.Context(), "gitlab", gitlabToken)
		if got.State != Unknown || got.Why != want.why || len(tr.asked) != want.calls {
			t.Errorf("ask %d: %v (%s) after %d calls, want %q after %d", i, got.State, got.Why, len(tr.asked), want.why, want.calls)
		}
	}
}

func TestVerify_timeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr := &transport{answer: func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}}
		start := time.Now()
		got := New(Options{Transport: tr}).Verify(t.Context(), "gitlab", gitlabToken)
		if took := time.Since(start); got.State != Unknown || got.Why != "gitlab.com did not answer within 10s" || took != 10*time.Second {
			t.Errorf("%v (%s) after %v", got.State, got.Why, took)
		}
	})
}

func TestVerify_bodyThatNeverEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr := &transport{answer: func(r *http.Request) (*http.Response, error) {
			got := respond(gitlabLive)
			got.Body = io.NopCloser(blocked{r.Context()})
			return got, nil
		}}
		got := New(Options{Transport: tr, Timeout: time.Second}).Verify(t.Context(), "gitlab", gitlabToken)
		if got.State != Unknown || got.Why != "gitlab.com did not answer within 1s" {
			t.Errorf("%v (%s)", got.State, got.Why)
		}
	})
}

type blocked struct{ ctx context.Context }

func (b blocked) Read([]byte) (int, error) {
	<-b.ctx.Done()
	return 0, b.ctx.Err()
}

func TestVerify_cancelledWhileTheProviderThinks(t *testing.T) {
	asked, release := make(chan bool), make(chan bool)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- true
		<-release
	}))
	defer srv.Close()
	defer close(release)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-asked
		cancel()
	}()
	p := fake("github", "ghp_"+fill(36))
	if got := p.at(srv.URL).Verify(ctx, "github", p.value()); got.State != Unknown || got.Why != "the look was cancelled" {
		t.Errorf("%v (%s)", got.State, got.Why)
	}
}

// endless writes what it is given for ever and counts what was taken.
type endless struct {
	text  string
	taken atomic.Int64
}

func (e *endless) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		n += copy(p[n:], e.text)
	}
	e.taken.Add(int64(n))
	return n, nil
}

func TestVerify_readsABoundedPartOfTheBody(t *testing.T) {
	body := &endless{text: `{"id":"a model"},`}
	tr := &transport{answer: func(*http.Request) (*http.Response, error) {
		got := respond(reply{status: 200})
		got.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"object":"list","data":[`), body))
		return got, nil
	}}
	got := New(Options{Transport: tr, Clock: newTestClock()}).Verify(t.Context(), "openai", Secret{Value: finding.Conceal("sk-" + fill(48))})
	if got.State != Live || body.taken.Load() > 2*maxBody {
		t.Errorf("%v (%s) after %d bytes", got.State, got.Why, body.taken.Load())
	}
}

func TestVerify_distrustsCertificates(t *testing.T) {
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the secret went out") }))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	defer srv.Close()
	p := fake("github", "ghp_"+fill(36))
	got := p.at(srv.URL).Verify(t.Context(), "github", p.value())
	if got.State != Unknown || !strings.Contains(got.Why, "certificate") {
		t.Errorf("%v (%s)", got.State, got.Why)
	}
}

func TestVerify_refusesLoopbackUnlessAllowed(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the secret went out") }))
	defer srv.Close()
	got := New(Options{BaseURL: map[string]string{"gitlab": srv.URL}}).Verify(t.Context(), "gitlab", gitlabToken)
	if got.State != Unknown || !strings.Contains(got.Why, "not a public address") {
		t.Errorf("%v (%s)", got.State, got.Why)
	}
}

func TestVerify_refusesPlainHTTP(t *testing.T) {
	tr := answering(nil)
	got := New(Options{Transport: tr, BaseURL: map[string]string{"gitlab": "http://git.acme.example"}}).Verify(t.Context(), "gitlab", gitlabToken)
	if got.State != Unknown || len(tr.asked) > 0 || !strings.Contains(got.Why, "want https") {
		t.Errorf("%v (%s), asked %v", got.State, got.Why, tr.asked)
	}
}

func TestVerify_keepsTheRate(t *testing.T) {
	clock := newTestClock()
	v := New(Options{Transport: answering(map[string]reply{"gitlab.com": gitlabLive}), Clock: clock})
	for range 10 {
		if got := v.Verify(t.Context(), "gitlab", gitlabToken); got.State != Live {
			t.Fatalf("%v (%s)", got.State, got.Why)
		}
	}
	if want := 3 * time.Second; clock.slept != want { // four at once, six more at two a second
		t.Errorf("waited %v, want %v", clock.slept, want)
	}
}

func TestState_String(t *testing.T) {
	if got := fmt.Sprint(Live, Dead, Unknown, State(7)); got != "live dead unknown unknown" {
		t.Errorf("got %q", got)
	}
}
