package gate

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/git"
	"github.com/reevehq/reeve/internal/target"
)

// changedSets lets the engines that judge whole targets judge both sides of a change, where the change touches a file that
// any of them reads. What stands on the base side is old. All else that they need is read from the two trees only then, and those that can
// judge a part of a target see that part, so that the cost follows the change.
func (l *look) changedSets(ctx context.Context, d *Difference, objects *git.Objects, base map[finding.Fingerprint]bool) error {
	s := &snapshots{look: l, objects: objects, asset: d.Asset, notes: map[asked][]noted{}, lists: map[string]*files{}, changed: map[string]bool{}}
	part := false
	for _, v := range slices.Concat(d.Old, d.New) {
		s.changed[v.Path] = true
		s.whole = s.whole || l.Pass.Names(v.Path)
		part = part || slices.ContainsFunc(l.Pass.Noters(), func(n engine.Named) bool { return n.Partial() && n.Wants(&engine.Content{Path: v.Path}) })
	}
	if !s.whole && !part {
		return nil
	}
	for _, sides := range d.Trees {
		if err := s.ahead(ctx, d, sides.Base, sides.Head); err != nil {
			return err
		}
		s.old = true
		before, err := s.side(ctx, sides.Base)
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
		after, err := s.side(ctx, sides.Head)
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

// noted is a note with the number of the noter who took it.
type noted struct {
	noter int
	note  engine.Note
}

// asked is a version as those who take notes were asked about it: by is the noter who asked for it beside the change, -1 for all that are meant.
type asked struct {
	Version
	by int
}

// snapshots reads what sets need of whole trees. What stands unchanged on both sides is read once.
type snapshots struct {
	*look
	objects *git.Objects
	asset   finding.Asset
	notes   map[asked][]noted
	// lists are the files of trees, by their revisions.
	lists map[string]*files
	// old tells that the base side is read: what cannot be read there is no hole in what the change brings.
	old bool
	// changed are the paths of the change; whole tells that it touches a file that engines for whole targets read.
	changed map[string]bool
	whole   bool
}

// meant are those who take notes of a file: of an unchanged one only who judges whole targets.
func (s *snapshots) meant(path string) func(engine.Named) bool {
	return func(n engine.Named) bool {
		if n.Partial() {
			return s.changed[path]
		}
		return s.whole
	}
}

// side takes the notes of one tree, whose files were listed ahead.
func (s *snapshots) side(ctx context.Context, rev string) (*whole, error) {
	w := &whole{target: engine.Target{Asset: s.asset}, notes: make([][]engine.Note, len(s.Pass.Noters())), part: !s.whole}
	files := s.lists[rev]
	for _, path := range files.paths {
		if err := s.take(ctx, w, asked{Version{files.ids[path], path}, -1}, s.meant(path)); err != nil {
			return nil, err
		}
	}
	for i, n := range s.Pass.Noters() {
		partial, ok := n.Noter.(engine.Partial)
		if !ok {
			continue
		}
		for _, path := range partial.Beside(w.notes[i], files.paths) {
			if s.changed[path] {
				continue
			}
			if err := s.take(ctx, w, asked{Version{files.ids[path], path}, i}, func(o engine.Named) bool { return o.Name == n.Name }); err != nil {
				return nil, err
			}
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
	if rev == none {
		return f, nil
	}
	entries, err := repo.Snapshot(ctx, rev)
	if err != nil && rev == "HEAD" {
		if _, none := repo.Resolve(ctx, rev); errors.Is(none, git.ErrNoRevision) {
			return f, nil // before the first commit
		}
	}
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

// take gives the notes of one blob at one path, by those who are meant and want it.
func (s *snapshots) take(ctx context.Context, w *whole, v asked, meant func(engine.Named) bool) error {
	kept, known := s.notes[v]
	if !known {
		var err error
		if kept, err = s.read(ctx, v, meant); err != nil {
			return err
		}
	}
	for _, n := range kept {
		w.notes[n.noter] = append(w.notes[n.noter], n.note)
	}
	return nil
}

// read takes the notes of one blob. What could not be read is looked at again on the other side, if it stands there too.
func (s *snapshots) read(ctx context.Context, v asked, meant func(engine.Named) bool) ([]noted, error) {
	worker, err := s.noting(ctx, v, meant)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		s.miss(finding.Unread{What: v.Path, Why: err.Error()})
		return nil, nil
	}
	if s.gatherNotes(worker); len(worker.Unread) > 0 {
		return nil, nil
	}
	kept := notesOf(worker)
	s.notes[v] = kept
	return kept, nil
}

// noting lets those who are meant take their notes of one blob.
func (s *snapshots) noting(ctx context.Context, v asked, meant func(engine.Named) bool) (*engine.Worker, error) {
	worker := s.Pass.Worker()
	wanted := func(n engine.Named) bool { return meant(n) && n.Wants(&engine.Content{Path: v.Path}) }
	if !slices.ContainsFunc(s.Pass.Noters(), wanted) {
		return worker, nil
	}
	_, data, err := s.objects.Read(ctx, v.ID)
	if err == nil {
		worker.Note(&engine.Content{Path: v.Path, Data: target.Decode(data).Data, Mode: target.ModeFile, Held: true}, meant)
	}
	return worker, err
}

// notesOf are the notes that a worker took.
func notesOf(w *engine.Worker) []noted {
	var kept []noted
	for i, list := range w.Notes {
		for _, n := range list {
			kept = append(kept, noted{i, n})
		}
	}
	return kept
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
