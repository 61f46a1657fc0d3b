package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/report"
)

// pushFlags send a result to the register.
type pushFlags struct {
	push     bool
	register registerFlags
	about    aboutFlags
}

func (f *pushFlags) add(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.push, "push", false, "bring the result into the register ("+envServer+" and "+envToken+" say where, or --database)")
	cmd.Flags().StringVar(&f.register.server, "server", "", "address of the register's server for --push")
	cmd.Flags().StringVar(&f.register.database, "database", "", "the register's database for --push")
	cmd.Flags().StringVar(&f.about.asset, "asset", "", "what was looked at, as KIND:NAME, for --push (default what the result says)")
	cmd.Flags().StringVar(&f.about.ref, "ref", "", "the branch that was looked at, for --push (default the one the pipeline names)")
}

// send brings a result into the register, under the name of a source. It says on the error stream what became of it, as the result may go to
// standard output.
func (f *pushFlags) send(ctx context.Context, w *World, r *finding.Result, source string, partial bool) error {
	if !f.push {
		return nil
	}
	asset, err := f.about.parse()
	if err != nil {
		return err
	}
	if asset.Name == "" {
		asset = pushedAsset(w, r)
	}
	in := register.Import{Format: "reeve", Name: "result.jsonl", Asset: asset, Ref: f.about.ref, Tool: source, Partial: partial, Only: true}
	if in.Ref == "" {
		in.Ref = branch(w.Getenv)
	}
	if err := ownFiles(&in, "."); err != nil {
		return fmt.Errorf("push: %w", err)
	}
	b, done, err := f.register.book(ctx, w)
	if err != nil {
		return fmt.Errorf("push: %w", err)
	}
	path, err := spooled(r)
	if err != nil {
		return errors.Join(fmt.Errorf("push: %w", err), done())
	}
	receipt, err := b.Import(ctx, in, func() (io.ReadCloser, int64, error) { return openReport(w, path) })
	err = errors.Join(err, os.Remove(path), done())
	if err != nil {
		return fmt.Errorf("push: %w", err)
	}
	told := *w
	told.Stdout = w.Stderr
	writeReceipt(&told, "register", &receipt)
	return nil
}

// spooled writes a result to a file of its own, so that it can be sent again after an error on the way. It holds no secret's value.
func spooled(r *finding.Result) (path string, err error) {
	format, err := formatNamed("jsonl")
	if err != nil {
		return "", err
	}
	file, err := os.CreateTemp("", "reeve-push-*.jsonl")
	if err != nil {
		return "", err
	}
	err = errors.Join(format.Write(file, r, report.Options{}), file.Close())
	if err != nil {
		return "", errors.Join(err, os.Remove(file.Name()))
	}
	return file.Name(), nil
}

// pushedAsset is what a result is about: the repository that the pipeline names, else what was looked at.
func pushedAsset(w *World, r *finding.Result) finding.Asset {
	for _, name := range []string{"GITHUB_REPOSITORY", "CI_PROJECT_PATH", "BITBUCKET_REPO_FULL_NAME"} {
		if v := w.Getenv(name); v != "" {
			return finding.Asset{Kind: "repository", Name: v}
		}
	}
	if len(r.Assets) == 0 {
		return finding.Asset{}
	}
	asset := r.Assets[0]
	if asset.Kind == "directory" {
		asset.Kind = "repository"
	}
	return asset
}

// branch is the branch that the pipeline names, "" for none.
func branch(getenv func(string) string) string {
	for _, name := range []string{"GITHUB_HEAD_REF", "GITHUB_REF_NAME", "CI_COMMIT_REF_NAME", "BRANCH_NAME", "BITBUCKET_BRANCH"} {
		if v := getenv(name); v != "" {
			return v
		}
	}
	return ""
}

// ownFiles adds the files of the folder that say whose things are. Those that are not there say nothing.
func ownFiles(in *register.Import, dir string) error {
	for _, f := range []struct {
		names []string
		to    **string
	}{
		{[]string{".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"}, &in.Codeowners},
		{[]string{"catalog-info.yaml", "catalog-info.yml"}, &in.Catalog},
	} {
		for _, name := range f.names {
			data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return fmt.Errorf("read owners: %w", err)
			}
			text := string(data)
			*f.to = &text
			break
		}
	}
	return nil
}
