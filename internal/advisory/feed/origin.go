package feed

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/reevehq/reeve/internal/outbound"
)

// Network says how the network is used.
type Network struct {
	// Stall is how long a source may send next to nothing; 0 means 30 seconds.
	Stall time.Duration
	// Proxy gives the proxy of a request; nil asks the environment.
	Proxy func(*http.Request) (*url.URL, error)
	// RootCAs are the authorities that may vouch for a source; nil means the system's.
	RootCAs *x509.CertPool
	// sleep waits between attempts; tests put something faster there.
	sleep func(context.Context, time.Duration) error
}

const (
	defaultStall = 30 * time.Second
	// parallel is how many requests are on their way at once.
	parallel = 8
	// attempts is how often a request is made that fails for reasons that pass.
	attempts = 5
	// maxWait is the longest that a source may ask for patience.
	maxWait = 2 * time.Minute
)

func (n Network) filled() Network {
	if n.Stall <= 0 {
		n.Stall = defaultStall
	}
	if n.Proxy == nil {
		n.Proxy = http.ProxyFromEnvironment
	}
	if n.sleep == nil {
		n.sleep = sleep
	}
	return n
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// origin is one place that is fetched from.
type origin struct {
	base   *url.URL
	guard  *guard
	client *http.Client
	net    Network
	// bytes counts what came, as it came.
	bytes *atomic.Int64
}

func newOrigin(address string, n Network, bytes *atomic.Int64) (*origin, error) {
	base, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("the address cannot be read") // the error of Parse would repeat a password
	}
	if base.Scheme != "https" && base.Scheme != "http" || base.Host == "" || base.Fragment != "" {
		return nil, fmt.Errorf("%.200q is no address of a source: want https://HOST/PATH or a folder", base.Redacted())
	}
	if base.Path == "" {
		base.Path = "/"
	}
	g := newGuard(base, n)
	return &origin{base: base, guard: g, client: g.client(), net: n, bytes: bytes}, nil
}

func (o *origin) close() { o.guard.Transport.CloseIdleConnections() }

// isAddress tells an address from a path.
func isAddress(source string) bool {
	return strings.HasPrefix(source, "https://") || strings.HasPrefix(source, "http://")
}

// question is what is asked of an origin.
type question struct {
	// path are the parts behind the base, not escaped; none asks for the base itself.
	path []string
	// etag is that of what one has already; then errSame may be the answer.
	etag string
	// most bounds the content, in bytes.
	most int64
	// pack lets the content come compressed.
	pack bool
	// from, where it is above 0, asks for what follows these bytes of the content with this tag.
	from int64
	// to, where it is above 0, asks for no more than the first bytes up to there.
	to int64
}

// errSame says that one has already what was asked for.
var errSame = errors.New("not modified")

// address is where a question goes, for people: without user, password and query.
func (o *origin) address(q *question) string {
	u := o.url(q)
	return u.Scheme + "://" + u.Host + u.EscapedPath()
}

func (o *origin) url(q *question) *url.URL {
	if len(q.path) == 0 {
		return o.base
	}
	parts := make([]string, len(q.path))
	for i, p := range q.path {
		parts[i] = url.PathEscape(p)
	}
	return o.base.JoinPath(parts...)
}

// passing says that a request failed for a reason that may pass, and when to ask again.
type passing struct {
	err  error
	wait time.Duration
}

func (p *passing) Error() string { return p.err.Error() }
func (p *passing) Unwrap() error { return p.err }

