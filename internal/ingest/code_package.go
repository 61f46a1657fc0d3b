package ingest

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/sbom"
)

// codeEcosystem gives OSV's name of an ecosystem for what makers of code scanners call it (package managers, purl types, languages); "" where
// it is none that is known.
func codeEcosystem(word string) string {
	switch strings.ToLower(strings.TrimSpace(word)) {
	case "npm", "javascript", "js", "node", "yarn":
		return "npm"
	case "pypi", "pip", "python":
		return "PyPI"
	case "gem", "ruby", "rubygems", "bundler":
		return "RubyGems"
	case "gomod", "go", "golang":
		return "Go"
	case "cargo", "rust", "crates.io":
		return "crates.io"
	case "maven", "gradle", "java", "sbt", "ivy", "scala":
		return "Maven"
	case "composer", "packagist", "php":
		return "Packagist"
	case "nuget", ".net", "dotnet", "csharp":
		return "NuGet"
	case "pub", "dart":
		return "Pub"
	case "swiftpm", "swift":
		return "SwiftURL"
	case "mix", "hex", "elixir", "erlang":
		return "Hex"
	case "cocoapods", "ios":
		return "CocoaPods"
	}
	return ""
}

// codeComponent makes a finding's component and its package URL.
func codeComponent(ecosystem, name, version string) *finding.Component {
	if ecosystem == "Go" {
		version = strings.TrimPrefix(version, "v")
	}
	c := &finding.Component{Ecosystem: ecosystem, Name: name, Version: version}
	c.PURL = sbom.PURL(&inventory.Package{Ecosystem: ecosystem, Name: name, Version: version})
	return c
}

// threatOf puts vectors and a score together; nil where there are neither.
func threatOf(score float64, vectors ...string) *finding.Threat {
	t := &finding.Threat{}
	for _, v := range vectors {
		if v = strings.TrimSpace(v); v != "" {
			t.CVSS = append(t.CVSS, v)
		}
	}
	if score > 0 && score <= 10 {
		t.Score = &score
	}
	if t.Score == nil && len(t.CVSS) == 0 {
		return nil
	}
	return t
}
