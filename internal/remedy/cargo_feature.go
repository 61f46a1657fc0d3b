package remedy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/remedy/registry"
)

// activation is what features switch on in a crate.
type activation struct {
	// needs are optional dependencies by the crate's own name for them; passed are features switched on in dependencies.
	needs  map[string]bool
	passed map[string][]string
}

// activate follows features (https://doc.rust-lang.org/cargo/reference/features.html).
func activate(c *registry.Crate, byDefault bool, features []string) activation {
	a := activation{needs: map[string]bool{}, passed: map[string][]string{}}
	queue := slices.Clone(features)
	if byDefault {
		queue = append(queue, "default")
	}
	seen := map[string]bool{}
	optional := func(name string) bool {
		return slices.ContainsFunc(c.Needs, func(n registry.CrateNeed) bool { return n.Name == name && n.Optional })
	}
	for len(queue) > 0 {
		f := queue[0]
		queue = queue[1:]
		if seen[f] {
			continue
		}
		seen[f] = true
		if dep, ok := strings.CutPrefix(f, "dep:"); ok {
			a.needs[dep] = true
			continue
		}
		if dep, feature, ok := strings.Cut(f, "/"); ok {
			weak := strings.HasSuffix(dep, "?")
			dep = strings.TrimSuffix(dep, "?")
			a.passed[dep] = append(a.passed[dep], feature)
			if !weak && optional(dep) {
				a.needs[dep] = true
				queue = append(queue, dep)
			}
			continue
		}
		if list, ok := c.Features[f]; ok {
			queue = append(queue, list...)
		} else if optional(f) {
			a.needs[f] = true
		}
	}
	return a
}

// carriedNeeds gives what the next version of a locked crate asks for. Which of its features are switched on is not known here, but it can
// be told from what is locked, as long as the features that may be on (maybe) mean the same in both versions; where they do not, it is refused.
func carriedNeeds(c *crate, old, next *registry.Crate, maybe map[string]bool) ([]*registry.CrateNeed, error) {
	locked := func(name string) bool {
		return slices.ContainsFunc(c.needs, func(x *crate) bool { return x.name == name })
	}
	was := func(n *registry.CrateNeed) *registry.CrateNeed {
		for i := range old.Needs {
			if o := &old.Needs[i]; o.Name == n.Name && o.Kind == n.Kind && o.Target == n.Target {
				return o
			}
		}
		for i := range old.Needs {
			if o := &old.Needs[i]; o.Name == n.Name && o.Kind != "dev" {
				return o
			}
		}
		return nil
	}
	var out []*registry.CrateNeed
	for i := range next.Needs {
		n := &next.Needs[i]
		switch o := was(n); {
		case n.Kind == "dev":
		case !n.Optional:
			out = append(out, n)
		case o == nil:
			if f := switches(next, maybe, n.Name); f != "" {
				return nil, fmt.Errorf("%s %s needs %s where its feature %s is on, and whether it is cannot be told", c.name, next.Version, n.Real(), f)
			}
		case !o.Optional:
			return nil, fmt.Errorf("%s %s makes %s optional, and whether it is needed cannot be told", c.name, next.Version, n.Real())
		case locked(n.Real()) && switchedOtherwise(old, o):
			return nil, fmt.Errorf("%s %s asks for %s under two names, and which of them is needed cannot be told", c.name, next.Version, n.Real())
		case locked(n.Real()):
			out = append(out, n)
		}
	}
	for f, list := range next.Features {
		if before := old.Features[f]; maybe[f] {
			for _, item := range list {
				dep, _, passes := strings.Cut(item, "/")
				if passes && !slices.Contains(before, item) && locked(realName(next, strings.TrimSuffix(dep, "?"))) {
					return nil, fmt.Errorf("the feature %s of %s %s switches on %s, and whether it is on cannot be told", f, c.name, next.Version, item)
				}
			}
		}
	}
	return out, nil
}

// switches gives a feature that may be on and that needs an optional dependency; "" for none.
func switches(next *registry.Crate, maybe map[string]bool, need string) string {
	for f := range next.Features {
		if maybe[f] && activate(next, false, []string{f}).needs[need] {
			return f
		}
	}
	if maybe[need] {
		return need
	}
	return ""
}

// maybeOn are the features of a locked crate that somebody may switch on: those that are asked for, passed on or named in a manifest, and
// what they bring.
func (b *cargoBuilder) maybeOn(ctx context.Context, c *crate, old, next *registry.Crate) (map[string]bool, error) {
	out := map[string]bool{}
	for _, by := range b.tree.askers(c) {
		if by.source == "" {
			out["default"] = true
			for _, f := range b.manifests.words() {
				out[f] = true
			}
			continue
		}
		entry, err := b.entry(ctx, by.name, by.version)
		if err != nil {
			return nil, err
		}
		for i := range entry.Needs {
			n := &entry.Needs[i]
			if n.Real() != c.name || n.Kind == "dev" {
				continue
			}
			out["default"] = out["default"] || n.Default
			for _, f := range n.Features {
				out[f] = true
			}
			for _, list := range entry.Features {
				for _, item := range list {
					if dep, f, ok := strings.Cut(item, "/"); ok && strings.TrimSuffix(dep, "?") == n.Name {
						out[f] = true
					}
				}
			}
		}
	}
	for grown := true; grown; {
		grown = false
		for _, v := range []*registry.Crate{old, next} {
			for f, list := range v.Features {
				for _, item := range list {
					if out[f] && !out[item] {
						out[item], grown = true, true
					}
				}
			}
		}
	}
	return out, nil
}

// switchedOtherwise tells of an optional dependency that a crate may also need for another reason, under another name.
func switchedOtherwise(c *registry.Crate, n *registry.CrateNeed) bool {
	return slices.ContainsFunc(c.Needs, func(o registry.CrateNeed) bool { return o.Name != n.Name && o.Real() == n.Real() && o.Kind != "dev" })
}

func realName(c *registry.Crate, name string) string {
	for i := range c.Needs {
		if c.Needs[i].Name == name {
			return c.Needs[i].Real()
		}
	}
	return name
}
