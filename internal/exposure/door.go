package exposure

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// openRoute follows a route from its door to the workloads.
func (g *graph) openRoute(r *placed) {
	if r.route.mesh || r.kind == "Route" && r.group != "route.openshift.io" {
		return
	}
	r.in.door(r.object)
	access, steps := g.frontOf(r)
	host := "every host"
	if len(r.route.hosts) > 0 && r.route.hosts[0] != "*" {
		host = r.route.hosts[0]
	}
	told := map[[3]string]bool{}
	for _, b := range r.route.backends {
		key := [3]string{b.namespace, b.service, b.port}
		if told[key] && len(b.filters) == 0 {
			continue
		}
		told[key] = true
		for _, s := range g.near(r, b.namespace, g.services[b.service]) {
			way := append(slices.Clone(steps), step(r.file, b.line, r.title()+" sends "+host+" to "+s.title()))
			mine := access
			if how := g.demandOn(r, b, s); mine == "open" && len(how) > 0 {
				mine, way = "authenticated", append(way, how...)
			}
			g.enter(s, b.port, door{mine, way, true})
		}
	}
}

// frontOf is how far the door of a route opens, and what shows it beside the route itself.
func (g *graph) frontOf(r *placed) (string, []finding.Step) {
	switch {
	case inside(r.route.class):
		return "no", nil
	case r.kind == "Ingress":
		return g.ingressFront(r)
	case len(r.route.parents) == 0:
		return "open", nil
	}
	best, steps := "no", []finding.Step(nil)
	for _, p := range r.route.parents {
		found := g.near(r, p.namespace, g.gateways[p.name])
		if len(found) == 0 {
			if best == "no" {
				best, steps = "", nil // it stands elsewhere: whether it opens to the internet is not known
			}
			continue
		}
		gate := found[0]
		switch {
		case gate.gateway.closed:
		case len(g.gateDemand(gate)) > 0:
			if best != "open" {
				best, steps = "authenticated", append([]finding.Step{gate.step(gate.title() + " takes requests from the internet")}, g.gateDemand(gate)...)
			}
		default:
			best, steps = "open", []finding.Step{gate.step(gate.title() + " takes requests from the internet")}
		}
	}
	return best, steps
}

// ingressFront reads what an Ingress' annotations say about where it opens to.
func (g *graph) ingressFront(r *placed) (string, []finding.Step) {
	if r.annotations["appgw.ingress.kubernetes.io/use-private-ip"] == "true" || r.annotations["networking.gke.io/internal-load-balancer"] == "true" {
		return "no", nil
	}
	if scheme := r.annotations["alb.ingress.kubernetes.io/scheme"]; scheme == "internal" {
		return "no", nil
	} else if r.route.class == "alb" && scheme != "internet-facing" {
		return "", []finding.Step{r.step(r.title() + " is of the class alb, which is internal unless its parameters say otherwise")}
	}
	key, ranges := r.annotation("/whitelist-source-range", "/allowlist-source-range", "/inbound-cidrs", "/whitelist", "/ip-allowlist")
	if key == "" {
		return "open", nil
	}
	everybody, onlyPrivate := restricted(strings.FieldsFunc(ranges, func(c rune) bool { return c == ',' || c == ' ' }))
	switch {
	case everybody:
		return "open", nil
	case onlyPrivate:
		return "no", nil
	}
	return "", []finding.Step{r.step(r.title() + " lets only certain addresses in (" + key + ")")}
}

