package desk

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/facet"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/register"
)

// Asset is something that findings are about, with what is known of it.
type Asset struct {
	ID int64 `json:"id"`
	// Kind is repository, image, host, cluster…; Name is unique among assets of a kind.
	Kind string `json:"kind"`
	Name string `json:"name"`
	// Team is the slug of the team that owns it, "" for nobody.
	Team string `json:"team,omitempty"`
	// Criticality is low, medium, high or critical; "" is not said.
	Criticality string `json:"criticality,omitempty"`
	// Context is where it runs and who reaches it.
	Context finding.Exposure `json:"context,omitzero"`
	// Policy is the clock policy that counts here, "" for the default.
	Policy string   `json:"policy,omitempty"`
	Tags   []string `json:"tags,omitempty"`
	// Uses are the ids of assets that this one is exposed through or depends on.
	Uses []int64 `json:"uses,omitempty"`
	// Codeowners and Catalog are the files of these names, as they were last pushed. Lists leave them out.
	Codeowners string `json:"codeowners,omitempty"`
	Catalog    string `json:"catalog,omitempty"`
	// Active counts the findings with something left to do, by level.
	Active Levels `json:"active"`
	// Looked is when any tool looked last; Sources are the tools that look.
	Looked  time.Time `json:"looked,omitzero"`
	Sources []Source  `json:"sources,omitempty"`
}

// Levels are numbers of findings by level.
type Levels struct {
	Critical int `json:"critical"`
	High     int `json:"high"`
	Medium   int `json:"medium"`
	Low      int `json:"low"`
	Info     int `json:"info"`
}

func (l *Levels) add(level string, n int) {
	switch level {
	case "critical":
		l.Critical += n
	case "high":
		l.High += n
	case "medium":
		l.Medium += n
	case "low":
		l.Low += n
	default:
		l.Info += n
	}
}

// Total is the sum.
func (l Levels) Total() int { return l.Critical + l.High + l.Medium + l.Low + l.Info }

// Source is a tool that looks at an asset on a branch.
type Source struct {
	Tool string `json:"tool"`
	Ref  string `json:"ref,omitempty"`
	// Looked is its last whole look, Event the import that brought it, Present how many findings it sees.
	Looked  time.Time `json:"looked"`
	Event   int64     `json:"event"`
	Present int64     `json:"present"`
}

// AssetsAsk is a question for a list of assets. Every part that is not "" narrows it.
type AssetsAsk struct {
	Slice
	// Text stands somewhere in the name, in any case.
	Text string
	// Kind, Criticality and Tag are as they stand in the asset; Team is a slug, or "none".
	Kind, Team, Criticality, Tag string
}

// Assets lists assets by kind and name.
func (d *Desk) Assets(ctx context.Context, p access.Principal, ask AssetsAsk) (Page[Asset], error) {
	q, err := d.query(ctx, p, "state:active")
	if err != nil {
		return Page[Asset]{}, err
	}
	w, err := d.reg.World(ctx)
	if err != nil {
		return Page[Asset]{}, err
	}
	var all []Asset
	for _, a := range w.Assets {
		if p.Check(access.Read, objectOf(a)) == nil && ask.means(w, a) {
			all = append(all, assetOf(w, a))
		}
	}
	page, err := paged(all, ask.Slice, func(a *Asset) string { return a.Kind + ":" + a.Name })
	if err != nil {
		return page, err
	}
	looked := map[int64]time.Time{}
	for _, s := range w.Sources {
		if at := moment(s.Looked); at.After(looked[s.Asset]) {
			looked[s.Asset] = at
		}
	}
	for i := range page.Items {
		a := &page.Items[i]
		a.Codeowners, a.Catalog, a.Looked = "", "", looked[a.ID]
	}
	return page, d.countActive(q, page.Items)
}

func (ask *AssetsAsk) means(w *register.World, a *register.Asset) bool {
	team := "none"
	if t := w.Teams[a.Team]; t != nil {
		team = t.Slug
	}
	return strings.Contains(strings.ToLower(a.Name), strings.ToLower(ask.Text)) &&
		(ask.Kind == "" || ask.Kind == a.Kind) && (ask.Team == "" || ask.Team == team) &&
		(ask.Criticality == "" || ask.Criticality == a.Criticality) && (ask.Tag == "" || slices.Contains(a.Tags, ask.Tag))
}

