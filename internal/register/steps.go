package register

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/reevehq/reeve/internal/store"
)

// Steps visits what an event did to findings, block by block: rows as they were after it, and the step of each, nil where it took none that people read.
func (r *Register) Steps(ctx context.Context, e *store.Event, visit func(rows []store.Finding, steps []*Step) error) error {
	for n := range e.Blocks {
		block, err := r.db.Block(ctx, e.Seq, n)
		if err != nil {
			return err
		}
		texts, err := lines(block)
		if err != nil {
			return fmt.Errorf("event %d: %w", e.Seq, err)
		}
		var rows []store.Finding
		var steps []*Step
		for _, text := range texts {
			var record struct {
				Finding *store.Finding
				Step    *Step
			}
			if err := json.Unmarshal(text, &record); err != nil {
				return fmt.Errorf("event %d: %w", e.Seq, err)
			}
			if record.Finding != nil {
				record.Finding.Touched = e.Seq
				rows, steps = append(rows, *record.Finding), append(steps, record.Step)
			}
		}
		if err := visit(rows, steps); err != nil {
			return err
		}
	}
	return nil
}
