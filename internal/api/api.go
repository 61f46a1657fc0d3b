// Package api answers programs: JSON over HTTP below /api/v1, described by an OpenAPI 3.1 document that is made from the Go types that are answered.
//
// It turns requests into questions to package desk, and what desk answers into JSON or a problem (RFC 9457). It must not know the register or the
// database, must decide nothing about who may do what, and must hold no report in memory: reports go through it as a stream.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
)

// Prefix is where the API lies.
const Prefix = "/api/v1"

// Who says who a request comes from (see people.Keeper.Who).
type Who func(*http.Request) (access.Principal, error)

// Options say what an API allows.
type Options struct {
	// MaxReport is how large a report may be as it is sent, in bytes; 0 is 16 GiB.
	MaxReport int64
	// Imports is how many reports are read at once, 0 is 8; more wait for up to a minute and are then told to come back.
	Imports int
	// Sessions lists and ends sessions (people.Keeper does); nil leaves those operations out.
	Sessions Sessions
	// Log is told of what broke; nil is nobody.
	Log *slog.Logger
	// Version is the program's, for the document.
	Version string
}

// API answers requests.
type API struct {
	desk     *desk.Desk
	who      Who
	opt      Options
	mux      *http.ServeMux
	huma     huma.API
	reading  chan struct{}
	document func() []byte
	// wait is how long a report waits for its turn.
	wait time.Duration
}

// New makes the API of a desk.
func New(d *desk.Desk, who Who, opt Options) *API {
	if opt.MaxReport == 0 {
		opt.MaxReport = 16 << 30
	}
	if opt.Imports == 0 {
		opt.Imports = 8
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	a := &API{desk: d, who: who, opt: opt, mux: http.NewServeMux(), reading: make(chan struct{}, opt.Imports), wait: time.Minute}
	a.huma = humago.NewWithPrefix(a.mux, Prefix, config(opt.Version))
	a.huma.OpenAPI().Components.Schemas.RegisterTypeAlias(problemModel(), problemType())
	for _, routes := range []func(){
		a.findings, a.figures, a.imports, a.assets, a.bills, a.teams, a.policies, a.views, a.hooks, a.people, a.tokens, a.trust, a.log,
	} {
		routes()
	}
	a.describe()
	a.document = sync.OnceValue(a.write)
	a.mux.HandleFunc("GET "+Prefix+"/openapi.json", a.serveDocument)
	a.mux.HandleFunc("GET "+Prefix+"/problems", serveProblems)
	a.mux.HandleFunc("GET "+Prefix+"/problems/{name}", serveProblem)
	return a
}

// open are the addresses that answer everybody: what they tell is in the program's source.
func open(path string) bool {
	return path == Prefix+"/openapi.json" || path == Prefix+"/problems" || len(path) > len(Prefix+"/problems/") && path[:len(Prefix+"/problems/")] == Prefix+"/problems/"
}

// ServeHTTP answers one request: who it is comes first, and nothing is told to nobody.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !open(r.URL.Path) {
		w.Header().Set("Cache-Control", "no-store")
		p, err := a.who(r)
		if err != nil {
			a.refuse(w, r, err)
			return
		}
		r = r.WithContext(context.WithValue(r.Context(), callKey{}, &call{principal: p, request: r, writer: w}))
	}
	if !readable(r) {
		problem(invalid, "the address holds bytes that are no text").write(w)
		return
	}
	if handler, pattern := a.mux.Handler(r); pattern == "" {
		a.lost(w, r, handler)
		return
	}
	a.mux.ServeHTTP(w, r)
}

// readable tells whether an address is text. No database keeps anything else, so there is nothing to ask for with it.
func readable(r *http.Request) bool {
	query, err := url.QueryUnescape(r.URL.RawQuery)
	return err == nil && utf8.ValidString(query+r.URL.Path) && !strings.ContainsRune(query+r.URL.Path, 0)
}

// lost answers where there is no such address, or not with that method.
func (a *API) lost(w http.ResponseWriter, r *http.Request, handler http.Handler) {
	headers := headersOnly{}
	handler.ServeHTTP(headers, r)
	p := problem(notFound, "there is nothing at this address; "+Prefix+"/openapi.json lists what there is")
	if allow := headers.Header().Get("Allow"); allow != "" {
		w.Header().Set("Allow", allow)
		p = problem(wrongMethod, "this address answers "+allow)
	}
	p.write(w)
}

// headersOnly keeps what the router says in headers, and nothing else of its answer.
type headersOnly http.Header

// Header gives the headers.
func (h headersOnly) Header() http.Header { return http.Header(h) }

// Write forgets.
func (h headersOnly) Write(p []byte) (int, error) { return len(p), nil }

// WriteHeader forgets.
func (h headersOnly) WriteHeader(int) {}

// call is a request on its way to an operation.
type call struct {
	principal access.Principal
	request   *http.Request
	writer    http.ResponseWriter
}

type callKey struct{}

// calling gives the request of an operation. Every operation stands behind ServeHTTP, which puts it there.
func calling(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	if c == nil {
		return &call{}
	}
	return c
}
