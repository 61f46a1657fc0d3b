package git

import (
	"fmt"
	"sort"
)

// forest is how the objects of one pack hang together: a tree under each object that is no delta. A position is an
// object's place in the order of offsets. It costs 14 bytes an object, so that packs of millions of objects stay small.
type forest struct {
	pack  *pack
	ranks []uint32 // of the object at each position
	child []int32  // first delta made from the object at each position; -1 when there is none
	next  []int32  // next delta made from the same base; -1 at the end. The one with most below it comes last.
	flags []uint8  // kind of a root, and the bits below
	marks []uint8  // what the walk under way wants: markNeed, markWant
	// whys say what is wrong with broken roots; where there are very many not with each.
	whys map[int32]string
	// failure is why the pack has no forest at all.
	failure error
}

const (
	flagKind   = 7      // mask: the kind of a root, 0 for what is not a root, or one of the next two
	rootBroken = 5      // cannot be read, and so nothing below it
	rootBorrow = 6      // a delta whose base is not in this pack: it is read by id
	flagProve  = 1 << 6 // the object must be checked against its id: the index contradicts itself
	flagHeavy  = 1 << 7 // while building: has more below it than its siblings
	markNeed   = 1 << 0 // in marks: the object or one below it is wanted
	markWant   = 1 << 1 // in marks: the object is handed over
)

// trees returns the forest of a pack, made at the first call.
func (p *pack) trees() *forest {
	p.forestOnce.Do(func() {
		f := &forest{pack: p, whys: map[int32]string{}}
		if err := guard(func() error { f.build(); return nil }); err != nil {
			f = &forest{pack: p, failure: err}
		}
		p.forest = f
	})
	return p.forest
}

// idAt returns the id of the object that starts at an offset.
func (p *pack) idAt(offset int64) (ID, bool) {
	f := p.trees()
	pos := f.find(offset)
	if pos < 0 {
		return ID{}, false
	}
	return f.id(pos, new([sha256Size]byte)), true
}

// id returns the id of the object at a position; buf is working memory.
func (f *forest) id(pos int32, buf *[sha256Size]byte) ID {
	return f.pack.index.id(int(f.ranks[pos]), buf)
}

// offset returns where the object at a position starts in the pack.
func (f *forest) offset(pos int32) int64 { return f.pack.index.offset(int(f.ranks[pos])) }

// length returns how many bytes an object takes in the pack, header included: up to where the next one starts.
func (f *forest) length(pos int32) int64 {
	end := f.pack.end
	if int(pos)+1 < len(f.ranks) {
		end = min(end, f.offset(pos+1))
	}
	return max(0, end-f.offset(pos))
}

// find returns the position of the object that starts at an offset, or -1.
func (f *forest) find(offset int64) int32 {
	pos := sort.Search(len(f.ranks), func(i int) bool { return f.offset(int32(i)) >= offset })
	if pos == len(f.ranks) || f.offset(int32(pos)) != offset {
		return -1
	}
	return int32(pos)
}

// findBefore returns the position of the object that starts at an offset before pos, or -1. Bases mostly stand close
// before their deltas, so the search starts there.
func (f *forest) findBefore(offset int64, pos int32) int32 {
	step := int32(1)
	high := pos
	for high >= step && f.offset(high-step) > offset {
		high -= step
		step *= 2
	}
	low := max(0, high-step)
	found := low + int32(sort.Search(int(high-low), func(i int) bool { return f.offset(low+int32(i)) >= offset }))
	if found >= pos || f.offset(found) != offset {
		return -1
	}
	return found
}

// build reads the header of every object and links bases to their deltas.
func (f *forest) build() {
	ranks, weights := f.pack.index.byOffset()
	f.ranks = ranks
	n := len(f.ranks)
	f.next, f.flags, f.marks = make([]int32, n), make([]uint8, n), make([]uint8, n)
	upward := f.readBases()
	f.weigh(weights)
	f.link(weights)
	f.pack.index.source.trim()
	if upward {
		f.breakCircles()
	}
}

