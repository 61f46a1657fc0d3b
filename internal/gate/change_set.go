package gate

import (
	"context"
	"fmt"
	"slices"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/git"
	"github.com/reevehq/reeve/internal/target"
)

// changedSets lets the engines that judge whole targets judge both sides of a change, where the change touches a file that
// any of them reads. What stands on the base side is old. All else that they need is read from the two trees only then, so that
// the cost follows the change.
func (l *look) changedSets(ctx context.Context, d *Difference, objects *git.Objects, base map[finding.Fingerprint]bool) error {
	if !l.touches(d) {
		return nil
	}
	s := &snapshots{look: l, objects: objects, asset: d.Asset, notes: map[Version][]noted{}}
	for _, sides := range d.Trees {
		s.old = true
		before, err := s.side(ctx, d, sides.Base)
		if err != nil {
			return err
		}
		s.old = false
		before.target.Tree = nil // what is old needs no proof of how it is reached
		old, err := l.judgeSets(ctx, before)
		if err != nil {
			return err
		}
		l.note(base, slices.DeleteFunc(old, ofNoFile))
		after, err := s.side(ctx, d, sides.Head)
		if err != nil {
			return err
		}
		if err := l.conclude(ctx, after); err != nil {
			return err
		}
	}
	return nil
}

// ofNoFile tells of a finding that is about no file of the target, such as a database that is too old: no change brings it, so it is
// as new with every change.
func ofNoFile(f finding.Finding) bool { return f.Location.Path == "" }

// touches tells whether a changed file is one that a set reads by its name.
func (l *look) touches(d *Difference) bool {
	named := func(v Version) bool { return l.Pass.Names(v.Path) }
	return slices.ContainsFunc(d.Old, named) || slices.ContainsFunc(d.New, named)
}

// noted is a note with the number of the noter who took it.
type noted struct {
	noter int
	note  engine.Note
}

// snapshots reads what sets need of whole trees. What stands unchanged on both sides is read once.
type snapshots struct {
	*look
	objects *git.Objects
	asset   finding.Asset
	notes   map[Version][]noted
	// old tells that the base side is read: what cannot be read there is no hole in what the change brings.
	old bool
}

// side takes the notes of one tree.
func (s *snapshots) side(ctx context.Context, d *Difference, rev string) (*whole, error) {
	w := &whole{target: engine.Target{Asset: s.asset}, notes: make([][]engine.Note, len(s.Pass.Noters()))}
	files, err := s.list(ctx, d.Repository, rev)
	if err != nil {
		return nil, err
	}
	for _, path := range files.paths {
		if !s.noterWants(path) {
			continue
		}
		if err := s.take(ctx, w, Version{files.ids[path], path}); err != nil {
			return nil, err
		}
	}
	w.target.Tree = tree{files.paths, func(path string) ([]byte, error) {
		_, data, err := s.objects.Read(ctx, files.ids[path])
		return data, err
	}}
	return w, nil
}

// files are those of one tree.
type files struct {
	paths []string
	ids   map[string]git.ID
}

func (s *snapshots) list(ctx context.Context, repo *git.Repository, rev string) (*files, error) {
	f := &files{ids: map[string]git.ID{}}
	if rev == "HEAD" {
		if _, err := repo.Resolve(ctx, rev); err != nil {
			rev = none // before the first commit
		}
	}
	if rev == none {
		return f, nil
	}
	entries, err := repo.Snapshot(ctx, rev)
	if err != nil {
		return nil, fmt.Errorf("list the files of %q: %w", rev, err)
	}
	excluded := s.Source.Excluded()
	for _, e := range entries {
		if e.NewMode.IsFile() && !excluded(e.Path) {
			f.paths = append(f.paths, e.Path)
			f.ids[e.Path] = e.NewID
		}
	}
	slices.Sort(f.paths)
	return f, nil
}

func (s *snapshots) noterWants(path string) bool {
	return slices.ContainsFunc(s.Pass.Noters(), func(n engine.Named) bool { return n.Wants(&engine.Content{Path: path}) })
}

// take gives the notes of one blob at one path.
func (s *snapshots) take(ctx context.Context, w *whole, v Version) error {
	kept, known := s.notes[v]
	if !known {
		_, data, err := s.objects.Read(ctx, v.ID)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			s.miss(finding.Unread{What: v.Path, Why: err.Error()})
			return nil
		}
		worker := s.Pass.Worker()
		worker.Note(&engine.Content{Path: v.Path, Data: target.Decode(data).Data, Mode: target.ModeFile})
		if s.gatherNotes(worker); len(worker.Unread) > 0 {
			return nil // looked at again on the other side, if it stands there too
		}
		for i, list := range worker.Notes {
			for _, n := range list {
				kept = append(kept, noted{i, n})
			}
		}
		s.notes[v] = kept
	}
	for _, n := range kept {
		w.notes[n.noter] = append(w.notes[n.noter], n.note)
	}
	return nil
}

func (s *snapshots) miss(unread ...finding.Unread) {
	if !s.old {
		s.result.Unread = append(s.result.Unread, unread...)
	}
}

// gatherNotes takes what went wrong while notes were taken.
func (s *snapshots) gatherNotes(w *engine.Worker) {
	s.miss(w.Unread...)
	for name, why := range w.Failed {
		if s.failed[name] == "" {
			s.failed[name] = why
		}
	}
}
