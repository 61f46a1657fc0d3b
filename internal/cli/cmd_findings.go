package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/report"
)

// findingsFlags are the flags of findings.
type findingsFlags struct {
	askFlags
	order string
	limit int
	past  pastFlags
}

func findingsCommand(w *World) *cobra.Command {
	var f findingsFlags
	cmd := &cobra.Command{
		Use:   "findings [QUERY]",
		Short: "List what the register knows, the worst first",
		Long: `Lists findings of the register. QUERY is what the search box of the pages takes: conditions
that must all hold, with alternatives behind commas, and a minus for the contrary:

  state:open level:critical,high team:payments -tool:trivy kev:yes due:<7d path:src/** "sql injection"

Without a query it lists what is still to do.

With --as-of it lists what findings were at the end of a day, exactly, from the log. QUERY then holds
state, level, team and asset (as KIND:NAME) alone; without it, it is what was still to do then.
What was learned later counts, as --known is now: with the same day it is what people knew then.`,
		Example: `  reeve findings
  reeve findings 'level:critical internet:open'
  reeve findings 'asset:shop class:sca' --order due --json
  reeve findings --as-of 2026-03-01 'level:critical,high asset:repository:acme/shop'
  reeve findings show 17
  reeve findings set 17 18 --state accepted --why "behind the VPN until the move" --until 2026-12-31`,
		RunE: func(cmd *cobra.Command, args []string) error {
			query := strings.Join(args, " ")
			if f.past.asOf != "" {
				return f.runPast(cmd.Context(), w, query)
			}
			return f.run(cmd.Context(), w, query)
		},
	}
	f.add(cmd)
	cmd.Flags().StringVar(&f.order, "order", "", "score, level, due, opened, changed, closed, asset; with a minus in front for the reverse (default by risk)")
	cmd.Flags().IntVar(&f.limit, "limit", 30, "how many at most")
	f.past.add(cmd)
	cmd.AddCommand(findingsShowCommand(w), findingsSetCommand(w))
	return cmd
}

func (f *findingsFlags) run(ctx context.Context, w *World, query string) error {
	if f.past.known != "" {
		return errors.New("--known says what knowledge counts for --as-of: say that too")
	}
	ask := desk.Ask{Query: cmp.Or(query, "state:active"), Order: f.order, Limit: f.limit}
	return answer(ctx, w, &f.askFlags, func(b book) (desk.List, error) { return b.Findings(ctx, ask) }, func(list desk.List) error {
		for i := range list.Items {
			writeRow(w, &list.Items[i])
		}
		if list.Total == 0 {
			fmt.Fprintf(w.Stdout, "Nothing matches %s\n", visible(list.Query))
		}
		return shown(w, len(list.Items), list.Total)
	})
}

// pastFlags ask about the past.
type pastFlags struct{ asOf, known string }

func (f *pastFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.asOf, "as-of", "", "list what was so at the end of this day (UTC), or at a moment like 2026-03-01T12:00:00Z")
	cmd.Flags().StringVar(&f.known, "known", "", "for --as-of: only what was known by the end of this day, or at a moment (default all that is known now)")
	cmd.MarkFlagsMutuallyExclusive("as-of", "order")
}

func (f *findingsFlags) runPast(ctx context.Context, w *World, query string) error {
	ask, err := f.past.ask(query)
	if err != nil {
		return err
	}
	ask.Limit = f.limit
	return answer(ctx, w, &f.askFlags, func(b book) (desk.Past, error) { return b.AsOf(ctx, ask) }, func(past desk.Past) error {
		var levels []string
		for _, l := range past.Levels {
			if len(ask.Levels) == 0 || slices.Contains(ask.Levels, l.Name) {
				levels = append(levels, fmt.Sprintf("%d %s", l.Count, l.Name))
			}
		}
		fmt.Fprintln(w.Stdout, strings.TrimSuffix(fmt.Sprintf("%s as of %s: %s", plural(past.Total, "finding", "findings"), f.past.asOf, strings.Join(levels, ", ")), ": "))
		for i := range past.Items {
			writeRow(w, &past.Items[i].Row, "since "+past.Items[i].Since.Format(time.DateOnly))
		}
		return shown(w, len(past.Items), past.Total)
	})
}

// ask reads the days and the few conditions that the past can be asked for.
func (f *pastFlags) ask(query string) (ask desk.PastAsk, err error) {
	if ask.At, err = dayOrMoment("--as-of", f.asOf); err != nil {
		return ask, err
	}
	if ask.Known, err = dayOrMoment("--known", f.known); err != nil {
		return ask, err
	}
	fields := map[string]*[]string{"state": &ask.States, "level": &ask.Levels, "team": &ask.Teams, "asset": &ask.Assets}
	for _, term := range strings.Fields(query) {
		name, values, _ := strings.Cut(term, ":")
		to := fields[name]
		if to == nil || values == "" {
			return ask, fmt.Errorf("query %q: the past can be asked for state, level, team and asset, like level:critical,high", term)
		}
		*to = append(*to, strings.Split(values, ",")...)
	}
	return ask, nil
}

// dayOrMoment reads a moment, or a day, which stands for its end.
func dayOrMoment(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return day.AddDate(0, 0, 1).Add(-time.Microsecond), nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, fmt.Errorf("%s %q: want a day like 2026-03-01, or a moment like 2026-03-01T12:00:00Z", flag, text)
	}
	return t, nil
}

