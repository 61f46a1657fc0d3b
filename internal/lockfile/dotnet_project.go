package lockfile

import (
	"bytes"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// The keys of Document.Properties in MSBuild's files, beside its properties by their names in small letters.
const (
	// msbuildManaged and a package's name in small letters give its central version, as written.
	msbuildManaged = "managed:"
	// msbuildImport and a number from 1 give an imported file, relative to the root; "above" instead of a path means the file of the same
	// name in a folder above.
	msbuildImport = "import:"
)

const nuget = "NuGet"

// msbuild reads one project or properties file.
type msbuild struct {
	doc     *inventory.Document
	vars    *interpolator
	imports int
}

// readMSBuild reads *.csproj and its like, and *.props and *.targets. References to properties that other files set, and versions that
// are managed centrally, wait for ResolveNuGet. What stands under a condition is read as if it held.
func readMSBuild(file string, data []byte) (*inventory.Document, error) {
	base := path.Base(file)
	props := strings.HasSuffix(base, ".props") || strings.HasSuffix(base, ".targets")
	if props && !bytes.HasPrefix(bytes.TrimSpace(data), []byte("<")) {
		return nil, nil // others name their files so too
	}
	root, err := parseXML(data)
	if err != nil {
		return nil, err
	}
	if root.name != "Project" {
		if props {
			return nil, nil
		}
		return nil, errorAt(root.line, "the root element is <%s>, not <Project>", root.name)
	}
	m := &msbuild{doc: &inventory.Document{Path: file, Format: "csproj", Ecosystem: nuget, Role: inventory.Manifest, Properties: map[string]string{}}}
	if props {
		m.doc.Format = "props"
	}
	for _, group := range root.all("PropertyGroup") {
		for _, p := range group.children {
			m.property(p, group.attr("Condition")+p.attr("Condition"))
		}
	}
	m.vars = newInterpolator(variable(m.doc.Properties))
	m.sdks(root)
	m.walk(root, 0)
	if !props {
		m.own(base)
		if len(m.doc.Packages) > 0 {
			unknown(m.doc, directOnly, base)
		}
	} else if len(m.doc.Packages)+len(m.doc.Properties) == 0 {
		return nil, nil
	}
	return m.doc, nil
}

// property takes down a property. The last value counts; under a condition a second value makes it unknown, but for the
// condition that it has none yet.
func (m *msbuild) property(p *element, condition string) {
	name := strings.ToLower(p.name)
	if badName(name) || len(p.text) > maxExpanded || len(p.children) > 0 {
		return
	}
	value := msbuildText(p.text)
	old, taken := m.doc.Properties[name]
	tight := strings.ToLower(strings.ReplaceAll(condition, " ", ""))
	switch {
	case tight == "" || !taken || old == value:
	case strings.Contains(tight, "'$("+name+")'==''"):
		return
	default:
		value = "${" + name + "}"
	}
	m.doc.Properties[name] = value
}

// msbuildText turns $(Name) into ${name}; what is computed becomes a reference to nothing.
func msbuildText(text string) string {
	if !strings.Contains(text, "$(") {
		return text
	}
	var out strings.Builder
	for rest := text; ; {
		before, after, ok := strings.Cut(rest, "$(")
		out.WriteString(before)
		if !ok {
			return out.String()
		}
		name, tail, closed := strings.Cut(after, ")")
		if !closed || strings.ContainsAny(name, "([") {
			return out.String() + "${" + strings.ToLower(strings.NewReplacer("}", "", "{", "", ":", "").Replace(after)) + "}"
		}
		out.WriteString("${" + strings.ToLower(strings.TrimSpace(name)) + "}")
		rest = tail
	}
}

// walk goes through groups of items and what may hold them.
func (m *msbuild) walk(e *element, depth int) {
	for _, c := range e.children {
		switch c.name {
		case "ItemGroup", "Choose", "When", "Otherwise", "ImportGroup":
			if depth < maxDepth {
				m.walk(c, depth+1)
			}
		case "Import":
			m.imported(c.attr("Project"))
		case "PackageReference", "GlobalPackageReference", "DotNetCliToolReference", "PackageDownload":
			m.reference(c)
		case "PackageVersion":
			for _, name := range itemNames(first(c.attr("Include"), c.attr("Update"))) {
				if version := first(c.attr("Version"), c.get("Version")); !badName(name) && version != "" {
					m.manage(msbuildManaged+strings.ToLower(name), msbuildText(version), c.attr("Update") != "")
				}
			}
		case "ProjectReference":
			for _, name := range itemNames(c.attr("Include")) {
				m.sibling(name, c.line)
			}
		}
	}
}

// manage takes down a central version. Two of them, which conditions tell apart, are both kept, and neither is the one.
func (m *msbuild) manage(key, version string, update bool) {
	if old := m.doc.Properties[key]; old != "" && old != version && !update {
		version = old + ";" + version
	}
	if len(version) <= maxExpanded {
		m.doc.Properties[key] = version
	}
}

func itemNames(list string) []string {
	var all []string
	for name := range strings.SplitSeq(list, ";") {
		if name = strings.TrimSpace(name); name != "" {
			all = append(all, name)
		}
	}
	return all
}

// reference reads one reference to packages.
func (m *msbuild) reference(e *element) {
	field := func(name string) string { return first(e.attr(name), e.get(name)) }
	if removed := itemNames(e.attr("Remove")); len(removed) > 0 {
		m.doc.Packages = slices.DeleteFunc(m.doc.Packages, func(p inventory.Package) bool {
			return slices.ContainsFunc(removed, func(n string) bool { return strings.EqualFold(n, p.Name) })
		})
		return
	}
	written := first(field("VersionOverride"), field("Version"))
	scope := inventory.Production
	switch private := strings.ToLower(field("PrivateAssets")); {
	case e.name == "DotNetCliToolReference":
		scope = inventory.Build
	case private == "all", e.name == "GlobalPackageReference" && private == "", e.name == "PackageDownload":
		scope = inventory.Development
	}
	for _, name := range itemNames(e.attr("Update")) {
		for i := range m.doc.Packages {
			if p := &m.doc.Packages[i]; strings.EqualFold(p.Name, name) {
				if written != "" && !badVersion(written) {
					p.Constraint, p.Version = written, nugetExact(m.vars.expand(msbuildText(written)))
				}
				if scope != inventory.Production {
					p.Scope = scope
				}
			}
		}
	}
	for _, name := range itemNames(e.attr("Include")) {
		m.add(inventory.Package{Name: name, Constraint: written, Scope: scope, Line: e.line})
	}
}

// add finishes a package.
func (m *msbuild) add(pkg inventory.Package) {
	pkg.Ecosystem, pkg.Direct = nuget, true
	if expanded := m.vars.expand(msbuildText(pkg.Name)); known(expanded) != "" {
		pkg.Name = expanded
	}
	if badName(pkg.Name) || strings.ContainsAny(pkg.Name, "@%*") {
		unknownName(m.doc, pkg.Name)
		return
	}
	if badVersion(pkg.Constraint) {
		unknown(m.doc, "line %d: the version of %s is no possible version", pkg.Line, pkg.Name)
		pkg.Constraint = ""
	}
	pkg.Version = nugetExact(m.vars.expand(msbuildText(pkg.Constraint)))
	if badVersion(pkg.Version) {
		pkg.Version = ""
	}
	m.doc.Packages = append(m.doc.Packages, pkg)
}

// nugetExact gives the one version that a direct reference comes out as: NuGet takes the lowest that is allowed, so "1.2" means 1.2.
// It gives "" for ranges, floating versions and open references.
func nugetExact(v string) string {
	v = strings.TrimSpace(v)
	if inner, ok := strings.CutPrefix(v, "["); ok {
		if inner, ok = strings.CutSuffix(inner, "]"); ok && !strings.ContainsAny(inner, ",[]()*") {
			return strings.TrimSpace(known(inner))
		}
		return ""
	}
	if strings.ContainsAny(v, "*,()[];") {
		return ""
	}
	return known(v)
}

// sibling adds another project of the target.
func (m *msbuild) sibling(include string, line int) {
	include = strings.ReplaceAll(include, `\`, "/")
	where, ok := pathBeside(m.doc.Path, include)
	name := strings.TrimSuffix(path.Base(include), path.Ext(include))
	if !ok || badName(name) || strings.Contains(include, "$(") {
		unknown(m.doc, "line %d: the project %q is not in the target", line, shorten(include))
		return
	}
	m.doc.Packages = append(m.doc.Packages, inventory.Package{Ecosystem: nuget, Name: name, Direct: true, Origin: "link:" + path.Dir(where), Line: line})
}

// shorten cuts a text for a sentence.
func shorten(text string) string {
	if len(text) > 80 {
		return strings.ToValidUTF8(text[:80], "") + "…"
	}
	return text
}

// imported takes down an imported file, if it can be one of the target.
func (m *msbuild) imported(project string) {
	if strings.Contains(project, "GetPathOfFileAbove") || strings.Contains(project, "GetDirectoryNameOfFileAbove") {
		m.keepImport("above")
		return
	}
	for _, here := range []string{"$(MSBuildThisFileDirectory)", "$(MSBuildProjectDirectory)", "$(MSBuildThisFileDirectory)/", `$(MSBuildThisFileDirectory)\`} {
		project = strings.TrimPrefix(project, here)
	}
	project = strings.TrimLeft(project, `\/`)
	if strings.ContainsAny(project, "$*") {
		return
	}
	if where, ok := pathBeside(m.doc.Path, project); ok && !badName(where) {
		m.keepImport(where)
		m.doc.Needs = append(m.doc.Needs, inventory.Need{Path: where, What: "import"})
	}
}

func (m *msbuild) keepImport(where string) {
	m.imports++
	m.doc.Properties[msbuildImport+strconv.Itoa(m.imports)] = where
}

// sdks adds the SDKs a project is built with, where it names a version: they are packages that run in the build.
func (m *msbuild) sdks(root *element) {
	for _, sdk := range itemNames(root.attr("Sdk")) {
		if name, version, ok := strings.Cut(sdk, "/"); ok {
			m.add(inventory.Package{Name: name, Constraint: version, Scope: inventory.Build, Line: root.line})
		}
	}
	for _, e := range append(root.all("Sdk"), root.all("Import")...) {
		if name, version := first(e.attr("Sdk"), e.attr("Name")), e.attr("Version"); name != "" && version != "" {
			m.add(inventory.Package{Name: name, Constraint: version, Scope: inventory.Build, Line: e.line})
		}
	}
}

// own takes down what the project says of itself, and makes the packages of a test project test packages.
func (m *msbuild) own(base string) {
	set := m.doc.Properties
	value := func(names ...string) string {
		for _, n := range names {
			if v := known(m.vars.expand(set[n])); v != "" && !badName(v) {
				return v
			}
		}
		return ""
	}
	m.doc.Name = first(value("packageid", "assemblyname"), strings.TrimSuffix(base, path.Ext(base)))
	m.doc.Version = value("packageversion", "version", "versionprefix")
	m.doc.Licence = value("packagelicenseexpression")
	test := strings.EqualFold(value("istestproject"), "true")
	for i := range m.doc.Packages {
		test = test || strings.EqualFold(m.doc.Packages[i].Name, "Microsoft.NET.Test.Sdk")
	}
	for i := range m.doc.Packages {
		if p := &m.doc.Packages[i]; test && p.Scope == inventory.Production {
			p.Scope = inventory.Test
		}
	}
}
