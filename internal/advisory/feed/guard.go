package feed

import (
	"fmt"
	"math"
	"net/http"
	"net/url"

	"github.com/reevehq/reeve/internal/outbound"
)

// guard carries requests to one source and to where it redirects, and nowhere else that could be meant by that: redirects lead to the
// source itself or to https, and never from the world outside to an address inside.
type guard struct {
	*outbound.Guard
	base *url.URL
}

func newGuard(base *url.URL, n Network) *guard {
	g := &guard{base: base, Guard: outbound.New(outbound.Options{
		Own: []*url.URL{base}, Anywhere: true, Beside: true, Proxy: n.Proxy, RootCAs: n.RootCAs, Wait: n.Stall,
	})}
	g.Transport.DisableCompression = true // sizes and hashes are of what was sent
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

// RoundTrip carries one request. What it answers with ends in an error where it is too slow; whoever asked bounds its length.
func (g *guard) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := g.permit(req.URL); err != nil {
		return nil, err
	}
	return g.Send(req, math.MaxInt64)
}

// permit refuses to speak without TLS, but to the source itself where it was named so.
func (g *guard) permit(u *url.URL) error {
	switch {
	case u.Scheme == "https", u.Scheme == "http" && g.base.Scheme == "http" && u.Host == g.base.Host:
		return nil
	}
	return refused{fmt.Sprintf("it redirects to %.200q: only https is followed", u.Scheme+"://"+u.Host)}
}
