package exposure

import (
	"net/netip"
	"strings"
)

// readRoute reads what brings requests from a door of the cluster to Services.
func (o *object) readRoute(spec node) *route {
	r := &route{hosts: spec.get("hosts").strings()}
	switch o.kind {
	case "Ingress": // networking.k8s.io/v1 and its betas
		r.class = spec.get("ingressClassName").str()
		if r.class == "" {
			r.class = o.annotations["kubernetes.io/ingress.class"]
		}
		r.ingressBackend(spec.get("defaultBackend"))
		r.ingressBackend(spec.get("backend"))
		for rule := range spec.get("rules").items() {
			if h := rule.get("host").str(); h != "" {
				r.hosts = append(r.hosts, h)
			}
			for path := range rule.get("http", "paths").items() {
				r.ingressBackend(path.get("backend"))
			}
		}
	case "Route": // route.openshift.io/v1
		if h := spec.get("host").str(); h != "" {
			r.hosts = append(r.hosts, h)
		}
		r.lead(spec.get("to"), spec.get("port", "targetPort").str())
		for b := range spec.get("alternateBackends").items() {
			r.lead(b, spec.get("port", "targetPort").str())
		}
	case "IngressRoute": // traefik.io/v1alpha1
		o.readTraefik(r, spec)
	case "VirtualService": // networking.istio.io
		r.readVirtual(spec)
	default: // gateway.networking.k8s.io
		r.hosts = spec.get("hostnames").strings()
		r.mesh = true
		for p := range spec.get("parentRefs").items() {
			if k := p.get("kind").str(); k == "" || k == "Gateway" {
				r.mesh = false
				r.parents = append(r.parents, reference{"Gateway", p.get("namespace").str(), p.get("name").str()})
			}
		}
		for rule := range spec.get("rules").items() {
			for b := range rule.get("backendRefs").items() {
				r.lead(b, b.get("port").str())
			}
		}
	}
	return r
}

// ingressBackend reads the backend of an Ingress in its new and its old form.
func (r *route) ingressBackend(b node) {
	if name := b.get("service", "name"); name.str() != "" {
		port := b.get("service", "port", "number").str()
		if port == "" {
			port = b.get("service", "port", "name").str()
		}
		r.backends = append(r.backends, backend{service: name.str(), port: port, line: name.line()})
	} else if name := b.get("serviceName"); name.str() != "" {
		r.backends = append(r.backends, backend{service: name.str(), port: b.get("servicePort").str(), line: name.line()})
	}
}

// lead reads a reference to a Service.
func (r *route) lead(b node, port string) {
	if k := b.get("kind").str(); (k == "" || k == "Service") && b.get("name").str() != "" {
		r.backends = append(r.backends, backend{namespace: b.get("namespace").str(), service: b.get("name").str(), port: port, line: b.get("name").line()})
	}
}

func (o *object) readTraefik(r *route, spec node) {
	for rule := range spec.get("routes").items() {
		from := len(r.backends)
		for b := range rule.get("services").items() {
			r.lead(b, b.get("port").str())
		}
		var filters []reference
		for m := range rule.get("middlewares").items() {
			filters = append(filters, reference{"Middleware", m.get("namespace").str(), m.get("name").str()})
		}
		for i := from; i < len(r.backends); i++ {
			r.backends[i].filters = filters
		}
		if h := rule.get("match").str(); h != "" {
			r.hosts = append(r.hosts, h)
		}
	}
}

func (r *route) readVirtual(spec node) {
	r.mesh = true // without a gateway it speaks to the mesh itself
	for _, g := range spec.get("gateways").strings() {
		if g == "mesh" {
			continue
		}
		r.mesh = false
		namespace, name, ok := strings.Cut(g, "/")
		if !ok {
			namespace, name = "", g
		}
		r.parents = append(r.parents, reference{"Gateway", namespace, name})
	}
	for _, protocol := range []string{"http", "tls", "tcp"} {
		for rule := range spec.get(protocol).items() {
			for to := range rule.get("route").items() {
				host := to.get("destination", "host")
				name, namespace := splitHost(host.str())
				if name != "" {
					r.backends = append(r.backends, backend{namespace: namespace, service: name, port: to.get("destination", "port", "number").str(), line: host.line()})
				}
			}
		}
	}
}

