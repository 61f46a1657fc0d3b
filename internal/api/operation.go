package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
)

// The bounds of what an operation reads, reports excepted.
const (
	maxBody = 1 << 20
	// bodyTime is how long a body may take to come.
	bodyTime = 30 * time.Second
)

// operation is what the document says about an operation.
type operation struct {
	// method and path are its address, "GET /findings/{id}"; id is its name in the document.
	address, id string
	tag         string
	summary     string
	text        string
	// example is a body to send.
	example any
	// status is that of success, 0 for 200, or 204 where nothing is answered.
	status int
	// maxBody is how large a body may be, 0 for 1 MiB.
	maxBody int64
	// problems are further kinds that it may answer with.
	problems []kind
}

// answer is what the framework writes.
type answer[T any] struct{ Body T }

// answers adds an operation that answers with something.
func answers[I, O any](a *API, o operation, do func(context.Context, access.Principal, *I) (O, error)) {
	huma.Register(a.huma, a.operation(o), func(ctx context.Context, in *I) (*answer[O], error) {
		c := calling(ctx)
		c.untimed()
		out, err := do(ctx, c.principal, in)
		if err != nil {
			return nil, a.fail(ctx, err)
		}
		return &answer[O]{out}, nil
	})
	a.setExample(o)
}

// does adds an operation that answers with nothing but its success.
func does[I any](a *API, o operation, do func(context.Context, access.Principal, *I) error) {
	huma.Register(a.huma, a.operation(o), func(ctx context.Context, in *I) (*struct{}, error) {
		c := calling(ctx)
		c.untimed()
		if err := do(ctx, c.principal, in); err != nil {
			return nil, a.fail(ctx, err)
		}
		return &struct{}{}, nil
	})
	a.setExample(o)
}

// fail turns an error into a problem and keeps its headers.
func (a *API) fail(ctx context.Context, err error) error {
	var headers huma.HeadersError
	if errors.As(err, &headers) {
		return huma.ErrorWithHeaders(a.explain(ctx, err), headers.GetHeaders())
	}
	return a.explain(ctx, err)
}

// untimed ends the time in which the body had to come: how long the answer may take is the server's business.
func (c *call) untimed() {
	if c.writer != nil {
		_ = http.NewResponseController(c.writer).SetReadDeadline(time.Time{}) // not all writers have one
	}
}

// operation writes what the framework wants to know.
func (a *API) operation(o operation) huma.Operation {
	method, path, _ := cut(o.address)
	op := huma.Operation{
		OperationID: o.id, Method: method, Path: path, Tags: []string{o.tag}, Summary: o.summary, Description: o.text,
		DefaultStatus: o.status, MaxBodyBytes: maxBody, BodyReadTimeout: bodyTime, Responses: map[string]*huma.Response{},
		Security: []map[string][]string{{"token": {}}, {"session": {}}},
	}
	if o.maxBody != 0 {
		op.MaxBodyBytes = o.maxBody
	}
	list := append([]kind{anonymous, denied, notFound, invalid, broken}, o.problems...)
	if method != http.MethodGet {
		list = append(list, malformed, conflict, tooLarge, wrongType)
	}
	schema := a.huma.OpenAPI().Components.Schemas.Schema(problemType(), true, "")
	for _, k := range list {
		op.Responses[strconv.Itoa(kinds()[k].status)] = &huma.Response{
			Description: kinds()[k].title, Content: map[string]*huma.MediaType{problemJSON: {Schema: schema}},
		}
	}
	return op
}

// at gives an operation in the document.
func (a *API) at(address string) *huma.Operation {
	method, path, _ := cut(address)
	item := a.huma.OpenAPI().Paths[path]
	switch method {
	case http.MethodGet:
		return item.Get
	case http.MethodPost:
		return item.Post
	case http.MethodPut:
		return item.Put
	case http.MethodPatch:
		return item.Patch
	}
	return item.Delete
}

func cut(address string) (method, path string, ok bool) {
	for i := range address {
		if address[i] == ' ' {
			return address[:i], address[i+1:], true
		}
	}
	panic(fmt.Sprintf("operation %q: want a method and a path", address)) // a slip of the pen in this package
}

// setExample puts the example of a body where it is shown.
func (a *API) setExample(o operation) {
	if body := a.at(o.address).RequestBody; body != nil && o.example != nil {
		body.Content["application/json"].Example = o.example
	}
}

// ByID is the number of something.
type ByID struct {
	ID int64 `path:"id" minimum:"1" doc:"Its number." example:"12"`
}

// Part says which part of a list is wanted.
type Part struct {
	After string `query:"after" maxLength:"3000" doc:"The cursor of the page before: its next. Without it the list begins." example:"ZTQy"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"50" doc:"How many a page holds at most." example:"50"`
}

func (s Part) wanted() desk.Slice { return desk.Slice{After: s.After, Limit: s.Limit} }

// made tells the number of something new.
type made struct {
	// ID is its number.
	ID int64 `json:"id"`
}

// ownName names a type in the document: by itself where it is the API's, the desk's or the register's, else with its package before it.
func ownName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice && t.Name() == "" {
		t = t.Elem()
	}
	return prefixOf(t) + name
}
