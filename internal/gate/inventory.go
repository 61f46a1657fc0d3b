package gate

import (
	"context"
	"slices"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/engine/sca"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/target"
)

// Contents are the packages of one target.
type Contents struct {
	Asset finding.Asset
	// Documents are what single files say, Projects what they say together.
	Documents []*inventory.Document
	Projects  []*inventory.Project
	Looked    finding.Looked
	Unread    []finding.Unread
	Failed    map[string]string
}

// Inventory lists the packages of a target and judges nothing. The pass needs no engine but the one for dependencies.
func Inventory(ctx context.Context, src target.Source, o Options) (*Contents, error) {
	l := begin(o)
	seen := newSeen(src)
	err := l.each(ctx, src, func(w *engine.Worker, item *target.Item) {
		w.Noting = true
		seen.add(item)
		l.judge(ctx, w, item)
	})
	if err != nil {
		return nil, err
	}
	c := &Contents{Asset: src.Asset(), Looked: l.result.Looked, Unread: l.result.Unread, Failed: l.failed}
	whole := seen.target(c.Asset, l.taken())
	i := slices.IndexFunc(l.Pass.Noters(), func(n engine.Named) bool { return n.Name == sca.Name })
	if i >= 0 {
		whole.target.Notes = whole.notes[i]
		c.Documents = sca.Documents(&whole.target)
		c.Projects = sca.Projects(c.Documents)
	}
	return c, nil
}
