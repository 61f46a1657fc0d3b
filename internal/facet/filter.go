package facet

import "slices"

// every is the selection of a whole block's places whose state is meant.
func every(b *block, states *[256]uint8, room *[blockRows]uint16) selection {
	n := 0
	for i, state := range &b.bytes[byteState].v {
		room[n&(blockRows-1)] = uint16(i)
		n += int(states[state])
	}
	return room[:n]
}

func keepBytes(column int, table [256]uint8) func(*block, selection) selection {
	return func(b *block, in selection) selection {
		v, n := &b.bytes[column].v, 0
		for _, i := range in {
			in[n] = i
			n += int(table[v[i&(blockRows-1)]])
		}
		return in[:n]
	}
}

func keepBits(column int, bits bitset, not bool) func(*block, selection) selection {
	var turn uint64
	if not {
		turn = 1
	}
	return func(b *block, in selection) selection {
		v, n := &b.words[column].v, 0
		for _, i := range in {
			in[n] = i
			n += int(bits.has(v[i&(blockRows-1)]) ^ turn)
		}
		return in[:n]
	}
}

// keepSpans keeps what lies in one of the spans.
func keepSpans(column int, spans []span, not bool) func(*block, selection) selection {
	spans = slices.DeleteFunc(spans, func(s span) bool { return s.low > s.high })
	return func(b *block, in selection) selection {
		v, n := &b.words[column].v, 0
		for _, i := range in {
			x, hit := v[i&(blockRows-1)], false
			for _, s := range spans {
				hit = hit || x-s.low <= s.high-s.low
			}
			in[n] = i
			if hit != not {
				n++
			}
		}
		return in[:n]
	}
}

// keepComputed keeps what is, or is not, overdue or late.
func keepComputed(t Term, now uint32) func(*block, selection) selection {
	var meant [2]bool
	for _, value := range t.Values {
		meant[code(flagNames, value)] = true
	}
	return func(b *block, in selection) selection {
		n := 0
		for _, i := range in {
			in[n] = i
			if meant[computed(t.Field, b, int(i), now)] != t.Not {
				n++
			}
		}
		return in[:n]
	}
}

// computed is 1 where a finding is overdue or late.
func computed(f Field, b *block, i int, now uint32) uint32 {
	due := b.words[wordDue].v[i]
	if due == 0 {
		return 0
	}
	isActive := b.bytes[byteState].v[i] <= active
	if f == Overdue && isActive && due < now || f == Late && !isActive && b.words[wordClosed].v[i] > due {
		return 1
	}
	return 0
}

// inScope keeps what somebody may see.
func inScope(s Scope) filter {
	teams, assets := setOf(s.Teams), setOf(s.Assets)
	return filter{cost: 2, keep: func(b *block, in selection) selection {
		team, asset, n := &b.words[wordTeam].v, &b.words[wordAsset].v, 0
		for _, i := range in {
			in[n] = i
			n += int(teams.has(team[i&(blockRows-1)]) | assets.has(asset[i&(blockRows-1)]))
		}
		return in[:n]
	}}
}

// setOf makes a set of ids.
func setOf(ids []int32) bitset {
	if len(ids) == 0 {
		return nil
	}
	set := make(bitset, min(max(slices.Max(ids), 0), MaxID)/64+1)
	for _, id := range ids {
		if id > 0 && id <= MaxID {
			set.add(uint32(id))
		}
	}
	return set
}

// place is where a word was found: ids of a column's texts.
type place struct {
	column int
	ids    bitset
}

// places searches the texts for a word of free text.
func (s *state) places(word string) (places []place) {
	needle := fold([]byte(word))
	for _, column := range [...]int{wordTitle, wordRule, wordFlaw, wordComponent, wordPlace, wordAsset} {
		var where texts
		if column < nameColumns {
			where = s.names[column].texts
		} else {
			where = s.texts[column-firstText]
		}
		ids := make(bitset, where.size()/64+1)
		where.find(needle, func(*chunk, int, int) bool { return true }, ids)
		if !ids.empty() {
			places = append(places, place{column, ids})
		}
	}
	return places
}

// keepWord keeps what holds a word in one of the places.
func keepWord(places []place, not bool) func(*block, selection) selection {
	var turn uint8
	if not {
		turn = 1
	}
	return func(b *block, in selection) selection {
		var hit [blockRows]uint8
		for _, p := range places {
			v := &b.words[p.column].v
			for k, i := range in {
				hit[k&(blockRows-1)] |= uint8(p.ids.has(v[i&(blockRows-1)]))
			}
		}
		n := 0
		for k, i := range in {
			in[n] = i
			n += int(hit[k&(blockRows-1)] ^ turn)
		}
		return in[:n]
	}
}
