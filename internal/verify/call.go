package verify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/reevehq/reeve/internal/outbound"
)

// maxBody is how much of an answer is read, in bytes.
const maxBody = 64 << 10

// response is what is kept of a provider's answer.
type response struct {
	status int
	header http.Header
	body   []byte
	// whole tells that body is all there was.
	whole bool
}

// call makes one call, once more if the connection failed, and says what came of it.
func (v *Verifier) call(ctx context.Context, a ask, base string, vals values) Answer {
	var host string
	var got response
	for try := 0; ; try++ {
		var err error
		host, got, err = v.send(ctx, a, base, vals)
		if err == nil {
			break
		}
		if try > 0 || !connectionFailed(err) || ctx.Err() != nil {
			return v.finish(Answer{Why: v.explain(host, err), Host: host}, vals)
		}
	}
	answer := a.judge(host, got, vals.parts[secretPart], v.opt.Clock.Now())
	if d, ok := retryAfter(got.header, v.opt.Clock.Now()); ok && answer.State != Live {
		v.limits.pause(host, d)
	}
	return v.finish(answer, vals)
}

// finish dates the answer and takes the secret out of whatever a provider or a library put into it.
func (v *Verifier) finish(answer Answer, vals values) Answer {
	answer.Checked = v.opt.Clock.Now()
	clean := newScrubber(vals)
	answer.Why = clean.text(answer.Why)
	answer.Host = clean.text(answer.Host)
	for i := range answer.Facts {
		answer.Facts[i].Value = clean.text(answer.Facts[i].Value)
	}
	return answer
}

// send waits for its turn and makes one attempt. Its errors may hold the URL: only explain may look at them.
func (v *Verifier) send(ctx context.Context, a ask, base string, vals values) (string, response, error) {
	req, err := a.request(ctx, base, vals, v.opt.Clock.Now())
	if err != nil {
		return "", response{}, err
	}
	host := req.URL.Host
	if err := v.limits.wait(ctx, host); err != nil {
		return host, response{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, v.opt.Timeout)
	defer cancel()
	resp, err := v.client.Do(req.WithContext(ctx))
	if err != nil {
		return host, response{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	if err != nil {
		return host, response{}, err
	}
	got := response{status: resp.StatusCode, header: resp.Header, body: body, whole: len(body) <= maxBody}
	got.body = got.body[:min(len(body), maxBody)]
	return host, got, nil
}

// connectionFailed tells whether asking again may help: the connection broke or could not be made, and nobody decided against it.
func connectionFailed(err error) bool {
	var refused outbound.Refused
	var dns *net.DNSError
	var netErr net.Error
	switch {
	case errors.As(err, &refused):
		return false
	case errors.As(err, &dns):
		return dns.IsTemporary
	case errors.As(err, &netErr) && netErr.Timeout():
		return false
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return true
	}
	var op *net.OpError
	return errors.As(err, &op) && op.Op != "remote error"
}

// explain says why nobody answered. It never repeats an error of net/http, which holds the URL and with it perhaps the secret.
func (v *Verifier) explain(host string, err error) string {
	var refused outbound.Refused
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	var netErr net.Error
	var asURL *url.Error
	switch {
	case host == "":
		return err.Error() // from building the request: nothing was sent
	case errors.Is(err, errHostClosed):
		return host + " asked for a pause"
	case errors.As(err, &refused):
		return fmt.Sprintf("%s leads to %s, which is not a public address", host, refused.Addr)
	case errors.As(err, &certificate):
		return host + " shows a certificate that is not to be trusted"
	case errors.As(err, &dns):
		return host + " was not found"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &netErr) && netErr.Timeout():
		return fmt.Sprintf("%s did not answer within %s", host, v.opt.Timeout.Round(time.Millisecond))
	case errors.Is(err, context.Canceled):
		return "the look was cancelled"
	case errors.Is(err, syscall.ECONNREFUSED):
		return host + " refused the connection"
	case errors.As(err, &asURL) && strings.Contains(asURL.Err.Error(), "gave HTTP response to HTTPS client"):
		return host + " does not speak TLS"
	}
	return "the connection to " + host + " failed"
}
