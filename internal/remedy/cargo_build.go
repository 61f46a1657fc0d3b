package remedy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/remedy/registry"
)

// cargoBuilder changes a tree as Cargo would, or refuses.
type cargoBuilder struct {
	tree      *cargoTree
	client    *registry.Client
	manifests *cargoManifests
	// flaws counts the flaws of a version.
	flaws   func(name, version string) int
	changes int
}

// maxCrates is how many crates one upgrade may change.
const maxCrates = 100

// entry gives what the index says of a version.
func (b *cargoBuilder) entry(ctx context.Context, name, version string) (*registry.Crate, error) {
	all, err := b.client.Crates(ctx, name)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if bare, _, _ := strings.Cut(all[i].Version, "+"); all[i].Version == version || bare == version {
			return &all[i], nil
		}
	}
	return nil, fmt.Errorf("the index does not know %s %s", name, version)
}

// upgrade gives a crate another version, if all who need it are content with that.
func (b *cargoBuilder) upgrade(ctx context.Context, c *crate, version string) error {
	if b.changes++; b.changes > maxCrates {
		return fmt.Errorf("more than %d crates would have to change", maxCrates)
	}
	if !isCratesIO(c.source) {
		return &errCannot{why: fmt.Sprintf("%s does not come from crates.io", c.name), do: "Upgrade it by hand."}
	}
	for _, by := range b.tree.askers(c) {
		if err := b.content(ctx, by, c, version); err != nil {
			return err
		}
	}
	old, err := b.entry(ctx, c.name, c.version)
	if err != nil {
		return err
	}
	next, err := b.entry(ctx, c.name, version)
	if err != nil {
		return err
	}
	if next.Yanked {
		return fmt.Errorf("%s %s was taken back", c.name, version)
	}
	maybe, err := b.maybeOn(ctx, c, old, next)
	if err != nil {
		return err
	}
	needs, err := carriedNeeds(c, old, next, maybe)
	if err != nil {
		return err
	}
	for _, other := range b.tree.crates {
		if other != c && other.name == c.name && other.version == next.Version && other.source == c.source {
			b.merge(c, other) // it stands there already
			return nil
		}
	}
	if sameCompat := b.compatible(c.name, c.source, next.Version, c); sameCompat != nil {
		return fmt.Errorf("%s %s stands beside it, and Cargo keeps one of them only", c.name, sameCompat.version)
	}
	before := c.needs
	c.version, c.checksum, c.changed, c.text, c.needs = next.Version, next.Checksum, true, "", nil
	for _, n := range needs {
		if err := b.need(ctx, c, n, before, n.Features); err != nil {
			return err
		}
	}
	return nil
}

// merge lets all who need one crate have another.
func (b *cargoBuilder) merge(c, into *crate) {
	for _, by := range b.tree.crates {
		for i, to := range by.needs {
			if to == c {
				by.needs[i] = into
			}
		}
	}
	b.tree.crates = slices.DeleteFunc(b.tree.crates, func(one *crate) bool { return one == c })
}

// content tells why one who needs a crate would not take a version of it. The project's own crates are asked for another version.
func (b *cargoBuilder) content(ctx context.Context, by, c *crate, version string) error {
	target, ok := parseSemver(version)
	now, okNow := parseSemver(c.version)
	if !ok || !okNow {
		return fmt.Errorf("%s %s cannot be compared", c.name, version)
	}
	if by.source == "" {
		return b.manifests.allow(by.name, c.name, now, version)
	}
	if !isCratesIO(by.source) {
		return &errCannot{why: fmt.Sprintf("%s %s, which needs it, does not come from crates.io", by.name, by.version), do: "Upgrade that first."}
	}
	entry, err := b.entry(ctx, by.name, by.version)
	if err != nil {
		return err
	}
	for i := range entry.Needs {
		n := &entry.Needs[i]
		if n.Real() != c.name || n.Kind == "dev" {
			continue
		}
		s, ok := cargoSpan(n.Req)
		if !ok {
			return fmt.Errorf("%s asks for %s as %q, which cannot be read", by.name, c.name, n.Req)
		}
		if s.allows(now) && !s.allows(target) {
			return &errCannot{why: fmt.Sprintf("%s %s asks for %s %s", by.name, by.version, c.name, n.Req), do: fmt.Sprintf("Upgrade %s.", by.name)}
		}
	}
	return nil
}

