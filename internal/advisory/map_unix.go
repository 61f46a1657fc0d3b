//go:build unix

package advisory

import (
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// mapFile maps a file into memory. The text is valid until release is called; the file must not be cut short while it is mapped,
// and reeve never writes into one: Write puts a new one in its place.
func mapFile(path string) (data string, release func() error, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", nil, err
	}
	defer f.Close()
	stat, err := f.Stat()
	if err != nil {
		return "", nil, err
	}
	size := stat.Size()
	if !stat.Mode().IsRegular() || size < headerSize || int64(int(size)) != size {
		return "", nil, fmt.Errorf("%s: %w: it is no database file", path, errDamaged)
	}
	mapped, err := unix.Mmap(int(f.Fd()), 0, int(size), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return "", nil, fmt.Errorf("map %s: %w", path, err)
	}
	return unsafe.String(&mapped[0], len(mapped)), func() error { return unix.Munmap(mapped) }, nil
}
