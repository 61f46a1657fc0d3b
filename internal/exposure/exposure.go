// Package exposure reads from a target's own files how its parts are deployed: who can reach what from the internet, in which environment, whether it
// runs at all, and which data is near. Read says what one file says, Assemble joins the files, Map.Of gives the exposure of a file or folder with the
// way there, from the internet inwards: Ingress → Service → Deployment → image → Dockerfile → folder.
//
// What is said, and when:
//
//   - "open": a way from the internet exists (Ingress, LoadBalancer, Route, HTTPRoute or VirtualService on a gateway, published port of a production
//     compose file, HTTP event) and nothing on it demands signing in.
//   - "authenticated": every such way demands it: the Ingress' annotations, a sign-in proxy, a mesh policy that wants a token, an authorizer, or an
//     OpenAPI document in which every operation has a security requirement.
//   - "no": the workload has Services and none of them is opened, and the same deployment opens something else, so that its doors are known to be
//     written here; or the only doors are internal ones. A ClusterIP Service alone proves nothing: its Ingress may stand in another repository.
//   - "" otherwise. NodePorts, host ports and address allow-lists are "": whether nodes or those addresses are the internet does not stand in files.
//     So are doors that a NetworkPolicy shuts, as files do not tell whether the cluster enforces it.
//
// The environment comes from labels, the namespace, the overlay and the folder, in this order. "Running" is what the manifests ask for: "no" with no
// replicas or suspended (unless something scales it), "yes" otherwise; a compose file runs something for sure only where it is a production's. What
// protects (sign-in, policies) is believed only of the same deployment, or of a plain manifest that names the namespace or stands beside. Which image
// holds which folder comes from compose, skaffold, workflows and Dockerfiles, else from names; a name that two things answer to is none.
//
// Helm templates are not read, as they are no YAML before they are filled in; Notes names them. The package reads hostile text: it executes nothing,
// opens nothing but what it is given, and bounds sizes, depth and work. It must not judge what an exposure means (see risk).
package exposure

import (
	"slices"

	"github.com/reevehq/reeve/internal/finding"
)

// Options are what the caller adds to the files.
type Options struct {
	// Projects are the folders with something of their own in them (a manifest, a lock file). They are matched by name to images where no file
	// says which image holds them.
	Projects []Project
	// Declared is what people say. It fills in what files do not say and contradicts none.
	Declared []Declared
}

// Project is a folder that may be in an image of its own.
type Project struct {
	// Dir is slash-separated and relative to the root, "" for the root. Name is the project's own, "" where it has none.
	Dir, Name string
}

// Declared is what people say about a part of the target.
type Declared struct {
	// Match tells whether it is about the path (ignore.Glob.Match is made for this).
	Match func(path string) bool
	// Internet, Environment and Running are finding.Exposure's; "" says nothing.
	Internet, Environment, Running string
	// Data are kinds of data within reach.
	Data []string
	// Where is the place where it is said, for the proof.
	Where finding.Location
}

// Map is how the parts of a target are deployed. It is made by Assemble and not changed afterwards.
type Map struct {
	deployed []*deployed
	// holders are, by folder, what runs it; files are, by manifest, what it deploys.
	holders, files map[string][]holding
	apis, catalogs map[string][]*Facts
	declared       []Declared
	notes          []string
}

// deployed is one thing that runs, of whichever platform.
type deployed struct {
	exposure finding.Exposure
	platform platform
	images   []image
	// file is the manifest.
	file string
}

// platform says what runs a deployed thing.
type platform int

// The platforms.
const (
	onLocal   platform = iota // compose files and Procfiles: how it runs somewhere
	onCluster                 // Kubernetes and functions: how it runs
)

// holding is a deployed thing that runs a folder, and the steps that prove it.
type holding struct {
	of    *deployed
	proof []finding.Step
	// start tells that it runs at the start of a workload only, where nothing can reach it.
	start bool
}

// Notes are what was passed over and why, one sentence each, in the order of the files.
func (m *Map) Notes() []string { return m.notes }

// Workloads are the exposures of everything that is deployed, in the order of the files.
func (m *Map) Workloads() []finding.Exposure {
	out := make([]finding.Exposure, len(m.deployed))
	for i, d := range m.deployed {
		out[i] = d.exposure
	}
	return out
}

// OfImage is the exposure of the workloads that run an image (a reference, with or without tag), the worst of them; nil where none does.
func (m *Map) OfImage(reference string) *finding.Exposure {
	var all []holding
	for _, d := range m.deployed {
		for _, i := range d.images {
			if sameImage(i.name, reference) {
				all = append(all, holding{of: d, start: i.start, proof: []finding.Step{i.step()}})
			}
		}
	}
	return pick(all)
}

// pick gives the exposure of the holding that is worst. What says little about the real world (a compose file for a developer's machine, a Procfile)
// counts only where nothing else is known.
func pick(all []holding) *finding.Exposure {
	real := slices.ContainsFunc(all, holding.real)
	var worst *finding.Exposure
	for _, h := range all {
		if real && !h.real() {
			continue
		}
		if e := h.exposure(); worst == nil || worse(&e, worst) {
			worst = &e
		}
	}
	return worst
}

func (h holding) real() bool {
	return h.of.platform == onCluster || h.of.exposure.Environment == production
}

// exposure is what the holding comes to: a copy with the whole way.
func (h holding) exposure() finding.Exposure {
	e := h.of.exposure
	e.Path = append(append([]finding.Step{}, e.Path...), h.proof...)
	e.Data = slices.Clone(e.Data)
	if h.start && e.Internet != "no" {
		e.Internet = ""
	}
	return e
}
