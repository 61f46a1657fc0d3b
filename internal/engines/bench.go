package engines

import (
	"context"
	"slices"

	"github.com/reevehq/reeve/internal/archive"
	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/engine/secret"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/rule"
)

// Trial is what a rule's cases are run with: the product itself with all the rules, and without that one.
func Trial(r rule.Rule, all []rule.Rule) (rule.Trial, error) {
	with, err := bench(all)
	if err != nil {
		return rule.Trial{}, err
	}
	others := slices.DeleteFunc(slices.Clone(all), func(o rule.Rule) bool { return o.ID == r.ID })
	without, err := bench(others)
	return rule.Trial{Look: with, Without: without, Mint: secret.Sample}, err
}

// benchKey makes the fingerprints of a trial; they are compared with one another and leave nothing behind.
var benchKey = finding.Key("bench")

func bench(all []rule.Rule) (rule.Look, error) {
	list, err := All(Needs{Rules: all, Key: benchKey})
	if err != nil {
		return nil, err
	}
	pass := engine.NewPass(list, archive.Limits{})
	return func(path string, data []byte) []finding.Finding {
		w := pass.Worker()
		found, _ := w.Look(context.Background(), &engine.Content{Path: path, Data: data})
		var holds []finding.Finding
		for _, f := range append(found, w.Name(path)...) {
			f.Location.Path = path + f.Location.Path
			if pass.Place(&f, f.Location.Path) {
				holds = append(holds, f)
			}
		}
		return holds
	}, nil
}
