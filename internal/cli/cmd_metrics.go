package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/desk"
)

// metricsFlags are the flags of metrics.
type metricsFlags struct {
	askFlags
	days     int
	from, to string
	ask      desk.MetricsAsk
}

func metricsCommand(w *World) *cobra.Command {
	var f metricsFlags
	cmd := &cobra.Command{
		Use:   "metrics",
		Short: "Show how fast faults are fixed, whether in time, what comes back and what was noise",
		Long: `Shows the figures of a window of days: how long it took to fix and to answer, which deadlines were
kept, how many fixes came back, what was found before production, what became of secrets, what gates
cost, how old the rest is, and which rules and tools are wrong. What each means exactly stands in
docs/metrics.md. As JSON every figure comes with the query that lists its findings.`,
		Example: `  reeve metrics
  reeve metrics --days 30 --team payments
  reeve metrics --from 2026-01-01 --to 2026-03-31 --asset repository:acme/shop
  reeve metrics --format json | jq .remedy.all.verified.medianSeconds
  reeve metrics overview`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			if err := f.window(w.Now()); err != nil {
				return err
			}
			return answer(ctx, w, &f.askFlags, func(b book) (desk.Metrics, error) { return b.Metrics(ctx, f.ask) }, func(m desk.Metrics) error { return writeMetrics(w, &f.ask, &m) })
		},
	}
	f.add(cmd)
	cmd.Flags().IntVar(&f.days, "days", 90, "how many days the window has")
	cmd.Flags().StringVar(&f.from, "from", "", "its first day, in place of --days")
	cmd.Flags().StringVar(&f.to, "to", "", "its last day (default today)")
	cmd.Flags().StringVar(&f.ask.Team, "team", "", "only what this team owns; none for what is nobody's")
	cmd.Flags().StringVar(&f.ask.Asset, "asset", "", "only what is about this asset, as KIND:NAME")
	cmd.MarkFlagsMutuallyExclusive("days", "from")
	cmd.AddCommand(overviewCommand(w))
	return cmd
}

// window reads the days.
func (f *metricsFlags) window(now time.Time) (err error) {
	if f.ask.From, err = dayNamed("--from", f.from); err != nil {
		return err
	}
	if f.ask.To, err = dayNamed("--to", f.to); err != nil {
		return err
	}
	if f.days < 1 {
		return fmt.Errorf("--days %d: want at least 1", f.days)
	}
	if f.ask.From.IsZero() {
		last := f.ask.To
		if last.IsZero() {
			last = now
		}
		f.ask.From = last.AddDate(0, 0, 1-f.days)
	}
	return nil
}

// dayNamed reads a day.
func dayNamed(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return t, fmt.Errorf("%s %q: want a day like 2026-12-31", flag, text)
	}
	return t, nil
}

func overviewCommand(w *World) *cobra.Command {
	var f askFlags
	cmd := &cobra.Command{
		Use:   "overview",
		Short: "Show what to fix first and why, whose time runs out, and which way it goes",
		Long: `Shows what the first page shows: what is to do, what is overdue, the trend of 90 days, what each team
has to do, what to fix first with its reason, and tools that have not looked for long.`,
		Example: "  reeve metrics overview\n  reeve metrics overview --format json | jq '.first[] | {id, score, because}'",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return answer(ctx, w, &f, func(b book) (desk.Overview, error) { return b.Overview(ctx) }, func(o desk.Overview) error { return writeOverview(w, &o) })
		},
	}
	f.add(cmd)
	return cmd
}
