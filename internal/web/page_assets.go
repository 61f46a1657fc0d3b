package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/finding"
)

// assetsPage is the list of assets and the drawing of what exposes what.
type assetsPage struct {
	Ask   desk.AssetsAsk
	List  []assetLine
	Total int
	// More is the address of the next part.
	More  string
	Graph graph
	Teams []desk.Team
}

// assetLine is an asset in a list, with its findings as a bar.
type assetLine struct {
	desk.Asset
	Bar []segment
}

// linesOf makes the lines of a list, the worst first, the bars to one scale.
func linesOf(assets []desk.Asset) []assetLine {
	most := 0
	for _, a := range assets {
		most = max(most, a.Active.Total())
	}
	var out []assetLine
	for _, a := range assets {
		out = append(out, assetLine{a, bar(a.Active, most)})
	}
	slices.SortStableFunc(out, func(a, b assetLine) int {
		for i, x := range levelsOf(a.Active) {
			if d := levelsOf(b.Active)[i].Count - x.Count; d != 0 {
				return d
			}
		}
		return strings.Compare(a.Name, b.Name)
	})
	return out
}

// Find is where an asset's findings are that are active, of one level or, with "", of all.
func (a assetLine) Find(level string) string { return findAsset(a.ID, level) }

func findAsset(id int64, level string) string {
	q := usual + " asset:#" + strconv.FormatInt(id, 10)
	if level != "" {
		q += " level:" + level
	}
	return find(q)
}

func (v *visit) assets() error {
	asked := v.r.URL.Query()
	ask := desk.AssetsAsk{Text: asked.Get("text"), Kind: asked.Get("kind"), Team: asked.Get("team"), Criticality: asked.Get("criticality"),
		Slice: desk.Slice{After: asked.Get("after"), Limit: 200}}
	page, err := v.desk.Assets(v.ctx(), v.who, ask)
	if err != nil {
		return err
	}
	teams, err := v.desk.Teams(v.ctx(), v.who, desk.Slice{Limit: desk.MaxPage})
	if err != nil {
		return err
	}
	p := assetsPage{Ask: ask, List: linesOf(page.Items), Total: page.Total, Teams: teams.Items, Graph: graphOf(page.Items, 0)}
	if page.Next != "" {
		asked.Set("after", page.Next)
		p.More = "/assets?" + asked.Encode()
	}
	return v.show(http.StatusOK, "assets", sheet{Title: "Assets", Nav: "assets", Body: p})
}

// assetPage is one asset.
type assetPage struct {
	*desk.Asset
	Top      []line
	Graph    graph
	Teams    []desk.Team
	Policies []desk.Policy
	// Bills are its bills of materials.
	Bills []desk.Bill
	// Others are the assets that this one may use.
	Others []desk.Asset
	Levels []levelCount
	Can    map[string]bool
	Now    time.Time
}

// Find is where its findings are.
func (p assetPage) Find(level string) string { return findAsset(p.ID, level) }

// Has tells whether a kind of data is within reach, Using whether it uses an asset.
func (p assetPage) Has(data string) bool { return slices.Contains(p.Context.Data, data) }

// Using tells whether it uses another asset.
func (p assetPage) Using(id int64) bool { return slices.Contains(p.Uses, id) }

func (v *visit) asset() error {
	id, err := v.id()
	if err != nil {
		return err
	}
	a, err := v.desk.Asset(v.ctx(), v.who, id)
	if err != nil {
		return err
	}
	p := assetPage{Asset: a, Levels: levelsOf(a.Active), Can: rights(v.who), Now: v.desk.Now()}
	top, err := v.desk.Findings(v.ctx(), v.who, desk.Ask{Query: usual + " asset:#" + strconv.FormatInt(id, 10), Limit: 10})
	if err != nil {
		return err
	}
	p.Top = v.rows(top, url.Values{}, false).Rows
	if p.Bills, err = v.desk.Bills(v.ctx(), v.who, id); err != nil {
		return err
	}
	others, err := v.desk.Assets(v.ctx(), v.who, desk.AssetsAsk{Slice: desk.Slice{Limit: desk.MaxPage}})
	if err != nil {
		return err
	}
	p.Others, p.Graph = others.Items, graphOf(others.Items, id)
	if err := v.choices(&p); err != nil {
		return err
	}
	return v.show(http.StatusOK, "asset", sheet{Title: a.Name, Nav: "assets", Body: p})
}

// choices fills in what the form offers.
func (v *visit) choices(p *assetPage) error {
	teams, err := v.desk.Teams(v.ctx(), v.who, desk.Slice{Limit: desk.MaxPage})
	if err != nil {
		return err
	}
	policies, err := v.desk.Policies(v.ctx(), v.who, desk.Slice{Limit: desk.MaxPage})
	p.Teams, p.Policies = teams.Items, policies.Items
	return err
}

// saveAsset takes what people know about an asset. What the form leaves as it is is not changed, so that it takes no right.
func (v *visit) saveAsset() error {
	id, err := v.id()
	if err != nil {
		return err
	}
	if err := v.form(); err != nil {
		return err
	}
	a, err := v.desk.Asset(v.ctx(), v.who, id)
	if err != nil {
		return err
	}
	f := v.r.PostForm
	x := a.Context
	x.Internet, x.Environment, x.Running, x.Workload, x.Data = f.Get("internet"), f.Get("environment"), f.Get("running"), strings.TrimSpace(f.Get("workload")), f["data"]
	uses, err := numbers(f["uses"])
	if err != nil {
		return err
	}
	tags := listed(f.Get("tags"))
	c := desk.AssetChange{Team: other(a.Team, f.Get("team")), Criticality: other(a.Criticality, f.Get("criticality")), Policy: other(a.Policy, f.Get("policy"))}
	if !sameContext(&x, &a.Context) {
		c.Context = &x
	}
	if !slices.Equal(tags, a.Tags) {
		c.Tags = &tags
	}
	if !slices.Equal(uses, a.Uses) {
		c.Uses = &uses
	}
	done, err := v.desk.SetAsset(v.ctx(), v.who, id, c)
	if err != nil {
		return err
	}
	return v.back("/assets/"+strconv.FormatInt(id, 10), "Saved; "+count(done.Changed, "finding was", "findings were")+" ranked anew.")
}

// other gives what is to be, nil where that is what is.
func other(is, shall string) *string {
	if is == shall {
		return nil
	}
	return &shall
}

func sameContext(a, b *finding.Exposure) bool {
	return a.Internet == b.Internet && a.Environment == b.Environment && a.Running == b.Running && a.Workload == b.Workload && slices.Equal(a.Data, b.Data)
}
