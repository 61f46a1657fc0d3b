package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/ingest"
	"github.com/reevehq/reeve/internal/people"
)

// Problem says why a request was not answered (RFC 9457).
type Problem struct {
	// Type is the kind of problem: an address below /api/v1/problems that explains it. It is stable.
	Type string `json:"type" format:"uri-reference"`
	// Title names the kind, Status is the HTTP status.
	Title  string `json:"title"`
	Status int    `json:"status"`
	// Detail says what happened this time, and what to do.
	Detail string `json:"detail,omitempty"`
	// Errors are the parts of the request that are wrong, where there are several.
	Errors []Fault `json:"errors,omitempty"`
	// Offset is the byte at which a report could not be read, counted from 0 in the decompressed report.
	Offset *int64 `json:"offset,omitempty"`
}

// Fault is a part of a request that is wrong.
type Fault struct {
	// Where is the part: query.limit, body.state.
	Where string `json:"where,omitempty"`
	// Message says what is wrong with it.
	Message string `json:"message"`
}

// Error makes a problem an error.
func (p *Problem) Error() string { return p.Title + ": " + p.Detail }

// GetStatus tells the framework the status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType tells the framework what a problem is written as.
func (p *Problem) ContentType(string) string { return problemJSON }

const problemJSON = "application/problem+json"

func (p *Problem) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", problemJSON)
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // whoever asked is gone
}

// kind is a kind of problem.
type kind int

// The kinds of problems.
const (
	malformed kind = iota
	anonymous
	denied
	notFound
	wrongMethod
	conflict
	tooLarge
	wrongType
	invalid
	unreadable
	busy
	broken
)

// about is what is known about a kind of problem.
type about struct {
	name   string
	status int
	title  string
	// text says what to do about it.
	text string
}

func kinds() []about {
	return []about{
		malformed:   {"malformed", 400, "Malformed request", "The body is not JSON, or there is none where one is needed."},
		anonymous:   {"anonymous", 401, "Nobody is signed in", "Send a token as \"Authorization: Bearer\", or sign in. Tokens expire, are revoked, and end with the account they belong to."},
		denied:      {"denied", 403, "Not allowed", "You may see it and may not do that. The detail names the roles that may; GET /api/v1/me lists what you may do."},
		notFound:    {"not-found", 404, "Not found", "There is no such thing, or you may not know of it: the two are told apart to nobody."},
		wrongMethod: {"method", 405, "Wrong method", "The address is there and answers other methods; the header Allow lists them."},
		conflict:    {"conflict", 409, "Conflict", "It cannot be done as things are now. Read it again and decide anew; repeating the same request does not help."},
		tooLarge:    {"too-large", 413, "Too large", "The body has more bytes than are taken. Reports may be sent compressed with gzip or zstd."},
		wrongType:   {"media-type", 415, "Wrong media type", "The body is of a kind that is not read here."},
		invalid:     {"invalid", 422, "Invalid", "A part of the request makes no sense; the detail and the list of errors say which, and what is possible."},
		unreadable:  {"unreadable-report", 422, "Unreadable report", "The report could not be read to its end, so nothing of it was taken. The offset is the byte where reading stopped."},
		busy:        {"busy", 429, "Busy", "More is asked at once than can be answered. Wait as long as the header Retry-After says and send the same request again."},
		broken:      {"internal", 500, "Internal error", "Something broke here and was noted in the server's log. The request may be sent again; with an Idempotency-Key it counts once."},
	}
}

func problem(k kind, detail string) *Problem {
	a := kinds()[k]
	return &Problem{Type: Prefix + "/problems/" + a.name, Title: a.title, Status: a.status, Detail: detail}
}

func problemModel() reflect.Type { return reflect.TypeFor[huma.ErrorModel]() }
func problemType() reflect.Type  { return reflect.TypeFor[Problem]() }

// explain turns an error of the desk into a problem. What nobody may know is not in it.
func (a *API) explain(ctx context.Context, err error) error {
	var own *Problem
	var report *ingest.Error
	switch {
	case errors.As(err, &own):
		return own
	case errors.Is(err, desk.ErrNotFound), errors.Is(err, access.ErrHidden):
		return problem(notFound, "there is no such thing, or you may not see it")
	case errors.Is(err, access.ErrDenied):
		return problem(denied, err.Error())
	case errors.Is(err, desk.ErrConflict):
		return problem(conflict, err.Error())
	case errors.As(err, &report):
		p := problem(unreadable, err.Error())
		p.Offset = &report.Offset
		return p
	case errors.Is(err, desk.ErrInvalid):
		return problem(invalid, err.Error())
	}
	if ctx.Err() == nil {
		a.opt.Log.Error("an API request broke", "path", calling(ctx).request.URL.Path, "error", err.Error())
	}
	return problem(broken, "something broke here; it was noted in the server's log")
}

// refuse answers where it is not known who asks.
func (a *API) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if !errors.Is(err, people.ErrAnonymous) {
		a.opt.Log.Error("it could not be found out who asks", "path", r.URL.Path, "error", err.Error())
		problem(broken, "it could not be found out who asks; it was noted in the server's log").write(w)
		return
	}
	w.Header().Set("WWW-Authenticate", `Bearer realm="reeve"`)
	problem(anonymous, err.Error()).write(w)
}

// transform makes problems of the errors that the framework itself writes. What was sent is not sent back: it may hold a password.
func transform(_ huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	k := broken
	if i := slices.IndexFunc(kinds(), func(a about) bool { return a.status == m.Status }); i >= 0 {
		k = kind(i)
	}
	p := problem(k, m.Detail)
	for _, e := range m.Errors {
		p.Errors = append(p.Errors, Fault{Where: e.Location, Message: e.Message})
	}
	if k == invalid && len(p.Errors) > 0 {
		p.Detail = strings.Trim(p.Errors[0].Where+": "+p.Errors[0].Message, ": ")
	}
	return p, nil
}

// serveProblems lists the kinds of problems as plain text, serveProblem explains one.
func serveProblems(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	for _, a := range kinds() {
		_, _ = fmt.Fprintf(w, "%s/problems/%s (%d)\n    %s. %s\n\n", Prefix, a.name, a.status, a.title, a.text)
	}
}

func serveProblem(w http.ResponseWriter, r *http.Request) {
	i := slices.IndexFunc(kinds(), func(a about) bool { return a.name == r.PathValue("name") })
	if i < 0 {
		problem(notFound, "there is no such kind of problem; "+Prefix+"/problems lists them").write(w)
		return
	}
	a := kinds()[i]
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = fmt.Fprintf(w, "%s (%d)\n\n%s\n", a.title, a.status, a.text)
}

// comeBack tells whoever asks to come back in some seconds.
func comeBack(seconds int, detail string) error {
	return huma.ErrorWithHeaders(problem(busy, detail), http.Header{"Retry-After": {strconv.Itoa(seconds)}})
}
