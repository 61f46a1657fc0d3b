package git

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Object is an object as Walk hands it over.
type Object struct {
	ID   ID
	Kind Kind
	// Data is the content. It is reused after the call: it must be neither kept nor changed.
	Data []byte
	// Base is what look returned for the object this one was stored as a change of; nil where there is none, or it was not
	// looked at. Several workers may be handed the same Base at once: it must not be changed after look returned it.
	Base any
	// Copies are the parts of Data taken from the base, sorted by To; what lies between was inserted. Nil without Delta.
	// Reused after the call, like Data.
	Copies []Copy
	// Delta tells that Base and Copies hold: the object was stored as a change of one that was looked at.
	Delta bool
}

// WalkOptions say what a walk hands over and how. The zero value walks over everything.
type WalkOptions struct {
	// Workers is how many goroutines look at once; the number of processors when 0.
	Workers int
	// Kinds are the kinds of objects handed over; all when empty.
	Kinds Kinds
	// Skip tells that an object is known already: it is not handed over. What was stored as a change of it has no Base
	// then. It is asked once for each object, from several goroutines and before anything is inflated: a walk that skips
	// everything reads nothing but headers (and loose objects). kind is 0 where damage hides it.
	Skip func(id ID, kind Kind) bool
	// Head is called with the first 4 KiB (or all) of an object that is stored whole, before the rest is inflated, from
	// several goroutines; false means that the object is not wanted. The bytes must be neither kept nor changed.
	Head func(id ID, kind Kind, size int64, head []byte) bool
	// MaxSize is the size in bytes above which an object goes to Huge; 16 MiB when 0. A worker holds a few objects of
	// this size in memory.
	MaxSize int64
	// Huge is handed what is larger than MaxSize, as a stream. Without it these objects become problems. An error of the
	// reader is damage of the object and becomes a problem even when Huge returns it; any other error ends the walk.
	Huge func(worker int, id ID, kind Kind, size int64, r io.Reader) error
	// Verify checks each object handed over against its id, at the price of a hash over its content. Without it an object
	// is what the pack's index says it is, which only those who can write to the object store can make wrong.
	// What goes to Huge is not checked.
	Verify bool

	// held is how many bytes of bases a worker holds in memory; tests make it small.
	held int
}

const (
	// defaultMaxSize is MaxSize where it is not given.
	defaultMaxSize = 16 << 20
	// heldTotal is how many bytes of bases all workers hold in memory, heldLeast what each may at least.
	heldTotal, heldLeast = 128 << 20, 24 << 20
	// headSize is how much Head is shown.
	headSize = 4 << 10
	// problemsMost is how many objects a walk names one by one as problems.
	problemsMost = 1 << 16
)

// walk is one call of Walk.
type walk struct {
	opts  WalkOptions
	look  func(worker int, o *Object) (any, error)
	store *Objects
	ctx   context.Context // lives as long as the call
	queue queue
	first bool // the first walk over this store: it tells what has no kind

	stopped atomic.Bool

	mu       sync.Mutex
	problems []Problem
	more     int // problems beyond problemsMost
	err      error
}

// Walk hands every object to look, each once, from several goroutines. worker is less than opts.Workers and the same for
// calls that follow one another. Objects come in no special order, but a base before what was stored as a change of it.
//
// What cannot be read becomes a Problem, and the rest is still handed over. Where very many objects cannot be read, one
// Problem says how many are not named. Problems whose kind cannot be told are returned by the first Walk only. An error means that the walk ended early: look's or Huge's own, or the context's.
func (o *Objects) Walk(ctx context.Context, opts WalkOptions, look func(worker int, o *Object) (state any, err error)) (problems []Problem, err error) {
	o.walking.Lock()
	defer o.walking.Unlock()
	opts.Workers = cmp.Or(max(0, opts.Workers), runtime.GOMAXPROCS(0))
	opts.MaxSize = cmp.Or(max(0, opts.MaxSize), defaultMaxSize)
	w := &walk{opts: opts, look: look, store: o, ctx: ctx, first: !o.told}
	o.doublesOnce.Do(func() {
		if err := guard(func() error { o.markDoubles(); return nil }); err != nil {
			o.problems = append(o.problems, Problem{Why: plain(err)})
		}
	})
	stop := context.AfterFunc(ctx, func() { w.fail(context.Cause(ctx)) })
	defer stop()
	w.run()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.first && w.err == nil {
		w.problems = append(w.problems, o.problems...)
		o.told = true
	}
	if w.more > 0 {
		w.problems = append(w.problems, Problem{Why: fmt.Sprintf("%d more objects cannot be read", w.more)})
	}
	slices.SortFunc(w.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Pack, b.Pack), cmp.Compare(a.Offset, b.Offset), a.ID.Compare(b.ID), cmp.Compare(a.Why, b.Why))
	})
	return w.problems, w.err
}

// run starts the workers and waits for them: first for the packs' forests, then for the objects.
func (w *walk) run() {
	var packs atomic.Int32
	w.each(func(int) {
		for i := packs.Add(1) - 1; int(i) < len(w.store.packs) && !w.stopped.Load(); i = packs.Add(1) - 1 {
			w.store.packs[i].trees()
		}
	})
	for _, p := range w.store.packs {
		if f := p.trees(); f.failure != nil && w.first {
			w.problem(Problem{Pack: p.name, Why: plain(f.failure)})
		}
	}
	w.queue.init(w.store, w.opts.Workers)
	if w.stopped.Load() {
		return
	}
	w.each(func(i int) {
		worker := newWalker(w, i)
		defer worker.close()
		if err := guard(worker.work); err != nil {
			w.fail(err)
		}
	})
}

// each runs f on every worker.
func (w *walk) each(f func(worker int)) {
	var group sync.WaitGroup
	for i := range w.opts.Workers {
		group.Go(func() { f(i) })
	}
	group.Wait()
}

// fail ends the walk.
func (w *walk) fail(err error) {
	w.mu.Lock()
	if w.err == nil {
		w.err = err
	}
	w.mu.Unlock()
	w.stopped.Store(true)
	w.queue.close()
}

// problem notes what cannot be read.
func (w *walk) problem(p Problem) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.problems) >= problemsMost {
		w.more++
		return
	}
	w.problems = append(w.problems, p)
}
