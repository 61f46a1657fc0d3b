package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/ingest"
	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/vex"
)

// importFlags are the flags of import.
type importFlags struct {
	register registerFlags
	about    aboutFlags
	tool     string
	source   string
	root     string
	format   string
	key      string
}

// aboutFlags say what was looked at.
type aboutFlags struct {
	asset, ref string
	partial    bool
}

func (f *aboutFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.asset, "asset", "", "what was looked at, as KIND:NAME (repository:acme/shop); for reports that do not say so")
	cmd.Flags().StringVar(&f.ref, "ref", "", "the branch or tag that was looked at")
	cmd.Flags().BoolVar(&f.partial, "partial", false, "the tool did not look at everything: what is absent is not taken to be fixed")
}

// assetKinds are the kinds that people may name.
var assetKinds = []string{"repository", "image", "application", "url", "host", "account", "cluster", "directory", "sbom"}

// parse reads KIND:NAME; without a kind it is a repository.
func (f *aboutFlags) parse() (finding.Asset, error) {
	if f.asset == "" {
		return finding.Asset{}, nil
	}
	kind, name, found := strings.Cut(f.asset, ":")
	for _, k := range assetKinds {
		if found && k == kind && name != "" {
			return finding.Asset{Kind: kind, Name: name}, nil
		}
	}
	if !found {
		return finding.Asset{Kind: "repository", Name: f.asset}, nil
	}
	return finding.Asset{}, fmt.Errorf("asset %q: want KIND:NAME, with a kind of %s", f.asset, strings.Join(assetKinds, ", "))
}

func importCommand(w *World) *cobra.Command {
	var f importFlags
	cmd := &cobra.Command{
		Use:   "import FILE…",
		Short: "Bring reports of any tool into the register",
		Long: `Reads reports of other tools into the register: each of them whole, or not at all. What tool
wrote a report is told by what it holds; --tool names its format where that is not enough.
FILE may be - for standard input, and may be compressed with gzip or zstd.

The CODEOWNERS and catalog-info.yaml of the repository go along, where it is a repository that is
named and the files are in this folder: by them the register knows whose a finding is.

What a report no longer finds was fixed, and is verified as such; what comes back is a
regression. A report that is partial proves nothing about what it does not hold.

With --format json nothing is kept: findings are printed as JSON, one a line.

Formats:
` + strings.Join(wrapWords(formatsRead(), 90), "\n"),
		Example: `  reeve import semgrep.json trivy.json --asset repository:acme/shop --ref main
  reeve import zap.xml --server https://reeve.example.com
  trivy image -f json shop:1.2 | reeve import - --asset image:shop
  reeve import nessus.nessus --format json | jq .message`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd.Context(), w, args) },
	}
	f.register.add(cmd)
	f.about.add(cmd)
	cmd.Flags().StringVar(&f.tool, "tool", "auto", "the format of the reports")
	cmd.Flags().StringVar(&f.source, "source", "", "another name for the tool: the same tool with other rules, or in another folder, is another source")
	cmd.Flags().StringVar(&f.root, "root", ".", "folder of the repository that --asset names, whose CODEOWNERS and catalog-info.yaml go along; \"\" for none")
	cmd.Flags().StringVarP(&f.format, "format", "f", "text", "text for what became of them, json to print findings and keep nothing")
	cmd.Flags().StringVar(&f.key, "key", "", "an idempotency key: repeating the import with it gives the first one's answer")
	return cmd
}

