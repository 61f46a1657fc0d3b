package desk

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/facet"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/register"
)

// MetricsAsk says which figures are wanted.
type MetricsAsk struct {
	// From and To are days, both included; a zero To is today, a zero From 90 days up to To.
	From, To time.Time
	// Team narrows it to a team by its slug ("none" is what nobody owns), Asset to an asset by its name ("repository:shop"); "" is all.
	Team, Asset string
}

// Metrics are figures over a window of days. Every Figure carries the query of its findings; what each means exactly is in docs/metrics.md.
type Metrics struct {
	// From and To are the first and the last day.
	From string `json:"from"`
	To   string `json:"to"`
	// Remedy is how long it took until faults were fixed: all, by level, by team.
	Remedy Remedies `json:"remedy"`
	// Answer is how long it took until somebody answered.
	Answer Answers `json:"answer"`
	// Kept tells by level and by team whether deadlines were kept.
	Kept      []Kept `json:"kept"`
	KeptTeams []Kept `json:"keptTeams"`
	// Return is how many fixes did not last.
	Return Share `json:"return"`
	// NoiseRules and NoiseTools rank what cries wolf, the surest first.
	NoiseRules []Noise `json:"noiseRules"`
	NoiseTools []Noise `json:"noiseTools"`
	// Found tells what was found before production and what after.
	Found Found `json:"found"`
	// Secrets tells of secrets that were found and made useless.
	Secrets Secrets `json:"secrets"`
	// Gates is what the gates of pipelines did.
	Gates Gates `json:"gates"`
	// Ages is how old that is which is active now; the youngest first.
	Ages []Age `json:"ages"`
	// Weeks is what came and what went, week by week.
	Weeks []Week `json:"weeks"`
}

// Share is a part of a whole that falls into two.
type Share struct {
	// Yes and No are its two parts.
	Yes Figure `json:"yes"`
	No  Figure `json:"no"`
	// Share is Yes of both, 0 to 1; nil where there is nothing.
	Share *float64 `json:"share"`
}

// Kept tells of one level or team how many deadlines were kept.
type Kept struct {
	Name string `json:"name"`
	// Kept was closed in time, Late after it, Overdue is still active after it.
	Kept    Figure `json:"kept"`
	Late    Figure `json:"late"`
	Overdue Figure `json:"overdue"`
	// Share is Kept of all three, 0 to 1; nil where there is nothing.
	Share *float64 `json:"share"`
}

// Noise tells of a rule or a tool how often it is wrong.
type Noise struct {
	Name string `json:"name"`
	// False was decided to be a false positive, Decided was decided at all, Active is what it makes people look at now.
	False   Figure `json:"false"`
	Decided Figure `json:"decided"`
	Active  Figure `json:"active"`
	// Share is False of Decided, AtLeast the lower end of its 95 % Wilson score interval, by which it is ranked; both 0 to 1.
	Share   float64 `json:"share"`
	AtLeast float64 `json:"atLeast"`
}

// Found tells where findings of the window were found.
type Found struct {
	// Before was found before production; Running by looking at what runs; Production in what is known to be in production.
	Before     Figure `json:"before"`
	Running    Figure `json:"running"`
	Production Figure `json:"production"`
	// Share is Before of all three, 0 to 1; nil where there is nothing.
	Share *float64 `json:"share"`
}

// Secrets tells what became of secrets.
type Secrets struct {
	// Found were opened in the window, Revoked proven to be gone in it, Active wait now.
	Found   Figure `json:"found"`
	Revoked Figure `json:"revoked"`
	Active  Figure `json:"active"`
}

// Age counts what is active now and was opened in a span of days.
type Age struct {
	// Name is the span: "7 to 30 days".
	Name string `json:"name"`
	Figure
	Levels Levels `json:"levels"`
}

// Week is what was opened and closed in one week, from Monday to Sunday, as far as it lies in the window.
type Week struct {
	// Monday is the date on which it begins, even where the window begins later.
	Monday string `json:"monday"`
	Opened Figure `json:"opened"`
	Closed Figure `json:"closed"`
}

// maxWindow bounds a window.
const maxWindow = 3660

// afterProduction are the classes of findings that are made by looking at what runs.
const afterProduction = "dast,network,host,cloud,cluster"

