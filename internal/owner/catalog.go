package owner

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

const (
	// maxCatalog bounds a catalog file, in bytes, and maxEntities what it holds.
	maxCatalog, maxEntities = 1 << 20, 20_000
	// maxText bounds a name, tag or annotation that is kept, in bytes; maxList how many of them.
	maxText, maxList = 2048, 1000
	// maxAliased bounds how many values one document stands for, aliases followed.
	maxAliased = 20_000
)

// Entity is one thing in a Backstage catalog (https://backstage.io/docs/features/software-catalog/descriptor-format).
// References are written in full and in lower case: "group:default/payments".
type Entity struct {
	// Kind is Component, API, Resource, System, Domain, Group or User.
	Kind string
	// Namespace is "default" where none is written. Name is as written. Title is for people.
	Namespace, Name, Title string
	// Line is where it begins in its file, from 1.
	Line int
	// Type is what kind of component (service, website, library), resource or group it is.
	Type string
	// Lifecycle is as written: production, experimental, deprecated and whatever a team has made up.
	Lifecycle string
	// Owner is a reference to a group or user; "" for none.
	Owner string
	// System, Domain and Parent are references to what it is part of; "" for none.
	System, Domain, Parent string
	// DependsOn are references to what it needs.
	DependsOn []string
	// MemberOf are the groups of a user, Members the users of a group.
	MemberOf, Members []string
	// Email is a user's or group's mail address.
	Email string
	// Tags, Labels and Annotations are as written.
	Tags                []string
	Labels, Annotations map[string]string
	// Data are the kinds of data that tags, labels and annotations name: card, credentials, financial, health, personal.
	Data []string

	folder string // of Source, kept: Resolve asks for it at each finding
}

// Ref is the reference by which others name the entity: "component:default/shop".
func (e *Entity) Ref() string { return strings.ToLower(e.Kind + ":" + e.Namespace + "/" + e.Name) }

// Catalog is what one or more catalog files say. It is not changed after it was read.
type Catalog struct {
	// Entities are in the order of the files.
	Entities []Entity
	// Problems are what was passed over, at most the first 100.
	Problems []Problem

	byRef   map[string]int // the first of its name
	byEmail map[string]int
}

// descriptor is one document of the file; what it holds beside does not matter here.
type descriptor struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string
	Metadata   struct {
		Name, Namespace, Title string
		Labels, Annotations    map[string]string
		Tags                   []string
	}
	Spec struct {
		Type, Lifecycle, Owner, System, Domain, Parent string
		DependsOn                                      []string `yaml:"dependsOn"`
		MemberOf                                       []string `yaml:"memberOf"`
		Members                                        []string
		Profile                                        struct{ Email string }
	}
}

// ReadCatalog reads a catalog-info.yaml of one or more documents. Documents that are no entities of Backstage, and kinds that own nothing
// (Location, Template), are passed over in silence, wrong entities with a Problem. The error says where the file is no YAML.
func ReadCatalog(data []byte) (Catalog, error) {
	if len(data) > maxCatalog {
		return Catalog{}, fmt.Errorf("read catalog: %d bytes, more than %d: part it into several files", len(data), maxCatalog)
	}
	var c Catalog
	for d := yaml.NewDecoder(bytes.NewReader(data)); ; {
		var n yaml.Node
		if err := d.Decode(&n); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return Catalog{}, fmt.Errorf("read catalog: %s", strings.TrimPrefix(err.Error(), "yaml: "))
		}
		if len(n.Content) == 0 || n.Content[0].Kind != yaml.MappingNode {
			continue
		}
		if len(c.Entities) >= maxEntities {
			return Catalog{}, fmt.Errorf("read catalog: line %d: more than %d entities: part it into several files", n.Line, maxEntities)
		}
		c.add(&n, n.Content[0].Line)
	}
	return Join(c), nil
}

