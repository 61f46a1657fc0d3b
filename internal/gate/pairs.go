package gate

import (
	"cmp"
	"context"
	"slices"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/git"
	"github.com/reevehq/reeve/internal/review"
	"github.com/reevehq/reeve/internal/target"
)

// Pairs gives both sides of every changed file, in the order of their paths, and what could not be read.
func (d *Difference) Pairs(ctx context.Context) ([]review.File, []finding.Unread, error) {
	objects, err := d.Repository.Objects()
	if err != nil {
		return nil, nil, err
	}
	defer objects.Close()
	byPath := map[string]*review.File{}
	var unread []finding.Unread
	for i, list := range [][]Version{d.Old, d.New} {
		for _, v := range list {
			kind, data, err := objects.Read(ctx, v.ID)
			if ctx.Err() != nil {
				return nil, nil, ctx.Err()
			}
			if err != nil {
				unread = append(unread, finding.Unread{What: v.Path, Why: err.Error()})
				continue
			}
			if kind != git.Blob {
				continue
			}
			f := byPath[v.Path]
			if f == nil {
				f = &review.File{Path: v.Path}
				byPath[v.Path] = f
			}
			text := target.Decode(data).Data
			if text == nil {
				text = []byte{} // a file without content is there
			}
			if i == 0 {
				f.Before = text
			} else {
				f.After = text
			}
		}
	}
	files := make([]review.File, 0, len(byPath))
	for _, f := range byPath {
		files = append(files, *f)
	}
	slices.SortFunc(files, func(a, b review.File) int { return cmp.Compare(a.Path, b.Path) })
	return files, unread, nil
}
