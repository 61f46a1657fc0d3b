package rules_test

import (
	"os"
	"strconv"
	"testing"

	"github.com/reevehq/reeve/internal/engine/secret"
	"github.com/reevehq/reeve/internal/engines"
	"github.com/reevehq/reeve/internal/rule"
)

// otherDraws is how many more times the templates of each case are filled. A rule that finds one value of its
// own format in a hundred too few (a word boundary after a "-", an entropy set too high) is found out here.
const otherDraws = 25

// TestRules_holdForOtherDraws looks for the marks of every case filled with other values.
func TestRules_holdForOtherDraws(t *testing.T) {
	all := folders(t)
	bench := newBench(t, all)
	for _, f := range all {
		t.Run(f.engine+"/"+f.id, func(t *testing.T) {
			t.Parallel()
			cases, err := rule.LoadCases(os.DirFS("."), f.engine, f.id)
			if f.err != nil || err != nil || engines.Validate(f.rule) != nil {
				t.Skip("TestRules tells what is wrong")
			}
			if f.engine != secret.Name {
				t.Skip("its cases hold no templates") // what is drawn are secrets
			}
			trial := bench.trial(t, f.rule)
			missed := map[string]int{}
			for draw := range otherDraws {
				for _, c := range cases {
					filled, err := c.Fill(f.id+"#"+strconv.Itoa(draw), trial.Mint)
					if err != nil {
						t.Fatal(err)
					}
					for _, p := range rule.Compare(filled, trial.Look(c.Path, filled.Data)) {
						p.File = c.Name()
						missed[p.String()]++
					}
				}
			}
			for what, n := range missed {
				t.Errorf("%s (in %d of %d draws)", what, n, otherDraws)
			}
		})
	}
}
