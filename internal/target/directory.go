package target

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/git"
	"github.com/reevehq/reeve/internal/target/ignore"
)

// Lister lists the files of a git work tree as git sees them: tracked ones, and untracked ones that are not ignored.
// A *git.Repository is one.
type Lister interface {
	ListFiles(ctx context.Context) ([]git.File, error)
}

// Open gives the source for a path: a directory, or a single file. Inside a git work tree git itself says what is ignored.
func Open(ctx context.Context, path string, o Options) (Source, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("open target: %w", err)
	}
	d := NewDirectory(path, o)
	switch {
	case info.Mode().IsRegular():
		d.single = filepath.Base(path)
		d.path = filepath.Dir(path)
	case !info.IsDir():
		return nil, fmt.Errorf("open target: %q is neither a directory nor a file", path)
	case !o.IncludeIgnored:
		d.findGit(ctx)
	}
	return d, nil
}

// Directory is a folder with all that is below it.
type Directory struct {
	path    string
	name    string
	options Options
	exclude *ignore.Scope
	// git lists the work tree; nil where .gitignore files are read here. below is the root's path inside the work tree.
	git   Lister
	below string
	// unsure says why git could not be asked in a folder that is a work tree.
	unsure error
	// single is the one file that is looked at, "" for all.
	single string
}

// NewDirectory gives the source for a folder without asking git: .gitignore files are read as they stand.
func NewDirectory(path string, o Options) *Directory {
	if o.MaxFileSize <= 0 {
		o.MaxFileSize = DefaultMaxFileSize
	}
	d := &Directory{path: path, name: nameOf(path), options: o}
	d.exclude = o.exclusions()
	return d
}

// WithGit lets git list the work tree. Below is the directory's path inside the work tree, slash-separated, "" for its root.
func (d *Directory) WithGit(l Lister, below string) *Directory {
	d.git, d.below = l, below
	return d
}

// nameOf is what people call a folder.
func nameOf(path string) string {
	if clean := filepath.Clean(path); clean != "." {
		return filepath.ToSlash(clean)
	}
	if full, err := filepath.Abs(path); err == nil {
		return filepath.Base(full)
	}
	return "."
}

// Asset is the folder.
func (d *Directory) Asset() finding.Asset { return finding.Asset{Kind: "directory", Name: d.name} }

// findGit looks for a work tree around the folder.
func (d *Directory) findGit(ctx context.Context) {
	full, err := filepath.Abs(d.path)
	if err == nil {
		full, err = filepath.EvalSymlinks(full)
	}
	if err != nil || !insideGit(full) {
		return
	}
	repo, err := git.Open(ctx, full)
	switch {
	case errors.Is(err, git.ErrNotRepository):
		return
	case err != nil:
		d.unsure = err
		return
	case repo.WorkTree == "":
		return
	}
	tree, err := filepath.EvalSymlinks(repo.WorkTree)
	if err != nil {
		d.unsure = err
		return
	}
	below, err := filepath.Rel(tree, full)
	if err != nil || below == ".." || strings.HasPrefix(below, ".."+string(filepath.Separator)) {
		return
	}
	if below == "." {
		below = ""
	}
	d.WithGit(repo, filepath.ToSlash(below))
}

// insideGit tells whether the folder or one above it holds a .git entry.
func insideGit(path string) bool {
	for {
		if _, err := os.Lstat(filepath.Join(path, ".git")); err == nil {
			return true
		}
		above := filepath.Dir(path)
		if above == path {
			return false
		}
		path = above
	}
}

// Each walks the folder.
func (d *Directory) Each(ctx context.Context, workers int, look func(int, *Item) error) (finding.Looked, []finding.Unread, error) {
	root, err := openRoot(d.path)
	if err != nil {
		return finding.Looked{}, nil, fmt.Errorf("open folder: %w", err)
	}
	defer root.release()
	w := newWalk(d, root, max(workers, 1), look)
	if err := d.start(ctx, w); err != nil {
		return finding.Looked{}, nil, err
	}
	err = w.queue.run(ctx, len(w.workers), w.do)
	looked, unread := w.sum()
	if err == nil {
		err = ctx.Err()
	}
	return looked, unread, err
}

// start queues what the walk begins with.
func (d *Directory) start(ctx context.Context, w *walk) error {
	unsure := d.unsure
	switch {
	case d.single != "":
		w.queue.push(task{in: w.root, names: []string{d.single}, listed: true})
		return nil
	case d.git == nil:
		w.queue.push(task{})
	default:
		files, err := d.git.ListFiles(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			unsure = err
			w.queue.push(task{})
			break
		}
		w.queueListed(d.inside(files))
	}
	if unsure != nil {
		w.workers[0].unread = append(w.workers[0].unread, finding.Unread{
			What: "list of tracked files",
			Why:  "git could not be asked, so files that are tracked although .gitignore names them may be missing: " + unsure.Error(),
		})
	}
	return nil
}

// inside keeps the files below the folder and makes their paths relative to it.
func (d *Directory) inside(files []git.File) []git.File {
	if d.below == "" {
		return files
	}
	var kept []git.File
	for _, f := range files {
		if path, ok := strings.CutPrefix(f.Path, d.below+"/"); ok {
			f.Path = path
			kept = append(kept, f)
		}
	}
	return kept
}
