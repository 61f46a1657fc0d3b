package secret

import (
	"hash/maphash"
	"slices"
	"sync/atomic"
)

// memo remembers what values were judged worth. In a history the same assignment comes by in hundreds of versions, and
// judging is what costs most there. It holds a bounded number of values, in memory only, and may forget any of them.
type memo struct {
	seed  maphash.Seed
	slots [memoSlots]atomic.Pointer[judged]
}

const (
	memoSlots = 1 << 13
	memoValue = 256 // longer values are rare and not kept
)

// judged is one value with what it was worth.
type judged struct {
	value   string
	kind    kind
	opinion opinion
}

func newMemo() *memo { return &memo{seed: maphash.MakeSeed()} }

// judge is the function judge, remembered.
func (m *memo) judge(value string, k kind) opinion {
	if len(value) > memoValue {
		return judge(value, k)
	}
	slot := &m.slots[maphash.String(m.seed, value)%memoSlots]
	if known := slot.Load(); known != nil && known.kind == k && known.value == value {
		return known.opinion
	}
	o := judge(value, k)
	o.reasons = slices.Clip(o.reasons) // whoever appends makes a slice of their own
	slot.Store(&judged{value, k, o})
	return o
}
