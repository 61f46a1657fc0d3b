package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
)

func registerCommand(w *World) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "register",
		Short: "Read, check, seal, rebuild and export the register's log",
		Long: `Everything the register knows stands in one log, in which each event carries a hash over
itself and the event before. What only reads the log (log, imports, seal, export) asks a server too;
the rest works on the database itself.`,
	}
	cmd.AddCommand(registerLogCommand(w), registerImportsCommand(w), registerVerifyCommand(w), registerSealCommand(w), registerRebuildCommand(w),
		registerExportCommand(w), registerBackupCommand(w), registerRestoreCommand(w))
	return cmd
}

// onRegister opens the register for one command.
func onRegister(ctx context.Context, w *World, f *registerFlags, do func(*opened) error) error {
	o, err := f.open(ctx, w)
	if err != nil {
		return err
	}
	return errors.Join(do(o), o.close())
}

func registerVerifyCommand(w *World) *cobra.Command {
	var f registerFlags
	var sealed string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check every hash of the log, and name what was changed",
		Long: `Reads the whole log and checks that no event and no block of it was changed, taken out or
cut off. With --seal it is also checked that the log still holds what it held when that
seal was made ("reeve register seal"): somebody who can write to the database could write a
whole new log, but not one that fits a seal kept elsewhere.

Exits 1 where something is broken.`,
		Example: "  reeve register verify\n  reeve register verify --seal seal-2026-03-01.json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			seal, err := readSeal(sealed)
			if err != nil {
				return err
			}
			return onRegister(cmd.Context(), w, &f, func(o *opened) error {
				var broken *store.Broken
				switch err := o.reg.Verify(cmd.Context(), seal); {
				case errors.As(err, &broken):
					return &Outcome{Code: ExitBlocked, Err: fmt.Errorf("the log is broken: %w", err)}
				case err != nil:
					return err
				}
				head, err := o.store.Head(cmd.Context())
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(w.Stdout, "%s, every hash fits. The last is %x.\n", plural(int(head.Seq), "event", "events"), head.Hash)
				return err
			})
		},
	}
	f.addLocal(cmd)
	cmd.Flags().StringVar(&sealed, "seal", "", "a seal that the log must still fit")
	return cmd
}

func readSeal(path string) (*register.Seal, error) {
	if path == "" {
		return nil, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read seal: %w", err)
	}
	var s register.Seal
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("read seal %q: %w", path, err)
	}
	return &s, nil
}

func registerSealCommand(w *World) *cobra.Command {
	var f registerFlags
	cmd := &cobra.Command{
		Use:     "seal",
		Short:   "Print the log's end, signed, to be kept elsewhere",
		Example: "  reeve register seal > seal-$(date +%F).json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			b, done, err := f.book(cmd.Context(), w)
			if err != nil {
				return err
			}
			defer done() //nolint:errcheck // it was only read
			seal, err := b.Seal(cmd.Context())
			if err != nil {
				return err
			}
			return printJSON(w, seal)
		},
	}
	f.add(cmd)
	return cmd
}

func registerRebuildCommand(w *World) *cobra.Command {
	var f registerFlags
	cmd := &cobra.Command{
		Use:   "rebuild",
		Short: "Make all tables again from the log",
		Long: `Empties the tables and makes them again from the log, in one transaction: either all of it
is done, or nothing is changed. The log is checked first.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return onRegister(cmd.Context(), w, &f, func(o *opened) error {
				last := time.Time{}
				err := o.reg.Rebuild(cmd.Context(), func(done, of int64) {
					if now := w.Now(); w.StderrTerminal && (done == of || now.Sub(last) > 200*time.Millisecond) {
						last = now
						fmt.Fprintf(w.Stderr, "\r%d of %d events", done, of)
					}
				})
				if w.StderrTerminal {
					fmt.Fprintln(w.Stderr)
				}
				if err != nil {
					return err
				}
				_, err = fmt.Fprintln(w.Stdout, "All tables were made again from the log.")
				return err
			})
		},
	}
	f.addLocal(cmd)
	return cmd
}

func registerExportCommand(w *World) *cobra.Command {
	var f registerFlags
	var ask desk.ExportAsk
	var out string
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write the whole log as JSON Lines",
		Long: `Writes the log in the order in which the register learned it, one JSON text a line: each event,
then the blocks of its records (packed with zstd), with which the whole register can be made again.
Last comes the seal; without it the export was cut off. Everything that is hashed is there, so that
others can check it. --after goes on where an earlier export ended.`,
		Example: `  reeve register export --output register.jsonl
  reeve register export --blocks=false | jq -c .event
  reeve register export --after 4711 --server https://reeve.example.com`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			b, done, err := f.book(cmd.Context(), w)
			if err != nil {
				return err
			}
			defer done() //nolint:errcheck // it was only read
			return writeTo(w, out, func(to io.Writer) error { return b.Export(cmd.Context(), ask, to) })
		},
	}
	f.add(cmd)
	cmd.Flags().StringVarP(&out, "output", "o", "", "write it to this file (default standard output)")
	cmd.Flags().Int64Var(&ask.After, "after", 0, "only what comes after the event of this number")
	cmd.Flags().BoolVar(&ask.Blocks, "blocks", true, "also write the records of the events")
	return cmd
}

func registerBackupCommand(w *World) *cobra.Command {
	var f registerFlags
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the register to a file while it is in use",
		Long: `Writes a copy of the register as it is at one moment, checks every hash of the copy's log, and
never writes over a file that is there. For PostgreSQL use pg_dump: see docs/operations.md.`,
		Example: "  reeve register backup /backup/register-$(date +%F).db",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			address, err := f.address(w)
			if err != nil {
				return err
			}
			head, err := store.Backup(cmd.Context(), address, args[0])
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(w.Stdout, "%s: %s, every hash fits.\n", args[0], plural(int(head.Seq), "event", "events"))
			return err
		},
	}
	f.addLocal(cmd)
	return cmd
}

func registerRestoreCommand(w *World) *cobra.Command {
	var f registerFlags
	var force bool
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Put a backup in the register's place",
		Long: `Checks a backup and puts it in the register's place. A register that is in use is left alone; one that
is there needs --force, and stays beside as PATH.before.`,
		Example: "  reeve register restore /backup/register-2026-03-01.db --force",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			address, err := f.address(w)
			if err != nil {
				return err
			}
			head, err := store.Restore(cmd.Context(), address, args[0], force)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(w.Stdout, "The register is as it was at event %d.\n", head.Seq)
			return err
		},
	}
	f.addLocal(cmd)
	cmd.Flags().BoolVar(&force, "force", false, "take the place of a register that is there")
	return cmd
}
