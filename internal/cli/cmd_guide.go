package cli

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/engine/sast"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/guide"
	"github.com/reevehq/reeve/internal/report"
	"github.com/reevehq/reeve/internal/rule"
	"github.com/reevehq/reeve/rules"
)

func guideCommand(w *World) *cobra.Command {
	var findings, output string
	var audit bool
	cmd := &cobra.Command{
		Use:   "guide [LANGUAGE [FRAMEWORK]]",
		Short: "Write the secure-coding guide of a language, with your own findings as examples",
		Long: `Writes a guide in Markdown out of the rules for code: by family of weakness, what goes wrong, code to
avoid, code to prefer, and what to do. With --findings the team's own findings, out of a result saved by
reeve scan, stand in as the first examples. Without a language, lists the guides that there are.`,
		Example: `  reeve guide                               which guides there are
  reeve guide python django > guide.md
  reeve scan --format json > result.json
  reeve guide javascript express --findings result.json --output guide.md`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			book := &guide.Book{Rules: rules.Of(sast.Name), Audit: audit, Cases: func(id string) ([]rule.Case, error) { return rules.Cases(sast.Name, id) }}
			if len(args) == 0 {
				return listGuides(w, book)
			}
			ask := guide.Ask{Language: args[0]}
			if len(args) > 1 {
				ask.Framework = args[1]
			}
			var err error
			if ask.Findings, err = savedFindings(findings); err != nil {
				return err
			}
			text, err := book.Write(ask)
			if err != nil {
				return err
			}
			return writeTo(w, output, func(to io.Writer) error {
				_, err := io.WriteString(to, text)
				return err
			})
		},
	}
	cmd.Flags().StringVar(&findings, "findings", "", "a saved result (JSON, JSON Lines or SARIF) whose findings are shown as examples")
	cmd.Flags().StringVarP(&output, "output", "o", "", "write to this file")
	cmd.Flags().BoolVar(&audit, "audit", false, "also take the rules that show what a person should look at")
	return cmd
}

// savedFindings reads the findings of a saved result; "" has none.
func savedFindings(path string) ([]finding.Finding, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read findings: %w", err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	r, err := report.Read(f)
	if err != nil {
		return nil, fmt.Errorf("read findings %q: %w", path, err)
	}
	slices.SortFunc(r.Findings, finding.Compare)
	return r.Findings, nil
}

// listGuides lists languages and frameworks with the number of their rules.
func listGuides(w *World, book *guide.Book) error {
	table := tabwriter.NewWriter(w.Stdout, 0, 8, 2, ' ', 0)
	fmt.Fprintln(table, "LANGUAGE\tRULES\tFRAMEWORKS")
	for _, s := range book.Shelves() {
		var frameworks []string
		for _, name := range slices.Sorted(maps.Keys(s.Frameworks)) {
			frameworks = append(frameworks, fmt.Sprintf("%s (%d)", name, s.Frameworks[name]))
		}
		fmt.Fprintf(table, "%s\t%d\t%s\n", s.Language, s.Rules, strings.Join(frameworks, ", "))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w.Stdout, "\nWrite one: reeve guide LANGUAGE [FRAMEWORK]")
	return nil
}
