//go:build unix

package git

import (
	"os"

	"golang.org/x/sys/unix"
)

// mapFile maps a file into memory. Pages read stay resident until trim is called.
func mapFile(path string, size int64) (data []byte, unmap, trim func(), err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, nil, err
	}
	defer f.Close()
	data, err = unix.Mmap(int(f.Fd()), 0, int(size), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, nil, nil, err
	}
	unmap = func() { _ = unix.Munmap(data) }
	trim = func() { _ = unix.Madvise(data, unix.MADV_DONTNEED) }
	return data, unmap, trim, nil
}
