package sca

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// severalLocks reports manifests with the lock files of several package managers beside them: each says something else.
func severalLocks(v *supplyView, _ *Supply, report func(fault)) {
	f := filesOf(v)
	for _, d := range v.docs {
		if d.Role != inventory.Manifest || isSample(d.Path) {
			continue
		}
		managers := lockManagers(d, f)
		if len(managers) < 2 {
			continue
		}
		var names []string
		for _, manager := range slices.Sorted(maps.Keys(managers)) {
			names = append(names, managers[manager])
		}
		fix := "Keep the lock file of the package manager that the project is built with, and delete the others."
		if used := declared(d, f); managers[used] != "" {
			names := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name == managers[used] })
			fix = fmt.Sprintf("%s says that the project is built with %s: keep %s and delete %s.", d.Path, used, managers[used], strings.Join(names, " and "))
		}
		report(fault{
			at: place(d.Path, 0), identity: []string{nameOf(d), d.Format}, fix: fix,
			message: fmt.Sprintf("%s stand beside %s: they are brought up to date by different package managers, and what is built depends on who builds.", strings.Join(names, " and "), d.Path),
		})
	}
}

// lockManagers gives the lock files beside a manifest by package manager.
func lockManagers(d *inventory.Document, f *files) map[string]string {
	known := npmLocks()
	switch d.Format {
	case "package.json":
		delete(known, "deno") // it may stand beside npm's for a tool
	case "pyproject.toml":
		known = map[string][]string{"poetry": {"poetry.lock"}, "uv": {"uv.lock"}, "pdm": {"pdm.lock"}}
	default:
		return nil
	}
	found := map[string]string{}
	for manager, names := range known {
		for _, name := range names {
			if f.has(path.Join(dirOf(d.Path), name)) {
				found[manager] = name
				break
			}
		}
	}
	if found["bun"] == "bun.lockb" {
		delete(found, "yarn") // bun writes one for people to read
	}
	return found
}

// declared is the package manager that a package.json names.
func declared(d *inventory.Document, f *files) string {
	var facts npmFacts
	if d.Format != "package.json" || json.Unmarshal(f.read(d.Path), &facts) != nil {
		return ""
	}
	name, _, _ := strings.Cut(facts.Manager, "@")
	return name
}
