package web

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/facet"
)

// listing says which findings are listed, and how. All of it stands in the address.
type listing struct {
	// Query is what was asked, as it was typed. Order is by what the list is sorted.
	Query, Order string
	// Open are the fields that were opened beside the list.
	Open []string
}

func listingOf(asked url.Values) listing {
	l := listing{Query: asked.Get("q"), Order: cmp.Or(asked.Get("order"), "score")}
	for _, b := range boxes {
		if slices.Contains(asked["open"], b.field.String()) {
			l.Open = append(l.Open, b.field.String())
		}
	}
	return l
}

// URL is the address of the listing.
func (l listing) URL() string {
	asked := url.Values{"q": {l.Query}, "open": l.Open}
	if l.Order != "" && l.Order != "score" {
		asked.Set("order", l.Order)
	}
	return "/findings?" + asked.Encode()
}

// facetBox is a field with its values and how many findings have each.
type facetBox struct {
	Name, Title string
	Values      []facetValue
	// URL opens a box that is still closed: what nobody looks at is not counted.
	URL string
}

// facetValue is one value; URL asks for it, or no longer.
type facetValue struct {
	Label, URL string
	Count      int
	On         bool
}

// boxes are the fields beside the list, in their order, and which of them are open from the beginning.
var boxes = []struct {
	field facet.Field
	title string
	open  bool
}{
	{facet.Level, "Rank", true}, {facet.State, "State", true}, {facet.Team, "Team", true}, {facet.Class, "Class", true}, {facet.Asset, "Asset", true},
	{facet.Internet, "Internet", false}, {facet.Environment, "Environment", false}, {facet.Reach, "Reachable", false}, {facet.KEV, "Known exploited", false},
	{facet.Overdue, "Overdue", false}, {facet.Regression, "Came back", false}, {facet.Data, "Data in reach", false},
	{facet.Assignee, "Assignee", false}, {facet.Tool, "Tool", false}, {facet.Ref, "Branch", false}, {facet.Severity, "Severity of the rule", false},
}

// topValues is how many names a box holds.
const topValues = 8

// facets makes the choices beside the list.
func (v *visit) facets(q facet.Query, l listing) ([]facetBox, error) {
	opened := func(f facet.Field, open bool) bool {
		return open || len(valuesOf(q, f)) > 0 || slices.Contains(l.Open, f.String())
	}
	var fields []facet.Field
	for _, b := range boxes {
		if opened(b.field, b.open) {
			fields = append(fields, b.field)
		}
	}
	counts, err := v.desk.Facets(v.ctx(), v.who, q.String(), fields, topValues)
	if err != nil {
		return nil, err
	}
	var out []facetBox
	for _, b := range boxes {
		box := facetBox{Name: b.field.String(), Title: b.title}
		if !opened(b.field, b.open) {
			more := l
			more.Open = append(slices.Clip(l.Open), box.Name)
			box.URL = more.URL()
		}
		for _, bucket := range counts[b.field] {
			if value, ok := valueOf(q, l, b.field, bucket); ok {
				box.Values = append(box.Values, value)
			}
		}
		if len(box.Values) > 0 || box.URL != "" {
			out = append(out, box)
		}
	}
	return out, nil
}

// valueOf makes a bucket a choice; ok is false for what no query can ask for.
func valueOf(q facet.Query, l listing, f facet.Field, b facet.Bucket) (value facetValue, ok bool) {
	chosen := valuesOf(q, f)
	next, err := toggled(q, f, chosen, b.Value)
	if err != nil {
		return value, false
	}
	l.Query = next.String()
	value = facetValue{Label: b.Label, URL: l.URL(), Count: b.Count, On: chooses(f, chosen, b.Value)}
	if f == facet.Team || f == facet.Assignee {
		value.Label = orNobody(b.Label)
	}
	return value, true
}

// valuesOf are the values that a query asks of a field.
func valuesOf(q facet.Query, f facet.Field) []string {
	for _, t := range q.Terms() {
		if t.Field == f && !t.Not {
			return t.Values
		}
	}
	return nil
}

// groupOf are the states that a word means, nil where it means no group of them.
func groupOf(word string) []string {
	switch word {
	case "active":
		return []string{"open", "acknowledged", "in-progress"}
	case "closed":
		return []string{"fixed", "verified", "false-positive", "accepted"}
	}
	return nil
}

// chooses tells whether values asked for include one, by itself or in a group.
func chooses(f facet.Field, chosen []string, value string) bool {
	for _, c := range chosen {
		if c == value || c == "="+value || f == facet.State && slices.Contains(groupOf(c), value) {
			return true
		}
	}
	return false
}

// toggled gives the query that asks for a value too, or no longer. A value of a group that is asked for takes the group's place.
func toggled(q facet.Query, f facet.Field, chosen []string, value string) (facet.Query, error) {
	same := func(c string) bool { return c == value || c == "="+value }
	if slices.ContainsFunc(chosen, same) {
		rest := slices.DeleteFunc(slices.Clone(chosen), same)
		if len(rest) == 0 {
			return q.Without(f), nil
		}
		return q.With(f, rest...)
	}
	rest := slices.DeleteFunc(slices.Clone(chosen), func(c string) bool {
		return groupOf(c) != nil || strings.HasPrefix(c, ">") || strings.HasPrefix(c, "<")
	})
	return q.With(f, append(rest, value)...)
}
