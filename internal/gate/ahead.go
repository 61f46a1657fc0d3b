package gate

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/reevehq/reeve/internal/engine"
)

// ahead takes the notes that both sides of a change will ask for, several at once: first of the files that it touches, then of those beside them. What
// cannot be read is left to the side that asks for it, which says so.
func (s *snapshots) ahead(ctx context.Context, d *Difference, revs ...string) error {
	lists := make([]*files, len(revs))
	group, listing := errgroup.WithContext(ctx)
	for i, rev := range revs {
		group.Go(func() (err error) {
			lists[i], err = s.list(listing, d.Repository, rev)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	a := &advance{snapshots: s}
	for i, rev := range revs {
		s.lists[rev] = lists[i]
		for path := range s.changed {
			if id, there := lists[i].ids[path]; there {
				a.wish(asked{Version{id, path}, -1}, s.meant(path))
			}
		}
	}
	if err := a.take(ctx); err != nil {
		return err
	}
	for i, n := range s.Pass.Noters() {
		partial, ok := n.Noter.(engine.Partial)
		if !ok {
			continue
		}
		for _, f := range lists {
			for _, path := range partial.Beside(s.known(f, i), f.paths) {
				if !s.changed[path] {
					a.wish(asked{Version{f.ids[path], path}, i}, func(o engine.Named) bool { return o.Name == n.Name })
				}
			}
		}
	}
	return a.take(ctx)
}

// known are a noter's notes of the changed files of a tree.
func (s *snapshots) known(f *files, noter int) []engine.Note {
	var out []engine.Note
	for path := range s.changed {
		for _, n := range s.notes[asked{Version{f.ids[path], path}, -1}] {
			if n.noter == noter {
				out = append(out, n.note)
			}
		}
	}
	return out
}

// advance is what is wished for and not taken yet.
type advance struct {
	*snapshots
	mu     sync.Mutex
	wishes map[asked]func(engine.Named) bool
}

func (a *advance) wish(v asked, meant func(engine.Named) bool) {
	if _, known := a.notes[v]; known {
		return
	}
	if a.wishes == nil {
		a.wishes = map[asked]func(engine.Named) bool{}
	}
	a.wishes[v] = meant
}

// take takes the notes that are wished for.
func (a *advance) take(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(a.Workers)
	for v, meant := range a.wishes {
		group.Go(func() error {
			worker, err := a.noting(ctx, v, meant)
			if err == nil && len(worker.Unread)+len(worker.Failed) == 0 {
				a.mu.Lock()
				defer a.mu.Unlock()
				a.notes[v] = notesOf(worker)
			}
			return ctx.Err()
		})
	}
	err := group.Wait()
	a.wishes = nil
	return err
}
