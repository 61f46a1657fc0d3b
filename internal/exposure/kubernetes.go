package exposure

import "strings"

// maxList bounds how many Lists are in one another.
const maxList = 4

// readObjects reads the objects of a document.
func readObjects(path string, doc node, depth int) []object {
	kind := doc.get("kind").str()
	if strings.HasSuffix(kind, "List") && doc.get("items").isList() && depth > 0 {
		var out []object
		for item := range doc.get("items").items() {
			out = append(out, readObjects(path, item, depth-1)...)
		}
		return out
	}
	o := object{
		kind: kind, file: path, line: doc.line(),
		namespace:   doc.get("metadata", "namespace").str(),
		name:        doc.get("metadata", "name").str(),
		labels:      doc.get("metadata", "labels").table(),
		annotations: doc.get("metadata", "annotations").table(),
		deleted:     doc.get("$patch").str() == "delete",
	}
	version := doc.get("apiVersion").str()
	if i := strings.IndexByte(version, '/'); i >= 0 {
		o.group = version[:i]
	}
	if version == "" || kind == "" || o.name == "" {
		return nil
	}
	if n := doc.get("metadata", "name"); n.line() > 0 {
		o.line = n.line()
	}
	if !o.read(doc) {
		return nil
	}
	return []object{o}
}

// read reads what the kind has to say; false where it is none that matters.
func (o *object) read(doc node) bool {
	spec := doc.get("spec")
	switch o.kind {
	case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "Rollout", "DeploymentConfig":
		o.workload = o.readWorkload(spec, spec.get("template"))
	case "CronJob":
		o.workload = o.readWorkload(spec, spec.get("jobTemplate", "spec", "template"))
	case "Pod":
		o.workload = o.readWorkload(node{b: doc.b}, doc)
	case "Service":
		if o.group == "serving.knative.dev" {
			o.workload = o.readWorkload(spec, spec.get("template"))
			o.workload.closed = o.labels["networking.knative.dev/visibility"] == "cluster-local"
			o.workload.open = !o.workload.closed
			return true
		}
		o.service = readService(spec)
	case "Ingress", "Route", "IngressRoute", "HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "VirtualService":
		o.route = o.readRoute(spec)
	case "Gateway":
		o.gateway = o.readGateway(spec)
	case "NetworkPolicy":
		o.network = readNetwork(spec)
	case "HorizontalPodAutoscaler", "ScaledObject":
		target := spec.get("scaleTargetRef")
		o.scales = target.get("kind").str() + "/" + target.get("name").str()
		if o.kind == "ScaledObject" && !target.get("kind").present() {
			o.scales = "Deployment/" + target.get("name").str()
		}
	case "Namespace":
	default:
		o.demand = o.readDemand(doc, spec)
		return o.demand != nil
	}
	return true
}

// readService reads a Service (core/v1).
func readService(spec node) *service {
	s := &service{
		kind:     spec.get("type").str(),
		selector: spec.get("selector").table(),
		ranges:   spec.get("loadBalancerSourceRanges").strings(),
		outside:  len(spec.get("externalIPs").strings()) > 0,
		class:    spec.get("loadBalancerClass").str(),
		targets:  map[string]string{},
	}
	for port := range spec.get("ports").items() {
		number, target := port.get("port").str(), port.get("targetPort").str()
		if target == "" {
			target = number
		}
		s.targets[number] = target
		if name := port.get("name").str(); name != "" {
			s.targets[name] = target
		}
	}
	return s
}

// readNetwork reads a NetworkPolicy (networking.k8s.io/v1).
func readNetwork(spec node) *network {
	n := &network{selector: spec.get("podSelector", "matchLabels").table()}
	types := spec.get("policyTypes").strings()
	n.ingress = len(types) == 0
	for _, t := range types {
		n.ingress = n.ingress || t == "Ingress"
	}
	if spec.get("podSelector", "matchExpressions").isList() {
		n.ingress = false // which pods it picks is not worked out
	}
	for rule := range spec.get("ingress").items() {
		from := rule.get("from")
		if !from.isList() || len(from.resolved().Content) == 0 {
			n.anyone = true
		}
		for peer := range from.items() {
			n.outside = n.outside || peer.get("namespaceSelector").present()
			if cidr := peer.get("ipBlock", "cidr").str(); cidr != "" && !private(cidr) {
				n.anyone = true
			}
		}
	}
	return n
}
