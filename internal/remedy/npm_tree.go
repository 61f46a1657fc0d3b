package remedy

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// npmNode is one entry of "packages" in a package-lock.json: a place in node_modules, a member of a workspace, or the project.
type npmNode struct {
	path string
	// name is the package's own, version "" for what has none.
	name, version, resolved string
	link                    bool
	target                  string // of a link
	bundled                 bool
	// deps and the others are what it asks for, by name; dev is only followed for the project and members.
	deps, optional, peer, dev map[string]string
	peerOptional              map[string]bool
	flags                     npmFlags
	// came is what the registry said, for nodes that were put there; nil for those that stand as they were.
	came *npmCame
	// was is the path's entry in the file, nil for a new one.
	was *jsonValue
}

// npmFlags say through which kinds of needs alone a package is reached.
type npmFlags struct{ dev, optional, devOptional, peer, extraneous bool }

// npmTree is the tree that a lock file describes.
type npmTree struct {
	nodes map[string]*npmNode
	// overrides are the project's, by name.
	overrides map[string]string
	// in are the needs that lead to each node, by path; made anew after changes.
	in map[string][]npmEdge
}

// npmEdge is one need: from asks for name.
type npmEdge struct {
	from, name, spec    string
	dev, optional, peer bool
}

// own tells of a node that is a part of the target: the project or a member.
func (n *npmNode) own() bool { return !strings.Contains("/"+n.path, "/node_modules/") }

const modules = "node_modules/"

// npmName is the name under which a place in node_modules is found.
func npmName(place string) string {
	if i := strings.LastIndex(place, modules); i >= 0 {
		return place[i+len(modules):]
	}
	return ""
}

// readNpmTree reads the tree out of a lock file of version 2 or 3.
func readNpmTree(t *jsonText) (*npmTree, error) {
	version := string(t.raw(t.root.get("lockfileVersion")))
	if version != "2" && version != "3" {
		return nil, fmt.Errorf("its lockfileVersion is %.20s; 2 and 3 can be written here", firstText(version, "missing"))
	}
	packages := t.root.get("packages")
	if packages == nil || packages.kind != '{' {
		return nil, errors.New(`it has no "packages"`)
	}
	tree := &npmTree{nodes: make(map[string]*npmNode, len(packages.members))}
	for _, m := range packages.members {
		v := m.value
		if v.kind != '{' {
			return nil, fmt.Errorf("the entry %.80q is no object", m.name)
		}
		flag := func(name string) bool { return string(t.raw(v.get(name))) == "true" }
		n := &npmNode{
			path: m.name, was: v, name: firstText(t.text(v.get("name")), npmName(m.name)), version: t.text(v.get("version")), resolved: t.text(v.get("resolved")),
			link: flag("link"), bundled: flag("inBundle"),
			deps: t.texts(v.get("dependencies")), optional: t.texts(v.get("optionalDependencies")), peer: t.texts(v.get("peerDependencies")), dev: t.texts(v.get("devDependencies")),
			flags: npmFlags{flag("dev"), flag("optional"), flag("devOptional"), flag("peer"), flag("extraneous")},
		}
		if n.link {
			n.target = n.resolved
		}
		for _, meta := range members(v.get("peerDependenciesMeta")) {
			if string(t.raw(meta.value.get("optional"))) == "true" {
				if n.peerOptional == nil {
					n.peerOptional = map[string]bool{}
				}
				n.peerOptional[meta.name] = true
			}
		}
		tree.nodes[m.name] = n
	}
	if tree.nodes[""] == nil {
		return nil, errors.New("it has no entry for the project itself")
	}
	return tree, nil
}

func members(v *jsonValue) []jsonMember {
	if v == nil {
		return nil
	}
	return v.members
}

