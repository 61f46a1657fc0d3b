package reach

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/reevehq/reeve/internal/finding"
)

// goQuestion is a question about a Go project, and the packages of the build that it means.
type goQuestion struct {
	Question
	// faulty are the packages in the build; symbols are the faulty functions in each, nil for everything in it.
	faulty  []*goPackage
	symbols map[string][]string
}

// goQuestionOf finds the faulty packages in the build.
func (p *goProject) goQuestionOf(q Question) *goQuestion {
	g := &goQuestion{Question: q, symbols: map[string][]string{}}
	for _, s := range q.wanted() {
		if s.Path == "" {
			s.Path = q.Name
		}
		g.symbols[s.Path] = append(g.symbols[s.Path], s.Names...)
		if len(s.Names) == 0 {
			g.symbols[s.Path] = nil
		}
	}
	for _, pkg := range p.order {
		if g.wants(pkg) {
			g.faulty = append(g.faulty, pkg)
		}
	}
	return g
}

// wants tells whether a package is faulty.
func (g *goQuestion) wants(pkg *goPackage) bool {
	if len(g.symbols) > 0 {
		if _, ok := g.symbols[pkg.path]; !ok {
			return false
		}
	}
	switch {
	case g.Name == "stdlib":
		return pkg.std && !strings.HasPrefix(pkg.path, "vendor/")
	case pkg.std:
		return false
	case pkg.module != nil:
		return pkg.module.path == g.Name
	}
	return within(pkg.path, g.Name)
}

// sink tells whether a function is faulty.
func (g *goQuestion) sink(f *ssa.Function) bool {
	if f.Synthetic != "" && f.Origin() == nil || f.Parent() != nil {
		return false
	}
	pkg := packageOf(f)
	if pkg == nil || !slices.ContainsFunc(g.faulty, func(p *goPackage) bool { return p.path == pkg.Path() }) {
		return false
	}
	names := g.symbols[pkg.Path()]
	if len(names) == 0 {
		return !strings.HasPrefix(f.Name(), "init#")
	}
	return slices.Contains(names, symbolOf(f))
}

// what names what is asked about.
func (g *goQuestion) what() string {
	names := g.symbolNames()
	switch {
	case len(names) == 1:
		return names[0]
	case len(names) == 2:
		return names[0] + " or " + names[1]
	case len(names) > 2:
		return fmt.Sprintf("%s or %d more functions", names[0], len(names)-1)
	case len(g.faulty) == 1:
		return "package " + g.faulty[0].path
	}
	return "module " + g.Name
}

