package lockfile

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

const (
	// maxParents is how many parents above one another are followed.
	maxParents = 64
	// maxBOMs is how many bills of materials are asked for one version, and maxImported how many imports are followed to find them.
	maxBOMs     = 200
	maxImported = 5000
	// maxSamePom is how many projects of one name are told apart.
	maxSamePom = 50
	// maxAsked is how many values are asked for in all: some seconds of work.
	maxAsked = 50_000_000
	// maxInherited is how many inherited dependencies of one project are looked at, and how many managed names with references in them.
	maxInherited = 2000
)

// ResolveMaven works out, over all pom.xml documents of a target, what refers from one to another: parents, properties, managed
// versions and imported bills of materials, found by relative path and by coordinates. It changes the documents in place:
// packages get their versions and scopes; what the target builds itself gets the Origin "link:FOLDER"; a dependency that a parent
// declares and this project gives another version is added to it, at no line. Each dependency whose version is still not known
// has a sentence in Unknown that says what is missing. Other documents are left alone.
func ResolveMaven(docs []*inventory.Document) {
	r := &mavenResolver{left: maxAsked, byPath: map[string]*mavenModel{}, byName: map[string][]*mavenModel{}}
	for _, doc := range docs {
		if doc == nil || doc.Format != "pom.xml" || doc.Gone {
			continue
		}
		m := newMavenModel(doc)
		r.models = append(r.models, m)
		r.byPath[doc.Path] = m
		if name := m.ga(); len(r.byName[name]) < maxSamePom {
			r.byName[name] = append(r.byName[name], m)
		}
	}
	for _, m := range r.models {
		m.parent = r.parentOf(m)
	}
	for _, m := range r.models {
		m.chain() // cuts circles before anything walks them
	}
	for _, m := range r.models {
		m.vars = newInterpolator(m.lookup)
	}
	for _, m := range r.models {
		r.resolve(m)
	}
	for _, m := range r.models {
		r.inherit(m)
	}
}

// mavenModel is one project.
type mavenModel struct {
	doc  *inventory.Document
	set  map[string]string
	name string
	// alone interpolates with this file only, vars with all its parents.
	alone, vars *interpolator
	parent      *mavenModel
	above       []*mavenModel // itself and its parents, nearest first
	// open are the managed names that hold references; opened are those of the project and its parents by the names they come to.
	open   []string
	opened map[string]openName
	// imports are the coordinates of imported bills of materials, boms what is known of them once it was asked.
	imports []string
	boms    *mavenBOMs
}

func newMavenModel(doc *inventory.Document) *mavenModel {
	m := &mavenModel{doc: doc, set: doc.Properties, alone: newInterpolator(pomLookup(doc.Properties))}
	for _, key := range slices.Sorted(maps.Keys(m.set)) {
		if name, ok := strings.CutPrefix(key, pomManaged); ok && strings.Contains(name, "${") && len(m.open) < maxInherited {
			m.open = append(m.open, name)
		}
	}
	for i := 1; ; i++ {
		bom, ok := m.set[pomBOM+strconv.Itoa(i)]
		if !ok {
			return m
		}
		m.imports = append(m.imports, bom)
	}
}

// ga gives "group:artifact", by this file alone.
func (m *mavenModel) ga() string {
	if m.name == "" {
		m.name = m.alone.expand("${project.groupId}:${project.artifactId}")
	}
	return m.name
}

// version gives the project's version with its parents' help, where it has one.
func (m *mavenModel) version() string {
	raw := "${project.version}"
	if m.vars != nil {
		return m.vars.expand(raw)
	}
	return m.alone.expand(raw)
}

// chain gives the project and its parents, nearest first. A circle is cut where it closes.
func (m *mavenModel) chain() []*mavenModel {
	if m.above != nil {
		return m.above
	}
	seen := map[*mavenModel]bool{}
	for p := m; p != nil && !seen[p] && len(m.above) < maxParents; p = p.parent {
		seen[p] = true
		m.above = append(m.above, p)
	}
	return m.above
}

// lookup finds a property in the project or its nearest parent. What a project says of itself is always this one's.
func (m *mavenModel) lookup(name string) (string, bool) {
	if !strings.Contains(name, ":") {
		for _, p := range m.chain() {
			if v, ok := p.set[name]; ok {
				return v, true
			}
		}
	}
	return ownValue(m.set, name)
}

// missingParent gives the parent that the chain ends at without having it, "" where it is complete.
func (m *mavenModel) missingParent() string {
	chain := m.chain()
	last := chain[len(chain)-1]
	if last.parent != nil {
		return ""
	}
	return last.alone.expand(last.set[pomParent])
}

type mavenResolver struct {
	models []*mavenModel
	// left is how many values may still be asked for: projects made to be slow end there.
	left   int
	byPath map[string]*mavenModel
	byName map[string][]*mavenModel
}

// parentOf finds the parent by its path, if the project there is the one that is meant, else by its coordinates.
func (r *mavenResolver) parentOf(m *mavenModel) *mavenModel {
	raw, ok := m.set[pomParent]
	if !ok {
		return nil
	}
	if p := r.byPath[m.set[pomParentPath]]; p != nil && p != m && p.is(raw, m.alone.expand(raw)) {
		return p
	}
	return r.find(raw, m.alone.expand(raw), m)
}

// find gives the project with these coordinates, as written or as worked out.
func (r *mavenResolver) find(raw, expanded string, but *mavenModel) *mavenModel {
	parts := strings.SplitN(expanded, ":", 3)
	if len(parts) < 3 {
		return nil
	}
	for _, p := range r.byName[parts[0]+":"+parts[1]] {
		if p != but && p.is(raw, expanded) {
			return p
		}
	}
	return nil
}

