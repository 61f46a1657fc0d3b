package git

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// Kinds of pack entries beyond those of objects (gitformat-pack(5)).
const (
	offsetDelta = 6
	refDelta    = 7
)

// packHeader is the length of a pack's header; the first object stands after it.
const packHeader = 12

// pack is an open pack with its index. It may be used from several goroutines at once.
type pack struct {
	name     string
	hash     int
	file     *os.File
	size     int64 // of the file
	end      int64 // where the objects end and the trailer starts
	checksum ID    // the trailer
	promisor bool
	unsorted bool // the index is not in the order of ids
	index    *index
	// doubles has a bit for each rank whose object is also in an earlier pack, or twice in this one; nil when none is.
	doubles []uint64

	forestOnce sync.Once
	forest     *forest
}

// openPack opens a pack by its index's path. A problem is not nil where the pack is damaged but can be read in part.
func openPack(path string, hash int) (p *pack, problem *Problem, err error) {
	x, err := openIndex(path, hash, mapIndexFrom)
	if err != nil {
		return nil, nil, err
	}
	base := strings.TrimSuffix(path, ".idx")
	f, err := os.Open(base + ".pack")
	if err != nil {
		x.close()
		return nil, nil, err
	}
	p = &pack{name: filepath.Base(base) + ".pack", hash: hash, file: f, index: x}
	if _, err := os.Lstat(base + ".promisor"); err == nil {
		p.promisor = true
	}
	why, err := p.outline()
	if err != nil {
		p.close()
		return nil, nil, err
	}
	if why != "" {
		problem = &Problem{Pack: p.name, Why: why}
	}
	return p, problem, nil
}

// outline reads the pack's header and trailer. why names damage there; what is between may be readable all the same.
func (p *pack) outline() (why string, err error) {
	info, err := p.file.Stat()
	if err != nil {
		return "", err
	}
	p.size = info.Size()
	p.end = p.size
	head, trailer := make([]byte, packHeader), make([]byte, p.hash)
	if p.size < int64(len(head)+len(trailer)) {
		return "pack is cut off", nil
	}
	if _, err := p.file.ReadAt(head, 0); err != nil {
		return "", err
	}
	if _, err := p.file.ReadAt(trailer, p.size-int64(p.hash)); err != nil {
		return "", err
	}
	p.checksum = MakeID(trailer)
	version := binary.BigEndian.Uint32(head[4:])
	switch n := binary.BigEndian.Uint32(head[8:]); {
	case p.checksum != p.index.checksum:
		// What is left of a cut-off pack has no trailer: its last bytes are those of an object.
		return "pack does not match its index: it was cut off or changed", nil
	case !bytes.Equal(head[:4], []byte("PACK")) || version != 2 && version != 3:
		return "pack has a damaged header", nil
	case int64(n) != int64(p.index.n):
		return fmt.Sprintf("pack says it holds %d objects, its index %d", n, p.index.n), nil
	}
	p.end = p.size - int64(p.hash)
	return "", nil
}

func (p *pack) close() {
	p.file.Close()
	p.index.close()
}

// double tells whether the object at a rank is handed over elsewhere.
func (p *pack) double(rank int) bool {
	return p.doubles != nil && p.doubles[rank>>6]&(1<<(rank&63)) != 0
}

func (p *pack) setDouble(rank int) {
	if p.doubles == nil {
		p.doubles = make([]uint64, (p.index.n+63)/64)
	}
	p.doubles[rank>>6] |= 1 << (rank & 63)
}

// entry is the header of an object in a pack.
type entry struct {
	kind   uint8  // of Kind, or offsetDelta, refDelta
	size   uint64 // of the object, or of the delta, once inflated: what the pack claims
	base   int64  // offset of the base of an offsetDelta
	baseID ID     // base of a refDelta
	length int    // of the header: the compressed bytes start after it
}

// entryMost is the longest header: ten bytes of kind and size, then a base of at most ten bytes or an id.
const entryMost = 10 + sha256Size

