package api

import (
	"context"
	"net/http"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
)

// trust is a rule by which a forge's own word lets its jobs in.
type trust struct {
	ID int64 `json:"id"`
	// Title is its name.
	Title string `json:"title"`
	desk.Trust
}

// trustList are such rules by title.
type trustList struct {
	Items []trust `json:"items"`
}

// trustBody is such a rule as it shall be.
type trustBody struct {
	Title    string            `json:"title" minLength:"1" maxLength:"100" doc:"Its name."`
	Issuer   string            `json:"issuer" minLength:"1" maxLength:"300" doc:"Who signs, as in the token's iss."`
	Audience string            `json:"audience" minLength:"1" maxLength:"300" doc:"What must be among the token's aud, such as this server's address."`
	Claims   map[string]string `json:"claims" doc:"Patterns by the names of claims; all must fit. A * stands for any text."`
	Asset    string            `json:"asset" minLength:"1" maxLength:"500" doc:"The asset's name, with claims in braces."`
	Reuse    bool              `json:"reuse,omitempty" doc:"Lets one token be presented more than once, for forges that give a job only one."`
}

func (b *trustBody) rule(id int64) desk.Trust {
	return desk.Trust{ID: id, Title: b.Title, Issuer: b.Issuer, Audience: b.Audience, Claims: b.Claims, Asset: b.Asset, Reuse: b.Reuse}
}

type setTrustInput struct {
	ByID
	Body trustBody
}

// trust adds the operations about rules of trust.
func (a *API) trust() {
	example := map[string]any{
		"title": "GitHub, acme", "issuer": "https://token.actions.githubusercontent.com", "audience": "https://reeve.example",
		"claims": map[string]string{"repository": "acme/*"}, "asset": "repository:{repository}",
	}
	answers(a, operation{
		address: "GET /trust", id: "listTrust", tag: "People", summary: "List rules of trust",
		text: "The rules by which a forge's own word lets its jobs in, without a secret that is stored. For admins and those who read the log.",
	}, func(ctx context.Context, p access.Principal, _ *struct{}) (trustList, error) {
		all, err := a.desk.Trusts(ctx, p)
		out := trustList{Items: make([]trust, 0, len(all))}
		for _, t := range all {
			out.Items = append(out.Items, trust{t.ID, t.Title, t})
		}
		return out, err
	})
	answers(a, operation{
		address: "POST /trust", id: "addTrust", tag: "People", summary: "Add a rule of trust", status: http.StatusCreated, example: example,
		text: "Lets jobs in that an issuer vouches for: their claims must fit, and they may bring in reports about one asset.",
	}, func(ctx context.Context, p access.Principal, in *struct{ Body trustBody }) (made, error) {
		id, err := a.desk.SetTrust(ctx, p, in.Body.rule(0))
		return made{id}, err
	})
	does(a, operation{
		address: "PUT /trust/{id}", id: "setTrust", tag: "People", summary: "Change a rule of trust", example: example,
		text: "Changes a rule. Passes that it gave as it was before no longer count.",
	}, func(ctx context.Context, p access.Principal, in *setTrustInput) error {
		_, err := a.desk.SetTrust(ctx, p, in.Body.rule(in.ID))
		return err
	})
	does(a, operation{
		address: "DELETE /trust/{id}", id: "dropTrust", tag: "People", summary: "Remove a rule of trust", text: "Removes a rule and with it all passes that it gave.",
	}, func(ctx context.Context, p access.Principal, in *ByID) error { return a.desk.DropTrust(ctx, p, in.ID) })
}
