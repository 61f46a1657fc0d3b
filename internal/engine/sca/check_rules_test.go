package sca

import (
	"context"
	"io/fs"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/rule"
)

// memory is a target's tree in memory.
type memory map[string][]byte

func (m memory) Paths() []string { return slices.Sorted(maps.Keys(m)) }

func (m memory) Read(path string) ([]byte, error) {
	data, ok := m[path]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return data, nil
}

// lookAt looks at files as at one target, with what their configuration says.
func lookAt(t testing.TB, e *Engine, files map[string][]byte) []finding.Finding {
	t.Helper()
	e, err := e.ForCase(files)
	if err != nil {
		t.Fatal(err)
	}
	target := &engine.Target{Asset: finding.Asset{Kind: "directory"}, Tree: memory(files)}
	for _, path := range target.Tree.Paths() {
		c := &engine.Content{Path: path, Data: files[path]}
		if !e.Wants(c) {
			continue
		}
		value, err := e.Note(c)
		if err != nil {
			t.Errorf("%s: %v", path, err)
		} else if value != nil {
			target.Notes = append(target.Notes, engine.Note{Path: path, Value: value})
		}
	}
	var found []finding.Finding
	if err := e.Conclude(context.Background(), target, func(f finding.Finding) { found = append(found, f) }); err != nil {
		t.Fatal(err)
	}
	return finding.Merge(found)
}

// ownRules are the rules of the folder rules/sca.
func ownRules(t testing.TB) []rule.Rule {
	t.Helper()
	all, err := rule.LoadAll(os.DirFS("../../../rules"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(r rule.Rule) bool { return r.Engine != Name })
}

func newEngine(t testing.TB, rules []rule.Rule) *Engine {
	t.Helper()
	e, err := New(rules, Options{Key: finding.Key("test")})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestRules_casesWithTheirConfiguration runs the cases of all rules, also of those that only a configuration wakes.
func TestRules_casesWithTheirConfiguration(t *testing.T) {
	all := ownRules(t)
	for _, r := range all {
		t.Run(r.ID, func(t *testing.T) {
			cases, err := rule.LoadCases(os.DirFS("../../../rules"), Name, r.ID)
			if err != nil {
				t.Fatal(err)
			}
			with := newEngine(t, all)
			without := newEngine(t, slices.DeleteFunc(slices.Clone(all), func(o rule.Rule) bool { return o.ID == r.ID }))
			trial := rule.Trial{
				LookSet:    func(files map[string][]byte) []finding.Finding { return lookAt(t, with, files) },
				WithoutSet: func(files map[string][]byte) []finding.Finding { return lookAt(t, without, files) },
			}
			for _, p := range rule.Check(r, cases, trial) {
				t.Error(p)
			}
		})
	}
}

// TestRules_everyCheckHasItsRule keeps checks and rules in step.
func TestRules_everyCheckHasItsRule(t *testing.T) {
	used := map[string]int{}
	for _, r := range ownRules(t) {
		for name := range checks() {
			if r.Match == `{"check":"`+name+`"}` {
				used[name]++
			}
		}
	}
	for name := range checks() {
		if used[name] != 1 {
			t.Errorf("check %q is named by %d rules, want one", name, used[name])
		}
	}
}
