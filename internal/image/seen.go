package image

import (
	"hash/maphash"
	"strings"
)

// shards keep the memory of growing small: one of them grows at a time.
const shards = 64

// seen remembers which paths upper layers have taken, as 64-bit hashes with the layer that was first to say so: 10 bytes a
// path at most four fifths of the time full. Hashes are keyed anew in every process, so nobody can make two paths collide.
type seen struct {
	seed  maphash.Seed
	table [shards]table
	// below counts marks of the kind markBelow: most images have none, and asking costs a hash a folder.
	below int
}

// mark says in what way a layer takes a path.
type mark byte

const (
	// markWhole hides the path in lower layers and all that is below it: something that is no folder, or a whiteout.
	markWhole mark = 'w'
	// markFolder hides a lower layer's file of that path: a folder.
	markFolder mark = 'f'
	// markBelow hides what lower layers have below the path: an opaque folder.
	markBelow mark = 'b'
)

func newSeen() *seen { return &seen{seed: maphash.MakeSeed()} }

func (s *seen) hash(m mark, path string) uint64 {
	var h maphash.Hash
	h.SetSeed(s.seed)
	h.WriteByte(byte(m))
	h.WriteString(path)
	return h.Sum64() | 1 // 0 is an empty place
}

// add marks a path for a layer. Layers come from the top, so what is marked already stays.
func (s *seen) add(m mark, path string, layer int) {
	h := s.hash(m, path)
	if s.table[h>>58].add(h, uint16(layer)) && m == markBelow {
		s.below++
	}
}

// above tells whether a layer above the given one has the mark.
func (s *seen) above(m mark, path string, layer int) bool {
	if m == markBelow && s.below == 0 {
		return false
	}
	h := s.hash(m, path)
	return s.table[h>>58].get(h) > uint16(layer)
}

// folderHidden tells whether a layer above hides what the given one has in a folder.
func (s *seen) folderHidden(dir string, layer int) bool {
	for {
		if s.above(markBelow, dir, layer) || dir != "" && s.above(markWhole, dir, layer) {
			return true
		}
		if dir == "" {
			return false
		}
		dir = dir[:max(0, strings.LastIndexByte(dir, '/'))]
	}
}

// fileHidden tells whether a layer above takes the file's own place; see folderHidden for what is above it.
func (s *seen) fileHidden(path string, layer int) bool {
	return s.above(markWhole, path, layer) || s.above(markFolder, path, layer)
}

// table is a hash table with open addressing and linear probing. It only grows.
type table struct {
	keys   []uint64
	layers []uint16
	used   int
}

func (t *table) get(h uint64) uint16 {
	if t.used == 0 {
		return 0
	}
	mask := uint64(len(t.keys) - 1)
	for at := h >> 1 & mask; ; at = (at + 1) & mask {
		switch t.keys[at] {
		case h:
			return t.layers[at]
		case 0:
			return 0
		}
	}
}

// add tells whether the hash is new.
func (t *table) add(h uint64, layer uint16) bool {
	if t.used*5 >= len(t.keys)*4 {
		t.grow()
	}
	mask := uint64(len(t.keys) - 1)
	for at := h >> 1 & mask; ; at = (at + 1) & mask {
		switch t.keys[at] {
		case h:
			return false
		case 0:
			t.keys[at], t.layers[at] = h, layer
			t.used++
			return true
		}
	}
}

func (t *table) grow() {
	old := *t
	size := max(64, 2*len(old.keys))
	t.keys, t.layers = make([]uint64, size), make([]uint16, size)
	mask := uint64(size - 1)
	for n, h := range old.keys {
		if h == 0 {
			continue
		}
		at := h >> 1 & mask
		for t.keys[at] != 0 {
			at = (at + 1) & mask
		}
		t.keys[at], t.layers[at] = h, old.layers[n]
	}
}
