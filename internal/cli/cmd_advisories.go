package cli

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/advisory/feed"
	"github.com/reevehq/reeve/internal/config"
	"github.com/reevehq/reeve/internal/report"
)

// knowledgeFlags are the flags of every command about the advisory database.
type knowledgeFlags struct {
	config, database string
}

func (k *knowledgeFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&k.config, "config", "c", "", "configuration file (default reeve.yaml in this folder)")
	cmd.Flags().StringVar(&k.database, "database", "", "file of the database (default the user's cache folder)")
}

// knowledge is where the advisory database is, and what the configuration says about it.
type knowledge struct {
	config *config.Config
	// dir is the folder that paths of the configuration are relative to.
	dir, path string
}

// find gives the configuration and where the database is.
func (k *knowledgeFlags) find(w *World) (*knowledge, error) {
	look := lookFlags{config: k.config}
	c, dir, err := look.load(".")
	if err != nil {
		return nil, err
	}
	path := databasePath(w, k.database, c, dir)
	if path == "" {
		return nil, errors.New("there is no cache folder for this user; say where the database shall be: --database FILE")
	}
	return &knowledge{c, dir, path}, nil
}

// open opens the database.
func (k *knowledgeFlags) open(w *World) (*knowledge, *advisory.DB, error) {
	where, err := k.find(w)
	if err != nil {
		return nil, nil, err
	}
	db, err := advisory.Open(where.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, broken(fmt.Errorf("there is no advisory database %q; fetch one with: reeve advisories update", where.path))
	case err != nil:
		return nil, nil, broken(fmt.Errorf("%w; fetch a new one with: reeve advisories update", err))
	}
	return where, db, nil
}

// key is the public key that must have signed a mirror; nil where none is set.
func (k *knowledge) key() (ed25519.PublicKey, error) {
	text := string(k.config.Dependencies.SourceKey)
	if text == "" {
		return nil, nil
	}
	key, err := feed.PublicKey(text)
	if err != nil {
		return nil, fmt.Errorf("dependencies.source_key: %w", err)
	}
	return key, nil
}

func advisoriesCommand(w *World) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "advisories",
		Short: "What the world knows about packages: fetch it, carry it, look it up",
		Long: `The advisory database holds what is known about flaws in packages: OSV's records of every
ecosystem, EPSS scores, CISA's catalogue of exploited vulnerabilities, and exploit indexes.
It is one file. Scans map it into memory and need no network.`,
	}
	cmd.AddCommand(advisoriesUpdate(w), advisoriesImport(w), advisoriesExport(w), advisoriesKeygen(w), advisoriesStatus(w), advisoriesShow(w), advisoriesAffected(w))
	return cmd
}

func advisoriesImport(w *World) *cobra.Command {
	var k knowledgeFlags
	var older bool
	cmd := &cobra.Command{
		Use:   "import PATH…",
		Short: "Take records from folders, archives or bundles, without a network",
		Long: `Takes records from folders in OSV's layout (ECOSYSTEM/all.zip or ECOSYSTEM/ID.json), from single
archives and records, and from what lies beside them: epss*.csv.gz, kev.json, exploits*.csv.gz.
They are added to what the database holds, each in the place of the record with its id.

A folder or .tar that "reeve advisories export" has written takes the place of the database as a
whole. Where dependencies.source_key is set, only such a one with that key's signature is taken.`,
		Example: `  reeve advisories import /mnt/osv-mirror
  reeve advisories import npm/all.zip epss_scores-current.csv.gz --database team.db
  reeve advisories import advisories.tar`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			where, err := k.find(w)
			if err != nil {
				return err
			}
			key, err := where.key()
			if err != nil {
				return err
			}
			for _, from := range args {
				r, err := importFrom(cmd.Context(), w, where.path, from, feed.Options{Now: w.Now(), Key: key, AllowOlder: older})
				if err != nil {
					return broken(err)
				}
				printImport(w, from, r)
			}
			return nil
		},
	}
	k.add(cmd)
	cmd.Flags().BoolVar(&older, "allow-older", false, "take a mirror that is older than the database")
	return cmd
}

func importFrom(ctx context.Context, w *World, path, from string, o feed.Options) (*feed.Report, error) {
	p := newProgress(w, false)
	defer p.clear()
	o.Progress = p.show
	return feed.Import(ctx, path, from, o)
}

func printImport(w *World, from string, r *feed.Report) {
	name := report.Visible(filepath.ToSlash(from))
	switch {
	case r.Unchanged:
		fmt.Fprintf(w.Stdout, "%s: nothing new.\n", name)
	case len(r.Outcomes) > 0:
		fmt.Fprintf(w.Stdout, "%s: taken as a whole; %s\n", name, holds(&r.Info))
	default:
		fmt.Fprintf(w.Stdout, "%s: %d taken from %.1f MB; %s\n", name, r.Taken, float64(r.Bytes)/1e6, holds(&r.Info))
	}
	printProblems(w, r)
}

// holds says what the database holds.
func holds(info *advisory.Info) string {
	return fmt.Sprintf("the database now holds %d records about %d packages (%.1f MB).", info.Records, info.Packages, float64(info.Size)/1e6)
}

func printProblems(w *World, r *feed.Report) {
	for i, p := range r.Problems {
		if i == 5 {
			fmt.Fprintf(w.Stderr, "reeve: and %d more like these\n", len(r.Problems)-i+r.More)
			break
		}
		fmt.Fprintf(w.Stderr, "reeve: %s\n", report.Visible(p))
	}
}

