package sca

import (
	"cmp"
	"fmt"
	"path"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// verdict is what a team's lists say of a licence.
type verdict int

const (
	permitted verdict = iota
	denied
	notAllowed
	unknownLicence
)

// licences judges licences by a team's lists, each expression once.
type licences struct {
	supply *Supply
	seen   map[string]verdict
}

func licencesOf(s *Supply) *licences { return &licences{supply: s, seen: map[string]verdict{}} }

// of judges one expression.
func (l *licences) of(expression string) verdict {
	if v, ok := l.seen[expression]; ok {
		return v
	}
	v := permitted
	if len(l.supply.DenyLicences) > 0 && judge(expression, l.isBearable) == no {
		v = denied
	} else if len(l.supply.AllowLicences) > 0 {
		v = map[answer]verdict{yes: permitted, no: notAllowed, unsure: unknownLicence}[judge(expression, l.isGood)]
	}
	l.seen[expression] = v
	return v
}

func (l *licences) isBearable(licence string) answer {
	if isDenied(licence, l.supply.DenyLicences, l.supply.AllowLicences) {
		return no
	}
	return yes
}

func (l *licences) isGood(licence string) answer {
	if isDenied(licence, l.supply.DenyLicences, l.supply.AllowLicences) {
		return no
	}
	return isAllowed(licence, l.supply.AllowLicences)
}

// isDependency tells of packages that a project builds on. Those of a distribution are another matter: no system is without the GPL.
func isDependency(p *inventory.Project, pkg *inventory.Package) bool {
	switch baseEcosystem(cmp.Or(pkg.Ecosystem, p.Ecosystem)) {
	case "Debian", "Ubuntu", "Alpine", "Red Hat", "Rocky Linux", "AlmaLinux", "SUSE", "openSUSE", "Wolfi", "Chainguard", "MinimOS", "Mageia", "Azure Linux", "openEuler", "Bitnami", "Photon OS",
		"dpkg", "apk", "rpm", "GitHub Actions", "actions":
		return false
	}
	return !isLocal(pkg) && pkg.Arch == "" && !(pkg.Ecosystem == "Go" && (pkg.Name == "stdlib" || pkg.Name == "toolchain"))
}

// eachLicence calls do for the dependencies whose licence is judged as wanted, each name once a project.
func eachLicence(v *supplyView, s *Supply, want verdict, do func(way *ways, i int)) {
	if len(s.AllowLicences)+len(s.DenyLicences) == 0 {
		return
	}
	judged := licencesOf(s)
	for _, p := range v.projects {
		if isFixture(p.File) {
			continue
		}
		way, seen := waysOf(p), map[[2]string]bool{}
		for i := range p.Packages {
			pkg := &p.Packages[i]
			if key := [2]string{pkg.Name, pkg.Licence}; isDependency(p, pkg) && !seen[key] && judged.of(pkg.Licence) == want {
				seen[key] = true
				do(way, i)
			}
		}
	}
}

// isTool tells of a package that is only worked with.
func isTool(pkg *inventory.Package) bool { return pkg.Scope != inventory.Production }

// licenceFault is a licence that does not suit.
func licenceFault(v *supplyView, way *ways, i int, because string) fault {
	p := way.project
	pkg := &p.Packages[i]
	return fault{
		at: v.placeOf(p, i), identity: []string{p.Name, p.Ecosystem, pkg.Name, pkg.Licence}, component: way.component(i),
		message: fmt.Sprintf("%s is under the licence %s, %s.", clip(label(pkg)), clip(pkg.Licence), because),
		fix:     fmt.Sprintf("Use another package in place of %s, buy another licence, or have whoever answers for licences accept it with a waiver.", clip(pkg.Name)),
	}
}

// licenceDenied reports dependencies under licences that the team denies.
func licenceDenied(v *supplyView, s *Supply, report func(fault)) {
	eachLicence(v, s, denied, func(way *ways, i int) {
		if !isTool(&way.project.Packages[i]) {
			report(licenceFault(v, way, i, "which is denied"))
		}
	})
}

// licenceNotAllowed reports dependencies under licences that the team has not allowed.
func licenceNotAllowed(v *supplyView, s *Supply, report func(fault)) {
	eachLicence(v, s, notAllowed, func(way *ways, i int) {
		if !isTool(&way.project.Packages[i]) {
			report(licenceFault(v, way, i, "which is none of the allowed ones"))
		}
	})
}

// licenceOfTool reports packages that are only worked with: nobody is given them, so most licences ask nothing.
func licenceOfTool(v *supplyView, s *Supply, report func(fault)) {
	for _, want := range []struct {
		verdict verdict
		because string
	}{{denied, "which is denied"}, {notAllowed, "which is none of the allowed ones"}} {
		eachLicence(v, s, want.verdict, func(way *ways, i int) {
			if isTool(&way.project.Packages[i]) {
				report(licenceFault(v, way, i, want.because+", and used for "+string(way.project.Packages[i].Scope)+" only"))
			}
		})
	}
}

// licenceUnknown reports projects with dependencies of which nothing here tells the licence, where only some may be used.
func licenceUnknown(v *supplyView, s *Supply, report func(fault)) {
	if len(s.AllowLicences) == 0 {
		return
	}
	type open struct {
		names []string
		first int
	}
	found := map[*inventory.Project]*open{}
	eachLicence(v, s, unknownLicence, func(way *ways, i int) {
		p := way.project
		o := found[p]
		if o == nil {
			o = &open{first: i}
			found[p] = o
		}
		name := clip(label(&p.Packages[i]))
		if words := strings.TrimSpace(p.Packages[i].Licence); words != "" {
			name += fmt.Sprintf(" (%q)", clip(words))
		}
		o.names = append(o.names, name)
	})
	for _, p := range v.projects {
		o := found[p]
		if o == nil {
			continue
		}
		at := v.placeOf(p, o.first)
		at.Logical = nil
		report(fault{
			at: at, identity: []string{p.Name, p.Ecosystem, path.Base(p.File)},
			message: fmt.Sprintf("Nothing in %s tells the licence of %s: %s.", p.File, many(len(o.names), "package"), listed(o.names)),
			fix:     "Look the licences up, or scan what is installed (node_modules, site-packages, the image) or a bill of materials that states them.",
		})
	}
}
