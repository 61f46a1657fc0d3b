package otlp

import (
	"compress/gzip"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	v1 "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/reevehq/reeve/internal/trace"
)

// collector is a receiver of OTLP over HTTP. TracesData and ExportTraceServiceRequest are the same on the wire.
type collector struct {
	*httptest.Server
	mu      sync.Mutex
	got     []*v1.TracesData
	headers []http.Header
	bad     error
	// answer, if any, answers in its place until it tells that it did not.
	answer func(w http.ResponseWriter, n int) bool
	asked  int
}

func collect(t *testing.T) *collector {
	t.Helper()
	c := &collector{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.asked++
		if c.answer != nil && c.answer(w, c.asked) {
			return
		}
		if err := c.take(r); err != nil {
			c.bad = err
			w.WriteHeader(http.StatusBadRequest)
		}
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *collector) take(r *http.Request) error {
	if r.Method != http.MethodPost || r.URL.Path != "/v1/traces" || r.Header.Get("Content-Type") != "application/x-protobuf" {
		return fmt.Errorf("%s %s of %s", r.Method, r.URL, r.Header.Get("Content-Type"))
	}
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		var err error
		if body, err = gzip.NewReader(r.Body); err != nil {
			return err
		}
	}
	data, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	var request v1.TracesData
	if err := proto.Unmarshal(data, &request); err != nil {
		return err
	}
	c.got = append(c.got, &request)
	c.headers = append(c.headers, r.Header.Clone())
	return nil
}

// spans are all that came, by name.
func (c *collector) spans(t *testing.T) map[string]*v1.Span {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.bad != nil {
		t.Fatalf("the collector was sent what it cannot take: %v", c.bad)
	}
	out := map[string]*v1.Span{}
	for _, g := range c.got {
		for _, r := range g.ResourceSpans {
			for _, s := range r.ScopeSpans {
				for _, span := range s.Spans {
					out[span.Name] = span
				}
			}
		}
	}
	return out
}

func attributes(s *v1.Span) string {
	var out []string
	for _, a := range s.Attributes {
		v := a.Value.GetStringValue()
		if v == "" {
			v = fmt.Sprint(a.Value.GetIntValue())
		}
		out = append(out, a.Key+"="+v)
	}
	return strings.Join(out, " ")
}

var quiet = slog.New(slog.DiscardHandler)

func TestStart_sendsWhatWasTraced(t *testing.T) {
	c := collect(t)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", c.URL+"/")
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "X-Team=blue%20one, x-other=2")
	t.Setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "service.name=register-eu,deployment.environment.name=production")
	stop, err := Start("1.2.3", quiet)
	if err != nil {
		t.Fatal(err)
	}
	ctx, request := trace.Serve(t.Context(), "GET", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "vendor=1")
	ctx, work := trace.Start(ctx, "import")
	_, read := trace.Start(ctx, "import read")
	read.Count("reeve.findings", 0)
	read.Text("reeve.format", "sarif \xff")
	read.End(fmt.Errorf("read report: %w", &http.MaxBytesError{Limit: 7}))
	work.End(nil)
	request.Name("GET /api/v1/findings")
	request.End(nil)
	if got, want := request.ID(), "0af7651916cd43dd8448eb211c80319c"; got != want {
		t.Errorf("the trace is %s, want the caller's %s", got, want)
	}
	if err := stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	spans := c.spans(t)
	if len(spans) != 3 {
		t.Fatalf("%d spans came, want 3: %v", len(spans), spans)
	}
	r, w, i := spans["import read"], spans["import"], spans["GET /api/v1/findings"]
	if hex.EncodeToString(i.ParentSpanId) != "b7ad6b7169203331" || string(w.ParentSpanId) != string(i.SpanId) || string(r.ParentSpanId) != string(w.SpanId) {
		t.Errorf("the parts do not hang together: %v", spans)
	}
	if i.Kind != v1.Span_SPAN_KIND_SERVER || w.Kind != v1.Span_SPAN_KIND_INTERNAL || i.TraceState != "vendor=1" {
		t.Errorf("kinds %v and %v, state %q", i.Kind, w.Kind, i.TraceState)
	}
	if got, want := attributes(r), "reeve.findings=0 reeve.format=sarif \uFFFD error.type=*http.MaxBytesError"; got != want {
		t.Errorf("attributes %q, want %q: of an error the kind, not the text", got, want)
	}
	if r.Status.GetCode() != v1.Status_STATUS_CODE_ERROR || r.Status.GetMessage() != "" || w.Status.GetCode() != v1.Status_STATUS_CODE_UNSET {
		t.Errorf("status %v and %v", r.Status, w.Status)
	}
	if r.EndTimeUnixNano < r.StartTimeUnixNano || time.Since(time.Unix(0, int64(r.StartTimeUnixNano))).Abs() > time.Minute {
		t.Errorf("from %d to %d", r.StartTimeUnixNano, r.EndTimeUnixNano)
	}
	resource := fmt.Sprint(c.got[0].ResourceSpans[0].Resource)
	for _, want := range []string{"register-eu", "production", "service.version", "1.2.3", "telemetry.sdk.name"} {
		if !strings.Contains(resource, want) {
			t.Errorf("the resource does not say %s: %s", want, resource)
		}
	}
	if h := c.headers[0]; h.Get("X-Team") != "blue one" || h.Get("X-Other") != "2" {
		t.Errorf("headers %v", h)
	}
	if _, after := trace.Start(t.Context(), "late"); after.ID() != "" {
		t.Error("tracing goes on after it was stopped")
	}
}

