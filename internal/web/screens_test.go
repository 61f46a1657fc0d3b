package web

import (
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"testing"
	"time"
)

// TestServe serves the furnished register for a look with one's own eyes, for as long as the variable says.
func TestServe(t *testing.T) {
	long, err := time.ParseDuration(os.Getenv("REEVE_WEB_SERVE"))
	if err != nil {
		t.Skip("only where REEVE_WEB_SERVE says how long, as 10m")
	}
	h := newHouse(t)
	began := time.Now()
	h.furnish()
	t.Logf("furnished in %s", time.Since(began))
	target, err := url.Parse(h.url)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		if _, err := r.In.Cookie("reeve"); err != nil && r.In.Header.Get("Anonymous") == "" {
			r.Out.AddCookie(h.cookie) // whoever looks is the admin
		}
	}}
	door := httptest.NewServer(proxy)
	defer door.Close()
	_ = os.WriteFile(os.Getenv("REEVE_WEB_URL"), []byte(door.URL), 0o600)
	time.Sleep(long)
}
