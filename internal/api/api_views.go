package api

import (
	"context"
	"net/http"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
)

type setViewInput struct {
	ByID
	Body desk.ViewChange
}

// views adds the operations about saved questions.
func (a *API) views() {
	example := map[string]any{"name": "Mine to fix this week", "query": "state:active team:payments due:<7d", "order": "due"}
	answers(a, operation{
		address: "GET /views", id: "listViews", tag: "Views", summary: "List views",
		text: "Your own views and those that are shared, by name.",
	}, func(ctx context.Context, p access.Principal, in *Part) (desk.Page[desk.View], error) {
		return a.desk.Views(ctx, p, in.wanted())
	})
	answers(a, operation{
		address: "POST /views", id: "addView", tag: "Views", summary: "Save a view", status: http.StatusCreated, example: example,
		text: "Saves a question under a name. A shared view is shown to everybody; what they see through it is still only what they may see.",
	}, func(ctx context.Context, p access.Principal, in *struct{ Body desk.ViewChange }) (made, error) {
		id, err := a.desk.SetView(ctx, p, 0, in.Body)
		return made{id}, err
	})
	answers(a, operation{
		address: "GET /views/{id}", id: "getView", tag: "Views", summary: "Get a view", text: "One view.",
	}, func(ctx context.Context, p access.Principal, in *ByID) (*desk.View, error) {
		return a.desk.View(ctx, p, in.ID)
	})
	does(a, operation{
		address: "PUT /views/{id}", id: "setView", tag: "Views", summary: "Change a view", example: example,
		text: "Changes a view's question, order or who sees it. Its name stays.",
	}, func(ctx context.Context, p access.Principal, in *setViewInput) error {
		_, err := a.desk.SetView(ctx, p, in.ID, in.Body)
		return err
	})
	does(a, operation{
		address: "DELETE /views/{id}", id: "dropView", tag: "Views", summary: "Remove a view", text: "Removes a view.",
	}, func(ctx context.Context, p access.Principal, in *ByID) error { return a.desk.DropView(ctx, p, in.ID) })
}
