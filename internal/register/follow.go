package register

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/store"
)

// Follow visits the rows of the findings that events after a sequence number wrote, in the order of the log, and gives the number of the last event.
// After 0 it visits every finding once, as it is now.
func (r *Register) Follow(ctx context.Context, after int64, visit func(*store.Finding) error) (int64, error) {
	head, err := r.db.Head(ctx)
	if err != nil || head.Seq == after {
		return after, err
	}
	if after == 0 {
		return head.Seq, r.db.Every(ctx, visit)
	}
	var events []store.Event
	if err := r.db.Events(ctx, after, 0, func(e store.Event) error { e.Data = nil; events = append(events, e); return nil }); err != nil {
		return after, err
	}
	for _, e := range events {
		for n := range e.Blocks {
			if err := r.rowsOf(ctx, &e, n, visit); err != nil {
				return after, fmt.Errorf("event %d: %w", e.Seq, err)
			}
		}
		after = e.Seq
	}
	return after, nil
}

func (r *Register) rowsOf(ctx context.Context, e *store.Event, n int64, visit func(*store.Finding) error) error {
	block, err := r.db.Block(ctx, e.Seq, n)
	if err != nil {
		return err
	}
	texts, err := lines(block)
	if err != nil {
		return err
	}
	for _, text := range texts {
		var record struct{ Finding *store.Finding }
		if err := json.Unmarshal(text, &record); err != nil {
			return err
		}
		if record.Finding == nil {
			continue
		}
		record.Finding.Touched = e.Seq
		if err := visit(record.Finding); err != nil {
			return err
		}
	}
	return nil
}

// Detail is all that the register knows about one finding.
type Detail struct {
	Row store.Finding
	// Finding is its newest text, with the rank as it is now.
	Finding finding.Finding
	// Sightings say who sees it, History what happened to it, oldest first.
	Sightings []store.Sighting
	History   []store.Change
}

// Detail reads one finding.
func (r *Register) Detail(ctx context.Context, id int64) (*Detail, error) {
	rows, err := r.db.Findings(ctx, []int64{id})
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("finding %d: %w", id, ErrNotFound)
	}
	w, err := r.World(ctx)
	if err != nil {
		return nil, err
	}
	d := &Detail{Row: rows[0]}
	f, err := r.document(ctx, r.db, d.Row.DocSeq, d.Row.DocN)
	if err != nil {
		return nil, fmt.Errorf("finding %d: %w", id, err)
	}
	asset := w.Assets[d.Row.Asset]
	f.Exposure = exposureOf(f, asset)
	newCanon(r.advisories.Load()).enrich(f)
	rank := rankOf(f)
	f.Rank = &rank
	d.Finding = *f
	if d.Sightings, err = r.db.Sightings(ctx, id); err != nil {
		return nil, err
	}
	d.History, err = r.db.History(ctx, id)
	return d, err
}
