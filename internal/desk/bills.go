package desk

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/census"
	"github.com/reevehq/reeve/internal/facet"
	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/sbom"
)

// Bill is a stored bill of materials.
type Bill struct {
	// Ref is the branch or version it is of, "" for the only one.
	Ref string `json:"ref"`
	// Event is the import that brought it, At when that was.
	Event int64     `json:"event"`
	At    time.Time `json:"at"`
	// Packages counts what it lists.
	Packages int `json:"packages"`
	// Met is when it last met the advisories, zero where it has not; Present how many flaws were known of it then.
	Met     time.Time `json:"met,omitzero"`
	Present int64     `json:"present"`
}

// Package is one entry of a bill of materials.
type Package struct {
	PURL      string `json:"purl,omitempty"`
	Ecosystem string `json:"ecosystem,omitempty"`
	Name      string `json:"name"`
	Version   string `json:"version,omitempty"`
	Licence   string `json:"licence,omitempty"`
	// Scope is what it is needed for: "" is production, else development, test or build.
	Scope  string `json:"scope,omitempty"`
	Direct bool   `json:"direct,omitempty"`
	// File is where it was found.
	File string `json:"file,omitempty"`
	// Active counts the findings about it with something left to do, by level.
	Active Levels `json:"active"`
	// key is its place in the list.
	key string
}

// Holder is an asset that holds what somebody asked about.
type Holder struct {
	AssetID int64  `json:"assetId"`
	Asset   string `json:"asset"`
	Team    string `json:"team,omitempty"`
	// Ref is the bill's branch, where a bill says so.
	Ref string `json:"ref,omitempty"`
	// Ecosystem, Package and Version are what it holds, as its bill lists it; for a flaw, Package is the finding's component.
	Ecosystem string `json:"ecosystem,omitempty"`
	Package   string `json:"package"`
	Version   string `json:"version,omitempty"`
	// Direct tells that the asset asks for the package itself.
	Direct bool `json:"direct,omitempty"`
	// Finding is the finding about it, where a flaw was asked for; Level is its rank.
	Finding int64  `json:"finding,omitempty"`
	Level   string `json:"level,omitempty"`
}

// Bills lists the bills of materials of an asset.
func (d *Desk) Bills(ctx context.Context, p access.Principal, asset int64) ([]Bill, error) {
	w, _, err := d.asset(ctx, p, asset)
	if err != nil {
		return nil, err
	}
	stored, err := d.reg.Store().BillsOf(ctx, asset)
	if err != nil {
		return nil, err
	}
	out := make([]Bill, 0, len(stored))
	for _, b := range stored {
		packages, err := d.reg.Bill(ctx, asset, b.Name)
		if err != nil {
			return nil, err
		}
		event, err := d.reg.Store().Event(ctx, b.Seq)
		if err != nil {
			return nil, err
		}
		one := Bill{Ref: b.Name, Event: b.Seq, At: moment(event.At), Packages: len(packages)}
		if s := w.Sees(asset, billTool, b.Name); s != nil {
			one.Met, one.Present = moment(s.Looked), s.Present
		}
		out = append(out, one)
	}
	return out, nil
}

// Bill lists the packages of a bill of materials, by ecosystem, name and version.
func (d *Desk) Bill(ctx context.Context, p access.Principal, asset int64, ref string, s Slice) (Page[Package], error) {
	if _, _, err := d.asset(ctx, p, asset); err != nil {
		return Page[Package]{}, err
	}
	packages, err := d.reg.Bill(ctx, asset, ref)
	if err != nil {
		return Page[Package]{}, hidden(err, fmt.Sprintf("bill of materials %q of asset %d", ref, asset))
	}
	all := make([]Package, len(packages))
	for i := range packages {
		all[i] = packageOf(&packages[i])
	}
	slices.SortFunc(all, func(a, b Package) int { return cmp.Compare(a.key, b.key) })
	all = slices.CompactFunc(all, func(a, b Package) bool { return a.key == b.key })
	page, err := paged(all, s, func(k *Package) string { return k.key })
	if err != nil {
		return page, err
	}
	return page, d.countPackages(ctx, p, asset, page.Items)
}

