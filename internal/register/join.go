package register

import (
	"context"
	"fmt"
	"slices"

	"github.com/reevehq/reeve/internal/store"
)

// The kinds of events by which people correct identity.
const (
	KindMerge = "merge"
	KindSplit = "split"
)

// Joining is who corrects identity, and why. Allow says of each finding whether they may; nil lets everything pass.
type Joining struct {
	Actor, Why string
	Allow      func(*World, *store.Finding) error
}

// Merge says that findings are one: the first stays, and what sees the others sees it from then on. Split undoes it.
func (r *Register) Merge(ctx context.Context, j Joining, into int64, others []int64) (Changed, error) {
	if j.Why == "" || len(others) == 0 || slices.Contains(others, into) || len(others) > 100 {
		return Changed{}, fmt.Errorf("%w: a merge needs a reason, a finding that stays and 1 to 100 others", ErrInvalid)
	}
	var out Changed
	err := r.db.Write(ctx, func(tx *store.Tx) error {
		w, rows, err := r.allowed(ctx, tx, append([]int64{into}, others...), j.Allow)
		if err != nil {
			return err
		}
		now := max(r.now(), tx.Head().Known)
		to := newWriter(tx, store.Event{At: now, Actor: j.Actor, Kind: KindMerge}, now)
		defer to.close()
		stays := rows[into]
		for _, id := range others {
			row := rows[id]
			if row.Asset != stays.Asset {
				return fmt.Errorf("%w: finding %d is about another asset than finding %d", ErrConflict, id, into)
			}
			sightings, err := tx.OfFinding(ctx, id)
			if err != nil {
				return err
			}
			for i := range sightings {
				sightings[i].Finding = into
				if err := to.add(ctx, Record{Sighting: &sightings[i]}); err != nil {
					return err
				}
			}
			stays.Sources = sourceList(append(sourceIDs(stays.Sources), sourceIDs(row.Sources)...))
			stays.Saw = sourceList(without(stays.Saw+","+row.Saw, sourceIDs(stays.Sources)...))
			stays.Opened = min(stays.Opened, row.Opened)
			row.Saw = ""
			row.Sources, row.Closed, row.Changed, row.Next, row.State = "", now, now, 0, string(Merged)
			step := &Step{StepMerged, fmt.Sprintf("it is the same as finding %d: %s", into, j.Why)}
			if err := to.add(ctx, Record{Finding: rowCopy(&row), Step: step}); err != nil {
				return err
			}
		}
		if !State(stays.State).Active() && stays.Sources != "" && State(stays.State) == Verified {
			stays.State, stays.Changed, stays.Closed = string(Open), now, 0
			restartClock(&stays, now)
			setClock(policyOf(w, w.Assets[stays.Asset]), &stays, now)
		}
		if err := to.add(ctx, Record{Finding: &stays, Step: &Step{StepMerged, fmt.Sprintf("findings %v are the same as this: %s", others, j.Why)}}); err != nil {
			return err
		}
		out = Changed{Event: tx.Seq(), Findings: len(others) + 1}
		_, err = to.end(ctx, map[string]any{"into": into, "others": others, "why": j.Why})
		return err
	})
	return out, err
}

// Split says that what one source sees is not what the others see: the sighting becomes a finding of its own, which is open.
func (r *Register) Split(ctx context.Context, j Joining, source, n int64) (Changed, error) {
	if j.Why == "" {
		return Changed{}, fmt.Errorf("%w: a split needs a reason", ErrInvalid)
	}
	var out Changed
	err := r.db.Write(ctx, func(tx *store.Tx) error {
		s, err := tx.Sighting(ctx, source, n)
		if err != nil {
			return err
		}
		w, rows, err := r.allowed(ctx, tx, []int64{s.Finding}, j.Allow)
		if err != nil {
			return err
		}
		all, err := tx.OfFinding(ctx, s.Finding)
		if err != nil {
			return err
		}
		if len(all) < 2 {
			return fmt.Errorf("%w: only one source sees finding %d, so there is nothing to split", ErrConflict, s.Finding)
		}
		now := max(r.now(), tx.Head().Known)
		to := newWriter(tx, store.Event{At: now, Actor: j.Actor, Kind: KindSplit}, now)
		defer to.close()
		old := rows[s.Finding]
		own, err := r.ownRow(ctx, tx, w, &old, &s)
		if err != nil {
			return err
		}
		own.State, own.Opened, own.Changed, own.OpenedSeq = string(Open), now, now, tx.Seq()
		if s.Gone != 0 {
			own.State, own.Closed, own.Sources, own.Saw = string(Verified), now, "", own.Sources
		} else {
			setClock(policyOf(w, w.Assets[own.Asset]), &own, now)
		}
		var left, saw []int64
		for _, other := range all {
			switch {
			case other.N == s.N:
			case other.Gone == 0:
				left = append(left, other.Source)
			default:
				saw = append(saw, other.Source)
			}
		}
		old.Sources, old.Saw = sourceList(left), sourceList(without(sourceList(saw), left...))
		was := old.ID
		s.Finding = own.ID
		for _, record := range []Record{
			{Finding: &own, Sighting: &s, Step: &Step{StepSplit, fmt.Sprintf("it was taken for finding %d: %s", was, j.Why)}},
			{Finding: &old, Step: &Step{StepSplit, fmt.Sprintf("finding %d was taken for this: %s", own.ID, j.Why)}},
		} {
			if err := to.add(ctx, record); err != nil {
				return err
			}
		}
		out = Changed{Event: tx.Seq(), Findings: 2}
		_, err = to.end(ctx, map[string]any{"from": was, "to": own.ID, "why": j.Why})
		return err
	})
	return out, err
}

// ownRow is the row that a sighting has by its own text.
func (r *Register) ownRow(ctx context.Context, tx *store.Tx, w *World, old *store.Finding, s *store.Sighting) (store.Finding, error) {
	f, err := r.document(ctx, tx, s.DocSeq, s.DocN)
	if err != nil {
		return store.Finding{}, err
	}
	c := newCanon(r.advisories.Load())
	c.enrich(f)
	own := rowOf(f, w.Assets[old.Asset])
	own.ID, own.Asset, own.Team, own.Flaw = tx.NewFinding(), old.Asset, old.Team, 0
	own.Rule, own.DocSeq, own.DocN = w.ID(KindRule, f.Rule), s.DocSeq, s.DocN
	own.Sources = sourceList([]int64{s.Source})
	if isFlaw(f) {
		own.Flaw = w.ID(KindFlaw, c.name(f.Rule))
	}
	return own, nil
}

// allowed gives rows by id after asking of each whether it may be changed.
func (r *Register) allowed(ctx context.Context, tx *store.Tx, ids []int64, allow func(*World, *store.Finding) error) (*World, map[int64]store.Finding, error) {
	w, err := r.within(ctx, tx)
	if err != nil {
		return nil, nil, err
	}
	rows, err := tx.Findings(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	out := map[int64]store.Finding{}
	for _, row := range rows {
		if allow != nil {
			if err := allow(w, &row); err != nil {
				return nil, nil, err
			}
		}
		out[row.ID] = row
	}
	for _, id := range ids {
		if _, ok := out[id]; !ok {
			return nil, nil, fmt.Errorf("finding %d: %w", id, ErrNotFound)
		}
	}
	return w, out, nil
}
