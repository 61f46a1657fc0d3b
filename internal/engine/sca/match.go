package sca

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/inventory"
)

// hit is one flaw in one package of one project: all the versions of the package that have it.
type hit struct {
	project *inventory.Project
	// at are the positions of the package's versions in the project, those that are asked for directly first.
	at      []int
	flaw    *advisory.Flaw
	matches []advisory.Match
	reach   finding.Reachability
	steps   []finding.Step
	// upgrade is the least version that mends every flaw the project has through this package, "" where there is none.
	upgrade string
	// why is the shortest chain of packages that brings it in.
	why []int
}

func (h *hit) pkg() *inventory.Package { return &h.project.Packages[h.at[0]] }

// matchAll matches every package of every project. Unsure is told of packages with a version that cannot be compared.
func (e *Engine) matchAll(ctx context.Context, projects []*inventory.Project, unsure func(p *inventory.Project, i int, why string)) ([]*hit, error) {
	var hits []*hit
	flaws := map[int]*advisory.Flaw{}
	for _, p := range projects {
		byKey := map[hitKey]*hit{}
		for i := range p.Packages {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			err := e.matchOne(&p.Packages[i], func(m advisory.Match) error {
				if m.Unknown != "" {
					unsure(p, i, m.Unknown)
					return nil
				}
				key := hitKey{m.Flaw, p.Packages[i].Ecosystem, p.Packages[i].Name}
				h := byKey[key]
				if h == nil {
					flaw, err := e.flaw(flaws, m.Flaw)
					if err != nil {
						return err
					}
					h = &hit{project: p, flaw: flaw}
					byKey[key] = h
					hits = append(hits, h)
				}
				if !slices.Contains(h.at, i) {
					h.at = append(h.at, i)
					h.matches = append(h.matches, m)
				}
				return nil
			})
			if err != nil {
				return nil, err
			}
		}
	}
	ways := map[*inventory.Project]inventory.Ways{}
	for _, h := range hits {
		h.order()
		w, known := ways[h.project]
		if !known {
			w = h.project.Ways()
			ways[h.project] = w
		}
		h.why = w.To(h.at[0])
	}
	slices.SortStableFunc(hits, byIdentity)
	upgrades(hits)
	return hits, nil
}

// order puts what is needed for production and asked for directly first: it speaks for the finding.
func (h *hit) order() {
	type version struct {
		at    int
		match advisory.Match
	}
	list := make([]version, len(h.at))
	for i := range h.at {
		list[i] = version{h.at[i], h.matches[i]}
	}
	weight := func(v version) int {
		p := &h.project.Packages[v.at]
		w := 0
		if p.Scope != inventory.Production {
			w += 2
		}
		if !p.Direct {
			w++
		}
		return w
	}
	slices.SortStableFunc(list, func(a, b version) int { return cmp.Compare(weight(a), weight(b)) })
	for i, v := range list {
		h.at[i], h.matches[i] = v.at, v.match
	}
}

// upgrades works out for each package of each project the least version that mends all its flaws.
func upgrades(hits []*hit) {
	type key struct {
		project         *inventory.Project
		ecosystem, name string
	}
	groups := map[key][]*hit{}
	for _, h := range hits {
		k := key{h.project, h.pkg().Ecosystem, h.pkg().Name}
		groups[k] = append(groups[k], h)
	}
	for _, group := range groups {
		to := least(group)
		for _, h := range group {
			h.upgrade = to
		}
	}
}

// least is the greatest of the versions that mend each flaw first; "" where one has none, or versions cannot be compared.
func least(group []*hit) string {
	to := ""
	for _, h := range group {
		for _, m := range h.matches {
			if len(m.Fixed) == 0 {
				return ""
			}
			order, err := advisory.Compare(h.pkg().Ecosystem, m.Fixed[0], to)
			if to != "" && err != nil {
				return ""
			}
			if to == "" || order > 0 {
				to = m.Fixed[0]
			}
		}
	}
	return to
}

// hitKey tells hits of one project apart.
type hitKey struct {
	flaw            int
	ecosystem, name string
}

func (e *Engine) flaw(known map[int]*advisory.Flaw, number int) (*advisory.Flaw, error) {
	if f, ok := known[number]; ok {
		return f, nil
	}
	f, err := e.options.Advisories.FlawAt(number)
	if err != nil {
		return nil, err
	}
	known[number] = &f
	return &f, nil
}

// matchOne asks for the flaws of one package: those of the source package too where it is a distribution's.
func (e *Engine) matchOne(p *inventory.Package, found func(advisory.Match) error) error {
	if isLocal(p) {
		return nil
	}
	var failed error
	ask := func(name, version string) error {
		return e.options.Advisories.Match(advisory.Query{Ecosystem: p.Ecosystem, Name: name, Version: version}, func(m advisory.Match) {
			if failed == nil {
				failed = found(m)
			}
		})
	}
	name, version := p.Name, p.Version
	if p.Source.Name != "" {
		name = p.Source.Name
	}
	if p.Source.Version != "" {
		version = p.Source.Version
	}
	if err := ask(name, version); err != nil || failed != nil {
		return firstError(err, failed)
	}
	if name != p.Name && !strings.HasPrefix(p.Ecosystem, "Debian") && !strings.HasPrefix(p.Ecosystem, "Ubuntu") {
		if err := ask(p.Name, p.Version); err != nil {
			return err
		}
	}
	return failed
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
