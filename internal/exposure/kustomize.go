package exposure

import (
	"bytes"
	"maps"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"
)

// kustomization is a kustomization.yaml (https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/).
type kustomization struct {
	dir, file string
	// component tells that it is built into others only.
	component bool
	namespace string
	line      int
	labels    map[string]string
	// resources are files and folders, relative to the target's root.
	resources []string
	// remote tells that there are others, elsewhere or made by a generator.
	remote     bool
	patchFiles []patchFile
	patches    []patch
	images     map[string]string
	replicas   map[string]int
}

// patchFile is a file of patches, relative to the root, and what it applies to where that does not stand in it.
type patchFile struct {
	path   string
	target reference
}

// patch changes objects.
type patch struct {
	// object is what a strategic merge patch says; kind and name, where not empty, pick what it and changes apply to.
	object     object
	kind, name string
	// changes are a JSON patch's (RFC 6902).
	changes []jsonChange
}

type jsonChange struct{ op, path, value string }

// readKustomization reads a kustomization.
func readKustomization(file string, doc node) *kustomization {
	k := &kustomization{
		dir: folder(file), file: file, line: doc.get("namespace").line(), component: doc.get("kind").str() == "Component",
		namespace: doc.get("namespace").str(), images: map[string]string{}, replicas: map[string]int{},
		labels: doc.get("commonLabels").table(),
	}
	for l := range doc.get("labels").items() {
		for key, value := range l.get("pairs").table() {
			if k.labels == nil {
				k.labels = map[string]string{}
			}
			k.labels[key] = value
		}
	}
	for _, key := range []string{"resources", "bases", "components"} {
		for _, r := range doc.get(key).strings() {
			k.resource(r)
		}
	}
	for _, key := range []string{"helmCharts", "helmChartInflationGenerator", "generators"} {
		k.remote = k.remote || doc.get(key).isList()
	}
	for _, p := range doc.get("patchesStrategicMerge").strings() {
		k.addPatch(p, p, reference{})
	}
	for _, key := range []string{"patches", "patchesJson6902"} {
		for p := range doc.get(key).items() {
			k.addPatch(p.get("path").str(), p.get("patch").text(), reference{kind: p.get("target", "kind").str(), name: p.get("target", "name").str()})
		}
	}
	for i := range doc.get("images").items() {
		if name := i.get("newName").str(); name != "" {
			k.images[i.get("name").str()] = name
		}
	}
	for r := range doc.get("replicas").items() {
		k.replicas[r.get("name").str()] = r.get("count").number()
	}
	return k
}

func (k *kustomization) resource(r string) {
	if strings.Contains(r, "://") || strings.HasPrefix(r, "git@") || strings.Contains(r, "?ref=") || strings.HasPrefix(r, "github.com/") {
		k.remote = true
		return
	}
	if at, ok := under(k.dir, r); ok {
		k.resources = append(k.resources, at)
	}
}

// addPatch takes a patch that stands in a file, or in the kustomization itself.
func (k *kustomization) addPatch(file, text string, target reference) {
	if strings.Contains(text, "\n") {
		k.patches = append(k.patches, readPatch(k.file, []byte(text), target)...)
		return
	}
	if at, ok := under(k.dir, file); ok && file != "" {
		k.patchFiles = append(k.patchFiles, patchFile{at, target})
	}
}

// readPatch reads a patch of either kind. One that cannot be read changes nothing.
func readPatch(file string, data []byte, target reference) []patch {
	docs, _, err := documents(data)
	if err != nil {
		return nil
	}
	var out []patch
	for _, doc := range docs {
		if doc.isList() {
			out = append(out, patch{kind: target.kind, name: target.name, changes: readChanges(doc)})
			continue
		}
		for _, o := range readObjects(file, doc, maxList) {
			out = append(out, patchOf(o, target))
		}
	}
	return out
}

func patchOf(o object, target reference) patch {
	if target.kind != "" || target.name != "" {
		return patch{object: o, kind: target.kind, name: target.name}
	}
	return patch{object: o, kind: o.kind, name: o.name}
}

func readChanges(doc node) []jsonChange {
	var out []jsonChange
	for c := range doc.items() {
		out = append(out, jsonChange{c.get("op").str(), c.get("path").str(), c.get("value").str()})
	}
	return out
}

