package census

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"path/filepath"
	"strings"
	"sync"
)

// A segment is a file that is written once. All numbers are little-endian:
//
//	magic (16) · size of the file (8) · number of SBOMs (4) · CRC-32C of the ids and their rows (4) ·
//	four offsets: blocks, rows of blocks, ids, rows of ids (8 each) · CRC-32C of the header before it (4)
//
//	blocks        what is known of one package each, see block
//	their rows    hash of the key (8) · offset (8), size (4) and CRC-32C (4) of the block; sorted by hash, then by key
//	ids           of the SBOMs, sorted, one behind the other
//	their rows    where each begins (4), and where the last ends
const (
	segmentMagic  = "reeve-census-s1\n"
	segmentHeader = 16 + 8 + 4 + 4 + 4*8 + 4
	blockRow      = 8 + 8 + 4 + 4
	idRow         = 4
)

func castagnoli(b []byte) uint32 { return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)) }

// segment is one that is open.
type segment struct {
	data    []byte
	release func() error
	seq     uint64
	count   int // of SBOMs
	// dead are the SBOMs that have been removed or put in again elsewhere. It is not changed: a new state of it is a new map.
	dead map[uint32]bool

	blocks, rows, ids, idRows []byte
	idsWhole                  func() error
}

func segmentName(seq uint64) string { return fmt.Sprintf("%016x.seg", seq) }

func isSegmentName(name string) bool {
	stem, ok := strings.CutSuffix(name, ".seg")
	if !ok {
		stem, ok = strings.CutPrefix(name, ".census-")
		return ok && stem != ""
	}
	return len(stem) == 16 && strings.Trim(stem, "0123456789abcdef") == ""
}

// openSegment maps a segment and looks at its header.
func openSegment(dir string, entry *segmentEntry) (*segment, error) {
	data, release, err := mapFile(filepath.Join(dir, segmentName(entry.seq)))
	if err != nil {
		return nil, err
	}
	s := &segment{data: data, release: release, seq: entry.seq, dead: entry.dead}
	if why := s.header(); why != "" {
		s.close()
		return nil, fmt.Errorf("%w: segment %s: %s", ErrDamaged, segmentName(entry.seq), why)
	}
	for n := range s.dead {
		if int(n) >= s.count {
			s.close()
			return nil, fmt.Errorf("%w: segment %s has fewer SBOMs than are removed", ErrDamaged, segmentName(entry.seq))
		}
	}
	return s, nil
}

func (s *segment) header() string {
	le := binary.LittleEndian
	h := s.data
	if len(h) < segmentHeader || string(h[:len(segmentMagic)]) != segmentMagic {
		return "it is none"
	}
	if castagnoli(h[:segmentHeader-4]) != le.Uint32(h[segmentHeader-4:]) {
		return "its header is wrong"
	}
	size := uint64(len(h))
	if le.Uint64(h[16:]) != size {
		return "it was cut short"
	}
	var at [5]uint64
	for i := range 4 {
		at[i] = le.Uint64(h[32+8*i:])
	}
	at[4] = size
	for i, from := range at[:4] {
		if from < segmentHeader || from > at[i+1] {
			return "its parts are not inside it"
		}
	}
	s.blocks, s.rows, s.ids, s.idRows = h[at[0]:at[1]], h[at[1]:at[2]], h[at[2]:at[3]], h[at[3]:]
	count := le.Uint32(h[24:])
	if len(s.rows)%blockRow != 0 || uint64(len(s.idRows)) != (uint64(count)+1)*idRow {
		return "its tables have no possible size"
	}
	s.count = int(count)
	s.idsWhole = sync.OnceValue(func() error {
		if castagnoli(h[at[2]:]) != le.Uint32(h[28:]) {
			return fmt.Errorf("%w: the ids of segment %s are not what was written", ErrDamaged, segmentName(s.seq))
		}
		return nil
	})
	return ""
}