// Metrics gives the figures of a window.
func (d *Desk) Metrics(ctx context.Context, p access.Principal, ask MetricsAsk) (Metrics, error) {
	r, err := d.reckoner(ctx, p)
	if err != nil {
		return Metrics{}, err
	}
	win, err := windowOf(ask, r.now)
	if err != nil {
		return Metrics{}, err
	}
	see, err := r.narrow(ask)
	if err != nil {
		return Metrics{}, err
	}
	out := Metrics{
		From: win.first(), To: win.last(),
		Remedy: r.remedies(win), Answer: r.answers(win),
		Kept: r.kept(facet.Level, win), KeptTeams: r.kept(facet.Team, win), Return: r.returned(win),
		NoiseRules: r.noise(facet.Rule, win), NoiseTools: r.noise(facet.Tool, win),
		Found: r.found(win), Ages: r.ages(), Weeks: r.weeks(win),
		Secrets: Secrets{
			Found:   r.figure("class:secret", win.term(facet.Opened)),
			Revoked: r.figure("class:secret state:verified", win.term(facet.Closed)),
			Active:  r.figure("class:secret", askActive),
		},
		Gates: d.history.gateRuns(dayOf(win.from), dayOf(win.to), see),
	}
	return out, r.err
}

// narrow makes every query one of what was asked for, and gives what tells of an asset's name whether it was asked for and may be seen.
func (r *reckoner) narrow(ask MetricsAsk) (see func(asset string) bool, err error) {
	w := r.world
	team := w.ID(register.KindTeam, ask.Team)
	teams, all := r.p.Teams()
	if ask.Team != "" {
		if ask.Team != "none" && (team == 0 || !all && !slices.Contains(teams, team)) {
			return nil, fmt.Errorf("team %q: %w", ask.Team, ErrNotFound)
		}
		r.terms = append(r.terms, term(facet.Team, ask.Team))
	}
	if ask.Asset != "" {
		a := w.Assets[w.ID(register.KindAsset, ask.Asset)]
		if a == nil || r.p.Check(access.Read, objectOf(a)) != nil {
			return nil, fmt.Errorf("asset %q: %w", ask.Asset, ErrNotFound)
		}
		r.terms = append(r.terms, term(facet.Asset, "="+a.Name), term(facet.Kind, "="+a.Kind))
	}
	return func(name string) bool {
		a := w.Assets[w.ID(register.KindAsset, name)]
		switch {
		case a == nil || r.p.Check(access.Read, objectOf(a)) != nil:
			return false
		case ask.Team != "" && a.Team != team:
			return false
		}
		return ask.Asset == "" || ask.Asset == name
	}, nil
}

// kept counts by level or team whether deadlines were kept.
func (r *reckoner) kept(f facet.Field, win window) []Kept {
	closed := win.term(facet.Closed)
	due := fmt.Sprintf("due:<%s", win.to.AddDate(0, 0, 1).Format(time.DateOnly))
	terms := [3][]string{{"late:no due:any", closed}, {"late:yes", closed}, {askActive, askOverdue, due}}
	var order []string
	if f == facet.Level {
		order = f.Values()
	}
	found := map[string]*[3]Figure{}
	for i, t := range terms {
		for _, part := range r.by(f, t...) {
			if found[part.Name] == nil {
				found[part.Name] = &[3]Figure{}
				if !slices.Contains(order, part.Name) {
					order = append(order, part.Name)
				}
			}
			found[part.Name][i] = part.Figure
		}
	}
	if f != facet.Level {
		slices.Sort(order)
	}
	out := []Kept{}
	for _, name := range order {
		figures := found[name]
		if figures == nil {
			figures = &[3]Figure{}
		}
		for i := range figures {
			if figures[i].Query == "" {
				figures[i].Query = queryText(r.query(terms[i]...), f, name)
			}
		}
		k := Kept{Name: name, Kept: figures[0], Late: figures[1], Overdue: figures[2]}
		k.Share = share(k.Kept.Count, k.Kept.Count+k.Late.Count+k.Overdue.Count)
		out = append(out, k)
	}
	return out
}

// returned counts the fixes that did not last, among those that were proven.
func (r *reckoner) returned(win window) Share {
	moved := win.term(facet.Changed)
	s := Share{Yes: r.figure(askReturned, moved), No: r.figure("state:verified regression:no", moved)}
	s.Share = share(s.Yes.Count, s.Yes.Count+s.No.Count)
	return s
}

// maxNoise bounds a ranking.
const maxNoise = 100

