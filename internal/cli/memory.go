package cli

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
)

// The bounds between which the memory of a look is collected, in bytes: most of what a look makes is soon of no more use, so there is no hurry below the
// first; beyond the second it is collected more often. A million lines of code need about half of that.
const (
	collectFrom = 128 << 20
	memoryGoal  = 1 << 30
)

var paced sync.Once

// collectLate lets the heap grow to collectFrom, and then to twice what is in use, before it is collected. Who sets GOGC or GOMEMLIMIT says otherwise.
func collectLate(getenv func(string) string) {
	if getenv("GOGC") != "" || getenv("GOMEMLIMIT") != "" {
		return
	}
	paced.Do(func() {
		debug.SetMemoryLimit(memoryGoal)
		pace(4 << 20) // as much as the runtime takes for the least in use
		afterEachCollection(func() { pace(inUse()) })
	})
}

// pace says when the heap is collected next, after a collection that left so much in use.
func pace(live uint64) {
	percent := uint64(100)
	if live < collectFrom/2 {
		percent = (collectFrom - live) * 100 / max(live, 1<<20)
	}
	debug.SetGCPercent(int(percent))
}

// inUse is how much the last collection left in use.
func inUse() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// mark is an object that nobody uses: it is finalized after each collection. What holds a pointer stands by itself in memory.
type mark struct{ name string }

func afterEachCollection(do func()) {
	runtime.SetFinalizer(&mark{"collection"}, func(*mark) {
		do()
		afterEachCollection(do)
	})
}