// TestEncode_isWhatTheOfficialExporterSends compares both senders on the same spans.
func TestEncode_isWhatTheOfficialExporterSends(t *testing.T) {
	ours, theirs := collect(t), collect(t)
	official, err := otlptracehttp.New(t.Context(), otlptracehttp.WithEndpointURL(theirs.URL+"/v1/traces"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := newSender(func(name string) string {
		return map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": ours.URL}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	provider := sdk.NewTracerProvider(sdk.WithSyncer(official), sdk.WithSyncer(s))
	r := recorder{provider.Tracer("scope")}
	ctx, p := r.Begin(t.Context(), "outer", trace.Caller{Serving: true, Parent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", State: "a=1,b=2"})
	_, q := r.Begin(ctx, "inner", trace.Caller{})
	q.Count("n", -3)
	q.Text("empty", "")
	q.(part).span.SetAttributes(attribute.Bool("yes", true), attribute.Bool("no", false), attribute.Float64("half", 0.5))
	q.End(errors.New("x"))
	p.End(nil)
	if ours.bad != nil || theirs.bad != nil || len(ours.got) != 2 || len(theirs.got) != 2 {
		t.Fatalf("%d and %d requests came (%v, %v), want 2 of each", len(ours.got), len(theirs.got), ours.bad, theirs.bad)
	}
	for i := range ours.got {
		if diff := cmp.Diff(theirs.got[i].String(), ours.got[i].String()); diff != "" && !proto.Equal(theirs.got[i], ours.got[i]) {
			t.Errorf("request %d is not the official one (-theirs +ours):\n%s", i, diff)
		}
	}
}

func TestSender_triesAgainAndGivesUp(t *testing.T) {
	one := func(c *collector, vars map[string]string) error {
		vars["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = c.URL + "/v1/traces"
		s, err := newSender(func(name string) string { return vars[name] })
		if err != nil {
			t.Fatal(err)
		}
		var failed error
		provider := sdk.NewTracerProvider(sdk.WithSyncer(witness{s, &failed}))
		_, p := recorder{provider.Tracer("scope")}.Begin(t.Context(), "work", trace.Caller{})
		p.End(nil)
		return failed
	}
	answers := func(codes ...int) *collector {
		c := collect(t)
		c.answer = func(w http.ResponseWriter, n int) bool {
			if n > len(codes) {
				return false
			}
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(codes[n-1])
			return true
		}
		return c
	}
	busy := answers(503, 429)
	if err := one(busy, map[string]string{}); err != nil || len(busy.got) != 1 {
		t.Errorf("after two answers to wait: %v, %d batches came", err, len(busy.got))
	}
	for _, c := range []struct {
		codes []int
		vars  map[string]string
		asked int
		want  string
	}{
		{[]int{400}, map[string]string{}, 1, "400"},
		{[]int{307}, map[string]string{}, 1, "307"},
		{[]int{503, 503, 503, 503}, map[string]string{"OTEL_EXPORTER_OTLP_TIMEOUT": "100"}, 1, "503"},
	} {
		to := answers(c.codes...)
		if err := one(to, c.vars); err == nil || !strings.Contains(err.Error(), c.want) || to.asked != c.asked {
			t.Errorf("%v: %v after %d tries, want %s after %d", c.codes, err, to.asked, c.want, c.asked)
		}
	}
	partial := collect(t)
	partial.answer = func(w http.ResponseWriter, _ int) bool { _, _ = w.Write([]byte{0x0a, 2, 0x08, 5}); return true }
	if err := one(partial, map[string]string{}); err == nil || !strings.Contains(err.Error(), "refused 5") {
		t.Errorf("a partial success: %v", err)
	}
}

// witness keeps what an exporter fails with.
type witness struct {
	*sender
	failed *error
}

func (w witness) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	*w.failed = w.sender.ExportSpans(ctx, spans)
	return *w.failed
}

func TestNewSender_readsTheVariables(t *testing.T) {
	const on = "OTEL_EXPORTER_OTLP_ENDPOINT"
	hidden := strings.Repeat("z", 20)
	for _, c := range []struct {
		vars map[string]string
		url  string
		err  string
	}{
		{map[string]string{}, "", ""},
		{map[string]string{on: "http://c:4318"}, "http://c:4318/v1/traces", ""},
		{map[string]string{on: "https://c/otlp/"}, "https://c/otlp/v1/traces", ""},
		{map[string]string{on: "http://c:4318", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://d/in"}, "http://d/in", ""},
		{map[string]string{on: "http://c", "OTEL_SDK_DISABLED": "true"}, "", ""},
		{map[string]string{on: "http://c", "OTEL_TRACES_EXPORTER": "none"}, "", ""},
		{map[string]string{on: "http://c", "OTEL_TRACES_EXPORTER": "zipkin"}, "", "want otlp or none"},
		{map[string]string{on: "http://c", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "", "http/protobuf"},
		{map[string]string{on: "c:4318/" + hidden}, "", "want an address"},
		{map[string]string{on: "http://c", "OTEL_EXPORTER_OTLP_TIMEOUT": "10s"}, "", "milliseconds"},
		{map[string]string{on: "http://c", "OTEL_EXPORTER_OTLP_COMPRESSION": "br"}, "", "gzip"},
		{map[string]string{on: "http://c", "OTEL_EXPORTER_OTLP_HEADERS": hidden}, "", "key=value"},
		{map[string]string{on: "http://c", "OTEL_EXPORTER_OTLP_HEADERS": "a=" + hidden + "%0d%0aX: y"}, "", "key=value"},
		{map[string]string{on: "https://c", "OTEL_EXPORTER_OTLP_CERTIFICATE": "/nowhere.pem"}, "", "nowhere.pem"},
	} {
		s, err := newSender(func(name string) string { return c.vars[name] })
		switch {
		case c.err != "":
			if err == nil || !strings.Contains(err.Error(), c.err) || strings.Contains(err.Error(), hidden) {
				t.Errorf("%v: %v, want %q", c.vars, err, c.err)
			}
		case err != nil:
			t.Errorf("%v: %v", c.vars, err)
		case (s == nil) != (c.url == "") || s != nil && s.url != c.url:
			t.Errorf("%v: %+v, want %q", c.vars, s, c.url)
		}
	}
}
