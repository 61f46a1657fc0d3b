package lockfile

import (
	"path"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// javaReaders lists the readers for what is built with Maven, Gradle and sbt.
func javaReaders() []Reader {
	return []Reader{
		{Format: "pom.xml", Names: []string{"pom.xml"}, Match: isPom, Read: readPom},
		{Format: "settings.xml", Names: []string{"settings.xml"}, Match: isMavenSettings, Read: readMavenSettings},
		{Format: "extensions.xml", Names: []string{"extensions.xml"}, Match: inFolder(".mvn"), Read: readMavenExtensions},
		{Format: "gradle.lockfile", Names: []string{"*.lockfile"}, Match: isGradleLock, Read: readGradleLock},
		{Format: "verification-metadata.xml", Names: []string{"verification-metadata.xml"}, Match: inFolder("gradle"), Read: readVerification},
		{Format: "libs.versions.toml", Names: []string{"*.toml"}, Match: hasSuffix(".versions.toml"), Read: readGradleCatalog},
		{Format: "gradle.properties", Names: []string{"gradle.properties"}, Match: always, Read: readGradleProperties},
		{Format: "build.gradle", Names: []string{"*.gradle"}, Match: always, Read: readGradle},
		{Format: "build.gradle", Names: []string{"*.kts"}, Match: hasSuffix(".gradle.kts"), Read: readGradle},
		{Format: "build.gradle", Names: []string{"*.kt"}, Match: under("buildSrc"), Read: readBuildSource},
		{Format: "build.sbt", Names: []string{"*.sbt"}, Match: always, Read: readSbt},
		{Format: "build.sbt", Names: []string{"*.scala"}, Match: inFolder("project"), Read: readSbt},
	}
}

// readBuildSource reads Kotlin of buildSrc for the versions and coordinates that build scripts refer to; nil where it holds none.
func readBuildSource(file string, data []byte) (*inventory.Document, error) {
	doc, err := readGradle(file, data)
	if err != nil || len(doc.Properties) == 0 && len(doc.Packages) == 0 {
		return nil, err
	}
	return doc, nil
}

func always(_, _ string) bool { return true }

// hasSuffix matches the ends of names.
func hasSuffix(suffix string) func(file, base string) bool {
	return func(_, base string) bool { return strings.HasSuffix(base, suffix) }
}

// inFolder matches files directly in a folder of that name.
func inFolder(name string) func(file, base string) bool {
	return func(file, _ string) bool { return path.Base(path.Dir(file)) == name }
}

// under matches files anywhere under a folder of that name.
func under(name string) func(file, base string) bool {
	return func(file, _ string) bool { return strings.Contains("/"+file, "/"+name+"/") }
}

// isGradleLock tells Gradle's lock files from others with that extension.
func isGradleLock(file, base string) bool {
	switch base {
	case "gradle.lockfile", "buildscript-gradle.lockfile", "settings-gradle.lockfile", "settings-buildscript-gradle.lockfile":
		return true
	}
	return strings.HasSuffix(path.Dir(file), "gradle/dependency-locks")
}

// isMavenSettings tells Maven's settings.xml by its folder: the name alone is used by many.
func isMavenSettings(file, _ string) bool {
	dir := path.Dir(file)
	base := path.Base(dir)
	return dir == "." || base == ".m2" || base == ".mvn" || base == ".github" || base == "conf" || strings.Contains(strings.ToLower(base), "maven")
}
