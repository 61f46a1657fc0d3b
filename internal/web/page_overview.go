package web

import (
	"net/http"

	"github.com/reevehq/reeve/internal/desk"
)

// overviewPage is what somebody looks at first in the morning.
type overviewPage struct {
	desk.Overview
	First []first
	// Due are the clocks that run out next; Proved what was verified last.
	Due, Proved []line
	Teams       []teamPart
	// Change is how many more are active than 30 days ago.
	Change int
}

// first is one of the things to fix first.
type first struct {
	line
	Because string
}

// teamPart is a team's part of what is active, as a bar.
type teamPart struct {
	desk.TeamPart
	Bar []segment
}

func (v *visit) overview() error {
	o, err := v.desk.Overview(v.ctx(), v.who)
	if err != nil {
		return err
	}
	p := overviewPage{Overview: o}
	now := v.desk.Now()
	for _, f := range o.First {
		p.First = append(p.First, first{line{f.Row, now, false}, f.Because})
	}
	for _, part := range []struct {
		to           *[]line
		query, order string
	}{{&p.Due, o.Soon.Query, "due"}, {&p.Proved, o.Verified.Query, "closed"}} {
		list, err := v.desk.Findings(v.ctx(), v.who, desk.Ask{Query: part.query, Order: part.order, Limit: 6})
		if err != nil {
			return err
		}
		*part.to = v.rows(list, nil, false).Rows
	}
	most := 0
	for _, t := range o.Teams {
		most = max(most, t.Count)
	}
	for _, t := range o.Teams {
		p.Teams = append(p.Teams, teamPart{t, bar(t.Levels, most)})
	}
	if n := len(o.Trend); n > 30 {
		p.Change = o.Trend[n-1].Total() - o.Trend[n-31].Total()
	}
	return v.show(http.StatusOK, "overview", sheet{Title: "Overview", Nav: "overview", Body: p})
}
