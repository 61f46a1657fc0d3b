package image

import (
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

// errStalled says that the other side has sent next to nothing for too long.
var errStalled = errors.New("the other side stalls")

// guard carries requests to a registry and to the hosts that it names, and to nobody else who could be meant by them.
type guard struct {
	inner     *http.Transport
	host      string // the registry's, without its port
	authority string // the registry's, as in its URL
	insecure  bool
	stall     time.Duration
	proxy     func(*http.Request) (*url.URL, error)

	mu sync.Mutex
	// home is the zone the registry was first found in; a name that changes its mind gains nothing.
	home    zone.Zone
	proxies map[string]bool
}

func newGuard(authority string, o Options) *guard {
	g := &guard{authority: authority, host: hostname(authority), insecure: o.Insecure, stall: o.Stall, proxy: o.Proxy, proxies: map[string]bool{}}
	g.inner = &http.Transport{
		Proxy:                  g.proxyFor,
		DialContext:            g.dial,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.RootCAs},
		TLSHandshakeTimeout:    o.Stall,
		ResponseHeaderTimeout:  o.Stall,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    2,
		IdleConnTimeout:        o.Stall,
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true, // a digest is one of what was sent
	}
	return g
}

func (g *guard) close() { g.inner.CloseIdleConnections() }

// hostname takes the port off.
func hostname(authority string) string {
	u := url.URL{Host: authority}
	return u.Hostname()
}

// RoundTrip carries one request. What it answers with ends in an error where it is too long or too slow.
func (g *guard) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := g.permit(req.URL); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(req.Context())
	res, err := g.inner.RoundTrip(req.WithContext(ctx))
	if err != nil {
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() && req.Context().Err() == nil {
			err = fmt.Errorf("%w: host %q has not answered for %s", errStalled, req.URL.Host, g.stall)
		}
		cancel(nil)
		return nil, err
	}
	res.Body = &body{ReadCloser: res.Body, left: bound(req), stall: g.stall, cancel: cancel, ctx: ctx}
	res.Request = req
	return res, nil
}

// permit refuses addresses that plain text or a secret must not go to.
func (g *guard) permit(u *url.URL) error {
	switch {
	case u.Scheme == "https":
		return nil
	case u.Scheme != "http":
		return fmt.Errorf("scheme %q is not one of registries", clip(u.Scheme, 20))
	case isLoopback(u.Hostname()) || g.insecure && u.Host == g.authority:
		return nil
	}
	return fmt.Errorf("host %q would be spoken to without TLS", clip(u.Host, 200))
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

// maxAnswer bounds what is no blob: tokens, greetings and what they redirect to, in bytes.
const maxAnswer = 1 << 20

// bound is how long an answer may be. Blobs are bounded by whoever asked for them, who knows their size.
func bound(req *http.Request) int64 {
	for n := 0; req.Response != nil && req.Response.Request != nil && n < 20; n++ { // a redirect answers what was asked first
		req = req.Response.Request
	}
	switch {
	case strings.Contains(req.URL.Path, "/blobs/"):
		return 1 << 62
	case strings.Contains(req.URL.Path, "/manifests/"):
		return maxManifest
	}
	return maxAnswer
}

// proxyFor asks for a proxy, and refuses addresses written out in the URL: behind a proxy nobody else would look at them.
func (g *guard) proxyFor(req *http.Request) (*url.URL, error) {
	if g.proxy == nil {
		return nil, nil
	}
	u, err := g.proxy(req)
	if err != nil || u == nil {
		return nil, err
	}
	host := req.URL.Hostname()
	if addr, err := netip.ParseAddr(host); err == nil {
		if err := g.allow(host, addr); err != nil {
			return nil, err
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.proxies[u.Hostname()] = true
	return u, nil
}

func (g *guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	d := net.Dialer{Timeout: g.stall}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	g.mu.Lock()
	isProxy := g.proxies[host]
	g.mu.Unlock()
	if !isProxy {
		d.Control = func(_, address string, _ syscall.RawConn) error {
			at, err := netip.ParseAddrPort(address)
			if err != nil {
				return err
			}
			return g.allow(host, at.Addr())
		}
	}
	return d.DialContext(ctx, network, address)
}

// allow looks at an address after its name was resolved. The registry may be anywhere; what it names must be public or where it is itself.
func (g *guard) allow(host string, addr netip.Addr) error {
	at := zone.Of(addr)
	g.mu.Lock()
	defer g.mu.Unlock()
	if strings.EqualFold(host, g.host) {
		if g.home == zone.Unknown {
			g.home = at
		}
		if at != g.home {
			return refusedAddress{host, addr}
		}
		return nil
	}
	if at == zone.Public || at == g.home && at != zone.Nowhere {
		return nil
	}
	return refusedAddress{host, addr}
}

// body is an answer's content on its way.
type body struct {
	io.ReadCloser
	left   int64
	stall  time.Duration
	cancel context.CancelCauseFunc
	ctx    context.Context
	timer  *time.Timer
	// waited is how long reading has waited, and since how many bytes came, since enough came last. Time that passes between
	// reads is the reader's own.
	waited time.Duration
	since  int
}

// least is what must come within the time of a stall, in bytes.
const least = 4 << 10

func (b *body) Read(p []byte) (int, error) {
	if b.timer == nil {
		b.timer = time.AfterFunc(b.stall, func() { b.cancel(errStalled) })
	} else {
		b.timer.Reset(max(b.stall-b.waited, time.Millisecond))
	}
	begun := time.Now()
	n, err := b.ReadCloser.Read(p)
	b.timer.Stop()
	b.waited += time.Since(begun)
	if b.since += n; b.since >= least {
		b.since, b.waited = 0, 0
	}
	if b.left -= int64(n); b.left < 0 {
		return 0, errors.New("the answer is longer than is read")
	}
	if err != nil && errors.Is(context.Cause(b.ctx), errStalled) {
		err = fmt.Errorf("%w: fewer than %d bytes in %s", errStalled, least, b.stall)
	}
	return n, err
}

// Close ends the request.
func (b *body) Close() error {
	err := b.ReadCloser.Close()
	b.cancel(nil)
	return err
}