func (s *segment) close() {
	if s.release != nil {
		_ = s.release()
		s.release = nil
	}
}

// id gives the id of an SBOM. It is a part of the file.
func (s *segment) id(n uint32) ([]byte, error) {
	if err := s.idsWhole(); err != nil {
		return nil, err
	}
	if int(n) >= s.count {
		return nil, ErrDamaged
	}
	from, to := binary.LittleEndian.Uint32(s.idRows[n*idRow:]), binary.LittleEndian.Uint32(s.idRows[(n+1)*idRow:])
	if from > to || uint64(to) > uint64(len(s.ids)) {
		return nil, ErrDamaged
	}
	return s.ids[from:to], nil
}

// find gives the number of the SBOM with this id.
func (s *segment) find(id string) (n uint32, found bool, err error) {
	low, high := 0, s.count
	for low < high {
		mid := (low + high) / 2
		at, err := s.id(uint32(mid))
		if err != nil {
			return 0, false, err
		}
		if string(at) < id {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if low == s.count {
		return 0, false, nil
	}
	at, err := s.id(uint32(low))
	return uint32(low), err == nil && string(at) == id, err
}

// rowAt is a row of the table of blocks.
type rowAt struct {
	hash   uint64
	offset uint64
	size   uint32
	crc    uint32
}

func (s *segment) row(i int) rowAt {
	le, b := binary.LittleEndian, s.rows[i*blockRow:]
	return rowAt{le.Uint64(b), le.Uint64(b[8:]), le.Uint32(b[16:]), le.Uint32(b[20:])}
}

func (s *segment) rowCount() int { return len(s.rows) / blockRow }

// block reads one block. Its texts are copies.
func (s *segment) block(r rowAt) (*block, error) {
	if r.offset > uint64(len(s.blocks)) || uint64(r.size) > uint64(len(s.blocks))-r.offset {
		return nil, fmt.Errorf("%w: a block of segment %s is not inside it", ErrDamaged, segmentName(s.seq))
	}
	raw := s.blocks[r.offset : r.offset+uint64(r.size)]
	if castagnoli(raw) != r.crc {
		return nil, fmt.Errorf("%w: a block of segment %s is not what was written", ErrDamaged, segmentName(s.seq))
	}
	b, ok := decodeBlock(raw, s.count)
	if !ok || hashKey(b.key) != r.hash {
		return nil, fmt.Errorf("%w: a block of segment %s makes no sense", ErrDamaged, segmentName(s.seq))
	}
	return b, nil
}

// lookUp gives what the segment knows of a package, nil where it knows nothing.
func (s *segment) lookUp(key string) (*block, error) {
	h := hashKey(key)
	low, high := 0, s.rowCount()
	for low < high {
		mid := (low + high) / 2
		if s.row(mid).hash < h {
			low = mid + 1
		} else {
			high = mid
		}
	}
	for ; low < s.rowCount(); low++ {
		r := s.row(low)
		if r.hash != h {
			break
		}
		b, err := s.block(r)
		if err != nil {
			return nil, err
		}
		if b.key == key {
			return b, nil
		}
	}
	return nil, nil
}

// verify reads everything.
func (s *segment) verify() error {
	if err := s.idsWhole(); err != nil {
		return err
	}
	last := uint64(0)
	for i := range s.rowCount() {
		r := s.row(i)
		if r.hash < last {
			return fmt.Errorf("%w: the table of segment %s is not sorted", ErrDamaged, segmentName(s.seq))
		}
		last = r.hash
		if _, err := s.block(r); err != nil {
			return err
		}
	}
	return nil
}

// hashKey is FNV-1a with a finishing step.
func hashKey(key string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(key) {
		h = (h ^ uint64(key[i])) * 1099511628211
	}
	h ^= h >> 32
	h *= 0x9e3779b97f4a7c15
	return h ^ h>>29
}
