package web

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/register"
)

// pastPage is what findings were at the end of a day.
type pastPage struct {
	desk.Past
	pastAsk
	// Today is the last day that can be asked for; Running tells that it is asked for and still goes on.
	Today   string
	Running bool
	// AllStates and AllLevels are what the form offers.
	AllStates, AllLevels []string
	Teams                []desk.Team
	// More is the address of the next part.
	More string
}

// pastAsk is the question, as it stands in the address. "" is any, and of states the active ones.
type pastAsk struct {
	On, State, Level, Team, Asset string
	// Then leaves out what was only learned later.
	Then bool
}

func pastAskOf(asked url.Values, now time.Time) pastAsk {
	first := now.AddDate(0, 0, 1-now.Day()).Format(time.DateOnly)
	a := pastAsk{On: cmp.Or(asked.Get("on"), first), Then: asked.Get("then") != ""}
	for name, to := range a.conditions() {
		*to = asked.Get(name)
	}
	return a
}

// conditions are what narrows the question, by name.
func (a *pastAsk) conditions() map[string]*string {
	return map[string]*string{"state": &a.State, "level": &a.Level, "team": &a.Team, "asset": &a.Asset}
}

// URL is the address of the question.
func (a pastAsk) URL() string {
	asked := url.Values{"on": {a.On}}
	for name, value := range a.conditions() {
		if *value != "" {
			asked.Set(name, *value)
		}
	}
	if a.Then {
		asked.Set("then", "yes")
	}
	return "/past?" + asked.Encode()
}

// Parts are the values of a condition with how many had each. Its address asks for a value too, or no longer; what is gone since cannot be asked for.
func (a pastAsk) Parts(name string, parts []desk.PastPart) []facetValue {
	var out []facetValue
	for _, part := range parts {
		next := a
		to := next.conditions()[name]
		one := facetValue{Label: orNobody(part.Name), Count: part.Count, On: *to == part.Name}
		if name == "state" {
			one.Label = human(part.Name)
		}
		if *to = part.Name; one.On {
			*to = ""
		}
		if !strings.HasPrefix(part.Name, "#") {
			one.URL = next.URL()
		}
		out = append(out, one)
	}
	return out
}

// ask makes of it what the desk is asked. A day ends in the desk's time zone, as those of the trend do; today ends now.
func (a pastAsk) ask(now time.Time) (desk.PastAsk, error) {
	some := func(value string) []string {
		if value == "" {
			return nil
		}
		return []string{value}
	}
	out := desk.PastAsk{States: some(a.State), Levels: some(a.Level), Teams: some(a.Team), Assets: some(a.Asset), Limit: pageSize}
	on, err := time.ParseInLocation(time.DateOnly, a.On, now.Location())
	if err != nil || on.Year() < 1971 {
		return out, errorf(desk.ErrInvalid, "%q: want a day as 2026-12-31", clip(a.On, 40))
	}
	switch end := on.AddDate(0, 0, 1); {
	case on.After(now):
		return out, errorf(desk.ErrInvalid, "the day %s has not come yet", a.On)
	case end.After(now):
		return out, nil
	default:
		out.At = end.Add(-time.Microsecond)
	}
	if a.Then {
		out.Known = out.At
	}
	return out, nil
}

func (v *visit) past() error {
	asked, now := v.r.URL.Query(), v.desk.Now()
	p := pastPage{pastAsk: pastAskOf(asked, now), Today: now.Format(time.DateOnly)}
	ask, err := p.ask(now)
	if err != nil {
		return err
	}
	p.Running, ask.After = ask.At.IsZero(), asked.Get("after")
	if p.Past, err = v.desk.AsOf(v.ctx(), v.who, ask); err != nil {
		return err
	}
	if p.Next != "" {
		p.More = p.URL() + "&" + url.Values{"after": {p.Next}}.Encode()
	}
	p.AllStates = []string{"active", "closed", "all"}
	for _, s := range register.States() {
		p.AllStates = append(p.AllStates, string(s))
	}
	for _, l := range finding.Severities() {
		p.AllLevels = append(p.AllLevels, l.String())
	}
	teams, err := v.desk.Teams(v.ctx(), v.who, desk.Slice{Limit: desk.MaxPage})
	if err != nil {
		return err
	}
	p.Teams = teams.Items
	return v.show(http.StatusOK, "past", sheet{Title: "The register on " + p.On, Nav: "metrics", Body: p})
}
