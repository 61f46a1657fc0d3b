package notify

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/reevehq/reeve/internal/outbound"
	"github.com/reevehq/reeve/internal/zone"
)

// The bounds of what the other side may take and say.
const (
	answerWithin = 10 * time.Second
	// maxAnswer bounds answers of trackers, which are read; others are thrown away.
	maxAnswer  = 4 << 20
	throwAway  = 64 << 10
	longestNap = time.Hour
)

// client reaches the other side of hooks, whose addresses are hostile: it speaks TLS, only to public addresses, and follows nothing.
type client struct {
	private bool
	roots   *x509.CertPool
	guard   *outbound.Guard
	http    *http.Client
}

func newClient(private bool, roots *x509.CertPool) *client {
	c := &client{private: private, roots: roots, guard: outbound.New(outbound.Options{Private: private, RootCAs: roots, Wait: answerWithin})}
	c.guard.Transport.DialContext, c.guard.Transport.DisableCompression = c.dial, true
	c.http = &http.Client{
		Timeout:       answerWithin,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     c.guard.Transport,
	}
	return c
}

func (c *client) close() { c.http.CloseIdleConnections() }

// dial connects to an address that may be reached.
func (c *client) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := c.guard.Dial(ctx, network, address)
	var astray outbound.Refused
	switch {
	case !errors.As(err, &astray):
		return conn, err
	case zone.IsMetadata(astray.Addr):
		return nil, dead{"it leads to a metadata service, which no hook may reach"}
	}
	return nil, errors.New("it leads to no public address; a server started with --allow-private reaches private ones")
}

// request is what is sent to the other side.
type request struct {
	method, url string
	header      map[string]string
	// body is sent as it is, or as JSON where it is no []byte.
	body any
	// into takes an answer in JSON; nil throws it away.
	into any
}

// do sends a request. What is not answered by a 2xx is an error, which does not hold what the other side says.
func (c *client) do(ctx context.Context, r request) error {
	u, err := url.Parse(r.url)
	if err != nil {
		return dead{"the address cannot be read"}
	}
	if u.Scheme != "https" && !(c.private && u.Scheme == "http") {
		return dead{"the address does not begin with https://; a server started with --allow-private takes http:// as well"}
	}
	body, raw := r.body.([]byte)
	if !raw && r.body != nil {
		if body, err = json.Marshal(r.body); err != nil {
			return err
		}
	}
	req, err := http.NewRequestWithContext(ctx, r.method, r.url, bytes.NewReader(body))
	if err != nil {
		return dead{"the address cannot be read"}
	}
	req.Header.Set("User-Agent", "reeve")
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for name, value := range r.header {
		req.Header.Set(name, value)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode/100 != 2 {
		_, _ = io.CopyN(io.Discard, res.Body, throwAway) // so that the connection can be used again
		return status(res)
	}
	if r.into == nil {
		_, _ = io.CopyN(io.Discard, res.Body, throwAway)
		return nil
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, maxAnswer)).Decode(r.into); err != nil {
		return errors.New("the answer is not the JSON that was expected")
	}
	return nil
}

// failed is an answer that is none.
type failed struct{ status int }

func (f failed) Error() string {
	text := fmt.Sprintf("it answered %d %s", f.status, http.StatusText(f.status))
	switch {
	case f.status/100 == 3:
		return text + ": redirects are not followed, so give the address that it leads to"
	case f.status == http.StatusUnauthorized, f.status == http.StatusForbidden:
		return text + ": give the hook a token that may do it"
	}
	return text
}

// status makes an error of an answer.
func status(res *http.Response) error {
	f := failed{res.StatusCode}
	switch res.StatusCode {
	case http.StatusGone:
		return dead{f.Error()}
	case http.StatusTooManyRequests, http.StatusServiceUnavailable, http.StatusForbidden:
		if after := retryAfter(res); after > 0 {
			return wait{f.Error() + ": it asks to come back later", after}
		}
	}
	return f
}

// retryAfter reads when the other side wants to be asked again (RFC 9110, 10.2.3); 0 where it does not say.
func retryAfter(res *http.Response) time.Duration {
	text := res.Header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 32); err == nil {
		return min(max(time.Duration(seconds)*time.Second, time.Second), longestNap)
	}
	if when, err := http.ParseTime(text); err == nil {
		return min(max(time.Until(when), time.Second), longestNap)
	}
	return 0
}

// plain is an error's text without the address, which may be a secret.
func plain(err error) string {
	var u *url.Error
	if errors.As(err, &u) {
		if u.Timeout() {
			return "it did not answer within " + answerWithin.String()
		}
		err = u.Err
	}
	return err.Error()
}
