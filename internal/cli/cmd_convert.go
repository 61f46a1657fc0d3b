package cli

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/report"
)

func convertCommand(w *World) *cobra.Command {
	var out outputFlags
	cmd := &cobra.Command{
		Use:   "convert RESULT",
		Short: "Turn a saved result into another format, without a scan",
		Long: `Reads a result that was saved as json, jsonl or sarif (ours, or another tool's SARIF)
and writes it in any format. RESULT is a file, or - for standard input.`,
		Example: `  reeve convert result.json --format sarif --output result.sarif
  reeve convert other-tool.sarif --format html --output report.html`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			in, name := w.Stdin, "standard input"
			if args[0] != "-" {
				f, err := os.Open(args[0])
				if err != nil {
					return err
				}
				defer f.Close()
				in, name = f, args[0]
			}
			result, err := report.Read(io.Reader(in))
			if err != nil {
				return fmt.Errorf("read %q: %w", name, err)
			}
			return out.write(w, result)
		},
	}
	out.add(cmd)
	return cmd
}
