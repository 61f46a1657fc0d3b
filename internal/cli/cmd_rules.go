package cli

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/decision"
	"github.com/reevehq/reeve/internal/engines"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/report"
	"github.com/reevehq/reeve/internal/rule"
	"github.com/reevehq/reeve/internal/verify"
	"github.com/reevehq/reeve/rules"
)

func rulesCommand(w *World) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rules",
		Short: "The knowledge: list it, have it explained, test it, add to it",
	}
	cmd.AddCommand(rulesList(w), rulesExplain(w), rulesTest(w), rulesNew(w))
	return cmd
}

func rulesList(w *World) *cobra.Command {
	var own []string
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "list [WORD…]",
		Short:   "List the rules whose id, title or tags hold all the words",
		Example: "  reeve rules list aws\n  reeve rules list --json | jq '.[].id'",
		RunE: func(_ *cobra.Command, words []string) error {
			chosen, err := engines.Rules(engines.Choice{Paths: own})
			if err != nil {
				return err
			}
			all := slices.DeleteFunc(chosen.Rules, func(r rule.Rule) bool { return !mentions(r, words) })
			if asJSON {
				facts := make([]finding.Rule, len(all))
				for i, r := range all {
					facts[i] = r.Rule
				}
				return json.NewEncoder(w.Stdout).Encode(facts)
			}
			table := tabwriter.NewWriter(w.Stdout, 0, 8, 2, ' ', 0)
			for _, r := range all {
				fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", r.Severity, r.Engine, r.ID, report.Visible(r.Title))
			}
			if err := table.Flush(); err != nil {
				return err
			}
			fmt.Fprintf(w.Stdout, "\n%d rules. Explain one: reeve rules explain ID\n", len(all))
			return nil
		},
	}
	cmd.Flags().StringArrayVar(&own, "rules", nil, "a team's own rules beside reeve's")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func mentions(r rule.Rule, words []string) bool {
	text := strings.ToLower(r.ID + " " + r.Title + " " + strings.Join(r.Tags, " "))
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, strings.ToLower(w)) })
}

func rulesExplain(w *World) *cobra.Command {
	var own []string
	cmd := &cobra.Command{
		Use:     "explain ID",
		Short:   "What a rule finds, why it matters, what to do, with examples",
		Example: "  reeve rules explain github-pat-classic",
		Args:    cobra.ExactArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var ids []string
			for _, r := range rules.All() {
				ids = append(ids, r.ID+"\t"+r.Title)
			}
			return ids, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			r, cases, err := findRule(args[0], own)
			if err != nil {
				return err
			}
			fmt.Fprint(w.Stdout, rule.Explain(r, cases))
			if r.Verify != "" {
				fmt.Fprintf(w.Stdout, "\n## With --verify\n\n%s\n", verify.Describe(r.Verify))
			}
			return nil
		},
	}
	cmd.Flags().StringArrayVar(&own, "rules", nil, "a team's own rules beside reeve's")
	return cmd
}

// findRule finds a rule by id, with its cases, or names the rules that look like it.
func findRule(id string, own []string) (rule.Rule, []rule.Case, error) {
	for _, r := range decision.Rules() {
		if r.ID == id {
			return rule.Rule{Rule: r}, nil, nil
		}
	}
	chosen, err := engines.Rules(engines.Choice{Paths: own})
	if err != nil {
		return rule.Rule{}, nil, err
	}
	var ids []string
	for _, r := range chosen.Rules {
		if r.ID == id {
			cases, err := rules.Cases(r.Engine, r.ID)
			if err != nil {
				cases = nil // a team's own rule: its cases are beside it, not in the binary
			}
			return r, cases, nil
		}
		ids = append(ids, r.ID)
	}
	if strings.ToUpper(id) == id && strings.Contains(id, "-") || strings.HasPrefix(id, "GHSA-") {
		return rule.Rule{}, nil, fmt.Errorf("%q is a flaw and no rule of reeve's: see reeve advisories show %s", id, id)
	}
	near := alike(id, ids)
	if len(near) == 0 {
		return rule.Rule{}, nil, fmt.Errorf("rule %q: there is none; see reeve rules list", id)
	}
	return rule.Rule{}, nil, fmt.Errorf("rule %q: there is none; did you mean %s?", id, strings.Join(near, ", "))
}

// alike gives some ids that hold what was typed, or else begin with its first word.
func alike(id string, ids []string) []string {
	var holding, beginning []string
	word, _, _ := strings.Cut(id, "-")
	for _, other := range ids {
		switch {
		case strings.Contains(other, id):
			holding = append(holding, other)
		case strings.HasPrefix(other, word+"-"):
			beginning = append(beginning, other)
		}
	}
	near := append(holding, beginning...)
	return near[:min(6, len(near))]
}

func rulesNew(w *World) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:     "new ENGINE/ID",
		Short:   "Write the two files of a new rule, to be filled in",
		Example: "  reeve rules new secret/acme-api-token",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			engine, id, ok := strings.Cut(args[0], "/")
			if !ok {
				return fmt.Errorf("rule %q: want ENGINE/ID, as in secret/acme-api-token", args[0])
			}
			folder, err := rule.Scaffold(dir, engine, id)
			if err != nil {
				return err
			}
			fmt.Fprintf(w.Stdout, "%s\nFill in rule.yaml and cases.txtar, then: reeve rules test %s\n", folder, folder)
			return nil
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "rules", "the folder of rules")
	return cmd
}
