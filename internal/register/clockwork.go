package register

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/reevehq/reeve/internal/clock"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/store"
)

// clockwork is what has happened to a finding's clocks, as its row keeps it in Clock. Times are microseconds since 1970, 0 is not yet. Deadlines are
// not in it: they follow from it and the policy, so that a changed policy changes them.
type clockwork struct {
	// Start is when the clocks began, 0 for when the finding was opened.
	Start int64 `json:"start,omitempty"`
	// Levels are the levels that it has had since then, where it had several; the last is the row's.
	Levels []levelAt `json:"levels,omitempty"`
	// Assigned is when it got an owner, 0 for the start where it has one. Acknowledged and Reviewed are when people did so.
	Assigned     int64     `json:"assigned,omitempty"`
	Acknowledged int64     `json:"acknowledged,omitempty"`
	Reviewed     int64     `json:"reviewed,omitempty"`
	Pauses       []pauseAt `json:"pauses,omitempty"`
	// Promise is the day that people have committed to, Approved that it counts also where it is later than the deadline.
	Promise  int64 `json:"promise,omitempty"`
	Approved bool  `json:"approved,omitempty"`
	// Told is how many steps of escalation have been taken for a stage.
	Told  int    `json:"told,omitempty"`
	Stage string `json:"stage,omitempty"`
}

type levelAt struct {
	At    int64 `json:"at"`
	Level int64 `json:"level"`
}

