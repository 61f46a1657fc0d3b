package git

import (
	"sync"
	"sync/atomic"
)

// queue shares the work among the workers of a walk: first parts of packs, then parts of the list of loose objects, then
// what busy workers give away of the trees they are in.
type queue struct {
	mu      sync.Mutex
	wake    sync.Cond
	workers int
	waiting int
	closed  bool
	given   []frame
	packs   []*pack
	pos     int32 // in packs[0]
	loose   int   // how many loose objects are left
	// hungry is how many workers wait for work that nobody has given yet.
	hungry atomic.Int32
}

// job is a piece of work: a given frame, or positions from up to to of a forest, or (without a forest) of the loose list.
type job struct {
	frame    *frame
	forest   *forest
	from, to int32
}

// jobSize is how many positions are handed out at once: enough that neighbours in the pack stay together.
const jobSize = 256

func (q *queue) init(o *Objects, workers int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.wake.L = &q.mu
	q.workers, q.packs, q.loose = workers, o.packs, len(o.loose)
}

// take returns the next job; ok is false when there is none left and none can come.
func (q *queue) take() (j job, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for !q.closed {
		if j, ok = q.ready(); ok {
			return j, true
		}
		q.waiting++
		if q.waiting == q.workers {
			q.closed = true
			q.wake.Broadcast()
			break
		}
		q.hungry.Store(int32(q.waiting - len(q.given)))
		q.wake.Wait()
		q.waiting--
		q.hungry.Store(int32(q.waiting - len(q.given)))
	}
	return job{}, false
}

// ready returns a job that is there.
func (q *queue) ready() (job, bool) {
	if n := len(q.given); n > 0 {
		f := q.given[n-1]
		q.given[n-1] = frame{}
		q.given = q.given[:n-1]
		return job{frame: &f}, true
	}
	for len(q.packs) > 0 {
		f := q.packs[0].trees()
		if n := int32(len(f.ranks)); f.failure == nil && q.pos < n {
			from := q.pos
			q.pos = min(n, from+jobSize)
			return job{forest: f, from: from, to: q.pos}, true
		}
		q.packs, q.pos = q.packs[1:], 0
	}
	if q.loose > 0 {
		to := q.loose
		q.loose = max(0, to-jobSize)
		return job{from: int32(q.loose), to: int32(to)}, true
	}
	return job{}, false
}

// give puts a frame up for a waiting worker.
func (q *queue) give(f frame) {
	q.mu.Lock()
	q.given = append(q.given, f)
	q.hungry.Store(int32(q.waiting - len(q.given)))
	q.mu.Unlock()
	q.wake.Signal()
}

// close sends everyone home.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.wake.Broadcast() // nobody waits before init
}
