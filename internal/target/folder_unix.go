//go:build unix

package target

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// folder is an open directory inside the root. Whatever is renamed or replaced by links meanwhile, what is opened
// through it lies in it: each step down is one openat that refuses symbolic links.
type folder struct {
	file *os.File
	fd   int
	// users counts who still needs it.
	users atomic.Int32
}

// openFlags are for files: nothing is followed, nothing waits (a named pipe would), nothing becomes our terminal.
const openFlags = unix.O_RDONLY | unix.O_NONBLOCK | unix.O_NOFOLLOW | unix.O_NOCTTY | unix.O_CLOEXEC

// openRoot opens the root itself, which may be a link: the user named it.
func openRoot(path string) (*folder, error) {
	fd, err := again(func() (int, error) {
		return unix.Open(path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	})
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return newFolder(fd, path), nil
}

func newFolder(fd int, name string) *folder {
	f := &folder{file: os.NewFile(uintptr(fd), name), fd: fd}
	f.users.Store(1)
	return f
}

// open opens a directory below this one, step by step.
func (f *folder) open(path string) (*folder, error) {
	at, opened := f.fd, -1
	for step := range strings.SplitSeq(path, "/") {
		fd, err := again(func() (int, error) {
			return unix.Openat(at, step, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
		})
		if opened >= 0 {
			unix.Close(opened)
		}
		if err != nil {
			return nil, err
		}
		at, opened = fd, fd
	}
	return newFolder(opened, f.file.Name()+"/"+path), nil
}

func (f *folder) keep() { f.users.Add(1) }

func (f *folder) release() {
	if f.users.Add(-1) == 0 {
		f.file.Close()
	}
}

// list gives the next entries of the directory, at most n; io.EOF after the last.
func (f *folder) list(n int) ([]fs.DirEntry, error) { return f.file.ReadDir(n) }

// kind gives the type of an entry.
func (f *folder) kind(name string) (fs.FileMode, error) {
	var st unix.Stat_t
	_, err := again(func() (int, error) { return 0, unix.Fstatat(f.fd, name, &st, unix.AT_SYMLINK_NOFOLLOW) })
	return typeOf(uint32(st.Mode)), err
}

func typeOf(mode uint32) fs.FileMode {
	switch mode & unix.S_IFMT {
	case unix.S_IFREG:
		return 0
	case unix.S_IFDIR:
		return fs.ModeDir
	case unix.S_IFLNK:
		return fs.ModeSymlink
	case unix.S_IFIFO:
		return fs.ModeNamedPipe
	case unix.S_IFSOCK:
		return fs.ModeSocket
	}
	return fs.ModeDevice
}

// link reads where a symbolic link points to.
func (f *folder) link(name string, buffer []byte) ([]byte, error) {
	if len(buffer) < unix.PathMax {
		buffer = make([]byte, unix.PathMax)
	}
	n, err := again(func() (int, error) { return unix.Readlinkat(f.fd, name, buffer) })
	return buffer[:max(n, 0)], err
}

// opened is a plain file that is being read.
type opened struct{ fd int }

// openFile opens an entry for reading. What is no plain file by now is not read; kind tells what it is.
func (f *folder) openFile(name string) (o opened, was stamp, kind fs.FileMode, err error) {
	o.fd, err = again(func() (int, error) { return unix.Openat(f.fd, name, openFlags, 0) })
	if errors.Is(err, unix.ELOOP) || errors.Is(err, unix.EMLINK) { // EMLINK is FreeBSD's word for it
		return o, was, fs.ModeSymlink, nil
	}
	if err != nil {
		return o, was, 0, err
	}
	was, kind, err = o.stat()
	if err != nil || kind != 0 {
		o.close()
	}
	return o, was, kind, err
}

func (o opened) stat() (stamp, fs.FileMode, error) {
	var st unix.Stat_t
	_, err := again(func() (int, error) { return 0, unix.Fstat(o.fd, &st) })
	sec, nsec := st.Mtim.Unix()
	return stamp{size: st.Size, changed: time.Unix(sec, nsec), executable: st.Mode&0o111 != 0}, typeOf(uint32(st.Mode)), err
}

func (o opened) read(p []byte) (int, error) {
	return again(func() (int, error) { return unix.Read(o.fd, p) })
}

func (o opened) close() { unix.Close(o.fd) }

// again repeats a system call that a signal has interrupted.
func again(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if !errors.Is(err, unix.EINTR) {
			return n, err
		}
	}
}
