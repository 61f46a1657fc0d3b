package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/engines"
	"github.com/reevehq/reeve/internal/report"
	"github.com/reevehq/reeve/internal/rule"
	"github.com/reevehq/reeve/internal/syntax"
	"github.com/reevehq/reeve/rules"
)

func rulesTest(w *World) *cobra.Command {
	return &cobra.Command{
		Use:   "test [PATH…]",
		Short: "Run the cases of a team's own rules, or of all of reeve's",
		Long: `Runs the cases of rules through the engine: every bad case must be found on its marked lines,
nothing may be found in a good one. PATH is a rule folder or file; without one, reeve's own rules are tested.

Rules in Semgrep's files are run over the tests beside them: files of the same name with another ending, annotated
with "ruleid: ID" above a line that must be found, "ok: ID" above one that must not, and "todoruleid: ID" above one
that is known not to be found yet.`,
		Example: "  reeve rules test security/rules\n  reeve rules test semgrep-rules/python",
		RunE: func(_ *cobra.Command, paths []string) error {
			failed, total, err := testRules(w, paths)
			if err != nil {
				return err
			}
			fmt.Fprintf(w.Stdout, "%d rules tested, %d failed\n", total, failed)
			if failed > 0 {
				return &Outcome{Code: ExitBlocked}
			}
			return nil
		},
	}
}

func testRules(w *World, paths []string) (failed, total int, err error) {
	var own []string
	for _, path := range paths {
		if _, err := rule.LoadPath(path); err == nil {
			own = append(own, path)
			continue
		}
		trials, err := engines.TryForeign(path)
		if err != nil {
			return failed, total, err
		}
		if len(trials) == 0 {
			own = append(own, path)
		}
		f, n := showTrials(w, trials)
		failed, total = failed+f, total+n
	}
	if len(paths) > 0 && len(own) == 0 {
		return failed, total, nil
	}
	f, n, err := testOwn(w, own)
	return failed + f, total + n, err
}

// showTrials names what the rules of Semgrep's files do not do as their tests say.
func showTrials(w *World, trials []engines.ForeignTrial) (failed, total int) {
	untested := 0
	for _, t := range trials {
		for _, p := range t.Problems {
			fmt.Fprintf(w.Stdout, "%s: %s: %s\n", report.Visible(t.File), report.Visible(t.Rule), report.Visible(p))
		}
		switch {
		case len(t.Problems) > 0:
			failed, total = failed+1, total+1
		case len(t.Tests) == 0:
			untested++
		default:
			total++
		}
	}
	if untested > 0 {
		fmt.Fprintf(w.Stdout, "%d rules have no test beside them that can be read\n", untested)
	}
	return failed, total
}

func testOwn(w *World, paths []string) (failed, total int, err error) {
	chosen, err := engines.Rules(engines.Choice{Paths: paths})
	if err != nil {
		return 0, 0, err
	}
	cases, err := casesOf(paths)
	if err != nil {
		return 0, 0, err
	}
	untested := 0
	trials := engines.NewTrials(chosen.Rules)
	for _, r := range chosen.Rules {
		own, tested := cases[r.ID]
		if !tested && len(paths) > 0 {
			continue
		}
		if len(paths) == 0 {
			if own, err = rules.Cases(r.Engine, r.ID); err != nil {
				return failed, total, err
			}
		}
		trial, err := trials.Of(r)
		if errors.Is(err, syntax.ErrAbsent) {
			untested++
			continue
		}
		if err != nil {
			return failed, total, err
		}
		total++
		problems := rule.Check(r, own, trial)
		for _, p := range problems {
			fmt.Fprintf(w.Stdout, "%s: %s\n", r.ID, report.Visible(fmt.Sprint(p)))
		}
		if len(problems) > 0 {
			failed++
		}
	}
	if untested > 0 {
		fmt.Fprintf(w.Stdout, "%d rules are not tested: %v\n", untested, syntax.ErrAbsent)
	}
	return failed, total, nil
}

// casesOf gives the cases of a team's own rules, by rule; a rule without cases is there with none, so that it fails.
func casesOf(paths []string) (map[string][]rule.Case, error) {
	cases := map[string][]rule.Case{}
	for _, path := range paths {
		set, err := rule.LoadPath(path)
		if err != nil {
			return nil, err
		}
		for _, r := range set.Rules {
			cases[r.ID] = set.Cases[r.ID]
		}
	}
	return cases, nil
}
