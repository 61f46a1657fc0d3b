package store

import (
	"context"
	"fmt"
)

// Clear empties what the log amounts to, so that it can be made again.
func (t *Tx) Clear(ctx context.Context) error {
	for _, table := range []string{"entities", "findings", "sightings", "changes", "bills"} {
		if err := t.exec(ctx, "DELETE FROM "+table); err != nil {
			return fmt.Errorf("clear %s: %w", table, err)
		}
	}
	return nil
}
