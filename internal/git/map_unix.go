//go:build unix

package git

import (
	"os"

	"golang.org/x/sys/unix"
)

// mapFile maps a file into memory. Pages read stay resident until trim is called.
func mapFile(path string, size int64) (mapping, error) {
	f, err := os.Open(path)
	if err != nil {
		return mapping{}, err
	}
	data, err := unix.Mmap(int(f.Fd()), 0, int(size), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		f.Close()
		return mapping{}, err
	}
	return mapping{data: data, file: f}, nil
}

// trim lets the system take back the pages that are resident; they come again when they are read.
func (m mapping) trim() {
	if m.file != nil {
		_ = unix.Madvise(m.data, unix.MADV_DONTNEED)
	}
}

// close gives memory and file up.
func (m mapping) close() {
	if m.file != nil {
		_ = unix.Munmap(m.data)
		m.file.Close()
	}
}