// apply changes an object; false where the patch takes it away.
func (p *patch) apply(o *object) bool {
	if p.kind != "" && p.kind != o.kind || p.name != "" && p.name != o.name {
		return true
	}
	if p.object.deleted {
		return false
	}
	o.annotations = joined(o.annotations, p.object.annotations)
	o.labels = joined(o.labels, p.object.labels)
	if from, to := p.object.workload, o.workload; from != nil && to != nil {
		to.merge(from)
	}
	if from, to := p.object.service, o.service; from != nil && to != nil {
		if from.kind != "" {
			to.kind = from.kind
		}
		if len(from.ranges) > 0 {
			to.ranges = from.ranges
		}
	}
	if from, to := p.object.route, o.route; from != nil && to != nil {
		if from.class != "" {
			to.class = from.class
		}
		if len(from.backends) > 0 {
			to.backends = from.backends
		}
		if len(from.hosts) > 0 {
			to.hosts = from.hosts
		}
	}
	for _, c := range p.changes {
		c.apply(o)
	}
	return true
}

// merge takes over what a patch says about a workload.
func (w *workload) merge(from *workload) {
	if from.replicas >= 0 {
		w.replicas = from.replicas
	}
	w.suspended = w.suspended || from.suspended
	if from.privileged != "" {
		w.privileged, w.privilegedLine = from.privileged, from.privilegedLine
	}
	w.hostPort = w.hostPort || from.hostPort
	w.pod = joined(w.pod, from.pod)
next:
	for _, i := range from.images {
		for n := range w.images {
			if w.images[n].container == i.container {
				if i.name != "" {
					w.images[n].others = append(w.images[n].others, i.name)
				}
				continue next
			}
		}
		w.images = append(w.images, i)
	}
}

// apply makes the changes of a JSON patch that matter here.
func (c jsonChange) apply(o *object) {
	switch {
	case c.op == "remove" && strings.HasPrefix(c.path, "/metadata/annotations/"):
		o.annotations = maps.Clone(o.annotations)
		delete(o.annotations, pointer(c.path))
	case c.op != "add" && c.op != "replace":
	case c.path == "/spec/replicas" && o.workload != nil:
		o.workload.replicas = node{&yaml.Node{Kind: yaml.ScalarNode, Value: c.value}, nil}.number()
	case c.path == "/spec/suspend" && o.workload != nil:
		o.workload.suspended = c.value == "true"
	case c.path == "/spec/type" && o.service != nil:
		o.service.kind = c.value
	case c.path == "/spec/ingressClassName" && o.route != nil:
		o.route.class = c.value
	case strings.HasPrefix(c.path, "/metadata/annotations/"):
		o.annotations = joined(o.annotations, map[string]string{pointer(c.path): c.value})
	}
}

// pointer is the last part of a JSON pointer (RFC 6901).
func pointer(p string) string {
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(p[strings.LastIndexByte(p, '/')+1:])
}

// joined is a table with another's entries on top; the first stays as it was.
func joined(a, b map[string]string) map[string]string {
	if len(b) == 0 {
		return a
	}
	out := make(map[string]string, len(a)+len(b))
	for k, v := range a {
		out[k] = v
	}
	for k, v := range b {
		out[k] = v
	}
	return out
}

// folder is the folder of a file, "" for the root.
func folder(file string) string {
	if d := path.Dir(file); d != "." && d != "/" {
		return d
	}
	return ""
}

// under joins a relative path to a folder; false where that leaves the root.
func under(dir, relative string) (string, bool) {
	if path.IsAbs(relative) || len(relative) > maxText {
		return "", false
	}
	p := path.Join(dir, relative)
	if p == "." {
		return "", true
	}
	return p, p != ".." && !strings.HasPrefix(p, "../")
}

// isKustomization tells a kustomization by its name.
func isKustomization(base string) bool {
	return base == "kustomization.yaml" || base == "kustomization.yml" || base == "Kustomization"
}

// templated tells whether text is filled in before it is YAML (Helm, Jinja, ERB).
func templated(data []byte) bool {
	return bytes.Contains(data, []byte("{{")) || bytes.Contains(data, []byte("{%")) || bytes.Contains(data, []byte("<%"))
}
