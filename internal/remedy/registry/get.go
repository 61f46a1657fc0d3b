package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"syscall"
	"time"

	"github.com/reevehq/reeve/internal/outbound"
)

const (
	// maxAnswer is how much of one answer is read, in bytes: the largest packuments are some tens of megabytes.
	maxAnswer = 128 << 20
	// maxArchive is that of a module's archive: the bound of the Go command itself.
	maxArchive = 500 << 20
	// maxRequests is how many requests one client makes.
	maxRequests = 5000
)

// answer is what came of one request, once it is there.
type answer struct {
	ready chan struct{}
	body  []byte
	kind  string // the content type
	err   error
}

// get asks once for every address and remembers what came of it.
func (c *Client) get(ctx context.Context, address, accept string) (body []byte, kind string, err error) {
	c.mu.Lock()
	a := c.kept[address]
	if a != nil {
		c.mu.Unlock()
		select {
		case <-a.ready:
			return a.body, a.kind, a.err
		case <-ctx.Done():
			return nil, "", ctx.Err()
		}
	}
	a = &answer{ready: make(chan struct{})}
	c.kept[address] = a
	c.mu.Unlock()
	a.body, a.kind, a.err = c.fetch(ctx, address, accept)
	if ctx.Err() != nil {
		c.mu.Lock()
		delete(c.kept, address)
		c.mu.Unlock()
	}
	close(a.ready)
	return a.body, a.kind, a.err
}

// fetch asks, and once more where the connection broke or the registry is overloaded.
func (c *Client) fetch(ctx context.Context, address, accept string) (body []byte, kind string, err error) {
	for try := 0; ; try++ {
		one, cancel := context.WithTimeout(ctx, 4*c.timeout())
		again := false
		err = c.open(one, address, accept, func(r *http.Response) error {
			again = r.StatusCode == http.StatusTooManyRequests || r.StatusCode >= 500
			if err := statusError(r.StatusCode); err != nil {
				return err
			}
			kind = r.Header.Get("Content-Type")
			body, err = io.ReadAll(io.LimitReader(r.Body, maxAnswer+1))
			if err == nil && len(body) > maxAnswer {
				err = fmt.Errorf("the answer is larger than %d bytes", maxAnswer)
			}
			return err
		})
		cancel()
		if err == nil || try > 0 || !again && !broke(err) || ctx.Err() != nil {
			return body, kind, err
		}
		select {
		case <-time.After(500 * time.Millisecond):
		case <-ctx.Done():
		}
	}
}

// open makes one request and hands on the answer. Errors name the host and nothing else of the address.
func (c *Client) open(ctx context.Context, address, accept string, use func(*http.Response) error) error {
	c.mu.Lock()
	c.requests++
	many := c.requests > maxRequests
	c.mu.Unlock()
	if many {
		return fmt.Errorf("more than %d requests would be needed", maxRequests)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return errors.New("the address is none")
	}
	if accept != "" {
		req.Header.Set("Accept", accept)
	}
	req.Header.Set("User-Agent", firstOf(c.options.UserAgent, "reeve"))
	resp, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("ask %s: %w", req.URL.Host, explained(err))
	}
	defer resp.Body.Close()
	if err := use(resp); err != nil {
		return fmt.Errorf("ask %s: %w", req.URL.Host, explained(err))
	}
	return nil
}

func statusError(status int) error {
	switch {
	case status == http.StatusOK:
		return nil
	case status == http.StatusNotFound || status == http.StatusGone:
		return ErrNotFound
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return fmt.Errorf("it wants a sign-in (status %d), and reeve fix signs in nowhere", status)
	}
	return fmt.Errorf("it answered with status %d", status)
}

// explained takes the address out of an error of net/http, which may hold a password.
func explained(err error) error {
	var asURL *url.Error
	if errors.As(err, &asURL) {
		return asURL.Err
	}
	return err
}

// broke tells whether asking again may help.
func broke(err error) bool {
	var astray outbound.Refused
	var netErr net.Error
	if errors.As(err, &astray) || errors.As(err, &netErr) && netErr.Timeout() {
		return false
	}
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}
