package api

import (
	"context"
	"net/http"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
)

type setHookInput struct {
	ByID
	Body desk.HookChange
}

// savedHook is a hook, with the key to check its signatures where one was made for it.
type savedHook struct {
	Hook desk.Hook `json:"hook"`
	// Key signs what the hook sends, as Standard Webhooks say. It is told here and never again.
	Key string `json:"key,omitempty"`
}

// deliveries are what was told to a hook, newest first.
type deliveries struct {
	// Items are at most 100.
	Items []desk.Delivery `json:"items"`
}

// testedHook names a test among the deliveries.
type testedHook struct {
	// Event is 0, Part tells the test from others.
	Event int64 `json:"event"`
	Part  int64 `json:"part"`
}

type resendInput struct {
	ByID
	Event int64 `path:"event" minimum:"0" doc:"The delivery's event." example:"4711"`
	Part  int64 `path:"part" minimum:"0" doc:"The delivery's part." example:"0"`
}

// hooks adds the operations about hooks.
func (a *API) hooks() {
	example := map[string]any{
		"name": "Chat of payments", "kind": "slack", "query": "team:payments level:critical,high", "wants": []string{"opened", "regression"},
		"secret": map[string]string{"url": "https://chat.example/hooks/in"},
	}
	answers(a, operation{
		address: "GET /hooks", id: "listHooks", tag: "Hooks", summary: "List hooks", text: "Hooks by name. What it takes to reach the other side is not shown.",
	}, func(ctx context.Context, p access.Principal, in *Part) (desk.Page[desk.Hook], error) {
		return a.desk.Hooks(ctx, p, in.wanted())
	})
	answers(a, operation{
		address: "POST /hooks", id: "addHook", tag: "Hooks", summary: "Add a hook", status: http.StatusCreated, example: example,
		text: "Tells somebody outside what happens to findings: a webhook, a chat, mail, or an issue tracker.",
	}, func(ctx context.Context, p access.Principal, in *struct{ Body desk.HookChange }) (savedHook, error) {
		return a.saveHook(ctx, p, 0, in.Body)
	})
	answers(a, operation{
		address: "GET /hooks/{id}", id: "getHook", tag: "Hooks", summary: "Get a hook", text: "One hook.",
	}, func(ctx context.Context, p access.Principal, in *ByID) (*desk.Hook, error) {
		return a.desk.Hook(ctx, p, in.ID)
	})
	answers(a, operation{
		address: "PUT /hooks/{id}", id: "setHook", tag: "Hooks", summary: "Change a hook", example: example,
		text: "Changes what a hook tells of, or how it reaches the other side. It keeps its name and kind.",
	}, func(ctx context.Context, p access.Principal, in *setHookInput) (savedHook, error) {
		return a.saveHook(ctx, p, in.ID, in.Body)
	})
	does(a, operation{
		address: "DELETE /hooks/{id}", id: "dropHook", tag: "Hooks", summary: "Remove a hook", text: "Removes a hook. What still waits for it is given up.",
	}, func(ctx context.Context, p access.Principal, in *ByID) error { return a.desk.DropHook(ctx, p, in.ID) })
	a.deliveries()
}

func (a *API) saveHook(ctx context.Context, p access.Principal, id int64, b desk.HookChange) (savedHook, error) {
	h, key, err := a.desk.SetHook(ctx, p, id, b)
	if err != nil {
		return savedHook{}, err
	}
	return savedHook{*h, key}, nil
}

// deliveries adds the operations about what hooks were told.
func (a *API) deliveries() {
	answers(a, operation{
		address: "GET /hooks/{id}/deliveries", id: "listDeliveries", tag: "Hooks", summary: "List deliveries", text: "The last 100 deliveries of a hook, newest first, and how each went.",
	}, func(ctx context.Context, p access.Principal, in *ByID) (deliveries, error) {
		all, err := a.desk.HookDeliveries(ctx, p, in.ID)
		return deliveries{append([]desk.Delivery{}, all...)}, err
	})
	answers(a, operation{
		address: "POST /hooks/{id}/test", id: "testHook", tag: "Hooks", summary: "Test a hook",
		text: "Sends a message that says that the hook works. How it went is among the deliveries.",
	}, func(ctx context.Context, p access.Principal, in *ByID) (testedHook, error) {
		part, err := a.desk.TestHook(ctx, p, in.ID)
		return testedHook{Part: part}, err
	})
	does(a, operation{
		address: "POST /hooks/{id}/deliveries/{event}/{part}/resend", id: "resendDelivery", tag: "Hooks", summary: "Send a delivery again", text: "Tries a delivery again that was given up.",
	}, func(ctx context.Context, p access.Principal, in *resendInput) error {
		return a.desk.ResendDelivery(ctx, p, in.ID, in.Event, in.Part)
	})
}
