package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

func versionCommand(w *World) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print which reeve this is",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			fmt.Fprintf(w.Stdout, "reeve %s", w.Build.Version)
			if w.Build.Commit != "" {
				fmt.Fprintf(w.Stdout, " (%s, %s)", w.Build.Commit, w.Build.Date)
			}
			fmt.Fprintf(w.Stdout, " %s\n", w.Build.Go)
			return nil
		},
	}
}
