// Package outbound connects to hosts that others may name (an issuer, a mirror, a registry, what these redirect to, somebody's webhook),
// and never to a place where only the machine itself should go: a server-side request forgery finds no way inside. An address is looked
// at after its name was resolved, when the connection is made, so a name that changes its mind gains nothing.
//
// It must not follow redirects or choose schemes: that differs between protocols and is its callers' to say. internal/zone says where
// an address lies.
package outbound

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
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

// Options say where connections may lead, and how. Without any they lead to public addresses only.
type Options struct {
	// Own are the places, by host and port, that were named by those who may. They may lie in a private network or on this machine, and
	// each stays in the zone in which it was first found.
	Own []*url.URL
	// Anywhere lets Own lie in zone.Nowhere too: for places that were named by whoever runs the program on his own machine.
	Anywhere bool
	// Beside lets others lie in a zone in which one of Own was found: a mirror inside may send to other hosts inside.
	Beside bool
	// Private lets others lie in private networks and on this machine.
	Private bool
	// Proxy gives the proxy of a request, as http.Transport has it; nil is none. A proxy may lie anywhere.
	Proxy func(*http.Request) (*url.URL, error)
	// RootCAs sign the certificates of the other side; nil is the system's.
	RootCAs *x509.CertPool
	// Wait bounds each step until an answer begins, and how long its content may hold back; 0 is 30 seconds.
	Wait time.Duration
}

// Guard makes connections. It may be used by several goroutines.
type Guard struct {
	// Transport carries requests by way of the guard. What it is set to beyond that may be changed before it is used.
	Transport *http.Transport
	options   Options

	mu sync.Mutex
	// home is the zone in which each of Own was first found, Unknown before.
	home    map[string]zone.Zone
	proxies map[string]bool
}

// New makes a guard. It asks nothing of the network.
func New(o Options) *Guard {
	o.Wait = cmp.Or(o.Wait, 30*time.Second)
	g := &Guard{options: o, home: map[string]zone.Zone{}, proxies: map[string]bool{}}
	for _, u := range o.Own {
		g.home[place(u)] = zone.Unknown
	}
	g.Transport = &http.Transport{
		Proxy: g.proxy, DialContext: g.Dial, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.RootCAs}, ForceAttemptHTTP2: true,
		TLSHandshakeTimeout: o.Wait, ResponseHeaderTimeout: o.Wait, IdleConnTimeout: 30 * time.Second, MaxIdleConnsPerHost: 8, MaxResponseHeaderBytes: 64 << 10,
	}
	return g
}

// Refused says that a host lies where nobody may be sent by somebody else. Asking again does not help.
type Refused struct {
	// Host is who was asked for, with its port.
	Host string
	// Addr is where that leads; it is no address where the name is a number that could be any.
	Addr netip.Addr
	// Moved tells that the host is one of Own and was in another zone before.
	Moved bool
}

func (r Refused) Error() string {
	if r.Moved {
		return fmt.Sprintf("host %.200q leads to %s now, which is another kind of network than at first: if that is right, start again", r.Host, r.Addr)
	}
	return fmt.Sprintf("host %.200q leads to %s, which is no public address: nobody may be sent there by somebody else", r.Host, r.Addr)
}

// Dial connects to "host:port", as http.Transport.DialContext does. The error is or wraps Refused where it may not.
func (g *Guard) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	d := net.Dialer{Timeout: g.options.Wait}
	g.mu.Lock()
	isProxy := g.proxies[strings.ToLower(address)]
	g.mu.Unlock()
	if !isProxy {
		d.Control = func(_, resolved string, _ syscall.RawConn) error {
			at, err := netip.ParseAddrPort(resolved)
			if err != nil {
				return err
			}
			return g.Allow(address, at.Addr())
		}
	}
	return d.DialContext(ctx, network, address)
}

// Allow says whether "host:port" may be connected to at an address; the error is a Refused. Dial asks it.
func (g *Guard) Allow(host string, addr netip.Addr) error {
	at := zone.Of(addr)
	nowhere := at == zone.Nowhere || zone.IsMetadata(addr)
	g.mu.Lock()
	defer g.mu.Unlock()
	key := strings.ToLower(host)
	home, own := g.home[key]
	if own && home == zone.Unknown {
		home = at
		g.home[key] = at
	}
	switch {
	case own && at != home:
		return Refused{Host: host, Addr: addr, Moved: true}
	case own && (!nowhere || g.options.Anywhere), at == zone.Public, !nowhere && (g.options.Private || g.options.Beside && g.isHome(at)):
		return nil
	}
	return Refused{Host: host, Addr: addr}
}

// isHome tells whether one of Own was found in a zone.
func (g *Guard) isHome(at zone.Zone) bool {
	for _, home := range g.home {
		if home == at {
			return true
		}
	}
	return false
}

// proxy asks for a proxy, and refuses addresses written out in the URL: behind a proxy nobody else would look at them.
func (g *Guard) proxy(req *http.Request) (*url.URL, error) {
	if g.options.Proxy == nil {
		return nil, nil
	}
	u, err := g.options.Proxy(req)
	if err != nil || u == nil {
		return nil, err
	}
	if addr, ok := written(req.URL.Hostname()); ok {
		if err := g.Allow(place(req.URL), addr); err != nil {
			return nil, err
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.proxies[place(u)] = true
	return u, nil
}

// written gives the address that a host's name says by itself. "localhost" and what is below it is this machine (RFC 6761, 6.3). A name
// that ends in a number is an address in one of the forms that only some resolvers read ("127.1", "0x7f000001"), and so none that can be judged.
func written(host string) (netip.Addr, bool) {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr, true
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return netip.IPv6Loopback(), true
	}
	last := host[strings.LastIndexByte(host, '.')+1:]
	return netip.Addr{}, strings.HasPrefix(last, "0x") || last != "" && strings.Trim(last, "0123456789") == ""
}

// place is a URL's host and port, as http.Transport connects to it.
func place(u *url.URL) string {
	port := "443"
	switch u.Scheme {
	case "http":
		port = "80"
	case "socks5", "socks5h":
		port = "1080"
	}
	return strings.ToLower(net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), port)))
}
