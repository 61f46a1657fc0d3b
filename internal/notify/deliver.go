package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
)

// deliverWorker delivers.
type deliverWorker struct {
	river.WorkerDefaults[deliverArgs]
	worker *Worker
}

// NextRetry says when to try again.
func (d *deliverWorker) NextRetry(job *river.Job[deliverArgs]) time.Time {
	return nextTry(time.Now(), job.Attempt)
}

// call is one delivery on its way.
type call struct {
	worker *Worker
	hook   *desk.Hook
	secret desk.HookSecret
	row    *store.Delivery
	msg    *desk.Message
	// id is the same for every try, retry tells that this may not be the first.
	id    string
	retry bool
	// note is what is worth knowing about a delivery that went well.
	note string
}

// dead is an error after which trying again is of no use.
type dead struct{ why string }

func (d dead) Error() string { return d.why }

// wait is an error of the other side that says when to come back, or of an earlier delivery that goes first. It is no failed try.
type wait struct {
	why   string
	after time.Duration
}

func (w wait) Error() string { return w.why }

// Work delivers what a job names. Whatever happens between two of its steps, what is sent again has the same id.
func (d *deliverWorker) Work(ctx context.Context, job *river.Job[deliverArgs]) error {
	w := d.worker
	row, err := w.db.Delivery(ctx, job.Args.Hook, job.Args.Event, job.Args.Part)
	if errors.Is(err, store.ErrNotFound) {
		return nil // it was given up long ago
	}
	if err != nil || row.State != store.Waiting {
		return err
	}
	c, err := w.call(ctx, &row)
	if err == nil {
		c.retry = job.Attempt > 1 || row.Attempts > 0
		err = c.send(ctx)
	}
	if ctx.Err() != nil && errors.Is(context.Cause(ctx), context.Canceled) {
		return ctx.Err() // the program stops; that is no failed try
	}
	return w.ended(context.WithoutCancel(ctx), &row, c, err)
}

// call reads what a delivery needs.
func (w *Worker) call(ctx context.Context, row *store.Delivery) (*call, error) {
	world, err := w.desk.Register().World(ctx)
	if err != nil {
		return nil, err
	}
	hooks, refs := desk.HooksIn(world)
	var hook *desk.Hook
	for i := range hooks {
		if hooks[i].ID == row.Hook {
			hook = &hooks[i]
		}
	}
	switch {
	case hook == nil:
		return nil, dead{"the hook was removed"}
	case hook.Off && row.Event != 0:
		return nil, dead{"the hook was switched off"}
	}
	c := &call{worker: w, hook: hook, row: row, msg: &desk.Message{}, id: w.id(row)}
	if c.secret, err = desk.ReadHookSecret(ctx, w.db, refs[hook.ID]); err != nil {
		return nil, fmt.Errorf("read the hook's secret: %w", err)
	}
	if err := json.Unmarshal(row.Body, c.msg); err != nil {
		return nil, dead{"what is to be told cannot be read"}
	}
	return c, nil
}

// id names a delivery to the other side, among those of all registers.
func (w *Worker) id(row *store.Delivery) string {
	return fmt.Sprintf("msg_%s_%d_%d_%d", w.instance, row.Hook, row.Event, row.Part)
}

// send sends by the way of the hook's kind.
func (c *call) send(ctx context.Context) error {
	switch c.hook.Kind {
	case desk.HookWebhook:
		return c.webhook(ctx)
	case desk.HookSlack:
		return c.slack(ctx)
	case desk.HookTeams:
		return c.teams(ctx)
	case desk.HookMail:
		return c.mail(ctx)
	case desk.HookJira, desk.HookGitHub, desk.HookGitLab:
		return c.issue(ctx)
	}
	return dead{"this reeve does not know hooks of the kind " + c.hook.Kind}
}

