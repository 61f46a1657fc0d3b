package register

import (
	"context"
	"fmt"

	"github.com/reevehq/reeve/internal/store"
)

// Rebuild makes all tables again from the log, in one transaction. It tells progress, which may be nil, how many events of how many are done.
func (r *Register) Rebuild(ctx context.Context, progress func(done, of int64)) error {
	if err := r.db.Verify(ctx, nil); err != nil {
		return fmt.Errorf("rebuild register: the log is broken, so nothing was changed: %w", err)
	}
	err := r.db.Write(ctx, func(tx *store.Tx) error {
		if err := tx.Clear(ctx); err != nil {
			return err
		}
		head := tx.Head()
		return tx.Events(ctx, func(e store.Event) error {
			for n := range e.Blocks {
				block, err := tx.Block(ctx, e.Seq, n)
				if err != nil {
					return err
				}
				records, err := unpack(block)
				if err != nil {
					return fmt.Errorf("event %d: %w", e.Seq, err)
				}
				for i := range records {
					reserve(tx, &records[i])
				}
				if err := apply(ctx, tx, &e, records); err != nil {
					return fmt.Errorf("event %d: %w", e.Seq, err)
				}
			}
			if progress != nil {
				progress(e.Seq, head.Seq)
			}
			return nil
		})
	})
	if err != nil {
		return fmt.Errorf("rebuild register: %w", err)
	}
	r.world.Store(newWorld())
	_, err = r.World(ctx)
	return err
}

// reserve makes sure that nobody gets the ids of a record again.
func reserve(tx *store.Tx, r *Record) {
	if r.Entity != nil {
		tx.Reserve(r.Entity.ID, 0, 0)
	}
	if r.Finding != nil {
		tx.Reserve(0, r.Finding.ID, 0)
	}
	if r.Sighting != nil {
		tx.Reserve(0, 0, r.Sighting.N)
	}
}
