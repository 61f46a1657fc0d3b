package notify

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"

	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/trace"
)

// queue is River's, on either database.
type queue interface {
	// insert adds jobs inside a write of the register.
	insert(ctx context.Context, tx *store.Tx, jobs []river.InsertManyParams) error
	start(ctx context.Context) error
	// stop waits for jobs under way.
	stop(ctx context.Context) error
	close()
}

// queueOn is the queue on one database.
type queueOn[T any] struct {
	*river.Client[T]
	// with gives the transaction of a write as the driver wants it.
	with func(*store.Tx, func(T) error) error
	free func()
}

func (q *queueOn[T]) insert(ctx context.Context, tx *store.Tx, jobs []river.InsertManyParams) error {
	if len(jobs) == 0 {
		return nil
	}
	return q.with(tx, func(t T) error {
		_, err := q.InsertManyTx(ctx, t, jobs)
		return err
	})
}

// start begins to work. The context only bounds the start, as what is under way at the end is waited for.
func (q *queueOn[T]) start(ctx context.Context) error { return q.Start(context.WithoutCancel(ctx)) }

func (q *queueOn[T]) stop(ctx context.Context) error {
	err := q.Stop(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = q.StopAndCancel(context.WithoutCancel(ctx))
	}
	return err
}

func (q *queueOn[T]) close() { q.free() }

// connections is how many connections to PostgreSQL the queue takes.
const connections = 8

func openQueue(ctx context.Context, w *Worker) (queue, error) {
	if w.db.Kind() == "PostgreSQL" {
		pool, err := w.db.Pool(ctx, connections)
		if err != nil {
			return nil, err
		}
		q, err := newQueue(ctx, w, riverpgxv5.New(pool), (*store.Tx).Pgx)
		if err != nil {
			pool.Close()
			return nil, err
		}
		q.free = pool.Close
		return q, nil
	}
	write, _ := w.db.SQL()
	return newQueue(ctx, w, riversqlite.New(write), func(tx *store.Tx, do func(*sql.Tx) error) error { return do(tx.SQL()) })
}

// newQueue brings the queue's tables up to date, one program at a time, and makes its client.
func newQueue[T any](ctx context.Context, w *Worker, driver riverdriver.Driver[T], with func(*store.Tx, func(T) error) error) (*queueOn[T], error) {
	quiet := slog.New(slog.DiscardHandler)
	migrator, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: quiet})
	if err != nil {
		return nil, err
	}
	err = w.db.Exclusive(ctx, func() error {
		_, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("migrate the queue: %w", err)
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, &deliverWorker{worker: w})
	river.AddWorker(workers, &gatherWorker{worker: w})
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, _ *river.Job[tickArgs]) error { return w.tick(ctx) }))
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, _ *river.Job[sweepArgs]) error { return w.sweep(ctx) }))
	once := &river.InsertOpts{MaxAttempts: 1} // the next one comes soon
	client, err := river.NewClient(driver, &river.Config{
		Logger: slog.New(ending{w.log.Handler(), ctx}), Workers: workers, Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: connections}},
		JobTimeout: w.opt.Lease / 2, RescueStuckJobsAfter: w.opt.Lease, SoftStopTimeout: stopWithin,
		// River's listener for PostgreSQL can end the program while it stops (v0.49: it waits on a connection that it has closed), so the queue is asked.
		PollOnly: true, FetchPollInterval: max(w.opt.Poll, 100*time.Millisecond),
		Middleware: []rivertype.Middleware{river.WorkerMiddlewareFunc(traced)},
		PeriodicJobs: []*river.PeriodicJob{
			river.NewPeriodicJob(river.PeriodicInterval(tickEvery), func() (river.JobArgs, *river.InsertOpts) { return tickArgs{}, once }, &river.PeriodicJobOpts{RunOnStart: true}),
			river.NewPeriodicJob(river.PeriodicInterval(sweepEvery), func() (river.JobArgs, *river.InsertOpts) { return sweepArgs{}, once }, &river.PeriodicJobOpts{RunOnStart: true}),
		},
	})
	if err != nil {
		return nil, err
	}
	return &queueOn[T]{Client: client, with: with, free: func() {}}, nil
}

// traced tells how long a job took.
func traced(ctx context.Context, job *rivertype.JobRow, do func(context.Context) error) error {
	ctx, span := trace.Start(ctx, "job "+job.Kind)
	span.Count("reeve.attempt", int64(job.Attempt))
	err := do(ctx)
	span.End(err)
	return err
}

// tickArgs is the job that looks at clocks, sweepArgs the one that removes what is old. The queue's leader makes them.
type (
	tickArgs  struct{}
	sweepArgs struct{}
)

func (tickArgs) Kind() string  { return "tick" }
func (sweepArgs) Kind() string { return "sweep" }

// deliverArgs is the job to deliver something; it names a delivery.
type deliverArgs struct {
	Hook  int64 `json:"hook"`
	Event int64 `json:"event"`
	Part  int64 `json:"part"`
}

func (deliverArgs) Kind() string { return "deliver" }

// gatherArgs is the job to gather what one hook is to be told for an hour.
type gatherArgs struct {
	Hook int64 `json:"hook"`
	// Hour is the hour's end, in seconds since 1970.
	Hour int64 `json:"hour"`
}

func (gatherArgs) Kind() string { return "gather" }

func deliverJob(d store.Delivery) river.InsertManyParams {
	return river.InsertManyParams{Args: deliverArgs{d.Hook, d.Event, d.Part}, InsertOpts: &river.InsertOpts{MaxAttempts: 1000}} // age ends it, see giveUp
}

func gatherJob(hook int64, now time.Time) river.InsertManyParams {
	hour := now.Truncate(time.Hour).Add(time.Hour)
	return river.InsertManyParams{Args: gatherArgs{hook, hour.Unix()}, InsertOpts: &river.InsertOpts{
		ScheduledAt: hour,
		UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
			rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning, rivertype.JobStateScheduled, rivertype.JobStateRetryable,
		}},
	}}
}

// pauses are those between tries; the last holds for all after it.
var pauses = []time.Duration{
	5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 6 * time.Hour,
}

// nextTry is when to try again after some tries, a little scattered so that not all come back at once.
func nextTry(now time.Time, tries int) time.Time {
	pause := pauses[min(max(tries, 1), len(pauses))-1]
	return now.Add(pause + time.Duration(rand.Int64N(int64(pause)/5+1)))
}
