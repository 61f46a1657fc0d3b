package registry

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
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

// errPrivate says that an answer led where nobody outside can be meant to lead.
var errPrivate = errors.New("it leads to an address that is not public")

// guard dials. It looks at the address after the name was resolved, so a name that changes its mind gains nothing. The hosts of base
// addresses were named by the user and may be private.
type guard struct {
	own     map[string]bool // hosts and ports of base addresses
	proxies sync.Map        // host names of proxies that the environment names
}

func (c *Client) client() *http.Client {
	g := &guard{own: map[string]bool{}}
	for _, u := range c.bases {
		g.own[place(u)] = true
	}
	if _, at := c.sumAddress(); at != nil {
		g.own[place(at)] = true
	}
	transport := &http.Transport{
		Proxy: g.proxy, DialContext: g.dial,
		TLSClientConfig:   &tls.Config{MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 4, IdleConnTimeout: 10 * time.Second, MaxResponseHeaderBytes: 256 << 10,
		ResponseHeaderTimeout: c.timeout(),
	}
	return &http.Client{Transport: transport, CheckRedirect: g.redirect}
}

func (c *Client) timeout() time.Duration {
	if c.options.Timeout > 0 {
		return c.options.Timeout
	}
	return 30 * time.Second
}

// Close lets go of idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// redirect follows a few redirects, but never from TLS to none, and never to a private address that was written out.
func (g *guard) redirect(req *http.Request, via []*http.Request) error {
	switch {
	case len(via) > 5:
		return errors.New("it redirects too often")
	case via[len(via)-1].URL.Scheme == "https" && req.URL.Scheme != "https":
		return errors.New("it redirects away from TLS")
	case req.URL.Scheme != "https" && req.URL.Scheme != "http":
		return errors.New("it redirects to no web address")
	}
	return g.check(req.URL)
}

// check refuses private addresses that are written out: behind a proxy nobody else would look at them.
func (g *guard) check(u *url.URL) error {
	if g.own[place(u)] {
		return nil
	}
	if addr, err := netip.ParseAddr(u.Hostname()); err == nil && zone.Of(addr) != zone.Public {
		return errPrivate
	}
	if host := strings.ToLower(u.Hostname()); host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return errPrivate
	}
	return nil
}

func (g *guard) proxy(req *http.Request) (*url.URL, error) {
	if err := g.check(req.URL); err != nil {
		return nil, err
	}
	u, err := http.ProxyFromEnvironment(req)
	if err == nil && u != nil {
		g.proxies.Store(u.Hostname(), true)
	}
	return u, err
}

func (g *guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	d := net.Dialer{Timeout: 15 * time.Second, KeepAlive: -1}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if _, isProxy := g.proxies.Load(host); !isProxy && !g.own[address] {
		d.Control = control
	}
	return d.DialContext(ctx, network, address)
}

// place is a URL's host and port.
func place(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = "443"
		if u.Scheme == "http" {
			port = "80"
		}
	}
	return net.JoinHostPort(u.Hostname(), port)
}

func control(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	if zone.Of(at.Addr()) != zone.Public {
		return fmt.Errorf("%w: %s", errPrivate, at.Addr())
	}
	return nil
}
