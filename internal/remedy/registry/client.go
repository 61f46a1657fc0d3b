package registry

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/reevehq/reeve/internal/outbound"
)

// client makes what asks. The hosts of base addresses were named by the user and may be private; what they lead to may not.
func (c *Client) client() *http.Client {
	own := slices.Collect(maps.Values(c.bases))
	if _, at := c.sumAddress(); at != nil {
		own = append(own, at)
	}
	g := outbound.New(outbound.Options{Own: own, Anywhere: true, Proxy: http.ProxyFromEnvironment, Wait: c.timeout()})
	g.Transport.MaxResponseHeaderBytes = 256 << 10
	return &http.Client{Transport: g.Transport, CheckRedirect: redirect}
}

func (c *Client) timeout() time.Duration {
	if c.options.Timeout > 0 {
		return c.options.Timeout
	}
	return 30 * time.Second
}

// Close lets go of idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// redirect follows a few redirects, but never from TLS to none.
func redirect(req *http.Request, via []*http.Request) error {
	switch {
	case len(via) > 5:
		return errors.New("it redirects too often")
	case via[len(via)-1].URL.Scheme == "https" && req.URL.Scheme != "https":
		return errors.New("it redirects away from TLS")
	case req.URL.Scheme != "https" && req.URL.Scheme != "http":
		return errors.New("it redirects to no web address")
	}
	return nil
}
