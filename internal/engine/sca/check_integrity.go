package sca

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// integrityMissing reports lock files with packages that no hash pins: whoever can change what is served under their address
// changes what is built.
func integrityMissing(v *supplyView, _ *Supply, report func(fault)) {
	f := filesOf(v)
	for _, d := range v.docs {
		if isSample(d.Path) {
			continue
		}
		var bare []*inventory.Package
		if d.Format == "go.mod" {
			bare = f.withoutSum(d)
		} else {
			bare = withoutHash(d)
		}
		if len(bare) == 0 {
			continue
		}
		text := fmt.Sprintf("%s gives no hash for %s.", d.Path, listed(labels(bare)))
		switch {
		case d.Format == "go.mod":
			text = fmt.Sprintf("go.sum has no hash for %s, which %s requires.", listed(labels(bare)), d.Path)
		case d.Format == "requirements.txt":
			text = fmt.Sprintf("%s gives hashes, but none for %s.", d.Path, listed(labels(bare)))
		}
		report(fault{at: place(d.Path, bare[0].Line), identity: []string{nameOf(d), path.Base(d.Path)}, message: text, fix: hashFix(d.Format)})
	}
}

func hashFix(format string) string {
	switch format {
	case "go.mod":
		return "Run go mod tidy and commit go.sum."
	case "requirements.txt":
		return "Write the file with hashes for all packages: pip-compile --generate-hashes, or uv pip compile --generate-hashes. Install with pip install --require-hashes."
	}
	return "Write the lock file anew with a present release of the package manager, from a registry that states hashes, and commit it."
}

func labels(packages []*inventory.Package) []string {
	var out []string
	for _, p := range packages {
		out = append(out, clip(label(p)))
	}
	return out
}

// withoutHash gives the packages of a lock file that are fetched from somewhere and have no hash. What comes from a repository is
// pinned by its commit.
func withoutHash(d *inventory.Document) []*inventory.Package {
	hashed, modern := 0, false
	var fetched []*inventory.Package
	for i := range d.Packages {
		pkg := &d.Packages[i]
		if pkg.Integrity != "" {
			hashed++
			modern = modern || !strings.HasPrefix(pkg.Integrity, "sha")
		} else if isFetched(d, pkg) {
			fetched = append(fetched, pkg)
		}
	}
	switch {
	case d.Format == "requirements.txt" && hashed == 0:
		return nil // it has hashes for all or needs none
	case d.Format == "yarn.lock" && modern:
		return nil // Yarn from 2 on leaves them out for what only another system needs
	}
	return fetched
}

// isFetched tells of packages that a lock file takes from a registry or an address, and for which its format has a hash.
func isFetched(d *inventory.Document, pkg *inventory.Package) bool {
	if isLocal(pkg) || pkg.Version == "" || strings.HasPrefix(pkg.Origin, "git") || commitIn(pkg.Origin) {
		return false
	}
	switch d.Format {
	case "package-lock.json":
		return isWeb(pkg.Origin)
	case "Cargo.lock":
		return strings.HasPrefix(pkg.Origin, "registry+") || strings.HasPrefix(pkg.Origin, "sparse+")
	case "yarn.lock", "pnpm-lock.yaml", "bun.lock", "poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock", "requirements.txt":
		return pkg.Origin == "" || isWeb(pkg.Origin)
	}
	return false
}

func isWeb(origin string) bool {
	return strings.HasPrefix(origin, "https://") || strings.HasPrefix(origin, "http://")
}

// withoutSum gives the modules of a go.mod of which go.sum knows nothing at all: neither their content nor their own go.mod.
func (f *files) withoutSum(d *inventory.Document) []*inventory.Package {
	dir := dirOf(d.Path)
	if f.has(path.Join(dir, "vendor/modules.txt")) {
		return nil // the content stands in the repository
	}
	lists := []map[string]bool{f.sumsIn(path.Join(dir, "go.sum"))}
	for out := range outward(dir) {
		lists = append(lists, f.sumsIn(path.Join(out, "go.work.sum")))
	}
	if slices.ContainsFunc(lists, func(l map[string]bool) bool { return l == nil }) {
		return nil
	}
	known := func(key string) bool {
		return slices.ContainsFunc(lists, func(l map[string]bool) bool { return l[key] })
	}
	var bare []*inventory.Package
	for i := range d.Packages {
		pkg := &d.Packages[i]
		if pkg.Name != "stdlib" && pkg.Name != "toolchain" && pkg.Version != "" && !isLocal(pkg) && !known(pkg.Name+" v"+pkg.Version) {
			bare = append(bare, pkg)
		}
	}
	return bare
}

// sumsIn gives the modules and versions that a file of sums knows; nil where there is a file and it cannot be read.
func (f *files) sumsIn(file string) map[string]bool {
	if known, ok := f.sums[file]; ok {
		return known
	}
	known := map[string]bool{}
	if text := f.read(file); text == nil && f.has(file) {
		known = nil
	} else {
		for line := range bytes.Lines(text) {
			if fields := bytes.Fields(line); len(fields) == 3 {
				known[string(fields[0])+" "+strings.TrimSuffix(string(fields[1]), "/go.mod")] = true
			}
		}
	}
	f.sums[file] = known
	return known
}

// integrityWeak reports lock files that pin packages by a hash for which two contents can be made.
func integrityWeak(v *supplyView, _ *Supply, report func(fault)) {
	for _, d := range v.docs {
		if d.Role == inventory.Installed || d.Role == inventory.Settings || d.Ecosystem == "Packagist" || isSample(d.Path) {
			continue // Composer knows no other hash
		}
		var weak []*inventory.Package
		for i := range d.Packages {
			if isWeak(d.Packages[i].Integrity) {
				weak = append(weak, &d.Packages[i])
			}
		}
		if len(weak) == 0 {
			continue
		}
		report(fault{
			at: place(d.Path, weak[0].Line), identity: []string{nameOf(d), path.Base(d.Path)}, fix: hashFix(d.Format),
			message: fmt.Sprintf("%s pins %s by MD5 or SHA-1 only.", d.Path, listed(labels(weak))),
		})
	}
}

// isWeak tells that all hashes of a package are of a kind for which collisions are made.
func isWeak(integrity string) bool {
	sums := strings.Fields(integrity)
	for _, sum := range sums {
		sum = strings.ToLower(sum)
		if !strings.HasPrefix(sum, "sha1-") && !strings.HasPrefix(sum, "sha1:") && !strings.HasPrefix(sum, "md5-") && !strings.HasPrefix(sum, "md5:") {
			return false
		}
	}
	return len(sums) > 0
}
