package image

import (
	"cmp"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/rule"
)

// ruled reads the rules of this engine from their folders.
func ruled(t testing.TB) []rule.Rule {
	t.Helper()
	entries, err := os.ReadDir("../../../rules/image")
	if err != nil {
		t.Fatal(err)
	}
	var out []rule.Rule
	for _, e := range entries {
		r, err := rule.Load(os.DirFS("../../../rules"), Name, e.Name())
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}

func made(t testing.TB, rules []rule.Rule, today time.Time) *Engine {
	t.Helper()
	e, err := New(rules, Options{Key: finding.Key("test"), Today: today})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

var day = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func TestRules_cases(t *testing.T) {
	rules := ruled(t)
	used := map[string]bool{}
	for _, r := range rules {
		t.Run(r.ID, func(t *testing.T) {
			cases, err := rule.LoadCases(os.DirFS("../../../rules"), Name, r.ID)
			if err != nil {
				t.Fatal(err)
			}
			with := made(t, rules, day)
			without := made(t, slices.DeleteFunc(slices.Clone(rules), func(o rule.Rule) bool { return o.ID == r.ID }), day)
			for _, p := range rule.Check(r, cases, rule.Trial{LookSet: with.LookCases, WithoutSet: without.LookCases}) {
				t.Error(p)
			}
		})
		var m struct{ Check string }
		if err := json.Unmarshal([]byte(r.Match), &m); err != nil {
			t.Fatal(err)
		}
		used[m.Check] = true
	}
	for name := range checks() {
		if !used[name] {
			t.Errorf("no rule names the check %q", name)
		}
	}
}

func TestRules_severitiesAreHonest(t *testing.T) {
	want := map[string]finding.Severity{"image-runs-as-root": finding.Medium, "image-without-healthcheck": finding.Info, "image-distribution-end-of-life": finding.High}
	for _, r := range ruled(t) {
		if s, ok := want[r.ID]; ok && s != r.Severity {
			t.Errorf("%s is %s", r.ID, r.Severity)
		}
		if !strings.HasPrefix(r.ID, "image-") {
			t.Errorf("%s could be a rule of another engine", r.ID)
		}
	}
}

func byRule(found []finding.Finding) []string {
	var out []string
	for _, f := range found {
		out = append(out, f.Rule)
	}
	slices.SortFunc(out, cmp.Compare[string])
	return out
}
