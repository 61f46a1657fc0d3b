package api

import (
	"context"
	"fmt"
	"strings"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/facet"
	"github.com/reevehq/reeve/internal/register"
)

// Asked is a question for findings.
type Asked struct {
	Query string `query:"q" maxLength:"16384" doc:"The question, as in the search box: conditions that must all hold, values behind commas are alternatives, a minus turns one round. Without it all findings are meant." example:"state:open level:critical,high team:payments -tool:trivy due:<7d"`
}

type listInput struct {
	Asked
	Order string `query:"order" maxLength:"40" doc:"What the list is ordered by: score (highest first, also without this), level, severity, confidence, epss, opened, changed, due, closed or asset, with a minus for the reverse." example:"due"`
	Part
}

type facetsInput struct {
	Asked
	Fields []string `query:"fields" maxItems:"20" doc:"The fields to count by." example:"level,team,tool"`
	Top    int      `query:"top" minimum:"1" maximum:"200" default:"20" doc:"How many names a field has at most, the most frequent first." example:"20"`
}

type countsInput struct {
	Asked
	By []string `query:"by" maxItems:"2" doc:"One or two fields to count by. Without it there is one group: all." example:"team,level"`
}

type suggestInput struct {
	Field string `query:"field" required:"true" maxLength:"40" doc:"The field that a value is wanted for." example:"team"`
	Text  string `query:"text" maxLength:"200" doc:"What was typed so far." example:"pay"`
}

type changeInput struct {
	ByID
	Body desk.Act
}

type mergeInput struct {
	ByID
	Body struct {
		Others []int64 `json:"others" minItems:"1" maxItems:"100" doc:"The findings that are the same as this one."`
		Why    string  `json:"why" minLength:"1" maxLength:"4000" doc:"How that is known."`
	}
}

type splitInput struct {
	ByID
	Body struct {
		desk.Sighting
		Why string `json:"why" minLength:"1" maxLength:"4000" doc:"How that is known."`
	}
}

// findings adds the operations about findings.
func (a *API) findings() {
	answers(a, operation{
		address: "GET /findings", id: "listFindings", tag: "Findings", summary: "List findings",
		text: "Findings that the query means, the most urgent first. A cursor stays good while findings change: what does not change is neither skipped nor shown twice.",
	}, func(ctx context.Context, p access.Principal, in *listInput) (desk.List, error) {
		return a.desk.Findings(ctx, p, desk.Ask{Query: in.Query, Order: in.Order, After: in.After, Limit: in.Limit})
	})
	answers(a, operation{
		address: "GET /findings/{id}", id: "getFinding", tag: "Findings", summary: "Get a finding",
		text: "One finding with all that is known about it: why it is ranked as it is, where it stands, who sees it, what happened to it, and the states you may take it to.",
	}, func(ctx context.Context, p access.Principal, in *ByID) (*desk.Finding, error) {
		return a.desk.Finding(ctx, p, in.ID)
	})
	answers(a, operation{
		address: "PATCH /findings/{id}", id: "changeFinding", tag: "Findings", summary: "Decide about a finding",
		text:    "Takes a finding to another state, gives it to somebody, commits to a day, or notes something. All of it happens, or nothing.",
		example: map[string]any{"state": "accepted", "why": "Only reachable from the test bench.", "until": "2027-01-31T00:00:00Z"},
	}, func(ctx context.Context, p access.Principal, in *changeInput) (register.Changed, error) {
		return a.desk.Decide(ctx, p, desk.Decision{Findings: []int64{in.ID}, Act: in.Body})
	})
	answers(a, operation{
		address: "PATCH /findings", id: "changeFindings", tag: "Findings", summary: "Decide about many findings",
		text:    "Decides about the findings that are named, or about all that a query means: up to 100,000 at once. It happens to all of them or to none.",
		example: map[string]any{"query": "rule:weak-hash path:test/**", "state": "false-positive", "why": "Test code; the hash protects nothing."},
	}, func(ctx context.Context, p access.Principal, in *struct{ Body desk.Decision }) (register.Changed, error) {
		return a.desk.Decide(ctx, p, in.Body)
	})
	a.joining()
	a.counting()
}

