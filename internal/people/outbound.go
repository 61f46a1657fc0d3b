package people

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/reevehq/reeve/internal/zone"
)

// The bounds of what is asked of a provider.
const (
	askTimeout = 10 * time.Second
	maxAnswer  = 256 << 10
	// again is how long an answer to a GET is given again instead of asking: tokens with keys that nobody has make nobody ask for keys.
	again = 10 * time.Second
)

// outbound carries requests to one issuer and to the places that its discovery document names, and nowhere else that could be meant by that:
// they must be public, or lie where the issuer itself does. It follows no redirect.
type outbound struct {
	inner *http.Transport
	host  string // the issuer's, with its port as in its URL
	plain bool   // the issuer is on this very machine, without TLS
	proxy func(*http.Request) (*url.URL, error)
	now   func() time.Time

	mu sync.Mutex
	// home is where the issuer was first found; a name that changes its mind gains nothing.
	home    zone.Zone
	proxies map[string]bool
	kept    map[string]keptAnswer
}

type keptAnswer struct {
	at     time.Time
	status int
	header http.Header
	body   []byte
}

func newOutbound(issuer *url.URL, o Options, now func() time.Time) *http.Client {
	b := &outbound{host: issuer.Host, plain: issuer.Scheme == "http", proxy: o.Proxy, now: now, proxies: map[string]bool{}, kept: map[string]keptAnswer{}}
	b.inner = &http.Transport{
		Proxy: b.proxyFor, DialContext: b.dial, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.RootCAs},
		TLSHandshakeTimeout: askTimeout, ResponseHeaderTimeout: askTimeout, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute,
		MaxResponseHeaderBytes: 64 << 10,
	}
	return &http.Client{Transport: b, Timeout: askTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// RoundTrip carries one request, and reads its answer, which is bounded.
func (b *outbound) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Scheme != "https" && (!b.plain || req.URL.Scheme != "http") {
		return nil, fmt.Errorf("it leads to %.200q: only https is followed", req.URL.Scheme+"://"+req.URL.Host)
	}
	key := req.URL.String()
	cacheable := req.Method == http.MethodGet && req.Header.Get("Authorization") == ""
	if cacheable {
		if a, ok := b.recent(key); ok {
			return a.response(req), nil
		}
	}
	res, err := b.inner.RoundTrip(req)
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
	a := keptAnswer{at: b.now(), status: res.StatusCode, header: res.Header, body: body}
	if cacheable {
		b.mu.Lock()
		if len(b.kept) > 20 {
			clear(b.kept)
		}
		b.kept[key] = a
		b.mu.Unlock()
	}
	return a.response(req), nil
}

func (b *outbound) recent(key string) (keptAnswer, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, ok := b.kept[key]
	age := b.now().Sub(a.at)
	return a, ok && age >= 0 && age < again
}

func (a *keptAnswer) response(req *http.Request) *http.Response {
	return &http.Response{
		Status: fmt.Sprintf("%d %s", a.status, http.StatusText(a.status)), StatusCode: a.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: a.header, Body: io.NopCloser(bytes.NewReader(a.body)), ContentLength: int64(len(a.body)), Request: req,
	}
}

// proxyFor asks for a proxy, and refuses addresses written out in the URL: behind a proxy nobody else would look at them.
func (b *outbound) proxyFor(req *http.Request) (*url.URL, error) {
	if b.proxy == nil {
		return nil, nil
	}
	u, err := b.proxy(req)
	if err != nil || u == nil {
		return nil, err
	}
	addr, err := netip.ParseAddr(req.URL.Hostname())
	if err != nil && strings.EqualFold(req.URL.Hostname(), "localhost") {
		addr, err = netip.IPv6Loopback(), nil
	}
	if err == nil {
		if err := b.allow(req.URL.Host, addr); err != nil {
			return nil, err
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.proxies[u.Hostname()] = true
	return u, nil
}

func (b *outbound) dial(ctx context.Context, net_, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	d := net.Dialer{Timeout: askTimeout}
	b.mu.Lock()
	isProxy := b.proxies[host]
	b.mu.Unlock()
	if !isProxy {
		name := address
		if b.host == host && (port == "443" || port == "80") {
			name = b.host
		}
		d.Control = func(_, address string, _ syscall.RawConn) error {
			at, err := netip.ParseAddrPort(address)
			if err != nil {
				return err
			}
			return b.allow(name, at.Addr())
		}
	}
	return d.DialContext(ctx, net_, address)
}

// errElsewhere says that an issuer leads where nobody may be led.
var errElsewhere = errors.New("it leads to an address that is not public")

// allow looks at an address after its name was resolved.
func (b *outbound) allow(host string, addr netip.Addr) error {
	at := zone.Of(addr)
	b.mu.Lock()
	defer b.mu.Unlock()
	own := strings.EqualFold(host, b.host)
	if own && b.home == zone.Unknown {
		b.home = at
	}
	if at != zone.Nowhere && (at == b.home || at == zone.Public && !own) {
		return nil
	}
	return fmt.Errorf("%w: %.200q at %s", errElsewhere, host, addr)
}
