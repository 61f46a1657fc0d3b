package gate

import (
	"cmp"
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/reevehq/reeve/internal/config"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/git"
)

// Staged is what the next commit would change.
func Staged(ctx context.Context, repo *git.Repository, asset finding.Asset) (*Difference, error) {
	changes, err := repo.DiffIndex(ctx, "")
	if err != nil {
		return nil, fmt.Errorf("read what is staged: %w", err)
	}
	d := &Difference{Repository: repo, Asset: asset, Base: "HEAD", Head: "index"}
	d.sides("HEAD", "")
	d.files(changes)
	return d, nil
}

// Between is what the commits of head bring that base has not: from their merge base on.
func Between(ctx context.Context, repo *git.Repository, asset finding.Asset, base, head string) (*Difference, error) {
	d := &Difference{Repository: repo, Asset: asset, Base: base, Head: head}
	group, asking := errgroup.WithContext(ctx)
	var objects []git.ObjectPath
	group.Go(func() (err error) {
		objects, err = d.brought(asking, []string{head}, []string{base})
		return err
	})
	group.Go(func() error {
		fork, err := repo.MergeBase(asking, base, head)
		if err != nil {
			return fmt.Errorf("find the merge base of %q and %q: %w", base, head, err)
		}
		d.sides(fork.String(), head)
		changes, err := repo.DiffTrees(asking, fork.String(), head)
		if err != nil {
			return fmt.Errorf("compare %q with %q: %w", base, head, err)
		}
		d.files(changes)
		return nil
	})
	if err := group.Wait(); err != nil {
		return nil, err
	}
	d.between(objects)
	return d, nil
}

// Push is one ref's update as a pre-receive hook is told it. A zero id on one side means the ref is made or deleted.
type Push struct {
	Old, New git.ID
	Ref      string
}

// Received is what a push brings to a server's repository.
func Received(ctx context.Context, repo *git.Repository, asset finding.Asset, pushes []Push) (*Difference, error) {
	d := &Difference{Repository: repo, Asset: asset, Base: "the server", Head: "the push"}
	var tips []string
	for _, p := range pushes {
		if p.New.IsZero() {
			continue
		}
		tips = append(tips, p.New.String())
		base := p.Old
		if base.IsZero() {
			if head, err := repo.Resolve(ctx, "HEAD"); err == nil {
				base, _ = repo.MergeBase(ctx, head.String(), p.New.String()) // none: an unrelated history, all of it new
			}
		}
		from := ""
		if !base.IsZero() {
			from = base.String()
		}
		d.sides(from, p.New.String())
		changes, err := repo.DiffTrees(ctx, from, p.New.String())
		if err != nil {
			return nil, fmt.Errorf("compare %s with what is pushed: %w", p.Ref, err)
		}
		d.files(changes)
	}
	if len(tips) == 0 {
		return d, nil
	}
	objects, err := d.brought(ctx, tips, []string{"--all"})
	if err != nil {
		return nil, err
	}
	d.between(objects)
	return d, nil
}

// none is the revision of a side that has no files: before the first commit, or of a branch without a base.
const none = "none"

// sides notes which trees the two sides of a change are, for engines that must see more than what changed.
func (d *Difference) sides(base, head string) {
	d.Trees = append(d.Trees, Sides{Base: cmp.Or(base, none), Head: head})
}

// files takes both sides of changed files. A submodule is another repository's matter.
func (d *Difference) files(changes []git.Change) {
	for _, c := range changes {
		if c.Path == config.Name {
			d.Notes = append(d.Notes, "this change edits "+config.Name+", and it was judged by the edited one: read that part of it")
		}
		if !c.OldID.IsZero() && !c.OldMode.IsSubmodule() {
			d.Old = append(d.Old, Version{c.OldID, c.Path})
		}
		if !c.NewID.IsZero() && !c.NewMode.IsSubmodule() {
			d.New = append(d.New, Version{c.NewID, c.Path})
		}
	}
}

// brought lists the objects that new commits bring.
func (d *Difference) brought(ctx context.Context, include, exclude []string) ([]git.ObjectPath, error) {
	objects, err := d.Repository.NewObjects(ctx, include, exclude)
	if err != nil {
		return nil, fmt.Errorf("list what the commits bring: %w", err)
	}
	return objects, nil
}

// between takes those of the objects that stand beside the files at the end.
func (d *Difference) between(objects []git.ObjectPath) {
	atEnd := map[git.ID]bool{}
	for _, v := range d.New {
		atEnd[v.ID] = true
	}
	for _, o := range objects {
		if !atEnd[o.ID] {
			d.Between = append(d.Between, Version{o.ID, o.Path})
		}
	}
}
