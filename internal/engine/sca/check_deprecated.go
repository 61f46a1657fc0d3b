package sca

import (
	"fmt"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// deprecatedPackage reports packages that their maintainers have given up, as the lock file says: those the project asks for itself,
// and those that come with them, under the one that brings them.
func deprecatedPackage(v *supplyView, _ *Supply, report func(fault)) {
	for _, p := range v.projects {
		if p.Role != inventory.Lock || isSample(p.File) {
			continue
		}
		way := waysOf(p)
		brought, seen := map[int][]string{}, map[string]bool{}
		for i := range p.Packages {
			pkg := &p.Packages[i]
			if pkg.Deprecated == "" || isLocal(pkg) || seen[label(pkg)] {
				continue
			}
			seen[label(pkg)] = true
			if pkg.Direct {
				report(fault{
					at: v.placeOf(p, i), identity: []string{p.Name, p.Ecosystem, pkg.Name}, component: way.component(i),
					message: fmt.Sprintf("%s is given up by its maintainers%s.", clip(label(pkg)), quoted(pkg.Deprecated)),
					fix:     fmt.Sprintf("Replace %s; what is found wrong in it will not be mended.", clip(pkg.Name)),
				})
			} else if way.from[i] >= 0 {
				brought[way.first[i]] = append(brought[way.first[i]], clip(label(pkg)))
			}
		}
		for i := range p.Packages {
			names := brought[i]
			if len(names) == 0 || p.Packages[i].Deprecated != "" {
				continue
			}
			slices.Sort(names)
			report(fault{
				at: v.placeOf(p, i), identity: []string{p.Name, p.Ecosystem, p.Packages[i].Name, "brings"}, component: way.component(i),
				message: fmt.Sprintf("%s brings %s that their maintainers have given up: %s.", clip(label(&p.Packages[i])), many(len(names), "package"), listed(names)),
				fix:     fmt.Sprintf("Upgrade %s to a version that no longer needs them, or replace it.", clip(p.Packages[i].Name)),
			})
		}
	}
}

// quoted gives the maintainers' words, where they are more than that.
func quoted(words string) string {
	words = strings.Join(strings.Fields(words), " ")
	if words == "deprecated" || words == "abandoned" || words == "" {
		return ""
	}
	return fmt.Sprintf(" (%q)", strings.TrimSuffix(clip(words), "."))
}
