package lockfile

import (
	"bytes"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// readMavenSettings reads where Maven's settings.xml (https://maven.apache.org/settings.html) fetches from. Servers and their
// passwords are passed over.
func readMavenSettings(file string, data []byte) (*inventory.Document, error) {
	if !bytes.Contains(data, []byte("<settings")) {
		return nil, nil // another program's
	}
	root, err := parseXML(data)
	if err != nil {
		return nil, err
	}
	if root.name != "settings" {
		return nil, nil
	}
	doc := &inventory.Document{Path: file, Format: "settings.xml", Ecosystem: "Maven", Role: inventory.Settings}
	add := func(e *element, scope string, extra bool) {
		if u := withoutUser(e.get("url")); u != "" && !badName(u) && !badVersion(scope) {
			doc.Registries = append(doc.Registries, inventory.Registry{URL: u, Scope: scope, Extra: extra, Line: e.line})
		}
	}
	for _, mirror := range root.at("mirrors").all("mirror") {
		of := mirror.get("mirrorOf")
		if of == "*" {
			of = ""
		}
		add(mirror, of, false)
	}
	for _, profile := range root.at("profiles").all("profile") {
		for _, r := range profile.at("repositories").all("repository") {
			add(r, "", r.get("id") != "central")
		}
		for _, r := range profile.at("pluginRepositories").all("pluginRepository") {
			add(r, "plugins", r.get("id") != "central")
		}
	}
	return doc, nil
}

// readMavenExtensions reads .mvn/extensions.xml: what is loaded into Maven itself.
func readMavenExtensions(file string, data []byte) (*inventory.Document, error) {
	root, err := parseXML(data)
	if err != nil {
		return nil, err
	}
	doc := &inventory.Document{Path: file, Format: "extensions.xml", Ecosystem: "Maven", Role: inventory.Manifest}
	for _, e := range root.all("extension") {
		pkg := inventory.Package{Ecosystem: "Maven", Name: e.get("groupId") + ":" + e.get("artifactId"), Constraint: e.get("version"),
			Scope: inventory.Build, Direct: true, Line: e.line}
		if badName(pkg.Name) || badVersion(pkg.Constraint) || strings.HasPrefix(pkg.Name, ":") || strings.HasSuffix(pkg.Name, ":") {
			unknownName(doc, pkg.Name)
			continue
		}
		if pkg.Version = mavenExact(pkg.Constraint); pkg.Version == "" {
			unknown(doc, "line %d: the version of %s is not known", e.line, pkg.Name)
		}
		doc.Packages = append(doc.Packages, pkg)
	}
	return doc, nil
}
