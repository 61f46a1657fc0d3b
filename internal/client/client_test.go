package client_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/client"
	"github.com/reevehq/reeve/internal/desk"
)

// sometimes is a server whose answers are given in order, the last for ever. It notes what came.
type sometimes struct {
	*httptest.Server
	calls  atomic.Int64
	bodies [][]byte
	heads  []http.Header
}

func newSometimes(t *testing.T, answers ...func(w http.ResponseWriter, r *http.Request)) *sometimes {
	t.Helper()
	s := &sometimes{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := int(s.calls.Add(1))
		body, _ := io.ReadAll(r.Body)
		s.bodies, s.heads = append(s.bodies, body), append(s.heads, r.Header)
		answers[min(n, len(answers))-1](w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func status(code int, headers ...string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(code)
		_, _ = fmt.Fprintf(w, `{"type":"/api/v1/problems/busy","title":"Busy","status":%d,"detail":"line one\nline\u001b[31m two"}`, code)
	}
}

func fine(text string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, text)
	}
}

// dead cuts the line without an answer.
func dead(w http.ResponseWriter, _ *http.Request) {
	if h, ok := w.(http.Hijacker); ok {
		if conn, _, err := h.Hijack(); err == nil {
			_ = conn.Close()
		}
	}
}

func open(t *testing.T, s *sometimes) *client.Client {
	t.Helper()
	c, err := client.New(client.Options{Address: s.URL, Token: "secret-token", Pause: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func of(text string) func() (io.ReadCloser, int64, error) {
	return func() (io.ReadCloser, int64, error) {
		return io.NopCloser(strings.NewReader(text)), int64(len(text)), nil
	}
}

func TestImport_isSentAgainUnderOneKey(t *testing.T) {
	s := newSometimes(t, dead, status(503), status(500), status(429, "Retry-After", "0"), fine(`{"event":7,"new":3}`))
	text := strings.Repeat(`{"results":[]}`, 1000)
	var told, most int64
	r, err := open(t, s).Import(t.Context(), client.Report{
		Open: of(text), Asset: "repository:shop", Progress: func(done, of int64) { told++; most = max(most, done); _ = of },
	})
	if err != nil || r.Event != 7 || r.New != 3 {
		t.Fatalf("%+v %v", r, err)
	}
	key := s.heads[0].Get("Idempotency-Key")
	for i, h := range s.heads {
		if h.Get("Idempotency-Key") != key || key == "" || h.Get("Authorization") != "Bearer secret-token" {
			t.Errorf("attempt %d: %v", i, h)
		}
		if i > 0 && !bytes.Equal(s.bodies[i], s.bodies[1]) {
			t.Errorf("attempt %d sent other bytes", i)
		}
	}
	if s.calls.Load() != 5 || most != int64(len(text)) || told < 5 {
		t.Errorf("%d calls, told %d of %d in %d steps", s.calls.Load(), most, len(text), told)
	}
	if !bytes.HasPrefix(s.bodies[4], []byte{0x28, 0xb5, 0x2f, 0xfd}) || len(s.bodies[4]) > len(text)/10 {
		t.Errorf("it was not packed: %d bytes", len(s.bodies[4]))
	}
}

func TestImport_isNotPackedTwice(t *testing.T) {
	s := newSometimes(t, fine(`{}`))
	for _, text := range []string{"\x1f\x8b" + strings.Repeat("x", 5000), "\x28\xb5\x2f\xfd" + strings.Repeat("x", 5000), "short"} {
		if _, err := open(t, s).Import(t.Context(), client.Report{Open: of(text)}); err != nil {
			t.Fatal(err)
		}
		if got := s.bodies[len(s.bodies)-1]; string(got) != text {
			t.Errorf("%.4q was sent as %.4q", text, got)
		}
	}
}

func TestImport_aFileThatCannotBeReadIsNotTriedAgain(t *testing.T) {
	s := newSometimes(t, fine(`{}`))
	_, err := open(t, s).Import(t.Context(), client.Report{Open: func() (io.ReadCloser, int64, error) { return nil, 0, errors.New("no such file") }})
	if err == nil || !strings.Contains(err.Error(), "no such file") || s.calls.Load() != 0 {
		t.Errorf("%v after %d calls", err, s.calls.Load())
	}
}

func TestRetries_onlyWhereItIsSafe(t *testing.T) {
	for name, c := range map[string]struct {
		answers []func(http.ResponseWriter, *http.Request)
		ask     func(*client.Client) error
		calls   int64
		fails   bool
	}{
		"a question survives a dead line":           {[]func(http.ResponseWriter, *http.Request){dead, fine(`{}`)}, me, 2, false},
		"a question gives up":                       {[]func(http.ResponseWriter, *http.Request){status(500)}, me, 5, true},
		"a refusal is final":                        {[]func(http.ResponseWriter, *http.Request){status(403)}, me, 1, true},
		"a decision may have been carried out":      {[]func(http.ResponseWriter, *http.Request){dead, fine(`{}`)}, decide, 1, true},
		"a decision that broke may have been, too":  {[]func(http.ResponseWriter, *http.Request){status(500), fine(`{}`)}, decide, 1, true},
		"a decision that was put off has not been":  {[]func(http.ResponseWriter, *http.Request){status(429), status(503), fine(`{}`)}, decide, 3, false},
		"a redirect is not followed":                {[]func(http.ResponseWriter, *http.Request){status(302, "Location", "https://elsewhere.example/")}, me, 1, true},
		"a success that is no JSON is not believed": {[]func(http.ResponseWriter, *http.Request){fine(`<html>`)}, me, 1, true},
	} {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			s := newSometimes(t, c.answers...)
			err := c.ask(open(t, s))
			if (err != nil) != c.fails || s.calls.Load() != c.calls {
				t.Errorf("%v after %d calls, want %d", err, s.calls.Load(), c.calls)
			}
			if err != nil && (strings.ContainsAny(err.Error(), "\n\x1b") || strings.Contains(err.Error(), "secret-token")) {
				t.Errorf("no line for a terminal: %q", err)
			}
		})
	}
}

func me(c *client.Client) error {
	_, err := c.Me(context.Background())
	return err
}

func decide(c *client.Client) error {
	_, err := c.Decide(context.Background(), desk.Decision{Findings: []int64{1}, Act: desk.Act{Why: "x"}})
	return err
}

func TestProblem_isOneLine(t *testing.T) {
	s := newSometimes(t, status(409))
	_, err := open(t, s).Me(t.Context())
	var p *client.Problem
	if !errors.As(err, &p) || p.Kind() != "busy" || p.Status != 409 || !strings.HasSuffix(err.Error(), ": line one line [31m two (HTTP 409)") {
		t.Errorf("%q", err)
	}
	s = newSometimes(t, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "<html>gateway", http.StatusBadRequest) })
	if _, err := open(t, s).Me(t.Context()); err == nil || !strings.Contains(err.Error(), "does a proxy stand before it?") {
		t.Errorf("%v", err)
	}
}

