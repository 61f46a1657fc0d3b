package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Change is one path that differs between two states.
type Change struct {
	// Status is git's letter: A added, M modified, D deleted, T another kind of file, U unmerged.
	Status byte
	// OldMode and NewMode are what stands there on each side; 0 where nothing does.
	OldMode, NewMode Mode
	// OldID and NewID are the contents; zero where there is none.
	OldID, NewID ID
	// Path is slash-separated, from the root of the work tree: hostile bytes.
	Path string
}

// Empty trees, which git knows without their being stored.
const (
	emptyTree1   = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
	emptyTree256 = "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"
)

func (r *Repository) emptyTree() string {
	if r.Hash == sha256Size {
		return emptyTree256
	}
	return emptyTree1
}

// diffArguments make git compare names and ids only: no content is read, and so no filter, converter or external diff
// has a part in it.
var diffArguments = []string{"--raw", "-z", "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none"}

// DiffIndex returns what is staged, compared with a commit; with HEAD where base is "". Before the first commit
// everything staged is new.
func (r *Repository) DiffIndex(ctx context.Context, base string) ([]Change, error) {
	head := base == ""
	if head {
		base = "HEAD"
	}
	if err := checkRevision(base); err != nil {
		return nil, fmt.Errorf("compare index: %w", err)
	}
	changes, err := r.diffIndex(ctx, base)
	if err != nil && head {
		if _, none := r.Resolve(ctx, "HEAD"); errors.Is(none, ErrNoRevision) {
			changes, err = r.diffIndex(ctx, r.emptyTree())
		}
	}
	if err != nil {
		return nil, fmt.Errorf("compare index with %q: %w", clip(base), err)
	}
	return changes, nil
}

// diffIndex runs git diff-index, which with --cached looks at the index and not at files.
func (r *Repository) diffIndex(ctx context.Context, base string) ([]Change, error) {
	args := append([]string{"diff-index", "--cached"}, diffArguments...)
	return r.changes(ctx, append(args, base, "--")...)
}

// DiffTrees returns what differs between the trees of two revisions; everything in head is new where base is "".
func (r *Repository) DiffTrees(ctx context.Context, base, head string) ([]Change, error) {
	if base == "" {
		base = r.emptyTree()
	}
	for _, rev := range []string{base, head} {
		if err := checkRevision(rev); err != nil {
			return nil, fmt.Errorf("compare trees: %w", err)
		}
	}
	args := append([]string{"diff-tree", "-r"}, diffArguments...)
	changes, err := r.changes(ctx, append(args, base, head, "--")...)
	if err != nil {
		return nil, fmt.Errorf("compare trees of %q and %q: %w", clip(base), clip(head), err)
	}
	return changes, nil
}

// Snapshot returns every file of a revision's tree, or of the index where rev is "", with New set on each.
func (r *Repository) Snapshot(ctx context.Context, rev string) ([]Change, error) {
	if rev != "" {
		return r.DiffTrees(ctx, "", rev)
	}
	changes, err := r.diffIndex(ctx, r.emptyTree())
	if err != nil {
		return nil, fmt.Errorf("list index: %w", err)
	}
	return changes, nil
}

// changes runs a command that prints differences in git's raw format: ":mode mode id id status", then the path.
func (r *Repository) changes(ctx context.Context, args ...string) ([]Change, error) {
	var changes []Change
	var meta []byte
	err := r.runner.records(ctx, 0, func(record []byte) error {
		if meta == nil {
			meta = append(meta, record...)
			return nil
		}
		c, err := parseChange(meta)
		c.Path, meta = string(record), nil
		changes = append(changes, c)
		return err
	}, args...)
	return changes, err
}

func parseChange(meta []byte) (c Change, err error) {
	parts := bytes.Fields(meta)
	if len(parts) != 5 || parts[0][0] != ':' {
		return c, errors.New("unexpected output")
	}
	old, err1 := strconv.ParseUint(string(parts[0][1:]), 8, 32)
	mode, err2 := strconv.ParseUint(string(parts[1]), 8, 32)
	c.OldMode, c.NewMode = Mode(old), Mode(mode)
	var err3, err4 error
	c.OldID, err3 = parseHex(parts[2])
	c.NewID, err4 = parseHex(parts[3])
	c.OldID, c.NewID = noZero(c.OldID), noZero(c.NewID)
	c.Status = parts[4][0]
	return c, errors.Join(err1, err2, err3, err4)
}

// noZero makes git's all-zero name the zero ID.
func noZero(id ID) ID {
	if id.IsZero() {
		return ID{}
	}
	return id
}

// MergeBase returns the best common ancestor of two commits. It returns ErrNoRevision where they have none.
func (r *Repository) MergeBase(ctx context.Context, a, b string) (ID, error) {
	for _, rev := range []string{a, b} {
		if err := checkRevision(rev); err != nil {
			return ID{}, fmt.Errorf("find merge base: %w", err)
		}
	}
	text, err := r.runner.text(ctx, "merge-base", "--end-of-options", a, b)
	var exit *exitError
	if errors.As(err, &exit) && exit.code == 1 {
		return ID{}, fmt.Errorf("%q and %q have no common ancestor here: %w", clip(a), clip(b), ErrNoRevision)
	}
	if err != nil {
		return ID{}, fmt.Errorf("find merge base of %q and %q: %w", clip(a), clip(b), err)
	}
	return ParseID(text)
}

// ObjectPath is an object with a path at which a commit has it.
type ObjectPath struct {
	ID ID
	// Path is the first path found, slash-separated: hostile bytes, cut at a line break. It is "" for commits, tags and
	// root trees.
	Path string
	// Missing tells that a partial clone does not have the object.
	Missing bool
}

// NewObjects returns the objects that can be reached from the revisions in include, but not from those in exclude. In
// exclude "--all" stands for every ref: what a push brings is new against these.
func (r *Repository) NewObjects(ctx context.Context, include, exclude []string) ([]ObjectPath, error) {
	args := []string{"rev-list", "--objects", "--missing=print", "--stdin"}
	var stdin strings.Builder
	for _, rev := range include {
		if err := checkRevision(rev); err != nil {
			return nil, fmt.Errorf("list new objects: %w", err)
		}
		stdin.WriteString(rev + "\n")
	}
	for _, rev := range exclude {
		if rev == "--all" {
			args = append(args, "--not", "--all")
			continue
		}
		if err := checkRevision(rev); err != nil {
			return nil, fmt.Errorf("list new objects: %w", err)
		}
		stdin.WriteString("^" + rev + "\n")
	}
	objects, err := r.listObjects(ctx, strings.NewReader(stdin.String()), args)
	if err != nil {
		return nil, fmt.Errorf("list new objects: %w", err)
	}
	return objects, nil
}

// listObjects runs git rev-list, which takes the revisions from stdin: there may be thousands.
func (r *Repository) listObjects(ctx context.Context, stdin io.Reader, args []string) ([]ObjectPath, error) {
	var objects []ObjectPath
	err := r.runner.recordsOf(ctx, stdin, '\n', func(line []byte) error {
		o := ObjectPath{}
		if len(line) > 0 && line[0] == '?' {
			o.Missing, line = true, line[1:]
		}
		name, path, _ := bytes.Cut(line, []byte{' '})
		id, err := parseHex(name)
		o.ID, o.Path = id, string(path)
		objects = append(objects, o)
		return err
	}, args...)
	return objects, err
}
