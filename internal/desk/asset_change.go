package desk

import (
	"context"
	"fmt"
	"slices"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/register"
)

// AssetChange is what people say about an asset. Parts that are nil stay as they are.
type AssetChange struct {
	// Team is the slug of the new owner, "" for nobody.
	Team *string `json:"team,omitempty"`
	// Criticality is low, medium, high, critical or "".
	Criticality *string `json:"criticality,omitempty"`
	// Context is where it runs and who reaches it.
	Context *finding.Exposure `json:"context,omitempty"`
	// Policy is the name of a clock policy, "" for the default.
	Policy *string   `json:"policy,omitempty"`
	Tags   *[]string `json:"tags,omitempty"`
	// Uses are the ids of assets that this one is exposed through or depends on.
	Uses       *[]int64 `json:"uses,omitempty"`
	Codeowners *string  `json:"codeowners,omitempty"`
	Catalog    *string  `json:"catalog,omitempty"`
}

// The bounds of what people say about an asset.
const (
	maxTags, maxTag = 50, 100
	maxUses         = 1000
	maxFile         = 1 << 20
)

// SetAsset changes what is known about an asset; its findings are ranked again where that matters. To give it to another team takes the right
// over both; another clock policy takes who may set up policies.
func (d *Desk) SetAsset(ctx context.Context, p access.Principal, id int64, c AssetChange) (register.Reranked, error) {
	w, a, err := d.asset(ctx, p, id)
	if err != nil {
		return register.Reranked{}, err
	}
	if err := p.Check(access.Configure, objectOf(a)); err != nil {
		return register.Reranked{}, err
	}
	next := *a
	for _, step := range []func() error{
		func() error { return c.team(w, p, &next) }, func() error { return c.policy(w, p, &next) },
		func() error { return c.context(&next) }, func() error { return c.lists(w, p, &next) }, func() error { return c.files(&next) },
	} {
		if err := step(); err != nil {
			return register.Reranked{}, err
		}
	}
	out, err := d.reg.SetAsset(ctx, p.Name, next)
	if err != nil {
		return out, err
	}
	return out, d.sync(ctx)
}

func (c *AssetChange) team(w *register.World, p access.Principal, a *register.Asset) error {
	if c.Team == nil {
		return nil
	}
	id, err := named(w, register.KindTeam, *c.Team)
	if err != nil {
		return err
	}
	if id != a.Team && p.Check(access.Configure, access.Object{Team: id, Asset: register.AssetName(a.Asset)}) != nil {
		return fmt.Errorf("%w: to give an asset away takes the right to set up assets of both teams", access.ErrDenied)
	}
	a.Team = id
	return nil
}

func (c *AssetChange) policy(w *register.World, p access.Principal, a *register.Asset) error {
	if c.Policy == nil {
		return nil
	}
	id, err := named(w, register.KindPolicy, *c.Policy)
	if err != nil {
		return err
	}
	if id != a.Policy {
		if err := p.Can(access.Organise); err != nil {
			return err
		}
	}
	a.Policy = id
	return nil
}

func (c *AssetChange) context(a *register.Asset) error {
	if c.Criticality != nil {
		if err := among("criticality", *c.Criticality, "low", "medium", "high", "critical"); err != nil {
			return err
		}
		a.Criticality = *c.Criticality
	}
	if c.Context == nil {
		return nil
	}
	x := c.Context
	for _, f := range []struct {
		name, value string
		want        []string
	}{
		{"internet", x.Internet, []string{"open", "authenticated", "no"}},
		{"environment", x.Environment, []string{"production", "staging", "development"}},
		{"running", x.Running, []string{"yes", "no"}},
	} {
		if err := among(f.name, f.value, f.want...); err != nil {
			return err
		}
	}
	for _, kind := range x.Data {
		if err := among("data", kind, "personal", "health", "card", "credentials", "financial"); err != nil || kind == "" {
			return fmt.Errorf("%w: data %q: want personal, health, card, credentials or financial", ErrInvalid, kind)
		}
	}
	if err := CheckLine("workload", x.Workload, 300); err != nil {
		return err
	}
	if len(x.Data) > 5 || len(x.Path) > 50 {
		return fmt.Errorf("%w: the context has at most 5 kinds of data and a path of 50 steps", ErrInvalid)
	}
	a.Context = *x
	return nil
}

// among tells whether a word is one of a few, or "".
func among(name, value string, want ...string) error {
	if value == "" || slices.Contains(want, value) {
		return nil
	}
	return fmt.Errorf("%w: %s %q: want one of %v, or \"\" for unknown", ErrInvalid, name, value, want)
}

func (c *AssetChange) lists(w *register.World, p access.Principal, a *register.Asset) error {
	if c.Tags != nil {
		tags := slices.Clone(*c.Tags)
		slices.Sort(tags)
		tags = slices.Compact(tags)
		bad := func(t string) bool { return t == "" || CheckLine("tag", t, maxTag) != nil }
		if len(tags) > maxTags || slices.ContainsFunc(tags, bad) {
			return fmt.Errorf("%w: an asset has at most %d tags of 1 to %d bytes", ErrInvalid, maxTags, maxTag)
		}
		a.Tags = tags
	}
	if c.Uses == nil {
		return nil
	}
	uses := slices.Clone(*c.Uses)
	slices.Sort(uses)
	uses = slices.Compact(uses)
	if len(uses) > maxUses {
		return fmt.Errorf("%w: an asset uses at most %d others", ErrInvalid, maxUses)
	}
	for _, id := range uses {
		other := w.Assets[id]
		if id == a.ID || other == nil || p.Check(access.Read, objectOf(other)) != nil && !slices.Contains(a.Uses, id) {
			return fmt.Errorf("%w: uses: there is no other asset %d", ErrInvalid, id)
		}
	}
	a.Uses = uses
	return nil
}

func (c *AssetChange) files(a *register.Asset) error {
	for _, f := range []struct {
		to   *string
		from *string
	}{{&a.Codeowners, c.Codeowners}, {&a.Catalog, c.Catalog}} {
		if f.from == nil {
			continue
		}
		if err := checkText("file of owners", *f.from, maxFile); err != nil {
			return err
		}
		*f.to = *f.from
	}
	return nil
}

// named finds the id of something by its name; "" is 0, nothing. A name that nobody has is the caller's mistake.
func named(w *register.World, kind, name string) (int64, error) {
	if name == "" {
		return 0, nil
	}
	if id := w.ID(kind, name); id != 0 {
		return id, nil
	}
	return 0, fmt.Errorf("%w: there is no %s %q", ErrInvalid, kind, name)
}