// writeRow writes a finding in two lines, with what else there is to say about it.
func writeRow(w *World, r *desk.Row, more ...string) {
	fmt.Fprintf(w.Stdout, "%6d  %3d %-8s  %s\n", r.ID, r.Score, r.Level, visible(r.Title))
	parts := []string{visible(r.Asset)}
	for _, p := range []string{r.Component, r.Place, r.Flaw} {
		if p != "" {
			parts = append(parts, visible(p))
		}
	}
	if r.State != string(register.Open) {
		parts = append(parts, r.State)
	}
	if r.Team != "" {
		parts = append(parts, "team "+visible(r.Team))
	}
	switch {
	case r.Overdue:
		parts = append(parts, "overdue since "+r.Due.Format(time.DateOnly))
	case !r.Due.IsZero() && register.State(r.State).Active():
		parts = append(parts, "due "+r.Due.Format(time.DateOnly))
	}
	fmt.Fprintf(w.Stdout, "%22s%s\n", "", strings.Join(append(parts, more...), " · "))
}

func findingsShowCommand(w *World) *cobra.Command {
	var f askFlags
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show one finding: why it ranks so, what to do, and what happened to it",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := findingID(args[0])
			if err != nil {
				return err
			}
			return answer(cmd.Context(), w, &f, func(b book) (desk.Finding, error) { return b.Finding(cmd.Context(), id) }, func(one desk.Finding) error {
				writeFinding(w, &one)
				return nil
			})
		},
	}
	f.add(cmd)
	return cmd
}

func findingID(text string) (int64, error) {
	id, err := strconv.ParseInt(strings.TrimPrefix(text, "#"), 10, 64)
	if err != nil || id <= 0 {
		return 0, fmt.Errorf("finding %q: want a number, as lists show it", text)
	}
	return id, nil
}

func writeFinding(w *World, f *desk.Finding) {
	writeRow(w, &f.Row)
	section := func(title string, lines []string) {
		if len(lines) == 0 {
			return
		}
		fmt.Fprintf(w.Stdout, "\n%s\n", title)
		for _, l := range lines {
			fmt.Fprintf(w.Stdout, "  %s\n", visible(l))
		}
	}
	section("What", []string{f.Text.Message})
	if r := f.Text.Rank; r != nil {
		section("Why this rank", r.Because)
		section("What would change it", r.Would)
	}
	section("What to do", nonEmpty(f.Text.Fix.Text, f.About.Fix))
	var seen, history []string
	for _, s := range f.Seen {
		text := s.Tool
		if s.Ref != "" {
			text += " on " + s.Ref
		}
		if s.Gone != 0 {
			text += ", no longer"
		}
		seen = append(seen, text)
	}
	section("Seen by", seen)
	for _, h := range f.History {
		history = append(history, fmt.Sprintf("%s  %s: %s", h.At.Format("2006-01-02 15:04"), h.Actor, h.Why))
	}
	section("What happened", history)
}

func nonEmpty(texts ...string) []string {
	for _, t := range texts {
		if t != "" {
			return strings.Split(strings.TrimSpace(t), "\n")
		}
	}
	return nil
}

// visible makes text from outside safe for a terminal: what is not printable is shown as what it is.
func visible(s string) string { return report.Visible(s) }

// setFlags are the flags of findings set.
type setFlags struct {
	register          registerFlags
	state, why, until string
	team, assign, due string
	query             string
}

func findingsSetCommand(w *World) *cobra.Command {
	var f setFlags
	cmd := &cobra.Command{
		Use:   "set [ID…]",
		Short: "Say what became of findings: acknowledged, fixed, accepted, whose they are",
		Long: `Changes findings, all of those named or none. A fix that is claimed is proven or disproven by
the next look. False positives and accepted risks need a reason, and an acceptance an end.`,
		Example: `  reeve findings set 17 --state fixed --why "upgraded in #412"
  reeve findings set --query 'rule:md5 path:test/**' --state false-positive --why "fixtures"`,
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd.Context(), w, args, cmd) },
	}
	f.register.add(cmd)
	fl := cmd.Flags()
	fl.StringVar(&f.state, "state", "", "open, acknowledged, in-progress, fixed, false-positive or accepted")
	fl.StringVar(&f.why, "why", "", "the reason, or a note")
	fl.StringVar(&f.until, "until", "", "the day on which an acceptance ends")
	fl.StringVar(&f.team, "team", "", "the team that owns them; \"\" for nobody")
	fl.StringVar(&f.assign, "assign", "", "who works on them, by login; \"\" for nobody")
	fl.StringVar(&f.due, "due", "", "the day to commit to")
	fl.StringVar(&f.query, "query", "", "all findings of this query instead of named ones")
	return cmd
}

func (f *setFlags) run(ctx context.Context, w *World, args []string, cmd *cobra.Command) error {
	d := desk.Decision{Query: f.query, Act: desk.Act{State: register.State(f.state), Why: f.why}}
	for _, a := range args {
		id, err := findingID(a)
		if err != nil {
			return err
		}
		d.Findings = append(d.Findings, id)
	}
	if len(d.Findings) == 0 && d.Query == "" {
		return fmt.Errorf("name findings, or --query")
	}
	var err error
	if d.Until, err = endOfDay(f.until); err != nil {
		return err
	}
	if d.Due, err = endOfDay(f.due); err != nil {
		return err
	}
	if cmd.Flags().Changed("team") {
		d.Team = &f.team
	}
	if cmd.Flags().Changed("assign") {
		d.Assignee = &f.assign
	}
	b, done, err := f.register.book(ctx, w)
	if err != nil {
		return err
	}
	defer done() //nolint:errcheck // what was written is written
	changed, err := b.Decide(ctx, d)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.Stdout, "%s changed (event %d).\n", plural(changed.Findings, "finding", "findings"), changed.Event)
	return err
}

// endOfDay reads a day; it ends when the day ends, UTC.
func endOfDay(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return t, fmt.Errorf("day %q: want one like 2026-12-31", text)
	}
	return t.AddDate(0, 0, 1).Add(-time.Second), nil
}
