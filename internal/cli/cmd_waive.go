package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/config"
)

// waiveFlags describe a waiver.
type waiveFlags struct {
	reason, until, owner, config string
}

func waiveCommand(w *World) *cobra.Command {
	var f waiveFlags
	cmd := &cobra.Command{
		Use:   "waive ID",
		Short: "Let a finding stand until a day, with a reason",
		Long: `Writes a waiver to reeve.yaml. ID is the finding's id as reports show it (at least 12 digits).
A waiver needs a reason, ends on a day at most a year ahead, and is itself reported when it has expired.`,
		Example: `  reeve waive 3f2a9c01d4e5 --reason "key of the public sandbox, rotated daily" --until 2027-03-31`,
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return f.run(w, args[0]) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.reason, "reason", "", "why the finding may stand (required)")
	flags.StringVar(&f.until, "until", "", "the last day on which the waiver holds, as YYYY-MM-DD (required)")
	flags.StringVar(&f.owner, "owner", "", "who answers for it")
	flags.StringVarP(&f.config, "config", "c", config.Name, "configuration file")
	_ = cmd.MarkFlagRequired("reason")
	_ = cmd.MarkFlagRequired("until")
	return cmd
}

func (f *waiveFlags) run(w *World, id string) error {
	waiver, err := f.waiver(w, id)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(f.config)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read configuration: %w", err)
	}
	changed, err := config.AppendWaiver(data, waiver)
	if err != nil {
		return fmt.Errorf("add a waiver to %q: %w", f.config, err)
	}
	if err := os.WriteFile(f.config, changed, 0o644); err != nil {
		return err
	}
	fmt.Fprintf(w.Stdout, "%s is waived until %s in %s. Commit that file.\n", id, f.until, f.config)
	return nil
}

func (f *waiveFlags) waiver(w *World, id string) (config.Waiver, error) {
	waiver := config.Waiver{Owner: f.owner}
	until, err := time.Parse(time.DateOnly, f.until)
	if err != nil {
		return waiver, fmt.Errorf("--until %q: want a date such as 2027-03-31", f.until)
	}
	today := w.Now().UTC().Truncate(day)
	if until.Before(today) || until.After(today.AddDate(1, 0, 1)) {
		return waiver, fmt.Errorf("--until %s: want a day from today on, at most a year ahead", f.until)
	}
	waiver.Until = config.Date{Time: until}
	if err := waiver.ID.UnmarshalText([]byte(strings.ToLower(id))); err != nil {
		return waiver, err
	}
	return waiver, waiver.Reason.UnmarshalText([]byte(f.reason))
}
