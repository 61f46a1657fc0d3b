package register

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/clock"
	"github.com/reevehq/reeve/internal/store"
)

// KindClock is the kind of the events that clocks make; its data is a Rang.
const KindClock = "clock"

// Clock is the actor of what clocks do.
const Clock = "clock"

// Rang is what clocks did in one event.
type Rang struct {
	// Escalated are the findings of which somebody is to be told, Ended those whose acceptance has ended.
	Escalated []Escalated `json:"escalated,omitempty"`
	Ended     []int64     `json:"ended,omitempty"`
}

// Escalated says of one finding who is to be told, and by when what should have been done.
type Escalated struct {
	Finding int64        `json:"finding"`
	Stage   string       `json:"stage"`
	Due     time.Time    `json:"due"`
	Overdue bool         `json:"overdue,omitempty"`
	Tell    []clock.Role `json:"tell"`
}

// Ticked is what a tick came to.
type Ticked struct {
	// Looked findings had clocks to look at; of Escalated somebody is told, of Ended the acceptance is over.
	Looked    int `json:"looked"`
	Escalated int `json:"escalated"`
	Ended     int `json:"ended"`
}

// tickSize is how many findings one event of a tick is about. Imports may come in between.
const tickSize = 500

// Tick looks at all clocks that ring: acceptances whose day has come end, and who is to be told of a deadline is written down. It may run in several
// programs at once, and twice: what was done is not done again.
func (r *Register) Tick(ctx context.Context) (Ticked, error) {
	var out Ticked
	for after := int64(0); ; {
		ids, err := r.db.Ringing(ctx, r.now(), after, tickSize)
		if err != nil {
			return out, fmt.Errorf("look at clocks: %w", err)
		}
		if len(ids) == 0 {
			return out, nil
		}
		after = ids[len(ids)-1]
		var part Ticked
		err = r.db.Write(ctx, func(tx *store.Tx) error {
			part, err = r.tick(ctx, tx, ids)
			return err
		})
		if err != nil {
			return out, fmt.Errorf("look at clocks: %w", err)
		}
		out.Looked, out.Escalated, out.Ended = out.Looked+part.Looked, out.Escalated+part.Escalated, out.Ended+part.Ended
	}
}

// tick looks at the clocks of some findings. Those at which somebody else has looked meanwhile no longer ring.
func (r *Register) tick(ctx context.Context, tx *store.Tx, ids []int64) (Ticked, error) {
	w, err := r.within(ctx, tx)
	if err != nil {
		return Ticked{}, err
	}
	rows, err := tx.Findings(ctx, ids)
	if err != nil {
		return Ticked{}, err
	}
	now := max(r.now(), tx.Head().Known)
	to := newWriter(tx, store.Event{At: now, Actor: Clock, Kind: KindClock}, now)
	defer to.close()
	var rang Rang
	looked := 0
	for i := range rows {
		row := &rows[i]
		if row.Next == 0 || row.Next > now {
			continue
		}
		looked++
		p := policyOf(w, w.Assets[row.Asset])
		step := rang.end(row, now)
		if step == nil && State(row.State).Active() {
			step = rang.escalate(p, row, now)
		}
		setClock(p, row, now)
		if err := to.add(ctx, Record{Finding: row, Step: step}); err != nil {
			return Ticked{}, err
		}
	}
	if looked == 0 {
		return Ticked{}, nil
	}
	_, err = to.end(ctx, rang)
	return Ticked{Looked: looked, Escalated: len(rang.Escalated), Ended: len(rang.Ended)}, err
}

// end ends an acceptance whose day has come.
func (g *Rang) end(row *store.Finding, now int64) *Step {
	if State(row.State) != Accepted || row.Expires == 0 || row.Expires > now {
		return nil
	}
	g.Ended = append(g.Ended, row.ID)
	why := "the risk was accepted until " + moment(row.Expires).Format(time.DateOnly)
	row.Expires, row.Changed = 0, now
	if row.Sources == "" {
		row.State, row.Closed = string(Verified), now
		return &Step{StepState, why + "; no tool finds it any more"}
	}
	row.State = string(Open)
	restartClock(row, now)
	return &Step{StepState, why + ", so it is open again"}
}

// escalate takes the steps of escalation that are due.
func (g *Rang) escalate(p *clock.Policy, row *store.Finding, now int64) *Step {
	c := clockOf(row)
	s := c.status(p, row, now)
	if len(s.Escalate) == 0 {
		return nil
	}
	if stage := s.Stage.String(); c.Stage != stage {
		c.Stage, c.Told = stage, 0
	}
	c.Told += len(s.Escalate)
	c.keep(row)
	e := Escalated{Finding: row.ID, Stage: s.Stage.String(), Due: s.Due, Overdue: s.Overdue > 0}
	var names []string
	for _, step := range s.Escalate {
		e.Tell = append(e.Tell, step.Tell)
		names = append(names, "the "+map[clock.Role]string{clock.Owner: "owner", clock.Lead: "lead", clock.Security: "security team"}[step.Tell])
	}
	g.Escalated = append(g.Escalated, e)
	verb := " is told"
	if len(names) > 1 {
		verb = " are told"
	}
	return &Step{StepEscalate, s.Text(moment(now)) + ", so " + strings.Join(names, " and ") + verb}
}