// readBases puts each object's base into next and a root's kind into flags. It tells whether any base stands after its
// delta: only then can deltas go in a circle.
func (f *forest) readBases() (upward bool) {
	var u unpacker
	for pos := range int32(len(f.ranks)) {
		offset := f.offset(pos)
		e, err := u.entry(f.pack, offset)
		if err != nil {
			f.breaks(pos, plain(err))
			continue
		}
		if pos > 0 && f.offset(pos-1) == offset {
			f.flags[pos] |= flagProve
			f.flags[pos-1] |= flagProve
		}
		switch e.kind {
		case offsetDelta:
			f.next[pos] = f.findBefore(e.base, pos)
			if f.next[pos] < 0 {
				f.breaks(pos, fmt.Sprintf("delta base at %d is not an object of the index", e.base))
			}
		case refDelta:
			upward = f.setBase(pos, e.baseID) || upward
		default:
			f.next[pos] = -1
			f.flags[pos] |= e.kind
		}
	}
	return upward
}

// setBase notes the base of a delta that names it by id.
func (f *forest) setBase(pos int32, base ID) (upward bool) {
	if rank, ok := f.pack.index.find(base.Bytes()); ok {
		if at := f.find(f.pack.index.offset(rank)); at >= 0 {
			f.next[pos] = at
			return at >= pos
		}
	}
	f.next[pos] = -1
	f.flags[pos] |= rootBorrow
	return false
}

// breaks notes that an object cannot be read.
func (f *forest) breaks(pos int32, why string) {
	f.next[pos] = -1
	f.flags[pos] = f.flags[pos]&^flagKind | rootBroken
	if len(f.whys) < problemsMost {
		f.whys[pos] = why
	}
}

// weigh counts the objects in the tree under each object. Where bases stand after their deltas the counts are too low,
// which costs memory in a walk and nothing else.
func (f *forest) weigh(weights []uint32) {
	clear(weights)
	for pos := len(f.next) - 1; pos >= 0; pos-- {
		weights[pos]++
		if base := f.next[pos]; base >= 0 {
			weights[base] += weights[pos]
		}
	}
}

// link turns the bases in next into lists of deltas: in the order of the pack, but the heaviest last. A walk frees a
// base when it goes on to the last delta, so it never holds more bases than the logarithm of the tree's size.
func (f *forest) link(weights []uint32) {
	f.child = make([]int32, len(f.next))
	for pos := range f.child {
		f.child[pos] = -1
	}
	for pos, base := range f.next {
		if base >= 0 && (f.child[base] < 0 || weights[pos] > weights[f.child[base]]) {
			f.child[base] = int32(pos)
		}
	}
	for _, heavy := range f.child {
		if heavy >= 0 {
			f.flags[heavy] |= flagHeavy
		}
	}
	for pos := int32(len(f.next)) - 1; pos >= 0; pos-- {
		base := f.next[pos]
		switch {
		case f.flags[pos]&flagHeavy != 0:
			f.flags[pos] &^= flagHeavy
			f.next[pos] = -1
		case base >= 0:
			f.next[pos] = f.child[base]
			f.child[base] = pos
		default:
			f.next[pos] = -1
		}
	}
}

// breakCircles finds the objects that hang on no root: their deltas go in a circle.
func (f *forest) breakCircles() {
	reached := make([]bool, len(f.ranks))
	var stack []int32
	for pos := range f.ranks {
		if f.flags[pos]&flagKind != 0 {
			stack = append(stack, int32(pos))
		}
		for len(stack) > 0 {
			top := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			reached[top] = true
			for c := f.child[top]; c >= 0; c = f.next[c] {
				stack = append(stack, c)
			}
		}
	}
	for pos, ok := range reached {
		if !ok {
			f.breaks(int32(pos), "deltas go in a circle")
			f.child[pos] = -1
		}
	}
}
