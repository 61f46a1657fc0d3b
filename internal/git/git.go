// Package git reads git repositories: every object of an object store at the price of inflating it once (packs and
// loose objects are read here, in Go), and what is not hot (refs, the index, merge bases) from the git program.
//
// It must not write to a repository, run anything a repository names (hooks, filters, diff and text converters,
// file system monitors, remote helpers), reach the network except in Clone, or know what its callers look for.
// Everything it reads is hostile: sizes are checked before memory is taken, and damage becomes a Problem, not a panic.
package git

import (
	"errors"
	"fmt"
)

var (
	// ErrNotRepository tells that there is no git repository at a path or above it.
	ErrNotRepository = errors.New("not a git repository")
	// ErrUnsafeOwner tells that git refuses the repository because another user owns it.
	ErrUnsafeOwner = errors.New("repository is owned by another user")
	// ErrNoGit tells that the git program is not installed.
	ErrNoGit = errors.New("git program not found")
	// ErrMissing tells that an object is not in the object store.
	ErrMissing = errors.New("object is missing")
	// ErrCorrupt tells that an object is in the object store but cannot be read.
	ErrCorrupt = errors.New("object is corrupt")
	// ErrTooLarge tells that an object is larger than the caller, or this package, is ready to hold.
	ErrTooLarge = errors.New("object is too large")
	// ErrNoRevision tells that a name resolves to no object.
	ErrNoRevision = errors.New("no such revision")
)

// Repository is one git repository, found by Open. It holds no open files.
type Repository struct {
	// GitDir is the absolute path of the git directory: of this worktree where it is a linked one.
	GitDir string
	// CommonDir is the git directory shared by all worktrees; equal to GitDir where there is one only.
	CommonDir string
	// WorkTree is the absolute path of the work tree's root; "" where there is none.
	WorkTree string
	// ObjectDir is the object store's main directory: inside CommonDir unless GIT_OBJECT_DIRECTORY says otherwise.
	ObjectDir string
	// Bare tells that the repository has no work tree.
	Bare bool
	// Shallow tells that history was cut: commits older than ShallowIDs are not here.
	Shallow bool
	// Partial tells that the repository is a partial clone: objects may be missing on purpose.
	Partial bool
	// Hash is the length of object ids in bytes: 20 (SHA-1) or 32 (SHA-256).
	Hash int

	// alternates are object stores named by the environment (GIT_ALTERNATE_OBJECT_DIRECTORIES).
	alternates []string
	// runner runs the git program for this repository.
	runner runner
}

// Problem is something in the object store that could not be read. What is named by one was not handed over.
type Problem struct {
	// ID is the object, or the zero ID where damage hides it.
	ID ID
	// Pack is the name of the pack ("pack-….pack"), or "" for a loose object.
	Pack string
	// Offset is where the object starts in the pack, in bytes; 0 where that is unknown.
	Offset int64
	// Why says what is wrong, without any content.
	Why string
}

// String says the problem in one line.
func (p Problem) String() string {
	what, where := "object store", "loose objects"
	if !p.ID.IsZero() {
		what = "object " + p.ID.String()
	}
	if p.Pack != "" {
		where = p.Pack
	}
	if p.Offset > 0 {
		where = fmt.Sprintf("%s at %d", where, p.Offset)
	}
	return fmt.Sprintf("%s (%s): %s", what, where, p.Why)
}
