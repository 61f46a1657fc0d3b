package sca

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/inventory"
)

// errNoAdvisories says that nothing is known to match against.
var errNoAdvisories = errors.New("no advisory database: packages were listed and not matched. Fetch one with: reeve advisories update")

// Conclude judges all packages of a target.
func (e *Engine) Conclude(ctx context.Context, t *engine.Target, emit func(finding.Finding)) error {
	docs := Documents(t)
	projects := Projects(docs)
	notices(t, projects)
	e.checkSupply(&supplyView{target: t, docs: docs, projects: projects}, emit)
	packages := 0
	for _, p := range projects {
		packages += len(p.Packages)
	}
	switch {
	case packages == 0:
		return nil
	case e.options.Advisories == nil && e.options.Required:
		return errNoAdvisories
	case e.options.Advisories == nil:
		notice(t, errNoAdvisories.Error())
		return nil
	}
	e.checkAge(emit)
	var open undecided
	hits, err := e.matchAll(ctx, projects, open.add)
	open.tell(t)
	if err != nil {
		return fmt.Errorf("match packages: %w", err)
	}
	if err := e.reachAll(ctx, t, hits); err != nil {
		return fmt.Errorf("follow calls: %w", err)
	}
	for _, h := range hits {
		emit(e.describe(t, h))
	}
	return nil
}

func notice(t *engine.Target, text string) {
	if t.Notice != nil {
		t.Notice(text)
	}
}

// notices says what could not be told.
func notices(t *engine.Target, projects []*inventory.Project) {
	for _, n := range t.Notes {
		if u, ok := n.Value.(unreadable); ok {
			notice(t, fmt.Sprintf("%s was not read, and it stands among test data: %s", n.Path, u.why))
		}
	}
	open := map[string][]string{}
	for _, p := range projects {
		count := 0
		for i := range p.Packages {
			if p.Packages[i].Version == "" && !isLocal(&p.Packages[i]) {
				count++
			}
		}
		if count > 0 && p.Role == inventory.Manifest && p.Ecosystem != "GitHub Actions" { // those have no lock file
			open[p.Ecosystem] = append(open[p.Ecosystem], fmt.Sprintf("%s (%d)", p.File, count))
		}
		for _, u := range p.Unknown {
			notice(t, p.File+": "+u)
		}
	}
	for _, ecosystem := range slices.Sorted(keys(open)) {
		files := open[ecosystem]
		slices.Sort(files)
		more := ""
		if len(files) > 5 {
			files, more = files[:5], fmt.Sprintf(" and %d more", len(files)-5)
		}
		notice(t, fmt.Sprintf("%s: versions are not known without a lock file, so these packages were not matched: %s%s", ecosystem, strings.Join(files, ", "), more))
	}
}

func keys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// isLocal tells of a package that is part of the target itself.
func isLocal(p *inventory.Package) bool {
	return strings.HasPrefix(p.Origin, "link:") || strings.HasPrefix(p.Origin, "file:")
}

// byIdentity puts hits in an order that depends on nothing but what they are.
func byIdentity(a, b *hit) int {
	return cmp.Or(cmp.Compare(a.project.File, b.project.File), cmp.Compare(a.pkg().Name, b.pkg().Name), cmp.Compare(a.flaw.ID, b.flaw.ID))
}
