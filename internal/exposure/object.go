package exposure

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// object is one object of a Kubernetes manifest, as far as it matters here.
type object struct {
	kind, group, namespace, name string
	labels, annotations          map[string]string
	file                         string
	line                         int
	// deleted tells that it is a patch that takes the object away.
	deleted bool
	// Of the following at most one is there.
	workload *workload
	service  *service
	route    *route
	gateway  *gateway
	demand   *demand
	network  *network
	// scales names what an autoscaler scales, as "Deployment/api".
	scales string
}

// workload runs containers.
type workload struct {
	pod    map[string]string // the pods' labels
	images []image
	// replicas is -1 where the manifest does not tell; suspended is a CronJob's or Job's.
	replicas  int
	suspended bool
	// privileged says by which right it has power over its host, "" for none.
	privileged     string
	privilegedLine int
	// hostPort tells that a port is opened on the node.
	hostPort     bool
	hostPortLine int
	// upstreams are where a sign-in proxy passes requests on to: names of services.
	upstreams []string
	// open tells that the platform itself gives it an address on the internet (Knative), closed that it was told not to.
	open, closed bool
}

// image is a container's.
type image struct {
	container, name string
	// others are names that kustomize gave it.
	others []string
	file   string
	line   int
	// start tells of an init container.
	start bool
	// ports are the container's, by number and name.
	ports []string
}

func (i image) step() finding.Step {
	return step(i.file, i.line, "it runs the image "+i.name)
}

// service is a Service.
type service struct {
	kind     string // ClusterIP, NodePort, LoadBalancer, ExternalName
	selector map[string]string
	// targets are the target ports by port and by name.
	targets map[string]string
	ranges  []string
	outside bool // externalIPs
	// class is the loadBalancerClass.
	class string
}

// route brings requests from a door of the cluster to Services.
type route struct {
	hosts    []string
	backends []backend
	class    string
	// parents are the gateways it hangs on; mesh tells that it only speaks to the mesh itself.
	parents []reference
	mesh    bool
}

// backend is where a route leads to.
type backend struct {
	namespace, service, port string
	line                     int
	// filters are the middlewares on the way.
	filters []reference
}

// reference names another object.
type reference struct{ kind, namespace, name string }

// gateway is a door that routes hang on.
type gateway struct {
	class    string
	selector map[string]string
	// closed tells that it was told to stay inside.
	closed bool
}

// demand is an object that demands signing in, wherever it is attached.
type demand struct {
	// how is the demand in words; "" where the object demands none.
	how string
	// mesh tells of a mesh's policy, which is attached by selector or holds in its whole namespace; others are attached by name.
	mesh     bool
	selector map[string]string
	targets  []reference
	// Of a mesh's policy that allows: free tells that a rule lets everybody in, limited that it lets certain workloads in.
	allows, free, limited bool
}

// network is a NetworkPolicy.
type network struct {
	selector map[string]string
	// ingress tells that it restricts what comes in; anyone that it lets everybody in, outside that it lets other namespaces in.
	ingress, anyone, outside bool
}

// title is the object as people call it: "Deployment shop/api".
func (o *object) title() string {
	if o.namespace == "" {
		return o.kind + " " + o.name
	}
	return o.kind + " " + o.namespace + "/" + o.name
}

func (o *object) step(message string) finding.Step { return step(o.file, o.line, message) }

// step is a step at a line of a file.
func step(file string, line int, message string) finding.Step {
	return finding.Step{Location: finding.Location{Path: file, Region: finding.Region{StartLine: line}}, Message: message}
}

// subset tells whether labels have all of the selector, and the selector says something.
func subset(selector, labels map[string]string) bool {
	for k, v := range selector {
		if labels[k] != v {
			return false
		}
	}
	return len(selector) > 0
}

// annotation gives the value of the first annotation whose key ends with one of the suffixes, and the key.
func (o *object) annotation(suffixes ...string) (key, value string) {
	for _, suffix := range suffixes {
		for k, v := range o.annotations {
			if strings.HasSuffix(k, suffix) && v != "" && (key == "" || k < key) {
				key, value = k, v
			}
		}
		if key != "" {
			return key, value
		}
	}
	return "", ""
}
