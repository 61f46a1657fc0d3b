package inflate

import (
	"encoding/binary"
	"math/bits"
)

// An entry of a table says what a code stands for:
//
//	bits 0-5    bits used in all: the code and the extra bits after it
//	bits 8-11   bits of the code alone; in a link, the width of the table linked to
//	bit  13     isLink: the code is longer than the table is wide, go on in the table at bits 16-30
//	bit  14     isEnd: end of block
//	bit  15     isSpecial: a link, the end of block, or no code at all
//	bits 16-30  the literal, the base of a length or distance, or where a linked table starts
//	bit  31     isLiteral
const (
	lengthMask = 63
	isLink     = 1 << 13
	isEnd      = 1 << 14
	isSpecial  = 1 << 15
	isLiteral  = 1 << 31
)

const (
	litBits  = 11 // width of the first table of literals and lengths
	distBits = 8  // width of the first table of distances
	clenBits = 7
	maxLit   = 286
	maxDist  = 30
	maxCode  = 15 // bits of the longest code
)

// The sizes are those the format can need (2342 and 402) rounded up, so that an index is kept inside by a mask.
type (
	litTable  [4096]uint32
	distTable [1024]uint32
)

// find returns the entry of the code that the bits begin with.
func (t *litTable) find(at uint64) uint32 {
	entry := t[at&(1<<litBits-1)]
	if entry&isLink != 0 {
		entry = t[(uint64(entry>>16)+at>>litBits&(1<<(entry>>8&15)-1))&(uint64(len(t))-1)]
	}
	return entry
}

// find returns the entry of the code that the bits begin with.
func (t *distTable) find(at uint64) uint32 {
	entry := t[at&(1<<distBits-1)]
	if entry&isLink != 0 {
		entry = t[(uint64(entry>>16)+at>>distBits&(1<<(entry>>8&15)-1))&(uint64(len(t))-1)]
	}
	return entry
}

// clenOrder is the order in which the lengths of the code length codes are stored (RFC 1951, 3.2.7).
var clenOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// litEntries and distEntries are the entries of all symbols without the bits of their codes.
var (
	litEntries  = makeLitEntries()
	distEntries = makeDistEntries()
)

func makeLitEntries() (entries [288]uint32) {
	for i := range 256 {
		entries[i] = isLiteral | uint32(i)<<16
	}
	entries[256] = isSpecial | isEnd
	base := uint32(3)
	for i := 257; i < 285; i++ {
		extra := uint32(max(0, (i-257)/4-1))
		entries[i] = base<<16 | extra
		base += 1 << extra
	}
	entries[285] = 258 << 16
	entries[286], entries[287] = isSpecial, isSpecial
	return entries
}

func makeDistEntries() (entries [32]uint32) {
	base := uint32(1)
	for i := range 30 {
		extra := uint32(max(0, i/2-1))
		entries[i] = base<<16 | extra
		base += 1 << extra
	}
	entries[30], entries[31] = isSpecial, isSpecial
	return entries
}

// builder makes tables out of code lengths. It is working memory only.
type builder struct {
	lens      [320]uint8
	clenTable [1 << clenBits]uint8 // symbol<<3 | length of its code; 0 is no code
	count     [maxCode + 1]uint16
	sorted    [512]uint16
}

// fixed builds the tables of RFC 1951, 3.2.6.
func (b *builder) fixed(lit *litTable, dist *distTable) {
	for i := range 288 {
		switch {
		case i < 144:
			b.lens[i] = 8
		case i < 256:
			b.lens[i] = 9
		case i < 280:
			b.lens[i] = 7
		default:
			b.lens[i] = 8
		}
	}
	for i := 288; i < 320; i++ {
		b.lens[i] = 5
	}
	b.tally(b.lens[:288])
	b.build(lit[:], litBits, b.lens[:288], litEntries[:])
	b.tally(b.lens[288:])
	b.build(dist[:], distBits, b.lens[288:], distEntries[:])
}

// tables builds the tables of a block from the lengths read.
func (b *builder) tables(lit *litTable, dist *distTable, nlit, ndist int) bool {
	b.tally(b.lens[:nlit])
	if !b.build(lit[:], litBits, b.lens[:nlit], litEntries[:]) {
		return false
	}
	b.tally(b.lens[nlit : nlit+ndist])
	return b.build(dist[:], distBits, b.lens[nlit:nlit+ndist], distEntries[:])
}

// clen builds the table of the code length codes.
func (b *builder) clen(lens *[19]uint8) bool {
	b.tally(lens[:])
	b.sort(lens[:])
	used, most := b.space()
	if !complete(used, most) {
		return false
	}
	if used != 1<<maxCode {
		clear(b.clenTable[:])
	}
	code, place := uint16(0), b.count[0]
	for size := uint(1); size <= clenBits; size++ {
		for range b.count[size] {
			symbol := b.sorted[place]
			place++
			for i := reverse16(code, size); i < 1<<clenBits; i += 1 << size {
				b.clenTable[i] = uint8(symbol<<3) | uint8(size)
			}
			code++
		}
		code <<= 1
	}
	return true
}

