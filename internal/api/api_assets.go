package api

import (
	"context"
	"net/http"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/register"
)

type assetsInput struct {
	Text        string `query:"text" maxLength:"200" doc:"What stands somewhere in the name, in any case." example:"shop"`
	Kind        string `query:"kind" maxLength:"40" doc:"The kind of assets." example:"repository"`
	Team        string `query:"team" maxLength:"100" doc:"The slug of the team that owns them, or none." example:"payments"`
	Criticality string `query:"criticality" maxLength:"10" doc:"How critical they are said to be." example:"high"`
	Tag         string `query:"tag" maxLength:"100" doc:"A tag that they have." example:"pci"`
	Part
}

type newAssetInput struct {
	Body struct {
		Kind string `json:"kind" minLength:"1" maxLength:"31" doc:"What it is: repository, image, host, cluster…"`
		Name string `json:"name" minLength:"1" maxLength:"500" doc:"Its name, unique among assets of the kind."`
	}
}

type setAssetInput struct {
	ByID
	Body desk.AssetChange
}

// assets adds the operations about assets.
func (a *API) assets() {
	answers(a, operation{
		address: "GET /assets", id: "listAssets", tag: "Assets", summary: "List assets",
		text: "Assets by kind and name, with how many findings there are to work on.",
	}, func(ctx context.Context, p access.Principal, in *assetsInput) (desk.Page[desk.Asset], error) {
		return a.desk.Assets(ctx, p, desk.AssetsAsk{
			Slice: in.wanted(), Text: in.Text, Kind: in.Kind, Team: in.Team, Criticality: in.Criticality, Tag: in.Tag,
		})
	})
	answers(a, operation{
		address: "POST /assets", id: "addAsset", tag: "Assets", summary: "Add an asset", status: http.StatusCreated,
		text:    "Makes an asset before anything has looked at it, so that its team is known at the first import. Imports make assets by themselves.",
		example: map[string]any{"kind": "repository", "name": "shop"},
	}, func(ctx context.Context, p access.Principal, in *newAssetInput) (made, error) {
		id, err := a.desk.NewAsset(ctx, p, in.Body.Kind, in.Body.Name)
		return made{id}, err
	})
	answers(a, operation{
		address: "GET /assets/{id}", id: "getAsset", tag: "Assets", summary: "Get an asset",
		text: "One asset with the tools that look at it and its own files.",
	}, func(ctx context.Context, p access.Principal, in *ByID) (*desk.Asset, error) {
		return a.desk.Asset(ctx, p, in.ID)
	})
	answers(a, operation{
		address: "PATCH /assets/{id}", id: "changeAsset", tag: "Assets", summary: "Change an asset", maxBody: 5 << 20,
		text: "Changes what is known about an asset: its team, how critical it is, where it runs. What is left out stays as it is. Its findings are ranked again where that matters.",
		example: map[string]any{
			"team": "payments", "criticality": "high", "tags": []string{"pci"},
			"context": map[string]any{"internet": "open", "environment": "production", "data": []string{"card"}},
		},
	}, func(ctx context.Context, p access.Principal, in *setAssetInput) (register.Reranked, error) {
		return a.desk.SetAsset(ctx, p, in.ID, in.Body)
	})
}
