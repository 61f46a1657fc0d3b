package desk

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/facet"
	"github.com/reevehq/reeve/internal/ingest"
	"github.com/reevehq/reeve/internal/register"
)

// Gauges are figures about the register as it is now, for operators.
type Gauges struct {
	// Head is the number of the last event of the log, HeadAt when it was written; zero where there is none.
	Head   int64
	HeadAt time.Time
	// Bytes is the size of the database.
	Bytes int64
	// Rows is how many findings the index holds. Lag is how many events it was behind the log when the figures were asked for; by now it is not.
	Rows int
	Lag  int64
	// Open counts active findings by level, all levels named. Overdue counts those past their day.
	Open    map[string]int
	Overdue int
	// Deliveries and Jobs count these by state.
	Deliveries, Jobs map[string]int64
}

// Gauges gives the figures of the whole register.
func (d *Desk) Gauges(ctx context.Context, p access.Principal) (Gauges, error) {
	if err := p.Can(access.Inspect); err != nil {
		return Gauges{}, err
	}
	db := d.reg.Store()
	head, err := db.Head(ctx)
	if err != nil {
		return Gauges{}, fmt.Errorf("read figures: %w", err)
	}
	out := Gauges{Head: head.Seq, HeadAt: moment(head.Known), Lag: max(0, head.Seq-d.index.Head()), Open: map[string]int{}}
	figures, err := db.Figures(ctx)
	if err != nil {
		return out, err
	}
	out.Bytes, out.Deliveries, out.Jobs = figures.Bytes, figures.Deliveries, figures.Jobs
	active, err := d.query(ctx, p, askActive)
	if err != nil {
		return out, err
	}
	out.Rows = d.index.Len()
	for level := range levelCount {
		out.Open[severity(int64(level)).String()] = 0
	}
	facets := d.index.Facets(active, d.now(), []facet.Field{facet.Level, facet.Overdue}, levelCount+1)
	for _, b := range facets[facet.Level] {
		out.Open[b.Value] = b.Count
	}
	out.Overdue = yes(facets[facet.Overdue])
	return out, nil
}

// The outcomes of imports.
const (
	// Taken is a report whose findings count from now on; Superseded came after a newer one, Repeated a second time with its key.
	Taken      = "taken"
	Superseded = "superseded"
	Repeated   = "repeated"
	// Refused is a report that cannot be read or a request that makes no sense, Denied one that its sender may not make. Failed is everything else.
	Refused = "refused"
	Denied  = "denied"
	Failed  = "failed"
)

// Outcomes lists the outcomes of imports.
func Outcomes() []string { return []string{Taken, Superseded, Repeated, Refused, Denied, Failed} }

// importWatch is whom imports are told to.
type importWatch = atomic.Pointer[func(outcome string, took time.Duration)]

// OnImport has every import from now on told to somebody: what came of it and how long it took.
func (d *Desk) OnImport(tell func(outcome string, took time.Duration)) { d.watch.Store(&tell) }

// imported tells an import that was begun at a moment.
func (d *Desk) imported(began time.Time, receipt *register.Receipt, err error) {
	tell := d.watch.Load()
	if tell == nil {
		return
	}
	outcome := Taken
	var unread *ingest.Error
	switch {
	case errors.Is(err, access.ErrDenied), errors.Is(err, access.ErrHidden):
		outcome = Denied
	case errors.As(err, &unread), errors.Is(err, ErrInvalid), errors.Is(err, ErrConflict), errors.Is(err, ErrNotFound):
		outcome = Refused
	case err != nil:
		outcome = Failed
	case receipt.Repeated:
		outcome = Repeated
	case receipt.Superseded != "":
		outcome = Superseded
	}
	(*tell)(outcome, time.Since(began))
}
