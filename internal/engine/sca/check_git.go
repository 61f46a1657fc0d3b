package sca

import (
	"fmt"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// gitNotPinned reports manifests that no lock file covers and that take a package from a branch or tag, or an archive that no
// hash pins: its owner can change it at any time.
func gitNotPinned(v *supplyView, _ *Supply, report func(fault)) {
	c := coverOf(v, filesOf(v))
	for _, d := range v.docs {
		requirements := d.Format == "requirements.txt"
		if d.Role != inventory.Manifest && !requirements || isSample(d.Path) || c.isCovered(d) {
			continue
		}
		for i := range d.Packages {
			pkg := &d.Packages[i]
			what := ""
			switch {
			case isLocal(pkg) || commitIn(pkg.Origin) || pkg.Integrity != "":
			case strings.HasPrefix(pkg.Origin, "git+"):
				what = "the default branch of a git repository"
				if ref := refOf(pkg.Origin); ref != "" {
					what = fmt.Sprintf("%s of a git repository, which is a branch or tag and can be moved", clip(ref))
				}
			case isArchive(pkg.Origin):
				what = "an archive that no hash pins"
			}
			if what == "" {
				continue
			}
			report(fault{
				at: place(d.Path, pkg.Line), identity: []string{nameOf(d), d.Format, pkg.Name},
				message: fmt.Sprintf("%s takes %s from %s, and there is no lock file.", d.Path, clip(pkg.Name), what),
				fix:     fmt.Sprintf("Name the full commit of %s (or the hash of its archive), or write a lock file and commit it.", clip(pkg.Name)),
			})
		}
	}
}

// isCovered tells whether a lock file stands for what a manifest asks for. A requirements file is what is installed itself.
func (c *cover) isCovered(d *inventory.Document) bool {
	if len(lockNames(d.Format)) > 0 {
		return c.isLocked(d)
	}
	return d.Format != "requirements.txt" && slices.ContainsFunc(c.locks[dirOf(d.Path)], func(lock *inventory.Document) bool { return lock.Ecosystem == d.Ecosystem })
}

// isArchive tells of an address that is a file and no registry.
func isArchive(origin string) bool {
	if !isWeb(origin) {
		return false
	}
	origin, _, _ = strings.Cut(origin, "?")
	origin, _, _ = strings.Cut(origin, "#")
	for _, end := range []string{".tgz", ".tar.gz", ".zip", ".whl", ".tar.bz2", ".tar.xz", ".tar"} {
		if strings.HasSuffix(strings.ToLower(origin), end) {
			return true
		}
	}
	return false
}

// refOf gives the branch, tag or commit that an origin names: after "#", "@" or "?rev=", as its package manager writes it.
func refOf(origin string) string {
	where, fragment, _ := strings.Cut(origin, "#")
	if fragment != "" && !strings.Contains(fragment, "=") {
		return fragment
	}
	if _, query, ok := strings.Cut(where, "?"); ok {
		if _, ref, ok := strings.Cut(query, "="); ok {
			return ref
		}
	}
	if ref, ok := strings.CutPrefix(fragment, "semver="); ok {
		return ref
	}
	_, rest, _ := strings.Cut(where, "://")
	_, path, _ := strings.Cut(rest, "/")
	if at := strings.LastIndexByte(path, '@'); at >= 0 {
		return path[at+1:]
	}
	return ""
}

// commitIn tells whether an origin names a commit: as a whole, or as much of it as git shows.
func commitIn(origin string) bool {
	ref := refOf(origin)
	if len(ref) >= 7 && len(ref) <= 64 && isHash(ref) {
		return true
	}
	for step := range strings.FieldsFuncSeq(origin, func(r rune) bool { return strings.ContainsRune("/#@?=&", r) }) {
		step = strings.TrimSuffix(strings.TrimSuffix(step, ".tar.gz"), ".zip")
		if (len(step) == 40 || len(step) == 64) && isHash(step) {
			return true
		}
	}
	return false
}

func isHash(text string) bool { return strings.Trim(text, "0123456789abcdefABCDEF") == "" }
