package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/reevehq/reeve/internal/desk"
)

// figuresPage is the metrics of a window.
type figuresPage struct {
	desk.Metrics
	Ask   desk.MetricsAsk
	Teams []desk.Team
	// Spans are the usual windows.
	Spans []choice
	// Worst is the greatest number of findings of one age, for the bars.
	Worst int
}

// AgeBar is the bar of an age.
func (p figuresPage) AgeBar(a desk.Age) []segment { return bar(a.Levels, p.Worst) }

// Months are the times to fix by month, all levels beside one another.
func (p figuresPage) Months() []monthRow {
	var out []monthRow
	for _, m := range p.Remedy.All.Months {
		row := monthRow{Name: m.Name, All: m}
		for _, l := range p.Remedy.Levels {
			cell := desk.Remedy{}
			for _, lm := range l.Months {
				if lm.Name == m.Name {
					cell = lm
				}
			}
			row.Levels = append(row.Levels, cell)
		}
		out = append(out, row)
	}
	return out
}

// monthRow is a month's times to fix, of all and by level.
type monthRow struct {
	Name   string
	All    desk.Remedy
	Levels []desk.Remedy
}

// figures shows the metrics. Their address is not /metrics, which is what Prometheus asks for.
func (v *visit) figures() error {
	asked := v.r.URL.Query()
	now := v.desk.Now().UTC()
	ask := desk.MetricsAsk{Team: asked.Get("team")}
	days, err := strconv.Atoi(asked.Get("days"))
	if err != nil || days < 1 || days > 3660 {
		days = 90
	}
	ask.To, ask.From = now, now.AddDate(0, 0, 1-days)
	for name, to := range map[string]*time.Time{"from": &ask.From, "to": &ask.To} {
		if text := asked.Get(name); text != "" {
			if *to, err = time.Parse(time.DateOnly, text); err != nil {
				return errorf(desk.ErrInvalid, "%s %q: want a day as 2026-12-31", name, clip(text, 40))
			}
		}
	}
	p := figuresPage{Ask: ask}
	if p.Metrics, err = v.desk.Metrics(v.ctx(), v.who, ask); err != nil {
		return err
	}
	teams, err := v.desk.Teams(v.ctx(), v.who, desk.Slice{Limit: desk.MaxPage})
	if err != nil {
		return err
	}
	p.Teams = teams.Items
	for _, n := range []int{30, 90, 180, 365} {
		p.Spans = append(p.Spans, choice{strconv.Itoa(n), count(n, "day", "days"), n == days})
	}
	for _, a := range p.Ages {
		p.Worst = max(p.Worst, a.Count)
	}
	return v.show(http.StatusOK, "figures", sheet{Title: "Metrics", Nav: "metrics", Body: p})
}
