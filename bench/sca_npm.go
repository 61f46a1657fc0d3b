package main

import (
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// npmPackages is how many packages the made npm project has, and npmTwice how many of them are the second version of a name.
const (
	npmPackages = 5_000
	npmTwice    = 700
)

// npmPackage is one package in one version, and the packages it needs, by their position in the graph.
type npmPackage struct {
	name, version string
	needs         []int
	// dev tells that only what is for development needs it.
	dev bool
}

// npmGraph is a made project. The first package is the project itself.
type npmGraph struct {
	packages []npmPackage
	// asked is how many packages the project itself needs; running of them are for production, the rest for development.
	asked, running int
}

// madeGraph makes a project: always the same one. Every package is needed by one that stands before it, so that all are reached;
// most are needed by few others and some by hundreds, as it is in real projects.
func madeGraph(packages, twice int) *npmGraph {
	r := rand.New(rand.NewPCG(5_000, 1))
	g := &npmGraph{packages: []npmPackage{{name: "shop", version: "1.0.0"}}}
	taken := map[string]bool{}
	for i := range packages {
		if old := i - packages + twice; old >= 0 { // the last ones are older versions of names that are there
			first := g.packages[1+old*((packages-twice)/twice)]
			g.packages = append(g.packages, npmPackage{name: first.name, version: fmt.Sprintf("0.%d.%d", r.IntN(20), r.IntN(10))})
			continue
		}
		name := word(r) + "-" + word(r)
		for n := 0; taken[name]; n++ {
			name = fmt.Sprintf("%s-%s", word(r), name)
		}
		taken[name] = true
		if r.IntN(6) == 0 {
			name = "@" + word(r) + "/" + name
		}
		g.packages = append(g.packages, npmPackage{name: name, version: fmt.Sprintf("%d.%d.%d", 1+r.IntN(9), r.IntN(30), r.IntN(20))})
	}
	g.connect(r)
	return g
}

// connect draws the edges. The project asks for one package in forty itself.
func (g *npmGraph) connect(r *rand.Rand) {
	n := len(g.packages)
	g.asked = max(n/40, 1)
	for i := 1; i < n; i++ {
		if i <= g.asked {
			g.need(0, i)
			continue
		}
		for !g.need(1+r.IntN(max(i/10, g.asked)), i) { // trees are wide rather than deep
		}
	}
	for i := g.asked + 1; i < n; i++ {
		for range r.IntN(4) { // popular packages stand at the end of the squares
			other := n - 1 - int(float64(n-i)*r.Float64()*r.Float64())
			if other > i {
				g.need(i, other)
			}
		}
	}
	g.running = g.asked * 3 / 5
	g.markDev()
}

// need adds an edge, unless one to the same name is there: a package has one version of each that it needs.
func (g *npmGraph) need(from, to int) bool {
	name := g.packages[to].name
	same := func(other int) bool { return g.packages[other].name == name }
	if same(from) || slices.ContainsFunc(g.packages[from].needs, same) {
		return false
	}
	g.packages[from].needs = append(g.packages[from].needs, to)
	return true
}

// markDev marks what production does not need.
func (g *npmGraph) markDev() {
	for i := range g.packages {
		g.packages[i].dev = true
	}
	var mark func(i int)
	mark = func(i int) {
		if !g.packages[i].dev {
			return
		}
		g.packages[i].dev = false
		for _, to := range g.packages[i].needs {
			mark(to)
		}
	}
	for _, to := range g.packages[0].needs[:g.running] {
		mark(to)
	}
	g.packages[0].dev = false
}

// spec is what asks for a package.
func (p *npmPackage) spec() string { return "^" + p.version }

func (p *npmPackage) url() string {
	return fmt.Sprintf("https://registry.npmjs.org/%s/-/%s-%s.tgz", p.name, p.name[strings.LastIndexByte(p.name, '/')+1:], p.version)
}

func (p *npmPackage) integrity() string {
	sum := sha512.Sum512([]byte(p.name + "@" + p.version))
	return "sha512-" + base64.StdEncoding.EncodeToString(sum[:])
}

// placed is one folder below node_modules.
type placed struct {
	path    string
	id      int
	parent  *placed
	modules map[string]*placed
}

// place lays the packages into folders as npm does: as high up as they fit.
func (g *npmGraph) place() []*placed {
	root := &placed{modules: map[string]*placed{}}
	all := []*placed{root}
	for next := 0; next < len(all); next++ {
		at := all[next]
		for _, to := range g.packages[at.id].needs {
			name := g.packages[to].name
			where, there := at.lookUp(name)
			if there != nil && there.id == to {
				continue
			}
			if there != nil {
				where = at
			}
			one := &placed{path: strings.TrimPrefix(where.path+"/node_modules/"+name, "/"), id: to, parent: where, modules: map[string]*placed{}}
			where.modules[name] = one
			all = append(all, one)
		}
	}
	return all
}

// lookUp finds what a folder gets when it asks for a name; where nobody has it, the topmost folder.
func (p *placed) lookUp(name string) (where, there *placed) {
	for where = p; ; where = where.parent {
		if there := where.modules[name]; there != nil || where.parent == nil {
			return where, there
		}
	}
}
