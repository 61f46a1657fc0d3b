package exposure

import (
	"slices"

	"github.com/reevehq/reeve/internal/finding"
)

// placed is an object in its instance.
type placed struct {
	*object
	in *instance
	// doors are the ways in, of a workload; served tells that a Service sends to it, proxied that its upstreams were followed.
	doors           []door
	served, proxied bool
	// sends are the workloads a Service sends to, once they were looked for.
	sends []*placed
	sent  bool
}

// door is a way in.
type door struct {
	access string // as in finding.Exposure.Internet
	steps  []finding.Step
	// routed tells that requests come through a gateway or controller in the cluster, and not straight from outside.
	routed bool
}

// maxDoors bounds the ways that are kept for one workload.
const maxDoors = 32

// graph is all objects, findable.
type graph struct {
	a                         *assembly
	plain                     *instance
	services, gateways, named map[string][]*placed // by name; named holds what demands sign-in
	attached                  map[string][]*placed // the same by "kind/name" of what it is attached to
	byLabel                   map[string][]*placed // workloads by "key=value" of their pods' labels
	namespaces                map[string][]*placed
	workloads, routes         []*placed
	allServices               []*placed
	mesh, networks            map[scope][]*placed
	scaled                    map[string]bool
}

// scope is a namespace of an instance.
type scope struct {
	in        *instance
	namespace string
}

// cluster works out the exposure of every workload of Kubernetes.
func (a *assembly) cluster() {
	table := func() map[string][]*placed { return map[string][]*placed{} }
	g := &graph{a: a, services: table(), gateways: table(), named: table(), attached: table(), byLabel: table(), namespaces: table(), scaled: map[string]bool{}, mesh: map[scope][]*placed{}, networks: map[scope][]*placed{}}
	for n, in := range a.instances() {
		if n == 0 {
			g.plain = in
		}
		for _, o := range in.objects {
			g.add(&placed{object: o, in: in})
		}
	}
	for _, r := range g.routes {
		g.openRoute(r)
	}
	for _, s := range g.allServices {
		g.openService(s)
	}
	for _, w := range g.workloads {
		g.openWorkload(w)
	}
	for _, w := range g.workloads {
		g.passOn(w)
	}
	for _, w := range g.workloads {
		a.deploy(g.deployed(w))
	}
}

func (g *graph) add(p *placed) {
	switch {
	case p.workload != nil:
		g.workloads = append(g.workloads, p)
		for k, v := range p.workload.pod {
			g.byLabel[k+"="+v] = append(g.byLabel[k+"="+v], p)
		}
	case p.service != nil:
		g.allServices = append(g.allServices, p)
		g.services[p.name] = append(g.services[p.name], p)
	case p.route != nil:
		g.routes = append(g.routes, p)
	case p.gateway != nil:
		g.gateways[p.name] = append(g.gateways[p.name], p)
	case p.network != nil:
		key := scope{p.in, p.namespace}
		g.networks[key] = append(g.networks[key], p)
	case p.demand != nil && p.demand.mesh:
		key := scope{p.in, p.namespace}
		g.mesh[key] = append(g.mesh[key], p)
	case p.demand != nil:
		g.named[p.name] = append(g.named[p.name], p)
		for _, t := range p.demand.targets {
			g.attached[t.kind+"/"+t.name] = append(g.attached[t.kind+"/"+t.name], p)
		}
	case p.scales != "":
		g.scaled[p.scales] = true
	case p.kind == "Namespace":
		g.namespaces[p.name] = append(g.namespaces[p.name], p)
	}
}

// near picks those of the candidates that an object means: of the same deployment before others, in the very namespace before one left open, and
// those whose files stand nearest. Objects of two deployments meet where one is of the plain manifests, which may be applied beside any, or where both
// name the same namespace and environment.
func (g *graph) near(from *placed, namespace string, candidates []*placed) []*placed {
	if namespace == "" {
		namespace = from.namespace
	}
	var out []*placed
	best := -1
	for _, c := range candidates {
		if g.a.work--; g.a.work < 0 {
			return nil
		}
		neighbours := namespace != "" && c.namespace == namespace && c.in.environment == from.in.environment
		if !together(from.in, c.in) && !neighbours || !sameNamespace(namespace, c.namespace) {
			continue
		}
		score := shared(from.file, c.file)
		if c.namespace == namespace {
			score += 1000
		}
		if c.in == from.in {
			score += 2000
		}
		if score > best {
			out, best = out[:0:0], score
		}
		if score == best {
			out = append(out, c)
		}
	}
	return out
}

func together(a, b *instance) bool { return a == b || a.root == nil || b.root == nil }

// sameNamespace tells whether two namespaces may be one: where one is left open, it is named when the manifest is applied.
func sameNamespace(a, b string) bool { return a == b || a == "" || b == "" }