// demandOn gives the steps that show that a route demands signing in before it sends on to a backend; none where it does not.
func (g *graph) demandOn(r *placed, b backend, s *placed) []finding.Step {
	if key := annotated(r); key != "" {
		return []finding.Step{r.step(r.title() + " demands signing in (" + key + ")")}
	}
	for _, f := range b.filters {
		if d := g.demandNamed(r, f.namespace, f.name, "Middleware"); d != nil {
			return []finding.Step{d.step(d.title() + " demands signing in (" + d.demand.how + ")")}
		}
	}
	if key, value := r.annotation("/router.middlewares"); key != "" {
		for _, name := range strings.Split(value, ",") {
			name, _, _ = strings.Cut(strings.TrimSpace(name), "@")
			if d := g.prefixed(r, name); d != nil {
				return []finding.Step{d.step(d.title() + " demands signing in (" + d.demand.how + ")")}
			}
		}
	}
	for _, o := range []*placed{r, s} {
		for _, name := range strings.Split(o.annotations["konghq.com/plugins"], ",") {
			if d := g.demandNamed(o, "", strings.TrimSpace(name), "KongPlugin", "KongClusterPlugin"); d != nil {
				return []finding.Step{d.step(d.title() + " demands signing in (" + d.demand.how + ")")}
			}
		}
		if d := g.targeting(o); d != nil {
			return []finding.Step{d.step(d.title() + " demands signing in (" + d.demand.how + ")")}
		}
	}
	return g.behindProxy(s)
}

// annotated gives the annotation by which an Ingress demands signing in: nginx, HAProxy and the AWS controller name it alike. A realm or a sign-in
// page alone demands nothing, nor does a client certificate that is optional.
func annotated(r *placed) string {
	key, value := r.annotation("/auth-url", "/auth-type")
	if key != "" && !strings.EqualFold(value, "none") && !strings.EqualFold(value, "off") {
		return key
	}
	key, _ = r.annotation("/auth-tls-secret")
	_, verify := r.annotation("/auth-tls-verify-client")
	if key != "" && (verify == "" || verify == "on") {
		return key
	}
	return ""
}

// behindProxy looks for Google's Identity-Aware Proxy in front of a Service.
func (g *graph) behindProxy(s *placed) []finding.Step {
	text := s.annotations["cloud.google.com/backend-config"]
	if text == "" {
		text = s.annotations["beta.cloud.google.com/backend-config"]
	}
	var config struct {
		Default string            `json:"default"`
		Ports   map[string]string `json:"ports"`
	}
	if text == "" || json.Unmarshal([]byte(text), &config) != nil {
		return nil
	}
	names := []string{config.Default}
	if config.Default == "" {
		for _, port := range sortedKeys(config.Ports) {
			names = append(names, config.Ports[port])
		}
	}
	for _, name := range names {
		if d := g.demandNamed(s, "", name, "BackendConfig"); d != nil {
			return []finding.Step{d.step(d.title() + " demands signing in (" + d.demand.how + ")")}
		}
	}
	return nil
}

// demandNamed finds the object of one of the kinds that demands signing in.
func (g *graph) demandNamed(from *placed, namespace, name string, kinds ...string) *placed {
	if name == "" {
		return nil
	}
	for _, d := range g.near(from, namespace, g.named[name]) {
		if slices.Contains(kinds, d.kind) && guards(d, from) {
			return d
		}
	}
	return nil
}

// prefixed finds Traefik's Middleware by namespace and name in one word ("shop-auth").
func (g *graph) prefixed(from *placed, word string) *placed {
	for i := range len(word) {
		if word[i] != '-' {
			continue
		}
		if d := g.demandNamed(from, word[:i], word[i+1:], "Middleware"); d != nil {
			return d
		}
	}
	return nil
}

// targeting finds a policy that is attached to an object by name.
func (g *graph) targeting(o *placed) *placed {
	for _, d := range g.attached[o.kind+"/"+o.name] {
		if g.a.work--; g.a.work < 0 {
			return nil
		}
		if guards(d, o) && sameNamespace(d.namespace, o.namespace) {
			return d
		}
	}
	return nil
}

// openService looks for the doors that a Service has of its own.
func (g *graph) openService(s *placed) {
	for _, w := range g.workloadsOf(s) {
		w.served = true
	}
	switch {
	case s.service.kind == "LoadBalancer":
		access, message := balancer(s)
		if access != "no" {
			s.in.door(s.object)
		}
		g.enter(s, "", door{access, []finding.Step{s.step(s.title() + message)}, false})
	case s.service.kind == "NodePort":
		s.in.door(s.object)
		g.enter(s, "", door{"", []finding.Step{s.step(s.title() + " opens a port on every node; whether the internet gets at the nodes does not stand in the files")}, false})
	case s.service.outside:
		g.enter(s, "", door{"", []finding.Step{s.step(s.title() + " has external addresses; whether the internet gets at them does not stand in the files")}, false})
	}
}

