package cli

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/advisory/feed"
	"github.com/reevehq/reeve/internal/report"
)

// exportFlags are the flags of export.
type exportFlags struct {
	knowledgeFlags
	key  string
	keep int
}

func advisoriesExport(w *World) *cobra.Command {
	var f exportFlags
	cmd := &cobra.Command{
		Use:   "export DIR|FILE.tar",
		Short: "Write a mirror of the database, for others to fetch or to carry where there is no network",
		Long: `Writes the database and an index of it into a folder that any web server can serve, or into one
file. Into a folder, what changed since the last versions found there is written too, so that
whoever has one of those fetches a few kilobytes. With --key the index is signed, and everything
else by it; readers set dependencies.source_key to the public key.`,
		Example: `  reeve advisories keygen mirror.key
  reeve advisories export /srv/advisories --key mirror.key
  reeve advisories export advisories.tar --key mirror.key`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd.Context(), w, args[0]) },
	}
	f.add(cmd)
	cmd.Flags().StringVar(&f.key, "key", "", "file with the key that signs, as reeve advisories keygen writes it")
	cmd.Flags().IntVar(&f.keep, "keep", feed.DefaultKeep, "from how many older versions the changes are written")
	return cmd
}

func (f *exportFlags) run(ctx context.Context, w *World, to string) error {
	where, err := f.find(w)
	if err != nil {
		return err
	}
	if f.keep < 0 || f.keep > 1000 {
		return fmt.Errorf("keep %d: want 0 to 1000", f.keep)
	}
	p := newProgress(w, false)
	o := feed.ExportOptions{Keep: f.keep, Progress: p.show}
	if f.key != "" {
		text, err := os.ReadFile(f.key)
		if err != nil {
			return fmt.Errorf("read key: %w", err)
		}
		if o.Key, err = feed.SigningKey(string(text)); err != nil {
			return fmt.Errorf("read key %q: %w", f.key, err)
		}
	}
	x, err := feed.Export(ctx, where.path, to, o)
	p.clear()
	if err != nil {
		return broken(err)
	}
	signed := "not signed"
	if x.Signed {
		signed = "signed"
	}
	fmt.Fprintf(w.Stdout, "%s: database %.12s of %s, %s; %s.\n", report.Visible(filepath.ToSlash(to)), x.Index.Digest,
		x.Index.Built.UTC().Format("2006-01-02 15:04"), size(x.Index.Size), signed)
	for _, d := range x.Index.Deltas {
		fmt.Fprintf(w.Stdout, "  changes since %.12s: %s\n", d.From, size(d.Size))
	}
	for _, p := range x.Problems {
		fmt.Fprintf(w.Stderr, "reeve: %s\n", report.Visible(p))
	}
	return nil
}

func advisoriesKeygen(w *World) *cobra.Command {
	return &cobra.Command{
		Use:   "keygen [FILE]",
		Short: "Make a pair of keys to sign mirrors with",
		Long: `Makes a pair of Ed25519 keys. The secret one goes into FILE, which must not exist, and only its
owner may read it; without FILE it is printed. The public one is printed: it is what others set as
dependencies.source_key.`,
		Example: "  reeve advisories keygen mirror.key",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			seed, public, err := feed.NewKey(rand.Reader)
			if err != nil {
				return err
			}
			if len(args) == 0 {
				_, err := fmt.Fprintf(w.Stdout, "secret: %s\npublic: %s\n", seed, public)
				return err
			}
			file, err := os.OpenFile(args[0], os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
			if err != nil {
				return fmt.Errorf("write key: %w", err)
			}
			if _, err = fmt.Fprintln(file, seed); err == nil {
				err = file.Close()
			}
			if err != nil {
				return fmt.Errorf("write key %q: %w", args[0], err)
			}
			_, err = fmt.Fprintf(w.Stdout, "public: %s\n", public)
			return err
		},
	}
}
