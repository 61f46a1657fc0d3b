package feed

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

// guard carries requests to one source and to where it redirects, and nowhere else that could be meant by that: redirects lead to the
// source itself or to https, and never from the world outside to an address inside.
type guard struct {
	inner *http.Transport
	// scheme and host are the source's; the host with its port, as in its URL.
	scheme, host string
	stall        time.Duration
	proxy        func(*http.Request) (*url.URL, error)

	mu sync.Mutex
	// home is the zone the source was first found in; a name that changes its mind gains nothing.
	home    zone.Zone
	proxies map[string]bool
}

func newGuard(base *url.URL, n Network) *guard {
	g := &guard{scheme: base.Scheme, host: base.Host, stall: n.Stall, proxy: n.Proxy, proxies: map[string]bool{}}
	g.inner = &http.Transport{
		Proxy:                  g.proxyFor,
		DialContext:            g.dial,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: n.RootCAs},
		TLSHandshakeTimeout:    n.Stall,
		ResponseHeaderTimeout:  n.Stall,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    parallel,
		IdleConnTimeout:        n.Stall,
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true, // sizes and hashes are of what was sent
	}
	return g
}

// client gives what asks by way of the guard.
func (g *guard) client() *http.Client {
	return &http.Client{Transport: g, CheckRedirect: func(req *http.Request, via []*http.Request) error {
		if len(via) > 5 {
			return refused{"it redirects more than five times"}
		}
		return nil
	}}
}

// refused says that the source leads to where nobody may be led. Asking again does not help.
type refused struct{ why string }

func (r refused) Error() string { return r.why }

// RoundTrip carries one request. What it answers with ends in an error where it is too slow.
func (g *guard) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := g.permit(req.URL); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(req.Context())
	res, err := g.inner.RoundTrip(req.WithContext(ctx))
	if err != nil {
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() && req.Context().Err() == nil {
			err = fmt.Errorf("%w: it has not answered for %s", errStalled, g.stall)
		}
		cancel(nil)
		return nil, err
	}
	res.Body = &body{ReadCloser: res.Body, stall: g.stall, cancel: cancel, ctx: ctx}
	res.Request = req
	return res, nil
}

// permit refuses to speak without TLS, but to the source itself where it was named so.
func (g *guard) permit(u *url.URL) error {
	switch {
	case u.Scheme == "https", u.Scheme == "http" && g.scheme == "http" && u.Host == g.host:
		return nil
	}
	return refused{fmt.Sprintf("it redirects to %.200q: only https is followed", u.Scheme+"://"+u.Host)}
}

// proxyFor asks for a proxy, and refuses addresses written out in the URL: behind a proxy nobody else would look at them.
func (g *guard) proxyFor(req *http.Request) (*url.URL, error) {
	u, err := g.proxy(req)
	if err != nil || u == nil {
		return nil, err
	}
	host := req.URL.Hostname()
	addr, err := netip.ParseAddr(host)
	if err != nil && strings.EqualFold(host, "localhost") {
		addr, err = netip.IPv6Loopback(), nil
	}
	if err == nil {
		if err := g.allow(req.URL.Host, addr); err != nil {
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
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	g.mu.Lock()
	isProxy := g.proxies[host]
	g.mu.Unlock()
	if !isProxy {
		name := host
		if g.host == address || g.host == host && (port == "443" || port == "80") {
			name = g.host
		}
		d.Control = func(_, address string, _ syscall.RawConn) error {
			at, err := netip.ParseAddrPort(address)
			if err != nil {
				return err
			}
			return g.allow(name, at.Addr())
		}
	}
	return d.DialContext(ctx, network, address)
}

// allow looks at an address after its name was resolved. The source may be anywhere; where it redirects to must be public, or where it is
// itself.
func (g *guard) allow(host string, addr netip.Addr) error {
	at := zone.Of(addr)
	g.mu.Lock()
	defer g.mu.Unlock()
	if strings.EqualFold(host, g.host) {
		if g.home == zone.Unknown {
			g.home = at
		}
		if at == g.home {
			return nil
		}
	} else if at == zone.Public || at == g.home && at != zone.Nowhere {
		return nil
	}
	return refused{fmt.Sprintf("it leads to %.200q at %s, which is no public address", host, addr)}
}

// errStalled says that the other side has sent next to nothing for too long.
var errStalled = errors.New("the source stalls")

// least is what must come within the time of a stall, in bytes.
const least = 4 << 10

// body is an answer's content on its way.
type body struct {
	io.ReadCloser
	stall  time.Duration
	cancel context.CancelCauseFunc
	ctx    context.Context
	timer  *time.Timer
	// waited is how long reading has waited, and since how many bytes came, since enough came last. Time that passes between
	// reads is the reader's own.
	waited time.Duration
	since  int
}

func (b *body) Read(p []byte) (int, error) {
	left := max(b.stall-b.waited, time.Millisecond)
	if b.timer == nil {
		b.timer = time.AfterFunc(left, func() { b.cancel(errStalled) })
	} else {
		b.timer.Reset(left)
	}
	begun := time.Now()
	n, err := b.ReadCloser.Read(p)
	b.timer.Stop()
	b.waited += time.Since(begun)
	if b.since += n; b.since >= least {
		b.since, b.waited = 0, 0
	}
	if err != nil && !errors.Is(err, io.EOF) && errors.Is(context.Cause(b.ctx), errStalled) {
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
