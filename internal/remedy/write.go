package remedy

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// Write puts changes into a folder: all of them or none. A file that is not what the change was made of any more stops it before
// anything is written. No link is followed out of the folder, and none is replaced.
func Write(dir string, changes []Change) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("open folder: %w", err)
	}
	defer root.Close()
	var ready []*replacement
	defer func() {
		for _, r := range ready {
			_ = root.Remove(r.fresh)
		}
	}()
	for _, c := range changes {
		r, err := prepare(root, c)
		if r != nil {
			ready = append(ready, r)
		}
		if err != nil {
			return fmt.Errorf("write %q: %w; nothing was written", c.Path, err)
		}
	}
	for i, r := range ready {
		if err := root.Rename(r.fresh, r.name); err != nil {
			return errors.Join(fmt.Errorf("write %q: %w", changes[i].Path, err), restore(root, ready[:i], changes))
		}
	}
	return nil
}

// replacement is a file that is written beside the one it will replace.
type replacement struct {
	name, fresh string
	mode        fs.FileMode
}

// prepare writes the new content beside the old one.
func prepare(root *os.Root, c Change) (*replacement, error) {
	name := filepath.FromSlash(c.Path)
	info, err := root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is no plain file")
	}
	now, err := readRoot(root, name)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(now, c.Before) {
		return nil, errors.New("it was changed while the plan was made")
	}
	return stage(root, name, c.After, info.Mode().Perm())
}

func stage(root *os.Root, name string, data []byte, mode fs.FileMode) (*replacement, error) {
	var salt [6]byte
	_, _ = rand.Read(salt[:])
	r := &replacement{name: name, fresh: filepath.FromSlash(path.Join(path.Dir(filepath.ToSlash(name)), ".reeve-"+hex.EncodeToString(salt[:]))), mode: mode}
	f, err := root.OpenFile(r.fresh, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = f.Write(data)
	return r, errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
}

func readRoot(root *os.Root, name string) ([]byte, error) {
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// restore brings back what was replaced already.
func restore(root *os.Root, done []*replacement, changes []Change) error {
	var failed error
	for i, r := range done {
		old, err := stage(root, r.name, changes[i].Before, r.mode)
		if err == nil {
			err = root.Rename(old.fresh, r.name)
		}
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("bring back %q: %w", changes[i].Path, err))
		}
	}
	return failed
}
