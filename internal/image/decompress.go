package image

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// form is how a stream is compressed.
type form string

// The forms, recognised by content.
const (
	formPlain form = "uncompressed"
	formGzip  form = "gzip"
	formZstd  form = "zstd"
	formBzip2 form = "bzip2"
	formXz    form = "xz"
)

// maxWindow bounds what a zstd stream makes its reader remember, in bytes; zstd's own default bound is 128 MiB.
const maxWindow = 128 << 20

func formOf(head []byte) form {
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b, 8}):
		return formGzip
	case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}), len(head) >= 4 && head[0]&0xf0 == 0x50 && head[1] == 0x2a && head[2] == 0x4d && head[3] == 0x18:
		return formZstd
	case bytes.HasPrefix(head, []byte("BZh")) && len(head) > 3 && '1' <= head[3] && head[3] <= '9':
		return formBzip2
	case bytes.HasPrefix(head, []byte("\xfd7zXZ\x00")):
		return formXz
	}
	return formPlain
}

// decompress opens a stream by its first bytes.
func decompress(in *bufio.Reader) (io.ReadCloser, form, error) {
	head, err := in.Peek(8)
	if err != nil && err != io.EOF {
		return nil, formPlain, err
	}
	f := formOf(head)
	switch f {
	case formGzip:
		r, err := gzip.NewReader(in)
		if err != nil {
			return nil, f, err
		}
		return r, f, nil
	case formZstd:
		r, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, f, err
		}
		return r.IOReadCloser(), f, nil
	case formBzip2:
		return io.NopCloser(bzip2.NewReader(in)), f, nil
	case formXz:
		return nil, f, errors.New("it is compressed with xz, which is not read in images")
	}
	return io.NopCloser(in), f, nil
}
