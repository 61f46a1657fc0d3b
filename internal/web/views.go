package web

import (
	"cmp"
	"strings"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/facet"
)

// view is a query with a name.
type view struct {
	Name, URL string
	// On tells that it is the one that is shown, Own that somebody saved it.
	On, Own bool
	// ID is that of a saved view that is shown and may be removed.
	ID int64
}

// views are those that everybody has, and those that were saved.
func (v *visit) views(query, order string) ([]view, error) {
	list := []struct{ name, query, order string }{
		{"Active", usual, ""}, {"Overdue", "overdue:yes", "due"}, {"Known exploited", usual + " kev:yes", ""},
		{"On the internet", usual + " internet:open", ""}, {"Came back", usual + " regression:yes", ""}, {"Nobody's", usual + " team:none", ""},
		{"Fixed, to be proved", "state:fixed", ""}, {"Verified lately", "state:verified closed:<30d", "closed"},
	}
	if v.who.Person != 0 {
		if q, err := (facet.Query{}).With(facet.Assignee, "="+v.who.Name); err == nil {
			list = append(list[:1:1], append([]struct{ name, query, order string }{{"Mine", usual + " " + q.String(), ""}}, list[1:]...)...)
		}
	}
	saved, err := v.desk.Views(v.ctx(), v.who, desk.Slice{Limit: desk.MaxPage})
	if err != nil {
		return nil, err
	}
	var out []view
	for _, l := range list {
		out = append(out, view{Name: l.name, URL: listing{Query: l.query, Order: l.order}.URL(), On: query == l.query && order == cmp.Or(l.order, "score")})
	}
	for _, s := range saved.Items {
		on := query == s.Query && order == cmp.Or(s.Order, "score")
		one := view{Name: s.Name, URL: listing{Query: s.Query, Order: s.Order}.URL(), On: on, Own: true}
		if on && (s.Mine || v.who.Can(access.Organise) == nil) {
			one.ID = s.ID
		}
		out = append(out, one)
	}
	return out, nil
}

// saveView keeps a query under a name.
func (v *visit) saveView() error {
	if err := v.form(); err != nil {
		return err
	}
	c := desk.ViewChange{Name: strings.TrimSpace(v.r.PostFormValue("name")), Query: v.r.PostFormValue("q"), Order: v.r.PostFormValue("order"), Shared: v.r.PostFormValue("shared") != ""}
	if _, err := v.desk.SetView(v.ctx(), v.who, 0, c); err != nil {
		return err
	}
	return v.back("/findings", "The view is saved.")
}

func (v *visit) dropView() error {
	id, err := v.id()
	if err != nil {
		return err
	}
	if err := v.form(); err != nil {
		return err
	}
	if err := v.desk.DropView(v.ctx(), v.who, id); err != nil {
		return err
	}
	return v.back("/findings", "The view is gone.")
}
