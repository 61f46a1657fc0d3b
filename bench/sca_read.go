package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
)

// listing is one package a tool listed, named as package URLs name it, but with differences of spelling taken out.
type listing struct {
	// kind is the package URL's type, name its namespace and name; version is "" where the tool tells none.
	kind, name, version string
}

func (l listing) String() string { return l.kind + "/" + l.name + "@" + l.version }

// plain takes out what tools spell differently: the v of Go versions, upper case where the ecosystem does not tell it apart, encodings.
func (l listing) plain() listing {
	switch l.kind {
	case "golang":
		l.name, l.version = strings.ToLower(l.name), strings.TrimPrefix(l.version, "v")
	case "github", "githubactions":
		l.kind, l.name, l.version = "githubactions", strings.ToLower(l.name), strings.TrimPrefix(l.version, "v")
	case "pypi":
		l.name = strings.ToLower(strings.NewReplacer("_", "-", ".", "-").Replace(l.name))
	case "deb", "apk", "rpm":
		if i := strings.IndexByte(l.name, '/'); i >= 0 {
			l.name = l.name[i+1:]
		}
		// Some write the epoch as a qualifier.
		if epoch, version, ok := strings.Cut(l.version, ":"); ok && strings.Trim(epoch, "0123456789") == "" {
			l.version = version
		}
	}
	return l
}

// parsePURL reads the part of a package URL that names a package.
func parsePURL(text string) (listing, bool) {
	text, ok := strings.CutPrefix(text, "pkg:")
	text, _, _ = strings.Cut(text, "#")
	text, _, _ = strings.Cut(text, "?")
	kind, rest, found := strings.Cut(text, "/")
	if !ok || !found {
		return listing{}, false
	}
	name, version := rest, ""
	if i := strings.LastIndexByte(rest, '@'); i > 0 {
		name, version = rest[:i], rest[i+1:]
	}
	l := listing{kind: kind}
	var err, bad error
	l.name, err = url.PathUnescape(name)
	l.version, bad = url.PathUnescape(version)
	return l.plain(), err == nil && bad == nil
}

// readCycloneDX reads the packages of a bill of materials in CycloneDX's JSON, sorted, each once.
func readCycloneDX(report string) ([]listing, error) {
	data, err := os.ReadFile(report)
	if err != nil {
		return nil, err
	}
	type component struct {
		PURL       string `json:"purl"`
		Components []json.RawMessage
	}
	var bill component
	if err := json.Unmarshal(data, &bill); err != nil {
		return nil, fmt.Errorf("read report: %w", err)
	}
	var list []listing
	for rest := bill.Components; len(rest) > 0; rest = rest[1:] {
		var c component
		if err := json.Unmarshal(rest[0], &c); err != nil {
			return nil, fmt.Errorf("read report: %w", err)
		}
		if l, ok := parsePURL(c.PURL); ok {
			list = append(list, l)
		}
		rest = append(rest, c.Components...)
	}
	return sortedOnce(list), nil
}

func sortedOnce(list []listing) []listing {
	slices.SortFunc(list, compareListings)
	return slices.Compact(list)
}

func compareListings(a, b listing) int { return strings.Compare(a.String(), b.String()) }

// osvKinds are the types of package URLs by the ecosystems of OSV.
var osvKinds = map[string]string{
	"npm": "npm", "PyPI": "pypi", "Go": "golang", "Maven": "maven", "crates.io": "cargo", "RubyGems": "gem", "Packagist": "composer", "NuGet": "nuget",
	"Pub": "pub", "Hex": "hex", "GitHub Actions": "githubactions", "Debian": "deb", "Ubuntu": "deb", "Alpine": "apk", "ConanCenter": "conan", "SwiftURL": "swift",
	"Bitnami": "bitnami", "Kubernetes": "kubernetes",
}

// ofOSV names a package of an OSV ecosystem.
func ofOSV(ecosystem, name, version string) listing {
	base, _, _ := strings.Cut(ecosystem, ":")
	kind, ok := osvKinds[base]
	if !ok {
		kind = strings.ToLower(base)
	}
	if kind == "maven" {
		name = strings.Replace(name, ":", "/", 1)
	}
	return listing{kind, name, version}.plain()
}

// osvReport is what osv-scanner writes.
type osvReport struct {
	Results []struct {
		Packages []struct {
			Package struct {
				Name, Version, Ecosystem string
				// Binary is the package of a distribution that is installed; Name is then the source package.
				Binary string `json:"os_package_name"`
			}
			Groups []struct {
				IDs     []string `json:"ids"`
				Aliases []string
			}
		}
	}
}

func openOSVReport(report string) (*osvReport, error) {
	data, err := os.ReadFile(report)
	if err != nil {
		return nil, err
	}
	var r osvReport
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("read report: %w", err)
	}
	return &r, nil
}

// readOSVScanner reads the packages of a report of osv-scanner, sorted, each once.
func readOSVScanner(report string) ([]listing, error) {
	r, err := openOSVReport(report)
	if err != nil {
		return nil, err
	}
	var list []listing
	for _, result := range r.Results {
		for _, p := range result.Packages {
			list = append(list, ofOSV(p.Package.Ecosystem, cmp.Or(p.Package.Binary, p.Package.Name), p.Package.Version))
		}
	}
	return sortedOnce(list), nil
}
