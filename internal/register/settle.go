package register

import (
	"slices"

	"github.com/reevehq/reeve/internal/identity"
	"github.com/reevehq/reeve/internal/store"
)

// fate is what became of an entry that waited.
type fate struct {
	sighting *store.Sighting // that it continues, or whose finding it joins
	joins    bool
	why      string
}

// settle matches what is no longer seen with what is newly seen, then what other sources see; the rest is new or gone.
func (m *matching) settle() error {
	fates := map[int]fate{}
	for _, v := range m.ordered() {
		gone, err := m.unseen(v)
		if err != nil {
			return err
		}
		fresh, at := m.waitingFor(v, fates)
		was, err := m.candidates(gone, fresh)
		if err != nil {
			return err
		}
		pairs := identity.Follow(was, fresh)
		taken := map[int]bool{}
		for _, p := range pairs {
			fates[at[p.Fresh]] = fate{sighting: gone[p.Gone], why: p.Why}
			taken[p.Gone] = true
		}
		if err := m.twins(v, fates); err != nil {
			return err
		}
		if !m.in.Partial && len(m.look.header.Partial) == 0 {
			if err := m.vanish(v, gone, taken); err != nil {
				return err
			}
		}
	}
	return m.writeWaiting(fates)
}

// ordered gives the sources in the order of their ids.
func (m *matching) ordered() []*view {
	var out []*view
	for _, v := range m.sources {
		out = append(out, v)
	}
	slices.SortFunc(out, func(a, b *view) int { return int(a.ID - b.ID) })
	return out
}

// unseen are the sightings that were there before and are not in this look.
func (m *matching) unseen(v *view) ([]*store.Sighting, error) {
	if v.fresh || v.count-v.gained == v.Present {
		return nil, nil
	}
	if err := m.w.settle(m.ctx); err != nil {
		return nil, err
	}
	var out []*store.Sighting
	err := m.tx.OfSource(m.ctx, v.ID, func(s *store.Sighting) error {
		if s.Gone == 0 && !v.seen.has(s.N) {
			out = append(out, s)
		}
		return nil
	})
	return out, err
}

// candidates offers known sightings for matching; none where there is nothing to match them with.
func (m *matching) candidates(sightings []*store.Sighting, fresh []identity.Candidate) ([]identity.Candidate, error) {
	if len(fresh) == 0 {
		return nil, nil
	}
	ids := make([]int64, len(sightings))
	for i, s := range sightings {
		ids[i] = s.Finding
	}
	rows, err := m.rows(ids)
	if err != nil {
		return nil, err
	}
	out := make([]identity.Candidate, len(sightings))
	for i, s := range sightings {
		row := rows[s.Finding]
		out[i] = m.candidate(m.ctx, s, &row)
	}
	return out, nil
}

// rows gives the rows of findings by id.
func (m *matching) rows(ids []int64) (map[int64]store.Finding, error) {
	if err := m.w.settle(m.ctx); err != nil {
		return nil, err
	}
	slices.Sort(ids)
	rows, err := m.tx.Findings(m.ctx, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	out := make(map[int64]store.Finding, len(rows))
	for _, row := range rows {
		out[row.ID] = row
	}
	return out, nil
}

// waitingFor gives the entries of one source that still wait, and their numbers.
func (m *matching) waitingFor(v *view, fates map[int]fate) (out []identity.Candidate, at []int) {
	for i := range m.pending {
		w := &m.pending[i]
		if _, settled := fates[w.n]; w.view == v && !settled {
			out, at = append(out, w.cand), append(at, w.n)
		}
	}
	return out, at
}

// twins matches what waits with what other sources of the asset see.
func (m *matching) twins(v *view, fates map[int]fate) error {
	fresh, at := m.waitingFor(v, fates)
	if len(fresh) == 0 || v.lone {
		return nil
	}
	wanted := map[uint64]bool{}
	for _, c := range fresh {
		wanted[c.Keys.Print], wanted[c.Keys.Drift], wanted[c.Keys.Twin], wanted[c.Keys.Line] = true, true, true, true
	}
	delete(wanted, 0)
	if err := m.w.settle(m.ctx); err != nil {
		return err
	}
	var known []*store.Sighting
	for _, s := range m.world.Sources {
		if s.Asset != v.Asset || s.ID == v.ID {
			continue
		}
		err := m.tx.OfSource(m.ctx, s.ID, func(s *store.Sighting) error {
			if s.Gone == 0 && (wanted[uint64(s.Print)] || wanted[uint64(s.Drift)] || wanted[uint64(s.Twin)] || wanted[uint64(s.Near)]) {
				known = append(known, s)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	slices.SortFunc(known, func(a, b *store.Sighting) int { return int(a.N - b.N) })
	known, err := m.notSeenBy(v, known)
	if err != nil {
		return err
	}
	theirs, err := m.candidates(known, fresh)
	if err != nil {
		return err
	}
	for _, p := range identity.Twins(theirs, fresh) {
		fates[at[p.Fresh]] = fate{sighting: known[p.Gone], joins: true, why: p.Why}
	}
	return nil
}

// notSeenBy leaves out what the source itself sees: that is told apart already.
func (m *matching) notSeenBy(v *view, known []*store.Sighting) ([]*store.Sighting, error) {
	ids := make([]int64, len(known))
	for i, s := range known {
		ids[i] = s.Finding
	}
	rows, err := m.rows(ids)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(known, func(s *store.Sighting) bool {
		return slices.Contains(sourceIDs(rows[s.Finding].Sources), v.ID)
	}), nil
}

// writeWaiting writes what waited, in the order of the report.
func (m *matching) writeWaiting(fates map[int]fate) error {
	if len(m.pending) == 0 {
		return nil
	}
	waits := make(map[int]*view, len(m.pending))
	for i := range m.pending {
		waits[m.pending[i].n] = m.pending[i].view
	}
	pass := func(n int) bool { return waits[n] == nil }
	var again []seen
	err := m.look.spool.each(pass, func(e *entry) error {
		f, known := fates[e.n]
		if !known {
			return m.open(e, waits[e.n])
		}
		kept := *e
		again = append(again, seen{entry: &kept, view: waits[e.n], sighting: *f.sighting, joins: f.joins, why: f.why, moved: !f.joins})
		if len(again) < chunkSize {
			return nil
		}
		batch := again
		again = nil
		return m.again(batch)
	})
	if err != nil {
		return err
	}
	return m.again(again)
}