// ended writes how a try went, and tells the queue whether there is to be another.
func (w *Worker) ended(ctx context.Context, row *store.Delivery, c *call, err error) error {
	now := w.now()
	row.Tried, row.Note = now.UnixMicro(), ""
	var later wait
	var last dead
	switch {
	case err == nil:
		row.State, row.Attempts, row.Note = store.Sent, row.Attempts+1, c.note
	case errors.As(err, &later) && now.Sub(at(row.Made)) < giveUp:
		row.Note = later.why
		if err := w.db.Tried(ctx, *row); err != nil {
			return err
		}
		return river.JobSnooze(later.after)
	case errors.As(err, &last), now.Sub(at(row.Made)) >= giveUp:
		row.State, row.Attempts, row.Note = store.Dead, row.Attempts+1, line(plain(err), maxLine)
		w.log.Warn("a delivery is given up", "hook", row.Hook, "event", row.Event, "part", row.Part, "error", row.Note)
	default:
		row.Attempts, row.Note = row.Attempts+1, line(plain(err), maxLine)
		if err := w.db.Tried(ctx, *row); err != nil {
			return err
		}
		return errors.New(row.Note)
	}
	return w.db.Tried(ctx, *row)
}

// gatherWorker makes one delivery of what waits for a hook's digest.
type gatherWorker struct {
	river.WorkerDefaults[gatherArgs]
	worker *Worker
}

// NextRetry says when to try again.
func (g *gatherWorker) NextRetry(job *river.Job[gatherArgs]) time.Time {
	return nextTry(time.Now(), job.Attempt)
}

// mostGathered bounds what one transaction gathers.
const mostGathered = 500

// Work gathers: what was held becomes part of a new delivery, in one transaction.
func (g *gatherWorker) Work(ctx context.Context, job *river.Job[gatherArgs]) error {
	w := g.worker
	for {
		n := 0
		err := w.db.Write(ctx, func(tx *store.Tx) error {
			held, err := tx.Early(ctx, store.Held, job.Args.Hook, mostGathered)
			if err != nil {
				return err
			}
			n = len(held)
			p, err := w.digests(held)
			if err != nil {
				return err
			}
			for _, d := range held {
				if err := tx.SetDelivery(ctx, d, store.Gathered); err != nil {
					return err
				}
			}
			return w.write(ctx, tx, p)
		})
		if err != nil || n < mostGathered {
			return err
		}
	}
}

// digests joins deliveries to one for each group of people.
func (w *Worker) digests(held []store.Delivery) (*plan, error) {
	var p plan
	groups, order := map[string]*digest{}, []string{}
	for _, d := range held {
		var m desk.Message
		if json.Unmarshal(d.Body, &m) != nil {
			continue // this package wrote it
		}
		key := fmt.Sprint(m.Mail)
		if groups[key] == nil {
			groups[key], order = &digest{mail: m.Mail}, append(order, key)
		}
		groups[key].add(&m)
	}
	for n, key := range order {
		m := groups[key].message()
		body, err := json.Marshal(m)
		if err != nil {
			return nil, err
		}
		// parts of digests are negative, so that they are told from the last event's own
		p.deliveries = append(p.deliveries, store.Delivery{
			Hook: held[0].Hook, Event: m.Event, Part: -1 - int64(n), State: store.Waiting, Body: body, Made: w.now().UnixMicro(),
		})
	}
	return &p, nil
}

// digest is several messages becoming one.
type digest struct {
	mail  []string
	all   batch
	last  *desk.Message
	lines []string
}

func (g *digest) add(m *desk.Message) {
	g.last = m
	if len(m.Items) == 0 { // about no finding: its title is all it says
		g.lines = append(g.lines, m.Title)
	}
	for _, i := range m.Items {
		g.all.add(i, inWebhook)
	}
	left := m.Total - len(m.Items)
	g.all.total += max(left, 0)
	for what, n := range m.Counts {
		shown := 0
		for _, i := range m.Items {
			if i.What == what {
				shown++
			}
		}
		if n > shown && len(m.Items) > 0 {
			g.all.counts[what] += n - shown
		}
	}
}

func (g *digest) message() desk.Message {
	m := desk.Message{Event: g.last.Event, At: g.last.At, Actor: register.Clock, Items: g.all.worst(inMessage), Total: g.all.total, Counts: g.all.counts, Mail: g.mail}
	if m.Items == nil {
		m.Items = []desk.Item{}
	}
	m.Title = "In the last hour: " + countTitle(m.Total, m.Counts)
	if m.Total == 0 {
		m.Title = fmt.Sprintf("In the last hour: %d reports came in", len(g.lines))
		if len(g.lines) == 1 {
			m.Title = g.lines[0]
		}
	}
	return m
}