// formatsRead names every format that is read.
func formatsRead() string {
	var names []string
	for _, f := range ingest.Formats() {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}

func (f *importFlags) run(ctx context.Context, w *World, paths []string) error {
	if f.format == "json" {
		return f.print(ctx, w, paths)
	}
	if f.format != "text" {
		return fmt.Errorf("format %q: want text or json", f.format)
	}
	asset, err := f.about.parse()
	if err != nil {
		return err
	}
	book, done, err := f.register.book(ctx, w)
	if err != nil {
		return err
	}
	defer done()                    //nolint:errcheck // what was written is written
	debug.SetMemoryLimit(150 << 20) // a long report is better read in little memory than a little sooner; the database has some of its own
	about := register.Import{Format: f.tool, Tool: f.source, Asset: asset, Ref: f.about.ref, Partial: f.about.partial, Key: f.key}
	if asset.Kind == "repository" {
		ownFiles(w, &about, f.root)
	}
	for _, path := range paths {
		receipt, err := f.bring(ctx, w, book, about, path)
		if err != nil {
			return broken(fmt.Errorf("import %s: %w; nothing of it was taken", path, err))
		}
		writeReceipt(w, path, &receipt)
	}
	return nil
}

// bring brings one report in.
func (f *importFlags) bring(ctx context.Context, w *World, to book, about register.Import, path string) (receipt register.Receipt, err error) {
	about.Name = filepath.Base(path)
	open := func() (io.ReadCloser, int64, error) { return openReport(w, path) }
	if path == "-" && f.register.serverAddress(w) != "" { // it comes once, and may have to be sent again
		kept, err := keep(func(to io.Writer) error { _, err := io.Copy(to, w.Stdin); return err })
		if err != nil {
			return receipt, err
		}
		defer os.Remove(kept) //nolint:errcheck // a temporary file
		open = func() (io.ReadCloser, int64, error) { return openReport(w, kept) }
	}
	return to.Import(ctx, about, open)
}

// keep writes something to a temporary file, which nobody else can read, so that it can be sent again after an error on the way.
func keep(write func(io.Writer) error) (path string, err error) {
	file, err := os.CreateTemp("", "reeve-import-*")
	if err != nil {
		return "", err
	}
	if err = errors.Join(write(file), file.Close()); err != nil {
		return "", errors.Join(err, os.Remove(file.Name()))
	}
	return file.Name(), nil
}

// openReport opens a report and gives its length, -1 where that is not known.
func openReport(w *World, path string) (io.ReadCloser, int64, error) {
	if path == "-" {
		return io.NopCloser(w.Stdin), -1, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, 0, fmt.Errorf("open report: %w", err)
	}
	info, err := file.Stat()
	if err != nil {
		return nil, 0, errors.Join(fmt.Errorf("open report: %w", err), file.Close())
	}
	return file, info.Size(), nil
}

// writeReceipt says what became of a report.
func writeReceipt(w *World, path string, r *register.Receipt) {
	fmt.Fprintf(w.Stdout, "%s: %s, %s\n", path, visible(tool(r)), plural(r.Read, "finding", "findings"))
	fmt.Fprintf(w.Stdout, "  %s", visible(outcomes(r)))
	if r.Superseded == "" {
		fmt.Fprintf(w.Stdout, " (event %d)", r.Event)
	}
	fmt.Fprintln(w.Stdout)
	for _, p := range r.Header.Partial {
		fmt.Fprintf(w.Stdout, "  partial: %s\n", visible(p))
	}
	for _, n := range r.Notes {
		fmt.Fprintf(w.Stdout, "  note: %s\n", visible(n))
	}
}

// tool is the program that made a report, with its version.
func tool(r *register.Receipt) string {
	return strings.TrimSpace(r.Header.Tool.Name + " " + r.Header.Tool.Version)
}

// outcomes says in a line what became of a report.
func outcomes(r *register.Receipt) string {
	if r.Superseded != "" {
		return "nothing was changed: " + r.Superseded
	}
	var parts []string
	for _, p := range []struct {
		n    int
		text string
	}{
		{r.New, "new"}, {r.Regressions, "came back"}, {r.Joined, "known from elsewhere"}, {r.Moved, "moved or changed"},
		{r.Same, "as before"}, {r.Verified, "verified as fixed"}, {r.Twice, "said twice"},
	} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.text))
		}
	}
	if r.Packages > 0 {
		parts = append(parts, plural(r.Packages, "package", "packages"))
	}
	if r.Statements > 0 {
		parts = append(parts, plural(r.Statements, "statement", "statements"))
	}
	if len(parts) == 0 {
		return "nothing in it, nothing to change"
	}
	return strings.Join(parts, ", ")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return fmt.Sprintf("1 %s", one)
	}
	return fmt.Sprintf("%d %s", n, many)
}

// print reads reports and prints their findings, one JSON text a line. It stops at the first report that cannot be read whole.
func (f *importFlags) print(ctx context.Context, w *World, paths []string) error {
	for _, path := range paths {
		report, _, err := openReport(w, path)
		if err != nil {
			return err
		}
		p := &printer{enc: json.NewEncoder(w.Stdout)}
		_, err = ingest.Read(ctx, filepath.Base(path), report, f.tool, p)
		_ = report.Close()
		if err != nil {
			return broken(fmt.Errorf("read %s: %w", path, err))
		}
	}
	return nil
}

// printer prints findings as they come.
type printer struct{ enc *json.Encoder }

func (p *printer) Begin(ingest.Format) error                 { return nil }
func (p *printer) Rule(finding.Rule) error                   { return nil }
func (p *printer) Finding(f finding.Finding) error           { return p.enc.Encode(&f) }
func (p *printer) Package(inventory.Package, []string) error { return nil }
func (p *printer) Statement(vex.Statement) error             { return nil }
func (p *printer) Note(string)                               {}
