package facet

import (
	"math/bits"
	"slices"
	"time"
)

// selection is the places in a block that are still meant, ascending.
type selection = []uint16

// filter keeps those places of a selection where its condition holds, in the selection's own memory.
type filter struct {
	cost int
	keep func(b *block, in selection) selection
}

// plan is a query that is ready to be asked of blocks.
type plan struct {
	states  [256]uint8 // 1 for the states that are meant
	filters []filter
	none    bool // nothing can match
}

// plan makes a query ready. Conditions on the field except are left out; Text leaves out none.
func (s *state) plan(q Query, now time.Time, except Field) *plan {
	p := &plan{}
	for c := 1; c < len(stateNames); c++ {
		p.states[c] = 1
	}
	for _, t := range q.terms {
		if t.Field == except && except != Text {
			continue
		}
		s.add(p, t, now)
	}
	for _, scope := range q.scopes {
		p.filters = append(p.filters, inScope(scope))
		p.none = p.none || len(scope.Teams)+len(scope.Assets) == 0
	}
	slices.SortStableFunc(p.filters, func(a, b filter) int { return a.cost - b.cost })
	return p
}

func (s *state) add(p *plan, t Term, now time.Time) {
	about := t.Field.about()
	f := filter{cost: 2}
	switch about.kind {
	case kindText:
		places := s.places(t.Values[0])
		p.none = p.none || !t.Not && len(places) == 0
		f.keep, f.cost = keepWord(places, t.Not), 4
	case kindEnum, kindScale, kindFlag, kindBits:
		table := t.table(func(value string) [256]bool { codes, _ := t.Field.codes(value); return codes })
		if t.Field == State {
			for c := range p.states {
				p.states[c] &= table[c]
			}
			return
		}
		f.keep, f.cost = keepBytes(about.column, table), 1
	case kindScore:
		table := t.table(func(value string) (codes [256]bool) {
			n, _ := t.Field.numbers(value)
			for c := range codes {
				codes[c] = uint32(c)+1 >= n.low && uint32(c)+1 <= n.high
			}
			return codes
		})
		f.keep, f.cost = keepBytes(about.column, table), 1
	case kindTime, kindEPSS:
		var spans []span
		for _, value := range t.Values {
			n, _ := t.Field.numbersOrTimes(value, now)
			spans = append(spans, n)
		}
		f.keep = keepSpans(about.column, spans, t.Not)
	case kindComputed:
		f.keep, f.cost = keepComputed(t, seconds(now)), 3
	default:
		ids := s.ids(t)
		p.none = p.none || !t.Not && ids.empty()
		f.keep, f.cost = keepBits(about.column, ids, t.Not), 0
	}
	p.filters = append(p.filters, f)
}

func (f Field) numbersOrTimes(value string, now time.Time) (span, error) {
	if f == EPSS {
		return f.numbers(value)
	}
	return f.times(value, now)
}

// table joins the tables of a term's values.
func (t *Term) table(of func(value string) [256]bool) (out [256]uint8) {
	for _, value := range t.Values {
		for c, on := range of(value) {
			if on {
				out[c] = 1
			}
		}
	}
	if t.Not {
		for c := range out {
			out[c] ^= 1
		}
	}
	return out
}

// bitset is a set of ids. Ids beyond its end are not in it.
type bitset []uint64

func (b bitset) add(id uint32) { b[id/64] |= 1 << (id % 64) }

func (b bitset) has(id uint32) uint64 {
	if int(id/64) >= len(b) {
		return 0
	}
	return b[id/64] >> (id % 64) & 1
}

func (b bitset) empty() bool {
	return !slices.ContainsFunc(b, func(word uint64) bool { return word != 0 })
}

// retain takes out the ids that ok says no to.
func (b bitset) retain(ok func(id uint32) bool) {
	for i, word := range b {
		for ; word != 0; word &= word - 1 {
			if bit := bits.TrailingZeros64(word); !ok(uint32(i*64 + bit)) {
				b[i] &^= 1 << bit
			}
		}
	}
}

// ids gives the ids of the term's column that its values mean.
func (s *state) ids(t Term) bitset {
	about := t.Field.about()
	var all bitset
	for _, value := range t.Values {
		var found bitset
		switch about.kind {
		case kindInterned:
			found = s.texts[about.column-firstText].pick(t.Field, value)
		case kindAttribute:
			found = s.names[wordAsset].pickAttribute(t.Field, value, s.most[wordAsset])
		default:
			found = s.names[about.column].pick(t.Field, value)
			if id, ok := number(value); ok && id <= s.most[about.column] {
				found = append(found, make(bitset, max(0, int(id/64)+1-len(found)))...)
				found.add(id)
			}
		}
		switch value {
		case "none":
			found = bitset{1}
			if about.kind == kindAttribute {
				found = s.names[wordAsset].pickAttribute(t.Field, "", s.most[wordAsset])
			}
		case "any":
			none := bitset{1}
			if about.kind == kindAttribute {
				none = s.names[wordAsset].pickAttribute(t.Field, "", s.most[wordAsset])
			}
			found = none.complement(s.most[about.column])
		}
		if len(found) > len(all) {
			all, found = found, all
		}
		for i, b := range found {
			all[i] |= b
		}
	}
	return all
}

// complement gives the ids up to most that are not in the set.
func (b bitset) complement(most uint32) bitset {
	out := make(bitset, most/64+1)
	for i := range out {
		out[i] = ^uint64(0)
		if i < len(b) {
			out[i] &^= b[i]
		}
	}
	return out
}
