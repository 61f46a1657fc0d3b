package verify

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"syscall"
	"time"

	"github.com/reevehq/reeve/internal/zone"
)

// refusedAddress says that a host's address is not one to which secrets may go.
type refusedAddress struct{ addr netip.Addr }

func (e refusedAddress) Error() string { return fmt.Sprintf("address %s is not public", e.addr) }

// checkAddress refuses link-local, multicast and unspecified addresses always (cloud metadata services live there), and
// loopback, private and other special ones unless private addresses are allowed.
func checkAddress(addr netip.Addr, allowPrivate bool) error {
	switch zone.Of(addr) {
	case zone.Public:
		return nil
	case zone.Private, zone.Loopback:
		if allowPrivate {
			return nil
		}
	}
	return refusedAddress{addr}
}

// guard dials. It looks at the address after the name was resolved, so a name that changes its mind gains nothing.
type guard struct {
	allowPrivate bool
	proxy        func(*http.Request) (*url.URL, error)
	proxies      sync.Map // host:port of proxies that the environment names; they may be private
}

func newTransport(allowPrivate bool, proxy func(*http.Request) (*url.URL, error)) *http.Transport {
	g := &guard{allowPrivate: allowPrivate, proxy: proxy}
	return &http.Transport{
		Proxy:                  g.proxyFor,
		DialContext:            g.dial,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    2,
		IdleConnTimeout:        30 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// proxyFor asks the environment, and refuses addresses written out in the URL: behind a proxy nobody else would look at them.
func (g *guard) proxyFor(req *http.Request) (*url.URL, error) {
	if addr, err := netip.ParseAddr(req.URL.Hostname()); err == nil {
		if err := checkAddress(addr, g.allowPrivate); err != nil {
			return nil, err
		}
	}
	u, err := g.proxy(req)
	if err == nil && u != nil {
		g.proxies.Store(u.Hostname(), true)
	}
	return u, err
}

func (g *guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	d := net.Dialer{KeepAlive: -1}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if _, isProxy := g.proxies.Load(host); !isProxy {
		d.Control = g.control
	}
	return d.DialContext(ctx, network, address)
}

func (g *guard) control(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	return checkAddress(at.Addr(), g.allowPrivate)
}