// joining adds the operations that correct identity.
func (a *API) joining() {
	answers(a, operation{
		address: "POST /findings/{id}/merge", id: "mergeFindings", tag: "Findings", summary: "Say that findings are one",
		text:    "The finding of the address stays; what sees the others sees it from then on. Splitting undoes it.",
		example: map[string]any{"others": []int64{13}, "why": "Two tools name the same line."},
	}, func(ctx context.Context, p access.Principal, in *mergeInput) (register.Changed, error) {
		return a.desk.Merge(ctx, p, in.ID, in.Body.Others, in.Body.Why)
	})
	answers(a, operation{
		address: "POST /findings/{id}/split", id: "splitFinding", tag: "Findings", summary: "Say that a finding is two",
		text:    "What one source sees becomes a finding of its own, which is open.",
		example: map[string]any{"source": 3, "n": 7, "why": "It is another parameter."},
	}, func(ctx context.Context, p access.Principal, in *splitInput) (register.Changed, error) {
		return a.desk.Split(ctx, p, in.ID, in.Body.Sighting, in.Body.Why)
	})
}

// bucket is a value of a field and how many findings have it.
type bucket struct {
	// Value is what asks for these findings in a query: field:value.
	Value string `json:"value"`
	// Label is what people read.
	Label string `json:"label"`
	// Count is the number of findings.
	Count int `json:"count"`
}

// group is a combination of values and how many findings have it.
type group struct {
	// By holds a value of each field that was counted by, in their order.
	By []value `json:"by"`
	// Count is the number of findings.
	Count int `json:"count"`
}

// value is a value of a field.
type value struct {
	// Value is what asks for these findings in a query: field:value.
	Value string `json:"value"`
	// Label is what people read.
	Label string `json:"label"`
}

// facets are counts by field.
type facets struct {
	// Fields has the values of each field that was asked for, by the field's name.
	Fields map[string][]bucket `json:"fields"`
}

// groups are counts by combinations of values.
type groups struct {
	// Items are the most frequent first, at most 10,000.
	Items []group `json:"items"`
}

// suggestions are values that fit what was typed.
type suggestions struct {
	// Items are at most 20 values.
	Items []string `json:"items"`
}

// counting adds the operations that count.
func (a *API) counting() {
	answers(a, operation{
		address: "GET /findings/facets", id: "listFacets", tag: "Findings", summary: "Count findings by fields, for choices",
		text: "For the choices beside a list: a field's own conditions do not narrow its counts, so that what else could be chosen stays in sight.",
	}, func(ctx context.Context, p access.Principal, in *facetsInput) (facets, error) {
		fields, err := countable(in.Fields)
		if err != nil {
			return facets{}, err
		}
		counted, err := a.desk.Facets(ctx, p, in.Query, fields, in.Top)
		out := facets{Fields: map[string][]bucket{}}
		for f, buckets := range counted {
			list := make([]bucket, 0, len(buckets))
			for _, b := range buckets {
				list = append(list, bucket(b))
			}
			out.Fields[f.String()] = list
		}
		return out, err
	})
	answers(a, operation{
		address: "GET /findings/counts", id: "countFindings", tag: "Findings", summary: "Count findings",
		text: "Counts the findings of a query by the combinations of up to two fields, the most frequent first. Times are counted by day.",
	}, func(ctx context.Context, p access.Principal, in *countsInput) (groups, error) {
		fields, err := countable(in.By)
		if err != nil {
			return groups{}, err
		}
		counted, err := a.desk.Count(ctx, p, in.Query, fields...)
		out := groups{Items: make([]group, 0, len(counted))}
		for _, g := range counted {
			one := group{By: make([]value, 0, len(g.By)), Count: g.Count}
			for _, b := range g.By {
				one.By = append(one.By, value{b.Value, b.Label})
			}
			out.Items = append(out.Items, one)
		}
		return out, err
	})
	answers(a, operation{
		address: "GET /findings/suggest", id: "suggestValues", tag: "Findings", summary: "Suggest values while somebody types",
		text: "Values of a field that fit what was typed so far.",
	}, func(ctx context.Context, p access.Principal, in *suggestInput) (suggestions, error) {
		f, ok := facet.ParseField(in.Field)
		if !ok {
			return suggestions{}, unknownField(in.Field)
		}
		names, err := a.desk.Suggest(ctx, p, f, in.Text)
		return suggestions{append([]string{}, names...)}, err
	})
}

// countable reads names of fields to count by.
func countable(names []string) ([]facet.Field, error) {
	var out []facet.Field
	for _, name := range names {
		f, ok := facet.ParseField(name)
		if !ok || !f.Countable() {
			return nil, unknownField(name)
		}
		out = append(out, f)
	}
	return out, nil
}

func unknownField(name string) error {
	var all []string
	for _, f := range facet.Fields() {
		all = append(all, f.String())
	}
	return problem(invalid, fmt.Sprintf("field %.40q: want one of %s", name, strings.Join(all, ", ")))
}
