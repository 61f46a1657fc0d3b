package exposure

import (
	"maps"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// instance is what is deployed together: what one outermost kustomization builds, or all manifests that no kustomization names.
type instance struct {
	// root is nil for the plain manifests.
	root    *kustomization
	objects []*object
	// environment and why are the outermost kustomization's.
	environment string
	why         []finding.Step
	// incomplete tells that some of it is not in the target.
	incomplete bool
	// doors are the objects that open something, by namespace.
	doors map[string][]*object
}

func (in *instance) door(o *object) {
	if in.doors == nil {
		in.doors = map[string][]*object{}
	}
	in.doors[o.namespace] = append(in.doors[o.namespace], o)
}

// maxObjects bounds the objects of all instances together, and maxNested how deep kustomizations lie in one another.
const (
	maxObjects = 200_000
	maxNested  = 32
)

// instances finds what is deployed together.
func (a *assembly) instances() []*instance {
	taken := a.named()
	plain := &instance{}
	for _, f := range a.facts {
		if !taken[f.Path] {
			for i := range f.objects {
				if !f.objects[i].deleted {
					plain.objects = append(plain.objects, f.objects[i].clone())
				}
			}
		}
	}
	out := []*instance{plain}
	count := len(plain.objects)
	for _, f := range a.facts {
		k := f.kustomization
		if k == nil || k.component || a.inner[k.dir] {
			continue
		}
		a.remote = false
		in := &instance{root: k, objects: a.built(k, nil, maxNested)}
		in.incomplete = a.remote
		if count += len(in.objects); count > maxObjects {
			a.note(k.file, "kustomizations come to more than 200,000 objects: this one and those after it are not looked at.")
			break
		}
		in.settle()
		if in.incomplete {
			a.note(k.file, "kustomization: it builds on what is not in the target.")
		}
		out = append(out, in)
	}
	return out
}

// named are the files that a kustomization names, as resource or as patch; inner kustomizations are noted.
func (a *assembly) named() map[string]bool {
	taken := map[string]bool{}
	for _, f := range a.facts {
		k := f.kustomization
		if k == nil {
			continue
		}
		a.folders[k.dir] = k
		for _, r := range k.resources {
			taken[r] = true
			if r != k.dir {
				a.inner[r] = true
			}
		}
		for _, p := range k.patchFiles {
			taken[p.path] = true
		}
	}
	return taken
}

// built are the objects that a kustomization builds on top of those given: a component changes what is there already.
func (a *assembly) built(k *kustomization, objects []*object, depth int) []*object {
	if depth == 0 {
		return objects
	}
	a.remote = a.remote || k.remote
	for _, r := range k.resources {
		if a.work--; a.work < 0 || len(objects) > maxObjects {
			return objects
		}
		if f := a.byPath[r]; f != nil && f.kustomization == nil {
			for i := range f.objects {
				objects = append(objects, f.objects[i].clone())
			}
		} else if sub := a.folders[r]; sub != nil && sub != k {
			if sub.component {
				objects = a.built(sub, objects, depth-1)
			} else {
				objects = append(objects, a.built(sub, nil, depth-1)...)
			}
		}
	}
	patches := a.patchesOf(k)
	if a.work -= len(objects) * (len(patches) + len(k.images)); a.work < 0 {
		return objects
	}
	return k.transform(objects, patches)
}

// patchesOf are the patches of a kustomization, those in files too.
func (a *assembly) patchesOf(k *kustomization) []patch {
	out := slices.Clone(k.patches)
	for _, p := range k.patchFiles {
		f := a.byPath[p.path]
		if f == nil {
			continue
		}
		for _, o := range f.objects {
			out = append(out, patchOf(o, p.target))
		}
		if len(f.changes) > 0 {
			out = append(out, patch{kind: p.target.kind, name: p.target.name, changes: f.changes})
		}
	}
	return out
}

// transform does what the kustomization says to the objects.
func (k *kustomization) transform(objects []*object, patches []patch) []*object {
	var out []*object
next:
	for _, o := range objects {
		for i := range patches {
			if !patches[i].apply(o) {
				continue next
			}
		}
		if k.namespace != "" {
			o.namespace = k.namespace
		}
		o.labels = joined(o.labels, k.labels)
		if w := o.workload; w != nil {
			if n, ok := k.replicas[o.name]; ok {
				w.replicas = n
			}
			for i := range w.images {
				k.rename(&w.images[i])
			}
		}
		out = append(out, o)
	}
	return out
}

// rename gives an image its other name.
func (k *kustomization) rename(i *image) {
	for _, name := range append([]string{i.name}, i.others...) {
		for old, other := range k.images {
			if sameImage(old, name) {
				i.others = append(i.others, other)
				return
			}
		}
	}
}

// settle finds the environment of what a kustomization builds.
func (in *instance) settle() {
	k := in.root
	for _, c := range []struct {
		what, value string
		line        int
	}{
		{"its label", environmentOfLabels(k.labels), 1},
		{"the namespace " + k.namespace, environmentOf(k.namespace), max(k.line, 1)},
		{"the overlay " + k.dir, environmentOfPath(k.file), 1},
	} {
		if c.value != "" {
			in.environment = c.value
			in.why = []finding.Step{step(k.file, c.line, c.what+" says "+c.value)}
			return
		}
	}
}

// clone copies an object so far that kustomize can change it.
func (o *object) clone() *object {
	c := *o
	if o.workload != nil {
		w := *o.workload
		w.images = slices.Clone(w.images)
		for i := range w.images {
			w.images[i].others = slices.Clone(w.images[i].others)
		}
		w.pod = maps.Clone(w.pod)
		c.workload = &w
	}
	if o.service != nil {
		s := *o.service
		c.service = &s
	}
	if o.route != nil {
		r := *o.route
		r.backends = slices.Clone(r.backends)
		c.route = &r
	}
	return &c
}

// related tells whether one of two files stands in a folder around the other's.
func related(a, b string) bool {
	da, db := folder(a)+"/", folder(b)+"/"
	if da == "/" || db == "/" {
		return da == db
	}
	return strings.HasPrefix(da, db) || strings.HasPrefix(db, da)
}

// shared counts the folders that two files have in common; the same folder is nearer than one around it.
func shared(a, b string) int {
	n := 0
	for i := 0; i < len(a) && i < len(b) && a[i] == b[i]; i++ {
		if a[i] == '/' {
			n++
		}
	}
	if strings.LastIndexByte(a, '/') == strings.LastIndexByte(b, '/') && strings.Count(a, "/") == n {
		n++
	}
	return n
}
