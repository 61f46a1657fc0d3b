package register

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/reevehq/reeve/internal/store"
)

// Change is what people decide about findings. Fields that are nil or zero change nothing.
type Change struct {
	// Findings are the findings it is about; it happens to all of them or to none.
	Findings []int64 `json:"findings"`
	// State is the next state; Why the reason, which false-positive and accepted need.
	State State  `json:"state,omitempty"`
	Why   string `json:"why,omitempty"`
	// Until is when an acceptance or a pause ends; a pause may have no end yet.
	Until time.Time `json:"until,omitzero"`
	// Team and Assignee are the new owner; 0 is nobody.
	Team     *int64 `json:"team,omitempty"`
	Assignee *int64 `json:"assignee,omitempty"`
	// Due is the day people commit to.
	Due time.Time `json:"due,omitzero"`
	// Pause stops the clocks, which needs a reason; Resume lets them go on. Review says that somebody has looked at it again.
	Pause  bool `json:"pause,omitempty"`
	Resume bool `json:"resume,omitempty"`
	Review bool `json:"review,omitempty"`
	// Actor is who decides. Allow says of each finding, as it is when the change is written, whether they may; nil lets everything pass.
	Actor string                             `json:"-"`
	Allow func(*World, *store.Finding) error `json:"-"`
}

// KindChange is the kind of the events that people's decisions make.
const KindChange = "change"

// The bounds of one change.
const (
	maxChanged = 100_000
	maxWhy     = 4000
	// maxAccepted is how long a risk may be accepted at most.
	maxAccepted = 366 * 24 * time.Hour
)

// Changed is what a change came to.
type Changed struct {
	Event    int64 `json:"event"`
	Findings int   `json:"findings"`
}

// Change carries out a decision about findings: all of it, or none.
func (r *Register) Change(ctx context.Context, c Change) (Changed, error) {
	if err := c.check(r.opt.Now()); err != nil {
		return Changed{}, err
	}
	ids := slices.Clone(c.Findings)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	var out Changed
	err := r.db.Write(ctx, func(tx *store.Tx) error {
		w, err := r.within(ctx, tx)
		if err != nil {
			return err
		}
		rows, err := tx.Findings(ctx, ids)
		if err != nil {
			return err
		}
		if len(rows) != len(ids) {
			return fmt.Errorf("%d of %d findings: %w", len(ids)-len(rows), len(ids), ErrNotFound)
		}
		now := max(r.now(), tx.Head().Known)
		to := newWriter(tx, store.Event{At: now, Actor: c.Actor, Kind: KindChange}, now)
		defer to.close()
		for i := range rows {
			row := &rows[i]
			if c.Allow != nil {
				if err := c.Allow(w, row); err != nil {
					return err
				}
			}
			step, err := c.apply(w, row, now)
			if err != nil {
				return fmt.Errorf("finding %d: %w", row.ID, err)
			}
			if err := to.add(ctx, Record{Finding: row, Step: step}); err != nil {
				return err
			}
		}
		out = Changed{Event: tx.Seq(), Findings: len(rows)}
		_, err = to.end(ctx, c)
		return err
	})
	return out, err
}

func (c *Change) check(now time.Time) error {
	switch {
	case len(c.Findings) == 0:
		return fmt.Errorf("%w: no finding is named", ErrInvalid)
	case len(c.Findings) > maxChanged:
		return fmt.Errorf("%w: %d findings at once: at most %d", ErrInvalid, len(c.Findings), maxChanged)
	case len(c.Why) > maxWhy:
		return fmt.Errorf("%w: the reason is longer than %d bytes", ErrInvalid, maxWhy)
	case (c.State == FalsePositive || c.State == Accepted) && c.Why == "":
		return fmt.Errorf("%w: %s needs a reason", ErrInvalid, c.State)
	case c.State == Accepted && !c.Until.After(now):
		return fmt.Errorf("%w: an acceptance needs an end that lies ahead", ErrInvalid)
	case c.State == Accepted && c.Until.After(now.Add(maxAccepted)):
		return fmt.Errorf("%w: a risk can be accepted for a year at most", ErrInvalid)
	case !c.Due.IsZero() && !c.Due.After(now):
		return fmt.Errorf("%w: the day to commit to lies in the past", ErrInvalid)
	case c.State == "" && c.Team == nil && c.Assignee == nil && c.Due.IsZero() && c.Why == "" && !c.Resume && !c.Review:
		return fmt.Errorf("%w: nothing is to change", ErrInvalid)
	}
	return c.checkClock(now)
}

// apply changes one row and says what happened, in one step.
func (c *Change) apply(w *World, row *store.Finding, now int64) (*Step, error) {
	step, before := &Step{What: StepNote, Why: c.Why}, *row
	if c.Team != nil {
		if *c.Team != 0 && w.Teams[*c.Team] == nil {
			return nil, fmt.Errorf("team %d: %w", *c.Team, ErrNotFound)
		}
		row.Team, step.What = *c.Team, StepOwner
	}
	if c.Assignee != nil {
		if _, ok := w.Others[KindPerson][*c.Assignee]; *c.Assignee != 0 && !ok {
			return nil, fmt.Errorf("person %d: %w", *c.Assignee, ErrNotFound)
		}
		row.Assignee, step.What = *c.Assignee, StepOwner
	}
	if !c.Due.IsZero() {
		step.What = StepDue
		step.Why = cmp.Or(step.Why, "committed to "+c.Due.UTC().Format(time.DateOnly))
	}
	if c.State != "" {
		if err := c.move(row, step, now); err != nil {
			return nil, err
		}
	}
	return step, c.turn(w, row, &before, step, now)
}

// move takes a row to the next state.
func (c *Change) move(row *store.Finding, step *Step, now int64) error {
	from := State(row.State)
	if err := Move(from, c.State); err != nil {
		return err
	}
	row.State, row.Changed, step.What = string(c.State), now, StepState
	step.Why = cmp.Or(step.Why, fmt.Sprintf("%s, was %s", c.State, from))
	row.Expires, row.Closed = 0, 0
	switch {
	case c.State == Accepted:
		row.Expires = micro(c.Until)
		step.Why += " (until " + c.Until.UTC().Format(time.DateOnly) + ")"
	case !c.State.Active():
		row.Closed = now
	}
	return nil
}
