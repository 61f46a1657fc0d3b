package desk

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/facet"
	"github.com/reevehq/reeve/internal/register"
)

// Figure is a number of findings and the query that lists exactly these.
type Figure struct {
	Count int    `json:"count"`
	Query string `json:"query"`
}

// Part is the figure of one level, class, team, rule or tool. Its name is "none" for findings without one.
type Part struct {
	Name string `json:"name"`
	Figure
}

// reckoner counts findings within what somebody may see and has asked for, all at one moment.
type reckoner struct {
	desk  *Desk
	p     access.Principal
	world *register.World
	now   time.Time
	terms []string // what every query holds
	err   error    // the first that happened
}

func (d *Desk) reckoner(ctx context.Context, p access.Principal) (*reckoner, error) {
	if err := p.Can(access.Read); err != nil {
		return nil, err
	}
	if err := d.follow(ctx); err != nil {
		return nil, err
	}
	w, err := d.reg.World(ctx)
	return &reckoner{desk: d, p: p, world: w, now: d.now()}, err
}

// query reads terms, together with those that all queries hold.
func (r *reckoner) query(terms ...string) facet.Query {
	q, err := facet.Parse(strings.Join(append(terms, r.terms...), " "), nil)
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return scope(r.p, q)
}

// figure counts the findings of terms.
func (r *reckoner) figure(terms ...string) Figure {
	q := r.query(terms...)
	return Figure{r.desk.index.Count(q, r.now)[0].Count, q.String()}
}

// by counts the findings of terms by a field, the most frequent first.
func (r *reckoner) by(f facet.Field, terms ...string) []Part {
	q := r.query(terms...)
	groups := r.desk.index.Count(q, r.now, f)
	out := make([]Part, 0, len(groups))
	for _, g := range groups {
		out = append(out, r.part(q, f, g.By[0], g.Count))
	}
	return out
}

// part makes a bucket of a query a figure.
func (r *reckoner) part(q facet.Query, f facet.Field, b facet.Bucket, count int) Part {
	return Part{b.Label, Figure{count, queryText(q, f, exactly(f, b))}}
}

// exactly is a bucket's value as one that means this name only, whatever else is called nearly so.
func exactly(f facet.Field, b facet.Bucket) string {
	named := f == facet.Rule || f == facet.Tool
	if !named || b.Value == "none" || strings.HasPrefix(b.Value, "=") || strings.HasPrefix(b.Value, "#") {
		return b.Value
	}
	return "=" + b.Value
}

// queryText is a query with one more condition, at its front.
func queryText(q facet.Query, f facet.Field, value string) string {
	rest := q.Without(f).String()
	return strings.TrimSpace(term(f, value) + " " + rest)
}

// term is the text of one condition.
func term(f facet.Field, value string) string {
	q, _ := facet.Query{}.With(f, value) // a value of the index can be asked for
	return q.String()
}
