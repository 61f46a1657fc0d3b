package register

import (
	"context"

	"github.com/reevehq/reeve/internal/store"
)

// apply writes records out into the tables. It is the only way in which tables change, at the moment of the event and when they are made again, so it
// goes by the event and its records and by nothing else.
func apply(ctx context.Context, tx *store.Tx, event *store.Event, records []Record) error {
	var (
		entities  []store.Entity
		findings  []store.Finding
		sightings []store.Sighting
		changes   []store.Change
		bills     []store.Bill
	)
	for i := range records {
		r := &records[i]
		if e := r.Entity; e != nil {
			doc := []byte(e.Doc)
			if doc == nil {
				doc = []byte{}
			}
			entities = append(entities, store.Entity{Kind: e.Kind, ID: e.ID, Name: e.Name, Doc: doc, Touched: event.Seq, Dropped: e.Dropped})
		}
		if b := r.Bill; b != nil {
			bills = append(bills, store.Bill{Asset: b.Asset, Name: b.Name, Seq: event.Seq, Data: packer().EncodeAll(b.Packages, nil)})
		}
		if s := r.Sighting; s != nil {
			sightings = append(sightings, *s)
		}
		if f := r.Finding; f != nil {
			row := *f
			row.Touched = event.Seq
			findings = append(findings, row)
			if s := r.Step; s != nil {
				changes = append(changes, store.Change{
					Finding: f.ID, Seq: event.Seq, At: event.At, Known: event.Known, Actor: event.Actor,
					What: s.What, State: f.State, Level: f.Level, Score: f.Score, Team: f.Team, Why: s.Why,
				})
			}
		}
	}
	if err := tx.PutBills(ctx, bills); err != nil {
		return err
	}
	if err := tx.PutEntities(ctx, entities); err != nil {
		return err
	}
	if err := tx.PutFindings(ctx, lastOf(findings, func(f *store.Finding) int64 { return f.ID })); err != nil {
		return err
	}
	if err := tx.PutSightings(ctx, sightings); err != nil {
		return err
	}
	return tx.PutChanges(ctx, lastOf(changes, func(c *store.Change) int64 { return c.Finding }))
}

// lastOf keeps the last of the rows that have one key: a row is written once.
func lastOf[T any](rows []T, key func(*T) int64) []T {
	at := make(map[int64]int, len(rows))
	out := rows[:0]
	for i := range rows {
		k := key(&rows[i])
		if j, twice := at[k]; twice {
			out[j] = rows[i]
			continue
		}
		at[k] = len(out)
		out = append(out, rows[i])
	}
	return out
}
