// Package notify tells people and other programs what happens in the register, and does what nobody asks for: clocks, digests, removing what is old.
//
// A follower reads the log from a cursor on. In one transaction it moves the cursor and writes down what each hook is to be told, with a job for
// each; so an event is looked at once, whatever kills the program. A job delivers with the same id however often it is tried, and is tried for
// three days. What is sent is text that came from outside: it is escaped for each channel, and addresses of hooks are hostile: no connection to a private network, no
// redirect, no answer that is shown. The package must not decide who may see what, and must not change a finding but by register.Tick and register.Enrich.
package notify

import (
	"context"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/store"
)

// Options are what a worker needs.
type Options struct {
	// Desk is where the register is asked, Log gets what happens.
	Desk *desk.Desk
	Log  *slog.Logger
	// BaseURL is how people reach the pages; links in messages begin with it. "" makes none.
	BaseURL string
	// AllowPrivate lets hooks reach private networks and this machine, also without TLS: for a chat or tracker of one's own.
	AllowPrivate bool
	// Roots are the authorities whose certificates count; nil is the system's.
	Roots *x509.CertPool
	// Advisories is the path of the advisory database; when a newer file appears there the register learns from it. "" is none.
	Advisories string
	// Bills is a folder of this program's own for the index of stored bills of materials, which meet new advisories there; "" meets none.
	Bills string
	// Lease is how long one try to deliver may take before it counts as lost with its program, at least 2 seconds; 0 is a minute.
	Lease time.Duration
	// Poll is how often the log is asked for something new; 0 is a second.
	Poll time.Duration
}

// Worker does the jobs of one program. Any number of programs may have one on the same database.
type Worker struct {
	opt      Options
	desk     *desk.Desk
	db       *store.DB
	log      *slog.Logger
	client   *client
	instance string
	queue    queue
	sieve    *desk.Sieve
}

// The times of a worker.
const (
	usualLease = time.Minute
	usualPoll  = time.Second
	tickEvery  = time.Minute
	sweepEvery = time.Hour
	// giveUp is how long a delivery is tried.
	giveUp = 72 * time.Hour
	// keepDeliveries and keepReceipts are how long those are kept.
	keepDeliveries = 30 * 24 * time.Hour
	keepReceipts   = 7 * 24 * time.Hour
	// stopWithin is how long a stop waits for deliveries under way.
	stopWithin = 10 * time.Second
)

// New makes a worker and brings the tables of its queue up to date. Close gives back what it holds.
func New(ctx context.Context, opt Options) (*Worker, error) {
	if opt.Lease == 0 {
		opt.Lease = usualLease
	}
	if opt.Poll == 0 {
		opt.Poll = usualPoll
	}
	opt.Lease, opt.BaseURL = max(opt.Lease, 2*time.Second), strings.TrimSuffix(opt.BaseURL, "/")
	db := opt.Desk.Register().Store()
	name, err := db.Secret(ctx, "instance", 6)
	if err != nil {
		return nil, fmt.Errorf("open worker: %w", err)
	}
	w := &Worker{
		opt: opt, desk: opt.Desk, db: db, log: opt.Log, client: newClient(opt.AllowPrivate, opt.Roots),
		instance: hex.EncodeToString(name), sieve: opt.Desk.Sieve(),
	}
	if w.queue, err = openQueue(ctx, w); err != nil {
		return nil, fmt.Errorf("open worker: %w", err)
	}
	return w, nil
}

// Close gives up what the worker holds. It is called after Run has returned.
func (w *Worker) Close() {
	w.queue.close()
	w.client.close()
}

// Run works until the context ends, and returns when what is under way is done.
func (w *Worker) Run(ctx context.Context) error {
	if err := w.queue.start(ctx); err != nil {
		return fmt.Errorf("start worker: %w", err)
	}
	var wait sync.WaitGroup
	wait.Go(func() { w.every(ctx, w.opt.Poll, "follow the log", w.follow) })
	if w.opt.Advisories != "" {
		r := refresh{worker: w}
		wait.Go(func() { w.every(ctx, tickEvery, "read advisories", r.turn) })
	}
	<-ctx.Done()
	wait.Wait()
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin+time.Second)
	defer cancel()
	if err := w.queue.stop(late); err != nil {
		return fmt.Errorf("stop worker: %w", err)
	}
	return nil
}

// every does something again and again until the context ends. What fails is tried again later, and less and less often.
func (w *Worker) every(ctx context.Context, pause time.Duration, what string, do func(context.Context) error) {
	failed := 0
	for {
		switch err := do(ctx); {
		case ctx.Err() != nil:
			return
		case err == nil:
			failed = 0
		default:
			failed++
			w.log.Error(what, "error", err, "failed", failed)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(min(pause<<min(failed, 10), max(pause, time.Minute))):
		}
	}
}

func (w *Worker) now() time.Time { return w.desk.Now() }

// tick looks at clocks.
func (w *Worker) tick(ctx context.Context) error {
	done, err := w.desk.Register().Tick(ctx)
	if err == nil && done.Looked > 0 {
		w.log.Info("clocks", "looked", done.Looked, "escalated", done.Escalated, "ended", done.Ended)
	}
	return err
}

// sweep removes what is old.
func (w *Worker) sweep(ctx context.Context) error {
	now := w.now()
	return w.db.Retire(ctx, now.Add(-keepDeliveries).UnixMicro(), now.Add(-keepReceipts).UnixMicro())
}

// refresh watches the file of the advisory database.
type refresh struct {
	worker *Worker
	size   int64
	made   time.Time
	known  *advisory.DB
}

// turn takes a newer file, and lets bills of materials meet what it says; so do bills that came since.
func (r *refresh) turn(ctx context.Context) error {
	if err := r.look(ctx); err != nil || r.known == nil || r.worker.opt.Bills == "" {
		return err
	}
	met, err := r.worker.desk.Meet(ctx, r.known, r.worker.opt.Bills)
	if err == nil && met.Looks > 0 {
		r.worker.log.Info("bills of materials met the advisories", "bills", met.Matched, "new", met.New, "verified", met.Verified)
	}
	return err
}

// look takes a newer file. The one before stays open, for somebody may be reading it.
func (r *refresh) look(ctx context.Context) error {
	info, err := os.Stat(r.worker.opt.Advisories)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil || info.Size() == r.size && info.ModTime().Equal(r.made) {
		return err
	}
	db, err := advisory.Open(r.worker.opt.Advisories)
	if err != nil {
		return err
	}
	done, err := r.worker.desk.Register().Enrich(ctx, db, "advisories")
	if err != nil {
		return err
	}
	r.size, r.made, r.known = info.Size(), info.ModTime(), db
	if done.Flaws > 0 {
		r.worker.log.Info("advisories", "flaws", done.Flaws, "ranked", done.Changed)
	}
	return nil
}
