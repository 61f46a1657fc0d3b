package feed

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestGuard_allow(t *testing.T) {
	source, _ := url.Parse("https://mirror.example:8443/osv")
	const public = "1.1.1.1"
	for _, c := range []struct {
		home, host, addr string
		want             bool
	}{
		{public, "cdn.example:443", "93.184.216.34", true},
		{public, "cdn.example:443", "127.0.0.1", false},
		{public, "cdn.example:443", "::ffff:127.0.0.1", false},
		{public, "cdn.example:443", "192.168.1.1", false},
		{public, "cdn.example:443", "100.64.0.1", false},
		{public, "cdn.example:443", "64:ff9b::7f00:1", false},
		{public, "cdn.example:443", "fe80::1", false},
		{public, "mirror.example:8443", "127.0.0.1", false}, // it was public before
		{"10.0.0.1", "cdn.example:443", "192.168.1.1", true},
		{"10.0.0.1", "cdn.example:443", "127.0.0.1", false},
		{"10.0.0.1", "cdn.example:443", "93.184.216.34", true},
		{"127.0.0.1", "cdn.example:443", "127.0.0.1", true},
		{"169.254.1.1", "cdn.example:443", "169.254.169.254", false},
		{"", "mirror.example:8443", "10.0.0.1", true},
		{"", "cdn.example:443", "10.0.0.1", false},
	} {
		g := newGuard(source, Network{})
		if c.home != "" {
			if err := g.Allow("mirror.example:8443", netip.MustParseAddr(c.home)); err != nil {
				t.Fatalf("the source itself may be anywhere: %v", err)
			}
		}
		if err := g.Allow(c.host, netip.MustParseAddr(c.addr)); (err == nil) != c.want {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestGuard_proxy(t *testing.T) {
	proxy, _ := url.Parse("http://proxy.example:3128")
	source, _ := url.Parse("https://mirror.example/osv")
	g := newGuard(source, Network{Proxy: func(*http.Request) (*url.URL, error) { return proxy, nil }})
	for address, ok := range map[string]bool{"https://mirror.example/osv/x": true, "https://10.0.0.1/x": false, "https://localhost/x": false, "https://[::1]/": false, "https://cdn.example/": true} {
		req := httptest.NewRequest(http.MethodGet, address, nil)
		got, err := g.Transport.Proxy(req)
		if ok != (err == nil) || ok && got != proxy {
			t.Errorf("%s: %v, %v", address, got, err)
		}
	}
}

func TestNewOrigin_refusesWhatIsNoAddress(t *testing.T) {
	for _, address := range []string{"https://", "ftp://x.example/", "https://user:secret@/x#y", "https://x.example/#y", "http://[", "mailto:x"} {
		if _, err := newOrigin(address, Network{}, nil); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", address, err)
		}
	}
	o, err := newOrigin("https://user:secret@x.example/a?sig=hidden", Network{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	q := question{path: []string{"Red Hat", "RHSA-2026:1.json"}}
	if got := o.address(&q); got != "https://x.example/a/Red%20Hat/RHSA-2026:1.json" {
		t.Error(got)
	}
	if got := o.url(&q).String(); got != "https://user:secret@x.example/a/Red%20Hat/RHSA-2026:1.json?sig=hidden" {
		t.Error(got)
	}
}

func TestRetryAfter(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"": 0, "3": 3 * time.Second, " 3 ": 3 * time.Second, "-1": 0, "x": 0, "99999999999999": 1 << 30 * time.Second,
		now.Add(90 * time.Second).Format(http.TimeFormat): 90 * time.Second, now.Add(-time.Hour).Format(http.TimeFormat): 0,
	} {
		if got := retryAfter(s, now); got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	}
}

func TestLock_keepsOthersOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sub", "a.db")
	release, err := lock(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(filepath.Dir(path), ".advisories-123"), []byte("left"))
	if _, err := lock(path); !errors.Is(err, errBusy) {
		t.Errorf("got %v", err)
	}
	release()
	release, err = lock(path)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	if rest := left(t, path); rest != nil {
		t.Errorf("left: %v", rest)
	}
}