type pauseAt struct {
	From   int64  `json:"from"`
	To     int64  `json:"to,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// maxLevels bounds how many changes of the level are remembered; the oldest but the first are forgotten.
const maxLevels = 50

// clockOf reads the clockwork of a row.
func clockOf(row *store.Finding) clockwork {
	var c clockwork
	if row.Clock != "" {
		_ = json.Unmarshal([]byte(row.Clock), &c) // this package wrote it
	}
	return c
}

// keep writes the clockwork back.
func (c *clockwork) keep(row *store.Finding) {
	text, _ := json.Marshal(c) // plain data always marshals
	if row.Clock = string(text); row.Clock == "{}" {
		row.Clock = ""
	}
}

func (c *clockwork) start(row *store.Finding) int64 { return cmp.Or(c.Start, row.Opened) }

// facts are what package clock needs to know.
func (c *clockwork) facts(row *store.Finding) clock.Facts {
	f := clock.Facts{
		Opened: moment(c.start(row)), Acknowledged: moment(c.Acknowledged), Reviewed: moment(c.Reviewed),
		Promise: clock.Promise{By: moment(c.Promise), Approved: c.Approved}, Told: c.Told,
	}
	if row.Team != 0 || row.Assignee != 0 {
		f.Assigned = moment(cmp.Or(c.Assigned, c.start(row)))
	}
	if s := State(row.State); !s.Active() || s == Fixed {
		f.Fixed = moment(cmp.Or(row.Closed, row.Changed))
	}
	for _, p := range c.Pauses {
		f.Paused = append(f.Paused, clock.Pause{From: moment(p.From), To: moment(p.To), Reason: p.Reason})
	}
	return f
}

// deadlines are those of the policy, without promises.
func (c *clockwork) deadlines(p *clock.Policy, row *store.Finding, paused []clock.Pause) clock.Deadlines {
	if len(c.Levels) == 0 {
		return p.Due(finding.Severity(row.Level), moment(c.start(row)), paused)
	}
	changes := make([]clock.Change, len(c.Levels))
	for i, l := range c.Levels {
		changes[i] = clock.Change{At: moment(l.At), Level: finding.Severity(l.Level)}
	}
	return p.DueThrough(changes, paused)
}

// status says where the finding stands. The steps of escalation that were taken count for the stage for which they were.
func (c *clockwork) status(p *clock.Policy, row *store.Finding, now int64) clock.Status {
	f := c.facts(row)
	d := c.deadlines(p, row, f.Paused)
	s := p.State(d, f, moment(now))
	if f.Told > 0 && s.Stage.String() != c.Stage {
		f.Told = 0
		s = p.State(d, f, moment(now))
	}
	return s
}

// setClock works out when a row is due and when its clocks must be looked at next, by all that has happened to it.
func setClock(p *clock.Policy, row *store.Finding, now int64) {
	c := clockOf(row)
	s := c.status(p, row, now)
	row.Due = micro(s.Due)
	switch {
	case State(row.State) == Accepted:
		row.Next = row.Expires
	case !s.Fixed.IsZero():
		row.Next = 0
	case len(s.Escalate) > 0:
		row.Next = now
	default:
		row.Next = roundUp(s.Next)
	}
}

// roundUp gives the first microsecond that is not before a moment; 0 for none.
func roundUp(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return micro(t.Add(time.Microsecond - 1))
}

// plainClock begins the text of a clockwork to which nothing has happened since its start.
const plainClock = `{"start":`

// restartClock begins the clocks of a row anew: it was closed and is open again, or it is new.
func restartClock(row *store.Finding, now int64) {
	if row.Clock = ""; now != row.Opened {
		row.Clock = plainClock + strconv.FormatInt(now, 10) + "}"
	}
}

// clocks sets many clocks at one moment. Most of them are alike: a report opens findings of five levels.
type clocks struct {
	now   int64
	known map[alike]reading
}

// alike is all that a row's clocks depend on while nothing has happened to them.
type alike struct {
	policy       *clock.Policy
	start, level int64
	owned, ended bool
}

type reading struct{ due, next int64 }

// maxAlike bounds what is remembered.
const maxAlike = 10_000

// set is setClock.
func (c *clocks) set(p *clock.Policy, row *store.Finding) {
	start, plain := row.Opened, row.Clock == ""
	if digits, ok := strings.CutPrefix(row.Clock, plainClock); ok {
		n, err := strconv.ParseInt(strings.TrimSuffix(digits, "}"), 10, 64)
		start, plain = n, err == nil
	}
	state := State(row.State)
	if !plain || state == Accepted {
		setClock(p, row, c.now)
		return
	}
	key := alike{p, start, row.Level, row.Team != 0 || row.Assignee != 0, !state.Active() || state == Fixed}
	known, ok := c.known[key]
	if !ok {
		setClock(p, row, c.now)
		if c.known == nil || len(c.known) >= maxAlike {
			c.known = map[alike]reading{}
		}
		known = reading{row.Due, row.Next}
		c.known[key] = known
	}
	row.Due, row.Next = known.due, known.next
}

// noteChange notes that the level of a row was another one, and that it may have got an owner or lost the last. A promise was made for the old level:
// where it is worse now, a day after the deadline needs approval again.
func noteChange(row, old *store.Finding, now int64) {
	c := clockOf(row)
	if row.Level != old.Level {
		if len(c.Levels) == 0 {
			c.Levels = []levelAt{{c.start(row), old.Level}}
		}
		c.Levels = append(c.Levels, levelAt{max(now, c.start(row)), row.Level})
		if len(c.Levels) > maxLevels {
			c.Levels = slices.Delete(c.Levels, 1, 2)
		}
		c.Approved = c.Approved && row.Level < old.Level
	}
	c.owned(row, old, now)
	c.keep(row)
}

// owned notes when a row got an owner.
func (c *clockwork) owned(row, old *store.Finding, now int64) {
	had, has := old.Team != 0 || old.Assignee != 0, row.Team != 0 || row.Assignee != 0
	switch {
	case has && !had:
		c.Assigned = now
	case !has:
		c.Assigned = 0
	}
}

// builtin is the policy that holds where nobody wrote one.
var builtin = sync.OnceValue(clock.Default)

// policyOf is the clock policy that counts for an asset; nil is one that is not known yet.
func policyOf(w *World, a *Asset) *clock.Policy {
	if a != nil && w.Policies[a.Policy] != nil {
		return w.Policies[a.Policy]
	}
	if p := w.Policies[w.ID(KindPolicy, "default")]; p != nil {
		return p
	}
	return builtin()
}

// ClockOf says where a finding stands on its clock.
func ClockOf(w *World, row *store.Finding, now time.Time) clock.Status {
	c := clockOf(row)
	return c.status(policyOf(w, w.Assets[row.Asset]), row, micro(now))
}

// Later tells whether a day is later than the one by which the policy wants a finding fixed.
func Later(w *World, row *store.Finding, day time.Time) bool {
	c := clockOf(row)
	d := c.deadlines(policyOf(w, w.Assets[row.Asset]), row, c.facts(row).Paused)
	return !day.IsZero() && !d.Fix.IsZero() && day.After(d.Fix)
}
