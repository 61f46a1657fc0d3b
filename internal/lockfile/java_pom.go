package lockfile

import (
	"path"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

const (
	mavenCentral = "https://repo.maven.apache.org/maven2"
	// directOnly is the sentence for manifests that name no transitive package; %s is the file's usual name.
	directOnly = "%s names direct dependencies only; transitive ones are not known without a lock file or an SBOM"
)

// The keys of Document.Properties in a pom.xml beside its own properties. Values are as written, with their ${} references.
const (
	// pomManaged and a coordinate give a managed version: "managed:group:artifact", with ":type:classifier" where it is no plain jar.
	pomManaged = "managed:"
	// pomManagedScope and pomManagedOptional give the managed scope and optionality of the same coordinate.
	pomManagedScope    = "managed-scope:"
	pomManagedOptional = "managed-optional:"
	// pomManagedPlugin gives the managed version of a plugin.
	pomManagedPlugin = "managed-plugin:"
	// pomBOM and a number from 1 give an imported bill of materials as "group:artifact:version".
	pomBOM = "bom:"
	// pomParent gives the parent as "group:artifact:version", pomParentPath where it lies relative to the root ("" for nowhere here).
	pomParent     = "parent:"
	pomParentPath = "parent-path:"
	// pomStated and a package's position give what its element states beside name and version, as "kind scope": the kind is
	// kindOf's or "plugin". Only there where there is something.
	pomStated = "stated:"
	// pomOwn and groupId, artifactId, version, packaging give what the project says of itself, without what it inherits.
	pomOwn = "own:"
)

// pom reads one pom.xml.
type pom struct {
	doc  *inventory.Document
	root *element
	vars *interpolator
	boms int
}

// readPom reads a Maven project (https://maven.apache.org/pom.html). A version that refers to something outside the file stays
// empty, with the reference as its Constraint, until ResolveMaven has seen all files.
func readPom(file string, data []byte) (*inventory.Document, error) {
	root, err := parseXML(data)
	if err != nil {
		return nil, err
	}
	if root.name != "project" {
		return nil, errorAt(root.line, "the root element is <%s>, not <project>", root.name)
	}
	p := &pom{root: root, doc: &inventory.Document{Path: file, Format: "pom.xml", Ecosystem: "Maven", Role: inventory.Manifest, Properties: map[string]string{}}}
	p.identity()
	p.profileProperties()
	p.vars = newInterpolator(pomLookup(p.doc.Properties))
	p.doc.Name = p.vars.expand(first(root.get("groupId"), root.at("parent").get("groupId"))) + ":" + p.vars.expand(root.get("artifactId"))
	p.doc.Version = known(p.vars.expand(first(root.get("version"), root.at("parent").get("version"))))
	if strings.Contains(p.doc.Name, "${") || badName(p.doc.Name) {
		p.doc.Name = ""
	}
	p.doc.Licence = pomLicence(root)
	p.section(root)
	for _, profile := range root.at("profiles").all("profile") {
		before := len(p.doc.Packages)
		p.section(profile)
		if len(p.doc.Packages) > before {
			unknown(p.doc, "dependencies of profile %q are listed whether or not it is used", profile.get("id"))
		}
	}
	if len(p.doc.Packages) > 0 {
		unknown(p.doc, directOnly, "pom.xml")
	}
	return p.doc, nil
}

// identity takes down who the project and its parent are, and its properties.
func (p *pom) identity() {
	set := p.doc.Properties
	p.properties(p.root.child("properties"))
	for _, name := range []string{"groupId", "artifactId", "version", "packaging"} {
		if value := p.root.get(name); value != "" {
			set[pomOwn+name] = value
		}
	}
	parent := p.root.child("parent")
	if parent == nil {
		return
	}
	set[pomParent] = parent.get("groupId") + ":" + parent.get("artifactId") + ":" + parent.get("version")
	relative := "../pom.xml"
	if e := parent.child("relativePath"); e != nil {
		if relative = e.text; relative != "" && !strings.HasSuffix(relative, ".xml") {
			relative = strings.TrimSuffix(relative, "/") + "/pom.xml"
		}
	}
	if where, ok := pathBeside(p.doc.Path, relative); ok {
		set[pomParentPath] = where
		p.doc.Needs = append(p.doc.Needs, inventory.Need{Path: where, What: "parent"})
	}
}

// properties takes down a block of properties.
func (p *pom) properties(block *element) {
	if block == nil {
		return
	}
	for _, e := range block.children {
		if !badName(e.name) {
			p.doc.Properties[e.name] = e.text
		}
	}
}

// profileProperties takes down what only profiles set, where they agree on it: which of them is used is not known here.
func (p *pom) profileProperties() {
	values := map[string]string{}
	differ := map[string]bool{}
	for _, profile := range p.root.at("profiles").all("profile") {
		block := profile.child("properties")
		if block == nil {
			continue
		}
		for _, e := range block.children {
			if v, seen := values[e.name]; seen && v != e.text {
				differ[e.name] = true
			}
			values[e.name] = e.text
		}
	}
	for name, value := range values {
		if _, taken := p.doc.Properties[name]; !taken && !differ[name] && !badName(name) {
			p.doc.Properties[name] = value
		}
	}
}

// section reads what a project and a profile have in common.
func (p *pom) section(e *element) {
	p.managed(e.at("dependencyManagement", "dependencies"))
	for _, d := range e.at("dependencies").all("dependency") {
		p.dependency(d, inventory.Production)
	}
	build := e.child("build")
	for _, plugin := range build.at("pluginManagement", "plugins").all("plugin") {
		if v := plugin.get("version"); v != "" {
			p.doc.Properties[pomManagedPlugin+p.vars.expand(pluginGroup(plugin)+":"+plugin.get("artifactId"))] = v
		}
	}
	for _, plugin := range append(build.at("plugins").all("plugin"), e.at("reporting", "plugins").all("plugin")...) {
		p.add(plugin, inventory.Package{Name: pluginGroup(plugin) + ":" + plugin.get("artifactId"), Scope: inventory.Build}, "plugin ")
		for _, d := range plugin.at("dependencies").all("dependency") {
			p.dependency(d, inventory.Build)
		}
	}
	for _, extension := range build.at("extensions").all("extension") {
		p.add(extension, inventory.Package{Name: extension.get("groupId") + ":" + extension.get("artifactId"), Scope: inventory.Build}, "plugin ")
	}
	for _, module := range append(e.at("modules").all("module"), e.at("subprojects").all("subproject")...) {
		if module.text != "" && !badName(module.text) {
			p.doc.Members = append(p.doc.Members, strings.ReplaceAll(module.text, `\`, "/"))
		}
	}
	p.repositories(e)
}

func pluginGroup(plugin *element) string {
	return first(plugin.get("groupId"), "org.apache.maven.plugins")
}

// managed takes down versions for dependencies that state none, and imported bills of materials.
func (p *pom) managed(block *element) {
	set := p.doc.Properties
	for _, d := range block.all("dependency") {
		group, artifact, version := d.get("groupId"), d.get("artifactId"), d.get("version")
		if d.get("scope") == "import" && d.get("type") == "pom" {
			p.boms++
			set[pomBOM+strconv.Itoa(p.boms)] = group + ":" + artifact + ":" + version
			continue
		}
		key := p.vars.expand(group + ":" + artifact + kindOf(d))
		if _, taken := set[pomManaged+key]; taken || badName(key) {
			continue // the project's own entry comes before a profile's
		}
		set[pomManaged+key] = version
		if scope := d.get("scope"); scope != "" {
			set[pomManagedScope+key] = scope
		}
		if optional := d.get("optional"); optional != "" {
			set[pomManagedOptional+key] = optional
		}
	}
}

// kindOf gives ":type:classifier" for what is not a plain jar: Maven manages each kind on its own.
func kindOf(d *element) string {
	kind, classifier := d.get("type"), d.get("classifier")
	if (kind == "" || kind == "jar") && classifier == "" {
		return ""
	}
	return ":" + first(kind, "jar") + ":" + classifier
}

// dependency adds one dependency, under a scope that counts where it states none of its own.
func (p *pom) dependency(d *element, scope inventory.Scope) {
	pkg := inventory.Package{Name: d.get("groupId") + ":" + d.get("artifactId"), Scope: scope, Optional: d.get("optional") == "true"}
	if own := d.get("scope"); own != "" && scope != inventory.Build {
		pkg.Scope = mavenScope(own)
		if own == "system" {
			pkg.Origin = "file:" + p.vars.expand(d.get("systemPath"))
		}
	} else if own == "" && scope == inventory.Production {
		pkg.Scope = mavenScope(p.vars.expand(p.doc.Properties[pomManagedScope+p.vars.expand(pkg.Name+kindOf(d))]))
	}
	p.add(d, pkg, kindOf(d)+" "+d.get("scope"))
}

// mavenScope turns Maven's scope into ours. What is provided is compiled against and comes from elsewhere.
func mavenScope(scope string) inventory.Scope {
	switch scope {
	case "test":
		return inventory.Test
	case "provided":
		return inventory.Build
	}
	return inventory.Production
}

// add finishes a package with the version that the element states or the file manages. stated is kept for ResolveMaven.
func (p *pom) add(e *element, pkg inventory.Package, stated string) {
	pkg.Ecosystem, pkg.Direct, pkg.Line = "Maven", true, e.line
	pkg.Name = p.vars.expand(pkg.Name)
	if group, artifact, _ := strings.Cut(pkg.Name, ":"); badName(pkg.Name) || group == "" || artifact == "" {
		unknownName(p.doc, pkg.Name)
		return
	}
	pkg.Constraint = e.get("version")
	pkg.Version = mavenExact(p.vars.expand(first(pkg.Constraint, p.doc.Properties[managedKey(pkg.Name, stated)])))
	if badVersion(pkg.Version) || badVersion(pkg.Constraint) {
		unknown(p.doc, "line %d: the version of %s is no possible version", e.line, pkg.Name)
		pkg.Version, pkg.Constraint = "", ""
	}
	if stated != " " {
		p.doc.Properties[pomStated+strconv.Itoa(len(p.doc.Packages))] = stated
	}
	p.doc.Packages = append(p.doc.Packages, pkg)
}

// managedKey gives the property that manages a package's version, by what its element states.
func managedKey(name, stated string) string {
	kind, _, _ := strings.Cut(stated, " ")
	if kind == "plugin" {
		return pomManagedPlugin + name
	}
	return pomManaged + name + kind
}

// mavenExact gives the one version a requirement allows: "1.2" itself and "[1.2]"; "" for ranges and what is still a reference.
func mavenExact(v string) string {
	if inner, ok := strings.CutPrefix(v, "["); ok {
		inner, closed := strings.CutSuffix(inner, "]")
		if closed && !strings.ContainsAny(inner, ",[]()") {
			return strings.TrimSpace(inner)
		}
		return ""
	}
	if strings.ContainsAny(v, ",[]()") || v == "LATEST" || v == "RELEASE" {
		return ""
	}
	return known(v)
}

// known gives a text that holds no open reference, else "".
func known(v string) string {
	if strings.Contains(v, "${") {
		return ""
	}
	return v
}

// first gives the first text that is not empty.
func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// repositories takes down where the project fetches from. Maven asks them beside its central repository.
func (p *pom) repositories(e *element) {
	for _, group := range [][2]string{{"repositories", "repository"}, {"pluginRepositories", "pluginRepository"}} {
		for _, r := range e.at(group[0]).all(group[1]) {
			registry := inventory.Registry{URL: withoutUser(p.vars.expand(r.get("url"))), Extra: r.get("id") != "central", Line: r.line}
			if group[1] == "pluginRepository" {
				registry.Scope = "plugins"
			}
			if registry.URL != "" && !badName(registry.URL) {
				p.doc.Registries = append(p.doc.Registries, registry)
			}
		}
	}
}

// pomLicence gives what the project says of its licence. Several are its own words: Maven does not say whether they are a choice.
func pomLicence(root *element) string {
	var names []string
	for _, l := range root.at("licenses").all("license") {
		if name := first(l.get("name"), l.get("url")); !badName(name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, "; ")
}

// isPom tells project files; those that jars carry say what is in the jar and are read elsewhere.
func isPom(file, base string) bool {
	return base == "pom.xml" && !strings.Contains("/"+path.Dir(file)+"/", "/META-INF/maven/")
}