// balancer is how far a load balancer of the cloud opens.
func balancer(s *placed) (access, message string) {
	for _, k := range sortedKeys(s.annotations) {
		if internalBalancer(k, s.annotations[k]) {
			return "no", " has an internal load balancer (" + k + ")"
		}
	}
	const aws = "service.beta.kubernetes.io/aws-load-balancer-"
	kind := s.annotations[aws+"type"]
	switch {
	case s.service.class == "tailscale" || inside(s.service.class):
		return "no", " has a load balancer of the class " + s.service.class
	case s.annotations[aws+"scheme"] != "internet-facing" && (kind == "external" || kind == "nlb-ip" || s.service.class == "service.k8s.aws/nlb"):
		return "no", " has a load balancer that is internal, as AWS makes them where no scheme is given"
	}
	everybody, onlyPrivate := restricted(s.service.ranges)
	switch {
	case everybody:
		return "open", " has a load balancer of its own"
	case onlyPrivate:
		return "no", " has a load balancer that lets only private addresses in"
	}
	return "", " has a load balancer that lets only certain addresses in"
}

// openWorkload looks for the doors that a workload has of its own.
func (g *graph) openWorkload(w *placed) {
	switch {
	case w.workload.open:
		g.admit(w, door{"open", []finding.Step{w.step(w.title() + " gets an address on the internet from Knative")}, true})
	case w.workload.closed:
		g.admit(w, door{"no", []finding.Step{w.step(w.title() + " is visible in the cluster only")}, true})
	case w.workload.hostPort:
		g.admit(w, door{"", []finding.Step{step(w.file, w.workload.hostPortLine, w.title()+" opens a port on its node; whether the internet gets at the node does not stand in the files")}, false})
	}
}

// enter lets a door lead through a Service to its workloads.
func (g *graph) enter(s *placed, port string, d door) {
	for _, w := range g.workloadsOf(s) {
		w.served = true
		if len(w.doors) >= maxDoors {
			continue
		}
		mine := d
		mine.steps = append(slices.Clone(d.steps), s.step(s.title()+" sends on to "+w.title()))
		if how, ok := sidecar(s, w, port); ok && mine.access == "open" {
			mine.access = "authenticated"
			mine.steps = append(mine.steps, how)
		}
		g.admit(w, mine)
	}
}

// sidecar tells whether the port of a Service leads to a sign-in proxy in the workload's own pods.
func sidecar(s, w *placed, port string) (finding.Step, bool) {
	if len(w.workload.images) < 2 {
		return finding.Step{}, false
	}
	targets := map[string]bool{}
	for p, t := range s.service.targets {
		if port == "" || p == port {
			targets[t] = true
		}
	}
	var proxy *image
	for n := range w.workload.images {
		if i := &w.workload.images[n]; signIn(i.name) {
			proxy = i
		}
	}
	if proxy == nil || len(targets) == 0 {
		return finding.Step{}, false
	}
	ports := proxy.ports
	if len(ports) == 0 {
		ports = []string{"4180"} // oauth2-proxy's own default
	}
	for t := range targets {
		if !slices.Contains(ports, t) {
			return finding.Step{}, false
		}
	}
	return step(proxy.file, proxy.line, "its container "+proxy.container+" demands signing in ("+proxy.name+")"), true
}

// passOn lets a sign-in proxy's visitors, signed in, on to what stands behind it.
func (g *graph) passOn(w *placed) {
	if len(w.workload.upstreams) == 0 || w.proxied {
		return
	}
	w.proxied = true
	access, steps := g.access(w)
	if access != "open" && access != "authenticated" {
		return
	}
	for _, host := range w.workload.upstreams {
		name, namespace := splitHost(host)
		for _, s := range g.near(w, namespace, g.services[name]) {
			way := append(slices.Clone(steps), w.step(w.title()+" demands signing in and sends on to "+s.title()))
			g.enter(s, "", door{"authenticated", way, false})
		}
	}
}
