package image

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"runtime"
	"testing"
	"time"
)

func TestRegistry_redirects(t *testing.T) {
	img := sample(t)
	tests := []struct {
		name, to string
		words    []string
	}{
		{"metadata", "http://169.254.169.254/latest/meta-data", []string{"169.254.169.254"}},
		{"private", "https://10.1.2.3/blob", []string{"10.1.2.3"}},
		{"plain-text", "http://registry.example/blob", []string{"without TLS"}},
		{"file", "file:///etc/passwd", []string{"scheme"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			ref := crooked(t, img, func(w http.ResponseWriter, r *http.Request) bool {
				if isBlob(r, img, 1) {
					http.Redirect(w, r, test.to, http.StatusTemporaryRedirect)
				}
				return isBlob(r, img, 1)
			})
			fails(t, run1(t, opened(t, ref, Options{}), 1).err, test.words...)
		})
	}
	t.Run("same-zone-is-followed", func(t *testing.T) {
		layers, _ := img.Layers()
		store := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "" {
				t.Error("the redirect carries the sign-in")
			}
			c, _ := layers[1].Compressed()
			io.Copy(w, c)
		}))
		t.Cleanup(store.Close)
		ref := crooked(t, img, func(w http.ResponseWriter, r *http.Request) bool {
			if isBlob(r, img, 1) {
				http.Redirect(w, r, store.URL+"/elsewhere", http.StatusTemporaryRedirect)
			}
			return isBlob(r, img, 1)
		})
		if g := run1(t, opened(t, ref, Options{Username: "u", Password: "p"}), 1); g.err != nil || len(g.files) != len(sampleFiles) {
			t.Error(g.err, g.files)
		}
	})
}

func TestGuard_allow(t *testing.T) {
	tests := []struct {
		home, other string
		ok          bool
	}{
		{"93.184.216.34", "1.1.1.1", true},
		{"93.184.216.34", "127.0.0.1", false},
		{"93.184.216.34", "::1", false},
		{"93.184.216.34", "::ffff:127.0.0.1", false},
		{"93.184.216.34", "10.0.0.1", false},
		{"93.184.216.34", "169.254.169.254", false},
		{"93.184.216.34", "100.64.0.1", false},
		{"93.184.216.34", "64:ff9b::7f00:1", false},
		{"93.184.216.34", "0.0.0.0", false},
		{"10.0.0.5", "10.0.0.6", true},
		{"10.0.0.5", "1.1.1.1", true},
		{"10.0.0.5", "127.0.0.1", false},
		{"127.0.0.1", "127.0.0.1", true},
		{"127.0.0.1", "10.0.0.1", false},
		{"169.254.169.254", "169.254.1.1", false},
	}
	for _, test := range tests {
		g := newGuard("registry.example:5000", Options{}.filled())
		if err := g.Allow("registry.example:5000", netip.MustParseAddr(test.home)); err != nil {
			t.Fatalf("the registry itself may be at %s: %v", test.home, err)
		}
		if err := g.Allow("other.example:443", netip.MustParseAddr(test.other)); (err == nil) != test.ok {
			t.Errorf("registry at %s names %s: %v", test.home, test.other, err)
		}
	}
	g := newGuard("registry.example:5000", Options{}.filled())
	if err := g.Allow("registry.example:5000", netip.MustParseAddr("93.184.216.34")); err != nil {
		t.Fatal(err)
	}
	if err := g.Allow("registry.example:5000", netip.MustParseAddr("127.0.0.1")); err == nil {
		t.Error("a name that changes its mind is believed")
	}
}

func TestRegistry_plainTextOnlyWhereAsked(t *testing.T) {
	g := newGuard("registry.example:5000", Options{}.filled())
	insecure := newGuard("registry.example:5000", Options{Insecure: true}.filled())
	tests := []struct {
		g   *guard
		url string
		ok  bool
	}{
		{g, "https://registry.example:5000/v2/", true},
		{g, "http://registry.example:5000/v2/", false},
		{g, "http://localhost:5000/v2/", true},
		{g, "http://127.0.0.1/v2/", true},
		{g, "http://10.0.0.1/v2/", false},
		{g, "ftp://registry.example/", false},
		{insecure, "http://registry.example:5000/v2/", true},
		{insecure, "http://other.example/v2/", false},
	}
	for _, test := range tests {
		u, _ := url.Parse(test.url)
		if err := test.g.permit(u); (err == nil) != test.ok {
			t.Errorf("%s: %v", test.url, err)
		}
	}
}

func TestImage_leavesNoGoroutines(t *testing.T) {
	host := host(t)
	push(t, host+"/a:b", sample(t))
	before := runtime.NumGoroutine()
	for range 5 {
		i, err := Open(context.Background(), host+"/a:b", Options{})
		if err != nil {
			t.Fatal(err)
		}
		run1(t, i, 4)
		i.Close()
	}
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("%d goroutines before, %d after", before, runtime.NumGoroutine())
}

// Behind a proxy the addresses of names cannot be seen, but those that are written out can.
func TestGuard_proxy(t *testing.T) {
	proxy, _ := url.Parse("http://proxy.example:3128")
	g := newGuard("registry.example", Options{Proxy: func(*http.Request) (*url.URL, error) { return proxy, nil }}.filled())
	for address, ok := range map[string]bool{"https://registry.example/v2/": true, "https://93.184.216.34/": true, "https://169.254.169.254/": false, "https://127.0.0.1/": false} {
		req, _ := http.NewRequest(http.MethodGet, address, nil)
		got, err := g.Transport.Proxy(req)
		if ok != (err == nil) || ok && got != proxy {
			t.Errorf("%s: %v, %v", address, got, err)
		}
		if !ok {
			fails(t, err, "no public address")
		}
	}
}
