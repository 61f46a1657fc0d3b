package web

import (
	"cmp"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/facet"
	"github.com/reevehq/reeve/internal/register"
)

// holdersPage answers who has a package or a flaw.
type holdersPage struct {
	// Query is what was asked, Problem what is wrong with it.
	Query, Problem string
	// Near are the full names that were asked for in its place, where nothing is called just so.
	Near []string
	// Versions counts holders by what they hold, Total all of them, Assets the assets.
	Versions      []versionCount
	Total, Assets int
	List          []holderLine
}

// versionCount is how many hold one version of a package.
type versionCount struct {
	Name, URL string
	Count     int
}

// holderLine is who holds something, with the findings about it.
type holderLine struct {
	desk.Holder
	Flaws []chip
	// Bill is where the bill of materials says so, "" for what a finding says.
	Bill string
}

// The bounds of a page of holders.
const (
	holdersShown  = 500
	versionsShown = 40
	maxNear       = 8
)

func (v *visit) holders() error {
	p := holdersPage{Query: strings.TrimSpace(v.r.URL.Query().Get("q"))}
	status := http.StatusOK
	if p.Query != "" {
		list, err := v.holding(&p)
		switch {
		case errors.Is(err, desk.ErrInvalid), errors.Is(err, desk.ErrConflict):
			p.Problem, status = readable(err), problemOf(err).Status
		case err != nil:
			return err
		}
		p.count(list)
		if p.List, err = v.holderLines(list[:min(len(list), holdersShown)]); err != nil {
			return err
		}
	}
	return v.show(status, "holders", sheet{Title: "Find a package", Nav: "assets", Body: p})
}

// holding asks for just what was typed, and where nobody has that for the names that findings know it by and that it is a part of: "log4j" is in "log4j-core".
func (v *visit) holding(p *holdersPage) ([]desk.Holder, error) {
	list, err := v.desk.Holders(v.ctx(), v.who, p.Query)
	if err != nil || len(list) > 0 {
		return list, err
	}
	name, version, _ := strings.Cut(strings.TrimPrefix(p.Query, "@"), "@")
	q, err := facet.Query{}.With(facet.Component, "*"+strings.ReplaceAll(name, "*", "")+"*")
	if err != nil {
		return nil, nil // what no query can hold is part of no name
	}
	groups, err := v.desk.Count(v.ctx(), v.who, q.String(), facet.Component)
	if err != nil {
		return nil, err
	}
	for _, g := range groups {
		full := nameOf(g.By[0].Label)
		if len(p.Near) < maxNear && !slices.Contains(p.Near, full) && strings.Contains(strings.ToLower(full), strings.ToLower(name)) {
			p.Near = append(p.Near, full)
		}
	}
	for _, full := range p.Near {
		if version != "" {
			full += "@" + version
		}
		more, err := v.desk.Holders(v.ctx(), v.who, full)
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	return list, nil
}

// nameOf is a component's name without its version.
func nameOf(component string) string {
	if at := strings.LastIndexByte(component, '@'); at > 0 {
		return component[:at]
	}
	return component
}

func (p *holdersPage) count(list []desk.Holder) {
	versions, assets := map[string]int{}, map[int64]bool{}
	for i := range list {
		versions[register.ComponentName(list[i].Package, list[i].Version)]++
		assets[list[i].AssetID] = true
	}
	for _, name := range slices.Sorted(maps.Keys(versions)) {
		p.Versions = append(p.Versions, versionCount{name, holdersURL(name), versions[name]})
	}
	slices.SortStableFunc(p.Versions, func(a, b versionCount) int { return cmp.Compare(b.Count, a.Count) })
	p.Versions = p.Versions[:min(len(p.Versions), versionsShown)]
	p.Total, p.Assets = len(list), len(assets)
}

func (v *visit) holderLines(list []desk.Holder) ([]holderLine, error) {
	chips, err := v.chipsOf(list)
	if err != nil {
		return nil, err
	}
	var out []holderLine
	for _, h := range list {
		one := holderLine{Holder: h, Bill: billURL(h.AssetID, h.Ref), Flaws: chips[held{h.AssetID, register.ComponentName(h.Package, h.Version)}]}
		if h.Finding != 0 {
			one.Bill, one.Flaws = "", []chip{{h.Level, h.Level, findingURL(h.Finding)}}
		}
		out = append(out, one)
	}
	return out, nil
}

// chipsOf are the findings about the packages that are held, in any version.
func (v *visit) chipsOf(list []desk.Holder) (map[held][]chip, error) {
	var names []string
	for i := range list {
		name := register.ComponentName(list[i].Package, "")
		if list[i].Finding != 0 || slices.Contains(names, name) || name == "none" || name == "any" || strings.HasPrefix(name, "=") || strings.Contains(name, "*") {
			continue // it is known already, or the name would ask for something else
		}
		if _, err := (facet.Query{}).With(facet.Component, name); err == nil {
			names = append(names, name)
		}
	}
	q, err := facet.Query{}.With(facet.State, "active")
	if err != nil || len(names) == 0 {
		return nil, err
	}
	if q, err = q.With(facet.Component, names...); err != nil {
		return nil, err
	}
	return v.chips(q.String())
}