func packageOf(k *inventory.Package) Package {
	out := Package{
		PURL: sbom.PURL(k), Ecosystem: k.Ecosystem, Name: k.Name, Version: k.Version, Licence: k.Licence, Scope: string(k.Scope),
		Direct: k.Direct, File: k.File,
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%+v", out)) // tells apart what is not the same in everything
	name := strings.Join([]string{k.Ecosystem, k.Name, k.Version}, "\x00")
	out.key = name[:min(len(name), 1000)] + "\x00" + hex.EncodeToString(sum[:8])
	return out
}

// countPackages fills in what is known of packages.
func (d *Desk) countPackages(ctx context.Context, p access.Principal, asset int64, packages []Package) error {
	q, err := d.query(ctx, p, "state:active")
	if err == nil {
		q, err = q.With(facet.Asset, fmt.Sprintf("#%d", asset))
	}
	if err != nil {
		return err
	}
	levels := map[string]*Levels{}
	d.index.Each(q, d.now(), func(r facet.Row) bool {
		if r.Component != "" {
			if levels[r.Component] == nil {
				levels[r.Component] = &Levels{}
			}
			levels[r.Component].add(r.Level.String(), 1)
		}
		return true
	})
	for i := range packages {
		k := &packages[i]
		if known := levels[register.ComponentName(k.Name, k.Version)]; known != nil {
			k.Active = *known
		}
	}
	return nil
}

// maxHolders is how many holders are told at once.
const maxHolders = 10_000

// Holders tells who holds a package or has a flaw, of the assets that somebody may see. A query is a package URL with a version or without, a
// package's name or name@version, or a flaw under any of its names. Packages are asked of the bills of materials, whose index OpenBills
// opens; flaws of the findings that have something left to do, whichever tool found them.
func (d *Desk) Holders(ctx context.Context, p access.Principal, query string) ([]Holder, error) {
	query = strings.TrimSpace(query)
	if err := CheckLine("query", query, 500); err != nil || query == "" {
		return nil, cmp.Or(err, fmt.Errorf("%w: query: want a package (pkg:npm/left-pad, left-pad@1.0.0) or a flaw (CVE-2021-44228)", ErrInvalid))
	}
	q, err := d.query(ctx, p, "state:active")
	if err != nil {
		return nil, err
	}
	w, err := d.reg.World(ctx)
	if err != nil {
		return nil, err
	}
	var out []Holder
	if known, _ := d.index.Known(facet.Flaw, query); known && !strings.ContainsAny(query, "*:#") {
		if q, err = q.With(facet.Flaw, query); err == nil {
			out = d.flawHolders(w, q)
		}
	} else {
		out, err = d.packageHolders(ctx, p, w, query)
	}
	if err != nil {
		return nil, err
	}
	slices.SortFunc(out, func(a, b Holder) int {
		return cmp.Or(cmp.Compare(a.Asset, b.Asset), cmp.Compare(a.AssetID, b.AssetID), cmp.Compare(a.Ref, b.Ref), cmp.Compare(a.Ecosystem, b.Ecosystem),
			cmp.Compare(a.Package, b.Package), cmp.Compare(a.Version, b.Version), cmp.Compare(a.Finding, b.Finding))
	})
	out = slices.Compact(out)
	return out[:min(len(out), maxHolders)], nil
}

// flawHolders are the assets of the findings of a query, which is narrowed to what may be seen.
func (d *Desk) flawHolders(w *register.World, q facet.Query) []Holder {
	out := []Holder{}
	d.index.Each(q, d.now(), func(r facet.Row) bool {
		h := holderOf(w, w.Assets[int64(r.Asset)])
		h.Package, h.Finding, h.Level = cmp.Or(r.Component, r.Place), r.ID, r.Level.String()
		out = append(out, h)
		return true
	})
	return out
}

func holderOf(w *register.World, a *register.Asset) Holder {
	var h Holder
	if a == nil {
		return h
	}
	h.AssetID, h.Asset = a.ID, a.Name
	if t := w.Teams[a.Team]; t != nil {
		h.Team = t.Slug
	}
	return h
}

// packageHolders asks the index of bills.
func (d *Desk) packageHolders(ctx context.Context, p access.Principal, w *register.World, query string) ([]Holder, error) {
	b := &d.bills
	b.mu.RLock()
	dir := b.dir
	b.mu.RUnlock()
	if dir != "" {
		if err := d.OpenBills(ctx, dir); err != nil {
			return nil, err
		}
	}
	out := []Holder{}
	err := b.ask(func(index *census.Index) error {
		for _, ask := range b.asked(query) {
			list, err := index.Having(ctx, ask.Ecosystem, ask.Name, ask.Version)
			if err != nil {
				return err
			}
			for i := range list {
				asset, ref, err := d.billOf(ctx, list[i].SBOM)
				if errors.Is(err, ErrNotFound) {
					continue // it is gone since
				}
				if err != nil {
					return err
				}
				a := w.Assets[asset]
				if a == nil || p.Check(access.Read, objectOf(a)) != nil {
					continue
				}
				h := holderOf(w, a)
				h.Ref, h.Package, h.Version, h.Direct = ref, list[i].Package, list[i].Version, list[i].Direct
				if h.Ecosystem = list[i].Ecosystem; strings.HasPrefix(h.Ecosystem, listed+":") {
					ecosystem, full, _ := strings.Cut(strings.TrimPrefix(h.Ecosystem, listed+":"), inFull)
					h.Ecosystem, h.Package = ecosystem, cmp.Or(full, h.Package)
				}
				out = append(out, h)
			}
		}
		return nil
	})
	return out, err
}

// asked gives the packages that a query may mean.
func (b *billIndex) asked(query string) []inventory.Package {
	if one, err := sbom.FromPURL(query); err == nil {
		one.Ecosystem, _, _ = strings.Cut(one.Ecosystem, ":")
		return []inventory.Package{one, {Ecosystem: listed, Name: one.Name, Version: one.Version}}
	}
	name, version := query, ""
	if at := strings.LastIndexByte(query, '@'); at > 0 {
		name, version = query[:at], query[at+1:]
	}
	out := []inventory.Package{{Ecosystem: listed, Name: name, Version: version}}
	for _, e := range b.state.Ecosystems {
		out = append(out, inventory.Package{Ecosystem: e, Name: name, Version: version})
	}
	return out
}
