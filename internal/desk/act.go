package desk

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/facet"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
)

// Change carries out a decision about findings that are named, or, where none is, about those of a query. It happens to all of them or to none.
func (d *Desk) Change(ctx context.Context, p access.Principal, query string, c register.Change) (register.Changed, error) {
	if err := p.Can(access.Triage); err != nil {
		return register.Changed{}, err
	}
	if len(c.Findings) == 0 && query != "" {
		q, err := d.query(ctx, p, query)
		if err != nil {
			return register.Changed{}, err
		}
		d.index.Each(q, d.now(), func(r facet.Row) bool { c.Findings = append(c.Findings, r.ID); return true })
	}
	c.Allow = func(w *register.World, row *store.Finding) error {
		action := access.Triage
		if c.State != "" {
			action = actionFor(register.State(row.State), c.State)
		}
		if c.Team != nil || c.Pause || register.Later(w, row, c.Due) {
			action = access.Decide
		}
		return hidden(p.Check(action, object(w, row)), fmt.Sprintf("finding %d", row.ID))
	}
	c.Actor = p.Name
	return d.reg.Change(ctx, c)
}

// Import takes a report.
func (d *Desk) Import(ctx context.Context, p access.Principal, in register.Import, report io.Reader) (receipt register.Receipt, err error) {
	began := time.Now()
	defer func() { d.imported(began, &receipt, err) }()
	if err := p.Can(access.Import); err != nil {
		return register.Receipt{}, err
	}
	if p.Asset != "" { // a pipeline brings in what is about its own asset, whatever the report says
		w, err := d.reg.World(ctx)
		if err != nil {
			return register.Receipt{}, err
		}
		in.Asset, in.Only = own(w, p.Asset), true
	} else if p.Check(access.Import, access.Object{}) != nil {
		if err := d.mayImport(ctx, p, in); err != nil {
			return register.Receipt{}, err
		}
		in.Only = true
	}
	in.Actor = cmp.Or(p.Name, "unknown")
	return d.reg.Import(ctx, in, report)
}

// own is the asset that a pipeline's token is for; it may be looked at for the first time.
func own(w *register.World, name string) finding.Asset {
	if a := w.Assets[w.ID(register.KindAsset, name)]; a != nil {
		return a.Asset
	}
	kind, rest, _ := strings.Cut(name, ":")
	return finding.Asset{Kind: kind, Name: rest}
}

// mayImport tells whether somebody who may not import for all teams may bring in a report about an asset.
func (d *Desk) mayImport(ctx context.Context, p access.Principal, in register.Import) error {
	w, err := d.reg.World(ctx)
	if err != nil {
		return err
	}
	name := register.AssetName(in.Asset)
	asset := w.Assets[w.ID(register.KindAsset, name)]
	if asset == nil {
		return fmt.Errorf("%w: only who may import for all teams may make the asset %q by importing", access.ErrDenied, name)
	}
	return hidden(p.Check(access.Import, access.Object{Team: asset.Team, Asset: name}), fmt.Sprintf("asset %q", name))
}
