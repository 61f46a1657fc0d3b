package api

import (
	"context"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
)

// bills are the bills of materials of an asset.
type bills struct {
	Items []desk.Bill `json:"items"`
}

// holders are assets that hold something.
type holders struct {
	// Items are at most 10,000, by asset.
	Items []desk.Holder `json:"items"`
}

type billInput struct {
	ByID
	Ref string `query:"ref" maxLength:"255" doc:"The branch or version that the bill is of; without it the only one." example:"main"`
	Part
}

type holdersInput struct {
	What string `query:"q" required:"true" minLength:"1" maxLength:"500" doc:"A package URL with a version or without, a package's name or name@version, or a flaw under any of its names." example:"pkg:npm/left-pad@1.0.0"`
}

// bills adds the operations about bills of materials.
func (a *API) bills() {
	answers(a, operation{
		address: "GET /assets/{id}/bills", id: "listBills", tag: "Assets", summary: "List bills of materials",
		text: "The bills of materials of an asset. They are brought in as reports: POST /imports takes CycloneDX and SPDX.",
	}, func(ctx context.Context, p access.Principal, in *ByID) (bills, error) {
		all, err := a.desk.Bills(ctx, p, in.ID)
		return bills{append([]desk.Bill{}, all...)}, err
	})
	answers(a, operation{
		address: "GET /assets/{id}/packages", id: "listPackages", tag: "Assets", summary: "List packages of a bill of materials",
		text: "What a bill of materials lists, by ecosystem, name and version, with how many findings about it there are to work on.",
	}, func(ctx context.Context, p access.Principal, in *billInput) (desk.Page[desk.Package], error) {
		return a.desk.Bill(ctx, p, in.ID, in.Ref, in.wanted())
	})
	answers(a, operation{
		address: "GET /holders", id: "listHolders", tag: "Assets", summary: "Who holds a package or has a flaw", problems: []kind{conflict},
		text: "The assets that hold a package, by their bills of materials, or that have a flaw, by their findings. Only assets that you may see.",
	}, func(ctx context.Context, p access.Principal, in *holdersInput) (holders, error) {
		all, err := a.desk.Holders(ctx, p, in.What)
		return holders{append([]desk.Holder{}, all...)}, err
	})
}
