package register

import (
	"context"
	"encoding/json"
	"fmt"

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
	// met is what is known of the place of each entry, by its number.
	met []met
	// claimed are the findings that people say are fixed, by id: seeing one again is news.
	claimed map[int64]bool
	// others tells which weak keys other sources of the same asset know, so that what nobody knows can be written at once.
	others map[int64]map[uint64]struct{}
	// pending are the numbers of entries that may be known elsewhere.
	pending []waiting
	chunk   []entry
	clocks  clocks
}

// met is what the source of an entry knows of its very place.
type met uint8

const (
	unknown met = iota
	sameAsEver
	saysMore // the place is known, and the text is new, the finding was gone or people say that it is fixed
)

// waiting is an entry whose place nobody knows. Entry is nil for what waits in a file.
type waiting struct {
	n     int
	view  *view
	asset int64
	cand  identity.Candidate
}

// match finds out what every entry is, and writes it.
func (l *landing) match(ctx context.Context) error {
	m := &matching{landing: l, ctx: ctx, met: make([]met, l.look.spool.count), clocks: clocks{now: l.now}, claimed: map[int64]bool{}, others: map[int64]map[uint64]struct{}{}}
	if err := l.w.settle(ctx); err != nil {
		return err
	}
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
	for _, v := range l.sources {
		// Where a source knows little more than the report holds, all of it is read at once, which is ten times faster than asking for each.
		if !v.fresh && v.Present < int64(readAhead*l.look.spool.count) {
			if err := m.readAhead(v); err != nil {
				return err
			}
		}
	}
	pass := func(n int) bool { return m.met[n] == sameAsEver }
	err := l.look.spool.each(pass, func(e *entry) error {
		m.chunk = append(m.chunk, *e)
		if len(m.chunk) < chunkSize {
			return nil
		}
		return m.lookUp()
	})
	if err == nil {
		err = m.lookUp()
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
			for _, k := range []int64{s.Print, s.Drift, s.Twin, s.Near} {
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

// readAhead is how many sightings may be read for one entry of the report.
const readAhead = 5

// readAhead reads all that a source knows, and marks the entries whose very places it knows.
func (m *matching) readAhead(v *view) error {
	v.whole = true
	return m.tx.Known(m.ctx, v.ID, func(exact []byte, k store.Known) {
		if n, ok := m.look.places.find(place{exact: [16]byte(exact), asset: v.number}); ok {
			m.meet(v, n, &k)
		}
	})
}

// meet notes that the source knows the very place of an entry.
func (m *matching) meet(v *view, n int, k *store.Known) {
	v.seen.add(k.N)
	v.count++
	m.met[n] = saysMore
	if k.Gone == 0 && k.Digest == m.look.digest(n) && !m.claimed[k.Finding] {
		m.met[n] = sameAsEver
		m.receipt.Same++
	}
}

// lookUp settles a chunk of entries: those known in their very place are seen again, those nobody can know are new, the rest waits.
func (m *matching) lookUp() error {
	if err := m.ask(); err != nil {
		return err
	}
	var again []*entry
	for i := range m.chunk {
		e := &m.chunk[i]
		v := m.sources[e.Asset]
		switch {
		case m.met[e.n] == saysMore:
			again = append(again, e)
		case m.met[e.n] == unknown && v.fresh && !m.maybeKnown(v, &e.Keys):
			if err := m.open(e, v); err != nil {
				return err
			}
		case m.met[e.n] == unknown:
			m.wait(e, v)
		}
	}
	err := m.inPlace(again)
	m.chunk = m.chunk[:0]
	return err
}

// ask asks what sources that know far more than the report holds know of the places of the chunk.
func (m *matching) ask() error {
	var ask []*entry
	for i := range m.chunk {
		switch v := m.sources[m.chunk[i].Asset]; {
		case v == nil:
			return fmt.Errorf("entry of an asset %q that was not named", m.chunk[i].Asset)
		case !v.fresh && !v.whole:
			ask = append(ask, &m.chunk[i])
		}
	}
	found, err := m.exact(ask)
	for _, e := range ask {
		v := m.sources[e.Asset]
		if s, ok := found[at{v.ID, e.Keys.Exact}]; ok {
			m.meet(v, e.n, &store.Known{N: s.N, Finding: s.Finding, Digest: s.Digest, Gone: s.Gone})
		}
	}
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

// exact asks for the sightings of entries.
func (m *matching) exact(entries []*entry) (map[at]*store.Sighting, error) {
	if len(entries) == 0 {
		return nil, nil
	}
	if err := m.w.settle(m.ctx); err != nil {
		return nil, err
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
	for _, key := range []uint64{k.Print, k.Drift, k.Twin, k.Line} {
		if _, ok := m.others[v.Asset][uint64(signed(key))]; ok && key != 0 {
			return true
		}
	}
	return false
}

// wait puts an entry aside until everything was seen. What waits in a file cannot be compared word for word, so it matches by keys alone.
func (m *matching) wait(e *entry, v *view) {
	w := waiting{n: e.n, view: v, asset: v.Asset, cand: identity.Candidate{
		Keys: e.Keys, Class: e.Row.Class, Rule: e.Rule, Path: e.Place, Line: int(e.Line), Column: int(e.Column), Tool: m.tool, Branch: m.in.Ref,
	}}
	doc := []byte(nil)
	if e.n < len(m.look.spool.held) {
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

// signed is a key as the database keeps it, which has no unsigned numbers.
func signed(k uint64) int64 { return int64(k) }

// digest tells whether an entry says something new: its own text, or the other places that the report gives to it.
func (l *look) digest(n int) int64 {
	own := l.places.digests[n]
	if also := l.also[n]; len(also) > 0 {
		text, _ := json.Marshal(also) // plain data always marshals
		return own ^ digest(text)
	}
	return own
}

// merged adds the other places that the report gives to an identity.
func (l *landing) merged(e *entry) error {
	also := l.look.also[e.n]
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
	e.Doc, e.Digest = doc, l.look.digest(e.n)
	return nil
}
