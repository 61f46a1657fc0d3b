package advisory

import (
	"bytes"
	"sync"

	"github.com/klauspost/compress/zstd"
)

const (
	// blockSize is where a block of records ends, in bytes before compression, if it has not ended before at a record whose id says so:
	// so blocks far from a change stay the same.
	blockSize    = 64 << 10
	blockLeast   = 16 << 10
	maxBlock     = maxRecord + maxDetails + blockSize
	blockRow     = 16 // offset (8), compressed size (4), size (4)
	cachedBlocks = 48
)

// endsBlock tells whether a block of this size ends behind the record with this id.
func endsBlock(size int, id string) bool {
	return size >= blockSize || size >= blockLeast && hash64([]byte(id))%8 == 0
}

// blocks reads compressed blocks of a mapped file. It keeps the last few.
type blocks struct {
	table, data string

	mu      sync.Mutex
	decoder *zstd.Decoder
	cache   map[int]string
	order   []int
}

func (b *blocks) count() int { return len(b.table) / blockRow }

// item gives the item at a position of a block.
func (b *blocks) item(block, at int) (string, error) {
	s, err := b.block(block)
	if err != nil {
		return "", err
	}
	if at < 0 || at > len(s) {
		return "", errDamaged
	}
	c := cursor{s: s[at:]}
	text := c.text()
	if c.bad {
		return "", errDamaged
	}
	return text, nil
}

func (b *blocks) block(i int) (string, error) {
	if i < 0 || i >= b.count() {
		return "", errDamaged
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if s, ok := b.cache[i]; ok {
		return s, nil
	}
	packed, size, ok := b.packed(i)
	if !ok {
		return "", errDamaged
	}
	if b.decoder == nil {
		d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxBlock), zstd.WithDecoderLowmem(true))
		if err != nil {
			return "", err
		}
		b.decoder = d
		b.cache = map[int]string{}
	}
	packedBytes := []byte(packed)
	var h zstd.Header
	if err := h.Decode(packedBytes); err != nil || h.HasFCS && h.FrameContentSize != uint64(size) {
		return "", errDamaged
	}
	raw, err := b.decoder.DecodeAll(packedBytes, make([]byte, 0, size))
	if err != nil || len(raw) != size {
		return "", errDamaged
	}
	if len(b.order) >= cachedBlocks {
		delete(b.cache, b.order[0])
		b.order = b.order[1:]
	}
	s := string(raw)
	b.cache[i] = s
	b.order = append(b.order, i)
	return s, nil
}

// packed gives a block as it lies in the file, and its size before compression.
func (b *blocks) packed(i int) (packed string, size int, ok bool) {
	if i < 0 || i >= b.count() {
		return "", 0, false
	}
	row := b.table[i*blockRow:]
	off, n, size := u64(row), uint64(u32(row[8:])), offset(row[12:])
	if size > maxBlock || off > uint64(len(b.data)) || n > uint64(len(b.data))-off {
		return "", 0, false
	}
	return b.data[off : off+n], size, true
}

// close gives the decoder up.
func (b *blocks) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.decoder != nil {
		b.decoder.Close()
		b.decoder = nil
	}
	b.cache, b.order = nil, nil
}

// spool keeps what a Builder was given, compressed, in the order in which it came.
type spool struct {
	encoder *zstd.Encoder
	decoder *zstd.Decoder
	chunks  [][]byte
	sizes   []int
	current []byte
	packed  []byte // is used again
	cache   map[int][]byte
	order   []int
}

// spoolRef is where something lies in a spool.
type spoolRef struct{ chunk, at, size uint32 }

const chunkSize = 256 << 10

func newSpool() (*spool, error) {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	return &spool{encoder: e, decoder: d, cache: map[int][]byte{}}, nil
}

func (s *spool) put(b []byte) spoolRef {
	if len(s.current) > 0 && len(s.current)+len(b) > chunkSize {
		s.packed = s.encoder.EncodeAll(s.current, s.packed[:0])
		s.chunks = append(s.chunks, bytes.Clone(s.packed))
		s.sizes = append(s.sizes, len(s.current))
		s.current = s.current[:0]
	}
	ref := spoolRef{uint32(len(s.chunks)), uint32(len(s.current)), uint32(len(b))}
	s.current = append(s.current, b...)
	return ref
}

// get gives what lies at a place; it is valid until the next call.
func (s *spool) get(ref spoolRef) ([]byte, error) {
	i := int(ref.chunk)
	chunk := s.current
	if i < len(s.chunks) {
		var ok bool
		if chunk, ok = s.cache[i]; !ok {
			var err error
			if chunk, err = s.decoder.DecodeAll(s.chunks[i], make([]byte, 0, s.sizes[i])); err != nil {
				return nil, err
			}
			if len(s.order) >= cachedBlocks {
				delete(s.cache, s.order[0])
				s.order = s.order[1:]
			}
			s.cache[i] = chunk
			s.order = append(s.order, i)
		}
	}
	return chunk[ref.at : ref.at+ref.size], nil
}
