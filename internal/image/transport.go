package image

import (
	"fmt"
	"math"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/reevehq/reeve/internal/outbound"
)

// guard carries requests to a registry and to the hosts that it names, and to nobody else who could be meant by them.
type guard struct {
	*outbound.Guard
	authority string // the registry's, as in its URL
	insecure  bool
}

func newGuard(authority string, o Options) *guard {
	g := &guard{authority: authority, insecure: o.Insecure, Guard: outbound.New(outbound.Options{
		Own:      []*url.URL{{Scheme: "https", Host: authority}, {Scheme: "http", Host: authority}},
		Anywhere: true, Beside: true, Proxy: o.Proxy, RootCAs: o.RootCAs, Wait: o.Stall,
	})}
	g.Transport.DisableCompression = true // a digest is one of what was sent
	return g
}

// RoundTrip carries one request. What it answers with ends in an error where it is too long or too slow.
func (g *guard) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := g.permit(req.URL); err != nil {
		return nil, err
	}
	return g.Send(req, bound(req))
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
		return math.MaxInt64
	case strings.Contains(req.URL.Path, "/manifests/"):
		return maxManifest
	}
	return maxAnswer
}
