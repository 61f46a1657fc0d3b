package archive

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// maxWindow bounds what a decompressor remembers, in bytes: as much as "xz -9" wants.
const maxWindow = 64 << 20

// stream looks into one compressed file: at the members of the tar in it, or at what it holds.
func (w *walker) stream(path string, k kind, data []byte, depth int) {
	if !w.ready() {
		return
	}
	if err := w.charge(int64(len(data))); err != nil {
		w.refuse(path, err)
		return
	}
	r, name, err := w.decompressor(k, data)
	if err != nil {
		w.refuse(path, damage(err))
		return
	}
	defer r.Close()
	buffered := bufio.NewReaderSize(w.guarded(r, int64(len(data)), nil), 32<<10)
	if head, _ := buffered.Peek(tarBlock); isTar(head) {
		w.tar(path, tarSource{Reader: buffered, counted: true}, depth)
		return
	}
	w.member(path+"!/"+inner(path, name), buffered, 0, depth)
}

// decompressor opens compressed data. Name is the name in its header, "" if it has none.
func (w *walker) decompressor(k kind, data []byte) (r io.ReadCloser, name string, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("the unpacker gave up")
		}
	}()
	in := bytes.NewReader(data)
	switch k {
	case gzipped:
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, "", err
		}
		return z, z.Name, nil
	case bzipped:
		return io.NopCloser(bzip2.NewReader(in)), "", w.remember(bzipMemory)
	case xzipped:
		return io.NopCloser(&xzReader{w: w, in: in}), "", nil
	case zstandard:
		r, err := w.zstd(in, data)
		return r, "", err
	}
	return nil, "", fmt.Errorf("method %d is not known", k)
}

// bzipMemory is what bzip2 remembers, in bytes.
const bzipMemory = 4 << 20

// remember accounts for the memory of a decompressor as a sixteenth of what is unpacked: clearing it costs time, and a small
// archive may hold very many small files that each ask for a large one.
func (w *walker) remember(n int64) error {
	if w.left -= n / 16; w.left < 0 {
		return exhausted("it unpacks to more than " + size(w.limits.Size))
	}
	return nil
}

// zstd opens a zstd stream with bounded memory and without goroutines.
func (w *walker) zstd(in *bytes.Reader, data []byte) (io.ReadCloser, error) {
	var head zstd.Header
	if err := head.Decode(data[:min(len(data), zstd.HeaderMaxSize)]); err == nil && !head.Skippable {
		if err := w.remember(int64(min(head.WindowSize, maxWindow))); err != nil {
			return nil, err
		}
	}
	r, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return nil, err
	}
	return r.IOReadCloser(), nil
}

// inflater is one deflate decompressor, used for one member after the other.
type inflater struct{ r io.ReadCloser }

func (i *inflater) open(in *bytes.Reader) (io.Reader, error) {
	if i.r == nil {
		i.r = flate.NewReader(in)
		return i.r, nil
	}
	return i.r, i.r.(flate.Resetter).Reset(in, nil)
}
