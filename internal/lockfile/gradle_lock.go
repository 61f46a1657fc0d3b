package lockfile

import (
	"bytes"
	"path"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// readGradleLock reads gradle.lockfile and its like (https://docs.gradle.org/current/userguide/dependency_locking.html): what each
// configuration was resolved to, without who asked for it.
func readGradleLock(file string, data []byte) (*inventory.Document, error) {
	doc := &inventory.Document{Path: file, Format: "gradle.lockfile", Ecosystem: "Maven", Role: inventory.Lock}
	base := path.Base(file)
	build := strings.HasPrefix(base, "buildscript-") || strings.HasPrefix(base, "settings-")
	old := ""
	if base != "gradle.lockfile" && !build { // Gradle before 6.8: one file for each configuration
		old = strings.TrimSuffix(base, ".lockfile")
		build = strings.HasPrefix(old, "buildscript-")
	}
	runtime := bytes.Contains(data, []byte("untimeClasspath"))
	ended := false
	err := eachLine(data, func(n int, raw []byte) error {
		line := strings.TrimSpace(string(raw))
		if line == "" || strings.HasPrefix(line, "#") {
			return nil
		}
		coordinate, configurations, ok := strings.Cut(line, "=")
		if coordinate == "empty" && ok {
			ended = true
			return nil
		}
		if !ok && old != "" {
			configurations, ok = old, true
		}
		parts := strings.Split(coordinate, ":")
		if !ok || len(parts) != 3 || parts[2] == "" {
			return errorAt(n, "this is not group:artifact:version=configurations")
		}
		name := parts[0] + ":" + parts[1]
		if badName(name) || badVersion(parts[2]) || parts[0] == "" || parts[1] == "" {
			unknownName(doc, name)
			return nil
		}
		pkg := inventory.Package{Ecosystem: "Maven", Name: name, Version: parts[2], Scope: inventory.Build, Line: n}
		if !build {
			pkg.Scope = gradleLockScope(strings.Split(configurations, ","), runtime)
		}
		doc.Packages = append(doc.Packages, pkg)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if !ended && old == "" {
		return nil, errorAt(1+bytes.Count(data, []byte{'\n'}), "the closing line \"empty=\" is missing: %w", errTruncated)
	}
	if len(doc.Packages) > 0 {
		unknown(doc, "%s does not say which package asks for which", base)
	}
	return doc, nil
}

// gradleLockScope gives the scope of a package by the configurations it stands in. What is compiled against and is not there at
// run time is for the build, where the file knows a run time at all.
func gradleLockScope(configurations []string, runtime bool) inventory.Scope {
	scope := inventory.Test
	for _, c := range configurations {
		one := gradleScope(c)
		if one == inventory.Production && runtime && strings.HasSuffix(strings.ToLower(c), "compileclasspath") {
			one = inventory.Build
		}
		switch one {
		case inventory.Production:
			return one
		case inventory.Build:
			scope = one
		}
	}
	return scope
}

// readVerification reads gradle/verification-metadata.xml: the hashes of everything a build may fetch. It lists more than is used,
// so it is no lock file; ResolveGradle gives its hashes to the packages of other files.
func readVerification(file string, data []byte) (*inventory.Document, error) {
	root, err := parseXML(data)
	if err != nil {
		return nil, err
	}
	if root.name != "verification-metadata" {
		return nil, errorAt(root.line, "the root element is <%s>, not <verification-metadata>", root.name)
	}
	doc := &inventory.Document{Path: file, Format: "verification-metadata.xml", Ecosystem: "Maven", Role: inventory.Settings}
	for _, c := range root.at("components").all("component") {
		group, artifact, version := c.attr("group"), c.attr("name"), c.attr("version")
		pkg := inventory.Package{Ecosystem: "Maven", Name: group + ":" + artifact, Version: version, Line: c.line}
		if badName(pkg.Name) || badName(version) || group == "" || artifact == "" {
			unknownName(doc, pkg.Name)
			continue
		}
		for _, a := range c.all("artifact") {
			name := a.attr("name")
			main := strings.TrimSuffix(name, path.Ext(name)) == artifact+"-"+version && !strings.HasSuffix(name, ".pom") && !strings.HasSuffix(name, ".module")
			for _, kind := range []string{"sha512", "sha256", "sha1"} {
				if h := a.child(kind).attr("value"); main && pkg.Integrity == "" && isHexHash(h) {
					pkg.Integrity = kind + ":" + strings.ToLower(h)
				}
			}
		}
		if pkg.Integrity != "" {
			doc.Packages = append(doc.Packages, pkg)
		}
	}
	return doc, nil
}

func isHexHash(s string) bool {
	return len(s) >= 32 && len(s) <= 128 && strings.Trim(s, "0123456789abcdefABCDEF") == ""
}
