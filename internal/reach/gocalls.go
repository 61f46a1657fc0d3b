package reach

import (
	"context"
	"fmt"
	"go/types"
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/reevehq/reeve/internal/finding"
)

// byCalls answers from one call graph for all questions, or, where something of the build is missing, from what is here.
func (a *Analysis) byCalls(ctx context.Context, p *goProject, qs []*goQuestion) []Answer {
	targets := map[*goPackage]bool{}
	for _, q := range qs {
		for pkg := range q.targets() {
			targets[pkg] = true
		}
	}
	p.b = newBudget(a.o.Budget)
	answers := make([]Answer, len(qs))
	each := func(ask func(*goQuestion) Answer) []Answer {
		for i, q := range qs {
			answers[i] = a.guarded(func() Answer { return ask(q) })
		}
		return answers
	}
	gap := p.gaps(true)
	if gap == "" {
		var c *goCalls
		var err error
		broken := a.guarded(func() Answer { c, gap, err = p.callGraph(ctx, targets); return Answer{} })
		switch {
		case err != nil:
			return each(func(*goQuestion) Answer { return p.cannot(err) })
		case broken.Reach.Because != "":
			gap = broken.Reach.Because
		case gap == "":
			return each(func(q *goQuestion) Answer { return c.answer(ctx, q) })
		}
	}
	u := newUniverse(p, targets, true)
	var l *goLoose
	var err error
	broken := a.guarded(func() Answer {
		if err = u.check(ctx); err == nil {
			l = u.loose()
		}
		return Answer{}
	})
	return each(func(q *goQuestion) Answer {
		switch {
		case err != nil:
			return p.cannot(err)
		case l == nil:
			return broken
		}
		return l.answer(q, gap)
	})
}

// callGraph makes the call graph, or gives the sentence that says why there is none.
func (p *goProject) callGraph(ctx context.Context, targets map[*goPackage]bool) (c *goCalls, gap string, err error) {
	u := newUniverse(p, targets, false)
	if err := u.check(ctx); err != nil {
		return nil, "", err
	}
	if u.flawed != "" {
		return nil, u.flawed, nil
	}
	c, err = u.buildSSA(ctx)
	if err == nil {
		err = c.walkCalls(ctx)
	}
	switch {
	case err == nil:
		return c, "", nil
	case err == errBudget || ctx.Err() != nil:
		return nil, "", err
	}
	return nil, err.Error(), nil
}

// first is the faulty function that is reached first.
func (r *goReached) first(q *goQuestion) *ssa.Function {
	for _, f := range r.order {
		if q.sink(f) {
			return f
		}
	}
	return nil
}

// answer answers from the call graph.
func (c *goCalls) answer(ctx context.Context, q *goQuestion) Answer {
	for _, r := range []*goReached{c.sure, c.likely} {
		if f := r.first(q); f != nil {
			steps := c.steps(r, f)
			if len(q.Symbols) == 0 {
				return answer(finding.Imported, steps, "the advisory names no faulty function; of the package, %s is called%s%s", functionName(f), c.builtFor(), way(steps))
			}
			return answer(finding.Reachable, steps, "%s is called%s%s", functionName(f), c.builtFor(), way(steps))
		}
	}
	if f := c.wide.first(q); f != nil {
		steps := c.steps(c.wide, f)
		return answer(finding.Imported, steps, "no certain call of %s was found, but other code may call it%s", functionName(f), way(steps))
	}
	loaded := q.faulty[slices.IndexFunc(q.faulty, func(pkg *goPackage) bool { return len(c.u.p.mains) == 0 || c.u.p.byMain[pkg] })]
	if len(q.symbols) == 0 || len(q.symbols[loaded.path]) == 0 {
		return answer(finding.Imported, c.u.p.importSteps(loaded), "%s is loaded, but none of its functions is called", "package "+loaded.path)
	}
	if why, state := c.nameless(q); why != "" {
		return answer(state, c.u.p.importSteps(loaded), "%s", why)
	}
	if len(c.u.p.mains) > 0 {
		if c.offered == nil {
			var err error
			if c.offered, err = c.walkWide(ctx, c.exported()); err != nil {
				return c.u.p.cannot(err)
			}
		}
		if f := c.offered.first(q); f != nil {
			steps := c.steps(c.offered, f)
			return answer(finding.Imported, steps, "no program of the project calls %s, but its exported functions can%s", functionName(f), way(steps))
		}
	}
	return c.unreached(q)
}

