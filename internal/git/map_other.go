//go:build !unix

package git

import "errors"

// mapFile is not there on this system: files are read instead.
func mapFile(string, int64) (mapping, error) { return mapping{}, errors.ErrUnsupported }

func (m mapping) trim()  {}
func (m mapping) close() {}
