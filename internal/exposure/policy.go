package exposure

import (
	"slices"

	"github.com/reevehq/reeve/internal/finding"
)

// admit adds a way in to a workload, as far as policies let it.
func (g *graph) admit(w *placed, d door) {
	if d.access == "open" {
		if access, why := g.meshOf(w); why != nil {
			d.access, d.steps = access, append(slices.Clone(d.steps), why...)
		}
	}
	if d.access == "open" || d.access == "authenticated" {
		for _, n := range g.shutting(w) {
			if !d.routed || !n.network.outside {
				d.access = ""
				d.steps = append(slices.Clone(d.steps), n.step(n.title()+" lets only certain pods in, if the cluster enforces it"))
				break
			}
		}
	}
	w.doors = append(w.doors, d)
}

// guards tells whether a policy may hold for an object: one of the same deployment, or a plain manifest that names the namespace, or stands beside.
// Protection is not borrowed from an overlay that may never be applied.
func guards(p, o *placed) bool {
	switch {
	case p.in == o.in && p.in.root != nil:
		return true
	case p.in.root != nil:
		return false
	}
	return p.namespace != "" && (p.namespace == o.namespace || p.namespace == rootNamespace) || p.in == o.in && related(p.file, o.file)
}

// shutting are the NetworkPolicies that pick the workload, where none of them lets everybody in.
func (g *graph) shutting(w *placed) []*placed {
	var out []*placed
	for _, n := range g.inScope(g.networks, w.in, w.namespace) {
		if g.a.work--; g.a.work < 0 {
			return nil
		}
		if !n.network.ingress || !guards(n, w) || !sameNamespace(n.namespace, w.namespace) || len(n.network.selector) > 0 && !subset(n.network.selector, w.workload.pod) {
			continue
		}
		if n.network.anyone {
			return nil
		}
		out = append(out, n)
	}
	// One that lets other namespaces in speaks for all of them, as policies add up.
	slices.SortStableFunc(out, func(x, y *placed) int { return boolean(y.network.outside) - boolean(x.network.outside) })
	return out
}

// rootNamespace is where Istio's policies for the whole mesh stand.
const rootNamespace = "istio-system"

// meshOf is what the mesh's policies make of an open door to a workload: nothing, a demand to sign in, or that only certain workloads get in.
func (g *graph) meshOf(w *placed) (string, []finding.Step) {
	var fitting []*placed
	policies := g.inScope(g.mesh, w.in, w.namespace)
	if w.namespace != rootNamespace {
		policies = append(policies, g.mesh[scope{w.in, rootNamespace}]...)
		if w.in != g.plain {
			policies = append(policies, g.mesh[scope{g.plain, rootNamespace}]...)
		}
	}
	for _, p := range policies {
		if g.a.work--; g.a.work < 0 {
			return "", nil
		}
		d := p.demand
		if !guards(p, w) || len(d.targets) > 0 || p.namespace != rootNamespace && !sameNamespace(p.namespace, w.namespace) {
			continue
		}
		if len(d.selector) == 0 || subset(d.selector, w.workload.pod) {
			fitting = append(fitting, p)
		}
	}
	return judgeMesh(fitting)
}

// gateDemand is what policies on a gateway demand of everybody who comes through it.
func (g *graph) gateDemand(gate *placed) []finding.Step {
	if d := g.targeting(gate); d != nil {
		return []finding.Step{d.step(d.title() + " demands signing in (" + d.demand.how + ")")}
	}
	var fitting []*placed
	for _, p := range g.inScope(g.mesh, gate.in, gate.namespace) {
		if g.a.work--; g.a.work < 0 {
			return nil
		}
		if !guards(p, gate) {
			continue
		}
		named := slices.ContainsFunc(p.demand.targets, func(t reference) bool { return t.kind == "Gateway" && t.name == gate.name }) && sameNamespace(p.namespace, gate.namespace)
		if named || subset(p.demand.selector, gate.gateway.selector) {
			fitting = append(fitting, p)
		}
	}
	if access, why := judgeMesh(fitting); access == "authenticated" {
		return why
	}
	return nil
}

// judgeMesh joins policies as Istio does: what denies or asks a provider holds at once; of those that allow, one rule that fits is enough.
func judgeMesh(policies []*placed) (string, []finding.Step) {
	var token, limited *placed
	free := false
	for _, p := range policies {
		d := p.demand
		switch {
		case !d.allows && d.how != "":
			return "authenticated", []finding.Step{p.step(p.title() + " demands " + d.how)}
		case !d.allows:
		default:
			free = free || d.free
			if d.how != "" {
				token = p
			}
			if d.limited {
				limited = p
			}
		}
	}
	switch {
	case free:
		return "", nil
	case token != nil:
		return "authenticated", []finding.Step{token.step(token.title() + " demands " + token.demand.how)}
	case limited != nil:
		return "", []finding.Step{limited.step(limited.title() + " lets only certain workloads in")}
	}
	return "", nil
}
