package desk

import (
	"context"
	"fmt"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/facet"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/register"
)

// Ask is a question for a list of findings.
type Ask struct {
	// Query is what people type into the search box (see facet.Parse).
	Query string
	// Order is a field's name, with a minus for the reverse; "" is by risk.
	Order string
	// After is the cursor of the page before, "" for the first.
	After string
	// Limit is how many, 1 to 500; 0 is 50.
	Limit int
}

// List is a page of findings.
type List struct {
	Items []Row `json:"items"`
	// Next is the cursor of the next page, "" where this is the last.
	Next string `json:"next,omitempty"`
	// Total is how many there are on all pages.
	Total int `json:"total"`
	// Query is the question in its usual form.
	Query string `json:"query"`
}

// MaxPage is the most that one page holds.
const MaxPage = 500

// Findings lists findings.
func (d *Desk) Findings(ctx context.Context, p access.Principal, ask Ask) (List, error) {
	q, err := d.query(ctx, p, ask.Query)
	if err != nil {
		return List{}, err
	}
	order, err := facet.ParseOrder(ask.Order)
	if err != nil {
		return List{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	after, err := facet.ParseCursor(ask.After)
	if err != nil {
		return List{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if ask.Limit == 0 {
		ask.Limit = 50
	}
	if ask.Limit < 0 || ask.Limit > MaxPage {
		return List{}, fmt.Errorf("%w: a page holds 1 to %d findings", ErrInvalid, MaxPage)
	}
	w, err := d.reg.World(ctx)
	if err != nil {
		return List{}, err
	}
	page := d.index.List(q, order, after, ask.Limit, d.now())
	out := List{Items: make([]Row, 0, len(page.Rows)), Next: page.Next.String(), Total: page.Total, Query: q.String()}
	for i := range page.Rows {
		out.Items = append(out.Items, d.shown(w, &page.Rows[i]))
	}
	return out, nil
}

// Facets counts the findings of a query by fields, for the choices beside a list: up to top values each.
func (d *Desk) Facets(ctx context.Context, p access.Principal, query string, fields []facet.Field, top int) (map[facet.Field][]facet.Bucket, error) {
	q, err := d.query(ctx, p, query)
	if err != nil {
		return nil, err
	}
	return d.index.Facets(q, d.now(), fields, top), nil
}

// Count counts the findings of a query by the combinations of at most two fields.
func (d *Desk) Count(ctx context.Context, p access.Principal, query string, by ...facet.Field) ([]facet.Group, error) {
	q, err := d.query(ctx, p, query)
	if err != nil {
		return nil, err
	}
	return d.index.Count(q, d.now(), by...), nil
}

// Suggest offers names while somebody types.
func (d *Desk) Suggest(ctx context.Context, p access.Principal, field facet.Field, text string) ([]string, error) {
	if _, err := d.query(ctx, p, ""); err != nil {
		return nil, err
	}
	if _, all := p.Teams(); !all && field == facet.Asset {
		return nil, nil // names of assets that one may not see are not told
	}
	return d.index.Suggest(field, text, 20), nil
}

// Finding is one finding with all that is known about it.
type Finding struct {
	Row
	// Text is the newest text of the tool, with the rank and its reasons.
	Text finding.Finding `json:"finding"`
	// About is what is known about this kind of fault.
	About finding.Rule `json:"about"`
	// Aliases are the flaw's other names.
	Aliases []string `json:"aliases,omitempty"`
	// Expires is when an acceptance ends.
	Expires time.Time `json:"expires,omitzero"`
	// Clock says in a sentence how much time there is.
	Clock string `json:"clock,omitempty"`
	// Seen says who sees it and who no longer does; History what happened, oldest first.
	Seen    []Seen `json:"seen"`
	History []Step `json:"history"`
	// Moves are the states that whoever asks may take it to.
	Moves []register.State `json:"moves"`
}

// Seen is a source and when it stopped seeing the finding.
type Seen struct {
	Tool string `json:"tool"`
	Ref  string `json:"ref,omitempty"`
	// Looked is the source's last look.
	Looked time.Time `json:"looked"`
	// Gone is the event at which it was no longer there, 0 while it is.
	Gone int64 `json:"gone,omitempty"`
	// Source and N name the sighting, to split it off.
	Source int64 `json:"source"`
	N      int64 `json:"n"`
}

// Step is a step in a finding's life.
type Step struct {
	// Event is its number in the log.
	Event int64 `json:"event"`
	// At is when it was so, Known when the register knew.
	At    time.Time `json:"at"`
	Known time.Time `json:"known"`
	Actor string    `json:"actor"`
	What  string    `json:"what"`
	State string    `json:"state"`
	Level string    `json:"level"`
	Score int       `json:"score"`
	Why   string    `json:"why"`
}

// Finding gives one finding.
func (d *Desk) Finding(ctx context.Context, p access.Principal, id int64) (*Finding, error) {
	what := fmt.Sprintf("finding %d", id)
	if err := d.sync(ctx); err != nil {
		return nil, err
	}
	w, err := d.reg.World(ctx)
	if err != nil {
		return nil, err
	}
	detail, err := d.reg.Detail(ctx, id)
	if err != nil {
		return nil, hidden(err, what)
	}
	o := object(w, &detail.Row)
	if err := p.Check(access.Read, o); err != nil {
		return nil, hidden(err, what)
	}
	row := rowOf(w, &detail.Row)
	out := &Finding{Row: d.shown(w, &row), Text: detail.Finding, Expires: moment(detail.Row.Expires), Moves: moves(p, o, register.State(detail.Row.State))}
	out.Clock = register.ClockOf(w, &detail.Row, d.now()).Text(d.now())
	if rule := w.Rules[detail.Row.Rule]; rule != nil {
		out.About = rule.Rule
	}
	if flaw := w.Flaws[detail.Row.Flaw]; flaw != nil {
		out.Aliases = flaw.Aliases
	}
	for _, s := range detail.Sightings {
		if source := w.Sources[s.Source]; source != nil {
			out.Seen = append(out.Seen, Seen{Tool: source.Tool, Ref: source.Ref, Looked: moment(source.Looked), Gone: s.Gone, Source: s.Source, N: s.N})
		}
	}
	for _, c := range detail.History {
		out.History = append(out.History, Step{
			Event: c.Seq, At: moment(c.At), Known: moment(c.Known), Actor: c.Actor, What: c.What, State: c.State,
			Level: severity(c.Level).String(), Score: int(c.Score), Why: c.Why,
		})
	}
	return out, nil
}

// moves are the states that somebody may take a finding to.
func moves(p access.Principal, o access.Object, from register.State) []register.State {
	var out []register.State
	for _, to := range register.States() {
		if register.Move(from, to) == nil && p.Check(actionFor(from, to), o) == nil {
			out = append(out, to)
		}
	}
	return out
}

// actionFor is the right that a move takes: what ends the work without a fix is a decision, and so is taking such a decision back.
func actionFor(from, to register.State) access.Action {
	for _, s := range []register.State{from, to} {
		if s == register.FalsePositive || s == register.Accepted {
			return access.Decide
		}
	}
	return access.Triage
}
