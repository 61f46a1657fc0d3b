package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/gate"
	"github.com/reevehq/reeve/internal/vex"
)

// ownVEX is where a project's own statements are kept, beside its configuration; it is always read.
var ownVEX = filepath.Join(".reeve", "vex.openvex.json")

func vexCommand(w *World) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "vex",
		Short: "State which flaws do not matter here, and why",
		Long: `Statements of the Vulnerability Exploitability eXchange: which flaw affects which package
here, and which does not and why. A flaw that is stated not to affect lets the gate pass, as a
waiver with a ground that others can check. Statements are kept in ` + filepath.ToSlash(ownVEX) + `,
and read from the documents that "dependencies.vex" in reeve.yaml names.`,
	}
	cmd.AddCommand(vexAddCommand(w), vexExportCommand(w), vexImportCommand(w))
	return cmd
}

// vexAdd are the flags of vex add.
type vexAdd struct {
	pkg, status, justification, impact, action, author, dir string
}

func vexAddCommand(w *World) *cobra.Command {
	var f vexAdd
	cmd := &cobra.Command{
		Use:   "add FLAW",
		Short: "Add a statement about one flaw in one package",
		Long: `Adds a statement to ` + filepath.ToSlash(ownVEX) + `. FLAW is any of its ids (CVE, GHSA, GO-…).
"not_affected" needs a justification or an impact statement: without a ground it lets nothing pass.`,
		Example: `  reeve vex add CVE-2024-45337 --package pkg:golang/golang.org/x/crypto \
      --justification vulnerable_code_not_in_execute_path --impact "We use bcrypt only."`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(w, args[0]) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.pkg, "package", "", "the package as a purl; without a version the statement holds for every version")
	fl.StringVar(&f.status, "status", string(vex.NotAffected), "not_affected, affected, fixed or under_investigation")
	fl.StringVar(&f.justification, "justification", "", "why it does not affect: "+strings.Join(justifications(), ", "))
	fl.StringVar(&f.impact, "impact", "", "why it does not affect, in words")
	fl.StringVar(&f.action, "action", "", "what users should do, for affected")
	fl.StringVar(&f.author, "author", "", "who states it")
	fl.StringVar(&f.dir, "dir", ".", "the folder of the project")
	_ = cmd.MarkFlagRequired("package")
	return cmd
}

func justifications() []string {
	var names []string
	for _, j := range vex.Justifications() {
		names = append(names, string(j))
	}
	return names
}

func (f *vexAdd) run(w *World, flaw string) error {
	s := vex.Statement{
		Flaws: []string{flaw}, Products: []vex.Product{{ID: f.pkg}}, Status: vex.Status(f.status),
		Justification: vex.Justification(f.justification), Impact: f.impact, Action: f.action, Author: f.author, At: w.Now().UTC(),
	}
	if err := s.Valid(); err != nil {
		return fmt.Errorf("statement about %q: %w", flaw, err)
	}
	path, err := f.add(w, []vex.Statement{s})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.Stdout, "%s in %s: %s. Written to %s.\n", flaw, f.pkg, f.status, filepath.ToSlash(path))
	return err
}

// add adds statements to the project's own document.
func (f *vexAdd) add(w *World, statements []vex.Statement) (path string, err error) {
	path = filepath.Join(f.dir, ownVEX)
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return path, fmt.Errorf("read statements: %w", err)
	}
	for _, s := range statements {
		if data, err = vex.Add(data, s, cmp.Or(f.author, s.Author, "unknown"), w.Now().UTC()); err != nil {
			return path, fmt.Errorf("add statement to %q: %w", filepath.ToSlash(path), err)
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return path, err
	}
	return path, replaceFile(path, func(out io.Writer) error { _, err := out.Write(data); return err })
}

func vexImportCommand(w *World) *cobra.Command {
	var f vexAdd
	cmd := &cobra.Command{
		Use:   "import FILE…",
		Short: "Take over statements of a supplier",
		Long: `Reads OpenVEX, CSAF and CycloneDX documents and adds their statements to ` + filepath.ToSlash(ownVEX) + `.
Statements without a ground are refused, each by name.`,
		Example: "  reeve vex import supplier.csaf.json",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var all []vex.Statement
			var refused []error
			for _, path := range args {
				statements, err := readVEX(path)
				if err != nil {
					return err
				}
				for _, s := range statements {
					if err := s.Valid(); err != nil {
						refused = append(refused, fmt.Errorf("%s: %s: %w", path, strings.Join(s.Flaws, ", "), err))
						continue
					}
					all = append(all, s)
				}
			}
			path, err := f.add(w, all)
			if err != nil {
				return err
			}
			fmt.Fprintf(w.Stdout, "%d statements added to %s.\n", len(all), filepath.ToSlash(path))
			return errors.Join(refused...)
		},
	}
	cmd.Flags().StringVar(&f.dir, "dir", ".", "the folder of the project")
	return cmd
}

// vexExport are the flags of vex export.
type vexExport struct {
	look           lookFlags
	format, author string
	namespace      string
	output         string
}

func vexExportCommand(w *World) *cobra.Command {
	var f vexExport
	cmd := &cobra.Command{
		Use:   "export [TARGET]",
		Short: "State of every known flaw in a target whether it affects, with the proof",
		Long: `Looks at the target and states of every known flaw in its packages whether it affects: not
affected where that was proven (with the proof), affected where a path to the faulty function was
found (with the path), under investigation where neither is known.`,
		Example: "  reeve vex export --output shop.openvex.json\n  reeve vex export image:registry.example.com/shop:1.2 --format csaf",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.run(cmd.Context(), w, append(args, ".")[0])
		},
	}
	f.look.add(cmd)
	cmd.Flags().StringVarP(&f.format, "format", "f", "openvex", "openvex or csaf")
	cmd.Flags().StringVar(&f.author, "author", "reeve", "who states it")
	cmd.Flags().StringVar(&f.namespace, "namespace", "", "an address of the author's, such as their home page; csaf needs it")
	cmd.Flags().StringVarP(&f.output, "output", "o", "", "write it to this file (default standard output)")
	return cmd
}

func (f *vexExport) run(ctx context.Context, w *World, arg string) error {
	if !slices.Contains([]string{"openvex", "csaf"}, f.format) {
		return fmt.Errorf("format %q: want openvex or csaf", f.format)
	}
	scan := scanFlags{look: f.look}
	r, err := scan.scan(ctx, w, []string{arg})
	if err != nil {
		return err
	}
	statements := gate.Statements(r, f.author, w.Now().UTC())
	write := func(out io.Writer) error {
		o := vex.Options{Author: f.author, Namespace: f.namespace, Version: w.Build.Version, Created: w.Now().UTC()}
		if f.format == "csaf" {
			return vex.WriteCSAF(out, statements, o)
		}
		return vex.WriteOpenVEX(out, statements, o)
	}
	if err := writeTo(w, f.output, write); err != nil {
		return fmt.Errorf("write statements: %w", err)
	}
	return outcome(r, false)
}
