package git

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Ref is a name for an object.
type Ref struct {
	// Name is the full name: "refs/heads/main", "HEAD".
	Name string
	// Target is the object named; a tag object for an annotated tag.
	Target ID
	// Kind is what Target is; 0 where git cannot read it.
	Kind Kind
	// Peeled is what a tag object leads to; otherwise equal to Target.
	Peeled ID
	// Symref is the ref that a symbolic ref names: for HEAD the current branch, "" where HEAD is detached.
	Symref string
}

// Refs returns all refs, and HEAD of this and every linked worktree where they name an object ("HEAD",
// "worktrees/PATH/HEAD"). git for-each-ref reads them, and with it any ref storage that the installed git knows.
func (r *Repository) Refs(ctx context.Context) ([]Ref, error) {
	refs, err := r.forEachRef(ctx, "%(refname)%00%(objectname)%00%(symref)%00%(objecttype)%00%(*objectname)")
	var exit *exitError
	if errors.As(err, &exit) {
		// An object that a ref names is missing or damaged: the names can still be had.
		refs, err = r.forEachRef(ctx, "%(refname)%00%(objectname)%00%(symref)")
	}
	if err != nil {
		return nil, fmt.Errorf("list refs: %w", err)
	}
	heads, err := r.heads(ctx)
	if err != nil {
		return nil, fmt.Errorf("list refs: %w", err)
	}
	return append(heads, refs...), nil
}

func (r *Repository) forEachRef(ctx context.Context, format string) ([]Ref, error) {
	var refs []Ref
	err := r.runner.records(ctx, '\n', func(line []byte) error {
		parts := bytes.Split(line, []byte{0})
		if len(parts) < 3 {
			return errors.New("unexpected output")
		}
		id, err := parseHex(parts[1])
		if err != nil {
			return err
		}
		ref := Ref{Name: string(parts[0]), Target: id, Peeled: id, Symref: string(parts[2])}
		if len(parts) == 5 {
			ref.Kind = parseKind(parts[3])
			if peeled, err := parseHex(parts[4]); err == nil {
				ref.Peeled = peeled
			}
		}
		refs = append(refs, ref)
		return nil
	}, "for-each-ref", "--format="+format)
	return refs, err
}

// heads returns HEAD of each worktree. git worktree list only prints.
func (r *Repository) heads(ctx context.Context) ([]Ref, error) {
	var heads []Ref
	head, err := r.head(ctx)
	if err != nil {
		return nil, err
	}
	if !head.Target.IsZero() {
		heads = append(heads, head)
	}
	var path string
	err = r.runner.records(ctx, '\n', func(record []byte) error {
		key, value, _ := bytes.Cut(record, []byte{' '})
		switch string(key) {
		case "worktree":
			path = string(value)
		case "HEAD":
			id, err := parseHex(value)
			if err == nil && !id.IsZero() && !r.isOwn(path) {
				heads = append(heads, Ref{Name: "worktrees/" + filepath.ToSlash(path) + "/HEAD", Target: id, Peeled: id, Kind: Commit})
			}
		}
		return nil
	}, "worktree", "list", "--porcelain")
	return heads, err
}

// isOwn tells whether a worktree's path is the one this Repository was opened in.
func (r *Repository) isOwn(path string) bool {
	return path == r.WorkTree || r.WorkTree == "" && r.GitDir == r.CommonDir && (path == r.GitDir || path == filepath.Dir(r.GitDir))
}

// head returns HEAD; without a Target where there is no commit yet.
func (r *Repository) head(ctx context.Context) (Ref, error) {
	id, err := r.Resolve(ctx, "HEAD")
	if errors.Is(err, ErrNoRevision) {
		return Ref{}, nil
	}
	if err != nil {
		return Ref{}, err
	}
	ref := Ref{Name: "HEAD", Target: id, Peeled: id, Kind: Commit}
	name, err := r.runner.text(ctx, "symbolic-ref", "-q", "HEAD")
	var exit *exitError
	if err != nil && !errors.As(err, &exit) {
		return Ref{}, err
	}
	ref.Symref = name
	return ref, nil
}

