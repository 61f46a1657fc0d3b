package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
)

// File is a file of a work tree.
type File struct {
	// Path is slash-separated, from the root of the work tree: hostile bytes.
	Path string
	// Tracked tells that the file is in the index. It may have been deleted from disk all the same.
	Tracked bool
	// Submodule tells that at Path is another repository, not a file.
	Submodule bool
	// Absent tells that the file is in the index but not meant to be on disk (sparse checkout).
	Absent bool
}

// errNoWorkTree tells that a repository has no files but those in its objects.
var errNoWorkTree = errors.New("repository has no work tree")

// ListFiles returns the files of the work tree that are tracked, or untracked and not ignored; each once. git ls-files
// compares names and times only: no filter runs.
func (r *Repository) ListFiles(ctx context.Context) ([]File, error) {
	if r.WorkTree == "" {
		return nil, fmt.Errorf("list files: %w", errNoWorkTree)
	}
	var files []File
	err := r.runner.records(ctx, 0, func(record []byte) error {
		f, err := parseFile(record)
		// A file with a merge conflict stands there once for each side.
		if n := len(files); err == nil && (n == 0 || files[n-1].Path != f.Path) {
			files = append(files, f)
		}
		return err
	}, "ls-files", "-z", "-t", "--stage", "--cached", "--others", "--exclude-standard", "--full-name")
	if err != nil {
		return nil, fmt.Errorf("list files: %w", err)
	}
	return files, nil
}

// parseFile reads "H mode id stage<TAB>path" (S for a file that is not checked out) or "? path".
func parseFile(record []byte) (f File, err error) {
	tag, rest, ok := bytes.Cut(record, []byte{' '})
	if !ok || len(tag) != 1 {
		return f, errors.New("unexpected output")
	}
	if tag[0] == '?' {
		path, other := strings.CutSuffix(string(rest), "/")
		return File{Path: path, Submodule: other}, nil
	}
	meta, path, ok := bytes.Cut(rest, []byte{'\t'})
	if !ok {
		return f, errors.New("unexpected output")
	}
	return File{Path: string(path), Tracked: true, Submodule: bytes.HasPrefix(meta, []byte("160000 ")), Absent: tag[0] == 'S'}, nil
}
