//go:build unix

package feed

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lockFile locks a file until it is closed, and tells whether the lock keeps others out: some file systems know none.
func lockFile(f *os.File) (alone bool, err error) {
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return false, errBusy
	}
	return err == nil, nil
}
