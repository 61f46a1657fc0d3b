package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/register"
)

func registerLogCommand(w *World) *cobra.Command {
	var f askFlags
	var kind string
	var limit int
	cmd := &cobra.Command{
		Use:   "log",
		Short: "List the latest events: who did what, and when",
		Long: `Lists events of the log, the latest first: their number, when the register knew, who it was, of what
kind it is, and what it says. As JSON each comes with all that is hashed.`,
		Example: "  reeve register log\n  reeve register log --kind change --limit 10\n  reeve register log --json | jq '.items[] | select(.actor == \"ada\")'",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return answer(ctx, w, &f, func(b book) (desk.Events, error) { return b.Events(ctx, kind, desk.Slice{Limit: limit}) },
				func(events desk.Events) error {
					t := table(w, "EVENT\tKNOWN\tWHO\tKIND\tWHAT")
					for i := range events.Items {
						e := &events.Items[i]
						fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%s\n", e.Seq, minuteOf(e.Known), visible(e.Actor), visible(e.Kind), visible(eventText(e)))
					}
					return andOlder(w, t.Flush(), events.Next)
				})
		},
	}
	f.add(cmd)
	cmd.Flags().StringVar(&kind, "kind", "", "only events of this kind: import, change, merge, split, set, context, enrich, clock")
	cmd.Flags().IntVar(&limit, "limit", 30, "how many at most")
	return cmd
}

// eventText says in a line what an event says. What is not understood says nothing here; JSON has it.
func eventText(e *desk.Event) string {
	var said struct {
		Receipt  *register.Receipt `json:"receipt"`
		Findings []int64           `json:"findings"`
		State    register.State    `json:"state"`
		Kinds    []string          `json:"kinds"`
		Changed  *int              `json:"changed"`
		Why      string            `json:"why"`
		register.Rang
	}
	if err := json.Unmarshal(e.Data, &said); err != nil {
		return ""
	}
	var parts []string
	if r := said.Receipt; r != nil {
		parts = append(parts, tool(r)+" about "+about(r.Assets)+": "+outcomes(r))
	}
	if n := len(said.Findings); n > 0 {
		parts = append(parts, strings.TrimSpace(plural(n, "finding", "findings")+" "+string(said.State)))
	}
	if len(said.Kinds) > 0 {
		parts = append(parts, about(said.Kinds))
	}
	if said.Changed != nil {
		parts = append(parts, plural(*said.Changed, "rank", "ranks")+" changed")
	}
	if n := len(said.Escalated); n > 0 {
		parts = append(parts, plural(n, "finding", "findings")+" escalated")
	}
	if n := len(said.Ended); n > 0 {
		parts = append(parts, plural(n, "acceptance", "acceptances")+" ended")
	}
	if said.Why != "" {
		parts = append(parts, said.Why)
	}
	return strings.Join(parts, "; ")
}

func registerImportsCommand(w *World) *cobra.Command {
	var f askFlags
	var limit int
	cmd := &cobra.Command{
		Use:     "imports",
		Short:   "List the latest imports, and what became of each",
		Example: "  reeve register imports\n  reeve register imports --limit 100 --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return answer(ctx, w, &f, func(b book) (desk.Imports, error) { return latestImports(ctx, b, limit) },
				func(imports desk.Imports) error {
					t := table(w, "EVENT\tKNOWN\tWHO\tREPORT\tABOUT\tWHAT")
					for i := range imports.Items {
						one := &imports.Items[i]
						text := outcomes(&one.Receipt)
						if one.Gate != nil {
							text += "; gate: " + one.Gate.Action
						}
						fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%s\t%s\n", one.Event, minuteOf(one.Known), visible(one.Actor), visible(tool(&one.Receipt)),
							visible(strings.TrimSpace(about(one.Receipt.Assets)+" "+one.Ref)), visible(text))
					}
					return andOlder(w, t.Flush(), imports.Next)
				})
		},
	}
	f.add(cmd)
	cmd.Flags().IntVar(&limit, "limit", 30, "how many at most")
	return cmd
}

// latestImports fills a page: one may be short, where much of the log is about what somebody may not see, and yet have a next one.
func latestImports(ctx context.Context, b book, limit int) (desk.Imports, error) {
	out, err := b.Imports(ctx, desk.Slice{Limit: limit})
	for err == nil && out.Next != "" && len(out.Items) < limit {
		var more desk.Imports
		more, err = b.Imports(ctx, desk.Slice{After: out.Next, Limit: limit - len(out.Items)})
		out.Items, out.Next = append(out.Items, more.Items...), more.Next
	}
	return out, err
}

// andOlder ends a list of what happened.
func andOlder(w *World, err error, next string) error {
	if err == nil && next != "" {
		fmt.Fprintln(w.Stdout, "There are older ones; --limit shows more")
	}
	return err
}

func minuteOf(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") }

// about names the first of some things.
func about(names []string) string {
	if len(names) > 2 {
		return fmt.Sprintf("%s and %d more", names[0], len(names)-1)
	}
	return strings.Join(names, " and ")
}
