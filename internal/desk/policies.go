package desk

import (
	"context"
	"fmt"
	"slices"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/clock"
	"github.com/reevehq/reeve/internal/register"
)

// Policy is a clock policy: how long things may take.
type Policy struct {
	// ID is 0 for the one that is built in.
	ID int64 `json:"id,omitempty"`
	clock.Policy
	// Assets is how many assets name it.
	Assets int `json:"assets"`
}

// defaultPolicy is the name of the policy that counts where an asset names none.
const defaultPolicy = "default"

// Policies lists clock policies by name. The default is among them, also while it is the built-in one.
func (d *Desk) Policies(ctx context.Context, p access.Principal, s Slice) (Page[Policy], error) {
	if err := p.Can(access.Read); err != nil {
		return Page[Policy]{}, err
	}
	w, err := d.reg.World(ctx)
	if err != nil {
		return Page[Policy]{}, err
	}
	return paged(policies(w), s, func(c *Policy) string { return c.Name })
}

func policies(w *register.World) []Policy {
	uses := map[int64]int{}
	for _, a := range w.Assets {
		uses[a.Policy]++
	}
	var all []Policy
	for id, c := range w.Policies {
		all = append(all, Policy{ID: id, Policy: *c, Assets: uses[id]})
	}
	if w.ID(register.KindPolicy, defaultPolicy) == 0 {
		all = append(all, Policy{Policy: *clock.Default()})
	}
	return all
}

// Policy gives one clock policy by its name.
func (d *Desk) Policy(ctx context.Context, p access.Principal, name string) (*Policy, error) {
	if err := p.Can(access.Read); err != nil {
		return nil, err
	}
	w, err := d.reg.World(ctx)
	if err != nil {
		return nil, err
	}
	all := policies(w)
	i := slices.IndexFunc(all, func(c Policy) bool { return c.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("policy %q: %w", name, ErrNotFound)
	}
	return &all[i], nil
}

// SetPolicy makes a clock policy, or changes the one of that name. The text is YAML or JSON as clock.Parse reads it; its name must be this one.
func (d *Desk) SetPolicy(ctx context.Context, p access.Principal, name string, text []byte) (*Policy, error) {
	if err := p.Can(access.Organise); err != nil {
		return nil, err
	}
	c, err := clock.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if c.Name != name {
		return nil, fmt.Errorf("%w: the policy calls itself %q and not %q", ErrInvalid, c.Name, name)
	}
	w, err := d.reg.World(ctx)
	if err != nil {
		return nil, err
	}
	_, err = d.reg.Put(ctx, p.Name, "", register.Set{Kind: register.KindPolicy, ID: w.ID(register.KindPolicy, name), Name: name, Doc: c})
	if err != nil {
		return nil, err
	}
	if err := d.sync(ctx); err != nil {
		return nil, err
	}
	return d.Policy(ctx, p, name)
}

// DropPolicy removes a clock policy that no asset names. Without a default of your own the built-in one counts again.
func (d *Desk) DropPolicy(ctx context.Context, p access.Principal, name string) error {
	if err := p.Can(access.Organise); err != nil {
		return err
	}
	c, err := d.Policy(ctx, p, name)
	switch {
	case err != nil:
		return err
	case c.ID == 0:
		return fmt.Errorf("%w: policy %q is the built-in one: write another of that name to replace it", ErrConflict, name)
	case c.Assets > 0:
		return fmt.Errorf("%w: %d assets name policy %q: give them another first", ErrConflict, c.Assets, name)
	}
	return d.drop(ctx, p, register.KindPolicy, name, c.ID)
}
