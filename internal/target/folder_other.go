//go:build !unix

package target

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"sync/atomic"
)

// folder is an open directory inside the root. os.Root keeps what is opened through it inside.
type folder struct {
	root *os.Root
	dir  *os.File
	// users counts who still needs it.
	users atomic.Int32
}

func openRoot(path string) (*folder, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	return newFolder(root)
}

func newFolder(root *os.Root) (*folder, error) {
	dir, err := root.Open(".")
	if err != nil {
		root.Close()
		return nil, err
	}
	f := &folder{root: root, dir: dir}
	f.users.Store(1)
	return f, nil
}

// open opens a directory below this one.
func (f *folder) open(path string) (*folder, error) {
	root, err := f.root.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	return newFolder(root)
}

func (f *folder) keep() { f.users.Add(1) }

func (f *folder) release() {
	if f.users.Add(-1) == 0 {
		f.dir.Close()
		f.root.Close()
	}
}

// list gives the next entries of the directory, at most n; io.EOF after the last.
func (f *folder) list(n int) ([]fs.DirEntry, error) { return f.dir.ReadDir(n) }

// kind gives the type of an entry.
func (f *folder) kind(name string) (fs.FileMode, error) {
	info, err := f.root.Lstat(name)
	if err != nil {
		return 0, err
	}
	return info.Mode().Type(), nil
}

// link reads where a symbolic link points to.
func (f *folder) link(name string, _ []byte) ([]byte, error) {
	text, err := f.root.Readlink(name)
	return []byte(text), err
}

// opened is a plain file that is being read.
type opened struct{ file *os.File }

// openFile opens an entry for reading. What is no plain file is not read; kind tells what it is.
func (f *folder) openFile(name string) (o opened, was stamp, kind fs.FileMode, err error) {
	if kind, err = f.kind(name); err != nil || kind != 0 {
		return o, was, kind, err
	}
	if o.file, err = f.root.Open(name); err != nil {
		return o, was, 0, err
	}
	was, kind, err = o.stat()
	if err != nil || kind != 0 {
		o.close()
	}
	return o, was, kind, err
}

func (o opened) stat() (stamp, fs.FileMode, error) {
	info, err := o.file.Stat()
	if err != nil {
		return stamp{}, 0, err
	}
	return stamp{size: info.Size(), changed: info.ModTime()}, info.Mode().Type(), nil
}

func (o opened) read(p []byte) (int, error) {
	n, err := o.file.Read(p)
	if errors.Is(err, io.EOF) {
		return 0, nil
	}
	return n, err
}

func (o opened) close() { o.file.Close() }
