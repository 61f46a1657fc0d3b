package gate

import (
	"context"
	"fmt"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/git"
	"github.com/reevehq/reeve/internal/target"
)

// Difference is a change of a repository: what its files were, what they are, and what came and went in between.
type Difference struct {
	Repository *git.Repository
	Asset      finding.Asset
	// Base and Head name the sides for people.
	Base, Head string
	// Old and New are the contents of the changed files before and after.
	Old, New []Version
	// Between are the objects, commits and tags among them, that the change's commits brought beside those in New: leaked is leaked.
	Between []Version
	// Trees are the whole trees of both sides, one pair for each ref that changes.
	Trees []Sides
	// Notes are facts the reader needs to judge the answer.
	Notes []string
}

// Sides are the revisions of a change's two trees: a commit, "" for the index, or "none".
type Sides struct{ Base, Head string }

// Version is an object at a path.
type Version struct {
	ID   git.ID
	Path string
}

// Change looks at both sides of a difference and decides about what it introduces.
func Change(ctx context.Context, d *Difference, o Options) (*finding.Result, error) {
	l := begin(o)
	l.result.Assets = []finding.Asset{d.Asset}
	l.result.Notes = append(l.result.Notes, d.Notes...)
	objects, err := d.Repository.Objects()
	if err != nil {
		return nil, err
	}
	defer objects.Close()
	before := &versions{objects: objects, asset: d.Asset, list: d.Old}
	base := map[finding.Fingerprint]bool{}
	if err := l.each(ctx, before, func(w *engine.Worker, item *target.Item) { l.note(base, l.judge(ctx, w, item)) }); err != nil {
		return nil, err
	}
	l.lap("look at the base")
	after := &versions{objects: objects, asset: d.Asset, list: d.New}
	if err := l.each(ctx, after, func(w *engine.Worker, item *target.Item) { l.keep(ctx, w, item, d.Asset) }); err != nil {
		return nil, err
	}
	l.lap("look at the change")
	if err := l.between(ctx, d, objects); err != nil {
		return nil, err
	}
	if err := l.changedSets(ctx, d, objects, base); err != nil {
		return nil, err
	}
	r := l.finish(ctx, base, false)
	r.Decision.Base, r.Decision.Head = d.Base, d.Head
	return r, nil
}

func (l *look) note(base map[finding.Fingerprint]bool, found []finding.Finding) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range found {
		base[f.Fingerprint] = true
	}
}

// between looks at what came and went, and at messages, for the engines whose findings stay true once committed.
func (l *look) between(ctx context.Context, d *Difference, objects *git.Objects) error {
	if len(d.Between) == 0 {
		return nil
	}
	permanent := map[string]bool{}
	for _, e := range l.Pass.Engines() {
		permanent[e.Info().Name] = e.Info().Permanent
	}
	err := l.each(ctx, &versions{objects: objects, asset: d.Asset, list: d.Between}, func(w *engine.Worker, item *target.Item) {
		for _, f := range l.judge(ctx, w, item) {
			if !permanent[f.Engine] {
				continue
			}
			f.Asset = d.Asset
			if item.Commit != "" {
				f.Location.Surface = finding.CommitMessage
			}
			l.mu.Lock()
			l.findings = append(l.findings, f)
			l.mu.Unlock()
		}
	})
	l.lap("look at the commits between")
	return err
}

// versions is a source of objects by id.
type versions struct {
	objects *git.Objects
	asset   finding.Asset
	list    []Version
}

var _ target.Source = (*versions)(nil)

func (v *versions) Asset() finding.Asset { return v.asset }

// Each reads the objects one by one: a change is small, and what takes time is the look.
func (v *versions) Each(ctx context.Context, _ int, use func(int, *target.Item) error) (finding.Looked, []finding.Unread, error) {
	var looked finding.Looked
	var unread []finding.Unread
	for _, one := range v.list {
		item, err := v.item(ctx, one)
		if ctx.Err() != nil {
			return looked, unread, ctx.Err()
		}
		if err != nil {
			unread = append(unread, finding.Unread{What: fmt.Sprintf("%s (object %s)", one.Path, one.ID), Why: err.Error()})
			continue
		}
		if item == nil {
			continue
		}
		looked.Files++
		if err := use(0, item); err != nil {
			return looked, unread, err
		}
	}
	return looked, unread, nil
}

// item reads one object: a blob's content, or a commit's or tag's message. A tree gives nil: its blobs come by themselves.
func (v *versions) item(ctx context.Context, one Version) (*target.Item, error) {
	kind, data, err := v.objects.Read(ctx, one.ID)
	switch {
	case err != nil:
		return nil, err
	case kind == git.Tree:
		return nil, nil
	case kind == git.Blob:
		return &target.Item{Path: one.Path, Data: data, Blob: one.ID.String()}, nil
	}
	return &target.Item{Data: git.Message(data), Commit: one.ID.String()}, nil
}