func TestNew_keepsTheTokenOffOpenLines(t *testing.T) {
	for address, good := range map[string]bool{
		"https://reeve.example": true, "https://reeve.example/base/": true, "http://localhost:8080": true, "http://127.0.0.1:1": true, "http://[::1]:1": true,
		"http://reeve.example": false, "http://10.0.0.1": false, "ftp://reeve.example": false, "reeve.example": false, "": false, "https://user:pass@reeve.example": false,
		"https://reeve.example?x=1": false,
	} {
		if _, err := client.New(client.Options{Address: address}); (err == nil) != good {
			t.Errorf("%q: %v", address, err)
		}
	}
	if _, err := client.New(client.Options{Address: "http://reeve.example", PlaintextUnsafe: true}); err != nil {
		t.Error(err)
	}
}

func TestTLS_isVerified(t *testing.T) {
	calls := atomic.Int64{}
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { calls.Add(1); fine(`{"name":"ada"}`)(w, r) }))
	defer s.Close()
	c, err := client.New(client.Options{Address: s.URL, Token: "secret-token", Pause: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Me(t.Context()); err == nil || calls.Load() != 0 || !strings.Contains(err.Error(), "not one that is trusted") {
		t.Errorf("a stranger's certificate: %v after %d calls", err, calls.Load())
	}
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	if c, err = client.New(client.Options{Address: s.URL, RootCAs: roots}); err != nil {
		t.Fatal(err)
	}
	if who, err := c.Me(t.Context()); err != nil || who.Name != "ada" {
		t.Errorf("%+v %v", who, err)
	}
}

func TestNobodyListens_isToldPlainly(t *testing.T) {
	s := newSometimes(t, fine(`{}`))
	address := s.URL
	s.Close()
	c, err := client.New(client.Options{Address: address, Pause: time.Millisecond, Attempts: 2})
	if err != nil {
		t.Fatal(err)
	}
	if err := decide(c); err == nil || !strings.Contains(err.Error(), "no connection") {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Me(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestEachFinding_goesThroughAllPages(t *testing.T) {
	s := newSometimes(t, fine(`{"items":[{"id":1},{"id":2}],"next":"abc","total":3}`), fine(`{"items":[{"id":3}],"total":3}`))
	var ids []int64
	err := open(t, s).EachFinding(t.Context(), desk.Ask{Query: "state:open"}, func(r desk.Row) error { ids = append(ids, r.ID); return nil })
	if err != nil || fmt.Sprint(ids) != "[1 2 3]" {
		t.Errorf("%v %v", ids, err)
	}
}

func TestExport_isWholeOrAnError(t *testing.T) {
	event := `{"event":{"seq":1,"hash":"aa","data":{}}}` + "\n"
	for text, good := range map[string]bool{
		event + `{"seal":{"seq":1,"hash":"aa"}}` + "\n": true,
		event: false, "": false, event + `{"seal":{"seq":1,"ha`: false,
		event + `{"seal":{"seq":2,"hash":"aa"}}` + "\n": false,
		event + `{"seal":{"seq":1,"hash":"bb"}}` + "\n": false,
	} {
		s := newSometimes(t, fine(text))
		var out bytes.Buffer
		seal, err := open(t, s).Export(t.Context(), desk.ExportAsk{}, &out)
		if (err == nil) != good || good && (seal.Seq != 1 || out.String() != text) {
			t.Errorf("%q: %+v %v", text, seal, err)
		}
	}
}