// countActive fills in how many findings assets have. Names are unique in a kind only, so each kind is counted for itself.
func (d *Desk) countActive(q facet.Query, assets []Asset) error {
	kinds := map[string]map[string]*Asset{}
	ids := map[string][]string{}
	for i := range assets {
		a := &assets[i]
		if kinds[a.Kind] == nil {
			kinds[a.Kind] = map[string]*Asset{}
		}
		kinds[a.Kind][a.Name] = a
		ids[a.Kind] = append(ids[a.Kind], fmt.Sprintf("#%d", a.ID))
	}
	for kind, byName := range kinds {
		of, err := q.With(facet.Asset, ids[kind]...)
		if err != nil {
			return err
		}
		for _, g := range d.index.Count(of, d.now(), facet.Asset, facet.Level) {
			if a := byName[g.By[0].Label]; a != nil {
				a.Active.add(g.By[1].Value, g.Count)
			}
		}
	}
	return nil
}

// Asset gives one asset.
func (d *Desk) Asset(ctx context.Context, p access.Principal, id int64) (*Asset, error) {
	w, a, err := d.asset(ctx, p, id)
	if err != nil {
		return nil, err
	}
	out := []Asset{assetOf(w, a)}
	q, err := d.query(ctx, p, "state:active")
	if err != nil {
		return nil, err
	}
	for _, id := range slices.Sorted(maps.Keys(w.Sources)) {
		s := w.Sources[id]
		if s.Asset != a.ID {
			continue
		}
		at := moment(s.Looked)
		out[0].Sources = append(out[0].Sources, Source{Tool: s.Tool, Ref: s.Ref, Looked: at, Event: s.Seq, Present: s.Present})
		if at.After(out[0].Looked) {
			out[0].Looked = at
		}
	}
	return &out[0], d.countActive(q, out)
}

// asset finds an asset that somebody may read.
func (d *Desk) asset(ctx context.Context, p access.Principal, id int64) (*register.World, *register.Asset, error) {
	what := fmt.Sprintf("asset %d", id)
	w, err := d.reg.World(ctx)
	if err != nil {
		return nil, nil, err
	}
	a := w.Assets[id]
	if a == nil {
		return nil, nil, fmt.Errorf("%s: %w", what, ErrNotFound)
	}
	return w, a, hidden(p.Check(access.Read, objectOf(a)), what)
}

func objectOf(a *register.Asset) access.Object {
	return access.Object{Team: a.Team, Asset: register.AssetName(a.Asset)}
}

func assetOf(w *register.World, a *register.Asset) Asset {
	out := Asset{
		ID: a.ID, Kind: a.Kind, Name: a.Name, Criticality: a.Criticality, Context: a.Context, Tags: a.Tags, Uses: a.Uses,
		Codeowners: a.Codeowners, Catalog: a.Catalog,
	}
	if t := w.Teams[a.Team]; t != nil {
		out.Team = t.Slug
	}
	if c := w.Policies[a.Policy]; c != nil {
		out.Policy = c.Name
	}
	return out
}

var assetKind = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}$`) })

// NewAsset makes an asset before anything has looked at it, so that its team is known at the first import.
func (d *Desk) NewAsset(ctx context.Context, p access.Principal, kind, name string) (int64, error) {
	if err := p.Can(access.Organise); err != nil {
		return 0, err
	}
	if !assetKind().MatchString(kind) || strings.TrimSpace(name) == "" {
		return 0, fmt.Errorf("%w: an asset has a kind such as \"repository\" or \"image\", and a name", ErrInvalid)
	}
	if err := CheckLine("name of an asset", name, 500); err != nil {
		return 0, err
	}
	a := finding.Asset{Kind: kind, Name: name}
	ids, err := d.reg.Put(ctx, p.Name, "new asset", register.Set{Kind: register.KindAsset, Name: register.AssetName(a), Doc: register.Asset{Asset: a}})
	if err != nil {
		return 0, err
	}
	return ids[0], d.sync(ctx)
}
