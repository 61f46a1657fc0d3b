package cli

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/desk"
)

func assetsCommand(w *World) *cobra.Command {
	var f registerFlags
	var ask desk.AssetsAsk
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "assets [TEXT]",
		Short:   "List the assets that the register knows, and what is to do in each",
		Example: "  reeve assets\n  reeve assets shop --kind repository --team payments\n  reeve assets --json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ask.Text = strings.Join(args, " ")
			b, done, err := f.book(cmd.Context(), w)
			if err != nil {
				return err
			}
			defer done() //nolint:errcheck // it was only read
			page, err := b.Assets(cmd.Context(), ask)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(w, page)
			}
			t := tabwriter.NewWriter(w.Stdout, 0, 4, 2, ' ', 0)
			fmt.Fprintln(t, "ASSET\tTEAM\tCRITICAL\tHIGH\tMEDIUM\tLOW\tLOOKED")
			for _, a := range page.Items {
				looked := "-"
				if !a.Looked.IsZero() {
					looked = a.Looked.Format(time.DateOnly)
				}
				fmt.Fprintf(t, "%s:%s\t%s\t%s\t%s\n", a.Kind, visible(a.Name), orDash(a.Team), levelsOf(a.Active), looked)
			}
			return more(w, t, len(page.Items), page.Total)
		},
	}
	f.add(cmd)
	cmd.Flags().StringVar(&ask.Kind, "kind", "", "only assets of this kind")
	cmd.Flags().StringVar(&ask.Team, "team", "", "only assets of this team; none for those of nobody")
	cmd.Flags().IntVar(&ask.Limit, "limit", 50, "how many at most")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func teamsCommand(w *World) *cobra.Command {
	var f registerFlags
	var slice desk.Slice
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "teams",
		Short: "List the teams, what they own and what they have to do",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			b, done, err := f.book(cmd.Context(), w)
			if err != nil {
				return err
			}
			defer done() //nolint:errcheck // it was only read
			page, err := b.Teams(cmd.Context(), slice)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(w, page)
			}
			t := tabwriter.NewWriter(w.Stdout, 0, 4, 2, ' ', 0)
			fmt.Fprintln(t, "TEAM\tASSETS\tCRITICAL\tHIGH\tMEDIUM\tLOW")
			for _, team := range page.Items {
				fmt.Fprintf(t, "%s\t%d\t%s\n", team.Slug, team.Assets, levelsOf(team.Active))
			}
			return more(w, t, len(page.Items), page.Total)
		},
	}
	f.add(cmd)
	cmd.Flags().IntVar(&slice.Limit, "limit", 50, "how many at most")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// more ends a table, and says how much of it there is.
func more(w *World, t *tabwriter.Writer, shown, total int) error {
	if err := t.Flush(); err != nil {
		return err
	}
	if total > shown {
		fmt.Fprintf(w.Stdout, "%d of %d; --limit shows more\n", shown, total)
	}
	return nil
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// levelsOf are four cells of a table.
func levelsOf(l desk.Levels) string {
	return fmt.Sprintf("%d\t%d\t%d\t%d", l.Critical, l.High, l.Medium, l.Low)
}
