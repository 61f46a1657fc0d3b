//go:build !unix

package git

import "errors"

// mapFile is not there on this system: the file is read instead.
func mapFile(string, int64) (data []byte, unmap, trim func(), err error) {
	return nil, nil, nil, errors.ErrUnsupported
}
