package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/git"
	"github.com/reevehq/reeve/internal/report"
	"github.com/reevehq/reeve/internal/setup"
)

func initCommand(w *World) *cobra.Command {
	return &cobra.Command{
		Use:   "init [DIR]",
		Short: "Set up a repository: configuration, hook, pipeline step",
		Long: `Writes reeve.yaml, installs the pre-commit hook and prints the step for the pipeline it sees.
It asks nothing, and leaves files that somebody else wrote as they are.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "."
			if len(args) > 0 {
				dir = args[0]
			}
			repo, err := git.Open(cmd.Context(), dir)
			if err != nil {
				return fmt.Errorf("open repository %q: %w", dir, err)
			}
			if repo.WorkTree == "" {
				return fmt.Errorf("%q is a bare repository: put this into its hooks/pre-receive instead, executable:\n\n%s", dir, setup.Step("pre-receive.sh"))
			}
			hooks, err := repo.HooksDir(cmd.Context())
			if err != nil {
				return err
			}
			remotes, err := repo.Remotes(cmd.Context())
			if err != nil {
				return err
			}
			done, err := setup.Init(setup.Place{Root: repo.WorkTree, Hooks: hooks, Remotes: remotes})
			for _, d := range done {
				fmt.Fprintf(w.Stdout, "%s: %s\n", report.Visible(d.What), d.How)
				if d.Text != "" {
					fmt.Fprintf(w.Stdout, "\n%s\n", indent(d.Text))
				}
			}
			if err == nil {
				fmt.Fprintln(w.Stdout, "\nNow: reeve scan --history")
			}
			return err
		},
	}
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n    ") + "\n"
}
