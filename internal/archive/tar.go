package archive

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"strings"
)

// tarSource is what a tar is read from.
type tarSource struct {
	io.Reader
	// counted tells that what is read is counted already, by the guard of the stream.
	counted bool
}

func memory(data []byte) tarSource { return tarSource{Reader: bytes.NewReader(data)} }

// tar looks at the members of a tar.
func (w *walker) tar(path string, in tarSource, depth int) {
	r := tar.NewReader(in)
	for w.ready() {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			w.refuse(path, damage(err))
			return
		}
		if h.Typeflag != tar.TypeReg && h.Typeflag != tar.TypeGNUSparse && h.Typeflag != tar.TypeCont {
			continue
		}
		name := path + "!/" + label(h.Name)
		if h.Size > maxHeld {
			w.refuse(name, bomb("it is larger than "+size(maxHeld)+" unpacked"))
			continue
		}
		var content io.Reader = r
		if !in.counted || isSparse(h) { // the holes of a sparse file come out of nothing
			content = &guard{w: w, r: r, allowed: w.limits.Size}
		}
		w.member(name, content, h.Size, depth)
	}
}

func isSparse(h *tar.Header) bool {
	if h.Typeflag == tar.TypeGNUSparse {
		return true
	}
	for key := range h.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return false
}
