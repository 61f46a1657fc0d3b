package census

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"hash"
	"hash/crc32"
	"math"
	"os"
	"path/filepath"
)

// writeSegment writes a segment. The ids are sorted; the blocks come in the order of compareVariants.
func writeSegment(ctx context.Context, dir string, seq uint64, ids []string, blocks func(yield func(*block) bool)) (err error) {
	f, err := os.CreateTemp(dir, ".census-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	w := &segmentWriter{out: bufio.NewWriterSize(f, 256<<10)}
	if err = w.put(make([]byte, segmentHeader)); err != nil {
		return err
	}
	var failed error
	for b := range blocks {
		if failed = ctx.Err(); failed == nil {
			failed = w.block(b)
		}
		if failed != nil {
			break
		}
	}
	if failed != nil {
		return failed
	}
	if err = w.finish(ids); err != nil {
		return err
	}
	if err = w.out.Flush(); err != nil {
		return err
	}
	if _, err = f.WriteAt(w.header(len(ids)), 0); err != nil {
		return err
	}
	if err = errors.Join(f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), filepath.Join(dir, segmentName(seq)))
}

type segmentWriter struct {
	out  *bufio.Writer
	at   uint64
	rows []byte
	raw  []byte // is used again
	// parts are where the four parts begin; sum is that of the last two.
	parts [4]uint64
	sum   hash.Hash32
}

func (w *segmentWriter) put(b []byte) error {
	w.at += uint64(len(b))
	if w.sum != nil {
		w.sum.Write(b)
	}
	_, err := w.out.Write(b)
	return err
}

func (w *segmentWriter) block(b *block) error {
	w.raw = b.encode(w.raw[:0])
	if len(w.raw) > math.MaxInt32 {
		return errors.New("a package has more holders than a segment can hold")
	}
	le := binary.LittleEndian
	w.rows = le.AppendUint64(w.rows, hashKey(b.key))
	w.rows = le.AppendUint64(w.rows, w.at-segmentHeader)
	w.rows = le.AppendUint32(w.rows, uint32(len(w.raw)))
	w.rows = le.AppendUint32(w.rows, castagnoli(w.raw))
	return w.put(w.raw)
}

// finish writes the tables.
func (w *segmentWriter) finish(ids []string) error {
	w.parts = [4]uint64{segmentHeader, w.at}
	if err := w.put(w.rows); err != nil {
		return err
	}
	w.parts[2] = w.at
	w.sum = crc32.New(crc32.MakeTable(crc32.Castagnoli))
	rows := make([]byte, 0, (len(ids)+1)*idRow)
	at := uint64(0)
	for _, id := range ids {
		rows = binary.LittleEndian.AppendUint32(rows, uint32(at))
		if at += uint64(len(id)); at > math.MaxUint32 {
			return errors.New("there are more SBOMs than a segment can hold")
		}
		if err := w.put([]byte(id)); err != nil {
			return err
		}
	}
	rows = binary.LittleEndian.AppendUint32(rows, uint32(at))
	w.parts[3] = w.at
	return w.put(rows)
}

func (w *segmentWriter) header(sboms int) []byte {
	le := binary.LittleEndian
	h := append(make([]byte, 0, segmentHeader), segmentMagic...)
	h = le.AppendUint64(h, w.at)
	h = le.AppendUint32(h, uint32(sboms))
	h = le.AppendUint32(h, w.sum.Sum32())
	for _, at := range w.parts {
		h = le.AppendUint64(h, at)
	}
	return le.AppendUint32(h, castagnoli(h))
}
