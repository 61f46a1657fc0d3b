package git

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Open finds the repository a path belongs to: the path may be a work tree or anything inside one, a git directory, a
// bare repository, a linked worktree or a submodule. The variables with which git ties its hooks to a repository (GIT_DIR,
// GIT_INDEX_FILE, GIT_OBJECT_DIRECTORY, ...) are obeyed when path is "" or the current directory, and ignored otherwise.
//
// It returns ErrNotRepository where there is none, and ErrUnsafeOwner where git refuses to trust the owner.
func Open(ctx context.Context, path string) (*Repository, error) {
	dir, here, err := startFrom(path)
	if err != nil {
		return nil, fmt.Errorf("open repository: %w", err)
	}
	r, err := find(ctx, newRunner(dir, here))
	if err != nil {
		return nil, explain(err, path, dir)
	}
	if here {
		r.obeyEnvironment(dir)
	}
	r.runner = r.runnerHere(here)
	promisors, _ := filepath.Glob(filepath.Join(globQuote(r.ObjectDir), "pack", "*.promisor"))
	r.Partial = len(promisors) > 0
	return r, nil
}

// startFrom returns the directory to look from, and whether it is the current one.
func startFrom(path string) (dir string, here bool, err error) {
	cwd, err := os.Getwd()
	if err != nil {
		return "", false, err
	}
	dir = absolute(cwd, path)
	info, err := os.Stat(dir)
	if err != nil {
		return "", false, err
	}
	if !info.IsDir() {
		dir = filepath.Dir(dir)
	}
	return dir, dir == cwd, nil
}

// find asks git where the repository is. Of these questions the last one has no answer outside a work tree.
func find(ctx context.Context, run runner) (*Repository, error) {
	var answers []string
	err := run.records(ctx, '\n', func(line []byte) error {
		answers = append(answers, string(line))
		return nil
	}, "rev-parse", "--show-object-format", "--is-bare-repository", "--is-shallow-repository",
		"--git-dir", "--git-common-dir", "--git-path", "objects", "--show-toplevel")
	if len(answers) < 6 {
		if err == nil {
			err = errors.New("git rev-parse: too few answers")
		}
		return nil, err
	}
	r := &Repository{Hash: sha1Size, Bare: answers[1] == "true", Shallow: answers[2] == "true", GitDir: absolute(run.dir, answers[3]),
		CommonDir: absolute(run.dir, answers[4]), ObjectDir: absolute(run.dir, answers[5])}
	switch answers[0] {
	case "sha1":
	case "sha256":
		r.Hash = sha256Size
	default:
		return nil, fmt.Errorf("unknown object format %q", clip(answers[0]))
	}
	if len(answers) > 7 {
		return nil, errors.New("path of the repository holds a line break")
	}
	switch {
	case len(answers) > 6:
		r.WorkTree = answers[6]
	case !r.Bare && filepath.Base(r.GitDir) == ".git":
		r.WorkTree = filepath.Dir(r.GitDir) // we stand in the git directory of a work tree
	}
	return r, nil
}

// explain turns git's refusal into an error that says what to do.
func explain(err error, path, dir string) error {
	if path == "" {
		path = dir
	}
	var exit *exitError
	if !errors.As(err, &exit) {
		return fmt.Errorf("open repository %q: %w", path, err)
	}
	switch {
	case strings.Contains(exit.all, "dubious ownership"):
		return fmt.Errorf("open repository %q: %w: if you trust it, run: git config --global --add safe.directory %s",
			path, ErrUnsafeOwner, ownedPath(exit.all, dir))
	case strings.Contains(exit.all, "not a git repository"):
		return fmt.Errorf("open %q: %w", path, ErrNotRepository)
	}
	return fmt.Errorf("open repository %q: %w", path, exit)
}

// ownedPath takes the path that git does not trust out of its complaint: it may be above the one asked for.
func ownedPath(said, dir string) string {
	if _, after, ok := strings.Cut(said, "dubious ownership in repository at '"); ok {
		if path, _, ok := strings.Cut(after, "'\n"); ok {
			return shellQuote(printable(path))
		}
	}
	return shellQuote(dir)
}

// shellQuote quotes a path so that it can be pasted into a shell.
func shellQuote(path string) string {
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

// globQuote makes a path mean itself in a pattern.
func globQuote(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// obeyEnvironment takes over what the environment says about the object store. While a push is being received, new
// objects are in a directory of their own (quarantine), and the repository's is an alternate.
func (r *Repository) obeyEnvironment(dir string) {
	if own := os.Getenv("GIT_OBJECT_DIRECTORY"); own != "" {
		r.ObjectDir = absolute(dir, own)
	}
	r.alternates = environmentAlternates(os.Getenv("GIT_ALTERNATE_OBJECT_DIRECTORIES"), dir)
}

// runnerHere returns a runner that names the repository outright, so that git looks for no other.
func (r *Repository) runnerHere(local bool) runner {
	dir := r.WorkTree
	if dir == "" {
		dir = r.GitDir
	}
	run := newRunner(dir, local).with("GIT_DIR=" + r.GitDir)
	if r.WorkTree != "" {
		run = run.with("GIT_WORK_TREE=" + r.WorkTree)
	}
	if !local {
		return run
	}
	// What was relative to the current directory is not relative to where git will run.
	cwd, err := os.Getwd()
	if err != nil {
		return run
	}
	for _, name := range []string{"GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"} {
		if path := os.Getenv(name); path != "" {
			run = run.with(name + "=" + absolute(cwd, path))
		}
	}
	return run
}
