package sca

import (
	"context"
	"fmt"

	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/reach"
)

// reachAll finds out for each hit whether the faulty code can be called. Where the code is not at hand (an image, an SBOM)
// it stays unknown and says why.
func (e *Engine) reachAll(ctx context.Context, t *engine.Target, hits []*hit) error {
	if len(hits) == 0 {
		return nil
	}
	var asked []*hit
	var questions []reach.Question
	for _, h := range hits {
		if h.project.Role == inventory.Installed || t.Tree == nil {
			h.reach = finding.Reachability{State: finding.ReachUnknown, Because: fmt.Sprintf("Whether the faulty code is called is not known: the code of an %s is not followed.", t.Asset.Kind)}
			continue
		}
		asked = append(asked, h)
		questions = append(questions, question(h))
	}
	if len(asked) == 0 {
		return nil
	}
	answers, err := reach.New(t.Tree, e.options.Reach).AskAll(ctx, questions)
	if err != nil {
		return err
	}
	for i, a := range answers {
		asked[i].reach, asked[i].steps = a.Reach, a.Steps
	}
	return nil
}

// question asks about the package of a hit.
func question(h *hit) reach.Question {
	pkg := h.pkg()
	q := reach.Question{
		Ecosystem: pkg.Ecosystem, Name: pkg.Name, Version: pkg.Version, Dir: h.project.Dir,
		Direct: pkg.Direct, Alone: !required(h.project, h.at),
	}
	for _, s := range h.matches[0].Symbols {
		q.Symbols = append(q.Symbols, symbols(s))
	}
	return q
}

func symbols(s advisory.Symbols) reach.Symbols {
	return reach.Symbols{Path: s.Path, Names: s.Names, GOOS: s.GOOS, GOARCH: s.GOARCH}
}

// required tells whether any package of the project requires one of those at the positions.
func required(p *inventory.Project, at []int) bool {
	wanted := map[int]bool{}
	for _, i := range at {
		wanted[i] = true
	}
	for i := range p.Packages {
		for _, n := range p.Packages[i].Requires {
			if wanted[n] {
				return true
			}
		}
	}
	return false
}