// tally counts the lengths of codes. Where eight symbols together have no code they are left out, here and in sort:
// that is so for most of what a text does not use, and nobody asks for them.
func (b *builder) tally(lens []uint8) {
	b.count = [maxCode + 1]uint16{}
	for ; len(lens) >= 8; lens = lens[8:] {
		w := binary.LittleEndian.Uint64(lens)
		if w == 0 {
			continue
		}
		for range 8 {
			b.count[w&maxCode]++
			w >>= 8
		}
	}
	for _, n := range lens {
		b.count[n&maxCode]++
	}
}

// sort orders the symbols counted by the lengths of their codes, those without a code first.
func (b *builder) sort(lens []uint8) {
	var place [maxCode + 1]uint16
	for n := 0; n < maxCode; n++ {
		place[n+1] = place[n] + b.count[n]
	}
	i := 0
	for ; i+8 <= len(lens); i += 8 {
		w := binary.LittleEndian.Uint64(lens[i:])
		if w == 0 {
			continue
		}
		for j := range 8 {
			b.sorted[place[w&maxCode]%uint16(len(b.sorted))] = uint16(i + j)
			place[w&maxCode]++
			w >>= 8
		}
	}
	for ; i < len(lens); i++ {
		n := lens[i] & maxCode
		b.sorted[place[n]%uint16(len(b.sorted))] = uint16(i)
		place[n]++
	}
}

// space returns how much of the code space the counted lengths use, in parts of 1<<15, and the longest length.
func (b *builder) space() (used uint32, most uint) {
	for n := uint(1); n <= maxCode; n++ {
		if b.count[n] != 0 {
			used += uint32(b.count[n]) << (maxCode - n)
			most = n
		}
	}
	return used, most
}

// complete tells whether lengths make a code: all of the space used, or none, or half of it by one code of one bit.
func complete(used uint32, most uint) bool {
	return used == 1<<maxCode || used == 0 || used == 1<<(maxCode-1) && most == 1
}

// build makes a table of the given width and the tables it links to. It returns false when the lengths make no code.
func (b *builder) build(table []uint32, width uint, lens []uint8, entries []uint32) bool {
	used, most := b.space()
	if !complete(used, most) {
		return false
	}
	b.sort(lens)
	if used != 1<<maxCode {
		for i := range table[:1<<width] {
			table[i] = isSpecial
		}
		if used != 0 {
			b.single(table[:1<<width], entries)
		}
		return true
	}
	code, place := b.first(table, width, entries)
	if most > width {
		end := place
		for _, n := range b.count[width+1:] {
			end += n
		}
		b.linked(table, width, code, b.sorted[place:end], lens, entries)
	}
	return true
}

// single fills a table for one code of one bit.
func (b *builder) single(table []uint32, entries []uint32) {
	symbol := b.sorted[b.count[0]]
	for i := 0; i < len(table); i += 2 {
		table[i] = entries[symbol] + 0x0101
	}
}

// first fills the first table with the codes not longer than its width. A table for codes of n bits, put down twice,
// is a table for codes of n+1 bits; so each length costs a copy, and each code one store.
// It returns the next code, mirrored, and where the longer ones stand in sorted.
func (b *builder) first(table []uint32, width uint, entries []uint32) (code uint32, place uint16) {
	place = b.count[0]
	size := uint(1)
	for b.count[size] == 0 {
		size++
	}
	for ; size <= width; size++ {
		for _, symbol := range b.sorted[place : place+b.count[size]] {
			table[code] = entries[symbol] + uint32(size)*0x0101
			code = next(code, size)
		}
		place += b.count[size]
		if size < width {
			copy(table[1<<size:2<<size], table[:1<<size])
		}
	}
	return code, place
}

// linked makes the tables for the codes longer than the first table is wide.
func (b *builder) linked(table []uint32, width uint, code uint32, symbols []uint16, lens []uint8, entries []uint32) {
	start, end, prefix := uint32(0), uint32(1)<<width, uint32(1)<<width
	for _, symbol := range symbols {
		size := uint(lens[symbol])
		if p := code & (1<<width - 1); p != prefix {
			prefix, start = p, end
			wide := b.linkWidth(size, width)
			end += 1 << wide
			table[prefix] = isSpecial | isLink | start<<16 | uint32(wide)<<8
		}
		entry := entries[symbol] + uint32(size)*0x0101
		for i := start + code>>width; i < end; i += 1 << (size - width) {
			table[i] = entry
		}
		b.count[size]--
		code = next(code, size)
	}
}

// linkWidth is how wide a linked table must be that begins with codes of the given size: until the codes
// still to be placed, shortest first, fill it.
func (b *builder) linkWidth(size, width uint) uint {
	wide := size - width
	for space := uint32(b.count[size]); space < 1<<wide && size < maxCode; {
		wide++
		size++
		space = space<<1 + uint32(b.count[size])
	}
	return wide
}

// next returns the code after a mirrored code of the given size; after the last one it returns 0.
func next(code uint32, size uint) uint32 {
	zeros := code ^ (1<<size - 1)
	if zeros == 0 {
		return 0
	}
	bit := uint32(1) << (bits.Len32(zeros) - 1)
	return code&(bit-1) | bit
}

// reverse16 mirrors the lowest n bits of v.
func reverse16(v uint16, n uint) uint16 { return bits.Reverse16(v) >> (16 - n) }
