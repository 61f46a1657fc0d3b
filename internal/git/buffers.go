package git

import (
	"math/bits"

	"github.com/reevehq/reeve/internal/inflate"
)

const (
	// freeMost is how many buffers a worker keeps for the next objects, freeBytes how large they may be in all.
	freeMost  = 24
	freeBytes = 32 << 20
	// leastBuffer is the smallest buffer made.
	leastBuffer = 16 << 10
)

// buffers are the buffers of one worker that hold no object.
type buffers struct {
	free  [][]byte
	bytes int
}

// get returns a buffer of n bytes with room for the inflater: the one that fits best, or a new one where even that is
// much too large.
func (b *buffers) get(n int) []byte {
	need := n + inflate.Slack
	best := -1
	for i, f := range b.free {
		if cap(f) >= need && (best < 0 || cap(f) < cap(b.free[best])) {
			best = i
		}
	}
	if best < 0 || cap(b.free[best]) > 4*max(need, leastBuffer) {
		return make([]byte, roundUp(max(need, leastBuffer)))[:n]
	}
	found := b.free[best]
	last := len(b.free) - 1
	b.free[best] = b.free[last]
	b.free = b.free[:last]
	b.bytes -= cap(found)
	return found[:n]
}

// put takes a buffer back. Where there are too many it drops the smallest: others can stand in for that.
func (b *buffers) put(buf []byte) {
	if cap(buf) == 0 || b.bytes+cap(buf) > freeBytes {
		return
	}
	b.bytes += cap(buf)
	b.free = append(b.free, buf)
	if len(b.free) <= freeMost {
		return
	}
	least := 0
	for i, f := range b.free {
		if cap(f) < cap(b.free[least]) {
			least = i
		}
	}
	b.bytes -= cap(b.free[least])
	b.free[least] = b.free[freeMost]
	b.free = b.free[:freeMost]
}

// roundUp rounds a size up to one of four steps between powers of two, so that buffers fit other objects too.
func roundUp(n int) int {
	step := 1 << max(0, bits.Len(uint(n-1))-3)
	return (n + step - 1) / step * step
}