// workloadsOf are the workloads a Service sends to.
func (g *graph) workloadsOf(s *placed) []*placed {
	if len(s.service.selector) == 0 || s.sent {
		return s.sends
	}
	s.sent = true
	var fewest []*placed
	first := true
	for k, v := range s.service.selector {
		if list := g.byLabel[k+"="+v]; first || len(list) < len(fewest) {
			fewest, first = list, false
		}
	}
	var fitting []*placed
	for _, w := range fewest {
		if g.a.work--; g.a.work < 0 {
			return nil
		}
		if subset(s.service.selector, w.workload.pod) {
			fitting = append(fitting, w)
		}
	}
	s.sends = g.near(s, "", fitting)
	return s.sends
}

// deployed is what a workload comes to.
func (g *graph) deployed(w *placed) *deployed {
	e := finding.Exposure{Workload: w.title(), Privileged: w.workload.privileged != ""}
	e.Internet, e.Path = g.access(w)
	e.Path = append(slices.Clone(e.Path), w.step(w.title()+" runs it"))
	var why []finding.Step
	e.Environment, why = g.environment(w)
	e.Path = append(e.Path, why...)
	if e.Privileged {
		e.Path = append(e.Path, step(w.file, w.workload.privilegedLine, "it has rights over its host: "+w.workload.privileged))
	}
	e.Running = "yes"
	if w.workload.replicas == 0 || w.workload.suspended {
		e.Running = "no"
		if g.scaled[w.kind+"/"+w.name] {
			e.Running = ""
		}
	}
	e.Data = Data(nil, w.labels, w.annotations, w.workload.pod)
	d := &deployed{exposure: e, platform: onCluster, file: w.file}
	for _, i := range w.workload.images {
		for _, name := range slices.Backward(append([]string{i.name}, i.others...)) {
			i.name = name
			d.images = append(d.images, i)
		}
	}
	return d
}

// access picks the most open way in, or tells that there is none.
func (g *graph) access(w *placed) (string, []finding.Step) {
	if len(w.doors) > 0 {
		d := slices.MaxFunc(w.doors, func(x, y door) int {
			return rank(x.access, "no", "", "authenticated", "open") - rank(y.access, "no", "", "authenticated", "open")
		})
		return d.access, d.steps
	}
	if !w.served || w.in == nil {
		return "", nil
	}
	if shut := g.shutting(w); len(shut) > 0 {
		return "no", []finding.Step{shut[0].step(shut[0].title() + " lets only certain pods in, and nothing opens it to the internet")}
	}
	if w.in.incomplete {
		return "", nil
	}
	for _, d := range w.in.doors[w.namespace] {
		if g.a.work--; g.a.work < 0 {
			return "", nil
		}
		if (w.in.root != nil || d.namespace != "" || related(d.file, w.file)) && !g.templatesBeside(w.file) {
			return "no", []finding.Step{d.step(d.title() + " opens others to the outside, and nothing opens this one")}
		}
	}
	return "", nil
}

// templatesBeside tells whether templates around the file may open what the file does not.
func (g *graph) templatesBeside(file string) bool {
	own := folder(file)
	if g.a.templates[own] || own != "" && g.a.aboveTemplates[own] {
		return true
	}
	for dir := range above(own) {
		if dir != "" && g.a.templates[dir] {
			return true
		}
	}
	return false
}

// inScope gives what is written for a namespace of an instance: there, with the namespace left open, and among the plain manifests.
func (g *graph) inScope(table map[scope][]*placed, in *instance, namespace string) []*placed {
	keys := []scope{{in, namespace}, {in, ""}, {g.plain, namespace}, {g.plain, ""}}
	var out []*placed
	for i, k := range keys {
		if !slices.Contains(keys[:i], k) {
			out = append(out, table[k]...)
		}
	}
	return out
}

// environment is where a workload runs, and the step that says so.
func (g *graph) environment(w *placed) (string, []finding.Step) {
	if e := environmentOfLabels(w.labels, w.workload.pod, w.annotations); e != "" {
		return e, []finding.Step{w.step("its label says " + e)}
	}
	if w.in.environment != "" {
		return w.in.environment, w.in.why
	}
	for _, n := range g.near(w, "", g.namespaces[w.namespace]) {
		if e := environmentOfLabels(n.labels, n.annotations); e != "" {
			return e, []finding.Step{n.step("the label of namespace " + n.name + " says " + e)}
		}
	}
	if e := environmentOf(w.namespace); e != "" {
		return e, []finding.Step{w.step("the namespace " + w.namespace + " says " + e)}
	}
	if e := environmentOfPath(w.file); e != "" {
		return e, []finding.Step{step(w.file, w.line, "its folder says "+e)}
	}
	return "", nil
}