func firstText(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// clone gives a tree that can be changed apart from this one.
func (t *npmTree) clone() *npmTree {
	c := &npmTree{nodes: make(map[string]*npmNode, len(t.nodes)), overrides: t.overrides}
	for p, n := range t.nodes {
		same := *n
		c.nodes[p] = &same
	}
	return c
}

// child is the place of a name directly below a node.
func child(at, name string) string {
	if at == "" {
		return modules + name
	}
	return at + "/" + modules + name
}

// above is the node in whose node_modules a node stands, or the one whose folder it is in; ok is false above the project.
func (t *npmTree) above(at string) (up string, ok bool) {
	if at == "" {
		return "", false
	}
	if i := strings.LastIndex("/"+at, "/"+modules); i >= 0 {
		return strings.TrimSuffix(at[:i], "/"), true
	}
	for at = path.Dir(at); at != "." && at != "/" && !strings.HasPrefix(at, ".."); at = path.Dir(at) {
		if t.nodes[at] != nil {
			return at, true
		}
	}
	return "", true
}

// resolve gives the node that a node gets under a name, links followed; nil for none.
func (t *npmTree) resolve(from, name string) *npmNode {
	for at, ok := from, true; ok; at, ok = t.above(at) {
		if n := t.nodes[child(at, name)]; n != nil {
			if n.link {
				return t.nodes[n.target]
			}
			return n
		}
	}
	return nil
}

// edges are what a node asks for, in order of their names, with overrides applied.
func (t *npmTree) edges(n *npmNode) []npmEdge {
	var out []npmEdge
	add := func(list map[string]string, e npmEdge) {
		for name, spec := range list {
			e.from, e.name, e.spec = n.path, name, spec
			if forced, ok := t.overrides[name]; ok && !n.own() {
				e.spec = forced
			}
			one := e
			one.optional = one.optional || one.peer && n.peerOptional[name]
			out = append(out, one)
		}
	}
	if n.link {
		return nil
	}
	add(n.deps, npmEdge{})
	add(n.optional, npmEdge{optional: true})
	for name, spec := range n.peer {
		if _, twice := n.deps[name]; !twice {
			add(map[string]string{name: spec}, npmEdge{peer: true})
		}
	}
	if n.own() {
		for name, spec := range n.dev {
			if _, twice := n.deps[name]; !twice {
				add(map[string]string{name: spec}, npmEdge{dev: true})
			}
		}
	}
	slices.SortFunc(out, func(a, b npmEdge) int { return strings.Compare(a.name, b.name) })
	return out
}

// to gives the node that a need leads to. A peer is looked for from the node above.
func (t *npmTree) to(e npmEdge) *npmNode {
	from := e.from
	if e.peer && t.nodes[from] != nil && !t.nodes[from].own() {
		if up, ok := t.above(from); ok {
			from = up
		}
	}
	return t.resolve(from, e.name)
}

// fits tells whether a node is what a need asks for. Needs for what is no range (addresses, folders, tags) are taken to fit what
// stands there already.
func (e npmEdge) fits(n *npmNode) bool {
	spec, alias := npmAlias(e.spec)
	if alias != "" && alias != n.name {
		return false
	}
	s, ok := npmSpan(spec)
	if !ok {
		return n.came == nil
	}
	v, ok := parseSemver(n.version)
	return ok && s.allows(v)
}

// npmAlias splits "npm:name@range".
func npmAlias(spec string) (rng, name string) {
	rest, ok := strings.CutPrefix(spec, "npm:")
	if !ok {
		return spec, ""
	}
	if i := strings.LastIndexByte(rest, '@'); i > 0 {
		return rest[i+1:], rest[:i]
	}
	return "*", rest
}

// index makes in anew.
func (t *npmTree) index() {
	t.in = map[string][]npmEdge{}
	for _, p := range slices.Sorted(maps.Keys(t.nodes)) {
		for _, e := range t.edges(t.nodes[p]) {
			if to := t.to(e); to != nil {
				t.in[to.path] = append(t.in[to.path], e)
			}
		}
	}
}

// wrong are the needs that are not met, as texts that can be compared between trees. What is optional may be missing, but not wrong.
func (t *npmTree) wrong() map[string]bool {
	out := map[string]bool{}
	for _, n := range t.nodes {
		for _, e := range t.edges(n) {
			to := t.to(e)
			if to == nil && !e.optional || to != nil && !e.fits(to) {
				out[fmt.Sprintf("%s asks for %s %s", firstText(n.path, "the project"), e.name, e.spec)] = true
			}
		}
	}
	return out
}

// calculate works the flags of all nodes out of the needs.
func (t *npmTree) calculate() map[string]npmFlags {
	walk := func(follow func(npmEdge) bool) map[string]bool {
		seen := map[string]bool{"": true}
		queue := []string{""}
		for _, p := range slices.Sorted(maps.Keys(t.nodes)) { // members are there because the project is
			if n := t.nodes[p]; n.link && !seen[n.target] && t.nodes[n.target] != nil && t.nodes[n.target].own() {
				seen[n.target], seen[p] = true, true
				queue = append(queue, n.target)
			}
		}
		for len(queue) > 0 {
			at := queue[0]
			queue = queue[1:]
			for _, e := range t.edges(t.nodes[at]) {
				if to := t.to(e); to != nil && !seen[to.path] && follow(e) {
					seen[to.path] = true
					queue = append(queue, to.path)
				}
			}
		}
		return seen
	}
	all := walk(func(npmEdge) bool { return true })
	notDev := walk(func(e npmEdge) bool { return !e.dev })
	notOptional := walk(func(e npmEdge) bool { return !e.optional })
	neither := walk(func(e npmEdge) bool { return !e.dev && !e.optional })
	notPeer := walk(func(e npmEdge) bool { return !e.peer })
	out := make(map[string]npmFlags, len(t.nodes))
	for p, n := range t.nodes {
		if n.own() || n.link {
			continue
		}
		if !all[p] {
			out[p] = npmFlags{extraneous: true}
			continue
		}
		f := npmFlags{dev: !notDev[p], optional: !notOptional[p], peer: !notPeer[p]}
		f.devOptional = !neither[p] && !f.dev && !f.optional
		out[p] = f
	}
	return out
}
