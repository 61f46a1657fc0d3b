package people

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/outbound"
)

func TestOutbound_whereItMayLead(t *testing.T) {
	const nobody, public, private = "", "93.184.216.34", "10.0.0.5"
	for _, c := range []struct {
		home, host, addr string
		want             bool
	}{
		{nobody, "issuer.example:443", "93.184.216.34", true},
		{nobody, "issuer.example:443", "10.0.0.1", true}, // a forge of one's own
		{nobody, "issuer.example:443", "169.254.169.254", false},
		{nobody, "issuer.example:443", "fd00:ec2::254", false},
		{public, "issuer.example:443", "10.0.0.1", false}, // it was public before
		{public, "issuer.example:443", "93.184.216.34", true},
		{private, "issuer.example:443", "93.184.216.34", false},
		{public, "keys.example:443", "93.184.216.34", true},
		{public, "keys.example:443", "10.0.0.1", false},
		{public, "keys.example:443", "127.0.0.1", false},
		{public, "keys.example:443", "::ffff:127.0.0.1", false},
		{private, "keys.example:443", "10.0.0.2", true},
		{private, "keys.example:443", "127.0.0.1", false},
		{private, "keys.example:443", "169.254.169.254", false},
		{nobody, "keys.example:443", "10.0.0.1", false},
	} {
		g := newOutbound(&url.URL{Scheme: "https", Host: "issuer.example"}, Options{}, time.Now).Transport.(*courier).guard
		if c.home != nobody {
			if err := g.Allow("issuer.example:443", netip.MustParseAddr(c.home)); err != nil {
				t.Fatal(err)
			}
		}
		if err := g.Allow(c.host, netip.MustParseAddr(c.addr)); (err == nil) != c.want {
			t.Errorf("issuer at %q leads to %s at %s: %v", c.home, c.host, c.addr, err)
		}
	}
}

func TestOutbound_boundsAndRedirects(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/large":
			_, _ = io.WriteString(w, strings.Repeat("x", maxAnswer+1))
		case "/away":
			http.Redirect(w, r, "/there", http.StatusFound)
		default:
			_, _ = io.WriteString(w, "there")
		}
	}))
	t.Cleanup(s.Close)
	u, _ := url.Parse(s.URL)
	c := newOutbound(u, Options{}, time.Now)
	if res, err := c.Get(s.URL + "/large"); err == nil {
		res.Body.Close()
		t.Error("an answer without end is read")
	}
	res, err := c.Get(s.URL + "/away")
	if err != nil {
		t.Fatal(err)
	}
	text, _ := io.ReadAll(res.Body)
	res.Body.Close()
	if res.StatusCode != http.StatusFound || strings.Contains(string(text), "there\n") {
		t.Errorf("a redirect is followed: %s %s", res.Status, text)
	}

	// By way of a proxy the names are looked up elsewhere, but an address that is written out is judged all the same.
	proxied := newOutbound(&url.URL{Scheme: "https", Host: "issuer.example"}, Options{Proxy: func(*http.Request) (*url.URL, error) { return u, nil }}, time.Now)
	for _, inside := range []string{"https://10.0.0.1/", "https://localhost/", "https://169.254.169.254/"} {
		res, err := proxied.Get(inside)
		if err == nil {
			res.Body.Close()
		}
		if !errors.As(err, new(outbound.Refused)) {
			t.Errorf("%s by way of a proxy: %v", inside, err)
		}
	}
}
