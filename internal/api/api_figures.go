package api

import (
	"context"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
)

type metricsInput struct {
	From  time.Time `query:"from" timeFormat:"2006-01-02" doc:"The first day: without it 90 days up to the last." example:"2026-01-01"`
	To    time.Time `query:"to" timeFormat:"2006-01-02" doc:"The last day: without it today." example:"2026-03-31"`
	Team  string    `query:"team" maxLength:"100" doc:"Only what a team owns, by its slug; none is what nobody owns." example:"payments"`
	Asset string    `query:"asset" maxLength:"520" doc:"Only what is about an asset, as kind:name." example:"repository:shop"`
}

type pastInput struct {
	At     time.Time `query:"at" doc:"The moment that is asked about: without it now." example:"2026-03-01T00:00:00Z"`
	Known  time.Time `query:"known" doc:"The moment whose knowledge counts: without it all that is known by now." example:"2026-03-01T00:00:00Z"`
	States []string  `query:"states" maxItems:"10" doc:"Only findings that were in these states; active, closed and all are words for several. Without it the active ones." example:"active"`
	Levels []string  `query:"levels" maxItems:"5" doc:"Only findings that were of these levels." example:"critical,high"`
	Teams  []string  `query:"teams" maxItems:"200" doc:"Only findings of these teams then, by slug; none is nobody's." example:"payments"`
	Assets []string  `query:"assets" maxItems:"200" doc:"Only findings about these assets, as kind:name." example:"repository:shop"`
	Part
}

// figures adds the operations that answer with figures.
func (a *API) figures() {
	answers(a, operation{
		address: "GET /overview", id: "getOverview", tag: "Figures", summary: "Get the overview",
		text: "What to look at first: what to fix first and why, whose time runs out, what has changed. Every figure carries the query of the findings it counts.",
	}, func(ctx context.Context, p access.Principal, _ *struct{}) (desk.Overview, error) {
		return a.desk.Overview(ctx, p)
	})
	answers(a, operation{
		address: "GET /metrics", id: "getMetrics", tag: "Figures", summary: "Get metrics",
		text: "How fast things are answered and fixed, whether in time, what comes back, what was noise. Every figure carries the query of the findings it counts.",
	}, func(ctx context.Context, p access.Principal, in *metricsInput) (desk.Metrics, error) {
		return a.desk.Metrics(ctx, p, desk.MetricsAsk{From: in.From, To: in.To, Team: in.Team, Asset: in.Asset})
	})
	answers(a, operation{
		address: "GET /past", id: "getPast", tag: "Figures", summary: "Get what was open at a moment",
		text: "What findings were at a moment, as it was known at another: counts, and the findings page by page. It is answered from the log, exactly.",
	}, func(ctx context.Context, p access.Principal, in *pastInput) (desk.Past, error) {
		return a.desk.AsOf(ctx, p, desk.PastAsk{
			At: in.At, Known: in.Known, States: in.States, Levels: in.Levels, Teams: in.Teams, Assets: in.Assets, After: in.After, Limit: in.Limit,
		})
	})
}
