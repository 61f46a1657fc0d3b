package otlp

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	sdk "go.opentelemetry.io/otel/sdk/trace"
)

// The bounds of sending.
const (
	defaultTimeout = 10 * time.Second // the specification's
	firstWait      = 500 * time.Millisecond
	maxWait        = 5 * time.Second
	maxAnswer      = 64 << 10
)

// sender is the SDK's exporter: one POST a batch.
type sender struct {
	url     string
	headers http.Header
	gzip    bool
	timeout time.Duration
	client  *http.Client
}

// newSender reads the variables of the specification "OpenTelemetry Protocol Exporter"; those for traces count more than those for all. It gives
// nil where no collector is named.
func newSender(getenv func(string) string) (*sender, error) {
	get := func(name string) string {
		if v := strings.TrimSpace(getenv("OTEL_EXPORTER_OTLP_TRACES_" + name)); v != "" {
			return v
		}
		return strings.TrimSpace(getenv("OTEL_EXPORTER_OTLP_" + name))
	}
	if off, err := disabled(getenv); off || err != nil || get("ENDPOINT") == "" {
		return nil, err
	}
	if p := get("PROTOCOL"); p != "" && p != "http/protobuf" {
		return nil, fmt.Errorf("start traces: OTEL_EXPORTER_OTLP_PROTOCOL %q: reeve speaks http/protobuf; collectors take it on port 4318", p)
	}
	s := &sender{headers: http.Header{}, timeout: defaultTimeout}
	address, err := url.Parse(get("ENDPOINT"))
	if err != nil || address.Host == "" || address.Scheme != "http" && address.Scheme != "https" {
		return nil, errors.New("start traces: OTEL_EXPORTER_OTLP_ENDPOINT: want an address like http://collector:4318") // it may hold a password
	}
	if strings.TrimSpace(getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")) == "" { // that one is taken as it is
		address = address.JoinPath("v1/traces")
	}
	s.url = address.String()
	if text := get("TIMEOUT"); text != "" {
		ms, err := strconv.Atoi(text)
		if err != nil || ms <= 0 {
			return nil, fmt.Errorf("start traces: OTEL_EXPORTER_OTLP_TIMEOUT %q: want milliseconds", text)
		}
		s.timeout = time.Duration(ms) * time.Millisecond
	}
	switch c := get("COMPRESSION"); c {
	case "", "none":
	case "gzip":
		s.gzip = true
	default:
		return nil, fmt.Errorf("start traces: OTEL_EXPORTER_OTLP_COMPRESSION %q: want gzip or none", c)
	}
	if err := s.addHeaders(get("HEADERS")); err != nil {
		return nil, err
	}
	secure, err := tlsConfig(get("CERTIFICATE"), get("CLIENT_CERTIFICATE"), get("CLIENT_KEY"))
	if err != nil {
		return nil, err
	}
	s.client = &http.Client{
		Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: secure, ForceAttemptHTTP2: true, MaxIdleConns: 1, IdleConnTimeout: time.Minute},
		// Headers hold the collector's token: they go nowhere else.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return s, nil
}

// addHeaders reads the form of W3C Baggage: key=value,key=value with percent-encoded values.
func (s *sender) addHeaders(text string) error {
	for pair := range strings.SplitSeq(text, ",") {
		if strings.TrimSpace(pair) == "" {
			continue
		}
		key, value, ok := strings.Cut(pair, "=")
		plain, err := url.PathUnescape(strings.TrimSpace(value))
		key = strings.TrimSpace(key)
		if !ok || err != nil || key == "" || strings.ContainsAny(key+plain, "\r\n") {
			return errors.New("start traces: OTEL_EXPORTER_OTLP_HEADERS: want key=value,key=value") // values are secrets
		}
		s.headers.Set(key, plain)
	}
	return nil
}

func tlsConfig(ca, cert, key string) (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if ca != "" {
		pem, err := os.ReadFile(ca)
		if err != nil {
			return nil, fmt.Errorf("start traces: OTEL_EXPORTER_OTLP_CERTIFICATE: %w", err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("start traces: OTEL_EXPORTER_OTLP_CERTIFICATE: no certificate in %q", ca)
		}
	}
	if cert != "" || key != "" {
		pair, err := tls.LoadX509KeyPair(cert, key)
		if err != nil {
			return nil, fmt.Errorf("start traces: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and _KEY: %w", err)
		}
		c.Certificates = []tls.Certificate{pair}
	}
	return c, nil
}

// ExportSpans sends a batch. What the collector cannot take just now is tried again until the timeout.
func (s *sender) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	if len(spans) == 0 {
		return nil
	}
	body, err := s.pack(encode(spans))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	for wait := firstWait; ; wait = min(2*wait, maxWait) {
		again, after, err := s.post(ctx, body)
		if err == nil || !again {
			return err
		}
		pause := max(after, wait/2+rand.N(wait/2))
		if end, ok := ctx.Deadline(); ok && time.Until(end) < pause {
			return fmt.Errorf("send %d spans: %w", len(spans), err)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("send %d spans: %w", len(spans), err)
		case <-time.After(pause):
		}
	}
}

func (s *sender) pack(data []byte) ([]byte, error) {
	if !s.gzip {
		return data, nil
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write(data)
	err = errors.Join(err, z.Close())
	return b.Bytes(), err
}

// post sends once. It tells whether to send again, and after how long at least.
func (s *sender) post(ctx context.Context, body []byte) (again bool, after time.Duration, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, bytes.NewReader(body))
	if err != nil {
		return false, 0, errors.New("send spans: the address of the collector cannot be used")
	}
	req.Header = s.headers.Clone()
	req.Header.Set("Content-Type", "application/x-protobuf")
	if s.gzip {
		req.Header.Set("Content-Encoding", "gzip")
	}
	res, err := s.client.Do(req)
	if err != nil {
		var named *url.Error
		if errors.As(err, &named) {
			err = named.Err // without the address, which may hold a password
		}
		return true, 0, fmt.Errorf("send spans: %w", err)
	}
	defer res.Body.Close()
	answer, _ := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	switch res.StatusCode {
	case http.StatusOK, http.StatusAccepted, http.StatusNoContent:
		return false, 0, refused(answer)
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout: // the specification's list
		seconds, _ := strconv.Atoi(res.Header.Get("Retry-After"))
		return true, time.Duration(max(0, seconds)) * time.Second, fmt.Errorf("send spans: the collector answers %s", res.Status)
	}
	return false, 0, fmt.Errorf("send spans: the collector answers %s", res.Status)
}

// Shutdown is the SDK's.
func (s *sender) Shutdown(context.Context) error {
	s.client.CloseIdleConnections()
	return nil
}
