package desk

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/facet"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/register"
)

// Spread is how long something took, in seconds.
type Spread struct {
	// Mean is the arithmetic mean, Median the middle (of two, their mean), P90 the least that nine of ten did not exceed.
	Mean   int64 `json:"meanSeconds"`
	Median int64 `json:"medianSeconds"`
	P90    int64 `json:"p90Seconds"`
}

// spreadOf sorts what it is given.
func spreadOf(seconds []uint32) (s Spread) {
	n := len(seconds)
	if n == 0 {
		return s
	}
	slices.Sort(seconds)
	var sum int64
	for _, v := range seconds {
		sum += int64(v)
	}
	return Spread{
		Mean:   sum / int64(n),
		Median: (int64(seconds[(n-1)/2]) + int64(seconds[n/2])) / 2,
		P90:    int64(seconds[(9*n+9)/10-1]),
	}
}

// Remedies is how long it took until faults were fixed, of the findings that were verified as fixed in the window.
type Remedies struct {
	All    Remedy   `json:"all"`
	Levels []Remedy `json:"levels"`
	Teams  []Remedy `json:"teams"`
}

// Remedy is how long it took for all, one level or one team.
type Remedy struct {
	Name string `json:"name"`
	Figure
	// Verified is the time from opening to the proof, Claimed that to the claim that turned out true (to the proof, where nobody claimed).
	Verified Spread `json:"verified"`
	Claimed  Spread `json:"claimed"`
	// Months is the same for each calendar month of the window, by when it was verified; its names are like "2026-03".
	Months []Remedy `json:"months,omitempty"`
}

// Answers is how long it took until somebody answered, of the findings that were opened in the window.
type Answers struct {
	All    Answer   `json:"all"`
	Levels []Answer `json:"levels"`
	Teams  []Answer `json:"teams"`
}

// Answer is how long it took for all, one level or one team.
type Answer struct {
	Name string `json:"name"`
	// Answered was acknowledged, taken, claimed, decided or fixed; Waiting is open.
	Answered Figure `json:"answered"`
	Waiting  Figure `json:"waiting"`
	// Time is that from opening to the first answer, of Answered.
	Time Spread `json:"time"`
}

// sample gathers times of one group: in all, and by month.
type sample struct {
	times   [2][]uint32
	monthly [][2][]uint32
}

// samples gathers times of all groups: "all", and levels and teams by what asks for them, as "level:high".
type samples struct {
	world  *register.World
	groups map[string]*sample
	months int
	// of remembers the groups of a finding by its team and level.
	of map[teamLevel][3]*sample
}

type teamLevel struct {
	team  int32
	level finding.Severity
}

func newSamples(w *register.World, months int) *samples {
	return &samples{world: w, groups: map[string]*sample{}, months: months, of: map[teamLevel][3]*sample{}}
}

func (s *samples) group(name string) *sample {
	g := s.groups[name]
	if g == nil {
		g = &sample{monthly: make([][2][]uint32, s.months)}
		s.groups[name] = g
	}
	return g
}

// add takes the times of a finding.
func (s *samples) add(row *facet.Row, month int, times [2]uint32) {
	key := teamLevel{row.Team, row.Level}
	of, known := s.of[key]
	if !known {
		of = [3]*sample{s.group("all"), s.group("level:" + row.Level.String()), s.group("team:" + teamName(s.world, int64(row.Team)))}
		s.of[key] = of
	}
	for _, g := range of {
		for i, t := range times {
			g.times[i] = append(g.times[i], t)
			if s.months > 0 {
				g.monthly[month][i] = append(g.monthly[month][i], t)
			}
		}
	}
}

// since is the time between two moments in seconds, none where they come the other way round.
func since(from time.Time, to int64) uint32 { return uint32(max(to-from.Unix(), 0)) }

// names gives the names of the levels, and of the teams of which there is a sample.
func (s *samples) names() (levels, teams []string) {
	for _, name := range slices.Sorted(maps.Keys(s.groups)) {
		if team, ok := strings.CutPrefix(name, "team:"); ok {
			teams = append(teams, team)
		}
	}
	return levelNames(), teams
}

// remedies measures how long fixing took.
func (r *reckoner) remedies(win window) Remedies {
	const verified = "state:verified"
	months := win.months()
	s, q, h := newSamples(r.world, len(months)), r.query(verified, win.term(facet.Closed)), &r.desk.history
	h.mu.RLock()
	r.desk.index.Each(q, r.now, func(row facet.Row) bool {
		_, claimed := h.times(row.ID)
		closed := row.Closed.Unix()
		if claimed == 0 || claimed > closed {
			claimed = closed
		}
		s.add(&row, win.month(row.Closed.In(r.now.Location())), [2]uint32{since(row.Opened, closed), since(row.Opened, claimed)})
		return true
	})
	h.mu.RUnlock()
	remedy := func(name, value string, f facet.Field) Remedy {
		g := s.group(name)
		out := Remedy{Name: value, Figure: Figure{len(g.times[0]), narrowed(q, f, value)}, Verified: spreadOf(g.times[0]), Claimed: spreadOf(g.times[1])}
		for i, m := range months {
			times := &g.monthly[i]
			out.Months = append(out.Months, Remedy{
				Name: m.from.Format("2006-01"), Figure: Figure{len(times[0]), narrowed(r.query(verified, m.term(facet.Closed)), f, value)},
				Verified: spreadOf(times[0]), Claimed: spreadOf(times[1]),
			})
		}
		return out
	}
	out := Remedies{All: remedy("all", "all", facet.Text), Teams: []Remedy{}}
	levels, teams := s.names()
	for _, level := range levels {
		out.Levels = append(out.Levels, remedy("level:"+level, level, facet.Level))
	}
	for _, team := range teams {
		out.Teams = append(out.Teams, remedy("team:"+team, team, facet.Team))
	}
	return out
}

// answers measures how long answering took.
func (r *reckoner) answers(win window) Answers {
	opened := win.term(facet.Opened)
	s, h := newSamples(r.world, 0), &r.desk.history
	answered, waiting := r.query("-state:open", opened), r.query("state:open", opened)
	h.mu.RLock()
	r.desk.index.Each(answered, r.now, func(row facet.Row) bool {
		at, _ := h.times(row.ID)
		s.add(&row, 0, [2]uint32{since(row.Opened, at), 0})
		return true
	})
	h.mu.RUnlock()
	wait := map[string]int{}
	for _, f := range [...]facet.Field{facet.Level, facet.Team} {
		for _, g := range r.desk.index.Count(waiting, r.now, f) {
			name := f.String() + ":" + g.By[0].Value
			wait[name] = g.Count
			s.group(name)
			if f == facet.Level {
				wait["all"] += g.Count
			}
		}
	}
	answer := func(name, value string, f facet.Field) Answer {
		g := s.group(name)
		return Answer{
			Name: value, Answered: Figure{len(g.times[0]), narrowed(answered, f, value)}, Waiting: Figure{wait[name], narrowed(waiting, f, value)},
			Time: spreadOf(g.times[0]),
		}
	}
	out := Answers{All: answer("all", "all", facet.Text), Teams: []Answer{}}
	levels, teams := s.names()
	for _, level := range levels {
		out.Levels = append(out.Levels, answer("level:"+level, level, facet.Level))
	}
	for _, team := range teams {
		out.Teams = append(out.Teams, answer("team:"+team, team, facet.Team))
	}
	return out
}

// narrowed is the text of a query for one value of a field, or of all of it where the field is Text.
func narrowed(q facet.Query, f facet.Field, value string) string {
	if f == facet.Text {
		return q.String()
	}
	return queryText(q, f, value)
}