// unreached answers where no path was found: proven, unless files that this build leaves out could know better.
func (c *goCalls) unreached(q *goQuestion) Answer {
	why, err := c.excluded(q)
	if err == nil && why == "" {
		why, err = c.hidden(q)
	}
	if err == nil && why == "" {
		why, err = c.u.p.excludedImport(c.u.p.seen, q.wants)
	}
	if err != nil {
		return c.u.p.cannot(err)
	}
	if why != "" {
		return unknown("nothing that is built for %s calls %s, but %s", c.u.p.platform(), q.what(), why)
	}
	from := "any program of the project"
	if len(c.u.p.mains) == 0 {
		from = "any exported function of the module"
	}
	return answer(finding.NotReachable, nil, "no call path leads from %s to %s%s", from, q.what(), c.limits())
}

// builtFor says for which platform, where it is not the usual one.
func (c *goCalls) builtFor() string {
	if p := c.u.p.platform(); p != "linux/amd64" {
		return " in a build for " + p
	}
	return ""
}

// way is a path in one line: its ends, and how long it is.
func way(steps []finding.Step) string {
	last := steps[len(steps)-1].Message
	switch n := len(steps) - 1; n {
	case 0, 1:
		return ": " + last
	default:
		name, _, _ := strings.Cut(steps[0].Message, ": ")
		return fmt.Sprintf(", %d hops from %s: %s", n, name, last)
	}
}

// nameless looks for faulty names that are no functions in this build. It gives a sentence where that leaves the question open.
func (c *goCalls) nameless(q *goQuestion) (string, finding.ReachState) {
	for _, pkg := range q.faulty {
		ch := c.u.checked[pkg]
		if ch == nil || ch.types == nil {
			continue
		}
		for _, name := range q.symbols[pkg.path] {
			base, method, isMethod := strings.Cut(name, ".")
			object := ch.types.Scope().Lookup(base)
			if isMethod && object != nil && hasMethod(object, method) {
				continue
			}
			if _, ok := object.(*types.Func); ok && !isMethod {
				continue
			}
			if object != nil && !isMethod {
				return fmt.Sprintf("%s.%s is not a function, and package %s is loaded", pkg.path, name, pkg.path), finding.Imported
			}
			for _, f := range pkg.files {
				if f.excluded != "" && !f.never {
					return fmt.Sprintf("%s.%s is not among what is built for %s, and file %s is built for %s only", pkg.path, name, c.u.p.platform(), path.Join(pkg.shown, f.name), f.excluded), finding.ReachUnknown
				}
			}
		}
	}
	return "", ""
}

func hasMethod(o types.Object, name string) bool {
	n, ok := types.Unalias(o.Type()).(*types.Named)
	if !ok {
		return false
	}
	for m := range n.Methods() {
		if m.Name() == name {
			return true
		}
	}
	return false
}

// limits names what the call graph does not follow and the code on the way does.
func (c *goCalls) limits() string {
	var said []string
	for _, f := range c.wide.order {
		for _, e := range c.calls(f) {
			if e.to.Name() == "MethodByName" && packageOf(e.to) != nil && packageOf(e.to).Path() == "reflect" && len(said) < 3 {
				at := c.location(e.pos, f)
				said = append(said, fmt.Sprintf("%s:%d", at.Path, at.Region.StartLine))
			}
		}
	}
	if len(said) == 0 {
		return ""
	}
	return " (methods called by reflection are not followed: " + strings.Join(said, ", ") + ")"
}
