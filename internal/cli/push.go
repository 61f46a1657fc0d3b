package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/report"
)

// pushFlags send a result to the register.
type pushFlags struct {
	push bool
	// change tells that a change is looked at that is not merged yet: it must not say whose its findings are.
	change   bool
	targets  func() []string // what the command was called with
	register registerFlags
	about    aboutFlags
}

func (f *pushFlags) add(cmd *cobra.Command) {
	f.targets = cmd.Flags().Args
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
	if len(r.Assets) > 0 && !f.change {
		ownFiles(w, &in, f.folder(r.Assets[0]))
	}
	b, done, err := f.register.book(ctx, w)
	if err != nil {
		return fmt.Errorf("push: %w", err)
	}
	format, err := formatNamed("jsonl") // it holds no secret's value
	if err != nil {
		return errors.Join(fmt.Errorf("push: %w", err), done())
	}
	path, err := keep(func(to io.Writer) error { return format.Write(to, r, report.Options{}) })
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

// folder is the folder that was looked at, "" where it was none: an image, a bill of materials, something far away.
func (f *pushFlags) folder(looked finding.Asset) string {
	path := "."
	if targets := f.targets(); len(targets) > 0 {
		path = strings.TrimPrefix(targets[0], "git:")
	}
	if (looked.Kind == "directory" || looked.Kind == "repository") && isDir(path) {
		return path
	}
	return ""
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

// maxOwn is how large a file of owners may be, in bytes: more a server does not take.
const maxOwn = 1 << 20

// ownFiles adds the files of a folder that say whose things are; "" is no folder. A file that is not there says nothing, and one that cannot be taken
// is told of and left out: the report counts without it.
func ownFiles(w *World, in *register.Import, dir string) {
	if dir == "" {
		return
	}
	root, err := os.OpenRoot(dir) // a link that leads out of it is not followed
	if err != nil {
		fmt.Fprintf(w.Stderr, "reeve: no owners go along: %v\n", err)
		return
	}
	defer root.Close() //nolint:errcheck // it was only read
	for _, f := range []struct {
		names []string
		to    **string
	}{
		{[]string{".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS", ".bitbucket/CODEOWNERS"}, &in.Codeowners},
		{[]string{"catalog-info.yaml", "catalog-info.yml"}, &in.Catalog},
	} {
		for _, name := range f.names {
			text, err := ownFile(root, filepath.FromSlash(name))
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				fmt.Fprintf(w.Stderr, "reeve: no owners of %s go along: %v\n", name, err)
			} else {
				*f.to = &text
			}
			break
		}
	}
}

// ownFile reads a file of owners.
func ownFile(root *os.Root, name string) (string, error) {
	info, err := root.Stat(name)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", errors.New("it is not a file") // to open a pipe could take for ever
	}
	file, err := root.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close() //nolint:errcheck // it was only read
	data, err := io.ReadAll(io.LimitReader(file, maxOwn+1))
	if err == nil && len(data) > maxOwn {
		err = fmt.Errorf("it has more than %d bytes", maxOwn)
	}
	return string(data), err
}
