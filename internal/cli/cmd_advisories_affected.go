package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/census"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/report"
)

// affectedFlags are the flags of affected.
type affectedFlags struct {
	knowledgeFlags
	sboms, format string
}

func advisoriesAffected(w *World) *cobra.Command {
	var f affectedFlags
	cmd := &cobra.Command{
		Use:   "affected ID --sboms DIR",
		Short: "Who has a flaw, of all SBOMs in a folder",
		Long: `Reads all CycloneDX and SPDX files in a folder and those below it, and says which of them list a
package that has the flaw, in which version, and whether what the SBOM is about asks for it itself.
An index is kept in the cache folder: what has not changed is not read again. An SBOM that cannot
be read is named, and makes the exit code 3.`,
		Example: "  reeve advisories affected CVE-2021-44228 --sboms /srv/sboms",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return f.run(cmd.Context(), w, args[0]) },
	}
	f.add(cmd)
	cmd.Flags().StringVar(&f.sboms, "sboms", "", "folder of the SBOMs")
	_ = cmd.MarkFlagRequired("sboms")
	addTextOrJSON(cmd, &f.format)
	return cmd
}

// affectedFlaw says who has one flaw.
type affectedFlaw struct {
	ID       string           `json:"id"`
	Severity finding.Severity `json:"severity"`
	Summary  string           `json:"summary,omitempty"`
	Holders  []affectedSBOM   `json:"holders"`
	// SBOMs counts those that were asked, Have those that list a package in a version that has it.
	SBOMs int `json:"sboms"`
	Have  int `json:"have"`
	// Unread are the files that could not be asked, with the reason.
	Unread map[string]string `json:"unread,omitempty"`
}

// affectedSBOM is one package in one SBOM.
type affectedSBOM struct {
	Path      string `json:"path"`
	Subject   string `json:"subject,omitempty"`
	Ecosystem string `json:"ecosystem"`
	Package   string `json:"package"`
	Version   string `json:"version,omitempty"`
	Direct    bool   `json:"direct"`
	// Unknown says why it cannot be told whether the version has the flaw; "" where it has.
	Unknown string `json:"unknown,omitempty"`
}

func (f *affectedFlags) run(ctx context.Context, w *World, id string) error {
	if err := checkTextOrJSON(f.format); err != nil {
		return err
	}
	_, db, err := f.open(w)
	if err != nil {
		return err
	}
	defer db.Close()
	flaws := db.FlawNumbers(id)
	if len(flaws) == 0 {
		return fmt.Errorf("flaw %q: no record in the database speaks of it", id)
	}
	p := newProgress(w, false)
	folder, err := census.OpenFolder(ctx, f.sboms, w.CacheDir, p.show)
	p.clear()
	if err != nil {
		return broken(err)
	}
	defer folder.Close()
	var all []affectedFlaw
	for _, n := range flaws {
		one, err := whoHas(ctx, db, folder, n)
		if err != nil {
			return broken(err)
		}
		all = append(all, *one)
	}
	if f.format == "json" {
		err = printJSON(w, all)
	} else {
		err = printAffected(w, all)
	}
	if problems := folder.Problems(); err == nil && len(problems) > 0 {
		for i, d := range problems {
			if i == 5 && f.format == "text" {
				fmt.Fprintf(w.Stderr, "reeve: and %d more\n", len(problems)-i)
				break
			}
			fmt.Fprintf(w.Stderr, "reeve: %s: %s\n", report.Visible(d.Path), report.Visible(d.Problem))
		}
		return broken(fmt.Errorf("%s could not be read, so others may have it too", count(len(problems), "file")))
	}
	return err
}

// whoHas asks the index about one flaw.
func whoHas(ctx context.Context, db *advisory.DB, folder *census.Folder, n int) (*affectedFlaw, error) {
	f, err := db.FlawAt(n)
	if err != nil {
		return nil, err
	}
	list, err := folder.Index.Holders(ctx, db, n)
	if err != nil {
		return nil, err
	}
	out := &affectedFlaw{ID: f.ID, Severity: f.Severity, Summary: f.Summary, Holders: []affectedSBOM{}}
	have := map[string]bool{}
	for _, h := range list {
		for _, d := range folder.Of(h.SBOM) {
			subject := d.Subject
			if d.Version != "" {
				subject += " " + d.Version
			}
			out.Holders = append(out.Holders, affectedSBOM{d.Path, subject, h.Ecosystem, h.Package, h.Version, h.Direct, h.Unknown})
			if h.Unknown == "" {
				have[d.Path] = true
			}
		}
	}
	sortHolders(out.Holders)
	for _, d := range folder.Documents {
		if d.Problem == "" {
			out.SBOMs++
			continue
		}
		if out.Unread == nil {
			out.Unread = map[string]string{}
		}
		out.Unread[d.Path] = d.Problem
	}
	out.Have = len(have)
	return out, nil
}

func printAffected(w *World, all []affectedFlaw) error {
	var b strings.Builder
	for i := range all {
		f := &all[i]
		fmt.Fprintf(&b, "%s  %s  %s\n", report.Visible(f.ID), f.Severity, report.Visible(f.Summary))
		if len(f.Holders) == 0 {
			fmt.Fprintf(&b, "None of %s lists a package that has it.\n", count(f.SBOMs, "SBOM"))
			continue
		}
		verb := "list"
		if f.Have == 1 {
			verb = "lists"
		}
		fmt.Fprintf(&b, "%d of %s %s a package that has it.\n", f.Have, count(f.SBOMs, "SBOM"), verb)
		last := ""
		for _, h := range f.Holders {
			if h.Path != last {
				last = h.Path
				fmt.Fprintf(&b, "\n%s", report.Visible(h.Path))
				if h.Subject != "" {
					fmt.Fprintf(&b, "  (%s)", report.Visible(h.Subject))
				}
				b.WriteString("\n")
			}
			how := "indirect"
			if h.Direct {
				how = "direct"
			}
			fmt.Fprintf(&b, "  %s  %s %s  %s", report.Visible(h.Ecosystem), report.Visible(h.Package), report.Visible(h.Version), how)
			if h.Unknown != "" {
				fmt.Fprintf(&b, "  unknown: %s", report.Visible(h.Unknown))
			}
			b.WriteString("\n")
		}
		if i < len(all)-1 {
			b.WriteString("\n")
		}
	}
	return printLines(w, b.String())
}

// sortHolders sorts by file, and what is certain before what is not.
func sortHolders(list []affectedSBOM) {
	slices.SortStableFunc(list, func(a, b affectedSBOM) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), min(len(a.Unknown), 1)-min(len(b.Unknown), 1), strings.Compare(a.Ecosystem, b.Ecosystem),
			strings.Compare(a.Package, b.Package), strings.Compare(a.Version, b.Version))
	})
}
