package remedy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/reevehq/reeve/internal/remedy/registry"
)

// maxRaise is how many packages above one another are upgraded for the sake of the lowest.
const maxRaise = 4

// parents upgrades what brings the flawed package, by the least that lets it have a sound version.
func (n *npmJob) parents(ctx context.Context, b *npmBuilder) error {
	nodes := n.flawed(b.tree)
	if len(nodes) == 0 {
		return errors.New("it stands nowhere in the tree")
	}
	raised := 0
	var why error
	for _, node := range nodes {
		_, versions, err := n.registryVersions(ctx, node)
		if err != nil {
			return err
		}
		choices, err := n.choices(node.version, versions)
		if err != nil {
			why = err
			continue
		}
		var good []string
		for _, c := range choices {
			if c.clears == choices[0].clears {
				good = append(good, c.version)
			}
		}
		b.tree.index()
		for _, e := range slices.Clone(b.tree.in[node.path]) {
			from := b.tree.nodes[e.from]
			if from == nil || from.own() || b.tree.nodes[node.path] == nil || anyFits(e, node.name, good) {
				continue
			}
			if err := n.raise(ctx, b, from, want{node.name, e.name, good}, 0); err != nil {
				why = err
				continue
			}
			raised++
		}
	}
	if raised == 0 {
		if why == nil {
			why = errors.New("nothing that brings it stands in the way")
		}
		return why
	}
	_, err := n.inPlace(ctx, b)
	if len(n.flawed(b.tree)) < len(nodes) {
		return nil
	}
	return err
}

// want is what a new version of a parent must allow: the package called name, under the name asked, in one of the good versions.
type want struct {
	name, asked string
	good        []string
}

func anyFits(e npmEdge, name string, versions []string) bool {
	return slices.ContainsFunc(versions, func(v string) bool {
		return e.fits(&npmNode{name: name, version: v, came: &npmCame{}})
	})
}

// allowedBy tells whether a version of a parent leaves room for what is wanted.
func (w want) allowedBy(v *registry.NPMVersion) bool {
	for _, list := range []map[string]string{v.Dependencies, v.Optional, v.Peer} {
		if spec, ok := list[w.asked]; ok {
			return anyFits(npmEdge{name: w.asked, spec: spec}, w.name, w.good)
		}
	}
	return true
}

// raise upgrades a package to the least version that leaves room for what is wanted, and what brings it where that is in the way.
func (n *npmJob) raise(ctx context.Context, b *npmBuilder, node *npmNode, w want, depth int) error {
	p, _, err := n.registryVersions(ctx, node)
	if err != nil {
		return err
	}
	now, ok := parseSemver(node.version)
	if !ok {
		return fmt.Errorf("the version of %s cannot be compared", node.name)
	}
	type option struct {
		v    *registry.NPMVersion
		is   semver
		jump Jump
	}
	var options []option
	beyond := ""
	for _, v := range p.Versions {
		is, ok := parseSemver(v.Version)
		if !ok || is.compare(now) <= 0 || is.pre != "" && now.pre == "" || !w.allowedBy(v) || n.ask.flaws(node.name, v.Version) > n.ask.flaws(node.name, node.version) {
			continue
		}
		if jump := jumpOf("npm", node.version, v.Version); jump <= n.w.r.MaxJump {
			options = append(options, option{v, is, jump})
		} else {
			beyond = v.Version
		}
	}
	slices.SortFunc(options, func(a, b option) int { return cmp.Or(cmp.Compare(a.jump, b.jump), a.is.compare(b.is)) })
	if len(options) == 0 {
		why := fmt.Sprintf("no later version of %s %s asks for a sound %s", node.name, node.version, w.name)
		if beyond != "" {
			why = fmt.Sprintf("only a major upgrade of %s %s asks for a sound %s", node.name, node.version, w.name)
		}
		return &errCannot{why: why, do: fmt.Sprintf("Override %s in package.json, or replace %s.", w.name, node.name)}
	}
	var why error
	for _, o := range options[:min(len(options), maxChoices)] {
		saved, manifests := b.tree.clone(), maps.Clone(n.manifests)
		_, err := n.move(ctx, b, node.path, o.v)
		if err == nil {
			n.raised = append(n.raised, node.name)
			return nil
		}
		if why == nil {
			why = err
		}
		b.tree, b.queue, n.manifests = saved, nil, manifests
	}
	if depth+1 >= maxRaise {
		return why
	}
	return n.raiseAbove(ctx, b, node, func() []string {
		var good []string
		for _, o := range options {
			good = append(good, o.v.Version)
		}
		return good
	}(), depth)
}

// raiseAbove upgrades what brings a package that is in the way, then the package.
func (n *npmJob) raiseAbove(ctx context.Context, b *npmBuilder, node *npmNode, good []string, depth int) error {
	b.tree.index()
	at := node.path
	for _, e := range slices.Clone(b.tree.in[at]) {
		from := b.tree.nodes[e.from]
		if from == nil || from.own() || anyFits(e, node.name, good) {
			continue
		}
		if err := n.raise(ctx, b, from, want{node.name, e.name, good}, depth+1); err != nil {
			return err
		}
	}
	standing := b.tree.nodes[at]
	if standing == nil || slices.Contains(good, standing.version) {
		return nil
	}
	p, _, err := n.registryVersions(ctx, standing)
	if err != nil {
		return err
	}
	for _, version := range good {
		saved, manifests := b.tree.clone(), maps.Clone(n.manifests)
		if _, err = n.move(ctx, b, at, p.Versions[version]); err == nil {
			n.raised = append(n.raised, standing.name)
			return nil
		}
		b.tree, b.queue, n.manifests = saved, nil, manifests
	}
	return err
}
