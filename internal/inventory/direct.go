package inventory

import (
	"slices"
	"strings"
)

// markDirect marks what the manifests ask for, where the lock file itself does not say it or its reader could only infer it from
// nobody else's asking. Where the lock file says nothing of scopes either, they follow from that.
func (p *Project) markDirect(format string, manifests []*Document) {
	wanted := map[string]Package{}
	for _, d := range manifests {
		for _, pkg := range d.Packages {
			if m, twice := wanted[pkg.Name]; !twice || m.Scope != Production {
				wanted[pkg.Name] = pkg // what production asks for is production's, whoever else asks
			}
		}
	}
	if len(wanted) == 0 || p.statesDirect(format) {
		return
	}
	roots := p.choose(wanted)
	for i := range p.Packages {
		_, p.Packages[i].Direct = roots[i]
	}
	if !slices.ContainsFunc(p.Packages, func(pkg Package) bool { return pkg.Scope != Production }) {
		p.spread(roots)
	}
}

// statesDirect tells whether the lock file itself says what is asked for.
func (p *Project) statesDirect(format string) bool {
	direct := slices.ContainsFunc(p.Packages, func(pkg Package) bool { return pkg.Direct })
	switch format {
	case "yarn.lock": // the newer form lists the members of the workspace, and what they ask for
		return slices.ContainsFunc(p.Packages, func(pkg Package) bool { return strings.HasPrefix(pkg.Origin, "link:") })
	case "poetry.lock", "pdm.lock", "pylock.toml", "Pipfile.lock", "composer.lock", "mix.lock":
		return false
	}
	return direct
}

// choose gives the packages that are asked for, with the scope for which they are: of several versions of one those that no other
// package requires, else the first.
func (p *Project) choose(wanted map[string]Package) map[int]Scope {
	required := make([]bool, len(p.Packages))
	for i := range p.Packages {
		for _, n := range p.Packages[i].Requires {
			if n >= 0 && n < len(required) && n != i {
				required[n] = true
			}
		}
	}
	versions := map[string][]int{}
	for i := range p.Packages {
		name := p.Packages[i].Name
		if _, ok := wanted[name]; ok {
			versions[name] = append(versions[name], i)
		}
	}
	roots := map[int]Scope{}
	for name, list := range versions {
		free := slices.DeleteFunc(slices.Clone(list), func(i int) bool { return required[i] })
		if len(free) == 0 {
			free = list[:1]
		}
		for _, i := range free {
			roots[i] = wanted[name].Scope
		}
	}
	return roots
}

// spread gives every package the scope of what asks for it; production's word counts before all others. What nobody asks for stays
// production: what is not known to be left out is taken to run.
func (p *Project) spread(roots map[int]Scope) {
	scopes := make([]Scope, len(p.Packages))
	seen := make([]bool, len(p.Packages))
	for _, scope := range []Scope{Production, Build, Test, Development} {
		var queue []int
		for i := range p.Packages {
			if s, ok := roots[i]; ok && s == scope && !seen[i] {
				queue, seen[i], scopes[i] = append(queue, i), true, scope
			}
		}
		for head := 0; head < len(queue); head++ {
			for _, n := range p.Packages[queue[head]].Requires {
				if n >= 0 && n < len(seen) && !seen[n] {
					queue, seen[n], scopes[n] = append(queue, n), true, scope
				}
			}
		}
	}
	for i := range p.Packages {
		p.Packages[i].Scope = scopes[i]
	}
}
