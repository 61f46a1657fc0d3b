// Package desk is the one place where the register is asked and changed: the API, the pages and the commands all stand before it.
//
// Every method takes who wants something, and checks that with package access before anything is read or written; what somebody may not
// see is not there for them. Lists, counts and figures are answered from the index of package facet, which follows the log. The package must not
// know HTTP, HTML or the terminal, and must not check a right anywhere but through access.Principal.
package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/facet"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
)

// Desk answers about one register. It may be used by several goroutines.
type Desk struct {
	reg   *register.Register
	index *facet.Index
	now   func() time.Time

	// mu guards the following of the log.
	mu    sync.Mutex
	named int64
	// history and reasons serve the figures; history is guarded by mu for who writes.
	history history
	reasons reasons
	// bills are the stored bills of materials by package.
	bills billIndex
	// watch is told what comes of imports.
	watch importWatch
}

// The errors that callers tell apart, besides access.ErrDenied and access.ErrHidden.
var (
	ErrNotFound = register.ErrNotFound
	ErrConflict = register.ErrConflict
	ErrInvalid  = register.ErrInvalid
)

// New opens a desk. The first question reads all findings, which takes some seconds for a million; Warm does so before anybody asks.
func New(reg *register.Register, now func() time.Time) *Desk {
	return &Desk{reg: reg, index: facet.New(), now: now}
}

// Warm reads what the first question would wait for.
func (d *Desk) Warm(ctx context.Context) error { return d.follow(ctx) }

// Now is the time by the desk's clock.
func (d *Desk) Now() time.Time { return d.now() }

// Register gives the register behind the desk, for jobs that nobody asks for: clocks, feeds, retention.
func (d *Desk) Register() *register.Register { return d.reg }

// putSize is how many rows the index takes at once.
const putSize = 50_000

// sync follows the log to its end, so that what is answered holds everything that was written before it was asked. Where nothing was written since
// the last time, that is all it asks.
func (d *Desk) sync(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	head, err := d.reg.Store().Head(ctx)
	if err != nil || head.Seq == d.index.Head() {
		return err
	}
	w, err := d.reg.World(ctx)
	if err != nil {
		return err
	}
	if err := d.names(ctx); err != nil {
		return err
	}
	var rows []facet.Row
	var merged []int64
	_, err = d.reg.Follow(ctx, d.index.Head(), func(f *store.Finding) error {
		d.history.touch(f.ID)
		if register.State(f.State) == register.Merged {
			merged = append(merged, f.ID)
			return nil
		}
		rows = append(rows, rowOf(w, f))
		if len(rows) >= putSize {
			d.index.Put(rows, nil, d.index.Head())
			rows = rows[:0]
		}
		return nil
	})
	if err != nil {
		return err
	}
	// What was written while this read is followed once more next time: the names above may be older than it.
	d.index.Put(rows, merged, head.Seq)
	return nil
}

// names tells the index what ids stand for.
func (d *Desk) names(ctx context.Context) error {
	fields := map[string]facet.Field{
		register.KindAsset: facet.Asset, register.KindTeam: facet.Team, register.KindPerson: facet.Assignee,
		register.KindRule: facet.Rule, register.KindFlaw: facet.Flaw,
	}
	fresh := map[facet.Field][]facet.Entry{}
	last := d.named
	err := d.reg.Store().Entities(ctx, d.named, func(e store.Entity) error {
		last = max(last, e.Touched)
		if field, ok := fields[e.Kind]; ok {
			fresh[field] = append(fresh[field], entryOf(e))
		}
		return nil
	})
	if err != nil {
		return err
	}
	for field, entries := range fresh {
		d.index.PutNames(field, entries)
	}
	d.named = last
	return nil
}

// scope narrows a query to what somebody may see.
func scope(p access.Principal, q facet.Query) facet.Query {
	teams, all := p.Teams()
	if all {
		return q
	}
	s := facet.Scope{}
	for _, t := range teams {
		s.Teams = append(s.Teams, int32(t))
	}
	return q.Within(s)
}

// query reads what somebody asks, within what they may see.
func (d *Desk) query(ctx context.Context, p access.Principal, text string) (facet.Query, error) {
	if err := p.Can(access.Read); err != nil {
		return facet.Query{}, err
	}
	if err := d.sync(ctx); err != nil {
		return facet.Query{}, err
	}
	var names facet.Names
	if _, all := p.Teams(); all {
		names = d.index // to others a hint would tell the names of what they may not see
	}
	q, err := facet.Parse(text, names)
	if err != nil {
		return q, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return scope(p, q), nil
}

// object is what a right on a finding is asked of.
func object(w *register.World, row *store.Finding) access.Object {
	o := access.Object{Team: row.Team}
	if a := w.Assets[row.Asset]; a != nil {
		o.Asset = register.AssetName(a.Asset)
	}
	return o
}

// hidden makes one error of what is not there and what somebody may not see, so that nobody can tell the difference.
func hidden(err error, what string) error {
	if errors.Is(err, access.ErrHidden) || errors.Is(err, ErrNotFound) {
		return fmt.Errorf("%s: %w", what, ErrNotFound)
	}
	return err
}

func severity(n int64) finding.Severity { return finding.Severity(n) }

func list(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}
