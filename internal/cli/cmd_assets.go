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
	var f askFlags
	var wanted desk.AssetsAsk
	cmd := &cobra.Command{
		Use:     "assets [TEXT]",
		Short:   "List the assets that the register knows, and what is to do in each",
		Example: "  reeve assets\n  reeve assets shop --kind repository --team payments\n  reeve assets --json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			wanted.Text = strings.Join(args, " ")
			return answer(cmd.Context(), w, &f, func(b book) (desk.Page[desk.Asset], error) { return b.Assets(cmd.Context(), wanted) },
				func(page desk.Page[desk.Asset]) error {
					t := table(w, "ASSET\tTEAM\tCRITICAL\tHIGH\tMEDIUM\tLOW\tLOOKED")
					for _, a := range page.Items {
						fmt.Fprintf(t, "%s:%s\t%s\t%s\t%s\n", a.Kind, visible(a.Name), orDash(a.Team), levelsOf(a.Active), dayOrDash(a.Looked))
					}
					return more(w, t, len(page.Items), page.Total)
				})
		},
	}
	f.add(cmd)
	cmd.Flags().StringVar(&wanted.Kind, "kind", "", "only assets of this kind")
	cmd.Flags().StringVar(&wanted.Team, "team", "", "only assets of this team; none for those of nobody")
	cmd.Flags().IntVar(&wanted.Limit, "limit", 50, "how many at most")
	return cmd
}

func teamsCommand(w *World) *cobra.Command {
	var f askFlags
	var slice desk.Slice
	cmd := &cobra.Command{
		Use:   "teams",
		Short: "List the teams, what they own and what they have to do",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return answer(cmd.Context(), w, &f, func(b book) (desk.Page[desk.Team], error) { return b.Teams(cmd.Context(), slice) },
				func(page desk.Page[desk.Team]) error {
					t := table(w, "TEAM\tASSETS\tCRITICAL\tHIGH\tMEDIUM\tLOW")
					for _, team := range page.Items {
						fmt.Fprintf(t, "%s\t%d\t%s\n", visible(team.Slug), team.Assets, levelsOf(team.Active))
					}
					return more(w, t, len(page.Items), page.Total)
				})
		},
	}
	f.add(cmd)
	cmd.Flags().IntVar(&slice.Limit, "limit", 50, "how many at most")
	return cmd
}

// table begins a table.
func table(w *World, head string) *tabwriter.Writer {
	t := tabwriter.NewWriter(w.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, head)
	return t
}

// more ends a table, and says how much of it there is.
func more(w *World, t *tabwriter.Writer, n, total int) error {
	if err := t.Flush(); err != nil {
		return err
	}
	return shown(w, n, total)
}

// shown says how much of a list was shown, where that is not all of it.
func shown(w *World, n, total int) error {
	if total > n {
		fmt.Fprintf(w.Stdout, "%d of %d; --limit shows more\n", n, total)
	}
	return nil
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func dayOrDash(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Format(time.DateOnly)
}

// levelsOf are four cells of a table.
func levelsOf(l desk.Levels) string {
	return fmt.Sprintf("%d\t%d\t%d\t%d", l.Critical, l.High, l.Medium, l.Low)
}
