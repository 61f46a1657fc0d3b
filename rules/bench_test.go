package rules_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/reevehq/reeve/internal/archive"
	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/engine/secret"
	"github.com/reevehq/reeve/internal/engines"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/rule"
	"github.com/reevehq/reeve/internal/syntax"
)

// benches look at cases as the product does: with the engine's own pass, prefilter included. Add an engine here.
var benches = map[string]func(rules []rule.Rule) (engine.Engine, error){
	secret.Name: func(rules []rule.Rule) (engine.Engine, error) {
		return secret.New(rules, secret.Options{Key: finding.Key("cases")})
	},
}

// bench holds the rules that are sound, by engine, and the pass of each engine over them.
type bench struct {
	sound  map[string][]rule.Rule
	passes map[string]*engine.Pass
	trials map[string]*engines.Trials
}

// newBench leaves out the rules that are broken: those fail their own tests only.
func newBench(t *testing.T, all []folder) *bench {
	t.Helper()
	b := &bench{sound: map[string][]rule.Rule{}, passes: map[string]*engine.Pass{}, trials: map[string]*engines.Trials{}}
	for _, f := range all {
		if f.err == nil && engines.Validate(f.rule) == nil {
			b.sound[f.engine] = append(b.sound[f.engine], f.rule)
		}
	}
	for name, rules := range b.sound {
		if name != secret.Name {
			b.trials[name] = engines.NewTrials(rules)
			continue
		}
		pass, err := newPass(name, rules)
		if err != nil {
			t.Fatal(err)
		}
		b.passes[name] = pass
	}
	return b
}

func newPass(name string, rules []rule.Rule) (*engine.Pass, error) {
	e, err := benches[name](rules)
	if err != nil {
		return nil, err
	}
	return engine.NewPass([]engine.Engine{e}, archive.Limits{}), nil
}

// trial is what a rule's cases are run with.
func (b *bench) trial(t *testing.T, r rule.Rule) rule.Trial {
	t.Helper()
	if err := engines.Validate(r); errors.Is(err, syntax.ErrAbsent) {
		t.Skip(err)
	} else if err != nil {
		t.Fatal(err)
	}
	if r.Engine != secret.Name {
		trial, err := b.trials[r.Engine].Of(r)
		if err != nil {
			t.Fatal(err)
		}
		return trial
	}
	others := sync.OnceValue(func() *engine.Pass {
		pass, err := newPass(r.Engine, slices.DeleteFunc(slices.Clone(b.sound[r.Engine]), func(o rule.Rule) bool { return o.ID == r.ID }))
		if err != nil {
			t.Fatal(err)
		}
		return pass
	})
	return rule.Trial{
		Look:    func(path string, data []byte) []finding.Finding { return look(t, b.passes[r.Engine], path, data) },
		Without: func(path string, data []byte) []finding.Finding { return look(t, others(), path, data) },
		Mint:    secret.Sample,
	}
}

// look finds what stands in one file and what its path tells.
func look(t *testing.T, pass *engine.Pass, path string, data []byte) []finding.Finding {
	t.Helper()
	w := pass.Worker()
	found, _ := w.Look(context.Background(), &engine.Content{Path: path, Data: data})
	found = append(found, w.Name(path)...)
	for name, why := range w.Failed {
		t.Fatalf("engine %s: %s", name, why)
	}
	var placed []finding.Finding
	for _, f := range found {
		if pass.Place(&f, path+f.Location.Path) {
			placed = append(placed, f)
		}
	}
	return finding.Merge(placed)
}
