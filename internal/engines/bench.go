package engines

import (
	"context"
	"io/fs"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/reevehq/reeve/internal/archive"
	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/engine/image"
	"github.com/reevehq/reeve/internal/engine/sast"
	"github.com/reevehq/reeve/internal/engine/sca"
	"github.com/reevehq/reeve/internal/engine/secret"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/rule"
	"github.com/reevehq/reeve/internal/target"
)

// Trials run the cases of rules with the product itself, all rules and all but one.
type Trials struct {
	all []rule.Rule
	// code is the engine for code with every rule: reading them takes time, so it is made once.
	code func() (*sast.Engine, error)
}

// NewTrials makes the trials of rules that stand beside one another.
func NewTrials(all []rule.Rule) *Trials {
	return &Trials{all: all, code: sync.OnceValues(func() (*sast.Engine, error) {
		return sast.New(of(sast.Name, all), sast.Options{Key: benchKey, Audit: true})
	})}
}

// Of is what a rule's cases are run with. The error wraps syntax.ErrAbsent where this build cannot read their language.
func (t *Trials) Of(r rule.Rule) (rule.Trial, error) {
	if r.Engine == sast.Name {
		return t.ofCode(r)
	}
	others := slices.DeleteFunc(slices.Clone(t.all), func(o rule.Rule) bool { return o.ID == r.ID })
	if r.Engine != secret.Name {
		with, err := benchSet(r.Engine, t.all)
		if err != nil {
			return rule.Trial{}, err
		}
		without, err := benchSet(r.Engine, others)
		return rule.Trial{LookSet: with, WithoutSet: without, Mint: secret.Sample}, err
	}
	with, err := bench(t.all)
	if err != nil {
		return rule.Trial{}, err
	}
	without, err := bench(others)
	return rule.Trial{Look: with, Without: without, Mint: secret.Sample}, err
}

// ofCode runs cases of code: a rule for audits stands beside those that always run.
func (t *Trials) ofCode(r rule.Rule) (rule.Trial, error) {
	if err := sast.Lacks(r); err != nil {
		return rule.Trial{}, err
	}
	code, err := t.code()
	if err != nil {
		return rule.Trial{}, err
	}
	look := func(self bool) rule.LookSet {
		chosen := code.Only(func(o finding.Rule) bool {
			if o.ID == r.ID {
				return self
			}
			return !slices.Contains(o.Tags, sast.Audit)
		})
		return func(files map[string][]byte) []finding.Finding { return concluded(chosen, chosen, files) }
	}
	return rule.Trial{LookSet: look(true), WithoutSet: look(false), Mint: secret.Sample}, nil
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
	return func(files map[string][]byte) []finding.Finding {
		own, err := dependencies.ForCase(files) // a case may say what its team allows
		if err != nil {
			return []finding.Finding{{Rule: "error", Message: err.Error()}}
		}
		return concluded(dependencies, own, files)
	}, nil
}

// concluded is what one engine takes down and another of its kind concludes of the files of a case.
func concluded(notes, judge engine.Set, files map[string][]byte) []finding.Finding {
	w := engine.NewPass([]engine.Engine{notes}, archive.Limits{}).Worker()
	w.Noting = true
	t := &engine.Target{Asset: finding.Asset{Kind: "directory", Name: "case"}, Tree: caseTree(files)}
	var found []finding.Finding
	report := func(text string) { found = append(found, finding.Finding{Rule: "error", Message: text}) }
	if code, ok := notes.(*sast.Engine); ok && code != nil {
		t.Notice = report // what the reader would have to know is a fault of the rule
	}
	for _, path := range t.Tree.Paths() {
		w.Look(context.Background(), &engine.Content{Path: path, Data: files[path], Mode: target.ModeFile})
	}
	for _, u := range w.Unread {
		report(u.What + ": " + u.Why)
	}
	for name, why := range w.Failed {
		report(name + ": " + why)
	}
	t.Notes = w.Notes[0]
	err := judge.Conclude(context.Background(), t, func(f finding.Finding) {
		f.Engine = notes.Info().Name
		found = append(found, f)
	})
	if err != nil {
		report(err.Error())
	}
	return finding.Merge(found)
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
