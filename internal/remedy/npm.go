package remedy

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"

	"github.com/reevehq/reeve/internal/remedy/registry"
)

// npmJob mends one package in a tree that a package-lock.json describes.
type npmJob struct {
	*job
	text      *jsonText
	tree      *npmTree
	ask       *npmAsk
	manifests map[string][]byte // changed package.json files, by path
	risks     []string
	raised    []string
}

// npmWays are the ways in a project with a package-lock.json: another version where the package stands, another version of what
// brings it, an override.
func npmWays(j *job) []way {
	if j.w.r.Registry == nil {
		return scriptWays(j)
	}
	start := func(do func(context.Context, *npmJob, *npmBuilder) (How, error)) way {
		return func(ctx context.Context) (*attempt, error) {
			n, err := newNpmJob(j)
			if err != nil {
				return nil, &errCannot{why: fmt.Sprintf("%s is not written: %v", j.project.File, err), do: "Run npm update " + shellWord(j.name) + ", or npm install with the version that mends it."}
			}
			b := &npmBuilder{tree: n.tree.clone(), before: n.tree, ask: n.ask}
			how, err := do(ctx, n, b)
			if err != nil {
				return nil, err
			}
			return n.attempt(how, b)
		}
	}
	return []way{
		start(func(ctx context.Context, n *npmJob, b *npmBuilder) (How, error) { return n.inPlace(ctx, b) }),
		start(func(ctx context.Context, n *npmJob, b *npmBuilder) (How, error) { return Parent, n.parents(ctx, b) }),
		start(func(ctx context.Context, n *npmJob, b *npmBuilder) (How, error) { return Override, n.override(ctx, b) }),
	}
}

func newNpmJob(j *job) (*npmJob, error) {
	data, err := j.w.read(j.project.File)
	if err != nil {
		return nil, err
	}
	text, err := parseJSON(data)
	if err != nil {
		return nil, err
	}
	n := &npmJob{job: j, text: text, manifests: map[string][]byte{}}
	if n.tree, err = readNpmTree(text); err != nil {
		return nil, err
	}
	data, err = j.w.read(j.beside("package.json"))
	if err != nil {
		return nil, err
	}
	manifest, err := parseJSON(data)
	if err != nil {
		return nil, fmt.Errorf("package.json: %w", err)
	}
	var simple bool
	if n.tree.overrides, simple = npmOverrides(manifest); !simple {
		return nil, errors.New("package.json has overrides that hold for parts of the tree only")
	}
	n.tree.index()
	n.ask = &npmAsk{client: j.w.r.Registry, flaws: func(name, version string) int { return len(j.w.match("npm", name, version)) }}
	return n, nil
}

// attempt writes a changed tree.
func (n *npmJob) attempt(how How, b *npmBuilder) (*attempt, error) {
	if err := b.finish(); err != nil {
		return nil, &errCannot{why: "the tree cannot be worked out as npm would: " + err.Error(), do: "Run npm update " + shellWord(n.name) + "."}
	}
	data, err := writeNpm(n.text, n.tree, b.tree)
	if err != nil {
		return nil, fmt.Errorf("write %q: %w", n.project.File, err)
	}
	a := &attempt{how: how, files: maps.Clone(n.manifests), risks: n.risks, raised: n.raised}
	a.files[n.project.File] = data
	a.moves = npmMoves(n.tree, b.tree, n.name)
	return a, nil
}

// npmMoves are the differences between two trees, those of one package first.
func npmMoves(before, after *npmTree, first string) []Move {
	places := maps.Clone(before.nodes)
	maps.Copy(places, after.nodes)
	var own, others []Move
	for _, p := range slices.SortedFunc(maps.Keys(places), collate) {
		was, is := before.nodes[p], after.nodes[p]
		m := Move{Where: p}
		if was != nil {
			m.Name, m.From = was.name, was.version
		}
		if is != nil {
			m.Name, m.To = is.name, is.version
		}
		switch {
		case places[p].own() || m.From == m.To && was.name == is.name:
		case m.Name == first:
			own = append(own, m)
		default:
			others = append(others, m)
		}
	}
	return append(own, others...)
}

