package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/facet"
)

// teamLine is a team in a list, with its findings as a bar.
type teamLine struct {
	desk.Team
	Bar []segment
	// Overdue is how many of its findings are.
	Overdue int
}

// Find is where its findings are.
func (t teamLine) Find(level string) string {
	q := usual + " team:=" + t.Slug
	if level != "" {
		q += " level:" + level
	}
	return find(q)
}

// Late is where those are whose time has run out.
func (t teamLine) Late() string { return find("overdue:yes team:=" + t.Slug) }

type teamsPage struct {
	List []teamLine
	// Nobodys counts the findings that no team has.
	Nobodys int
	Can     map[string]bool
}

func (v *visit) teams() error {
	page, err := v.desk.Teams(v.ctx(), v.who, desk.Slice{Limit: desk.MaxPage})
	if err != nil {
		return err
	}
	p := teamsPage{Can: rights(v.who)}
	late, err := v.byTeam("overdue:yes")
	if err != nil {
		return err
	}
	active, err := v.byTeam(usual)
	if err != nil {
		return err
	}
	p.Nobodys = active["none"]
	most := 0
	for _, t := range page.Items {
		most = max(most, t.Active.Total())
	}
	for _, t := range page.Items {
		p.List = append(p.List, teamLine{t, bar(t.Active, most), late[t.Slug]})
	}
	return v.show(http.StatusOK, "teams", sheet{Title: "Teams", Nav: "teams", Body: p})
}

// byTeam counts the findings of a query by team.
func (v *visit) byTeam(query string) (map[string]int, error) {
	groups, err := v.desk.Count(v.ctx(), v.who, query, facet.Team)
	if err != nil {
		return nil, err
	}
	out := map[string]int{}
	for _, g := range groups {
		out[g.By[0].Label] = g.Count
	}
	return out, nil
}

// teamPage is one team.
type teamPage struct {
	teamLine
	Levels []levelCount
	Assets []assetLine
	Top    []line
	Due    []line
	Can    map[string]bool
}

func (v *visit) team() error {
	t, err := v.desk.Team(v.ctx(), v.who, v.r.PathValue("slug"))
	if err != nil {
		return err
	}
	p := teamPage{teamLine: teamLine{Team: *t}, Levels: levelsOf(t.Active), Can: rights(v.who)}
	late, err := v.byTeam("overdue:yes")
	if err != nil {
		return err
	}
	p.Overdue = late[t.Slug]
	assets, err := v.desk.Assets(v.ctx(), v.who, desk.AssetsAsk{Team: t.Slug, Slice: desk.Slice{Limit: 200}})
	if err != nil {
		return err
	}
	p.Assets = linesOf(assets.Items)
	for _, part := range []struct {
		to    *[]line
		query string
		order string
	}{{&p.Top, usual, ""}, {&p.Due, usual + " due:<7d overdue:no", "due"}} {
		list, err := v.desk.Findings(v.ctx(), v.who, desk.Ask{Query: part.query + " team:=" + t.Slug, Order: part.order, Limit: 6})
		if err != nil {
			return err
		}
		*part.to = v.rows(list, url.Values{}, false).Rows
	}
	return v.show(http.StatusOK, "team", sheet{Title: t.Name, Nav: "teams", Body: p})
}

func (v *visit) saveTeam() error {
	if err := v.form(); err != nil {
		return err
	}
	f := v.r.PostForm
	slug := strings.TrimSpace(f.Get("slug"))
	c := desk.TeamChange{Name: strings.TrimSpace(f.Get("name")), Aliases: listed(f.Get("aliases")), Contact: listed(f.Get("contact"))}
	if _, err := v.desk.SetTeam(v.ctx(), v.who, slug, c); err != nil {
		return err
	}
	return v.back("/teams/"+url.PathEscape(slug), "The team is saved.")
}

func (v *visit) dropTeam() error {
	if err := v.form(); err != nil {
		return err
	}
	if err := v.desk.DropTeam(v.ctx(), v.who, v.r.PathValue("slug")); err != nil {
		return err
	}
	v.r.PostForm.Del("back")
	return v.back("/teams", "The team is gone.")
}
