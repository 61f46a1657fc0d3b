package notify

import (
	"context"
	"errors"
	"fmt"

	"github.com/riverqueue/river"

	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
)

// cursor is the name of the follower's place in the log.
const cursor = "notify"

// stride is how many events one transaction passes over at most.
const stride = 200

// follow looks through what is new in the log. Several programs may do so at once: whoever writes first is right, the others look again.
func (w *Worker) follow(ctx context.Context) error {
	if err := w.startJobs(ctx); err != nil {
		return err
	}
	for ctx.Err() == nil {
		more, err := w.stride(ctx)
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// stride passes over some events up to the first of which somebody is told, and tells whether there may be more.
func (w *Worker) stride(ctx context.Context) (more bool, err error) {
	from, err := w.db.Cursor(ctx, cursor)
	if errors.Is(err, store.ErrNotFound) {
		return true, w.begin(ctx)
	}
	if err != nil {
		return false, err
	}
	head, err := w.db.Head(ctx)
	if err != nil || head.Seq <= from {
		return false, err
	}
	var events []store.Event
	if err := w.db.Events(ctx, from, stride, func(e store.Event) error { events = append(events, e); return nil }); err != nil {
		return false, err
	}
	world, err := w.desk.Register().World(ctx)
	if err != nil {
		return false, err
	}
	var hooks []desk.Hook
	all, _ := desk.HooksIn(world)
	for _, h := range all {
		if !h.Off {
			hooks = append(hooks, h)
		}
	}
	var p plan
	to := from
	for i := range events {
		if p, err = w.plan(ctx, world, hooks, &events[i]); err != nil {
			return false, fmt.Errorf("event %d: %w", events[i].Seq, err)
		}
		to = events[i].Seq
		if len(p.deliveries) > 0 {
			break
		}
	}
	return true, w.db.Write(ctx, func(tx *store.Tx) error {
		at, err := tx.Cursor(ctx, cursor)
		if err != nil || at != from { // somebody else has passed
			return err
		}
		if err := w.write(ctx, tx, &p); err != nil {
			return err
		}
		return tx.SetCursor(ctx, cursor, to)
	})
}

// begin puts the cursor at the end of the log: of what was before, nobody is told.
func (w *Worker) begin(ctx context.Context) error {
	return w.db.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Cursor(ctx, cursor); !errors.Is(err, store.ErrNotFound) {
			return err
		}
		return tx.SetCursor(ctx, cursor, tx.Head().Seq)
	})
}

// plan is what somebody is told of one event.
type plan struct {
	deliveries []store.Delivery
	issues     [][2]int64 // hook and finding
}

// write writes a plan down, with a job for each delivery.
func (w *Worker) write(ctx context.Context, tx *store.Tx, p *plan) error {
	var jobs []river.InsertManyParams
	for _, i := range p.issues {
		if err := tx.PlanIssue(ctx, i[0], i[1]); err != nil {
			return err
		}
	}
	for _, d := range p.deliveries {
		fresh, err := tx.AddDelivery(ctx, d)
		if err != nil {
			return err
		}
		switch {
		case !fresh:
		case d.State == store.Held:
			jobs = append(jobs, gatherJob(d.Hook, w.now()))
		default:
			jobs = append(jobs, deliverJob(d))
		}
	}
	return w.queue.insert(ctx, tx, jobs)
}

// startJobs makes jobs for deliveries that were asked for beside the log: tests, and what is sent again.
func (w *Worker) startJobs(ctx context.Context) error {
	if asked, err := w.db.Asked(ctx); err != nil || !asked {
		return err
	}
	return w.db.Write(ctx, func(tx *store.Tx) error {
		fresh, err := tx.Early(ctx, store.New, 0, stride)
		if err != nil {
			return err
		}
		var jobs []river.InsertManyParams
		for _, d := range fresh {
			if err := tx.SetDelivery(ctx, d, store.Waiting); err != nil {
				return err
			}
			jobs = append(jobs, deliverJob(d))
		}
		return w.queue.insert(ctx, tx, jobs)
	})
}

// plan says what hooks are told of an event.
func (w *Worker) plan(ctx context.Context, world *register.World, hooks []desk.Hook, e *store.Event) (plan, error) {
	if len(hooks) == 0 {
		return plan{}, nil
	}
	tellings := make([]*telling, len(hooks))
	queries := make([]string, len(hooks))
	for i := range hooks {
		tellings[i] = &telling{worker: w, world: world, hook: &hooks[i], event: e}
		queries[i] = hooks[i].Query
	}
	err := w.happenings(ctx, e, func(all []happening) error {
		if len(all) == 0 {
			return nil
		}
		rows := make([]store.Finding, len(all))
		for i := range all {
			rows[i] = all[i].row
		}
		meant, err := w.sieve.Sift(ctx, world, rows, queries)
		if errors.Is(err, desk.ErrInvalid) { // it was right once; such a hook tells nothing, and the others do
			w.log.Warn("a hook's query cannot be read any more", "error", err)
		} else if err != nil {
			return err
		}
		for i, t := range tellings {
			if err := t.take(ctx, all, meant[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return plan{}, err
	}
	var p plan
	for _, t := range tellings {
		if err := t.end(&p); err != nil {
			return plan{}, err
		}
	}
	return p, nil
}