// persist makes attempts until one succeeds, fails for good, or there were enough.
func (o *origin) persist(ctx context.Context, q *question, attempt func() error) error {
	for n := 0; ; n++ {
		err := attempt()
		var again *passing
		if err == nil || errors.Is(err, errSame) {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !errors.As(err, &again) || n == attempts-1 || again.wait > maxWait {
			return fmt.Errorf("fetch %s: %w", o.address(q), err)
		}
		wait := again.wait
		if wait == 0 {
			wait = time.Second / 2 << n
			wait += rand.N(wait / 2)
		}
		if err := o.net.sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// ask makes one request. Its answer has one of the statuses 200 and 206.
func (o *origin) ask(ctx context.Context, q *question) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, o.url(q).String(), nil)
	if err != nil {
		return nil, errors.New("the address makes no sense")
	}
	req.Header.Set("User-Agent", "reeve")
	if q.pack {
		req.Header.Set("Accept-Encoding", "gzip")
	}
	switch {
	case q.from > 0:
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", q.from))
		req.Header.Set("If-Range", q.etag)
	case q.to > 0:
		req.Header.Set("Range", fmt.Sprintf("bytes=0-%d", q.to-1))
	}
	if q.etag != "" && q.from == 0 {
		req.Header.Set("If-None-Match", q.etag)
	}
	res, err := o.client.Do(req)
	if err != nil {
		return nil, o.failure(err)
	}
	switch {
	case res.StatusCode == http.StatusOK, res.StatusCode == http.StatusPartialContent && (q.from > 0 || q.to > 0):
		if res.ContentLength > q.most {
			res.Body.Close()
			return nil, fmt.Errorf("it has %d bytes: more than %d are not read", res.ContentLength, q.most)
		}
		return res, nil
	case res.StatusCode == http.StatusNotModified && q.etag != "":
		err = errSame
	default:
		err = refusal(res)
	}
	_, _ = io.CopyN(io.Discard, res.Body, 4<<10)
	res.Body.Close()
	return nil, err
}

// refusal makes an error of a status that brings nothing.
func refusal(res *http.Response) error {
	err := fmt.Errorf("the source answers %d %s", res.StatusCode, http.StatusText(res.StatusCode))
	switch res.StatusCode {
	case http.StatusNotFound, http.StatusForbidden, http.StatusGone: // buckets that may not be listed answer 403 for what is not there
		return fmt.Errorf("%w (%w)", err, fs.ErrNotExist)
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		wait := retryAfter(res.Header.Get("Retry-After"), time.Now())
		if wait > maxWait {
			err = fmt.Errorf("%w and asks to come back in %s", err, wait.Round(time.Second))
		}
		return &passing{err, wait}
	}
	return err
}

// retryAfter reads a number of seconds or a date; 0 where it is neither.
func retryAfter(s string, now time.Time) time.Duration {
	if n, err := strconv.Atoi(strings.TrimSpace(s)); err == nil && n > 0 {
		return time.Duration(min(n, 1<<30)) * time.Second
	}
	if t, err := http.ParseTime(s); err == nil {
		return max(t.Sub(now), 0)
	}
	return 0
}

// failure tells errors of the network that may pass from those that will not.
func (o *origin) failure(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err // without the address, which holds what people need not see
	}
	var no refused
	var astray outbound.Refused
	var certificate *tls.CertificateVerificationError
	var alert tls.AlertError
	if errors.As(err, &no) || errors.As(err, &astray) || errors.As(err, &certificate) || errors.As(err, &alert) || errors.Is(err, context.Canceled) {
		return err
	}
	return &passing{err: err}
}

// answer is content that was fetched.
type answer struct {
	data []byte
	etag string
	// all tells that data is all of it, and not a part that was asked for.
	all bool
	// sums are what the source tells of the whole content: "md5=…", "crc32c=…".
	sums []string
}

// get fetches content into memory.
func (o *origin) get(ctx context.Context, q question) (a answer, err error) {
	err = o.persist(ctx, &q, func() error {
		res, err := o.ask(ctx, &q)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		a.etag, a.sums, a.all = res.Header.Get("ETag"), res.Header.Values("X-Goog-Hash"), res.StatusCode == http.StatusOK
		if begin, ok := contentRange(res.Header.Get("Content-Range")); !a.all && (!ok || begin != 0) {
			return errors.New("the source gives another part than was asked for")
		}
		a.data, err = o.read(res, q.most)
		return err
	})
	return a, err
}

// read reads an answer to its end, and unpacks it where it came packed.
func (o *origin) read(res *http.Response, most int64) ([]byte, error) {
	var in io.Reader = &counter{res.Body, o.bytes}
	if res.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, o.failure(err)
		}
		defer z.Close()
		in = z
	}
	var b bytes.Buffer
	if res.ContentLength > 0 {
		b.Grow(int(min(res.ContentLength, most, 16<<20)) + 512)
	}
	n, err := b.ReadFrom(io.LimitReader(in, most+1))
	switch {
	case err != nil:
		return nil, o.failure(err)
	case n > most:
		return nil, fmt.Errorf("it has more than %d bytes", most)
	}
	return b.Bytes(), nil
}

// counter counts what comes.
type counter struct {
	io.Reader
	n *atomic.Int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// contentRange reads where a part begins: "bytes 0-99/1234".
func contentRange(s string) (begin int64, ok bool) {
	s, bytes := strings.CutPrefix(s, "bytes ")
	span, _, found := strings.Cut(s, "/")
	from, to, dashed := strings.Cut(span, "-")
	begin, err := strconv.ParseInt(from, 10, 64)
	end, e := strconv.ParseInt(to, 10, 64)
	return begin, bytes && found && dashed && err == nil && e == nil && begin >= 0 && begin <= end
}
