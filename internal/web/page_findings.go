package web

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/facet"
)

// usual is what somebody asks for who asks for nothing in particular.
const usual = "state:active"

// pageSize is how many findings a page of the list holds.
const pageSize = 50

// findingsPage is the list of findings with the choices beside it.
type findingsPage struct {
	listing
	// Problem says what is wrong with the query, Orders is by what the list can be sorted.
	Problem string
	Orders  []choice
	List    listPart
	Total   int
	Facets  []facetBox
	Views   []view
	Act     actions
	Can     map[string]bool
	// Here is the address of the list.
	Here string
}

// Language lists the fields that can be asked for, with what each is for.
func (findingsPage) Language() []choice {
	var out []choice
	for _, f := range facet.Fields() {
		out = append(out, choice{Value: f.String(), Label: hints()[f]})
	}
	return out
}

// choice is one of several.
type choice struct {
	Value, Label string
	On           bool
}

// listPart is a page of the list; More is the address of the next one.
type listPart struct {
	Rows []line
	More string
	// Shown counts the rows up to and with this page, as far as is known.
	Shown int
	// Empty tells that this is the first page and nothing is on it.
	Empty bool
	// Picks tells that rows can be chosen.
	Picks bool
}

// line is a row of a list, with the time at which it is read.
type line struct {
	desk.Row
	Now   time.Time
	Picks bool
}

func (v *visit) findings() error {
	asked := v.r.URL.Query()
	if !asked.Has("q") {
		asked.Set("q", usual)
	}
	if asked.Get("after") != "" {
		return v.more(asked)
	}
	p, status, err := v.findingsPage(asked)
	if err != nil {
		return err
	}
	if partial(v.r) {
		v.w.Header().Set("HX-Push-Url", p.URL())
		return v.part(status, "findings", p)
	}
	return v.show(status, "findings", sheet{Title: "Findings", Nav: "findings", Body: p})
}

// more answers with the next rows only, where htmx asks for them, and else with a page of them.
func (v *visit) more(asked url.Values) error {
	list, err := v.desk.Findings(v.ctx(), v.who, desk.Ask{Query: asked.Get("q"), Order: asked.Get("order"), After: asked.Get("after"), Limit: pageSize})
	if err != nil {
		return err
	}
	part := v.rows(list, asked, true)
	if partial(v.r) {
		return v.part(http.StatusOK, "rows", part)
	}
	p, status, err := v.findingsPage(asked)
	if err != nil {
		return err
	}
	p.List = part
	return v.show(status, "findings", sheet{Title: "Findings", Nav: "findings", Body: p})
}

// findingsPage makes the page; a query that cannot be read is part of the page and no error.
func (v *visit) findingsPage(asked url.Values) (findingsPage, int, error) {
	p := findingsPage{listing: listingOf(asked), Can: rights(v.who)}
	p.Here = p.URL()
	for _, o := range []choice{{"score", "Rank", false}, {"due", "Due", false}, {"-opened", "Oldest", false}, {"opened", "Newest", false},
		{"changed", "Changed", false}, {"epss", "Likely exploited", false}, {"asset", "Asset", false}, {"-closed", "Closed", false}} {
		o.On = o.Value == p.Order
		p.Orders = append(p.Orders, o)
	}
	var err error
	if p.Act, err = v.actions(nil); err != nil {
		return p, 0, err
	}
	if p.Views, err = v.views(p.Query, p.Order); err != nil {
		return p, 0, err
	}
	list, err := v.desk.Findings(v.ctx(), v.who, desk.Ask{Query: p.Query, Order: p.Order, Limit: pageSize})
	if errors.Is(err, desk.ErrInvalid) {
		p.Problem = readable(err)
		return p, http.StatusUnprocessableEntity, nil
	}
	if err != nil {
		return p, 0, err
	}
	p.List, p.Total = v.rows(list, asked, true), list.Total
	q, err := facet.Parse(p.Query, nil)
	if err != nil {
		return p, 0, errorf(desk.ErrInvalid, "%v", err)
	}
	p.Facets, err = v.facets(q, p.listing)
	return p, http.StatusOK, err
}

// rows makes lines of a list; picks tells that they can be chosen, by those who may work on them.
func (v *visit) rows(list desk.List, asked url.Values, picks bool) listPart {
	part := listPart{Empty: list.Total == 0 && asked.Get("after") == "", Picks: picks && v.who.Can("triage") == nil}
	for _, row := range list.Items {
		part.Rows = append(part.Rows, line{row, v.desk.Now(), part.Picks})
	}
	if list.Next != "" {
		part.More = listingOf(asked).URL() + "&" + url.Values{"after": {list.Next}}.Encode()
	}
	return part
}
