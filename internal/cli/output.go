package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/report"
)

// outputFlags say which reports are written, and where.
type outputFlags struct {
	format  string
	outputs []string
	colour  string
	verbose bool
	quiet   bool
	// gates tells that the command decides; else quiet prints nothing at all.
	gates bool
}

func (o *outputFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVarP(&o.format, "format", "f", "text", "what to print: "+strings.Join(formatNames(), ", "))
	f.StringArrayVarP(&o.outputs, "output", "o", nil, "also write a report to FILE, in the format its name tells or FILE:FORMAT says; may be given several times")
	f.StringVar(&o.colour, "color", "auto", "colours on the terminal: auto, always, never")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "print everything there is about each finding")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "print nothing but what blocks; reports are still written")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(formatNames(), cobra.ShellCompDirectiveNoFileComp))
}

func formatNames() []string {
	var names []string
	for _, f := range report.Formats() {
		names = append(names, f.Name)
	}
	return names
}

// write prints the result and writes the other reports. Every report is written before an error is told.
func (o *outputFlags) write(w *World, r *finding.Result) error {
	print, err := formatNamed(o.format)
	if err != nil {
		return err
	}
	for _, out := range o.outputs {
		if err := o.writeFile(out, r); err != nil {
			return err
		}
	}
	if o.quiet {
		if r = o.blocking(r); r == nil {
			return nil
		}
	}
	return print.Write(w.Stdout, r, o.options(w))
}

func (o *outputFlags) options(w *World) report.Options {
	colour := o.colour == "always" || o.colour == "auto" && w.Terminal && w.Getenv("NO_COLOR") == "" && w.Getenv("TERM") != "dumb"
	return report.Options{Colour: colour, Width: w.Width, Verbose: o.verbose}
}

// writeFile writes one report to a file, all at once: a reader never sees half of one.
func (o *outputFlags) writeFile(out string, r *finding.Result) error {
	path, format, err := splitOutput(out)
	if err != nil {
		return err
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0) // a pipe or a device: written to, not replaced
		if err != nil {
			return fmt.Errorf("write report: %w", err)
		}
		defer f.Close()
		return format.Write(f, r, report.Options{})
	}
	if err := replaceFile(path, func(f io.Writer) error { return format.Write(f, r, report.Options{}) }); err != nil {
		return fmt.Errorf("write report %q: %w", path, err)
	}
	return nil
}

// writeTo writes to a file, or to standard output where none is named.
func writeTo(w *World, path string, write func(io.Writer) error) error {
	if path == "" {
		return write(w.Stdout)
	}
	return replaceFile(path, write)
}

// replaceFile writes a file all at once: a reader never sees half of one.
func replaceFile(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".reeve-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	err = errors.Join(write(f), f.Chmod(0o644), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// splitOutput reads FILE or FILE:FORMAT.
func splitOutput(out string) (path string, format report.Format, err error) {
	if i := strings.LastIndexByte(out, ':'); i > 0 {
		if format, err := formatNamed(out[i+1:]); err == nil {
			return out[:i], format, nil
		}
	}
	extension := strings.ToLower(filepath.Ext(out))
	for _, f := range report.Formats() {
		if f.Extension == extension {
			return out, f, nil
		}
	}
	return "", format, fmt.Errorf("output %q: its name tells no format; write FILE:FORMAT with one of %s", out, strings.Join(formatNames(), ", "))
}

func formatNamed(name string) (report.Format, error) {
	if f, ok := report.Lookup(name); ok {
		return f, nil
	}
	return report.Format{}, fmt.Errorf("format %q: want one of %s", name, strings.Join(formatNames(), ", "))
}

// blocking is the part of a result that blocks; nil where nothing does, or where nobody asked for a decision.
func (o *outputFlags) blocking(r *finding.Result) *finding.Result {
	if !o.gates || r.Decision == nil || r.Decision.Action != finding.Block {
		return nil
	}
	part := *r
	part.Findings = slices.DeleteFunc(slices.Clone(r.Findings), func(f finding.Finding) bool { return f.Verdict.Action != finding.Block })
	return &part
}
