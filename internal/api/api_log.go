package api

import (
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/register"
)

type eventsInput struct {
	Kind string `query:"kind" maxLength:"30" pattern:"^[a-z-]*$" doc:"Only events of this kind: import, change, merge, split, set, context, enrich, clock." example:"change"`
	Part
}

type exportInput struct {
	After  int64 `query:"after" minimum:"0" doc:"The number of the last event that is already there." example:"4711"`
	Blocks bool  `query:"blocks" doc:"Also gives the records of the events, with which the whole register can be made again." example:"false"`
}

// log adds the operations about the log.
func (a *API) log() {
	answers(a, operation{
		address: "GET /log/events", id: "listEvents", tag: "Log", summary: "List events", text: "Events of the log, newest first.",
	}, func(ctx context.Context, p access.Principal, in *eventsInput) (desk.Events, error) {
		return a.desk.Events(ctx, p, in.Kind, in.wanted())
	})
	answers(a, operation{
		address: "GET /log/events/{id}", id: "getEvent", tag: "Log", summary: "Get an event", text: "One event, by its number.",
	}, func(ctx context.Context, p access.Principal, in *ByID) (*desk.Event, error) {
		return a.desk.Event(ctx, p, in.ID)
	})
	answers(a, operation{
		address: "GET /log/seal", id: "getSeal", tag: "Log", summary: "Get the signed end of the log",
		text: "The number and hash of the last event, signed with the register's key (Ed25519). Who keeps it elsewhere can tell later whether anything up to it was changed.",
	}, func(ctx context.Context, p access.Principal, _ *struct{}) (register.Seal, error) {
		return a.desk.Seal(ctx, p)
	})
	op := a.operation(operation{
		address: "GET /log/export", id: "exportLog", tag: "Log", summary: "Export the log",
		text: "The log as JSON Lines, oldest first: each line is an event, a block of its records, or, last, the seal. Without the last line the export was cut off.",
	})
	a.huma.OpenAPI().Components.Schemas.Schema(lineType(), true, "")
	op.Responses["200"] = &huma.Response{Description: "Lines of JSON", Content: map[string]*huma.MediaType{
		"application/jsonl": {Schema: &huma.Schema{Type: "string", Description: "A line is as the schema Line describes it."}},
	}}
	huma.Register(a.huma, op, func(ctx context.Context, in *exportInput) (*huma.StreamResponse, error) {
		if err := calling(ctx).principal.Can(access.Inspect); err != nil {
			return nil, a.fail(ctx, err)
		}
		return &huma.StreamResponse{Body: func(out huma.Context) { a.export(ctx, in, out) }}, nil
	})
}

// export writes the log. Where it breaks, so does the connection: nobody takes a part for the whole.
func (a *API) export(ctx context.Context, in *exportInput, out huma.Context) {
	out.SetHeader("Content-Type", "application/jsonl")
	out.SetHeader("Content-Disposition", `attachment; filename="reeve-log.jsonl"`)
	out.SetStatus(http.StatusOK)
	err := a.desk.Export(ctx, calling(ctx).principal, desk.ExportAsk{After: in.After, Blocks: in.Blocks}, out.BodyWriter())
	if err != nil {
		if ctx.Err() == nil {
			a.opt.Log.Error("an export of the log broke", "error", err.Error())
		}
		panic(http.ErrAbortHandler)
	}
}

func lineType() reflect.Type { return reflect.TypeFor[desk.Line]() }
