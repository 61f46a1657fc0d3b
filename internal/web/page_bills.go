package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/facet"
	"github.com/reevehq/reeve/internal/register"
)

// billPage is one bill of materials of an asset with what it lists.
type billPage struct {
	desk.Bill
	Asset *desk.Asset
	// Refs are the asset's bills, for going from one to another.
	Refs []choice
	// Text and Flawed narrow the list: to names, ecosystems, versions and licences that hold the text, and to what has flaws to work on.
	Text   string
	Flawed bool
	List   []packageLine
	// More is the address of the next part. Cut tells that a search ends before the bill does: the next part goes on with it.
	More string
	Cut  bool
}

// packageLine is a package in a list, with the findings about it.
type packageLine struct {
	desk.Package
	Flaws []chip
	// Find is where its findings are that have something left to do, Holders who else has it.
	Find, Holders string
}

// Left counts the findings that have no chip.
func (p packageLine) Left() int { return p.Active.Total() - len(p.Flaws) }

// chip is a finding in a word.
type chip struct{ Level, Text, URL string }

// The bounds of a page of packages.
const (
	packagesShown = 100
	// searchSteps is how many parts of a bill, of desk.MaxPage packages each, one request searches.
	searchSteps = 20
	maxChips    = 4
)

func (v *visit) bill() error {
	id, err := v.id()
	if err != nil {
		return err
	}
	asked := v.r.URL.Query()
	p := billPage{Text: strings.TrimSpace(asked.Get("text")), Flawed: asked.Get("flawed") != ""}
	if p.Asset, err = v.desk.Asset(v.ctx(), v.who, id); err != nil {
		return err
	}
	bills, err := v.desk.Bills(v.ctx(), v.who, id)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(bills, func(b desk.Bill) bool { return b.Ref == asked.Get("ref") })
	if at < 0 {
		return desk.ErrNotFound
	}
	p.Bill = bills[at]
	for _, b := range bills {
		p.Refs = append(p.Refs, choice{billURL(id, b.Ref), b.Ref, b.Ref == p.Ref})
	}
	list, next, err := v.packages(&p, asked.Get("after"))
	if err != nil {
		return err
	}
	if next != "" {
		asked.Set("after", next)
		p.More, p.Cut = v.r.URL.Path+"?"+asked.Encode(), p.Text != "" || p.Flawed
	}
	if p.List, err = v.packageLines(id, list); err != nil {
		return err
	}
	return v.show(http.StatusOK, "bill", sheet{Title: "Bill of materials of " + p.Asset.Name, Nav: "assets", Body: p})
}

// packages gives a part of the bill, and the cursor of the next. Where something is looked for, it goes through some thousand packages or to the
// first hundred that fit.
func (v *visit) packages(p *billPage, after string) (list []desk.Package, next string, err error) {
	if p.Text == "" && !p.Flawed {
		page, err := v.desk.Bill(v.ctx(), v.who, p.Asset.ID, p.Ref, desk.Slice{After: after, Limit: packagesShown})
		return page.Items, page.Next, err
	}
	for range searchSteps {
		page, err := v.desk.Bill(v.ctx(), v.who, p.Asset.ID, p.Ref, desk.Slice{After: after, Limit: desk.MaxPage})
		if err != nil {
			return nil, "", err
		}
		for i := range page.Items {
			if p.fits(&page.Items[i]) {
				list = append(list, page.Items[i])
			}
		}
		if after = page.Next; after == "" || len(list) >= packagesShown {
			break
		}
	}
	return list, after, nil
}

func (p *billPage) fits(k *desk.Package) bool {
	text := strings.ToLower(strings.Join([]string{k.Ecosystem, k.Name + "@" + k.Version, k.PURL, k.Licence}, " "))
	return strings.Contains(text, strings.ToLower(p.Text)) && (!p.Flawed || k.Active.Total() > 0)
}

func (v *visit) packageLines(asset int64, list []desk.Package) ([]packageLine, error) {
	chips, err := v.chips(fmt.Sprintf("%s asset:#%d component:any", usual, asset))
	if err != nil {
		return nil, err
	}
	out := make([]packageLine, 0, len(list))
	for _, k := range list {
		component := register.ComponentName(k.Name, k.Version)
		out = append(out, packageLine{k, chips[held{asset, component}], componentURL(asset, component), holdersURL(k.Name)})
	}
	return out, nil
}

// held is a component of an asset.
type held struct {
	asset     int64
	component string
}

// chips are the findings of a query by what they are about, the worst first and a few of each. Of very many only the worst are looked at.
func (v *visit) chips(query string) (map[held][]chip, error) {
	list, err := v.desk.Findings(v.ctx(), v.who, desk.Ask{Query: query, Limit: desk.MaxPage})
	if err != nil {
		return nil, err
	}
	out := map[held][]chip{}
	for i := range list.Items {
		row := &list.Items[i]
		if at := (held{row.AssetID, row.Component}); len(out[at]) < maxChips {
			out[at] = append(out[at], chipOf(row))
		}
	}
	return out, nil
}

func chipOf(r *desk.Row) chip {
	text := r.Flaw
	if text == "" {
		text = r.Title
	}
	return chip{r.Level, clip(text, 60), findingURL(r.ID)}
}

// billURL is where a bill of materials is.
func billURL(asset int64, ref string) string {
	return fmt.Sprintf("/assets/%d/packages?", asset) + url.Values{"ref": {ref}}.Encode()
}

// holdersURL is where it says who has a package or a flaw.
func holdersURL(what string) string { return "/packages?" + url.Values{"q": {what}}.Encode() }

// componentURL is where the findings about a component of an asset are.
func componentURL(asset int64, component string) string {
	q, err := facet.Parse(fmt.Sprintf("%s asset:#%d", usual, asset), nil)
	if err == nil {
		q, err = q.With(facet.Component, "="+component)
	}
	if err != nil {
		return findAsset(asset, "")
	}
	return find(q.String())
}
