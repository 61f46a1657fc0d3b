package people

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/zone"
)

func TestOutbound_whereItMayLead(t *testing.T) {
	for _, c := range []struct {
		home       zone.Zone
		host, addr string
		want       bool
	}{
		{zone.Unknown, "issuer.example:443", "93.184.216.34", true},
		{zone.Unknown, "issuer.example:443", "10.0.0.1", true}, // a forge of one's own
		{zone.Unknown, "issuer.example:443", "169.254.169.254", false},
		{zone.Public, "issuer.example:443", "10.0.0.1", false}, // it was public before
		{zone.Public, "issuer.example:443", "93.184.216.34", true},
		{zone.Private, "issuer.example:443", "93.184.216.34", false},
		{zone.Public, "keys.example:443", "93.184.216.34", true},
		{zone.Public, "keys.example:443", "10.0.0.1", false},
		{zone.Public, "keys.example:443", "127.0.0.1", false},
		{zone.Public, "keys.example:443", "::ffff:127.0.0.1", false},
		{zone.Private, "keys.example:443", "10.0.0.2", true},
		{zone.Private, "keys.example:443", "127.0.0.1", false},
		{zone.Private, "keys.example:443", "169.254.169.254", false},
		{zone.Unknown, "keys.example:443", "10.0.0.1", false},
	} {
		b := &outbound{host: "issuer.example:443", home: c.home}
		if err := b.allow(c.host, netip.MustParseAddr(c.addr)); (err == nil) != c.want {
			t.Errorf("issuer in zone %v leads to %s at %s: %v", c.home, c.host, c.addr, err)
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
		if err == nil || !strings.Contains(err.Error(), errElsewhere.Error()) {
			t.Errorf("%s by way of a proxy: %v", inside, err)
		}
	}
}
