package sca

import (
	"fmt"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/inventory"
)

// nameNearPopular reports packages that the project asks for under a name one slip away from one that everybody knows. What only
// other packages need was not typed here.
func nameNearPopular(v *supplyView, s *Supply, report func(fault)) {
	own := ownNames(v.docs)
	for _, p := range v.projects {
		known := popularIn(p.Ecosystem)
		if known == nil || p.Role == inventory.Installed || isFixture(p.File) {
			continue
		}
		way, seen := waysOf(p), map[string]bool{}
		for i := range p.Packages {
			pkg := &p.Packages[i]
			if !pkg.Direct || seen[pkg.Name] || isLocal(pkg) || own[[2]string{p.Ecosystem, pkg.Name}] || isInternal(s, pkg.Name) {
				continue
			}
			if a, ok := addressOf(pkg.Origin); ok && !isPublic(p.Ecosystem, a.server()) {
				continue // somebody has said where it comes from
			}
			seen[pkg.Name] = true
			meant := known.meant(p.Ecosystem, pkg.Name)
			if meant == "" {
				continue
			}
			report(fault{
				at: v.placeOf(p, i), identity: []string{p.Name, p.Ecosystem, pkg.Name}, component: way.component(i), confidence: sure(finding.Tentative),
				message: fmt.Sprintf("%s is one slip away from %s, which everybody knows, and is not known itself.", clip(pkg.Name), meant),
				fix:     fmt.Sprintf("Look the package up: who publishes it, since when, from which repository. If %s was meant, ask for that, and take every machine that installed %s for compromised.", meant, clip(pkg.Name)),
			})
		}
	}
}
