package exposure

import (
	"cmp"
	"slices"
)

// maxWork bounds how many pairs of objects are compared.
const maxWork = 5_000_000

// assembly joins what files say.
type assembly struct {
	options Options
	facts   []*Facts
	byPath  map[string]*Facts
	// folders are the kustomizations by folder, inner the folders of those that others build on.
	folders map[string]*kustomization
	inner   map[string]bool
	// remote tells that the kustomization that is being built has parts elsewhere.
	remote bool
	// templates are the folders of files that were not read as they are filled in first, aboveTemplates those around them.
	templates, aboveTemplates map[string]bool
	work                      int
	// holdings counts what is known of who runs which folder; cut tells that it is not all kept.
	holdings int
	cut      bool
	m        *Map
}

// Assemble joins what the files of one target say. Facts of nil are passed over. The result does not depend on their order.
func Assemble(facts []*Facts, options Options) *Map { return assemble(facts, options, maxWork) }

func assemble(facts []*Facts, options Options, work int) *Map {
	a := &assembly{
		options: options, byPath: map[string]*Facts{}, folders: map[string]*kustomization{}, inner: map[string]bool{}, work: work,
		templates: map[string]bool{}, aboveTemplates: map[string]bool{},
		m: &Map{holders: map[string][]holding{}, files: map[string][]holding{}, apis: map[string][]*Facts{}, catalogs: map[string][]*Facts{}, declared: options.Declared},
	}
	for _, f := range facts {
		if f != nil {
			a.facts = append(a.facts, f)
		}
	}
	slices.SortStableFunc(a.facts, func(x, y *Facts) int { return cmp.Compare(x.Path, y.Path) })
	for _, f := range a.facts {
		a.byPath[f.Path] = f
		for _, n := range f.Notes {
			a.note(f.Path, n)
			a.templates[folder(f.Path)] = true
			for dir := range above(folder(f.Path)) {
				a.aboveTemplates[dir] = true
			}
		}
		if f.api != nil {
			a.m.apis[folder(f.Path)] = append(a.m.apis[folder(f.Path)], f)
		}
		if len(f.catalogs) > 0 {
			a.m.catalogs[folder(f.Path)] = append(a.m.catalogs[folder(f.Path)], f)
		}
	}
	a.cluster()
	for _, f := range a.facts {
		a.composed(f)
		a.functions(f)
		a.processes(f)
	}
	a.hold()
	if a.work < 0 || a.cut {
		a.note("", "the manifests name one another too often: some exposures are not worked out.")
	}
	return a.m
}

func (a *assembly) note(file, text string) {
	if file != "" {
		text = file + ": " + text
	}
	a.m.notes = append(a.m.notes, text)
}

// deploy adds a deployed thing.
func (a *assembly) deploy(d *deployed) *deployed {
	a.m.deployed = append(a.m.deployed, d)
	a.m.files[d.file] = append(a.m.files[d.file], holding{of: d})
	return d
}