// splitHost parts the name of a Service in DNS: "api", "api.shop", "api.shop.svc.cluster.local".
func splitHost(host string) (name, namespace string) {
	name, rest, _ := strings.Cut(host, ".")
	if rest == "" {
		return name, ""
	}
	namespace, rest, _ = strings.Cut(rest, ".")
	if rest == "" || rest == "svc" || strings.HasPrefix(rest, "svc.") {
		return name, namespace
	}
	return "", ""
}

func (o *object) readGateway(spec node) *gateway {
	g := &gateway{class: spec.get("gatewayClassName").str(), selector: spec.get("selector").table()}
	g.closed = inside(g.class) || o.annotations["networking.istio.io/service-type"] == "ClusterIP"
	for _, v := range g.selector {
		g.closed = g.closed || inside(v)
	}
	for _, key := range []string{"annotations", "labels"} {
		for k, v := range spec.get("infrastructure", key).table() {
			g.closed = g.closed || internalBalancer(k, v)
		}
	}
	return g
}

// inside tells whether the name of a class of doors says that it does not open to the outside.
func inside(class string) bool {
	for _, word := range words(class) {
		switch word {
		case "internal", "private", "intranet", "rilb", "intern":
			return true
		}
	}
	return false
}

// internalBalancer tells whether an annotation asks the cloud for a load balancer without a public address: AWS, Google, Azure, OpenStack, Oracle, Alibaba, IBM.
func internalBalancer(key, value string) bool {
	value = strings.ToLower(value)
	switch {
	case strings.HasSuffix(key, "-load-balancer-internal"), strings.HasSuffix(key, "-internal-load-balancer"):
		return value != "" && value != "false"
	case strings.HasSuffix(key, "aws-load-balancer-scheme"):
		return value == "internal"
	case strings.HasSuffix(key, ".gke.io/load-balancer-type"), strings.HasSuffix(key, "cloud.google.com/load-balancer-type"):
		return value == "internal"
	case strings.HasSuffix(key, "alibaba-cloud-loadbalancer-address-type"):
		return value == "intranet"
	case strings.HasSuffix(key, "load-balancer-cloud-provider-ip-type"):
		return value == "private"
	case strings.HasSuffix(key, "networking.istio.io/service-type"):
		return value == "clusterip"
	}
	return false
}

// private tells whether a range of addresses is none of the internet's (RFC 1918, 4193, 6598, loopback and link-local).
func private(cidr string) bool {
	p, err := netip.ParsePrefix(strings.TrimSpace(cidr))
	if err != nil {
		a, err := netip.ParseAddr(strings.TrimSpace(cidr))
		if err != nil {
			return false
		}
		p = netip.PrefixFrom(a, a.BitLen())
	}
	for _, own := range [...]string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "fc00::/7", "fe80::/10", "::1/128"} {
		if o, err := netip.ParsePrefix(own); err == nil && o.Contains(p.Addr()) && p.Bits() >= o.Bits() {
			return true
		}
	}
	return false
}

// restricted reads a list of ranges: everybody, private ones only, or certain ones of the internet.
func restricted(ranges []string) (everybody, onlyPrivate bool) {
	onlyPrivate = len(ranges) > 0
	everybody = len(ranges) == 0
	for _, r := range ranges {
		r = strings.TrimSpace(r)
		everybody = everybody || strings.HasSuffix(r, "/0")
		onlyPrivate = onlyPrivate && private(r)
	}
	return everybody, onlyPrivate
}