// add reads one document.
func (c *Catalog) add(n *yaml.Node, line int) {
	problem := func(format string, args ...any) {
		if len(c.Problems) < maxProblems {
			c.Problems = append(c.Problems, Problem{line, fmt.Sprintf(format, args...)})
		}
	}
	var d descriptor
	if aliased, sum := weigh(n, map[*yaml.Node]int{}); aliased && sum > maxAliased {
		problem("its aliases stand for more than %d values: write them out; the document is passed over", maxAliased)
		return
	}
	if err := n.Decode(&d); err != nil {
		var wrong *yaml.TypeError
		if !errors.As(err, &wrong) {
			problem("the document is passed over: %s", clip(strings.TrimPrefix(err.Error(), "yaml: ")))
			return
		}
		if !strings.HasPrefix(d.APIVersion, "backstage.io/") {
			return
		}
		problem("values of the wrong kind count as missing: %s", clip(strings.Join(wrong.Errors, "; ")))
	}
	if !strings.HasPrefix(d.APIVersion, "backstage.io/") || !slices.Contains([]string{"Component", "API", "Resource", "System", "Domain", "Group", "User"}, d.Kind) {
		return
	}
	e := Entity{Kind: d.Kind, Namespace: "default", Name: d.Metadata.Name, Title: text(d.Metadata.Title), Line: line,
		Type: text(d.Spec.Type), Lifecycle: text(d.Spec.Lifecycle), Email: text(d.Spec.Profile.Email),
		Tags: texts(d.Metadata.Tags), Labels: table(d.Metadata.Labels), Annotations: table(d.Metadata.Annotations)}
	if e.Name == "" || len(e.Name) > 253 || strings.ContainsAny(e.Name, ":/") {
		problem("%s: the name %q is none: want 1 to 63 letters, digits, \"-\", \"_\" and \".\"; the entity is passed over", d.Kind, clip(e.Name))
		return
	}
	if d.Metadata.Namespace != "" {
		e.Namespace = text(d.Metadata.Namespace)
	}
	for _, r := range []struct {
		kind, from string
		to         *string
	}{{"group", d.Spec.Owner, &e.Owner}, {"system", d.Spec.System, &e.System}, {"domain", d.Spec.Domain, &e.Domain}, {"group", d.Spec.Parent, &e.Parent}} {
		*r.to = reference(r.from, r.kind, e.Namespace)
	}
	for _, r := range []struct {
		kind string
		from []string
		to   *[]string
	}{{"component", d.Spec.DependsOn, &e.DependsOn}, {"group", d.Spec.MemberOf, &e.MemberOf}, {"user", d.Spec.Members, &e.Members}} {
		for _, from := range texts(r.from) {
			*r.to = append(*r.to, reference(from, r.kind, e.Namespace))
		}
	}
	e.Data = dataOf(&e)
	_, e.folder = e.Source()
	c.Entities = append(c.Entities, e)
}

// weigh counts the values that a node stands for, up to a little more than maxAliased, and tells whether there are aliases among them.
// Known holds what anchors weigh; an alias inside its own anchor weighs too much.
func weigh(n *yaml.Node, known map[*yaml.Node]int) (aliased bool, sum int) {
	if n.Kind == yaml.AliasNode {
		w, ok := known[n.Alias]
		if !ok {
			w = maxAliased + 1
		}
		return true, w
	}
	sum = 1
	for _, c := range n.Content {
		a, w := weigh(c, known)
		aliased, sum = aliased || a, min(sum+w, maxAliased+1)
	}
	if n.Anchor != "" {
		known[n] = sum
	}
	return aliased, sum
}

func text(s string) string {
	if len(s) > maxText {
		return ""
	}
	return strings.TrimSpace(s)
}

