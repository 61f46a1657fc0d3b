package main

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/advisory"
)

// knownPackage is a package that advisories speak of, with versions that bound their ranges.
type knownPackage struct {
	ecosystem, name string
	versions        []string
}

// knownPackages are those of a database, in the order of its flaws.
func knownPackages(path string) ([]knownPackage, error) {
	db, err := advisory.Open(path)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	var list []knownPackage
	at := map[[2]string]int{}
	for f := range db.Flaws() {
		places, err := db.Affected(f)
		if err != nil {
			return nil, err
		}
		for _, p := range places {
			if billPURL(p.Ecosystem, p.Name, "1") == "" {
				continue
			}
			key := [2]string{p.Ecosystem, p.Name}
			i, there := at[key]
			if !there {
				i = len(list)
				at[key], list = i, append(list, knownPackage{ecosystem: p.Ecosystem, name: p.Name})
			}
			for _, one := range p.Ranges {
				for _, e := range one.Events {
					if e.Version != "0" && !slices.Contains(list[i].versions, e.Version) {
						list[i].versions = append(list[i].versions, e.Version)
					}
				}
			}
		}
	}
	return list, nil
}

func countEcosystems(list []knownPackage) int {
	seen := map[string]bool{}
	for _, k := range list {
		base, _, _ := strings.Cut(k.ecosystem, ":")
		seen[base] = true
	}
	return len(seen)
}

// billPURL is a package as bills of materials name it; "" for ecosystems that have no usual type there.
func billPURL(ecosystem, name, version string) string {
	l := ofOSV(ecosystem, name, version)
	switch _, release, _ := strings.Cut(ecosystem, ":"); l.kind {
	case "deb":
		return fmt.Sprintf("pkg:deb/debian/%s@%s?distro=debian-%s", name, escapeVersion(version), release)
	case "apk":
		return fmt.Sprintf("pkg:apk/alpine/%s@%s?distro=alpine-%s", name, escapeVersion(version), strings.TrimPrefix(release, "v"))
	case "npm", "pypi", "golang", "maven", "cargo", "gem", "composer":
		name = strings.Replace(name, ":", "/", 1)
		if l.kind == "golang" {
			version = "v" + version
		}
		return fmt.Sprintf("pkg:%s/%s@%s", l.kind, strings.Replace(name, "@", "%40", 1), escapeVersion(version))
	}
	return ""
}

var versionEscapes = strings.NewReplacer("%", "%25", "+", "%2B", ":", "%3A", " ", "%20", "@", "%40", "?", "%3F", "#", "%23", "/", "%2F")

func escapeVersion(v string) string { return versionEscapes.Replace(v) }

// madeBill is a bill of materials of so many packages, always the same one for the same advisories.
func madeBill(known []knownPackage, packages int) string {
	r := rand.New(rand.NewPCG(100_000, 4))
	type component struct {
		Type    string `json:"type"`
		Ref     string `json:"bom-ref"`
		Name    string `json:"name"`
		Version string `json:"version"`
		PURL    string `json:"purl"`
	}
	list, seen := make([]component, 0, packages), map[string]bool{}
	for n := 0; len(list) < packages; n++ {
		k := known[r.IntN(len(known))]
		name, version := k.name, "1.2.3"
		if n%matchKnown == 0 && len(k.versions) > 0 {
			version = k.versions[r.IntN(len(k.versions))]
		} else {
			name += fmt.Sprintf("-%s%d", word(r), r.IntN(1000))
		}
		purl := billPURL(k.ecosystem, name, version)
		if seen[purl] {
			continue
		}
		seen[purl] = true
		list = append(list, component{"library", purl, name, version, purl})
	}
	return indented(map[string]any{
		"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": list,
		"metadata": map[string]any{"component": map[string]any{"type": "application", "bom-ref": "shop", "name": "shop", "version": "1.0.0"}},
	})
}

// bills compares what is found in the bills of materials that REEVE_DATA holds.
func (s *session) bills() error {
	const title = "Matching: bills of materials of real programs"
	if data("osv") == "" || data("sbom") == "" {
		return s.without(title, "advisories and bills of materials")
	}
	paths, err := filepath.Glob(filepath.Join(data("sbom"), "*.json.gz"))
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "## %s\n\nEach looked at once by both; flaws of packages are counted.\n\n", title)
	fmt.Fprintf(s.out, "| | reeve | osv-scanner | in common | osv-scanner only | reeve only |\n|---|---:|---:|---:|---:|---:|\n")
	for _, path := range paths {
		if err := s.oneBill(path); err != nil {
			return fmt.Errorf("bill of materials %q: %w", filepath.Base(path), err)
		}
	}
	fmt.Fprintln(s.out)
	return nil
}

// oneBill is one row of that table.
func (s *session) oneBill(packed string) error {
	name := strings.TrimSuffix(filepath.Base(packed), ".json.gz")
	ending := ".cdx.json"
	if strings.HasPrefix(name, "spdx") {
		ending = ".spdx.json"
	}
	path := filepath.Join(s.work, name+ending)
	if err := unpack(packed, path); err != nil {
		return err
	}
	commands, able := s.matchers(name, path)
	costs := make([]cost, len(commands))
	for i, c := range commands {
		if costs[i] = c.run(); costs[i].Failed != "" {
			s.progress("%s: %s: %s %s", name, c.Name, costs[i].Failed, costs[i].Detail)
		}
	}
	ours, err := readReeveFlaws(s.listReport("reeve", name))
	if err != nil || costs[0].Failed != "" {
		fmt.Fprintf(s.out, "| %s | **failed** (%s) | | | | |\n", name, costs[0].Failed)
		return nil
	}
	for i, l := range able {
		theirs, err := readOSVFlaws(s.listReport(l.name, name))
		if err != nil || costs[i+1].Failed != "" {
			fmt.Fprintf(s.out, "| %s | %d | no report (%s) | | | |\n", name, len(ours), costs[i+1].Failed)
			continue
		}
		common, theirsOnly, oursOnly := splitFlaws(ours, theirs)
		fmt.Fprintf(s.out, "| %s | %d | %d | %d | %d | %d |\n", name, len(ours), len(theirs), common, len(theirsOnly), len(oursOnly))
		tellAll(s, name+": "+l.name+" only", theirsOnly)
		tellAll(s, name+": reeve only, beside "+l.name, oursOnly)
	}
	return nil
}

func unpack(packed, path string) error {
	in, err := os.Open(packed)
	if err != nil {
		return err
	}
	defer in.Close()
	r, err := gzip.NewReader(in)
	if err != nil {
		return err
	}
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, r)
	return errors.Join(err, out.Close())
}
