package desk

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/facet"
)

// Overview is what somebody looks at first in the morning. Every figure carries the query of its findings.
type Overview struct {
	// At is the moment of it.
	At time.Time `json:"at"`
	// Active is what somebody has to do something about, by level (worst first), class and team (the most first).
	Active  Figure     `json:"active"`
	Levels  []Part     `json:"levels"`
	Classes []Part     `json:"classes"`
	Teams   []TeamPart `json:"teams"`
	// Overdue is active after its time, Soon is due within seven days, Returned was fixed once, Unowned belongs to no team: all of them active.
	Overdue  Figure `json:"overdue"`
	Soon     Figure `json:"soon"`
	Returned Figure `json:"returned"`
	Unowned  Figure `json:"unowned"`
	// Verified was proven to be fixed in the last seven days, New was opened in them.
	Verified Figure `json:"verified"`
	New      Figure `json:"new"`
	// First is what to fix first.
	First []First `json:"first"`
	// Trend is what was active at the end of each of the last 90 days.
	Trend []TrendDay `json:"trend"`
	// Stale are the sources that have been silent for longer than is usual for them, up to ten; StaleTotal counts all.
	Stale      []Stale `json:"stale"`
	StaleTotal int     `json:"staleTotal"`
}

// TeamPart is what is active at a team.
type TeamPart struct {
	Part
	Levels Levels `json:"levels"`
	// Overdue is what of it is active after its time.
	Overdue Figure `json:"overdue"`
}

// First is one of the things to fix first.
type First struct {
	Row
	// Because is what weighs most in its rank, in a sentence.
	Because string `json:"because"`
}

const (
	firstCount = 10
	staleCount = 10
	trendDays  = 90
)

// The queries of the overview.
const (
	askActive   = "state:active"
	askOverdue  = "overdue:yes"
	askSoon     = "due:<7d overdue:no"
	askReturned = "regression:yes"
	askVerified = "state:verified closed:<7d"
	askNew      = "opened:<7d"
)

// Overview gives the overview of what somebody may see.
func (d *Desk) Overview(ctx context.Context, p access.Principal) (Overview, error) {
	r, err := d.reckoner(ctx, p)
	if err != nil {
		return Overview{}, err
	}
	active := r.query(askActive)
	out := Overview{
		At: r.now, Soon: r.figure(askActive, askSoon), Verified: r.figure(askVerified), New: r.figure(askNew),
		Trend: d.history.trend(p, r.now, trendDays), Stale: d.history.stale(r.world, p, r.now),
	}
	out.StaleTotal = len(out.Stale)
	out.Stale = append([]Stale{}, out.Stale[:min(len(out.Stale), staleCount)]...)
	facets := d.index.Facets(active, r.now, []facet.Field{facet.Level, facet.Class, facet.Overdue, facet.Regression}, 100)
	for _, b := range facets[facet.Level] {
		out.Active.Count += b.Count
	}
	out.Active.Query = active.String()
	out.Levels, out.Classes = r.parts(active, facet.Level, facets), r.parts(active, facet.Class, facets)
	out.Overdue = Figure{yes(facets[facet.Overdue]), r.query(askActive, askOverdue).String()}
	out.Returned = Figure{yes(facets[facet.Regression]), r.query(askActive, askReturned).String()}
	out.Teams, out.Unowned = r.teams(active)
	page := d.index.List(active, facet.Order{}, facet.Cursor{}, firstCount, r.now)
	out.First = []First{}
	for i := range page.Rows {
		because, err := d.because(ctx, &page.Rows[i])
		if err != nil {
			return Overview{}, err
		}
		out.First = append(out.First, First{d.shown(r.world, &page.Rows[i]), because})
	}
	return out, r.err
}

// parts makes the buckets of a field figures.
func (r *reckoner) parts(q facet.Query, f facet.Field, facets map[facet.Field][]facet.Bucket) []Part {
	out := []Part{}
	for _, b := range facets[f] {
		out = append(out, r.part(q, f, b, b.Count))
	}
	slices.SortStableFunc(out, func(a, b Part) int {
		if f == facet.Level { // they come worst first
			return 0
		}
		return b.Count - a.Count
	})
	return out
}

// yes is the count of what has a flag.
func yes(buckets []facet.Bucket) int {
	for _, b := range buckets {
		if b.Value == "yes" {
			return b.Count
		}
	}
	return 0
}

// teams splits what is active by team, and gives what is nobody's beside.
func (r *reckoner) teams(active facet.Query) (out []TeamPart, unowned Figure) {
	overdue := map[string]Figure{}
	for _, part := range r.by(facet.Team, askActive, askOverdue) {
		overdue[part.Name] = part.Figure
	}
	unowned.Query = queryText(active, facet.Team, "none")
	at := map[string]int{}
	for _, g := range r.desk.index.Count(active, r.now, facet.Team, facet.Level) {
		team := g.By[0]
		if team.Value == "none" {
			unowned.Count += g.Count
			continue
		}
		i, known := at[team.Label]
		if !known {
			i = len(out)
			at[team.Label] = i
			out = append(out, TeamPart{Part: r.part(active, facet.Team, team, 0), Overdue: overdue[team.Label]})
			if out[i].Overdue.Query == "" {
				out[i].Overdue.Query = queryText(r.query(askActive, askOverdue), facet.Team, team.Value)
			}
		}
		out[i].Count += g.Count
		out[i].Levels.add(g.By[1].Value, g.Count)
	}
	slices.SortStableFunc(out, func(a, b TeamPart) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Name, b.Name)) })
	if out == nil {
		out = []TeamPart{}
	}
	return out, unowned
}

// reasons remembers why findings have their ranks, as the text of a finding must be read out of the log to know.
type reasons struct {
	mu   sync.Mutex
	said map[int64]reason
}

// reason holds as long as no event touches the finding.
type reason struct {
	touched int64
	text    string
}

// maxReasons bounds what is remembered.
const maxReasons = 1000

// because is what weighs most in a finding's rank.
func (d *Desk) because(ctx context.Context, row *facet.Row) (string, error) {
	r := &d.reasons
	r.mu.Lock()
	known, ok := r.said[row.ID]
	r.mu.Unlock()
	if ok && known.touched == row.Touched {
		return known.text, nil
	}
	detail, err := d.reg.Detail(ctx, row.ID)
	if err != nil {
		return "", err
	}
	text := ""
	if rank := detail.Finding.Rank; rank != nil && len(rank.Because) > 0 {
		text = rank.Because[0]
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.said == nil || len(r.said) >= maxReasons {
		r.said = map[int64]reason{}
	}
	r.said[row.ID] = reason{row.Touched, text}
	return text, nil
}
