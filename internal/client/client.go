// Package client asks a register over its API: what the commands use that work with a server.
//
// It verifies the server's certificate, follows no redirect, and sends the token to no address but the one it was made for. What failed on the way is
// tried again where that is safe: questions always, reports under an Idempotency-Key, decisions only where they cannot have been carried out. The
// package must not read a configuration or the terminal, and sends nothing that it was not asked to send.
package client

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Options say which register is asked, and how.
type Options struct {
	// Address is the server's, as https://reeve.example.
	Address string
	// Token is sent as Bearer; "" is nobody.
	Token string
	// Agent is the User-Agent, "reeve" without one.
	Agent string
	// RootCAs sign the server's certificate; nil is the system's.
	RootCAs *x509.CertPool
	// PlaintextUnsafe lets the token go over http to other machines, where everybody on the way can read it.
	PlaintextUnsafe bool
	// Pause is how long to wait before something is tried again, doubled each time; 0 is half a second.
	Pause time.Duration
	// Attempts is how often something is tried, 0 is 5.
	Attempts int
}

// Client asks one register. It may be used by several goroutines.
type Client struct {
	opt  Options
	base *url.URL
	http *http.Client
}

// The bounds of what a server is waited for and believed.
const (
	dialTime     = 10 * time.Second
	headerTime   = 10 * time.Minute // a long report is written after its last byte was sent
	continueTime = 2 * time.Second
	maxAnswer    = 64 << 20
	maxProblem   = 1 << 20
	maxWait      = time.Minute
)

// New makes a client.
func New(o Options) (*Client, error) {
	base, err := url.Parse(strings.TrimSuffix(o.Address, "/"))
	if err != nil || base.Host == "" || base.User != nil || base.RawQuery != "" || base.Fragment != "" {
		return nil, fmt.Errorf("address of the register %q: want one like https://reeve.example", o.Address)
	}
	switch {
	case base.Scheme == "https", base.Scheme == "http" && (o.PlaintextUnsafe || local(base.Hostname())):
	case base.Scheme == "http":
		return nil, fmt.Errorf("address of the register %q: over http everybody on the way can read the token: want https", o.Address)
	default:
		return nil, fmt.Errorf("address of the register %q: want https", o.Address)
	}
	if o.Pause == 0 {
		o.Pause = 500 * time.Millisecond
	}
	if o.Attempts == 0 {
		o.Attempts = 5
	}
	if o.Agent == "" {
		o.Agent = "reeve"
	}
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: (&net.Dialer{Timeout: dialTime}).DialContext, ForceAttemptHTTP2: true,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.RootCAs},
		TLSHandshakeTimeout: dialTime, ResponseHeaderTimeout: headerTime, ExpectContinueTimeout: continueTime, IdleConnTimeout: time.Minute,
	}
	return &Client{opt: o, base: base, http: &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

func local(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

// ask is one request, which may be sent several times.
type ask struct {
	method, path string
	query        url.Values
	// body makes the body anew for each attempt, with its length or -1; nil is none.
	body    func() (io.ReadCloser, int64, error)
	headers map[string]string
	// again tells that it may be sent again whatever became of it.
	again bool
}

// get asks a question and reads the answer.
func get[T any](ctx context.Context, c *Client, path string, query url.Values) (T, error) {
	return answer[T](ctx, c, ask{method: http.MethodGet, path: path, query: query, again: true})
}

// send sends something small and reads the answer.
func send[T any](ctx context.Context, c *Client, method, path string, what any) (T, error) {
	text, err := json.Marshal(what)
	if err != nil {
		var none T
		return none, err
	}
	return answer[T](ctx, c, ask{
		method: method, path: path, headers: map[string]string{"Content-Type": "application/json"},
		body: func() (io.ReadCloser, int64, error) {
			return io.NopCloser(bytes.NewReader(text)), int64(len(text)), nil
		},
	})
}

func answer[T any](ctx context.Context, c *Client, a ask) (T, error) {
	var out T
	response, err := c.do(ctx, a)
	if err != nil {
		return out, err
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusNoContent {
		return out, nil
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, maxAnswer)).Decode(&out); err != nil {
		return out, fmt.Errorf("%s: read the answer: %w", c.base.Host, err)
	}
	return out, nil
}

// do sends a request until it is answered or trying again makes no sense. What it gives is a success.
func (c *Client) do(ctx context.Context, a ask) (*http.Response, error) {
	pause := c.opt.Pause
	for n := 1; ; n++ {
		response, err := c.once(ctx, a)
		if err == nil && response.StatusCode/100 == 2 {
			return response, nil
		}
		wait := pause
		again := (a.again || errors.Is(err, errUnsent)) && !errors.Is(err, errHopeless)
		if err == nil {
			wait = max(pause, after(response))
			again = response.StatusCode == http.StatusTooManyRequests || response.StatusCode == http.StatusServiceUnavailable || a.again && response.StatusCode >= 500
			err = c.problem(response)
		}
		if !again || n >= c.opt.Attempts || ctx.Err() != nil {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(min(wait, maxWait)):
		}
		pause *= 2
	}
}

// errUnsent says that nothing has reached the server.
var errUnsent = errors.New("no connection")

func (c *Client) once(ctx context.Context, a ask) (*http.Response, error) {
	address := c.base.JoinPath("/api/v1", a.path)
	address.RawQuery = a.query.Encode()
	request, err := http.NewRequestWithContext(ctx, a.method, address.String(), nil)
	if err != nil {
		return nil, err
	}
	if a.body != nil {
		if request.Body, request.ContentLength, err = a.body(); err != nil {
			return nil, fmt.Errorf("%w: read what is to be sent: %w", errHopeless, err)
		}
	}
	for name, value := range a.headers {
		request.Header.Set(name, value)
	}
	if c.opt.Token != "" {
		request.Header.Set("Authorization", "Bearer "+c.opt.Token)
	}
	request.Header.Set("User-Agent", c.opt.Agent)
	request.Header.Set("Accept", "application/json")
	response, err := c.http.Do(request)
	if err == nil {
		return response, nil
	}
	var dial *net.OpError
	var trust *tls.CertificateVerificationError
	var own *url.Error
	if errors.As(err, &own) {
		err = own.Err // its text repeats method and address
	}
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.As(err, &trust):
		return nil, fmt.Errorf("%w: the certificate of %s is not one that is trusted here: %w", errHopeless, c.base.Host, err)
	case errors.As(err, &dial) && dial.Op == "dial":
		return nil, fmt.Errorf("%s: %w: %w", c.base.Host, errUnsent, err)
	}
	return nil, fmt.Errorf("%s: %w", c.base.Host, err)
}

// errHopeless says that trying again cannot help.
var errHopeless = errors.New("nothing was sent")