// Resolve returns the object that a revision names ("main", "HEAD~2", "v1^{commit}"). It returns ErrNoRevision where there
// is none.
func (r *Repository) Resolve(ctx context.Context, rev string) (ID, error) {
	if err := checkRevision(rev); err != nil {
		return ID{}, fmt.Errorf("resolve revision: %w", err)
	}
	text, err := r.runner.text(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", rev)
	var exit *exitError
	if errors.As(err, &exit) {
		return ID{}, fmt.Errorf("resolve %q: %w", clip(rev), ErrNoRevision)
	}
	if err != nil {
		return ID{}, fmt.Errorf("resolve %q: %w", clip(rev), err)
	}
	id, err := ParseID(text)
	if err != nil {
		return ID{}, fmt.Errorf("resolve %q: %w", clip(rev), err)
	}
	return id, nil
}

// Reflog is what a ref named before.
type Reflog struct {
	// Ref is the ref's full name; "" where the storage does not tell which ref an entry belongs to.
	Ref string
	// IDs are the objects it named, the newest first, each once.
	IDs []ID
}

// Reflogs returns all reflogs. They are files; where they are not (reftable) git rev-list reads them.
func (r *Repository) Reflogs(ctx context.Context) ([]Reflog, error) {
	if _, err := os.Stat(filepath.Join(r.CommonDir, "reftable")); err == nil {
		return r.reflogIDs(ctx)
	}
	var logs []Reflog
	for _, dir := range slices.Compact([]string{r.CommonDir, r.GitDir}) {
		root := filepath.Join(dir, "logs")
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || ctx.Err() != nil || !entry.Type().IsRegular() {
				return errors.Join(err, ctx.Err())
			}
			name, _ := filepath.Rel(root, path)
			ids, err := readReflog(path)
			logs = append(logs, Reflog{Ref: filepath.ToSlash(name), IDs: ids})
			return err
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("read reflogs: %w", err)
		}
	}
	return logs, nil
}

// reflogIDs asks git for all objects in reflogs. It cannot say which log they are in.
func (r *Repository) reflogIDs(ctx context.Context) ([]Reflog, error) {
	var log Reflog
	err := r.runner.records(ctx, '\n', func(line []byte) error {
		id, err := parseHex(line)
		log.IDs = append(log.IDs, id)
		return err
	}, "rev-list", "--no-walk=unsorted", "--reflog")
	if err != nil {
		return nil, fmt.Errorf("read reflogs: %w", err)
	}
	return []Reflog{log}, nil
}

// readReflog reads one log: each line begins with the id before and the id after. Damaged lines are passed over.
func readReflog(path string) ([]ID, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var ids []ID
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, recordMost)
	for lines.Scan() {
		before, rest, _ := bytes.Cut(lines.Bytes(), []byte{' '})
		after, _, _ := bytes.Cut(rest, []byte{' '})
		for _, text := range [][]byte{before, after} {
			if id, err := parseHex(text); err == nil && !id.IsZero() && (len(ids) == 0 || ids[len(ids)-1] != id) {
				ids = append(ids, id)
			}
		}
	}
	slices.Reverse(ids)
	seen := make(map[ID]bool, len(ids))
	ids = slices.DeleteFunc(ids, func(id ID) bool { known := seen[id]; seen[id] = true; return known })
	return ids, lines.Err()
}

// Stashes returns the stash's commits, the newest first. git rev-list reads the reflog in which they are kept.
func (r *Repository) Stashes(ctx context.Context) ([]ID, error) {
	if _, err := r.Resolve(ctx, "refs/stash"); errors.Is(err, ErrNoRevision) {
		return nil, nil
	}
	var ids []ID
	err := r.runner.records(ctx, '\n', func(line []byte) error {
		id, err := parseHex(line)
		ids = append(ids, id)
		return err
	}, "rev-list", "--walk-reflogs", "refs/stash", "--")
	if err != nil {
		return nil, fmt.Errorf("list stashes: %w", err)
	}
	return ids, nil
}

// ShallowIDs returns the commits at which a shallow clone was cut off: their parents are not here.
func (r *Repository) ShallowIDs() ([]ID, error) {
	data, err := readSome(filepath.Join(r.CommonDir, "shallow"), outputMost)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read shallow commits: %w", err)
	}
	var ids []ID
	for line := range strings.Lines(string(data)) {
		if id, err := ParseID(strings.TrimSpace(line)); err == nil {
			ids = append(ids, id)
		}
	}
	return ids, nil
}
