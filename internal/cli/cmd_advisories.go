package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/advisory/feed"
	"github.com/reevehq/reeve/internal/config"
)

// knowledgeFlags are the flags of every command about the advisory database.
type knowledgeFlags struct {
	config, database string
}

func (k *knowledgeFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&k.config, "config", "c", "", "configuration file (default reeve.yaml in this folder)")
	cmd.Flags().StringVar(&k.database, "database", "", "file of the database (default the user's cache folder)")
}

// open gives the configuration and where the database is.
func (k *knowledgeFlags) open(w *World) (*config.Config, string, error) {
	look := lookFlags{config: k.config}
	c, dir, err := look.load(".")
	if err != nil {
		return nil, "", err
	}
	path := databasePath(w, k.database, c, dir)
	if path == "" {
		return nil, "", errors.New("there is no cache folder for this user; say where the database shall be: --database FILE")
	}
	return c, path, nil
}

func advisoriesCommand(w *World) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "advisories",
		Short: "What the world knows about packages: fetch it, carry it, look it up",
		Long: `The advisory database holds what is known about flaws in packages: OSV's records of every
ecosystem, EPSS scores, CISA's catalogue of exploited vulnerabilities, and exploit indexes.
It is one file. Scans map it into memory and need no network.`,
	}
	cmd.AddCommand(advisoriesImport(w), advisoriesStatus(w))
	return cmd
}

func advisoriesImport(w *World) *cobra.Command {
	var k knowledgeFlags
	cmd := &cobra.Command{
		Use:   "import PATH…",
		Short: "Take records from folders, archives or bundles, without a network",
		Long: `Takes records from folders in OSV's layout (ECOSYSTEM/all.zip or ECOSYSTEM/ID.json), from single
archives and records, and from what lies beside them: epss*.csv.gz, kev.json, exploits*.csv.gz.
They are added to what the database holds; the newer record of an id counts.`,
		Example: "  reeve advisories import /mnt/osv-mirror\n  reeve advisories import npm/all.zip epss_scores-current.csv.gz --database team.db",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			_, path, err := k.open(w)
			if err != nil {
				return err
			}
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				return err
			}
			for _, from := range args {
				r, err := importFrom(cmd.Context(), w, path, from)
				if err != nil {
					return broken(err)
				}
				printImport(w, from, r)
			}
			return nil
		},
	}
	k.add(cmd)
	return cmd
}

func importFrom(ctx context.Context, w *World, path, from string) (*feed.Report, error) {
	p := newProgress(w, false)
	defer p.clear()
	return feed.Import(ctx, path, from, feed.Options{Now: w.Now(), Progress: p.show})
}

func printImport(w *World, from string, r *feed.Report) {
	fmt.Fprintf(w.Stdout, "%s: %d taken from %.1f MB; the database now holds %d records about %d packages (%.1f MB).\n",
		filepath.ToSlash(from), r.Taken, float64(r.Bytes)/1e6, r.Info.Records, r.Info.Packages, float64(r.Info.Size)/1e6)
	for i, p := range r.Problems {
		if i == 5 {
			fmt.Fprintf(w.Stderr, "reeve: and %d more records with something that cannot be right\n", len(r.Problems)-i+r.More)
			break
		}
		fmt.Fprintf(w.Stderr, "reeve: %q\n", p)
	}
}

func advisoriesStatus(w *World) *cobra.Command {
	var k knowledgeFlags
	cmd := &cobra.Command{
		Use:     "status",
		Short:   "What the database holds, and how old it is",
		Example: "  reeve advisories status",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, path, err := k.open(w)
			if err != nil {
				return err
			}
			db, err := advisory.Open(path)
			if err != nil {
				return broken(fmt.Errorf("open advisory database %q: %w; fetch one with: reeve advisories update", path, err))
			}
			defer db.Close()
			if err := db.Verify(); err != nil {
				return broken(fmt.Errorf("advisory database %q: %w", path, err))
			}
			printStatus(w, path, db.Info())
			return nil
		},
	}
	k.add(cmd)
	return cmd
}

func printStatus(w *World, path string, info advisory.Info) {
	fmt.Fprintf(w.Stdout, "%s\n%.1f MB, %d records about %d packages: %d flaws. Built %s. Digest %s.\n\n",
		filepath.ToSlash(path), float64(info.Size)/1e6, info.Records, info.Packages, info.Flaws, info.Built.UTC().Format(time.DateTime), info.Digest[:12])
	for _, s := range info.Sources {
		age := "age not known"
		if !s.Newest.IsZero() {
			age = fmt.Sprintf("newest %s, %d days ago", s.Newest.Format(time.DateOnly), int(w.Now().Sub(s.Newest)/day))
		}
		fmt.Fprintf(w.Stdout, "  %-24s %9d  %s\n", s.Name, s.Count, age)
	}
}
