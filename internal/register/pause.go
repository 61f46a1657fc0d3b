package register

import (
	"fmt"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/store"
)

// The kinds of steps by which people turn the clocks.
const (
	StepPaused   = "paused"
	StepResumed  = "resumed"
	StepReviewed = "reviewed"
)

// maxPauses bounds how often one finding can be paused.
const maxPauses = 100

// checkClock finds what makes no sense in what a change says about clocks.
func (c *Change) checkClock(now time.Time) error {
	switch {
	case !c.Pause:
		return nil
	case c.Resume:
		return fmt.Errorf("%w: clocks cannot be paused and go on at once", ErrInvalid)
	case c.Why == "":
		return fmt.Errorf("%w: a pause needs a reason", ErrInvalid)
	case c.State != "" && !c.State.Active():
		return fmt.Errorf("%w: what becomes %s has no clock to pause", ErrInvalid, c.State)
	case !c.Until.IsZero() && !c.Until.After(now):
		return fmt.Errorf("%w: a pause ends in the time to come, or has no end yet", ErrInvalid)
	}
	return nil
}

// turn does what a change says about the clocks of a row, and adds it to the step. Before is the row as it was.
func (c *Change) turn(w *World, row, before *store.Finding, step *Step, now int64) error {
	from, to := State(before.State), State(row.State)
	if to.Active() && !from.Active() {
		restartClock(row, now)
	}
	clockwork := clockOf(row)
	clockwork.owned(row, before, now)
	switch {
	case c.State == Open && from != Fixed:
		clockwork.Acknowledged = 0
	case (to == Acknowledged || to == InProgress) && clockwork.Acknowledged == 0:
		clockwork.Acknowledged = now
	}
	if !c.Due.IsZero() {
		clockwork.Promise, clockwork.Approved = micro(c.Due), true // whoever may not, was refused before
	}
	if c.Review {
		clockwork.Reviewed, clockwork.Told, step.What = now, 0, StepReviewed
	}
	if c.Pause || c.Resume {
		if !to.Active() || to == Fixed {
			return fmt.Errorf("%w: it is %s, so no clock runs", ErrConflict, to)
		}
		if err := clockwork.pause(c, step, now); err != nil {
			return err
		}
	}
	clockwork.keep(row)
	if from.Active() || c.State != "" { // what is closed keeps the day by which it had to be fixed
		setClock(policyOf(w, w.Assets[row.Asset]), row, now)
	}
	return nil
}

// pause stops the clocks or lets them go on.
func (c *clockwork) pause(by *Change, step *Step, now int64) error {
	var running *pauseAt
	for i := range c.Pauses {
		if p := &c.Pauses[i]; p.To == 0 || p.To > now {
			running = p
		}
	}
	switch {
	case by.Resume && running == nil:
		return fmt.Errorf("%w: its clocks are not paused", ErrConflict)
	case by.Resume:
		running.To = now
		step.What, step.Why = StepResumed, strings.TrimSuffix("the clocks go on: "+by.Why, ": ")
		return nil
	case running != nil:
		return fmt.Errorf("%w: its clocks are paused already, since %s", ErrConflict, moment(running.From).Format(time.DateOnly))
	case len(c.Pauses) >= maxPauses:
		return fmt.Errorf("%w: its clocks were paused %d times: fix it, or accept the risk", ErrConflict, len(c.Pauses))
	}
	c.Pauses = append(c.Pauses, pauseAt{From: now, To: micro(by.Until), Reason: by.Why})
	step.What, step.Why = StepPaused, "the clocks are paused: "+by.Why
	if !by.Until.IsZero() {
		step.Why += " (until " + by.Until.UTC().Format(time.DateOnly) + ")"
	}
	return nil
}
