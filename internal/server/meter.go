package server

import (
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/reevehq/reeve/internal/trace"
)

// meter counts what a server does, for Prometheus.
type meter struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	busy     prometheus.Gauge
}

func newMeter() *meter {
	m := &meter{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "reeve_http_request_seconds", Help: "How long requests took, by door, method and status.",
			Buckets: []float64{.001, .005, .01, .03, .1, .3, 1, 3, 10, 60},
		}, []string{"door", "method", "status"}),
		busy: prometheus.NewGauge(prometheus.GaugeOpts{Name: "reeve_http_requests_in_flight", Help: "Requests under way."}),
	}
	m.registry.MustRegister(m.requests, m.busy, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Register adds figures of other packages to what Prometheus is told.
func (s *Server) Register(c ...prometheus.Collector) { s.meter.registry.MustRegister(c...) }

func (m *meter) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// outside counts, traces and logs every request, and turns a panic into an answer.
func (s *Server) outside(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		ctx, span := trace.Serve(r.Context(), method(r.Method), r.Header.Get("Traceparent"), r.Header.Get("Tracestate"))
		r = r.WithContext(ctx)
		seen := &recorder{ResponseWriter: w, code: http.StatusOK}
		s.meter.busy.Inc()
		defer func() {
			s.meter.busy.Dec()
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler { //nolint:errorlint // it is compared by net/http in the same way
					panic(p)
				}
				s.log.Error("a request broke", "path", r.URL.Path, "panic", p)
				if !seen.begun {
					plain(seen, http.StatusInternalServerError, "something broke here; it was noted in the server's log")
				}
			}
			took := time.Since(began)
			s.meter.requests.WithLabelValues(door(r.URL.Path), method(r.Method), strconv.Itoa(seen.code)).Observe(took.Seconds())
			line := []any{"method", method(r.Method), "path", r.URL.Path, "status", seen.code, "ms", took.Milliseconds(), "bytes", seen.bytes}
			if id := span.ID(); id != "" {
				line = append(line, "trace", id)
			}
			answered(span, r, seen)
			s.log.Log(ctx, levelOf(r.URL.Path, seen.code), "request", line...)
		}()
		next.ServeHTTP(seen, r)
	})
}

// levelOf keeps what asks every few seconds out of the usual log.
func levelOf(path string, code int) slog.Level {
	switch {
	case code >= http.StatusInternalServerError:
		return slog.LevelWarn
	case path == "/healthz" || path == "/readyz" || path == "/metrics" || door(path) == "/static/":
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

// answered ends the trace of a request. It names the pattern of the address, not the address, in which people may have written anything.
func answered(span trace.Span, r *http.Request, seen *recorder) {
	route := door(r.URL.Path)
	if _, path, ok := strings.Cut(r.Pattern, " "); ok && strings.HasPrefix(path, "/") {
		route = path
	}
	span.Name(method(r.Method) + " " + route)
	span.Text("http.request.method", method(r.Method))
	span.Text("http.route", route)
	span.Count("http.response.status_code", int64(seen.code))
	var err error
	if seen.code >= http.StatusInternalServerError {
		err = statusError(seen.code)
	}
	span.End(err)
}

// statusError is an answer that says that something broke here.
type statusError int

func (e statusError) Error() string { return http.StatusText(int(e)) }

// door names a part of the addresses, so that the figures stay few whatever is asked.
func door(path string) string {
	for _, d := range []string{"/api/", "/auth/", "/static/", "/metrics", "/healthz", "/readyz"} {
		if len(path) >= len(d) && path[:len(d)] == d {
			return d
		}
	}
	return "/"
}

func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m
	}
	return "other"
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	code  int
	bytes int64
	begun bool
}

func (r *recorder) WriteHeader(code int) {
	if !r.begun {
		r.code, r.begun = code, true
	}
	r.ResponseWriter.WriteHeader(code)
}

func (r *recorder) Write(p []byte) (int, error) {
	r.begun = true
	n, err := r.ResponseWriter.Write(p)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
