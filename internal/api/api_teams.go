package api

import (
	"context"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
)

// BySlug is the name of a team or policy in addresses.
type BySlug struct {
	Slug string `path:"slug" minLength:"1" maxLength:"100" doc:"Its name in addresses: lower-case letters, digits, dots and dashes." example:"payments"`
}

type setTeamInput struct {
	BySlug
	Body desk.TeamChange
}

// teams adds the operations about teams.
func (a *API) teams() {
	answers(a, operation{
		address: "GET /teams", id: "listTeams", tag: "Teams", summary: "List teams",
		text: "Teams by slug, with what they own as far as you may see it.",
	}, func(ctx context.Context, p access.Principal, in *Part) (desk.Page[desk.Team], error) {
		return a.desk.Teams(ctx, p, in.wanted())
	})
	answers(a, operation{
		address: "GET /teams/{slug}", id: "getTeam", tag: "Teams", summary: "Get a team", text: "One team.",
	}, func(ctx context.Context, p access.Principal, in *BySlug) (*desk.Team, error) {
		return a.desk.Team(ctx, p, in.Slug)
	})
	answers(a, operation{
		address: "PUT /teams/{slug}", id: "setTeam", tag: "Teams", summary: "Make or change a team",
		text:    "Makes a team, or changes the one of that slug. Its aliases are what CODEOWNERS files and catalogs call it.",
		example: map[string]any{"name": "Payments", "aliases": []string{"@acme/payments"}, "contact": []string{"payments@example.com"}},
	}, func(ctx context.Context, p access.Principal, in *setTeamInput) (made, error) {
		id, err := a.desk.SetTeam(ctx, p, in.Slug, in.Body)
		return made{id}, err
	})
	does(a, operation{
		address: "DELETE /teams/{slug}", id: "dropTeam", tag: "Teams", summary: "Remove a team",
		text: "Removes a team that owns nothing any more.",
	}, func(ctx context.Context, p access.Principal, in *BySlug) error {
		return a.desk.DropTeam(ctx, p, in.Slug)
	})
}
