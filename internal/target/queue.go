package target

import (
	"context"
	"sync"

	"github.com/reevehq/reeve/internal/target/ignore"
)

// task is a directory to list, or some files of an open directory to read.
type task struct {
	// dir is the path below the root, "" for the root itself.
	dir string
	// scope are the ignore patterns that hold there. For a directory to list, its own file is not yet in it.
	scope *ignore.Scope
	// in is an open directory: that of names, or the one right above a directory to list. Nil if dir is yet to be opened.
	in    *folder
	names []string
	// listed tells that the names were given by git, so that their kinds are not known.
	listed bool
}

// maxQueued bounds how many tasks with open directories wait, and with them open files.
const maxQueued = 64

// queue hands out tasks, the newest first: so the walk goes deep before wide and the queue stays short.
type queue struct {
	mu   sync.Mutex
	more sync.Cond
	// tasks wait; open counts those waiting and those being worked on; held those that hold an open directory.
	tasks      []task
	open, held int
	err        error
}

func newQueue() *queue {
	q := &queue{}
	q.more.L = &q.mu
	return q
}

// push adds a task and keeps its open directory for it. It returns false where too many tasks hold one: the caller then
// does the task itself, or pushes it without.
func (q *queue) push(t task) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if t.in != nil {
		if q.held >= maxQueued {
			return false
		}
		q.held++
		t.in.keep()
	}
	q.open++
	q.tasks = append(q.tasks, t)
	q.more.Signal()
	return true
}

// pop waits for a task; false means that all are done or the walk has failed. Each task is to be ended by done.
func (q *queue) pop() (task, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.tasks) == 0 && q.open > 0 && q.err == nil {
		q.more.Wait()
	}
	if q.err != nil || len(q.tasks) == 0 {
		return task{}, false
	}
	t := q.tasks[len(q.tasks)-1]
	q.tasks[len(q.tasks)-1] = task{}
	q.tasks = q.tasks[:len(q.tasks)-1]
	if t.in != nil {
		q.held--
	}
	return t, true
}

// done ends a task. The first error ends the walk.
func (q *queue) done(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.open--
	if q.err == nil {
		q.err = err
	}
	if q.open == 0 || q.err != nil {
		q.more.Broadcast()
	}
}

// run works the queue off with some workers and gives the first error.
func (q *queue) run(ctx context.Context, workers int, work func(worker int, t task) error) error {
	stop := context.AfterFunc(ctx, func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		if q.err == nil && q.open > 0 {
			q.err = ctx.Err()
		}
		q.more.Broadcast()
	})
	defer stop()
	var all sync.WaitGroup
	for n := range workers {
		all.Go(func() {
			for {
				t, ok := q.pop()
				if !ok {
					return
				}
				q.done(work(n, t))
			}
		})
	}
	all.Wait()
	for _, t := range q.tasks {
		if t.in != nil {
			t.in.release()
		}
	}
	return q.err
}
