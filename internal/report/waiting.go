package report

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/klauspost/compress/zstd"
)

// waiting holds the text of values until what they refer to has been read. It is packed: results of one tool are so alike
// that a tenth of their size is enough.
type waiting struct {
	packed bytes.Buffer
	enc    *zstd.Encoder
	n      int
}

// put adds a value that began at the given byte.
func (w *waiting) put(in *input, raw jsontext.Value) error {
	if w.enc == nil {
		enc, err := zstd.NewWriter(&w.packed, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(1<<20))
		if err != nil {
			return err
		}
		w.enc = enc
	}
	w.n++
	if int64(w.packed.Len()) > in.limits.kept {
		return in.here(fmt.Errorf("%w: the results stand before what they refer to, and are more than %d bytes packed; write \"tool\" before \"results\"",
			errTooMany, in.limits.kept))
	}
	head := binary.AppendVarint(nil, in.dec.InputOffset()-int64(len(raw)))
	head = binary.AppendUvarint(head, uint64(len(raw)))
	if _, err := w.enc.Write(head); err != nil {
		return err
	}
	_, err := w.enc.Write(raw)
	return err
}

// each hands out the values in the order they came, with the byte where each began, and forgets them.
func (w *waiting) each(take func(raw jsontext.Value, begin int64) error) error {
	if w.enc == nil {
		return nil
	}
	if err := w.enc.Close(); err != nil {
		return err
	}
	dec, err := zstd.NewReader(&w.packed, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return err
	}
	defer dec.Close()
	r := bufio.NewReaderSize(dec, 64<<10)
	var raw []byte
	for range w.n {
		begin, err := binary.ReadVarint(r)
		size, err2 := binary.ReadUvarint(r)
		if err := errors.Join(err, err2); err != nil {
			return err
		}
		if uint64(cap(raw)) < size {
			raw = make([]byte, size)
		}
		raw = raw[:size]
		if _, err := io.ReadFull(r, raw); err != nil {
			return err
		}
		if err := take(raw, begin); err != nil {
			return err
		}
	}
	*w = waiting{}
	return nil
}
