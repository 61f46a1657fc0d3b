package notify

import (
	"context"
	"encoding/json"

	"github.com/reevehq/reeve/internal/clock"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
)

// happening is what an event did to one finding, as hooks choose it.
type happening struct {
	row store.Finding
	// what is one of desk.Happenings, why the sentence about it, tell whom an escalation tells.
	what, why string
	tell      []clock.Role
}

// happenings reads what an event did, block by block.
func (w *Worker) happenings(ctx context.Context, e *store.Event, visit func([]happening) error) error {
	tell := map[int64][]clock.Role{}
	if e.Kind == register.KindClock {
		var rang register.Rang
		if err := json.Unmarshal(e.Data, &rang); err != nil {
			return err
		}
		for _, s := range rang.Escalated {
			tell[s.Finding] = s.Tell
		}
	}
	return w.desk.Register().Steps(ctx, e, func(rows []store.Finding, steps []*register.Step) error {
		before, err := w.db.Before(ctx, e.Seq, relative(rows, steps))
		if err != nil {
			return err
		}
		var out []happening
		for i := range rows {
			if steps[i] == nil {
				continue
			}
			was, known := before[rows[i].ID]
			if what := happened(&rows[i], steps[i].What, was, known); what != "" {
				out = append(out, happening{row: rows[i], what: what, why: steps[i].Why, tell: tell[rows[i].ID]})
			}
		}
		return visit(out)
	})
}

// relative are the findings of which it must be known what they were before.
func relative(rows []store.Finding, steps []*register.Step) (ids []int64) {
	for i := range rows {
		if s := steps[i]; s != nil && (s.What == register.StepRank || s.What == register.StepState && register.State(rows[i].State) == register.Open) {
			ids = append(ids, rows[i].ID)
		}
	}
	return ids
}

// happened names a step; "" is nothing that anybody is told.
func happened(row *store.Finding, step string, was store.Change, known bool) string {
	state := register.State(row.State)
	switch step {
	case register.StepOpened:
		if state == register.Open {
			return desk.HappenedOpened
		}
		return row.State
	case register.StepState:
		switch {
		case state != register.Open:
			return row.State
		case known && register.State(was.State) == register.Verified && row.Regression:
			return desk.HappenedRegression
		}
		return desk.HappenedReopened
	case register.StepRank:
		if known && row.Level > was.Level && state.Active() {
			return desk.HappenedRaised
		}
	case register.StepEscalate:
		return desk.HappenedEscalated
	case register.StepOwner:
		return desk.HappenedAssigned
	case register.StepNote:
		return desk.HappenedNoted
	case register.StepMerged, register.StepSplit:
		return desk.HappenedJoined
	case register.StepDue, register.StepPaused, register.StepResumed, register.StepReviewed:
		return step
	}
	return ""
}