func texts(list []string) (out []string) {
	for _, s := range list[:min(len(list), maxList)] {
		if s = text(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func table(m map[string]string) map[string]string {
	if len(m) > maxList {
		return nil
	}
	for k, v := range m {
		if len(k) > maxText || len(v) > maxText {
			delete(m, k)
		}
	}
	return m
}

// reference writes "[kind:][namespace/]name" in full (https://backstage.io/docs/features/software-catalog/references); "" for none.
func reference(s, kind, namespace string) string {
	s = strings.ToLower(text(s))
	if k, rest, ok := strings.Cut(s, ":"); ok {
		kind, s = k, rest
	}
	if n, rest, ok := strings.Cut(s, "/"); ok {
		namespace, s = n, rest
	}
	if s == "" {
		return ""
	}
	return strings.ToLower(kind + ":" + namespace + "/" + s)
}

// Join makes one catalog of several. Of entities with one name the first counts.
func Join(list ...Catalog) Catalog {
	out := Catalog{byRef: map[string]int{}, byEmail: map[string]int{}}
	for _, c := range list {
		out.Problems = append(out.Problems, c.Problems...)
		for _, e := range c.Entities {
			ref := e.Ref()
			if _, double := out.byRef[ref]; double {
				out.Problems = append(out.Problems, Problem{e.Line, fmt.Sprintf("%s stands there twice: the first counts", clip(ref))})
				continue
			}
			out.byRef[ref] = len(out.Entities)
			if mail := strings.ToLower(e.Email); mail != "" && e.Kind == "User" {
				if _, double := out.byEmail[mail]; !double {
					out.byEmail[mail] = len(out.Entities)
				}
			}
			out.Entities = append(out.Entities, e)
		}
	}
	out.Problems = out.Problems[:min(len(out.Problems), maxProblems)]
	return out
}

// Find gives the entity of a reference, or of a component's bare name; nil if there is none.
func (c *Catalog) Find(ref string) *Entity {
	if i, ok := c.byRef[reference(ref, "component", "default")]; ok {
		return &c.Entities[i]
	}
	return nil
}

// nearest gives the components whose folder is nearest to a path: in it or above it, the root if no other is.
func (c *Catalog) nearest(path string) (out []*Entity) {
	longest := -1
	for i := range c.Entities {
		e := &c.Entities[i]
		if e.Kind != "Component" || e.folder != "" && !strings.HasPrefix(path, e.folder+"/") || len(e.folder) < longest {
			continue
		}
		if len(e.folder) > longest {
			longest, out = len(e.folder), nil
		}
		out = append(out, e)
	}
	return out
}

// person gives the user with a name or mail address; nil if there is none.
func (c *Catalog) person(name string) *Entity {
	if i, ok := c.byEmail[strings.ToLower(name)]; ok {
		return &c.Entities[i]
	}
	if i, ok := c.byRef[reference(strings.TrimPrefix(name, "@"), "user", "default")]; ok && c.Entities[i].Kind == "User" {
		return &c.Entities[i]
	}
	return nil
}

// Source is where the entity's code lies, by its annotations: a repository as "github.com/org/name", and the folder in it, "" for the root or
// where no annotation says. The repository is "" where no annotation names one.
func (e *Entity) Source() (repository, folder string) {
	for _, key := range []string{"backstage.io/source-location", "backstage.io/managed-by-location"} {
		if address, ok := strings.CutPrefix(e.Annotations[key], "url:"); ok {
			if repository, folder = place(address); repository != "" {
				if key != "backstage.io/source-location" { // there, the address is that of the catalog file
					folder = folder[:max(strings.LastIndexByte(folder, '/'), 0)]
				}
				return repository, folder
			}
		}
	}
	for _, host := range []string{"github.com", "gitlab.com", "bitbucket.org"} {
		if slug := strings.Trim(e.Annotations[host+"/project-slug"], "/"); slug != "" {
			return strings.ToLower(host + "/" + slug), ""
		}
	}
	return "", ""
}

// place parts the web address of a folder or file in a forge.
func place(address string) (repository, folder string) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "", ""
	}
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	end := slices.IndexFunc(parts, func(p string) bool { return p == "-" || p == "tree" || p == "blob" || p == "src" || p == "edit" })
	if end < 0 {
		end = len(parts)
	}
	if end < 2 {
		return "", ""
	}
	rest := parts[end:]
	if len(rest) > 0 && rest[0] == "-" {
		rest = rest[1:]
	}
	if len(rest) > 2 { // tree, branch, folders
		folder = strings.Join(rest[2:], "/")
	}
	return strings.ToLower(u.Hostname() + "/" + strings.TrimSuffix(strings.Join(parts[:end], "/"), ".git")), folder
}
