package people

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/reevehq/reeve/internal/outbound"
)

// The bounds of what is asked of a provider.
const (
	askTimeout = 10 * time.Second
	maxAnswer  = 256 << 10
	// again is how long an answer to a GET is given again instead of asking: tokens with keys that nobody has make nobody ask for keys.
	again = 10 * time.Second
)

// courier carries requests to one issuer and to the places that its discovery document names, and nowhere else that could be meant by that:
// they must be public, or lie where the issuer itself does. It follows no redirect.
type courier struct {
	guard *outbound.Guard
	plain bool // the issuer is on this very machine, without TLS
	now   func() time.Time

	mu   sync.Mutex
	kept map[string]keptAnswer
}

type keptAnswer struct {
	at     time.Time
	status int
	header http.Header
	body   []byte
}

func newOutbound(issuer *url.URL, o Options, now func() time.Time) *http.Client {
	g := outbound.New(outbound.Options{Own: []*url.URL{issuer}, Beside: true, Proxy: o.Proxy, RootCAs: o.RootCAs, Wait: askTimeout})
	c := &courier{guard: g, plain: issuer.Scheme == "http", now: now, kept: map[string]keptAnswer{}}
	return &http.Client{Transport: c, Timeout: askTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// RoundTrip carries one request, and reads its answer, which is bounded.
func (c *courier) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Scheme != "https" && (!c.plain || req.URL.Scheme != "http") {
		return nil, fmt.Errorf("it leads to %.200q: only https is followed", req.URL.Scheme+"://"+req.URL.Host)
	}
	key := req.URL.String()
	cacheable := req.Method == http.MethodGet && req.Header.Get("Authorization") == ""
	if cacheable {
		if a, ok := c.recent(key); ok {
			return a.response(req), nil
		}
	}
	res, err := c.guard.Transport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return nil, err
	}
	if len(body) > maxAnswer {
		return nil, fmt.Errorf("the answer is larger than %d bytes", maxAnswer)
	}
	a := keptAnswer{at: c.now(), status: res.StatusCode, header: res.Header, body: body}
	if cacheable {
		c.mu.Lock()
		if len(c.kept) > 20 {
			clear(c.kept)
		}
		c.kept[key] = a
		c.mu.Unlock()
	}
	return a.response(req), nil
}

func (c *courier) recent(key string) (keptAnswer, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	a, ok := c.kept[key]
	age := c.now().Sub(a.at)
	return a, ok && age >= 0 && age < again
}

func (a *keptAnswer) response(req *http.Request) *http.Response {
	return &http.Response{
		Status: fmt.Sprintf("%d %s", a.status, http.StatusText(a.status)), StatusCode: a.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: a.header, Body: io.NopCloser(bytes.NewReader(a.body)), ContentLength: int64(len(a.body)), Request: req,
	}
}