// is tells that coordinates mean this project.
func (m *mavenModel) is(raw, expanded string) bool {
	parts := strings.SplitN(expanded, ":", 3)
	if len(parts) < 3 || m.ga() != parts[0]+":"+parts[1] {
		return false
	}
	own, _ := ownValue(m.set, "version")
	return parts[2] == m.version() || strings.HasSuffix(raw, ":"+own) && own != ""
}

// resolve works out the packages of one project.
func (r *mavenResolver) resolve(m *mavenModel) {
	doc := m.doc
	if name := m.ga(); known(name) != "" && !badName(name) {
		doc.Name = name
	}
	doc.Version = first(known(m.version()), doc.Version)
	for _, p := range m.chain() {
		doc.Licence = first(doc.Licence, p.doc.Licence)
	}
	kept := doc.Packages[:0]
	plugins := 0
	for i, pkg := range doc.Packages {
		stated := m.set[pomStated+strconv.Itoa(i)]
		if stated == "" {
			stated = " "
		}
		pkg.Name = m.vars.expand(pkg.Name)
		if known(pkg.Name) == "" || badName(pkg.Name) {
			unknown(doc, "line %d: a dependency is left out: its name %s is not defined here", pkg.Line, pkg.Name)
			continue
		}
		why := r.settle(m, &pkg, stated)
		switch plugin := strings.HasPrefix(stated, "plugin"); {
		case why == "":
		case plugin:
			plugins++
		default:
			unknown(doc, "line %d: the version of %s is not known: %s", pkg.Line, pkg.Name, why)
		}
		if stated != " " {
			m.set[pomStated+strconv.Itoa(len(kept))] = stated
		} else {
			delete(m.set, pomStated+strconv.Itoa(len(kept)))
		}
		kept = append(kept, pkg)
	}
	doc.Packages = kept
	if plugins > 0 {
		unknown(doc, "the versions of %d build plugins are not known: they come with Maven or from a parent that is not here", plugins)
	}
}

// settle gives a package its version, scope and origin; it returns why the version is not known.
func (r *mavenResolver) settle(m *mavenModel, pkg *inventory.Package, stated string) (why string) {
	kind, scope, _ := strings.Cut(stated, " ")
	written := pkg.Constraint
	key := strings.TrimPrefix(strings.TrimPrefix(managedKey(pkg.Name, stated), pomManaged), pomManagedPlugin)
	managed := r.managed(m, key, kind == "plugin")
	if kind != "plugin" {
		if scope == "" && pkg.Scope != inventory.Build {
			pkg.Scope = mavenScope(managed.scope)
		}
		pkg.Optional = pkg.Optional || managed.optional
	}
	value := m.vars.expand(written)
	if written == "" {
		value = managed.version
	}
	if own := r.sibling(pkg.Name, value); own != nil {
		pkg.Version, pkg.Origin = known(own.version()), "link:"+path.Dir(own.doc.Path)
		return ""
	}
	pkg.Version = mavenExact(value)
	if pkg.Version != "" && !badVersion(pkg.Version) {
		return ""
	}
	pkg.Version = ""
	return r.why(m, written, value)
}

// sibling gives the project of the target that a dependency means.
func (r *mavenResolver) sibling(name, value string) *mavenModel {
	for _, p := range r.byName[name] {
		if value != "" && value == p.version() {
			return p
		}
	}
	return nil
}

// why says what is missing for a version.
func (r *mavenResolver) why(m *mavenModel, written, value string) string {
	missing := m.missingParent()
	switch {
	case r.left <= 0:
		return "the target's projects are too many to be worked out"
	case value != "" && known(value) != "":
		return fmt.Sprintf("it may be any of %s", value)
	case value != "" && missing != "":
		return fmt.Sprintf("%s is not defined here, and the parent %s is not in the target", value, missing)
	case value != "":
		return fmt.Sprintf("%s is not defined here", value)
	}
	var from []string
	if missing != "" {
		from = append(from, "the parent "+missing)
	}
	for _, other := range r.bomsOf(m).missing {
		if !slices.Contains(from, other) {
			from = append(from, other)
		}
	}
	switch from = from[:min(len(from), 4)]; len(from) {
	case 0:
		return "neither this file nor a parent states one"
	case 1:
		return "it comes from " + from[0] + ", which is not in the target"
	}
	return "it comes from " + strings.Join(from, " or ") + ", which are not in the target"
}

// inherit adds the dependencies of parents that come out with another version in this project than in the parent itself.
func (r *mavenResolver) inherit(m *mavenModel) {
	looked := 0
	for _, p := range m.chain()[1:] {
		for i, pkg := range p.doc.Packages {
			stated := p.set[pomStated+strconv.Itoa(i)]
			if pkg.Line == 0 || strings.HasPrefix(stated, "plugin") || pkg.Scope == inventory.Build {
				continue
			}
			if looked++; looked > maxInherited {
				unknown(m.doc, "more dependencies are inherited than are looked at")
				return
			}
			if stated == "" {
				stated = " "
			}
			was := pkg
			if r.settle(m, &pkg, stated); pkg.Version == was.Version || pkg.Version == "" {
				continue
			}
			if slices.ContainsFunc(m.doc.Packages, func(own inventory.Package) bool { return own.Name == pkg.Name }) {
				continue
			}
			pkg.Line = 0
			m.doc.Packages = append(m.doc.Packages, pkg)
		}
	}
}
