package register

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/identity"
	"github.com/reevehq/reeve/internal/store"
)

// chunkSize is how many entries are looked up at once.
const chunkSize = 1000

// matching is the search for what the entries of a look are: known in their very place, known elsewhere, known to others, or new.
type matching struct {
	*landing
	ctx context.Context
	// claimed are the findings that people say are fixed, by id: seeing one again is news.
	claimed map[int64]bool
	// others tells which weak keys other sources of the same asset know, so that what nobody knows can be written at once.
	others map[int64]map[uint64]struct{}
	// pending are the numbers of entries that may be known elsewhere.
	pending []waiting
	chunk   []entry
}

// waiting is an entry whose place nobody knows. Entry is nil for what waits in a file.
type waiting struct {
	n     int
	view  *view
	asset int64
	cand  identity.Candidate
}

// match finds out what every entry is, and writes it.
func (l *landing) match(ctx context.Context) error {
	m := &matching{landing: l, ctx: ctx, claimed: map[int64]bool{}, others: map[int64]map[uint64]struct{}{}}
	for _, v := range l.sources {
		ids, err := l.tx.Claimed(ctx, v.Asset)
		if err != nil {
			return err
		}
		for _, id := range ids {
			m.claimed[id] = true
		}
		if !v.lone {
			if err := m.learn(v); err != nil {
				return err
			}
		}
	}
	err := l.look.spool.each(func(n int, e *entry) error {
		m.chunk = append(m.chunk, *e)
		if len(m.chunk) < chunkSize {
			return nil
		}
		return m.lookUp(n - len(m.chunk) + 1)
	})
	if err == nil {
		err = m.lookUp(l.look.spool.count - len(m.chunk))
	}
	if err != nil {
		return err
	}
	return m.settle()
}