// flawed are the places of the flawed versions in a tree.
func (n *npmJob) flawed(t *npmTree) []*npmNode {
	var out []*npmNode
	for _, p := range slices.Sorted(maps.Keys(t.nodes)) {
		node := t.nodes[p]
		if node.name != n.name || node.own() || node.link {
			continue
		}
		for _, m := range n.w.match("npm", n.name, node.version) {
			if n.scoreOf(m.ID) > 0 {
				out = append(out, node)
				break
			}
		}
	}
	return out
}

// versions are those of a package that the registry has, without those given up.
func (n *npmJob) registryVersions(ctx context.Context, node *npmNode) (*registry.NPMPackage, []string, error) {
	if host, foreign := n.ask.foreign(node); foreign {
		return nil, nil, &errCannot{why: fmt.Sprintf("%s comes from %s, and %s was not asked about it", node.name, host, n.ask.client.Base("npm")),
			do: "Name its registry with --registry npm=URL."}
	}
	p, err := n.ask.client.NPM(ctx, node.name)
	if err != nil {
		return nil, nil, err
	}
	return p, slices.Sorted(maps.Keys(p.Versions)), nil
}

// inPlace gives every flawed place a version that everybody who gets it is content with; what the project itself asks for is changed.
func (n *npmJob) inPlace(ctx context.Context, b *npmBuilder) (How, error) {
	how, moved := InRange, 0
	var why error
	for _, node := range n.flawed(b.tree) {
		if b.tree.nodes[node.path] == nil {
			continue
		}
		direct, err := n.replace(ctx, b, node.path)
		if err != nil {
			why = err
			continue
		}
		if direct {
			how = Direct
		}
		moved++
	}
	if moved == 0 {
		if why == nil {
			why = errors.New("it stands nowhere in the tree")
		}
		return how, why
	}
	return how, nil
}

// replace tries the versions for one place, best first.
func (n *npmJob) replace(ctx context.Context, b *npmBuilder, at string) (direct bool, err error) {
	node := b.tree.nodes[at]
	p, versions, err := n.registryVersions(ctx, node)
	if err != nil {
		return false, err
	}
	choices, err := n.choices(node.version, versions)
	if err != nil {
		return false, err
	}
	var why error
	for _, c := range choices {
		saved, manifests := b.tree.clone(), maps.Clone(n.manifests)
		direct, err := n.move(ctx, b, at, p.Versions[c.version])
		if err == nil {
			return direct, nil
		}
		if why == nil {
			why = err
		}
		b.tree, b.queue, n.manifests = saved, nil, manifests
	}
	return false, why
}

// move gives a place a version, and changes what the project and its members ask for where that is in the way.
func (n *npmJob) move(ctx context.Context, b *npmBuilder, at string, v *registry.NPMVersion) (direct bool, err error) {
	node := b.tree.nodes[at]
	fresh := &npmNode{name: node.name, version: v.Version, came: &npmCame{}}
	b.tree.index()
	for _, e := range b.tree.in[at] {
		from := b.tree.nodes[e.from]
		if e.fits(fresh) {
			continue
		}
		if !from.own() {
			why := fmt.Sprintf("%s %s asks for %s %s", from.name, from.version, e.name, e.spec)
			return false, &errCannot{why: why, do: fmt.Sprintf("Upgrade %s, or override %s in package.json.", from.name, node.name)}
		}
		if err := n.askFor(b, from, e, v.Version); err != nil {
			return false, err
		}
		direct = true
	}
	if err := b.put(ctx, at, node.name, v); err != nil {
		return direct, err
	}
	return direct, b.settle(ctx)
}