// parseEntry reads the header of the object at offset; head are the bytes there.
func parseEntry(head []byte, offset int64, hash int) (e entry, err error) {
	if len(head) == 0 {
		return e, errEntry
	}
	c := head[0]
	e.kind, e.size = c>>4&7, uint64(c&15)
	i := 1
	for shift := 4; c >= 0x80; shift += 7 {
		if i >= len(head) || shift > 60 {
			return e, errEntry
		}
		c = head[i]
		e.size |= uint64(c&0x7f) << shift
		i++
	}
	switch e.kind {
	case uint8(Commit), uint8(Tree), uint8(Blob), uint8(Tag):
	case offsetDelta:
		distance, n := baseDistance(head[i:])
		if n == 0 || distance <= 0 || distance > offset-packHeader {
			return e, fmt.Errorf("%w: base is outside the pack", ErrCorrupt)
		}
		e.base, i = offset-distance, i+n
	case refDelta:
		if len(head)-i < hash {
			return e, errEntry
		}
		e.baseID, i = MakeID(head[i:i+hash]), i+hash
	default:
		return e, fmt.Errorf("%w: unknown kind of object", ErrCorrupt)
	}
	e.length = i
	return e, nil
}

var errEntry = fmt.Errorf("%w: object header is cut off", ErrCorrupt)

// baseDistance reads how far before its delta a base stands; n is 0 when it cannot be read.
func baseDistance(p []byte) (distance int64, n int) {
	for i, c := range p {
		if distance >= 1<<55 {
			return 0, 0
		}
		if i > 0 {
			distance++
		}
		distance = distance<<7 | int64(c&0x7f)
		if c < 0x80 {
			return distance, i + 1
		}
	}
	return 0, 0
}

// window reads parts of packs through a few buffers. Objects that belong together often stand together in a pack, so
// many reads are answered from what is already there; but deltas may also stand anywhere. So a buffer begins small and
// grows as long as the reads go on where the last one ended.
type window struct {
	panes [4]pane
	turn  int
	large pane // for what is larger than any pane: read, used once, and not looked into again
}

// pane is one part of a pack that has been read.
type pane struct {
	pack  *pack
	start int64
	data  []byte
	step  int // how much was read at once
}

// A pane is read this much at once, in bytes: first the least, and up to the most where reads are in order.
const (
	paneLeast = 8 << 10
	paneMost  = 128 << 10
)

// at returns up to n bytes from offset: less only where the pack's file ends. The bytes are valid until the next call.
func (w *window) at(p *pack, offset int64, n int) ([]byte, error) {
	if offset < packHeader || offset >= p.size {
		return nil, fmt.Errorf("%w: offset is outside the pack", ErrCorrupt)
	}
	n = int(min(int64(n), p.size-offset))
	if n > paneMost {
		return w.large.read(p, offset, n, n)
	}
	step, next := paneLeast, -1
	for i := range w.panes {
		v := &w.panes[i]
		from := offset - v.start
		if v.pack != p || from < 0 || from > int64(len(v.data)) {
			continue
		}
		if from+int64(n) <= int64(len(v.data)) {
			return v.data[from : from+int64(n)], nil
		}
		step, next = min(2*v.step, paneMost), i
	}
	if next < 0 {
		w.turn = (w.turn + 1) % len(w.panes)
		next = w.turn
	}
	return w.panes[next].read(p, offset, n, step)
}

// read fills the pane with at least n bytes from offset.
func (v *pane) read(p *pack, offset int64, n, step int) ([]byte, error) {
	want := int(min(int64(max(n, step)), p.size-offset))
	if cap(v.data) < want {
		v.data = make([]byte, roundUp(max(want, paneMost)))
	}
	v.pack = nil
	got, err := p.file.ReadAt(v.data[:want], offset)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("read %q: %w", p.name, err)
	}
	if got < n {
		return nil, fmt.Errorf("%w: pack became shorter", ErrCorrupt)
	}
	v.pack, v.start, v.data, v.step = p, offset, v.data[:got], step
	return v.data[:n], nil
}

// shrink gives the large buffer back where one object made it very large.
func (w *window) shrink() {
	if cap(w.large.data) > 4<<20 {
		w.large = pane{}
	}
}
