// Package cli is the door for people and pipelines: one file a command. A command reads flags, calls the flow or the
// package that does the work, and prints. It must hold no logic that another door (the API) would need too.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
)

// Exit codes. They mean the same for every command.
const (
	ExitClean      = 0 // nothing blocks
	ExitBlocked    = 1 // the gate blocks
	ExitUsage      = 2 // wrong usage or configuration
	ExitIncomplete = 3 // could not look at everything
)

// World is everything a command takes from outside, so that tests and other programs can put something else there.
type World struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Terminal tells that Stdout is a terminal, StderrTerminal that Stderr is; Width is the terminal's, in columns.
	Terminal, StderrTerminal bool
	Width                    int
	Getenv                   func(string) string
	Now                      func() time.Time
	// ConfigDir, CacheDir and StateDir are the user's own folders for reeve.
	ConfigDir, CacheDir, StateDir string
	Build                         Build
}

// Build says what this binary is.
type Build struct {
	Version, Commit, Date, Go string
	// Stamp tells one program file from another: what one has kept of its work another takes up only where it would do the same.
	Stamp string
}

// Run carries out one command line and gives the exit code.
func Run(ctx context.Context, w *World, arguments []string) int {
	root := Root(w)
	root.SetArgs(arguments)
	err := root.ExecuteContext(ctx)
	var outcome *Outcome
	switch {
	case err == nil:
		return ExitClean
	case errors.As(err, &outcome):
		if outcome.Err != nil {
			fmt.Fprintf(w.Stderr, "reeve: %v\n", outcome.Err)
		}
		return outcome.Code
	case ctx.Err() != nil:
		fmt.Fprintln(w.Stderr, "reeve: interrupted; nothing was decided")
		return ExitIncomplete
	}
	fmt.Fprintf(w.Stderr, "reeve: %v\n", err)
	return ExitUsage
}

// Outcome is an end that is not success: an exit code and, where something went wrong, the error that people read.
type Outcome struct {
	Code int
	Err  error
}

func (o *Outcome) Error() string {
	if o.Err == nil {
		return fmt.Sprintf("exit code %d", o.Code)
	}
	return o.Err.Error()
}

// Unwrap gives the error behind the outcome.
func (o *Outcome) Unwrap() error { return o.Err }

// broken is for a look that could not be finished.
func broken(err error) error {
	if err == nil {
		return nil
	}
	return &Outcome{Code: ExitIncomplete, Err: err}
}

// Root makes the command tree.
func Root(w *World) *cobra.Command {
	root := &cobra.Command{
		Use:   "reeve",
		Short: "Looks at what a team ships, judges it by real risk, and acts at the gate",
		Long: `reeve looks at code, dependencies, secrets, infrastructure, pipelines and images,
judges what it finds by the real risk, and acts at the gate.

Exit codes: 0 nothing blocks, 1 the gate blocks, 2 wrong usage or configuration,
3 could not look at everything.`,
		Example: `  reeve scan                    look at this folder
  reeve scan --history          look at everything git ever stored here
  reeve gate                    look at what this branch changes, and decide
  reeve rules explain ID        why a finding matters and what to do
  reeve init                    set up this repository: configuration, hook, pipeline`,
		SilenceUsage: true, SilenceErrors: true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: false},
	}
	root.SetIn(w.Stdin)
	root.SetOut(w.Stdout)
	root.SetErr(w.Stderr)
	root.AddCommand(scanCommand(w), gateCommand(w), reviewCommand(w), initCommand(w), rulesCommand(w), guideCommand(w), convertCommand(w), waiveCommand(w), secretsCommand(w),
		sbomCommand(w), vexCommand(w), advisoriesCommand(w), fixCommand(w), lspCommand(w),
		serveCommand(w), workerCommand(w), importCommand(w), findingsCommand(w), assetsCommand(w), teamsCommand(w), metricsCommand(w), registerCommand(w), versionCommand(w))
	return root
}
