package facet

import (
	"cmp"
	"slices"
)

// tally counts pairs of codes.
type tally struct {
	width int // the number of second codes
	dense []uint32
	wide  []uint64 // the pairs themselves, where dense would be too large
}

func newTally(first, second int) *tally {
	const room = 1 << 20
	t := &tally{width: second}
	if second == 1 || first <= room/second {
		t.dense = make([]uint32, first*second)
	}
	return t
}

func (t *tally) add(first, second []uint32) {
	switch {
	case t.dense == nil:
		for i, a := range first {
			t.wide = append(t.wide, uint64(a)*uint64(t.width)+uint64(second[i]))
		}
	case t.width == 1:
		for _, a := range first {
			t.dense[a]++
		}
	default:
		for i, a := range first {
			t.dense[int(a)*t.width+int(second[i])]++
		}
	}
}

// counted is a pair of codes and how often it was counted.
type counted struct {
	first, second uint32
	n             int
}

// merge gives the pairs that were counted, the most frequent first, and at most limit of them.
func merge(tallies []*tally, limit int) (pairs []counted) {
	sum := tallies[0]
	for _, t := range tallies[1:] {
		for i, n := range t.dense {
			sum.dense[i] += n
		}
		sum.wide = append(sum.wide, t.wide...)
	}
	add := func(at uint64, n int) {
		pairs = append(pairs, counted{uint32(at / uint64(sum.width)), uint32(at % uint64(sum.width)), n})
	}
	for i, n := range sum.dense {
		if n > 0 {
			add(uint64(i), int(n))
		}
	}
	slices.Sort(sum.wide)
	for i, begin := 1, 0; i <= len(sum.wide); i++ {
		if i == len(sum.wide) || sum.wide[i] != sum.wide[begin] {
			add(sum.wide[begin], i-begin)
			begin = i
		}
	}
	pairs = frequent(pairs, limit)
	slices.SortFunc(pairs, func(a, b counted) int {
		return cmp.Or(b.n-a.n, cmp.Compare(a.first, b.first), cmp.Compare(a.second, b.second))
	})
	return pairs
}

// frequent keeps the limit most frequent pairs, in their order; among equals the first.
func frequent(pairs []counted, limit int) []counted {
	if len(pairs) <= limit {
		return pairs
	}
	counts := make([]int32, len(pairs))
	for i, p := range pairs {
		counts[i] = int32(p.n)
	}
	slices.Sort(counts)
	least := int(counts[len(counts)-limit])
	equal := limit
	for _, p := range pairs {
		if p.n > least {
			equal--
		}
	}
	return slices.DeleteFunc(pairs, func(p counted) bool {
		if p.n == least {
			equal--
			return equal < 0
		}
		return p.n < least
	})
}
