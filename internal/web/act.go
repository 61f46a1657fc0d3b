package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/facet"
	"github.com/reevehq/reeve/internal/register"
)

// actions are what can be done about findings, for the forms that do it.
type actions struct {
	// States are the moves that whoever looks may make; of several findings, those that any of them may make.
	States []move
	// Teams are those that there are, People the logins of some.
	Teams  []desk.Team
	People []string
	// Me is the login of whoever looks, "" for a machine.
	Me string
	// Tomorrow and Most are the first and last day that a date may be.
	Tomorrow, Most string
	// IDs are the findings, where it is clear which are meant.
	IDs []int64
}

// move is a state to go to.
type move struct {
	State register.State
	// Verb is what the button says, Key the key that asks for it, Hint what it means.
	Verb, Key, Hint string
	// Reason tells that it takes a reason, Until that it takes an end.
	Reason, Until bool
}

// moves are all moves that people can make.
func moves() []move {
	return []move{
		{register.Acknowledged, "Acknowledge", "a", "I have seen it.", false, false},
		{register.InProgress, "Start work", "w", "Somebody is on it.", false, false},
		{register.Fixed, "Say fixed", "f", "The next look of the tool proves it.", false, false},
		{register.FalsePositive, "False positive", "p", "The tool is wrong. Say why; it stays that way in later reports.", true, false},
		{register.Accepted, "Accept the risk", "e", "Real, and left as it is until a day.", true, true},
		{register.Open, "Open again", "r", "What was decided no longer holds.", false, false},
	}
}

// actions makes the choices; where the moves of one finding are known, only those.
func (v *visit) actions(possible []register.State, ids ...int64) (actions, error) {
	now := v.desk.Now().UTC()
	a := actions{Tomorrow: now.AddDate(0, 0, 1).Format(time.DateOnly), Most: now.AddDate(1, 0, 0).Format(time.DateOnly), IDs: ids}
	for _, m := range moves() {
		if possible == nil && v.who.Can("triage") == nil || slices.Contains(possible, m.State) {
			a.States = append(a.States, m)
		}
	}
	if possible == nil && v.who.Can("decide") != nil {
		a.States = slices.DeleteFunc(a.States, func(m move) bool { return m.Reason })
	}
	if v.who.Person != 0 {
		a.Me = v.who.Name
	}
	teams, err := v.desk.Teams(v.ctx(), v.who, desk.Slice{Limit: desk.MaxPage})
	if err != nil {
		return a, err
	}
	a.Teams = teams.Items
	a.People, err = v.desk.Suggest(v.ctx(), v.who, facet.Assignee, "")
	return a, err
}

// nobody is what forms say for no team and no person.
const nobody = "-"

// changeFindings carries out what a form says about the findings that it names, or about all that its query means.
func (v *visit) changeFindings() error {
	if err := v.form(); err != nil {
		return err
	}
	c, err := changeOf(v.r)
	if err != nil {
		return err
	}
	if v.r.PostFormValue("all") != "" {
		c.Query, c.Findings = v.r.PostFormValue("q"), nil
		if strings.TrimSpace(c.Query) == "" {
			return errorf(desk.ErrInvalid, "say which findings are meant: a query that means all of them changes nothing")
		}
	}
	changed, err := v.desk.Decide(v.ctx(), v.who, c)
	if err != nil {
		return err
	}
	return v.back("/findings", count(changed.Findings, "finding", "findings")+" changed: "+saidOf(c)+".")
}

// changeOf reads a decision from a form.
func changeOf(r *http.Request) (desk.Decision, error) {
	clock := r.PostFormValue("clock")
	c := desk.Decision{Act: desk.Act{
		State: register.State(r.PostFormValue("state")), Why: strings.TrimSpace(r.PostFormValue("why")),
		Pause: clock == "pause", Resume: clock == "resume", Review: clock == "review",
	}}
	var err error
	if c.Findings, err = numbers(r.PostForm["id"]); err != nil {
		return c, err
	}
	for name, to := range map[string]**string{"team": &c.Team, "assignee": &c.Assignee} {
		if text := strings.TrimSpace(r.PostFormValue(name)); text != "" {
			text = strings.TrimPrefix(text, nobody)
			*to = &text
		}
	}
	for name, to := range map[string]*time.Time{"until": &c.Until, "due": &c.Due} {
		text := r.PostFormValue(name)
		if text == "" || name == "until" && c.State != register.Accepted && !c.Pause {
			continue
		}
		at, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return c, errorf(desk.ErrInvalid, "%s %q: want a day as 2026-12-31", name, clip(text, 40))
		}
		*to = at.Add(24*time.Hour - time.Second) // the day belongs to it
	}
	return c, nil
}

// numbers reads ids from a form.
func numbers(texts []string) ([]int64, error) {
	var out []int64
	for _, text := range texts {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, errorf(desk.ErrInvalid, "%q: want a number", clip(text, 40))
		}
		out = append(out, id)
	}
	return out, nil
}

// saidOf says in a few words what a decision was.
func saidOf(c desk.Decision) string {
	var parts []string
	if c.State != "" {
		parts = append(parts, human(string(c.State)))
	}
	if c.Team != nil {
		parts = append(parts, "team set")
	}
	if c.Assignee != nil {
		parts = append(parts, "assignee set")
	}
	if !c.Due.IsZero() {
		parts = append(parts, "due "+day(c.Due))
	}
	switch {
	case c.Pause:
		parts = append(parts, "the clock stands still")
	case c.Resume:
		parts = append(parts, "the clock goes on")
	case c.Review:
		parts = append(parts, "looked at again")
	}
	if len(parts) == 0 {
		return "noted"
	}
	return strings.Join(parts, ", ")
}

// mergeFindings says that others are the same as a finding.
func (v *visit) mergeFindings() error {
	id, err := v.id()
	if err != nil {
		return err
	}
	if err := v.form(); err != nil {
		return err
	}
	others, err := numbers(v.r.PostForm["other"])
	if err != nil {
		return err
	}
	if _, err := v.desk.Merge(v.ctx(), v.who, id, others, v.r.PostFormValue("why")); err != nil {
		return err
	}
	return v.back("/findings/"+strconv.FormatInt(id, 10), count(len(others), "finding is", "findings are")+" part of this one now.")
}

// splitFinding makes a finding of its own of what one source sees.
func (v *visit) splitFinding() error {
	id, err := v.id()
	if err != nil {
		return err
	}
	if err := v.form(); err != nil {
		return err
	}
	n, err := numbers([]string{v.r.PostFormValue("source"), v.r.PostFormValue("n")})
	if err != nil {
		return err
	}
	if _, err := v.desk.Split(v.ctx(), v.who, id, desk.Sighting{Source: n[0], N: n[1]}, v.r.PostFormValue("why")); err != nil {
		return err
	}
	return v.back("/findings/"+strconv.FormatInt(id, 10), "What that tool sees is a finding of its own now.")
}
