package ingest

import (
	"path"
	"strings"
)

// fileEcosystem tells the ecosystem by the name of a lock file or manifest.
func fileEcosystem(file string) string {
	name := strings.ToLower(path.Base(file))
	switch name {
	case "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "package.json", "bun.lock":
		return "npm"
	case "gemfile.lock", "gems.locked":
		return "RubyGems"
	case "go.sum", "go.mod", "go.list", "go-project-modules.json":
		return "Go"
	case "pipfile", "pipfile.lock", "poetry.lock", "uv.lock", "setup.py", "requirements.pip", "pyproject.toml", "pipdeptree.json":
		return "PyPI"
	case "pom.xml", "maven.graph.json", "build.gradle", "build.gradle.kts", "gradle.lockfile", "build.sbt", "dependencies-compile.dot":
		return "Maven"
	case "composer.lock", "composer.json":
		return "Packagist"
	case "packages.lock.json", "project.assets.json", "packages.config":
		return "NuGet"
	case "cargo.lock":
		return "crates.io"
	case "conan.lock":
		return "ConanCenter"
	case "pubspec.lock":
		return "Pub"
	case "mix.lock":
		return "Hex"
	case "podfile.lock":
		return "CocoaPods"
	case "package.resolved":
		return "SwiftURL"
	}
	switch {
	case strings.HasPrefix(name, "requirements") || strings.HasSuffix(name, ".pip"):
		return "PyPI"
	case strings.HasSuffix(name, ".csproj"):
		return "NuGet"
	case strings.HasSuffix(name, ".jar") || strings.HasSuffix(name, ".war"):
		return "Maven"
	}
	return ""
}
