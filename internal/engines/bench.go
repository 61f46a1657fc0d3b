package engines

import (
	"context"
	"io/fs"
	"maps"
	"slices"
	"time"

	"github.com/reevehq/reeve/internal/archive"
	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/engine/image"
	"github.com/reevehq/reeve/internal/engine/sca"
	"github.com/reevehq/reeve/internal/engine/secret"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/rule"
	"github.com/reevehq/reeve/internal/target"
)

// Trial is what a rule's cases are run with: the product itself with all the rules, and without that one.
func Trial(r rule.Rule, all []rule.Rule) (rule.Trial, error) {
	others := slices.DeleteFunc(slices.Clone(all), func(o rule.Rule) bool { return o.ID == r.ID })
	if r.Engine != secret.Name {
		with, err := benchSet(r.Engine, all)
		if err != nil {
			return rule.Trial{}, err
		}
		without, err := benchSet(r.Engine, others)
		return rule.Trial{LookSet: with, WithoutSet: without, Mint: secret.Sample}, err
	}
	with, err := bench(all)
	if err != nil {
		return rule.Trial{}, err
	}
	without, err := bench(others)
	return rule.Trial{Look: with, Without: without, Mint: secret.Sample}, err
}

// benchKey makes the fingerprints of a trial; they are compared with one another and leave nothing behind.
var benchKey = finding.Key("bench")

// benchDay is the day of a trial.
var benchDay = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// benchSet looks at the files of a case as at one target, with one engine that judges whole targets.
func benchSet(name string, all []rule.Rule) (rule.LookSet, error) {
	if name == image.Name {
		images, err := image.New(of(name, all), image.Options{Key: benchKey, Today: benchDay})
		if err != nil {
			return nil, err
		}
		return images.LookCases, nil
	}
	dependencies, err := sca.New(of(name, all), sca.Options{Key: benchKey})
	if err != nil {
		return nil, err
	}
	pass := engine.NewPass([]engine.Engine{dependencies}, archive.Limits{})
	return func(files map[string][]byte) []finding.Finding {
		w := pass.Worker()
		w.Noting = true
		t := &engine.Target{Asset: finding.Asset{Kind: "directory", Name: "case"}, Tree: caseTree(files)}
		for _, path := range t.Tree.Paths() {
			w.Look(context.Background(), &engine.Content{Path: path, Data: files[path], Mode: target.ModeFile})
		}
		t.Notes = w.Notes[0]
		var found []finding.Finding
		own, err := dependencies.ForCase(files) // a case may say what its team allows
		if err == nil {
			err = own.Conclude(context.Background(), t, func(f finding.Finding) {
				f.Engine = name
				found = append(found, f)
			})
		}
		if err != nil {
			found = append(found, finding.Finding{Rule: "error", Message: err.Error()})
		}
		return finding.Merge(found)
	}, nil
}

// caseTree gives the files of a case.
type caseTree map[string][]byte

func (t caseTree) Paths() []string { return slices.Sorted(maps.Keys(t)) }

func (t caseTree) Read(path string) ([]byte, error) {
	data, ok := t[path]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return data, nil
}

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
