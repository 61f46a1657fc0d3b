package gate

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"sync"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/exposure"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/risk"
	"github.com/reevehq/reeve/internal/target"
)

// seen is what a walk over a target has seen.
type seen struct {
	mu     sync.Mutex
	paths  []string
	layers map[int][]finding.Logical
	reads  target.Reader
}

func newSeen(src target.Source) *seen {
	s := &seen{layers: map[int][]finding.Logical{}}
	s.reads, _ = src.(target.Reader)
	return s
}

func (s *seen) add(item *target.Item) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case item.Layer > 0:
		if s.layers[item.Layer] == nil {
			s.layers[item.Layer] = slices.Clone(item.Logical)
		}
	case s.reads != nil && item.Mode != target.ModeLink:
		s.paths = append(s.paths, item.Path)
	}
}

// whole is what the sets of a pass are given of one target.
type whole struct {
	target engine.Target
	// notes are those of all noters.
	notes [][]engine.Note
	// part tells that it is only the part that a change touches: who judges whole targets says nothing about it.
	part bool
}

func (s *seen) target(asset finding.Asset, notes [][]engine.Note) *whole {
	w := &whole{notes: notes, target: engine.Target{Asset: asset, Layers: s.layers}}
	if s.reads != nil {
		slices.Sort(s.paths)
		w.target.Tree = tree{s.paths, s.reads.ReadFile}
	}
	return w
}

// tree gives the files of a target again.
type tree struct {
	paths []string
	read  func(path string) ([]byte, error)
}

var _ engine.Tree = tree{}

func (t tree) Paths() []string                  { return t.paths }
func (t tree) Read(path string) ([]byte, error) { return t.read(path) }

// taken gives the notes that workers took since it was last called.
func (l *look) taken() [][]engine.Note {
	notes := l.notes
	l.notes = make([][]engine.Note, len(l.Pass.Noters()))
	for _, list := range notes {
		slices.SortFunc(list, func(a, b engine.Note) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Layer, b.Layer)) })
	}
	return notes
}

// conclude lets the engines that are sets judge the notes of one target, and says of what they find where it runs.
func (l *look) conclude(ctx context.Context, w *whole) error {
	found, err := l.judgeSets(ctx, w)
	if err != nil {
		return err
	}
	l.expose(w, found)
	l.findings = append(l.findings, found...)
	return nil
}

// judgeSets gives what the sets find in one target. A set that fails is a failed engine; what it found so far is kept.
func (l *look) judgeSets(ctx context.Context, w *whole) ([]finding.Finding, error) {
	var found []finding.Finding
	for i, n := range l.Pass.Noters() {
		set, ok := n.Noter.(engine.Set)
		if !ok || w.part && !n.Partial() {
			continue
		}
		t := w.target
		t.Notes = w.notes[i]
		if l.Progress != nil {
			l.Progress("judge "+n.Name, len(t.Notes))
		}
		t.Notice = func(text string) {
			if !slices.Contains(l.result.Notes, text) {
				l.result.Notes = append(l.result.Notes, text)
			}
		}
		err := guarded(func() error {
			return set.Conclude(ctx, &t, func(f finding.Finding) {
				f.Engine, f.Asset = n.Name, t.Asset
				found = append(found, f)
			})
		})
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil && l.failed[n.Name] == "" {
			l.failed[n.Name] = err.Error()
		}
	}
	l.lap("conclude")
	return found, nil
}

// guarded turns a panic into an error: a crash is never "clean".
func guarded(run func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return run()
}

// expose says of findings about components where they run, from what the target's own files say.
func (l *look) expose(w *whole, found []finding.Finding) {
	i := slices.IndexFunc(l.Pass.Noters(), func(n engine.Named) bool { return n.Name == Surroundings })
	if i < 0 || !slices.ContainsFunc(found, func(f finding.Finding) bool { return f.Threat != nil }) {
		return
	}
	var facts []*exposure.Facts
	for _, n := range w.notes[i] {
		if f, ok := n.Value.(*exposure.Facts); ok {
			facts = append(facts, f)
		}
	}
	o := l.Surroundings
	o.Projects = projectsOf(found)
	m := exposure.Assemble(facts, o)
	for i := range found {
		if isShipped(&found[i]) {
			found[i].Exposure = m.Of(found[i].Location.Path)
		}
	}
}

// isShipped tells of a flaw in a package that runs where its project runs: what only development needs stays at home.
func isShipped(f *finding.Finding) bool {
	return f.Threat != nil && f.Component != nil && f.Component.Scope == ""
}

// projectsOf gives the projects that findings are about, for who matches them to images by name.
func projectsOf(found []finding.Finding) []exposure.Project {
	var out []exposure.Project
	for i := range found {
		c := found[i].Component
		if c == nil {
			continue
		}
		dir := path.Dir(found[i].Location.Path)
		if dir == "." {
			dir = ""
		}
		p := exposure.Project{Dir: dir, Name: c.Project}
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// rank says how bad each finding is here.
func rank(findings []finding.Finding) {
	for i := range findings {
		findings[i].Rank = risk.Rank(&findings[i])
	}
}

// failures are what failed, by engine: the noters that are no engines are told as unread.
func (l *look) failures() map[string]string {
	failed := maps.Clone(l.failed)
	if why := failed[Surroundings]; why != "" {
		l.result.Notes = append(l.result.Notes, "where the parts of this run could not be told: "+why)
		delete(failed, Surroundings)
	}
	return failed
}
