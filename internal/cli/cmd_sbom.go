package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/gate"
	"github.com/reevehq/reeve/internal/sbom"
)

// sbomFlags are the flags of sbom.
type sbomFlags struct {
	look   lookFlags
	format string
	output string
}

func sbomCommand(w *World) *cobra.Command {
	var f sbomFlags
	cmd := &cobra.Command{
		Use:   "sbom [TARGET]",
		Short: "Write the bill of materials of a target",
		Long: `Lists every package in a target and writes it as a software bill of materials, the same
byte for byte for the same content: no clock and no random number goes into it.

A target is a folder (default .), image:REF or sbom:FILE, as for reeve scan.`,
		Example: `  reeve sbom --format cyclonedx --output shop.cdx.json
  reeve sbom image:registry.example.com/shop:1.2 --format spdx
  reeve sbom sbom:old.spdx.json --format cyclonedx`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.run(cmd.Context(), w, append(args, ".")[0])
		},
	}
	f.look.add(cmd)
	cmd.Flags().StringVarP(&f.format, "format", "f", "cyclonedx", "how to write it: cyclonedx (1.6, JSON) or spdx (2.3, JSON)")
	cmd.Flags().StringVarP(&f.output, "output", "o", "", "write it to this file (default standard output)")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(sbomFormats, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

var sbomFormats = []string{"cyclonedx", "spdx"}

func (f *sbomFlags) run(ctx context.Context, w *World, arg string) error {
	if !slices.Contains(sbomFormats, f.format) {
		return fmt.Errorf("format %q: want one of %s", f.format, strings.Join(sbomFormats, ", "))
	}
	c, err := f.look.inventory(ctx, w, arg)
	if err != nil {
		return err
	}
	bill := billOf(c)
	write := func(out io.Writer) error {
		o := sbom.Options{Version: w.Build.Version}
		if f.format == "spdx" {
			return sbom.WriteSPDX(out, bill, o)
		}
		return sbom.WriteCycloneDX(out, bill, o)
	}
	if err := writeTo(w, f.output, write); err != nil {
		return fmt.Errorf("write SBOM: %w", err)
	}
	return complete(c)
}

// complete says what of a target could not be read: a bill that lacks it must not be taken for whole.
func complete(c *gate.Contents) error {
	var missing []string
	for _, u := range c.Unread {
		missing = append(missing, fmt.Sprintf("%q: %s", u.What, u.Why))
	}
	for name, why := range c.Failed {
		missing = append(missing, name+": "+why)
	}
	if len(missing) == 0 {
		return nil
	}
	slices.Sort(missing)
	return broken(errors.New("not everything could be read, so the list is incomplete: " + strings.Join(missing, "; ")))
}