// updateFlags are the flags of update.
type updateFlags struct {
	knowledgeFlags
	source              string
	ecosystems          []string
	epss, kev, exploits string
	allowOlder          bool
}

func advisoriesUpdate(w *World) *cobra.Command {
	var f updateFlags
	cmd := &cobra.Command{
		Use:   "update",
		Short: "Bring the database up to date",
		Long: `Fetches what is new: from OSV's bucket, from a mirror of it, or from a mirror that "reeve
advisories export" has written (--source, or dependencies.source in reeve.yaml: an address or a
folder). Only what changed is fetched. A source that cannot be had keeps what the database holds
of it, is named, and makes the exit code 3; the others are brought up to date.

Scores and the catalogue of exploited vulnerabilities come from beside the records
(threat/epss.csv.gz, threat/kev.json, threat/exploits.csv.gz), else from FIRST and CISA.
Where dependencies.source_key is set, only a mirror with that key's signature is taken.

Proxies are taken from the environment (HTTPS_PROXY, NO_PROXY).`,
		Example: `  reeve advisories update
  reeve advisories update --ecosystem npm --ecosystem Debian
  reeve advisories update --source https://mirror.example.com/advisories`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd.Context(), w) },
	}
	f.add(cmd)
	fl := cmd.Flags()
	fl.StringVar(&f.source, "source", "", "address or folder of the records or of a mirror (default "+feed.DefaultSource+")")
	fl.StringArrayVar(&f.ecosystems, "ecosystem", nil, "only this ecosystem, as OSV names it; may be given several times (default all)")
	fl.StringVar(&f.epss, "epss", "", "address of the EPSS scores, or none")
	fl.StringVar(&f.kev, "kev", "", "address of the catalogue of exploited vulnerabilities, or none")
	fl.StringVar(&f.exploits, "exploits", "", "address of an exploit index, or none")
	fl.BoolVar(&f.allowOlder, "allow-older", false, "take what is older than the database, or lacks much of what it holds")
	return cmd
}

func (f *updateFlags) run(ctx context.Context, w *World) error {
	where, err := f.find(w)
	if err != nil {
		return err
	}
	d := &where.config.Dependencies
	o := feed.Options{
		Now: w.Now(), Source: f.source, Ecosystems: f.ecosystems, EPSS: f.epss, KEV: f.kev, Exploits: f.exploits, AllowOlder: f.allowOlder,
	}
	if o.Key, err = where.key(); err != nil {
		return err
	}
	if o.Source == "" {
		if o.Source = d.Source; o.Source != "" && !isAddress(o.Source) {
			o.Source = within(where.dir, o.Source)
		}
	}
	if len(o.Ecosystems) == 0 {
		o.Ecosystems = d.Ecosystems
	}
	if strings.HasPrefix(o.Source, "http://") && o.Key == nil {
		fmt.Fprintln(w.Stderr, "reeve: the source is fetched without TLS, and nothing checks that it is what it was (dependencies.source_key)")
	}
	p := newProgress(w, false)
	o.Progress = p.show
	r, err := feed.Update(ctx, where.path, o)
	p.clear()
	switch {
	case ctx.Err() != nil:
		return broken(errors.New("interrupted; the database stands as it was, and what was fetched is kept for the next time"))
	case err != nil:
		return broken(err)
	}
	return printUpdate(w, r)
}

func isAddress(source string) bool {
	return strings.HasPrefix(source, "https://") || strings.HasPrefix(source, "http://")
}

func printUpdate(w *World, r *feed.Report) error {
	unchanged := 0
	for _, o := range r.Outcomes {
		switch o.How {
		case feed.Unchanged:
			unchanged++
		case feed.Failed:
			fmt.Fprintf(w.Stderr, "reeve: %s: %s\n", report.Visible(o.Source), report.Visible(o.Why))
		default:
			fmt.Fprintf(w.Stdout, "%s: %s\n", report.Visible(o.Source), describe(o))
		}
	}
	if unchanged > 0 {
		fmt.Fprintf(w.Stdout, "%s: nothing new.\n", count(unchanged, "source"))
	}
	fmt.Fprintf(w.Stdout, "%s fetched; %s\n", size(r.Bytes), holds(&r.Info))
	printProblems(w, r)
	failed := r.Failures()
	if len(failed) == 0 {
		return nil
	}
	names := make([]string, len(failed))
	for i, o := range failed {
		names[i] = report.Visible(o.Source)
	}
	return broken(fmt.Errorf("%d of %d sources could not be brought up to date, and stand as they were: %s", len(failed), len(r.Outcomes), strings.Join(names, ", ")))
}

func describe(o feed.Outcome) string {
	parts := []string{}
	if o.Changed > 0 {
		parts = append(parts, fmt.Sprintf("%d taken", o.Changed))
	}
	if o.Removed > 0 {
		parts = append(parts, fmt.Sprintf("%d removed", o.Removed))
	}
	if len(parts) == 0 {
		if o.How == feed.ByChanges {
			return "what changed was taken."
		}
		return "taken as a whole."
	}
	return strings.Join(parts, ", ") + "."
}

// count writes a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// size writes a number of bytes for people.
func size(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case n < 1_000_000:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}
