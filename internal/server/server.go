// Package server puts the doors of the register behind one address: the API, sign-in, the pages, and what operators ask (health, readiness, metrics).
// It bounds what a request may take, refuses what other sites send in a visitor's name, writes one log line a request, and stops gracefully.
// It must not know what a finding is.
package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/reevehq/reeve/internal/access"
)

// Options are what a server is made of.
type Options struct {
	// API, Auth and Pages are the doors: /api/, /auth/ and everything else.
	API, Auth, Pages http.Handler
	// Ready tells whether requests can be answered; its error says why not.
	Ready func(ctx context.Context) error
	// Log gets one line a request; no line holds a query's values, a cookie or a token.
	Log *slog.Logger
	// Trusted are other origins that may send forms and API requests from browsers; usually none.
	Trusted []string
	// Who says who asks: at this address /metrics answers those who may inspect, by a token of theirs. Nil is nobody.
	Who func(*http.Request) (access.Principal, error)
	// Secure tells that visitors come by https, so that browsers are told to insist on it.
	Secure bool
}

// The bounds of one connection.
const (
	headerTimeout = 10 * time.Second
	idleTimeout   = 2 * time.Minute
	maxHeader     = 64 << 10
	// drain is how long requests under way may go on when the server stops.
	drain = 25 * time.Second
)

// Server answers requests.
type Server struct {
	http, operations *http.Server

	stopping atomic.Bool
	log      *slog.Logger
	meter    *meter
}

// New makes a server.
func New(o Options) (*Server, error) {
	s := &Server{log: o.Log, meter: newMeter()}
	guard := http.NewCrossOriginProtection()
	for _, origin := range o.Trusted {
		if err := guard.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("trusted origin %q: %w", origin, err)
		}
	}
	mux := http.NewServeMux()
	mux.Handle("/api/", o.API)
	mux.Handle("/auth/", o.Auth)
	mux.Handle("/", o.Pages)
	mux.HandleFunc("GET /metrics", inspectors(o.Who, s.meter.handler()))
	s.health(mux, o.Ready)
	s.http = s.bounded(s.outside(headers(o.Secure, guard.Handler(mux))))

	inside := http.NewServeMux()
	inside.Handle("GET /metrics", s.meter.handler())
	s.health(inside, o.Ready)
	s.operations = s.bounded(headers(false, inside))
	return s, nil
}

// health adds what says whether the server lives, and whether requests should be sent to it.
func (s *Server) health(mux *http.ServeMux, ready func(context.Context) error) {
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", s.ready(ready))
}

func (s *Server) bounded(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
}

// inspectors lets those through who may inspect the register: figures tell how much is open.
func inspectors(who func(*http.Request) (access.Principal, error), next http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if who == nil {
			plain(w, http.StatusNotFound, "not found")
			return
		}
		p, err := who(r)
		if err != nil {
			w.Header().Set("WWW-Authenticate", "Bearer")
			plain(w, http.StatusUnauthorized, "figures are for an auditor's token")
			return
		}
		if p.Can(access.Inspect) != nil {
			plain(w, http.StatusForbidden, "figures are for an auditor's token")
			return
		}
		next.ServeHTTP(w, r)
	}
}

// Serve answers on a listener until the context ends, then lets requests under way finish.
func (s *Server) Serve(ctx context.Context, l net.Listener) error { return s.serve(ctx, s.http, l) }

// ServeOperations answers /healthz, /readyz and /metrics to whoever can reach the listener, until the context ends.
func (s *Server) ServeOperations(ctx context.Context, l net.Listener) error {
	return s.serve(ctx, s.operations, l)
}

func (s *Server) serve(ctx context.Context, h *http.Server, l net.Listener) error {
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	s.stopping.Store(true)
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	err := h.Shutdown(end)
	if errors.Is(err, context.DeadlineExceeded) {
		s.log.Warn("requests under way were cut off", "after", drain)
		return h.Close()
	}
	return err
}

// ready says whether requests should be sent here.
func (s *Server) ready(check func(context.Context) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if s.stopping.Load() {
			plain(w, http.StatusServiceUnavailable, "stopping")
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
		defer cancel()
		if err := check(ctx); err != nil {
			s.log.Warn("not ready", "error", err.Error())
			plain(w, http.StatusServiceUnavailable, "not ready")
			return
		}
		plain(w, http.StatusOK, "ready")
	}
}

func plain(w http.ResponseWriter, code int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(code)
	_, _ = fmt.Fprintln(w, text)
}

// headers are those that every answer carries. Pages add a policy of their own.
func headers(secure bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("X-Frame-Options", "DENY")
		if secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}
