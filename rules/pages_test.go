package rules_test

import (
	"os"
	"testing"

	"github.com/reevehq/reeve/internal/engine/secret"
	"github.com/reevehq/reeve/internal/rule"
)

// TestExplain_showsNoSecret looks at the page of every rule with all rules: an example must not look like a live secret.
func TestExplain_showsNoSecret(t *testing.T) {
	all := folders(t)
	bench := newBench(t, all)
	for _, f := range all {
		cases, err := rule.LoadCases(os.DirFS("."), f.engine, f.id)
		if f.err != nil || err != nil {
			continue // TestRules tells what is wrong
		}
		page := rule.Explain(f.rule, cases)
		for _, found := range look(t, bench.passes[secret.Name], "docs/rules/"+f.engine+"/"+f.id+".md", []byte(page)) {
			t.Errorf("page of %s: %s is found in line %d", f.id, found.Rule, found.Location.Region.StartLine)
		}
	}
}
