package register

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/reevehq/reeve/internal/clock"
	"github.com/reevehq/reeve/internal/store"
)

// policyIn reads a clock policy and checks it.
func policyIn(doc []byte) (*clock.Policy, error) {
	var p clock.Policy
	if err := json.Unmarshal(doc, &p); err != nil {
		return nil, err
	}
	if err := p.Validate(); err != nil {
		return nil, err
	}
	return &p, nil
}

// withPolicies gives the world as it is once policies were set up; itself where none was.
func (w *World) withPolicies(sets []Set, ids []int64) (*World, error) {
	if !slices.ContainsFunc(sets, func(s Set) bool { return s.Kind == KindPolicy }) {
		return w, nil
	}
	next := w.copy(map[string]bool{KindPolicy: true})
	for i, s := range sets {
		if s.Kind != KindPolicy {
			continue
		}
		doc, err := json.Marshal(s.Doc)
		if err != nil {
			return nil, err
		}
		if err := next.put(store.Entity{Kind: s.Kind, ID: ids[i], Name: s.Name, Doc: doc, Dropped: s.Drop}); err != nil {
			return nil, err
		}
	}
	return next, nil
}

// resetClocks sets the clocks of the findings anew for which another policy counts in the next world, or a changed one.
func resetClocks(ctx context.Context, tx *store.Tx, to *writer, w, next *World) error {
	if next == w {
		return nil
	}
	now := to.event.Known
	reset := func(row *store.Finding) bool {
		old, p := *row, policyOf(next, next.Assets[row.Asset])
		if !State(row.State).Active() || p == policyOf(w, w.Assets[row.Asset]) {
			return false
		}
		setClock(p, row, now)
		return *row != old
	}
	var concerned []int64
	err := tx.Every(ctx, func(row *store.Finding) error {
		if id := row.ID; reset(row) {
			concerned = append(concerned, id)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for part := range slices.Chunk(concerned, chunkSize) {
		rows, err := tx.Findings(ctx, part)
		if err != nil {
			return err
		}
		for i := range rows {
			due := rows[i].Due
			reset(&rows[i])
			record := Record{Finding: &rows[i]}
			if rows[i].Due != due {
				record.Step = &Step{StepDue, "the clock policy says another day now: " + dayOf(rows[i].Due)}
			}
			if err := to.add(ctx, record); err != nil {
				return err
			}
		}
	}
	return nil
}

func dayOf(due int64) string {
	if due == 0 {
		return "none"
	}
	return moment(due).Format("2006-01-02 15:04 MST")
}
