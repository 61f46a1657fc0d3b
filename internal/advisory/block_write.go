package advisory

import (
	"encoding/binary"
	"runtime"

	"github.com/klauspost/compress/zstd"
)

// blockWriter packs items into blocks and compresses them, several at once.
type blockWriter struct {
	encoder *zstd.Encoder
	raw     []byte
	table   []byte
	size    uint64
	pending []chan packedBlock
	// spare are blocks that were written, whose memory is used again.
	spare []packedBlock
	emit  func([]byte) error
}

// packedBlock is a block before and after compression.
type packedBlock struct {
	raw, packed []byte
	size        int
}

func newBlockWriter(emit func([]byte) error) (*blockWriter, error) {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(runtime.GOMAXPROCS(0)))
	if err != nil {
		return nil, err
	}
	return &blockWriter{encoder: e, emit: emit}, nil
}

// next is the number of the block that is being filled.
func (w *blockWriter) next() int { return len(w.table)/blockRow + len(w.pending) }

// add appends an item and tells where it lies.
func (w *blockWriter) add(item string, id string) (block, at int, err error) {
	block, at = w.next(), len(w.raw)
	w.raw = binary.AppendUvarint(w.raw, uint64(len(item)))
	w.raw = append(w.raw, item...)
	if endsBlock(len(w.raw), id) {
		err = w.cut()
	}
	return block, at, err
}

// cut ends the block.
func (w *blockWriter) cut() error {
	if len(w.raw) == 0 {
		return nil
	}
	b := packedBlock{raw: w.raw, size: len(w.raw)}
	w.raw = nil
	if n := len(w.spare); n > 0 {
		w.raw, b.packed = w.spare[n-1].raw[:0], w.spare[n-1].packed[:0]
		w.spare = w.spare[:n-1]
	}
	done := make(chan packedBlock, 1)
	w.pending = append(w.pending, done)
	go func() {
		b.packed = w.encoder.EncodeAll(b.raw, b.packed)
		done <- b
	}()
	return w.drain(2 * runtime.GOMAXPROCS(0))
}

// copy takes a block over as it was compressed before. Nothing may have been added to the one that is being filled.
func (w *blockWriter) copy(packed string, size int) error {
	done := make(chan packedBlock, 1)
	done <- packedBlock{packed: []byte(packed), size: size}
	w.pending = append(w.pending, done)
	return w.drain(2 * runtime.GOMAXPROCS(0))
}

// drain writes finished blocks in order, until at most keep are left.
func (w *blockWriter) drain(keep int) error {
	for len(w.pending) > keep {
		b := <-w.pending[0]
		w.pending = w.pending[1:]
		w.table = binary.LittleEndian.AppendUint64(w.table, w.size)
		w.table = binary.LittleEndian.AppendUint32(w.table, uint32(len(b.packed)))
		w.table = binary.LittleEndian.AppendUint32(w.table, uint32(b.size))
		w.size += uint64(len(b.packed))
		if err := w.emit(b.packed); err != nil {
			return err
		}
		if cap(b.raw) > 0 && cap(b.raw) < 4*blockSize {
			w.spare = append(w.spare, b)
		}
	}
	return nil
}

func (w *blockWriter) close() error {
	if err := w.cut(); err != nil {
		return err
	}
	err := w.drain(0)
	w.encoder.Close()
	return err
}