// noise ranks rules or tools by how surely they are wrong.
func (r *reckoner) noise(f facet.Field, win window) []Noise {
	moved := win.term(facet.Changed)
	counts := func(terms ...string) map[string]Figure {
		out := map[string]Figure{}
		for _, part := range r.by(f, terms...) {
			out[part.Name] = part.Figure
		}
		return out
	}
	decided, active := counts("-state:open", moved), counts(askActive)
	out := []Noise{}
	for _, wrong := range r.by(f, "state:false-positive", moved) {
		n := Noise{Name: wrong.Name, False: wrong.Figure, Decided: decided[wrong.Name], Active: active[wrong.Name]}
		if n.Active.Query == "" {
			n.Active.Query = queryText(r.query(askActive), f, exactly(f, facet.Bucket{Value: wrong.Name}))
		}
		n.Share = float64(n.False.Count) / float64(max(n.Decided.Count, 1))
		n.AtLeast = atLeast(n.False.Count, n.Decided.Count)
		out = append(out, n)
	}
	slices.SortStableFunc(out, func(a, b Noise) int {
		return cmp.Or(cmp.Compare(b.AtLeast, a.AtLeast), b.Active.Count-a.Active.Count, cmp.Compare(a.Name, b.Name))
	})
	return out[:min(len(out), maxNoise)]
}

// atLeast is the lower end of the 95 % interval of a share (Wilson 1927): one wrong of one says less than ninety of a hundred.
func atLeast(yes, all int) float64 {
	if all == 0 {
		return 0
	}
	const z = 1.959963984540054
	n := float64(all)
	p := float64(yes) / n
	return max(0, (p+z*z/(2*n)-z*math.Sqrt(p*(1-p)/n+z*z/(4*n*n)))/(1+z*z/n))
}

// found counts what was found before production and after.
func (r *reckoner) found(win window) Found {
	opened := win.term(facet.Opened)
	f := Found{
		Before:     r.figure("-environment:production -class:"+afterProduction, opened),
		Running:    r.figure("class:"+afterProduction, opened),
		Production: r.figure("environment:production -class:"+afterProduction, opened),
	}
	f.Share = share(f.Before.Count, f.Before.Count+f.Running.Count+f.Production.Count)
	return f
}

// ages counts what is active by how old it is.
func (r *reckoner) ages() []Age {
	var out []Age
	for _, span := range [...]struct{ name, terms string }{
		{"under 7 days", "opened:<7d"}, {"7 to 30 days", "opened:>=7d opened:<30d"}, {"30 to 90 days", "opened:>=30d opened:<90d"},
		{"90 to 180 days", "opened:>=90d opened:<180d"}, {"180 to 365 days", "opened:>=180d opened:<365d"}, {"365 days and more", "opened:>=365d"},
	} {
		a := Age{Name: span.name}
		a.Query = r.query(askActive, span.terms).String()
		for _, part := range r.by(facet.Level, askActive, span.terms) {
			a.Levels.add(part.Name, part.Count)
		}
		a.Count = a.Levels.Total()
		out = append(out, a)
	}
	return out
}

// weeks counts what came and went.
func (r *reckoner) weeks(win window) []Week {
	parts := win.weeks()
	out := make([]Week, len(parts))
	for i, part := range parts {
		out[i].Monday = monday(part.from).Format(time.DateOnly)
		out[i].Opened.Query, out[i].Closed.Query = r.query(part.term(facet.Opened)).String(), r.query(part.term(facet.Closed)).String()
	}
	count := func(f facet.Field, of func(*Week) *Figure) {
		for _, day := range r.by(f, win.term(f)) {
			if t, err := time.ParseInLocation(time.DateOnly, day.Name, r.now.Location()); err == nil {
				of(&out[win.week(t)]).Count += day.Count
			}
		}
	}
	count(facet.Opened, func(w *Week) *Figure { return &w.Opened })
	count(facet.Closed, func(w *Week) *Figure { return &w.Closed })
	return out
}

// share is a part of a whole, nil where there is none.
func share(part, whole int) *float64 {
	if whole == 0 {
		return nil
	}
	s := float64(part) / float64(whole)
	return &s
}

// levelNames are the levels, worst first.
func levelNames() []string {
	var out []string
	for l := finding.Critical; l >= finding.Info; l-- {
		out = append(out, l.String())
	}
	return out
}
