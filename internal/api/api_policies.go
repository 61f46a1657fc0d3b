package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/clock"
	"github.com/reevehq/reeve/internal/desk"
)

// maxPolicy bounds the text of a policy, in bytes.
const maxPolicy = 256 << 10

// policies adds the operations about clock policies.
func (a *API) policies() {
	answers(a, operation{
		address: "GET /policies", id: "listPolicies", tag: "Policies", summary: "List clock policies",
		text: "Clock policies by name. The one called default counts where an asset names none; while nobody wrote one it is built in.",
	}, func(ctx context.Context, p access.Principal, in *Part) (desk.Page[desk.Policy], error) {
		return a.desk.Policies(ctx, p, in.wanted())
	})
	answers(a, operation{
		address: "GET /policies/{slug}", id: "getPolicy", tag: "Policies", summary: "Get a clock policy", text: "One clock policy.",
	}, func(ctx context.Context, p access.Principal, in *BySlug) (*desk.Policy, error) {
		return a.desk.Policy(ctx, p, in.Slug)
	})
	put := a.operation(operation{
		address: "PUT /policies/{slug}", id: "setPolicy", tag: "Policies", summary: "Make or change a clock policy",
		text: "Makes a clock policy, or changes the one of that name. The body is YAML or JSON; it is read strictly, so a key that is not known is an error.",
	})
	huma.Register(a.huma, put, func(ctx context.Context, in *BySlug) (*answer[*desk.Policy], error) {
		text, err := calling(ctx).text(maxPolicy)
		if err != nil {
			return nil, a.fail(ctx, err)
		}
		out, err := a.desk.SetPolicy(ctx, calling(ctx).principal, in.Slug, text)
		if err != nil {
			return nil, a.fail(ctx, err)
		}
		return &answer[*desk.Policy]{out}, nil
	})
	a.at("PUT /policies/{slug}").RequestBody = a.policyBody() // told afterwards, or the framework would read the body itself
	does(a, operation{
		address: "DELETE /policies/{slug}", id: "dropPolicy", tag: "Policies", summary: "Remove a clock policy",
		text: "Removes a clock policy that no asset names.",
	}, func(ctx context.Context, p access.Principal, in *BySlug) error {
		return a.desk.DropPolicy(ctx, p, in.Slug)
	})
}

// policyBody is what is said about a policy's text.
func (a *API) policyBody() *huma.RequestBody {
	schema := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[clock.Policy](), true, "")
	text := "name: payments\nzone: Europe/Berlin\nterms:\n  critical: {acknowledge: 4 hours, fix: 24 hours}\n  high: {fix: 7 days}\n  medium: {fix: 30 days}\n  low: {review: next quarter end}\n"
	example := map[string]any{"name": "payments", "zone": "Europe/Berlin", "terms": map[string]any{
		"critical": map[string]string{"acknowledge": "4 hours", "fix": "24 hours"}, "high": map[string]string{"fix": "7 days"},
		"medium": map[string]string{"fix": "30 days"}, "low": map[string]string{"review": "next quarter end"},
	}}
	return &huma.RequestBody{Required: true, Description: "The policy, as YAML or JSON.", Content: map[string]*huma.MediaType{
		"application/json": {Schema: schema, Example: example}, "application/yaml": {Schema: &huma.Schema{Type: "string"}, Example: text},
	}}
}

// text reads a body that is text.
func (c *call) text(limit int64) ([]byte, error) {
	if deadline := http.NewResponseController(c.writer).SetReadDeadline(time.Now().Add(bodyTime)); deadline == nil {
		defer c.untimed()
	}
	text, err := io.ReadAll(http.MaxBytesReader(c.writer, c.request.Body, limit))
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		return nil, problem(tooLarge, fmt.Sprintf("the body has at most %d bytes", limit))
	case err != nil:
		return nil, problem(malformed, "the body could not be read to its end")
	}
	return text, nil
}