// packages names the packages that are asked about.
func (g *goQuestion) packages() string {
	var paths []string
	for p := range g.symbols {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	switch len(paths) {
	case 0:
		return "a package of module " + g.Name
	case 1:
		return "package " + paths[0]
	}
	return fmt.Sprintf("package %s or %d more", paths[0], len(paths)-1)
}

func (a *Analysis) askGo(ctx context.Context, t goTarget, qs []Question, at []int, answers []Answer) {
	var p *goProject
	broken := a.guarded(func() Answer { p = a.goProject(t); return Answer{} })
	if p != nil && p.err != nil {
		broken = p.cannot(p.err)
	}
	var rest []*goQuestion
	var places []int
	for _, i := range at {
		if broken.Reach.State != finding.ReachUnneeded {
			answers[i] = broken
			continue
		}
		answers[i] = a.guarded(func() Answer {
			g := p.goQuestionOf(qs[i])
			answer, done := p.byImports(g)
			if !done {
				rest, places = append(rest, g), append(places, i)
			}
			return answer
		})
	}
	if len(rest) == 0 {
		return
	}
	for n, answer := range a.byCalls(ctx, p, rest) {
		answers[places[n]] = answer
	}
}

// cannot says why nothing can be told.
func (p *goProject) cannot(err error) Answer {
	if errors.Is(err, errBudget) {
		return unknown("the code is larger than the budget of %d units for one project allows to look at", p.b.of)
	}
	return unknown("%s", shorten(err.Error(), 300))
}

// absent says of a package that its source is missing, and what would bring it.
func (p *goProject) absent(pkg *goPackage) string {
	switch {
	case pkg.std:
		return "the source of the standard library is not here"
	case pkg.module == nil:
		return "no module of go.mod holds package " + pkg.path
	case pkg.module.main:
		return "package " + pkg.path + " of the project itself is not here"
	case pkg.module.why == "":
		return "package " + pkg.path + " is not in the source of " + pkg.module.shown
	}
	return fmt.Sprintf("the source of %s is not here (%s)", pkg.module.path, pkg.module.why)
}

// gaps is the first thing that is missing of the build, "" where all is there. Without std the standard library does not count.
func (p *goProject) gaps(std bool) string {
	for _, pkg := range p.order {
		if pkg.missing() && (std || !pkg.std) && !(pkg.std && pkg.path == "C") {
			return p.absent(pkg)
		}
	}
	if p.mods.gap != "" && p.mods.vendor == nil {
		return p.mods.gap
	}
	return ""
}

// byImports answers what the imports alone tell.
func (p *goProject) byImports(g *goQuestion) (Answer, bool) {
	if g.Name == "toolchain" {
		return unknown("the flaw is in the Go toolchain, which builds the program and is no part of it"), true
	}
	if len(p.roots) == 0 {
		return unknown("no package of Go source stands in folder %q", orRoot(p.mods.dir)), true
	}
	if len(g.faulty) > 0 {
		if len(p.mains) > 0 && !slices.ContainsFunc(g.faulty, func(f *goPackage) bool { return p.byMain[f] }) {
			return p.notInPrograms(g)
		}
		return Answer{}, false
	}
	if g.Name != "stdlib" && p.mods.vendor != nil {
		if why := p.notVendored(g); why != "" {
			return answer(finding.NotReachable, nil, "%s", why), true
		}
	}
	if gap := p.gaps(g.Name == "stdlib"); gap != "" {
		return unknown("no file of the project imports %s, but %s", g.packages(), gap), true
	}
	why, err := p.excludedImport(p.seen, g.wants)
	if err != nil {
		return p.cannot(err), true
	}
	if why != "" {
		return unknown("nothing that is built for %s imports %s, but %s", p.platform(), g.packages(), why), true
	}
	if place, ok := p.testedBy(g); ok {
		return answer(finding.NotReachable, nil, "only tests import %s (%s:%d), nothing that is built does", g.packages(), place.path, place.line), true
	}
	return answer(finding.NotReachable, nil, "no package of the build imports %s", g.packages()), true
}

// testedBy is the test that imports a faulty package.
func (p *goProject) testedBy(g *goQuestion) (goPlace, bool) {
	found, ok := goPlace{}, false
	for imported, place := range p.tested {
		named := within(imported, g.Name)
		if len(g.symbols) > 0 {
			_, named = g.symbols[imported]
		}
		if named && (!ok || place.path < found.path) {
			found, ok = place, true
		}
	}
	return found, ok
}

// notVendored tells from vendor/modules.txt that no faulty package is part of the build.
func (p *goProject) notVendored(g *goQuestion) string {
	for _, pkg := range p.mods.listed[g.Name] {
		if _, ok := g.symbols[pkg]; ok || len(g.symbols) == 0 {
			return ""
		}
	}
	return fmt.Sprintf("%s does not list %s among the packages of the build", path.Join(p.mods.vendorDir, "modules.txt"), g.packages())
}

// notInPrograms answers where only packages that no program loads import the faulty one.
func (p *goProject) notInPrograms(g *goQuestion) (Answer, bool) {
	steps := p.importSteps(g.faulty[0])
	open, inner := "", ""
	leading := newUniverse(p, g.targets(), false).isRel
	for _, r := range p.roots {
		switch {
		case !leading[r]:
		case isInternal(r.path):
			inner = r.path
		default:
			open = r.path
		}
	}
	if gap := p.gaps(false); gap != "" {
		return answer(finding.Imported, steps, "package %s imports %s, and whether a program loads it is not known: %s", open+inner, g.packages(), gap), true
	}
	if open != "" {
		return answer(finding.Imported, steps, "no program of the project loads %s, but package %s does, which other modules can import", g.packages(), open), true
	}
	why, err := p.excludedImport(p.byMain, g.wants)
	switch {
	case err != nil:
		return p.cannot(err), true
	case why != "":
		return unknown("no program that is built for %s loads %s, but %s", p.platform(), g.packages(), why), true
	}
	return answer(finding.NotReachable, nil, "no program of the project loads %s: it is imported by package %s only, which no program imports", g.packages(), inner), true
}

// targets are the faulty packages as a set.
func (g *goQuestion) targets() map[*goPackage]bool {
	set := map[*goPackage]bool{}
	for _, pkg := range g.faulty {
		set[pkg] = true
	}
	return set
}

// importSteps tell how a package is loaded.
func (p *goProject) importSteps(pkg *goPackage) []finding.Step {
	var steps []finding.Step
	for ; pkg.from != nil; pkg = pkg.from {
		place := p.importPlace(pkg.from, pkg)
		steps = append(steps, finding.Step{Location: place.location(), Message: fmt.Sprintf("package %s imports %s", pkg.from.path, pkg.path)})
	}
	slices.Reverse(steps)
	return steps
}