// askFor changes what the project or a member asks for.
func (n *npmJob) askFor(b *npmBuilder, from *npmNode, e npmEdge, version string) error {
	spec, _ := npmAlias(e.spec)
	if _, ok := npmSpan(spec); !ok {
		return &errCannot{why: fmt.Sprintf("package.json asks for %s as %q, which is no range of versions", e.name, e.spec), do: "Change it by hand."}
	}
	file := n.beside(path.Join(from.path, "package.json"))
	data, ok := n.manifests[file]
	if !ok {
		var err error
		if data, err = n.w.read(file); err != nil {
			return fmt.Errorf("read %q: %w", file, err)
		}
	}
	asked := npmSpec(e.spec, version)
	data, err := askNpm(data, e.name, e.spec, asked)
	if err != nil {
		return fmt.Errorf("change %q: %w", file, err)
	}
	n.manifests[file] = data
	for _, list := range []*map[string]string{&from.deps, &from.dev, &from.optional, &from.peer} {
		if (*list)[e.name] == e.spec {
			changed := maps.Clone(*list)
			changed[e.name] = asked
			*list = changed
		}
	}
	return nil
}

// override forces the least version that mends every flawed place on whoever asks for the package.
func (n *npmJob) override(ctx context.Context, b *npmBuilder) error {
	nodes := n.flawed(b.tree)
	if len(nodes) == 0 {
		return errors.New("it stands nowhere in the tree")
	}
	least := nodes[0]
	for _, node := range nodes {
		for _, e := range b.tree.edges(b.tree.nodes[""]) {
			if e.name == npmName(node.path) {
				return errors.New("npm overrides nothing that the project asks for itself")
			}
		}
		a, okA := parseSemver(node.version)
		if c, okC := parseSemver(least.version); okA && okC && a.compare(c) < 0 {
			least = node
		}
	}
	p, versions, err := n.registryVersions(ctx, least)
	if err != nil {
		return err
	}
	choices, err := n.choices(least.version, versions)
	if err != nil {
		return err
	}
	var why error
	for _, c := range choices {
		saved := b.tree.clone()
		saved.index()
		if why = n.force(ctx, b, p.Versions[c.version]); why == nil {
			return nil
		}
		b.tree, b.queue, n.manifests = saved, nil, map[string][]byte{}
	}
	return why
}

// force writes an override and moves every place that it changes.
func (n *npmJob) force(ctx context.Context, b *npmBuilder, v *registry.NPMVersion) error {
	spec := "^" + v.Version
	file := n.beside("package.json")
	data, err := n.w.read(file)
	if err != nil {
		return err
	}
	if data, err = overrideNpm(data, []string{"overrides"}, n.name, spec); err != nil {
		return fmt.Errorf("change %q: %w", file, err)
	}
	n.manifests[file] = data
	b.tree.overrides = maps.Clone(b.tree.overrides)
	if b.tree.overrides == nil {
		b.tree.overrides = map[string]string{}
	}
	b.tree.overrides[n.name] = spec
	allowed, _ := npmSpan(spec)
	target, _ := parseSemver(v.Version)
	for _, p := range slices.Sorted(maps.Keys(b.tree.nodes)) {
		node := b.tree.nodes[p]
		if node == nil || node.name != n.name || node.link || node.own() {
			continue
		}
		now, ok := parseSemver(node.version)
		switch {
		case !ok || npmName(p) != n.name:
			return fmt.Errorf("%s is no plain version of %s", p, n.name)
		case allowed.allows(now):
			continue
		case now.compare(target) > 0:
			return fmt.Errorf("an override to %s would take %s back from %s", spec, p, node.version)
		}
		if err := b.put(ctx, p, n.name, v); err != nil {
			return err
		}
	}
	if err := b.settle(ctx); err != nil {
		return err
	}
	n.risks = append(n.risks, fmt.Sprintf("An override gives %s to packages that did not ask for it: nobody has tried them together. Take it away when they ask for it themselves.", n.name))
	return nil
}