// learn reads the weak keys that other sources of an asset know.
func (m *matching) learn(v *view) error {
	known := map[uint64]struct{}{}
	for _, s := range m.world.Sources {
		if s.Asset != v.Asset || s.ID == v.ID {
			continue
		}
		err := m.tx.OfSource(m.ctx, s.ID, func(s *store.Sighting) error {
			for _, k := range []int64{s.Print, s.Drift, s.Twin} {
				if k != 0 && s.Gone == 0 {
					known[uint64(k)] = struct{}{}
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	m.others[v.Asset] = known
	return nil
}

// lookUp settles a chunk of entries: those known in their very place are seen again, those nobody can know are new, the rest waits. first is
// the number of the first.
func (m *matching) lookUp(first int) error {
	known, err := m.known()
	if err != nil {
		return err
	}
	var again []*entry
	for i := range m.chunk {
		e := &m.chunk[i]
		v := m.sources[e.Asset]
		if s, ok := known(v, e.Keys.Exact); ok {
			v.seen.add(s.N)
			v.count++
			if s.Gone == 0 && s.Digest == e.Digest && !m.claimed[s.Finding] {
				m.receipt.Same++
			} else {
				again = append(again, e)
			}
			continue
		}
		if v.fresh && !m.maybeKnown(v, &e.Keys) {
			if err := m.open(e, v); err != nil {
				return err
			}
			continue
		}
		m.wait(first+i, e, v)
	}
	err = m.inPlace(again)
	m.chunk = m.chunk[:0]
	return err
}

// inPlace writes entries that are known in their very place and say something new.
func (m *matching) inPlace(entries []*entry) error {
	if len(entries) == 0 {
		return nil
	}
	found, err := m.exact(entries)
	if err != nil {
		return err
	}
	all := make([]seen, 0, len(entries))
	for _, e := range entries {
		v := m.sources[e.Asset]
		all = append(all, seen{entry: e, view: v, sighting: *found[at{v.ID, e.Keys.Exact}]})
	}
	return m.again(all)
}

// at is a place that a source knows.
type at struct {
	source int64
	exact  [16]byte
}

// known gives what finds the sighting of an entry of the chunk. Where a source knows little more than the report holds, all of it was read at once,
// which is ten times faster than asking for each.
func (m *matching) known() (func(*view, [16]byte) (store.Known, bool), error) {
	var ask []*entry
	for i := range m.chunk {
		v := m.sources[m.chunk[i].Asset]
		switch {
		case v == nil:
			return nil, fmt.Errorf("entry of an asset %q that was not named", m.chunk[i].Asset)
		case v.fresh:
		case v.known == nil && v.Present < int64(readAhead*m.look.spool.count):
			if err := m.readAhead(v); err != nil {
				return nil, err
			}
		case v.known == nil:
			ask = append(ask, &m.chunk[i])
		}
	}
	found, err := m.exact(ask)
	return func(v *view, exact [16]byte) (store.Known, bool) {
		if v.known != nil {
			k, ok := v.known[exact]
			return k, ok
		}
		s, ok := found[at{v.ID, exact}]
		if !ok {
			return store.Known{}, false
		}
		return store.Known{N: s.N, Finding: s.Finding, Digest: s.Digest, Gone: s.Gone}, true
	}, err
}

// readAhead is how many sightings may be read for one entry of the report.
const readAhead = 5

func (m *matching) readAhead(v *view) error {
	v.known = make(map[[16]byte]store.Known, v.Present)
	return m.tx.Known(m.ctx, v.ID, func(exact []byte, k store.Known) { v.known[[16]byte(exact)] = k })
}

// exact asks for the sightings of entries.
func (m *matching) exact(entries []*entry) (map[at]*store.Sighting, error) {
	if len(entries) == 0 {
		return nil, nil
	}
	sources, keys := make([]int64, len(entries)), make([][]byte, len(entries))
	for i, e := range entries {
		sources[i], keys[i] = m.sources[e.Asset].ID, e.Keys.Exact[:]
	}
	found, err := m.tx.Exact(m.ctx, sources, keys)
	if err != nil {
		return nil, err
	}
	out := make(map[at]*store.Sighting, len(found))
	for i := range found {
		out[at{found[i].Source, [16]byte(found[i].Exact)}] = &found[i]
	}
	return out, nil
}

// maybeKnown tells whether another source of the asset may know it.
func (m *matching) maybeKnown(v *view, k *identity.Keys) bool {
	if v.lone {
		return false
	}
	for _, key := range []uint64{k.Print, k.Drift, k.Twin} {
		if _, ok := m.others[v.Asset][uint64(signed(key))]; ok && key != 0 {
			return true
		}
	}
	return false
}

// wait puts an entry aside until everything was seen. What waits in a file cannot be compared word for word, so it matches by keys alone.
func (m *matching) wait(n int, e *entry, v *view) {
	w := waiting{n: n, view: v, asset: v.Asset, cand: identity.Candidate{Keys: e.Keys, Rule: e.Rule, Path: pathOf(e.Row.Place, e.Line), Line: int(e.Line)}}
	doc := []byte(nil)
	if n < len(m.look.spool.held) {
		doc = e.Doc
	}
	w.cand.Load = func() *finding.Finding {
		if f, err := decodeDoc(doc); err == nil {
			return f
		}
		return &finding.Finding{}
	}
	m.pending = append(m.pending, w)
}

// pathOf takes the line off a place.
func pathOf(place string, line int64) string {
	if i := strings.LastIndexByte(place, ':'); i > 0 && line > 0 {
		return place[:i]
	}
	return place
}

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
		row, rule := rows[s.Finding], ""
		if known := m.world.Rules[row.Rule]; known != nil {
			rule = known.ID
		}
		out[i] = m.candidate(m.ctx, s, rule, pathOf(row.Place, s.Line))
	}
	return out, nil
}

// rows gives the rows of findings by id.
func (m *matching) rows(ids []int64) (map[int64]store.Finding, error) {
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
		wanted[c.Keys.Print], wanted[c.Keys.Drift], wanted[c.Keys.Twin] = true, true, true
	}
	delete(wanted, 0)
	var known []*store.Sighting
	for _, s := range m.world.Sources {
		if s.Asset != v.Asset || s.ID == v.ID {
			continue
		}
		err := m.tx.OfSource(m.ctx, s.ID, func(s *store.Sighting) error {
			if s.Gone == 0 && (wanted[uint64(s.Print)] || wanted[uint64(s.Drift)] || wanted[uint64(s.Twin)]) {
				known = append(known, s)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	slices.SortFunc(known, func(a, b *store.Sighting) int { return int(a.N - b.N) })
	theirs, err := m.candidates(known, fresh)
	if err != nil {
		return err
	}
	for _, p := range identity.Twins(theirs, fresh) {
		fates[at[p.Fresh]] = fate{sighting: known[p.Gone], joins: true, why: p.Why}
	}
	return nil
}

// writeWaiting writes what waited, in the order of the report.
func (m *matching) writeWaiting(fates map[int]fate) error {
	if len(m.pending) == 0 {
		return nil
	}
	next := 0
	var again []seen
	err := m.look.spool.each(func(n int, e *entry) error {
		if next >= len(m.pending) || m.pending[next].n != n {
			return nil
		}
		w := m.pending[next]
		next++
		f, known := fates[n]
		if !known {
			return m.open(e, w.view)
		}
		kept := *e
		again = append(again, seen{entry: &kept, view: w.view, sighting: *f.sighting, joins: f.joins, why: f.why, moved: !f.joins})
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

// signed is a key as the database keeps it, which has no unsigned numbers.
func signed(k uint64) int64 { return int64(k) }

// merged adds the other places that the report gives to an identity.
func (l *landing) merged(e *entry) error {
	also := l.look.also[e.Keys.Exact]
	if len(also) == 0 {
		return nil
	}
	f, err := decodeDoc(e.Doc)
	if err != nil {
		return err
	}
	f.Also = append(f.Also, also...)
	doc, err := json.Marshal(f)
	if err != nil {
		return err
	}
	e.Doc, e.Digest = doc, digest(doc)
	return nil
}