// compatible gives a crate of the same name that Cargo would not keep beside a version.
func (b *cargoBuilder) compatible(name, source, version string, but *crate) *crate {
	for _, c := range b.tree.crates {
		if c != but && c.name == name && c.source == source && compatLine(c.version) == compatLine(version) {
			return c
		}
	}
	return nil
}

// compatLine is the part of a version that Cargo takes for a promise: up to the first number that is not zero.
func compatLine(version string) [3]uint64 {
	v := leadingNumbers(version)
	switch {
	case v[0] > 0:
		return [3]uint64{v[0]}
	case v[1] > 0:
		return [3]uint64{0, v[1]}
	}
	return v
}

// need gives a crate one of the things it asks for: what is locked already where that is allowed, else a later version of it, else
// a new crate. before is what the crate had so far; features are those that are switched on.
func (b *cargoBuilder) need(ctx context.Context, c *crate, n *registry.CrateNeed, before []*crate, features []string) error {
	s, ok := cargoSpan(n.Req)
	if !ok || n.Registry != "" {
		return fmt.Errorf("%s asks for %s as %q, which cannot be worked out here", c.name, n.Real(), n.Req)
	}
	var best *crate
	better := func(x *crate) bool {
		v, ok := parseSemver(x.version)
		return ok && s.allows(v) && (best == nil || compareCrates(x, best) > 0)
	}
	for _, list := range [][]*crate{before, b.tree.crates} {
		for _, x := range list {
			if x.name == n.Real() && isCratesIO(x.source) && better(x) {
				best = x
			}
		}
		if best != nil {
			break
		}
	}
	if best != nil {
		c.needs = append(c.needs, best)
		return b.switchedOn(ctx, best, n, features)
	}
	version, err := b.pick(ctx, n.Real(), s)
	if err != nil {
		return err
	}
	if standing := b.compatible(n.Real(), c.source, version.Version, nil); standing != nil {
		if err := b.upgrade(ctx, standing, version.Version); err != nil {
			return err
		}
		c.needs = append(c.needs, standing)
		return b.switchedOn(ctx, standing, n, features)
	}
	if b.changes++; b.changes > maxCrates {
		return fmt.Errorf("more than %d crates would have to change", maxCrates)
	}
	fresh := &crate{name: version.Name, version: version.Version, source: c.source, checksum: version.Checksum, changed: true}
	b.tree.crates = append(b.tree.crates, fresh)
	c.needs = append(c.needs, fresh)
	on := activate(version, n.Default, features)
	for i := range version.Needs {
		m := &version.Needs[i]
		if m.Kind == "dev" || m.Optional && !on.needs[m.Name] {
			continue
		}
		if err := b.need(ctx, fresh, m, nil, append(slices.Clone(m.Features), on.passed[m.Name]...)); err != nil {
			return err
		}
	}
	return nil
}

// pick chooses a version as Cargo does: the highest, but one without known flaws goes first.
func (b *cargoBuilder) pick(ctx context.Context, name string, s span) (*registry.Crate, error) {
	all, err := b.client.Crates(ctx, name)
	if err != nil {
		return nil, err
	}
	var best *registry.Crate
	var bestVersion semver
	for i := range all {
		v, ok := parseSemver(all[i].Version)
		if !ok || all[i].Yanked || !s.allows(v) {
			continue
		}
		x, y := b.flaws(name, all[i].Version), 0
		if best != nil {
			y = b.flaws(name, best.Version)
		}
		if best == nil || x < y || x == y && v.compare(bestVersion) > 0 {
			best, bestVersion = &all[i], v
		}
	}
	if best == nil {
		return nil, fmt.Errorf("the index has no version of %s that is asked for", name)
	}
	return best, nil
}

// switchedOn makes sure that the features that are asked for of a locked crate need nothing that it does not have.
func (b *cargoBuilder) switchedOn(ctx context.Context, c *crate, n *registry.CrateNeed, features []string) error {
	entry, err := b.entry(ctx, c.name, c.version)
	if err != nil {
		return err
	}
	on := activate(entry, n.Default, features)
	for i := range entry.Needs {
		m := &entry.Needs[i]
		if m.Kind == "dev" || !m.Optional || !on.needs[m.Name] {
			continue
		}
		if !slices.ContainsFunc(c.needs, func(x *crate) bool { return x.name == m.Real() }) {
			return fmt.Errorf("features of %s are switched on that need %s, which is not locked", c.name, m.Real())
		}
	}
	return nil
}
